"""Layers for pictures in many settings, with what they draw written down: run here and by Keras."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

_random = np.random.RandomState(7)
PICTURES = (_random.rand(2, 9, 12, 3) * 255).astype("float32")
MASKS = _random.randint(0, 5, (2, 9, 12, 1)).astype("float32")
LABELS = _random.rand(2, 4).astype("float32")
BOXES = {
    "boxes": np.array(
        [[[1, 2, 5, 6], [2, 1, 4, 7], [7, 3, 11, 9]], [[0, 0, 12, 9], [3, 3, 6, 6], [1, 1, 2, 8]]],
        "float32",
    ),
    "labels": np.array([[1, 2, 3], [0, 1, 2]], "int32"),
}
SOUND = _random.randn(2, 3000).astype("float32")
_SHAPE = (2, 9, 12, 3)


def _each(*numbers: float) -> np.ndarray:
    return np.array(numbers, "float32")


def _turn(*degrees: float) -> dict[str, Any]:
    """What RandomRotation draws: the angles, and the matrices that follow from them."""
    rows = []
    for angle in np.deg2rad(degrees):
        cos, sin = np.cos(angle), np.sin(angle)
        x, y = (11 - (cos * 11 - sin * 8)) / 2, (8 - (sin * 11 + cos * 8)) / 2
        rows.append([cos, -sin, x, sin, cos, y, 0, 0])
    matrix = np.array(rows, "float32")
    sizes = {"image_height": 9, "image_width": 12, "batch_size": 2}
    return {"angle": _each(*degrees), "rotation_matrix": matrix, **sizes}


_INSIDE = np.zeros(_SHAPE, bool)
_INSIDE[0, 2:5, 3:9] = _INSIDE[1, 1:8, 1:4] = True
_ORDER = np.array([1, 0])
_ONE = np.array([False, True])
_CORNERS = np.array([[[0, 0], [11, 0], [0, 8], [11, 8]]] * 2, "float32")
_MOVED = _CORNERS + np.array(
    [[[0, 0], [-2, 0], [0, 1], [1, -2]], [[0, 0], [3, 0], [0, -1], [1, 2]]]
)

CASES: dict[str, tuple[str, dict[str, Any], Any]] = {}
"""Of each case the class, its settings, and what it drew."""


def _case(name: str, drawn: Any = None, **settings: Any) -> None:
    words = " ".join(f"{key}={value}" for key, value in settings.items())
    CASES[f"{name} {words}".strip()] = name, settings, drawn


for _fill in ("reflect", "wrap", "constant", "nearest"):
    for _mix in ("bilinear", "nearest")[: 1 + (_fill == "constant")]:
        _how = {"fill_mode": _fill, "interpolation": _mix, "fill_value": 3.0}
        _case("RandomRotation", _turn(30, -75), factor=0.3, **_how)
        _translations = {"translations": np.array([[1.5, -2.25], [-3, 2]], "float32")}
        _case(
            "RandomTranslation", {**_translations, "input_shape": _SHAPE},
            height_factor=0.3, width_factor=(0.1, 0.3), **_how,
        )  # fmt: skip
        _zooms = {"height_zoom": _each(0.7, 1.4)[:, None], "width_zoom": _each(1.2, 0.6)[:, None]}
        _case("RandomZoom", {**_zooms, "input_shape": _SHAPE}, height_factor=0.4, **_how)
        _shears = {"shear_factor": np.array([[0.2, 0.1], [-0.3, -0.4]], "float32")}
        _case("RandomShear", {**_shears, "input_shape": _SHAPE}, x_factor=0.4, **_how)
for _mode in ("horizontal", "vertical", "horizontal_and_vertical"):
    _flips = {"flips": _ONE.reshape(2, 1, 1, 1), "input_shape": _SHAPE}
    _case("RandomFlip", _flips, mode=_mode)
for _mix in ("bilinear", "nearest"):
    _seen = {"start_points": _CORNERS, "end_points": _MOVED.astype("float32")}
    _seen.update(apply_perspective=np.array([True, True]), input_shape=_SHAPE)
    _case("RandomPerspective", _seen, interpolation=_mix, fill_value=2.0)
for _range in ((0, 255), (-300, 300)):
    _values = {"value_range": _range}
    _shares = _each(0.3, 0.8)
    _case("RandomColorDegeneration", {"factor": _shares.reshape(2, 1, 1, 1)}, factor=0.5, **_values)
    _case("RandomSaturation", {"factor": _shares}, factor=0.5, **_values)
    _case("RandomHue", {"factor": _each(0.2, -0.4)}, factor=0.5, **_values)
    _case("RandomSharpness", {"factor": _shares}, factor=0.5, **_values)
    _case("RandomPosterization", {"shift_factor": np.array([5, 3], "uint8")}, factor=4, **_values)
    _limits = {"additions": _each(20, 90), "thresholds": _each(100, 200.5)}
    _limits = {key: x.reshape(2, 1, 1, 1) for key, x in _limits.items()}
    _case("Solarization", _limits, addition_factor=0.5, threshold_factor=0.8, **_values)
    _case("RandomInvert", {"apply_inversion": _ONE}, **_values)
    _delta = {"rgb_delta": _each(40, -70).reshape(2, 1, 1, 1)}
    _case("RandomBrightness", _delta, factor=0.5, **_values)
    _contrast = {"contrast_factor": _each(0.5, 1.6).reshape(2, 1, 1, 1)}
    _case("RandomContrast", _contrast, factor=0.5, **_values)
    _case("AutoContrast", **_values)
    _case("Equalization", bins=32, **_values)
_case("ContrastLimitedAdaptiveHistogramEqualization")
_case("ContrastLimitedAdaptiveHistogramEqualization", clip_limit=1.5, tile_grid_size=(2, 3))
_blur = {"should_apply_blur": np.array([True, False]), "blur_factor": _each(0.8, 0.4)}
_case("RandomGaussianBlur", _blur, kernel_size=(3, 5))
_case("RandomGrayscale", _ONE.reshape(2, 1, 1, 1))
_case(
    "RandomErasing",
    {"apply_erasing": _ONE, "batch_masks": _INSIDE, "fill_value": PICTURES[::-1] / 2},
)
_case(
    "CutMix",
    {
        "permutation_order": _ORDER,
        "batch_masks": _INSIDE,
        "mix_weight": _each(0.8, 0.7).reshape(2, 1, 1, 1),
    },
)
_case("MixUp", {"mix_weight": _each(0.75, 0.4), "permutation_order": _ORDER})
_case("MaxNumBoundingBoxes", max_number=2)
_case("MaxNumBoundingBoxes", max_number=5)
for _size in ((4, 5), (6, 6), (20, 7), (9, 12)):
    _box = {"height": _size[0], "width": _size[1]}
    _case("CenterCrop", {"input_shape": _SHAPE}, **_box)
    _case("RandomCrop", (1, 2) if _size[0] < 8 else (0, 0), **_box)
    for _ratio in ({}, {"crop_to_aspect_ratio": True}, {"pad_to_aspect_ratio": True}):
        _case("Resizing", (9, 12), **_box, **_ratio)

LEFT_OUT = {
    ("RandomCrop", "bounding_boxes"): "Keras takes the row for the column",
    ("MixUp", "segmentation_masks"): "Keras puts the classes of both pictures side by side",
    ("CutMix", "bounding_boxes"): "neither knows",
    ("CutMix", "segmentation_masks"): "Keras repeats the classes for each colour",
    ("RandomGrayscale", "bounding_boxes"): "Keras calls the argument otherwise",
    ("RandomGrayscale", "labels"): "Keras calls the argument otherwise",
    ("RandomGrayscale", "segmentation_masks"): "Keras calls the argument otherwise",
    ("ContrastLimitedAdaptiveHistogramEqualization", "bounding_boxes"): "not in Keras",
    ("ContrastLimitedAdaptiveHistogramEqualization", "labels"): "not in Keras",
    ("ContrastLimitedAdaptiveHistogramEqualization", "segmentation_masks"): "not in Keras",
}
"""What is not compared, and why."""

SOUNDS: dict[str, tuple[str, dict[str, Any]]] = {
    f"{name} {settings}": (name, settings)
    for name, settings in (
        ("MelSpectrogram", {}),
        ("MelSpectrogram", {"sequence_stride": 300, "window": "hamming", "num_mel_bins": 20}),
        ("MelSpectrogram", {"fft_length": 512, "sequence_length": 400, "sampling_rate": 8000}),
        ("MelSpectrogram", {"power_to_db": False, "mag_exp": 1.0, "window": None}),
        ("MelSpectrogram", {"top_db": 20.0, "max_freq": 3000.0, "ref_power": 2.0}),
        *(
            ("STFTSpectrogram", {"mode": mode})
            for mode in ("log", "magnitude", "psd", "real", "imag", "stft")
        ),
        ("STFTSpectrogram", {"scaling": "spectrum", "window": "hamming", "fft_length": 512}),
        ("STFTSpectrogram", {"scaling": None, "padding": "same", "frame_step": 100}),
        ("STFTSpectrogram", {"window": None, "expand_dims": True, "frame_length": 63}),
        ("STFTSpectrogram", {"window": "blackman", "periodic": True}),
        ("STFTSpectrogram", {"window": "bartlett"}),
        ("STFTSpectrogram", {"window": "flattop"}),
    )
}


def results(library: Any, case: str) -> dict[str, np.ndarray]:
    """What a case makes of pictures, masks, labels and rectangles, in training and outside."""
    name, settings, drawn = CASES[case]
    seeded = "seed" in _parameters(getattr(library.layers, name))
    more = {"seed": 3} if seeded else {}
    layer = getattr(library.layers, name)(**settings, **more, bounding_box_format="xyxy")
    layer.build(_SHAPE)
    found: dict[str, Any] = {}
    for key, data in (
        ("images", PICTURES),
        ("bounding_boxes", BOXES),
        ("labels", LABELS),
        ("segmentation_masks", MASKS),
    ):
        if (name, key) in LEFT_OUT:
            continue
        data = {k: x.copy() for k, x in data.items()} if isinstance(data, dict) else data
        change = getattr(layer, f"transform_{key}")
        made = change(data, drawn, training=True)
        parts = made if isinstance(made, dict) else {"": made}
        found.update({f"{key} {part}".strip(): np.asarray(x) for part, x in parts.items()})
    found["at rest"] = np.asarray(layer(PICTURES, training=False))
    found["bytes at rest"] = np.asarray(layer(PICTURES.astype("uint8"), training=False))
    return found


def spectrogram(library: Any, case: str) -> np.ndarray:
    """The picture of the sound."""
    name, settings = SOUNDS[case]
    sound = SOUND if name == "MelSpectrogram" else SOUND[..., None]
    return np.asarray(getattr(library.layers, name)(**settings)(sound))


def _parameters(cls: type) -> Any:
    return inspect.signature(cls.__init__).parameters
