"""How widgets get their bundle, how saved notebooks show models, and the launcher's card."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser import rig

WIDGET = """\
from visualnn.widgets.bundle import BundledWidget, mimebundle

class Nothing(BundledWidget):
    def _repr_mimebundle_(self, **_):
        return mimebundle(self, PICTURE, "a <picture>")

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><circle r="30"/></svg>'
widget = Nothing(kind="nothing")
widget"""

DRAWN = 'This visualnn bundle draws no "nothing"'  # what the bundle says of a kind it does not know


def loads(lab, part):
    """The addresses that the page has loaded from, as far as they contain ``part``."""
    script = "() => performance.getEntriesByType('resource').map((entry) => entry.name)"
    return [address for address in lab.page.evaluate(script) if part in address]


def test_many_widgets_load_one_bundle_from_the_labextension(lab, notebook):
    notebook = notebook(WIDGET, "Nothing(kind='nothing')", "widget")
    notebook.run_all()
    drawn = notebook.panel.get_by_text(DRAWN)
    drawn.nth(2).wait_for()
    assert drawn.count() == 3
    scripts = {address for address in loads(lab, "/visualnn/static/widget.") if ".js" in address}
    assert len(scripts) == 1
    assert int(notebook.python("print(len(widget._esm))")) < 3000


def test_a_kernel_of_another_version_sends_its_own_bundle(lab, notebook):
    other = """\
from visualnn.widgets import bundle
script, sheet = bundle.read_bundle()
bundle.read_bundle = lambda: (script.replace(b"draws no", b"of the kernel draws no"), sheet)
"""
    notebook = notebook(other + WIDGET, "Nothing(kind='nothing')")
    notebook.run_all()
    drawn = notebook.panel.get_by_text('This visualnn bundle of the kernel draws no "nothing"')
    drawn.nth(1).wait_for()
    assert all("404" in error for error in lab.errors.taken())


def test_a_bundle_that_is_not_built_says_how_to_build_it(notebook):
    missing = "from visualnn.widgets import bundle\nbundle.read_bundle = lambda: None\n"
    notebook = notebook(missing + WIDGET)
    notebook.run_all()
    notebook.panel.get_by_text("cd widgets && npm ci && npm run build").wait_for()


def test_the_picture_takes_the_place_of_a_widget_that_is_gone(notebook):
    notebook = notebook(WIDGET)
    notebook.run_all()
    notebook.panel.get_by_text(DRAWN).wait_for()
    picture = notebook.panel.locator("img.visualnn-snapshot")
    assert picture.count() == 0
    notebook.python("widget.close()")
    picture.wait_for()
    assert picture.bounding_box()["width"] == 90
    assert picture.get_attribute("alt") == "a <picture>"


def test_a_saved_notebook_shows_the_picture_without_trust(lab, notebook):
    harm = "<script>top.harm = 1</script><image href='x' onerror='top.harm = 1'/>"
    size = 'xmlns="http://www.w3.org/2000/svg" width="70" height="50"'
    data = {
        "application/vnd.visualnn.graph+json": {
            "version": 1,
            "svg": f"<svg {size}>{harm}<rect width='70' height='50'/></svg>",
            "text": "a model",
        },
        "application/vnd.jupyter.widget-view+json": {
            "version_major": 2,
            "version_minor": 0,
            "model_id": "of-another-day",
        },
        "text/plain": "a model",
    }
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    notebook = notebook(rig.code_cell("saved", "", [output]))
    picture = notebook.panel.locator("img.visualnn-snapshot")
    picture.wait_for()
    assert picture.bounding_box()["width"] == 70
    assert lab.page.evaluate("() => window.harm === undefined")


DRAWING = """\
import visualnn
builder = visualnn.Builder()
builder.add("Input", shape=(8,))
for number in range(24):
    builder.add("Dense", units=4)
    builder.connect(builder.view["blocks"][-2]["id"], builder.view["blocks"][-1]["id"])
