"""Layers that read sequences: LSTM, GRU and simple recurrence."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import layers, ops
from visualnn.exporting.onnx.reading.context import Context
from visualnn.exporting.onnx.reading.file import FileNode
from visualnn.exporting.onnx.reading.readers import fitting, layer_for, reads, refused
from visualnn.exporting.onnx.reading.values import Held

_GATES = {"LSTM": (0, 2, 3, 1), "GRU": (0, 1, 2), "RNN": (0,)}
"""Where each gate of our layers lies in a file."""

_USUAL = {
    "LSTM": ["Sigmoid", "Tanh", "Tanh"],
    "GRU": ["Sigmoid", "Tanh"],
    "RNN": ["Tanh"],
}
_NAMES = {"Sigmoid": "sigmoid", "Tanh": "tanh", "Relu": "relu", "Softsign": "softsign"}


@reads(*_GATES)
def _(on: Context, node: FileNode, *xs: Any) -> Any:
    raise refused(node, "its weights must be constants, and its sequences of one length.")


@layer_for(*_GATES)
def _(on: Context, node: FileNode, x: Any, w: Any, r: Any, b: Any = None, *more: Any) -> Any:
    if not isinstance(x, Held) or not isinstance(w, np.ndarray) or not isinstance(r, np.ndarray):
        return None
    found, gates = node.attributes, len(_GATES[node.op])
    lengths, *states, peepholes = (*more, *(None,) * (4 - len(more)))
    states = states[: 2 if node.op == "LSTM" else 1]
    ways = {"forward": (False,), "reverse": (True,), "bidirectional": (False, True)}
    directions = ways.get(found.get("direction", "forward"))
    units = r.shape[-1] if r.ndim == 3 else 0
    if directions is None or r.shape != (len(directions), gates * units, units) or w.ndim != 3:
        raise refused(node, "its weights do not fit together.")
    if peepholes is not None or found.get("clip") or found.get("input_forget"):
        raise refused(node, "peepholes, clipping and coupled gates are not read.")
    if lengths is not None and not _all_steps(x, lengths, found):
        raise refused(node, "sequences of several lengths are not read.")
    fitting(node, x.shape[-1], w.shape[-1], "numbers in each step")
    batch_first = bool(found.get("layout"))
    order = (0, 1, 2) if batch_first else (1, 0, 2)
    tensor = on.ordered(x, order)
    made = [
        _read(on, node, tensor, direction, backwards, (w, r, b), states, batch_first)
        for direction, backwards in enumerate(directions)
    ]
    return _outputs(made, batch_first)


def _all_steps(x: Held, lengths: Any, found: dict) -> bool:
    steps = x.shape[1 if found.get("layout") else 0]
    return isinstance(lengths, np.ndarray) and steps is not None and bool((lengths == steps).all())


def _read(
    on: Any,
    node: FileNode,
    tensor: Any,
    direction: int,
    backwards: bool,
    weights: tuple,
    states: list[Any],
    batch_first: bool,
) -> list[Any]:
    """What one direction makes: all steps, and the last state."""
    op, units = node.op, weights[1].shape[-1]
    settings = _activations(node, direction)
    if op == "GRU":
        settings["reset_after"] = bool(node.attributes.get("linear_before_reset"))
    kind = {"LSTM": layers.LSTM, "GRU": layers.GRU, "RNN": layers.SimpleRNN}[op]
    used = {*on.users, *on.graph.outputs}
    wanted = [name in used for name in node.outputs] + [False] * 3
    last_alone = not wanted[0] and not wanted[2]
    layer = kind(
        units,
        return_sequences=not last_alone,
        return_state=not last_alone and any(wanted[1:3]),
        go_backwards=backwards,
        use_bias=weights[2] is not None,
        name=on.name(node),
        **settings,
    )
    given = _states(on, node, states, direction, batch_first)
    made = layer(tensor, initial_state=given) if given else layer(tensor)
    layer.set_weights(
        _weights(op, [None if x is None else x[direction] for x in weights], settings)
    )
    if last_alone:
        return [None, made]
    made = list(made) if isinstance(made, list | tuple) else [made]
    if backwards:
        made[0] = ops.flip(made[0], axis=1)
    return made


def _activations(node: FileNode, direction: int) -> dict[str, Any]:
    usual = _USUAL[node.op]
    given = node.attributes.get("activations") or usual * 2
    found = given[direction * len(usual) : (direction + 1) * len(usual)] or usual
    if any(name not in _NAMES for name in found) or node.attributes.get("activation_alpha"):
        raise refused(node, f"the activations {given} are not read.")
    if node.op == "RNN":
        return {"activation": _NAMES[found[0]]}
    if node.op == "LSTM" and found[1] != found[2]:
        raise refused(node, f"two different activations, {found[1:]}, are not read.")
    return {"recurrent_activation": _NAMES[found[0]], "activation": _NAMES[found[1]]}


def _states(
    on: Context, node: FileNode, states: list[Any], direction: int, batch_first: bool
) -> list[Any]:
    """The first states, where they are not zeros."""
    if all(x is None or (isinstance(x, np.ndarray) and not x.any()) for x in states):
        return []
    if not all(isinstance(x, Held) for x in states):
        raise refused(node, "its first states must be tensors, all of them.")
    axis = 1 if batch_first else 0
    return [ops.take(on.tensor(x), direction, axis=axis) for x in states]


def _weights(op: str, parts: list[Any], settings: dict[str, Any]) -> list[np.ndarray]:
    """Kernels and bias in the order of our gates."""
    w, r, b = parts
    gates = _GATES[op]
    units = r.shape[-1]

    def ordered(x: np.ndarray) -> np.ndarray:
        return np.concatenate([x[i * units : (i + 1) * units] for i in gates])

    made = [ordered(w).T, ordered(r).T]
    if b is not None:
        both = [ordered(b[: len(b) // 2]), ordered(b[len(b) // 2 :])]
        made.append(np.stack(both) if settings.get("reset_after") else both[0] + both[1])
    return made


def _outputs(made: list[list[Any]], batch_first: bool) -> list[Held | None]:
    """All steps, and the last states, with an axis for the directions."""
    if len(made) == 1:
        sequence, *states = made[0]
        axes = (0, 1, None, 2) if batch_first else (1, None, 0, 2)
        whole = None if sequence is None else Held(sequence, axes)
        return [whole, *(Held(x, (0, None, 1) if batch_first else (None, 0, 1)) for x in states)]
    states = [ops.stack(parts, axis=1) for parts in zip(*(part[1:] for part in made), strict=True)]
    whole = None
    if made[0][0] is not None:
        sequences = ops.stack([part[0] for part in made], axis=2)
        whole = Held(sequences, (0, 1, 2, 3) if batch_first else (1, 2, 0, 3))
    return [whole, *(Held(x, (0, 1, 2) if batch_first else (1, 0, 2)) for x in states)]
