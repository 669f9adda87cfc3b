"""Writes results.npz: what real Keras gives for tests/ops/cases.py.

Run from the root of the project, in an environment with Keras 3.15 and JAX:

    KERAS_BACKEND=jax python tests/recorded/ops/record.py
"""

import sys
from pathlib import Path

import numpy as np
from keras import ops

here = Path(__file__).parent
sys.path.insert(0, str(here.parent.parent / "ops"))
from cases import EXPRESSIONS, call  # noqa: E402

arrays, failed = {}, []
for expression in EXPRESSIONS:
    try:
        results = call(expression, vars(ops))
    except Exception as problem:
        failed.append((expression, problem))
        continue
    arrays.update({f"{expression}#{i}": x for i, x in enumerate(results)})
np.savez_compressed(here / "results.npz", **arrays)
for expression, problem in failed:
    print(f"{expression}: {type(problem).__name__}: {str(problem)[:100]}")
print(f"{len(arrays)} results of {len(EXPRESSIONS) - len(failed)} calls")
