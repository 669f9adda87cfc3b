"""The drag-and-drop builder.  Its other half: ``widgets/src/builder``."""

# pyright: strict, reportUnknownMemberType=false, reportMissingTypeStubs=false
# (ipywidgets and live models have no types)

from __future__ import annotations

import itertools
import json
import threading
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from traitlets import Dict, Unicode

from visualnn.builder.changes import changes
from visualnn.builder.commands import RenameModel, SetParameter, command_from
from visualnn.builder.connecting import disconnect
from visualnn.builder.data import data_of
from visualnn.builder.details import WeightNumbers, costs_of, details_of, numbers_of
from visualnn.builder.document import Document
from visualnn.builder.editing_parameters import number_text
from visualnn.builder.editor import Editor
from visualnn.builder.figure import svg_of
from visualnn.builder.figures import figure_of
from visualnn.builder.graphs import GraphView, graph_of
from visualnn.builder.history import History, RefusedError
from visualnn.builder.layer_words import recognised
from visualnn.builder.live import NotAModelError, document_of, layers_by_id
from visualnn.builder.nested import at_home, home_of, homes, opened, opens
from visualnn.builder.offers import offers_for
from visualnn.builder.palette import Palette, palette
from visualnn.builder.running import CodeError
from visualnn.builder.sentences import counted, said_by, say, taken_apart
from visualnn.builder.snapshots import Comparison
from visualnn.builder.trees import Ref
from visualnn.builder.unfolding import unfolded
from visualnn.builder.verdicts import verdicts, verdicts_into
from visualnn.builder.views import BuilderView, view_of
from visualnn.builder.weights import keyed_variables
from visualnn.models import Model
from visualnn.models.summary import html_summary
from visualnn.serialization import get_custom_objects
from visualnn.variable import step_boundary
from visualnn.widgets import files, messages
from visualnn.widgets.arrays import array_named, arrays_among, notebook_variables
from visualnn.widgets.autosave import Autosave
from visualnn.widgets.bundle import BundledWidget, mimebundle, with_sentences
from visualnn.widgets.cells import after_each_cell
from visualnn.widgets.messages import Changes, Shown, TrainingView, as_message, request_from
from visualnn.widgets.training import Training, first_view
from visualnn.widgets.unread import Unread

_AT_ONCE = 0.025
"""So many seconds layers are judged for a list before what else is waiting gets its turn."""
_MOST_WEIGHTS = 60
"""So many weights of a block are described; of a large submodel, one looks inside."""


KEPT = say(
    "Edits that were not saved last time are kept: look at Versions to compare and restore them."
)


class _Open:
    """``Builder.open(path)``, beside the ``open()`` by which every widget begins to be shown."""

    def __get__(self, builder: Builder | None, cls: type[Builder]) -> Callable[..., Any]:
        if builder is not None:
            return BundledWidget.open.__get__(builder)

        def open(path: str | Path) -> Builder:
            """A canvas with what is in a ``.keras`` file.

            Layers that are not known here are drawn all the same; what is wrong is said on the
            block.

            Raises:
                InvalidModelFile: When the file is damaged, or holds what cannot be drawn.
                FileNotFoundError: When there is no such file.
            """
            opened = cls()
            opened.read(path)
            return opened

        return open


def _empty(name: str) -> Document:
    """A drawing of nothing, under a name if there is one."""
    history = History()
    if name:
        history.do(RenameModel(name))
    return history.document


