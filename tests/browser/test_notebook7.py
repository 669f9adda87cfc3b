"""Jupyter Notebook 7 loads the labextension, too: what has no place there is not offered."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser import rig
from tests.browser.builder_story import Hand
from tests.browser.conftest import SETTINGS
from tests.browser.test_files import save_small
from tests.browser.test_tabs import CODE


@pytest.fixture(scope="module")
def server(built, tmp_path_factory):
    with rig.notebook_server(tmp_path_factory.mktemp("seven")) as server:
        yield server


@pytest.fixture
def seven(server, browser):
    """Opens a page of the server; an error of ours in it fails the test."""
    context = browser.new_context(viewport={"width": 1300, "height": 900}, **SETTINGS)
    errors = []

    def watched(page):
        errors.append(rig.Errors(page))
        page.wait_for_function("window.jupyterapp", timeout=60_000)
        page.evaluate("() => jupyterapp.restored.then(() => null)")
        return page

    def visit(address):
        page = context.new_page()
        page.goto(f"{server.url}/{address}?token={rig.TOKEN}")
        return watched(page)

    visit.context, visit.watched = context, watched
    yield visit
    context.close()
    assert [found for each in errors for found in each.taken()] == []


def write_notebook(path, *cells):
    notebook = {
        "cells": [rig.code_cell(f"cell-{place}", cell) for place, cell in enumerate(cells)],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(notebook))


def test_a_builder_is_drawn_edited_and_seen_twice(server, seven):
    write_notebook(server.root / "twice.ipynb", CODE, "builder")
    page = seven("notebooks/twice.ipynb")
    page.evaluate(
        """async () => {
          const { sessionContext } = jupyterapp.shell.currentWidget.context;
          await sessionContext.ready;
          await sessionContext.session.kernel.info;
          await jupyterapp.commands.execute("notebook:run-all-cells");
        }"""
    )
    one, other = (Hand(page, page.locator(".vnn-builder").nth(place)) for place in (0, 1))
    one.block("answer").wait_for()
    other.block("answer").wait_for()
    served = "() => performance.getEntriesByType('resource').map((entry) => entry.name)"
    assert any("/visualnn/static/widget." in name for name in page.evaluate(served))
    assert page.get_by_role("button", name="Open in a tab").count() == 0
    one.click("hidden")
    field = one.root.locator(".vnn-inspector").get_by_label("units", exact=True)
    field.fill("100")
    field.press("Enter")
    expect(other.block("hidden").locator(".vnn-block-foot")).to_contain_text("700")
    ids = page.evaluate("() => jupyterapp.commands.listCommands()")
    assert "visualnn:new-model" in ids
    assert not {"visualnn:open-tab", "visualnn:show-sidebar"} & {*ids}


def test_a_double_click_shows_a_file_and_edit_opens_the_builder(server, seven):
    save_small(server.root / "small.keras")
    tree = seven("tree")
    with seven.context.expect_page() as opened:
        tree.locator(".jp-DirListing-item", has_text="small.keras").dblclick()
    page = seven.watched(opened.value)
    graph = page.locator(".visualnn-page .vnn-graph")
    graph.locator("canvas").first.wait_for()
    expect(graph).to_contain_text("answer")
    page.get_by_text("Edit", exact=True).locator("visible=true").last.click()
    builder = page.locator(".visualnn-page .vnn-builder")
    builder.locator("[data-block]").first.wait_for()
    assert builder.bounding_box()["height"] > 500


def test_a_new_model_is_begun_in_a_notebook_of_its_own(server, seven):
    tree = seven("tree")
    with seven.context.expect_page() as opened:
        tree.evaluate("() => { jupyterapp.commands.execute('visualnn:new-model'); }")
    page = seven.watched(opened.value)
    page.locator(".jp-CodeCell").get_by_text("visualnn.Builder()").wait_for()
    assert json.loads((server.root / "Untitled.ipynb").read_text())["cells"][0]["source"]
