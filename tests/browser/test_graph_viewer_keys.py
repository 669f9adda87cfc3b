"""The op-graph viewer by the keyboard alone: along the edges, in the outline, in the search."""

from playwright.sync_api import expect

from tests.browser.graph_viewer_story import Viewer, blocks


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
