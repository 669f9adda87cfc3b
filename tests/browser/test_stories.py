"""Whole stories with the builder in JupyterLab: a real mouse or keys alone, and the real Python."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.builder_story import Hand
from visualnn import models

EMPTY = """\
import numpy as np
import visualnn

visualnn.utils.set_random_seed(0)
x_train = np.random.default_rng(0).random((400, 6)).astype("float32")
y_train = (x_train.sum(axis=1) > 3).astype("int32")
builder = visualnn.Builder()
builder"""
CLASSIFIER = EMPTY.replace(
    "builder = visualnn.Builder()",
    """\
builder = visualnn.Builder(name="above_three")
builder.add("Input", name="numbers", shape=(6,))
builder.add("Dense", name="hidden", units=16, activation="relu", after="numbers")
builder.add("Dense", name="answer", units=2, activation="softmax", after="hidden")
""",
)
MOST_USED = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const counts = new Map();
  for (let at = 0; at < data.length; at += 4)
    counts.set(data[at], (counts.get(data[at]) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0][0];
}"""


class LabHand(Hand):
    """A hand at the builder in a notebook, which can ask the real Python."""

    def __init__(self, notebook):
        super().__init__(notebook.page, notebook.panel.locator(".vnn-builder"))
        self.notebook = notebook
        self.root.locator(".react-flow__pane").wait_for()

    def python(self, expression):
        """The value of an expression in the kernel."""
        return json.loads(self.notebook.python(f"import json; print(json.dumps({expression}))"))

    def wait_for_python(self, expression):
        self.notebook.wait_for_python(expression)

    @property
    def wires(self):
        wires = "[(wire['source'], wire['target']) for wire in builder.view['wires']]"
        return [tuple(wire) for wire in self.python(wires)]

    def foot(self, name):
        """The line of a block with its output shape and its parameters."""
        return self.block(name).locator(".vnn-block-foot")

    def enter(self, label, value):
        """Writes a value into the inspector."""
        field = self.root.locator(".vnn-inspector").get_by_label(label, exact=True)
        field.fill(value)
        field.press("Enter")

    def tab_to(self, name, key="Shift+Tab"):
        """Goes on with the Tab key until a button, or a field by its label, has the focus."""
        focused = """() => {
          const { labels, textContent } = document.activeElement;
          return (labels?.[0] ?? { textContent }).textContent.trim();
        }"""
        for _ in range(100):
            if self.page.evaluate(focused) == name:
                return
            self.keyboard.press(key)
        pytest.fail(f"The Tab key does not reach {name}.")


@pytest.fixture
def hand(notebook):
    """A hand at the builder of a notebook that begins with this code."""

    def begin(code=EMPTY):
        opened = notebook(code)
        opened.run_all()
        return LabHand(opened)

    return begin


def test_two_layers_are_dragged_connected_and_edited(hand):
    hand = hand()
    hand.drag(hand.layer("Input"), hand.empty_place(300, 100))
    expect(hand.block("input")).to_have_count(1)
    hand.enter("shape", "6")
    expect(hand.foot("input")).to_contain_text("(?, 6)")
    hand.drag(hand.layer("Dense"), hand.empty_place(300, 300))
    expect(hand.block("dense")).to_have_count(1)
    assert hand.wires == []
    hand.drag(hand.port("source", "input", "0"), hand.port("target", "dense", "inputs"))
    expect(hand.root.locator("[data-wire]")).to_have_count(1)
    assert hand.wires == [("input", "dense")]
    hand.click("dense")
    hand.enter("units", "4")
    expect(hand.foot("dense")).to_contain_text("(?, 4)")
    expect(hand.foot("dense")).to_contain_text("28")
    expect(hand.root.locator(".vnn-numbers")).to_contain_text("28 parameters")
    assert hand.python("[builder.model.count_params(), builder.model.output_shape]") == [
        28,
        [None, 4],
    ]


def test_what_python_does_is_seen_at_once(hand):
    hand = hand(CLASSIFIER)
    expect(hand.foot("hidden")).to_contain_text("112")
    hand.notebook.python("builder.configure('hidden', units=100)")
    expect(hand.foot("hidden")).to_contain_text("700")
    expect(hand.root.locator(".vnn-numbers")).to_contain_text("902 parameters")
    hand.notebook.python("builder.undo()")
    expect(hand.foot("hidden")).to_contain_text("112")


def test_what_cannot_be_is_refused_and_a_deletion_undone(hand):
    hand = hand(CLASSIFIER)
    before = hand.python("builder.view['blocks']")
    hand.drag(hand.port("source", "answer", "0"), hand.port("target", "hidden", "inputs"))
    toasts = hand.root.locator(".vnn-toast.error")
    expect(toasts).to_contain_text("hidden has its only input from numbers already")
    hand.root.locator('[data-pill^="numbers"]').click()
    hand.keyboard.press("Delete")
    expect(hand.root.locator("[data-wire]")).to_have_count(1)
    hand.drag(hand.port("source", "answer", "0"), hand.port("target", "hidden", "inputs"))
    expect(toasts.filter(has_text="a model cannot contain a loop")).to_have_count(1)
    assert hand.wires == [("hidden", "answer")]
    hand.keyboard.press("Control+z")
    expect(hand.root.locator("[data-wire]")).to_have_count(2)
    hand.click("hidden")
    hand.keyboard.press("Delete")
    expect(hand.block("hidden")).to_have_count(0)
    hand.wait_for_python("'hidden' not in [b['id'] for b in builder.view['blocks']]")
    hand.keyboard.press("Control+z")
    expect(hand.block("hidden")).to_have_count(1)
    assert hand.python("builder.view['blocks']") == before
    assert len(hand.wires) == 2


