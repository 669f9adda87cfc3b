"""Cases for every layer, made from what the layers declare: see :func:`cases_of`.

A layer that is new is found by itself.  What its settings may be follows from their types; what it
can be called on is tried with the real Keras, unless ``STARTS`` says it.
"""

from __future__ import annotations

import dataclasses
import inspect
import itertools
import random
import typing
import zlib
from collections.abc import Iterator
from typing import Any

from tests.layers.case import Case, mask, whole
from visualnn import layers
from visualnn.constraints import Constraint
from visualnn.declaration import Field, fields_of
from visualnn.initializers import Initializer
from visualnn.regularizers import Regularizer
from visualnn.settings import is_union


@dataclasses.dataclass
class Start:
    """How to make a layer at all.

    Attributes:
        settings: The arguments that it needs.
        shapes: What it is called on: for each way one shape, or several; or functions that make
            the tensors from a random state.
        call: Further arguments of the call.
        listed: Whether several tensors are given as one list.
    """

    settings: dict[str, Any] = dataclasses.field(default_factory=dict)
    shapes: list[tuple] = dataclasses.field(default_factory=list)
    call: dict[str, Any] = dataclasses.field(default_factory=dict)
    listed: bool = False


@dataclasses.dataclass(frozen=True)
class Made:
    """A setting that each library makes for itself, and how to say it."""

    said: str

    def __call__(self, k: Any) -> Any:
        return eval(self.said, {"k": k, "layers": k.layers})  # ours: the texts stand below

    def __repr__(self) -> str:
        return self.said


LINE, PICTURE, VOLUME = (2, 7, 4), (2, 6, 7, 4), (2, 5, 4, 5, 4)
COLOURS = (2, 6, 7, 3)
SEQUENCE = (3, 4, 5)
BY_RANK = {"1D": LINE, "2D": PICTURE, "3D": VOLUME}
ANY_RANK = [(3, 5), (2, 3, 5), (2, 3, 4, 5)]
TWO, THREE = ((2, 3, 4), (2, 3, 4)), ((2, 3, 4), (2, 1, 4), (2, 3, 4))
QUERY_VALUE = [((2, 3, 4), (2, 5, 4)), ((2, 3, 4), (2, 5, 4), (2, 5, 4))]
MERGED = Start(shapes=[TWO, THREE, ((2, 4), (2, 4))], listed=True)

