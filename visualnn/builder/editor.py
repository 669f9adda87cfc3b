"""A drawing with its history, its weights and its live model: all that Python can do with it."""

# pyright: strict, reportUnknownMemberType=false
# (live models have no types)

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from visualnn.builder import clipboard
from visualnn.builder.code_styles import code_of
from visualnn.builder.commands import (
    Add,
    Arrange,
    Batch,
    Command,
    Configure,
    Connect,
    Disconnect,
    Move,
    Paste,
    Redraw,
    Remove,
    Rename,
    RenameModel,
    SetOutput,
    SetTrainable,
)
from visualnn.builder.configs import document_from
from visualnn.builder.connecting import unknown_block
from visualnn.builder.document import Document, Point
from visualnn.builder.editing_notes import EditingNotes
from visualnn.builder.editing_parameters import EditingParameters
from visualnn.builder.editing_points import EditingPoints
from visualnn.builder.editing_submodels import EditingSubmodels
from visualnn.builder.expressions import names_in
from visualnn.builder.figures import figure
from visualnn.builder.frozen import EMPTY, freeze, thaw
from visualnn.builder.history import History, RefusedError
from visualnn.builder.layout import place_below
from visualnn.builder.live import carry_on, compile_as_saved, layers_by_id, model_of
from visualnn.builder.running import functional, run
from visualnn.builder.sentences import counted, say
from visualnn.builder.weights import WeightStore
from visualnn.figures.figure import Figure
from visualnn.serialization import serialize_keras_object
from visualnn.serialization.limits import InvalidModelFile


class BlockId(str):
    """The id of a block, which it keeps when its layer is renamed."""

    __slots__ = ()


