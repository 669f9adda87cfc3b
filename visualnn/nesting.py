"""What users may do with nested structures: the functions of ``keras.tree``.

Lists, tuples, named tuples and dicts are structures; all else is a leaf, ``None`` too.  A dict is
gone through in the order of its sorted keys, an ``OrderedDict`` in its own.
"""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from visualnn import structure as structures
from visualnn.structure import flatten

Path = tuple[Any, ...]


class MAP_TO_NONE:  # noqa: N801 - called so in Keras
    """What a function gives to :func:`traverse` to put ``None`` in a place."""


def is_nested(structure: Any) -> bool:
    """Whether something is a structure, even an empty one, and not a leaf."""
    return isinstance(structure, list | tuple | dict)


def traverse(func: Callable[[Any], Any], structure: Any, top_down: bool = True) -> Any:
    """A copy of a structure, where a function may put something else in the place of each part.

    Args:
        func: Called with the structure, its parts and their leaves.  What it gives takes their
            place: ``None`` keeps them, ``MAP_TO_NONE`` stands for ``None``.
        structure: The structure.
        top_down: Whether the function sees a structure before its parts; when it puts something
            in its place, the parts are not looked at.
    """
    _check_callable("traverse", func)
    return _traversed(func, structure, top_down)


def _traversed(func: Callable[[Any], Any], structure: Any, top_down: bool) -> Any:
    if top_down or not is_nested(structure):
        given = func(structure)
        if given is not None:
            return _given(given)
        if not is_nested(structure):
            return structure
    parts = {key: _traversed(func, part, top_down) for key, part in _parts(structure)}
    if isinstance(structure, dict):
        found = _dict_like(structure, parts)
    else:
        found = _sequence_like(structure, list(parts.values()))
    if not top_down:
        given = func(found)
        return found if given is None else _given(given)
    return found


def _given(value: Any) -> Any:
    return None if value is MAP_TO_NONE or isinstance(value, MAP_TO_NONE) else value


def flatten_with_path(structure: Any) -> list[tuple[Path, Any]]:
    """The leaves of a structure, each with the keys and places that lead to it."""
    return list(_paths((), structure))


def _paths(path: Path, structure: Any) -> Iterator[tuple[Path, Any]]:
    if not is_nested(structure):
        yield path, structure
        return
    for key, part in _parts(structure):
        yield from _paths((*path, key), part)


def map_structure(func: Callable, *structures: Any, none_is_leaf: bool = True) -> Any:
    """A structure of the same form, with a function applied to the leaves of the structures.

    Args:
        func: Called with one leaf of each structure.
        *structures: Structures of one form.
        none_is_leaf: Whether the function is called with ``None``; otherwise it stays.

    Raises:
        ValueError: When the structures have different forms.
    """
    _check_callable("map_structure", func)
    first = _first("map_structure", structures)
    for other in structures[1:]:
        _check_form("map_structure", first, other, none_is_leaf)
    return _mapped(func, first, structures, none_is_leaf)


def map_structure_up_to(shallow_structure: Any, func: Callable, *structures: Any) -> Any:
    """A structure like the shallow one, with a function applied to what lies at its leaves.

    Args:
        shallow_structure: How deep to go.
        func: Called with one part of each structure.
        *structures: Structures that begin like the shallow one.

    Raises:
        ValueError: When one does not begin so.
    """
    _check_callable("map_structure_up_to", func)
    _first("map_structure_up_to", structures)
    for other in structures:
        _check_form("map_structure_up_to", shallow_structure, other, shallow=True)
    return _mapped(func, shallow_structure, structures)


def _mapped(func: Callable, form: Any, structures: tuple, none_is_leaf: bool = True) -> Any:
    if not is_nested(form):
        return None if form is None and not none_is_leaf else func(*structures)
    parts = {
        key: _mapped(func, part, tuple(other[key] for other in structures), none_is_leaf)
        for key, part in _parts(form)
    }
    if isinstance(form, dict):
        return _dict_like(form, parts)
    return _sequence_like(form, list(parts.values()))


def assert_same_structure(a: Any, b: Any, check_types: Any = None) -> None:
    """Raise an error unless two structures have the same form: types, lengths and keys.

    Args:
        a: A structure.
        b: Another one.
        check_types: Without effect, as in Keras; ``assert_same_paths`` takes lists for tuples.

    Raises:
        ValueError: When the forms differ.
    """
    if check_types is not None:
        warnings.warn(
            "assert_same_structure: `check_types` has no effect. To take lists for tuples, use "
            "`assert_same_paths`.",
            DeprecationWarning,
            stacklevel=2,
        )
    _check_form("assert_same_structure", a, b)