def test_a_model_is_trained_stopped_and_saved(hand, lab_folder):
    hand = hand(CLASSIFIER)
    before = hand.python("builder.model.get_weights()[0].tolist()")
    hand.root.get_by_role("tab", name="Training").click()
    expect(hand.root.get_by_label("x", exact=True)).to_have_value("x_train")
    expect(hand.root.get_by_label("y", exact=True)).to_have_value("y_train")
    expect(hand.root.get_by_label("loss", exact=True)).to_have_value(
        "sparse_categorical_crossentropy"
    )
    hand.root.get_by_label("epochs").fill("100000")
    transport = hand.root.locator(".vnn-transport")
    transport.get_by_role("button", name="Train").click()
    say = hand.root.locator(".vnn-say")
    expect(say).to_contain_text("of 100000")
    chart = hand.root.locator(".vnn-chart").first
    expect(chart).to_have_attribute("aria-label", re.compile("Loss, training .*, validation "))
    first = chart.get_attribute("aria-label")
    expect(chart).not_to_have_attribute("aria-label", first)  # the curves go on
    assert hand.python("builder.training['status']") == "running"  # and the kernel answers
    transport.get_by_role("button", name="Pause").click()
    expect(say).to_contain_text("Paused")
    transport.get_by_role("button", name="Resume").click()
    transport.get_by_role("button", name="Stop and keep").click()
    expect(say).to_contain_text("Stopped · ")
    expect(say).to_contain_text("Stopped in epoch ")
    after = hand.python("builder.model.get_weights()[0].tolist()")
    assert not np.allclose(before, after)
    hand.root.get_by_role("button", name="Save", exact=True).click()
    path = hand.root.get_by_label("Save as")
    expect(path).to_have_value("above_three.keras")
    path.press("Enter")
    expect(hand.root.locator(".vnn-toast")).to_contain_text("Saved above_three.keras.")
    model = models.load_model(lab_folder / "above_three.keras")
    np.testing.assert_allclose(model.get_weights()[0], after)
    assert model.compiled
    assert [layer.name for layer in model.layers] == ["numbers", "hidden", "answer"]


def test_the_same_by_keys_alone(hand, lab_folder):
    hand = hand()
    keys = hand.keyboard
    hand.root.focus()
    keys.press("a")
    keys.type("input")
    keys.press("Enter")
    expect(hand.block("input")).to_have_count(1)
    keys.press("Enter")
    expect(hand.root.get_by_label("shape", exact=True)).to_be_focused()
    keys.press("Control+a")
    keys.type("6")
    keys.press("Enter")
    expect(hand.foot("input")).to_contain_text("(?, 6)")
    keys.press("Escape")
    keys.press("a")
    keys.type("dense")
    keys.press("Enter")
    expect(hand.block("dense")).to_have_count(1)
    assert hand.wires == [("input", "dense")]  # added after what was selected
    keys.press("Enter")
    expect(hand.root.get_by_label("units")).to_be_focused()
    keys.press("Control+a")
    keys.type("2")
    keys.press("Enter")
    expect(hand.foot("dense")).to_contain_text("14")
    keys.press("Escape")
    keys.press("Delete")
    expect(hand.block("dense")).to_have_count(0)
    keys.press("Control+z")
    expect(hand.block("dense")).to_have_count(1)
    assert hand.python("builder.model.count_params()") == 14
    hand.tab_to("Save")
    keys.press("Enter")
    expect(hand.root.get_by_label("Save as")).to_be_focused()
    keys.press("Control+a")
    keys.type("by_keys")
    keys.press("Enter")
    expect(hand.root.get_by_role("dialog")).to_have_count(0)
    assert models.load_model(lab_folder / "by_keys.keras").count_params() == 14


def test_training_is_begun_and_stopped_by_keys_alone(hand):
    hand = hand(CLASSIFIER)
    keys = hand.keyboard
    hand.block("answer").focus()
    hand.tab_to("Training", "Tab")
    keys.press("Enter")
    expect(hand.root.get_by_label("x", exact=True)).to_have_value("x_train")
    hand.tab_to("epochs", "Tab")
    keys.press("Control+a")
    keys.type("100000")
    hand.tab_to("Train")
    keys.press("Enter")
    say = hand.root.locator(".vnn-say")
    expect(say).to_contain_text("of 100000")
    hand.tab_to("Stop and keep", "Tab")
    keys.press("Enter")
    expect(say).to_contain_text("Stopped · ")
    assert hand.python("builder.training['status']") == "done"


def test_the_op_graph_of_a_model_is_drawn_in_colours(notebook):
    draw, _ = CLASSIFIER.rsplit("\n", 1)
    show = "visualnn.show(builder.model)"
    train = "builder.model.compile('adam', 'sparse_categorical_crossentropy')"
    notebook = notebook(f"{draw}\n{show}", f"{train}\n{show}")
    notebook.run_all()
    cells = notebook.panel.locator(".jp-CodeCell")  # those out of sight are not drawn
    cells.nth(0).scroll_into_view_if_needed()
    forward = cells.nth(0).locator(".vnn-graph")
    expect(forward).to_contain_text("hidden")
    expect(forward.get_by_text("Backward", exact=True)).to_have_count(0)
    assert _ground(forward) > 180
    cells.nth(1).scroll_into_view_if_needed()
    training = cells.nth(1).locator(".vnn-graph")
    expect(training.get_by_text("Backward", exact=True)).not_to_have_count(0)
    assert _ground(training) > 180


def _ground(graph):
    """How light most of a graph's canvas is, once it is in the page."""
    graph.evaluate("() => new Promise((done) => requestAnimationFrame(() => done()))")
    return graph.locator("canvas").first.evaluate(MOST_USED)
