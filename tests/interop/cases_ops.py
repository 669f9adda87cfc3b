"""Calls of ``ops``, made in both libraries in many ways: what the conformance walk goes through.

A call is an expression over the functions of ``ops`` and the inputs of :mod:`tests.ops.cases`.
From each the walk makes variants: other dtypes, sizes that are not known, nested lists, empty
arrays, gradients, nodes of a model, and arguments that do not fit.

Of dtypes Keras says the kind and, up to 32 bits, the width.  Where a tensor of 64 bits comes in,
Keras on JAX (and on numpy) narrows it to 32, and Keras on TensorFlow keeps it, as we do; so widths
of 64 are compared as if they were 32 (:data:`NARROW`), and that ours stay wide is tested in
tests/ops/test_promotion.py.

Where Keras foretells of a symbolic call another shape or dtype than what it then computes, what
it computes is what counts.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tests.ops.cases import EXPRESSIONS, INPUTS

MORE = (Path(__file__).parent / "calls_ops.txt").read_text().splitlines()
CALLS = [
    call
    for call in (*EXPRESSIONS, *MORE)
    if call and not call.startswith("#") and "on_pictures" not in call
]
"""All calls but those of ``ops.image``."""
DTYPES = (
    "bool", "uint8", "uint16", "uint32", "int8", "int16", "int32", "int64",
    "float16", "bfloat16", "float32", "float64",
)  # fmt: skip


class Outcome(NamedTuple):
    """What a call gave: leaves, or the error and whether Keras itself raised it."""

    leaves: list[Any]
    problem: BaseException | None = None
    by_library: bool = True


class Variant(NamedTuple):
    """One way to make a call."""

    name: str
    inputs: dict[str, Any]
    symbolic: dict[str, tuple] | None = None  # (shape, dtype) of those that have no numbers


def inputs_of(call: str) -> list[str]:
    """The inputs that a call names, in order."""
    names = [node.id for node in ast.walk(ast.parse(call)) if isinstance(node, ast.Name)]
    return [name for name in dict.fromkeys(names) if name != "np" and name in INPUTS]


def chosen(name: str, share: float) -> bool:
    """Whether a case belongs to a sample of this share; always the same ones."""
    return zlib.crc32(name.encode()) < share * 2**32


# --------------------------------------------------------------------------- variants


def as_dtype(x: np.ndarray, dtype: str) -> np.ndarray:
    """The same numbers in another dtype, without their signs where it has none."""
    import ml_dtypes

    numpy_dtype = ml_dtypes.bfloat16 if dtype == "bfloat16" else np.dtype(dtype)
    with np.errstate(all="ignore"):
        x = np.abs(x) if dtype.startswith("uint") else x
        x = np.clip(np.nan_to_num(x), -100, 100) if dtype.startswith(("uint", "int")) else x
        return x.astype(numpy_dtype)


def dtype_variants(call: str) -> Iterator[Variant]:
    """Every dtype for one input, every pair of them for two."""
    names = [name for name in inputs_of(call) if isinstance(INPUTS[name], np.ndarray)]
    if not 1 <= len(names) <= 3:
        return
    pairs = itertools.product(DTYPES, repeat=2) if len(names) == 2 else [(d, d) for d in DTYPES]
    for pair in pairs:
        dtypes = pair if len(names) > 1 else pair[:1]
        dtypes = [*dtypes, *dtypes[-1:] * (len(names) - len(dtypes))]
        inputs = {
            name: as_dtype(INPUTS[name], dtype) for name, dtype in zip(names, dtypes, strict=True)
        }
        said = " ".join(dict.fromkeys(dtypes) if pair[0] == pair[1] else dtypes)
        yield Variant(f"dtypes {said}", inputs)


def promotion_variants(call: str) -> Iterator[Variant]:
    """The same without numbers: only what is documented of the result's dtype counts."""
    for variant in dtype_variants(call):
        specs = {name: (x.shape, x.dtype.name) for name, x in variant.inputs.items()}
        yield Variant(f"promotion of {variant.name}", variant.inputs, specs)


def symbolic_variants(call: str) -> Iterator[Variant]:
    """Tensors without numbers, whose sizes are known, known but the first, or unknown."""
    shapes: dict[str, Callable[[np.ndarray], tuple]] = {
        "known": lambda x: x.shape,
        "batch": lambda x: (None, *x.shape[1:]) if x.ndim else (),
        "unknown": lambda x: (None,) * x.ndim,
    }
    for name, shape in shapes.items():
        specs = {key: (shape(INPUTS[key]), INPUTS[key].dtype.name) for key in inputs_of(call)}
        if specs:
            yield Variant(name, {}, specs)


def other_variants(call: str) -> Iterator[Variant]:
    """As it stands; nested lists; no elements; single numbers; one axis more."""
    names = inputs_of(call)
    yield Variant("values", {})
    if names:
        yield Variant("lists", {name: INPUTS[name].tolist() for name in names})
        yield Variant("empty", {name: INPUTS[name][:0] for name in names if INPUTS[name].ndim})
        yield Variant("single", {name: INPUTS[name].flat[0] for name in names})
        yield Variant("axis more", {name: INPUTS[name][None] for name in names})