STARTS: dict[str, Start] = {
    "Activation": Start({"activation": "tanh"}, [(3, 5)]),
    "ActivityRegularization": Start({"l1": 0.1}, ANY_RANK),
    "Add": MERGED,
    "AdditiveAttention": Start({}, QUERY_VALUE, listed=True),
    "Attention": Start({}, QUERY_VALUE, listed=True),
    "Average": MERGED,
    "BatchNormalization": Start({}, [(4, 5), (3, 4, 5), (2, 3, 4, 5)]),
    "Bidirectional": Start({"layer": Made("layers.LSTM(3, return_sequences=True)")}, [SEQUENCE]),
    "CategoryEncoding": Start({"num_tokens": 6}, [(whole(6, 3, 4),), (whole(6, 4),)]),
    "Concatenate": Start(shapes=[TWO, ((2, 3, 4), (2, 3, 2))], listed=True),
    "CenterCrop": Start({"height": 4, "width": 5}, [COLOURS, COLOURS[1:]]),
    "Dense": Start({"units": 3}, ANY_RANK),
    "Discretization": Start({"bin_boundaries": [-0.5, 0.0, 0.75]}, [(3, 4), (5,)]),
    "Dot": Start({"axes": 2}, [TWO], listed=True),
    "Dropout": Start({"rate": 0.3}, ANY_RANK),
    "AlphaDropout": Start({"rate": 0.3}, ANY_RANK),
    "GaussianDropout": Start({"rate": 0.3}, ANY_RANK),
    "GaussianNoise": Start({"stddev": 0.3}, ANY_RANK),
    "EinsumDense": Start(
        {"equation": "abc,cd->abd", "output_shape": (None, 4), "bias_axes": "d"}, [(2, 3, 5)]
    ),
    "Embedding": Start(
        {"input_dim": 7, "output_dim": 3}, [(whole(7, 2, 5),), (whole(7, 4),), (whole(7, 2, 3, 2),)]
    ),
    "ReversibleEmbedding": Start({"input_dim": 7, "output_dim": 3}, [(whole(7, 2, 5),)]),
    "GRU": Start({"units": 3}, [SEQUENCE]),
    "LSTM": Start({"units": 3}, [SEQUENCE]),
    "SimpleRNN": Start({"units": 3}, [SEQUENCE]),
    "RNN": Start({"cell": Made("layers.GRUCell(3)")}, [SEQUENCE]),
    "GRUCell": Start({"units": 3}, [((2, 5), (2, 3))]),
    "SimpleRNNCell": Start({"units": 3}, [((2, 5), (2, 3))]),
    "LSTMCell": Start(
        {"units": 3},
        [((2, 5),)],
        call={"states": lambda r: [r.normal(size=(2, 3)).astype("float32") for _ in range(2)]},
    ),
    "StackedRNNCells": Start(
        {"cells": Made("[layers.GRUCell(3), layers.LSTMCell(2)]")},
        [((2, 5),)],
        call={
            "states": lambda r: [
                r.normal(size=(2, 3)).astype("float32"),
                [r.normal(size=(2, 2)).astype("float32") for _ in range(2)],
            ]
        },
    ),
    "GroupNormalization": Start({"groups": 2}, [(3, 6), (2, 3, 6), (2, 3, 4, 6)]),
    "GroupQueryAttention": Start(
        {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}, [((2, 3, 6), (2, 5, 6))]
    ),
    "MultiHeadAttention": Start({"num_heads": 2, "key_dim": 3}, [((2, 3, 4), (2, 5, 4))]),
    "HashedCrossing": Start({"num_bins": 5}, [(whole(9, 4, 1), whole(9, 4, 1))], listed=True),
    "Hashing": Start({"num_bins": 5}, [(whole(99, 3, 2),)]),
    "InputLayer": Start({"shape": (3,)}, []),
    "IntegerLookup": Start({"vocabulary": [3, 5, 8]}, [(whole(9, 3, 2),)]),
    "StringLookup": Start({"vocabulary": ["a", "b"]}, []),
    "TextVectorization": Start({"vocabulary": ["a", "b"]}, []),
    "Lambda": Start({"function": Made("k.activations.softplus")}, ANY_RANK),
    "LayerNormalization": Start({}, ANY_RANK),
    "Masking": Start({}, [(lambda r: r.randint(0, 2, size=(3, 4, 2)).astype("float32"),)]),
    "Maximum": MERGED,
    "Minimum": MERGED,
    "Multiply": MERGED,
    "Subtract": Start(shapes=[TWO, ((2, 3, 4), (2, 1, 4))], listed=True),
    "Normalization": Start({"mean": 0.5, "variance": 2.0}, [(3, 4), (2, 3, 4)]),
    "Permute": Start({"dims": (2, 1)}, [(2, 3, 4)]),
    "RepeatVector": Start({"n": 3}, [(2, 4)]),
    "Reshape": Start({"target_shape": (-1, 2)}, [(2, 4), (2, 3, 4)]),
    "Resizing": Start({"height": 4, "width": 9}, [COLOURS, COLOURS[1:]]),
    "Rescaling": Start({"scale": 0.5}, ANY_RANK),
    "RMSNormalization": Start({}, ANY_RANK),
    "Softmax": Start({}, ANY_RANK),
    "SpatialDropout1D": Start({"rate": 0.3}, [LINE]),
    "SpatialDropout2D": Start({"rate": 0.3}, [PICTURE]),
    "SpatialDropout3D": Start({"rate": 0.3}, [VOLUME]),
    "SpectralNormalization": Start({"layer": Made("layers.Dense(4)")}, [(3, 5)]),
    "TimeDistributed": Start({"layer": Made("layers.Dense(3)")}, [SEQUENCE, (2, 3, 4, 5)]),
    "UnitNormalization": Start({}, ANY_RANK),
    "Wrapper": Start({"layer": Made("layers.Dense(3)")}, []),
    "ConvLSTM1D": Start({"filters": 2, "kernel_size": 2}, [(2, 3, 5, 4)]),
    "ConvLSTM2D": Start({"filters": 2, "kernel_size": 2}, [(2, 3, 4, 5, 4)]),
    "ConvLSTM3D": Start({"filters": 2, "kernel_size": 2}, [(1, 2, 3, 4, 3, 4)]),
    "MelSpectrogram": Start({"fft_length": 32, "sampling_rate": 800}, [(2, 120)]),
    "STFTSpectrogram": Start({"frame_length": 16, "frame_step": 8}, [(2, 120, 1)]),
}
NOT_BUILT_BY_KERAS_ON_JAX = {
    "CategoryEncoding", "Discretization", "Hashing", "HashedCrossing", "IntegerLookup",
    "StringLookup", "TextVectorization",
}  # fmt: skip

