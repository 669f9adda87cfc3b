"""Building layers, and writing down how they were built and constructed."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from visualnn import dtype_policies
from visualnn.layers import inference, input_spec, quantization
from visualnn.layers.arguments import Arguments, parameters_of, signature_of
from visualnn.layers.context import fresh_call
from visualnn.primitives.primitive import outside_recording
from visualnn.scope import current_scope, scope
from visualnn.spec import ShapeError, Spec
from visualnn.structure import map_structure
from visualnn.variable import autocast


@contextmanager
def naming_layer(layer: Any, arguments: Arguments | None = None) -> Iterator[None]:
    """Put the layer's name in front of what its operations say about shapes.

    Args:
        layer: The layer.
        arguments: What it is called on, whose shapes are told where they were not.
    """
    try:
        yield
    except ShapeError as problem:
        if getattr(problem, "layer", None) is not None:
            raise
        said = f"{type(layer).__name__} {layer.name!r}: {problem}"
        shape = None if arguments is None else next(iter(arguments.shapes().values()), None)
        if shape is not None and str(shape) not in said:
            said = f"{said} (called on {shape})"
        named = ShapeError(said)
        named.layer = layer.name  # type: ignore[attr-defined]
        raise named from problem.__cause__


def given_input_shape(layer: Any, kwargs: dict[str, Any]) -> tuple | None:
    """The batch shape that Keras-style arguments of the first layer tell, if any."""
    batch_size = kwargs.pop("batch_size", None)
    if "batch_input_shape" in kwargs:
        return tuple(kwargs.pop("batch_input_shape"))
    if "input_shape" in kwargs:
        return (batch_size, *kwargs.pop("input_shape"))
    if "input_dim" in kwargs:
        return (batch_size, kwargs.pop("input_dim"))
    return None


# --------------------------------------------------------------------------- building


class BuildMethod:
    """``layer.build``: the class's own, run outside of any recording and noted down."""

    def __init__(self, layer: Any):
        self._layer = layer
        functools.update_wrapper(self, type(layer).build)

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        layer = self._layer
        given = signature_of(type(layer).build).bind(*args, **kwargs).arguments
        with (
            outside_recording(),
            fresh_call(),
            autocast(None),
            scope(layer.name, layer),
            naming_layer(layer),
        ):
            layer._path = current_scope()
            quantization.refuse_policy(layer)
            type(layer).build(layer, *args, **kwargs)
        note_built(layer, given)


def note_built(layer: Any, shapes: dict[str, Any]) -> None:
    """Note that a layer is built, and for which shapes."""
    layer.built = True
    if layer._build_shapes is None:
        layer._build_shapes = dict(shapes)
    layer._locked = layer._locks_when_built
    if not layer.trainable:  # weights that are made now are frozen, too
        layer.trainable = False


class FirstCall:
    """What a layer was called on when it was built, for who traces it later.

    Args:
        tensors: The arguments with tensors, by name.
    """

    def __init__(self, tensors: dict[str, Any]):
        self.specs = {
            name: map_structure(lambda x: None if x is None else Spec.of(x), value)
            for name, value in tensors.items()
        }


def is_default_build(layer: Any) -> bool:
    """Whether the class has no ``build`` of its own."""
    from visualnn.layers.layer import Layer

    return type(layer).build is Layer.build


def build(layer: Any, arguments: Arguments) -> None:
    """Build a layer for the arguments of a call, if it is not built yet."""
    if layer.built:
        return
    vars(layer)["_called_on"] = FirstCall(arguments.tensors)
    shapes = arguments.shapes()
    if is_default_build(layer):  # layers inside are built where they are called
        layer._path = current_scope()
        note_built(layer, _only_first(shapes) if len(shapes) == 1 else shapes)
        return
    if not shapes:
        layer.built = True
        return
    layer.build(**_wanted_shapes(layer, shapes))


def _only_first(shapes: dict[str, Any]) -> dict[str, Any]:
    return {"input_shape": next(iter(shapes.values()))}


def _wanted_shapes(layer: Any, shapes: dict[str, Any]) -> dict[str, Any]:
    """The arguments of the layer's ``build``."""
    parameters = parameters_of(type(layer).build)
    names = [n for n, p in parameters.items() if p.kind is not p.VAR_KEYWORD]
    if len(names) == 1 and names[0] not in shapes:
        return {names[0]: next(iter(shapes.values()))}
    wanted = {name: shapes[name] for name in names if name in shapes}
    missing = [
        name
        for name in names
        if name not in wanted and parameters[name].default is inspect.Parameter.empty
    ]
    if missing:
        raise ValueError(
            f"{type(layer).__name__} {layer.name!r}: `build` wants {', '.join(missing)}, but the "
            f"call gives {', '.join(shapes)}. Name its parameters after those of `call`, "
            "with `_shape` behind."
        )
    return wanted


