"""The dashboard: live curves while ``fit`` runs.  Its other half: ``widgets/src/dashboard``."""

# pyright: strict, reportUnknownMemberType=false, reportMissingTypeStubs=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false
# (ipywidgets and IPython have no types)

from __future__ import annotations

import sys
from typing import Any

from traitlets import Bytes, Dict, Unicode

from visualnn.builder.sentences import said_by
from visualnn.widgets.bundle import BundledWidget, enclosed, mimebundle, with_sentences
from visualnn.widgets.messages import TrainingView, as_message
from visualnn.widgets.training_figure import svg_of, text_of
from visualnn.widgets.watcher import Board, Watcher


class CurvesWidget(BundledWidget):
    """The curves of one run."""

    kind = Unicode("dashboard").tag(sync=True)
    bundle = Bytes().tag(sync=True)
    training = Dict().tag(sync=True, to_json=with_sentences)

    def __init__(self) -> None:
        super().__init__(bundle=enclosed())  # while ``fit`` runs, nobody can be asked for it
        self.shown = TrainingView()
        self.show(self.shown)

    def show(self, view: TrainingView) -> None:
        """Draw what there is to see now."""
        self.shown = view
        self.training = as_message(view)

    def __repr__(self) -> str:
        return text_of(self.shown)

    def _repr_mimebundle_(self, **settings: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return mimebundle(self, svg_of(self.shown), text_of(self.shown)), {}


class Dashboard(Watcher):
    """Shows loss and metrics as curves in the notebook while the model is trained.

    ``model.fit(x, y, callbacks=[visualnn.callbacks.Dashboard()])``; where there is no notebook it
    says so, and training goes on without it.  The curves stay in the saved notebook as a picture.
    """

    def __init__(self) -> None:
        super().__init__(Board(self._show))
        self.widget: CurvesWidget | None = None
        self._display: Any = None

    def on_train_begin(self, logs: Any = None) -> None:
        shell = _notebook()
        self.widget = None
        if shell is None:
            _say_once()
        else:
            from IPython.display import display

            self.widget = CurvesWidget()
            self._display = display(self.widget, display_id=True)
            shell.events.register("post_run_cell", self._after_cell)
        self.board.view = TrainingView(status="starting")
        super().on_train_begin(logs)

    def on_train_end(self, logs: Any = None) -> None:
        super().on_train_end(logs)
        self._end(status="done")

    def _show(self, view: TrainingView) -> None:
        if self.widget is not None:
            self.widget.show(view)

    def _end(self, **changes: Any) -> None:
        """Show how it ended, and put the picture of it into the notebook."""
        self.board.tell(seconds_left=None, **changes)
        shell = _notebook()
        if self.widget is not None and shell is not None:
            shell.events.unregister("post_run_cell", self._after_cell)
            self._display.update(self.widget)
            self.widget.bundle = b""  # the kernel answers again; what is saved stays small

    def _after_cell(self, result: Any) -> None:
        """Notice that ``fit`` has raised an error, which callbacks are not told."""
        problem = getattr(result, "error_in_exec", None)
        if problem is None:
            self._end(status="done")
            return
        said = said_by(problem) or type(problem).__name__
        self._end(status="failed", error=said)  # the traceback stands below the cell


def _notebook() -> Any:
    """The shell of the notebook's kernel, or nothing where there is none, as in a terminal."""
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive is not None else None
    return shell if getattr(shell, "kernel", None) is not None else None


_said: set[str] = set()


def _say_once() -> None:
    if not _said:
        print("Dashboard: this is not a notebook, so there is no place for the curves.")
    _said.add("no notebook")
