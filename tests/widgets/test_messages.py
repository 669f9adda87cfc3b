"""What travels between Python and the browser is defined once, in Python."""

import json
import re

import pytest

from visualnn.builder.commands import COMMANDS
from visualnn.builder.palette import palette
from visualnn.builder.parsing import MessageError
from visualnn.widgets import messages
from visualnn.widgets.messages import REQUESTS, as_message, request_from, typescript


def test_the_typescript_file_is_up_to_date():
    assert messages.TYPESCRIPT.read_text() == typescript(), (
        "Run `python -m visualnn.widgets.messages`."
    )


def test_every_command_and_request_has_its_type():
    source = typescript()
    for name in COMMANDS:
        assert f'command: "{name}"' in source
    for name in REQUESTS:
        assert f'request: "{name}"' in source
    assert "unknown[]" not in source and "undefined" not in source


@pytest.mark.parametrize("request_class", REQUESTS.values())
def test_every_request_says_what_it_is_for(request_class):
    assert re.fullmatch(r"[A-Z].*\.", request_class.__doc__)


def test_types_of_python_have_names_in_typescript():
    source = typescript()
    assert "  parameters: number | null;" in source
    assert (
        "  positions: Record<string, [number, number]>" in source or "positions: Record" in source
    )
    assert '  inputs: "none" | "one" | "many";' in source
    assert "  commands: object[];" in source
    assert "  config: Record<string, unknown>;" in source
    assert "  inputs: [number, number][];" in source
    assert "  training: number[];" in source


def test_views_become_json():
    sent = as_message(palette())
    assert json.loads(json.dumps(sent, allow_nan=False)) == sent
    assert sent["families"][0].keys() == {"name", "glyph", "color", "color_dark"}


def test_a_message_is_a_request():
    assert request_from({"request": "copy", "blocks": ["a"]}) == messages.Copy(("a",))
    assert request_from({"request": "can_connect", "source": "a", "source_port": 1}) == (
        messages.CanConnect("a", 1)
    )


@pytest.mark.parametrize(
    "message, said",
    [
        ({}, "There is no request None."),
        ({"request": "sing"}, "There is no request 'sing'."),
        ({"request": "save"}, "Save needs the field path."),
        ({"request": "save", "path": 3}, "Save.path must be a text, but is 3."),
        ({"request": "undo", "twice": True}, "Undo has no field twice."),
        ({"request": "train", "setup": {"x": "x"}}, "TrainingSetup needs the field y,"),
    ],
)
def test_a_message_that_is_none_is_refused_in_words(message, said):
    with pytest.raises(MessageError, match=re.escape(said)):
        request_from(message)
