"""Tables become numbers as Keras makes them, and files with them are read by both."""

import json
import zipfile

import numpy as np
import pytest
from visualnn.utils import FeatureSpace, PyDataset

from tests.recorded.record_feature_space import HERE, MODES, OTHER, TABLE, first, space
from visualnn import layers, models

RECORDED = json.loads((HERE / "feature_space.json").read_text())
EVERY_MODE = pytest.mark.parametrize(("output_mode", "mode"), MODES)


def check(found, recorded):
    """Compare with what was recorded: names in their order, dtypes and numbers."""
    found = found if isinstance(found, dict) else {"": found}
    assert list(found) == [name for name, _, _ in recorded]
    for name, dtype, numbers in recorded:
        assert str(found[name].dtype) == dtype, name
        np.testing.assert_allclose(np.asarray(found[name]), numbers, atol=1e-5, err_msg=name)


class Rows(PyDataset):
    """The table in batches of three rows, with targets."""

    def __len__(self):
        return 2

    def __getitem__(self, i):
        if i > 1:
            raise IndexError
        return {name: np.array(x[3 * i : 3 * i + 3]) for name, x in TABLE.items()}, np.zeros(3)


SOURCES = {
    "a dict": lambda: TABLE,
    "arrays": lambda: {name: np.array(x)[:, None] for name, x in TABLE.items()},
    "a data set": Rows,
    "batches": lambda: (Rows()[i][0] for i in range(2)),
    "rows": lambda: [{name: x[i] for name, x in TABLE.items()} for i in range(4)],
}


@EVERY_MODE
@pytest.mark.parametrize("source", SOURCES)
def test_numbers_are_those_of_keras(output_mode, mode, source):
    made = space(FeatureSpace, output_mode, mode)
    made.adapt(SOURCES[source]())
    recorded = RECORDED[f"{output_mode}-{mode}"]
    check(made(TABLE), recorded["table"])
    check(made(OTHER), recorded["other"])
    check(made(first(OTHER)), recorded["single"])


@EVERY_MODE
def test_in_a_functional_model(output_mode, mode):
    made = space(FeatureSpace, output_mode, mode)
    made.adapt(TABLE)
    inputs = made.get_inputs()
    assert {name: x.dtype for name, x in inputs.items()}["number"] == "int32"
    assert inputs["z_word"].dtype == "string" and inputs["plain"].shape == (None, 1)
    model = models.Model(inputs, made.get_encoded_features())
    found = model.predict({name: np.array(x)[:, None] for name, x in OTHER.items()}, verbose=0)
    recorded = RECORDED[f"{output_mode}-{mode}"]["other"]
    if output_mode == "dict":
        found = {name: found[name] for name, _, _ in recorded}
    check(found, recorded)


def test_a_model_learns_from_a_table():
    made = space(FeatureSpace, "concat", "one_hot")
    made.adapt(TABLE)
    outputs = layers.Dense(1)(made.get_encoded_features())
    model = models.Model(made.get_inputs(), outputs)
    model.compile("adam", "mse")
    data = {name: np.array(x)[:, None] for name, x in TABLE.items()}
    model.fit(data, np.arange(4.0), epochs=1, verbose=0)


@pytest.mark.parametrize("output_mode", ["concat", "dict"])
def test_files_of_keras_are_read(output_mode):
    loaded = models.load_model(HERE / f"feature_space_{output_mode}.keras")
    assert isinstance(loaded, FeatureSpace)
    check(loaded(OTHER), RECORDED[f"{output_mode}-one_hot"]["other"])


@EVERY_MODE
def test_files_are_written_and_read_again(output_mode, mode, tmp_path):
    made = space(FeatureSpace, output_mode, mode)
    made.adapt(TABLE)
    made.save(tmp_path / "space.keras")
    loaded = models.load_model(tmp_path / "space.keras")
    check(loaded(OTHER), RECORDED[f"{output_mode}-{mode}"]["other"])
    assert loaded.get_config() == made.get_config()
    if mode != "int":
        written, original = (
            json.loads(zipfile.ZipFile(path).read("config.json"))
            for path in (tmp_path / "space.keras", HERE / f"feature_space_{output_mode}.keras")
        )
        assert kinds(written["config"]) == kinds(original["config"])
        assert list(written["build_config"]) == list(original["build_config"])


