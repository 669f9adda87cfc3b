"""The formats that models are exported to, for programs that only run them: a row for each."""

from __future__ import annotations

import importlib
import importlib.util
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from visualnn.saving.atomic import replacing


def _to_saved_model(model: Any, path: Any, **how: Any) -> None:
    from visualnn.exporting.archive import export_saved_model

    for ignored in ("jax2tf_kwargs", "is_static"):
        how.pop(ignored, None)
    export_saved_model(model, path, **how)


def _to_onnx(model: Any, path: Any, **how: Any) -> None:
    from visualnn.exporting.onnx import export_onnx

    if "opset_version" in how:
        how["opset"] = how.pop("opset_version")
    export_onnx(model, path, **how)


def _to_openvino(model: Any, path: Any, **how: Any) -> None:
    """Convert the ONNX file, which OpenVINO does itself."""
    if importlib.util.find_spec("openvino") is None:
        raise ImportError(
            'To export to OpenVINO, its package is needed: pip install "openvino". An ONNX file, '
            'which OpenVINO reads as well, needs nothing: `format="onnx"`.'
        )
    openvino: Any = importlib.import_module("openvino")
    target = Path(path)
    if target.suffix != ".xml":
        raise ValueError(f"OpenVINO's files end in `.xml`, but the path is {str(path)!r}.")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.onnx"
        _to_onnx(model, file, **how)
        converted = openvino.convert_model(str(file))
        with replacing(target.with_suffix(".bin")) as weights, replacing(target) as graph:
            made = Path(folder) / "model.xml"
            openvino.save_model(converted, str(made), compress_to_fp16=False)
            graph.write_bytes(made.read_bytes())
            weights.write_bytes(made.with_suffix(".bin").read_bytes())


FORMATS: dict[str, Callable] = {
    "tf_saved_model": _to_saved_model,
    "onnx": _to_onnx,
    "openvino": _to_openvino,
}
"""What writes each format."""


ENDINGS = {"tf_saved_model": "", "onnx": ".onnx", "openvino": ".xml"}
"""What the paths of each format end in; that of a folder has no ending."""


def format_of(path: Any) -> str:
    """The format that the ending of a path says; without one, a SavedModel."""
    ending = Path(path or "").suffix
    return next((name for name, x in ENDINGS.items() if x and x == ending), "tf_saved_model")


def export_model(
    model: Any,
    filepath: Any,
    format: str = "tf_saved_model",
    verbose: bool | None = None,
    input_signature: Any = None,
    **kwargs: Any,
) -> None:
    """Write what a model predicts, for programs that only run it.

    Args:
        model: The model.
        filepath: The file, or for ``tf_saved_model`` the folder; what is there is replaced.
        format: ``"tf_saved_model"``, ``"onnx"`` or ``"openvino"``.
        verbose: Whether to print what was written.
        input_signature: The specs of its arguments, where it is not known what it takes.
        **kwargs: ``opset_version`` for ONNX; ``is_static`` and ``jax2tf_kwargs`` are accepted for
            Keras's sake.

    Raises:
        ValueError: When the format is not known, or a layer has no form in it.
        ImportError: When a package is missing that the format needs.
        OSError: When it cannot be written; what was there is left as it was.
    """
    if format not in FORMATS:
        raise ValueError(
            f"There is no format {format!r} to export to. There are: {', '.join(FORMATS)}."
        )
    FORMATS[format](model, filepath, verbose=verbose, input_signature=input_signature, **kwargs)
