"""The training panel: fits a model in a thread of its own and tells how it goes.

The thread trains the version of the drawing that it started from; what it learns goes back to the
layers that have not changed.  The other side: ``widgets/src/builder/training``.
"""

# pyright: strict, reportUnknownMemberType=false
# (live models have no types)

from __future__ import annotations

import asyncio
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from visualnn import losses, metrics, optimizers
from visualnn.builder.document import Document
from visualnn.builder.sentences import said_by, say
from visualnn.widgets.arrays import array_named
from visualnn.widgets.messages import Status, TrainingSetup, TrainingView
from visualnn.widgets.watcher import EVERY, Board, Watcher

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
        self.board = Board(show, clock)
        self.document: Document | None = None
        self.model: Any = None
        self.thread: threading.Thread | None = None
        self._learned = learned
        self._clock = clock
        self._lock = self.board.lock

    # ------------------------------------------------------------------ from outside

    @property
    def view(self) -> TrainingView:
        """How training goes now."""
        return self.board.view

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
                raise BusyError(say("Training runs already: stop it first."))
            arguments = fit_arguments(setup, variables)
            arguments["callbacks"] = [Watcher(self.board, self._clock)]
            compile_model(model, setup)
            self.document, self.model = document, model
            self.board.tell(**_BLANK, status="starting", setup=setup, epochs=setup.epochs)
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
            self.board.tell(status="paused")

    def resume(self) -> None:
        """Go on."""
        with self._lock:
            self._only_when("paused")
            self.model.training_control.resume()
            self.board.tell(status="running")

    def stop(self) -> None:
        """End after the running batch; what was learned is kept."""
        with self._lock:
            self._only_when("starting", "running", "paused")
            self.board.tell(status="stopping")
            self.model.training_control.stop()

    def _only_when(self, *statuses: Status) -> None:
        if self.view.status not in statuses:
            raise BusyError(_SAID.get(self.view.status, say("Training is not running.")))

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
            self.board.tell(stale=stale)

    def suggest(self, view: TrainingView) -> None:
        """Show choices and a setup to begin with, before anything was trained."""
        if self.document is None and view != self.view:
            choices = {name: getattr(view, name) for name in ("losses", "optimizers", "metrics")}
            self.board.tell(setup=view.setup, **choices)

    # ------------------------------------------------------------------ the thread

    def _run(self, arguments: dict[str, Any]) -> None:
        try:
            self.model.fit(**arguments)
        except BaseException as problem:  # whatever happens in the thread is shown in the panel
            self._failed(problem)
        else:
            self._ended()

    async def _in_slices(self, arguments: dict[str, Any]) -> None:
        control = self.model.training_control
        try:
            for _ in self.model.fit_in_steps(**arguments):
                await asyncio.sleep(0)
                while control.is_paused and not control.is_stopped:
                    await asyncio.sleep(EVERY / 2)
        except BaseException as problem:
            self._failed(problem)
        else:
            self._ended()

    def _ended(self) -> None:
        self._keep()
        self.board.tell(status="done", seconds_left=None)

    def _failed(self, problem: BaseException) -> None:
        self._keep()
        said = said_by(problem) or type(problem).__name__
        text = "".join(traceback.format_exception(problem))
        self.board.tell(status="failed", error=said, traceback=text, seconds_left=None)

    def _keep(self) -> None:
        assert self.document is not None
        self._learned(self.document, self.model)


_SAID: dict[Status, str] = {
    "starting": say("Training is just starting."),
    "running": say("Training runs already."),
    "paused": say("Training is paused already."),
    "stopping": say("Training is just stopping."),
}
"""Why it cannot be paused, resumed or stopped now."""

_BLANK: dict[str, Any] = {
    "epoch": 0, "batch": 0, "batches": 0, "seconds_left": None, "now": {}, "curves": (),
    "sentence": "", "error": "", "traceback": "", "stale": False,
}  # fmt: skip


# ---------------------------------------------------------------------- setup


def fit_arguments(setup: TrainingSetup, variables: Mapping[str, Any]) -> dict[str, Any]:
    """What ``fit`` is given.

    Raises:
        ValueError: When something is missing or makes no sense, in words.
    """
    if not setup.x or not setup.y:
        raise ValueError(
            say("Choose the data first: what goes in, x, and what should come out, y.")
        )
    for name, value in (("epochs", setup.epochs), ("batch_size", setup.batch_size)):
        if value < 1:
            raise ValueError(
                say("{name} must be 1 or more, but is {value}.", name=name, value=value)
            )
    if not 0 <= setup.validation_split < 1:
        raise ValueError(
            say(
                "The validation split is from 0 to below 1, not {value}.",
                value=setup.validation_split,
            )
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
        raise ValueError(
            say("The learning rate must be above 0, but is {value}.", value=setup.learning_rate)
        )
    if _is_compiled_so(model, setup):
        model.optimizer.learning_rate = setup.learning_rate
        return
    optimizer = optimizers.get(setup.optimizer)
    optimizer.learning_rate = setup.learning_rate
    losses.get(setup.loss)
    for name in setup.metrics:
        if name not in ("accuracy", "acc", "crossentropy", "ce"):
            metrics.get(name)
    model.compile(optimizer=optimizer, loss=setup.loss, metrics=list(setup.metrics))


def _is_compiled_so(model: Any, setup: TrainingSetup) -> bool:
    """Whether a model is compiled as a setup says, but for the learning rate."""
    if not model.compiled or model.optimizer is None:
        return False
    with warnings.catch_warnings():  # what cannot be saved was not chosen in the panel
        warnings.simplefilter("ignore")
        config = model.get_compile_config()
    return (
        config.get("loss") == setup.loss
        and list(config.get("metrics") or ()) == list(setup.metrics)
        and type(model.optimizer) is type(optimizers.get(setup.optimizer))
    )


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
