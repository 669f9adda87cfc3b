"""The well-known data sets are downloaded and read as Keras does it, from a server of our own."""

import io
import json
import pathlib
import pickle

import numpy as np
import pytest

from tests.datasets.origin import npz, serving, tar, tiny_files
from visualnn import config, datasets
from visualnn.datasets import origins
from visualnn.datasets.pickled import arrays_in, unpickled

RECORDED = json.loads((pathlib.Path(__file__).parent / "recorded.json").read_text())


@pytest.fixture
def serve(tmp_path, monkeypatch):
    """Serve files instead of the real ones, whose hashes they have not."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    servers = []

    def start(files, checked=False):
        server = serving(files)
        base, asked = server.__enter__()
        servers.append(server)
        monkeypatch.setattr(origins, "BASES", {"keras": base, "toronto": base})
        if not checked:
            monkeypatch.setattr(origins, "HASHES", {})
        return asked

    yield start
    for server in servers:
        server.__exit__(None, None, None)


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: f"{case['name']}-{case['settings']}")
def test_examples_are_chosen_mixed_and_split_as_by_keras(serve, case):
    serve(tiny_files())
    train, test = getattr(datasets, case["name"]).load_data(**case["settings"])
    for found, expected in zip((*train, *test), case["parts"], strict=True):
        assert found.dtype == expected["dtype"] and len(found) == expected["count"]
        shown = found[:12]
        if found.dtype == object:
            assert [list(text) for text in shown] == expected["first"]
        else:
            np.testing.assert_allclose(shown, np.reshape(expected["first"], shown.shape))


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist"])
def test_digits_and_clothes(serve, name, tmp_path):
    asked = serve(tiny_files())
    load = getattr(datasets, name).load_data
    (x_train, y_train), (x_test, y_test) = load()
    assert x_train.shape == (3, 28, 28) and x_test.shape == (2, 28, 28)
    assert x_train.dtype == y_train.dtype == "uint8"
    assert y_train.tolist() == [0, 1, 2] and y_test.tolist() == [0, 1]
    count = len(asked)
    np.testing.assert_array_equal(load()[0][0], x_train)
    assert len(asked) == count, "what is there is not downloaded again"


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_cifar(serve, data_format, monkeypatch):
    serve(tiny_files())
    usual = config.image_data_format()
    config.set_image_data_format(data_format)
    try:
        train, test = datasets.cifar10.load_data()
        fine, _ = datasets.cifar100.load_data()
        coarse, _ = datasets.cifar100.load_data("coarse")
    finally:
        config.set_image_data_format(usual)
    size = (32, 32, 3) if data_format == "channels_last" else (3, 32, 32)
    assert train[0].shape == (10, *size) and test[0].shape == (2, *size)
    assert train[1].tolist() == [[i] for n in range(5) for i in (n, 1)]
    assert train[0].dtype == train[1].dtype == "uint8"
    assert fine[1].tolist() == [[0], [99]] and coarse[1].tolist() == [[0], [19]]


def test_indexes_of_words_and_names_of_topics(serve):
    serve(tiny_files())
    assert datasets.imdb.get_word_index() == datasets.reuters.get_word_index()
    assert datasets.imdb.get_word_index()["Grüße"] == 2
    names = datasets.reuters.get_label_names()
    assert len(names) == 46 and names[3] == "earn"


ALL = {
    "mnist.npz": lambda: datasets.mnist.load_data(),
    "cifar-10-python.tar.gz": lambda: datasets.cifar10.load_data(),
    "cifar-100-python.tar.gz": lambda: datasets.cifar100.load_data(),
    "imdb.npz": lambda: datasets.imdb.load_data(),
    "imdb_word_index.json": lambda: datasets.imdb.get_word_index(),
    "reuters.npz": lambda: datasets.reuters.load_data(),
    "reuters_word_index.json": lambda: datasets.reuters.get_word_index(),
    "boston_housing.npz": lambda: datasets.boston_housing.load_data(),
    "california_housing.npz": lambda: datasets.california_housing.load_data(),
}


@pytest.mark.parametrize("file", ALL)
def test_a_file_with_another_hash_is_never_read(serve, file, tmp_path):
    assert set(ALL) == set(origins.HASHES)
    asked = serve(tiny_files(), checked=True)
    with pytest.raises(ValueError, match="not what was expected, and was not kept"):
        ALL[file]()
    assert asked == [file] and not [p for p in tmp_path.rglob("*") if p.is_file()]


class Evil:
    """Makes a file when it is unpickled."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return (open, (self.path, "w"))


def test_nothing_is_run_by_what_is_pickled(serve, tmp_path):
    marker = tmp_path / "marker"
    evil = np.empty(1, object)
    evil[0] = Evil(marker)
    files = tiny_files()
    files["imdb.npz"] = npz(x_train=evil, y_train=evil, x_test=evil, y_test=evil)
    pickled = pickle.dumps({b"data": Evil(marker)}, protocol=2)
    names = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]
    files["cifar-10-python.tar.gz"] = tar({f"cifar-10-batches-py/{n}": pickled for n in names})
    serve(files)
    for load in (datasets.imdb.load_data, datasets.cifar10.load_data):
        with pytest.raises(pickle.UnpicklingError, match="no part of an array"):
            load()
    assert not marker.exists()


def test_arrays_of_every_numpy_can_be_read():
    for core in (b"numpy.core.multiarray", b"numpy._core.multiarray"):
        written = pickle.dumps(np.arange(3), protocol=2)
        for module in (b"numpy._core.multiarray", b"numpy.core.multiarray"):
            written = written.replace(b"c" + module + b"\n", b"c" + core + b"\n")
        assert unpickled(io.BytesIO(written)).tolist() == [0, 1, 2]
    scalar = io.BytesIO(pickle.dumps(np.float64(2.5)))
    assert unpickled(scalar) == 2.5


def test_arrays_of_files(tmp_path):
    by_columns = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    (tmp_path / "x.npz").write_bytes(npz(x=by_columns))
    np.testing.assert_array_equal(arrays_in(tmp_path / "x.npz", ("x",))[0], by_columns)
    with pytest.raises(ValueError, match="no array 'y'"):
        arrays_in(tmp_path / "x.npz", ("y",))


@pytest.mark.parametrize(
    ("load", "said"),
    [
        (lambda: datasets.imdb.load_data(maxlen=1), "`maxlen=1`"),
        (lambda: datasets.reuters.load_data(test_split=1.0), "`test_split`"),
        (lambda: datasets.boston_housing.load_data(test_split=-0.5), "`test_split`"),
        (lambda: datasets.california_housing.load_data("middle"), "`version`"),
        (lambda: datasets.cifar100.load_data("x"), "`label_mode`"),
    ],
)
def test_arguments_that_do_not_fit(serve, load, said):
    serve(tiny_files())
    with pytest.raises(ValueError, match=said):
        load()
