"""What is known of the layers that documents name: their class, their family, what they take.

A document may hold layers that nobody here knows; they are drawn by what the file says of them.
"""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from visualnn.builder.configs import config_of
from visualnn.builder.document import Document
from visualnn.builder.layer_words import recognised
from visualnn.builder.records import Call, LayerRecord, is_address
from visualnn.builder.sentences import say
from visualnn.builder.trees import Path, Ref, at
from visualnn.layers.arguments import parameters_of
from visualnn.layers.merging import Merge
from visualnn.ops.operation import OPERATIONS, Operation
from visualnn.serialization.limits import InvalidModelFile
from visualnn.serialization.reading import find_class

_OPTIONAL_TENSORS = ("key", "initial_state")


@dataclass(frozen=True)
class Port:
    """Where a block takes a tensor.

    Attributes:
        name: The argument's name.
        path: Its place among the arguments; of a port that takes many, the place of the list.
        many: Whether it takes any number of wires, in order.
        optional: Whether it may stay free; it is drawn only when it is taken.
    """

    name: str
    path: Path
    many: bool = False
    optional: bool = False

    def holds(self, path: Path) -> bool:
        """Whether a tensor at this place came in here."""
        return path == self.path or (self.many and path[:-1] == self.path)


def class_of(record: LayerRecord) -> type | None:
    """The class of a layer, or nothing if it is not known here."""
    if record.is_operation:
        return None
    names = (record.module, record.class_name, record.registered_name)
    found = _built_in.get(names)
    if found is None:
        try:
            found = find_class(_heading(record))
        except InvalidModelFile:
            return None
        if found.__module__.startswith("visualnn."):
            _built_in[names] = found
    return found


_built_in: dict[tuple[str | None, str, str | None], type] = {}
"""Classes of our own that were looked up; users' may come and go."""


def operation_of(record: LayerRecord) -> Operation | None:
    """The function of ``ops`` that an operation stands for, or nothing if it is not known here."""
    return OPERATIONS.get((record.module or "", record.class_name))


def why_unknown(record: LayerRecord) -> str:
    """Why the class of a layer is not known here, in a sentence; empty if it is."""
    if record.is_operation:
        if operation_of(record):
            return ""
        return say("The operation {class_name} is not known here.", class_name=record.class_name)
    if class_of(record) is not None:
        return ""
    try:
        find_class(_heading(record))
    except InvalidModelFile as problem:
        return recognised(problem.problem)
    return ""


def _heading(record: LayerRecord) -> dict[str, Any]:
    """The record without its config, by which the class is found."""
    return {
        "module": record.module,
        "class_name": record.class_name,
        "config": {},
        "registered_name": record.registered_name,
    }


def kind_name(record: LayerRecord) -> str:
    """What a block is called by: ``Input``, ``Conv2D``."""
    return "Input" if record.is_input else record.class_name


# ---------------------------------------------------------------------- ports


def ports_of(document: Document, call: str) -> tuple[Port, ...]:
    """The input ports of a block: those of its class, and all else it is given tensors by."""
    use = document.calls[call]
    return ports_of_call(document.layers[use.layer], use)


def ports_of_call(record: LayerRecord, use: Call) -> tuple[Port, ...]:
    """The input ports of one use of a layer; found once for each."""
    kept: Any = vars(use).get("_ports")
    if kept is not None and kept[0] is record:
        return kept[1]
    ports = list(_declared_ports(record, use))
    for path, _ in use.references:
        if not any(port.holds(path) for port in ports):
            ports.append(Port(_argument_name(path), path))
    vars(use)["_ports"] = record, tuple(ports)
    return tuple(ports)


def drawn_ports(document: Document, call: str) -> tuple[Port, ...]:
    """The ports that are shown: the optional ones only when they are taken."""
    use = document.calls[call]
    return drawn_ports_of_call(document.layers[use.layer], use)


def drawn_ports_of_call(record: LayerRecord, use: Call) -> tuple[Port, ...]:
    """The ports of one use of a layer that are shown."""
    ports = ports_of_call(record, use)
    if not any(port.optional for port in ports):
        return ports
    taken = [path for path, _ in use.references]
    return tuple(port for port in ports if not port.optional or any(map(port.holds, taken)))


def sources_of(use: Call, port: Port) -> list[tuple[Path, Ref]]:
    """What is connected to a port, in order."""
    return [(path, ref) for path, ref in use.references if port.holds(path)]


