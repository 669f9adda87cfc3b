"""Drawings for the tests: small ones by commands, and those of files that real Keras wrote."""

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from visualnn.builder.clipboard import copy
from visualnn.builder.commands import (
    Add,
    AddPoint,
    Arrange,
    Batch,
    Command,
    Configure,
    Connect,
    Disconnect,
    Frame,
    Insert,
    Move,
    MoveInput,
    Paste,
    PutIntoFrame,
    Reconnect,
    Remove,
    Rename,
    RenameModel,
    Route,
    SetOutput,
    SetTrainable,
    Splice,
    TakeOutOfFrame,
)
from visualnn.builder.configs import document_from
from visualnn.builder.document import Document
from visualnn.builder.history import History

CONFIGS = Path(__file__).parent / "configs"
NAMES = sorted(path.stem for path in CONFIGS.glob("*.json"))
DRAWABLE = [name for name in NAMES if name != "subclassed_model"]


def record(name: str) -> dict[str, Any]:
    """The record of a model, as real Keras wrote it."""
    return json.loads((CONFIGS / f"{name}.json").read_text())


def drawn(name: str) -> Document:
    """The document of a model that real Keras wrote."""
    return document_from(record(name))


def history(*commands: Command) -> History:
    """A history in which these commands were done, slowly, so that none was taken for typing."""
    clock = iter(range(0, 10**9, 60))
    made = History(clock=lambda: next(clock))
    for command in commands:
        made.do(command)
    return made


def chain(*kinds: str, shape: tuple = (8, 8, 1)) -> History:
    """An input and layers, one after the other."""
    made = history(Add("Input", config={"shape": shape}))
    for kind in kinds:
        last = list(made.document.calls)[-1]
        made.do(Add(kind, 0.0, 100.0 * len(made.document.calls), after=last))
    return made


def residual() -> History:
    """The model of the look: two convolutions of different depth that are added."""
    return history(
        Add("Input", config={"shape": (28, 28, 1)}, name="images"),
        Add("Conv2D", config={"padding": "same", "activation": "relu"}, after="images"),
        Add("Conv2D", config={"padding": "same"}, after="conv2d"),
        Add("Conv2D", config={"filters": 64, "kernel_size": 1}, after="conv2d", name="shortcut"),
        Add("Add"),
        Connect("conv2d_1", "add"),
        Connect("shortcut", "add"),
    )


KINDS = ("Input", "Dense", "Conv2D", "Flatten", "Add", "Concatenate", "Dropout")


def commands(document: Document) -> st.SearchStrategy[Command]:
    """Any command that makes sense on a document, possible or not."""
    blocks = st.sampled_from(sorted(document.calls)) if document.calls else st.just("nobody")
    wires = st.sampled_from(sorted(document.wires)) if document.wires else st.just("no wire")
    frames = st.sampled_from(["frame_1", "frame_2"])
    place = st.integers(-500, 500).map(float)
    several = st.lists(blocks, max_size=3, unique=True).map(tuple)
    names = st.sampled_from(["a", "b", "dense", "hidden layer", ""])
    settings = st.sampled_from(
        [("units", 3), ("units", 5), ("activation", "tanh"), ("filters", 4), ("shape", (4,))]
    )
    return st.one_of(
        st.builds(Add, st.sampled_from(KINDS), place, place, after=st.one_of(st.just(""), blocks)),
        st.builds(Connect, blocks, blocks),
        st.builds(Insert, st.sampled_from(KINDS), place, place, wire=wires),
        st.builds(Disconnect, wires),
        st.builds(lambda b, s: Configure(b, *s), blocks, settings),
        st.builds(Rename, blocks, names),
        st.builds(lambda b, x, y: Move({b: (x, y)}), blocks, place, place),
        st.builds(Remove, several, st.lists(wires, max_size=2, unique=True).map(tuple)),
        st.builds(lambda b, x, y: Paste(copy(document, list(b)), x, y), several, place, place),
        st.just(Arrange()),
        st.builds(AddPoint, wires, place, place),
        st.builds(Route, wires, st.lists(st.tuples(place, place), max_size=3).map(tuple)),
        st.builds(MoveInput, wires, st.integers(0, 2)),
        st.builds(Reconnect, wires, blocks),
        st.builds(Splice, blocks, wires, place, place),
        st.builds(Frame, several),
        st.builds(PutIntoFrame, frames, several),
        st.builds(TakeOutOfFrame, frames, several),
        st.builds(SetTrainable, blocks, st.booleans()),
        st.builds(SetOutput, blocks, st.booleans()),
        st.builds(RenameModel, names),
        st.builds(
            lambda a, b: Batch(
                "Two at once",
                (
                    {"command": "Add", "kind": "Dense", "name": "added"},
                    {"command": "Connect", "source": a, "target": b},
                ),
            ),
            blocks,
            blocks,
        ),
    )
