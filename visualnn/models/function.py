"""What lies between tensors of functional models, as a function."""

from __future__ import annotations

from typing import Any

from visualnn.layers.connectivity import KerasTensor, Operation, output_specs
from visualnn.layers.inference import map_shapes
from visualnn.models.inputs import matched
from visualnn.models.layer_graph import LayerGraph
from visualnn.structure import map_structure


class Function(Operation):
    """Computes some tensors of functional models from others, by the layers between them.

    Unlike a ``Model`` it has no weights of its own and is not trained or saved: it is a part of a
    model to look at.

    Args:
        inputs: Tensors, in any nesting of lists, tuples and dicts.
        outputs: Tensors made from them by calling layers, likewise.
        name: The name.

    Raises:
        ValueError: When there are no inputs, or the outputs are not made from them.
    """

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None):
        super().__init__(name=name)
        self._graph = LayerGraph(inputs, outputs)

    @property
    def inputs(self) -> list[KerasTensor]:
        """The inputs, one after the other."""
        return list(self._graph.input_tensors)

    @property
    def outputs(self) -> list[KerasTensor]:
        """The outputs, one after the other."""
        return list(self._graph.output_tensors)

    @property
    def operations(self) -> list[Any]:
        """The layers and operations between inputs and outputs."""
        return list(self._graph.operations)

    @property
    def layers(self) -> list[Any]:
        """The layers among the operations."""
        return list(self._graph.layers)

    def call(self, inputs: Any) -> Any:
        """The outputs for these inputs, which may be nested like the function's or by name."""
        return self._graph.run(matched(self, self._graph.inputs, inputs))

    def compute_output_spec(self, inputs: Any) -> Any:
        """What is known of the outputs, from what is known of the inputs."""
        specs = output_specs(self.call, (inputs,), {}, self.name)
        return map_structure(KerasTensor, specs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shapes of the outputs, from the shapes of the inputs."""
        tensors = map_shapes(KerasTensor, input_shape)
        return map_structure(lambda x: tuple(x.shape), self.compute_output_spec(tensors))
