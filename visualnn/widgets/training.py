"""The training panel: fits a model in a thread of its own and tells how it goes.

The thread trains the version of the drawing that it started from; what it learns goes back to the
layers that have not changed.  The other side: ``widgets/src/builder/training``.
"""

# pyright: strict, reportUnknownMemberType=false
# (live models have no types)

from __future__ import annotations

import asyncio
import math
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from visualnn import losses, metrics, optimizers
from visualnn.builder.document import Document
from visualnn.builder.trends import trend
from visualnn.training.callbacks import Callback
from visualnn.widgets.arrays import array_named
from visualnn.widgets.messages import Curve, Status, TrainingSetup, TrainingView

EVERY = 0.1
"""Seconds between two views while batches go by."""

_USUAL_LOSSES = (
    "sparse_categorical_crossentropy", "categorical_crossentropy", "binary_crossentropy",
    "mean_squared_error", "mean_absolute_error", "huber", "hinge", "kl_divergence", "poisson",
)  # fmt: skip
_USUAL_OPTIMIZERS = ("adam", "sgd", "rmsprop", "adamw", "nadam", "adagrad", "adamax")
_USUAL_METRICS = (
    "accuracy", "top_k_categorical_accuracy", "sparse_top_k_categorical_accuracy", "auc",
    "precision", "recall", "mean_absolute_error", "mean_squared_error", "root_mean_squared_error",
)  # fmt: skip


class BusyError(ValueError):
    """What cannot be done while training runs, or while it does not."""


class Training:
    """Trains one version of a drawing at a time.

    Args:
        show: Called with every new view, from the thread that trains.
        learned: Called with the document and the model that were trained, when it ends.
        clock: Tells the time in seconds.
    """

    def __init__(
        self,
        show: Callable[[TrainingView], None],
        learned: Callable[[Document, Any], None],
        clock: Callable[[], float] = time.monotonic,
    ):
        self.view = TrainingView()
        self.document: Document | None = None
        self.model: Any = None
        self.thread: threading.Thread | None = None
        self._show = show
        self._learned = learned
        self._clock = clock
        self._lock = threading.RLock()
        self._last_shown = -math.inf

    # ------------------------------------------------------------------ from outside

    @property
    def is_running(self) -> bool:
        """Whether a thread trains, or waits to go on."""
        return self.view.status in ("starting", "running", "paused", "stopping")

    def start(
        self, document: Document, model: Any, setup: TrainingSetup, variables: Mapping[str, Any]
    ) -> None:
        """Begin to train.

        Raises:
            BusyError: When training runs already.
            ValueError: When the data are not there.
        """
        with self._lock:
            if self.is_running:
                raise BusyError("Training runs already: stop it first.")
            arguments = fit_arguments(setup, variables)
            compile_model(model, setup)
            self.document, self.model = document, model
            self.tell(
                replace(self.view, **_BLANK, status="starting", setup=setup, epochs=setup.epochs)
            )
            if sys.platform == "emscripten":  # no threads there: train between other work
                task = self._in_slices(arguments)
                self._task = asyncio.get_running_loop().create_task(task)
                return
            self.thread = threading.Thread(
                target=self._run, args=(arguments,), name="visualnn training", daemon=True
            )
            self.thread.start()

    def pause(self) -> None:
        """Wait after the running batch."""
        with self._lock:
            self._only_when("running")
            self.model.training_control.pause()
            self.tell(replace(self.view, status="paused"))

    def resume(self) -> None:
        """Go on."""
        with self._lock:
            self._only_when("paused")
            self.model.training_control.resume()
            self.tell(replace(self.view, status="running"))

    def stop(self) -> None:
        """End after the running batch; what was learned is kept."""
        with self._lock:
            self._only_when("starting", "running", "paused")
            self.tell(replace(self.view, status="stopping"))
            self.model.training_control.stop()

    def _only_when(self, *statuses: Status) -> None:
        if self.view.status not in statuses:
            raise BusyError("Training is not running." if not self.is_running else "One moment.")

    def join(self, timeout: float | None = None) -> None:
        """Wait until training ends."""
        if self.thread is not None:
            self.thread.join(timeout)

    def compare(self, document: Document) -> None:
        """Say whether the drawing is another one than that which was trained."""
        if self.document is None:
            return
        stale = not self.document.same_model(document)
        if stale != self.view.stale:
            self.tell(replace(self.view, stale=stale))

    def suggest(self, view: TrainingView) -> None:
        """Show choices and a setup to begin with, before anything was trained."""
        if self.document is None and view != self.view:
            self.tell(view)

    def tell(self, view: TrainingView) -> None:
        """Show a view, and remember it."""
        with self._lock:
            self.view = view
            self._last_shown = self._clock()
            self._show(view)

    # ------------------------------------------------------------------ the thread

    def _run(self, arguments: dict[str, Any]) -> None:
        try:
            self.model.fit(**arguments, callbacks=[_Watcher(self)])
        except BaseException as problem:  # whatever happens in the thread is shown in the panel
            self._failed(problem)
        else:
            self._ended()

    async def _in_slices(self, arguments: dict[str, Any]) -> None:
        control = self.model.training_control
        try:
            for _ in self.model.fit_in_steps(**arguments, callbacks=[_Watcher(self)]):
                await asyncio.sleep(0)
                while control.is_paused and not control.is_stopped:
                    await asyncio.sleep(EVERY / 2)
        except BaseException as problem:
            self._failed(problem)
        else:
            self._ended()

    def _ended(self) -> None:
        self._keep()
        with self._lock:
            view = self.view
            stopped = view.status == "stopping"
            said = f"Stopped in epoch {view.epoch}. " if stopped else ""
            sentence = f"{said}{view.sentence}"
            self.tell(replace(view, status="done", seconds_left=None, sentence=sentence))

    def _failed(self, problem: BaseException) -> None:
        self._keep()
        text = "".join(traceback.format_exception(problem))
        said = str(problem) or type(problem).__name__
        news = {"error": said, "traceback": text, "seconds_left": None}
        with self._lock:
            self.tell(replace(self.view, status="failed", **news))

    def _keep(self) -> None:
        assert self.document is not None
        self._learned(self.document, self.model)

    def batch_done(self, view: TrainingView) -> None:
        """Show a view if the last one is old enough, and remember it in any case."""
        with self._lock:
            if self.view.status in ("paused", "stopping"):
                view = replace(view, status=self.view.status)
            view = replace(view, stale=self.view.stale)
            self.view = view
            if self._clock() - self._last_shown >= EVERY:
                self.tell(view)


