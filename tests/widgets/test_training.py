"""The training panel: it starts, pauses, goes on and stops while a thread trains."""

import contextlib
import threading

import numpy as np
import pytest

from tests.widgets.browser import FakeBrowser
from visualnn.widgets.arrays import array_named, arrays_among
from visualnn.widgets.builder import Builder
from visualnn.widgets.messages import TrainingSetup
from visualnn.widgets.training import BusyError, fit_arguments
from visualnn.widgets.watcher import Board, curves_of

SETUP = {
    "x": "x_train",
    "y": "y_train",
    "validation_x": "",
    "validation_y": "",
    "validation_split": 0.25,
    "loss": "sparse_categorical_crossentropy",
    "optimizer": "adam",
    "learning_rate": 0.01,
    "metrics": ["accuracy"],
    "epochs": 3,
    "batch_size": 16,
}


def clusters(count=160):
    """Points around three places, by the number of the place."""
    random = np.random.default_rng(0)
    y = random.integers(0, 3, count).astype("int32")
    x = (np.eye(3, 4)[y] * 4 + random.normal(size=(count, 4))).astype("float32")
    return x, y


def end(builder):
    """Stop the thread, if there is one."""
    with contextlib.suppress(BusyError):
        builder._trainer.stop()
    builder._trainer.join(30)


@pytest.fixture
def builder():
    builder = Builder()
    builder.add("Input", shape=(4,), name="x")
    builder.add("Dense", units=8, activation="relu", after="x", name="hidden")
    builder.add("Dense", units=3, activation="softmax", after="hidden", name="classes")
    x, y = clusters()
    builder._variables = lambda: {"x_train": x, "y_train": y, "number": 3, "_hidden": x}
    yield builder
    end(builder)


@pytest.fixture
def browser(builder):
    return FakeBrowser(builder)


class Gate:
    """Lets a test hold the thread before every batch."""

    def __init__(self, monkeypatch, model):
        self.reached, self.open = threading.Event(), threading.Event()
        kind = type(model.make_train_function())
        step = kind.__call__

        def gated(function, batch):
            self.reached.set()
            assert self.open.wait(30)
            return step(function, batch)

        monkeypatch.setattr(kind, "__call__", gated)


@pytest.fixture
def gate(monkeypatch, builder):
    gate = Gate(monkeypatch, builder.model)
    yield gate
    gate.open.set()
    end(builder)


def test_before_training_there_are_choices_that_suit_the_model(builder):
    view = builder.training
    assert view["setup"]["loss"] == view["losses"][0] == "sparse_categorical_crossentropy"
    assert view["setup"]["metrics"] == ["accuracy"]
    assert "adam" in view["optimizers"] and "accuracy" in view["metrics"]
    builder.configure("classes", activation="linear")
    assert builder.training["losses"][0] == "mean_squared_error"
    builder.configure("classes", activation="sigmoid")
    assert builder.training["setup"]["loss"] == "binary_crossentropy"


def test_every_choice_is_known():
    from visualnn import losses, metrics, optimizers

    view = Builder().training
    for name in view["losses"]:
        assert losses.get(name)
    for name in view["optimizers"]:
        assert optimizers.get(name)
    for name in view["metrics"]:
        assert name == "accuracy" or metrics.get(name)


def test_the_notebooks_arrays_are_listed(browser):
    assert browser.do(request="arrays") == [
        {"name": "x_train", "shape": "(160, 4)", "dtype": "float32"},
        {"name": "y_train", "shape": "(160,)", "dtype": "int32"},
    ]


