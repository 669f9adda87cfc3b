"""What real Keras can make only with TensorFlow, beside it: words, hashes and windows of series.

pip install ".[interop-tf]"
KERAS_BACKEND=tensorflow python -m pytest tests/long/test_with_tensorflow.py
"""

import json

import numpy as np
import pytest

import visualnn

tensorflow = pytest.importorskip("tensorflow", reason="needs the extra `interop-tf`")
keras = pytest.importorskip("keras", reason="needs the extra `interop-tf`")

pytestmark = pytest.mark.filterwarnings("ignore")

WORDS = np.array([["a", "b", "zebra"], ["c", "", "a"]])
NUMBERS = np.array([[10, 20, 99], [30, 0, 10]])
TEXTS = np.array(["The cat, the DOG!", "a  dog sat", "", "cats & dogs: sat."])
COUNTED = ("multi_hot", "count")

SETTINGS = {
    "StringLookup": [
        *({"vocabulary": ["a", "b", "c"], "num_oov_indices": n} for n in (1, 2, 3)),
        {"vocabulary": ["a", "b", "c"], "mask_token": ""},
        {"vocabulary": ["a", "b", "c"], "mask_token": "", "oov_token": "what"},
        *({"vocabulary": ["a", "b", "c"], "output_mode": mode} for mode in COUNTED),
        {
            "vocabulary": ["a", "b"],
            "output_mode": "count",
            "pad_to_max_tokens": True,
            "max_tokens": 7,
        },
        {"vocabulary": ["a", "b"], "output_mode": "tf_idf", "idf_weights": [0.5, 2.0]},
        {"max_tokens": 4},
        {},
    ],
    "IntegerLookup": [
        *({"vocabulary": [10, 20, 30], "num_oov_indices": n} for n in (1, 2, 3)),
        {"vocabulary": [10, 20, 30], "mask_token": 0},
        *({"vocabulary": [10, 20, 30], "output_mode": mode} for mode in COUNTED),
        {"max_tokens": 3},
        {},
    ],
    "Hashing": [
        *({"num_bins": n} for n in (1, 3, 1000)),
        {"num_bins": 5, "salt": 133},
        {"num_bins": 5, "salt": [133, 137]},
        {"num_bins": 5, "mask_value": ""},
        *({"num_bins": 5, "output_mode": mode} for mode in COUNTED),
    ],
    "TextVectorization": [
        {},
        {"output_sequence_length": 2},
        {"standardize": "lower"},
        {"standardize": "strip_punctuation"},
        {"standardize": None},
        {"split": "character"},
        {"ngrams": 2},
        {"ngrams": (1, 3)},
        {"max_tokens": 5},
        *({"output_mode": mode} for mode in (*COUNTED, "tf_idf")),
        {"output_mode": "count", "max_tokens": 20, "pad_to_max_tokens": True},
        {"vocabulary": ["the", "dog"]},
    ],
}
DATA = {
    "StringLookup": WORDS,
    "IntegerLookup": NUMBERS,
    "Hashing": WORDS,
    "TextVectorization": TEXTS,
}
CASES = [(name, i) for name, every in SETTINGS.items() for i in range(len(every))]


def numbers(x):
    """The numbers in whatever a library gives."""
    if hasattr(x, "to_tensor"):
        x = x.to_tensor()
    return np.asarray(x)


@pytest.mark.parametrize("name, i", CASES)
def test_words_become_the_same_numbers(name, i):
    made = []
    for library in (visualnn, keras):
        layer = getattr(library.layers, name)(**SETTINGS[name][i])
        if name != "Hashing" and "vocabulary" not in SETTINGS[name][i]:
            layer.adapt(DATA[name])
        x = DATA[name] if library is visualnn else tensorflow.constant(DATA[name])
        made.append((numbers(layer(x)), layer))
    (ours, our_layer), (theirs, their_layer) = made
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    if hasattr(their_layer, "get_vocabulary"):
        assert list(our_layer.get_vocabulary()) == list(their_layer.get_vocabulary())
        assert our_layer.vocabulary_size() == their_layer.vocabulary_size()
    config, expected = our_layer.get_config(), their_layer.get_config()
    for settings in (config, expected):
        settings.pop("name")
    assert plain(config) == plain(expected)


def plain(config):
    """A config as a file would hold it."""
    return json.loads(json.dumps(config, default=lambda x: x.get_config()))


@pytest.mark.parametrize("mask_token", [None, ""])
def test_numbers_become_words(mask_token):
    texts = []
    for library in (visualnn, keras):
        layer = library.layers.StringLookup(
            vocabulary=["a", "b"], invert=True, mask_token=mask_token
        )
        texts.append(np.asarray(layer(np.array([[0, 1, 2], [1, 0, 1]]))).astype("S").tolist())
    assert texts[0] == texts[1]


@pytest.mark.parametrize("bins", [1, 5, 1000])
@pytest.mark.parametrize("mode", ["int", "one_hot"])
def test_crossings(bins, mode):
    first, second = np.array(["a", "b", "a"]), np.array([1, 2, 3])
    found = [
        np.asarray(
            library.layers.HashedCrossing(bins, output_mode=mode)(
                tuple(map(make, (first[:, None], second[:, None])))
            )
        )
        for library, make in ((visualnn, np.asarray), (keras, tensorflow.constant))
    ]
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize(
    "name, i", [case for case in CASES if case[0] != "Hashing"][::3], ids=lambda x: str(x)
)
def test_files_go_both_ways(name, i, tmp_path):
    for source, target in ((visualnn, keras), (keras, visualnn)):
        dtype = "int64" if name == "IntegerLookup" else "string"
        inputs = source.Input((None,) if name != "TextVectorization" else (1,), dtype=dtype)
        layer = getattr(source.layers, name)(**SETTINGS[name][i])
        if "vocabulary" not in SETTINGS[name][i]:
            layer.adapt(DATA[name])
        model = source.Model(inputs, layer(inputs))
        model.save(tmp_path / "m.keras")
        again = target.models.load_model(tmp_path / "m.keras")
        x = DATA[name] if name != "TextVectorization" else TEXTS[:, None]
        given = [
            x if library is visualnn else tensorflow.constant(x) for library in (source, target)
        ]
        np.testing.assert_allclose(numbers(model(given[0])), numbers(again(given[1])), rtol=1e-5)


@pytest.mark.parametrize(
    "settings",
    [
        {"sequence_length": 3},
        {"sequence_length": 3, "sequence_stride": 2, "batch_size": 2},
        {"sequence_length": 3, "sampling_rate": 2, "batch_size": None},
        {"sequence_length": 2, "start_index": 3, "end_index": 15},
        {"sequence_length": 4, "sequence_stride": 3, "sampling_rate": 2, "start_index": 1},
    ],
    ids=str,
)
@pytest.mark.parametrize("with_targets", [True, False])
def test_windows(settings, with_targets):
    data = np.arange(40.0).reshape(20, 2)
    targets = np.arange(20) if with_targets else None
    found = [
        list(library.utils.timeseries_dataset_from_array(data, targets, **settings))
        for library in (visualnn, keras)
    ]
    assert len(found[0]) == len(found[1])
    for ours, theirs in zip(*found, strict=True):
        pairs = zip(ours, theirs, strict=True) if with_targets else [(ours, theirs)]
        for a, b in pairs:
            np.testing.assert_array_equal(np.asarray(a), np.asarray(b))
