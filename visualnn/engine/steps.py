"""Loops over steps, written as loops: one Python function for all steps, over memory of its own.

A matrix of a step lies with its features in front and the examples last, so that a part of the
features, such as one gate of a cell, is memory without gaps.  What is kept of all steps is a
*stack*, and in each turn of the loop the names of its parts stand for those of the next step.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.engine.compiled_runs import Runs
from visualnn.engine.compiled_writer import CompiledFunctions, CompiledWriter, readers_of
from visualnn.engine.kernels import KERNELS, UFUNCS, can_write_into, has_known_sizes
from visualnn.engine.memory import aligned
from visualnn.engine.moving import Moving
from visualnn.engine.names import Names, is_literal
from visualnn.engine.needs import most_at_once
from visualnn.engine.passes import uses
from visualnn.engine.step_calls import StepCalls
from visualnn.engine.step_memory import place_temporaries
from visualnn.engine.views import VIEWS, view_of
from visualnn.graph.graph import Graph, Node, Value

_INDENT = " " * 4
_LEAST_RUN = 1 << 13  # elements times operations: what a compiled loop is worth in a step


def can_write_steps(node: Node) -> bool:
    """Whether a loop can be written out: all it works on must be known, and be numbers."""
    if node.primitive.name != "scan" or not uses("steps") or not has_known_sizes(node):
        return False
    body = node.settings["body"]
    if not isinstance(body, Graph) or not (node.settings["sequences"] or node.settings["length"]):
        return False
    values = [*node.inputs, *node.outputs]
    inner = body.needed_for(body.outputs)
    values += [y for n in inner for y in (*n.inputs, *n.outputs)]
    kinds = {x.dtype for x in values}
    return kinds.isdisjoint({"string", "bfloat16"}) and all(map(has_known_sizes, inner))


_WRITTEN = {*UFUNCS, "cast", "concatenate", "matmul", "max", "relu", "sigmoid", "softmax", "sum"}


def writes(node: Node) -> bool:
    """Whether the result of a node of a step is written into memory that is there."""
    return _is_choice(node) or (node.primitive.name in _WRITTEN and can_write_into(node))


def _is_choice(node: Node) -> bool:
    return node.primitive.name == "where" and len({x.dtype for x in node.inputs[1:]}) == 1


class StepLoop(StepCalls):
    """Writes a loop.

    Args:
        node: The loop.
        arrays: What lies in memory that is there before the plan runs.
        read: The values that somebody reads.
        names: The names of the plan.
        known: What they stand for, to which arrays are added.
        functions: The compiled functions of the plan.

    Attributes:
        outputs: Where the results lie after the loop.
        parameters: The inputs that come when the plan runs.
        name: What the function is called.
        lines: Its source.
        bytes: How much memory it has.
        passing: What its steps make besides.
    """

    def __init__(
        self,
        node: Node,
        arrays: dict[Value, np.ndarray],
        read: set[Value],
        names: Names,
        known: dict[str, Any],
        functions: CompiledFunctions,
    ):
        self.node, self._read, self._functions = node, read, functions
        self._given = arrays
        self._body: Graph = node.settings["body"]
        self._nodes = self._body.needed_for(self._body.outputs)
        self._carries = node.settings["carries"]
        count = node.settings["sequences"]
        self._steps: int = node.settings["length"]
        if count:
            self._steps = node.inputs[self._carries].spec.numbers[0]
        self._reverse = bool(node.settings["reverse"])
        self.outputs: dict[Value, np.ndarray] = {}
        self.parameters: list[Value] = []
        self.bytes = 0
        self._arrays: dict[Value, np.ndarray] = {}  # of the values of one step
        self._local: dict[Value, str] = {}  # or the names of what comes when it runs
        self._before: list[str] = []
        self._rooms: dict[Value, np.ndarray] = {}  # of states that lie beside other things
        self._joined: set[Value] = set()  # in which they lie
        self._stack_of: dict[Value, np.ndarray] = {}
        super().__init__(names, known, Moving(self._steps, self._reverse), node.name)
        self._enter(count)
        self._place()
        self._made: list[Node] = []
        self._write()
        self.passing = most_at_once(self._nodes, self._made, self._body.outputs)

    # ------------------------------------------------------------------ memory

    def _stack(self, steps: int, shape: tuple[int, ...], dtype: str) -> np.ndarray:
        """Memory for something of each step; the examples of a matrix come last."""
        turned = (shape[1], shape[0]) if len(shape) == 2 else shape
        kind = np.dtype(dtype)
        size = steps * int(np.prod(turned)) * kind.itemsize
        self.bytes += size
        stack = aligned(size).view(kind).reshape((steps, *turned))
        return stack.transpose(0, 2, 1) if len(shape) == 2 else stack

    def _enter(self, count: int) -> None:
        """Find out where the inputs of a step are."""
        inner, outer = self._body.inputs, self.node.inputs
        first = self._carries
        for x, array in self._body.constants.items():
            self._arrays[x] = np.asfortranarray(array) if array.ndim == 2 else array
        sequences = dict(
            zip(inner[first : first + count], outer[first : first + count], strict=True)
        )
        for node in self._nodes:
            if node.primitive.name == "concatenate":
                self._join(node, sequences)
        for x, source in sequences.items():
            stack = self._given.get(source)
            if stack is None or self._moving.overlaps(stack):
                stack = self._stack(self._steps, x.spec.numbers, x.dtype)
                self._copy_before(stack, source)
            self._arrays[x] = self._moving.part_of(stack, x.name)
        for x, source in zip(inner[first + count :], outer[first + count :], strict=True):
            if source in self._given:
                self._arrays[x] = self._given[source]
            else:
                self._local[x] = self._parameter(source)

    def _join(self, node: Node, sequences: dict[Value, Value]) -> None:
        """Let a state lie where it is wanted beside other things, which are put there before."""
        y, beside = node.output, set(node.inputs)
        states = {
            x: i
            for i, x in enumerate(self._body.inputs[: self._carries])
            if x in beside and x not in self._rooms
        }
        if y.ndim != 2 or node.settings["axis"] != 1 or not states or not writes(node):
            return
        if len(beside) < len(node.inputs) or {x.dtype for x in node.inputs} != {y.dtype}:
            return
        is_kept = self._is_result(y) or any(map(self._is_kept, states.values()))
        room = self._stack(self._steps + 1 if is_kept else 1, y.spec.numbers, y.dtype)
        now = room
        if is_kept:
            now = room[1:] if self._reverse else room[:-1]
            self._arrays[y] = self._moving.part_of(now, y.name, room)
            self._stack_of[y] = now
        else:
            self._arrays[y] = room[0, ...]
        self._joined.add(y)
        start = 0
        for x in node.inputs:
            stop = start + x.spec.numbers[1]
            part = room[:, :, start:stop]
            if x in states:
                self._rooms[x] = part
            elif x in self._body.constants:
                part[...] = self._body.constants[x]
                self._arrays[x] = self._arrays[y][:, start:stop]
            elif x in sequences and is_kept:
                self._copy_before(now[:, :, start:stop], sequences.pop(x))
                self._arrays[x] = self._arrays[y][:, start:stop]
            start = stop

    def _is_kept(self, i: int) -> bool:
        """Whether what a state is before or after each step is wanted after the loop."""
        room = self._rooms.get(self._body.inputs[i])
        before = self.node.outputs[len(self.node.outputs) - self._carries + i]
        in_stack = room is not None and len(room) > 1
        return in_stack or before in self._read or self._is_result(self._body.outputs[i])

    def _is_result(self, x: Value) -> bool:
        """Whether a value of every step is wanted after the loop."""
        n, outer = self._carries, self.node.outputs
        made = zip(outer[n : len(outer) - n], self._body.outputs[n:], strict=True)
        return any(inner is x and y in self._read for y, inner in made)

    def _parameter(self, source: Value) -> str:
        if all(x is not source for x in self.parameters):
            self.parameters.append(source)
        return self._names.of(source)

    def _copy_before(self, there: np.ndarray, source: Value) -> None:
        given = self._given.get(source)
        text = self._parameter(source) if given is None else self._static_name(given, source.name)
        self._before.append(f"copyto({self._static_name(there, source.name)}, {text})")

    def _place(self) -> None:
        """Give the states, the results and all that is in between their places."""
        n, outer, inner = self._carries, self.node.outputs, self._body.outputs
        self._copied: list[tuple[np.ndarray, Value]] = []  # at the end of each step
        results = list(zip(outer[n : len(outer) - n], inner[n:], strict=True))
        results = [(y, x) for y, x in results if y in self._read]
        assigned: dict[Value, np.ndarray] = {}
        for i in range(n):
            if self._is_kept(i):
                self._place_stack(i, assigned)
            else:
                self._place_state(i, assigned)
        for y, x in results:
            if x in self._stack_of:
                self.outputs[y] = self._stack_of[x]
                continue
            stack = self._stack(self._steps, x.spec.numbers, x.dtype)
            self.outputs[y] = self._stack_of[x] = stack
            self._assign(assigned, x, self._moving.part_of(stack, x.name))
        for node in reversed(self._nodes):
            if node.primitive.name == "concatenate" and node.output in assigned:
                self._place_parts(node, assigned)
        self._arrays.update(assigned)
        self.bytes += place_temporaries(self._nodes, self._body.outputs, self._arrays, writes)
        for x, array in self._arrays.items():
            if self._moving.name(array, self._names) is None:
                self._static_name(array, x.name)

    def _place_stack(self, i: int, assigned: dict[Value, np.ndarray]) -> None:
        """A state that is kept of every step, and once more."""
        n, outer = self._carries, self.node.outputs
        state, after = self._body.inputs[i], self._body.outputs[i]
        stack = self._rooms.get(state)
        if stack is None:
            stack = self._stack(self._steps + 1, state.spec.numbers, state.dtype)
        old, new = (stack[1:], stack[:-1]) if self._reverse else (stack[:-1], stack[1:])
        self._copy_before(stack[-1 if self._reverse else 0, ...], self.node.inputs[i])
        self.outputs[outer[len(outer) - n + i]] = old
        self.outputs[outer[i]] = stack[0 if self._reverse else -1, ...]
        self._arrays[state] = self._moving.part_of(old, state.name, stack)
        self._stack_of.setdefault(after, new)
        self._assign(assigned, after, self._moving.part_of(new, after.name, stack))

    def _place_state(self, i: int, assigned: dict[Value, np.ndarray]) -> None:
        """A state of which only the last one counts."""
        state, after = self._body.inputs[i], self._body.outputs[i]
        room = self._rooms.get(state)
        array = (self._stack(1, state.spec.numbers, state.dtype) if room is None else room)[0, ...]
        self._copy_before(array, self.node.inputs[i])
        self.outputs[self.node.outputs[i]] = self._arrays[state] = array
        self._static_name(array, state.name)
        if self._is_over(state, after):
            self._assign(assigned, after, array)
        else:
            self._copied.append((array, after))

    def _is_over(self, state: Value, after: Value) -> bool:
        """Whether nobody needs a state any more when the next one is computed."""
        seen = {state}
        number = {node: i for i, node in enumerate(self._nodes)}
        if after.node not in number or any(x is state for x in self._body.outputs):
            return False
        for node, i in number.items():
            if seen.isdisjoint(node.inputs):
                continue
            if not writes(node) or node.output in self._joined:
                seen.update(node.outputs)
            elementwise = node.primitive.name in UFUNCS and state in set(node.inputs)
            if i > number[after.node] or (node is after.node and not elementwise):
                return False
        return True

    def _assign(self, assigned: dict, x: Value, array: np.ndarray) -> None:
        """Let a value be computed there, or else be copied there."""
        if x.node in self._nodes and writes(x.node) and x not in assigned:
            assigned[x] = array
        else:
            self._copied.append((array, x))

    def _place_parts(self, node: Node, assigned: dict[Value, np.ndarray]) -> None:
        """What is joined is computed where it is wanted."""
        start, axis, whole = 0, node.settings["axis"], assigned[node.output]
        for x in node.inputs:
            stop = start + x.spec.numbers[axis]
            part = whole[(slice(None),) * axis + (slice(start, stop),)]
            if x.node in self._nodes and writes(x.node) and x not in assigned:
                assigned[x] = part
            start = stop

    # ------------------------------------------------------------------ statements

    def _write(self) -> None:
        place = None
        readers = readers_of(self._nodes, self._body.outputs)
        runs = Runs(self._arrays, readers, self._body.constants, least=_LEAST_RUN)
        compiled = CompiledWriter(self, runs, self._functions)
        nodes = [node for node in self._nodes if not self._is_another_view(node)]
        done: set[Node] = set()
        for i, node in enumerate(nodes):
            if node in done:
                continue
            here = node.name.rpartition("/")[0]
            before = len(self._inside)
            self._called = node.name
            written = compiled.run_from(node, nodes[i:])
            done.update(written)
            if not written:
                self._write_node(node)
            if here != place and len(self._inside) > before:
                self._inside.insert(before, f"# {here}")
                place = here
        for there, x in self._copied:
            self.copy(self._arrays.get(x, self._local.get(x)), there)
        self.lines = [
            f"def {self.name}({', '.join(self._names.of(x) for x in self.parameters)}):",
            f'{_INDENT}"""{self._steps} steps{", the last one first" if self._reverse else ""}."""',
            *(_INDENT + line for line in self._before),
            _INDENT + self._moving.head(self._names, self.globals, self.name),
            *(_INDENT * 2 + line for line in self._inside or ["pass"]),
            "",
        ]

    def _is_another_view(self, node: Node) -> bool:
        """Whether the result lies in the memory of an input: it is entered, then."""
        if node.primitive.name not in VIEWS or node.inputs[0] not in self._arrays:
            return False
        seen = view_of(node, self._arrays[node.inputs[0]])
        if seen is None or node.output in self._arrays:
            return False
        self._arrays[node.output] = seen
        return True

    def there(self, x: Value) -> Any:
        """What stands for a value: an array that is there, or the name of what comes."""
        return self._arrays.get(x, self._local.get(x))

    def number_text(self, x: Value, there: np.ndarray) -> str:
        """A single number as one of numpy's numbers."""
        if x not in self._body.constants:
            return f"{self.text(there)}.item()"
        name = self._names.new(x.name)
        self.globals[name] = there.reshape(-1)[0]
        return name

    def _write_node(self, node: Node) -> None:
        name = node.primitive.name
        given = [self._arrays.get(x, self._local.get(x)) for x in node.inputs]
        if node.is_tuple or node.output not in self._arrays:
            self._write_made(node, given)
            return
        out = self._arrays[node.output]
        if name in UFUNCS:
            self.call(UFUNCS[name].__name__, *given, out=out)
        elif _is_choice(node):
            condition, a, b = given
            self.line(f"copyto({self.text(out)}, {self.text(b)})")
            self.line(f"copyto({self.text(out)}, {self.text(a)}, where={self.text(condition)})")
        else:
            KERNELS[name](self, node, out, *given, **node.settings)

    def _write_made(self, node: Node, given: list) -> None:
        """The result is what the primitive makes."""
        from visualnn.engine.program import Body  # which is written by this

        self._made.append(node)
        called = f"make_{node.primitive.name}"
        self.globals[called] = node.primitive.forward
        texts = [f"asarray({self.text(x)})" for x in given]
        self.globals["asarray"] = np.asarray
        for key, value in node.settings.items():
            value = Body(value) if isinstance(value, Graph) else value
            if not is_literal(value):
                value, thing = self._names.new(key), value
                self.globals[value] = thing
                texts.append(f"{key}={value}")
            else:
                texts.append(f"{key}={value!r}")
        made = [self._names.of(y) for y in node.outputs]
        self._local.update(zip(node.outputs, made, strict=True))
        self.line(f"{', '.join(made)}{',' if node.is_tuple else ''} = {called}({', '.join(texts)})")
