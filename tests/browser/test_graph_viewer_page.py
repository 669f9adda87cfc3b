"""The op-graph viewer in a bare page, by a real mouse and by the keyboard."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

AUDIT = Path(__file__).with_name("audit.js").read_text()

FAMILIES = [
    {"name": "Core", "glyph": "▦", "color": "#0072b2", "color_dark": "#56a8de"},
    {"name": "Activation", "glyph": "∿", "color": "#4b9b4b", "color_dark": "#7cc47c"},
]
HELP = [
    {
        "op": "matmul",
        "formula": "matmul(a, b) = a @ b",
        "doc": "The matrix product of the last two axes.\n\n``a`` is (..., n, k).",
        "source": "def matmul(a, b):\n    return a @ b",
    }
]


class Recorder:
    """Writes down operations as Python sends them."""

    def __init__(self) -> None:
        self.ops: list[dict] = []

    def op(self, name: str, *inputs: int, shape: str = "?, 8", **more) -> int:
        number = len(self.ops)
        layer = name.split("/")[1] if name.startswith("mlp/") else ""
        family = {"hidden": "Core", "output": "Core", "relu": "Activation"}.get(layer, "")
        self.ops.append(
            {
                "id": number,
                "name": name,
                "op": name.rsplit("/", 1)[-1].rstrip("_0123456789"),
                "inputs": [[x, 0] for x in inputs],
                "outputs": [f"float32[{shape}]"],
                "phase": "forward",
                "layer": layer,
                "family": family,
                "forward": -1,
                "settings": {},
                "line": "",
            }
            | more
        )
        return number

    def graph(self, name: str, *outputs: int) -> dict:
        return {
            "name": name,
            "ops": self.ops,
            "outputs": [[x, 0] for x in outputs],
            "help": HELP,
            "families": FAMILIES,
        }


def training_step() -> dict:
    """Two dense layers with their loss, gradients and updates."""
    r = Recorder()
    x = r.op("x", shape="?, 4", phase="input", op="input")
    y = r.op("y", phase="input", op="input")
    kernel = r.op("hidden/kernel", shape="4, 8", phase="variable", op="variable")
    bias = r.op("hidden/bias", shape="8", phase="variable", op="variable")
    weights = r.op("output/kernel", shape="8, 8", phase="variable", op="variable")
    product = r.op("mlp/hidden/matmul", x, kernel, line="model.py:7", settings={"axis": "-1"})
    shifted = r.op("mlp/hidden/add", product, bias)
    active = r.op("mlp/relu/relu", shifted)
    result = r.op("mlp/output/matmul", active, weights)
    scaled = r.op("mlp/output/multiply", result, result)
    error = r.op("loss/subtract", scaled, y, phase="loss")
    loss = r.op("loss/mean", r.op("loss/square", error, phase="loss"), shape="", phase="loss")

    def backward(name: str, of: int, *inputs: int, shape: str = "?, 8") -> int:
        path = f"gradients/{r.ops[of]['name']}/{name}"
        forward = {key: r.ops[of][key] for key in ("layer", "family")}
        return r.op(path, *inputs, shape=shape, phase="backward", forward=of, **forward)

    slope = backward("multiply", error, loss, error)
    slope = backward("multiply", scaled, slope, result)
    of_weights = backward("matmul", result, active, slope, shape="8, 8")
    slope = backward("matmul_1", result, slope, weights)
    slope = backward("multiply", active, slope, shifted)
    of_bias = backward("sum", shifted, slope, shape="8")
    of_kernel = backward("matmul", product, x, slope, shape="4, 8")
    for variable, gradient in ((kernel, of_kernel), (bias, of_bias), (weights, of_weights)):
        path = f"sgd/{r.ops[variable]['name'].replace('/', '_')}"
        step = r.op(f"{path}/multiply", gradient, phase="update")
        r.op(f"{path}/subtract", variable, step, phase="update")
    return r.graph("train_step", loss)


def blocks(size: int) -> dict:
    """A chain of operations, ten to a block, ten blocks to a stage."""
    r = Recorder()
    last = r.op("x", phase="input", op="input")
    for i in range(size):
        last = r.op(f"net/stage{i // 100}/block{i // 10}/add_{i}", last)
    return r.graph("blocks", last)


class Viewer:
    """What a test sees and does."""

    def __init__(self, page: Page, widget: Locator) -> None:
        self.page = page
        self.root = widget.locator(".vnn-graph")
        self.canvas = widget.locator(".vnn-graph-canvas")
        self.tree = widget.get_by_role("tree")
        self.panel = widget.locator(".vnn-graph-panel")
        self.title = self.panel.locator("h3")
        self.search = widget.get_by_role("combobox")
        self.results = widget.get_by_role("option")
        self.canvas.wait_for()
        self.still()

    def row(self, name: str) -> Locator:
        """The row of an operation or scope in the outline, or of a lane."""
        rows = self.tree.get_by_role("treeitem")
        if name in ("Forward", "Backward", "Update"):
            return rows.filter(has=self.page.get_by_text(name, exact=True))
        return rows.and_(self.page.locator(f'[title="{name}"]'))

    def press(self, label: str) -> None:
        self.root.get_by_role("button", name=label, exact=True).click()

    def place(self, name: str) -> dict[str, float]:
        """Where an operation or a scope is drawn, or the closed scope around it."""
        self.still()
        place = self.root.evaluate("(root, name) => root.locate(name)", name)
        assert place, f"{name} is not drawn"
        return place

    def middle(self, name: str) -> tuple[float, float]:
        place = self.place(name)
        return place["x"] + place["width"] / 2, place["y"] + place["height"] / 2

    def click(self, name: str, times: int = 1) -> None:
        self.page.mouse.click(*self.middle(name), click_count=times)

    def still(self) -> None:
        """Returns when what was asked for is painted."""
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def picture(self) -> bytes:
        self.still()
        return self.canvas.screenshot()


@pytest.fixture
def viewer(bare) -> Viewer:
    """The training step, its layers closed."""
    viewer = Viewer(bare.page, bare.show("graph_viewer", graph=training_step()))
    viewer.press("Collapse all scopes")
    viewer.press("One level more")
    return viewer


def test_the_mouse_selects_opens_and_closes(viewer):
    viewer.click("mlp/hidden")
    expect(viewer.title).to_have_text("hidden")
    expect(viewer.panel).to_contain_text("hidden/kernel")
    closed = viewer.place("mlp/hidden")

    viewer.click("mlp/hidden", times=2)
    expect(viewer.row("mlp/hidden/matmul")).to_be_visible()
    opened = viewer.place("mlp/hidden")
    assert opened["height"] > 2 * closed["height"]
    assert opened["y"] == pytest.approx(closed["y"], abs=1.5)  # its top stays under the hand

    viewer.click("mlp/hidden/matmul")
    expect(viewer.title).to_have_text("matmul")
    viewer.page.mouse.click(opened["x"] + opened["width"] - 12, opened["y"] + 12)  # its button
    expect(viewer.row("mlp/hidden/matmul")).to_have_count(0)
    expect(viewer.title).to_have_text("hidden")  # the scope that closed over the selection

    viewer.page.mouse.click(viewer.place("mlp/hidden")["x"] - 100, viewer.middle("mlp/hidden")[1])
    expect(viewer.title).not_to_have_text("hidden")


def test_an_operation_is_explained(viewer):
    viewer.click("mlp/hidden", times=2)
    viewer.click("mlp/hidden/matmul")
    for words in (
        "matmul(a, b) = a @ b",
        "The matrix product of the last two axes.",
        "float32[?, 4]",
        "float32[4, 8]",
        "float32[?, 8]",
        "axis",
        "model.py:7",
        "return a @ b",
    ):
        expect(viewer.panel).to_contain_text(words)
    viewer.panel.get_by_role("button", name="hidden/kernel", exact=True).click()
    expect(viewer.title).to_have_text("kernel")
    expect(viewer.row("hidden/kernel")).to_have_attribute("aria-selected", "true")
    viewer.panel.get_by_role("button", name="mlp/hidden/matmul", exact=True).click()
    expect(viewer.title).to_have_text("matmul")


def test_a_layer_its_gradients_and_its_update_stand_in_one_row(viewer):
    forward = viewer.middle("mlp/hidden")
    backward = viewer.middle("gradients/mlp/hidden")
    update = viewer.middle("sgd/hidden_kernel")
    assert forward[1] == pytest.approx(backward[1], abs=1)
    assert forward[1] == pytest.approx(update[1], abs=1)
    assert forward[0] < backward[0] < update[0]
    # Forward flows down, the gradients flow up again.
    assert viewer.middle("mlp/output")[1] > forward[1]
    assert viewer.middle("gradients/mlp/output")[1] > backward[1]


def test_forward_leads_to_backward_and_back(viewer):
    viewer.click("mlp/hidden", times=2)
    viewer.click("mlp/hidden/matmul")
    name = "gradients/mlp/hidden/matmul/matmul"
    viewer.panel.get_by_role("button", name=name, exact=True).click()
    expect(viewer.panel).to_contain_text("Backward")
    expect(viewer.panel).to_contain_text("Belongs to the forward op")
    viewer.panel.get_by_role("button", name="mlp/hidden/matmul", exact=True).click()
    expect(viewer.panel.locator(".vnn-graph-path")).to_have_text("mlp/hidden/matmul")


def test_an_edge_tells_its_spec(viewer):
    place = viewer.place("mlp/hidden")
    viewer.page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] + 12)
    expect(viewer.title).to_have_text("Tensor")
    expect(viewer.panel).to_contain_text("float32[?, 8]")
    expect(viewer.panel).to_contain_text("mlp/hidden/add")


def test_phases_are_hidden_and_shown(viewer):
    toggle = viewer.root.get_by_role("button", name="Backward", exact=True)
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "false")
    expect(viewer.row("Backward")).to_have_count(0)
    toggle.click()
    expect(viewer.row("Backward")).to_be_visible()

    with_variables = viewer.picture()
    viewer.click("mlp/hidden", times=2)
    kernels = viewer.picture()
    assert kernels != with_variables
    viewer.press("Variables")
    assert viewer.picture() != kernels


def test_dragging_wheeling_and_zooming_move_the_drawing(viewer):
    page = viewer.page
    before = viewer.place("mlp/hidden")
    page.mouse.move(*viewer.middle("mlp/hidden"))
    page.mouse.down()
    page.mouse.move(before["x"] + 90, before["y"] + 70, steps=5)
    page.mouse.up()
    after = viewer.place("mlp/hidden")
    assert after["x"] > before["x"] + 20
    assert after["y"] > before["y"] + 20
    expect(viewer.title).to_have_text("train_step")  # a drag is no click

    page.mouse.wheel(0, 120)
    viewer.page.wait_for_function(
        "(y) => document.querySelector('.vnn-graph').locate('mlp/hidden').y < y - 60",
        arg=after["y"],
    )
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    viewer.page.wait_for_function(
        "(width) => document.querySelector('.vnn-graph').locate('mlp/hidden').width > 1.2 * width",
        arg=after["width"],
    )
    viewer.canvas.press("f")
    page.wait_for_function(
        """() => ['x', 'loss', 'sgd/hidden_kernel'].every((name) => {
             const place = document.querySelector('.vnn-graph').locate(name);
             const canvas = document.querySelector('.vnn-graph-canvas').getBoundingClientRect();
             return place.y > canvas.top && place.y + place.height < canvas.bottom;
           })"""
    )


def test_the_page_scrolls_on_while_the_viewer_has_no_focus(viewer):
    page = viewer.page
    page.evaluate(
        """() => {
          document.activeElement.blur();
          document.getElementById("widget").style.marginBottom = "2000px";
        }"""
    )
    before = viewer.place("mlp/hidden")
    page.mouse.move(*viewer.middle("mlp/hidden"))
    page.mouse.wheel(0, 150)
    page.wait_for_function("() => scrollY === 150")
    assert viewer.place("mlp/hidden")["y"] == pytest.approx(before["y"] - 150)


def test_the_keyboard_walks_along_the_edges(viewer):
    page = viewer.page
    viewer.canvas.focus()
    page.keyboard.press("Home")
    expect(viewer.title).to_have_text("x")
    page.keyboard.press("ArrowDown")
    expect(viewer.title).to_have_text("hidden")
    page.keyboard.press("Enter")
    expect(viewer.row("mlp/hidden/matmul")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(viewer.title).to_have_text("matmul")
    page.keyboard.press("ArrowLeft")
    expect(viewer.title).to_have_text("kernel")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(viewer.title).to_have_text("add")
    expect(viewer.root.get_by_role("status")).to_contain_text("gives float32[?, 8]")
    page.keyboard.press("Backspace")
    expect(viewer.title).to_have_text("hidden")
    page.keyboard.press("Alt+ArrowLeft")
    expect(viewer.title).to_have_text("add")
    page.keyboard.press("Escape")
    expect(viewer.title).to_have_text("train_step")


def test_the_outline_is_a_tree_for_the_keyboard(viewer):
    page = viewer.page
    viewer.tree.focus()
    page.keyboard.press("Home")
    expect(viewer.title).to_have_text("Forward")
    page.keyboard.press("ArrowLeft")
    expect(viewer.row("Forward")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowRight")
    expect(viewer.row("Forward")).to_have_attribute("aria-expanded", "true")
    page.keyboard.type("mlp")
    expect(viewer.title).to_have_text("mlp")
    page.keyboard.press("ArrowRight")
    expect(viewer.title).to_have_text("hidden")
    row = viewer.row("mlp/hidden")
    expect(row).to_have_attribute("aria-selected", "true")
    expect(row).to_have_attribute("aria-level", "3")
    active = viewer.tree.get_attribute("aria-activedescendant")
    assert active == row.get_attribute("id")
    page.keyboard.press("End")
    assert viewer.place("sgd/output_kernel")["y"] > 0


def test_search_finds_and_opens_what_is_hidden(viewer):
    page = viewer.page
    viewer.canvas.focus()
    page.keyboard.press("/")
    expect(viewer.search).to_be_focused()
    page.keyboard.type("op:matmul phase:forward")
    expect(viewer.results).to_have_count(2)
    closed = viewer.place("mlp/output/matmul")  # the scope stands for it
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(viewer.panel.locator(".vnn-graph-path")).to_have_text("mlp/output/matmul")
    assert viewer.place("mlp/output/matmul") != closed
    page.keyboard.press("Escape")
    expect(viewer.results).to_have_count(0)
    expect(viewer.row("mlp/output/matmul")).to_have_attribute("aria-selected", "true")

    viewer.canvas.focus()
    page.keyboard.press("Control+f")
    page.keyboard.type("shape:4,8")
    expect(viewer.results.first).to_be_visible()
    viewer.search.fill("zebra")
    expect(viewer.root).to_contain_text("Nothing matches “zebra”.")


def test_levels_expand_and_collapse_everything(viewer):
    level = viewer.root.locator(".vnn-graph-level")
    viewer.press("Expand all scopes")
    expect(level).to_have_text("Level 4 of 4")
    expect(viewer.row("loss/square")).to_be_visible()
    viewer.press("Collapse all scopes")
    expect(level).to_have_text("Level 1 of 4")
    expect(viewer.row("mlp/hidden")).to_have_count(0)
    viewer.press("One level more")
    expect(viewer.row("mlp/hidden")).to_be_visible()


def test_the_minimap_moves_the_view(bare):
    viewer = Viewer(bare.page, bare.show("graph_viewer", graph=blocks(300)))
    viewer.press("Expand all scopes")
    minimap = viewer.root.locator(".vnn-graph-minimap").bounding_box()
    before = viewer.place("x")["y"]
    x = minimap["x"] + minimap["width"] / 2
    bare.page.mouse.click(x, minimap["y"] + minimap["height"] * 0.9)
    assert viewer.place("x")["y"] < before - 1000


def test_five_thousand_operations_open_and_pan(bare):
    viewer = Viewer(bare.page, bare.show("graph_viewer", graph=blocks(5000)))
    viewer.press("Expand all scopes")
    level = viewer.root.locator(".vnn-graph-level")
    expect(level).to_have_text("Level 4 of 4")
    viewer.canvas.focus()
    bare.page.keyboard.press("f")
    expect(viewer.root.locator(".vnn-graph-zoom > span")).to_have_text("1 %")
    bare.page.keyboard.press("/")
    bare.page.keyboard.type("add_4321")
    bare.page.keyboard.press("Enter")
    expect(viewer.title).to_have_text("add_4321")
    place = viewer.place("net/stage43/block432/add_4321")
    assert place["height"] > 10  # large enough to be read


def test_narrow_the_sides_are_drawers(bare):
    bare.page.set_viewport_size({"width": 640, "height": 560})
    viewer = Viewer(bare.page, bare.show("graph_viewer", graph=training_step()))
    expect(viewer.tree).to_be_hidden()
    expect(viewer.panel).to_be_hidden()
    viewer.press("Outline and search")
    expect(viewer.search).to_be_focused()
    viewer.row("mlp/hidden").click()
    viewer.press("Details")
    expect(viewer.title).to_have_text("hidden")
    expect(viewer.tree).to_be_hidden()
    viewer.press("What to show")
    viewer.press("Update")
    viewer.press("Details")
    assert bare.page.evaluate("document.documentElement.scrollWidth") <= 640


def test_it_follows_the_theme(bare):
    widget = bare.show("graph_viewer", theme="dark", graph=training_step())
    viewer = Viewer(bare.page, widget)
    expect(viewer.root).to_have_attribute("data-theme", "dark")
    dark = viewer.picture()
    viewer = Viewer(bare.page, bare.show("graph_viewer", graph=training_step()))
    expect(viewer.root).to_have_attribute("data-theme", "light")
    light = viewer.picture()
    assert dark != light


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 950, 640])
def test_text_has_enough_contrast(bare, theme, width):
    bare.page.set_viewport_size({"width": width, "height": 620})
    viewer = Viewer(bare.page, bare.show("graph_viewer", theme=theme, graph=training_step()))
    expect(viewer.root).to_have_attribute("data-theme", theme)
    if width < 900:
        viewer.press("Details")
    viewer.press("Expand all scopes")
    viewer.canvas.focus()
    bare.page.keyboard.press("/")
    bare.page.keyboard.type("matmul")
    bare.page.keyboard.press("Enter")
    if width < 900:
        viewer.press("Details")
    expect(viewer.title).to_have_text("matmul")
    # Long names end in an ellipsis and are whole in the panel: only contrast is looked at.
    faults = viewer.root.evaluate(AUDIT)
    assert [fault for fault in faults if fault.startswith("contrast")] == []


def test_it_waits_explains_and_draws(bare):
    widget = bare.show("graph_viewer", graph=None)
    expect(widget).to_contain_text("Waiting for the graph")
    bare.assign(graph=Recorder().graph("empty"))
    expect(widget).to_contain_text("This graph has no operations.")
    bare.assign(graph=training_step())
    expect(widget.get_by_role("tree")).to_be_visible()
    bare.close()
    expect(widget.locator(".vnn-graph")).to_have_count(0)


MODEL = """
import visualnn
from visualnn import layers

