"""What comes out of one block, found without computing or allocating anything.

The layer is made anew from its record and called on symbolic tensors.  What was found is kept by
the layer's class and settings and by what goes in, so an edit costs what it changes.
"""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

import math
import re
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from visualnn.builder.frozen import FrozenDict, thaw
from visualnn.builder.kinds import class_of, operation_of, record_dict
from visualnn.builder.layer_words import recognised
from visualnn.builder.records import LayerRecord
from visualnn.builder.sentences import Sentence, said_by, say
from visualnn.builder.trees import is_record
from visualnn.builder.weights import relative_path
from visualnn.layers.connectivity import ConnectedOperation, KerasTensor
from visualnn.serialization import deserialize_keras_object
from visualnn.spec import ShapeError
from visualnn.structure import flatten

_MOST_KEPT = 20_000


class Tensor(NamedTuple):
    """What is known of a tensor: shape and dtype."""

    shape: tuple[int | None, ...]
    dtype: str


class Weight(NamedTuple):
    """What is known of a weight; it is not made."""

    path: str
    shape: tuple[int, ...]
    dtype: str
    trainable: bool

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def bytes(self) -> int:
        if self.dtype == "bfloat16":
            return 2 * self.size
        return self.size * np.dtype(self.dtype).itemsize


@dataclass(frozen=True)
class Outcome:
    """What comes out of a block.

    Attributes:
        outputs: Its output tensors; ``None`` when nobody knows.
        weights: Its weights.
        error: What is wrong, as the layer says it; empty if nothing is.
        misfit: Whether that is about shapes or dtypes, and not about settings.
    """

    outputs: tuple[Tensor, ...] | None = None
    weights: tuple[Weight, ...] = ()
    error: str = ""
    misfit: bool = False

    @cached_property
    def parameters(self) -> int:
        """How many numbers the weights hold."""
        return sum(weight.size for weight in self.weights)

    @cached_property
    def bytes(self) -> int:
        """How many bytes the weights take."""
        return sum(weight.bytes for weight in self.weights)


UNKNOWN = Outcome()
"""What comes out of a block whose inputs are not known."""


class Given(NamedTuple):
    """The arguments of a call: trees whose leaves are constants and ``Tensor``."""

    args: tuple[Any, ...]
    kwargs: FrozenDict[str, Any]


class Inference:
    """Finds what comes out of blocks, and remembers it."""

    def __init__(self) -> None:
        self._found: OrderedDict[Any, Outcome] = OrderedDict()

    def outcome(self, record: LayerRecord, given: Given, first: Given | None = None) -> Outcome:
        """What comes out of a layer.

        Args:
            record: The layer.
            given: What it is called on.
            first: What it was called on first, if this is another call of a shared layer.
        """
        thing = operation_of(record) if record.is_operation else class_of(record)
        key = (thing, _settings_key(record), given, first)
        found = self._found.get(key)
        if found is None:
            found = _found_out(record, given, first)
            self._found[key] = found
            if len(self._found) > _MOST_KEPT:
                self._found.popitem(last=False)
        if found.error:
            return Outcome(None, found.weights, _renamed(found.error, record), found.misfit)
        return found


_NAMELESS = "this layer"


def _settings_key(record: LayerRecord) -> Any:
    """The settings that decide what comes out, which the name does not."""
    kept: Any = vars(record).get("_settings_key")
    if kept is None:  # found once for each record, which never changes
        kept = record.config.without({"name"})
        vars(record)["_settings_key"] = kept
    return kept


def _renamed(message: str, record: LayerRecord) -> str:
    if isinstance(message, Sentence):
        return message.with_name(_NAMELESS, record.name)
    return message.replace(_NAMELESS, record.name)


def _found_out(record: LayerRecord, given: Given, first: Given | None) -> Outcome:
    if record.is_input:
        return _input_outcome(record)
    try:
        live = live_layer(record.named(_NAMELESS))
    except Exception as problem:
        return Outcome(error=_sentence(problem, record))
    try:
        if first is not None:
            live(*symbolic(first.args), **symbolic(first.kwargs))
        outputs = live(*symbolic(given.args), **symbolic(given.kwargs))
    except Exception as problem:  # whatever a layer does, the drawing goes on
        error = _sentence(problem, record)
        return Outcome(None, _weights(live), error, isinstance(problem, ShapeError))
    tensors = [x for x in flatten(outputs) if isinstance(x, KerasTensor)]
    return Outcome(tuple(Tensor(x.shape, x.dtype) for x in tensors), _weights(live))


def live_layer(record: LayerRecord) -> Any:
    """The layer, or the operation, that a record describes."""
    if not record.is_operation:
        return deserialize_keras_object(record_dict(record))
    operation = operation_of(record)
    if operation is None:
        raise ValueError(
            say("The operation {class_name} is not known here.", class_name=record.class_name)
        )
    config = {key: read_constant(x) for key, x in record.config.items() if key != "name"}
    return ConnectedOperation(operation, config, record.name)


def _input_outcome(record: LayerRecord) -> Outcome:
    shape, dtype = record.config.get("batch_shape"), record.config.get("dtype", "float32")
    if not isinstance(shape, tuple) or not isinstance(dtype, str):
        return Outcome(error=say("Its shape is not known."))
    return Outcome((Tensor(shape, dtype),))


def symbolic(tree: Any) -> Any:
    """Arguments as a layer takes them: tensors of the layer graph, and constants."""
    if isinstance(tree, Tensor):
        return KerasTensor(tree.shape, tree.dtype)
    if isinstance(tree, tuple):
        items = [symbolic(item) for item in tree]
        several = any(isinstance(x, KerasTensor) for x in flatten(items))
        return items if several else tuple(items)  # an index such as x[1:3, 0] is a tuple
    if isinstance(tree, dict) and not is_record(tree):
        return {key: symbolic(item) for key, item in tree.items()}
    return read_constant(tree)


def read_constant(value: Any) -> Any:
    """A constant among the arguments, such as an array or a slice, from its record."""
    if isinstance(value, dict | tuple):
        return deserialize_keras_object(thaw(value))
    return value


def _weights(live: Any) -> tuple[Weight, ...]:
    return tuple(
        Weight(
            relative_path(variable.path, live.name),
            variable.shape,
            variable.storage.dtype,
            variable.trainable,
        )
        for variable in getattr(live, "weights", ())
    )


def _sentence(problem: Exception, record: LayerRecord) -> str:
    """What a layer says is wrong, without the name in front, which the drawing shows anyway."""
    said = str(problem.args[0]) if isinstance(problem, KeyError) and problem.args else ""
    said = getattr(problem, "problem", said or said_by(problem))
    if isinstance(said, Sentence):
        return said
    for prefix in (
        f"{record.class_name} {_NAMELESS!r} cannot be made from this: ",
        f"{record.class_name} {_NAMELESS!r}: ",
        f"{_NAMELESS}: ",
    ):
        said = said.removeprefix(prefix)
    if not said:
        said = f"{type(problem).__name__}."
    said = re.sub(r" \(called on [^)]*\)\)?$", "", said)  # the drawing shows that, too
    return recognised(said if said.endswith((".", "!", "?")) else f"{said}.")


INFERENCE = Inference()
"""What was found out, for all drawings: it depends on nothing but classes, settings and shapes."""
