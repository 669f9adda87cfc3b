"""The op-graph viewer in a bare page, by a real mouse."""

import pytest
from playwright.sync_api import expect

from tests.browser.graph_viewer_story import Viewer, blocks


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


def test_the_minimap_moves_the_view(bare):
    viewer = Viewer(bare.page, bare.show("graph_viewer", graph=blocks(300)))
    viewer.press("Expand all scopes")
    minimap = viewer.root.locator(".vnn-graph-minimap").bounding_box()
    before = viewer.place("x")["y"]
    x = minimap["x"] + minimap["width"] / 2
    bare.page.mouse.click(x, minimap["y"] + minimap["height"] * 0.9)
    assert viewer.place("x")["y"] < before - 1000
