"""A drawing as Python that builds the same model."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from visualnn.builder.analysis import analysis_of, without_free_places
from visualnn.builder.checks import faults_of
from visualnn.builder.configs import config_of, document_from, is_sequential
from visualnn.builder.document import Document, in_order
from visualnn.builder.expressions import names_in
from visualnn.builder.forms import Setting, is_default, settings_of, value_of
from visualnn.builder.frozen import EMPTY
from visualnn.builder.kinds import class_of, operation_of, ports_of_call
from visualnn.builder.literals import comment, identifier, is_identifier, literal
from visualnn.builder.parameters import Parameter, expression_source
from visualnn.builder.pruning import pruned, without_muted
from visualnn.builder.records import Call, LayerRecord, is_address
from visualnn.builder.trees import Ref
from visualnn.serialization.limits import deep_recursion
from visualnn.serialization.registry import NAMES

_TAKEN = {
    "Input", "Model", "Sequential", "activations", "layers", "ops", "initializers", "regularizers",
    "constraints", "dtype_policies", "np", "model", "float", "slice",
}  # fmt: skip
_WIDTH = 88
SAYS_TRAINING = ("BatchNormalization", "Functional", "Sequential")
"""Where ``training=`` was the user's wish.  Elsewhere Keras writes down what it happened to be."""


def python_of(document: Document) -> str:
    """Python that builds the model; what is wrong with the drawing is said in comments."""
    with deep_recursion():
        code = Code(document.parameters)
        body = code.model(without_muted(document), "model")
        body = [*code.parameters(), *body]
    return whole_source(document, body)


def line_of(document: Document, call: str) -> str:
    """The Python of one block, with the names of others for what goes in."""
    code = Code(document.parameters)
    writer = ModelCode(document, code)
    for other in document.calls:
        if other != call:
            writer.variables[other] = identifier(document.name_of(other))
    with deep_recursion():
        lines = list(writer.call(call))
    return "\n".join([*code.functions, *lines])


def whole_source(document: Document, body: list[str]) -> str:
    """The source with what it imports, and with what is wrong said in comments."""
    faults = [fault.sentence for fault in faults_of(document) if fault.blocking]
    problems = [comment(f"Not a model yet: {sentence}") for sentence in dict.fromkeys(faults)]
    source = "\n".join(body)
    own = [comment(f"{name} is a class of your own: import it first.") for name in _own(document)]
    head = [*problems, *own, *_imports(source)]
    return "\n".join([*head, "", source, ""])


def _imports(source: str) -> list[str]:
    """The names that the source uses."""
    found = [
        name for name in ("Input", "Model", "Sequential") if re.search(rf"\b{name}[()]", source)
    ]
    spaces = (
        "activations",
        "constraints",
        "dtype_policies",
        "initializers",
        "layers",
        "ops",
        "regularizers",
    )
    found += [name for name in spaces if re.search(rf"\b{name}\.", source)]
    lines = [f"from visualnn import {', '.join(found)}"] if found else []
    return ["import numpy as np", "", *lines] if re.search(r"\bnp\.", source) else lines


def _own(document: Document) -> list[str]:
    """The classes that the user must have at hand."""
    names = dict.fromkeys(
        record.class_name
        for record in document.layers.values()
        if not (record.is_input or record.is_model or record.is_operation) and not _is_keras(record)
    )
    return list(dict.fromkeys(identifier(name) for name in names))


def _is_keras(record: LayerRecord) -> bool:
    """Whether a layer is one of Keras's, if perhaps not known here."""
    return class_of(record) in NAMES or record.module == "keras.layers"