# --------------------------------------------------------------------------- making calls


def namespace(library: Any) -> dict[str, Any]:
    """What a call can name: functions of ``ops``, with the modules under their own names."""
    functions = {name: getattr(library.ops, name) for name in dir(library.ops)}
    return {
        **functions,
        "keras": library,
        "on_pictures": library.ops.image,
        "random": library.random,
        "tree": library.tree,
        "kind": kind,
        "np": np,
    }


_NO_SLOPES = re.compile(
    r"random|tree|unique|nonzero|histogram|complex|polar|eig|svd|qr|lambda|allclose|"
    r"view|_tensor|_to_numpy|ctc_decode|SeedGen|kind|np\.inf|odd|nan|holes|empty|shape|sort|"
    r"reduction|top_k|median|quantile|percentile|matrix_rank|lu_factor|nextafter|on_pictures|norm\("
)
DIFFERENTIABLE = [
    call
    for call in CALLS
    if not _NO_SLOPES.search(call)
    and any(INPUTS[name].dtype == "float32" for name in inputs_of(call))
]
"""Calls of single functions of fractions that have slopes everywhere, or nearly so."""


def kind(x: Any) -> tuple[tuple, str]:
    """The shape and dtype of what is drawn at random."""
    return tuple(x.shape), _narrow(np.asarray(x).dtype)


def made(call: str, library: Any, inputs: dict[str, Any]) -> Any:
    """The result of a call with these inputs in the place of the usual ones."""
    return eval(call, {**namespace(library), **INPUTS, **inputs})


def outcome(call: str, library: Any, variant: Variant) -> Outcome:
    """What comes of a call: leaves as arrays, as (shape, dtype), or the error."""
    inputs = variant.inputs
    if variant.symbolic:
        inputs = {name: library.KerasTensor(*spec) for name, spec in variant.symbolic.items()}
    try:
        with np.errstate(all="ignore"):
            return Outcome([described(x) for x in leaves(made(call, library, inputs))])
    except Exception as problem:
        return Outcome([], problem, raised_by_library(problem))


def leaves(result: Any) -> list[Any]:
    """The parts of a result that is a list, tuple or dict, in order."""
    if isinstance(result, dict):
        result = [result[key] for key in sorted(result)]
    if isinstance(result, list | tuple):
        return [leaf for part in result for leaf in leaves(part)]
    return [result]


def described(x: Any) -> Any:
    """A tensor as an array, or as (shape, dtype) where it has no numbers."""
    if type(x).__name__ == "KerasTensor":
        return tuple(x.shape), str(x.dtype)
    return np.asarray(x) if hasattr(x, "dtype") else x


def raised_by_library(problem: BaseException) -> bool:
    """Whether Keras's own code refused on purpose, and not its backend, numpy, or an accident."""
    frame = inspect.getinnerframes(problem.__traceback__)[-1]  # type: ignore[arg-type]
    said = "".join(frame.code_context or ()).strip()
    inside = "/keras/src/" in frame.filename and "/keras/src/backend/jax" not in frame.filename
    return inside and said.startswith("raise ")


# --------------------------------------------------------------------------- comparing

TOLERANCES = {"float16": 4e-3, "bfloat16": 3e-2, "float32": 3e-5, "float64": 3e-5}


def compared(call: str, ours: Any, theirs: Any, variant: Variant) -> str | None:
    """What differs between two libraries in a call, in words; ``None`` if nothing that counts."""
    made_by_ours, made_by_theirs = outcome(call, ours, variant), outcome(call, theirs, variant)
    found = difference(made_by_ours, made_by_theirs)
    if found is None or variant.symbolic is None:
        return found
    actual = outcome(call, theirs, variant._replace(symbolic=None))
    if made_by_ours.problem is not None:
        return found if actual.problem is None else None
    if made_by_theirs.problem is not None:
        return found if actual.problem is not None and actual.by_library else None
    if actual.problem is not None or _foretells(made_by_ours.leaves, actual.leaves):
        return None
    return found


def difference(ours: Outcome, theirs: Outcome) -> str | None:
    """What differs between two outcomes, in words."""
    if theirs.problem is not None:
        if not theirs.by_library:
            return None  # its backend's refusal, not its own
        if ours.problem is None:
            return f"gives {ours.leaves}, where Keras raises {theirs.problem!r}"[:400]
        if not isinstance(ours.problem, type(theirs.problem)):
            return f"raises {ours.problem!r}, where Keras raises {theirs.problem!r}"[:400]
        return None
    if ours.problem is not None:
        return f"raises {ours.problem!r}, where Keras gives {theirs.leaves}"[:400]
    if len(ours.leaves) != len(theirs.leaves):
        return f"gives {len(ours.leaves)} results, where Keras gives {len(theirs.leaves)}"
    for x, y in zip(ours.leaves, theirs.leaves, strict=True):
        if (found := _leaf_difference(x, y)) is not None:
            return found
    return None


NARROW = {"int64": "int32", "uint64": "uint32", "float64": "float32", "complex128": "complex64"}


