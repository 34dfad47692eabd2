"""Layers in f64, each with a bound of the error that f32 arithmetic makes in it. For a linear, in each output,

    |y - y64| <= gamma (sum |x||w| + |b|) + K 2^-149 + |W| (error of x),   gamma = (K+1)u / (1 - (K+1)u), u = 2^-24,

where |x| is at most |x64| + (error of x). An activation adds 4 ULP and makes an error larger by its steepest slope at most,
or by any factor where it jumps. Softmax at least halves one, and adds 1e-6 at most; its logarithm at most doubles
one, and adds 1e-6 and 2 ULP.
Argmax is the same unless the two best are closer than their errors."""
import math
from operator import mul

from modelfiles import product

U, SOFTMAX = 2.0 ** -24, 1e-6


def linear(shape, x, error, weight, bias):
    """(y, error of y) for the `x` of `shape` that is off by at most `error`; weight and bias are flat."""
    inner = shape[-1]
    gamma = (inner + 1) * U / (1 - (inner + 1) * U)
    rows = [weight[start:start + inner] for start in range(0, len(weight), inner)]
    absolute = [[abs(w) for w in row] for row in rows]
    y, errors = [], []
    for start in range(0, len(x), inner):
        values, carried_errors = x[start:start + inner], error[start:start + inner]
        magnitudes = [abs(value) + e for value, e in zip(values, carried_errors)]
        carries = any(carried_errors)
        for j, row in enumerate(rows):
            y.append(sum(map(mul, values, row)) + bias[j])
            carried = sum(map(mul, carried_errors, absolute[j])) if carries else 0.0
            magnitude = sum(map(mul, magnitudes, absolute[j])) + abs(bias[j])
            errors.append(gamma * magnitude + inner * 2.0 ** -149 + carried)
    return y, errors


def elementwise(activation, x, error):
    """(y, error of y), as above."""
    y = [activation.value(value) if math.isfinite(value) else math.nan for value in x]
    return y, [8 * U * abs(value) + 4 * 2.0 ** -149 + (activation.slope * e if e else 0.0) for value, e in zip(y, error)]


def rows_along(shape, dim):
    """The indices of each row along `dim`."""
    dim %= len(shape)
    step = product(shape[dim + 1:])
    for outer in range(product(shape[:dim])):
        for inner in range(step):
            first = outer * shape[dim] * step + inner
            yield range(first, first + shape[dim] * step, step)


def softmax(shape, x, error, dim):
    """(y, error of y), as above."""
    y, errors = [0.0] * len(x), [0.0] * len(x)
    for row in rows_along(shape, dim):
        largest = max(x[i] for i in row)
        exponentials = [math.exp(x[i] - largest) for i in row]
        total, carried = math.fsum(exponentials), max(error[i] for i in row)
        for i, e in zip(row, exponentials):
            y[i] = e / total
            # |dy_i| = y_i |dx_i - sum y_j dx_j| <= 2 y_i (1 - y_i) max|dx| <= max|dx| / 2
            errors[i] = SOFTMAX + carried / 2
    return y, errors


def log_softmax(shape, x, error, dim):
    """(y, error of y), as above."""
    y, errors = [0.0] * len(x), [0.0] * len(x)
    for row in rows_along(shape, dim):
        largest = max(x[i] for i in row)
        total, carried = math.fsum(math.exp(x[i] - largest) for i in row), max(error[i] for i in row)
        for i in row:
            y[i] = x[i] - largest - math.log(total)
            errors[i] = SOFTMAX + 4 * U * abs(y[i]) + 2 * carried
    return y, errors
