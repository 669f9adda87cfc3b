"""Submodels, named numbers and what belongs to them, in files and back."""

import numpy as np

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
