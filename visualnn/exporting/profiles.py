"""Profiles: what each operation of the plans that ran took, for TensorBoard's Profile tab.

While a profile is made, every plan that runs is measured first, operation by operation, without
changing a variable, and then runs as ever; so a step takes twice its time while it is profiled.

Source: the messages of ``xplane.proto``, https://github.com/openxla/xla
"""

from __future__ import annotations

import os
import socket
import time
from contextvars import ContextVar
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from visualnn.engine.watching import watchers
from visualnn.exporting.op_graph import OpGraph
from visualnn.graph.graph import Graph
from visualnn.saving.atomic import replacing
from visualnn.spec import Spec
from visualnn.wire.protobuf import Messages

MESSAGES = Messages(
    """
    XSpace: planes=1:*XPlane, hostnames=4:*string
    XPlane: id=1:int64, name=2:string, lines=3:*XLine, event_metadata=4:map<int64,XEventMetadata>, stat_metadata=5:map<int64,XStatMetadata>
    XLine: id=1:int64, name=2:string, timestamp_ns=3:int64, events=4:*XEvent
    XEvent: metadata_id=1:int64, offset_ps=2:int64, duration_ps=3:int64, stats=4:*XStat
    XStat: metadata_id=1:int64, int64_value=4:int64, str_value=5:string
    XEventMetadata: id=1:int64, name=2:string
    XStatMetadata: id=1:int64, name=2:string
    """  # noqa: E501 - a message is a line
)
_OPERATION, _STEP = 1, 2  # what an event tells of itself
_steps: ContextVar[tuple[str, int | None] | None] = ContextVar("steps", default=None)


class Run(NamedTuple):
    """One plan that ran."""

    graph: Graph
    made: dict[str, list[Spec]]  # what each operation made
    began: int  # nanoseconds since 1970
    seconds: dict[str, float]  # of each operation
    step: tuple[str, int | None] | None  # what it was part of


class Measurements:
    """Measures the plans that run while it is a watcher."""

    def __init__(self):
        self.runs: list[Run] = []

    def __call__(self, plan: Any, arrays: list) -> None:
        began = time.time_ns()
        seconds = plan.profile(*arrays)
        self.runs.append(Run(plan.graph, plan.specs(*arrays), began, seconds, _steps.get()))

    def statistics(self, graph: Graph, drawn: OpGraph) -> dict[str, Any] | None:
        """What the operations of a graph took: the median of all its runs; ``None`` if none ran."""
        runs = [run for run in self.runs if run.graph is graph]
        if not runs:
            return None
        medians = {
            name: float(np.median([run.seconds.get(name, 0.0) for run in runs]))
            for name in runs[-1].seconds
        }
        return drawn.statistics(medians, runs[-1].made)

    def space(self) -> bytes:
        """An ``XSpace``: on one line the steps, on another the operations one after the other."""
        names: dict[str, int] = {}
        started = min((run.began for run in self.runs), default=time.time_ns())
        steps, operations = [], []
        for number, run in enumerate(self.runs):
            place = (run.began - started) * 1000
            title, index = run.step or (run.graph.name, None)
            length = sum(round(spent * 1e12) for spent in run.seconds.values())
            counted = {"metadata_id": _STEP, "int64_value": number if index is None else index}
            steps.append(_event(names, title, place, length, counted))
            types = {node.name: node.primitive.type for node in run.graph.nodes}
            for name, spent in run.seconds.items():
                kind = {"metadata_id": _OPERATION, "str_value": f"{name}:{types.get(name, 'Op')}"}
                length = round(spent * 1e12)
                operations.append(_event(names, name, place, length, kind))
                place += length
        lines = [
            {"id": 1, "name": "steps", "timestamp_ns": started, "events": steps},
            {"id": 2, "name": "operations", "timestamp_ns": started, "events": operations},
        ]
        stats = {_OPERATION: "tf_op", _STEP: "step_num"}
        plane = {
            "id": 0,
            "name": "/host:CPU",
            "lines": lines,
            "event_metadata": {i: {"id": i, "name": name} for name, i in names.items()},
            "stat_metadata": {i: {"id": i, "name": name} for i, name in stats.items()},
        }
        content = {"planes": [plane], "hostnames": [socket.gethostname()]}
        return MESSAGES.encode("XSpace", content)

    def write(self, folder: Any) -> Path:
        """Write the profile where TensorBoard looks for it, below the folder of the run."""
        run = time.strftime("%Y_%m_%d_%H_%M_%S")
        place = Path(os.fspath(folder), "plugins", "profile", run)
        place.mkdir(parents=True, exist_ok=True)
        path = place / f"{socket.gethostname()}.xplane.pb"
        with replacing(path) as temporary:
            temporary.write_bytes(self.space())
        return path


def _event(names: dict[str, int], name: str, place: int, length: int, stat: dict) -> dict[str, Any]:
    number = names.setdefault(name, len(names) + 1)
    return {
        "metadata_id": number,
        "offset_ps": place,
        "duration_ps": max(1, length),
        "stats": [stat],
    }


# ---------------------------------------------------------------------- profiler.experimental

_running: list[tuple[Measurements, Any]] = []


def start(logdir: Any, options: Any = None) -> None:
    """Measure every plan that runs from now on, until :func:`stop`.

    Args:
        logdir: The folder of the run, which TensorBoard is given.
        options: Taken for compatibility; the operations of plans are always measured.

    Raises:
        RuntimeError: When a profile is being made already.
    """
    del options
    if _running:
        raise RuntimeError(
            "A profile is being made already. Call `profiler.experimental.stop()` first."
        )
    profile = Measurements()
    _running.append((profile, logdir))
    watchers.append(profile)


def stop(save: bool = True, folder: Any = None) -> None:
    """End the profile that :func:`start` began, and write it.

    Args:
        save: Whether to write it; otherwise it is thrown away.
        folder: Where to write it, if not where :func:`start` was told.

    Raises:
        RuntimeError: When no profile is being made.
    """
    if not _running:
        raise RuntimeError("No profile is being made. Call `profiler.experimental.start` first.")
    profile, told = _running.pop()
    watchers.remove(profile)
    folder = told if folder is None else folder
    if save and folder is not None:
        profile.write(folder)


def current() -> Measurements | None:
    """What was measured so far for the profile that is being made, if one is."""
    return _running[-1][0] if _running else None


class Profile:
    """Makes a profile of what runs inside ``with``; it is written even if that fails.

    Args:
        logdir: The folder of the run, which TensorBoard is given.
        options: Taken for compatibility.
    """

    def __init__(self, logdir: Any, options: Any = None):
        self._arguments = logdir, options

    def __enter__(self) -> Profile:
        start(*self._arguments)
        return self

    def __exit__(self, *problem: Any) -> None:
        stop()


class Trace:
    """Names what runs inside ``with`` in a profile.

    Args:
        name: What to call it, such as ``"train"``.
        **kwargs: ``step_num``: which step it is.
    """

    def __init__(self, name: str, **kwargs: Any):
        number = kwargs.get("step_num")
        self._told = (name, None if number is None else int(number))

    def __enter__(self) -> Trace:
        self._token = _steps.set(self._told)
        return self

    def __exit__(self, *problem: Any) -> None:
        _steps.reset(self._token)

    def set_metadata(self, **kwargs: Any) -> None:
        """Tell which step it is, when that is known only inside."""
        if "step_num" in kwargs:
            _steps.set((self._told[0], int(kwargs["step_num"])))
