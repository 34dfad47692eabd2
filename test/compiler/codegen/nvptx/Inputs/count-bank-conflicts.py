"""count-bank-conflicts.py PTX: for every kernel that uses shared memory, how often a block of threads passes it, and how
much oftener that is than it must be because lanes want different words of one of the 32 banks at once. Fails above 5 %.

Runs the integer instructions of the first block for a million rows, and sizes that go with the kernel's name (in1 or in4,
out1 or out4: a multiple of that); what is not a number that follows from those is unknown, and no address or branch may
depend on it. A branch that only some threads take (what guards stores) is passed by, so that all run what is guarded. Accesses of 16 bytes take one pass for 8 lanes, of 8 bytes for 16, of 4 bytes for 32.
"""
import re
import sys

ROWS = 1 << 20
BANKS = 32
ALLOWED_PERCENT = 5


def signed(value, bits):
    return value - (1 << bits) if value >> (bits - 1) else value


def bits_of(kind):
    return 1 if kind == "pred" else 64 if kind.endswith("64") else 32


def as_typed(value, kind):
    return signed(value, bits_of(kind)) if kind[0] == "s" else value


# Opcode without its type -> function of the operands, as the type (u32, s64, ...) reads them.
OPERATIONS = {
    "mov": lambda x: x,
    "not": lambda x: ~x,
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul.lo": lambda x, y: x * y,
    "mul.wide": lambda x, y: x * y,
    "mad.lo": lambda x, y, z: x * y + z,
    "mad.wide": lambda x, y, z: x * y + z,
    "shl": lambda x, y: x << y,
    "shr": lambda x, y: x >> y,
    "and": lambda x, y: x & y,
    "or": lambda x, y: x | y,
    "xor": lambda x, y: x ^ y,
    "min": min,
    "max": max,
    "bfe": lambda x, first, count: (x >> first) & ((1 << count) - 1),
    "selp": lambda x, y, condition: x if condition else y,
    "setp.lt": lambda x, y: x < y,
    "setp.le": lambda x, y: x <= y,
    "setp.gt": lambda x, y: x > y,
    "setp.ge": lambda x, y: x >= y,
    "setp.eq": lambda x, y: x == y,
    "setp.ne": lambda x, y: x != y,
}


class Kernel:
    def __init__(self, name, parameters, body):
        self.name = name
        # Addresses are 0, far apart from nothing that matters here; then come one or two sizes or none, and the rows.
        sizes = [783 if "_in1" in name else 784, 510 if "_out1" in name else 512]
        addresses = re.findall(r"\.param \.u64 \.ptr .* (\w+)", parameters)
        numbers = re.findall(r"\.param \.u64 (\w+)", parameters)
        self.parameters = dict.fromkeys(addresses, 0) | dict(zip(numbers, sizes)) | {numbers[-1]: ROWS}
        self.threads = int(re.search(r"\.maxntid (\d+)", body)[1])
        self.values = {f"%ctaid.{axis}": [0] * self.threads for axis in "xyz"}
        self.values["%tid.x"] = list(range(self.threads))
        self.shared = {}  # word -> what was stored there
        self.passes = self.least = 0
        base = 0
        for array, size in re.findall(r"\.shared \.align 16 \.b8 (\w+)\[(\d+)\]", body):
            self.values[array] = [base] * self.threads
            base += -(-int(size) // 16) * 16
        self.code, self.labels = [], {}
        for line in body.splitlines():
            label = re.match(r"(\$\w+):", line)
            if label:
                self.labels[label[1]] = len(self.code)
            code = re.match(r"\s*(?:@(!?%p\d+)\s+)?([a-z][\w.]*)(?:\s+(.*?))?;", line)
            if code:
                self.code.append(code.groups())

    def run(self):
        at = 0
        while at < len(self.code):
            guard, opcode, operands = self.code[at]
            at += 1
            if opcode == "ret":
                return
            if opcode.startswith("bra"):
                if self.is_taken(guard):
                    at = self.labels[operands]
                continue
            if re.match(r"(ld|st)\.shared|cp\.async\.c[ag]\.", opcode):
                self.access(opcode, operands)
            elif operands:
                self.compute(opcode, [operand.strip() for operand in operands.split(",")])

    def is_taken(self, guard):
        if not guard:
            return True
        taken = set(self.values.get(guard.lstrip("!")) or [None])
        if None in taken:
            sys.exit(f"{self.name}: a branch on {guard}, which is not known")
        return len(taken) == 1 and bool(taken.pop()) != guard.startswith("!")

    def operand(self, text):
        if re.fullmatch(r"-?\d+", text):
            return [int(text)] * self.threads
        return self.values.get(text)

    def compute(self, opcode, operands):
        target, inputs = operands[0], [self.operand(operand) for operand in operands[1:]]
        self.values.pop(target, None)
        if opcode.startswith("ld.param"):
            self.values[target] = [self.parameters[operands[1].strip("[]")]] * self.threads
            return
        if opcode.startswith("cvt."):
            name, kind, result = "mov", opcode.split(".")[2], opcode.split(".")[1]
        else:
            name, _, kind = opcode.rpartition(".")
            result = kind.replace("32", "64") if name.endswith("wide") else kind
        if name not in OPERATIONS or None in inputs or kind[0] == "f":
            return
        mask = (1 << bits_of(result)) - 1
        # The third operand of mad.wide is as wide as the result, a predicate and a shift have no sign.
        types = [kind, kind, result if name == "mad.wide" else kind]
        self.values[target] = [
            OPERATIONS[name](*(as_typed(value & ((1 << bits_of(t)) - 1), t) for value, t in zip(lane, types))) & mask
            for lane in zip(*inputs)]

    def access(self, opcode, operands):
        register, offset = re.search(r"\[([%\w]+)(?:\+(-?\d+))?\]", operands).groups()
        addresses = self.operand(register)
        if addresses is None:
            sys.exit(f"{self.name}: {opcode} {operands}: the address is not known")
        addresses = [address + int(offset or 0) for address in addresses]
        registers = re.findall(r"%\w+", re.sub(r"\[.*\]", "", operands))
        width = int(re.search(r"\], (\d+)", operands)[1]) if opcode.startswith("cp") else 4 * len(registers)
        for i, name in enumerate(registers):
            words = [address // 4 + i for address in addresses]
            if opcode.startswith("st") and name in self.values:
                self.shared.update(zip(words, self.values[name]))
            if opcode.startswith("ld"):
                self.values[name] = [self.shared.get(word) for word in words]
                if None in self.values[name]:
                    del self.values[name]
        at_once = BANKS * 4 // width
        for first in range(0, self.threads, at_once):
            words = {address // 4 + i for address in addresses[first:first + at_once] for i in range(width // 4)}
            banks = [word % BANKS for word in words]
            self.passes += max(map(banks.count, banks))
            self.least += 1


with open(sys.argv[1]) as file:
    text = file.read()
failed = False
for name, parameters, body in re.findall(r"\.entry (\w+)\((.*?)\)\s*(.*?^})", text, re.S | re.M):
    kernel = Kernel(name, parameters, body)
    kernel.run()
    if kernel.least > 0:
        more = 100 * (kernel.passes / kernel.least - 1)
        print(f"{name}: shared memory is passed {kernel.passes} times, {more:.1f} % more than without bank conflicts")
        failed |= more > ALLOWED_PERCENT
sys.exit(failed)
