"""Running the functions of a SavedModel: nothing is executed but our own operations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visualnn.exporting.saved_model import reading
from visualnn.exporting.saved_model.operations import OPERATIONS
from visualnn.exporting.saved_model.reading.rows import (
    ROWS,
    TAKES_SIZES,
    ReadNode,
    known_all,
    tensor,
)
from visualnn.primitives.primitive import outside_recording
from visualnn.serialization import InvalidModelFile

PROBLEMS = (TypeError, ValueError, IndexError, KeyError, AttributeError, ArithmeticError)
"""What operations raise that get what they cannot compute."""

_EFFECTS = frozenset({"AssignVariableOp", "AssignAddVariableOp", "AssignSubVariableOp"})
_CALLS = frozenset({"StatefulPartitionedCall", "If", "While"})
_DEEPEST = 60
_DANGEROUS = ("PyFunc", "ReadFile", "WriteFile", "MatchingFiles", "SaveV2", "LoadLibrary", "Print")

assert reading  # fills the table of rows


class _Function:
    """A function that was read: its nodes, each after those it needs.

    Args:
        message: The ``FunctionDef``.
    """

    def __init__(self, message: dict[str, Any]):
        signature = message.get("signature", {})
        self.name: str = signature.get("name", "")
        self.arguments = [x.get("name", "") for x in signature.get("input_arg", [])]
        results = [x.get("name", "") for x in signature.get("output_arg", [])]
        returned = message.get("ret", {})
        if any(name not in returned for name in results):
            raise InvalidModelFile(f"The function {self.name!r} does not say what it gives.")
        self.results = [returned[name] for name in results]
        nodes = {x.get("name", ""): ReadNode(x) for x in message.get("node_def", [])}
        self.nodes = self._ordered(nodes)

    def _ordered(self, nodes: dict[str, ReadNode]) -> list[ReadNode]:
        """The nodes that are needed, each after those it needs."""
        wanted = [text.partition(":")[0] for text in self.results]
        wanted += [n for n, x in nodes.items() if x.operation in _EFFECTS | _CALLS]
        found: dict[str, ReadNode] = {}
        entered: set[str] = set()
        stack = list(reversed(wanted))
        while stack:
            name = stack[-1]
            node = nodes.get(name)
            if node is None or name in found:
                stack.pop()
                continue
            needed = [text.lstrip("^").partition(":")[0] for text in node.inputs]
            waiting = [x for x in needed if x in nodes and x not in found]
            if not waiting:
                found[name] = node
                stack.pop()
            elif name in entered:
                raise InvalidModelFile(f"The function {self.name!r} goes round in a circle.")
            else:
                entered.add(name)
                stack.extend(reversed(waiting))
        return list(found.values())


class FunctionLibrary:
    """The functions of a SavedModel, by name.

    Args:
        messages: The ``FunctionDef`` messages.
    """

    def __init__(self, messages: list[dict[str, Any]]):
        self._messages = {x.get("signature", {}).get("name", ""): x for x in messages}
        self._functions: dict[str, _Function] = {}
        self._depth = 0

    def __contains__(self, name: str) -> bool:
        return name in self._messages

    def _function(self, name: str) -> _Function:
        if name not in self._functions:
            if name not in self._messages:
                raise InvalidModelFile(f"There is no function {name!r} in the file.")
            function = _Function(self._messages[name])
            for node in function.nodes:
                node.library = self
                if node.operation not in ROWS:
                    raise _refused(node, function.name)
            self._functions[name] = function
        return self._functions[name]

    def called_by(self, name: str) -> str:
        """The function that another one calls, which is all it computes.

        Raises:
            InvalidModelFile: When it calls none, or several.
        """
        called = [x for x in self._function(name).nodes if x.operation == "PartitionedCall"]
        if len(called) != 1:
            raise InvalidModelFile(f"The function {name!r} should call one other function.")
        return called[0].get("f", "")

    def run(self, name: str, values: list[Any]) -> list[Any]:
        """The results of a function: numbers, or values of the graph that is recorded.

        Raises:
            InvalidModelFile: When it is damaged, or uses an operation that is not known here.
        """
        function = self._function(name)
        if len(values) != len(function.arguments):
            raise InvalidModelFile(
                f"The function {name!r} takes {len(function.arguments)} arguments, "
                f"but gets {len(values)}."
            )
        if self._depth > _DEEPEST:
            raise InvalidModelFile(f"The function {name!r} calls itself, or too many others.")
        self._depth += 1
        try:
            return self._run(function, dict(zip(function.arguments, values, strict=True)))
        finally:
            self._depth -= 1

    def _run(self, function: _Function, found: dict[str, Any]) -> list[Any]:
        made: dict[str, dict[str, list[Any]]] = {}

        def look_up(text: str) -> Any:
            name, _, rest = text.partition(":")
            if name in found:
                return found[name]
            port, _, place = rest.partition(":")
            results = made.get(name, {}).get(port)
            if results is None or not place.isdigit() or int(place) >= len(results):
                raise InvalidModelFile(
                    f"The function {function.name!r} uses {text!r}, which nothing makes."
                )
            return results[int(place)]

        for node in function.nodes:
            made[node.name] = _computed(node, look_up)
        return [look_up(text) for text in function.results]


def _computed(node: ReadNode, look_up: Callable) -> dict[str, list[Any]]:
    """What a node makes, by the names of its outputs.

    Raises:
        InvalidModelFile: When it cannot be computed; the message names the node.
    """
    try:
        result = _applied(node, _inputs(node, look_up))
        outputs = OPERATIONS[node.operation].outputs
        if len(outputs) == 1:
            return {outputs[0].name: list(result) if outputs[0].count else [result]}
        return {x.name: [y] for x, y in zip(outputs, result, strict=True)}
    except InvalidModelFile:
        raise
    except MemoryError as problem:
        raise node.refuse("makes more numbers than fit into memory") from problem
    except PROBLEMS as problem:
        raise node.refuse(f"cannot be computed: {problem}") from problem


def _inputs(node: ReadNode, look_up: Callable) -> list[Any]:
    """The inputs of a node, of which some are lists."""
    given = [text for text in node.inputs if not text.startswith("^")]
    inputs: list[Any] = []
    for argument in OPERATIONS[node.operation].inputs:
        count = 1
        if argument.count:
            kinds = node.get(argument.type if argument.count == "*" else argument.count, 0)
            count = len(kinds) if isinstance(kinds, list) else int(kinds)
        if not 0 <= count <= len(given):
            raise node.refuse("has fewer inputs than it needs")
        taken = [look_up(text) for text in given[:count]]
        given = given[count:]
        inputs.append(taken if argument.count else taken[0])
    return inputs


def _applied(node: ReadNode, inputs: list[Any]) -> Any:
    if node.operation not in TAKES_SIZES:
        inputs = [list(map(tensor, x)) if isinstance(x, list) else tensor(x) for x in inputs]
    row = ROWS[node.operation]
    if known_all(inputs):
        with outside_recording():
            return row(node, *inputs)
    return row(node, *inputs)


def _refused(node: ReadNode, function: str) -> InvalidModelFile:
    why = "which this library does not have"
    if any(word in node.operation for word in _DANGEROUS):
        why = "which would run a program or touch files; nothing in a file does that here"
    return InvalidModelFile(
        f"The function {function!r} uses TensorFlow's operation `{node.operation}` (the node "
        f"{node.name!r}), {why}."
    )
