"""What layers keep beside their weights: vocabularies, under ``assets/`` in the archive.

What is read is what the layers of the model ask for, by names that are computed from the model.
Our own layers are given texts, and nothing is written to disk; users' layers, whose
``load_assets`` wants a folder, get a temporary one.  Source: keras.md section 12.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from visualnn.saving.walk import walk
from visualnn.serialization import InvalidModelFile, place

LARGEST_ASSET = 256 * 2**20


def assets_of(model: Any) -> dict[str, bytes]:
    """What all layers of a model keep, by names in the archive."""
    found: dict[str, bytes] = {}
    seen = set()
    for path, layer in walk(model) if _some(model, "save_assets") else ():
        if not hasattr(layer, "save_assets") or id(layer) in seen:
            continue
        seen.add(id(layer))
        if _is_ours(layer, "save_assets"):
            kept = {name: text.encode() for name, text in layer.assets().items()}
        else:
            kept = _kept_in_folder(layer)
        found.update({_member(path, name): content for name, content in kept.items()})
    return found


def _kept_in_folder(layer: Any) -> dict[str, bytes]:
    """What a user's layer writes into a folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        layer.save_assets(name)
        files = sorted(x for x in folder.rglob("*") if x.is_file())
        return {x.relative_to(folder).as_posix(): x.read_bytes() for x in files}


def read_assets(model: Any, archive: Any) -> None:
    """Give the layers of a model what an archive has for them.

    Raises:
        InvalidModelFile: When it is damaged, too large, or nothing for the layer.
    """
    done = set()
    for path, layer in walk(model) if _some(model, "load_assets") else ():
        if not hasattr(layer, "load_assets") or id(layer) in done:
            continue
        if _is_ours(layer, "load_assets"):
            read = _read_texts(layer, path, archive)
        else:
            read = _read_in_folder(layer, path, archive)
        if read:
            done.add(id(layer))


def _read_texts(layer: Any, path: str, archive: Any) -> bool:
    names = layer.asset_names
    members = {name: _member(path, name) for name in names}
    if not names or not all(m in archive for m in members.values()):
        return False
    with place(members[names[0]]):
        texts = {name: _text(archive.read(m, LARGEST_ASSET)) for name, m in members.items()}
        try:
            layer.take_assets(texts)
        except ValueError as problem:
            raise InvalidModelFile(f"It does not fit the layer: {problem}") from problem
    return True


def _read_in_folder(layer: Any, path: str, archive: Any) -> bool:
    """Let a user's layer read a folder with copies of what the archive has for it."""
    begin = _member(path, "")
    members = archive.under(begin.rstrip("/"))
    if not members:
        return False
    with tempfile.TemporaryDirectory() as name:
        left = LARGEST_ASSET
        for member in members:
            parts = member.removeprefix(begin).split("/")
            if any(x in ("", ".", "..") or "\\" in x or ":" in x or "\0" in x for x in parts):
                raise InvalidModelFile("It leads out of its folder.", member)
            content = archive.read(member, left)
            left -= len(content)
            target = Path(name, *parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        layer.load_assets(name)
    return True


def _some(model: Any, method: str) -> bool:
    """Whether any layer has such a method; few have."""
    return any(hasattr(layer, method) for layer in model._flatten_layers())


def _is_ours(layer: Any, method: str) -> bool:
    """Whether a method is not one of a user's class."""
    return getattr(type(layer), method).__module__.startswith("visualnn.")


def _member(path: str, name: str) -> str:
    return f"assets/{path}/{name}" if path else f"assets/{name}"


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise InvalidModelFile(f"It is not a text in UTF-8: {problem}.") from problem