class Builder(Editor, BundledWidget):
    """A canvas to draw a model on, live in the notebook.

    What the canvas can do, the methods can do too: :meth:`add`, :meth:`connect`, :meth:`undo` and
    so on.  :attr:`model` is the model that is drawn.

    Args:
        model: A functional or sequential model to begin with.
        name: What the model is called; by default as it is called already, or "model".

    Raises:
        InvalidModelFile: When what the model computes is written in Python.
        RefusedError: When this is no name.
    """

    kind = Unicode("builder").tag(sync=True)
    training = Dict().tag(sync=True, to_json=with_sentences)

    def __init__(self, model: Model | None = None, name: str = ""):
        document = _empty(name) if model is None else document_of(model)
        self._autosave = Autosave(name or document.name)
        kept = self._autosave.kept(document)
        self._greeting = KEPT if kept is not None else ""
        Editor.__init__(self, kept or document, model)
        self._lock = threading.RLock()
        self._serial = 0
        self._palette = palette()
        self._offered: tuple[str, ...] = tuple(get_custom_objects())
        self._shown = view_of(self.history)
        BundledWidget.__init__(self)  # shows itself to the browser, with what there is so far
        self.path: Path | None = None
        self._unread: Unread | None = None
        self._follows = False
        self._last_refusal = ""
        self._suggested = ""
        self._trainer = Training(self._show_training, self._learned)
        self._variables: Callable[[], Mapping[str, Any]] = notebook_variables
        self.on_msg(self._heard)
        self.changed()
        if name and name != self.document.name:
            self.rename_model(name)

    open = _Open()  # type: ignore[reportAssignmentType] - see there

    # ------------------------------------------------------------------ what Python sees

    def summary(self, **settings: Any) -> None:
        """Print a table of the layers with shapes, parameters and connections."""
        self.model.summary(**settings)

    def save(self, path: str | Path | None = None) -> Path:
        """Save to a ``.keras`` file; without a path, to the one that was opened or saved last.

        A drawing that is no model yet is saved, too, and opened by :meth:`open` as it is.

        Returns:
            The path of the file.
        """
        if path is None and self.path is None:
            raise ValueError(say("Say where to: builder.save('model.keras')."))
        target = files.keras_path(path if path is not None else str(self.path))
        if self._unread is not None:
            reason = self._unread.why_not(self.document)
            if not reason:
                self._unread = self._unread.save(self.document, target)
                self.path = target
                self._autosave.forget()
                return target
            if target.resolve() == self._unread.path:
                raise ValueError(
                    say(
                        "The weights in {target} could not be read, because not all of its "
                        "layers are known here, and saving would lose them, for {reason}: choose "
                        "another name.",
                        target=str(target),
                        reason=reason,
                    )
                )
        self.path = files.save(self, target)
        self._autosave.forget()
        return self.path

    def bind(self, name: str, variable: str = "") -> None:
        """Let a parameter follow a variable of the notebook.

        Its value is taken now, again whenever a cell has run, and by :meth:`refresh`.

        Args:
            name: The parameter; it is made if there is none of this name.
            variable: The variable; by default the one that is called the same.
        """
        follows = variable or name
        text = number_text(follows, self._variables())
        self.do(SetParameter(name, text, follows))
        self._follow_cells()

    def _follow_cells(self) -> None:
        """Have the parameters that follow variables looked after when a cell has run."""
        bound = any(parameter.variable for parameter in self.document.parameters.values())
        if bound and not self._follows:
            self._follows = True
            after_each_cell(self._cell_has_run)

    def _cell_has_run(self) -> None:
        variables = self._variables()
        names = [parameter.variable for parameter in self.document.parameters.values()]
        if not all(name in variables for name in names if name):
            return  # a variable is not there yet: its parameter stays what it is
        try:
            self.refresh()
        except ValueError as problem:
            sentence = said_by(problem)
            if sentence != self._last_refusal:
                self._notify(sentence, "error")
            self._last_refusal = sentence

    def refresh(self) -> list[str]:
        """Give the parameters that follow variables of the notebook what these are now.

        Returns:
            The names of the parameters that have changed.
        """
        return self.follow(self._variables())

    @property
    def graph(self) -> GraphView:
        """The op graph of the training step if the model is compiled, else of the forward pass."""
        model = self.model
        setup = self._trainer.view.setup
        x = y = None
        if setup is not None and setup.x and setup.y and self._trainer.model is model:
            variables = self._variables()
            x, y = array_named(setup.x, variables), array_named(setup.y, variables)
        return graph_of(model, x, y)

    def __repr__(self) -> str:
        view = view_of(self.history)
        said = [counted(len(view.blocks), "block")]
        if view.parameters is not None:
            said.append(counted(view.parameters, "parameter"))
        if view.problems:
            said.append(counted(len(view.problems), "problem"))
        return f"<Builder {self.document.name}: {', '.join(said)}>"

    def _repr_mimebundle_(self, **settings: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        picture = svg_of(view_of(self.history))
        return mimebundle(self, picture, repr(self), pannable=True), {}

    # ------------------------------------------------------------------ what the browser sees

    @property
    def palette(self) -> dict[str, Any]:
        """The layers that can be put on the canvas, as the browser shows them."""
        return as_message(self._palette)

    @property
    def view(self) -> dict[str, Any]:
        """The drawing as the browser shows it."""
        return as_message(self._shown)

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
        """What the browser gets of the widget: with it comes the drawing, packed.

        So a drawing appears even while Python is busy, and takes little room where a notebook
        keeps the state of its widgets.  What changes later is sent by :meth:`changed`.
        """
        state = cast("dict[str, Any]", super().get_state(key, drop_defaults))
        if key is None:
            shown = taken_apart(self._all_shown(None))
            state["start"] = zlib.compress(json.dumps(shown).encode())
        return state

    def _all_shown(self, palette: Palette | None) -> dict[str, Any]:
        with self._lock:
            return as_message(Shown(self._serial, self._shown, self._palette.families, palette))

    def changed(self) -> None:
        """Show what is other than before, and the layers that there are."""
        offered = tuple(get_custom_objects())
        is_other = offered != self._offered
        if is_other:
            self._offered, self._palette = offered, palette()
        suggested = first_view(self.document)
        self._follow_suggestion(suggested)
        self._show(view_of(self.history, self._shown))
        if self.history.undo_title or self.history.redo_title:
            self._autosave.note(self)
        if is_other:
            self.send({"shown": self._all_shown(self._palette)})
        if self._shown.problems:  # what would help takes longer to find out
            self._show(view_of(self.history))
        self._trainer.compare(self.document)
        self._trainer.suggest(suggested)

    def _follow_suggestion(self, view: TrainingView) -> None:
        """Judge by the loss that fits the drawing now, as the panel does, if nobody chose one."""
        loss = view.setup.loss if view.setup else ""
        if self.history.loss == self._suggested:
            self.history.loss = loss
        self._suggested = loss

    def _show(self, view: BuilderView) -> None:
        with self._lock:
            before, self._shown = self._shown, view
            if view == before:
                return
            self._serial += 1
            sent = Changes(self._serial - 1, self._serial, changes(before, view))
            self.send({"changes": as_message(sent)})

    def _show_training(self, view: TrainingView) -> None:
        with self._lock:
            self.training = as_message(view)

    def _learned(self, document: Document, model: Any) -> None:
        """Give what was trained to the layers that are as they were when it began."""
        self.weights.take_from(layers_by_id(document, model))
        live = self._live
        if live is not None and live[1] is not model:
            self.weights.give_to(layers_by_id(*live))

    def _notify(self, sentence: str, level: str = "info") -> None:
        self.send({"notify": sentence, "level": level})

    def _heard(self, widget: Any, content: Any, buffers: Any) -> None:
        self._receive(content)

    def _receive(self, message: Any) -> None:
        """Do what the browser asks, and answer."""
        if not isinstance(message, dict):
            return
        content: dict[str, Any] = dict(message)  # type: ignore[reportUnknownArgumentType]
        number = content.pop("id", None)
        try:
            value = self._done(content)
        except Exception as problem:
            sentence = recognised(said_by(problem) or type(problem).__name__)
            answer = {"reply": number, "ok": False, "error": sentence, "value": None}
        else:
            answer = {"reply": number, "ok": True, "error": "", "value": value}
        if number is not None:
            self.send(answer)

    def _done(self, content: dict[str, Any]) -> Any:
        if "command" in content:
            return self.do(command_from(content))
        request = request_from(content)
        return self._answers[type(request)](self, request)

    def read(self, path: str | Path) -> None:
        """Draw what is in a ``.keras`` file instead of what is drawn now."""
        document, model, weights = files.read(path)
        self._replace(document, model)
        self.weights = weights
        self.path = Path(path)
        self._autosave = Autosave(self.path.stem)
        kept = self._autosave.kept(document)
        if kept is not None:
            self._greeting = KEPT
            self._replace(kept, model)
        lost = model is None and not len(weights) and bool(document.calls)
        self._unread = Unread.of(path, document) if lost else None
        self._follow_cells()

    def _replace(self, document: Document, model: Any) -> None:
        """Begin anew with another document."""
        if self._trainer.is_running:
            raise NotAModelError(say("Training runs: stop it before opening something else."))
        Editor.__init__(self, document, model)
        self._trainer = Training(self._show_training, self._learned)
        self.changed()

    def _answer_open(self, request: messages.Open) -> None:
        self.read(request.path)

    def _answer_summary(self, request: messages.Summary) -> str:
        return html_summary(self.model)

    def _answer_show(self, request: messages.Show) -> dict[str, Any]:
        greeting, self._greeting = self._greeting, ""
        if greeting:
            self._notify(greeting)
        return self._all_shown(self._palette)

    def _answer_figure(self, request: messages.Figure) -> str:
        try:
            made = figure_of(
                self.document, request.style, request.theme, request.depth, request.direction
            )
            if request.path:
                made.save(request.path)
        except (ValueError, ImportError) as problem:
            raise RefusedError(said_by(problem)) from problem
        return made.svg

    def _answer_files(self, request: messages.Files) -> list[str]:
        return sorted(str(path) for path in Path().glob("*.keras") if path.is_file())

    def _answer_can_connect(self, request: messages.CanConnect) -> Any:
        document = disconnect(self.shown, {request.without} & self.shown.wires.keys())
        if request.target:
            return as_message(verdicts_into(document, request.target, request.target_port))
        return as_message(verdicts(document, Ref(request.source, request.source_port)))

    def _answer_offers(self, request: messages.Offers) -> Any:
        source = Ref(request.source, request.source_port)
        return as_message(offers_for(self.history.shown, source, request.known, _AT_ONCE))

    def _applied(self, code: str) -> messages.Applied:
        """What became of code that the user has edited."""
        try:
            self.apply(code, self._variables())
        except CodeError as problem:
            return messages.Applied(problem.line, problem.sentence)
        except ValueError as problem:
            return messages.Applied(0, said_by(problem))
        return messages.Applied(0, "")

    def _compared(self, request: messages.Compare) -> Comparison:
        """What the drawing differs in from a snapshot, or from what is in a file."""
        if request.path:
            return self.compared_with(files.read(request.path)[0], request.path)
        return self.compare(request.snapshot)

    def _weight_numbers(self, block: str) -> list[WeightNumbers]:
        """What there is to say of the numbers of a block's weights."""
        layer = self.shown.calls[self.block(block)].layer
        home = home_of(self.shown, layer)
        live = layers_by_id(self.document, self.model)
        record = self.shown.layers[layer]
        names = {home: ""}
        if opens(record):
            inside = homes(at_home(opened(record), home))
            names = {place.home: f"{'/'.join(place.names)}/" for place in inside}
        mine = {key: x for key, x in live.items() if key in names}
        with step_boundary:
            return [
                numbers_of(f"{names[key.layer]}{key.path}", variable.stored())
                for key, variable in itertools.islice(keyed_variables(mine), _MOST_WEIGHTS)
            ]

    def _answer_consider(self, request: messages.Consider) -> None:
        setup, variables = request.setup, self._variables()
        x, y = variables.get(setup.x), variables.get(setup.y)
        self.history.loss = setup.loss or self.history.loss
        self.history.data = data_of(x, y, setup.x, setup.y)
        self._show(view_of(self.history))

    def _answer_train(self, request: messages.Train) -> None:
        model = self.model
        self._answer_consider(messages.Consider(request.setup))
        self._trainer.start(self.document, model, request.setup, self._variables())

    _answers: Mapping[type, Callable[[Any, Any], Any]] = {
        messages.Show: _answer_show,
        messages.Undo: lambda self, request: self.undo(),
        messages.Redo: lambda self, request: self.redo(),
        messages.Enter: lambda self, request: self.enter(request.block),
        messages.Leave: lambda self, request: self.leave(request.depth),
        messages.Bind: lambda self, request: self.bind(request.name, request.variable),
        messages.Refresh: lambda self, request: self.refresh(),
        messages.Copy: lambda self, request: self.copy(*request.blocks),
        messages.CanConnect: _answer_can_connect,
        messages.Offers: _answer_offers,
        messages.Code: lambda self, request: self.code(request.style),
        messages.Apply: lambda self, request: as_message(self._applied(request.code)),
        messages.Details: lambda self, request: as_message(
            details_of(self.shown, self.block(request.block))
        ),
        messages.Weights: lambda self, request: as_message(self._weight_numbers(request.block)),
        messages.Costs: lambda self, request: as_message(costs_of(self.shown)),
        messages.Summary: _answer_summary,
        messages.Figure: _answer_figure,
        messages.Graph: lambda self, request: as_message(self.graph),
        messages.Unfold: lambda self, request: as_message(unfolded(self.shown, request.depth)),
        messages.Compare: lambda self, request: as_message(self._compared(request)),
        messages.Save: lambda self, request: str(self.save(request.path)),
        messages.Open: _answer_open,
        messages.Files: _answer_files,
        messages.Arrays: lambda self, request: as_message(arrays_among(self._variables())),
        messages.Consider: _answer_consider,
        messages.Train: _answer_train,
        messages.Pause: lambda self, request: self._trainer.pause(),
        messages.Resume: lambda self, request: self._trainer.resume(),
        messages.Stop: lambda self, request: self._trainer.stop(),
    }
