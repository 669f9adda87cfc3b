"""The bar for loops written by hand says how far they are."""

import re

import numpy as np
import pytest
from visualnn.utils import Progbar

COLOR = re.compile(r"\x1b\[\d+m")


def lines(capsys):
    """What was drawn, without colors and times."""
    out = COLOR.sub("", capsys.readouterr().out)
    out = re.sub(r"\d+(us|ms|s)/", "T/", out)
    return [line.rstrip() for line in re.split(r"[\r\n]+", out) if line]


def test_a_bar(capsys):
    bar = Progbar(3, width=6, interval=0, stateful_metrics=["b"])
    for i in range(3):
        bar.update(i + 1, [("a", i), ("b", np.float32(i))])
    assert lines(capsys) == [
        "1/3 ━━━━━━ 0s T/step - a: 0.0000 - b: 0.0000",
        "2/3 ━━━━━━ 0s T/step - a: 0.5000 - b: 1.0000",
        "3/3 ━━━━━━ 0s T/step - a: 2.0000 - b: 2.0000",
    ]


def test_steps_that_are_added(capsys):
    bar = Progbar(40, width=4, interval=0, stateless_metrics=["a"], unit_name="sample")
    bar.add(10, [("a", 1), ("b", 5)])
    bar.add(20, [("a", 4), ("b", 6)])
    assert lines(capsys)[1] == "30/40 ━━━━ 0s T/sample - a: 3.0000 - b: 6.0000"


def test_without_a_target(capsys):
    bar = Progbar(None, interval=0)
    bar.update(1)
    bar.update(2, finalize=True)
    assert lines(capsys) == ["      1/Unknown 0s T/step", "      2/Unknown 0s T/step"]


def test_a_line_and_nothing(capsys):
    for verbose, expected in ((2, ["2/2 - 0s - T/step - a: 3.0000"]), (0, [])):
        bar = Progbar(2, verbose=verbose)
        bar.update(1, [("a", 1)])
        bar.update(2, [("a", 3)])
        assert lines(capsys) == expected


def test_it_is_not_drawn_too_often(capsys):
    bar = Progbar(1000, interval=3600)
    for i in range(1000):
        bar.update(i + 1)
    assert len(lines(capsys)) == 2


def test_both_kinds_of_names_are_refused():
    with pytest.raises(ValueError, match="not both"):
        Progbar(3, stateful_metrics=["a"], stateless_metrics=["b"])
