"""What a builder sends the browser: its drawing once, and then what edits change of it."""

import json
import zlib

import pytest

from tests.widgets.browser import FakeBrowser
from visualnn.builder.sentences import taken_apart
from visualnn.widgets.builder import Builder


@pytest.fixture
def browser():
    return FakeBrowser(Builder())


def drawn(browser):
    """A small classifier, as a user would draw it."""
    browser.do(command="Add", kind="Input", config={"shape": [8, 8, 1]})
    browser.do(command="Add", kind="Flatten", y=120, after="input")
    browser.do(command="Add", kind="Dense", y=240, config={"units": 3}, after="flatten")


def test_an_edit_sends_what_it_changed(browser):
    drawn(browser)
    assert len(sent_changes(browser)) == 3
    browser.do(command="Move", positions={"dense": [5, 5]})
    assert len(sent_changes(browser)) == 4
    assert sent_changes(browser)[-1]["blocks"] == [{"id": "dense", "x": 5, "y": 5}]
    browser.do(command="Move", positions={"dense": [5, 5]})
    assert len(sent_changes(browser)) == 4


def test_what_the_browser_is_sent_adds_up(browser):
    shown = browser.do(request="show")
    drawn(browser)
    for message in browser.heard:
        if change := message.get("changes"):
            assert change["since"] == shown["serial"]
            shown = {"serial": change["serial"], "view": applied(shown["view"], change["view"])}
    assert shown["view"] == json.loads(json.dumps(browser.widget.view))
    assert browser.do(request="show")["serial"] == shown["serial"]


def test_a_widget_comes_with_its_drawing_packed(browser):
    drawn(browser)
    state = browser.widget.get_state()
    start = json.loads(zlib.decompress(state["start"]))
    assert start["view"] == json.loads(json.dumps(taken_apart(browser.widget.view)))
    assert len(state["start"]) < 3000
    assert not {"view", "palette"} & state.keys()


def sent_changes(browser):
    return [message["changes"]["view"] for message in browser.heard if "changes" in message]


def applied(view, changes):
    """The drawing after changes, as ``widgets/src/shared/changes.ts`` finds it."""
    result = {**view, **changes["fields"]}
    for name, order in (("blocks", "block_order"), ("wires", "wire_order")):
        items = {item["id"]: item for item in view[name] if item["id"] not in changes["gone"]}
        for change in changes[name]:
            items[change["id"]] = {**items.get(change["id"], {}), **change}
        result[name] = [items[key] for key in changes[order] or items]
    return result
