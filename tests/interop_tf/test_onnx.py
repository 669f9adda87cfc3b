"""ONNX files that we write, in ONNX's checker and ONNX Runtime; and files of others, here.

Run with an interpreter that has onnx and onnxruntime: the extra ``interop-tf``.
"""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import helper

from tests.exporting.networks import NETWORKS, Calling, example_of
from tests.interop_tf.onnx_nodes import CASES as NODES
from tests.interop_tf.onnx_nodes import RANDOM, model_of, numbers, whole, wrapped
from tests.layers.case import CASES
from tests.layers.test_every_layer import built
from tests.primitives.gradient_check import examples
from visualnn import Input, InputSpec, Layer, Model, layers, ops
from visualnn.exporting.onnx import ONNX, export_onnx, writer
from visualnn.models import load_model
from visualnn.primitives import PRIMITIVES
from visualnn.structure import flatten

onnxruntime.set_default_logger_severity(3)
CONTROL = {"scan", "cond", "while_loop"}


def checked(path):
    """The session of a file that the checker has nothing to say against."""
    model = onnx.load(str(path))
    onnx.checker.check_model(str(path), full_check=True)
    onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    return onnxruntime.InferenceSession(str(path)), model


def computed(session, arrays):
    return session.run(None, {x.name: y for x, y in zip(session.get_inputs(), arrays, strict=True)})


def close(found, wanted, tolerance=1e-5):
    for a, b in zip(found, wanted, strict=True):
        b = np.asarray(b)
        assert (a.dtype, a.shape) == (b.dtype, b.shape)
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("case", [c for c in CASES if not c.training], ids=lambda case: case.name)
def test_every_layer(case, tmp_path):
    """The checker is content, the runtime computes the same, and so does the file read again."""
    layer, args, kwargs = built(case)
    if getattr(layer, "stateful", False):
        layer.reset_state()
    wanted = [np.array(y) for y in flatten(layer(*args, **kwargs))]
    if getattr(layer, "stateful", False):
        layer.reset_state()
    arrays = flatten(args)
    free = not any(word in f"{case.call} {case.name}" for word in ("mask", "initial", "stateful"))
    signature = [
        InputSpec(shape=(None, *x.shape[1:]) if free else x.shape, dtype=x.dtype.name)
        for x in arrays
    ]
    export_onnx(Calling(layer, case, kwargs), tmp_path / "x.onnx", input_signature=signature)
    session, _ = checked(tmp_path / "x.onnx")
    close(computed(session, arrays), wanted)
    again = load_model(tmp_path / "x.onnx")
    close(flatten(again(arrays if len(arrays) > 1 else arrays[0], training=False)), wanted)


PICTURE = np.abs(numbers(2, 12, 10, 3)) * 100
OTHERS = {
    **{
        name: (getattr(layers, name)(*how), PICTURE)
        for name, how in {
            "AugMix": (), "AutoContrast": (), "CenterCrop": (6, 6), "CutMix": (),
            "Equalization": (), "MixUp": (), "RandAugment": (), "RandomBrightness": (0.1,),
            "RandomContrast": (0.1,), "RandomCrop": (6, 6), "RandomFlip": (),
            "RandomGaussianBlur": (), "RandomGrayscale": (), "RandomRotation": (0.1,),
            "RandomTranslation": (0.1, 0.1), "RandomZoom": (0.1,), "Rescaling": (0.1, 2.0),
            "Resizing": (7, 9), "Solarization": (), "SpatialDropout2D": (0.2,),
        }.items()
    },
    "Resizing nearest": (layers.Resizing(20, 15, interpolation="nearest"), PICTURE),
    "Resizing bicubic": (layers.Resizing(6, 6, interpolation="bicubic"), PICTURE),
    "STFTSpectrogram": (
        layers.STFTSpectrogram(frame_length=128, frame_step=64, fft_length=128),
        numbers(2, 2000, 1),
    ),
    "MelSpectrogram": (
        layers.MelSpectrogram(fft_length=256, sequence_stride=128, sampling_rate=4000),
        numbers(2, 2000),
    ),
    "CategoryEncoding": (layers.CategoryEncoding(5), RANDOM.randint(0, 5, (4, 3)).astype("int32")),
    "Discretization": (layers.Discretization([-1.0, 0.0, 1.0]), numbers(4, 3)),
    "Lambda": (layers.Lambda(lambda x: x * 2.0), numbers(4, 3)),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_layers_for_pictures_and_data(name, tmp_path):
    layer, x = OTHERS[name]
    inputs = Input(x.shape[1:], dtype=x.dtype.name)
    model = Model(inputs, layer(inputs))
    wanted = np.array(model(x, training=False))
    export_onnx(model, tmp_path / "x.onnx")
    near = 1e-5 * max(1.0, np.abs(wanted).max())
    for found in (
        computed(checked(tmp_path / "x.onnx")[0], [x])[0],
        np.array(load_model(tmp_path / "x.onnx")(x, training=False)),
    ):
        assert (found.dtype, found.shape) == (wanted.dtype, wanted.shape)
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=near)


