"""The builder in a real notebook: JupyterLab's own keys stay away from it."""

import pytest
from playwright.sync_api import expect

CODE = """
import visualnn
builder = visualnn.Builder()
builder.add("Input", shape=(8,))
builder.add("Dense", units=4, after="input")
builder"""

LAB_KEYS = ("d", "d", "a", "b", "c", "v", "x", "l", "m", "y", "z", "ArrowUp", "ArrowDown", "j", "k")
CELLS = """() => {
  const { model, activeCellIndex } = jupyterapp.shell.currentWidget.content;
  const cells = [...model.cells].map((cell) => [cell.type, cell.sharedModel.getSource()]);
  return JSON.stringify([activeCellIndex, cells]);
}"""


@pytest.mark.parametrize("place", ["block", "pane", "palette", "inspector", "dock", "button"])
def test_keys_of_the_notebook_stay_away(notebook, place):
    notebook = notebook("'before'", CODE, "'after'")
    notebook.run_all()
    page, root = notebook.page, notebook.panel.locator(".vnn-builder")
    root.locator('[data-block="dense"]').wait_for()
    root.locator('[data-block="dense"]').click(position={"x": 60, "y": 14})
    if place == "pane":
        root.locator(".react-flow__pane").click(position={"x": 30, "y": 120})
    elif place == "palette":
        root.locator(".vnn-palette-list").focus()
        root.locator('.vnn-palette [role="option"]').first.focus()
    elif place == "inspector":
        root.get_by_label("units").focus()
    elif place == "dock":
        root.locator(".vnn-dock").get_by_role("tab", name="Code").click()
    elif place == "button":
        root.get_by_role("button", name="Fit").first.click()
    before = page.evaluate(CELLS)
    for key in LAB_KEYS:
        page.keyboard.press(key)
        page.keyboard.press("Escape") if key in "ac" and place != "inspector" else None
    assert page.evaluate(CELLS) == before
    root.locator('[data-block="input"]').click(position={"x": 60, "y": 14})
    for key in ("Delete", "Shift+Enter", "Control+Enter", "Alt+Enter"):
        page.keyboard.press(key)
    assert page.evaluate(CELLS) == before
    expect(root.locator('[data-block="input"]')).to_have_count(0)


def test_blocks_and_their_operations_are_selected_together(notebook):
    notebook = notebook(CODE)
    notebook.run_all()
    root = notebook.panel.locator(".vnn-builder")
    root.get_by_role("tab", name="Op graph").click()
    graph = root.locator(".vnn-graph")
    graph.locator("canvas").first.wait_for()
    root.locator('[data-block="dense"]').click(position={"x": 60, "y": 14})
    title = graph.locator(".vnn-graph-panel h3")
    expect(title).to_have_text("model/dense")  # one scope, as it is alone
    notebook.page.keyboard.press("Escape")
    expect(root.locator(".vnn-block.selected")).to_have_count(0)
    graph.locator(".vnn-graph-canvas").focus()
    notebook.page.keyboard.press("Escape")  # nothing is selected there, either
    notebook.page.keyboard.press("Home")
    notebook.page.keyboard.press("ArrowDown")
    expect(root.locator(".vnn-block.selected")).to_have_attribute("data-block", "dense")
