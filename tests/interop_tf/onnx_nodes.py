"""Models of one or a few nodes, as other programs write them: what comes in, and what is done."""

from __future__ import annotations

import numpy as np
from onnx import TensorProto, helper, numpy_helper

RANDOM = np.random.RandomState(0)
CASES: list[tuple] = []


def numbers(*shape, scale=1.0):
    return (RANDOM.normal(size=shape) * scale).astype("float32")


def whole(*values):
    return np.array(values, np.int64)


def words(text):
    return text.split()


def case(name, op, inputs, constants=(), opset=18, outputs=1, **attributes):
    """A node of ``inputs``, which are fed, and ``constants``; ``None`` is left out."""
    CASES.append((name, op, inputs, constants, opset, outputs, attributes))


def model_of(op, inputs, constants, opset, outputs, attributes):
    """The model of a case; the first size of every input is the batch, without a number."""
    names = [f"x{i}" for i in range(len(inputs))]
    weights = {f"w{i}": x for i, x in enumerate(constants) if x is not None}
    taken = [*names, *("" if x is None else f"w{i}" for i, x in enumerate(constants))]
    made = [f"y{i}" for i in range(outputs)]
    node = helper.make_node(op, taken, made, name="the_node", **attributes)
    return wrapped([node], dict(zip(names, inputs, strict=True)), weights, made, opset)