def test_a_model_is_trained_to_the_end(browser, builder):
    before = builder.model.get_weights()
    browser.do(request="train", setup=SETUP)
    builder._trainer.join(60)
    view = builder.training
    assert view["status"] == "done", view["traceback"]
    assert [curve["name"] for curve in view["curves"]] == ["loss", "accuracy"]
    loss = view["curves"][0]
    assert len(loss["training"]) == len(loss["validation"]) == 3
    assert loss["training"][-1] < loss["training"][0]
    assert (view["epoch"], view["epochs"], view["batches"]) == (3, 3, 8)
    assert view["sentence"].startswith("The loss")
    assert view["seconds_left"] is None and not view["stale"]
    after = builder.model.get_weights()
    assert any(not np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    statuses = [x["status"] for x in browser.changes["training"]]
    assert statuses[0] == "starting" and statuses[-1] == "done" and "running" in statuses


def test_training_goes_on_where_it_ended(browser, builder):
    for _ in range(2):
        browser.do(request="train", setup=SETUP)
        builder._trainer.join(60)
    iterations = int(builder.model.optimizer.iterations.numpy())
    assert iterations == 2 * 3 * 8


def test_training_pauses_goes_on_and_stops(browser, builder, gate):
    setup = {**SETUP, "epochs": 10_000}
    browser.do(request="train", setup=setup)
    assert gate.reached.wait(30)
    browser.until(lambda view: view["status"] == "running")
    assert browser.refused(request="resume") == "Training runs already."
    browser.do(request="pause")
    assert builder.training["status"] == "paused"
    assert browser.refused(request="pause") == "Training is paused already."
    assert browser.refused(request="train", setup=setup) == "Training runs already: stop it first."
    gate.reached.clear()
    gate.open.set()
    assert not gate.reached.wait(0.2), "no batch while it is paused"
    assert builder.training["status"] == "paused"
    browser.do(request="resume")
    browser.until(lambda view: view["epoch"] > 3)
    browser.do(request="stop")
    builder._trainer.join(30)
    view = builder.training
    assert view["status"] == "done"
    assert view["sentence"].startswith("Stopped in epoch")
    assert browser.refused(request="stop") == "Training is not running."


def test_the_drawing_may_change_while_an_earlier_version_trains(browser, builder, gate):
    browser.do(request="train", setup=SETUP)
    assert gate.reached.wait(30)
    trained = builder._trainer.model
    builder.move("classes", 300, 300)
    assert not builder.training["stale"]
    builder.configure("classes", units=5)
    assert builder.training["stale"]
    assert builder.model is not trained
    gate.open.set()
    builder._trainer.join(60)
    assert builder.training["status"] == "done" and builder.training["stale"]
    hidden = builder.model.get_layer("hidden").get_weights()
    for mine, learned in zip(hidden, trained.get_layer("hidden").get_weights(), strict=True):
        np.testing.assert_array_equal(mine, learned)
    assert builder.model.get_layer("classes").units == 5
    builder.undo()
    assert not builder.training["stale"]
    for mine, learned in zip(builder.model.get_weights(), trained.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, learned)


def test_a_fault_in_the_thread_is_shown_and_train_works_again(browser, builder):
    x, y = clusters()
    builder._variables = lambda: {"x_train": x[:, :2], "y_train": y}
    browser.do(request="train", setup=SETUP)
    builder._trainer.join(60)
    view = builder.training
    assert view["status"] == "failed"
    assert "(160, 2)" in view["error"] or "2)" in view["error"]
    assert "Traceback" in view["traceback"]
    builder._variables = lambda: {"x_train": x, "y_train": y}
    browser.do(request="train", setup=SETUP)
    builder._trainer.join(60)
    assert builder.training["status"] == "done"
    assert builder.training["error"] == ""


def test_views_come_no_faster_than_the_eye():
    shown, now = [], [0.0]
    board = Board(shown.append, lambda: now[0])
    board.tell(status="running")
    for batch in range(100):
        now[0] += 0.01
        board.note("batch", batch=batch)
    assert 9 <= len(shown) - 1 <= 10
    assert board.view.batch == 99


@pytest.mark.parametrize(
    "change, said",
    [
        ({"x": ""}, "Choose the data first"),
        ({"x": "nothing"}, "The notebook has no variable 'nothing' any more"),
        ({"x": "number"}, "The variable 'number' is no array any more"),
        ({"epochs": 0}, "epochs must be 1 or more, but is 0"),
        ({"batch_size": -1}, "batch_size must be 1 or more"),
        ({"validation_split": 1.0}, "The validation split is from 0 to below 1"),
        ({"learning_rate": 0.0}, "The learning rate must be above 0"),
        ({"loss": "nonsense"}, "nonsense"),
        ({"optimizer": "nonsense"}, "nonsense"),
        ({"metrics": ["nonsense"]}, "nonsense"),
        ({"validation_x": "x_train"}, "The notebook has no variable ''"),
    ],
)
def test_a_setup_that_makes_no_sense_is_refused_in_words(browser, builder, change, said):
    assert said in browser.refused(request="train", setup={**SETUP, **change})
    assert builder.training["status"] == "idle"


def test_a_drawing_that_is_no_model_is_not_trained(browser, builder):
    builder.add("Dense", name="lost")
    assert "lost has no input yet" in browser.refused(request="train", setup=SETUP)


def test_nothing_else_is_opened_while_training_runs(browser, builder, gate, tmp_path):
    path = builder.save(tmp_path / "model.keras")
    browser.do(request="train", setup=SETUP)
    assert gate.reached.wait(30)
    assert "stop it before" in browser.refused(request="open", path=str(path))


def test_saving_in_a_loop_while_training_gives_whole_files(browser, builder, tmp_path):
    browser.do(request="train", setup={**SETUP, "epochs": 10_000})
    browser.until(lambda view: view["epoch"] > 1)
    for i in range(5):
        path = builder.save(tmp_path / f"{i}.keras")
        assert len(Builder.open(path).model.get_weights()) == 4
    browser.do(request="stop")


def test_the_op_graph_of_what_is_trained_has_all_phases(browser, builder):
    browser.do(request="train", setup=SETUP)
    builder._trainer.join(60)
    phases = {op["phase"] for op in browser.do(request="graph")["ops"]}
    assert {"forward", "loss", "backward", "update", "metrics"} <= phases


def test_validation_data_are_taken_by_name():
    x, y = clusters()
    setup = TrainingSetup("x", "y", "vx", "vy", 0.2, "mse", "sgd", 0.1, (), 1, 8)
    arguments = fit_arguments(setup, {"x": x, "y": y, "vx": x[:8], "vy": y[:8]})
    assert arguments["validation_data"][0].shape == (8, 4)
    assert "validation_split" not in arguments


def test_curves_leave_out_what_is_no_number():
    rows = [{"accuracy": 0.5, "loss": 1.0, "val_loss": float("nan")}]
    loss, accuracy = curves_of(rows)
    assert (loss.name, loss.training, loss.validation) == ("loss", (1.0,), ())
    assert accuracy.name == "accuracy"


def test_the_drawing_is_judged_by_what_is_chosen_before_it_is_trained(browser, builder):
    x, y = clusters()
    builder._variables = lambda: {"x_train": x * 100, "y_train": y + 2}
    assert builder.view["problems"] == []
    browser.do(request="consider", setup=SETUP)
    unscaled, classes = (problem["sentence"] for problem in builder.view["problems"])
    assert unscaled.startswith("The numbers of x_train go from -")
    assert classes == "The labels y_train go up to 4, but classes tells 3 classes apart."
    (problem, *_) = builder.view["problems"]
    fix = problem["fixes"][0]
    assert fix["label"] == "Insert Normalization with the means of x_train"
    browser.do(command="Batch", label=fix["label"], commands=fix["commands"])
    assert [p["block"] for p in builder.view["problems"]] == ["classes"]
    layer = builder.model.get_layer("normalization")
    assert abs(np.asarray(layer(x * 100)).mean(axis=0)).max() < 1e-3
    browser.do(request="undo")
    browser.do(request="consider", setup={**SETUP, "x": "gone", "y": "gone"})
    assert builder.view["problems"] == []


def test_a_loss_that_nobody_chose_follows_the_drawing(browser, builder):
    browser.do(request="consider", setup=SETUP)
    builder.configure("classes", activation="sigmoid")
    assert builder.view["problems"] == []
    browser.do(request="consider", setup={**SETUP, "loss": "categorical_crossentropy"})
    builder.configure("classes", units=4)
    assert "sum to 1" in builder.view["problems"][0]["sentence"]


def test_several_arrays_in_a_variable_are_listed():
    x, y = clusters(6)
    found = arrays_among({"both": [x, y], "named": {"a": x}, "text": "hello", "type": np.ndarray})
    assert [(array.name, array.shape) for array in found] == [
        ("both", "(6, 4), (6,)"), ("named", "(6, 4)"),
    ]  # fmt: skip
    assert array_named("both", {"both": [x, y]})[0] is x
