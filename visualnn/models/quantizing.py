"""Making the weights of all layers in a model whole numbers."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import Any

from visualnn.layers.layer import Layer
from visualnn.layers.quantization import can_be_quantized, checked_config


def quantize_layers(model: Any, mode: Any, config: Any, filters: Any) -> None:
    """Quantize the layers of a model that have a way to, at any depth.

    Layers with weights that have none are named in one warning.

    Args:
        model: The model.
        mode: ``int8``.
        config: What is said of it in detail.
        filters: Which layers: a regular expression that is found in the name, several of them, or
            a function of the layer.

    Raises:
        ValueError: When a layer is not built, or quantized already, or ``filters`` is none.
    """
    config = checked_config(mode, config)
    wanted = _choice(filters)
    if not model.built:
        raise ValueError(
            f"{type(model).__name__} {model.name!r} is not built, so there are no weights to "
            "quantize. Call it on data, or `build(input_shape)` it, first."
        )
    layers = [x for x in model._flatten_layers(include_self=False) if not x._layers and wanted(x)]
    left: list[Layer] = []
    for layer in layers:
        if can_be_quantized(layer) and type(layer).__module__.startswith("visualnn."):
            layer.quantize(mode, config=config)
        elif layer.weights:
            left.append(layer)
    if left:
        names = ", ".join(f"{layer.name} ({type(layer).__name__})" for layer in left)
        warnings.warn(f"These layers have no way to quantize their weights: {names}.", stacklevel=4)


def _choice(filters: Any) -> Callable[[Any], bool]:
    """Whether a layer is meant."""
    if filters is None:
        return lambda layer: True
    patterns = [filters] if isinstance(filters, str) else filters
    if isinstance(patterns, list | tuple) and all(isinstance(x, str) for x in patterns):
        return lambda layer: any(re.search(pattern, layer.name) for pattern in patterns)
    if callable(filters):
        return lambda layer: bool(filters(layer))
    raise ValueError(
        "quantize: `filters` must be a regular expression, a list of them, or a function of a "
        f"layer, but is {filters!r}."
    )
