"""A layer that computes what a SavedModel does."""

from __future__ import annotations

import os
from typing import Any

from visualnn.exporting.saved_model.loader import load
from visualnn.exporting.saved_model.restored import RestoredFunction, RestoredSignature
from visualnn.layers.layer import Layer
from visualnn.serialization import public

FAMILY = "Operations"


@public("keras.layers")
class TFSMLayer(Layer):
    """Computes what an endpoint of a SavedModel does, whoever wrote it; its weights can be trained.

    A saved model names the folder only, and is not loaded again by itself: files do not reach
    beyond themselves here.

    Args:
        filepath: The folder.
        call_endpoint: The function, or signature, that is called.
        call_training_endpoint: The one that is called in training, if it is another.
        trainable: Whether training changes the weights.
        name: The name of the layer.
        dtype: The dtype, or dtype policy, of its inputs.

    Raises:
        ValueError: When there is no such endpoint.
    """

    def __init__(
        self,
        filepath: Any,
        call_endpoint: str = "serve",
        call_training_endpoint: str | None = None,
        trainable: bool = True,
        name: str | None = None,
        dtype: Any = None,
    ):
        super().__init__(trainable=trainable, name=name, dtype=dtype)
        self.filepath = os.fspath(filepath)
        self.call_endpoint = call_endpoint
        self.call_training_endpoint = call_training_endpoint
        loaded = load(filepath)
        endpoint = self._found(loaded, call_endpoint)
        in_training = endpoint
        if call_training_endpoint:
            in_training = self._found(loaded, call_training_endpoint)
        self.__dict__.update(_endpoint=endpoint, _training_endpoint=in_training)
        used = [v for x in (endpoint, in_training) for v in _variables(x)]
        self.kept = list(dict.fromkeys(used))
        if not trainable:
            self.trainable = False
        self.built = True

    def _found(self, loaded: Any, name: str) -> Any:
        held = getattr(loaded, "_held", {})
        endpoints = {**held.get("signatures", {}), **held}
        kinds = RestoredFunction | RestoredSignature
        if not isinstance(endpoints.get(name), kinds):
            known = [key for key, x in endpoints.items() if isinstance(x, kinds)]
            raise ValueError(
                f"TFSMLayer {self.name!r}: {self.filepath!r} has no endpoint {name!r}. There are: "
                f"{', '.join(map(repr, sorted(known))) or 'none'}."
            )
        return endpoints[name]

    def call(self, inputs: Any, training: bool = False, **kwargs: Any) -> Any:
        """What the endpoint gives for these inputs."""
        chosen = self._training_endpoint if training else self._endpoint  # type: ignore[attr-defined]
        return chosen(inputs, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """The settings, as a saved file keeps them."""
        return {
            **super().get_config(),
            "filepath": self.filepath,
            "call_endpoint": self.call_endpoint,
            "call_training_endpoint": self.call_training_endpoint,
        }


def _variables(endpoint: Any) -> list[Any]:
    if isinstance(endpoint, RestoredSignature):
        return endpoint.trace.variables
    return [variable for one in endpoint.traces for variable in one.variables]
