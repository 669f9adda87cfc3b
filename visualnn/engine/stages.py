"""Which operations go through the batch together, a few images at a time.

A picture that was just computed lies in the second cache of the processor; the whole batch does
not.  So operations that see every image by itself become the body of one loop over blocks of
images, from the first convolution to the next thing that needs the whole batch: the statistics of
a batch normalization, a dense layer, the loss.  Sums over the batch are added up block by block,
and are there after the loop.

    stage 0                     after it            stage 1
    conv, sum of its results -> mean, deviation ->  normalize, relu, conv, sum of its results -> ...
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from visualnn.engine.convolution_choice import bytes_of, least_images
from visualnn.engine.kernels import UFUNCS, can_write_into, has_known_sizes
from visualnn.engine.passes import uses
from visualnn.graph.checkpoints import is_second_run
from visualnn.graph.graph import Node, Value

_WORTH = 1 << 21  # bytes: what is smaller stays in the cache anyway
_ROOM = 1 << 19  # bytes that a block may fill in the largest operation of a stage
_UNLIKE = 4  # times as many images are too many for operations to go together

_EACH = {"relu", "cast", "sigmoid", "where", *UFUNCS}
_COMPARISONS = {"less", "less_equal", "equal", "bitwise_and", "bitwise_or", "bitwise_not"}


@dataclass(frozen=True)
class Split:
    """How an operation goes through the batch: which inputs block by block, and what comes out.

    Attributes:
        inputs: For every input, whether a block of it is needed, or all.
        is_sum: Whether the result is a sum over all blocks, not a block of the whole.
    """

    inputs: tuple[bool, ...]
    is_sum: bool = False


@dataclass(eq=False)
class Stage:
    """Operations that go through the batch together.

    Attributes:
        nodes: The operations, and how each of them is split.
        blocks: The parts of the batch.
        inside: What nobody needs outside, so that room for one block is enough.
    """

    nodes: dict[Node, Split] = field(default_factory=dict)
    blocks: list[slice] = field(default_factory=list)
    inside: set[Value] = field(default_factory=set)

    @property
    def images(self) -> int:
        """How many images the batch has."""
        return self.blocks[-1].stop

    @property
    def longest(self) -> int:
        """How many images the largest block has."""
        return max(block.stop - block.start for block in self.blocks)


# --------------------------------------------------------------------------- how each is split

_SPLITS: dict[str, Callable[[Node, int], Split | None]] = {}


def _split_of(*names: str) -> Callable[[Callable], Callable]:
    def register(rule: Callable) -> Callable:
        _SPLITS.update(dict.fromkeys(names, rule))
        return rule

    return register


@_split_of(*_EACH)
def _(node: Node, images: int) -> Split | None:
    ndim = node.output.ndim
    return Split(tuple(x.ndim == ndim and x.spec.sizes[0] == images for x in node.inputs))


@_split_of("conv", "conv_transpose")
def _(node: Node, images: int) -> Split | None:
    return Split((True, False))


@_split_of("conv_kernel")
def _(node: Node, images: int) -> Split | None:
    return Split((True, True), is_sum=True)


@_split_of("max_pool", "max_pool_spread", "average_pool", "average_pool_spread")
def _(node: Node, images: int) -> Split | None:
    return Split((True,) * len(node.inputs))


@_split_of("sum")
def _(node: Node, images: int) -> Split | None:
    return Split((True,), is_sum=0 in node.settings["axes"])


@_split_of("sum_like")
def _(node: Node, images: int) -> Split | None:
    kept = node.output.ndim == node.inputs[0].ndim and node.output.spec.sizes[0] == images
    return Split((True, kept), is_sum=not kept)


@_split_of("reshape")
def _(node: Node, images: int) -> Split | None:
    maker = node.inputs[0].node
    is_plain = maker is not None and maker.primitive.name not in ("transpose", "slice")
    return Split((True,)) if is_plain else None


def _split(node: Node, images: int) -> Split | None:
    """How an operation goes through a batch of so many images, if it does."""
    rule = _SPLITS.get(node.primitive.name)
    if rule is None or node.is_tuple or not has_known_sizes(node):
        return None
    first = node.inputs[0].spec.sizes
    if max([x.ndim for x in (*node.inputs, node.output)]) < 3:
        return None
    if node.primitive.name != "reshape" and not can_write_into(node):
        return None
    split = rule(node, images)
    if split is None or (split.is_sum and (not first or first[0] != images)):
        return None
    if not split.is_sum and node.output.spec.sizes[:1] != (images,):
        return None
    by_block = [x for x, s in zip(node.inputs, split.inputs, strict=True) if s]
    fits = all(x.spec.sizes[:1] == (images,) for x in by_block)
    return split if fits and any(split.inputs) else None


# --------------------------------------------------------------------------- which go together


def staged(
    nodes: list[Node], wanted: set[Value], lends: bool = False
) -> tuple[list[Node], list[Stage]]:
    """The operations in an order in which those of a stage come one after the other.

    Args:
        nodes: The operations in running order.
        wanted: The values that are returned.
        lends: Whether they may lie in the memory of the plan.
    """
    images = _images(nodes)
    if images < 2 or not uses("blocks"):
        return nodes, []
    stages, after = _assigned(nodes, images, set() if lends else wanted)
    order = list(after.get(-1, []))
    found: list[Stage] = []
    for i, stage in enumerate(stages):
        order += [*stage.nodes, *after.get(i, [])]
        if len(stage.nodes) > 1 and _bytes_in(stage) > _WORTH:
            found += _alike(stage, images)
    for stage in found:
        stage.blocks = _blocks(stage, images)
        stage.inside = _inside(stage, nodes, wanted)
    return order, found


def _images(nodes: list[Node]) -> int:
    """How many images a batch has: what most bytes of convolutions and pools are divided into."""
    bytes_of: Counter[int] = Counter()
    for node in nodes:
        if node.primitive.name in ("conv", "max_pool") and has_known_sizes(node):
            x = node.inputs[0]
            bytes_of[x.spec.numbers[0]] += _bytes(x)
    return max(bytes_of, key=bytes_of.__getitem__, default=0)


def _assigned(
    nodes: list[Node], images: int, wanted: set[Value]
) -> tuple[list[Stage], dict[int, list[Node]]]:
    """The stages, and what comes between them: after the stage of this number."""
    stages: list[Stage] = [Stage()]
    after: dict[int, list[Node]] = {}
    ready: dict[Node, int] = {}  # the stage in which, or after which, a result is there
    early = _early(nodes)
    for node in nodes:
        makers = [x.node for x in node.inputs if x.node is not None]
        split = None if node.output in wanted else _split(node, images)
        if split is None:
            where = max((ready[maker] for maker in makers), default=-1)
            if is_second_run(node):  # it would be no use to have it before it is needed
                where = max(where, len(stages) - 1)
            after.setdefault(where, []).append(node)
        else:
            where = max((_from(maker, ready, stages) for maker in makers), default=0)
            if node not in early:
                where = max(where, len(stages) - 1)
            stages += [Stage() for _ in range(len(stages), where + 1)]
            stages[where].nodes[node] = split
        ready[node] = where
    return stages, after


def _from(maker: Node, ready: dict[Node, int], stages: list[Stage]) -> int:
    """The first stage in which the result of an operation can be used."""
    place = ready[maker]
    split = stages[place].nodes.get(maker) if place >= 0 else None
    return place + (split is None or split.is_sum)


def _early(nodes: list[Node]) -> set[Node]:
    """Comparisons, which are made at once: their results take a fourth of what they compare."""
    return {node for node in nodes if node.primitive.name in _COMPARISONS}


def _inside(stage: Stage, nodes: list[Node], wanted: set[Value]) -> set[Value]:
    """What is made and needed in one stage only."""
    made = {node.output for node, split in stage.nodes.items() if not split.is_sum}
    outside = {x for node in nodes if node not in stage.nodes for x in node.inputs} | wanted
    for node in reversed(stage.nodes):  # a view is where what it shows is
        if node.output in outside and node.primitive.name in ("reshape", "cast"):
            outside.update(node.inputs)
    return made - outside


# --------------------------------------------------------------------------- how large a block is


def _blocks(stage: Stage, images: int) -> list[slice]:
    """Equal parts of the batch, and what is left."""
    step = min(_at_once(node, images) for node in stage.nodes)
    even = next((n for n in range(step, step // 2, -1) if images % n == 0), step)
    return [slice(i, min(i + even, images)) for i in range(0, images, even)]


def _alike(stage: Stage, images: int) -> list[Stage]:
    """A stage in parts that want blocks of about the same size.

    Small images want many at once, lest the kernel is longer than what it is multiplied with.
    """
    parts: list[Stage] = []
    fewest = most = 0
    for node, split in stage.nodes.items():
        if node.primitive.name.startswith("conv"):
            count = _at_once(node, images)
            if not fewest or max(most, count) >= _UNLIKE * min(fewest, count):
                parts += [Stage()] if fewest or not parts else []
                fewest = most = count
            fewest, most = min(fewest, count), max(most, count)
        if not parts:
            parts.append(Stage())
        parts[-1].nodes[node] = split
    return parts


def _at_once(node: Node, images: int) -> int:
    """How many images an operation goes through at once."""
    few = _ROOM // max(1, _room_for_one(node))
    if node.primitive.name.startswith("conv") and node.settings["groups"] == 1:
        few = max(few, least_images(node))
    return max(1, min(images, few))


def _room_for_one(node: Node) -> int:
    """The bytes that one image takes in an operation, with the windows that are copied out."""
    x, y = node.inputs[0], node.output
    if node.primitive.name.startswith("conv") and node.settings["groups"] == 1:
        return max(_bytes(x) // _length(x), bytes_of(node))
    return max(_bytes(z) // _length(z) for z in (x, y) if z.ndim > 2)


def _length(x: Value) -> int:
    """The length of the first axis."""
    return x.spec.numbers[0]


def _bytes_in(stage: Stage) -> int:
    return sum(_bytes(node.output) for node, split in stage.nodes.items() if not split.is_sum)


def _bytes(x: Value) -> int:
    return math.prod(x.spec.numbers) * np.dtype(x.dtype).itemsize
