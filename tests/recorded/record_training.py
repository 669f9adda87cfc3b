"""Let real Keras train some models and keep the course beside this file, in training.npz and .json.

Run with an interpreter that has Keras and JAX: ``KERAS_BACKEND=jax python -m
tests.recorded.record_training`` from the root of the repository.
"""

from __future__ import annotations

import json
import pathlib

import keras
import numpy as np

from tests.training.cases import CASES

HERE = pathlib.Path(__file__).parent


def main() -> None:
    """Record all cases."""
    numbers, facts = {}, {}
    for case in CASES:
        keras.backend.clear_session()
        model = case.model(keras)
        arguments = case.arguments()
        history = model.fit(**arguments)
        after = model.get_weights()
        tested = model.evaluate(arguments["x"], arguments["y"], verbose=0)
        facts[case.name] = {
            "history": history.history,
            "evaluate": tested,
            "optimizer": [[v.path, list(v.shape)] for v in model.optimizer.variables],
        }
        numbers.update({f"{case.name}|{i}": w for i, w in enumerate(after)})
        numbers.update(
            {
                f"{case.name}|optimizer {i}": np.asarray(v)
                for i, v in enumerate(model.optimizer.variables)
            }
        )
        outputs = keras.tree.flatten(model.predict(arguments["x"], verbose=0))
        numbers.update({f"{case.name}|output {i}": y for i, y in enumerate(outputs)})
    np.savez_compressed(HERE / "training.npz", **numbers)
    (HERE / "training.json").write_text(json.dumps(facts, indent=1) + "\n")
    print("training", len(facts))


if __name__ == "__main__":
    main()
