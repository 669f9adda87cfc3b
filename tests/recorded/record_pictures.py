"""Ask real Keras what its layers for pictures and sound give; keep it in pictures.npz.

Run with an interpreter that has Keras and JAX: ``KERAS_BACKEND=jax python -m
tests.recorded.record_pictures`` from the root of the repository.
"""

import pathlib

import keras
import numpy as np

from tests.layers.picture_cases import CASES, SOUNDS, results, spectrogram

if __name__ == "__main__":
    found = {f"{case}|{key}": x for case in CASES for key, x in results(keras, case).items()}
    found.update({f"{case}|": spectrogram(keras, case) for case in SOUNDS})
    np.savez_compressed(pathlib.Path(__file__).parent / "pictures.npz", **found)
    print(len(found), "results")
