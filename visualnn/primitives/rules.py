"""Shape rules and examples that many primitives share."""

from visualnn.spec import ShapeError, broadcast, known


def same_sizes(x, **settings):
    """The sizes of what keeps every element in its place."""
    return x.sizes


def broadcast_sizes(*inputs, **settings):
    """The sizes of what combines the elements of several tensors."""
    return broadcast(*(x.sizes for x in inputs))


def sizes_of_like(x, like, **settings):
    """The sizes of what is given the shape of its second input."""
    return like.sizes


def one_example(normal):
    """Any numbers will do."""
    yield normal(2, 3)


def positive_example(normal):
    """Only positive numbers have a result."""
    yield normal(2, 3) ** 2 + 0.1


def two_examples(normal):
    """The same shape, and shapes to broadcast."""
    yield normal(2, 3), normal(2, 3)
    yield normal(2, 3), normal(3)
    yield normal(2, 1), normal(1, 3)


def check_axes(name, x, axes):
    """Refuse axes that a tensor does not have, or that come twice.

    Raises:
        ShapeError: Saying which.
    """
    for axis in axes:
        if not 0 <= axis < x.ndim:
            raise ShapeError(f"{name}: {x} has no axis {axis}.")
    if len(set(axes)) != len(axes):
        raise ShapeError(f"{name}: the axes {tuple(axes)} contain one twice.")


def filled(shape, unknown):
    """A shape with the sizes that were not known when it was written put in their places.

    Primitives with a ``shape`` setting take one scalar tensor for each place that is not a
    number, after their other inputs.
    """
    sizes = iter(unknown)
    return tuple(size if known(size) else int(next(sizes)) for size in shape)


def check_unknown(name, shape, unknown):
    """Refuse a ``shape`` whose unknown places do not match the tensors given for them.

    Raises:
        ShapeError: Saying how many.
    """
    places = sum(not known(size) for size in shape)
    if places != len(unknown):
        raise ShapeError(
            f"{name}: the shape {tuple(shape)} has {places} unknown sizes, "
            f"but {len(unknown)} tensors give them."
        )
    for size in unknown:
        if size.ndim:
            raise ShapeError(f"{name}: a size must be a single number, but got {size}.")
