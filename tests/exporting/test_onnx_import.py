"""Models from ONNX files; files of other programs are read in tests/interop_tf."""

import numpy as np
import pytest

from tests.exporting.networks import Calling, example_of, lstm_classifier, resnet50
from tests.exporting.onnx_mutations import small_network
from tests.layers.case import CASES
from tests.layers.test_every_layer import built
from visualnn import Builder, InputSpec, activations
from visualnn.exporting.onnx import export_onnx
from visualnn.exporting.onnx.messages import MESSAGES
from visualnn.models import clone_model, load_model
from visualnn.serialization import InvalidModelFile
from visualnn.structure import flatten


def save(path, nodes, weights=(), inputs=(("x", [None, 4]),), outputs=("y",), opset=18, **more):
    """Write a small model by hand."""
    told = []
    for name, shape in inputs:
        dims = [{"dim_param": "batch"} if size is None else {"dim_value": size} for size in shape]
        kind = {"elem_type": 1, "shape": {"dim": dims}}
        told.append({"name": name, "type": {"tensor_type": kind}})
    graph = {
        "name": "by_hand",
        "node": nodes,
        "input": told,
        "output": [{"name": name} for name in outputs],
        "initializer": list(weights),
    }
    model = {"ir_version": 8, "graph": graph, "opset_import": [{"domain": "", "version": opset}]}
    path.write_bytes(MESSAGES.encode("ModelProto", {**model, **more}))
    return path


def node(op, inputs, outputs=("y",), **more):
    return {"op_type": op, "input": list(inputs), "output": list(outputs), **more}


def tensor(name, array, **more):
    data = {} if more else {"raw_data": array.tobytes()}
    kind = {"float32": 1, "int64": 7}[array.dtype.name]
    return {"name": name, "dims": list(array.shape), "data_type": kind, **data, **more}


@pytest.mark.parametrize("case", [c for c in CASES if not c.training], ids=lambda case: case.name)
def test_every_layer_comes_back(case, tmp_path):
    layer, args, kwargs = built(case)
    stateful = getattr(layer, "stateful", False)
    if stateful:
        layer.reset_state()
    wanted = [np.array(y) for y in flatten(layer(*args, **kwargs))]
    if stateful:
        layer.reset_state()
    arrays = flatten(args)
    free = not any(word in f"{case.call} {case.name}" for word in ("mask", "initial", "stateful"))
    shapes = [(None, *x.shape[1:]) if free else x.shape for x in arrays]
    signature = [
        InputSpec(shape=shape, dtype=x.dtype.name) for shape, x in zip(shapes, arrays, strict=True)
    ]
    export_onnx(Calling(layer, case, kwargs), tmp_path / "x.onnx", input_signature=signature)
    again = load_model(tmp_path / "x.onnx")
    found = flatten(again(arrays if len(arrays) > 1 else arrays[0], training=False))
    for a, b in zip(found, wanted, strict=True):
        assert (np.asarray(a).dtype, np.shape(a)) == (b.dtype, b.shape)
        np.testing.assert_allclose(np.asarray(a), b, rtol=1e-5, atol=1e-5)


def test_layers_are_found(tmp_path):
    model = resnet50(32, 5)
    export_onnx(model, tmp_path / "x.onnx")
    again = load_model(tmp_path / "x.onnx")
    kinds = [type(layer).__name__ for layer in again.operations]
    assert kinds.count("Conv2D") == 53
    assert set(kinds) == {
        *("InputLayer", "ZeroPadding2D", "Conv2D", "Activation", "MaxPooling2D", "Add"),
        *("GlobalAveragePooling2D", "Dense", "Softmax"),
    }
    assert model.layers[-1].name in {layer.name for layer in again.layers}
    assert again.name == "resnet50"


def test_it_is_a_model_like_any_other(tmp_path):
    """Saved with its loops, copied, trained, and drawn on the canvas."""
    model = lstm_classifier()
    export_onnx(model, tmp_path / "x.onnx")
    again = load_model(tmp_path / "x.onnx")
    x = example_of(model, 3)
    wanted = model.predict(x, verbose=0)
    again.save(tmp_path / "x.keras")
    np.testing.assert_array_equal(
        load_model(tmp_path / "x.keras").predict(x, verbose=0), again.predict(x, verbose=0)
    )
    copy = clone_model(again)
    copy.set_weights(again.get_weights())
    np.testing.assert_allclose(copy.predict(x, verbose=0), wanted, rtol=1e-5, atol=1e-6)
    assert "problem" not in repr(Builder(again))
    again.compile("sgd", "sparse_categorical_crossentropy")
    table = again.layers[1]
    before = table.get_weights()[0]
    again.fit(x, np.array([0, 1, 2]), verbose=0)
    assert not np.array_equal(before, table.get_weights()[0])


