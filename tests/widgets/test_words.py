"""Every sentence of the front end, and of Python behind it, is in the catalogue in German."""

import ast
import json
import re
from pathlib import Path

import pytest

from tests.front_end import WIDGETS
from tests.widgets import python_words
from visualnn import config
from visualnn.widgets.builder import Builder

SOURCES = WIDGETS / "src"
NOT_SHOWN = ("dev", "testing")
WORD = r'"((?:[^"\\]|\\.)*)"'
QUOTED = r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
KEYS = [  # where a sentence is named that the catalogue must have
    re.compile(rf"\b(?:t|later)\(\s*{WORD}"),
    re.compile(rf"\bseveral\(\s*[^\"]*?{WORD},\s*{WORD}"),
    re.compile(r'\bkey\(\s*"([^"]+)"'),
]
COUNTED = re.compile(r'\bcounted\([^"()]*(?:\([^()]*\)[^"()]*)*"([^"]+)"\)')
LITERALS = {  # where a sentence would be shown in English only
    "attribute": re.compile(
        r'\s(?:aria-label|title|placeholder|label|alt)="(?!width")([^"]*[a-z]{2}[^"]*)"'
    ),
    "said": re.compile(
        r'\b(?:say|toast)\(\s*["`]((?:[^"`$]|\$\{[^}]*\})*?(?<![{.\w])[a-z]{3}\b[^"`]*)["`]'
    ),
    "menu": re.compile(r'\blabel:\s*["`]([A-Z][^"`]*[a-z]{2}[^"`]*)["`]'),
    "text": re.compile(
        r">\s*((?!void\b|Esc\b|Enter\b)[A-Za-z]?[a-z]{2}[^<>{}=;()?|[\]]*)(?=</| <| \{)"
    ),
}


def sources():
    for path in sorted(SOURCES.rglob("*.ts*")):
        folders = path.relative_to(SOURCES).parts[:-1]
        if path.name.endswith(".test.ts") or set(NOT_SHOWN) & {*folders}:
            continue
        if path.name != "messages.ts" and not path.name.startswith("german"):
            yield path


def without_comments(text):
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"(^|\s)//[^\n]*", r"\1", text)


def catalogue():
    text = "".join(path.read_text() for path in sorted(SOURCES.glob("shared/german_*.ts")))
    entries = re.findall(rf"^  ({QUOTED}|\w+):\s*({QUOTED}),$", text, re.MULTILINE)
    return {ast.literal_eval(key) if key[0] in "\"'" else key: ast.literal_eval(said)
            for key, said in entries}  # fmt: skip


def keys():
    found = {}
    for path in sources():
        text = without_comments(path.read_text())
        for pattern in KEYS:
            for match in pattern.finditer(text):
                for key in match.groups():
                    found[json.loads(f'"{key}"')] = path.name
        for match in COUNTED.finditer(text):
            found |= {f"{{count}} {match[1]}{s}": path.name for s in ("", "s")}
    return found


def test_every_sentence_is_there_in_german():
    german = catalogue()
    assert {key: place for key, place in keys().items() if key not in german} == {}


def test_every_sentence_that_python_says_is_there_in_german():
    german, said = catalogue(), python_words.keys()
    assert {key: place for key, place in said.items() if key not in german} == {}
    assert len(said) > 700


def test_no_sentence_of_python_goes_past_the_catalogue():
    assert python_words.past_the_catalogue() == []


def test_no_translation_is_left_over():
    assert sorted(catalogue().keys() - keys().keys() - python_words.keys().keys()) == []


def test_translations_name_the_same_values():
    def values(text):
        return sorted(re.findall(r"\{(\w+)\}", text))

    wrong = {key: said for key, said in catalogue().items() if values(key) != values(said)}
    assert wrong == {}


@pytest.mark.parametrize("kind", LITERALS)
def test_no_sentence_goes_past_the_catalogue(kind):
    found = [
        f"{path.relative_to(SOURCES)}: {match[1]}"
        for path in sources()
        if kind != "text" or path.suffix == ".tsx"
        for match in LITERALS[kind].finditer(without_comments(path.read_text()))
    ]
    assert found == []


def test_the_language_is_chosen_by_the_session():
    assert Builder().language == ""
    config.set_language("de")
    try:
        assert Builder().language == config.language() == "de"
    finally:
        config.set_language("")
    with pytest.raises(ValueError, match="cannot be written in 'fr'"):
        config.set_language("fr")


def test_the_sources_are_found():
    assert Path(SOURCES, "builder/app.tsx") in list(sources())
