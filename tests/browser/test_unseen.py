"""A whole piece of work by somebody who sees nothing: by keys, names, roles and what is spoken.

Nothing here looks at places, colours or classes: what a screen reader has not, the test has not.
"""

import re

import numpy as np
from playwright.sync_api import Locator, expect

from visualnn.widgets.builder import Builder


class Listener:
    """What reaches the ears, and the keys."""

    def __init__(self, story):
        self.story = story
        self.keys = story.keyboard
        self.region = story.root.get_by_role("status")
        self.tree = story.root.get_by_role("tree", name="Outline of the model")

    def hears(self, *words: str) -> None:
        for each in words:
            expect(self.region).to_contain_text(each)

    def here(self) -> Locator:
        """What has the focus."""
        return self.story.page.locator(":focus")

    def is_at(self, role: str, name: str) -> None:
        expect(self.story.root.get_by_role(role, name=re.compile(name)).first).to_be_focused()

    def goes_to(self, role: str, name: str, key: str = "Tab") -> None:
        """Presses Tab until it is there, as one does."""
        target = self.story.root.get_by_role(role, name=re.compile(name)).first
        for _ in range(60):
            if target.evaluate("(element) => element === document.activeElement"):
                return
            self.keys.press(key)
        raise AssertionError(f"Tab does not lead to {role} {name}.")

    def opens(self, panel: str) -> None:
        """Goes to the panels below, with arrows to one of them, and opens it."""
        tabs = self.story.root.get_by_role("region", name="Panels").get_by_role("tab")
        wanted = tabs.filter(has_text=panel)
        for key in ["Tab"] * 60:
            if tabs.evaluate_all("(all) => all.includes(document.activeElement)"):
                break
            self.keys.press(key)
        for _ in range(tabs.count()):
            if wanted.evaluate("(tab) => tab === document.activeElement"):
                break
            self.keys.press("ArrowRight")
        if wanted.get_attribute("aria-selected") != "true":
            self.presses("Enter")
        expect(wanted).to_have_attribute("aria-selected", "true")

    def presses(self, *keys: str) -> None:
        for key in keys:
            self.keys.press(key)

    def adds(self, layer: str, said: str) -> None:
        """Adds a layer behind the current one, by the list that ``A`` opens."""
        self.presses("a")
        self.is_at("combobox", "Add a layer")
        self.keys.type(layer)
        found = self.story.root.get_by_role("listbox", name="Layers", exact=True)
        chosen = found.get_by_role("option", selected=True)
        expect(chosen).to_have_accessible_name(re.compile(f"^{layer}", re.IGNORECASE))
        self.presses("Enter")
        self.hears(said)

    def sets(self, setting: str, value: str) -> None:
        """Opens the settings of the current block, and writes one."""
        self.edits()
        self.goes_to("textbox", rf"^{setting}\b")
        self.presses("Control+a")
        self.keys.type(value)
        version = self.story.builder.history.version
        self.presses("Enter")
        self.story.until(lambda: self.story.builder.history.version > version)
        expect(self.here()).to_have_attribute("aria-invalid", "false")
        self.presses("Escape")

    def chooses(self, setting: str, value: str) -> None:
        """Opens the settings of the current block, and chooses for one."""
        self.edits()
        self.goes_to("combobox", rf"^{setting}\b")
        self.here().select_option(value)
        self.presses("Escape")

    def edits(self) -> None:
        """Opens the settings of the current block."""
        self.presses("Enter")
        inspector = self.story.root.get_by_role("complementary", name="Inspector")
        expect(inspector.locator(":focus")).to_have_count(1)

    def reads(self, name: str) -> None:
        """Goes through the tree to a block of this name."""
        self.presses("Home")
        for _ in range(40):
            words = self.here().get_attribute("aria-label") or ""
            if re.search(rf"^\S+ {name}\b", words) and self.level() == "1":
                return
            self.presses("ArrowDown")
        raise AssertionError(f"The outline has no {name}.")

    def level(self) -> str:
        return self.here().get_attribute("aria-level") or ""


def digits() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    y = random.integers(0, 10, 96)
    return random.random((96, 28, 28, 1)).astype("float32") * y[:, None, None, None] / 10, y


def test_lenet_is_built_mended_and_trained_unseen(live):
    builder = Builder(name="lenet")
    x, y = digits()
    builder._variables = lambda: {"x_train": x, "y_train": y}
    story = live(builder)
    ear = Listener(story)

    # The first layers: each is announced, and the next one comes behind it.
    story.page.get_by_role("region", name="Model builder").focus()
    ear.adds("input", "Added Input input, output 28 × 28 × 1")
    ear.opens("Outline")
    ear.goes_to("treeitem", "^Input input")
    for layer, name, settings in (
        ("conv2d", "conv2d", {"filters": "6", "kernel_size": "5"}),
        ("maxpooling2d", "max_pooling2d", {}),
        ("conv2d", "conv2d_1", {"filters": "16"}),
    ):
        ear.adds(layer, f" {name}, ")
        ear.is_at("treeitem", f" {name}, output")
        for setting, value in settings.items():
            ear.sets(setting, value)
            ear.is_at("treeitem", f" {name}, output")
    ear.chooses("padding", "same")
    ear.is_at("treeitem", "Conv2D conv2d_1, output 12 × 12 × 16, 880 parameters")

    # A skip connection from the pooling around the second convolution: it does not fit.
    ear.adds("add", "Added Add add")
    ear.reads("max_pooling2d")
    ear.presses("c")
    ear.hears("Connecting from max_pooling2d.")
    ear.keys.type("add")
    ear.hears("add, inputs, does not fit:", "max_pooling2d gives", "cannot combine them")
    ear.presses("Enter")
    ear.hears("add cannot combine its inputs:", "the channels differ")

    # The next problem is one key away; its fixes stand in the outline.
    ear.presses("F8")
    ear.hears("add cannot combine its inputs")
    ear.reads("add")
    ear.presses("ArrowRight")
    fixes = ear.tree.get_by_role("treeitem", name=re.compile("^Fix: "))
    expect(fixes.first).to_be_attached()
    ear.goes_to("treeitem", "^Fix: ", "ArrowDown")
    ear.presses("Enter")
    ear.hears("Done: ")
    expect(ear.tree.get_by_role("treeitem", name=re.compile("cannot combine"))).to_have_count(0)

    # The rest, and a tenth class: a classifier that can be trained.
    ear.reads("add")
    ear.adds("flatten", "Added Flatten flatten")
    ear.adds("dense", "Added Dense dense")
    ear.sets("units", "10")
    ear.chooses("activation", "softmax")
    ear.is_at("treeitem", "Dense dense, output 10")
    assert builder.document.record("dense").config["activation"] == "softmax"
    assert builder.view["problems"] == []

    # Training is begun, heard and read.
    ear.opens("Training")
    ear.goes_to("combobox", "^x$")
    expect(ear.here()).to_have_value("x_train")
    ear.goes_to("textbox", "^epochs$")
    ear.presses("Control+a")
    ear.keys.type("2")
    ear.goes_to("button", "^Train$", "Shift+Tab")
    ear.presses("Enter")
    ear.hears("Starting: tracing the training step.")
    story.until(lambda: builder.training["status"] == "done", 60)
    story.told_traits()
    ear.hears("Done", "2 of 2", "The loss")
    expect(story.root.get_by_role("tabpanel", name="Training")).to_contain_text("The loss")
    assert builder.document.name == "lenet"
