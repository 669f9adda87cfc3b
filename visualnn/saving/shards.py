"""Weights in several files, and the index that says which group of arrays is in which of them.

Source: keras.md section 13.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from visualnn.saving.arrays import Source, StoredArray, reading_arrays
from visualnn.saving.atomic import replacing
from visualnn.saving.hdf5_writer import writing_arrays
from visualnn.serialization import InvalidModelFile, place, read_json, write_json

_SHARD = ".weights.h5"
_LARGEST_INDEX = 16 * 2**20
_MOST_SHARDS = 10_000


# ---------------------------------------------------------------------- writing


def write_shards(path: Path, largest: float, write: Callable[[Any], None]) -> None:
    """Write shards, and at last the index that makes them count; then the earlier ones go.

    New shards never have the names of those that the index lists now, so that whoever reads, or
    begins again after a crash, finds all of the old weights or all of the new.

    Args:
        path: The path of the index.
        largest: How many bytes the arrays of one shard may have.
        write: Called with the writer.

    Raises:
        ValueError: When an array alone is larger; nothing is changed then.
        OSError: When a file cannot be written; the old weights are as they were.
    """
    stem = path.name.removesuffix(".weights.json")
    earlier = _shards_beside(path, stem)
    in_use = _listed_by(path)
    first = 1 + max((_number(name) for name in earlier if name in in_use), default=-1)
    writer = ShardsWriter(path.parent, stem, first, largest)
    try:
        with writer:
            write(writer)
        index = {
            "metadata": {"total_size": float(writer.total)},
            "weight_map": {f"/{group}": names for group, names in writer.places.items()},
        }
        with replacing(path) as temporary:
            temporary.write_text(write_json(index, indent=4), encoding="utf-8")
    except BaseException:
        for name in set(writer.names) - in_use:
            (path.parent / name).unlink(missing_ok=True)
        raise
    for name in set(earlier) - set(writer.names):
        (path.parent / name).unlink(missing_ok=True)
    if first:  # Keras opens the first file, whatever the index says
        name = path.with_name(f"{stem}_00000{_SHARD}")
        with replacing(name) as temporary, writing_arrays(temporary):
            pass


def _listed_by(path: Path) -> set[str]:
    """The shards that the index lists now, if there is one that can be read."""
    try:
        places = read_json(path.read_bytes(), _LARGEST_INDEX)["weight_map"]
        return {x for names in places.values() for x in ([names] if type(names) is str else names)}
    except (OSError, InvalidModelFile, KeyError, TypeError, AttributeError):
        return set()


def _shards_beside(path: Path, stem: str) -> list[str]:
    """The shards of this name that are there."""
    if not path.parent.is_dir():
        return []
    pattern = re.compile(rf"{re.escape(stem)}_\d{{5,9}}{re.escape(_SHARD)}")
    return sorted(x.name for x in path.parent.iterdir() if pattern.fullmatch(x.name))


def _number(name: str) -> int:
    return int(name.removesuffix(_SHARD).rpartition("_")[2])


class ShardsWriter:
    """Groups of arrays, in one file after the other.

    Attributes:
        names: The files written.
        places: For each group with arrays, the files that it is in.
        total: The bytes of all arrays.
    """

    def __init__(self, folder: Path, stem: str, first: int, largest: float):
        self.folder, self.stem, self.first, self.largest = folder, stem, first, largest
        self.names: list[str] = []
        self.places: dict[str, list[str]] = {}
        self.total = 0
        self._marks: dict[str, tuple[str, str]] = {}
        self._filled = 0
        self._open: ExitStack | None = None
        self._writer: Any = None
        self._groups: dict[str, Any] = {}

    def __enter__(self) -> ShardsWriter:
        return self

    def __exit__(self, kind: Any, problem: Any, traceback: Any) -> None:
        if self._open is not None:
            self._open.__exit__(kind, problem, traceback)

    def group(self, path: str) -> str:
        """A group, which is made where its first array goes."""
        return path

    def link(self, path: str, other: str) -> None:
        """A group is in one place only: nothing but our own reader knows of the other."""

    def mark(self, group: str, name: str, text: str) -> None:
        """Write a text beside the arrays of a group."""
        self._marks[group] = name, text

    def put(self, group: str, key: str, array: np.ndarray) -> None:
        """Write an array, into a new file where there is no room in the last."""
        if array.nbytes > self.largest:
            raise ValueError(
                f"The array {group}/{key} has {array.nbytes:,} bytes, and a file may have "
                f"{self.largest:,.0f} only: give a larger `max_shard_size`."
            )
        if self._open is None or self._filled + array.nbytes > self.largest:
            self._begin()
        name = self.names[-1]
        if group not in self._groups:
            self._groups[group] = self._writer.group(group)
            if group in self._marks:
                self._writer.mark(self._groups[group], *self._marks[group])
        self._writer.put(self._groups[group], key, array)
        self._filled += array.nbytes
        self.total += array.nbytes
        if name not in self.places.setdefault(group, []):
            self.places[group].append(name)

    def _begin(self) -> None:
        """End the last file, and begin a new one."""
        if self._open is not None:
            self._open.close()
        name = f"{self.stem}_{self.first + len(self.names):05d}{_SHARD}"
        self._open = ExitStack()
        temporary = self._open.enter_context(replacing(self.folder / name))
        self._writer = self._open.enter_context(writing_arrays(temporary))
        self._groups, self._filled = {}, 0
        self.names.append(name)


# ---------------------------------------------------------------------- reading


@contextmanager
def read_shards(path: Path) -> Iterator[ShardedSource]:
    """The weights that an index lists.

    Raises:
        InvalidModelFile: When the index, or a file that it lists, is not what it should be.
    """
    if path.stat().st_size > _LARGEST_INDEX:
        raise InvalidModelFile(f"The index has more than {_LARGEST_INDEX:,} bytes.")
    index = read_json(path.read_bytes(), _LARGEST_INDEX)
    places = index.get("weight_map") if isinstance(index, dict) else None
    if not isinstance(places, dict):
        raise InvalidModelFile("It is no index of weights: it must have a `weight_map`.")
    found: dict[str, list[str]] = {}
    for group, names in places.items():
        with place("weight_map", group):
            names = [names] if isinstance(names, str) else names
            if not isinstance(names, list):
                raise InvalidModelFile("It must be the name of a file, or a list of them.")
            found[group.strip("/")] = [_checked(name, path.parent) for name in names]
    if len({name for names in found.values() for name in names}) > _MOST_SHARDS:
        raise InvalidModelFile(f"It lists more than {_MOST_SHARDS:,} files.", "weight_map")
    with ShardedSource(path.parent, found) as source:
        yield source


def _checked(name: Any, folder: Path) -> str:
    """The name of a file that lies in the folder, no link leading out of it."""
    plain = isinstance(name, str) and not re.search(r"[/\\:\x00-\x1f]", name)
    if not plain or not name.endswith(_SHARD):
        raise InvalidModelFile(f"{name!r} is not the name of a `.weights.h5` file beside it.")
    path = folder / name
    if not path.is_file():
        raise InvalidModelFile(f"There is no file {name!r} beside it.")
    if path.resolve() != folder.resolve() / name:
        raise InvalidModelFile(f"{name!r} is a link to another place, which is not followed.")
    return name


class ShardedSource:
    """Several HDF5 files that are read as one; each is opened when it is first asked for."""

    def __init__(self, folder: Path, places: dict[str, list[str]]):
        self.folder, self.places = folder, places
        self._opened: dict[str, Source] = {}
        self._stack = ExitStack()

    def __enter__(self) -> ShardedSource:
        return self

    def __exit__(self, *problem: Any) -> None:
        self._stack.__exit__(*problem)

    def variables(self, path: str) -> ShardedGroup | None:
        """The arrays at a path, in whichever files they are."""
        groups = []
        for name in self.places.get(path, ()):
            with place(name):
                group = self._source(name).variables(path)
            if group is None:
                raise InvalidModelFile(f"{name} has no group {path}, as the index says.")
            groups.append(group)
        return ShardedGroup(groups) if groups else None

    def _source(self, name: str) -> Source:
        if name not in self._opened:
            path = self.folder / name
            stream = self._stack.enter_context(path.open("rb"))
            source = reading_arrays(stream, path.stat().st_size)
            self._opened[name] = self._stack.enter_context(source)
        return self._opened[name]


class ShardedGroup:
    """The arrays of one group, from several files."""

    def __init__(self, groups: list[Any]):
        self._where = {key: group for group in groups for key in group.keys()}  # noqa: SIM118

    def keys(self) -> list[str]:
        """The names of the arrays."""
        return list(self._where)

    def __contains__(self, name: object) -> bool:
        return name in self._where

    def __getitem__(self, name: str) -> StoredArray:
        if name not in self._where:
            raise InvalidModelFile(f"There is no array {name!r} in the files that the index lists.")
        return self._where[name][name]
