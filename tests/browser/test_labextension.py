"""How widgets get their bundle, how saved notebooks show models, and the launcher's card."""

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
    assert int(notebook.python("print(len(widget._esm))")) < 2500


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


def test_the_launcher_starts_a_notebook_with_a_builder(lab, notebook):
    notebook("1")  # whose closing ends the one that the launcher opens, too
    lab.execute("launcher:create")
    lab.page.get_by_role("button", name="New model").filter(visible=True).click()
    cell = lab.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").first
    cell.get_by_text("visualnn.Builder()").wait_for()
    cell.locator(".vnn").first.wait_for()
