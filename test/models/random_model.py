"""A random model: layers, widths, shared weights, activations, several inputs and results, open or static."""
import random

from activations import ACTIVATIONS
from modelfiles import parameters_of, random_weights, write_safetensors

WIDTHS = [1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 65, 127, 129, 255, 257, 1023]


def tensor(shape, element="f32"):
    return "tensor<" + "".join(f"{'?' if extent is None else extent}x" for extent in shape) + element + ">"


class Builder:
    """The text of one model, an operation a line."""

    def __init__(self):
        self.lines, self.results, self.count, self.parameters = [], [], 0, {}

    def value(self, text):
        self.count += 1
        self.lines.append(f"    %v{self.count} = {text}")
        return f"%v{self.count}"

    def parameter(self, name, shape):
        if name not in self.parameters:
            self.parameters[name] = self.value(f'nn.parameter "{name}" : {tensor(shape)}')
        return self.parameters[name]

    def linear(self, x, shape, width, name, bias):
        out = shape[:-1] + [width]
        operands, types = [x, self.parameter(name + ".weight", [width, shape[-1]])], [shape, [width, shape[-1]]]
        if bias:
            operands.append(self.parameter(name + ".bias", [width]))
            types.append([width])
        types = ", ".join(tensor(type) for type in types)
        return self.value(f"nn.linear {', '.join(operands)} : ({types}) -> {tensor(out)}"), out

    def activation(self, random, x, shape):
        """ReLU as often as all others together."""
        relu = next(activation for activation in ACTIVATIONS if activation.operation == "relu")
        activation = relu if random.random() < 0.5 else random.choice(ACTIVATIONS)
        return self.value(activation.apply(x, tensor(shape)))

    def softmax(self, random, x, shape, first):
        operation = random.choice(["softmax", "softmax", "log_softmax"])
        return self.value(f"nn.{operation} {x} {{dim = {random.randint(first, len(shape) - 1)} : i64}} : {tensor(shape)}")

    def result(self, value, shape, element="f32"):
        self.results.append((value, tensor(shape, element)))


def add_tower(b, random, x, lead, is_open, known):
    """Adds layers over the input `x` and their results; returns the input's shape."""
    middle = [random.choice([1, 2, 3])] if lead and random.random() < 0.25 else []
    width = random.choice(WIDTHS)
    input_name = x
    if lead and not middle and random.random() < 0.3:  # an image
        rows = random.choice([1, 2, 3, 7])
        input_shape, shape = lead + [rows, width], lead + [rows * width]
        x = b.value(f"nn.flatten {x} : ({tensor(input_shape)}) -> {tensor(shape)}")
    else:
        input_shape = shape = lead + middle + [width]
    first = 1 if is_open else 0
    if random.random() < 0.1:
        x = b.activation(random, x, shape)
    for _ in range(random.randint(1, 6)):
        fitting = [layer for layer in known if layer[0] == shape[-1]]
        if fitting and random.random() < 0.5:  # the weights of a layer before, of this input or the other
            _, width, bias, name = random.choice(fitting)
        else:
            width = shape[-1] if random.random() < 0.25 else random.choice(WIDTHS)
            if shape[-1] * width > 300000:
                width = random.choice(WIDTHS[:9])
            bias, name = random.random() < 0.7, f"layer.{len(known)}"
            known.append((shape[-1], width, bias, name))
        x, shape = b.linear(x, shape, width, name, bias)
        if random.random() < 0.2:
            b.result(x, shape)
        if random.random() < 0.7:
            x = b.activation(random, x, shape)
        elif random.random() < 0.2:
            x = b.softmax(random, x, shape, first)
    if random.random() < 0.4:
        y = b.softmax(random, x, shape, first)
        b.result(y, shape)
        dim = random.randint(first, len(shape) - 1)
        kept = shape[:dim] + shape[dim + 1:]
        scores = random.choice([x, y])
        index = b.value(f"nn.argmax {scores} {{dim = {dim} : i64}} : ({tensor(shape)}) -> {tensor(kept, 'i64')}")
        b.result(index, kept, "i64")
    if random.random() < 0.1:
        b.result(input_name, input_shape)
    b.result(x, shape)
    return input_shape


def generate(random):
    """The text of a model drawn from `random`."""
    b, known, inputs = Builder(), [], []
    is_open = random.random() < 0.7
    for x in ["%x"] if random.random() < 0.8 else ["%x", "%z"]:
        # Where dimension 0 is not the batch, it may be reduced.
        lead = [None] if is_open else [random.choice([1, 2, 5, 9])] if random.random() < 0.8 else []
        inputs.append((x, tensor(add_tower(b, random, x, lead, is_open, known))))
    arguments = ", ".join(f"{x}: {type}" for x, type in inputs)
    values = ", ".join(value for value, _ in b.results)
    types = ", ".join(type for _, type in b.results)
    body = "\n".join(b.lines)
    return (f"module @Random {{\n  func.func @forward({arguments}) -> ({types}) {{\n"
            f"{body}\n    return {values} : {types}\n  }}\n}}\n")


def write_model(seed, model, weights):
    """Writes the model of `seed`; returns its text."""
    generator = random.Random(seed)
    text = generate(generator)
    with open(model, "w") as file:
        file.write(text)
    write_safetensors(weights, {name: ("F32", shape, random_weights(generator, shape))
                                for name, shape in parameters_of(text)})
    return text
