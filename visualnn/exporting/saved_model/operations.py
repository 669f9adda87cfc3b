"""What the operations of TensorFlow take and make: the names of tensors, and their types.

``AddV2: x:T y:T -> z:T`` takes two tensors of one type, which is written in the node's setting
``T``, and makes one, which others call ``add:z:0``.  ``N*T`` stands for ``N`` tensors of a type,
``*T`` for tensors of the types that are listed in ``T``.

Source: the registry of operations, https://www.tensorflow.org/api_docs/python/tf/raw_ops.
"""

from __future__ import annotations

from typing import NamedTuple

_TABLE = """
AddV2 Add Sub Mul MulNoNan RealDiv Div DivNoNan FloorDiv FloorMod Pow Maximum Minimum SquaredDifference: x:T y:T -> z:T
BitwiseAnd BitwiseOr BitwiseXor: x:T y:T -> z:T
Neg Abs Sign Exp Expm1 Log Log1p Sqrt Rsqrt Square Reciprocal Sin Cos Tan Tanh Sinh Cosh Asin Acos Atan: x:T -> y:T
Asinh Acosh Atanh Erf Erfc Erfinv Lgamma Digamma BesselI0 BesselI1 Sigmoid Floor Ceil Round Rint Invert: x:T -> y:T
Atan2: y:T x:T -> z:T
Polygamma: a:T x:T -> z:T
AddN: inputs:N*T -> sum:T
Softplus Softsign Relu Relu6 LeakyRelu Elu Selu: features:T -> activations:T
Softmax: logits:T -> softmax:T
LogSoftmax: logits:T -> logsoftmax:T
IsNan IsInf IsFinite: x:T -> y:bool
Equal NotEqual Less LessEqual Greater GreaterEqual: x:T y:T -> z:bool
LogicalAnd LogicalOr: x:bool y:bool -> z:bool
LogicalNot: x:bool -> y:bool
SelectV2 Select: condition:bool t:T e:T -> output:T
Cast: x:SrcT -> y:DstT
Reshape: tensor:T shape:Tshape -> output:T
Transpose: x:T perm:Tperm -> y:T
ConcatV2: values:N*T axis:Tidx -> output:T
Pack: values:N*T -> output:T
Unpack: value:T -> output:num*T
Split: split_dim:int32 value:T -> output:num_split*T
SplitV: value:T size_splits:Tlen split_dim:int32 -> output:num_split*T
Slice: input:T begin:Index size:Index -> output:T
StridedSlice: input:T begin:Index end:Index strides:Index -> output:T
StridedSliceGrad: shape:Index begin:Index end:Index strides:Index dy:T -> output:T
GatherV2: params:Tparams indices:Tindices axis:Taxis -> output:Tparams
Gather GatherNd: params:Tparams indices:Tindices -> output:Tparams
ScatterNd: indices:Tindices updates:T shape:Tindices -> output:T
TensorScatterUpdate TensorScatterAdd TensorScatterMax TensorScatterMin: tensor:T indices:Tindices updates:T -> output:T
Tile: input:T multiples:Tmultiples -> output:T
Pad MirrorPad: input:T paddings:Tpaddings -> output:T
PadV2: input:T paddings:Tpaddings constant_values:T -> output:T
BroadcastTo: input:T shape:Tidx -> output:T
BroadcastGradientArgs: s0:T s1:T -> r0:T r1:T
ExpandDims: input:T dim:Tdim -> output:T
Squeeze Identity StopGradient PreventGradient Snapshot EnsureShape: input:T -> output:T
Shape Size: input:T -> output:out_type
ShapeN: input:N*T -> output:N*out_type
Rank: input:T -> output:int32
Range: start:Tidx limit:Tidx delta:Tidx -> output:Tidx
Fill: dims:index_type value:T -> output:T
ZerosLike OnesLike: x:T -> y:T
OneHot: indices:TI depth:int32 on_value:T off_value:T -> output:T
Sum Mean Prod Max Min: input:T reduction_indices:Tidx -> output:T
All Any: input:bool reduction_indices:Tidx -> output:bool
ArgMax ArgMin: input:T dimension:Tidx -> output:output_type
Cumsum Cumprod: x:T axis:Tidx -> out:T
TopKV2: input:T k:Tk -> values:T indices:index_type
UnsortedSegmentSum UnsortedSegmentProd: data:T segment_ids:Tindices num_segments:Tnumsegments -> output:T
ReverseV2: tensor:T axis:Tidx -> output:T
Roll: input:T shift:Tshift axis:Taxis -> output:T
LowerBound UpperBound: sorted_inputs:T values:T -> output:out_type
MatMul: a:T b:T -> product:T
BatchMatMulV2 BatchMatMul: x:T y:T -> output:T
Einsum: inputs:N*T -> output:T
Conv2D DepthwiseConv2dNative Conv3D: input:T filter:T -> output:T
Conv2DBackpropInput: input_sizes:int32 filter:T out_backprop:T -> output:T
Conv3DBackpropInputV2: input_sizes:Tshape filter:T out_backprop:T -> output:T
Conv2DBackpropFilter: input:T filter_sizes:int32 out_backprop:T -> output:T
MaxPool MaxPool3D AvgPool3D: input:T -> output:T
AvgPool: value:T -> output:T
BiasAdd: value:T bias:T -> output:T
FusedBatchNormV3: x:T scale:U offset:U mean:U variance:U -> y:T batch_mean:U batch_variance:U reserve_space_1:U reserve_space_2:U reserve_space_3:U
L2Loss: t:T -> output:T
ResizeBilinear ResizeBicubic: images:T size:int32 -> resized_images:float32
ResizeNearestNeighbor: images:T size:int32 -> resized_images:T
SpaceToDepth DepthToSpace: input:T -> output:T
SpaceToBatchND: input:T block_shape:Tblock_shape paddings:Tpaddings -> output:T
BatchToSpaceND: input:T block_shape:Tblock_shape crops:Tcrops -> output:T
ClipByValue: t:T clip_value_min:T clip_value_max:T -> output:T
InvertPermutation: x:T -> y:T
MatrixBandPart: input:T num_lower:Tindex num_upper:Tindex -> band:T
Cholesky MatrixInverse: input:T -> output:T
LogMatrixDeterminant: input:T -> sign:T log_abs_determinant:T
MatrixSolve: matrix:T rhs:T -> output:T
Qr: input:T -> q:T r:T
SelfAdjointEigV2: input:T -> e:T v:T
Svd: input:T -> s:T u:T v:T
Complex: real:T imag:T -> out:Tout
Real Imag: input:T -> output:Tout
FFT IFFT: input:Tcomplex -> output:Tcomplex
IdentityN: input:*T -> output:*T
NoOp: ->
Const: -> output:dtype
Placeholder: -> output:dtype
VarHandleOp: -> resource:resource
ReadVariableOp: resource:resource -> value:dtype
AssignVariableOp AssignAddVariableOp AssignSubVariableOp: resource:resource value:dtype ->
ResourceGather: resource:resource indices:Tindices -> output:dtype
StatelessRandomUniform StatelessRandomNormal StatelessRandomUniformFullInt: shape:T seed:Tseed -> output:dtype
StatelessRandomGetKeyCounter: seed:Tseed -> key:uint64 counter:uint64
StatelessRandomGetAlg: -> alg:int32
StatelessRandomUniformV2 StatelessRandomNormalV2: shape:Tshape key:uint64 counter:uint64 alg:int32 -> output:dtype
StatelessRandomGammaV2: shape:T seed:Tseed alpha:dtype -> output:dtype
StatelessRandomBinomial: shape:S seed:Tseed counts:T probs:T -> output:dtype
StatefulPartitionedCall PartitionedCall: args:*Tin -> output:*Tout
StatelessIf If: cond:Tcond input:*Tin -> output:*Tout
StatelessWhile While: input:*T -> output:*T
TensorListReserve: element_shape:shape_type num_elements:int32 -> handle:variant
TensorListFromTensor: tensor:element_dtype element_shape:shape_type -> output_handle:variant
TensorListSetItem: input_handle:variant index:int32 item:element_dtype -> output_handle:variant
TensorListGetItem: input_handle:variant index:int32 element_shape:Tshape -> item:element_dtype
TensorListStack: input_handle:variant element_shape:int32 -> tensor:element_dtype
RestoreV2: prefix:string tensor_names:string shape_and_slices:string -> tensors:*dtypes
SaveV2: prefix:string tensor_names:string shape_and_slices:string tensors:*dtypes ->
"""  # noqa: E501 - an operation is a line


class Argument(NamedTuple):
    """One input or output: its name, its type or the setting that says it, and how many it is.

    ``count`` is the setting with the number, ``"*"`` where the types are listed, else empty.
    """

    name: str
    type: str
    count: str = ""


class Signature(NamedTuple):
    """The inputs and outputs of an operation."""

    inputs: tuple[Argument, ...]
    outputs: tuple[Argument, ...]


def _arguments(text: str) -> tuple[Argument, ...]:
    found = []
    for word in text.split():
        name, _, kind = word.partition(":")
        count, star, type_ = kind.rpartition("*")
        found.append(Argument(name, type_, count or star))
    return tuple(found)


def _read(table: str) -> dict[str, Signature]:
    found = {}
    for line in filter(None, table.splitlines()):
        names, _, rest = line.partition(": ")
        inputs, _, outputs = rest.partition("->")
        signature = Signature(_arguments(inputs), _arguments(outputs))
        found.update(dict.fromkeys(names.split(), signature))
    return found


OPERATIONS = _read(_TABLE)
"""Every operation that is written or read."""