_BLANK: dict[str, Any] = {
    "epoch": 0, "batch": 0, "batches": 0, "seconds_left": None, "now": {}, "curves": (),
    "sentence": "", "error": "", "traceback": "", "stale": False,
}  # fmt: skip


class _Watcher(Callback):
    """Turns what a model tells while it is trained into views."""

    def __init__(self, training: Training):
        super().__init__()
        self.training = training
        self.rows: list[dict[str, float]] = []
        self.begun = time.monotonic()
        self.done = 0

    def on_train_begin(self, logs: Any = None) -> None:
        batches = (self.params or {}).get("steps") or 0
        self.begun = time.monotonic()
        view = replace(self.training.view, batches=batches, sentence=trend((), ()))
        self.training.tell(self._running(view))

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        view = replace(self.training.view, epoch=epoch + 1, batch=0, now={})
        self.training.batch_done(self._running(view))

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.done += 1
        view = self.training.view
        view = replace(
            view,
            batch=batch + 1,
            batches=max(view.batches, batch + 1),
            now=_finite(logs or {}),
            seconds_left=self._seconds_left(view),
        )
        self.training.batch_done(self._running(view))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        measures: dict[str, Any] = logs or {}
        self.rows.append({name: float(value) for name, value in measures.items()})
        losses, others = ([row[n] for row in self.rows if n in row] for n in ("loss", "val_loss"))
        view = self.training.view
        view = replace(
            view,
            curves=curves_of(self.rows),
            sentence=trend(losses, others),
            batches=max(view.batch, 1),
        )
        self.training.batch_done(self._running(view))

    def _running(self, view: TrainingView) -> TrainingView:
        return replace(view, status="running") if view.status == "starting" else view

    def _seconds_left(self, view: TrainingView) -> float | None:
        """The time for the batches to come, each as long as those so far took."""
        if not view.batches or not self.done:
            return None
        left = view.epochs * view.batches - self.done
        return max(0.0, left * (time.monotonic() - self.begun) / self.done)


