"""Parameters that follow the notebook's variables whenever a cell has run."""

import gc
import weakref

import IPython
import pytest
from IPython.core.interactiveshell import InteractiveShell

from visualnn.widgets.builder import Builder


@pytest.fixture
def shell(monkeypatch):
    """A notebook's Python."""
    made = InteractiveShell()
    monkeypatch.setattr(IPython, "get_ipython", lambda: made)
    yield made
    made.history_manager.end_session()


def builder_following(shell, **variables):
    shell.user_ns.update(variables)
    builder = Builder()
    builder.add("Input", shape=(4,))
    builder.add("Dense", after="input")
    builder.bind("width")
    builder.configure("dense", units="2 * width")
    return builder


def test_a_cell_that_changes_a_variable_changes_the_drawing(shell):
    builder = builder_following(shell, width=3)
    shell.run_cell("width = 7")
    assert builder.document.layers["dense"].config["units"] == 14
    builder.undo()
    assert builder.document.layers["dense"].config["units"] == 6
    shell.run_cell("del width")
    assert builder.parameters == {"width": 3}


def test_what_is_no_number_is_said_once(shell):
    builder = builder_following(shell, width=3)
    said = []
    builder._notify = lambda sentence, level: said.append(sentence)
    shell.run_cell("width = 'wide'")
    shell.run_cell("x = 1")
    assert said == ["The variable width is no number, but str."]
    with pytest.raises(ValueError, match="no number"):
        builder.refresh()
    shell.run_cell("width = 5")
    assert builder.parameters == {"width": 5}


def test_nobody_is_kept_alive_for_the_cells(shell):
    builder = builder_following(shell, width=3)
    gone = weakref.ref(builder)
    builder.close()
    del builder
    gc.collect()
    shell.run_cell("width = 9")
    gc.collect()
    assert gone() is None