# What settings may be whose type does not say it, and those with too many values; by "Class.name"
# or by name alone.
VALUES: dict[str, list] = {
    "data_format": ["channels_first", "channels_last"],
    "filters": [8, 1],
    "kernel_size": [1, 2, 3],
    "strides": [2, 1],
    "dilation_rate": [2, 1],
    "groups": [2, 4],
    "Conv1D.kernel_size": [1, 2, (3,)],
    "Conv2D.kernel_size": [1, (2, 3), [3, 1]],
    "Conv2D.strides": [2, (1, 2)],
    "Conv2D.dilation_rate": [2, (2, 1)],
    "GroupNormalization.groups": [1, 3, 6, -1],
    "GroupNormalization.axis": [-1, 1, -2],
    "output_padding": [None, 1, 0],
    "depth_multiplier": [2, 3],
    "pool_size": [2, 3, 1],
    "output_size": [1, 2, 3],
    "axes": [1, 2, -1, (1, 2), (2, 1)],
    "Dot.axes": [1, -1, (1, 1), (2, 2), (2, -1)],
    "axis": [-1, 1],
    "Softmax.axis": [1, -1, (1, -1)],
    "LayerNormalization.axis": [1, [-1], (1, -1)],
    "RMSNormalization.axis": [1, [-1], (1, -1)],
    "UnitNormalization.axis": [1, [-1], (1, -1)],
    "Normalization.axis": [-1, None, 1],
    "Normalization.mean": [0.5, [1.0, 2.0, 3.0, 4.0]],
    "Normalization.variance": [2.0, [1.0, 2.0, 3.0, 4.0]],
    "shared_axes": [[1], 1, [1, 2]],
    "noise_shape": [(None, 1)],
    "seed": [None, 3],
    "max_value": [None, 0.0, 1.0],
    "threshold": [0.0, 0.5],
    "momentum": [0.0, 0.5, 1.0],
    "rate": [0, 0.0, 0.5],
    "dropout": [0.0, 0.4],
    "recurrent_dropout": [0.0, 0.4],
    "epsilon": [1e-5, 0.1],
    "cropping": [0, 1, 2],
    "Cropping1D.cropping": [0, 2, (1, 0), (2, 3)],
    "Cropping2D.cropping": [1, (1, 2), ((1, 0), (0, 2))],
    "Cropping3D.cropping": [1, (1, 0, 2), ((1, 0), (0, 1), (1, 1))],
    "padding": ["valid", "same", "causal"],
    "ZeroPadding1D.padding": [0, 2, (1, 3)],
    "ZeroPadding2D.padding": [1, (1, 2), ((1, 0), (0, 2))],
    "ZeroPadding3D.padding": [1, (1, 0, 2), ((1, 0), (0, 1), (1, 1))],
    "target_shape": [(-1,), (4, -1), (2, 2), (-1, 4)],
    "dims": [(1, 2), (2, 1)],
    "size": [1, 2, 3],
    "UpSampling2D.size": [3, (1, 2)],
    "merge_mode": ["concat", "sum", "ave", "mul", None],
    "backward_layer": [Made("layers.GRU(3, return_sequences=True, go_backwards=True)")],
    "Bidirectional.layer": [
        Made("layers.GRU(3)"),
        Made("layers.SimpleRNN(2, return_state=True)"),
        Made("layers.LSTM(2, return_sequences=True, return_state=True)"),
        Made("layers.LSTM(2, go_backwards=True, name='inner')"),
    ],
    "RNN.cell": [
        Made("layers.LSTMCell(2)"),
        Made("layers.SimpleRNNCell(4)"),
        Made("[layers.GRUCell(3), layers.LSTMCell(2)]"),
        Made("layers.StackedRNNCells([layers.SimpleRNNCell(3), layers.GRUCell(2)])"),
    ],
    "TimeDistributed.layer": [
        Made("layers.Dropout(0.5, seed=1)"),
        Made("layers.BatchNormalization()"),
        Made("layers.Flatten()"),
        Made("layers.LayerNormalization()"),
    ],
    "SpectralNormalization.layer": [Made("layers.Dense(4, use_bias=False, name='inner')")],
    "Lambda.function": [Made("k.activations.softplus")],
    "output_shape": [None, 5, (7,), (2, 4)],
    "Lambda.output_shape": [None],
    "Lambda.mask": [None],
    "EinsumDense.output_shape": [(None, 4), (3, 4)],
    "bias_axes": [None, "d"],
    "equation": ["abc,cd->abd"],
    "attention_axes": [None, (1,), 1],
    "value_dim": [None, 3],
    "key_dim": [2, 3],
    "num_heads": [1, 3],
    "head_dim": [2],
    "num_query_heads": [2, 4, 6],
    "num_key_value_heads": [1, 2],
    "sliding_window": [None, 1, 2],
    "flash_attention": [None, False],
    "GRU.use_cudnn": ["auto", False],
    "LSTM.use_cudnn": ["auto", False],
    "synchronized": [False],
    "renorm_clipping": [None, {"rmax": 2.0, "rmin": 0.5, "dmax": 1.0}],
    "arguments": [None],
    "scale": [0.5, 2, [1.0, 2.0, 3.0, 4.0, 5.0]],
    "offset": [0.0, -1, [1.0, 2.0, 3.0, 4.0, 5.0]],
    "BatchNormalization.scale": [True, False],
    "LayerNormalization.scale": [True, False],
    "GroupNormalization.scale": [True, False],
    "logit_soft_cap": [None, 2.0],
    "reverse_dtype": [None, "float32"],
    "lora_rank": [None],
    "lora_alpha": [None],
    "quantization_config": [None],
    "weights": [None],
    "name": ["given"],
    "dtype": [],
    "unroll": [False, True],
    "stateful": [False, True],
    "units": [1, 5],
    "max_tokens": [None],
    "vocabulary": [],
    "idf_weights": [None],
    "input_dim": [7, 9],
    "output_dim": [1, 4],
    "sparse": [False],
    "ragged": [False],
    "num_bins": [5, 1],
    "salt": [None, 133, [133, 137]],
    "Hashing.mask_value": [None, 3],
    "interpolation": ["nearest", "bilinear", "bicubic"],
    "height": [2, 4],
    "width": [3, 8],
    "n": [1, 4],
    "factor": [0.0, 0.3],
    "RandomPosterization.factor": [4, (2, 6)],
    "bounding_box_format": [None],
    "transforms": [None],
    "layers": [Made("[layers.Rescaling(2.0), layers.Rescaling(1.0, offset=1.0)]")],
    "value_range": [(0, 255), (0.0, 1.0)],
}
# Settings that change the numbers only through the values of weights, which a case gives.
MINOR = (Initializer, Regularizer, Constraint)
MINOR_VALUES = {
    Initializer: ["ones", "he_normal"],
    Regularizer: ["l2", "l1"],
    Constraint: ["non_neg", "max_norm"],
}
WRONG: list = [-1, 0, "nonsense", 1.5, (1, 2, 3, 4), None]
"""What most settings cannot be."""

