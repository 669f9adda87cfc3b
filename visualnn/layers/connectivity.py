"""The layer graph: which layer or operation was called on which tensors.

Calling a layer on a ``KerasTensor`` computes nothing.  It makes a :class:`Call`, and new tensors
that remember it, so the whole model can be found again by walking back from its outputs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from visualnn.graph import trace
from visualnn.ops.operation import first_symbolic
from visualnn.ops.promotion import dtype_name
from visualnn.primitives.operators import Symbolic, operate
from visualnn.primitives.primitive import outside_recording
from visualnn.serialization import auto_name, public, to_snake_case
from visualnn.spec import Spec
from visualnn.structure import flatten, map_structure


class KerasHistory(NamedTuple):
    """Where a tensor of the layer graph comes from."""

    operation: Any
    node_index: int
    tensor_index: int


class KerasTensor(Symbolic):
    """A tensor of the layer graph: what is known of it, and the call that makes it.

    Args:
        shape: The shape, with ``None`` for unknown sizes.
        dtype: The dtype.
        sparse: Kept for Keras's sake; only ``False`` is supported.
        ragged: Kept for Keras's sake; only ``False`` is supported.
        record_history: Kept for Keras's sake.
        name: The name; by default one is made.
    """

    def __init__(
        self,
        shape: Any,
        dtype: Any = "float32",
        sparse: bool = False,
        ragged: bool = False,
        record_history: bool = True,
        name: str | None = None,
    ):
        self.spec = shape if isinstance(shape, Spec) else _stated(shape, dtype)
        self.sparse = sparse
        self.ragged = ragged
        self.name = name or auto_name("keras_tensor")
        self.made_by: Call | None = None
        self.tensor_index = 0
        self._keras_mask: Any = None

    @property
    def shape(self):
        return self.spec.shape

    @property
    def dtype(self) -> str:
        return self.spec.dtype

    @property
    def ndim(self) -> int:
        return self.spec.ndim

    @property
    def T(self):  # noqa: N802 - numpy's name
        return operate("transpose", self)

    @property
    def _keras_history(self) -> KerasHistory:
        assert self.made_by is not None
        call = self.made_by
        return KerasHistory(call.operation, call.index, self.tensor_index)

    def connect(self, operation: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
        """Make an operation node of a function of ``ops``."""
        return ConnectedOperation.of(operation, args, kwargs)

    def reshape(self, newshape: Any):
        """The same elements in another shape."""
        return operate("reshape", self, newshape)

    def squeeze(self, axis: Any = None):
        """The same elements without axes of size one."""
        return operate("squeeze", self, axis)

    def __round__(self, ndigits: int | None = None):
        return operate("round", self, ndigits or 0)

    def __bool__(self) -> bool:
        raise TypeError(self._no_numbers("`if`, `and`, `or`, `not` or `while`"))

    def __int__(self) -> int:
        raise ValueError(self._no_numbers("int()"))

    def __float__(self) -> float:
        raise ValueError(self._no_numbers("float()"))

    def __index__(self) -> int:
        raise TypeError(self._no_numbers("a Python number"))

    def __array__(self, dtype=None, copy=None):
        raise ValueError(self._no_numbers("a numpy array"))

    def __len__(self) -> int:
        raise TypeError(self._no_numbers("len()"))

    def __iter__(self):
        if not self.shape or self.shape[0] is None:
            raise TypeError(f"{self!r} cannot be unpacked: its first size is not known.")
        return (self[i] for i in range(self.shape[0]))

    def _no_numbers(self, use: str) -> str:
        return (
            f"{use} needs numbers, but {self!r} is a placeholder of a functional model. "
            "Put the computation into a Layer's `call`, or use the functions of `ops`."
        )

    def __repr__(self) -> str:
        return f"<KerasTensor shape={self.shape}, dtype={self.dtype}, name={self.name}>"


def _stated(shape: Any, dtype: Any) -> Spec:
    """What a user says of a tensor.

    Raises:
        ValueError: When that is no shape, or no dtype.
    """
    if not isinstance(shape, Iterable) or isinstance(shape, str):
        raise ValueError(f"A shape is a tuple of sizes, but this is {shape!r}.")
    for size in (sizes := tuple(shape)):
        if isinstance(size, int) and size < 0:
            raise ValueError(f"No size of a shape can be negative, but this is {shape!r}.")
    return Spec(sizes, dtype if dtype in (None, "string") else dtype_name(dtype))


class Call:
    """One use of a layer or operation.  A layer that is shared has several.

    Attributes:
        operation: What was called.
        args: Positional arguments: constants and ``KerasTensor`` in any nesting.
        kwargs: Keyword arguments, likewise.
        outputs: What came out, in any nesting.
        index: Which call of this operation it is, from zero.
    """

    __slots__ = ("args", "index", "kwargs", "operation", "output_tensors", "outputs", "tensors")

    def __init__(self, operation: Any, args: tuple, kwargs: dict[str, Any], outputs: Any):
        self.operation = operation
        self.args = args
        self.kwargs = kwargs
        self.outputs = outputs
        self.index = len(operation._calls)
        self.tensors = [x for x in flatten((args, kwargs)) if isinstance(x, KerasTensor)]
        self.output_tensors = [x for x in flatten(outputs) if isinstance(x, KerasTensor)]
        for i, x in enumerate(self.output_tensors):
            x.made_by, x.tensor_index = self, i
        operation._calls.append(self)

    def __repr__(self) -> str:
        return f"<Call {self.index} of {self.operation.name}>"


@public("keras")
class Operation:
    """A computation with settings, and without weights, that functional models are made of.

    A subclass says in ``call`` what it computes, with the functions of ``ops``.  Called on arrays
    it computes; called on the tensors of a functional model it is connected.

    Args:
        name: The name; by default the class name in snake case with a number.
    """

    _calls: list[Call]
    _constructor: tuple[tuple, dict[str, Any]]

    def __new__(cls, *args: Any, **kwargs: Any):
        operation = super().__new__(cls)
        vars(operation).update(_constructor=(args, kwargs), _calls=[])
        return operation

    def __init__(self, name: str | None = None):
        if name is not None and (not isinstance(name, str) or "/" in name):
            raise ValueError(
                f"{name!r} cannot be the name of a {type(self).__name__}: "
                "a name is a text without '/'."
            )
        self._name = name or auto_name(to_snake_case(type(self).__name__))

    @property
    def name(self) -> str:
        return self._name

    @name.setter
    def name(self, name: str) -> None:
        self._name = name

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output, with the functions of ``ops``."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say what it computes: "
            "give it a method `call(self, inputs)`."
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output, or connect the operation where there is a ``KerasTensor``."""
        if any(isinstance(x, KerasTensor) for x in flatten((args, kwargs))):
            return self.symbolic_call(*args, **kwargs)
        return self.call(*args, **kwargs)

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """Connect the operation: new tensors of the layer graph."""
        specs = map_structure(
            lambda x: x.spec if isinstance(x, KerasTensor) else x,
            self.compute_output_spec(*args, **kwargs),
        )
        return Call(self, args, kwargs, as_keras_tensors(specs)).outputs

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """What is known of the outputs, from what is known of the inputs; by default by a trial."""
        specs = output_specs(self.call, args, kwargs, self.name)
        return map_structure(lambda x: KerasTensor(x) if isinstance(x, Spec) else x, specs)

    @property
    def input(self) -> Any:
        """The input of the first call in a functional model."""
        call = self._first_call("input")
        return call.tensors[0] if len(call.tensors) == 1 else call.tensors

    @property
    def output(self) -> Any:
        """The output of the first call in a functional model."""
        return self._first_call("output").outputs

    def _first_call(self, what: str) -> Call:
        if self._calls:
            return self._calls[0]
        raise AttributeError(
            f"{type(self).__name__} {self.name!r} has no {what} yet: "
            "it has not been called in a functional model."
        )

    def get_config(self) -> dict[str, Any]:
        """The arguments it was constructed with, as a saved file keeps them."""
        from visualnn.layers.building import automatic_config

        return {"name": self.name, **automatic_config(self, {"name": self.name})}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """An operation with these settings."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<Operation name={self.name}>"


class ConnectedOperation(Operation):
    """A function of ``ops`` as a node of the layer graph, with its own settings.

    Attributes:
        operation: What the function is (see :mod:`visualnn.ops.operation`).
        config: Its settings, by parameter name.
    """

    def __init__(self, operation: Any, config: dict[str, Any], name: str | None = None):
        self._name = name or auto_name(to_snake_case(operation.class_name))
        self.operation = operation
        self.config = config
        self.built = True

    @classmethod
    def of(cls, operation: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
        """Split arguments into settings and call arguments, and call the node on the latter.

        Tensors that are left out are handed on as ``None``: some classes of Keras ask for them.
        """
        given = operation.signature.bind(*args, **kwargs)
        settings, positional, keywords = {}, [], {}
        for name, parameter in operation.signature.parameters.items():
            if name not in given.arguments:
                if name not in operation.settings and parameter.default is None:
                    keywords[name] = None
                continue
            value = given.arguments[name]
            if name in operation.settings and first_symbolic(value) is None:
                settings[name] = value
            elif parameter.kind is parameter.VAR_POSITIONAL:
                positional += value
            elif parameter.kind is parameter.VAR_KEYWORD:
                keywords.update(value)
            elif name in kwargs:
                keywords[name] = value
            else:
                positional.append(value)
        return cls(operation, settings)(*positional, **keywords)

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Run the function with the settings of this node."""
        parameters = list(self.operation.signature.parameters.values())
        several = [i for i, p in enumerate(parameters) if p.kind is p.VAR_POSITIONAL]
        if several:  # settings before them, such as the equation of `einsum`, come first
            first = [p.name for p in parameters[: several[0]] if p.name in self.config]
            others = {name: x for name, x in self.config.items() if name not in first}
            leading = [self.config[name] for name in first]
            return self.operation.function(*leading, *args, **kwargs, **others)
        free = [p.name for p in parameters if p.name not in self.config]
        named = dict(zip(free, args, strict=False))
        return self.operation.function(**named, **kwargs, **self.config)

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The specs of the results, nested as they are."""
        return output_specs(self.call, args, kwargs, self.name)

    def get_config(self) -> dict[str, Any]:
        return {**self.config, "name": self.name}

    def __repr__(self) -> str:
        return f"<operation {self.operation.name} named {self.name}>"


def calls_of(operation: Any) -> list[Call]:
    """The uses of a layer, or of an operation node, in the order in which they were made."""
    return operation._calls


def output_specs(function: Any, args: tuple, kwargs: dict[str, Any], name: str) -> Any:
    """Trace a function on what is known of tensors: the specs of its results, nested likewise."""
    specs = map_structure(lambda x: x.spec if isinstance(x, KerasTensor) else x, (args, kwargs))
    with outside_recording():
        graph = trace(lambda a, k: function(*a, **k), *specs, name=name)
    found = iter([x.spec for x in graph.outputs])
    return map_structure(lambda x: None if x is None else next(found), graph.output_structure)


def as_keras_tensors(specs: Any) -> Any:
    """New tensors of the layer graph, nested as the specs are."""
    return map_structure(lambda x: KerasTensor(x) if isinstance(x, Spec) else x, specs)


def calls_between(inputs: Iterable[KerasTensor], outputs: Iterable[KerasTensor]) -> list[Call]:
    """The calls that lead from the inputs to the outputs, each after those it needs.

    Raises:
        ValueError: When an output is not made from the inputs.
    """
    known = {id(x) for x in inputs}
    done: set[int] = set()
    order: list[Call] = []
    stack: list[tuple[KerasTensor | None, Call | None]] = [(x, None) for x in reversed([*outputs])]
    while stack:
        tensor, finished = stack.pop()
        if finished is not None:
            order.append(finished)
            continue
        assert tensor is not None
        call = tensor.made_by
        if id(tensor) in known or (call is not None and id(call) in done):
            continue
        if call is None or not call.tensors:
            raise ValueError(
                f"{tensor!r} is an input that was not given: a model's outputs must be made from "
                "its inputs. Add it to `inputs`."
            )
        done.add(id(call))
        stack.append((None, call))
        stack.extend((x, None) for x in reversed(call.tensors))
    return order


def is_keras_tensor(x: Any) -> bool:
    """Whether something is a tensor of the layer graph: a placeholder without numbers."""
    return isinstance(x, KerasTensor)


def get_source_inputs(tensor: Any) -> list[Any]:
    """The inputs that a tensor of the layer graph is made from, in the order of their use.

    Args:
        tensor: The tensor; anything else is given back as it is.
    """
    if not is_keras_tensor(tensor):
        return tensor
    found: list[KerasTensor] = []
    seen: set[int] = set()
    waiting = [tensor]
    while waiting:
        x = waiting.pop()
        if id(x) in seen:
            continue
        seen.add(id(x))
        if x.made_by is None or not x.made_by.tensors:
            found.append(x)
        else:
            waiting.extend(reversed(x.made_by.tensors))
    return found
