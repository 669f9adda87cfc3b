"""Families of layers: how their members look.  Colour never stands alone, so each has a glyph.

The colours are those of Okabe and Ito, which colour-blind readers can tell apart, made darker for
light themes and lighter for dark ones where a line would have too little contrast.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

from visualnn.builder.kinds import class_of
from visualnn.builder.records import LayerRecord


@dataclass(frozen=True)
class Family:
    """A family of layers: how its members look."""

    name: str
    glyph: str
    color: str
    color_dark: str


FAMILIES = (
    Family("Input", "▷", "#6B7280", "#9CA3AF"),
    Family("Core", "▦", "#0072B2", "#4DA6DB"),
    Family("Convolution", "▩", "#D55E00", "#F0883E"),
    Family("Pooling", "▽", "#B87A00", "#F0B429"),
    Family("Normalization", "≈", "#008A65", "#35C49A"),
    Family("Regularization", "⋯", "#B8558F", "#DE9BC4"),
    Family("Merge", "⊕", "#2583B5", "#8ACBF0"),
    Family("Reshape", "⇄", "#8C6D31", "#C7A765"),
    Family("Recurrent", "↻", "#7B61C4", "#AC99EA"),
    Family("Attention", "◎", "#B5387A", "#E279B0"),
    Family("Activation", "∿", "#3F8A3F", "#7CC87C"),
    Family("Preprocessing", "⚙", "#5B6B7B", "#A3B3C3"),
    Family("Image", "▨", "#A3541C", "#E0A070"),
    Family("Audio", "♪", "#00778A", "#4FC3D1"),
    Family("Wrapper", "◫", "#6A5ACD", "#B0A6F0"),
    Family("Model", "⬚", "#455A64", "#B0BEC5"),
    Family("Operation", "ƒ", "#616161", "#BDBDBD"),
    Family("Own", "★", "#7A4B9B", "#C39BDF"),
)
BY_NAME = {family.name: family for family in FAMILIES}

_OF_NAMES = (
    (r"Input", "Input"),
    (r"Conv", "Convolution"),
    (r"Pool", "Pooling"),
    (r"Normalization$", "Normalization"),
    (r"Dropout|Noise|Regularization", "Regularization"),
    (r"LSTM|GRU|RNN|Bidirectional", "Recurrent"),
    (r"Attention", "Attention"),
    (r"Spectrogram", "Audio"),
    (r"Random|Resizing|CenterCrop|Mix$|Augment|Contrast|Equalization", "Image"),
    (r"Lookup|Hash|Discretization|Rescaling|Encoding|Crop", "Preprocessing"),
)
"""The family of layers that only a file knows, by their names."""


def family_of(record: LayerRecord) -> str:
    """The name of the family that a layer belongs to."""
    if record.is_input:
        return "Input"
    if record.is_model:
        return "Model"
    if record.is_operation:
        return "Operation"
    cls = class_of(record)
    if cls is not None:
        return family_of_class(cls)
    named = (family for words, family in _OF_NAMES if re.search(words, record.class_name))
    return next(named, "Own")


def family_of_class(cls: type) -> str:
    """The name of the family of a class: what the file it is written in says, if that is ours."""
    if not cls.__module__.startswith("visualnn."):
        return "Own"
    family = getattr(sys.modules.get(cls.__module__), "FAMILY", "Core")
    return family if family in BY_NAME else "Core"
