"""A model as a folder: the members of a ``.keras`` file, each as a file."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from visualnn.serialization import InvalidModelFile


class Folder:
    """A folder that is read as an archive is.

    Raises:
        InvalidModelFile: When it is not the folder of a model.
    """

    def __init__(self, path: Path):
        self.path = path
        self.opened: list[Any] = []
        if "config.json" not in self:
            raise InvalidModelFile("It is a folder, and no model: it has no config.json.")

    @staticmethod
    def is_one(path: Path) -> bool:
        """Whether a path is that of such a folder."""
        return path.is_dir() and (path / "config.json").is_file()

    def __contains__(self, name: str) -> bool:
        return (self.path / name).is_file()

    def read(self, name: str, largest: int) -> bytes:
        """All of a member, of which no more than ``largest`` bytes are believed."""
        with self._checked(name).open("rb") as stream:
            data = stream.read(largest + 1)
        if len(data) > largest:
            raise InvalidModelFile(f"{name} is larger than {largest:,} bytes.")
        return data

    def open(self, name: str) -> tuple[Any, int]:
        """A member, open for reading, and its size."""
        path = self._checked(name)
        self.opened.append(path.open("rb"))
        return self.opened[-1], path.stat().st_size

    def close(self) -> None:
        """Close what was opened."""
        for stream in self.opened:
            stream.close()

    def _checked(self, name: str) -> Path:
        """The path of a member that lies in this folder, no link leading out of it."""
        path = self.path / name
        if not path.is_file():
            raise InvalidModelFile(f"The folder has no {name}.")
        if path.resolve() != self.path.resolve() / name:
            raise InvalidModelFile(f"{name} is a link to another place, which is not followed.")
        return path


def replace_folder(target: Path, made: Path) -> None:
    """Put a folder that is ready in the place of another, which is there until then."""
    old = None
    if target.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent)) / "old"
        target.rename(old)
    try:
        made.rename(target)
    except OSError:
        if old is not None:
            old.rename(target)
        raise
    finally:
        if old is not None:
            shutil.rmtree(old.parent, ignore_errors=True)
