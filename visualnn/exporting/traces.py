"""Graphs of what ran, for TensorBoard's Graphs tab: ``summary.trace_on`` to ``trace_export``."""

from __future__ import annotations

from typing import Any

from visualnn.engine.watching import watchers
from visualnn.exporting import profiles
from visualnn.exporting.op_graph import OpGraph, run_metadata
from visualnn.exporting.summaries import get_step, has_writer, note
from visualnn.graph.graph import Graph


class _Traces:
    """The graphs that ran since :func:`trace_on`."""

    def __init__(self, folder: Any):
        self.graphs: list[Graph] = []
        self.folder = folder  # of the profile, if one is made

    def __call__(self, plan: Any, arrays: list) -> None:
        if plan.graph not in self.graphs:
            self.graphs.append(plan.graph)


_traces: list[_Traces] = []


def trace_on(graph: bool = True, profiler: bool = False, profiler_outdir: Any = None) -> None:
    """Keep the graphs of the functions and steps that run from now on.

    Args:
        graph: Whether to keep graphs.
        profiler: Whether to measure their operations, too.
        profiler_outdir: Where the profile is written; it may also be told at the end.
    """
    trace_off()
    if graph or profiler:
        _traces.append(_Traces(profiler_outdir))
        watchers.append(_traces[-1])
    if profiler:
        profiles.start(profiler_outdir)


def trace_off() -> None:
    """End what :func:`trace_on` began, and write nothing."""
    if _traces:
        watchers.remove(_traces.pop())


def trace_export(name: str, step: Any = None, profiler_outdir: Any = None) -> None:
    """Note the graphs that ran since :func:`trace_on`, with times and sizes if they were measured.

    Args:
        name: What to call them.
        step: When they ran.
        profiler_outdir: Where a profile that is being made is written.

    Raises:
        ValueError: When nothing is being traced, or there is no writer.
    """
    if not _traces:
        raise ValueError("No trace is being made. Call `summary.trace_on()` first.")
    if not has_writer():
        raise ValueError(
            "A trace is exported to a summary writer, and there is none. Call it inside "
            "`with writer.as_default():`."
        )
    traces = _traces[-1]
    trace_off()
    measured = profiles.current()
    graphs = [OpGraph(graph) for graph in traces.graphs]
    statistics = None
    if measured is not None and graphs:
        statistics = measured.statistics(traces.graphs[0], graphs[0])
    if graphs:
        content = run_metadata(graphs, statistics)
        at = get_step() if step is None else step
        note(
            name,
            0 if at is None else at,
            lambda to, _, i: to.op_graph(name, content, i, statistics is not None),
        )
    folder = profiler_outdir if profiler_outdir is not None else traces.folder
    if measured is not None and folder is not None:
        profiles.stop(folder=folder)
