"""Records how Keras trains with data of every kind: its histories, in a fixed order of examples.

    KERAS_BACKEND=jax python -m tests.recorded.record_data

It needs pandas.
"""

import importlib
import json
import pathlib

import numpy as np

_random = np.random.default_rng(0)
X = _random.normal(size=(20, 3)).astype("float32")
Y = (X @ np.array([[1.0], [2.0], [-1.0]], "float32") + 0.1).astype("float32")
CLASSES = _random.integers(0, 3, (20,))
WEIGHTS = _random.random(20).astype("float32")
KERNEL = _random.normal(size=(3, 1)).astype("float32")
KERNELS = _random.normal(size=(3, 3)).astype("float32")
BY_CLASS = {0: 1.0, 1: 2.0, 2: 0.5}


class Cases:
    """The cases, for a library: each method trains a model and gives its history.

    Args:
        library: Keras, or ours.
        pandas: The library for tables.
    """

    def __init__(self, library, pandas):
        self.keras, self.pandas = library, pandas

    def regression(self):
        keras = self.keras
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        model.layers[-1].set_weights([KERNEL, np.zeros(1)])
        optimizer = keras.optimizers.SGD(0.05)
        model.compile(optimizer, "mse", metrics=["mae"], weighted_metrics=["mse"])
        return model

    def classes(self):
        keras = self.keras
        dense = keras.layers.Dense(3, activation="softmax")
        model = keras.Sequential([keras.Input((3,)), dense])
        dense.set_weights([KERNELS, np.zeros(3)])
        loss = "sparse_categorical_crossentropy"
        model.compile(keras.optimizers.SGD(0.05), loss, metrics=["accuracy"])
        return model

    def two(self):
        keras = self.keras
        a, b = keras.Input((3,), name="a"), keras.Input((3,), name="b")
        p = keras.layers.Dense(1, name="p")
        q = keras.layers.Dense(3, name="q", activation="softmax")
        model = keras.Model({"a": a, "b": b}, {"p": p(a), "q": q(b)})
        p.set_weights([KERNEL, np.zeros(1)])
        q.set_weights([KERNELS, np.zeros(3)])
        model.compile(
            keras.optimizers.SGD(0.05),
            {"p": "mse", "q": "sparse_categorical_crossentropy"},
            metrics={"q": "accuracy"},
            loss_weights={"p": 0.5, "q": 2.0},
        )
        return model

    def dataset(self, *arrays):
        class Batches(self.keras.utils.PyDataset):
            def __len__(self):
                return 4

            def __getitem__(self, i):
                return tuple(x[6 * i : 6 * i + 6] for x in arrays)

        return Batches()

    def fit(self, model, *data, **settings):
        given = dict(epochs=2, shuffle=False, verbose=0)
        if isinstance(data[0], np.ndarray | dict | self.pandas.DataFrame):
            given["batch_size"] = 6
        return model.fit(*data, **{**given, **settings}).history

    def case_arrays(self):
        return self.fit(self.regression(), X, Y)

    def case_weights(self):
        return self.fit(self.regression(), X, Y, sample_weight=WEIGHTS)

    def case_split(self):
        return self.fit(self.regression(), X, Y, validation_split=0.25, sample_weight=WEIGHTS)

    def case_validated(self):
        data = (X[15:], Y[15:], WEIGHTS[15:])
        return self.fit(self.regression(), X[:15], Y[:15], validation_data=data)

    def case_validated_in_steps(self):
        settings = dict(validation_batch_size=7, validation_steps=2)
        return self.fit(self.regression(), X, Y, validation_data=(X, Y), **settings)

    def case_validated_at_times(self):
        settings = dict(validation_freq=[1, 3], epochs=4, initial_epoch=1)
        return self.fit(self.regression(), X, Y, validation_data=(X, Y), **settings)

    def case_in_steps(self):
        return self.fit(self.regression(), X, Y, steps_per_epoch=2, epochs=3)

    def case_weights_of_classes(self):
        return self.fit(self.classes(), X, CLASSES, class_weight=BY_CLASS)

    def case_dataset(self):
        data = self.dataset(X, Y, WEIGHTS)
        return self.fit(self.regression(), data, validation_data=self.dataset(X, Y))

    def case_dataset_in_steps(self):
        return self.fit(self.regression(), self.dataset(X, Y), steps_per_epoch=2, epochs=3)

    def case_dataset_with_classes(self):
        return self.fit(self.classes(), self.dataset(X, CLASSES), class_weight=BY_CLASS)

    def case_generator(self):
        def endless():
            i = 0
            while True:
                yield tuple(x[6 * (i % 3) : 6 * (i % 3) + 6] for x in (X, Y, WEIGHTS))
                i += 1

        return self.fit(self.regression(), endless(), steps_per_epoch=4)

    def case_two(self):
        weights = {"p": WEIGHTS, "q": WEIGHTS * 2}
        targets = {"p": Y, "q": CLASSES}
        return self.fit(self.two(), {"a": X, "b": X}, targets, sample_weight=weights)

    def case_two_split(self):
        targets = {"p": Y, "q": CLASSES}
        return self.fit(self.two(), {"a": X, "b": X}, targets, validation_split=0.2)

    def case_table(self):
        table, series = self.pandas.DataFrame(X), self.pandas.Series(Y[:, 0])
        weights = self.pandas.Series(WEIGHTS)
        data = (table, series)
        return self.fit(
            self.regression(), table, series, sample_weight=weights, validation_data=data
        )

    def case_table_split(self):
        table, classes = self.pandas.DataFrame(X), self.pandas.Series(CLASSES)
        return self.fit(self.classes(), table, classes, validation_split=0.2)

    def case_two_tables(self):
        table = self.pandas.DataFrame(X)
        targets = {"p": self.pandas.Series(Y[:, 0]), "q": self.pandas.Series(CLASSES)}
        return self.fit(self.two(), {"a": table, "b": table}, targets)


NAMES = sorted(name for name in vars(Cases) if name.startswith("case_"))

if __name__ == "__main__":
    cases = Cases(importlib.import_module("keras"), importlib.import_module("pandas"))
    found = {name: getattr(cases, name)() for name in NAMES}
    numbers = {
        name: {key: [float(x) for x in values] for key, values in history.items()}
        for name, history in found.items()
    }
    place = pathlib.Path(__file__).parent / "data.json"
    place.write_text(json.dumps(numbers) + "\n")
