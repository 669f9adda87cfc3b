"""The tutorials find the same with the real Keras as with visualnn under its name."""

import pytest

from tests.tutorials.test_tutorials import TUTORIALS, facts_of

pytest.importorskip("keras", reason="needs the extra `interop`")


@pytest.mark.parametrize("name", TUTORIALS)
def test_same_facts(name):
    both = pairs(facts_of(name, "--visualnn"), facts_of(name))
    for path, ours, theirs in both:
        if isinstance(theirs, float):
            assert ours == pytest.approx(theirs, rel=1e-2), path
        else:
            assert ours == theirs, path


def pairs(ours, theirs, path=""):
    """What stands at the same place of two nested structures, down to single values."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        assert ours.keys() == theirs.keys(), path
        for key in theirs:
            yield from pairs(ours[key], theirs[key], f"{path}/{key}")
    elif isinstance(theirs, list) and isinstance(ours, list):
        assert len(ours) == len(theirs), path
        for i, both in enumerate(zip(ours, theirs, strict=True)):
            yield from pairs(*both, f"{path}/{i}")
    else:
        yield path, ours, theirs
