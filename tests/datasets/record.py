"""Records what Keras makes of the tiny files of ``origin``: its choice, order and parts.

    KERAS_BACKEND=jax python -m tests.datasets.record

The file to be read is put in the place of the one that Keras would download.
"""

import json
import pathlib
import sys
import tempfile

import keras  # the real one
import numpy as np

from tests.datasets.origin import tiny_files

CASES = {
    "imdb": [
        {},
        dict(num_words=12),
        dict(skip_top=5),
        dict(num_words=20, skip_top=5, oov_char=None),
        dict(maxlen=5),
        dict(start_char=None),
        dict(start_char=None, index_from=0),
        dict(seed=1),
    ],
    "reuters": [
        {},
        dict(num_words=12),
        dict(test_split=0.5, seed=2),
        dict(maxlen=5, start_char=None),
    ],
    "boston_housing": [{}, dict(test_split=0.5, seed=2), dict(test_split=0)],
    "california_housing": [{}, dict(version="small"), dict(test_split=0.5, seed=2)],
}


def part(x):
    first = [np.ravel(row).tolist() for row in x[:12]]
    return dict(dtype=str(x.dtype), count=len(x), first=first)


def record(folder):
    files, found = tiny_files(), []
    for name, settings in ((name, s) for name, cases in CASES.items() for s in cases):
        place = pathlib.Path(folder) / f"{name}.npz"
        place.write_bytes(files[place.name])
        module = sys.modules[getattr(keras.datasets, name).load_data.__module__]
        module.get_file = lambda *_, place=place, **__: str(place)
        train, test = module.load_data(**settings)
        parts = [part(x) for x in (*train, *test)]
        found.append(dict(name=name, settings=settings, parts=parts))
    return found


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        recorded = json.dumps(record(folder))
    (pathlib.Path(__file__).parent / "recorded.json").write_text(recorded + "\n")