@pytest.mark.parametrize("opset", [17, 18, 20, 23])
@pytest.mark.parametrize("name", [n for n in PRIMITIVES if n in ONNX and n not in CONTROL])
def test_every_primitive(name, opset, tmp_path):
    for given, settings in examples(PRIMITIVES[name]):
        arrays = [x.astype("float32") if x.dtype == np.float64 else x for x in given]

        def run(*xs, settings=settings):
            return PRIMITIVES[name](*xs, **settings)

        wanted = [np.array(y) for y in flatten(run(*arrays))]
        signature = [InputSpec(shape=x.shape, dtype=x.dtype.name) for x in arrays]
        layer = Layer(name="calling")
        layer.call = run
        layer.built = True
        try:
            export_onnx(layer, tmp_path / "x.onnx", input_signature=signature, opset=opset)
        except ValueError as problem:
            assert opset == 17
            assert "opset 18" in str(problem)
            continue
        if name.startswith("random") and opset > 21:  # which the runtime does not have yet
            onnx.checker.check_model(str(tmp_path / "x.onnx"), full_check=True)
            continue
        found = computed(checked(tmp_path / "x.onnx")[0], arrays)
        if name.startswith("random"):
            assert [(x.dtype, x.shape) for x in found] == [(x.dtype, x.shape) for x in wanted]
        else:
            close(found, wanted, 2e-5)


@pytest.mark.parametrize("make", NETWORKS, ids=lambda make: make.__name__)
def test_networks(make, tmp_path):
    model = make()
    model.export(tmp_path / "x.onnx", format="onnx", verbose=False)
    session, file = checked(tmp_path / "x.onnx")
    kinds = [node.op_type for node in file.graph.node]
    assert kinds.count("Transpose") <= 1
    assert "BatchNormalization" not in kinds
    for batch in (1, 3):
        x = example_of(model, batch)
        wanted = model.predict(x, verbose=0)
        (found,) = computed(session, [x])
        np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5 * np.abs(wanted).max())


# --------------------------------------------------------------------------- loops and branches


def loops(x):
    state, ys = ops.scan(lambda s, e: (s + e, s * 2.0), x[0], x, reverse=True)
    low = ops.cond(ops.sum(x) > 0.0, lambda: ops.sum(ys, axis=0), lambda: state - 1.0)
    count, total = ops.while_loop(
        lambda i, t: ops.logical_and(i < 5, ops.max(t) < 50.0),
        lambda i, t: (i + 1, t * 2.0 + low),
        (0, state),
    )
    return low, total, ops.cast(count, "float32")


@pytest.mark.parametrize("sign", [1, -1])
def test_loops_and_branches(sign, tmp_path):
    x = np.abs(numbers(4, 3)) * sign
    layer = Layer(name="loops")
    layer.call = loops
    layer.built = True
    export_onnx(layer, tmp_path / "x.onnx", input_signature=[InputSpec(shape=(None, 3))])
    session, _ = checked(tmp_path / "x.onnx")
    wanted = [np.array(y) for y in loops(x)]
    close(computed(session, [x]), wanted)
    close(flatten(load_model(tmp_path / "x.onnx")(x)), wanted)


def test_names_of_inputs_and_outputs(tmp_path):
    b, a = Input((4,), name="b"), Input((4,), name="a")
    outputs = {f"out_{i}": ops.add(a, float(i) * b) for i in range(12)}
    model = Model({"b": b, "a": a}, outputs)
    model.export(tmp_path / "x.onnx", format="onnx", opset_version=20, verbose=False)
    session, file = checked(tmp_path / "x.onnx")
    assert file.opset_import[0].version == 20
    fed = {"a": numbers(3, 4), "b": numbers(3, 4)}
    names = [x.name for x in session.get_outputs()]
    found = dict(zip(names, session.run(None, fed), strict=True))
    wanted = model(fed)
    assert set(found) == set(wanted)
    close([found[name] for name in wanted], [np.array(wanted[name]) for name in wanted])
    assert session.get_inputs()[0].shape[0] == "batch"


