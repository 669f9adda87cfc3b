"""Layers with vocabularies, fingerprints and categories.

The expected numbers are those that Keras's documentation shows, or Keras 3.15 gave.
"""

import json
import zipfile

import numpy as np
import pytest

from visualnn import layers
from visualnn.layers import (
    CategoryEncoding,
    Discretization,
    HashedCrossing,
    Hashing,
    Input,
    IntegerLookup,
    StringLookup,
    TextVectorization,
)
from visualnn.layers.fingerprints import fingerprint, keyed
from visualnn.models import Model
from visualnn.saving import InvalidModelFile, load_model
from visualnn.serialization import deserialize_keras_object, serialize_keras_object

LETTERS = np.array([["A"], ["B"], ["C"], ["D"], ["E"]])
WORDS = ["a", "b", "c", "d"]


def again(layer):
    """The layer that its record describes."""
    return deserialize_keras_object(json.loads(json.dumps(serialize_keras_object(layer))))


# --------------------------------------------------------------------- fingerprints


@pytest.mark.parametrize(
    "length, number",
    [
        (0, 11160318154034397263),
        (3, 2640714258260161385),
        (7, 4341691227789030229),
        (12, 5676575430734197723),
        (30, 6974928820512964878),
        (50, 6969223974270876682),
        (64, 11261912070464707578),
        (65, 2608948203458330154),
        (200, 2725806534515858166),
    ],
)
def test_fingerprints_of_texts_of_all_lengths(length, number):
    """As the library farmhash gives them."""
    assert fingerprint(bytes(97 + i % 26 for i in range(length))) == number


def test_keyed_fingerprint_is_that_of_its_paper():
    key = (0x0706050403020100, 0x0F0E0D0C0B0A0908)
    assert keyed(bytes(range(15)), key) == 0xA129CA6149BE45E5


@pytest.mark.parametrize(
    "settings, bins",
    [
        ({}, [1, 0, 1, 1, 2]),
        ({"salt": [133, 137]}, [1, 2, 1, 0, 2]),
        ({"salt": 133}, [0, 0, 2, 1, 0]),
        ({"mask_value": "C"}, [1, 1, 0, 2, 1]),
    ],
)
def test_hashing(settings, bins):
    layer = Hashing(3, **settings)
    found = layer(LETTERS)
    assert found.dtype == "int64"
    np.testing.assert_array_equal(found.ravel(), bins)
    np.testing.assert_array_equal(again(layer)(LETTERS), found)
    assert layer(Input((1,), dtype="string")).shape == (None, 1)


def test_hashed_numbers_are_hashed_texts():
    numbers = np.array([[1], [20], [-3]])
    texts = numbers.astype(str)
    np.testing.assert_array_equal(Hashing(7)(numbers), Hashing(7)(texts))
    vectors = Hashing(7, output_mode="one_hot")(numbers)
    assert vectors.dtype == "float32"
    np.testing.assert_array_equal(vectors.argmax(-1), Hashing(7)(numbers).ravel())


def test_crossing():
    first = np.array(["A", "B", "A", "B", "A"])
    second = np.array([101, 101, 101, 102, 102])
    layer = HashedCrossing(5)
    np.testing.assert_array_equal(layer([first, second]), [1, 4, 1, 1, 3])
    np.testing.assert_array_equal(again(layer)([first, second]), [1, 4, 1, 1, 3])
    vectors = HashedCrossing(5, output_mode="one_hot")([first[:, None], second[:, None]])
    np.testing.assert_array_equal(vectors.argmax(-1), [1, 4, 1, 1, 3])


# --------------------------------------------------------------------- categories


@pytest.mark.parametrize(
    "mode, expected",
    [
        ("multi_hot", [[1, 1, 0, 0], [1, 0, 1, 1]]),
        ("count", [[1, 2, 0, 0], [1, 0, 1, 1]]),
        (
            "one_hot",
            [
                [[1, 0, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0]],
                [[0, 0, 0, 1], [0, 0, 1, 0], [1, 0, 0, 0]],
            ],
        ),
    ],
)
def test_categories_as_vectors(mode, expected):
    layer = CategoryEncoding(4, mode)
    found = layer(np.array([[0, 1, 1], [3, 2, 0]]))
    assert found.dtype == "float32"
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(again(layer)(np.array([[0, 1, 1], [3, 2, 0]])), expected)
    assert layer(Input((3,))).shape == (None, *np.shape(expected)[1:])
    assert layer(np.array([[0], [3]])).shape == (2, 4)
    assert "sparse" not in layer.get_config()


