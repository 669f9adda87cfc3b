"""Writing a stage: every operation once for each block of images, rolled up into one loop."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.engine.compiled_runs import Run
from visualnn.engine.rolling import Roll
from visualnn.engine.stages import Stage
from visualnn.engine.views import VIEWS
from visualnn.graph.graph import Node, Value


class StageWriter:
    """Writes the operations of one stage.

    Args:
        writer: The writer of the plan.
        arrays: What is there before the plan runs, for all images or for one block of them.
        stage: The stage.
    """

    def __init__(self, writer: Any, arrays: dict[Value, np.ndarray], stage: Stage):
        self._writer, self._arrays, self._stage = writer, arrays, stage
        self._parts: dict[tuple[Value, int], np.ndarray] = {}
        self._nodes = [node for node in stage.nodes if not self._is_another_view(node)]
        for node in self._nodes:
            for x, by_block in zip(node.inputs, stage.nodes[node].inputs, strict=True):
                if by_block and x not in arrays:  # what comes when the plan runs
                    arrays[x] = writer.copied(x)
        self._runs = self._found_runs()

    def write(self) -> None:
        """Write the loop."""
        roll = self._writer.roll = Roll(self._stage)
        blocks = self._stage.blocks
        count = blocks[-1].stop // blocks[0].stop  # of the same length
        done = 0
        if count > 2:
            self._write_blocks(blocks[:2])
            done = count if roll.repeat(count - 2) else 2
        self._write_blocks(blocks[done:])
        self._writer.roll = None
        for node, text, head in roll.loops(self._writer):
            self._writer.add_line(node, text, head)

    def _write_blocks(self, blocks: list[slice]) -> None:
        for block in blocks:
            self._writer.roll.begin()
            for node, run in self._runs:
                if run is None:
                    self._write_block(node, block)
                else:
                    self._write_run(run, block)

    def _found_runs(self) -> list[tuple[Node, Run | None]]:
        """The operations, and for some of them those that they become one loop with."""
        found: list[tuple[Node, Run | None]] = []
        written: set[Node] = set()
        for i, node in enumerate(self._nodes):
            if node in written:
                continue
            run = self._writer.runs.run_from(node, self._nodes[i:])
            written.update(run.nodes if run else ())
            found.append((node, run))
        return found

    def _write_run(self, run: Run, block: slice) -> None:
        """Write one loop for some operations."""
        self._writer.start(run.nodes[0])

        def there(x: Value) -> Any:
            return self._part(x, block) if x in run.given.fields else self._writer.there(x)

        self._writer.compiled.write(run, there)

    def _is_another_view(self, node: Node) -> bool:
        """Whether the result lies in the memory of an input: it is entered, then."""
        x, y = node.inputs[0], node.output
        if node.primitive.name in VIEWS:
            if x not in self._arrays:
                self._arrays[x] = self._writer.copied(x)
            self._arrays[y] = self._arrays[x].reshape((-1, *y.spec.numbers[1:]))
            return True
        if self._writer.is_mask(node) and x in self._arrays:
            self._arrays[y] = self._arrays[x]
            return True
        return False

    def _write_block(self, node: Node, block: slice) -> None:
        split = self._stage.nodes[node]
        self._writer.start(node)
        given = [
            self._part(x, block) if by_block else self._arrays.get(x, x)
            for x, by_block in zip(node.inputs, split.inputs, strict=True)
        ]
        out = self._arrays[node.output] if split.is_sum else self._part(node.output, block)
        self._writer.write_calls(node, out, given)

    def _part(self, x: Value, block: slice) -> np.ndarray:
        """The images of a block, in an array for all of them or in one for a block."""
        array, name = self._arrays[x], self._writer.name_of(x)
        is_whole = len(array) == self._stage.images
        key = x, block.start
        if key not in self._parts:
            place = block if is_whole else slice(block.stop - block.start)
            self._parts[key] = array[place]
        self._writer.roll.names.add(name)
        self._writer.roll.token(self._parts[key], f"{name}_part" if is_whole else name)
        return self._parts[key]
