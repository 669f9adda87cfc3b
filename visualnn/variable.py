"""Numbers that outlive a call: weights, optimizer slots, random states."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from visualnn.primitives.operators import Arithmetic, operate
from visualnn.primitives.primitive import outside_recording, recorder
from visualnn.primitives.tensor import Tensor
from visualnn.scope import current_scope
from visualnn.spec import ShapeError, Spec, is_float

step_boundary = threading.RLock()
"""Held while a training step writes its results, and by whoever reads several variables that must
belong to one step."""

_autocast: ContextVar[str | None] = ContextVar("autocast", default=None)

replaced_values: ContextVar[dict[int, tuple[Any, Any]] | None] = ContextVar(
    "replaced_values", default=None
)
"""The variables, by their identity, that have other values inside a ``StatelessScope``."""


@contextmanager
def autocast(dtype: str | None) -> Iterator[None]:
    """Read floating-point variables as this dtype inside; ``None`` reads them as they are."""
    token = _autocast.set(dtype)
    try:
        yield
    finally:
        _autocast.reset(token)


def autocast_dtype() -> str | None:
    """The dtype in which floating-point variables are read here, if not their own."""
    return _autocast.get()


being_made: ContextVar[list[Variable] | None] = ContextVar("being_made", default=None)
"""A list of the variables that are made, for whoever wants to know."""

_AGGREGATIONS = ("none", "mean", "sum", "only_first_replica")
_SYNCHRONIZATIONS = ("auto", "none", "on_read", "on_write")

initializers_by_name: list[Callable[[str], Callable]] = []
"""What makes an initializer of a name; the initializers, which know tensors, put it here."""


class Variable(Arithmetic):
    """A named array that training may change.

    The first value is made when it is first read: building a model allocates nothing.

    Args:
        initializer: The first value, or what makes it: a function ``(shape, dtype=...)``, or the
            name of an initializer.
        shape: The shape; needed when the initializer makes the value.
        dtype: The dtype, by default that of the value, or ``float32``.
        trainable: Whether optimizers may change it.
        autocast: Whether layers of lower precision read it in their own.
        aggregation: Accepted for Keras's sake; there is one process.
        synchronization: Accepted for Keras's sake.
        name: The name; its path puts the scopes of its creation in front.

    Raises:
        ValueError: When an initializer is given without a shape, or another argument makes no
            sense.
    """

    _regularizer: Any
    _constraint: Any
    _overwritten: bool

    def __init__(
        self,
        initializer: Any,
        shape: tuple | None = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        aggregation: str = "none",
        synchronization: str = "auto",
        name: str | None = None,
    ):
        if name is not None and (not isinstance(name, str) or "/" in name):
            raise ValueError(f"{name!r} is not a name for a Variable: a text without '/' is.")
        self.name = name or "variable"
        self.path = f"{current_scope()}/{self.name}".lstrip("/")
        self.trainable = trainable
        self.autocast = autocast
        self._aggregation = self._one_of("aggregation", aggregation, _AGGREGATIONS)
        self._synchronization = self._one_of("synchronization", synchronization, _SYNCHRONIZATIONS)
        vars(self).update(_regularizer=None, _constraint=None, _overwritten=False)
        self._array: np.ndarray | None = None
        self.is_shared = True  # whether somebody else may hold the array
        self._initializer: Callable | None = None
        if isinstance(initializer, str):
            initializer = initializers_by_name[0](initializer)
        if initializer is None:
            raise ValueError(f"Variable {self.path!r} needs a first value, or an initializer.")
        if callable(initializer):
            if shape is None:
                raise ValueError(
                    f"Variable {self.path!r}: an initializer that is a function needs `shape=`."
                )
            self._initializer = initializer
            self.storage = Spec(_checked_shape(shape, self.path), _dtype_name(dtype or "float32"))
        elif replaced_values.get() is not None:
            raise ValueError(
                f"Variable {self.path!r} cannot be made of a value inside a stateless scope, which "
                "it would not outlive. Make it before, or of an initializer."
            )
        else:
            self._array = _first_value(initializer, shape, dtype, self.path)
            self.storage = Spec.of(self._array)
        if (made := being_made.get()) is not None:
            made.append(self)

    def _one_of(self, what: str, value: Any, choices: tuple[str, ...]) -> str:
        value = "none" if value is None else value
        if value not in choices:
            raise ValueError(
                f"Variable {self.path!r}: `{what}` must be one of {', '.join(choices)}, "
                f"but is {value!r}."
            )
        return value

    # ------------------------------------------------------------------ what training makes of it

    @property
    def aggregation(self) -> str:
        """How copies of it would be joined; there is one."""
        return self._aggregation

    @property
    def synchronization(self) -> str:
        """When copies of it would be joined; there is one."""
        return self._synchronization

    @property
    def regularizer(self) -> Any:
        """The penalty of its size, if there is one."""
        return self._regularizer

    @regularizer.setter
    def regularizer(self, value: Any) -> None:
        self._regularizer = self._function("regularizer", value)

    @property
    def constraint(self) -> Any:
        """What is applied to it after every step, if there is something."""
        return self._constraint

    @constraint.setter
    def constraint(self, value: Any) -> None:
        self._constraint = self._function("constraint", value)

    def _function(self, what: str, value: Any) -> Any:
        if value is not None and not callable(value):
            raise ValueError(
                f"Variable {self.path!r}: its {what} must be a function or None, not {value!r}."
            )
        return value

    @property
    def overwrite_with_gradient(self) -> bool:
        """Whether training replaces it by its gradient."""
        return self._overwritten

    @overwrite_with_gradient.setter
    def overwrite_with_gradient(self, value: bool) -> None:
        if not isinstance(value, bool):
            raise TypeError(
                f"Variable {self.path!r}: `overwrite_with_gradient` must be True or False, "
                f"not {value!r}."
            )
        self._overwritten = value

    # ------------------------------------------------------------------ reading

    @property
    def spec(self) -> Spec:
        """Shape and dtype as they are read here."""
        return Spec(self.storage.sizes, self.dtype)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.storage.shape  # type: ignore[return-value] - a variable's sizes are known

    @property
    def dtype(self) -> str:
        cast = _autocast.get()
        if cast and self.autocast and is_float(self.storage.dtype):
            return cast
        return self.storage.dtype

    @property
    def ndim(self) -> int:
        return self.storage.ndim

    @property
    def value(self) -> Any:
        """The newest value: of the graph being recorded, or the one kept now."""
        graph = recorder.get()
        return np.asarray(self).view(Tensor) if graph is None else graph.lift(self)

    @property
    def initialized(self) -> bool:
        """Whether the first value has been made."""
        return self._array is not None

    def stored(self) -> np.ndarray:
        """The array kept now; from here on it is replaced, never changed."""
        with step_boundary:
            self.is_shared = True
            return self.current()

    def current(self) -> np.ndarray:
        """The array kept now, only to be read at once: the next step may write over it."""
        replaced = replaced_values.get()
        if replaced is not None and id(self) in replaced:
            return replaced[id(self)][1]
        if self._array is None:
            assert self._initializer is not None
            with outside_recording(), autocast(None), step_boundary:
                value = self._initializer(self.storage.shape, dtype=self.storage.dtype)
                self._array = self.fitting(value)
        return self._array

    def numpy(self) -> np.ndarray:
        """A copy of the numbers."""
        with step_boundary:
            return self.current().copy()

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        return np.asarray(self.stored(), dtype or _numpy_dtype(self.dtype))

    def __float__(self) -> float:
        return float(self.value)

    def __int__(self) -> int:
        return int(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __index__(self) -> int:
        return self.value.__index__()

    def __pos__(self) -> Any:
        return self.value

    def __len__(self) -> int:
        return self.shape[0]

    # ------------------------------------------------------------------ writing

    def assign(self, value: Any) -> Any:
        """Replace the value; inside a traced function, from here on in that function.

        Raises:
            ShapeError: When the shape is another.
        """
        graph = recorder.get()
        if graph is not None:
            return graph.assign(self, self._recorded(graph, value))
        self.store(self.fitting(value))
        return self.value

    def assign_add(self, value: Any) -> Any:
        """Add to the value."""
        with autocast(None):
            return self.assign(self.value + value)

    def assign_sub(self, value: Any) -> Any:
        """Subtract from the value."""
        with autocast(None):
            return self.assign(self.value - value)

    def store(self, array: np.ndarray) -> None:
        """Keep this array, which nobody else may change, as the value."""
        replaced = replaced_values.get()
        if replaced is not None:
            replaced[id(self)] = (self, array)
            return
        with step_boundary:
            self._array, self.is_shared = array, True

    def initialize_by(self, initializer: Callable) -> None:
        """Forget the value; the next reader gets one made by this function."""
        self._initializer, self._array = initializer, None

    def fitting(self, value: Any) -> np.ndarray:
        """A value as an array of the shape and dtype of this variable.

        Raises:
            ShapeError: When the shape is another.
        """
        array = np.array(value, _numpy_dtype(self.storage.dtype))
        if array.shape != self.storage.shape:
            raise self._misfit(array.shape)
        return array

    def _recorded(self, graph: Any, value: Any) -> Any:
        lifted = graph.lift(value, self.storage.dtype)
        if any(
            a != b for a, b in zip(lifted.shape, self.shape, strict=False) if a is not None
        ) or len(lifted.shape) != len(self.shape):
            raise self._misfit(lifted.shape)
        if lifted.dtype != self.storage.dtype:
            lifted = operate("cast", lifted, self.storage.dtype)
        return lifted

    def _misfit(self, shape: tuple) -> ShapeError:
        return ShapeError(
            f"Variable {self.path!r} has the shape {self.shape}; "
            f"a value of shape {tuple(shape)} cannot be assigned to it."
        )

    def __repr__(self) -> str:
        return f"<Variable path={self.path}, shape={self.shape}, dtype={self.storage.dtype}>"


def current_arrays(variables: Iterable[Variable]) -> list[np.ndarray]:
    """``current()`` of several variables."""
    if replaced_values.get() is None:
        found = [variable._array for variable in variables]
        arrays = [array for array in found if array is not None]
        if len(arrays) == len(found):
            return arrays
    return [variable.current() for variable in variables]


def _numpy_dtype(dtype: str) -> Any:
    if dtype == "bfloat16":
        import ml_dtypes

        return ml_dtypes.bfloat16
    return np.dtype(dtype)


def _dtype_name(dtype: Any) -> str:
    if dtype == "bfloat16":
        return dtype
    try:
        return np.dtype(dtype).name
    except TypeError as problem:
        raise ValueError(f"{dtype!r} is not a dtype that a Variable can have.") from problem


def _checked_shape(shape: Any, path: str) -> tuple[int, ...]:
    sizes = tuple(shape) if isinstance(shape, list | tuple) else (shape,)
    for size in sizes:
        if not isinstance(size, int | np.integer) or size < 0:
            raise ValueError(
                f"Variable {path!r}: the shape {tuple(sizes)} has the size {size!r}; "
                "every size must be a whole number, zero or more."
            )
    return tuple(int(size) for size in sizes)


def _first_value(value: Any, shape: tuple | None, dtype: Any, path: str) -> np.ndarray:
    is_symbolic = isinstance(value, Arithmetic) and not isinstance(value, np.ndarray | Variable)
    if is_symbolic and getattr(value, "array", None) is None:
        raise TypeError(
            f"Variable {path!r}: its first value {value!r} is only known while the model "
            "runs. Give numbers, or an initializer, and assign the tensor to it instead."
        )
    array = np.array(value, _numpy_dtype(_dtype_name(dtype)) if dtype else None)
    if dtype is None and not hasattr(value, "dtype") and array.dtype.kind in "fi":
        array = array.astype("float32" if array.dtype.kind == "f" else "int32")
    if shape is not None and array.shape != tuple(shape):
        array = np.broadcast_to(array, tuple(shape)).copy()
    return array.view(np.ndarray)
