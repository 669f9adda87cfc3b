"""Objects as records: what a saved file holds of a layer, a function, an array.

Source: keras.md sections 2 and 3, by files that Keras 3.15 wrote.
"""

from __future__ import annotations

import inspect
import itertools
import types
from contextvars import ContextVar
from typing import Any

import numpy as np

from visualnn.primitives.operators import Symbolic
from visualnn.primitives.tensor import Tensor
from visualnn.serialization.limits import deep_recursion
from visualnn.serialization.registry import NAMES, get_registered_name


class Record(dict):
    """A finished record: a plain dict that need not be looked through again."""


class shared_objects:  # noqa: N801 - reads like the function it would be
    """Makes records for a file inside: they hold also the settings that Keras's configs forget.

    Args:
        numbered: Whether objects that are met more than once get numbers, so that they are one
            when read.
    """

    def __init__(self, numbered: bool = True):
        self.numbered = numbered

    def __enter__(self) -> None:
        self.met: dict[int, tuple[Any, Record]] = {}
        self.numbers = itertools.count(1)
        self.token = _sharing.set(self)

    def __exit__(self, *problem: Any) -> None:
        _sharing.reset(self.token)


_sharing: ContextVar[shared_objects | None] = ContextVar("sharing", default=None)


def serialize_keras_object(obj: Any) -> Any:
    """The record of an object; of a structure, the same structure of records.

    Raises:
        TypeError: When it cannot be saved: it has no ``get_config``, or is a lambda.
    """
    with deep_recursion():
        return _record(obj)


def _record(obj: Any) -> Any:
    if obj is None or type(obj) in (str, bool, int, float):
        return obj
    if isinstance(obj, Record):
        return obj
    if isinstance(obj, dict):
        return {key: _record(value) for key, value in obj.items()}
    if isinstance(obj, list | tuple):
        items = [_record(x) for x in obj]
        return tuple(items) if type(obj) is tuple else items
    special = _special(obj)
    if special is not None:
        return special
    if inspect.isfunction(obj) or inspect.isbuiltin(obj):
        return _function(obj)
    if inspect.isclass(obj):
        return _class_itself(obj)
    return _object(obj)


def _special(obj: Any) -> Any:
    """The records that Python's and numpy's own values have."""
    if isinstance(obj, np.generic) or (isinstance(obj, np.ndarray) and obj.ndim == 0):
        return obj.item()
    if isinstance(obj, np.ndarray):
        kind = "__tensor__" if isinstance(obj, Tensor) else "__numpy__"
        shape = {} if obj.size else {"shape": list(obj.shape)}  # which empty lists do not tell
        return _pair(kind, value=np.asarray(obj).tolist(), dtype=obj.dtype.name, **shape)
    if isinstance(obj, str | int | float):
        return next(kind(obj) for kind in (str, int, float) if isinstance(obj, kind))
    if isinstance(obj, np.dtype):
        return obj.name
    if isinstance(obj, bytes):
        return _pair("__bytes__", value=obj.decode("utf-8"))
    if isinstance(obj, slice):
        parts = {k: _record(getattr(obj, k)) for k in ("start", "stop", "step")}
        return _pair("__slice__", **parts)
    if obj is Ellipsis:
        return _pair("__ellipsis__")
    if isinstance(obj, Symbolic):
        return _symbolic(obj)
    return None


def _symbolic(tensor: Any) -> Record:
    operation, node_index, tensor_index = tensor._keras_history
    return _pair(
        "__keras_tensor__",
        shape=list(tensor.shape),
        dtype=tensor.dtype,
        keras_history=[operation.name, node_index, tensor_index],
    )


def _pair(class_name: str, **config: Any) -> Record:
    return Record(class_name=class_name, config=config)


def _function(function: Any) -> Record:
    if getattr(function, "__name__", "") == "<lambda>":
        raise TypeError(
            "A lambda cannot be saved: a file would have to hold Python code, which nobody could "
            "safely open. Define a function with a name and decorate it with "
            "`@visualnn.saving.register_keras_serializable()`."
        )
    known = NAMES.get(function)
    return Record(
        module="builtins",
        class_name="function",
        config=known.class_name if known else get_registered_name(function),
        registered_name="function",
    )


def _class_itself(cls: type) -> Any:
    if issubclass(cls, np.generic):
        return np.dtype(cls).name
    raise TypeError(
        f"The class {cls.__name__} itself cannot be saved, only an object of it: {cls.__name__}()."
    )


def _object(obj: Any) -> Record:
    cls = type(obj)
    known = NAMES.get(cls)
    record = Record(
        module=known.module if known else _module(cls),
        class_name=known.class_name if known else cls.__name__,
        config=_config(obj),
        registered_name=known.registered_name if known else get_registered_name(cls),
    )
    for key in ("build_config", "compile_config"):
        get = getattr(obj, f"get_{key}", None)
        value = get() if get is not None else None
        if value is not None:
            record[key] = _record(value)
    return _numbered(obj, record)


def _module(cls: type) -> str | None:
    return None if cls.__module__ in ("__main__", "builtins") else cls.__module__


def _config(obj: Any) -> dict:
    get_config = getattr(obj, "get_config", None)
    if get_config is None or isinstance(obj, types.ModuleType):
        raise TypeError(
            f"{obj!r} cannot be saved: the class {type(obj).__name__} needs a method `get_config` "
            "that returns the arguments of its constructor."
        )
    config = get_config()
    if not isinstance(config, dict):
        raise TypeError(
            f"{type(obj).__name__}.get_config() must return a dict, but returned {config!r}."
        )
    declaration = getattr(type(obj), "__declaration__", None)
    if declaration is not None and _sharing.get() is not None:
        config = {**config, **declaration.left_out(obj, config)}
    return _record(config)


def _numbered(obj: Any, record: Record) -> Record:
    """Give an object that is met again the number by which a reader makes it one."""
    sharing = _sharing.get()
    if sharing is None or not sharing.numbered:
        return record
    if id(obj) not in sharing.met:
        sharing.met[id(obj)] = (obj, record)  # with the object, so that its id stays its own
        return record
    first = sharing.met[id(obj)][1]
    if "shared_object_id" not in first:
        first["shared_object_id"] = next(sharing.numbers)
    record["shared_object_id"] = first["shared_object_id"]
    return record
