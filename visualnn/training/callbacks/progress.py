"""Showing how far training is: a bar with the time left, or one line for each epoch."""

from __future__ import annotations

import importlib.util
import sys
import time
from typing import Any

from visualnn.training.callbacks.callback import Callback, Logs

_SHORTEST = 0.1  # seconds between two drawings of the bar


class ProgbarLogger(Callback):
    """Shows a progress bar with the time left and the metrics (``verbose=1``), or lines (``2``).

    The bar is tqdm's, which knows terminals and notebooks; where it is not installed, there is a
    line for each epoch.  Of an epoch that took no tenth of a second, and of those after it, the bar
    is drawn once, as it is at the end.
    """

    every_batch = False

    def __init__(self) -> None:
        super().__init__()
        self._bar: Any = None
        self._seen = 0
        self._steps: int | None = None
        self._epochs: int | None = None
        self._training = False
        self._started = 0.0
        self._drawn = 0.0
        self._title = ""
        self._has_bars = False
        self._flies_by = False

    @property
    def _verbose(self) -> int:
        verbose = (self.params or {}).get("verbose", 1)
        return 1 if verbose == "auto" else int(verbose)

    # ------------------------------------------------------------------ training

    def on_train_begin(self, logs: Logs = None) -> None:
        self._training, self._flies_by = True, False
        self._epochs = (self.params or {}).get("epochs")

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        of = f"/{self._epochs}" if self._epochs else ""
        self._begin(f"Epoch {epoch + 1}{of}")

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        self._advance(batch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        self._finish(logs)

    def on_train_end(self, logs: Logs = None) -> None:
        self._training = False
        self._close()

    # ------------------------------------------------------------------ evaluating, predicting

    def on_test_begin(self, logs: Logs = None) -> None:
        if not self._training:
            self._begin("")

    def on_test_batch_end(self, batch: int, logs: Logs = None) -> None:
        if not self._training:
            self._advance(batch, logs)

    def on_test_end(self, logs: Logs = None) -> None:
        if not self._training:
            self._finish(logs)

    def on_predict_begin(self, logs: Logs = None) -> None:
        self._begin("")

    def on_predict_batch_end(self, batch: int, logs: Logs = None) -> None:
        self._advance(batch, None)

    def on_predict_end(self, logs: Logs = None) -> None:
        self._finish(None)

    # ------------------------------------------------------------------ what is shown

    def _begin(self, title: str) -> None:
        self._close()
        self._seen, self._steps = 0, (self.params or {}).get("steps")
        self._started = self._drawn = time.monotonic()
        self._title, self._has_bars = title, self._verbose == 1 and has_tqdm()
        if self._has_bars:
            if not self._flies_by:  # else it is made as soon as it takes longer
                self._bar = new_bar(title, self._steps)
        elif title and self._verbose:
            print(title, flush=True)

    def _advance(self, batch: int, logs: Logs) -> None:
        self._seen = batch + 1
        now = time.monotonic()
        if self._has_bars and now - self._drawn >= _SHORTEST:
            self._drawn = now
            if self._bar is None:
                self._bar = new_bar(self._title, self._steps)
            self._draw(logs)

    def _draw(self, logs: Logs) -> None:
        if logs:
            self._bar.set_postfix_str(written(logs), refresh=False)
        self._bar.update(self._seen - self._bar.n)

    def _finish(self, logs: Logs) -> None:
        seconds = time.monotonic() - self._started
        if self._training:
            self._flies_by = seconds < _SHORTEST
        if self._has_bars and self._bar is None:
            print(self._last_bar(seconds, logs), flush=True)
        elif self._bar is not None:
            self._steps = self._seen
            self._bar.total = max(self._seen, 1)
            self._draw(logs)
            self._bar.refresh()
            self._close()
        elif self._verbose:
            print(self._line(logs), flush=True)

    def _last_bar(self, seconds: float, logs: Logs) -> str:
        """The bar of an epoch that is over."""
        from tqdm import tqdm

        said = written(logs or {})
        whole = max(self._seen, 1)
        return tqdm.format_meter(
            self._seen, whole, seconds, prefix=self._title, unit="step", postfix=said
        )

    def _line(self, logs: Logs) -> str:
        seconds = time.monotonic() - self._started
        each = duration(seconds / max(self._seen, 1))
        parts = [f"{self._seen}/{self._steps or self._seen}", f"{seconds:.0f}s", f"{each}/step"]
        return " - ".join([*parts, *([written(logs)] if logs else [])])

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def written(logs: dict[str, Any]) -> str:
    """The metrics as text: ``accuracy: 0.9312 - loss: 0.2034``."""
    return " - ".join(f"{name}: {number(value)}" for name, value in logs.items())


def number(value: Any) -> str:
    """A number with four digits behind the point, or with an exponent where that shows nothing."""
    try:
        value = float(value)
    except (TypeError, ValueError):
        return str(value)
    return f"{value:.4f}" if abs(value) > 1e-3 or value == 0 else f"{value:.4e}"


def duration(seconds: float) -> str:
    """A short time in a fitting unit."""
    if seconds >= 1:
        return f"{seconds:.0f}s"
    return f"{seconds * 1e3:.0f}ms" if seconds >= 1e-3 else f"{seconds * 1e6:.0f}us"


def has_tqdm() -> bool:
    """Whether there is a library for bars."""
    return "tqdm" in sys.modules or importlib.util.find_spec("tqdm") is not None


def new_bar(title: str, steps: int | None, unit: str = "step") -> Any:
    """A bar for the terminal or, in a notebook, one that is a widget.

    Args:
        title: What is said before it.
        steps: How many units there are, if that is known.
        unit: What is counted; bytes, ``B``, are drawn ten times a second and said in kB and MB.
    """
    kind = _notebook_bar() if in_notebook() else None
    if kind is None:
        from tqdm import tqdm as kind
    quiet = type("Bar", (kind,), {"monitor_interval": 0})  # no thread that watches it
    return quiet(
        total=steps,
        desc=title or None,
        file=sys.stdout,
        unit=unit,
        unit_scale=unit == "B",
        mininterval=0.1 if unit == "B" else 0,
        miniters=1,
        dynamic_ncols=True,
        leave=True,
    )


def in_notebook() -> bool:
    """Whether the output goes to a notebook."""
    shell = sys.modules.get("IPython")
    shell = shell.get_ipython() if shell is not None else None
    return shell is not None and hasattr(shell, "kernel")


def _notebook_bar() -> Any:
    """The bar that is a widget, where the notebook can show widgets."""
    if importlib.util.find_spec("ipywidgets") is None:
        return None
    from tqdm.notebook import tqdm

    return tqdm
