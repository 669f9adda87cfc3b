"""Pages without our labextension, such as those of VS Code and Colab: the kernel sends the bundle.

The page is a JupyterLab that has the front ends of Jupyter's widgets and of anywidget, and no more.
"""

import os

import pytest
from playwright.sync_api import expect

from tests.browser import rig
from tests.browser.builder_story import Hand
from tests.browser.conftest import SETTINGS
from tests.browser.test_dashboard import MODEL, WAITING

BUILDER = """\
import visualnn

builder = visualnn.Builder(name="abroad")
builder.add("Input", name="numbers", shape=(3,))
builder.add("Dense", name="answer", units=1, after="numbers")
builder.note("**Why** $w^2$", at=(300, 0))
builder"""


@pytest.fixture(scope="module")
def abroad(built, browser, tmp_path_factory):
    """A page of a JupyterLab that knows nothing of visualnn."""
    with rig.foreign_server(tmp_path_factory.mktemp("abroad")) as server:
        context = browser.new_context(viewport={"width": 1400, "height": 900}, **SETTINGS)
        yield rig.Lab(server, context.new_page())
        context.close()


@pytest.fixture
def notebook(abroad):
    """Opens a notebook of cells there."""
    opened = []

    def begin(name, *cells):
        opened.append(abroad.open(name, *cells))
        return opened[-1]

    yield begin
    for each in opened:
        each.close()
    assert [error for error in abroad.errors.taken() if "404" not in error] == []


def bundles(lab):
    """How many bundles the page has made of what kernels have sent."""
    return lab.page.evaluate("() => visualnnBundles.size")


def test_builders_and_graphs_come_from_the_kernel_and_are_edited(abroad, notebook):
    book = notebook("builder.ipynb", BUILDER, "builder", "visualnn.show(builder.model)")
    book.run_all()
    views = book.panel.locator(".vnn-builder")
    first, second = (Hand(book.page, views.nth(place)) for place in (0, 1))
    first.block("answer").wait_for()
    second.block("answer").wait_for()
    assert bundles(abroad) == 1
    note = first.root.locator(".vnn-note-text")
    expect(note.locator("strong")).to_have_text("Why")
    expect(note.locator("math")).to_have_count(1)  # by the writer, which the kernel has sent, too
    assert first.root.get_by_role("button", name="Open in a tab").count() == 0
    first.click("answer")
    field = first.root.locator(".vnn-inspector").get_by_label("units", exact=True)
    field.fill("5")
    field.press("Enter")
    for view in (first, second):
        expect(view.block("answer").locator(".vnn-block-foot")).to_contain_text("20")
    graph = book.panel.locator(".vnn-graph").first
    graph.scroll_into_view_if_needed()
    expect(graph).to_contain_text("answer")
    first.root.evaluate("(root) => root.scrollIntoView()")
    book.python("import numpy as np; x, y = np.ones((8, 3)), np.ones((8, 5))")
    first.root.get_by_role("tab", name="Training").click()
    first.root.get_by_label("epochs").fill("2")
    transport = first.root.locator(".vnn-transport")
    transport.get_by_role("button", name="Train").click()
    expect(first.root.locator(".vnn-say").first).to_contain_text("Done · 2 of 2 epochs")


def test_a_reloaded_page_gets_everything_again(abroad, notebook):
    book = notebook("again.ipynb", BUILDER, "builder")
    book.run_all()
    book.panel.locator('[data-block="answer"]').first.wait_for()
    book.python("builder.configure('answer', units=7)")
    abroad.execute("docmanager:save")
    page = abroad.page
    page.goto(f"{abroad.server.url}/lab/tree/again.ipynb?token={rig.TOKEN}")
    page.wait_for_function("window.jupyterapp")
    page.evaluate("() => jupyterapp.restored.then(() => null)")
    feet = page.locator('[data-block="answer"] .vnn-block-foot')
    expect(feet).to_have_count(2, timeout=30_000)
    for place in (0, 1):
        expect(feet.nth(place)).to_contain_text("28")
    assert bundles(abroad) == 1


def test_the_first_curves_grow_while_fit_keeps_the_kernel_busy(abroad, notebook):
    gate = abroad.server.root / "go"
    os.mkfifo(gate)
    book = notebook("curves.ipynb", MODEL, WAITING, "history.model and 1")
    abroad.page.evaluate("() => { globalThis.visualnnBundles?.clear(); }")
    book.run_all(wait=False)
    say = book.panel.locator(".vnn-dashboard .vnn-say")
    expect(say).to_contain_text("Epoch 1 of 3", timeout=30_000)
    expect(book.panel.locator(".vnn-dashboard .vnn-chart")).to_have_count(2)
    gate.write_text("")
    expect(say).to_contain_text("Done · 3 of 3 epochs")
    book.wait_for_python("len(history.history['loss']) == 3")
    gate.unlink()
