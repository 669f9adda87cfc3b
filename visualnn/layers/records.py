"""Layers as records, and back: ``layers.serialize`` and ``layers.deserialize``."""

from __future__ import annotations

from typing import Any

from visualnn.layers.layer import Layer
from visualnn.serialization import (
    InvalidModelFile,
    deserialize_keras_object,
    serialize_keras_object,
)


def serialize(layer: Layer) -> dict[str, Any]:
    """The record of a layer, as a saved file holds it."""
    return serialize_keras_object(layer)


def deserialize(config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
    """The layer that a record describes, with weights of its own.

    Raises:
        InvalidModelFile: When it describes none.
    """
    found = deserialize_keras_object(config, custom_objects, namespace="layers")
    if not isinstance(found, Layer):
        raise InvalidModelFile(f"{config!r} is not the record of a layer.")
    return found