def wrapped(nodes, inputs, weights, outputs, opset):
    """A model of nodes."""

    def told(name, x):
        kind = helper.np_dtype_to_tensor_dtype(x.dtype)
        shape = ["batch", *x.shape[1:]] if x.ndim else []
        return helper.make_tensor_value_info(name, kind, shape)

    graph = helper.make_graph(
        nodes,
        "model",
        [told(name, x) for name, x in inputs.items()],
        [helper.ValueInfoProto(name=name) for name in outputs],
        [numpy_helper.from_array(x, name) for name, x in weights.items()],
    )
    opsets = [helper.make_opsetid("", opset)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


# --------------------------------------------------------------------------- element by element

for _op in [
    "Abs",
    "Ceil",
    "Cos",
    "Erf",
    "Exp",
    "Floor",
    "Neg",
    "Relu",
    "Round",
    "Sigmoid",
    "Sign",
    "Sin",
    "Sinh",
    "Cosh",
    "Softplus",
    "Softsign",
    "Tan",
    "Tanh",
    "Atan",
    "Asinh",
    "HardSwish",
    "Mish",
    "Elu",
    "Selu",
    "Celu",
    "LeakyRelu",
    "HardSigmoid",
    "ThresholdedRelu",
    "Identity",
    "Reciprocal",
]:
    case(_op.lower(), _op, [numbers(2, 3, 4)])
for _op in ("Sqrt", "Log", "Acosh"):
    case(_op.lower(), _op, [np.abs(numbers(2, 3)) + 1.1])
for _op in ("Asin", "Acos", "Atanh"):
    case(_op.lower(), _op, [np.tanh(numbers(2, 3)) * 0.9])
for _op in ("Add", "Sub", "Mul", "Div", "Max", "Min", "Sum", "Mean"):
    case(f"{_op.lower()} two", _op, [numbers(2, 3, 4), numbers(2, 3, 4)])
    case(f"{_op.lower()} constant", _op, [numbers(2, 3, 4)], [numbers(3, 1)])
    case(f"{_op.lower()} large constant", _op, [numbers(2, 9, 40)], [numbers(9, 40)])
case("max of three", "Max", [numbers(2, 3), numbers(2, 3), numbers(2, 3)])
case("pow", "Pow", [np.abs(numbers(2, 3))], [np.array(2.5, "float32")])
case("div of whole numbers", "Div", [np.array([[7, -7], [8, -9]])], [whole(2, -4)])
case("mod", "Mod", [np.array([[7, -7], [8, -9]])], [whole(3, -4)])
case("mod like c", "Mod", [numbers(2, 3, scale=5)], [np.array(1.5, "float32")], fmod=1)
for _op in ("Less", "Greater", "LessOrEqual", "GreaterOrEqual", "Equal"):
    case(_op.lower(), _op, [np.round(numbers(2, 3))], [np.array(0, "float32")])
case("and", "And", [numbers(2, 3) > 0, numbers(2, 3) > 0])
case("xor", "Xor", [numbers(2, 3) > 0, numbers(2, 3) > 0])
case("not", "Not", [numbers(2, 3) > 0])
case("where", "Where", [numbers(2, 3) > 0, numbers(2, 3)], [np.array(0.5, "float32")])
case("clip", "Clip", [numbers(2, 3)], [np.array(-0.5, "float32"), np.array(0.7, "float32")])
case("clip below", "Clip", [numbers(2, 3)], [np.array(-0.5, "float32")])
case("clip old", "Clip", [numbers(2, 3)], opset=9, min=0.0, max=6.0)
case("cast", "Cast", [numbers(2, 3, scale=3)], to=TensorProto.INT32)
case("prelu", "PRelu", [numbers(2, 3, 4, 4)], [np.abs(numbers(3, 1, 1))])
case("isnan", "IsNaN", [np.array([[1, np.nan]], "float32")])
case("gelu", "Gelu", [numbers(2, 3)], opset=20)
case("gelu tanh", "Gelu", [numbers(2, 3)], opset=20, approximate="tanh")
case("shrink", "Shrink", [numbers(2, 3)], lambd=0.5, bias=0.0)
case("softmax", "Softmax", [numbers(2, 3, 4)], axis=1)
case("softmax old", "Softmax", [numbers(2, 3, 4)], opset=11)
case("log softmax", "LogSoftmax", [numbers(2, 3)], axis=-1)
case("dropout", "Dropout", [numbers(2, 3)], [np.array(0.3, "float32")])

# --------------------------------------------------------------------------- shapes

case("reshape", "Reshape", [numbers(2, 3, 4)], [whole(0, -1)])
case("reshape more", "Reshape", [numbers(2, 6, 4)], [whole(-1, 2, 3, 4)])
case("reshape mixing", "Reshape", [numbers(2, 6)], [whole(-1, 4)])
case("flatten", "Flatten", [numbers(2, 3, 4, 2)])
case("flatten two", "Flatten", [numbers(2, 3, 4)], axis=2)
case("transpose", "Transpose", [numbers(2, 3, 4)], perm=[0, 2, 1])
case("transpose all", "Transpose", [numbers(2, 3)])
case("squeeze", "Squeeze", [numbers(2, 1, 3, 1)], [whole(1, 3)])
case("squeeze old", "Squeeze", [numbers(2, 1, 3)], opset=11, axes=[1])
case("unsqueeze", "Unsqueeze", [numbers(2, 3)], [whole(1, -1)])
case("expand", "Expand", [numbers(2, 1, 3)], [whole(1, 4, 3)])
case("tile", "Tile", [numbers(2, 3)], [whole(1, 3)])
case("concat", "Concat", [numbers(2, 3, 4), numbers(2, 2, 4)], axis=1)
case("concat constant", "Concat", [numbers(1, 3)], [numbers(1, 3)], axis=0)
case("split", "Split", [numbers(2, 7)], [whole(3, 4)], outputs=2, axis=1)
case("split even", "Split", [numbers(2, 6)], outputs=3, opset=13, axis=1)
case(
    "slice",
    "Slice",
    [numbers(2, 8, 6)],
    [whole(1, -2), whole(7, 1 << 62), whole(1, 2), whole(2, 1)],
)
case(
    "slice backwards", "Slice", [numbers(2, 8)], [whole(-1), whole(-(1 << 62)), whole(1), whole(-2)]
)
case("slice old", "Slice", [numbers(2, 8)], opset=9, starts=[1], ends=[-1], axes=[1])
case("pad", "Pad", [numbers(2, 3, 4)], [whole(0, 1, 0, 0, 2, 1), np.array(0.5, "float32")])
case("pad reflect", "Pad", [numbers(2, 3, 5)], [whole(0, 0, 2, 0, 0, 1)], mode="reflect")
case("pad edge", "Pad", [numbers(2, 3, 5)], [whole(0, 0, 2, 0, 0, 1)], mode="edge")
case("pad image", "Pad", [numbers(2, 3, 5, 5)], [whole(0, 0, 1, 2, 0, 0, 0, 1)])
case("pad cuts", "Pad", [numbers(2, 3, 5)], [whole(0, 0, -1, 0, 0, 2)])
case("pad old", "Pad", [numbers(2, 3)], opset=9, pads=[0, 1, 0, 2], value=0.5)
case("depth to space", "DepthToSpace", [numbers(2, 8, 3, 3)], blocksize=2)
case("depth to space crd", "DepthToSpace", [numbers(2, 8, 3, 3)], blocksize=2, mode="CRD")
case("space to depth", "SpaceToDepth", [numbers(2, 2, 4, 6)], blocksize=2)
case("trilu", "Trilu", [numbers(2, 4, 4)], upper=0)
case("one hot", "OneHot", [np.array([[0, 2], [1, -1]])], [np.array(3), numbers(2)], axis=-1)

# --------------------------------------------------------------------------- along axes

for _op in [
    "ReduceSum",
    "ReduceMean",
    "ReduceMax",
    "ReduceMin",
    "ReduceProd",
    "ReduceL1",
    "ReduceL2",
    "ReduceSumSquare",
    "ReduceLogSumExp",
]:
    case(f"{_op.lower()}", _op, [numbers(2, 3, 4)], [whole(1, 2)], keepdims=0)
    case(f"{_op.lower()} kept", _op, [numbers(2, 3, 4)], [whole(-1)])
case("reduce mean old", "ReduceMean", [numbers(2, 3, 4)], opset=13, axes=[2])
case("reduce sum nothing", "ReduceSum", [numbers(2, 3)], noop_with_empty_axes=1)
case("argmax", "ArgMax", [numbers(2, 3, 4)], axis=1)
case("argmin", "ArgMin", [numbers(2, 3, 4)], axis=-1, keepdims=0)
case("topk", "TopK", [numbers(2, 7)], [whole(3)], outputs=2)
case("topk smallest", "TopK", [numbers(2, 7)], [whole(3)], outputs=2, largest=0)
case("cumsum", "CumSum", [numbers(2, 5)], [np.array(1)])
case("cumsum backwards", "CumSum", [numbers(2, 5)], [np.array(1)], reverse=1, exclusive=1)
case("det", "Det", [numbers(2, 3, 3)])
case("dft", "DFT", [numbers(2, 6, 1)], axis=1)
case("dft inverse", "DFT", [numbers(2, 5, 2)], axis=1, inverse=1)
case("einsum", "Einsum", [numbers(2, 3, 4), numbers(2, 4, 5)], equation="bij,bjk->bik")
case("einsum dense", "Einsum", [numbers(2, 3, 8)], [numbers(8, 4, 5)], equation="bij,jkl->bikl")
case("gather", "Gather", [numbers(2, 5, 3)], [whole(0, 3, -1)], axis=1)
case("gather one", "Gather", [numbers(2, 5, 3)], [np.array(2)], axis=1)
case("gather elements", "GatherElements", [numbers(2, 3), np.array([[0, 2], [1, 1]])], axis=1)
case("gather nd", "GatherND", [numbers(2, 3, 4)], [np.array([[0, 1], [1, 2]])])
case("scatter nd", "ScatterND", [numbers(2, 3)], [np.array([[0, 1], [1, 2]]), numbers(2)])

# --------------------------------------------------------------------------- products

case("matmul", "MatMul", [numbers(2, 3, 4)], [numbers(4, 5)])
case("matmul two", "MatMul", [numbers(2, 3, 4), numbers(2, 4, 5)])
case("matmul batched", "MatMul", [numbers(2, 3, 4)], [numbers(2, 4, 5)])
case("gemm", "Gemm", [numbers(2, 4)], [numbers(4, 5), numbers(5)])
case("gemm turned", "Gemm", [numbers(2, 4)], [numbers(5, 4), numbers(5)], transB=1)
case("gemm scaled", "Gemm", [numbers(2, 4)], [numbers(4, 5), numbers(5)], alpha=0.5, beta=2.0)
case("gemm one number", "Gemm", [numbers(2, 4)], [numbers(4, 5), numbers(1)])
case("gemm two", "Gemm", [numbers(4, 2)], [numbers(4, 5)], transA=1)
case("layer norm", "LayerNormalization", [numbers(2, 3, 8)], [numbers(8), numbers(8)])
case("layer norm no bias", "LayerNormalization", [numbers(2, 3, 8)], [numbers(8)], epsilon=1e-3)
case("layer norm two", "LayerNormalization", [numbers(2, 3, 8)], [numbers(3, 8)], axis=1)

# --------------------------------------------------------------------------- images

_IMAGE = numbers(2, 4, 9, 8)
case("conv", "Conv", [_IMAGE], [numbers(6, 4, 3, 3), numbers(6)])
case("conv pads", "Conv", [_IMAGE], [numbers(6, 4, 3, 3), numbers(6)], pads=[1, 1, 1, 1])
case("conv strides", "Conv", [_IMAGE], [numbers(6, 4, 3, 3)], pads=[1, 1, 1, 1], strides=[2, 2])
case("conv same", "Conv", [_IMAGE], [numbers(6, 4, 3, 2)], auto_pad="SAME_UPPER", strides=[2, 2])
case("conv lower", "Conv", [_IMAGE], [numbers(6, 4, 4, 2)], auto_pad="SAME_LOWER")
case("conv dilated", "Conv", [_IMAGE], [numbers(6, 4, 3, 3)], dilations=[2, 2], pads=[2, 2, 2, 2])
case("conv both", "Conv", [_IMAGE], [numbers(6, 4, 3, 3)], dilations=[2, 2], strides=[2, 2])
case("conv groups", "Conv", [_IMAGE], [numbers(6, 2, 3, 3), numbers(6)], group=2)
case("conv depthwise", "Conv", [_IMAGE], [numbers(8, 1, 3, 3), numbers(8)], group=4)
case("conv line", "Conv", [numbers(2, 4, 9)], [numbers(6, 4, 3)], pads=[1, 1])
case("conv volume", "Conv", [numbers(2, 2, 5, 4, 4)], [numbers(3, 2, 2, 2, 2)])
case("conv transpose", "ConvTranspose", [_IMAGE], [numbers(4, 3, 2, 2), numbers(3)], strides=[2, 2])
case(
    "conv transpose same", "ConvTranspose", [_IMAGE], [numbers(4, 3, 4, 4)],
    strides=[2, 2], pads=[1, 1, 1, 1],
)  # fmt: skip
case(
    "conv transpose more", "ConvTranspose", [_IMAGE], [numbers(4, 3, 3, 3), numbers(3)],
    strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1],
)  # fmt: skip
case(
    "conv transpose groups", "ConvTranspose", [_IMAGE], [numbers(4, 3, 3, 3)],
    group=2, strides=[2, 1],
)  # fmt: skip
for _op in ("MaxPool", "AveragePool"):
    case(f"{_op.lower()}", _op, [_IMAGE], kernel_shape=[2, 2], strides=[2, 2])
    case(
        f"{_op.lower()} pads", _op, [_IMAGE], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1]
    )
    case(
        f"{_op.lower()} odd", _op, [_IMAGE], kernel_shape=[3, 3], strides=[2, 2], pads=[0, 1, 1, 0]
    )
    case(f"{_op.lower()} ceil", _op, [_IMAGE], kernel_shape=[2, 3], strides=[2, 2], ceil_mode=1)
    case(f"{_op.lower()} line", _op, [numbers(2, 4, 9)], kernel_shape=[3], strides=[2])
    case(f"Global{_op}".lower(), f"Global{_op}", [_IMAGE])