def build_inner_layers(layer: Any, shape: Any) -> None:
    """Build the layers inside a layer that has no ``build`` of its own, by a trial call.

    Raises:
        ValueError: When the trial fails, so its weights cannot be known.
    """
    if all(inner.built for inner in layer._flatten_layers(include_self=False)):
        return
    try:
        inference.call_on_trial(layer, shape)
    except Exception as problem:
        raise ValueError(
            f"{type(layer).__name__} {layer.name!r} cannot be built for the shape {shape}: it has "
            f"no `build`, and a trial call fails: {problem} Give it `build(self, input_shape)` "
            "that builds its inner layers, or call it on data."
        ) from problem


def check_input(layer: Any, arguments: Arguments) -> None:
    """Compare the first argument with what the layer says it takes."""
    if layer.input_spec is not None:
        input_spec.check(layer, layer.input_spec, arguments.first)


def build_config(layer: Any) -> dict[str, Any] | None:
    """The shapes a layer was built for, as a saved file keeps them."""
    shapes = layer._build_shapes
    if not shapes:
        return None
    if len(shapes) == 1:
        return {"input_shape": next(iter(shapes.values()))}
    return {"shapes_dict": dict(shapes)}


def build_from_config(layer: Any, config: dict[str, Any]) -> None:
    """Build a layer as a saved file says."""
    if "input_shape" in config:
        if config["input_shape"] is not None:
            layer.build(as_shape(config["input_shape"]))
    elif "shapes_dict" in config:
        shapes = {name: as_shape(shape) for name, shape in config["shapes_dict"].items()}
        if is_default_build(layer):
            layer.build(shapes)
        else:
            layer.build(**_wanted_shapes(layer, shapes))


def as_shape(x: Any) -> Any:
    """A shape from a file, where tuples became lists."""
    if isinstance(x, dict):
        return {key: as_shape(value) for key, value in x.items()}
    if isinstance(x, list | tuple):
        if all(size is None or isinstance(size, int) for size in x):
            return tuple(x)
        return [as_shape(item) for item in x]
    return x


# --------------------------------------------------------------------------- configs


def automatic_config(layer: Any, config: dict[str, Any]) -> dict[str, Any]:
    """The arguments a user's layer was constructed with, where it has no ``get_config``.

    Raises:
        NotImplementedError: When one of them cannot be written to a file.
    """
    args, kwargs = layer._constructor
    parameters = inspect.signature(type(layer).__init__)
    bound = parameters.bind(layer, *args, **kwargs)
    bound.apply_defaults()
    given: dict[str, Any] = {}
    takes_all = False
    for name, value in list(bound.arguments.items())[1:]:
        kind = parameters.parameters[name].kind
        if kind is inspect.Parameter.VAR_KEYWORD:
            given.update(value)
            takes_all = True
        elif kind is inspect.Parameter.VAR_POSITIONAL and value:
            raise _not_automatic(layer, f"it takes `*{name}`")
        elif kind is not inspect.Parameter.VAR_POSITIONAL:
            given[name] = value
    for name, value in given.items():
        if name not in ("name", "dtype", "trainable") and not _is_plain(value):
            raise _not_automatic(layer, f"its argument {name!r} is a {type(value).__name__}")
    own = set(parameters.parameters)
    base = {k: v for k, v in config.items() if takes_all or k in own}
    return {**given, **base}


def _not_automatic(layer: Any, why: str) -> NotImplementedError:
    return NotImplementedError(
        f"{type(layer).__name__} {layer.name!r} cannot be saved without a `get_config`: {why}. "
        "Give the class `get_config(self)` that returns its constructor's arguments."
    )


def _is_plain(x: Any) -> bool:
    if isinstance(x, dict):
        return all(_is_plain(v) for v in x.values())
    if isinstance(x, list | tuple):
        return all(map(_is_plain, x))
    return x is None or isinstance(x, str | int | float | bool)


def from_config(cls: type, config: dict[str, Any]) -> Any:
    """Construct from a config.

    Raises:
        TypeError: When the config has a key that the class does not know.
    """
    config = dict(config)
    if isinstance(config.get("dtype"), dict):
        config["dtype"] = dtype_policies.get(config["dtype"])
    parameters = inspect.signature(cls.__init__).parameters  # type: ignore[misc]
    afterwards = {}
    if not any(p.kind is p.VAR_KEYWORD for p in parameters.values()):
        for key in ("name", "trainable", "dtype"):  # Keras writes them even so
            if key in config and key not in parameters:
                afterwards[key] = config.pop(key)
    try:
        layer = cls(**config)
        if "dtype" in afterwards:
            layer.dtype_policy = dtype_policies.get(afterwards.pop("dtype"))
        for name, value in afterwards.items():
            setattr(layer, name, value)
        return layer
    except TypeError as problem:
        raise TypeError(
            f"{cls.__name__} cannot be made from a config with the keys {', '.join(config)}: "
            f"{problem}"
        ) from problem
