"""peak-memory.py COMMAND...: runs it and prints the most memory that it had at a time, in KiB."""
import resource
import subprocess
import sys

subprocess.run(sys.argv[1:], check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
