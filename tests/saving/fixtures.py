"""Files that real Keras wrote, with what the models in them give (``tests/fixtures/keras``)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from visualnn.structure import flatten, map_structure

FOLDER = Path(__file__).parents[1] / "fixtures" / "keras"


@cache
def manifest() -> dict[str, dict[str, Any]]:
    """What is known of each fixture, by its name."""
    return {entry["name"]: entry for entry in json.loads((FOLDER / "manifest.json").read_text())}


class Fixture:
    """One model that real Keras saved."""

    def __init__(self, name: str):
        self.name = name
        self.entry = manifest()[name]
        self.arrays = dict(np.load(FOLDER / self.entry["npz"])) if self.entry.get("npz") else {}
        self.rtol, self.atol = self.entry["rtol"], self.entry["atol"]

    def path(self, suffix: str) -> Path:
        return FOLDER / f"{self.name}{suffix}"

    def nested(self, structure: Any) -> Any:
        """Arrays, nested as a structure of their names is."""
        return map_structure(lambda name: self.arrays[name], structure)

    @property
    def inputs(self) -> Any:
        return self.nested(self.entry.get("input_structure") or self._numbered("x"))

    @property
    def targets(self) -> Any:
        return self.nested(self.entry.get("target_structure") or self._numbered("t"))

    def _numbered(self, letter: str) -> Any:
        """The names of the arrays with this letter, where the manifest has no structure."""
        names = sorted(name for name in self.arrays if name[0] == letter)
        return names if len(names) > 1 else names[0]

    def check_outputs(self, found: Any, prefix: str = "y", **tolerance: float) -> None:
        """Compare outputs with the recorded ones."""
        names = [
            name.replace("y", prefix, 1)
            for name in flatten(self.entry.get("output_structure") or self._numbered("y"))
        ]
        tolerance = tolerance or {"rtol": self.rtol, "atol": self.atol}
        leaves = flatten(found)
        assert len(leaves) == len(names)
        for y, name in zip(leaves, names, strict=True):
            np.testing.assert_allclose(y, self.arrays[name], **tolerance, err_msg=name)
