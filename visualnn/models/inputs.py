"""What a functional model is called on, brought into the form of its inputs."""

from __future__ import annotations

import warnings
from typing import Any

from visualnn import ops
from visualnn.layers.arguments import is_tensor
from visualnn.layers.connectivity import KerasTensor
from visualnn.spec import ShapeError
from visualnn.structure import flatten


def matched(model: Any, structure: Any, given: Any, fixed_shapes: bool = True) -> list[Any]:
    """The tensors that were given, one for each input of the model.

    They may be nested like the inputs, or be a dict by the names of the inputs.

    Args:
        model: The model, for messages.
        structure: Its inputs.
        given: What it was called on.
        fixed_shapes: Whether sizes that the inputs declare are insisted on.

    Raises:
        ValueError: When there are too few, too many, or of other shapes.
    """
    inputs = flatten(structure)
    found = _by_structure(model, structure, given)
    if found is None:
        found = _by_name(model, inputs, given) if isinstance(given, dict) else flatten(given)
    if len(found) != len(inputs):
        raise ValueError(
            f"{_title(model)} takes {_count(len(inputs))} ({_names(inputs)}), "
            f"but {_count(len(found))} {'was' if len(found) == 1 else 'were'} given."
        )
    pairs = zip(inputs, found, strict=True)
    return [_fitting(model, x, tensor, fixed_shapes) for x, tensor in pairs]


def _by_structure(model: Any, structure: Any, given: Any) -> list[Any] | None:
    """The tensors in order, if they are nested like the inputs."""
    if isinstance(structure, dict) and isinstance(given, dict):
        missing = [key for key in structure if key not in given]
        if not missing:
            return flatten({key: given[key] for key in structure})
        names = [x.name for x in flatten(structure)]
        if all(name in given for name in names):
            return None
        raise ValueError(
            f"{_title(model)} has no data for its input {missing[0]!r}: "
            f"a dict with the keys {_listed(structure)} is needed, "
            f"but the keys {_listed(given)} were given."
        )
    if isinstance(structure, dict) and isinstance(given, list | tuple):
        warnings.warn(
            f"{_title(model)} takes a dict with the keys {_listed(structure)}, but a "
            f"{type(given).__name__} was given: it is taken in the order of the sorted keys.",
            stacklevel=6,
        )
        return flatten(given)
    return None


def _by_name(model: Any, inputs: list[KerasTensor], given: dict) -> list[Any]:
    names = [_name(x) for x in inputs]
    missing = [name for name in names if name not in given]
    if missing:
        raise ValueError(
            f"{_title(model)} has no data for its input {missing[0]!r}: the data have the keys "
            f"{_listed(given)}, but {', '.join(map(repr, names))} are needed."
        )
    return [given[name] for name in names]


def _fitting(model: Any, x: KerasTensor, tensor: Any, fixed_shapes: bool) -> Any:
    """A tensor in the dtype and rank of an input.

    A last axis of size one may be missing, or be too much, as in Keras.
    """
    if tensor is None:
        if getattr(x.made_by.operation, "optional", False):  # type: ignore[union-attr]
            return None
        raise ValueError(f"{_title(model)}: its input {_name(x)!r} was given None.")
    if not is_tensor(tensor):
        raise ValueError(
            f"{_title(model)}: its input {_name(x)!r} must be an array, "
            f"but {tensor!r} of type {type(tensor).__name__} was given."
        )
    wanted, sizes = x.shape, tuple(tensor.shape)
    mask = getattr(tensor, "_keras_mask", None)
    if len(sizes) == len(wanted) + 1 and sizes[-1] == 1:
        tensor = ops.squeeze(tensor, axis=-1)
    elif len(sizes) + 1 == len(wanted) and wanted[-1] == 1:
        tensor = ops.expand_dims(tensor, axis=-1)
    elif len(sizes) != len(wanted) or (fixed_shapes and not _agree(wanted, sizes)):
        raise ShapeError(
            f"{_title(model)}: its input {_name(x)!r} takes {_open(wanted)}, "
            f"but an array of shape {sizes} was given."
        )
    if _dtype(tensor) != x.dtype and x.dtype != "string" and _is_number(tensor):
        tensor = ops.cast(tensor, x.dtype)
    if mask is not None and getattr(tensor, "_keras_mask", None) is None:
        tensor._keras_mask = mask
    return tensor


def _dtype(tensor: Any) -> str:
    return getattr(tensor.dtype, "name", tensor.dtype)


def _is_number(tensor: Any) -> bool:
    return getattr(tensor.dtype, "kind", "") not in ("O", "U", "S")


def _agree(wanted: tuple, sizes: tuple) -> bool:
    """Whether all sizes but that of the batch are as declared, where they are known."""
    pairs = zip(wanted[1:], sizes[1:], strict=True)
    return all(a is None or b is None or a == b for a, b in pairs)


def _open(shape: tuple) -> tuple:
    """A shape, whatever the batch."""
    return (None, *shape[1:]) if shape else shape


def shapes_of(structure: Any) -> Any:
    """The shape of a tensor, or of several in a list."""
    shapes = [tuple(x.shape) for x in flatten(structure)]
    return shapes if isinstance(structure, list | tuple | dict) else shapes[0]


def _title(model: Any) -> str:
    return f"{type(model).__name__} {model.name!r}"


def _name(x: KerasTensor) -> str:
    return x.made_by.operation.name if x.made_by is not None else x.name


def _names(inputs: list[KerasTensor]) -> str:
    return ", ".join(repr(_name(x)) for x in inputs)


def _listed(keys: Any) -> str:
    return ", ".join(repr(key) for key in keys) or "(none)"


def _count(n: int) -> str:
    return f"{n} input{'s' * (n != 1)}"
