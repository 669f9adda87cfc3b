"""What a layer does in one case, as either library says it: numbers, names, shapes, refusals."""

from __future__ import annotations

import contextlib
import json
import os
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.layers.case import Case

# JAX compiles every operation of every case; quickly made code is what matters here
os.environ.setdefault(
    "XLA_FLAGS", "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true"
)


class Ours:
    """This library."""

    def __init__(self):
        import visualnn

        self.k: Any = visualnn
        self.context: Callable = contextlib.nullcontext
        self.flatten: Callable = visualnn.tree.flatten
        self.map: Callable = visualnn.tree.map_structure

    def gradients(self, layer: Any, loss: Callable, arrays: list) -> list:
        """The gradients of a loss by the arrays and by the weights that are trained."""
        weights = list(layer.trainable_weights)
        xs = [self.k.ops.convert_to_tensor(x) for x in arrays]
        slopes = self.k.grad(lambda xs, weights: loss(layer, xs), argnums=(0, 1))(xs, weights)
        return [*slopes[0], *slopes[1]]


class Theirs:
    """The real Keras, with JAX behind it."""

    def __init__(self):
        import jax
        import keras

        self.k: Any = keras
        self.context: Callable = jax.disable_jit  # or whole loops would be compiled
        self.flatten: Callable = keras.tree.flatten
        self.map: Callable = keras.tree.map_structure

    def gradients(self, layer: Any, loss: Callable, arrays: list) -> list:
        """The gradients of a loss by the arrays and by the weights that are trained."""
        import jax

        rest = [v.value for v in layer.non_trainable_variables]

        def run(xs: list, values: list) -> Any:
            return loss(_Stateless(layer, values, rest), xs)

        slopes = jax.grad(run, argnums=(0, 1))(
            [jax.numpy.asarray(x) for x in arrays], [v.value for v in layer.trainable_variables]
        )
        return [*slopes[0], *slopes[1]]


class _Stateless:
    """A layer of real Keras with other values in its weights."""

    def __init__(self, layer: Any, values: list, rest: list):
        self.layer, self.values, self.rest = layer, values, rest
        self.losses: list = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        import keras

        variables = [*self.layer.trainable_variables, *self.layer.non_trainable_variables]
        pairs = list(zip(variables, [*self.values, *self.rest], strict=True))
        with keras.StatelessScope(pairs, collect_losses=True):
            outputs = self.layer(*args, **kwargs)
            self.losses = self.layer.losses
        return outputs


def array(x: Any) -> np.ndarray:
    """A tensor of either library, half precision as single."""
    found = np.asarray(x)
    if found.dtype.kind == "V" or found.dtype.name in ("float16", "bfloat16"):
        return found.astype("float32")
    return found


def dtype_of(x: Any) -> str:
    """The name of a dtype, as single precision machines have it."""
    name = getattr(x.dtype, "name", str(x.dtype))
    return {"int64": "int32", "float64": "float32", "uint64": "uint32"}.get(name, name)


def attempt(work: Callable[[], Any]) -> Any:
    """What the work gives, or what it is refused with."""
    try:
        return work()
    except Exception as problem:  # what is compared
        return {"refused": [c.__name__ for c in type(problem).__mro__], "said": str(problem)}


def refused(x: Any) -> bool:
    """Whether something was refused."""
    return isinstance(x, dict) and "refused" in x


def facts(side: Any, case: Case) -> dict[str, Any]:
    """Everything that is compared of a layer in one case."""
    side.k.utils.clear_session(free_memory=False)
    side.k.utils.set_random_seed(1)
    with side.context():
        layer = attempt(lambda: case.make(side.k))
        if refused(layer):
            return {"made": layer}
        return _facts(side, case, layer)


