"""Hints about what goes into a model: numbers that are too large to learn from as they are.

Where the data are known, they decide.  Otherwise the drawing tells what it can: an input of bytes,
or a layer for pictures that says that its pixels go from 0 to 255.
"""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from collections.abc import Iterator

from visualnn.builder.analysis import Analysis
from visualnn.builder.data import Numbers, TrainingData
from visualnn.builder.document import Document, Wire
from visualnn.builder.forms import settings_of, value_of
from visualnn.builder.hints import MIXES, Lint, inserted
from visualnn.builder.records import LayerRecord
from visualnn.builder.repairs import Fix
from visualnn.builder.sentences import Sentence, say

_SMALL = 30
"""Numbers up to this, such as counts or points, are learned from without scaling."""
_PIXEL = 255
_WHOLE_NUMBERS = {"uint8", "int8", "uint16", "int16"}
_LEARNS = MIXES | {
    "SimpleRNN", "LSTM", "GRU", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D",
    "DepthwiseConv1D", "DepthwiseConv2D", "SeparableConv1D", "SeparableConv2D",
    "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose", "MultiHeadAttention",
    "GroupQueryAttention",
}  # fmt: skip
_KEEPS_SCALE = {
    "Flatten", "Reshape", "Permute", "RepeatVector", "Masking", "Dropout", "Identity",
    "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D", "Cropping1D", "Cropping2D", "Cropping3D",
    "Resizing", "CenterCrop", "RandomCrop", "RandomFlip", "RandomRotation", "RandomTranslation",
    "RandomZoom", "RandomShear", "RandomContrast", "RandomBrightness", "RandomHue",
    "RandomSaturation", "RandomColorJitter", "RandomSharpness", "RandomGrayscale",
    "RandomGaussianBlur", "RandomErasing", "RandomPerspective", "RandomPosterization",
    "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D", "AveragePooling2D",
    "AveragePooling3D", "GaussianDropout", "SpatialDropout1D", "SpatialDropout2D",
    "SpatialDropout3D", "Concatenate", "ReLU",
}  # fmt: skip


def input_hints(analysis: Analysis, data: TrainingData | None) -> Iterator[Lint]:
    """Inputs whose numbers reach a layer that learns from them unscaled."""
    document = analysis.document
    for place, call in enumerate(document.input_calls):
        learner, met = _first_learner(document, call)
        if not learner:
            continue
        record = document.record(call)
        known = _numbers(data, record.name, place)
        names = record.name, document.name_of(learner)
        sentence = _by_data(known, *names) if known else _by_drawing(record, met, *names)
        if sentence is None:
            continue
        wires = [wire for wire in document.wires.values() if wire.source.call == call]
        fixes = _scalings(document, wires[0], known) if len(wires) == 1 else ()
        yield Lint(call, sentence, tuple(fixes))


def _first_learner(document: Document, call: str) -> tuple[str, list[LayerRecord]]:
    """The layer with weights that gets the numbers of a block as they are, or none (empty).

    Returns:
        Its block, and the layers on the way.
    """
    met: list[LayerRecord] = []
    waiting, seen = [call], {call}
    while waiting:
        for consumer, _, _ in document.consumers[waiting.pop()]:
            record = document.record(consumer)
            if record.class_name in _LEARNS:
                return consumer, met
            if record.class_name in _KEEPS_SCALE and consumer not in seen:
                met.append(record)
                seen.add(consumer)
                waiting.append(consumer)
    return "", met


def _numbers(data: TrainingData | None, name: str, place: int) -> Numbers | None:
    if data is None:
        return None
    return data.inputs.get(name) or data.inputs.get(place)


def _by_data(known: Numbers, name: str, learner: str) -> Sentence | None:
    if known.reach <= _SMALL:
        return None
    return say(
        "The numbers of {data} go from {lowest} to {highest}, and {name} gives them to {learner} "
        "as they are: networks learn best from numbers of about 1.",
        data=known.name,
        lowest=_short(known.lowest),
        highest=_short(known.highest),
        name=name,
        learner=learner,
    )


def _short(value: float) -> float | int:
    return int(value) if value == round(value) else float(f"{value:.3g}")


def _by_drawing(
    record: LayerRecord, met: list[LayerRecord], name: str, learner: str
) -> Sentence | None:
    dtype = record.config.get("dtype")
    if dtype in _WHOLE_NUMBERS:
        return say(
            "{name} gives whole numbers ({dtype}) to {learner} as they are: networks learn best "
            "from numbers of about 1, so divide them by their largest first.",
            name=name,
            dtype=str(dtype),
            learner=learner,
        )
    for layer in met:
        ranges = [value_of(layer, s) for s in settings_of(layer) if s.form.name == "value_range"]
        if any(tuple(each or ()) == (0, _PIXEL) for each in ranges):
            return say(
                "{layer} is for pixels from 0 to 255, and {learner} gets them as they are: "
                "networks learn best from numbers of about 1.",
                layer=layer.name,
                learner=learner,
            )
    return None


def _scalings(document: Document, wire: Wire, known: Numbers | None) -> Iterator[Fix]:
    """Layers that bring the numbers to about 1, the fitting one first."""
    pixels = known is None or (known.lowest >= 0 and known.highest <= _PIXEL)
    if pixels:
        label = say("Insert {kind} by 1/255", kind="Rescaling")
        yield inserted(document, wire, "Rescaling", {"scale": 1 / _PIXEL}, label)
    if known is not None and known.means:
        config = {"mean": known.means, "variance": known.variances}
        label = say("Insert {kind} with the means of {data}", kind="Normalization", data=known.name)
        yield inserted(document, wire, "Normalization", config, label)
    if not pixels:
        label = say("Insert {kind}", kind="BatchNormalization")
        yield inserted(document, wire, "BatchNormalization", {}, label)
