import base64
import hashlib
import json
import re
import struct
import subprocess
import sys
import zlib

import pytest

from visualnn.widgets import bundle

SCRIPT, SHEET = b"export default {};", b".vnn { color: red }"


@pytest.fixture
def static(tmp_path, monkeypatch):
    """A folder for the bundle, empty at first."""
    monkeypatch.setattr(bundle, "STATIC", tmp_path)
    return tmp_path


@pytest.fixture
def built(static):
    (static / "widget.js").write_bytes(SCRIPT)
    (static / "widget.css").write_bytes(SHEET)
    return static


@pytest.fixture
def sent(monkeypatch):
    """What widgets send to the browser."""
    messages = []
    monkeypatch.setattr(
        bundle.BundledWidget,
        "send",
        lambda self, content, buffers=None: messages.append((content, buffers)),
    )
    return messages


def test_a_widget_carries_a_stub_with_the_version_of_the_bundle(built):
    widget = bundle.BundledWidget(kind="builder")
    version = hashlib.sha256(SCRIPT + SHEET).hexdigest()[:12]
    assert f'"{version}"' in widget._esm
    assert len(widget._esm) < 3000
    assert widget.get_state()["kind"] == "builder"


def test_a_rebuilt_bundle_has_another_version(built):
    before = bundle.stub()
    (built / "widget.css").write_text(".vnn { color: blue }")
    assert bundle.stub() != before


@pytest.mark.parametrize("missing", [("widget.js",), ("widget.css",), ("widget.js", "widget.css")])
def test_a_bundle_that_is_not_built_gives_a_message_with_the_fix(built, missing):
    for name in missing:
        (built / name).unlink()
    assert bundle.read_bundle() is None
    assert json.dumps(bundle.NOT_BUILT) in bundle.BundledWidget()._esm
    assert "npm run build" in bundle.NOT_BUILT


def test_the_kernel_answers_the_stubs_request(built, sent):
    widget = bundle.BundledWidget(kind="builder")
    widget._handle_custom_msg({"request": "bundle"}, [])
    assert sent == [({"bundle": "builder"}, [SCRIPT, SHEET])]


def test_a_busy_kernel_encloses_the_bundle_unless_the_server_has_it(built, sent, monkeypatch):
    monkeypatch.setattr(bundle, "_is_served", False)
    whole = zlib.decompress(bundle.enclosed())
    assert whole == struct.pack(">I", len(SCRIPT)) + SCRIPT + SHEET
    widget = bundle.BundledWidget(kind="builder")
    widget._handle_custom_msg({"request": "served"}, [])
    assert bundle.enclosed() == b""
    widget._handle_custom_msg({"request": "bundle"}, [])  # another page, which has no server
    assert bundle.enclosed() != b""


def test_the_kernel_gives_the_writer_of_notes(built, sent):
    (built / "notes.js").write_bytes(b"export {};")
    bundle.BundledWidget(kind="builder")._handle_custom_msg({"request": "notes"}, [])
    assert sent == [({"notes": "builder"}, [b"export {};"])]


def test_other_messages_reach_the_widgets_own_callbacks(built, sent):
    widget = bundle.BundledWidget(kind="builder")
    heard = []
    widget.on_msg(lambda _, content, buffers: heard.append(content))
    for message in ({"request": "undo", "id": 1}, "text", ["bundle"]):
        widget._handle_custom_msg(message, [])
    assert heard == [{"request": "undo", "id": 1}, "text", ["bundle"]]
    assert sent == []


def test_what_a_notebook_keeps_is_small_and_escaped(built):
    widget = bundle.BundledWidget(kind="builder")
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><text>é</text></svg>'
    data = bundle.mimebundle(widget, svg, 'a "model" <b>')
    assert data[bundle.GRAPH_TYPE] == {"version": 2, "text": 'a "model" <b>'}
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == widget.model_id
    assert 'alt="a &quot;model&quot; &lt;b&gt;"' in data["text/html"]
    picture = data["text/html"].split("base64,")[1].split('"')[0]
    assert base64.b64decode(picture).decode() == svg
    assert data["text/plain"] == 'a "model" <b>'
    assert len(json.dumps(data)) < 1000


def test_a_pannable_picture_scrolls_and_grows_without_a_script(built):
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="3000"></svg>'
    data = bundle.mimebundle(bundle.BundledWidget(kind="builder"), svg, "a model", pannable=True)
    shown = data["text/html"]
    assert shown.startswith('<div style="overflow:auto;max-height:')
    assert 'style="resize:both;overflow:hidden;width:900px"' in shown
    assert not re.search(r"<(script|style)|\bon\w+=", shown)


def test_a_missing_anywidget_is_named():
    script = "import sys; sys.modules['anywidget'] = None; import visualnn.widgets.bundle"
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert "pip install anywidget" in run.stderr
