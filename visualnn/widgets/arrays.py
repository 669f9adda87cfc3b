"""The arrays among the notebook's variables, by name."""

# pyright: strict, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# (variables may be anything)

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from visualnn.builder.sentences import say
from visualnn.structure import flatten
from visualnn.widgets.messages import ArrayView


def notebook_variables() -> Mapping[str, Any]:
    """The variables of the notebook, or of the program where there is none."""
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive is not None else None
    if shell is not None:
        return shell.user_ns
    return vars(sys.modules["__main__"])


def arrays_among(variables: Mapping[str, Any]) -> list[ArrayView]:
    """The variables that can be trained with: arrays, and lists and dicts of them."""
    found: list[ArrayView] = []
    for name, value in list(variables.items()):
        if name.startswith("_") or not name.isidentifier():
            continue
        if is_array(value):
            shape = tuple(int(size) for size in value.shape)
            found.append(ArrayView(name, str(shape), str(value.dtype)))
        elif _is_several(value):
            arrays = flatten(value)
            kinds = ", ".join(dict.fromkeys(str(array.dtype) for array in arrays))
            shapes = ", ".join(str(tuple(array.shape)) for array in arrays)
            found.append(ArrayView(name, shapes, kinds))
    return found


def is_array(value: Any) -> bool:
    """Whether this is an array of examples: of numpy, pandas, or anything alike."""
    if isinstance(value, type) or np.isscalar(value):
        return False
    shape = getattr(value, "shape", None)
    return (
        isinstance(shape, tuple)
        and len(shape) > 0
        and hasattr(value, "dtype")
        and hasattr(value, "__array__")
        and all(isinstance(size, int) for size in shape)
    )


def _is_several(value: Any) -> bool:
    if type(value) not in (list, tuple, dict) or not 1 <= len(value) <= 20:
        return False
    items = value.values() if isinstance(value, dict) else value
    return all(is_array(item) for item in items)


def array_named(name: str, variables: Mapping[str, Any]) -> Any:
    """The variable of this name.

    Raises:
        ValueError: When there is none that can be trained with.
    """
    value = variables.get(name)
    if value is None:
        raise ValueError(
            say(
                "The notebook has no variable {name} any more: choose the data again.",
                name=repr(name),
            )
        )
    if not is_array(value) and not _is_several(value):
        raise ValueError(
            say("The variable {name} is no array any more: choose the data again.", name=repr(name))
        )
    return value