def _facts(side: Any, case: Case, layer: Any) -> dict[str, Any]:
    k = side.k
    found: dict[str, Any] = {
        "config": attempt(lambda: config(k, layer)),
        "supports masking": layer.supports_masking,
        "built at once": layer.built,
        "random states": len(layer._seed_generators),
    }
    args, kwargs = case.arguments()
    outputs = attempt(lambda: layer(*args, **kwargs))
    if refused(outputs):
        return found | {"called": outputs}
    found["weights"] = [[w.path, [*w.shape], dtype_of(w), bool(w.trainable)] for w in layer.weights]
    found["counts"] = {
        "trainable": len(layer.trainable_weights),
        "not trainable": len(layer.non_trainable_weights),
        "variables": len(layer.variables),
        "trainable variables": len(layer.trainable_variables),
        "losses": len(layer.losses),
    }
    found["build config"] = plain(layer.get_build_config())
    layer.set_weights(case.weights(layer))
    stateful = getattr(layer, "stateful", False)
    if stateful:
        layer.reset_state()
    outputs = layer(*args, **kwargs)
    drawn = bool(kwargs.get("training")) and len(layer.variables) > len(layer.weights)
    found["shapes"] = [[*np.shape(y), dtype_of(y)] for y in side.flatten(outputs)]
    found["nested as"] = str(side.map(lambda y: 0, outputs))
    masks = [getattr(y, "_keras_mask", None) for y in side.flatten(outputs)]
    found["masks"] = [None if m is None else array(m) for m in masks]
    if not drawn:
        found["outputs"] = [array(y) for y in side.flatten(outputs)]
        found["losses"] = [array(x) for x in layer.losses]
        found["kept"] = [array(w) for w in layer.weights]
    found["from config"] = attempt(lambda: again_from_config(k, layer))
    found |= symbolic(side, case, layer, args, kwargs)
    if layer.supports_masking and len(case.inputs) == 1 and np.ndim(args[0]) == 3:
        found["after masking"] = attempt(lambda: after_masking(side, layer, args, kwargs))
    if not (drawn or stateful):
        found["gradients"] = attempt(lambda: slopes(side, case, layer))
    return found


def plain(x: Any) -> Any:
    """As a file would have it."""
    return json.loads(json.dumps(x, default=str))


def config(k: Any, layer: Any) -> Any:
    """The config of a layer as a file would have it, without where classes come from."""
    return without_names_of_modules(plain(k.saving.serialize_keras_object(layer))["config"])


def without_names_of_modules(x: Any) -> Any:
    """A record without what need not be the same: code of functions, rounding of numbers."""
    if isinstance(x, dict):
        if x.get("class_name") == "__lambda__":
            return "lambda"
        return {key: without_names_of_modules(value) for key, value in x.items()}
    if isinstance(x, list):
        return [without_names_of_modules(item) for item in x]
    return float(f"{x:.6g}") if isinstance(x, float) else x


def again_from_config(k: Any, layer: Any) -> Any:
    """What a layer made from the config says of itself, and of the weights it builds."""
    again = type(layer).from_config(layer.get_config())
    record = layer.get_build_config()
    if record:
        again.build_from_config(record)
    return [config(k, again), [[*w.shape] for w in again.weights]]


def symbolic(side: Any, case: Case, layer: Any, args: Any, kwargs: Any) -> dict[str, Any]:
    """Shapes that are known before any number is."""
    found: dict[str, Any] = {}
    if kwargs.keys() - {"training"}:
        return found

    def placeholder(x: np.ndarray, unknown: int) -> Any:
        rank = x.ndim
        kept = rank - 1
        if getattr(layer, "data_format", "") == "channels_first":
            space = [int(c) for c in type(layer).__name__ if c.isdigit()]
            kept = rank - 1 - space[-1] if space else 1
        shape = tuple(None if i < unknown and i != kept else n for i, n in enumerate(x.shape))
        return side.k.Input(batch_shape=shape, dtype=x.dtype.name)

    for name, unknown in (("batch", 1), ("time", 2), ("all but last", 9)):
        given = side.map(lambda x, n=unknown: placeholder(x, n), args)
        outputs = attempt(lambda given=given: layer(*given, **kwargs))
        if not refused(outputs):
            outputs = [[*plain(y.shape), dtype_of(y)] for y in side.flatten(outputs)]
        found[f"symbolic, {name}"] = outputs
    shape = side.map(lambda x: tuple(x.shape), args[0])
    found["compute_output_shape"] = attempt(lambda: plain(layer.compute_output_shape(shape)))
    return found