class Code:
    """Writes models, those inside others first, as functions.

    Args:
        named: The named numbers of the document; they become variables.
        taken: Names that mean something else.
    """

    def __init__(self, named: Mapping[str, Parameter] = EMPTY, taken: set[str] | None = None):
        self.named = named
        self.taken = set(taken or _TAKEN) | set(named)
        self.functions: list[str] = []
        self.makers: set[str] = set()
        self.linked: dict[tuple[str, ...], str] = {}

    def parameters(self) -> list[str]:
        """Lines that give the named numbers their names, each after those that it needs."""
        needs = {
            name: {other for other in names_in(parameter.expression) if other in self.named}
            for name, parameter in self.named.items()
        }
        lines = [f"{name} = {self.named[name].expression}" for name in in_order(needs)]
        return [*lines, *["", ""][: 2 if self.functions else 1]] if lines else []

    def model(self, document: Document, variable: str) -> list[str]:
        """Lines that leave the model in a variable."""
        writer = ModelCode(document, self)
        lines = writer.lines()
        return [*self.functions, *lines, *writer.ending(variable)]

    def fresh(self, name: str) -> str:
        """A variable of nearly this name that is not used yet."""
        base = identifier(name)
        found, count = base, 1
        while found in self.taken or found in self.makers:
            count += 1
            found = f"{base}_{count}"
        self.taken.add(found)
        return found

    def nested(self, record: LayerRecord) -> str:
        """A call of a function that builds a model inside this one, which is written down."""
        if record.inside is not None:
            document = pruned(record.inside)
        else:
            document = document_from(config_of(record))
        function = self.fresh(f"make_{record.name}")
        self.makers.add(function)
        inner = Code(self.named)  # its variables are its own
        inner.makers, inner.linked = self.makers, self.linked
        writer = ModelCode(document, inner)
        name = "name" if record.link else literal(record.name)
        lines = [*writer.lines(), *writer.ending("return", name)]
        self.functions += inner.functions
        made = tuple(lines)
        if record.link and made in self.linked:  # all that are linked are made by one function
            return f"{self.linked[made]}({literal(record.name)})"
        head = f"def {function}({name if record.link else ''}):"
        self.functions += [head, *(f"    {line}" for line in lines), "", ""]
        if record.link:
            self.linked[made] = function
            return f"{function}({literal(record.name)})"
        return f"{function}()"


