"""The builder as the browser tests use it: a hand; in a bare page its Python and documents, too."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser import rig

PYTHON = Path(__file__).with_name("fake_builder.js").read_text()
FORWARD = "(document) => playPython(fake, document)"


def block(name: str, kind: str, x: int, y: int, **config: Any) -> dict[str, Any]:
    return {"id": name, "layer": name, "kind": kind, "x": x, "y": y, "config": config}


def wire(source: str, target: str, position: int = 0) -> dict[str, Any]:
    ends = {"source": source, "source_port": 0, "target": target, "target_port": "inputs"}
    return {**ends, "position": position}


CHAIN = {
    "blocks": [
        block("images", "Input", 0, 0, shape=[28, 28, 1]),
        block("flatten", "Flatten", 0, 120),
        block("dense", "Dense", 0, 240, units=64, activation="relu"),
    ],
    "wires": [wire("images", "flatten"), wire("flatten", "dense")],
}
LOOSE = {
    "blocks": [
        block("images", "Input", 0, 0, shape=[28, 28, 1]),
        block("dense", "Dense", 0, 140, units=64),
        block("add", "Add", 260, 140),
    ],
    "wires": [],
}
MISMATCH = {
    "blocks": [
        block("images", "Input", 120, 0, shape=[28, 28, 1]),
        block("left", "Conv2D", 0, 130, filters=32, padding="same"),
        block("shortcut", "Conv2D", 240, 130, filters=64, padding="same"),
        block("add", "Add", 120, 280),
    ],
    "wires": [wire("images", "left"), wire("images", "shortcut"), wire("left", "add")],
}


class Hand:
    """A builder on the screen, and the hand that works on it."""

    def __init__(self, page: Page, root: Locator) -> None:
        self.page = page
        self.root = root
        self.mouse = page.mouse
        self.keyboard = page.keyboard

    def block(self, name: str) -> Locator:
        return self.root.locator(f'[data-block="{name}"]')

    def layer(self, kind: str) -> tuple[float, float]:
        """Returns a place of a layer in the palette to take hold of it at."""
        item = self.root.locator(f'.vnn-palette [data-kind="{kind}"]')
        item.scroll_into_view_if_needed()
        box = item.bounding_box()
        assert box
        return box["x"] + 30, box["y"] + 13

    def title(self, name: str) -> tuple[float, float]:
        """Returns a place of a block to take hold of it at."""
        box = self.block(name).bounding_box()
        assert box
        return box["x"] + 60, box["y"] + 14

    def port(self, side: str, name: str, port: str, place: int = -1) -> tuple[float, float]:
        ports = self.root.locator(f'[data-port="{side}|{name}|{port}"]')
        box = ports.nth(place).bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(self, start: tuple[float, float], end: tuple[float, float], button="left") -> None:
        self.mouse.move(*start)
        self.mouse.down(button=button)
        self.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
        self.mouse.move(*end, steps=4)
        self.mouse.up(button=button)

    def empty_place(self, right: float = 60, below: float = 60) -> tuple[float, float]:
        """Returns a place of the canvas, counted from its upper left corner."""
        box = self.root.locator(".react-flow__pane").bounding_box()
        assert box
        return box["x"] + right, box["y"] + below

    def click(self, name: str, **options: Any) -> None:
        self.block(name).click(position={"x": 60, "y": 14}, **options)

    def expect_said(self, words: str) -> None:
        expect(self.root.locator("output[aria-live]")).to_contain_text(words)


class Story(Hand):
    """The builder in a bare page, with a Python that is played."""

    def __init__(
        self, bare: rig.Bare, document: dict[str, Any] | None = None, theme: str = "light"
    ) -> None:
        self.bare = bare
        super().__init__(bare.page, bare.show("builder", theme).locator(".vnn-builder"))
        self.page.evaluate(PYTHON)
        self.page.evaluate(FORWARD, document or {"blocks": [], "wires": []})
        self.root.locator(".react-flow__pane").wait_for()
        if document and document["blocks"]:  # until the drawing is fitted, it moves by itself
            self.page.locator(".vnn-builder[data-settled]").wait_for()

    @property
    def view(self) -> dict[str, Any]:
        """What Python's drawing is now."""
        return self.page.evaluate("() => fake.model.get('view')")

    @property
    def wires(self) -> list[tuple[str, str]]:
        return [(wire["source"], wire["target"]) for wire in self.view["wires"]]

    @property
    def blocks(self) -> list[str]:
        return [block["id"] for block in self.view["blocks"]]

    def sent(self, name: str) -> list[dict[str, Any]]:
        """Returns the messages of a name that Python has got."""
        return [m for m in self.bare.sent if name in (m.get("command"), m.get("request"))]