def _leaf_difference(x: Any, y: Any) -> str | None:
    if not isinstance(y, np.ndarray) or not isinstance(x, np.ndarray):
        return None if _plain(x) == _plain(y) else f"gives {x!r}, where Keras gives {y!r}"
    if (_narrow(x.dtype), x.shape) != (_narrow(y.dtype), y.shape):
        return f"gives {x.dtype}{x.shape}, where Keras gives {y.dtype}{y.shape}"
    tolerance = TOLERANCES.get(str(y.dtype), 3e-5 if y.dtype.kind == "c" else 0)
    kind = "complex128" if y.dtype.kind == "c" else "float64"
    a, b = (part.astype(kind) for part in (x, y))
    if np.allclose(a, b, rtol=tolerance, atol=tolerance, equal_nan=True):
        return None
    return f"gives {str(x)[:150]}, where Keras gives {str(y)[:150]}"


def _narrow(dtype: Any) -> str:
    return NARROW.get(str(dtype), str(dtype))


def _plain(x: Any) -> Any:
    """A leaf that is no array, to be compared by ``==``."""
    if isinstance(x, np.ndarray) and x.ndim == 0:
        return x.item()
    if isinstance(x, tuple) and len(x) == 2 and isinstance(x[1], str):
        return x[0], _narrow(x[1])
    return x


def _foretells(foretold: list[Any], actual: list[Any]) -> bool:
    """Whether all that was said of results without numbers is true of those with numbers."""
    if len(foretold) != len(actual):
        return False
    for said, x in zip(foretold, actual, strict=True):
        if not isinstance(said, tuple) or not isinstance(x, np.ndarray):
            return False
        shape, dtype = said
        if _narrow(dtype) != _narrow(x.dtype) or len(shape) != x.ndim:
            return False
        if any(a not in (None, b) for a, b in zip(shape, x.shape, strict=True)):
            return False
    return True


# --------------------------------------------------------------------------- slopes and models


def _weighed(call: str, library: Any, inputs: dict[str, Any]) -> Any:
    """One number that all fractions of a result change."""
    total = 0.0
    for leaf in leaves(made(call, library, inputs)):
        if "float" in str(getattr(leaf, "dtype", "")):
            weights = np.cos(np.arange(int(np.prod(leaf.shape)))).reshape(leaf.shape)
            total = total + library.ops.sum(leaf * weights.astype("float32"))
    return total


def slopes_differ(call: str, ours: Any, theirs: Any) -> str | None:
    """What differs between the gradients of a call, by ours and by JAX through real Keras."""
    import jax

    names = [name for name in inputs_of(call) if INPUTS[name].dtype == "float32"]
    given = [INPUTS[name] for name in names]

    def weighed(library: Any) -> Callable:
        return lambda *xs: _weighed(call, library, dict(zip(names, xs, strict=True)))

    try:
        places = tuple(range(len(names)))
        expected = jax.grad(weighed(theirs), argnums=places)(*given)
    except Exception:
        return None  # real Keras cannot differentiate it
    found = ours.grad(weighed(ours), argnums=places)(*given)
    for name, x, y in zip(names, found, expected, strict=True):
        a = np.zeros(y.shape) if x is None else np.asarray(x, "float64")
        b = np.asarray(y, "float64")
        size = max(1.0, float(np.abs(np.nan_to_num(b)).max(initial=0)))
        if not np.allclose(a, b, rtol=1e-3, atol=1e-4 * size, equal_nan=True):
            return f"the gradient of {name} is {a}, where Keras has {b}"[:500]
    return None


def models_differ(call: str, ours: Any, theirs: Any, folder: Path) -> str | None:
    """What differs between a model of this call that is saved here, and loaded in both."""
    names = inputs_of(call)
    batches = {INPUTS[name].shape[:1] for name in names}
    if len(batches) != 1 or () in batches:
        return None  # no examples that belong together
    arrays = [INPUTS[name] for name in names]

    def model(library: Any) -> Any:
        inputs = [
            library.Input(x.shape[1:], dtype=x.dtype.name, name=f"in_{name}")
            for name, x in zip(names, arrays, strict=True)
        ]
        result = made(call, library, dict(zip(names, inputs, strict=True)))
        return library.Model(inputs, leaves(result))

    def predicted(model: Any) -> Outcome:
        return Outcome([np.asarray(x) for x in leaves(model.predict_on_batch(arrays))])

    path = folder / "model.keras"
    try:
        expected = predicted(model(theirs))
        model(theirs).save(folder / "theirs.keras")
        predicted(theirs.saving.load_model(folder / "theirs.keras"))
    except Exception:
        return None  # real Keras cannot, or cannot load what it has saved
    built = model(ours)
    built.save(path)
    models = {
        "built": built,
        "loaded": ours.saving.load_model(path),
        "loaded by Keras": theirs.saving.load_model(path),
        "of Keras, loaded": ours.saving.load_model(folder / "theirs.keras"),
    }
    for name, one in models.items():
        if (found := difference(predicted(one), expected)) is not None:
            return f"{name}: {found}"
    return None