class ModelCode:
    """Writes the lines of one model."""

    def __init__(self, document: Document, code: Code):
        self.document = document
        self.code = code
        self.analysis = analysis_of(document)
        self.variables: dict[str, str] = {}
        self.shared: dict[str, str] = {}

    def lines(self) -> list[str]:
        if is_sequential(self.document):
            return []
        return [line for call in in_call_order(self.document) for line in self.call(call)]

    def ending(self, variable: str, name: str = "") -> list[str]:
        """The line that makes the model of what was written before."""
        to = "return " if variable == "return" else f"{variable} = "
        name = name or literal(self.document.name)
        if is_sequential(self.document):
            made = [self.constructor(self.document.record(call)) for call in self.document.calls]
            return _wrapped(f"{to}Sequential([", made, f"], name={name})")
        inputs = literal(self.document.input_structure, self.tensor)
        outputs = literal(self.document.output_structure, self.tensor)
        return _wrapped(
            f"{to}Model(", [f"inputs={inputs}", f"outputs={outputs}", f"name={name}"], ")"
        )

    def call(self, call: str) -> Iterator[str]:
        """The lines of one block."""
        use = self.document.calls[call]
        record = self.document.layers[use.layer]
        if record.is_input:
            variable = self.variables[call] = self.code.fresh(record.name)
            yield f"{variable} = {self.constructor(record)}"
        elif record.is_operation:
            function = self.operation(record, use)
            variable = self.variables[call] = self.code.fresh(record.name)
            yield f"{variable} = {function}"
        else:
            yield from self.layer_call(call, record, use)

    def layer_call(self, call: str, record: LayerRecord, use: Call) -> Iterator[str]:
        arguments = self.arguments(use)
        if len(self.document.calls_of[use.layer]) == 1:
            made = self.constructor(record)
            variable = self.variables[call] = self.code.fresh(record.name)
            yield f"{variable} = {made}({arguments})"
            return
        if use.layer not in self.shared:
            made = self.constructor(record)
            self.shared[use.layer] = self.code.fresh(f"{record.name}_layer")
            yield f"{self.shared[use.layer]} = {made}"
        variable = self.variables[call] = self.code.fresh(record.name)
        yield f"{variable} = {self.shared[use.layer]}({arguments})"

    def arguments(self, use: Call) -> str:
        record = self.document.layers[use.layer]
        ports = ports_of_call(record, use)
        args, kwargs = without_free_places(use, ports)
        said = [literal(x, self.tensor) for x in args]
        given = {key: x for key, x in kwargs.items() if is_identifier(key) and x is not None}
        if record.class_name not in SAYS_TRAINING:
            given.pop("training", None)
        said += [f"{key}={literal(x, self.tensor)}" for key, x in given.items()]
        return ", ".join(said)

    def tensor(self, ref: Ref) -> str:
        """The source of one tensor: a variable, or a part of what it holds."""
        variable = self.variables[ref.call]
        record = self.document.record(ref.call)
        if record.is_model and "output_layers" in record.config:
            return variable + _access(record.config["output_layers"], ref.output)
        several = self.analysis.output_count(ref.call) > 1
        return f"{variable}[{ref.output}]" if several else variable

    # ------------------------------------------------------------------ layers

    def constructor(self, record: LayerRecord) -> str:
        """The source that makes a layer."""
        if record.is_input:
            return f"Input({', '.join(self.input_arguments(record))})"
        if record.is_model:
            return self.code.nested(record)
        arguments = [*self.settings(record), *self.base(record)]
        space = "layers." if _is_keras(record) else ""
        name = record.class_name
        return f"{space}{identifier(name)}({', '.join(arguments)})"

    def input_arguments(self, record: LayerRecord) -> Iterator[str]:
        for setting in settings_of(record):
            if not is_default(record, setting):
                yield f"{setting.form.name}={self.value(record, setting)}"
        yield f"name={literal(record.name)}"

    def settings(self, record: LayerRecord) -> Iterator[str]:
        """The settings that are not the defaults; those that must be given come first."""
        leading = True
        for setting in settings_of(record):
            form = setting.form
            if not is_identifier(form.name) or is_default(record, setting):
                continue
            value = self.value(record, setting)
            leading = leading and form.required
            yield value if leading else f"{form.name}={value}"

    def value(self, record: LayerRecord, setting: Setting) -> str:
        """The source of a setting: what it is computed from, if it is."""
        text = record.expressions.get(setting.form.name)
        if text is not None and self.code.named:
            return expression_source(setting.form, text)
        return literal(setting.shown(value_of(record, setting)))

    def base(self, record: LayerRecord) -> Iterator[str]:
        """What every layer can be told."""
        dtype: Any = record.config.get("dtype")
        if isinstance(dtype, dict) and dtype.get("class_name") == "DTypePolicy":
            dtype = dtype["config"].get("name")
        if dtype not in (None, "float32"):
            yield f"dtype={literal(dtype)}"
        if not record.trainable:
            yield "trainable=False"
        yield f"name={literal(record.name)}"

    def operation(self, record: LayerRecord, use: Call) -> str:
        known = operation_of(record)
        if known is None:
            return f"{identifier(record.class_name)}({self.arguments(use)})"
        config = {k: v for k, v in record.config.items() if k in known.settings}
        parameters = known.signature.parameters.values()
        first = [p.name for p in parameters if p.kind is p.VAR_POSITIONAL and known.settings]
        leading = [literal(config.pop(name)) for name in known.settings if first and name in config]
        settings = [f"{key}={literal(value)}" for key, value in config.items()]
        return f"ops.{known.name}({', '.join([*leading, self.arguments(use), *settings])})"


def in_call_order(document: Document) -> list[str]:
    """The calls, each after those that it needs and after earlier calls of the same layer."""
    needs = {call: {ref.call for _, ref in use.references} for call, use in document.calls.items()}
    for calls in document.calls_of.values():
        for earlier, call in itertools.pairwise(calls):
            needs[call].add(earlier)
    order = in_order(needs)  # short where an earlier call needs a later one
    return order if len(order) == len(needs) else document.order


def _access(structure: Any, output: int) -> str:
    """How to get at one of the outputs of a model, by their number in flattened order."""
    paths = list(_paths(structure, ""))
    return paths[output] if output < len(paths) else f"[{output}]"


def _paths(structure: Any, path: str) -> Iterator[str]:
    if is_address(structure):
        yield path
    elif isinstance(structure, dict):
        for key in sorted(structure):
            yield from _paths(structure[key], f"{path}[{literal(key)}]")
    elif isinstance(structure, list | tuple):
        for i, item in enumerate(structure):
            yield from _paths(item, f"{path}[{i}]")


def _wrapped(start: str, items: list[str], end: str) -> list[str]:
    """One line, or one for each item when that is too long."""
    line = f"{start}{', '.join(items)}{end}"
    if len(line) <= _WIDTH:
        return [line]
    return [start, *(f"    {item}," for item in items), end.lstrip()]
