"""What comes out of a layer, found without computing anything: shapes and dtypes."""

from __future__ import annotations

import json
from typing import Any

from visualnn.graph import with_values
from visualnn.layers import building
from visualnn.layers.arguments import Arguments, parameters_of
from visualnn.layers.connectivity import KerasTensor, output_specs
from visualnn.layers.context import calling, fresh_call
from visualnn.primitives.primitive import outside_recording
from visualnn.scope import scope
from visualnn.spec import Spec, Unknown, is_float
from visualnn.structure import flatten, map_structure
from visualnn.variable import autocast

_known: dict[Any, tuple[list[Unknown], Any]] = {}
_MOST_KNOWN = 20_000


def output_spec(layer: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
    """The specs of the outputs: by the class's own rule, else by tracing ``call``."""
    from visualnn.layers.layer import Layer

    if type(layer).compute_output_shape is not Layer.compute_output_shape and not _is_ours(layer):
        return by_own_rule(layer, args, kwargs)
    key, unknowns = _key(layer, args, kwargs)
    if key is not None and key in _known:
        earlier, specs = _known[key]
        return _renamed(specs, dict(zip(earlier, unknowns, strict=True)))
    args, kwargs = map_structure(lambda x: _as_given(layer, x), (args, kwargs))
    cast = autocast(layer._cast_of_weights)
    with outside_recording(), fresh_call(), calling(layer, kwargs.get("training")), cast:
        specs = output_specs(layer.call, args, kwargs, layer.name)
    if key is not None:
        if len(_known) > _MOST_KNOWN:
            _known.clear()
        _known[key] = unknowns, specs
    return specs


def _as_given(layer: Any, x: Any) -> Any:
    """A tensor as ``call`` gets it: floating-point ones in the dtype of the layer."""
    if not (isinstance(x, KerasTensor) and layer.autocast and is_float(x.dtype)):
        return x
    return KerasTensor(Spec(x.spec.sizes, layer.input_dtype), name=x.name)


def output_shape(layer: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
    """The shapes of the outputs, from shapes."""

    def tensor(shape: Any) -> Any:
        return map_shapes(lambda sizes: KerasTensor(sizes, layer.compute_dtype), shape)

    given = [tensor(x) for x in args]
    named = {key.removesuffix("_shape"): tensor(x) for key, x in kwargs.items()}
    if not layer.built:
        with scope(layer.name, layer):
            building.build(layer, Arguments(layer, tuple(given), named))
    return map_structure(
        lambda x: tuple(x.shape) if isinstance(x, Spec | KerasTensor) else x,
        layer.compute_output_spec(*given, **named),
    )


def by_own_rule(layer: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
    """The specs of the outputs, as the layer's ``compute_output_shape`` says."""
    shapes = Arguments(layer, args, kwargs).shapes()
    names = parameters_of(type(layer).compute_output_shape)
    with outside_recording(), fresh_call():
        if len(names) == 1 or len(shapes) == 1:
            found = layer.compute_output_shape(next(iter(shapes.values())))
        else:
            found = layer.compute_output_shape(**{n: x for n, x in shapes.items() if n in names})
    dtype = layer.compute_dtype

    def spec(shape: Any) -> Any:
        if isinstance(shape, dict):
            return {key: spec(value) for key, value in shape.items()}
        if all(size is None or isinstance(size, int) for size in shape):
            return Spec(shape, dtype)
        return type(shape)(spec(item) for item in shape)

    return spec(found)


def _is_ours(layer: Any) -> bool:
    return type(layer).__module__.startswith("visualnn.")


def _key(layer: Any, args: tuple, kwargs: dict[str, Any]) -> tuple[Any, list[Unknown]]:
    """What the specs of the outputs depend on, and the unknown sizes in it; ``None`` if unclear."""
    if not type(layer).__module__.startswith("visualnn.layers.") or layer._layers:
        return None, []
    unknowns: dict[Unknown, int] = {}
    parts: list[Any] = [type(layer)]
    for leaf in flatten((args, kwargs)):
        if isinstance(leaf, KerasTensor):
            sizes = tuple(
                ("?", unknowns.setdefault(size, len(unknowns)))
                if isinstance(size, Unknown)
                else size
                for size in leaf.spec.sizes
            )
            parts.append((sizes, leaf.dtype))
        elif leaf is None or isinstance(leaf, bool | int | float | str):
            parts.append(leaf)
        else:
            return None, []
    parts.append(repr(map_structure(lambda x: 0, (args, kwargs))))
    try:
        config = layer.get_config()
        config.pop("name", None)
        parts.append(json.dumps(config, sort_keys=True))
    except (TypeError, ValueError, NotImplementedError):
        return None, []
    return tuple(parts), list(unknowns)


def _renamed(specs: Any, names: dict[Unknown, Unknown]) -> Any:
    """The same specs, with the unknown sizes of another call."""

    def rename(spec: Any) -> Any:
        if not isinstance(spec, Spec):
            return spec
        sizes = (names.get(s, Unknown()) if isinstance(s, Unknown) else s for s in spec.sizes)
        return Spec(sizes, spec.dtype)

    return map_structure(rename, specs)


def call_on_trial(layer: Any, shape: Any) -> None:
    """Trace one call of a layer, so that the layers inside it are built.

    Args:
        layer: The layer.
        shape: The shape of its first input; shapes nested in lists and dicts; or a dict of the
            shapes of its tensor arguments, named ``<argument>_shape``.
    """
    arguments = map_shapes(lambda sizes: KerasTensor(sizes, layer.compute_dtype), shape)
    named: dict[str, Any] = {}
    if isinstance(shape, dict) and all(str(name).endswith("_shape") for name in shape):
        named = {name.removesuffix("_shape"): x for name, x in arguments.items()}
        arguments = named.pop(next(iter(parameters_of(type(layer).call))))
    with outside_recording(), fresh_call(), calling(layer, None):
        output_specs(layer.call, (arguments,), named, layer.name)


def map_shapes(function: Any, shape: Any) -> Any:
    """Apply a function to each shape in a nested structure of shapes."""
    if isinstance(shape, dict):
        return {key: map_shapes(function, value) for key, value in shape.items()}
    if isinstance(shape, list | tuple):
        if all(size is None or isinstance(size, int) for size in shape):
            return function(tuple(shape))
        return [map_shapes(function, item) for item in shape]
    return shape


def stateless_call(
    layer: Any,
    trainable: list,
    non_trainable: list,
    args: tuple,
    kwargs: dict[str, Any],
    return_losses: bool,
) -> Any:
    """Call a layer with other values in its variables, which keep their own.

    Raises:
        ValueError: When it is not built, or there are too few or too many values.
    """
    title = f"{type(layer).__name__} {layer.name!r}"
    if not layer.built:
        raise ValueError(
            f"{title} is not built, so it has no variables whose values could be given. Call it "
            "on data, or `build(input_shape)` it, first."
        )
    given = {"trainable_variables": trainable, "non_trainable_variables": non_trainable}
    for what, values in given.items():
        own = getattr(layer, what)
        if len(own) != len(values):
            raise ValueError(
                f"{title}: `stateless_call` got {len(values)} values for its {len(own)} {what}: "
                f"{', '.join(v.path for v in own) or 'none'}."
            )

    def call() -> tuple[Any, list]:
        outputs = layer(*args, **kwargs)
        return outputs, layer.losses if return_losses else []

    variables = [*layer.trainable_variables, *layer.non_trainable_variables]
    values = [*trainable, *non_trainable]
    (outputs, losses), changed = with_values(variables, values, call, layer.non_trainable_variables)
    return (outputs, changed, losses) if return_losses else (outputs, changed)
