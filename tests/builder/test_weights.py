"""Weights live on: what is unchanged keeps its numbers, and undo brings the others back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builder import drawings
from visualnn.builder.editor import Editor
from visualnn.builder.history import RefusedError
from visualnn.builder.live import NotAModelError, layers_by_id
from visualnn.builder.weights import keyed_variables


def classifier() -> Editor:
    editor = Editor()
    images = editor.add("Input", shape=(4, 4, 1), name="images")
    flat = editor.add("Flatten", after=images)
    hidden = editor.add("Dense", units=6, after=flat, name="hidden")
    editor.add("Dense", units=3, after=hidden, name="digits")
    return editor


def numbers(editor: Editor) -> dict:
    """Every weight of the live model by its key, looked at so that it is made."""
    layers = layers_by_id(editor.document, editor.model)
    return {key: variable.numpy() for key, variable in keyed_variables(layers)}


def assert_kept(before: dict, after: dict) -> None:
    for key in before.keys() & after.keys():
        np.testing.assert_array_equal(before[key], after[key], err_msg=str(key))


def test_a_model_is_the_same_object_until_the_drawing_changes():
    editor = classifier()
    model = editor.model
    editor.move("hidden", 500, 500)
    assert editor.model is model
    editor.configure("hidden", units=7)
    assert editor.model is not model


def test_an_edit_keeps_the_weights_it_does_not_change():
    editor = classifier()
    before = numbers(editor)
    editor.configure("digits", units=4)
    after = numbers(editor)
    assert {key.layer for key in before.keys() & after.keys()} == {"hidden"}
    assert_kept(before, after)


def test_renaming_changes_no_weight():
    editor = classifier()
    before = numbers(editor)
    editor.rename("hidden", "thoughts")
    editor.rename_model("reader")
    after = numbers(editor)
    assert before.keys() == after.keys()
    assert_kept(before, after)
    assert editor.model.get_layer("thoughts").name == "thoughts"


def test_undo_brings_old_weights_back():
    editor = classifier()
    before = numbers(editor)
    editor.configure("hidden", units=9)
    numbers(editor)
    editor.undo()
    assert_kept(before, numbers(editor))
    assert before.keys() == numbers(editor).keys()


def test_a_new_layer_does_not_get_the_weights_of_one_that_is_gone():
    editor = classifier()
    before = numbers(editor)
    editor.remove("digits")
    again = editor.add("Dense", units=3, after="hidden", name="digits")
    after = numbers(editor)
    assert again != "digits"
    assert {key.layer for key in before.keys() & after.keys()} == {"hidden"}


def test_a_layer_added_after_undoing_begins_anew():
    editor = classifier()
    editor.add("Dense", units=5, after="digits", name="more")
    first = numbers(editor)
    editor.undo()
    again = editor.add("Dense", units=5, after="digits", name="more")
    assert again == "more"
    kernel = next(key for key in first if key.layer == "more" and key.path == "kernel")
    assert not np.array_equal(numbers(editor)[kernel], first[kernel])


def test_changed_weights_of_the_live_model_go_on():
    editor = classifier()
    ones = [np.ones_like(w) for w in editor.model.get_weights()]
    editor.model.set_weights(ones)
    editor.configure("digits", activation="softmax")
    assert all((w == 1).all() for w in editor.model.get_weights())


def test_a_model_that_was_given_is_the_live_one():
    model = classifier().model
    from visualnn.builder.live import document_of

    editor = Editor(document_of(model), model)
    assert editor.model is model


def test_how_a_model_is_compiled_goes_on():
    editor = classifier()
    editor.model.compile(optimizer="sgd", loss="mean_squared_error", metrics=["accuracy"])
    editor.configure("hidden", units=8)
    assert editor.model.compiled
    assert editor.model.loss == "mean_squared_error"
    assert type(editor.model.optimizer).__name__ == "SGD"


def trained() -> Editor:
    editor = classifier()
    editor.model.compile("adam", "sparse_categorical_crossentropy")
    editor.model.fit(np.ones((8, 4, 4, 1)), np.zeros(8, "int32"), epochs=2, verbose=0)
    return editor


def test_an_optimizer_goes_on_where_the_same_weights_are_trained():
    editor = trained()
    before = [variable.numpy() for variable in editor.model.optimizer.variables]
    editor.rename("hidden", "thoughts")
    after = [variable.numpy() for variable in editor.model.optimizer.variables]
    assert len(before) == len(after) > 4
    for mine, earlier in zip(after, before, strict=True):
        np.testing.assert_array_equal(mine, earlier)


def test_an_optimizer_begins_anew_where_others_are_trained():
    editor = trained()
    editor.configure("digits", units=5)
    assert int(editor.model.optimizer.iterations.numpy()) == 0


def test_a_loss_that_cannot_be_written_down_goes_on_too():
    editor = classifier()
    editor.model.compile("sgd", lambda truth, guess: (truth - guess) ** 2)
    editor.configure("hidden", units=8)
    assert editor.model.compiled
    assert callable(editor.model.loss)


def test_a_drawing_that_is_no_model_says_what_is_wrong():
    editor = classifier()
    editor.add("Dense", name="lost")
    editor.add("Conv2D", after="digits", name="wrong")
    with pytest.raises(NotAModelError) as caught:
        _ = editor.model
    said = str(caught.value)
    assert "2 problems" in said
    assert "lost has no input yet" in said
    assert "wrong does not fit: digits gives (?, 3)" in said


def test_an_empty_drawing_is_no_model():
    with pytest.raises(NotAModelError, match="add an Input and layers"):
        _ = Editor().model


def test_weights_that_nobody_has_looked_at_are_the_same_in_every_version():
    editor = classifier()
    first = editor.model
    for units in range(4, 9):
        editor.configure("digits", units=units)
        _ = editor.model
    later = editor.model.get_layer("hidden").get_weights()
    np.testing.assert_array_equal(later[0], first.get_layer("hidden").get_weights()[0])


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_edit_keeps_every_weight_whose_key_is_unchanged(data):
    editor = classifier()
    known = numbers(editor)
    for _ in range(data.draw(st.integers(1, 6))):
        command = data.draw(drawings.commands(editor.document))
        try:
            editor.do(command)
        except RefusedError:
            continue
        try:
            now = numbers(editor)
        except NotAModelError:
            continue
        assert_kept(known, now)
        known = {**known, **now}
    while editor.history.undo_title:
        editor.undo()
        if not editor.document.output_calls:
            break
        try:
            assert_kept(known, numbers(editor))
        except NotAModelError:
            continue
