import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

import visualnn
from tests.widgets.browser import picture_in
from visualnn.widgets import dashboard

RUN = """
import numpy as np, visualnn
model = visualnn.Sequential([visualnn.Input((3,)), visualnn.layers.Dense(1)])
model.compile("sgd", "mean_squared_error")
for _ in range(2):
    model.fit(np.ones((8, 3)), np.ones((8, 1)), verbose=0,
              callbacks=[visualnn.callbacks.Dashboard()])
print(len(model.history.history["loss"]))
"""


class Events:
    """IPython's events, as far as the dashboard needs them."""

    def __init__(self):
        self.after_cell = []

    def register(self, event, function):
        assert event == "post_run_cell"
        self.after_cell.append(function)

    def unregister(self, event, function):
        self.after_cell.remove(function)


class Notebook:
    """A notebook that keeps what is displayed."""

    def __init__(self):
        self.events = Events()
        self.kernel = "a kernel"
        self.outputs = []

    def display(self, widget, display_id=False):
        assert display_id
        self.outputs.append(widget._repr_mimebundle_()[0])
        place = len(self.outputs) - 1

        def update(widget):
            self.outputs[place] = widget._repr_mimebundle_()[0]

        return SimpleNamespace(update=update)


@pytest.fixture
def notebook(monkeypatch):
    notebook = Notebook()
    monkeypatch.setattr(dashboard, "_notebook", lambda: notebook)
    monkeypatch.setattr("IPython.display.display", notebook.display)
    return notebook


def model():
    model = visualnn.Sequential([visualnn.Input((3,)), visualnn.layers.Dense(1)])
    model.compile("sgd", "mean_squared_error")
    return model


def fit(model, callback, **settings):
    x, y = np.ones((8, 3)), np.ones((8, 1))
    return model.fit(x, y, verbose=0, callbacks=[callback], **settings)


def test_outside_a_notebook_training_goes_on_and_one_line_says_so():
    run = subprocess.run([sys.executable, "-c", RUN], capture_output=True, text=True, check=True)
    lines = run.stdout.splitlines()
    assert lines == ["Dashboard: this is not a notebook, so there is no place for the curves.", "1"]
    assert run.stderr == ""


def test_without_anywidget_the_missing_package_is_named():
    script = "import sys; sys.modules['anywidget'] = None\n" + RUN
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].endswith("pip install anywidget")


def test_the_name_is_found_without_loading_widgets():
    script = (
        "import sys, visualnn; assert 'Dashboard' in dir(visualnn.callbacks);"
        "assert 'anywidget' not in sys.modules; from visualnn.callbacks import Dashboard;"
        "assert issubclass(Dashboard, visualnn.callbacks.Callback)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_curves_stay_in_the_notebook_as_a_picture(notebook):
    callback = dashboard.Dashboard()
    history = fit(model(), callback, epochs=3, validation_split=0.5)
    (output,) = notebook.outputs
    assert "Trained for 3 epochs" in picture_in(output)
    shown = callback.widget.training
    assert shown["status"] == "done"
    assert shown["curves"][0]["training"] == history.history["loss"]
    assert shown["curves"][0]["validation"] == history.history["val_loss"]
    assert notebook.events.after_cell == []
    assert callback.widget.bundle == b""  # it was carried only while the kernel was busy


def test_each_run_has_a_dashboard_of_its_own(notebook):
    callback = dashboard.Dashboard()
    trained = model()
    fit(trained, callback, epochs=2)
    first = callback.widget
    fit(trained, callback, epochs=4, initial_epoch=2)
    assert len(notebook.outputs) == 2
    assert callback.widget is not first
    assert first.training["epoch"] == 2
    assert callback.widget.training["epoch"] == 4
    assert len(callback.widget.training["curves"][0]["training"]) == 2


def test_an_error_in_fit_is_shown(notebook):
    def fail(epoch, logs):
        if epoch == 1:
            raise RuntimeError("the disk is full")

    callback = dashboard.Dashboard()
    trouble = visualnn.callbacks.LambdaCallback(on_epoch_end=fail)
    with pytest.raises(RuntimeError) as caught:
        model().fit(
            np.ones((8, 3)), np.ones((8, 1)), epochs=3, verbose=0, callbacks=[callback, trouble]
        )
    for function in list(notebook.events.after_cell):
        function(SimpleNamespace(error_in_exec=caught.value))
    assert callback.widget.training["status"] == "failed"
    assert callback.widget.training["error"] == "the disk is full"
    assert "the disk is full" in picture_in(notebook.outputs[0])
    assert notebook.events.after_cell == []


def test_what_the_user_stops_says_how_far_it_came(notebook):
    class Stop(visualnn.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if len(callback.rows) == 1:
                raise KeyboardInterrupt

    callback = dashboard.Dashboard()
    with pytest.raises(KeyboardInterrupt):
        model().fit(
            np.ones((8, 3)), np.ones((8, 1)), epochs=5, verbose=0, callbacks=[callback, Stop()]
        )
    shown = callback.widget.training
    assert (shown["status"], shown["epoch"], shown["epochs"]) == ("done", 1, 5)
    assert shown["sentence"].startswith("Stopped in epoch 2.")
    assert "Trained for 1 of 5 epochs" in picture_in(notebook.outputs[0])
