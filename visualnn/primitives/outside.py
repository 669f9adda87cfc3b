"""What no arithmetic does: finding words in tables, taking texts apart."""

import numpy as np

from visualnn.primitives.primitive import primitive
from visualnn.spec import Unknown


@primitive(dtype=lambda *xs, dtype, **others: dtype)
def by_function(*xs, function, dtype, kept, tail):
    """The result of a Python function that gets the arrays, such as finding words in a table.

    The result has the first ``kept`` axes of the first input and then ``tail``, where ``None``
    is a size that only the function knows.  It has no gradient.
    """
    return function(*xs)


@by_function.shape
def _(*xs, function, dtype, kept, tail):
    return (*xs[0].sizes[:kept], *(Unknown() if size is None else size for size in tail))


@by_function.examples
def _(normal):
    def places(x):
        return np.argsort(x, axis=-1).astype("int64")

    yield normal(2, 3), dict(function=places, dtype="int64", kept=1, tail=(3,))
