"""The table of layers."""

import numpy as np
import pytest

from visualnn import Input, Model, Sequential, layers, optimizers
from visualnn.models.summary import readable_size, rows_of


def text_of(model, **kwargs):
    lines = []
    model.summary(print_fn=lines.append, **kwargs)
    return "\n".join(lines)


def cells(text):
    """The texts of the table's cells, row by row."""
    rows = [line.split("│")[1:-1] for line in text.splitlines() if line.startswith("│")]
    return [[cell.strip() for cell in row] for row in rows]


def branched():
    a = Input((4,), name="a")
    d = layers.Dense(3, name="d")
    h = d(a)
    inner = Model(x := Input((3,), name="x"), layers.Dense(2, name="in")(x), name="inner")
    return Model(a, inner(h) + inner(d(layers.Dense(4, name="e")(h))), name="whole")


def test_a_stack_needs_no_connections():
    model = Sequential([Input((784,)), layers.Dense(64), layers.Dense(64), layers.Dense(5)])
    text = text_of(model)
    assert text.startswith(f'Model: "{model.name}"')
    assert [row[1:] for row in cells(text)] == [
        ["(None, 64)", "50,240"],
        ["(None, 64)", "4,160"],
        ["(None, 5)", "325"],
    ]
    assert " Total params: 54,725 (213.77 KB)" in text
    assert " Trainable params: 54,725 (213.77 KB)" in text
    assert " Non-trainable params: 0 (0.00 B)" in text
    assert "Connected to" not in text


def test_a_chain_of_layers_needs_none_either():
    a = Input((4,))
    assert "Connected to" not in text_of(Model(a, layers.Dense(1)(layers.Dense(2)(a))))


def test_branches_show_where_they_come_from():
    rows = cells(text_of(branched(), line_length=120))
    assert rows[:4] == [
        ["a (InputLayer)", "(None, 4)", "0", "-"],
        ["d (Dense)", "(None, 3)", "15", "a[0][0], e[0][0]"],
        ["e (Dense)", "(None, 4)", "16", "d[0][0]"],
        ["inner (Functional)", "(None, 2)", "8", "d[0][0], d[1][0]"],
    ]
    assert rows[4][0].endswith(" (Add)")
    assert rows[4][1:] == ["(None, 2)", "0", "inner[0][0], inner[1][0]"]


def test_models_inside_can_be_opened():
    text = text_of(branched(), expand_nested=True, line_length=120)
    names = [row[0] for row in cells(text)]
    assert names[4:6] == ["└ x (InputLayer)", "└ in (Dense)"]


def test_what_is_not_built_says_so():
    rows = cells(text_of(Sequential([layers.Dense(2, name="d")])))
    assert rows == [["d (Dense)", "?", "0 (unbuilt)"]]


def test_several_outputs():
    a = Input((5, 2), name="a")
    model = Model(a, layers.LSTM(3, return_state=True, name="l")(a))
    assert rows_of(model)[1].shape == "[(None, 3), (None, 3), (None, 3)]"


def test_frozen_layers():
    model = branched()
    model.get_layer("d").trainable = False
    rows = cells(text_of(model, show_trainable=True, line_length=120))
    assert [row[4] for row in rows] == ["-", "N", "Y", "Y", "-"]
    assert "Non-trainable params: 15 (60.00 B)" in text_of(model)


def test_the_state_of_the_optimizer_counts():
    model = Sequential([Input((3,)), layers.Dense(1)])
    model.compile(optimizers.Adam(), "mse")
    assert "Optimizer" not in text_of(model)
    model.fit(np.ones((2, 3)), np.ones((2, 1)), verbose=0)
    text = text_of(model)
    assert " Optimizer params: 10 (40.00 B)" in text and " Total params: 14 (56.00 B)" in text


def test_a_range_of_layers():
    rows = cells(text_of(branched(), layer_range=["d", "inner"], line_length=120))
    assert [row[0] for row in rows] == ["d (Dense)", "e (Dense)", "inner (Functional)"]
    with pytest.raises(ValueError, match="no layer is named like 'zz'"):
        text_of(branched(), layer_range=["zz", "d"])
    with pytest.raises(ValueError, match="first and of the last"):
        text_of(branched(), layer_range="d")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_longer_than_asked_for(width):
    text = text_of(branched(), line_length=width, show_trainable=True, expand_nested=True)
    table = [line for line in text.splitlines() if line[:1] in "┏┃┡│├└"]
    assert {len(line) for line in table} == {len(table[0])} and len(table[0]) <= width


def test_positions_set_the_columns():
    text = text_of(branched(), line_length=100, positions=[0.3, 0.6, 0.7, 1.0])
    rule = next(line for line in text.splitlines() if line.startswith("┏"))
    assert [i for i, c in enumerate(rule) if c == "┳"] == [30, 60, 70]
    with pytest.raises(ValueError, match="`positions` must have 4"):
        text_of(branched(), positions=[0.5])


def test_a_subclassed_model():
    class Two(Model):
        def __init__(self):
            super().__init__()
            self.first, self.more = layers.Dense(2, name="f"), [layers.Dense(3, name="m")]

        def call(self, x):
            return self.more[0](self.first(x))

    model = Two()
    assert [row.parameters for row in rows_of(model)] == [None, None]
    model(np.ones((5, 4)))
    assert cells(text_of(model)) == [
        ["f (Dense)", "(5, 2)", "10"],
        ["m (Dense)", "(5, 3)", "9"],
    ]


def test_the_table_for_notebooks():
    html = branched()._repr_html_()
    assert html.count("<details>") == 1 and "2 layers inside inner" in html
    assert html.count('scope="row"') == 7 and "<caption>Model: whole</caption>" in html
    assert "Total params: <strong>39 (156.00 B)</strong>" in html


def test_names_are_no_markup():
    a = Input((3,), name="a<b>")
    html = Model(a, layers.Dense(1, name="<script>")(a), name="<i>")._repr_html_()
    assert "<script>" not in html and "<i>" not in html and "&lt;script&gt;" in html


@pytest.mark.parametrize(
    ("size", "said"), [(0, "0.00 B"), (60, "60.00 B"), (218900, "213.77 KB"), (3 << 30, "3.00 GB")]
)
def test_sizes(size, said):
    assert readable_size(size) == said
