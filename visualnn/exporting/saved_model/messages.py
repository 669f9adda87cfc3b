"""The messages of ``saved_model.pb``: a graph of functions, and a graph of objects that hold them.

Source: the files ``meta_graph.proto``, ``saved_object_graph.proto`` and ``struct.proto`` of
TensorFlow, whose fields are documented at https://www.tensorflow.org/guide/saved_model.
"""

from __future__ import annotations

from visualnn.wire.protobuf import Messages
from visualnn.wire.tensorflow import GRAPHS

MESSAGES = Messages(
    GRAPHS
    + """
SavedModel: saved_model_schema_version=1:int64, meta_graphs=2:*MetaGraphDef
MetaGraphDef: meta_info_def=1:MetaInfoDef, graph_def=2:GraphDef, saver_def=3:SaverDef, collection_def=4:map<string,CollectionDef>, signature_def=5:map<string,SignatureDef>, object_graph_def=7:SavedObjectGraph
MetaInfoDef: tags=4:*string, tensorflow_version=5:string, tensorflow_git_version=6:string, stripped_default_attrs=7:bool
SaverDef: filename_tensor_name=1:string, save_tensor_name=2:string, restore_op_name=3:string, max_to_keep=4:int32, sharded=5:bool, keep_checkpoint_every_n_hours=6:float, version=7:enum
CollectionDef: node_list=1:NodeList
NodeList: value=1:*string
SignatureDef: inputs=1:map<string,TensorInfo>, outputs=2:map<string,TensorInfo>, method_name=3:string
TensorInfo: name=1:string, dtype=2:enum, tensor_shape=3:TensorShapeProto
SavedObjectGraph: nodes=1:*SavedObject, concrete_functions=2:map<string,SavedConcreteFunction>
SavedObject: children=1:*ObjectReference, dependencies=15:*ObjectReference, user_object=4:SavedUserObject, asset=5:SavedAsset, function=6:SavedFunction, variable=7:SavedVariable, bare_concrete_function=8:SavedBareConcreteFunction, constant=9:SavedConstant, resource=10:SavedResource, captured_tensor=12:CapturedTensor, registered_name=13:string
ObjectReference: node_id=1:int32, local_name=2:string
SavedUserObject: identifier=1:string, version=2:VersionDef, metadata=3:string
SavedAsset: asset_file_def_index=1:int32
SavedFunction: concrete_functions=1:*string, function_spec=2:FunctionSpec
FunctionSpec: fullargspec=1:StructuredValue, is_method=2:bool, input_signature=5:StructuredValue, jit_compile=6:enum
SavedVariable: dtype=1:enum, shape=2:TensorShapeProto, trainable=3:bool, synchronization=4:enum, aggregation=5:enum, name=6:string, device=7:string
SavedBareConcreteFunction: concrete_function_name=1:string, argument_keywords=2:*string, allowed_positional_arguments=3:int64, function_spec=4:FunctionSpec
SavedConstant: operation=1:string
SavedResource: device=1:string
CapturedTensor: name=1:string, concrete_function=2:string
SavedConcreteFunction: bound_inputs=2:*int32, canonicalized_input_signature=3:StructuredValue, output_signature=4:StructuredValue
StructuredValue: none_value=1:NoneValue, float64_value=11:double, int64_value=12:sint64, string_value=13:string, bool_value=14:bool, tensor_shape_value=31:TensorShapeProto, tensor_dtype_value=32:enum, tensor_spec_value=33:TensorSpecProto, type_spec_value=34:TypeSpecProto, bounded_tensor_spec_value=35:TensorSpecProto, list_value=51:ListValue, tuple_value=52:ListValue, dict_value=53:DictValue, named_tuple_value=54:NamedTupleValue
NoneValue:
TensorSpecProto: name=1:string, shape=2:TensorShapeProto, dtype=3:enum
TypeSpecProto: type_spec_class=1:enum, type_spec_class_name=3:string
ListValue: values=1:*StructuredValue
DictValue: fields=1:map<string,StructuredValue>
NamedTupleValue: name=1:string, values=2:*PairValue
PairValue: key=1:string, value=2:StructuredValue
TrackableObjectGraph: nodes=1:*TrackableObject
TrackableObject: children=1:*ObjectReference, attributes=2:*SerializedTensor, has_checkpoint_values=5:BoolValue
SerializedTensor: name=1:string, full_name=2:string, checkpoint_key=3:string
BoolValue: value=1:bool
FingerprintDef: saved_model_checksum=1:uint64, graph_def_program_hash=2:uint64, signature_def_hash=3:uint64, saved_object_graph_hash=4:uint64, checkpoint_hash=5:uint64, version=6:VersionDef, uuid=7:string
"""  # noqa: E501 - a message is a line
)
