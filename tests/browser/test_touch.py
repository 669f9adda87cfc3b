"""The builder by fingers: everything that a drag does can be done by taps, too."""

import functools

import pytest
from playwright.sync_api import expect

from tests.browser import rig
from tests.browser.conftest import SETTINGS
from tests.browser.live_story import LiveStory
from visualnn.widgets.builder import Builder

PRESS = """([element, x, y]) => {
  const at = { clientX: x, clientY: y, bubbles: true, pointerType: "touch", isPrimary: true };
  element.dispatchEvent(new PointerEvent("pointerdown", { ...at, pointerId: 7, button: 0 }));
}"""


@pytest.fixture
def page(browser):
    """A page on a tablet."""
    size = {"width": 1024, "height": 768}
    context = browser.new_context(viewport=size, has_touch=True, is_mobile=True, **SETTINGS)
    yield context.new_page()
    context.close()


class Finger(LiveStory):
    """A builder under a finger."""

    def tap(self, at):
        if not isinstance(at, tuple):
            box = at.bounding_box()
            at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.page.touchscreen.tap(*at)

    def hold(self, locator):
        """Lets a finger rest on something until its menu opens."""
        box = locator.bounding_box()
        x, y = box["x"] + 60, box["y"] + 14
        self.page.evaluate(PRESS, [locator.element_handle(), x, y])
        self.root.get_by_role("menu").wait_for()

    def item(self, name):
        self.tap(self.root.get_by_role("menuitem", name=name))


@pytest.fixture
def finger(bare: rig.Bare):
    return functools.partial(Finger, bare)


def test_a_model_is_built_by_taps_alone(finger):
    story = finger(Builder())
    palette = story.root.locator(".vnn-palette")
    story.tap(palette.locator('[data-kind="Input"]'))
    expect(story.root.locator("[data-block]")).to_have_count(1)
    story.tap(story.empty_place(500, 300))  # nothing is selected: the next one stands alone
    story.tap(palette.locator('[data-kind="Dense"]'))
    expect(story.root.locator("[data-block]")).to_have_count(2)
    assert not story.builder.document.wires
    story.keyboard.press("f")
    story.tap(story.port("source", "input", "0"))
    story.tap(story.port("target", "dense", "inputs"))
    expect(story.root.locator("[data-wire]")).to_have_count(1)
    # a port and then the canvas asks for a layer, as a wire does that is dropped there
    story.tap(story.port("source", "dense", "0"))
    story.tap(story.empty_place(500, 380))
    story.tap(story.root.locator('.vnn-search [data-kind="Identity"]'))
    expect(story.root.locator("[data-wire]")).to_have_count(2)
    assert story.builder.model.output_shape[-1] == 64


def chain():
    builder = Builder()
    builder.add("Input", name="x", shape=(4,), at=(0, 0))
    builder.add("Dense", name="a", units=4, after="x", at=(0, 120))
    builder.add("Dense", name="b", units=4, after="a", at=(0, 240))
    builder.add("Dropout", name="drop", at=(300, 120))
    return builder


def test_what_a_mouse_drags_is_done_by_taps(finger):
    story = finger(chain())
    expect(story.root.get_by_role("button", name="Move the view by dragging")).to_have_attribute(
        "aria-pressed", "true"
    )
    # put into a wire
    story.tap(story.title("drop"))
    expect(story.root.locator(".vnn-block.selected")).to_have_count(1)
    story.hold(story.root.locator('[data-pill^="a:0"]'))
    story.item("Put drop here")
    story.until(lambda: len(story.builder.document.wires) == 3)
    # several are selected, and moved
    story.hold(story.block_named("a"))
    story.item("Select more: press one after the other")
    story.tap(story.title("b"))
    expect(story.root.locator(".vnn-block.selected")).to_have_count(2)
    before = story.builder.document.canvas.positions["b"]
    story.page.evaluate(
        PRESS,
        [
            story.root.locator(".react-flow__pane").element_handle(),
            *story.empty_place(60, 240),
        ],
    )
    story.item("Move what is selected here")
    story.until(lambda: story.builder.document.canvas.positions["b"] != before)
    # a frame around them
    story.hold(story.block_named("b"))
    story.item("Put a frame around")
    expect(story.root.locator(".vnn-frame")).to_have_count(1)
    # a wire is led through a point
    story.hold(story.root.locator('[data-pill^="x:0"]'))
    story.item("Lead it through a point here")
    expect(story.root.locator("[data-point]")).to_have_count(1)


def test_a_finger_moves_a_block_and_the_view(finger):
    story = finger(chain())
    session = story.page.context.new_cdp_session(story.page)

    def swipe(start, end):
        def send(kind, at):
            points = [{"x": at[0], "y": at[1]}] if at else []
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        send("touchStart", start)
        for step in range(1, 6):
            way = [a + (b - a) * step / 5 for a, b in zip(start, end, strict=True)]
            send("touchMove", way)
        send("touchEnd", None)

    before = story.builder.document.canvas.positions["drop"]
    title = story.title("drop")
    swipe(title, (title[0] + 40, title[1] + 80))
    story.until(lambda: story.builder.document.canvas.positions["drop"] != before)
    box = story.block_named("x").bounding_box()
    place = story.empty_place(40, 300)
    swipe(place, (place[0] + 60, place[1] + 30))
    story.until(lambda: story.block_named("x").bounding_box()["x"] > box["x"] + 30)
