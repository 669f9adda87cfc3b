"""The type of a setting that is itself a layer."""

from __future__ import annotations

from typing import Annotated, Any

from visualnn.layers.layer import Layer
from visualnn.serialization import deserialize_keras_object, serialize_keras_object
from visualnn.settings import Kind


def layer_of(x: Any) -> Any:
    """A layer, from itself or from its record.

    Raises:
        ValueError: When it is neither.
    """
    if isinstance(x, dict):
        x = deserialize_keras_object(x, namespace="layers")
    if not isinstance(x, Layer):
        raise ValueError(f"must be a layer, but is {x!r}.")
    return x


InnerLayer = Annotated[Layer, Kind("layer", layer_of, serialize_keras_object)]
"""The type of a setting that is a layer."""

InnerLayerOrNone = Annotated[
    Any,
    Kind(
        "layer",
        lambda x: None if x is None else layer_of(x),
        lambda x: None if x is None else serialize_keras_object(x),
    ),
]
"""The type of a setting that is a layer, or nothing."""
