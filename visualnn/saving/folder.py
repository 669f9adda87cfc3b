"""A model as a folder: the members of a ``.keras`` file, each as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from visualnn.saving.atomic import exchange, explaining, reach_the_disk
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

    def under(self, folder: str) -> list[str]:
        """The names of the members in a folder."""
        found = sorted(x for x in (self.path / folder).rglob("*") if x.is_file())
        return [x.relative_to(self.path).as_posix() for x in found]

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


@contextmanager
def replacing_folder(target: Path) -> Iterator[Path]:
    """Give a new folder beside ``target``; it takes its place at the end, when it is on the disk.

    Raises:
        OSError: When it cannot be written; the old folder is as it was.
    """
    with (
        explaining(target),
        tempfile.TemporaryDirectory(
            prefix=f".{target.name}.", dir=target.parent, ignore_cleanup_errors=True
        ) as temporary,
    ):
        made = Path(temporary) / "model"
        made.mkdir()
        yield made
        for path in [*made.rglob("*"), made]:
            reach_the_disk(path)
        old = Path(temporary) / "old"
        if target.exists():
            exchange(made, target, old)
        else:
            made.rename(target)
        reach_the_disk(target.parent)
