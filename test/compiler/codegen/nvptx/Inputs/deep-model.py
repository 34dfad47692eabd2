"""deep-model.py LAYERS: prints a model of so many linears with ReLU, no two of one shape."""
import sys

layers = int(sys.argv[1])
widths = [200 + i * 37 % 211 + i for i in range(layers + 1)]
print(f"module @Deep {{\n  func.func @forward(%x0: tensor<?x{widths[0]}xf32>) -> tensor<?x{widths[-1]}xf32> {{")
for i, (k, n) in enumerate(zip(widths, widths[1:])):
    w, b, x, y = f"tensor<{n}x{k}xf32>", f"tensor<{n}xf32>", f"tensor<?x{k}xf32>", f"tensor<?x{n}xf32>"
    print(f'    %w{i} = nn.parameter "{i}.weight" : {w}\n    %b{i} = nn.parameter "{i}.bias" : {b}')
    print(f"    %y{i} = nn.linear %x{i}, %w{i}, %b{i} : ({x}, {w}, {b}) -> {y}\n    %x{i + 1} = nn.relu %y{i} : {y}")
print(f"    return %x{layers} : tensor<?x{widths[-1]}xf32>\n  }}\n}}")
