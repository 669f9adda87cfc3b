"""Models to begin with: each is a whole drawing, trains, and is saved and opened as any other."""

import numpy as np
import pytest

from visualnn.builder.checks import faults_of
from visualnn.builder.commands import UseTemplate
from visualnn.builder.editor import Editor
from visualnn.builder.templates import TEMPLATES
from visualnn.saving import load_model

LOSSES = {
    "softmax": "sparse_categorical_crossentropy",
    "sigmoid": "binary_crossentropy",
}


@pytest.fixture(params=sorted(TEMPLATES))
def editor(request):
    editor = Editor()
    editor.do(UseTemplate(request.param))
    return editor


def arrays(tensor, count=2):
    shape = [count, *(5 if size is None else size for size in tensor.shape[1:])]
    dtype = str(tensor.dtype)
    return np.ones(shape, dtype)


def test_a_template_has_no_problems_and_trains_one_step(editor):
    assert faults_of(editor.document) == []
    model = editor.model
    outputs = model.layers[-1].get_config().get("activation", "sigmoid")
    loss = LOSSES[outputs] if isinstance(outputs, str) else "binary_crossentropy"
    model.compile("adam", loss)
    x = [arrays(tensor) for tensor in model.inputs]
    y = np.asarray(model.predict(x, verbose=0)).round()
    if loss.startswith("sparse"):
        y = y.argmax(-1)
    before = [weight.copy() for weight in model.get_weights()]
    assert np.isfinite(model.train_on_batch(x, y))
    changed = [not np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True)]
    assert any(changed)


def test_a_template_is_saved_and_opened_like_any_model(editor, tmp_path):
    path = tmp_path / "model.keras"
    editor.model.save(path)
    again = load_model(path)
    x = [arrays(tensor) for tensor in again.inputs]
    np.testing.assert_allclose(
        again.predict(x, verbose=0), editor.model.predict(x, verbose=0), rtol=1e-6
    )


def test_a_template_is_one_step_and_may_come_twice():
    editor = Editor()
    editor.do(UseTemplate("mlp"))
    names = set(editor.document.names)
    editor.do(UseTemplate("mlp", 400.0, 0.0))
    assert len(editor.document.names) == 2 * len(names)
    editor.undo()
    assert set(editor.document.names) == names
    editor.undo()
    assert not editor.document.calls


def test_every_template_says_what_it_is_for():
    for template in TEMPLATES.values():
        assert template.view.help.endswith((".", ")."))
        assert "\n" not in template.view.help


def test_an_unknown_template_is_refused():
    with pytest.raises(ValueError, match=r"no template 'vlg'\. Is vgg meant"):
        Editor().do(UseTemplate("vlg"))
