"""What would repair a mistake: commands on a button.

Each suggestion is tried on the document before it is offered, so a button always helps.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from visualnn.builder.analysis import Analysis, analysis_of
from visualnn.builder.checks import Fault, faults_of
from visualnn.builder.commands import Batch
from visualnn.builder.document import Document, Wire
from visualnn.builder.families import family_of
from visualnn.builder.forms import settings_of
from visualnn.builder.inference import Tensor
from visualnn.builder.kinds import class_of, kind_name, takes_many
from visualnn.builder.layout import HEIGHT, ROW_GAP, place_below
from visualnn.builder.palette import offered
from visualnn.builder.port_shapes import port_shapes
from visualnn.builder.projections import projections
from visualnn.builder.repairs import Fix as Fix
from visualnn.builder.repairs import Message
from visualnn.builder.sentences import Sentence, say
from visualnn.builder.settling import settled

_MOST_FAULTS = 20
_MOST_FIXES = 4
_MANY_BLOCKS = 300
"""In a larger drawing to try a fix takes long enough to be felt: the first that helps is all."""
_KEEPS_FEATURES = ("Normalization", "Regularization", "Activation", "Pooling")


def fixes_of(document: Document) -> dict[str, tuple[Fix, ...]]:
    """What would help, for the blocks that something is wrong with."""
    kept: Any = vars(document).get("_fixes")
    if kept is None:
        kept = {
            fault.block: tuple(_offered(document, fault))
            for fault in faults_of(document)[:_MOST_FAULTS]
        }
        vars(document)["_fixes"] = kept
    return kept


def _offered(document: Document, fault: Fault) -> Iterator[Fix]:
    labels: set[str] = set()
    for fix in _suggestions(document, fault):
        if fix.label not in labels and helps(document, fault, fix):
            yield fix
            labels.add(fix.label)
            if len(labels) == _MOST_FIXES or len(document.calls) > _MANY_BLOCKS:
                return


def helps(document: Document, fault: Fault, fix: Fix) -> bool:
    """Whether nothing is wrong any more at the block, and nothing new elsewhere."""
    command = Batch(fix.label, fix.commands)
    if command.check(document):
        return False
    after = faults_of(settled(command.apply(document)))
    return len(after) < len(faults_of(document)) and all(f.block != fault.block for f in after)


def _suggestions(document: Document, fault: Fault) -> Iterator[Fix]:
    analysis = analysis_of(document)
    match fault.kind:
        case "free":
            yield from _connections(analysis, fault.block)
        case "fit":
            yield from port_shapes(analysis, fault.block)
            yield from _padding(analysis, fault.block)
            if len(analysis.document.calls[fault.block].references) > 1:
                yield from projections(analysis, fault.block)
                yield from _matches(analysis, fault.block)
                yield from _other_merge(analysis, fault.block)
            else:
                yield from _insertions(analysis, fault.block)
        case "unused":
            yield from _uses(document, fault.block)
        case "model":
            yield from _inputs(document)
        case _:
            return


# ---------------------------------------------------------------------- free inputs


def _connections(analysis: Analysis, call: str) -> Iterator[Fix]:
    document = analysis.document
    ahead = document.reached_from(call)
    ends = [end for end in _ends(document) if end not in ahead]
    if len(ends) == 1 and len(analysis.missing[call]) == 1:
        label = say("Connect {name}", name=document.name_of(ends[0]))
        yield Fix(label, (_connect(ends[0], call),))
    if not document.input_calls:
        yield Fix(say("Add an input"), _input_above(document, call))


def _ends(document: Document) -> list[str]:
    """The blocks that lead nowhere yet, inputs included."""
    return [call for call, consumers in document.consumers.items() if not consumers]


def _input_above(document: Document, call: str) -> tuple[Message, ...]:
    x, y = document.canvas.positions.get(call, (0.0, 0.0))
    name = document.fresh_name("input")
    record = document.record(call)
    shape = (16,) if record.class_name in ("Dense", "Embedding") else (28, 28, 1)
    config: Message = {"shape": shape}
    if record.class_name == "Embedding":
        config["dtype"] = "int32"
    return (
        {"command": "Add", "kind": "Input", "name": name, "x": x, "y": y - HEIGHT - ROW_GAP,
         "config": config},
        _connect(name, call),
    )  # fmt: skip


def _inputs(document: Document) -> Iterator[Fix]:
    first = next((call for call in document.order if analysis_of(document).missing[call]), None)
    if first is not None:
        yield Fix(say("Add an input"), _input_above(document, first))


def _uses(document: Document, call: str) -> Iterator[Fix]:
    if document.record(call).is_input:
        waiting = [c for c, ports in analysis_of(document).missing.items() if ports]
        if len(waiting) == 1:
            label = say("Connect to {name}", name=document.name_of(waiting[0]))
            yield Fix(label, (_connect(call, waiting[0]),))
    elif document.outputs is not None:
        yield Fix(
            say("Make it an output"), ({"command": "SetOutput", "block": call, "output": True},)
        )
    yield Fix(say("Delete it"), ({"command": "Remove", "blocks": (call,), "wires": ()},))


# ---------------------------------------------------------------------- one input


def _padding(analysis: Analysis, call: str) -> Iterator[Fix]:
    """Padding keeps a window inside an image that is too small for it."""
    record = analysis.document.record(call)
    choices = next((s.form.choices for s in settings_of(record) if s.form.name == "padding"), ())
    if "same" in choices and record.config.get("padding", "valid") != "same":
        yield Fix(
            say("{setting} = {value}", setting="padding", value="same"),
            (_configure(call, "padding", "same"),),
        )


def _insertions(analysis: Analysis, call: str) -> Iterator[Fix]:
    """Layers that turn what comes into what is wanted."""
    document = analysis.document
    wires = [wire for wire in document.wires.values() if wire.target == call]
    tensor = analysis.tensor(wires[0].source) if wires else None
    if tensor is None:
        return
    for kind, config, label in converters(tensor):
        if kind in offered():
            yield Fix(label, _insert(document, wires[0], kind, config))


def converters(tensor: Tensor) -> Iterator[tuple[str, Message, Sentence]]:
    """Layers that give a tensor another rank: kind, settings, and what their button says."""
    shape = tensor.shape[1:]
    if len(shape) > 1:
        yield "Flatten", {}, say("Insert {kind}", kind="Flatten")
    if len(shape) == 3:
        kind = "GlobalAveragePooling2D"
        yield kind, {}, say("Insert {kind}", kind=kind)
    for target in _shapes_of_equal_size(shape):
        said = ", ".join(map(str, target))
        label = say("Insert Reshape to ({shape})", shape=said)
        yield "Reshape", {"target_shape": target}, label


def _shapes_of_equal_size(shape: tuple[int | None, ...]) -> Iterator[tuple[int, ...]]:
    """Shapes of other ranks that the same numbers can have: an image, a sequence."""
    sizes = [size for size in shape if size is not None]
    if len(sizes) < len(shape) or not sizes:
        return
    match sizes:
        case [length]:
            side = math.isqrt(length)
            if side > 1 and side * side == length:
                yield (side, side, 1)
            yield (length, 1)
        case [rows, columns]:
            yield (rows, columns, 1)
        case [rows, columns, channels]:
            yield (rows, columns * channels)
        case _:
            return


def _insert(document: Document, wire: Wire, kind: str, config: Message) -> tuple[Message, ...]:
    """The command that puts a new block into a wire, where the block behind it lies now."""
    x, y = document.canvas.positions.get(wire.target, (0.0, 0.0))
    return ({"command": "Insert", "kind": kind, "config": config, "x": x, "y": y, "wire": wire.id},)


# ---------------------------------------------------------------------- several inputs


def _matches(analysis: Analysis, call: str) -> Iterator[Fix]:
    """Settings that give one producer the shape of another."""
    document = analysis.document
    sources = [ref for _, ref in document.calls[call].references]
    tensors = [analysis.tensor(ref) for ref in sources]
    for i, (ref, tensor) in enumerate(zip(sources, tensors, strict=True)):
        for other in tensors[:i] + tensors[i + 1 :]:
            if tensor is not None and other is not None and tensor != other:
                yield from _adapted(analysis, ref.call, tensor, other)


def _adapted(analysis: Analysis, call: str, now: Tensor, wanted: Tensor) -> Iterator[Fix]:
    document = analysis.document
    if now.shape[-1:] != wanted.shape[-1:] and isinstance(wanted.shape[-1], int):
        found = maker_of_features(document, call)
        if found is not None:
            maker, setting = found
            label = _set_to(document.name_of(maker), setting, wanted.shape[-1])
            yield Fix(label, (_configure(maker, setting, wanted.shape[-1]),))
    if now.shape[1:-1] == wanted.shape[1:-1]:
        return
    for maker in _chain_above(document, call):
        record = document.record(maker)
        names = {setting.form.name for setting in settings_of(record)}
        if "padding" in names and record.config.get("padding", "valid") == "valid":
            label = _set_to(document.name_of(maker), "padding", "same")
            yield Fix(label, (_configure(maker, "padding", "same"),))
        if "strides" in names:
            for strides in (1, 2):
                label = _set_to(document.name_of(maker), "strides", strides)
                yield Fix(label, (_configure(maker, "strides", strides),))


def _chain_above(document: Document, call: str) -> Iterator[str]:
    """A block and those above it, as long as each has one input."""
    for _ in range(8):
        yield call
        references = document.calls[call].references
        if len(references) != 1:
            return
        call = references[0][1].call


def maker_of_features(document: Document, call: str) -> tuple[str, str] | None:
    """The block that decides how many features come out here, and its setting for that."""
    for maker in _chain_above(document, call):
        record = document.record(maker)
        for setting in settings_of(record):
            if setting.form.name in ("units", "filters", "output_dim"):
                return maker, setting.form.name
        if family_of(record) not in _KEEPS_FEATURES:
            return None
    return None


def _other_merge(analysis: Analysis, call: str) -> Iterator[Fix]:
    """Joining side by side needs no equal channels."""
    document = analysis.document
    record = document.record(call)
    cls = class_of(record)
    if cls is None or not takes_many(cls) or kind_name(record) == "Concatenate":
        return
    if "Concatenate" not in offered():
        return
    name = document.fresh_name("concatenate")
    x, y = document.canvas.positions.get(call, place_below(document, ""))
    commands: list[Message] = [
        {"command": "Add", "kind": "Concatenate", "name": name, "x": x, "y": y}
    ]
    for _, ref in document.calls[call].references:
        commands.append(_connect(ref.call, name, ref.output))
    onward = [(consumer, path) for consumer, path, _ in document.consumers[call]]
    wires = {(wire.target, wire.path): wire.id for wire in document.wires.values()}
    for consumer, path in onward:
        commands.append({"command": "Disconnect", "wire": wires[consumer, path]})
        commands.append(_connect(name, consumer))
    commands.append({"command": "Remove", "blocks": (call,), "wires": ()})
    yield Fix(say("Concatenate instead"), tuple(commands))


# ---------------------------------------------------------------------- messages


def _set_to(name: str, setting: str, value: Any) -> Sentence:
    return say("{name}: {setting} = {value}", name=name, setting=setting, value=str(value))


def _connect(source: str, target: str, output: int = 0) -> Message:
    return {
        "command": "Connect",
        "source": source,
        "target": target,
        "source_port": output,
        "target_port": "",
    }


def _configure(block: str, setting: str, value: Any) -> Message:
    return {"command": "Configure", "block": block, "setting": setting, "value": value}
