"""What a new block starts with where its layer must be told something."""

from __future__ import annotations

from typing import Any

from visualnn.builder.forms import Setting, SettingForm

_STARTS: dict[str, Any] = {
    "units": 64,
    "filters": 32,
    "kernel_size": 3,
    "rate": 0.5,
    "activation": "relu",
    "input_dim": 1000,
    "output_dim": 64,
    "target_shape": (-1,),
    "dims": (2, 1),
    "n": 4,
    "num_heads": 4,
    "key_dim": 32,
    "shape": (28, 28, 1),
    "factor": 0.1,
    "height_factor": 0.1,
    "width_factor": 0.1,
}
"""What a new block starts with where its layer wants to be told."""


def _layer(class_name: str, **config: Any) -> dict[str, Any]:
    return {"module": "keras.layers", "class_name": class_name, "config": config}


_WRAPPED = {
    "Bidirectional": _layer("LSTM", name="lstm", units=64),
    "TimeDistributed": _layer("Dense", name="dense", units=64),
    "SpectralNormalization": _layer("Dense", name="dense", units=64),
}
"""The layer that a new wrapper starts with."""


def starting_config(kind: str, settings: tuple[Setting, ...]) -> dict[str, Any] | None:
    """Values for what a new layer must be told, so that it is right from the start.

    Returns:
        The values by setting, or ``None`` where a form cannot ask for what the layer wants.
    """
    found = {s.form.name: _start(kind, s.form) for s in settings if s.form.required}
    return None if any(value is None for value in found.values()) else found


def _start(kind: str, form: SettingForm) -> Any:
    if form.name == "layer":
        return _WRAPPED.get(kind)
    if kind == "RandomPosterization" and form.name == "factor":
        return 4  # bits
    if form.name in _STARTS:
        return _STARTS[form.name]
    match form.kind:
        case "choice":
            return form.choices[0]
        case "boolean":
            return False
        case "text":
            return ""
        case "number":
            return 1.0
        case "integers" | "shape":
            return (1,) * (form.length or 1)
        case "integer":
            return 1
        case "object":
            return None
