"""The messages of an ONNX file, the numbers of its dtypes, and the versions that are written.

Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto and docs/Versioning.md there.
"""

from __future__ import annotations

from visualnn.wire.protobuf import Messages

MESSAGES = Messages(
    """
    ModelProto: ir_version=1:int64, producer_name=2:string, producer_version=3:string, domain=4:string, model_version=5:int64, doc_string=6:string, graph=7:GraphProto, opset_import=8:*OperatorSetIdProto, metadata_props=14:*StringStringEntryProto, functions=25:*FunctionProto
    OperatorSetIdProto: domain=1:string, version=2:int64
    StringStringEntryProto: key=1:string, value=2:string
    FunctionProto: name=1:string, domain=10:string
    GraphProto: node=1:*NodeProto, name=2:string, initializer=5:*TensorProto, doc_string=10:string, input=11:*ValueInfoProto, output=12:*ValueInfoProto, value_info=13:*ValueInfoProto, sparse_initializer=15:*SparseTensorProto
    SparseTensorProto: dims=3:*int64
    NodeProto: input=1:*string, output=2:*string, name=3:string, op_type=4:string, attribute=5:*AttributeProto, doc_string=6:string, domain=7:string
    AttributeProto: name=1:string, f=2:float, i=3:int64, s=4:bytes, t=5:TensorProto, g=6:GraphProto, floats=7:*float, ints=8:*int64, strings=9:*bytes, tensors=10:*TensorProto, graphs=11:*GraphProto, type=20:enum, ref_attr_name=21:string
    ValueInfoProto: name=1:string, type=2:TypeProto, doc_string=3:string
    TypeProto: tensor_type=1:TypeProto.Tensor, sequence_type=4:TypeProto.Sequence
    TypeProto.Sequence: elem_type=1:TypeProto
    TypeProto.Tensor: elem_type=1:enum, shape=2:TensorShapeProto
    TensorShapeProto: dim=1:*Dimension
    Dimension: dim_value=1:int64, dim_param=2:string
    TensorProto: dims=1:*int64, data_type=2:enum, float_data=4:*bytes, int32_data=5:*bytes, string_data=6:*bytes, int64_data=7:*bytes, name=8:string, raw_data=9:bytes, double_data=10:*bytes, uint64_data=11:*bytes, external_data=13:*StringStringEntryProto, data_location=14:enum
    """  # noqa: E501 - a message is a line
)
"""The numbers of a tensor stay bytes: as Python numbers they would be many times as large."""

DTYPES = {
    "float32": 1,
    "uint8": 2,
    "int8": 3,
    "uint16": 4,
    "int16": 5,
    "int32": 6,
    "int64": 7,
    "string": 8,
    "bool": 9,
    "float16": 10,
    "float64": 11,
    "uint32": 12,
    "uint64": 13,
    "bfloat16": 16,
}
"""The number of each dtype."""

BY_NUMBER = {number: name for name, number in DTYPES.items()}

IR_VERSIONS = {17: 8, 18: 8, 19: 9, 20: 9, 21: 10, 22: 10, 23: 11}
"""The version of the file format that came with each set of operators that can be written."""

DEFAULT_OPSET = 18

FLOAT, INT, STRING, TENSOR, GRAPH, FLOATS, INTS, STRINGS = 1, 2, 3, 4, 5, 6, 7, 8
"""The kinds of attributes."""


def dtype_number(dtype: str) -> int:
    """The number of a dtype.

    Raises:
        ValueError: When ONNX has none.
    """
    if dtype not in DTYPES:
        raise ValueError(
            f"ONNX has no dtype {dtype!r}; it has {', '.join(sorted(DTYPES))}. "
            "Cast to one of these before."
        )
    return DTYPES[dtype]
