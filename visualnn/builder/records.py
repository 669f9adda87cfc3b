"""Layers and their calls, as a saved file describes them; they never change."""

# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from visualnn.builder.frozen import EMPTY, FrozenDict
from visualnn.builder.trees import Path, Ref, map_references, references, replaced
from visualnn.ops.operation import is_operation_module


@dataclass(frozen=True)
class LayerRecord:
    """A layer or operation as a saved file describes it.

    Attributes:
        class_name: Its class.
        config: Its settings, the name included.
        module: Where Keras has the class.
        registered_name: What a user's class was registered by.
        extra: All else that the file says of it, such as ``build_config``.
        home: What its weights are kept under, if it has moved between models; else its id.
        link: What all submodels of the same structure have in common; empty if it stands alone.
        repeat: How many times the submodel inside stands in a row, as an expression.
        inside: The drawing of a submodel, if it has been opened; the config follows from it.
        expressions: The settings that are computed, as they are written.
        follows: Whether it is an input of a submodel that takes whatever comes.
    """

    class_name: str
    config: FrozenDict[str, Any]
    module: str | None = "keras.layers"
    registered_name: str | None = None
    extra: FrozenDict[str, Any] = EMPTY
    home: str = ""
    link: str = ""
    repeat: str = ""
    inside: Any = None
    expressions: FrozenDict[str, str] = EMPTY
    follows: bool = False

    @property
    def name(self) -> str:
        return str(self.config.get("name", ""))

    @property
    def is_operation(self) -> bool:
        """Whether it is a function of ``ops``, not a layer."""
        return is_operation_module(self.module)

    @property
    def is_input(self) -> bool:
        return self.class_name == "InputLayer"

    @property
    def is_model(self) -> bool:
        """Whether it is a whole model that is used as a layer."""
        return "layers" in self.config and (
            "output_layers" in self.config or self.class_name == "Sequential"
        )

    def same_model(self, other: LayerRecord) -> bool:
        """Whether two layers compute the same with the same weights, however they are drawn."""
        if self is other:
            return True
        if self.inside is None or other.inside is None:
            return self == other
        inside_alike = self.inside.same_model(other.inside)
        return inside_alike and replace(self, inside=None) == replace(other, inside=None)

    @property
    def trainable(self) -> bool:
        return self.config.get("trainable") is not False

    def configured(self, **settings: Any) -> LayerRecord:
        """The same with other settings.  What the file said of its weights' shapes is forgotten."""
        return replace(
            self,
            config=FrozenDict({**self.config, **settings}),
            extra=self.extra.without({"build_config"}),
            follows=False,
        )

    def named(self, name: str) -> LayerRecord:
        """The same under another name."""
        return replace(self, config=self.config.having("name", name))


@dataclass(frozen=True)
class Call:
    """One use of a layer: a block on the canvas.

    Attributes:
        layer: The id of the layer.
        args: Positional arguments: constants and references, nested.
        kwargs: Keyword arguments, likewise.
        recorded: Shape and dtype of each output as the file says, ``None`` where it does not.
        muted: Whether what comes in goes out as it is, as if the block were not there.
    """

    layer: str
    args: tuple[Any, ...] = ()
    kwargs: FrozenDict[str, Any] = EMPTY
    recorded: tuple[Any, ...] = field(default=(), compare=False)
    muted: bool = False

    @cached_property
    def references(self) -> tuple[tuple[Path, Ref], ...]:
        """Every tensor that it is given, with its place among the arguments."""
        given = {"args": self.args, "kwargs": self.kwargs}
        return tuple(references(FrozenDict(given)))

    def with_argument(self, path: Path, value: Any) -> Call:
        """The same with another value at a place among the arguments."""
        if path[0] == "args":
            return replace(self, args=replaced(self.args, path[1:], value), recorded=())
        return replace(self, kwargs=replaced(self.kwargs, path[1:], value), recorded=())

    def mapped(self, function: Any) -> Call:
        """The same with a function applied to each reference."""
        args = map_references(function, self.args)
        kwargs = map_references(function, self.kwargs)
        if args == self.args and kwargs == self.kwargs:
            return self
        return replace(self, args=args, kwargs=kwargs, recorded=())


def outputs_of(record: LayerRecord) -> int:
    """How many outputs a layer has, as far as its settings tell."""
    if record.is_model and "output_layers" in record.config:
        return max(1, sum(1 for _ in tensor_addresses(record.config["output_layers"])))
    if record.config.get("return_state") is True:
        return 3 if record.class_name == "LSTM" else 2
    return 1


def tensor_addresses(structure: Any) -> Iterator[tuple[str, int, int]]:
    """The leaves ``[layer, node, tensor]`` of ``input_layers`` and ``output_layers``."""
    if is_address(structure):
        yield tuple(structure)
    elif isinstance(structure, dict):
        for item in structure.values():
            yield from tensor_addresses(item)
    elif isinstance(structure, list | tuple):
        for item in structure:
            yield from tensor_addresses(item)


def is_address(value: Any) -> bool:
    """Whether this is a leaf ``[layer, node, tensor]``."""
    return isinstance(value, list | tuple) and len(value) == 3 and isinstance(value[0], str)