def after_masking(side: Any, layer: Any, args: list, kwargs: dict) -> list:
    """The outputs and their masks when the input has a mask of its own."""
    x = np.array(args[0])
    x[0, 1:] = 0
    x[-1, :2] = 0
    if getattr(layer, "stateful", False):
        layer.reset_state()
    outputs = layer(side.k.layers.Masking()(x), **kwargs)
    masks = [getattr(y, "_keras_mask", None) for y in side.flatten(outputs)]
    if getattr(layer, "dropout", 0) or getattr(layer, "rate", 0):
        return [None if m is None else array(m) for m in masks]
    return [*map(array, side.flatten(outputs)), *(None if m is None else array(m) for m in masks)]


def slopes(side: Any, case: Case, layer: Any) -> list:
    """The gradients of a number made of all outputs and losses."""
    args, kwargs = case.arguments()
    given = args[0] if case.listed else args
    floats = [i for i, x in enumerate(given) if x.dtype.kind == "f"]
    ops = side.k.ops

    def loss(layer: Any, xs: list) -> Any:
        xs = list(xs)
        full = [xs.pop(0) if i in floats else x for i, x in enumerate(given)]
        outputs = layer(full, **kwargs) if case.listed else layer(*full, **kwargs)
        total = sum((ops.cast(x, "float32") for x in layer.losses), ops.zeros(()))
        for y in side.flatten(outputs):
            if "float" in dtype_of(y):
                seed = zlib.crc32(str(y.shape).encode())
                factors = np.random.RandomState(seed).normal(size=y.shape).astype("float32")
                total = total + ops.sum(ops.cast(y, "float32") * factors)
        return total

    found = side.gradients(layer, loss, [given[i] for i in floats])
    return [None if x is None else array(x) for x in found]


# --------------------------------------------------------------------------- comparing


def alike(theirs: Any, ours: Any, tolerance: float) -> bool:
    """Whether ours is theirs, but for rounding, or says more than theirs."""
    if refused(theirs) and refused(ours):
        kind = theirs["refused"][0]  # what JAX or Python stumble over may be said better
        return kind in ours["refused"] or kind not in ("ValueError", "NotImplementedError")
    if ours is None and isinstance(theirs, np.ndarray):  # nothing flows there, JAX says zero
        return theirs.dtype.kind == "f" and not theirs.any()
    if isinstance(theirs, np.ndarray) and isinstance(ours, np.ndarray):
        if theirs.shape != ours.shape:
            return False
        if "f" in (theirs.dtype.kind, ours.dtype.kind):
            size = max(1.0, float(np.max(np.abs(theirs), initial=0, where=np.isfinite(theirs))))
            return np.allclose(ours, theirs, rtol=tolerance, atol=tolerance * size, equal_nan=True)
        return np.array_equal(theirs, ours)
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return theirs.keys() == ours.keys() and all(
            alike(theirs[key], ours[key], tolerance) for key in theirs
        )
    if isinstance(theirs, list | tuple) and isinstance(ours, list | tuple):
        return len(theirs) == len(ours) and all(
            alike(a, b, tolerance) for a, b in zip(theirs, ours, strict=True)
        )
    numbers = type(theirs) in (int, float) and type(ours) in (int, float)
    return (numbers or type(theirs) is type(ours)) and theirs == ours


def known_by(ours: Any, theirs: Any) -> Any:
    """Their shapes, with what only we know of them filled in."""
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [known_by(a, b) for a, b in zip(ours, theirs, strict=True)]
    return ours if theirs is None else theirs


def differences(theirs: dict[str, Any], ours: dict[str, Any], half: bool) -> dict[str, tuple]:
    """What is not the same, by its name.

    A shape that only we know, and a symbolic call that only we can make, are no differences.
    """
    found = {}
    for name in dict.fromkeys([*theirs, *ours]):
        a, b = theirs.get(name, "nothing"), ours.get(name, "nothing")
        if name.startswith(("symbolic", "compute_output_shape")):
            if refused(a):
                continue
            if not refused(b):
                a = known_by(b, a)
        if name == "gradients" and refused(a):
            continue
        if refused(theirs.get("called")) and "Unsupported dtype" in theirs["called"]["said"]:
            return {}  # JAX has no QR decomposition in half precision, which starts these weights
        if not alike(a, b, 6e-2 if half else 1e-4):
            found[name] = (a, b)
    return found
