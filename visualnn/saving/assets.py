"""Texts that layers keep beside their weights: vocabularies, under ``assets/`` in the archive.

What is read is what the layers of the model ask for, by names that are computed from the model;
names in the file are never used, and nothing is written to disk.  Source: keras.md section 12.
"""

from __future__ import annotations

from typing import Any

from visualnn.saving.archive import Archive
from visualnn.saving.walk import walk
from visualnn.serialization import InvalidModelFile, place

LARGEST_ASSET = 256 * 2**20


def assets_of(model: Any) -> dict[str, str]:
    """The texts of all layers of a model, by their names in the archive."""
    found = {}
    seen = set()
    for path, layer in walk(model):
        if hasattr(layer, "assets") and id(layer) not in seen:
            seen.add(id(layer))
            found.update({_member(path, name): text for name, text in layer.assets().items()})
    return found


def read_assets(model: Any, archive: Archive) -> None:
    """Give the layers of a model the texts that an archive has for them.

    Raises:
        InvalidModelFile: When a text is damaged, too large, or nothing for the layer.
    """
    done = set()
    for path, layer in walk(model):
        names = getattr(layer, "asset_names", ())
        members = {name: _member(path, name) for name in names}
        if not names or id(layer) in done or not all(m in archive for m in members.values()):
            continue
        with place(members[names[0]]):
            texts = {name: _text(archive.read(m, LARGEST_ASSET)) for name, m in members.items()}
            try:
                layer.take_assets(texts)
            except ValueError as problem:
                raise InvalidModelFile(f"It does not fit the layer: {problem}") from problem
        done.add(id(layer))


def _member(path: str, name: str) -> str:
    return f"assets/{path}/{name}" if path else f"assets/{name}"


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise InvalidModelFile(f"It is not a text in UTF-8: {problem}.") from problem