x = layers.Input((4,), name="flower")
y = layers.Dense(3, activation="softmax", name="species")(x)
model = visualnn.Model(x, y, name="iris")
model.compile("sgd", "categorical_crossentropy")
visualnn.show(model)
"""


def test_a_model_is_shown_in_jupyterlab_and_keys_stay_in_the_viewer(notebook):
    notebook = notebook(MODEL, "'another cell'")
    notebook.run_all()
    viewer = Viewer(notebook.page, notebook.panel)
    expect(viewer.title).to_have_text("train_step")
    viewer.press("Expand all scopes")
    viewer.click("iris/species/matmul")
    expect(viewer.panel).to_contain_text("float32[4, 3]")
    for key in ("d", "d", "a", "b", "x"):  # JupyterLab's keys for deleting and adding cells
        notebook.page.keyboard.press(key)
    cells = "() => jupyterapp.shell.currentWidget.content.widgets.length"
    assert notebook.page.evaluate(cells) == 2
    notebook.page.keyboard.press("ArrowDown")
    expect(viewer.panel.locator(".vnn-graph-path")).to_have_text("iris/species/add")
    notebook.page.keyboard.press("Escape")
    notebook.page.keyboard.press("Escape")  # back to the notebook
    notebook.page.keyboard.press("b")
    notebook.page.wait_for_function(f"() => ({cells})() === 3")


def test_between_wide_and_narrow_the_outline_is_a_drawer(bare):
    bare.page.set_viewport_size({"width": 950, "height": 600})
    viewer = Viewer(bare.page, bare.show("graph_viewer", graph=training_step()))
    expect(viewer.panel).to_be_visible()
    expect(viewer.tree).to_be_hidden()
    viewer.press("What to show")
    viewer.press("Links")
    viewer.canvas.focus()
    bare.page.keyboard.press("/")
    expect(viewer.search).to_be_focused()
    for label in ("Expand all scopes", "Details"):  # the bar is not cut off
        box = viewer.root.get_by_role("button", name=label, exact=True).bounding_box()
        assert box["x"] + box["width"] <= 950
