"""One builder seen in several places: twice in a notebook, in a tab of its own, in the sidebar."""

import pytest
from playwright.sync_api import expect

from tests.browser.builder_story import Hand

CODE = """\
import visualnn

builder = visualnn.Builder(name="twice")
builder.add("Input", name="numbers", shape=(6,))
builder.add("Dense", name="hidden", units=16, after="numbers")
builder.add("Dense", name="answer", units=2, after="hidden")
builder"""
TAB = ".visualnn-tab .vnn-builder"


class Seen(Hand):
    """One of the views of a builder."""

    def __init__(self, page, root):
        super().__init__(page, root)
        root.locator('[data-block="answer"]').wait_for()

    def foot(self, name):
        return self.block(name).locator(".vnn-block-foot")

    def enter_units(self, name, units):
        self.click(name)
        field = self.root.locator(".vnn-inspector").get_by_label("units", exact=True)
        field.fill(str(units))
        field.press("Enter")

    @property
    def selected(self):
        found = self.root.locator(".vnn-block.selected")
        return [each.get_attribute("data-block") for each in found.all()]


@pytest.fixture
def opened(notebook):
    """A notebook that shows a builder, and that view of it."""

    def begin(*cells):
        book = notebook(*(cells or (CODE,)))
        book.run_all()
        book.panel.locator(TAB.split()[1]).first.wait_for()
        return book, Seen(book.page, book.panel.locator(".vnn-builder").first)

    return begin


def place(page):
    """What is on the screen: the id of the current widget of JupyterLab."""
    return page.evaluate("() => jupyterapp.shell.currentWidget.id")


def in_tab(book, view):
    """Opens the tab of a view by its button."""
    view.root.get_by_role("button", name="Open in a tab").click()
    book.page.locator(TAB).wait_for()
    return Seen(book.page, book.page.locator(TAB))


def test_two_views_in_a_notebook_are_in_step(opened):
    book, one = opened(CODE, "builder")
    other = Seen(book.page, book.panel.locator(".vnn-builder").nth(1))
    book.page.evaluate("() => { window.count = 0; }")
    one.enter_units("hidden", 100)
    expect(other.foot("hidden")).to_contain_text("700")
    assert other.selected == []  # what is selected is each view's own
    other.enter_units("answer", 5)
    expect(one.foot("answer")).to_contain_text("505")
    assert (one.selected, other.selected) == (["hidden"], ["answer"])
    serial = int(book.python("print(builder._serial)"))
    book.page.evaluate("() => new Promise((done) => setTimeout(done, 0))")
    assert int(book.python("print(builder._serial)")) == serial  # nothing echoes
    other.root.locator(".vnn-canvas").focus()
    other.keyboard.press("Control+z")  # what was done last, wherever
    expect(one.foot("answer")).to_contain_text("202")
    one.root.locator(".vnn-canvas").focus()
    one.keyboard.press("Control+z")
    expect(other.foot("hidden")).to_contain_text("112")
    expect(one.foot("hidden")).to_contain_text("112")
    one.click("answer")
    one.keyboard.press("Delete")
    expect(other.block("answer")).to_have_count(0)
    other.root.locator(".vnn-canvas").focus()
    other.keyboard.press("Control+z")
    expect(one.block("answer")).to_have_count(1)


def test_a_tab_shows_the_builder_of_a_cell_and_survives_it(opened, lab):
    book, cell = opened()
    notebook = place(book.page)
    tab = in_tab(book, cell)
    assert tab.root.bounding_box()["height"] > 600  # it fills its tab
    assert tab.root.get_by_role("button", name="Open in a tab").count() == 0
    tab.enter_units("hidden", 100)
    book.page.evaluate("(id) => jupyterapp.shell.activateById(id)", notebook)
    expect(cell.foot("hidden")).to_contain_text("700")
    cell.enter_units("hidden", 10)
    cell.root.get_by_role("button", name="Open in a tab").click()  # shows the one that is there
    expect(tab.foot("hidden")).to_contain_text("70")
    assert book.page.locator(TAB).count() == 1
    book.page.evaluate("(id) => jupyterapp.shell.activateById(id)", notebook)
    lab.execute("notebook:clear-all-cell-outputs")
    expect(cell.root).to_have_count(0)
    book.python("builder.configure('hidden', units=20)")
    expect(tab.foot("hidden")).to_contain_text("140")
    book.run_all()  # the cell makes another model: the tab goes on with that
    expect(tab.foot("hidden")).to_contain_text("112")
    expect(cell.foot("hidden")).to_contain_text("112")
    lab.execute("visualnn:open-tab")  # the palette's command, for the active cell
    tab.enter_units("hidden", 30)
    lab.execute("application:close")
    expect(tab.root).to_have_count(0)
    expect(cell.foot("hidden")).to_contain_text("210")


def test_the_sidebar_lists_what_is_open_and_its_outline(opened, lab, lab_folder):
    (lab_folder / "of the sidebar.keras").write_bytes(b"")
    book, cell = opened()
    lab.execute("visualnn:show-sidebar")
    side = book.page.locator(".vnn-sidebar")
    row = side.locator("li.current button.vnn-sidebar-row")
    expect(row).to_contain_text("twice")
    expect(row).to_contain_text("3 blocks")
    expect(row).to_contain_text(book.name)
    outline = side.get_by_role("tree")
    outline.get_by_role("treeitem", name="hidden").click()
    expect(cell.root.locator(".vnn-block.selected")).to_have_attribute("data-block", "hidden")
    book.page.keyboard.press("Delete")  # the keys of the canvas work there, too
    expect(cell.block("hidden")).to_have_count(0)
    expect(outline.get_by_role("treeitem")).to_have_count(2)
    book.page.keyboard.press("Control+z")
    expect(cell.block("hidden")).to_have_count(1)
    cell.click("answer")
    expect(outline.get_by_role("treeitem", name="answer")).to_have_attribute(
        "aria-selected", "true"
    )
    lab.execute("filebrowser:refresh")
    expect(side.get_by_role("button", name="of the sidebar.keras")).to_be_visible()
    side.locator("li.current").get_by_role("button", name="Open in a tab").click()
    tab = Seen(book.page, book.page.locator(TAB))
    assert side.locator("li.current").count() == 1  # two views, one model
    expect(row).to_contain_text("twice")
    tab.enter_units("answer", 7)
    lab.execute("application:close")
    expect(row).to_contain_text("231 parameters")
    lab.execute("application:toggle-left-area")
