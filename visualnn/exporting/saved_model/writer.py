"""Writing a SavedModel: objects, functions, signatures, and the graph that old loaders run.

Three readers are served.  ``tf.saved_model.load`` rebuilds the objects, whose functions are those
of the library.  Sessions of TensorFlow 1 and the C++ loader, which servers use, run the nodes of
the main graph: variables, their restoration, and a call for each signature.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from visualnn.exporting.saved_model.attributes import FunctionName
from visualnn.exporting.saved_model.function_body import FunctionBody, Library
from visualnn.exporting.saved_model.functions import SavedFunction, Trace
from visualnn.exporting.saved_model.main_graph import main_graph
from visualnn.exporting.saved_model.messages import MESSAGES
from visualnn.exporting.saved_model.signatures import Signature, SignatureMap, wrapper
from visualnn.exporting.saved_model.structured import named_tuple, plain_name, structured
from visualnn.saving.checkpoint.object_graph import Node, ObjectGraph, children_of
from visualnn.saving.folder import replacing_folder
from visualnn.variable import Variable
from visualnn.wire.tensorflow import DTYPE_NUMBERS, shape

_VERSION = {"producer": 1, "min_consumer": 1}
_PRODUCER = {"producer": 2000, "min_consumer": 12}

Functions = Callable[[Any], Iterable[tuple[str, SavedFunction]]]


class SavedModelWriter:
    """A SavedModel that is being put together.

    Args:
        root: The object that is saved, with all it holds.
        functions: The functions of an object, by name.
        signatures: What servers offer, by name.
    """

    def __init__(self, root: Any, functions: Functions, signatures: dict[str, Trace]):
        self.library = Library()
        self._functions = functions
        self._root = root
        self._signatures = SignatureMap(signatures)
        self._concrete: dict[str, dict[str, Any]] = {}
        self._written: dict[int, tuple[FunctionName, list[Variable]]] = {}
        self._kept: list[Any] = []
        self._missing: list[Variable] = []
        self.objects = self._object_graph()

    def _object_graph(self) -> ObjectGraph:
        """The objects, with the variables that functions use although nobody holds them."""
        first = ObjectGraph(self._root, self._children)
        found = {id(node.object) for node in first.nodes}
        used: dict[Variable, None] = {}
        for node in first.nodes:
            if isinstance(node.object, SavedFunction):
                for one in node.object.traces:
                    used.update(dict.fromkeys(_used(one)))
        for one in self._signatures.traces.values():
            used.update(dict.fromkeys(_used(one)))
        self._missing = [v for v in used if id(v) not in found]
        return ObjectGraph(self._root, self._children) if self._missing else first

    def _children(self, owner: Any) -> Iterator[tuple[str, Any]]:
        names = set()
        for name, function in self._functions(owner):
            names.add(name)
            yield name, function
        yield from ((name, x) for name, x in children_of(owner) if name not in names)
        if owner is self._root:
            if self._missing:
                yield "_captured_variables", self._missing
            yield "signatures", self._signatures

    # ------------------------------------------------------------------ writing

    def write(self, path: Any, members: dict[str, bytes] | None = None) -> None:
        """Write the folder, whole or not at all.

        Args:
            path: The folder; one that is there is replaced.
            members: Further files, by name.
        """
        model = self.message()
        data = MESSAGES.encode("SavedModel", model)
        with replacing_folder(Path(path)) as made:
            (made / "assets").mkdir()
            for name, content in (members or {}).items():
                (made / name).parent.mkdir(parents=True, exist_ok=True)
                (made / name).write_bytes(content)
            self.objects.write(made / "variables" / "variables")
            (made / "saved_model.pb").write_bytes(data)
            (made / "fingerprint.pb").write_bytes(_fingerprint(model, data))

    def message(self) -> dict[str, Any]:
        """The ``SavedModel`` as nested dicts."""
        numbers = {id(node.object): node.number for node in self.objects.nodes}
        nodes = [self._saved_object(node, numbers) for node in self.objects.nodes]
        graph, signatures, saver = main_graph(
            [node for node in self.objects.nodes if isinstance(node.object, Variable)],
            self._signatures.made,
        )
        meta = {
            "meta_info_def": {
                "tags": ["serve"],
                "tensorflow_version": "2.18.0",
                "tensorflow_git_version": "unknown",
                "stripped_default_attrs": True,
            },
            "graph_def": {
                "node": graph,
                "library": {"function": self.library.functions},
                "versions": _PRODUCER,
            },
            "saver_def": saver,
            "collection_def": {"saved_model_main_op": {"node_list": {"value": ["NoOp"]}}},
            "signature_def": signatures,
            "object_graph_def": {"nodes": nodes, "concrete_functions": self._concrete},
        }
        return {"saved_model_schema_version": 1, "meta_graphs": [meta]}

    # ------------------------------------------------------------------ objects

    def _saved_object(self, node: Node, numbers: dict[int, int]) -> dict[str, Any]:
        children = [
            {**({"node_id": child.number} if child.number else {}), "local_name": name}
            for name, child in node.children
        ]
        said = {"children": children} if children else {}
        x = node.object
        if isinstance(x, Variable):
            return {**said, "variable": _variable(x)}
        if isinstance(x, SavedFunction):
            names = [self._concrete_function(x, one, numbers) for one in x.traces]
            return {**said, "function": {"concrete_functions": names, "function_spec": _spec_of(x)}}
        if isinstance(x, Signature):
            return {**said, "bare_concrete_function": self._signature(x, numbers)}
        kind = "_generic_user_object"
        if isinstance(x, list | tuple):
            kind = "trackable_list_wrapper"
        elif isinstance(x, dict):
            kind = "trackable_dict_wrapper"
        elif isinstance(x, SignatureMap):
            kind = "signature_map"
        return {**said, "user_object": {"identifier": kind, "version": _VERSION}}

    def _function_of(self, one: Trace, base: str) -> tuple[FunctionName, list[Variable]]:
        """The function of the library that a trace became, and the variables it takes."""
        if id(one) not in self._written:
            body = FunctionBody(self.library, base)
            given = [body.argument(x.name, x.dtype) for x in one.inputs]
            made = body.lower(one.graph, given, one.graph.outputs)
            name = self.library.add(body, {f"output_{i}": x for i, x in enumerate(made)})
            self._written[id(one)] = name, list(body.variables)
            self._kept.append(one)
        return self._written[id(one)]

    def _concrete_function(
        self, function: SavedFunction, one: Trace, numbers: dict[int, int]
    ) -> str:
        name, variables = self._function_of(one, function.name)
        self._concrete[name] = {
            "bound_inputs": [numbers[id(v)] for v in variables],
            "canonicalized_input_signature": structured((one.args, one.kwargs)),
            "output_signature": structured(one.outputs),
        }
        return str(name)

    def _signature(self, signature: Signature, numbers: dict[int, int]) -> dict[str, Any]:
        inner, variables = self._function_of(signature.trace, signature.name)
        body = FunctionBody(self.library, f"signature_wrapper_{signature.name}")
        name = self.library.add(body, wrapper(body, signature, inner, variables))
        self._signatures.made[signature.name] = signature, name, variables
        inputs, outputs = signature.inputs, signature.outputs
        self._concrete[name] = {
            "bound_inputs": [numbers[id(v)] for v in variables],
            "canonicalized_input_signature": structured(((), {x.name: x for x in inputs})),
            "output_signature": structured({x.name: x for x in outputs}),
        }
        return {
            "concrete_function_name": str(name),
            "argument_keywords": [x.name for x in inputs],
            "allowed_positional_arguments": len(inputs),
            "function_spec": _function_spec([], (), [x.name for x in inputs]),
        }


def _used(one: Trace) -> Iterator[Variable]:
    return iter(one.graph.variables)


def _variable(variable: Variable) -> dict[str, Any]:
    return {
        "dtype": DTYPE_NUMBERS[variable.storage.dtype],
        "shape": shape(variable.shape),
        "trainable": bool(variable.trainable),
        "name": "/".join(map(plain_name, variable.path.split("/"))),
    }


def _spec_of(function: SavedFunction) -> dict[str, Any]:
    return _function_spec(function.parameters, function.defaults, function.keywords)


def _function_spec(parameters: list[str], defaults: tuple, keywords: list[str]) -> dict[str, Any]:
    said = {
        "args": parameters,
        "varargs": None,
        "varkw": None,
        "defaults": defaults or None,
        "kwonlyargs": keywords,
        "kwonlydefaults": None,
        "annotations": {},
    }
    return {
        "fullargspec": named_tuple("FullArgSpec", said),
        "input_signature": structured(None),
    }


def _fingerprint(model: dict[str, Any], data: bytes) -> bytes:
    """What tells one SavedModel from another; the same content has the same."""
    meta = model["meta_graphs"][0]

    def number(content: bytes) -> int:
        return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "little")

    objects = MESSAGES.encode("SavedObjectGraph", meta["object_graph_def"])
    signatures = b"".join(
        MESSAGES.encode("SignatureDef", x) for _, x in sorted(meta["signature_def"].items())
    )
    return MESSAGES.encode(
        "FingerprintDef",
        {
            "saved_model_checksum": number(data),
            "graph_def_program_hash": number(MESSAGES.encode("GraphDef", meta["graph_def"])),
            "signature_def_hash": number(signatures),
            "saved_object_graph_hash": number(objects),
            "checkpoint_hash": number(objects),
            "version": {"producer": 1},
            "uuid": str(number(data + b"uuid")),
        },
    )
