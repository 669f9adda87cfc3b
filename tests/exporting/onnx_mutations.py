"""ONNX files changed by chance: bytes, and what they say."""

from __future__ import annotations

import functools
import random
import tempfile
from pathlib import Path

from tests.exporting.networks import lstm_classifier, randomized, transformer_encoder
from visualnn import Model
from visualnn.exporting.onnx import export_onnx
from visualnn.exporting.onnx.messages import MESSAGES
from visualnn.exporting.onnx.reading import READERS
from visualnn.layers import (
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Dense,
    DepthwiseConv2D,
    Flatten,
    Input,
    MaxPooling2D,
    UpSampling2D,
)

_NUMBERS = (-(1 << 63), -(1 << 31), -7, -1, 0, 1, 2, 3, 5, 1 << 16, 1 << 31, 1 << 40, (1 << 63) - 1)


def small_network() -> Model:
    """A few layers of images."""
    image = Input((8, 8, 3))
    x = Conv2D(4, 3, padding="same", activation="relu")(image)
    x = MaxPooling2D()(BatchNormalization()(x))
    x = UpSampling2D()(DepthwiseConv2D(3)(x))
    x = Conv2DTranspose(2, 3, strides=2, padding="same")(x)
    return randomized(Model(image, Dense(3, activation="gelu")(Flatten()(x))))


@functools.cache
def sound_files() -> tuple[bytes, ...]:
    """Files of several models, in which nothing is wrong."""
    models = [small_network(), lstm_classifier(), transformer_encoder(1, 8, 2)]
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for model in models:
            export_onnx(model, Path(folder) / "model.onnx")
            found.append((Path(folder) / "model.onnx").read_bytes())
    return tuple(found)


def changed_bytes(seed: int) -> bytes:
    """A file of which some bytes are others, gone, or too many."""
    chance = random.Random(seed)
    data = bytearray(chance.choice(sound_files()))
    match chance.randrange(4):
        case 0:
            return bytes(data[: chance.randrange(len(data))])
        case 1:
            for _ in range(chance.randrange(1, 5)):
                data[chance.randrange(len(data))] = chance.randrange(256)
        case 2:
            place = chance.randrange(len(data))
            data[place:place] = chance.randbytes(chance.randrange(1, 9))
        case 3:
            place = chance.randrange(len(data))
            del data[place : place + chance.randrange(1, 30)]
    return bytes(data)


def changed_messages(seed: int) -> bytes:
    """A file that says something else than it should, in the right form."""
    chance = random.Random(seed)
    model = MESSAGES.decode("ModelProto", chance.choice(sound_files()))
    for _ in range(chance.randrange(1, 4)):
        _change(chance, model["graph"])
    if chance.random() < 0.1:
        model["opset_import"] = [{"domain": "", "version": chance.choice(_NUMBERS)}]
    return MESSAGES.encode("ModelProto", model)


def _change(chance: random.Random, graph: dict) -> None:
    names = [name for node in graph["node"] for name in (*node["input"], *node["output"])]
    node = chance.choice(graph["node"])
    match chance.randrange(9):
        case 0 if node["input"]:
            node["input"][chance.randrange(len(node["input"]))] = chance.choice(names)
        case 1:
            node["op_type"] = chance.choice(sorted(READERS))
        case 2:
            node["input"] = node["input"][:-1]
        case 3:
            node["input"] = [*node["input"], chance.choice(names)]
        case 4 if node.get("attribute"):
            _change_setting(chance, node)
        case 5 if graph.get("initializer"):
            tensor = chance.choice(graph["initializer"])
            tensor["dims"] = [chance.choice(_NUMBERS) for _ in range(chance.randrange(5))]
        case 6 if graph.get("initializer"):
            chance.choice(graph["initializer"])["data_type"] = chance.randrange(20)
        case 7:
            chance.shuffle(graph["node"])
        case _:
            kind = chance.choice(graph["input"])["type"]["tensor_type"]
            sizes = [chance.choice(_NUMBERS) for _ in range(chance.randrange(6))]
            kind["shape"] = {"dim": [{"dim_value": size} for size in sizes]}


def _change_setting(chance: random.Random, node: dict) -> None:
    setting = chance.choice(node["attribute"])
    if "g" in setting and chance.random() < 0.8:
        _change(chance, setting["g"])
        return
    for key in ("ints", "i", "f", "s", "g"):
        setting.pop(key, None)
    match chance.randrange(4):
        case 0:
            setting.update(ints=[chance.choice(_NUMBERS) for _ in range(chance.randrange(5))])
        case 1:
            setting.update(i=chance.choice(_NUMBERS))
        case 2:
            setting.update(f=float(chance.choice(_NUMBERS)))
        case 3:
            setting.update(s=chance.choice([b"SAME_UPPER", b"ab,bc->ac", b"", b"\xff"]))
