"""The nonlinearities of the field that would lose digits, or time, in pieces."""

import numpy as np

from visualnn.primitives.conversion import cast_like, in_single
from visualnn.primitives.primitive import primitive
from visualnn.primitives.reduction import reduced_sizes, spread, sum
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


@primitive
def softplus(x):
    """A smooth relu: ``log(1 + exp(x))``, written not to overflow."""
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


softplus.shape(same_sizes)
softplus.examples(one_example)


@softplus.gradient
def _(g, y, x):
    return g * sigmoid(x)


# --------------------------------------------------------------------------- along axes


def _axes_examples(normal):
    yield normal(2, 3), dict(axes=(1,))
    yield normal(2, 3, 4), dict(axes=(0, 2))


@primitive
def softmax(x, *, axes):
    """Turn numbers into positive ones that sum to one along the axes: ``exp(x) / sum(exp(x))``."""
    raised = np.exp(x - np.max(x, axis=axes, keepdims=True))
    return raised / np.sum(raised, axis=axes, keepdims=True)


@softmax.shape
def _(x, *, axes):
    check_axes("softmax", x, axes)
    return x.sizes


softmax.examples(_axes_examples)


@softmax.gradient
def _(g, y, x, *, axes):
    weighted = g * y
    return weighted - y * sum(weighted, axes=axes, keepdims=True)


@primitive
def log_softmax(x, *, axes):
    """The logarithm of the softmax, exact also where it is small: ``x - log(sum(exp(x)))``."""
    shifted = x - np.max(x, axis=axes, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axes, keepdims=True))


@log_softmax.shape
def _(x, *, axes):
    check_axes("log_softmax", x, axes)
    return x.sizes


log_softmax.examples(_axes_examples)


@log_softmax.gradient
def _(g, y, x, *, axes):
    return g - softmax(x, axes=axes) * sum(g, axes=axes, keepdims=True)


@primitive
def logsumexp(x, *, axes, keepdims=False):
    """A smooth maximum over the axes, which does not overflow: ``log(sum(exp(x)))``."""
    highest = np.max(x, axis=axes, keepdims=True, initial=-np.inf)
    shift = np.where(np.isfinite(highest), highest, x.dtype.type(0))
    total = np.log(np.sum(np.exp(x - shift), axis=axes, keepdims=True)) + shift
    return total if keepdims else np.squeeze(total, axes)


logsumexp.shape(reduced_sizes)


@logsumexp.gradient
def _(g, y, x, *, axes, keepdims=False):
    return spread(g, x, axes, keepdims) * softmax(x, axes=axes)


@logsumexp.examples
def _(normal):
    yield normal(2, 3), dict(axes=(1,))
    yield normal(2, 3, 4), dict(axes=(0, 2), keepdims=True)
