"""The builder in a bare page with its real Python behind it, in this process."""

import json
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.browser import rig
from tests.browser.builder_story import Hand
from visualnn.builder.sentences import taken_apart
from visualnn.widgets.builder import Builder

CONNECT = """() => {
  const { fake } = window;
  let turn = Promise.resolve();
  fake.model.send = (message) => {
    fake.sent.push(structuredClone(message));
    turn = turn.then(async () => {
      for (const heard of JSON.parse(await window.toPython(JSON.stringify(message)))) {
        if (heard.trait) fake.assign({ [heard.trait]: heard.value });
        else fake.receive(heard);
      }
    });
  };
}"""


class LiveStory(Hand):
    """A builder on the screen that has its Python; a test may look at both.

    What Python sends of its own accord, because a test did something to the builder, is shown by
    :meth:`told`.
    """

    def __init__(self, bare: rig.Bare, builder: Builder, theme: str = "light") -> None:
        self.bare = bare
        self.builder = builder
        self._heard: list[dict[str, Any]] = []
        builder.send = self._hear
        builder.observe(self._see, "training")
        super().__init__(bare.page, bare.page.locator("#widget .vnn-builder"))
        self.page.expose_function("toPython", self._receive)
        bare.page.goto(f"{bare.url}/{theme}.html")
        self.page.evaluate(rig.FAKE_MODEL, {"kind": "builder", "training": builder.training})
        self.page.evaluate(CONNECT)
        self.page.evaluate(
            """async () => {
              const { default: bundle } = await import("/static/widget.js");
              const el = document.getElementById("widget");
              window.fake.close = bundle.render({ model: window.fake.model, el });
            }"""
        )
        self.root.locator(".react-flow__pane").wait_for()
        if builder.document.calls:
            self.page.locator(".vnn-builder[data-settled]").wait_for()

    def _hear(self, content: dict[str, Any], buffers: Any = None) -> None:
        self._heard.append(taken_apart(content))

    def _see(self, change: Any) -> None:
        self._heard.append({"trait": change["name"], "value": taken_apart(change["new"])})

    def _receive(self, text: str) -> str:
        self.builder._receive(json.loads(text))
        return self._taken()

    def _taken(self) -> str:
        heard, self._heard = self._heard, []
        return json.dumps(heard)

    def told(self) -> None:
        """Shows what Python has sent of its own accord."""
        self.page.evaluate(
            "(text) => JSON.parse(text).filter((x) => !x.trait).forEach((x) => fake.receive(x))",
            self._taken(),
        )

    def told_traits(self) -> None:
        """Shows the traits that a thread of Python has changed."""
        self.page.evaluate(
            """(text) => JSON.parse(text).forEach((heard) => {
              if (heard.trait) fake.assign({ [heard.trait]: heard.value });
              else fake.receive(heard);
            })""",
            self._taken(),
        )

    def until(self, condition: Callable[[], bool], timeout: float = 10) -> None:
        """Returns when something is true in Python; meanwhile the page goes on, frame by frame."""
        deadline = time.monotonic() + timeout
        while not condition():
            assert time.monotonic() < deadline, "It has not become true."
            self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => done()))")

    def expect_blocks(self, *names: str) -> None:
        """Waits until these blocks, by the names of their layers, are on the canvas."""
        layers = self.root.locator("[data-block]")
        expect(layers).to_have_count(len(names))
        for name in names:
            expect(self.block_named(name)).to_be_visible()

    def block_named(self, layer: str):
        """The block of a layer."""
        shown = self.builder.shown
        return self.block(shown.calls_of[shown.names[layer]][0])

    def button(self, name: str, exact: bool = True):
        """A button by its words."""
        return self.root.get_by_role("button", name=name, exact=exact)

    def choose(self, layer: str, item: str) -> None:
        """Chooses from the menu of a block."""
        self.block_named(layer).click(button="right", position={"x": 60, "y": 14})
        self.root.get_by_role("menuitem", name=item).click()


def mlp() -> Builder:
    """A builder with two dense layers: ``features``, ``hidden``, ``classes``."""
    builder = Builder(name="mlp")
    builder.add("Input", shape=(8,), name="features")
    builder.add("Dense", after="features", units=16, name="hidden")
    builder.add("Dense", after="hidden", units=4, name="classes")
    return builder