def test_categories_with_weights():
    layer = CategoryEncoding(4, "count")
    found = layer(
        np.array([[0, 1, 1], [3, 2, 0]]), count_weights=np.array([[0.5, 1, 2], [1, 2, 3]])
    )
    np.testing.assert_array_equal(found, [[0.5, 3, 0, 0], [3, 0, 2, 1]])
    with pytest.raises(ValueError, match="`count_weights` goes with output_mode='count'"):
        CategoryEncoding(4)(np.array([[1]]), count_weights=np.array([[1.0]]))


def test_ranges():
    numbers = np.array([[-1.0, 0.0, 0.3], [0.5, 1.0, 7.0]], "float32")
    layer = Discretization([0.0, 0.5, 1.0])
    found = layer(numbers)
    assert found.dtype == "int32"
    np.testing.assert_array_equal(found, [[0, 1, 1], [2, 3, 3]])
    counts = Discretization([0.0, 0.5, 1.0], output_mode="count")(numbers)
    np.testing.assert_array_equal(counts, [[1, 2, 0, 0], [0, 0, 1, 2]])
    np.testing.assert_array_equal(again(layer)(numbers), found)


def test_ranges_are_learned():
    layer = Discretization(num_bins=4)
    with pytest.raises(ValueError, match=r"has no boundaries yet: call `adapt\(data\)`"):
        layer(np.ones((2, 1), "float32"))
    data = np.random.RandomState(0).normal(size=(1000, 1)).astype("float32")
    layer.adapt(data)
    counts = np.bincount(np.asarray(layer(data)).ravel())
    assert (abs(counts - 250) <= 2).all(), "a number on a boundary belongs above it"
    np.testing.assert_array_equal(again(layer)(data), layer(data))
    few = Discretization(num_bins=3)
    few.adapt(np.array([40.0, 1.0, 3.0, 2.0]))
    np.testing.assert_allclose(few.bin_boundaries, [4 / 3, 8 / 3])  # as Keras 3.15 finds them
    with pytest.raises(ValueError, match="was given its `bin_boundaries`"):
        Discretization([0.0]).adapt(data)


# --------------------------------------------------------------------- vocabularies


def test_words_and_their_places():
    layer = StringLookup(vocabulary=WORDS)
    x = np.array([["a", "c", "d"], ["d", "z", "b"]])
    np.testing.assert_array_equal(layer(x), [[1, 3, 4], [4, 0, 2]])
    back = StringLookup(vocabulary=WORDS, invert=True)
    assert back(layer(x)).tolist() == [["a", "c", "d"], ["d", "[UNK]", "b"]]
    masked = StringLookup(vocabulary=WORDS, mask_token="")
    np.testing.assert_array_equal(masked(np.array(["a", "", "z"])), [2, 0, 1])
    several = StringLookup(vocabulary=WORDS, num_oov_indices=2)
    np.testing.assert_array_equal(
        several([["a", "c", "d"], ["m", "z", "b"]]), [[2, 4, 5], [0, 1, 3]]
    )
    assert layer(Input((3,), dtype="string")).shape == (None, 3)
    np.testing.assert_array_equal(layer(x.astype(bytes)), layer(x))


@pytest.mark.parametrize(
    "mode, weights, expected",
    [
        ("multi_hot", None, [[0, 1, 0, 1, 1], [1, 0, 1, 0, 1]]),
        ("count", None, [[0, 1, 0, 1, 2], [2, 0, 1, 0, 1]]),
        ("tf_idf", [0.25, 0.75, 0.6, 0.4], [[0, 0.25, 0, 0.6, 0.8], [1, 0, 0.75, 0, 0.4]]),
    ],
)
def test_words_as_vectors(mode, weights, expected):
    layer = StringLookup(vocabulary=WORDS, output_mode=mode, idf_weights=weights)
    x = np.array([["a", "c", "d", "d"], ["d", "z", "b", "z"]])
    np.testing.assert_allclose(layer(x), expected, rtol=1e-6)
    np.testing.assert_allclose(again(layer)(x), expected, rtol=1e-6)
    assert layer(Input((4,), dtype="string")).shape == (None, 5)


def test_one_hot_and_padding():
    layer = StringLookup(
        max_tokens=7, vocabulary=WORDS, output_mode="one_hot", pad_to_max_tokens=True
    )
    found = layer(np.array([["a"], ["z"]]))
    np.testing.assert_array_equal(found, np.eye(7)[[1, 0]])


