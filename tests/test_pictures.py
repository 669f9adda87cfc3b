"""The README's pictures are there, and small; ``docs/make_pictures.py`` makes them."""

import re

import pytest

from tests import front_end

DOCS = front_end.REPOSITORY / "docs"
PICTURES = sorted(DOCS.glob("*.png"))


def test_the_readme_shows_pictures_that_exist():
    text = (front_end.REPOSITORY / "README.md").read_text()
    shown = re.findall(r'(?:src|srcset)="([^"]+)"', text)
    assert shown
    assert all((front_end.REPOSITORY / path).is_file() for path in shown)


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_pictures_are_small_and_made_by_the_script(path):
    assert path.stat().st_size < 300_000
    name = path.stem.replace("light", "{theme}").replace("dark", "{theme}")
    assert f'"{name}' in (DOCS / "make_pictures.py").read_text()


STATES = front_end.REPOSITORY / "docs" / "states"


def test_every_state_is_shown_in_both_themes():
    script = (DOCS / "make_states.py").read_text()
    names = re.findall(r'^    "(\w+)": \(', script, re.MULTILINE)
    assert len(names) >= 10
    expected = {f"{name}-{theme}.png" for name in names for theme in ("light", "dark")}
    assert {path.name for path in STATES.glob("*.png")} == expected
    text = (DOCS / "states.md").read_text()
    for name in expected:
        assert f'"states/{name}"' in text
        assert (STATES / name).stat().st_size < 300_000