def test_sizes_that_are_asked_for_while_it_runs(tmp_path):
    """A reshape to sizes of another tensor needs no layer of its own."""
    nodes = [
        node("Shape", ["x"], ["shape"]),
        node("Gather", ["shape", "zero"], ["batch"]),
        node("Unsqueeze", ["batch", "zeros"], ["batches"]),
        node("Concat", ["batches", "rest"], ["wanted"], attribute=[{"name": "axis", "i": 0}]),
        node("Reshape", ["x", "wanted"]),
    ]
    weights = [
        tensor("zero", np.array(0)),
        tensor("zeros", np.array([0])),
        tensor("rest", np.array([2, 2])),
    ]
    model = load_model(save(tmp_path / "x.onnx", nodes, weights))
    assert [type(layer).__name__ for layer in model.layers] == ["InputLayer", "Reshape"]
    assert model.output_shape == (None, 2, 2)


def test_what_others_write_as_several_nodes(tmp_path):
    """A normalization of the last axis, an exact gelu and a swish, as PyTorch writes them."""
    last = [{"name": "axes", "ints": [-1]}]
    nodes = [
        node("ReduceMean", ["x"], ["m"], attribute=last),
        node("Sub", ["x", "m"], ["c"]),
        node("Pow", ["c", "two"], ["s"]),
        node("ReduceMean", ["s"], ["v"], attribute=last),
        node("Add", ["v", "eps"], ["ve"]),
        node("Sqrt", ["ve"], ["r"]),
        node("Div", ["c", "r"], ["n"]),
        node("Mul", ["n", "gamma"], ["g"]),
        node("Add", ["g", "beta"], ["h"], name="/norm/Add_1"),
        node("Div", ["h", "root"], ["d"]),
        node("Erf", ["d"], ["e"]),
        node("Add", ["e", "one"], ["f"]),
        node("Mul", ["h", "f"], ["k"]),
        node("Mul", ["k", "half"], ["l"], name="/act/Mul_1"),
        node("Sigmoid", ["l"], ["o"]),
        node("Mul", ["l", "o"]),
    ]
    numbers = {"two": 2, "eps": 1e-5, "root": 2**0.5, "one": 1, "half": 0.5}
    weights = [tensor(name, np.float32(number).reshape(())) for name, number in numbers.items()]
    gamma, beta = np.float32([1, 2, 3, 4]), np.float32([0.5, 0, -1, 1])
    weights += [tensor("gamma", gamma), tensor("beta", beta)]
    model = load_model(save(tmp_path / "x.onnx", nodes, weights, opset=13))
    kinds = [type(layer).__name__ for layer in model.operations]
    assert kinds == ["InputLayer", "LayerNormalization", "Activation", "Activation"]
    x = np.random.RandomState(0).normal(size=(3, 4)).astype("float32")
    even = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
    y = np.array(activations.gelu(even * gamma + beta))
    np.testing.assert_allclose(model(x), y / (1 + np.exp(-y)), rtol=1e-5, atol=1e-6)


def test_what_is_read_elsewhere_stays_several_nodes(tmp_path):
    nodes = [
        node("Sigmoid", ["x"], ["o"]),
        node("Mul", ["x", "o"], ["y"]),
        node("Neg", ["o"], ["z"]),
    ]
    model = load_model(save(tmp_path / "x.onnx", nodes, outputs=("y", "z")))
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds == ["InputLayer", "Activation", "Multiply"]


# --------------------------------------------------------------------------- refused


def refused(path, pattern):
    with pytest.raises(InvalidModelFile, match=pattern):
        load_model(path)


def test_unknown_operators_are_named(tmp_path):
    nodes = [
        node("Relu", ["x"], ["a"], name="first"),
        node("Sharpen", ["a"], ["b"], name="edges", domain="com.pictures"),
        node("NoSuchThing", ["b"], name="last"),
    ]
    path = save(tmp_path / "x.onnx", nodes)
    refused(path, r"2 operators.*'edges' \(Sharpen of the domain 'com.pictures'\).*'last'")


def test_circles_are_refused(tmp_path):
    nodes = [node("Relu", ["y"], ["a"], name="first"), node("Relu", ["a"])]
    refused(save(tmp_path / "x.onnx", nodes), r"'first'.*takes 'y', which nothing before it makes")


def test_names_that_are_made_twice_are_refused(tmp_path):
    nodes = [node("Relu", ["x"], ["a"]), node("Tanh", ["x"], ["a"]), node("Relu", ["a"])]
    refused(save(tmp_path / "x.onnx", nodes), r"makes 'a', which is there")