builder"""


def test_a_saved_drawing_is_moved_and_enlarged_without_kernel_and_trust(lab, lab_folder, notebook):
    made = notebook(DRAWING)
    made.run_all()
    made.panel.locator(".vnn-builder").wait_for()
    lab.execute("docmanager:save")
    saved = json.loads((lab_folder / made.name).read_text())
    (output,) = saved["cells"][0]["outputs"]
    assert len(json.dumps(output)) < 10_000
    made.close()
    book = notebook(rig.code_cell("saved", "", [{**output, "output_type": "display_data"}]))
    pane = book.panel.locator(".visualnn-pane")
    image = pane.locator("img.visualnn-snapshot")
    image.wait_for()
    before, shown = image.bounding_box(), pane.bounding_box()
    assert before["height"] > 2 * shown["height"]
    assert shown["height"] <= 520
    middle = shown["x"] + 100, shown["y"] + 300
    book.page.mouse.move(*middle)
    book.page.mouse.down()
    book.page.mouse.move(middle[0], middle[1] - 200, steps=4)
    book.page.mouse.up()
    assert image.bounding_box()["y"] == before["y"] - 200
    pane.focus()
    book.page.keyboard.press("ArrowUp")
    assert image.bounding_box()["y"] == before["y"] - 152
    book.page.mouse.wheel(0, -400)
    assert image.bounding_box()["width"] > 2 * before["width"]
    book.page.keyboard.press("0")
    assert image.bounding_box() == before
    pane.hover()
    book.panel.get_by_role("button", name="Show all of it").click()
    assert image.bounding_box()["height"] <= shown["height"] + 1


def test_where_there_is_no_labextension_the_picture_scrolls_and_grows(lab, notebook):
    made = notebook(DRAWING)
    made.run_all()
    html = made.python("print(builder._repr_mimebundle_()[0]['text/html'])")
    made.close()
    output = {"output_type": "display_data", "data": {"text/html": html}, "metadata": {}}
    book = notebook(rig.code_cell("saved", "", [output]))
    image = book.panel.locator(".jp-RenderedHTML img")
    image.wait_for()
    width = image.bounding_box()["width"]
    box = image.locator("xpath=../..")
    scrolled = "(box) => { box.scrollTop = 300; return [box.scrollTop, box.clientHeight]; }"
    assert box.evaluate(scrolled) == [300, 720]
    box.evaluate("(box) => { box.scrollTop = 1e6; }")
    inner = image.locator("xpath=..").bounding_box()
    corner = inner["x"] + inner["width"] - 4, inner["y"] + inner["height"] - 4
    book.page.mouse.move(*corner)
    book.page.mouse.down()
    book.page.mouse.move(corner[0] + 150, corner[1], steps=4)
    book.page.mouse.up()
    assert image.bounding_box()["width"] == pytest.approx(width + 150, abs=8)


NOTE = """\
import visualnn
builder = visualnn.Builder()
builder.note("**Why** $w^2$ `$x$` <b onclick='top.harm = 1'>b</b> ![x](https://elsewhere.example/a)")
builder"""


def test_notes_are_written_by_jupyterlab_itself_and_stay_harmless(lab, notebook):
    asked = []
    lab.page.on("request", lambda request: asked.append(request.url))
    book = notebook(NOTE)
    book.run_all()
    note = book.panel.locator(".vnn-note-text")
    expect(note.locator("strong")).to_have_text("Why")
    expect(note.locator("mjx-container")).to_have_count(1)
    expect(note.locator("code")).to_have_text("$x$")
    assert note.locator("img, [onclick]").count() == 0
    assert [url for url in asked if "notes.js" in url or "elsewhere" in url] == []


def test_the_launcher_starts_a_notebook_with_a_builder(lab, notebook):
    notebook("1")  # whose closing ends the one that the launcher opens, too
    lab.execute("launcher:create")
    lab.page.get_by_role("button", name="New model").filter(visible=True).click()
    cell = lab.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").first
    cell.get_by_text("visualnn.Builder()").wait_for()
    cell.locator(".vnn").first.wait_for()
