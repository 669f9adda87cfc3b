"""Pictures warped, blurred and compared: numbers by Keras 3.15, and what must hold anyway."""

import numpy as np
import pytest

from visualnn import ops
from visualnn.engine import Plan
from visualnn.graph import gradients, trace
from visualnn.layers import Input
from visualnn.models import Model
from visualnn.spec import Spec, Unknown

I = ops.image  # noqa: E741 - short, as in the calls below
COUNT = np.arange(80).reshape(2, 4, 5, 2).astype("float32")
PLACES = np.array([[0.5, 1.2, -0.5, 3.7, 5, -2.3], [0, 2.5, 1.1, 4.2, -1.5, 9]], "float32")
LINEAR = np.array([[1, 0.1, -0.3, 0.2, 0.9, 0.6, 0, 0]] * 2, "float32")
BEFORE = np.array([[[0, 0], [4, 0], [0, 3], [4, 3]]] * 2, "float32")
AFTER = BEFORE + np.array([[[0.5, 0], [0.2, -0.3], [0, 0.6], [-0.4, 0.2]]], "float32")
NOISE = np.random.RandomState(0).rand(2, 16, 17, 3).astype("float32")
OTHER = np.random.RandomState(1).rand(2, 16, 17, 3).astype("float32")


@pytest.mark.parametrize(
    "order, mode, wanted",
    [
        (1, "constant", [5, 17, -0.4, 6.84, -3, -3]),
        (1, "nearest", [5, 17, 2.2, 38, 30, 8]),
        (1, "wrap", [5, 17, 17.2, 15.4, 17, 25]),
        (1, "mirror", [5, 17, 7.2, 30.6, 13, 25]),
        (1, "reflect", [5, 17, 2.2, 38, 21, 13]),
        (0, "constant", [10, 16, -3, -3, -3, -3]),
        (0, "nearest", [10, 16, 2, 38, 30, 8]),
        (0, "wrap", [10, 16, 32, 8, 16, 28]),
        (0, "mirror", [10, 16, 12, 28, 14, 22]),
        (0, "reflect", [10, 16, 2, 38, 22, 10]),
    ],
)
def test_places_between_and_beyond(order, mode, wanted):
    found = I.map_coordinates(COUNT[0, :, :, 0], PLACES, order, mode, fill_value=-3)
    np.testing.assert_allclose(found, wanted, atol=1e-4)


@pytest.mark.parametrize(
    "mode, wanted",
    [
        ("constant", [6.3, 9.4, 13.4]),
        ("nearest", [6, 9.4, 13.4]),
        ("wrap", [8.4, 9.4, 13.4]),
        ("mirror", [6.6, 9.4, 13.4]),
        ("reflect", [6, 9.4, 13.4]),
    ],
)
def test_lines_stay_lines(mode, wanted):
    found = I.affine_transform(COUNT, LINEAR, fill_mode=mode, fill_value=7)
    np.testing.assert_allclose(found[0, 0, :3, 0], wanted, atol=1e-4)
    single = I.affine_transform(COUNT[0], LINEAR[0], fill_mode=mode, fill_value=7)
    np.testing.assert_array_equal(single, found[0])
    first = COUNT.transpose(0, 3, 1, 2)
    moved = I.affine_transform(first, LINEAR, "bilinear", mode, 7, "channels_first")
    np.testing.assert_allclose(moved.transpose(0, 2, 3, 1), found, rtol=1e-6)


def test_four_points_move():
    same = I.perspective_transform(COUNT, BEFORE, BEFORE)
    np.testing.assert_allclose(same, COUNT, atol=1e-4)
    rows, columns = np.mgrid[:4, :5].astype("float32")
    grid = np.stack([columns, rows], -1)[None].repeat(2, 0)
    found = I.perspective_transform(grid, BEFORE, BEFORE + np.float32([1, 1]))
    np.testing.assert_allclose(found[0, 1:, 1:], grid[0, :-1, :-1], atol=1e-4)


def test_a_bell_and_edges():
    dot = np.zeros((1, 7, 7, 2), "float32")
    dot[0, 3, 3, 0] = 1
    blurred = I.gaussian_blur(dot, (3, 5), (1.0, 2.0))[0]
    wanted = [0.0689, 0.1136, 0.0689]  # three columns, five rows
    np.testing.assert_allclose(blurred[3, 2:5, 0], wanted, atol=1e-4)
    np.testing.assert_allclose(
        blurred[:, 3, 0], [0, 0.0689, 0.1002, 0.1136, 0.1002, 0.0689, 0], atol=1e-4
    )
    assert not blurred[..., 1].any()
    edges = I.sobel_edges(np.ones((1, 4, 5, 1), "float32"))[0, :, :, 0]
    assert edges[..., 0].tolist()[0] == [3, 4, 4, 4, 3]
    assert edges[..., 1].tolist()[1] == [4, 0, 0, 0, -4]


