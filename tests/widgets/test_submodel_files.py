"""Submodels, named numbers and what belongs to them, in files and back."""

import json
import zipfile

import numpy as np
import pytest

from visualnn.builder.commands import Add
from visualnn.widgets.builder import Builder


def test_submodels_and_parameters_travel_in_the_file(tmp_path):
    made = Builder()
    made.do(Add("Input", config={"shape": (4,)}))
    made.do(Add("Dense", config={"units": 4}, after="input"))
    made.set_parameter("width", 4)
    made.set_parameter("depth", "width // 2")
    made.configure("dense", units="width")
    made.collapse("dense", name="unit")
    made.promote("unit", "dense", "units")
    made.instance("unit", at=(300, 0))
    made.connect("unit", "unit_1")
    made.repeat("unit_1", "depth + 1")
    made.enter("unit")
    made.move("dense", 12, 340)
    made.add("Dropout", after="input")
    before = np.asarray(made.model(np.ones((1, 4), "float32")))
    made.save(tmp_path / "model.keras")
    opened_again = Builder.open(tmp_path / "model.keras")
    np.testing.assert_array_equal(
        np.asarray(opened_again.model(np.ones((1, 4), "float32"))), before
    )
    assert opened_again.parameters == {"width": 4, "depth": 2}
    view = {block["id"]: block for block in opened_again.view["blocks"]}
    assert view["unit"]["inside"]["promoted"][0]["expression"] == "width"
    assert view["unit_1_stack"]["inside"]["repeat"] == "depth + 1"
    opened_again.enter("unit")
    view = {block["id"]: block for block in opened_again.view["blocks"]}
    assert (view["dense"]["x"], view["dense"]["y"]) == (12, 340)
    assert "dropout" in view, "what is not connected is kept as well"
    opened_again.leave()
    assert len(opened_again.model.trainable_variables) == 8
    opened_again.set_parameter("width", 6)
    assert len(opened_again.model.trainable_variables) == 10


def test_a_drawing_that_is_no_model_keeps_the_weights_inside(tmp_path):
    made = Builder()
    made.do(Add("Input", config={"shape": (4,)}))
    made.do(Add("Dense", config={"units": 4}, after="input"))
    made.collapse("dense", name="unit")
    kernel = made.model.get_layer("unit").get_weights()[0]
    loose = made.add("Add")
    made.save(tmp_path / "model.keras")
    opened_again = Builder.open(tmp_path / "model.keras")
    opened_again.remove(loose)
    np.testing.assert_array_equal(opened_again.model.get_layer("unit").get_weights()[0], kernel)


def test_notes_frames_and_snapshots_travel_in_the_file(tmp_path):
    made = Builder()
    made.add("Input", shape=(4,), name="features")
    hidden = made.add("Dense", after="features", units=8)
    made.rename(hidden, "hidden")
    made.note("# Why\n$x^2$", at=(300, 10), color="blue")
    made.frame(hidden, "features", name="all")
    made.take_snapshot("first")
    made.configure("hidden", units=3)
    made.save(tmp_path / "model.keras")
    again = Builder.open(tmp_path / "model.keras")
    beside = again.view["beside"]
    assert [(x["text"], x["x"], x["color"]) for x in beside["notes"]] == [
        ("# Why\n$x^2$", 300.0, "blue")
    ]
    assert [(x["name"], sorted(x["blocks"])) for x in beside["frames"]] == [
        ("all", ["features", "hidden"])
    ]
    assert [x["name"] for x in beside["snapshots"]] == ["first"]
    again.restore_snapshot("first")
    assert again.document.layers["hidden"].config["units"] == 8


def nested(depth):
    inside = {"positions": {}}
    for _ in range(depth):
        inside = {"positions": {}, "layers": {"unit": {"inside": inside, "link": "a"}}}
    return inside["layers"]


HOSTILE = [
    {"layers": 3},
    {"layers": {"unit": 3, "nobody": {"inside": {}}}},
    {"layers": {"unit": {"inside": 3, "link": 4, "repeat": 5}}},
    {"layers": {"unit": {"inside": {"positions": {"dense": [1e300, "x"]}}, "repeat": "9**9**9"}}},
    {"layers": {"unit": {"inside": {"layers": {"dense": {"expressions": {"units": "__x__"}}}}}}},
    {"layers": {"unit": {"inside": {"layers": {"dense": {"expressions": {"units": "99"}}}}}}},
    {"layers": {"unit": {"inside": {}, "repeat": "2"}}},
    {"layers": nested(60)},
    {"parameters": 3},
    {"parameters": {"a": {"expression": "b", "variable": ""}}},
    {"parameters": {"a": {"expression": "9**9**9", "variable": ""}}},
    {"parameters": {"import os": {"expression": "1", "variable": ""}}},
    {"parameters": {"a": 3, "b": {"expression": 3, "variable": None}}},
    {"promoted": [3, ["unit", 4], ["nobody", "units"], ["unit", "nothing"]]},
    {"notes": {"a": {"text": "x" * 30_000}, "b": 3, "c": {"text": "x", "x": float("nan")}}},
    {"groups": {"a": {"name": "x", "color": "mauve", "blocks": ["unit"]}, "b": 3}},
    {"snapshots": {"a": 3, "b": {"taken": "now", "canvas": {"drawing": {"class_name": 3}}}}},
    {"snapshots": {"b": {"taken": "x", "canvas": {"version": 1, "drawing": {"class_name": 3}}}}},
    {"snapshots": {"a/b": {"taken": "now", "canvas": {"drawing": {}}}}},
]


@pytest.mark.parametrize("canvas", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_in_a_file_is_believed_unseen(tmp_path, canvas):
    made = Builder()
    made.do(Add("Input", config={"shape": (4,)}))
    made.do(Add("Dense", config={"units": 4}, after="input"))
    made.collapse("dense", name="unit")
    path = made.save(tmp_path / "model.keras")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    told = json.loads(parts["visualnn.json"])
    parts["visualnn.json"] = json.dumps({**told, **canvas}).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    opened = Builder.open(path)
    assert [block["id"] for block in opened.view["blocks"]] == ["input", "unit"]
    assert opened.view["problems"] == []
    assert opened.view["beside"]["snapshots"] == []
    opened.enter("unit")
    assert opened.shown.layers["dense"].config["units"] == 4
    assert opened.model.count_params() == 20
