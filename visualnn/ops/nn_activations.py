"""Nonlinearities: what a layer does to each number after its weighted sums."""

from __future__ import annotations

import math

from visualnn import primitives as p
from visualnn.ops.numpy_arithmetic import clip
from visualnn.ops.operation import operation
from visualnn.ops.promotion import as_fraction, as_number, axes_of, axis_of
from visualnn.spec import Spec, known

# --------------------------------------------------------------------------- rectifiers


@operation("nn", "Relu")
def relu(x):
    """Rectified linear unit: negative elements become zero."""
    return p.relu(as_number(x))


@operation("nn", "Relu6")
def relu6(x):
    """Negative elements become zero, those above six become six."""
    return p.minimum(p.relu(as_number(x)), 6)


@operation("nn", "LeakyRelu", "negative_slope")
def leaky_relu(x, negative_slope=0.2):
    """Negative elements are multiplied by a small slope."""
    x = as_fraction(x)
    return p.where(p.greater_equal(x, 0), x, p.multiply(x, negative_slope))


@operation("nn", "Threshold", "threshold", "default_value")
def threshold(x, threshold, default_value):
    """Elements that are not above the threshold become ``default_value``."""
    x = as_number(x)
    return p.where(p.greater(x, threshold), x, p.multiply(p.ones_like(x), default_value))


@operation("nn", "HardShrink", "threshold")
def hard_shrink(x, threshold=0.5):
    """Elements nearer to zero than the threshold become zero."""
    x = as_fraction(x)
    return p.where(p.greater(p.absolute(x), threshold), x, p.zeros_like(x))


@operation("nn", "SoftShrink", "threshold")
def soft_shrink(x, threshold=0.5):
    """Every element moves towards zero by the threshold, but not beyond."""
    x = as_fraction(x)
    above = p.relu(p.subtract(x, threshold))
    below = p.relu(p.subtract(p.negative(x), threshold))
    return p.subtract(above, below)


@operation("nn", "HardTanh")
def hard_tanh(x):
    """Elements are held between -1 and 1."""
    return clip(x, -1, 1)


@operation("nn", "HardSigmoid")
def hard_sigmoid(x):
    """A sigmoid of straight lines: ``relu6(x + 3) / 6``."""
    return p.divide(relu6(p.add(as_fraction(x), 3)), 6)


@operation("nn", "HardSilu")
def hard_silu(x):
    """Each element times its hard sigmoid."""
    x = as_fraction(x)
    return p.multiply(x, hard_sigmoid(x))


# --------------------------------------------------------------------------- exponential ones


@operation("nn", "Elu", "alpha")
def elu(x, alpha=1.0):
    """Negative elements become ``alpha * (exp(x) - 1)``."""
    x = as_fraction(x)
    below = p.expm1(p.minimum(x, 0))
    return p.add(p.relu(x), below if alpha == 1 else p.multiply(below, alpha))


_SELU_ALPHA = 1.6732632423543772848170429916717
_SELU_SCALE = 1.0507009873554804934193349852946


@operation("nn", "Selu")
def selu(x):
    """An elu whose results keep the mean zero and the variance one (Klambauer et al., 2017)."""
    return p.multiply(elu(x, _SELU_ALPHA), _SELU_SCALE)


@operation("nn", "Celu", "alpha")
def celu(x, alpha=1.0):
    """Negative elements become ``alpha * (exp(x / alpha) - 1)``."""
    x = as_fraction(x)
    below = p.multiply(p.expm1(p.divide(p.minimum(x, 0), alpha)), alpha)
    return p.add(p.relu(x), below)


@operation("nn", "Sigmoid")
def sigmoid(x):
    """Squash each element into (0, 1): ``1 / (1 + exp(-x))``."""
    return p.sigmoid(as_fraction(x))


@operation("nn", "LogSigmoid")
def log_sigmoid(x):
    """The logarithm of the sigmoid, written not to lose small ones."""
    return p.negative(p.softplus(p.negative(as_fraction(x))))


@operation("nn", "Softplus")
def softplus(x):
    """A smooth relu: ``log(1 + exp(x))``."""
    return p.softplus(as_fraction(x))


@operation("nn", "Softsign")
def softsign(x):
    """Squash each element into (-1, 1): ``x / (1 + |x|)``."""
    x = as_fraction(x)
    return p.divide(x, p.add(p.absolute(x), 1))


