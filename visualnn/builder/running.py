"""Code that a user has edited, run for the model that it builds.

This runs only what the user asks to be run, by pressing Apply or calling ``apply``.  What comes
from a file is drawn, and never run.
"""

# pyright: strict, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# (what code leaves behind has no types)

from __future__ import annotations

import traceback
from collections.abc import Mapping
from typing import Any

from visualnn.builder.sentences import said_by, say
from visualnn.layers.input_layer import Input
from visualnn.models import Model

_NAME = "<code of the drawing>"


class CodeError(ValueError):
    """Code that builds no model that can be drawn.

    Attributes:
        line: Where it went wrong, counted from 1; 0 if nowhere in particular.
    """

    def __init__(self, sentence: str, line: int = 0):
        placed = say("Line {line}: {sentence}", line=str(line), sentence=sentence)
        super().__init__(placed if line else sentence)
        self.sentence = sentence
        self.line = line


def run(source: str, variables: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The model that code builds, and what else it has named.

    Args:
        source: The code.
        variables: The notebook's variables, which it may use and does not change.

    Raises:
        CodeError: When the code is none, fails, or leaves no model; with the line.
    """
    names: dict[str, Any] = {**variables, "__name__": "__main__"}
    names.pop("model", None)
    try:
        compiled = compile(source, _NAME, "exec")
    except SyntaxError as problem:
        said = say("This is no Python: {problem}.", problem=problem.msg)
        raise CodeError(said, problem.lineno or 0) from None
    try:
        exec(compiled, names)
    except Exception as problem:
        said = said_by(problem) or say("no more is known")
        sentence = say("{kind}: {said}", kind=type(problem).__name__, said=said)
        raise CodeError(sentence, _line(problem)) from problem
    model = names.get("model")
    if not isinstance(model, Model):
        raise CodeError(
            say("The code leaves no model: assign the model to a variable named model.")
        )
    return model, names


def _line(problem: BaseException) -> int:
    """The line of the code that a problem came from."""
    frames = traceback.extract_tb(problem.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == _NAME]
    return lines[-1] or 0 if lines else 0


def functional(model: Any) -> Any:
    """A model that is a class, as the layers and wires that its ``call`` makes of its inputs.

    Raises:
        CodeError: When it does not say what goes into it, or does more than call layers.
    """
    known = model.get_build_config() or {}
    shape = known.get("input_shape")
    if not isinstance(shape, list | tuple | dict) or not shape:
        raise CodeError(
            say(
                "{name} does not say what goes into it: end the code with model.build(...) and "
                "the shape of the inputs.",
                name=type(model).__name__,
            )
        )
    try:
        inputs = _inputs(shape)
        return Model(inputs=inputs, outputs=model.call(inputs), name=model.name)
    except Exception as problem:
        raise CodeError(
            say(
                "What {name} computes cannot be drawn as layers and wires: {problem}",
                name=type(model).__name__,
                problem=said_by(problem),
            )
        ) from problem


def _inputs(shape: Any) -> Any:
    if isinstance(shape, dict):
        return {key: _inputs(item) for key, item in shape.items()}
    if isinstance(shape, list | tuple) and any(isinstance(x, list | tuple) for x in shape):
        return [_inputs(item) for item in shape]
    return Input(batch_shape=tuple(shape))
