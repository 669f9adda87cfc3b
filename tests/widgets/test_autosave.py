"""Drawings outlive their kernel."""

import types

import pytest

from visualnn import Input, Sequential, layers
from visualnn.widgets import autosave
from visualnn.widgets.builder import KEPT, Builder


@pytest.fixture
def in_notebook(monkeypatch, tmp_path):
    """As if in a notebook in a folder; gives what restarts its kernel."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(autosave, "notebook", lambda: "lesson")
    monkeypatch.setattr(autosave, "_made", type(autosave._made)())
    return autosave._made.clear


def drawn(builder, kind="Dense"):
    builder.add("Input", shape=(4,), name="x")
    builder.add(kind, after="x", name="y")
    builder._autosave.write(builder.document)
    return builder


def greeted(builder, monkeypatch):
    said = []
    monkeypatch.setattr(builder, "send", lambda message, *_: said.append(message))
    builder._receive({"id": 1, "request": "show"})
    return [message["notify"] for message in said if "notify" in message]


def test_what_was_drawn_is_offered_after_a_restart(in_notebook, monkeypatch):
    drawn(Builder(name="mlp"))
    in_notebook()
    again = Builder(name="mlp")
    assert not again.document.calls, "nothing is put in place of what the cell makes"
    (name,) = again.snapshots
    assert name.startswith("autosaved ")
    assert greeted(again, monkeypatch) == [KEPT] and greeted(again, monkeypatch) == []
    again.restore_snapshot(name)
    assert set(again.document.names) == {"x", "y"}
    assert not again.document.retired or again.snapshots


def test_a_drawing_that_was_saved_is_not_offered(in_notebook, tmp_path):
    builder = drawn(Builder(name="mlp"))
    assert list((tmp_path / ".visualnn").glob("*.json"))
    builder.save("mlp.keras")
    assert not list((tmp_path / ".visualnn").glob("*.json"))
    in_notebook()
    assert not Builder(name="mlp").snapshots


def test_a_drawing_that_is_the_same_is_not_offered(in_notebook):
    model = Sequential([Input((4,), name="x"), layers.Dense(1, name="y")], name="mlp")
    builder = Builder(model)
    builder._autosave.write(builder.document)
    in_notebook()
    assert not Builder(model).snapshots


def test_builders_of_one_name_keep_their_own(in_notebook):
    drawn(Builder(), "Dense")
    drawn(Builder(), "LayerNormalization")
    in_notebook()
    kinds = []
    for builder in (Builder(), Builder()):
        (kept,) = builder.document.snapshots.values()
        kinds.append([record.class_name for record in kept.document.layers.values()][-1])
    assert kinds == ["Dense", "LayerNormalization"]


def test_edits_are_written_after_a_moment(in_notebook, monkeypatch, tmp_path):
    begun = []

    class Timer:
        def __init__(self, seconds, function, arguments):
            self.run = lambda: function(*arguments)
            self.cancelled = False
            begun.append(self)

        def start(self):
            pass

        def cancel(self):
            self.cancelled = True

    monkeypatch.setattr(autosave.threading, "Timer", Timer)
    builder = Builder(name="mlp")
    assert not begun, "what nobody drew is not kept"
    builder.add("Input", shape=(4,), name="x")
    builder.add("Dense", after="x", name="y")
    assert all(timer.cancelled for timer in begun[:-1]) and not begun[-1].cancelled
    begun[-1].run()
    assert "Dense" in next((tmp_path / ".visualnn").glob("*.json")).read_text()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"record": 1, "canvas": 2}', b"\xff\xfe"])
def test_damaged_files_offer_nothing(in_notebook, tmp_path, content):
    drawn(Builder(name="mlp"))
    (path,) = (tmp_path / ".visualnn").glob("*.json")
    path.write_bytes(content)
    in_notebook()
    assert not Builder(name="mlp").snapshots


def test_a_folder_that_cannot_be_written_to_is_left_alone(in_notebook, tmp_path):
    (tmp_path / ".visualnn").write_text("a file")
    builder = drawn(Builder(name="mlp"))
    assert builder._autosave.path is None


def test_programs_keep_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(autosave, "notebook", lambda: "")
    drawn(Builder(name="mlp"))
    assert not (tmp_path / ".visualnn").exists()


@pytest.mark.parametrize(("runs", "name"), [(False, ""), (True, "lesson 1")])
def test_a_shell_without_a_kernel_is_no_notebook(monkeypatch, runs, name):
    kernels = types.SimpleNamespace(IPKernelApp=types.SimpleNamespace(initialized=lambda: runs))
    monkeypatch.setitem(autosave.sys.modules, "ipykernel.kernelapp", kernels)
    monkeypatch.setenv("JPY_SESSION_NAME", "lessons/lesson 1.ipynb")
    assert autosave.notebook() == name