def assert_same_paths(a: Any, b: Any) -> None:
    """Raise an error unless the same keys and places lead to the leaves of two structures.

    Raises:
        ValueError: Saying which there are in one only.
    """
    in_a, in_b = ({path for path, _ in flatten_with_path(x)} for x in (a, b))
    if in_a != in_b:
        said = [
            f"only in `{name}`: {', '.join(map(str, sorted(paths, key=repr)))}"
            for name, paths in (("a", in_a - in_b), ("b", in_b - in_a))
            if paths
        ]
        raise ValueError(f"`a` and `b` have different paths; {'; '.join(said)}.")


def pack_sequence_as(structure: Any, flat_sequence: Iterable[Any]) -> Any:
    """A structure of the same form with other leaves, given in flattened order.

    Raises:
        ValueError: When there are more or fewer leaves than the structure has.
    """
    if isinstance(flat_sequence, str) or not isinstance(flat_sequence, Iterable):
        raise TypeError(
            f"pack_sequence_as: `flat_sequence` is a list of leaves, not {flat_sequence!r}."
        )
    leaves = list(flat_sequence)
    expected = len(flatten(structure))
    if len(leaves) != expected:
        raise ValueError(
            f"pack_sequence_as: the structure has {expected} leaves, but {len(leaves)} were given."
        )
    return structures.pack_like(structure, leaves)


def lists_to_tuples(structure: Any) -> Any:
    """A copy of a structure with tuples in the place of lists."""
    return traverse(
        lambda part: tuple(part) if isinstance(part, list) else None, structure, top_down=False
    )


def map_shape_structure(func: Callable, structure: Any) -> Any:
    """A structure of the same form, with a function applied to the shapes in it.

    A shape is a tuple or a list of whole numbers and ``None``.
    """
    _check_callable("map_shape_structure", func)
    if not is_nested(structure) or _is_shape(structure):
        return func(structure)
    parts = {key: map_shape_structure(func, part) for key, part in _parts(structure)}
    if isinstance(structure, dict):
        return _dict_like(structure, parts)
    return _sequence_like(structure, list(parts.values()))


def _is_shape(structure: Any) -> bool:
    return isinstance(structure, list | tuple) and all(
        size is None or isinstance(size, int) for size in structure
    )


# ---------------------------------------------------------------------- parts and forms


def _parts(structure: Any) -> list[tuple[Any, Any]]:
    """The parts of a structure, in order, with their keys."""
    if isinstance(structure, dict):
        return [(key, structure[key]) for key in structures.ordered_keys(structure)]
    return list(enumerate(structure))


def _dict_like(structure: dict, parts: dict) -> Any:
    ordered = {key: parts[key] for key in structure}
    if isinstance(structure, OrderedDict):
        return type(structure)(ordered)
    if type(structure) is dict:
        return ordered
    copy = structure.copy()  # a defaultdict, for one, keeps what it makes
    copy.update(ordered)
    return copy


def _sequence_like(structure: list | tuple, parts: list) -> Any:
    return structures.rebuilt(structure, parts)


def _check_form(
    name: str, a: Any, b: Any, none_is_leaf: bool = True, shallow: bool = False, path: Path = ()
) -> None:
    """Raise an error unless ``b`` has the form of ``a``, or begins like it if that is enough."""
    place = f" at {path}" if path else ""
    if not is_nested(a):
        if (is_nested(b) and not shallow) or (not none_is_leaf and (a is None) != (b is None)):
            raise ValueError(f"{name}: {a!r} was expected{place}, but there is {b!r}.")
        return
    if not _same_kind(a, b):
        raise ValueError(f"{name}: a {type(a).__name__} was expected{place}, but there is {b!r}.")
    if isinstance(a, dict) and a.keys() != b.keys():
        raise ValueError(
            f"{name}: the keys {list(a)} were expected{place}, but there are {list(b)}."
        )
    if len(a) != len(b):
        raise ValueError(
            f"{name}: {len(a)} parts were expected{place}, but there are {len(b)}: {b!r}."
        )
    for key, part in _parts(a):
        _check_form(name, part, b[key], none_is_leaf, shallow, (*path, key))


def _same_kind(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return isinstance(b, dict)
    if hasattr(a, "_fields") or hasattr(b, "_fields"):
        return type(a) is type(b)
    return isinstance(b, list if isinstance(a, list) else tuple)


def _check_callable(name: str, func: Any) -> None:
    if not callable(func):
        raise TypeError(f"{name}: `func` is a function, not {func!r}.")


def _first(name: str, structures: tuple) -> Any:
    if not structures:
        raise ValueError(f"{name}: give at least one structure.")
    return structures[0]
