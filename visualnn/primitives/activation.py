"""The nonlinearities of the field that would lose digits, or time, in pieces."""

import numpy as np

from visualnn.primitives.arithmetic import add, is_finite, minimum, negative, subtract
from visualnn.primitives.comparison import where
from visualnn.primitives.composition import composition
from visualnn.primitives.conversion import cast_like, in_single, stop_gradient
from visualnn.primitives.exponential import exp, log, log1p
from visualnn.primitives.movement import squeeze, zeros_like
from visualnn.primitives.primitive import primitive
from visualnn.primitives.reduction import max, sum
from visualnn.primitives.rules import check_axes, one_example, same_sizes


@primitive
def relu(x):
    """Rectified linear unit: negative elements become zero."""
    return np.maximum(x, 0)


relu.shape(same_sizes)
relu.examples(one_example)


@relu.gradient
def _(g, y, x):
    return g * cast_like(y > 0, g)  # the slope is 1 where the input passed, 0 where it was cut


@primitive
def sigmoid(x):
    """Squash each element into (0, 1): ``1 / (1 + exp(-x))``."""
    return in_single(_sigmoid, x)


def _sigmoid(x):  # where the exponential overflows, the result is zero, as it should be
    return 1 / (1 + np.exp(-x))


sigmoid.shape(same_sizes)
sigmoid.examples(one_example)


@sigmoid.gradient
def _(g, y, x):
    return g * y * (1 - y)


@primitive
def tanh(x):
    """Squash each element into (-1, 1)."""
    return np.tanh(x)


tanh.shape(same_sizes)
tanh.examples(one_example)


@tanh.gradient
def _(g, y, x):
    return g * (1 - y * y)


@composition(in_single=True)
def softplus(x):
    """A smooth relu: ``log(1 + exp(x))``, written not to overflow."""
    # at zero, the two parts of the slope are 0 and 1/2: minimum(x, -x) counts as x there
    return add(relu(x), log1p(exp(minimum(x, negative(x)))))


softplus.examples(one_example)


# --------------------------------------------------------------------------- along axes


def _axes_examples(normal):
    yield normal(2, 3), dict(axes=(1,))
    yield normal(2, 3, 4), dict(axes=(0, 2))


@primitive
def softmax(x, *, axes):
    """Turn numbers into positive ones that sum to one along the axes: ``exp(x) / sum(exp(x))``."""
    raised = np.exp(x - np.maximum.reduce(x, axis=axes, keepdims=True))
    return raised / np.add.reduce(raised, axis=axes, keepdims=True)


@softmax.shape
def _(x, *, axes):
    check_axes("softmax", x, axes)
    return x.sizes


softmax.examples(_axes_examples)


@softmax.gradient
def _(g, y, x, *, axes):
    weighted = g * y
    return weighted - y * sum(weighted, axes=axes, keepdims=True)


@composition(in_single=True)
def log_softmax(x, *, axes):
    """The logarithm of the softmax, exact also where it is small: ``x - log(sum(exp(x)))``."""
    shifted = subtract(x, stop_gradient(max(x, axes=axes, keepdims=True)))
    return subtract(shifted, log(sum(exp(shifted), axes=axes, keepdims=True)))


log_softmax.examples(_axes_examples)


@composition(in_single=True)
def logsumexp(x, *, axes, keepdims=False):
    """A smooth maximum over the axes, which does not overflow: ``log(sum(exp(x)))``."""
    highest = stop_gradient(max(x, axes=axes, keepdims=True))
    shift = where(is_finite(highest), highest, zeros_like(highest))
    total = add(log(sum(exp(subtract(x, shift)), axes=axes, keepdims=True)), shift)
    return total if keepdims else squeeze(total, axes=axes)


@logsumexp.examples
def _(normal):
    yield normal(2, 3), dict(axes=(1,))
    yield normal(2, 3, 4), dict(axes=(0, 2), keepdims=True)
