"""What several of TensorFlow's files have in common: numbers of dtypes, tensors, graphs of nodes.

The texts are parts of tables for :class:`visualnn.wire.protobuf.Messages`; each file adds its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

DTYPE_NUMBERS = {
    "float32": 1,
    "float64": 2,
    "int32": 3,
    "uint8": 4,
    "int16": 5,
    "int8": 6,
    "string": 7,
    "complex64": 8,
    "int64": 9,
    "bool": 10,
    "bfloat16": 14,
    "uint16": 17,
    "complex128": 18,
    "float16": 19,
    "resource": 20,
    "variant": 21,
    "uint32": 22,
    "uint64": 23,
    "float8_e5m2": 24,
    "float8_e4m3fn": 25,
}
"""The number of each dtype in TensorFlow's enum ``DataType``."""

DTYPE_NAMES = {number: name for name, number in DTYPE_NUMBERS.items()}

SHAPES = """
TensorShapeProto: dim=2:*TensorShapeProto.Dim, unknown_rank=3:bool
TensorShapeProto.Dim: size=1:int64, name=2:string
VersionDef: producer=1:int32, min_consumer=2:int32
"""

TENSORS = (
    SHAPES
    + """
TensorProto: dtype=1:enum, tensor_shape=2:TensorShapeProto, version_number=3:int32, tensor_content=4:bytes, half_val=13:*int32, float_val=5:*float, double_val=6:*double, int_val=7:*int32, string_val=8:*bytes, scomplex_val=9:*float, int64_val=10:*int64, bool_val=11:*bool, dcomplex_val=12:*double, uint32_val=16:*uint32, uint64_val=17:*uint64, float8_val=18:bytes
"""  # noqa: E501 - a message is a line
)

GRAPHS = (
    TENSORS
    + """
GraphDef: node=1:*NodeDef, versions=4:VersionDef, library=2:FunctionDefLibrary
NodeDef: name=1:string, op=2:string, input=3:*string, device=4:string, attr=5:map<string,AttrValue>
AttrValue: s=2:bytes, i=3:int64, f=4:float, b=5:bool, type=6:enum, shape=7:TensorShapeProto, tensor=8:TensorProto, list=1:AttrValue.ListValue, func=10:NameAttrList, placeholder=9:string
AttrValue.ListValue: s=2:*bytes, i=3:*int64, f=4:*float, b=5:*bool, type=6:*enum, shape=7:*TensorShapeProto, tensor=8:*TensorProto, func=9:*NameAttrList
NameAttrList: name=1:string, attr=2:map<string,AttrValue>
FunctionDefLibrary: function=1:*FunctionDef
FunctionDef: signature=1:OpDef, attr=5:map<string,AttrValue>, arg_attr=7:map<uint32,FunctionDef.ArgAttrs>, node_def=3:*NodeDef, ret=4:map<string,string>, control_ret=6:map<string,string>
FunctionDef.ArgAttrs: attr=1:map<string,AttrValue>
OpDef: name=1:string, input_arg=2:*OpDef.ArgDef, output_arg=3:*OpDef.ArgDef, control_output=20:*string, attr=4:*OpDef.AttrDef, is_stateful=17:bool
OpDef.ArgDef: name=1:string, type=3:enum, type_attr=4:string, number_attr=5:string, type_list_attr=6:string
OpDef.AttrDef: name=1:string, type=2:string, default_value=3:AttrValue
"""  # noqa: E501
)


def shape(sizes: Sequence[int | None]) -> dict[str, Any]:
    """The ``TensorShapeProto`` of sizes; those that are not known are -1."""
    return {"dim": [{"size": -1 if size is None else int(size)} for size in sizes]}
