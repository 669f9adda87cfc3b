"""A drawing as Python in another style than the functional one: a chain of layers, or a class."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from visualnn.builder.analysis import analysis_of
from visualnn.builder.code import Code, ModelCode, in_call_order, python_of, whole_source
from visualnn.builder.document import Document
from visualnn.builder.inference import Tensor
from visualnn.builder.literals import identifier, literal
from visualnn.builder.pruning import pruned, without_muted
from visualnn.builder.records import Call, LayerRecord
from visualnn.builder.sentences import say
from visualnn.builder.trees import Ref, references
from visualnn.models import Model
from visualnn.serialization.limits import deep_recursion

STYLES = ("functional", "sequential", "subclass")


def code_of(document: Document, style: str) -> str:
    """Python that builds the model.

    Args:
        document: The drawing.
        style: ``functional``; ``sequential``, which only a chain of layers can be; or
            ``subclass``, a class with the layers in ``__init__`` and the wires in ``call``.

    Raises:
        ValueError: When there is no such style, or the drawing cannot be written in it.
    """
    match style:
        case "functional":
            return python_of(document)
        case "sequential":
            return _sequential(document)
        case "subclass":
            return _subclass(document)
        case _:
            raise ValueError(
                say(
                    "The style of code is one of {styles}, not {style}.",
                    styles=", ".join(STYLES),
                    style=repr(style),
                )
            )


def _sequential(document: Document) -> str:
    model = pruned(without_muted(document))
    reason = why_no_chain(model)
    if reason:
        raise ValueError(say("{reason} Choose the functional style.", reason=reason))
    code = Code(document.parameters)
    writer = ModelCode(model, code)
    with deep_recursion():
        made = [writer.constructor(model.record(call)) for call in model.order]
    lines = ["model = Sequential(", "    [", *(f"        {one}," for one in made), "    ],"]
    lines += [f"    name={literal(model.name)},", ")"]
    return whole_source(document, [*code.parameters(), *code.functions, *lines])


def why_no_chain(document: Document) -> str:
    """Why a drawing is no chain of layers, in words; empty if it is."""
    last: str | None = None
    for call in document.order:
        use = document.calls[call]
        record = document.layers[use.layer]
        name = record.name
        if len(document.calls_of[use.layer]) > 1:
            return say(
                "{name} is called several times, which a Sequential model cannot say.", name=name
            )
        if record.is_operation:
            return say(
                "{name} is an operation, not a layer, which a Sequential model cannot hold.",
                name=name,
            )
        if record.is_input and last is not None:
            return say("{name} is a second input, and a Sequential model has one.", name=name)
        if not record.is_input and (use.args != (Ref(last),) if last else True):
            return say("{name} does not simply take what the block before it gives.", name=name)
        if any(value is not None for value in use.kwargs.values()):
            return say("{name} is told more than its input when it is called.", name=name)
        last = call
    if [ref for _, ref in references(document.output_structure)] != [Ref(last or "")]:
        return say("Its output is not simply that of the last block.")
    return ""


def _subclass(document: Document) -> str:
    model = pruned(without_muted(document))
    code = Code(document.parameters)
    writer = _ClassCode(model, code)
    name = "".join(word.capitalize() for word in identifier(model.name).split("_")) or "Drawn"
    name = code.fresh(name)
    with deep_recursion():
        body = list(writer.body())
    lines = [
        *code.functions,
        f"class {name}(Model):",
        "    def __init__(self, **settings):",
        "        super().__init__(**settings)",
        *(f"        {line}" for line in writer.made),
        "",
        "    def call(self, inputs):",
        *(f"        {line}" for line in body),
        "",
        "",
        f"model = {name}(name={literal(model.name)})",
        f"model.build({literal(_shapes(model))})",
    ]
    return whole_source(document, [*code.parameters(), *lines])


def _shapes(document: Document) -> Any:
    """The shapes of the inputs, nested as they are."""
    analysis = analysis_of(document)

    def shape(structure: Any) -> Any:
        if isinstance(structure, Ref):
            tensor: Tensor | None = analysis.tensor(structure)
            return tuple(tensor.shape) if tensor else ()
        if isinstance(structure, dict):
            return {key: shape(item) for key, item in structure.items()}
        return [shape(item) for item in structure]

    return shape(document.input_structure)


class _ClassCode(ModelCode):
    """Writes a model as a class: its layers are attributes."""

    def __init__(self, document: Document, code: Code):
        super().__init__(document, code)
        self.made: list[str] = []
        self.attributes: dict[str, str] = {}
        code.taken |= {"self", "inputs", "settings", "super"}

    def body(self) -> Iterator[str]:
        """The lines of ``call``."""
        yield from self.unpacking(self.document.input_structure, "inputs")
        for call in in_call_order(self.document):
            yield from self.call(call)
        yield f"return {literal(self.document.output_structure, self.tensor)}"

    def unpacking(self, structure: Any, source: str) -> Iterator[str]:
        """Lines that give each input a name."""
        if isinstance(structure, Ref):
            variable = self.code.fresh(self.document.name_of(structure.call))
            self.variables[structure.call] = variable
            yield f"{variable} = {source}"
        elif isinstance(structure, dict):
            for key, item in structure.items():
                yield from self.unpacking(item, f"{source}[{literal(key)}]")
        else:
            for i, item in enumerate(structure):
                yield from self.unpacking(item, f"{source}[{i}]")

    def call(self, call: str) -> Iterator[str]:
        if not self.document.record(call).is_input:
            yield from super().call(call)

    def layer_call(self, call: str, record: LayerRecord, use: Call) -> Iterator[str]:
        if use.layer not in self.attributes:
            attribute = identifier(record.name)
            if hasattr(Model, attribute) or attribute in self.attributes.values():
                attribute = f"{attribute}_layer"
            while attribute in self.attributes.values():
                attribute += "_"
            self.attributes[use.layer] = attribute
            self.made.append(f"self.{attribute} = {self.constructor(record)}")
        variable = self.variables[call] = self.code.fresh(record.name)
        yield f"{variable} = self.{self.attributes[use.layer]}({self.arguments(use)})"
