"""Stopping and pausing training between two batches, from outside."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from visualnn.variable import step_boundary


class TrainingControl:
    """Lets another thread pause, go on with and stop training.  It acts between two batches.

    A model has one, ``model.training_control``; all methods may be called from any thread.
    """

    def __init__(self) -> None:
        self._may_run = threading.Event()
        self._may_run.set()
        self._stop = threading.Event()

    def pause(self) -> None:
        """Wait after the running batch, until :meth:`resume` or :meth:`stop`."""
        self._may_run.clear()

    def resume(self) -> None:
        """Go on."""
        self._may_run.set()

    def stop(self) -> None:
        """End training after the running batch; the history has the epochs that are complete."""
        self._stop.set()
        self._may_run.set()

    def reset(self) -> None:
        """Forget all requests; training does so when it begins."""
        self._stop.clear()
        self._may_run.set()

    @property
    def is_paused(self) -> bool:
        return not self._may_run.is_set()

    @property
    def is_stopped(self) -> bool:
        return self._stop.is_set()

    def wait(self, interrupts: Interrupts) -> None:
        """Return when training may go on, or must end."""
        if self._may_run.is_set():
            return
        while not self._may_run.wait(0.2):  # so that a signal is seen while it waits
            if self._stop.is_set() or interrupts.asked:
                return


class Interrupts:
    """Notes Ctrl-C, or the interrupt of a notebook, until a batch is over.

    A second Ctrl-C stops at once, though never in the middle of writing the weights.
    """

    def __init__(self) -> None:
        self.asked = False

    @contextmanager
    def noted(self) -> Iterator[Interrupts]:
        """Note interrupts inside, in the main thread and where nobody else handles them."""
        if threading.current_thread() is not threading.main_thread():
            yield self
            return
        before = signal.getsignal(signal.SIGINT)
        if before is not signal.default_int_handler:
            yield self
            return
        signal.signal(signal.SIGINT, self._handle)
        try:
            yield self
        finally:
            signal.signal(signal.SIGINT, before)

    def _handle(self, number: int, frame: Any) -> None:
        if self.asked and not _is_writing():
            raise KeyboardInterrupt
        self.asked = True

    def check(self) -> None:
        """Raise what was noted.

        Raises:
            KeyboardInterrupt: When there was an interrupt.
        """
        if self.asked:
            raise KeyboardInterrupt


def _is_writing() -> bool:
    """Whether this thread is just writing the results of a step."""
    return step_boundary._is_owned()  # type: ignore[attr-defined] - of every RLock
