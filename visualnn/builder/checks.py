"""What is wrong with a drawing, in sentences that name who gives, who takes, and both shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from visualnn.builder.analysis import Analysis, analysis_of
from visualnn.builder.document import Document
from visualnn.builder.inference import Tensor
from visualnn.builder.kinds import class_of, takes_many, why_unknown
from visualnn.builder.sentences import Sentence, joined, listed, say
from visualnn.builder.words import shape_text

_IMAGE_AXES = {1: say("heights"), 2: say("widths"), 3: say("channels")}


@dataclass(frozen=True)
class Fault:
    """Something that is wrong.

    Attributes:
        block: Where; empty if it is the model as a whole.
        sentence: What.
        kind: What sort of mistake it is: ``free`` inputs, ``unknown`` layers, bad ``settings``,
            shapes that do not ``fit``, blocks that are ``unused``, what is wrong ``inside`` a
            submodel, or the whole ``model``.
        wires: The wires that are wrong.
    """

    block: str
    sentence: Sentence
    kind: str
    wires: tuple[str, ...] = ()

    @property
    def blocking(self) -> bool:
        """Whether there can be no model as long as this is so."""
        return self.kind != "unused"


def faults_of(document: Document) -> list[Fault]:
    """Everything that is wrong with a document, from the inputs down; found once."""
    kept: Any = vars(document).get("_faults")
    if kept is None:
        kept = _found(document)
        vars(document)["_faults"] = kept
    return kept


def _found(document: Document) -> list[Fault]:
    analysis = analysis_of(document)
    faults = [fault for call in document.order if (fault := _of_block(analysis, call))]
    if document.loose_ends and not document.input_calls:
        sentence = say("The model has no input yet: add an Input block and connect it.")
        faults.append(Fault("", sentence, "model"))
    return faults + _unused(document)


def _of_block(analysis: Analysis, call: str) -> Fault | None:
    document = analysis.document
    record = document.record(call)
    if analysis.missing[call]:
        return Fault(call, _free_sentence(analysis, call), "free")
    if why := why_unknown(record):
        return Fault(call, _about(record.name, why), "unknown")
    if record.inside is not None:
        inside = [fault for fault in faults_of(record.inside) if fault.blocking]
        if inside:
            sentence = say("Inside {name}: {problem}", name=record.name, problem=inside[0].sentence)
            return Fault(call, sentence, "inside")
    outcome = analysis.outcomes[call]
    if not outcome.error:
        return None
    sources = [ref for _, ref in document.calls[call].references]
    tensors = [tensor for ref in sources if (tensor := analysis.tensor(ref))]
    if not outcome.misfit or len(tensors) < len(sources):
        return Fault(call, _about(record.name, outcome.error), "settings")
    wires = _wrong_wires(analysis, call)
    return Fault(call, _misfit_sentence(analysis, call), "fit", wires)


def _about(name: str, problem: str) -> Sentence:
    return say("{name}: {problem}", name=name, problem=problem)


def _free_sentence(analysis: Analysis, call: str) -> Sentence:
    document = analysis.document
    name, ports = document.name_of(call), analysis.missing[call]
    if ports[0].many:
        return say("{name} has no inputs yet: connect the blocks that it combines.", name=name)
    if ports[0].name == "inputs":
        return say("{name} has no input yet: connect a block to it.", name=name)
    return say("{name} needs a wire into {ports}.", name=name, ports=listed(p.name for p in ports))


# ---------------------------------------------------------------------- shapes


def _misfit_sentence(analysis: Analysis, call: str) -> Sentence:
    document = analysis.document
    name, error = document.name_of(call), analysis.outcomes[call].error
    given = _given(analysis, call)
    cls = class_of(document.record(call))
    if cls is not None and takes_many(cls) and len(given) > 1:
        said = joined((gives(giver, tensor.shape) for giver, tensor in given), ", ")
        shapes = [tensor.shape for _, tensor in given]
        return say(
            "{name} cannot combine its inputs: {said}: {difference}.",
            name=name,
            said=said,
            difference=difference(shapes),
        )
    said = listed(gives(giver, tensor.shape) for giver, tensor in given)
    return say("{name} does not fit: {said}. {error}", name=name, said=said, error=error)


def gives(name: str, shape: tuple[int | None, ...]) -> Sentence:
    """What comes out of a block, in words."""
    return say("{name} gives {shape}", name=name, shape=shape_text(shape))


def _given(analysis: Analysis, call: str) -> list[tuple[str, Tensor]]:
    """The tensors that a block gets, with the names of those that give them."""
    found: list[tuple[str, Tensor]] = []
    for _, ref in analysis.document.calls[call].references:
        tensor = analysis.tensor(ref)
        if tensor is not None:
            found.append((analysis.document.name_of(ref.call), tensor))
    return found


def difference(shapes: list[tuple[int | None, ...]]) -> Sentence:
    """In what shapes differ, in words."""
    if len({len(shape) for shape in shapes}) > 1:
        return say("they have different numbers of axes")
    axes = [
        axis
        for axis in range(1, len(shapes[0]))
        if len({shape[axis] for shape in shapes} - {None}) > 1
    ]
    if not axes:
        return say("the batch sizes differ")
    rank = len(shapes[0])
    words = [_axis_words(axis, rank) for axis in axes]
    return say("the {sizes} differ", sizes=listed(words))


def _axis_words(axis: int, rank: int) -> Sentence:
    if rank == 4:
        return _IMAGE_AXES[axis]
    if axis == rank - 1:
        return say("features")
    return say("lengths") if rank == 3 else say("sizes along axis {axis}", axis=axis)


def _wrong_wires(analysis: Analysis, call: str) -> tuple[str, ...]:
    """The wires to blame: of several into one port those that differ from the first."""
    document = analysis.document
    wires = [wire for wire in document.wires.values() if wire.target == call]
    cls = class_of(document.record(call))
    if cls is None or not takes_many(cls) or len(wires) < 2:
        return tuple(wire.id for wire in wires)
    first = analysis.tensor(wires[0].source)
    odd = [w.id for w in wires[1:] if first and _differ(first, analysis.tensor(w.source))]
    return tuple(odd) or tuple(wire.id for wire in wires[1:])


def _differ(a: Tensor, b: Tensor | None) -> bool:
    return b is None or a.shape[1:] != b.shape[1:]


# ---------------------------------------------------------------------- the whole


def _unused(document: Document) -> list[Fault]:
    """Blocks that are there for nothing."""
    faults: list[Fault] = []
    if document.inputs is None and len(document.calls) > 1:
        for call, consumers in document.consumers.items():
            is_idle = not consumers and call not in document.output_calls
            if is_idle and document.record(call).is_input:
                name = document.name_of(call)
                sentence = say("{name} is not used yet: connect it to a layer.", name=name)
                faults.append(Fault(call, sentence, "unused"))
    if document.outputs is not None:
        needed = document.leading_to(*document.output_calls)
        for call in document.loose_ends:
            if call not in needed:
                sentence = say(
                    "{name} leads to no output of the model, so it is not part of it.",
                    name=document.name_of(call),
                )
                faults.append(Fault(call, sentence, "unused"))
    return faults
