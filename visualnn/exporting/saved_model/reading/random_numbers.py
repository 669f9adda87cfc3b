"""Random numbers as functions of a key: the same distributions, and other numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import primitives as p
from visualnn.exporting.saved_model.reading.rows import dtype_of, reads, sizes_from, tensor

_DRAWS = {
    "StatelessRandomUniform": p.random_uniform,
    "StatelessRandomNormal": p.random_normal,
    "StatelessRandomUniformFullInt": p.random_integers,
}


def _key(seed: Any) -> Any:
    return p.cast(tensor(seed), dtype="uint32")


@reads(*_DRAWS, sizes=True)
def _(node, shape, seed):
    sizes, unknown = p.as_setting(sizes_from(shape))
    dtype = str(node.get("dtype", "float32"))
    return _DRAWS[node.operation](_key(seed), *unknown, shape=sizes, dtype=dtype)


@reads("StatelessRandomGetKeyCounter", sizes=True)
def _(node, seed):
    return _key(seed), np.zeros(2, np.uint64)  # ours has no counter


@reads("StatelessRandomGetAlg")
def _(node):
    return np.int32(1)


_BY_KEY = {
    "StatelessRandomUniformV2": p.random_uniform,
    "StatelessRandomNormalV2": p.random_normal,
}


@reads(*_BY_KEY, sizes=True)
def _(node, shape, key, counter, algorithm):
    sizes, unknown = p.as_setting(sizes_from(shape))
    dtype = str(node.get("dtype", "float32"))
    return _BY_KEY[node.operation](key, *unknown, shape=sizes, dtype=dtype)


@reads("StatelessRandomGammaV2", sizes=True)
def _(node, shape, seed, alpha):
    sizes, unknown = p.as_setting(sizes_from(shape))
    return p.random_gamma(_key(seed), alpha, *unknown, shape=sizes, dtype=dtype_of(alpha))


@reads("StatelessRandomBinomial", sizes=True)
def _(node, shape, seed, counts, chances):
    sizes, unknown = p.as_setting(sizes_from(shape))
    dtype = str(node.get("dtype", "int64"))
    given = (_key(seed), counts, chances)
    return p.random_binomial(*given, *unknown, shape=sizes, dtype=dtype)