def test_numbers_and_their_places():
    layer = IntegerLookup(vocabulary=[12, 36, 1138, 42], num_oov_indices=2)
    x = np.array([[12, 1138, 42], [37, 1000, 36]])
    np.testing.assert_array_equal(layer(x), [[2, 4, 5], [1, 0, 3]])
    np.testing.assert_array_equal(again(layer)(x), layer(x))


def test_vocabularies_are_learned_the_most_frequent_first():
    layer = StringLookup()
    layer.adapt([["a", "c", "d"], ["d", "z", "b"]])
    assert layer.get_vocabulary() == ["[UNK]", "d", "z", "c", "b", "a"]
    assert layer.vocabulary_size() == 6
    numbers = IntegerLookup(max_tokens=4)
    numbers.adapt(np.array([[12, 1138, 42], [42, 1000, 36]]))
    assert numbers.get_vocabulary() == [-1, 42, 1138, 1000]
    batches = StringLookup()
    batches.adapt(iter([np.array(["a", "b"]), np.array(["b"])]))
    assert batches.get_vocabulary(include_special_tokens=False) == ["b", "a"]


def test_words_in_few_texts_count_more():
    layer = StringLookup(output_mode="tf_idf")
    layer.adapt(np.array([["a", "b"], ["a", "c"]]))
    rare = np.log(1 + 2 / 2)
    often = np.log(1 + 2 / 3)
    found = layer(np.array([["a", "c", "?"]]))
    np.testing.assert_allclose(found, [[(often + 2 * rare) / 3, often, rare, 0]], rtol=1e-6)


@pytest.mark.parametrize(
    "settings, said",
    [
        ({"vocabulary": ["a", "a"]}, "more than once"),
        ({"vocabulary": ["a", "[UNK]"]}, r"has the special token '\[UNK\]' among the words"),
        ({"vocabulary": WORDS, "max_tokens": 3}, "more than `max_tokens`"),
        ({"vocabulary": []}, "the vocabulary is empty"),
        ({"invert": True, "output_mode": "count"}, "with `invert` the `output_mode` must be 'int'"),
        ({"invert": True, "num_oov_indices": 2}, "one place for unknown words at most"),
        ({"idf_weights": [1.0]}, "`idf_weights` go with output_mode='tf_idf'"),
        ({"vocabulary": WORDS, "output_mode": "tf_idf"}, "give `idf_weights`, too"),
        ({"sparse": True}, "results are whole arrays"),
    ],
)
def test_what_cannot_be_a_vocabulary(settings, said):
    with pytest.raises(ValueError, match=said):
        StringLookup(**settings)


def test_what_cannot_be_looked_up():
    with pytest.raises(ValueError, match="has no vocabulary yet"):
        StringLookup()(np.array(["a"]))
    with pytest.raises(ValueError, match="'z' is not in the vocabulary, and `num_oov_ind"):
        StringLookup(vocabulary=WORDS, num_oov_indices=0)(np.array(["z"]))


# --------------------------------------------------------------------- texts


def test_texts_become_places():
    layer = TextVectorization(max_tokens=5000, output_sequence_length=4)
    layer.adapt(["foo bar", "bar baz", "baz bada boom"])
    assert layer.get_vocabulary() == ["", "[UNK]", "baz", "bar", "foo", "boom", "bada"]
    found = layer(np.array([["Foo, qux BAR!"], ["qux baz"]]))
    assert found.dtype == "int64"
    np.testing.assert_array_equal(found, [[4, 1, 3, 0], [1, 2, 0, 0]])
    assert layer(Input((1,), dtype="string")).shape == (None, 4)


def test_texts_are_as_long_as_the_longest():
    layer = TextVectorization(vocabulary=["earth", "wind", "and", "fire"])
    np.testing.assert_array_equal(layer(["earth wind mars", "fire"]), [[2, 3, 1], [5, 0, 0]])
    np.testing.assert_array_equal(again(layer)(["fire"]), [[5]])
    assert layer(Input((1,), dtype="string")).shape == (None, None)


def test_letters_and_neighbours():
    layer = TextVectorization(split="character", standardize=None, vocabulary=["a", "b"])
    np.testing.assert_array_equal(layer(["abA"]), [[2, 3, 1]])
    pairs = TextVectorization(ngrams=2, output_mode="count", vocabulary=["a", "b", "a b"])
    np.testing.assert_array_equal(pairs(["a b a b"]), [[1, 2, 2, 2]])
    own = TextVectorization(
        standardize=lambda texts: np.char.upper(texts),
        split=lambda texts: [text.split("-") for text in texts],
        vocabulary=["X", "Y"],
    )
    np.testing.assert_array_equal(own(["x-y"]), [[2, 3]])


