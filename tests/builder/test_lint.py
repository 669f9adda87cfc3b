"""What would train badly, and what is offered instead."""

from pathlib import Path

import numpy as np
import pytest

from visualnn.builder.commands import Batch, Mute
from visualnn.builder.data import data_of
from visualnn.builder.editor import Editor
from visualnn.builder.lint import lints_of
from visualnn.builder.templates import TEMPLATES
from visualnn.widgets.files import read

KERAS = Path(__file__).parents[1] / "fixtures/keras"


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


def test_a_bottleneck_is_no_mistake():
    editor = drawn(("Dense", {"units": 4}), ("Dense", {"units": 16}))
    assert lints_of(editor.document) == []
    editor.configure("dense", units=16)
    assert "in a row" in lints_of(editor.document)[0].sentence


def test_pictures_that_are_not_scaled():
    editor = drawn(("Conv2D", {"filters": 4, "activation": "relu"}), ("Flatten", {}),
                   ("Dense", {"units": 4}), shape=(8, 8, 3), dtype="uint8")  # fmt: skip
    (hint,) = lints_of(editor.document)
    assert "input gives whole numbers (uint8) to conv2d as they are" in hint.sentence
    assert mended(editor).record("rescaling").config["scale"] == 1 / 255


@pytest.mark.parametrize("kind", ["Embedding", "Rescaling", "Normalization", "BatchNormalization"])
def test_whole_numbers_that_are_meant_or_scaled(kind):
    settings = {"input_dim": 9, "output_dim": 4} if kind == "Embedding" else {}
    editor = drawn((kind, settings), ("Flatten", {}), ("Dense", {"units": 4}),
                   shape=(8,), dtype="uint8")  # fmt: skip
    assert lints_of(editor.document) == []


def test_pixels_that_a_layer_for_pictures_expects():
    picture = ("RandomErasing", {}), ("Conv2D", {"filters": 4, "kernel_size": 3})
    editor = drawn(*picture, shape=(8, 8, 3))
    (hint,) = lints_of(editor.document)
    assert hint.sentence.startswith("random_erasing is for pixels from 0 to 255, and conv2d")
    assert mended(editor).record("rescaling").config["scale"] == 1 / 255
    (scaled,) = drawn(("RandomErasing", {"value_range": (0, 1)}), picture[1],
                      shape=(8, 8, 3)).document.output_calls  # fmt: skip
    assert scaled == "conv2d"
    assert lints_of(editor.document) == []


RANDOM = np.random.default_rng(7)
TABLE = RANDOM.normal((300, 0.1), (90, 0.1), (50, 2))


@pytest.mark.parametrize(
    ("x", "kinds", "said"),
    [
        (RANDOM.integers(0, 256, (40, 8, 8, 1)), ["Rescaling", "Normalization"], "from 0 to 255"),
        (TABLE, ["Normalization", "BatchNormalization"], "as they are"),
        (TABLE[:, :1] - 900, ["Normalization", "BatchNormalization"], "as they are"),
    ],
    ids=["pixels", "table", "below zero"],
)
def test_data_that_are_not_scaled(x, kinds, said):
    def hints():
        return lints_of(editor.document, None, data_of(x, None, "photos", ""))

    editor = drawn(("Flatten", {}), ("Dense", {"units": 4}), shape=x.shape[1:])
    assert lints_of(editor.document) == []
    (hint,) = hints()
    assert said in hint.sentence and hint.sentence.startswith("The numbers of photos go from")
    assert "to dense as" in hint.sentence
    assert [fix.commands[0]["kind"] for fix in hint.fixes] == kinds
    for fix in hint.fixes:
        editor.do(Batch(fix.label, fix.commands))
        assert hints() == []
        editor.undo()
        assert hints() == [hint]


@pytest.mark.parametrize("x", [TABLE / 300, RANDOM.integers(0, 17, (40, 2)), ["a", "b"], None])
def test_data_that_are_scaled_or_unknown(x):
    x = np.asarray(x) if isinstance(x, list) else x
    editor = drawn(("Dense", {"units": 4}), shape=(2,))
    assert lints_of(editor.document, None, data_of(x, None, "x", "")) == []


def test_data_decide_where_the_drawing_would_guess():
    editor = drawn(("RandomErasing", {}), ("Conv2D", {"filters": 4}),
                   shape=(8, 8, 3))  # fmt: skip
    x = RANDOM.random((9, 8, 8, 3))
    assert lints_of(editor.document, None, data_of(x, None, "x", "")) == []


