"""Records what Keras's FeatureSpace makes of a table, and the files it writes.

    KERAS_BACKEND=tensorflow python -m tests.recorded.record_feature_space

It needs TensorFlow: without it, Keras has no vocabularies and no fingerprints.
"""

import json
import pathlib

TABLE = {
    "z_word": ["zero", "one", "two", "two"],
    "number": [3, 4, 4, 9],
    "scaled": [1.0, 2.0, 3.0, 10.0],
    "plain": [0.0, 0.1, 0.2, 0.9],
    "range": [1.0, 2.0, 3.0, 40.0],
    "hashed_number": [1, 2, 3, 4],
    "hashed_word": ["a", "b", "c", "d"],
    "moved": [1.0, 2.0, 3.0, 4.0],
}
OTHER = {**TABLE, "z_word": ["two", "new", "one", "zero"], "number": [9, 5, 4, 3]}
MODES = [("concat", "one_hot"), ("dict", "int"), ("dict", "one_hot")]
HERE = pathlib.Path(__file__).parent


def space(kind, output_mode, mode):
    """The same feature space of either library, whose class is given."""
    return kind(
        features={
            "z_word": kind.string_categorical(output_mode=mode),
            "number": kind.integer_categorical(output_mode=mode),
            "scaled": "float_normalized",
            "plain": "float",
            "range": kind.float_discretized(3, output_mode=mode),
            "hashed_number": kind.integer_hashed(5, output_mode=mode),
            "hashed_word": kind.string_hashed(4, output_mode=mode),
            "moved": kind.float_rescaled(0.5, 1.0),
        },
        crosses=[
            ("z_word", "number"),
            kind.cross(("hashed_number", "hashed_word"), crossing_dim=6, output_mode=mode),
        ],
        crossing_dim=5,
        output_mode=output_mode,
    )


def plain(x):
    """Tensors as lists, with their dtypes, in the order in which they come."""
    named = x if isinstance(x, dict) else {"": x}
    return [[name, y.dtype.name, y.numpy().tolist()] for name, y in named.items()]


def first(table):
    return {name: values[1] for name, values in table.items()}


if __name__ == "__main__":
    import keras  # the real one

    recorded = {}
    for output_mode, mode in MODES:
        keras.utils.clear_session()
        made = space(keras.utils.FeatureSpace, output_mode, mode)
        made.adapt(TABLE)
        recorded[f"{output_mode}-{mode}"] = {
            "table": plain(made(TABLE)),
            "other": plain(made(OTHER)),
            "single": plain(made(first(OTHER))),
        }
        if (output_mode, mode) != MODES[1]:
            made.save(HERE / f"feature_space_{output_mode}.keras")
    (HERE / "feature_space.json").write_text(json.dumps(recorded) + "\n")