def test_texts_that_do_not_fit():
    with pytest.raises(ValueError, match="give one text for each example"):
        TextVectorization(vocabulary=["a"])(np.array([["a", "b"]]))
    with pytest.raises(ValueError, match="`split` must be one of 'whitespace', 'character'"):
        TextVectorization(split="words")
    with pytest.raises(ValueError, match="has no vocabulary yet"):
        TextVectorization()(np.array(["a"]))


# --------------------------------------------------------------------- files


def learned():
    """A model with vocabularies that were learned."""
    words, numbers, texts = StringLookup(), IntegerLookup(mask_token=0), TextVectorization()
    words.adapt(np.array(["red", "blue", "red"]))
    numbers.adapt(np.array([7, 7, 5]))
    texts.adapt(np.array(["Grüße, world", "world"]))
    inputs = [Input((1,), dtype=dtype) for dtype in ("string", "int64", "string")]
    outputs = [layer(x) for layer, x in zip((words, numbers, texts), inputs, strict=True)]
    return Model(inputs, outputs)


DATA = [np.array([["red"], ["no"]]), np.array([[5], [0]]), np.array([["world!"], ["Grüße to"]])]


def test_vocabularies_are_saved_and_loaded(tmp_path):
    model = learned()
    model.save(tmp_path / "model.keras")
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        kept = {n: archive.read(n).decode() for n in archive.namelist() if n.startswith("assets")}
        config = archive.read("config.json").decode()
    texts = "\n[UNK]\nworld\ngrüße"
    assert kept == {
        "assets/layers/string_lookup/vocabulary.txt": "[UNK]\nred\nblue",
        "assets/layers/integer_lookup/vocabulary.txt": "0\n-1\n7\n5",
        "assets/layers/text_vectorization/vocabulary.txt": texts,
        "assets/layers/text_vectorization/_lookup_layer/vocabulary.txt": texts,
    }
    assert "world" not in config
    found = load_model(tmp_path / "model.keras").predict(DATA, verbose=0)
    for y, expected in zip(found, model.predict(DATA, verbose=0), strict=True):
        np.testing.assert_array_equal(y, expected)


@pytest.mark.parametrize(
    "content, said",
    [(b"[UNK]\na\na", "more than once"), (b"\xff\xfe", "not a text in UTF-8"), (b"", "empty")],
)
def test_damaged_vocabularies_are_refused(tmp_path, content, said):
    learned().save(tmp_path / "model.keras")
    with (
        zipfile.ZipFile(tmp_path / "model.keras") as archive,
        zipfile.ZipFile(tmp_path / "other.keras", "w") as other,
    ):
        for name in archive.namelist():
            damaged = name.endswith("string_lookup/vocabulary.txt")
            other.writestr(name, content if damaged else archive.read(name))
    with pytest.raises(InvalidModelFile, match=said) as problem:
        load_model(tmp_path / "other.keras")
    assert "assets/layers/string_lookup/vocabulary.txt" in str(problem.value)


@pytest.mark.parametrize("name", ["StringLookup", "IntegerLookup", "TextVectorization"])
def test_a_record_opens_no_files(tmp_path, name):
    file = tmp_path / "words.txt"
    file.write_text("1\n2\n")
    layer = getattr(layers, name)(vocabulary=str(file))  # what the user says is done
    assert len(layer.get_vocabulary(include_special_tokens=False)) == 2
    record = json.loads(json.dumps(serialize_keras_object(layer)))
    record["config"]["vocabulary"] = str(file)
    with pytest.raises(InvalidModelFile, match="must not open files"):
        deserialize_keras_object(record)


def test_vocabularies_in_folders(tmp_path):
    layer = StringLookup()
    layer.adapt(np.array(["x", "y", "y"]))
    layer.save_assets(tmp_path)
    other = StringLookup()
    other.load_assets(tmp_path)
    assert other.get_vocabulary() == ["[UNK]", "y", "x"]


@pytest.mark.parametrize("layer", [StringLookup, TextVectorization])
def test_learnt_weights_of_words_are_saved(layer, tmp_path):
    made = layer(output_mode="tf_idf")
    made.adapt(np.array([["a"], ["b"], ["a"], ["c"]]))
    inputs = Input((1,), dtype="string")
    model = Model(inputs, made(inputs))
    model.save(tmp_path / "m.keras")
    assert made.get_config()["vocabulary"] is None
    again = load_model(tmp_path / "m.keras")
    x = np.array([["a"], ["zebra"], ["c"]])
    np.testing.assert_array_equal(again(x), model(x))
    assert np.max(model(x)) > 0