class Editor(EditingSubmodels, EditingParameters, EditingPoints, EditingNotes):
    """Draws a model: whatever the canvas can do, these methods do too.

    Blocks are named by their ids, as :meth:`add` returns them, or by the names of their layers.

    Args:
        document: What to begin with.
        model: The live model of that document, if there is one already.
    """

    def __init__(self, document: Document | None = None, model: Any = None):
        self.history = History(document)
        self.weights = WeightStore()
        self._live: tuple[Document, Any] | None = None
        self._compiled: tuple[Document, Any] | None = None
        if model is not None:
            self._live = self.history.document, model

    @property
    def document(self) -> Document:
        """What is drawn now."""
        return self.history.document

    @property
    def shown(self) -> Document:
        """What is being looked at: all that is drawn, or the inside of a submodel."""
        return self.history.shown

    def changed(self) -> None:
        """Called after every change of the drawing."""

    # ------------------------------------------------------------------ editing

    def do(self, command: Command) -> None:
        """Do a command.

        Raises:
            RefusedError: When it cannot be done; the message says why.
        """
        self.keep_weights()
        before, kept = self.document, None
        if self.history.redo_title:  # what was undone goes for good, and its weights with it
            kept = self.history.documents()
        self.history.do(self.history.here(command))
        if self.document is before:
            return
        if kept is not None:
            self.weights.forget_all_but(kept)
        self.changed()

    def undo(self) -> None:
        """Take the last step back, exactly."""
        self.keep_weights()
        self.history.undo()
        self.changed()

    def redo(self) -> None:
        """Do what was last undone again."""
        self.keep_weights()
        self.history.redo()
        self.changed()

    def add(
        self,
        kind: str,
        *,
        after: str | Iterable[str] = (),
        name: str = "",
        at: Point | None = None,
        **settings: Any,
    ) -> BlockId:
        """Put a layer on the canvas.

        Args:
            kind: The class of the layer, such as ``"Dense"``, or ``"Input"``.
            after: The block, or blocks, whose output goes into it.
            name: Its name; by default one is made.
            at: Where its upper left corner lies; by default below the block before it.
            **settings: Its settings, as its constructor takes them.

        Returns:
            The id of the new block.

        Raises:
            RefusedError: When there is no such layer or setting, or it cannot go there.
        """
        sources = [self._call(x) for x in ([after] if isinstance(after, str) else after)]
        places = self.shown.canvas.positions
        lowest = max(sources, key=lambda call: places.get(call, (0.0, 0.0))[::-1], default="")
        x, y = at or place_below(self.shown, lowest)
        first = sources[0] if sources else ""
        command = Add(kind, float(x), float(y), _plain(settings), name, first)
        before = self.shown
        if len(sources) < 2:
            self.do(command)
        else:
            self.do(self._adding_after(command, sources[1:]))
        return next(BlockId(call) for call in self.shown.calls if call not in before.calls)

    def _adding_after(self, add: Add, others: list[str]) -> Batch:
        """The command that adds a block behind several others."""
        if reason := add.check(self.shown):
            raise RefusedError(reason)
        after = add.apply(self.shown)
        new = next(call for call in after.calls if call not in self.shown.calls)
        messages = [_message(add), *(_message(Connect(str(x), new)) for x in others)]
        return Batch(add.title, tuple(messages))

    def connect(self, source: str, target: str, port: str = "", output: int = 0) -> str:
        """Lead an output of one block into an input of another.

        Args:
            source: The block that gives.
            target: The block that takes.
            port: The input, by name; by default the first that is free.
            output: Which output, if there are several.

        Returns:
            The id of the wire.

        Raises:
            RefusedError: When that cannot be: a loop, an input that is taken.
        """
        before = self.shown
        giver, taker = self._call(source), self._call(target)
        self.do(Connect(giver, taker, output, port))
        return next(wire for wire in self.shown.wires if wire not in before.wires)

    def disconnect(self, source: str, target: str = "") -> None:
        """Take away a wire, given by its id, or all between two blocks."""
        if not target:
            self.do(Disconnect(source))
            return
        giver, taker = self._call(source), self._call(target)
        wires = [
            wire.id
            for wire in self.shown.wires.values()
            if wire.source.call == giver and wire.target == taker
        ]
        if not wires:
            raise RefusedError(
                say("No wire leads from {source} to {target}.", source=source, target=target)
            )
        self.do(Remove((), tuple(wires)))

    def configure(self, block: str, **settings: Any) -> None:
        """Change settings of a layer."""
        call = self._call(block)
        commands = [Configure(call, name, value) for name, value in _plain(settings).items()]
        if len(commands) == 1:
            self.do(commands[0])
        elif commands:
            self.do(Batch(say("Change settings"), tuple(map(_message, commands))))

    def rename(self, block: str, name: str) -> None:
        """Give a layer another name; its weights stay."""
        self.do(Rename(self._call(block), name))

    def rename_model(self, name: str) -> None:
        """Give the model another name."""
        self.do(RenameModel(name))

    def remove(self, *blocks: str) -> None:
        """Delete blocks, with the wires they have."""
        self.do(Remove(tuple(map(self._call, blocks)), ()))

    def move(self, block: str, x: float, y: float) -> None:
        """Put a block somewhere else."""
        self.do(Move({self._call(block): (float(x), float(y))}))

    def arrange(self) -> None:
        """Lay the drawing out anew."""
        self.do(Arrange())

    def set_trainable(self, block: str, trainable: bool) -> None:
        """Freeze a layer, so that training leaves it as it is, or unfreeze it."""
        self.do(SetTrainable(self._call(block), trainable))

    def set_output(self, block: str, output: bool = True) -> None:
        """Make a block an output of the model, or no output any more."""
        self.do(SetOutput(self._call(block), output))

    def copy(self, *blocks: str) -> str:
        """Blocks as text, with the wires among them, for :meth:`paste` here or elsewhere."""
        return clipboard.copy(self.shown, [self._call(block) for block in blocks])

    def paste(self, text: str, x: float | None = None, y: float | None = None) -> list[BlockId]:
        """Put copied blocks on the canvas.

        Returns:
            The ids of the new blocks.
        """
        left, top = place_below(self.shown, "")
        before = self.shown
        self.do(Paste(text, left if x is None else float(x), top if y is None else float(y)))
        return [BlockId(call) for call in self.shown.calls if call not in before.calls]

    def _call(self, name: str) -> str:
        return str(self.block(name))

    def block(self, name: str) -> BlockId:
        """The id of a block, by its id or by the name of its layer.

        Raises:
            RefusedError: When there is none, or the layer has several.
        """
        document = self.shown
        if isinstance(name, BlockId) and name in document.calls:
            return name
        layer = document.names.get(name)
        calls = document.calls_of[layer] if layer is not None else []
        if len(calls) > 1 and name not in document.calls:
            uses = ", ".join(calls)
            said = counted(len(calls), "time")
            raise RefusedError(
                say(
                    "{name} is used {said}: say which, by its id: {uses}.",
                    name=name,
                    said=said,
                    uses=uses,
                )
            )
        if calls:
            return BlockId(calls[0])
        if name in document.calls:
            return BlockId(name)
        raise RefusedError(unknown_block(name))

    # ------------------------------------------------------------------ the model

    @property
    def model(self) -> Any:
        """The live functional model of what is drawn, with its weights.

        It is the same object until the drawing changes.

        Raises:
            NotAModelError: Listing what is wrong with the drawing.
        """
        if self._live is not None and self._live[0].same_model(self.document):
            return self._live[1]
        model = model_of(self.document, self.weights)
        if self._compiled is not None:
            carry_on(self.document, model, *self._compiled)
        else:
            compile_as_saved(self.document, model)
        self._live = self.document, model
        return model

    @model.setter
    def model(self, model: Any) -> None:
        """Draw this model instead; what is in both stays where it is, and undoing goes back."""
        homes = f"model {self.history.version}/"
        self.do(Redraw(_frozen_record(model), EMPTY, homes))
        self._live = self.document, model

    def apply(self, code: str, variables: Mapping[str, Any] = EMPTY) -> None:
        """Run code, and draw the model that it builds.

        Layers of the same name keep their weights and their places.

        Args:
            code: Python that leaves a model in the variable ``model``, such as :meth:`code` gives.
            variables: What the code may use besides.

        Raises:
            CodeError: When it fails or builds no model that can be drawn; with the line.
        """
        model, names = run(code, variables)
        try:
            record = _frozen_record(model)
            document_from(thaw(record))
        except InvalidModelFile:
            record = _frozen_record(functional(model))
        values = {
            name: str(names[name])
            for name, number in self.parameters.items()
            if type(names.get(name)) in (int, float)
            and names[name] != number
            and not names_in(self.document.parameters[name].expression)
        }
        self.do(Redraw(record, values))

    def keep_weights(self) -> None:
        """Take what the live model has learned into the store, and note how it was compiled."""
        if self._live is None:
            return
        document, model = self._live
        self.weights.take_from(layers_by_id(document, model))
        if getattr(model, "compiled", False):
            self._compiled = self._live

    def code(self, style: str = "functional") -> str:
        """Python that builds the same model.

        Args:
            style: ``"functional"``; ``"sequential"``, which only a chain of layers can be; or
                ``"subclass"``, a class with the layers in ``__init__`` and the wires in ``call``.

        Raises:
            ValueError: When the drawing cannot be written in that style; in words.
        """
        return code_of(self.document, style)

    def figure(self, path: str | os.PathLike[str] | None = None, **settings: Any) -> Figure:
        """Draw a figure of what is drawn, for papers and slides, and save it if there is a path.

        Args:
            path: A name that ends with ``.svg``, ``.png``, ``.pdf``, ``.tikz`` or ``.tex``.
            **settings: ``style``, ``theme``, ``depth``, ``direction`` and ``dpi``, as
                :func:`visualnn.figure` takes them.
        """
        return figure(self, path, **settings)


def _frozen_record(model: Any) -> Any:
    return freeze(serialize_keras_object(model))


def _plain(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings as a message holds them: objects by their records."""
    return {name: serialize_keras_object(value) for name, value in settings.items()}


def _message(command: Command) -> dict[str, Any]:
    return {"command": type(command).__name__, **vars(command)}
