"""Calls of ``ops`` whose results real Keras has written down: see recorded/ops/record.py.

Each line of ``calls.txt`` is an expression over the functions of ``ops`` and these inputs.
"""

from pathlib import Path

import numpy as np

_RECORDED = Path(__file__).parent.parent / "recorded" / "ops"

_random = np.random.default_rng(3)


def _normal(*shape):
    return _random.normal(size=shape).astype("float32")


INPUTS = {
    "x": _normal(3, 4),
    "y": _normal(4),
    "z": _normal(2, 3, 4),
    "m": np.abs(_normal(3, 4)) + 0.1,
    "u": np.tanh(_normal(3, 4)) * 0.9,
    "h": _normal(3, 4).astype("float16"),
    "i": _random.integers(-5, 6, (3, 4)).astype("int32"),
    "j": _random.integers(1, 6, (3, 4)).astype("int32"),
    "k": np.array([2, 0, 1, 2], "int32"),
    "s": _random.integers(0, 100, (3, 4)).astype("int8"),
    "w": _random.integers(0, 100, (3, 4)).astype("uint8"),
    "b": _normal(3, 4) > 0,
    "c": _normal(3, 4) > 0.5,
    "odd": np.array([0.0, -0.0, 1.5, -2.5, np.inf, -np.inf, np.nan], "float32"),
    "other": np.array([1.0, 0.0, np.nan, 2.0, np.inf, 3.0, np.nan], "float32"),
    "grid": _normal(4, 4),
    "line": _normal(2, 9, 4),
    "image": _normal(2, 6, 7, 4),
    "volume": _normal(1, 4, 5, 4, 2),
    "kernel1": _normal(3, 4, 5),
    "kernel2": _normal(3, 2, 4, 6),
    "group2": _normal(3, 2, 2, 6),
    "depth2": _normal(3, 2, 4, 2),
    "point2": _normal(1, 1, 8, 3),
    "kernel3": _normal(2, 3, 2, 2, 3),
    "up2": _normal(3, 2, 5, 4),
    "chances": np.array([[0.2, 0.5, 0.3], [0.1, 0.6, 0.3]], "float32"),
    "hot": np.array([[0, 1, 0], [1, 0, 0]], "float32"),
    "classes": np.array([1, 0], "int32"),
    "holes": np.array([[1, np.nan, 3], [np.nan, np.nan, np.nan], [4, 2, np.nan]], "float32"),
    "even": np.array([[4.0, 1, 0.5], [1, 3, 0.2], [0.5, 0.2, 2]], "float32"),
    "heads": _normal(2, 3, 4, 2),
    "keys": _normal(2, 5, 4, 2),
    "look": _normal(2, 1, 3, 5) > -1,
    "frames": _normal(2, 6, 4),
    "spoken": np.array([[1, 2, 1], [3, 0, 0]], "int32"),
    "photo": np.abs(np.tanh(_normal(2, 5, 6, 3))),
    "np": np,
}

EXPRESSIONS = (_RECORDED / "calls.txt").read_text().split("\n")[:-1]


def names_for(functions):
    """What an expression can name; the functions for pictures are ``on_pictures``."""
    return {**functions, "on_pictures": functions["image"]}


def call(expression, functions):
    """The results of an expression, as a list of arrays."""
    result = eval(expression, {**names_for(functions), **INPUTS})
    return [np.asarray(x) for x in (result if isinstance(result, list | tuple) else [result])]
