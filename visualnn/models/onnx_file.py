"""Models from ONNX files, made of layers where a layer fits."""

from __future__ import annotations

from typing import Any

from visualnn.models.model import Model
from visualnn.saving.dispatch import files_of_others
from visualnn.spec import is_float
from visualnn.structure import flatten


def load_onnx(filepath: Any) -> Model:
    """The model in an ONNX file, as layers and operations that are connected.

    It predicts what the file says, can be trained on, drawn, and saved as any other model.

    Args:
        filepath: The path.

    Raises:
        InvalidModelFile: When it is damaged, or uses operators that are not known; they are named.
        FileNotFoundError: When there is no such file.
    """
    from visualnn.exporting.onnx.reading import read_onnx  # only who has such a file needs it

    inputs, outputs, name = read_onnx(filepath)
    fractions = [x.dtype for x in flatten(inputs) if is_float(x.dtype)]
    how = {"dtype": fractions[0]} if fractions and fractions[0] != "float32" else {}
    return Model(inputs, outputs, name=name, **how)


files_of_others[".onnx"] = load_onnx
