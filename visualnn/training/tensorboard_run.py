"""A model that is not trained here, as a run for TensorBoard: layers, operations and weights."""

from __future__ import annotations

from typing import Any

from visualnn.exporting.events import EventWriter
from visualnn.exporting.op_graph import OpGraph, run_metadata
from visualnn.graph import Graph, trace
from visualnn.structure import map_structure
from visualnn.training.viewing import training_step


def write_run(model: Any, folder: Any) -> EventWriter:
    """Write what TensorBoard can show of a model into an event file.

    Noted are the model layer by layer; the operations of its forward pass and, if it is compiled,
    of a whole training step; and how its weights are spread.

    Args:
        model: A model with declared inputs.
        folder: Where the event file is made.

    Returns:
        The writer, closed; its ``path`` is that of the file.

    Raises:
        ValueError: When the model does not say what its inputs are.
    """
    writer = EventWriter(folder)
    graphs = _graphs(model)
    try:
        writer.keras_model("keras", model.to_json(), 0)
        for graph in graphs:
            writer.op_graph(graph.name, run_metadata([OpGraph(graph)]), 0)
        for weight in model.weights:
            if weight.dtype != "string":
                writer.histogram(weight.path, weight.numpy(), 0)
    finally:
        writer.close()
    return writer


def _graphs(model: Any) -> list[Graph]:
    if model.graph is None:
        raise ValueError(
            f"{model.name!r} does not say what its inputs are, so its operations cannot be traced. "
            "Call it on some data and save it again."
        )
    specs = map_structure(lambda x: x.spec, model.graph.inputs)
    graphs = [trace(lambda inputs: model(inputs), specs, name="predict_step")]
    if model.compiled and model.optimizer is not None and model.loss is not None:
        graphs.append(training_step(model))
    return graphs
