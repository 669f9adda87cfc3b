"""Numbers that are computed: as Python computes them, and nothing else, whatever is written."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualnn.builder.commands import (
    Add,
    Configure,
    FollowVariables,
    RemoveParameter,
    RenameParameter,
    SetParameter,
)
from visualnn.builder.editor import Editor
from visualnn.builder.expressions import ExpressionError, evaluated, names_in
from visualnn.builder.history import RefusedError

VALUES = {"width": 64, "depth": 3, "rate": 0.25}

numbers = st.one_of(
    st.integers(0, 50).map(str), st.sampled_from(["0.5", "1e-3", ".25", "2.", *VALUES])
)
expressions = st.recursive(
    numbers,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "//", "%"]), inner).map(" ".join),
        inner.map(lambda x: f"({x})"),
        inner.map(lambda x: f"-{x}"),
        st.tuples(inner, st.sampled_from(["0", "1", "2"])).map(lambda x: f"({x[0]})**{x[1]}"),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
            lambda x: f"{x[0]}({x[1]}, {x[2]})"
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(expressions)
def test_an_expression_is_what_python_says(text):
    try:
        expected = eval(text, {"min": min, "max": max}, dict(VALUES))
    except (ZeroDivisionError, OverflowError):
        with pytest.raises(ExpressionError):
            evaluated(text, VALUES)
        return
    try:
        found = evaluated(text, VALUES)
    except ExpressionError as refused:
        assert "too large" in str(refused)
        return
    assert found == pytest.approx(expected)
    assert type(found) is type(expected)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_number_or_refused(text):
    try:
        found = evaluated(text, VALUES)
    except ExpressionError as refused:
        assert str(refused)
    else:
        assert math.isfinite(found)


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "There is nothing to compute."),
        ("2 *", "a number is missing"),
        ("2 * (3", "a closing parenthesis is missing"),
        ("2 3", "'3' is not expected there"),
        ("wide", "there is no parameter 'wide' (the parameters are width, depth, rate)"),
        ("1 / 0", "it divides by zero"),
        ("9 ** 99", "too large"),
        ("2 ** 9999", "the power is too large"),
        ("(-8) ** 0.5", "no real number"),
        ("min", "min is followed by numbers in parentheses"),
        ("__import__('os')", "means nothing here"),
        ("width.__class__", "means nothing here"),
        ("width[0]", "means nothing here"),
        ("lambda: 1", "means nothing here"),
        ("(" * 100 + "1" + ")" * 100, "nested too deeply"),
        ("1" * 600, "longer than 500"),
        ("2" + "**2" * 60, "nested too deeply"),
        ("٣", "means nothing here"),
    ],
)
def test_what_is_no_number_is_refused_in_words(text, said):
    with pytest.raises(ExpressionError) as caught:
        evaluated(text, VALUES)
    assert said in str(caught.value)


def test_the_names_in_an_expression():
    assert names_in("2 * width + max(depth, width)") == ["width", "depth"]


# ---------------------------------------------------------------------- parameters


def computing():
    made = Editor()
    made.add("Input", shape=(8, 8, 3), name="images")
    made.set_parameter("width", 8)
    made.set_parameter("half", "width // 2")
    made.add("Conv2D", after="images", filters="2 * width", kernel_size="half - 1", name="conv")
    return made


def test_settings_follow_their_parameters():
    made = computing()
    config = made.document.layers["conv"].config
    assert (config["filters"], config["kernel_size"]) == (16, (3, 3))
    made.set_parameter("width", 12)
    config = made.document.layers["conv"].config
    assert (config["filters"], config["kernel_size"]) == (24, (5, 5))
    made.configure("conv", kernel_size="half × 3")
    assert made.document.layers["conv"].config["kernel_size"] == (6, 3)
    made.configure("conv", filters=7)
    assert "filters" not in made.document.layers["conv"].expressions
    made.undo()
    assert made.document.layers["conv"].expressions["filters"] == "2 * width"


def test_shapes_are_computed_too():
    made = computing()
    made.configure("images", shape="width × width × 3")
    assert made.document.layers["images"].config["batch_shape"] == (None, 8, 8, 3)
    made.configure("images", shape="? × width × 3")
    made.set_parameter("width", 16)
    assert made.document.layers["images"].config["batch_shape"] == (None, None, 16, 3)


@pytest.mark.parametrize(
    "command, said",
    [
        (SetParameter("2x", "3"), "letters, digits and _"),
        (SetParameter("max", "3"), "is a function"),
        (SetParameter("width", "half"), "width and half cannot be computed"),
        (SetParameter("width", "width + 1"), "cannot be computed"),
        (SetParameter("width", "0"), "`filters` must be a whole number, 1 or more"),
        (SetParameter("new", "1 +"), "new: '1 +' cannot be computed"),
        (RenameParameter("nothing", "x"), "There is no parameter 'nothing'"),
        (RenameParameter("width", "half"), "There is a parameter named half already"),
        (RenameParameter("width", "a b"), "letters, digits and _"),
        (RemoveParameter("width"), "width is used by half and conv"),
        (RemoveParameter("nothing"), "There is no parameter 'nothing'"),
        (FollowVariables({"nothing": "3"}), "There is no parameter 'nothing'"),
        (Configure("conv", "filters", "width / 3"), "// rounds down"),
        (Configure("conv", "filters", "wide"), "there is no parameter 'wide'"),
        (Configure("conv", "kernel_size", "1 × 2 × 3"), "kernel_size"),
        (Add("Dense", config={"units": "wide"}), "there is no parameter 'wide'"),
    ],
    ids=lambda x: str(x)[:40],
)
def test_what_cannot_be_is_refused_in_words(command, said):
    made = computing()
    before = made.document
    with pytest.raises(RefusedError) as caught:
        made.do(command)
    assert said in str(caught.value)
    assert made.document is before


def test_a_parameter_is_renamed_wherever_it_is_used():
    made = computing()
    made.rename_parameter("width", "size")
    assert made.document.layers["conv"].expressions["filters"] == "2 * size"
    assert made.document.parameters["half"].expression == "size // 2"
    assert made.parameters == {"size": 8, "half": 4}
    made.set_parameter("size", 20)
    assert made.document.layers["conv"].config["filters"] == 40


def test_parameters_reach_into_submodels():
    made = computing()
    made.collapse("conv", name="block")
    made.enter("block")
    made.configure("conv", strides="half - 3")
    made.leave()
    made.set_parameter("width", 10)
    made.enter("block")
    config = made.shown.layers["conv"].config
    assert (config["filters"], config["kernel_size"], config["strides"]) == (20, (4, 4), (2, 2))