def test_how_alike_pictures_look():
    np.testing.assert_allclose(I.ssim(NOISE, OTHER), [-0.002, 0.083], atol=1e-3)
    settings = {"max_val": 2.0, "filter_size": 5, "filter_sigma": 0.7, "k1": 0.02, "k2": 0.05}
    np.testing.assert_allclose(I.ssim(NOISE, OTHER, **settings), [0.046, 0.102], atol=1e-3)
    np.testing.assert_allclose(I.ssim(NOISE, NOISE), [1, 1], rtol=1e-5)
    assert I.ssim(NOISE[0], OTHER[0]).shape == ()


def test_water():
    np.testing.assert_allclose(I.elastic_transform(COUNT, alpha=0.0, seed=1), COUNT, atol=1e-4)
    found = I.elastic_transform(COUNT, seed=1)
    np.testing.assert_array_equal(found, I.elastic_transform(COUNT, seed=1))
    assert (np.asarray(found) != COUNT).any() and found.max() <= COUNT.max() + 1e-3


CALLS = {
    "affine": (lambda x, t: I.affine_transform(x, t, fill_mode="reflect"), (COUNT, LINEAR)),
    "perspective": (I.perspective_transform, (COUNT, BEFORE, AFTER)),
    "blur": (I.gaussian_blur, (COUNT,)),
    "edges": (I.sobel_edges, (COUNT,)),
    "alike": (lambda x, y: I.ssim(x, y, filter_size=3), (COUNT / 80, COUNT**2 / 6400)),
    "water": (lambda x: I.elastic_transform(x, seed=3), (COUNT,)),
}


@pytest.mark.parametrize("name", CALLS)
def test_traced_connected_and_differentiated(name):
    function, arrays = CALLS[name]
    wanted = function(*arrays)
    batch = Unknown()
    graph = trace(function, *[Spec((batch, *x.shape[1:]), x.dtype) for x in arrays])
    np.testing.assert_allclose(Plan(graph)(*arrays)[0], wanted, rtol=1e-4, atol=1e-4)
    inputs = [Input(x.shape[1:]) for x in arrays]
    model = Model(inputs, function(*inputs))
    assert model.output.shape == (None, *wanted.shape[1:])
    given = list(arrays) if len(arrays) > 1 else arrays[0]
    np.testing.assert_allclose(model.predict(given, verbose=0), wanted, rtol=1e-4, atol=1e-4)

    doubles = [x.astype("float64") if i == 0 else x for i, x in enumerate(arrays)]

    def loss(*xs):
        y = function(*xs)
        return ops.sum(y * np.cos(np.arange(wanted.size)).reshape(wanted.shape))

    graph = trace(loss, *map(Spec.of, doubles))
    result = graph.outputs[0]
    graph.outputs = [gradients(graph, result, graph.inputs)[0]]
    slope = graph.run(*doubles)[0]
    graph.outputs = [result]
    direction = np.random.RandomState(2).normal(size=doubles[0].shape)
    ends = [graph.run(doubles[0] + s * direction, *doubles[1:])[0] for s in (1e-5, -1e-5)]
    np.testing.assert_allclose(
        np.sum(slope * direction), (ends[0] - ends[1]) / 2e-5, rtol=1e-3, atol=1e-4
    )


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: I.affine_transform(COUNT, LINEAR, "bicubic"), "'nearest', 'bilinear'"),
        (lambda: I.affine_transform(COUNT, LINEAR, fill_mode="odd"), "'constant', 'nearest'"),
        (lambda: I.affine_transform(COUNT[0, 0], LINEAR), r"takes pictures \(height"),
        (lambda: I.affine_transform(COUNT, LINEAR[:, :6]), r"`transform` must be \(8,\)"),
        (lambda: I.affine_transform(COUNT, LINEAR[:1].repeat(3, 0)), "3 times for 2 pictures"),
        (lambda: I.perspective_transform(COUNT, BEFORE[:, :3], AFTER), "`start_points` must be"),
        (lambda: I.map_coordinates(COUNT, PLACES, 1), "must be"),
        (lambda: I.map_coordinates(COUNT[0, :, :, 0], PLACES, 2), "order=2 must be one of 0, 1"),
        (lambda: I.sobel_edges(COUNT[0]), "takes a batch of pictures"),
        (lambda: I.ssim(COUNT, COUNT), "do not fit into"),
        (lambda: I.gaussian_blur(COUNT, sigma=(0.0, 1.0)), "greater than zero"),
        (lambda: I.crop_images(COUNT, 3, 3, 3, 3), "do not fit a length"),
        (lambda: I.resize(COUNT, (3, 3), data_format="odd"), "'channels_last' or"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call()