def curves_of(rows: list[dict[str, float]]) -> tuple[Curve, ...]:
    """The measures of all epochs as curves, the loss first; what is no number is left out."""
    rows = [_finite(row) for row in rows]
    names = dict.fromkeys(name.removeprefix("val_") for row in rows for name in row)
    ordered = sorted(names, key=lambda name: name != "loss")
    return tuple(
        Curve(
            name,
            tuple(row[name] for row in rows if name in row),
            tuple(row[f"val_{name}"] for row in rows if f"val_{name}" in row),
        )
        for name in ordered
    )


def _finite(logs: Mapping[str, Any]) -> dict[str, float]:
    """The measures that are numbers, as JSON can say them."""
    numbers = {name: float(value) for name, value in logs.items()}
    return {name: x for name, x in numbers.items() if math.isfinite(x)}


# ---------------------------------------------------------------------- setup


def fit_arguments(setup: TrainingSetup, variables: Mapping[str, Any]) -> dict[str, Any]:
    """What ``fit`` is given.

    Raises:
        ValueError: When something is missing or makes no sense, in words.
    """
    if not setup.x or not setup.y:
        raise ValueError("Choose the data first: what goes in, x, and what should come out, y.")
    for name, value in (("epochs", setup.epochs), ("batch_size", setup.batch_size)):
        if value < 1:
            raise ValueError(f"{name} must be 1 or more, but is {value}.")
    if not 0 <= setup.validation_split < 1:
        raise ValueError(
            f"The validation split is from 0 to below 1, not {setup.validation_split}."
        )
    arguments: dict[str, Any] = {
        "x": array_named(setup.x, variables),
        "y": array_named(setup.y, variables),
        "epochs": setup.epochs,
        "batch_size": setup.batch_size,
        "verbose": 0,
    }
    if setup.validation_x or setup.validation_y:
        arguments["validation_data"] = (
            array_named(setup.validation_x, variables),
            array_named(setup.validation_y, variables),
        )
    elif setup.validation_split:
        arguments["validation_split"] = setup.validation_split
    return arguments


def compile_model(model: Any, setup: TrainingSetup) -> None:
    """Compile a model as a setup says, unless it is compiled so already: then it goes on.

    Raises:
        ValueError: When loss, optimizer or a metric is not known, or the learning rate is wrong.
    """
    if not setup.learning_rate > 0:
        raise ValueError(f"The learning rate must be above 0, but is {setup.learning_rate}.")
    said = (setup.loss, setup.optimizer, setup.metrics)
    if getattr(model, "_compiled_by_panel", None) == said and model.compiled:
        model.optimizer.learning_rate = setup.learning_rate
        return
    optimizer = optimizers.get(setup.optimizer)
    optimizer.learning_rate = setup.learning_rate
    losses.get(setup.loss)
    for name in setup.metrics:
        if name not in ("accuracy", "acc", "crossentropy", "ce"):
            metrics.get(name)
    model.compile(optimizer=optimizer, loss=setup.loss, metrics=list(setup.metrics))
    vars(model)["_compiled_by_panel"] = said


def first_view(document: Document) -> TrainingView:
    """Choices, and a setup that suits the outputs of a model."""
    loss, metric = _suggestion(document)
    setup = TrainingSetup("", "", "", "", 0.2, loss, "adam", 0.001, (metric,), 10, 32)
    return TrainingView(
        setup=setup,
        losses=tuple(dict.fromkeys((loss, *_USUAL_LOSSES))),
        optimizers=_USUAL_OPTIMIZERS,
        metrics=tuple(dict.fromkeys((metric, *_USUAL_METRICS))),
    )


def _suggestion(document: Document) -> tuple[str, str]:
    """The loss and the metric for the last activation of a model."""
    activations: set[str] = set()
    for call in document.output_calls:
        record = document.record(call)
        if record.class_name == "Softmax":
            activations.add("softmax")
        activations.add(str(record.config.get("activation", "")))
    if "softmax" in activations:
        return "sparse_categorical_crossentropy", "accuracy"
    if "sigmoid" in activations:
        return "binary_crossentropy", "accuracy"
    return "mean_squared_error", "mean_absolute_error"