def test_each_of_several_inputs_is_judged_by_its_own_data():
    editor = Editor()
    large = editor.add("Input", shape=(2,), name="large")
    small = editor.add("Input", shape=(2,), name="small")
    both = [editor.add("Dense", after=x, units=4, activation="relu") for x in (large, small)]
    editor.add("Dense", after=editor.add("Add", after=both), units=1)
    x = {"small": TABLE / 300, "large": TABLE}
    for given in (x, [x["large"], x["small"]]):
        (hint,) = lints_of(editor.document, None, data_of(given, None, "x", ""))
        assert hint.block == large


def test_labels_that_are_more_than_the_classes():
    y = np.arange(40) % 10
    data = data_of(TABLE / 300, y, "x", "labels")
    editor = drawn(("Dense", {"units": 4, "activation": "softmax"}), shape=(2,))
    loss = "sparse_categorical_crossentropy"
    (hint,) = lints_of(editor.document, loss, data)
    assert hint.sentence == "The labels labels go up to 9, but dense tells 4 classes apart."
    (fix,) = hint.fixes
    editor.do(Batch(fix.label, fix.commands))
    assert editor.document.record("dense").config["units"] == 10
    assert lints_of(editor.document, loss, data) == []


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
        ("softmax", "binary_crossentropy", "categorical_crossentropy fits", "sigmoid"),
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


@pytest.mark.parametrize(
    ("activation", "units", "loss"),
    [
        ("softmax", 4, "sparse_categorical_crossentropy"),
        ("softmax", 4, "categorical_crossentropy"),
        ("sigmoid", 4, "binary_crossentropy"),
        ("sigmoid", 1, "binary_crossentropy"),
        ("linear", 1, "mean_squared_error"),
        ("sigmoid", 1, "mean_squared_error"),
        ("relu", 4, "huber"),
        ("linear", 4, {"class_name": "CategoricalCrossentropy", "config": {"from_logits": True}}),
    ],
)
def test_a_loss_that_fits_the_output(activation, units, loss):
    editor = drawn(("Dense", {"units": units, "activation": activation}), ("Reshape", {
        "target_shape": (units, 1)}))  # fmt: skip
    assert lints_of(editor.document, loss) == []


def test_one_number_and_a_loss_for_classes():
    editor = drawn(("Dense", {"units": 1, "activation": "sigmoid"}))
    (hint,) = lints_of(editor.document, "sparse_categorical_crossentropy")
    assert "dense tells two classes apart by one number" in hint.sentence


def test_a_softmax_layer_before_a_loss_that_reads_logits_is_muted():
    editor = drawn(("Dense", {"units": 4}), ("Softmax", {}))
    loss = {"class_name": "CategoricalCrossentropy", "config": {"from_logits": True}}
    assert mended(editor, loss).calls["softmax"].muted


def test_each_output_is_judged_by_its_own_loss():
    editor = Editor()
    x = editor.add("Input", shape=(4,))
    editor.add("Dense", after=x, units=3, activation="softmax", name="kind")
    editor.add("Dense", after=x, units=1, name="age")
    classes, numbers = "sparse_categorical_crossentropy", "mean_squared_error"
    for right in ([classes, numbers], {"kind": classes, "age": numbers}):
        assert lints_of(editor.document, right) == []
    said = [hint.block for hint in lints_of(editor.document, [numbers, classes])]
    assert said == ["kind", "age"]


def test_what_a_layer_of_unknown_effect_says_is_not_judged():
    editor = drawn(("Dense", {"units": 4, "activation": "softmax"}), ("Rescaling", {"scale": 2}))
    assert lints_of(editor.document, "categorical_crossentropy") == []


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_templates_give_no_hints(name):
    assert lints_of(TEMPLATES[name].document) == []


HINTS = {  # of models that were made to be saved, not to learn
    "frozen_layers": ["frozen", "live"],
    "mixed_precision": ["mf16", "bf16"],
    "norm_zoo": ["batch_normalization"],
    "regularized_constrained": ["dense"],
    "sharded_weights": ["dense", "dense_1"],
    "unused_input": ["keep"],
}
DRAWN = sorted(path for path in KERAS.glob("*.keras") if path.stem not in (
    "functional_extra_attrs", "subclassed_model"))  # fmt: skip


@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.stem)
def test_models_that_keras_saved_get_no_false_hints(path):
    document, _, _ = read(path)
    blocks = [document.name_of(hint.block) for hint in lints_of(document)]
    assert blocks == HINTS.get(path.stem, [])


def test_a_drawing_that_is_no_model_gets_no_hints():
    editor = drawn(("Dense", {"units": 4}), ("Dense", {"units": 4}))
    editor.add("Dense")
    assert lints_of(editor.document) == []
    assert lints_of(Editor().document) == []