def test_weights_in_a_file_of_their_own(tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "_LARGEST", 100)
    x = Input((30,))
    model = Model(x, layers.Dense(2)(layers.Dense(40)(x)))
    model.export(tmp_path / "x.onnx", format="onnx", verbose=False)
    assert (tmp_path / "x.onnx.data").stat().st_size == 30 * 40 * 4
    session, _ = checked(tmp_path / "x.onnx")
    data = numbers(3, 30)
    close(computed(session, [data]), [np.array(model(data))])
    close([np.array(load_model(tmp_path / "x.onnx")(data))], [np.array(model(data))])


# --------------------------------------------------------------------------- files of others


@pytest.mark.parametrize("case", NODES, ids=lambda case: case[0])
def test_nodes_of_others(case, tmp_path):
    _, op, inputs, constants, opset, outputs, attributes = case
    model = model_of(op, inputs, constants, opset, outputs, attributes)
    onnx.save(model, str(tmp_path / "x.onnx"))
    session = onnxruntime.InferenceSession(str(tmp_path / "x.onnx"))
    wanted = computed(session, inputs)
    read = load_model(tmp_path / "x.onnx")
    found = flatten(read(list(inputs) if len(inputs) > 1 else inputs[0], training=False))
    close([np.asarray(x) for x in found], wanted, 2e-5)


def test_a_small_residual_network_as_torch_writes_it(tmp_path):
    """Channels in front, sizes asked for while it runs, dense layers with turned kernels."""
    weights = {
        "conv1.weight": numbers(8, 3, 3, 3, scale=0.3),
        "conv1.bias": numbers(8),
        "conv2.weight": numbers(8, 8, 3, 3, scale=0.2),
        "fc.weight": numbers(5, 8),
        "fc.bias": numbers(5),
        "zero": np.array(0),
        "axes": whole(0),
        "rest": whole(8),
    }
    for key, value in zip(("g", "b", "m"), (1.0, 0.1, 0.0), strict=True):
        weights[key] = numbers(8) * 0.1 + np.float32(value)
    weights["v"] = np.abs(numbers(8)) + np.float32(0.5)
    node = helper.make_node
    same = dict(kernel_shape=[3, 3], pads=[1, 1, 1, 1])
    nodes = [
        node("Conv", ["x", "conv1.weight", "conv1.bias"], ["a"], name="/conv1/Conv", **same),
        node(
            "BatchNormalization", ["a", "g", "b", "m", "v"], ["n"], name="/bn1/BatchNormalization"
        ),
        node("Relu", ["n"], ["r"], name="/relu/Relu"),
        node("Conv", ["r", "conv2.weight"], ["c"], name="/block/conv2/Conv", **same),
        node("Add", ["c", "r"], ["s"], name="/block/Add"),
        node("GlobalAveragePool", ["s"], ["p"], name="/pool/GlobalAveragePool"),
        node("Shape", ["p"], ["shape"]),
        node("Gather", ["shape", "zero"], ["batch"], axis=0),
        node("Unsqueeze", ["batch", "axes"], ["batch1"]),
        node("Concat", ["batch1", "rest"], ["wanted"], axis=0),
        node("Reshape", ["p", "wanted"], ["flat"]),
        node("Gemm", ["flat", "fc.weight", "fc.bias"], ["y"], name="/fc/Gemm", transB=1),
    ]
    x = numbers(2, 3, 8, 8)
    onnx.save(wrapped(nodes, {"x": x}, weights, ["y"], 17), str(tmp_path / "x.onnx"))
    wanted = computed(onnxruntime.InferenceSession(str(tmp_path / "x.onnx")), [x])
    model = load_model(tmp_path / "x.onnx")
    close([np.array(model(x))], wanted)
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds == [
        *("InputLayer", "Permute", "Conv2D", "BatchNormalization", "Activation", "Conv2D", "Add"),
        *("GlobalAveragePooling2D", "Dense"),
    ]
    assert model.get_layer("block_conv2")