def test_sizes_without_numbers_are_refused(tmp_path):
    huge = tensor("w", np.zeros(2, "float32"), dims=[1 << 40, 1 << 20], raw_data=b"1234")
    path = save(tmp_path / "x.onnx", [node("MatMul", ["x", "w"])], [huge])
    refused(path, r"'w' should be float32\[1099511627776, 1048576\]")


def test_weights_for_another_size_make_no_weights(tmp_path):
    """A dense layer of a billion inputs would need more memory than there is."""
    weights = [tensor("w", np.zeros((4, 3), "float32"))]
    inputs = [("x", [None, 1 << 30])]
    path = save(tmp_path / "x.onnx", [node("MatMul", ["x", "w"])], weights, inputs)
    refused(path, r"weights are for 4 numbers, but its input has 1073741824")


@pytest.mark.parametrize(
    ("op", "inputs", "weights"),
    [
        ("Expand", ["one", "far"], {"one": np.ones(1, "float32"), "far": np.array([1 << 40])}),
        ("ConstantOfShape", ["far"], {"far": np.array([1 << 20, 1 << 20])}),
        ("Tile", ["one", "far"], {"one": np.ones(1, "float32"), "far": np.array([1 << 40])}),
        ("MatMul", ["a", "b"], {"a": np.ones((9999, 1), "f4"), "b": np.ones((1, 9999), "f4")}),
        ("Add", ["a", "b"], {"a": np.ones((9999, 1), "f4"), "b": np.ones((1, 9999), "f4")}),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_bombs_are_refused(op, inputs, weights, tmp_path):
    """Constants out of which much is to be made while the file is read."""
    nodes = [node(op, inputs, ["much"], name="bomb"), node("Mul", ["x", "much"])]
    tensors = [tensor(name, array) for name, array in weights.items()]
    refused(save(tmp_path / "x.onnx", nodes, tensors), r"'bomb'")


@pytest.mark.parametrize("location", ["../secret", "/etc/hostname", "a/../../secret", "link", ""])
def test_files_outside_the_folder_are_not_read(location, tmp_path):
    (tmp_path / "secret").write_bytes(bytes(48))
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "a").mkdir()
    (folder / "link").symlink_to(tmp_path / "secret")
    told = [{"key": "location", "value": location}]
    outside = tensor("w", np.zeros((4, 3), "float32"), data_location=1, external_data=told)
    path = save(folder / "x.onnx", [node("MatMul", ["x", "w"])], [outside])
    refused(path, r"outside the folder|no name")


@pytest.mark.parametrize(
    ("place", "pattern"),
    [
        ({"offset": "40"}, "does not hold them"),
        ({"offset": "-4"}, "does not hold them"),
        ({"length": "4"}, "does not hold them"),
        ({"offset": "far"}, "is no number"),
        ({"location": "nothing"}, "no such file"),
    ],
    ids=str,
)
def test_other_files_must_hold_the_weights(place, pattern, tmp_path):
    (tmp_path / "w.data").write_bytes(bytes(48))
    entries = [{"key": k, "value": v} for k, v in {"location": "w.data", **place}.items()]
    outside = tensor("w", np.zeros((4, 3), "float32"), data_location=1, external_data=entries)
    path = save(tmp_path / "x.onnx", [node("MatMul", ["x", "w"])], [outside])
    refused(path, pattern)


def test_files_that_are_something_else_are_refused(tmp_path):
    path = tmp_path / "x.onnx"
    for content in (b"", b"PK\x03\x04 a zip", bytes(100), b"\xff" * 100):
        path.write_bytes(content)
        refused(path, r"x\.onnx: ")
    with pytest.raises(FileNotFoundError):
        load_model(tmp_path / "none.onnx")


def test_versions_that_are_not_known_are_refused(tmp_path):
    path = save(tmp_path / "x.onnx", [node("Relu", ["x"])], opset=99)
    refused(path, r"version 99 of ONNX's operators; 6 to")


def test_a_wrong_number_of_inputs_is_refused(tmp_path):
    path = save(tmp_path / "x.onnx", [node("MatMul", ["x"], name="lonely")])
    refused(path, r"'lonely' \(MatMul\): it cannot have 1 inputs")


def test_an_output_without_inputs_is_refused(tmp_path):
    weights = [tensor("w", np.zeros((4, 3), "float32"))]
    path = save(tmp_path / "x.onnx", [node("Relu", ["w"])], weights)
    refused(path, "does not depend on the inputs")


def test_small_network_keeps_its_layers(tmp_path):
    export_onnx(small_network(), tmp_path / "x.onnx")
    kinds = [type(x).__name__ for x in load_model(tmp_path / "x.onnx").operations]
    assert {"Conv2D", "DepthwiseConv2D", "MaxPooling2D", "BatchNormalization"} <= set(kinds)