case(
    "averagepool counting", "AveragePool", [_IMAGE],
    kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1,
)  # fmt: skip
_FACTORS = [numbers(4), numbers(4), numbers(4), np.abs(numbers(4)) + 0.5]
case("batch norm", "BatchNormalization", [_IMAGE], _FACTORS)
case("batch norm flat", "BatchNormalization", [numbers(3, 4)], _FACTORS, epsilon=1e-3)
case("instance norm", "InstanceNormalization", [_IMAGE], [numbers(4), numbers(4)])
case("group norm", "GroupNormalization", [_IMAGE], [numbers(4), numbers(4)], opset=21, num_groups=2)
case("lrn", "LRN", [_IMAGE], size=3, alpha=0.1, beta=0.6, bias=1.5)
_TWICE = np.array([1, 1, 2, 3], "float32")
case(
    "resize nearest", "Resize", [_IMAGE], [None, _TWICE], mode="nearest",
    coordinate_transformation_mode="asymmetric", nearest_mode="floor",
)  # fmt: skip
case("resize linear", "Resize", [_IMAGE], [None, _TWICE], mode="linear")
case("resize sizes", "Resize", [_IMAGE], [None, None, whole(2, 4, 18, 16)], mode="linear")
case("upsample", "Upsample", [_IMAGE], [_TWICE], opset=9, mode="nearest")

# --------------------------------------------------------------------------- sequences

_LINE = numbers(6, 2, 3)
for _op, _gates in (("LSTM", 4), ("GRU", 3), ("RNN", 1)):
    for _way, _count in (("forward", 1), ("reverse", 1), ("bidirectional", 2)):
        _parts = [numbers(_count, _gates * 5, 3), numbers(_count, _gates * 5, 5)]
        _parts.append(numbers(_count, 2 * _gates * 5))
        _more = {"linear_before_reset": 1} if _op == "GRU" and _way != "reverse" else {}
        _makes = 3 if _op == "LSTM" else 2
        case(
            f"{_op.lower()} {_way}", _op, [_LINE], _parts,
            outputs=_makes, hidden_size=5, direction=_way, **_more,
        )  # fmt: skip
case("lstm no bias", "LSTM", [_LINE], [numbers(1, 20, 3), numbers(1, 20, 5)], hidden_size=5)
case(
    "rnn relu",
    "RNN",
    [_LINE],
    [numbers(1, 5, 3), numbers(1, 5, 5)],
    hidden_size=5,
    activations=["Relu"],
)