POLICIES = ["mixed_float16", "mixed_bfloat16", "float16", "bfloat16"]


def classes() -> dict[str, type]:
    """Every public layer by its first name."""
    found: dict[str, type] = {
        name: cls
        for name, cls in vars(layers).items()
        if inspect.isclass(cls) and issubclass(cls, layers.Layer) and name == cls.__name__
    }
    found["GroupQueryAttention"] = layers.GroupQueryAttention
    del found["Layer"]
    found.pop("GroupedQueryAttention", None)
    return found


def start_of(name: str, cls: type) -> Start:
    """How to make a layer of this class: as the table says, or guessed."""
    if name in STARTS:
        return STARTS[name]
    settings = {f.name: (values_of(name, f) or [0.2])[0] for f in fields_of(cls) if f.required}
    for rank, shape in BY_RANK.items():
        if rank in name:
            return Start(settings, [shape])
    pictures = "picture" in cls.__module__ or "image" in cls.__module__
    return Start(settings, [COLOURS, COLOURS[1:]] if pictures else ANY_RANK)


def values_of(name: str, field: Field) -> list:
    """A few values of a setting."""
    if f"{name}.{field.name}" in VALUES:
        return VALUES[f"{name}.{field.name}"]
    if field.choices and field.name != "activation" and not field.kind:
        return list(field.choices)
    if "activation" in field.name and field.name != "activity_regularizer":
        return ["relu", "softmax", None]
    kind = minor_kind(field)
    if kind is not None:
        return MINOR_VALUES[kind]
    if field.name in VALUES:
        return VALUES[field.name]
    options = typing.get_args(field.annotation) if is_union(field.annotation) else ()
    options = options or (field.annotation,)
    if bool in options:
        return [True, False]
    low = 0 if field.minimum is None else field.minimum
    if int in options:
        return [int(low), int(low) + 1, int(low) + 2]
    if float in options:
        high = 1.0 if field.maximum is None else field.maximum
        return [float(low), (low + high) / 2, float(high)]
    return []


def minor_kind(field: Field) -> type | None:
    """Which of ``MINOR`` a setting is."""
    options = typing.get_args(field.annotation) if is_union(field.annotation) else ()
    found = [x for x in (options or (field.annotation,)) if x in MINOR]
    return found[0] if found else None


