"""Loading a SavedModel, ours or TensorFlow's, without the classes that were saved.

Nothing in the folder is executed: functions are run by our own operations, and those that use any
other are refused when they are called.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from visualnn.exporting.saved_model.attributes import dtype_name, setting, sizes_of
from visualnn.exporting.saved_model.messages import MESSAGES
from visualnn.exporting.saved_model.restored import (
    Restored,
    RestoredFunction,
    RestoredSignature,
    RestoredTrace,
    Signatures,
)
from visualnn.exporting.saved_model.run import FunctionLibrary
from visualnn.exporting.saved_model.structured import unstructured
from visualnn.saving.checkpoint.bundle import BundleReader
from visualnn.saving.checkpoint.object_graph import KEY, VALUE
from visualnn.serialization import InvalidModelFile, place
from visualnn.variable import Variable
from visualnn.wire.protobuf import ProtobufError

FILE = "saved_model.pb"
_LARGEST = 1 << 31
_MOST_NODES = 1_000_000


def is_saved_model(path: Any) -> bool:
    """Whether a path is that of a folder with a SavedModel."""
    return not hasattr(path, "read") and (Path(path) / FILE).is_file()


def load(path: Any) -> Any:
    """The object that a SavedModel holds: it has the attributes, variables and functions it had.

    Args:
        path: The folder.

    Raises:
        FileNotFoundError: When there is no SavedModel.
        InvalidModelFile: When it is damaged.
    """
    return SavedModelReader(path).objects[0]


class SavedModelReader:
    """Reads a SavedModel.

    Args:
        path: The folder.

    Attributes:
        objects: What was made of each node of the graph of objects, the root first.
    """

    def __init__(self, path: Any):
        self.path = Path(path)
        file = self.path / FILE
        if not file.is_file():
            raise FileNotFoundError(f"There is no SavedModel in {str(path)!r}: it has no {FILE}.")
        with place(str(path)):
            self._read(file)

    def _read(self, file: Path) -> None:
        if file.stat().st_size > _LARGEST:
            raise InvalidModelFile(f"{FILE} is larger than {_LARGEST:,} bytes.")
        try:
            message = MESSAGES.decode("SavedModel", file.read_bytes())
        except ProtobufError as problem:
            raise InvalidModelFile(f"{FILE} is damaged: {problem}") from problem
        graphs = message.get("meta_graphs", [])
        if not graphs:
            raise InvalidModelFile(f"{FILE} holds no graph.")
        meta = next(
            (x for x in graphs if "serve" in x.get("meta_info_def", {}).get("tags", [])), graphs[0]
        )
        self._graph = meta.get("graph_def", {})
        self._objects = meta.get("object_graph_def", {})
        self._nodes = self._objects.get("nodes", [])
        if not self._nodes:
            raise InvalidModelFile(
                "It has no graph of objects: it was written by TensorFlow 1, or is damaged."
            )
        if len(self._nodes) > _MOST_NODES:
            raise InvalidModelFile(f"It has more than {_MOST_NODES:,} objects.")
        functions = self._graph.get("library", {}).get("function", [])
        self.library = FunctionLibrary(functions)
        self._bundle: BundleReader | None = None
        self._keys = self._variable_keys()
        self.objects: list[Any] = [self._made(i, node) for i, node in enumerate(self._nodes)]
        for i, node in enumerate(self._nodes):
            self._hold(self.objects[i], node)
        for i, node in enumerate(self._nodes):
            self._complete(self.objects[i], node)

    # ------------------------------------------------------------------ variables

    def _variable_keys(self) -> dict[int, str]:
        """The names of the tensors of variables, by the numbers of their nodes."""
        if not any("variable" in node for node in self._nodes):
            return {}
        try:
            self._bundle = BundleReader(self.path / "variables" / "variables")
        except FileNotFoundError as problem:
            raise InvalidModelFile(f"Its variables are missing: {problem}") from problem
        data = self._bundle.get_tensor(KEY) if KEY in self._bundle else None
        if not isinstance(data, bytes):
            raise InvalidModelFile("Its variables do not say which objects they belong to.")
        try:
            graph = MESSAGES.decode("TrackableObjectGraph", data)
        except ProtobufError as problem:
            raise InvalidModelFile(f"The graph of its variables is damaged: {problem}") from problem
        return {
            i: attribute.get("checkpoint_key", "")
            for i, node in enumerate(graph.get("nodes", []))
            for attribute in node.get("attributes", [])
            if attribute.get("name") == VALUE
        }

    def _variable(self, number: int, message: dict[str, Any]) -> Variable:
        path = message.get("name") or f"variable_{number}"
        shape = sizes_of(message.get("shape", {}))
        dtype = dtype_name(message.get("dtype", 0))
        if shape is None or None in shape:
            raise InvalidModelFile(f"The variable {path!r} has no shape.")
        key = self._keys.get(number)
        if key is None or self._bundle is None or key not in self._bundle:
            raise InvalidModelFile(f"The value of the variable {path!r} is missing.")
        array = self._bundle.get_tensor(key)
        if not isinstance(array, np.ndarray) or array.shape != tuple(shape):
            raise InvalidModelFile(f"The variable {path!r} should have the shape {list(shape)}.")
        if array.dtype.name != dtype:
            raise InvalidModelFile(f"The variable {path!r} should be {dtype}.")
        name = path.rpartition("/")[2].partition(":")[0] or "variable"
        trainable = bool(message.get("trainable", False))
        variable = Variable(
            lambda *_, **__: array, tuple(shape), dtype, trainable=trainable, name=name
        )
        variable.path = path.partition(":")[0]
        variable.store(array)
        return variable

    # ------------------------------------------------------------------ objects

    def _made(self, number: int, node: dict[str, Any]) -> Any:
        if "variable" in node:
            return self._variable(number, node["variable"])
        if "function" in node:
            return RestoredFunction("", [], (), [])
        if "bare_concrete_function" in node:
            return _Later()
        if "constant" in node:
            return self._constant(node["constant"].get("operation", ""))
        kind = node.get("user_object", {}).get("identifier", "")
        if kind in ("trackable_list_wrapper", "trackable_tuple_wrapper"):
            return []
        if kind == "trackable_dict_wrapper":
            return {}
        return Signatures() if kind == "signature_map" else Restored(kind or next(iter(node), ""))

    def _constant(self, operation: str) -> np.ndarray:
        for node in self._graph.get("node", []):
            if node.get("name") == operation and "value" in node.get("attr", {}):
                value = setting(node["attr"]["value"])
                if isinstance(value, np.ndarray):
                    return value
        raise InvalidModelFile(f"The constant {operation!r} is missing.")

    def _hold(self, owner: Any, node: dict[str, Any]) -> None:
        """Give an object what it holds."""
        found = {}
        for child in node.get("children", []):
            number = child.get("node_id", 0)
            if not 0 <= number < len(self.objects):
                raise InvalidModelFile(f"An object holds the object {number}, which there is not.")
            if isinstance(self.objects[number], _Later):
                self.objects[number] = self._signature(
                    child.get("local_name", ""), self._nodes[number]["bare_concrete_function"]
                )
            found[child.get("local_name", "")] = self.objects[number]
        if isinstance(owner, Restored):
            owner._held.update(found)
            for name, x in found.items():
                if isinstance(x, RestoredFunction):
                    x.name = name
        elif isinstance(owner, list):
            numbers = sorted((name for name in found if name.isdigit()), key=int)
            owner.extend(found[name] for name in numbers)
        elif isinstance(owner, dict):
            owner.update(found)

    def _complete(self, owner: Any, node: dict[str, Any]) -> None:
        """Give a function its traces."""
        if not isinstance(owner, RestoredFunction):
            return
        message = node["function"]
        spec = unstructured(message.get("function_spec", {}).get("fullargspec", {}))
        spec = spec if isinstance(spec, dict) else {}
        names = spec.get("args") or []
        is_method = message.get("function_spec", {}).get("is_method", False)
        if names[:1] == ["self"] or (is_method and names):
            names = names[1:]
        owner.parameters = [str(name) for name in names]
        owner.defaults = tuple(spec.get("defaults") or ())[: len(names)]
        owner.traces = [self._trace(name) for name in message.get("concrete_functions", [])]

    def _signature(self, name: str, message: dict[str, Any]) -> RestoredSignature:
        return RestoredSignature(name, self._trace(message.get("concrete_function_name", "")))

    def _trace(self, name: str) -> RestoredTrace:
        said = self._objects.get("concrete_functions", {}).get(name)
        if said is None or name not in self.library:
            raise InvalidModelFile(f"There is no function {name!r} in the file.")
        numbers = said.get("bound_inputs", [])
        if any(not 0 <= number < len(self.objects) for number in numbers):
            raise InvalidModelFile(f"The function {name!r} takes an object which there is not.")
        bound = [self.objects[number] for number in numbers]
        arguments = unstructured(said.get("canonicalized_input_signature", {}))
        pair = isinstance(arguments, tuple) and len(arguments) == 2
        if not (pair and isinstance(arguments[0], tuple) and isinstance(arguments[1], dict)):
            raise InvalidModelFile(f"The function {name!r} does not say what it takes.")
        outputs = unstructured(said.get("output_signature", {}))
        return RestoredTrace(self.library, name, bound, arguments, outputs)


class _Later:
    """The place of a signature, whose name is known by who holds it."""
