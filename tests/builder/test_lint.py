"""What would train badly, and what is offered instead."""

import pytest

from visualnn.builder.commands import Batch, Mute
from visualnn.builder.editor import Editor
from visualnn.builder.lint import lints_of
from visualnn.builder.templates import TEMPLATES


def drawn(*layers, shape=(16,), dtype="float32"):
    editor = Editor()
    last = editor.add("Input", shape=shape, dtype=dtype)
    for kind, settings in layers:
        last = editor.add(kind, after=last, **settings)
    return editor


def mended(editor, loss=None):
    """The drawing after the first fix of the first hint, which must solve it."""
    (hint, *_) = lints_of(editor.document, loss)
    (fix, *_) = hint.fixes
    editor.do(Batch(fix.label, fix.commands))
    assert hint.sentence not in [lint.sentence for lint in lints_of(editor.document, loss)]
    return editor.document


def test_two_linear_layers_in_a_row():
    editor = drawn(("Dense", {"units": 8}), ("Dropout", {"rate": 0.1}),
                   ("Dense", {"units": 4}))  # fmt: skip
    (hint,) = lints_of(editor.document)
    assert hint.sentence.startswith("dense has no activation, and dense_1 follows it")
    assert mended(editor).record("dense").config["activation"] == "relu"
    editor.configure("dense", activation="linear")
    editor.do(Mute(("dense_1",)))
    said = [lint.sentence for lint in lints_of(editor.document)]
    assert all("in a row" not in sentence for sentence in said)


def test_pictures_that_are_not_scaled():
    editor = drawn(("Conv2D", {"filters": 4, "activation": "relu"}), ("Flatten", {}),
                   ("Dense", {"units": 4}), shape=(8, 8, 3), dtype="uint8")  # fmt: skip
    (hint,) = lints_of(editor.document)
    assert "whole numbers (uint8)" in hint.sentence
    assert mended(editor).record("rescaling").config["scale"] == 1 / 255


@pytest.mark.parametrize("kind", ["BatchNormalization", "Dropout"])
def test_a_last_layer_that_changes_what_the_model_says(kind):
    editor = drawn(("Dense", {"units": 4}), (kind, {}))
    (hint,) = lints_of(editor.document)
    assert "is the last layer" in hint.sentence
    mended(editor)


def test_a_softmax_of_one_number():
    editor = drawn(("Dense", {"units": 1, "activation": "softmax"}))
    assert mended(editor).record("dense").config["activation"] == "sigmoid"


@pytest.mark.parametrize(
    ("activation", "loss", "said", "then"),
    [
        ("softmax", "from logits", "applied twice", "linear"),
        ("linear", "sparse_categorical_crossentropy", "expects probabilities", "softmax"),
        ("linear", "binary_crossentropy", "expects probabilities", "sigmoid"),
        ("sigmoid", "categorical_crossentropy", "sum to 1", "softmax"),
        ("softmax", "mean_squared_error", "is for numbers", None),
    ],
)
def test_a_loss_that_does_not_fit_the_output(activation, loss, said, then):
    if loss == "from logits":
        config = {"from_logits": True, "name": "sparse_categorical_crossentropy"}
        loss = {"class_name": "SparseCategoricalCrossentropy", "config": config}
    editor = drawn(("Dense", {"units": 4, "activation": activation}))
    assert lints_of(editor.document) == []
    (hint,) = lints_of(editor.document, loss)
    assert said in hint.sentence
    if then:
        assert mended(editor, loss).record("dense").config["activation"] == then


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_templates_give_no_hints(name):
    assert lints_of(TEMPLATES[name].document) == []


def test_a_drawing_that_is_no_model_gets_no_hints():
    editor = drawn(("Dense", {"units": 4}), ("Dense", {"units": 4}))
    editor.add("Dense")
    assert lints_of(editor.document) == []
    assert lints_of(Editor().document) == []