def free_place(use: Call, port: Port) -> Path | None:
    """Where the next tensor of a port goes: the first free place; ``None`` if there is none."""
    value = at({"args": use.args, "kwargs": use.kwargs}, port.path)
    if not port.many:
        return port.path if value is None else None
    if isinstance(value, Ref):  # one tensor where a list is meant: it becomes a list
        return (*port.path, 1)
    items: tuple[Any, ...] = value if isinstance(value, tuple) else ()
    free = next((i for i, item in enumerate(items) if item is None), len(items))
    return (*port.path, free)


def connected(use: Call, port: Port, ref: Ref) -> Call:
    """The call with one more tensor at a port that has a free place."""
    place = free_place(use, port)
    assert place is not None
    value = at({"args": use.args, "kwargs": use.kwargs}, port.path)
    if port.many and isinstance(value, Ref):
        return use.with_argument(port.path, (value, ref))
    return use.with_argument(place, ref)


def disconnected(use: Call, path: Path) -> Call:
    """The call without the tensor at a place, which stays free for the next one."""
    return use.with_argument(path, None)


def _declared_ports(record: LayerRecord, use: Call) -> Iterator[Port]:
    if record.is_input:
        return
    if record.is_model:
        yield from _model_ports(record)
    elif record.is_operation:
        yield from _operation_ports(record, use)
    elif (cls := class_of(record)) is not None:
        yield from class_ports(cls, use)
    elif not use.references:
        yield Port("inputs", ("args", 0))


def _model_ports(record: LayerRecord) -> Iterator[Port]:
    """One for each input of the nested model, nested as its inputs are."""
    structure = record.config.get("input_layers")
    if structure is None or is_address(structure):
        yield Port("inputs", ("args", 0))
        return
    found = list(_addresses(structure, ("args", 0)))
    for path, name in found:
        yield Port(name if len(found) > 1 else "inputs", path)


def _addresses(structure: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if is_address(structure):
        yield path, str(structure[0])
        return
    items: Any = structure.items() if isinstance(structure, dict) else enumerate(structure)
    for key, item in items:
        yield from _addresses(item, (*path, key))


def _operation_ports(record: LayerRecord, use: Call) -> Iterator[Port]:
    operation = operation_of(record)
    if operation is None:
        return
    free = [p for n, p in operation.signature.parameters.items() if n not in operation.settings]
    for i, parameter in enumerate(free):
        if parameter.kind is parameter.VAR_POSITIONAL:
            yield Port(parameter.name, ("args",), many=True)
        elif parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD:
            path = _place_of(parameter.name, i, use)
            value = at({"args": use.args, "kwargs": use.kwargs}, path)
            if value is None or isinstance(value, Ref):
                yield Port(parameter.name, path)
            elif isinstance(value, tuple) and any(isinstance(x, Ref) for x in value):
                yield Port(parameter.name, path, many=True)


def class_ports(cls: type, use: Call) -> Iterator[Port]:
    """What ``call`` needs: its first argument, and those that are tensors by their name."""
    parameters = parameters_of(cls.call).values()
    named = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    needed = [p for p in named if p.default is p.empty]
    for i, parameter in enumerate(named):
        optional = i > 0 and parameter not in needed
        if optional and parameter.name not in _OPTIONAL_TENSORS:
            continue
        path = _place_of(parameter.name, i, use)
        value = at({"args": use.args, "kwargs": use.kwargs}, path)
        many = isinstance(value, tuple) or (not optional and takes_many(cls))
        many = many or parameter.name == "initial_state"
        name = parameter.name if i > 0 or len(needed) > 1 else "inputs"
        yield Port(name, path, many, optional)
    if not named:
        yield Port("inputs", ("args", 0))


def takes_many(cls: type) -> bool:
    """Whether a layer combines a list of tensors."""
    return issubclass(cls, Merge)


def _place_of(name: str, index: int, use: Call) -> Path:
    """Where an argument is: by its name, or by its position as long as those before are given."""
    if name in use.kwargs or index > len(use.args):
        return ("kwargs", name)
    return ("args", index)


def _argument_name(path: Path) -> str:
    if path[0] == "kwargs":
        return ".".join(map(str, path[1:]))
    return "_".join(("inputs", *(str(part) for part in path[1:] if part != 0)))


def record_dict(record: LayerRecord) -> dict[str, Any]:
    """The record by which a live layer is made: without what the file says of its shapes."""
    found = config_of(record)
    found.pop("build_config", None)
    found.pop("compile_config", None)
    return found
