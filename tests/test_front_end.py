"""The checks and unit tests of the TypeScript: tsc, biome and vitest."""

import pytest

from tests import front_end


@pytest.mark.xdist_group("front-end")
@pytest.mark.parametrize("script", ["typecheck", "lint", "test"])
def test_the_front_end_passes(script):
    front_end.install()
    front_end.npm("run", script)  # raises with what the tool printed