@operation("nn", "Silu")
def silu(x):
    """Each element times its sigmoid; also known as swish."""
    x = as_fraction(x)
    return p.multiply(x, p.sigmoid(x))


@operation("nn", "Gelu", "approximate")
def gelu(x, approximate=True):
    """Each element times the share of the bell curve that lies below it.

    The approximation by a tanh is that of Hendrycks and Gimpel (2016).
    """
    x = as_fraction(x)
    if approximate:
        cubed = p.multiply(p.multiply(x, x), x)
        inner = p.multiply(p.add(x, p.multiply(cubed, 0.044715)), math.sqrt(2 / math.pi))
        return p.multiply(p.multiply(x, 0.5), p.add(p.tanh(inner), 1))
    return p.multiply(p.multiply(x, 0.5), p.add(p.erf(p.multiply(x, math.sqrt(0.5))), 1))


@operation("nn", "TanhShrink")
def tanh_shrink(x):
    """Each element minus its hyperbolic tangent."""
    x = as_fraction(x)
    return p.subtract(x, p.tanh(x))


@operation("nn", "Squareplus", "b")
def squareplus(x, b=4):
    """A smooth relu without exponentials: ``(x + sqrt(x² + b)) / 2``."""
    x = as_fraction(x)
    return p.multiply(p.add(x, p.sqrt(p.add(p.multiply(x, x), b))), 0.5)


@operation("nn", "SparsePlus")
def sparse_plus(x):
    """A smooth relu that is exactly zero below -1 and exactly ``x`` above 1."""
    x = as_fraction(x)
    bend = p.multiply(p.add(x, 1), p.multiply(p.add(x, 1), 0.25))
    return p.where(p.less_equal(x, -1), p.zeros_like(x), p.where(p.less(x, 1), bend, x))


@operation("nn", "SparseSigmoid")
def sparse_sigmoid(x):
    """A straight line from 0 at -1 to 1 at 1, level outside."""
    return clip(p.multiply(p.add(as_fraction(x), 1), 0.5), 0, 1)


# --------------------------------------------------------------------------- along an axis


@operation("nn", "Softmax", "axis")
def softmax(x, axis=-1):
    """Turn the numbers along an axis into positive ones that sum to one, larger for larger."""
    x = as_fraction(x)
    axes = axes_of(x, axis, "softmax")
    return x if 0 in Spec.of(x).shape else p.softmax(x, axes=axes)


@operation("nn", "LogSoftmax", "axis")
def log_softmax(x, axis=-1):
    """The logarithm of the softmax, written not to lose small ones."""
    x = as_fraction(x)
    axes = axes_of(x, axis, "log_softmax")
    return x if 0 in Spec.of(x).shape else p.log_softmax(x, axes=axes)


@operation("nn", "Sparsemax", "axis")
def sparsemax(x, axis=-1):
    """A softmax that makes many numbers exactly zero (after Martins and Astudillo, 2016).

    As in Keras 3.15, where several numbers stay, they do not sum to one: the running sums
    of all of them are added up where the paper takes the last.  Models trained there expect it.
    """
    x = as_fraction(x)
    axis = axis_of(x, axis, "sparsemax")
    order = p.argsort(p.negative(x), axis=axis)
    ranked = p.take_along_axis(x, order, axis=axis)
    total = p.cumsum(ranked, axis=axis)
    rank = p.cumsum(p.ones_like(x), axis=axis)
    inside = p.greater(p.add(p.multiply(rank, ranked), 1), total)
    kept = p.cast(inside, dtype=Spec.of(x).dtype)
    count = p.sum(kept, axes=(axis,), keepdims=True)
    above = p.sum(p.multiply(total, kept), axes=(axis,), keepdims=True)
    return p.relu(p.subtract(x, p.divide(p.subtract(above, 1), count)))


@operation("nn", "Glu", "axis")
def glu(x, axis=-1):
    """The first half along an axis, each element times the sigmoid of its partner in the other."""
    x = as_fraction(x)
    axis = axis_of(x, axis, "glu")
    length = Spec.of(x).sizes[axis]
    if not known(length) or length % 2:
        raise ValueError(
            f"ops.glu cuts axis {axis} of {Spec.of(x)} into two halves, "
            "so its length must be known and even."
        )
    half = length // 2
    first, second = (
        p.slice(x, axes=(axis,), starts=(start,), stops=(start + half,), steps=(1,))
        for start in (0, half)
    )
    return p.multiply(first, p.sigmoid(second))


swish = silu
hard_swish = hard_silu
