import itertools
from xml.etree import ElementTree

import pytest

from visualnn.widgets.messages import Curve, TrainingView
from visualnn.widgets.training_figure import number, svg_of, text_of

SVG = "{http://www.w3.org/2000/svg}"
LOSS = Curve("loss", (2.0, 0.5, 0.25), (1.5, 0.6, 0.5))
ACCURACY = Curve("accuracy", (0.5, 0.9, 0.95), ())
DONE = TrainingView(status="done", epoch=3, epochs=3, curves=(LOSS, ACCURACY), sentence="It fell.")


def drawn(view):
    """The texts and the lines of a picture."""
    root = ElementTree.fromstring(svg_of(view))
    texts = [element.text for element in root.iter(f"{SVG}text")]
    lines = [
        [tuple(map(float, point.split(","))) for point in element.get("points").split()]
        for element in root.iter(f"{SVG}polyline")
    ]
    return texts, lines


def test_curves_are_drawn_and_named():
    texts, lines = drawn(DONE)
    assert {"Loss", "Accuracy", "training 0.2500", "validation 0.5000", "training 0.9500"} <= set(
        texts
    )
    assert "Trained for 3 epochs" in texts
    assert "It fell." in texts
    assert len(lines) == 3
    left_to_right = sorted(lines[0])
    assert [y for _, y in left_to_right] == sorted(y for _, y in left_to_right)  # it falls


def test_long_runs_have_few_points_and_keep_the_last():
    long = Curve("loss", tuple(1 / (i + 1) for i in range(5000)), ())
    view = TrainingView(status="done", epoch=5000, epochs=5000, curves=(long,))
    _, (line,) = drawn(view)
    assert len(line) <= 200
    assert max(line)[0] == 8 + 44 + 290
    assert len(svg_of(view)) < 6000


@pytest.mark.parametrize(
    "curve",
    [
        Curve("flat", (1.0, 1.0, 1.0), ()),
        Curve("zero", (0.0,), ()),
        Curve("one", (3.0,), (2.0,)),
        Curve("huge", (1e30, 1e-30), ()),
        Curve("below zero", (-3.0, -2.5), (-3.1,)),
        Curve("<b> & \x00", (1.0, 2.0), ()),
    ],
    ids=lambda curve: curve.name[:4],
)
def test_every_curve_stays_within_its_picture(curve):
    view = TrainingView(status="running", epoch=1, epochs=9, curves=(curve,))
    _, lines = drawn(view)
    for x, y in itertools.chain(*lines):
        assert 0 <= x <= 450
        assert 0 <= y <= 190


def test_what_is_not_over_or_failed_says_so():
    assert "Training: epoch 2 of 9 epochs" in drawn(TrainingView("running", epoch=2, epochs=9))[0]
    failed = TrainingView("failed", epoch=2, epochs=9, error="The sizes differ.")
    texts, _ = drawn(failed)
    assert texts == ["Training failed in epoch 2 of 9 epochs", "The sizes differ."]
    stopped = TrainingView("done", epoch=2, epochs=9)
    assert text_of(stopped) == "<Training: Trained for 2 of 9 epochs>"


def test_one_line_for_a_terminal():
    said = text_of(DONE)
    assert said == (
        "<Training: Trained for 3 epochs, loss 0.2500, accuracy 0.9500, val_loss 0.5000>"
    )


@pytest.mark.parametrize(
    "value, said",
    [
        (0.96644, "0.9664"),
        (1.5, "1.500"),
        (23.456, "23.46"),
        (1234.5, "1234"),
        (1.234e-5, "1.23e-05"),
        (0, "0.0000"),
        (-0.5, "-0.5000"),
    ],
)
def test_numbers_have_four_digits(value, said):
    assert number(value) == said
