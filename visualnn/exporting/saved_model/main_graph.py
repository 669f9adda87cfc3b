"""The main graph of a SavedModel, which Sessions of TensorFlow 1 and the C++ loader run."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.exporting.saved_model.attributes import FunctionName, Sizes, Type, attribute
from visualnn.exporting.saved_model.signatures import Signature
from visualnn.exporting.saved_model.structured import NamedSpec, plain_name
from visualnn.saving.checkpoint.object_graph import Node
from visualnn.variable import Variable
from visualnn.wire.tensorflow import DTYPE_NUMBERS, shape

_METHOD = "tensorflow/serving/predict"
_INIT = "__saved_model_init_op"

Made = tuple[Signature, FunctionName, list[Variable]]


def main_graph(
    variables: list[Node], signatures: dict[str, Made]
) -> tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]:
    """The nodes, the signatures that name tensors of them, and how variables are restored.

    Args:
        variables: The variables among the objects.
        signatures: What was written for each signature, by name.
    """
    handles = {id(node.object): _handle(node) for node in variables}
    nodes = list(handles.values())
    names = {key: handle["name"] for key, handle in handles.items()}
    said: dict[str, Any] = {}
    for name, made in signatures.items():
        found, said[name] = _call(len(said), *made, names)
        nodes += found
    saved, saver = _saver(variables, names)
    nodes += [*saved, _node("NoOp", "NoOp")]
    unknown = {"name": "NoOp", "tensor_shape": {"unknown_rank": True}}
    said[_INIT] = {"outputs": {_INIT: unknown}}
    return nodes, said, saver


def _node(name: str, operation: str, inputs: Any = (), **settings: Any) -> dict[str, Any]:
    coded = {key: attribute(value) for key, value in settings.items()}
    return {"name": name, "op": operation, "input": list(inputs), "attr": coded}


def _handle(node: Node) -> dict[str, Any]:
    """A variable, called by the way to it, which no other has."""
    variable: Variable = node.object
    way = "/".join(plain_name(part) for part in node.path.split("/"))
    name = f"variables/{node.number}/{way}"
    settings = {"dtype": Type(variable.storage.dtype), "shape": Sizes(variable.shape)}
    return _node(name, "VarHandleOp", shared_name=name, **settings)


def _call(
    number: int,
    signature: Signature,
    function: FunctionName,
    variables: list[Variable],
    names: dict[int, str],
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The arguments and the call of a signature."""
    call = f"StatefulPartitionedCall_{number}" if number else "StatefulPartitionedCall"
    places = [f"{signature.name}_{x.name}" for x in signature.inputs]
    nodes = [
        _node(place, "Placeholder", dtype=Type(x.dtype), shape=Sizes(x.shape))
        for place, x in zip(places, signature.inputs, strict=True)
    ]
    kinds = [x.dtype for x in signature.inputs] + ["resource"] * len(variables)
    nodes.append(
        _node(
            call,
            "StatefulPartitionedCall",
            [*places, *(names[id(v)] for v in variables)],
            f=function,
            Tin=[Type(kind) for kind in kinds],
            Tout=[Type(x.dtype) for x in signature.outputs],
        )
    )
    inputs = {
        x.name: _told(f"{place}:0", x) for place, x in zip(places, signature.inputs, strict=True)
    }
    outputs = {x.name: _told(f"{call}:{i}", x) for i, x in enumerate(signature.outputs)}
    return nodes, {"inputs": inputs, "outputs": outputs, "method_name": _METHOD}


def _told(name: str, spec: NamedSpec) -> dict[str, Any]:
    number = DTYPE_NUMBERS[spec.dtype]
    return {"name": name, "dtype": number, "tensor_shape": shape(spec.shape)}


def _saver(
    variables: list[Node], names: dict[int, str]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What restores the variables from the files of the SavedModel, and saves them."""
    kinds = [Type(node.object.storage.dtype) for node in variables]
    handles = [names[id(node.object)] for node in variables]
    keys = np.array([node.key.encode() for node in variables], object)
    whole = np.array([b""] * len(variables), object)
    text = Type("string")
    nodes = [
        _node("saver_filename", "Placeholder", dtype=text, shape=Sizes()),
        _node("save/names", "Const", dtype=text, value=keys),
        _node("save/slices", "Const", dtype=text, value=whole),
    ]
    where = ["saver_filename", "save/names", "save/slices"]
    if variables:
        nodes.append(_node("save/RestoreV2", "RestoreV2", where, dtypes=kinds))
    assigned, reads = [], []
    for i, (handle, kind) in enumerate(zip(handles, kinds, strict=True)):
        value = f"save/RestoreV2:{i}" if i else "save/RestoreV2"
        assigned.append(f"^save/Assign_{i}")
        reads.append(f"save/Read_{i}")
        nodes.append(_node(f"save/Assign_{i}", "AssignVariableOp", [handle, value], dtype=kind))
        nodes.append(_node(reads[-1], "ReadVariableOp", [handle], dtype=kind))
    nodes.append(_node("save/restore_all", "NoOp", assigned))
    saved = []
    if variables:
        nodes.append(_node("save/SaveV2", "SaveV2", [*where, *reads], dtypes=kinds))
        saved = ["^save/SaveV2"]
    nodes.append(_node("save/control", "Identity", ["saver_filename", *saved], T=text))
    saver = {
        "filename_tensor_name": "saver_filename:0",
        "save_tensor_name": "save/control:0",
        "restore_op_name": "save/restore_all",
        "version": 2,
    }
    return nodes, saver
