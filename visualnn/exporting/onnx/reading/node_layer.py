"""The layer for a node of an ONNX file that no other layer is: a loop, say, or a large constant."""

from __future__ import annotations

from typing import Any

from visualnn.exporting.onnx.reading.file import FileNode
from visualnn.exporting.onnx.reading.readers import READERS
from visualnn.exporting.onnx.reading.running import (
    Running,
    node_of_record,
    node_record,
    unbound,
)
from visualnn.layers.layer import Layer
from visualnn.serialization import InvalidModelFile, register_keras_serializable

FAMILY = "Operations"


@register_keras_serializable("visualnn")
class ONNXOperation(Layer):
    """Computes what a node of an ONNX file says.

    ``load_model`` makes these layers of ``.onnx`` files; they are saved with their models.

    Args:
        node: The node, or its record.
        opset: The version of ONNX's operators.
        operands: Where each name that the node uses comes from.
        weights: The shape and dtype of each weight.
        **kwargs: Settings of every layer, such as ``name``.
    """

    def __init__(
        self, node: Any, opset: int, operands: dict[str, Any], weights: Any = (), **kwargs: Any
    ):
        super().__init__(**{**kwargs, "autocast": False})
        try:
            self.node = node if isinstance(node, FileNode) else node_of_record(node)
        except (KeyError, TypeError, ValueError, AttributeError) as problem:
            raise InvalidModelFile(f"It is no node of an ONNX file: {problem!r}") from None
        if self.node.op not in READERS:
            raise InvalidModelFile(f"{self.node.title} is not known.")
        self.opset = opset
        self.operands = operands
        self.shapes = [(tuple(shape), str(dtype)) for shape, dtype in weights]

    def build(self, input_shape: Any) -> None:
        """Make the weights."""
        self.kept = [
            self.add_weight(
                shape=shape,
                dtype=dtype,
                initializer="zeros",
                trainable=dtype.startswith("float"),
                name=f"weight_{i}",
            )
            for i, (shape, dtype) in enumerate(self.shapes)
        ]

    def call(self, inputs: Any) -> Any:
        """Compute the outputs of the node."""
        tensors = list(inputs) if isinstance(inputs, list | tuple) else [inputs]
        running = Running(self.opset, unbound(self.operands, tensors, self.kept))
        running.run(self.node)
        made = [running.tensor(running.values[name]) for name in self.node.outputs if name]
        return made[0] if len(made) == 1 else made

    def get_config(self) -> dict[str, Any]:
        """The settings, as a saved file keeps them."""
        return {
            **super().get_config(),
            "node": node_record(self.node),
            "opset": self.opset,
            "operands": self.operands,
            "weights": [[list(shape), dtype] for shape, dtype in self.shapes],
        }