def kinds(x):
    """The classes of all columns and crosses in a record, in their order."""
    if isinstance(x, list):
        return [found for y in x for found in kinds(y)]
    if not isinstance(x, dict) or x.get("class_name") == "DTypePolicy":
        return []
    here = [(x["module"], x["class_name"], x["registered_name"])] if "class_name" in x else []
    return here + [found for y in x.values() for found in kinds(y)]


def test_a_space_that_was_not_adapted_stays_so_in_a_file(tmp_path):
    space(FeatureSpace, "concat", "one_hot").save(tmp_path / "space.keras")
    with pytest.raises(ValueError, match="call `adapt"):
        models.load_model(tmp_path / "space.keras")(TABLE)


def test_layers_of_your_own():
    texts = layers.TextVectorization(output_mode="tf_idf")
    made = FeatureSpace({"text": FeatureSpace.feature("string", texts, "float")})
    made.adapt({"text": ["a b", "b c", "c c d"]})
    found = np.asarray(made({"text": ["a b", "c d"]}))
    idf = [0.6931472, 0.91629076]  # recorded from Keras 3.15
    np.testing.assert_allclose(
        sorted(found[found > 0]), [idf[0], idf[0], idf[1], idf[1]], rtol=1e-5
    )
    assert made.preprocessors["text"] is texts


def test_what_needs_no_data_needs_no_adapt():
    made = FeatureSpace(
        {
            "a": "float",
            "b": FeatureSpace.float_discretized(None, bin_boundaries=[1.0, 2.0]),
            "c": FeatureSpace.feature("string", layers.StringLookup(vocabulary=["x"]), "one_hot"),
        }
    )
    found = made({"a": [0.5, 1.5], "b": [0.0, 3.0], "c": ["x", "y"], "more": [1, 2]})
    np.testing.assert_allclose(found, [[0.5, 1, 0, 0, 0, 1], [1.5, 0, 0, 1, 1, 0]])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: FeatureSpace({}), "it is empty"),
        (lambda: FeatureSpace({"a": "nonsense"}), "cannot be taken as 'nonsense'"),
        (lambda: FeatureSpace({"a": "float"}, output_mode="x"), "`output_mode`"),
        (lambda: FeatureSpace({"a": "float"}, crosses=[("a", "b")]), r"\['b'\]"),
        (lambda: FeatureSpace.string_categorical(output_mode="x"), "`output_mode`"),
        (lambda: FeatureSpace.cross(("a", "b"), 3, output_mode="float"), "`output_mode`"),
        (lambda: FeatureSpace({"a": "float"})(3), "takes a dict"),
        (lambda: FeatureSpace({"a": "float_normalized"})({"a": [1.0]}), "`adapt"),
        (lambda: FeatureSpace({"a": "float_normalized"}).get_inputs(), "`adapt"),
        (lambda: FeatureSpace({"a": "float_normalized"}).adapt({"b": [1.0]}), "no column 'a'"),
        (lambda: FeatureSpace({"a": "float_normalized"}).adapt([]), "no data"),
        (lambda: FeatureSpace({"a": "float_normalized"}).adapt(3), "takes a dict"),
        (
            lambda: FeatureSpace({"a": FeatureSpace.integer_hashed(3, "int")})({"a": [1]}),
            "`output_mode='dict'`",
        ),
        (
            lambda: FeatureSpace(
                {"a": FeatureSpace.feature("float32", layers.Rescaling(2.0), "one_hot")}
            )({"a": [1.0]}),
            "no numbers of categories",
        ),
    ],
)
def test_what_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_columns_that_are_missing():
    with pytest.raises(KeyError, match=r"columns \['a'\] are missing"):
        FeatureSpace({"a": "float"})({"b": [1.0]})
