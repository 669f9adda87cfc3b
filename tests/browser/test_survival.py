"""What was drawn outlives a reload of the page and a restart of the kernel, wherever it is seen."""

import json
import time

import pytest
from playwright.sync_api import expect

from tests.browser import rig
from tests.browser.conftest import SETTINGS
from tests.browser.test_tabs import CODE, TAB, Seen


@pytest.fixture
def own(lab, browser):
    """A page of its own on the session's JupyterLab, as it will be reloaded."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, **SETTINGS)
    own = rig.Lab(lab.server, context.new_page())
    visit(own, "?reset&")  # a layout of its own as well
    yield own
    rig.Notebook.close(own)
    context.close()
    assert own.errors.taken() == []


def visit(lab, query="?"):
    """Loads the page, with its layout."""
    lab.page.goto(f"{lab.server.url}/lab/workspaces/survival{query}token={rig.TOKEN}")
    lab.page.wait_for_function("window.jupyterapp")
    lab.page.evaluate("() => jupyterapp.restored.then(() => null)")


def wait_for_layout(lab, name):
    """Returns when the layout of the page is kept by the server, with what has this name."""
    kept = """async () => {
      const { data } = await jupyterapp.serviceManager.workspaces.fetch("survival");
      return JSON.stringify(data["layout-restorer:data"] ?? "");
    }"""
    until(lab.page, lambda: name in lab.page.evaluate(kept))


def go_to(page, title):
    page.locator("#jp-main-dock-panel .lm-TabBar-tab", has_text=title).click()


def until(page, condition):
    """Returns when something outside the page has come true; looks once in a frame."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => done()))")


def test_a_drawing_outlives_reload_and_restart(own, lab_folder):
    book = own.open("survival.ipynb", CODE)
    book.run_all()
    page = own.page
    cell = Seen(page, book.panel.locator(".vnn-builder"))
    own.execute("visualnn:show-sidebar")
    cell.root.get_by_role("button", name="Open in a tab").click()
    tab = Seen(page, page.locator(TAB))
    tab.enter_units("hidden", 100)
    expect(tab.foot("hidden")).to_contain_text("700")
    page.evaluate(
        """async (name) => {
          await jupyterapp.commands.execute("docmanager:open", { path: name });
          await jupyterapp.commands.execute("docmanager:save");
        }""",
        book.name,
    )
    wait_for_layout(own, "visualnn-tabs:survival.ipynb")

    visit(own)
    go_to(page, "Model of survival")
    tab.block("hidden").wait_for()
    expect(tab.foot("hidden")).to_contain_text("700")
    go_to(page, "survival.ipynb")
    cell.block("hidden").wait_for()
    expect(cell.foot("hidden")).to_contain_text("700")
    side = page.locator(".vnn-sidebar")
    expect(side.locator("li.current")).to_contain_text("902 parameters")
    go_to(page, "Model of survival")
    tab.enter_units("hidden", 50)
    kept = lab_folder / ".visualnn/survival-twice.json"
    expect(tab.foot("hidden")).to_contain_text("350")

    def units():
        if not kept.exists():
            return None
        layers = json.loads(kept.read_text())["record"]["config"]["layers"]
        return {layer["config"]["name"]: layer["config"] for layer in layers}["hidden"]["units"]

    until(page, lambda: units() == 50)  # it is kept a moment after the edit

    go_to(page, "survival.ipynb")
    page.evaluate(
        """async () => {
          const { kernel } = jupyterapp.shell.currentWidget.context.sessionContext.session;
          await kernel.restart();
        }"""
    )
    book.run_all()
    cell.block("hidden").wait_for()
    expect(cell.foot("hidden")).to_contain_text("112")  # as the cell says, and what was is offered
    expect(cell.root.locator(".vnn-toast")).to_contain_text("look at Versions")
    cell.root.get_by_role("tab", name="Versions").click()
    cell.root.get_by_role("button", name="Go back to autosaved").first.click()
    expect(cell.foot("hidden")).to_contain_text("350")
    go_to(page, "Model of survival")
    tab.block("hidden").wait_for()
    expect(tab.foot("hidden")).to_contain_text("350")