def settings_of(name: str, cls: type) -> dict[str, list]:
    """The settings of a class, and values of each."""
    found = {f.name: values_of(name, f) for f in fields_of(cls) if not f.base or f.name == "name"}
    found["name"] = ["given"]
    return {key: values for key, values in found.items() if values}


def spread(name: str, cls: type, mixtures: int) -> Iterator[dict[str, Any]]:
    """Settings: the least, each value of each one alone, and ``mixtures`` of several."""
    start = start_of(name, cls).settings
    values = settings_of(name, cls)
    yield {}
    minor = {f.name for f in fields_of(cls) if minor_kind(f)}
    for place in (0, 1):
        yield {key: values[key][place] for key in values if key in minor}
    for key in [k for k in values if k not in minor]:
        for value in values[key]:
            if value != start.get(key):
                yield {key: value}
    chance = random.Random(zlib.crc32(name.encode()))
    keys = [k for k in values if k != "name"]
    for _ in range(mixtures if len(keys) > 1 else 0):
        chosen = [k for k in keys if chance.random() < (0.15 if k in minor else 0.4)]
        yield {k: chance.choice(values[k]) for k in chosen}


def _case(name: str, said: str, settings: dict, start: Start, shape: tuple, **more: Any) -> Case:
    shape = shape if shape and (isinstance(shape[0], tuple) or callable(shape[0])) else (shape,)

    def make(k: Any) -> Any:
        found = {key: x(k) if isinstance(x, Made) else x for key, x in settings.items()}
        return getattr(k.layers, name)(**found)

    return Case(said, make, shape, start.call, start.listed, **more)


def _said(settings: dict[str, Any]) -> str:
    return ", ".join(f"{key}={value!r}" for key, value in settings.items())


def cases_of(name: str, cls: type, mixtures: int = 12) -> Iterator[Case]:
    """The cases of one layer, with names that say what they are."""
    start = start_of(name, cls)
    if not start.shapes:
        return
    training = inspect.signature(cls.call).parameters.get("training")
    if training is not None and training.default is True:  # it would draw random numbers
        start = dataclasses.replace(start, call={**start.call, "training": False})
    known: set[str] = set()

    def case(settings: dict[str, Any], shape: tuple, note: str = "", **more: Any) -> Iterator[Case]:
        said = f"{name}({_said(settings)}){note}"
        if said not in known:
            known.add(said)
            yield _case(name, said, {**start.settings, **settings}, start, shape, **more)

    for i, settings in enumerate(spread(name, cls, mixtures)):
        yield from case(settings, start.shapes[i % len(start.shapes) if i else 0])
    for shape in start.shapes[1:]:
        note = "" if callable(shape[0]) else f" on {shape}"
        yield from case({}, shape, note or f" on tensors {start.shapes.index(shape)}")
    for training in (True, False):
        yield from case({}, start.shapes[-1], f" training={training}", training=training)
    for policy in POLICIES:
        yield from case({"dtype": policy}, start.shapes[0])
    first = start.shapes[0]
    sequence = len(first) == 3 and isinstance(first[0], int)
    if sequence and "mask" in inspect.signature(cls.call).parameters:
        for settings in ({}, *itertools.islice(spread(name, cls, 4), 1, None, 5)):
            for made in case(settings, first, " masked"):
                yield dataclasses.replace(made, call={**made.call, "mask": mask(*first[:2])})


def refusals_of(name: str, cls: type) -> Iterator[Case]:
    """Arguments that may be wrong, each alone, and inputs of ranks that may not fit."""
    start = start_of(name, cls)
    shape = start.shapes[0] if start.shapes else ()
    for field in fields_of(cls):
        if minor_kind(field) and field.name.split("_")[0] not in ("kernel", "beta", "alpha"):
            continue
        if (field.base and field.name not in ("name", "dtype")) or field.name == "seed":
            continue
        if field.annotation is bool:  # anything is true or false to Keras
            continue
        wrong = WRONG[2:3] if minor_kind(field) else WRONG
        for value in wrong:
            settings = {**start.settings, field.name: value}
            yield _case(name, f"{name}({field.name}={value!r})", settings, start, shape)
    yield _case(name, f"{name}(unknown=1)", {**start.settings, "unknown": 1}, start, shape)
    several_sizes = len(shape) > 1 and shape[-1] != COLOURS[-1]  # other channels are another matter
    if several_sizes and isinstance(shape[0], int):
        for rank in range(1, 6):
            other = (2, 3, 4, 5, 4)[:rank]
            yield _case(name, f"{name}() on {other}", start.settings, start, other)
