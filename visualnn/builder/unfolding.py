"""The drawing with its submodels opened, so many levels deep: what is inside them, in frames.

It is for looking: edits are made where a block is at home, one level at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from visualnn.builder.analysis import analysis_of
from visualnn.builder.document import HEIGHT, WIDTH, Document
from visualnn.builder.kinds import drawn_ports
from visualnn.builder.nested import opened, opens
from visualnn.builder.submodels import given_to, outputs_inside
from visualnn.builder.trees import Path, Ref
from visualnn.builder.views import BlockView, WireView, blocks_of
from visualnn.builder.words import pill_text
from visualnn.figures.diagram import Arrow, Box, Frame, Spacing, places

Way = tuple[str, ...]
"""The blocks that one enters, and the block itself."""

_SPACING = Spacing(40.0, 44.0, 0.0)
_SPACING_ASIDE = Spacing(40.0, 96.0, 0.0)


@dataclass(frozen=True)
class UnfoldedFrame:
    """A submodel that is opened: the frame around what is inside."""

    id: str
    name: str
    way: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class UnfoldedView:
    """The drawing with submodels opened.

    Attributes:
        blocks: The blocks, under ids of their own.
        ways: Where each block is at home: the blocks to enter, and the block there, by its id here.
    """

    blocks: tuple[BlockView, ...]
    wires: tuple[WireView, ...]
    frames: tuple[UnfoldedFrame, ...]
    ways: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class _Level:
    """A model that is drawn: all of it, or a submodel that is opened."""

    document: Document
    way: Way
    around: _Level | None

    def inside(self, call: str) -> _Level:
        return _Level(opened(self.document.record(call)), (*self.way, call), self)

    def name(self, call: str) -> str:
        """What a block is called among all."""
        return "//".join((*self.way, call))


def unfolded(document: Document, depth: int) -> UnfoldedView:
    """The drawing with its submodels opened.

    Args:
        document: The drawing.
        depth: How many levels of submodels are opened.
    """
    found = _Unfolding(depth)
    whole = found.frame(_Level(document, (), None), document.name)
    for source, target in found.arrows:
        _among(whole, source, target).arrows.append(Arrow(source, target))
    direction = document.canvas.direction
    to_right = direction == "right"
    put = places(whole, "right" if to_right else "down", _SPACING_ASIDE if to_right else _SPACING)
    return UnfoldedView(
        tuple(replace(block, x=put[block.id][0], y=put[block.id][1]) for block in found.blocks),
        tuple(found.wires),
        tuple(UnfoldedFrame(name, *said, *put[name]) for name, said in found.frames.items()),
        found.ways,
    )


class _Unfolding:
    """Collects what is drawn of all levels."""

    def __init__(self, depth: int):
        self.depth = depth
        self.blocks: list[BlockView] = []
        self.wires: list[WireView] = []
        self.ways: dict[str, Way] = {}
        self.frames: dict[str, tuple[str, Way]] = {}
        self.arrows: dict[tuple[str, str], None] = {}

    def opens(self, level: _Level, call: str) -> bool:
        return len(level.way) < self.depth and opens(level.document.record(call))

    def frame(self, level: _Level, title: str) -> Frame:
        """A model with what it has inside, each after what it gets data from."""
        document = level.document
        views = {view.id: view for view in blocks_of(document, [])}
        found = Frame("//".join(level.way), title)
        given = self._given(level)
        for call in document.order:
            name = level.name(call)
            if self.opens(level, call):
                record = document.record(call)
                self.frames[name] = record.name, (*level.way, call)
                found.parts.append(self.frame(level.inside(call), record.name))
            elif not (call in given and document.record(call).is_input):
                is_output = views[call].is_output and not level.way
                self.blocks.append(replace(views[call], id=name, is_output=is_output))
                self.ways[name] = (*level.way, call)
                found.parts.append(Box(name, "", WIDTH, HEIGHT, lambda x, y: ()))
                self._lead_to(level, call)
        return found

    def _given(self, level: _Level) -> dict[str, Ref]:
        """What comes from around into each input of a submodel that is opened."""
        if level.around is None:
            return {}
        use = level.around.document.calls[level.way[-1]]
        given = given_to(use, level.document)
        return {call: ref for call, ref in given.items() if isinstance(ref, Ref)}

    def _lead_to(self, level: _Level, call: str) -> None:
        """Draws the wires that lead to a block, from wherever its data come."""
        document = level.document
        use = document.calls[call]
        taken: list[tuple[Path, _Level, Ref]] = [(path, level, ref) for path, ref in use.references]
        if not taken and level.around and (ref := self._given(level).get(call)):
            taken = [(("args", 0), level.around, ref)]  # the first layer of a sequential model
        ports = drawn_ports(document, call)
        counts: dict[str, int] = {}
        for path, giver, ref in taken:
            port = next((port.name for port in ports if port.holds(path)), "")
            for source, output, shape in self._sources(giver, ref):
                position = counts.get(port, 0)
                counts[port] = position + 1
                target = level.name(call)
                name = f"{source}:{output}>{target}:{port}:{position}"
                ends = source, output, target, port, position
                self.wires.append(WireView(name, *ends, shape, "", ()))
                self.arrows[source, target] = None

    def _sources(self, level: _Level, ref: Ref) -> Iterator[tuple[str, int, str]]:
        """The block that a tensor comes from, its output, and the shape."""
        if self.opens(level, ref.call):
            inner = level.inside(ref.call)
            outputs = outputs_inside(inner.document)
            if ref.output < len(outputs):
                yield from self._sources(inner, outputs[ref.output])
            return
        given = (
            self._given(level).get(ref.call) if level.document.record(ref.call).is_input else None
        )
        if given is not None and level.around is not None:
            yield from self._sources(level.around, given)
            return
        tensor = analysis_of(level.document).tensor(ref)
        yield level.name(ref.call), ref.output, pill_text(tensor.shape) if tensor else ""


def _among(frame: Frame, source: str, target: str) -> Frame:
    """The innermost frame that two blocks are in."""
    for part in frame.parts:
        if isinstance(part, Frame):
            around = f"{part.id}//"
            if source.startswith(around) and target.startswith(around):
                return _among(part, source, target)
    return frame
