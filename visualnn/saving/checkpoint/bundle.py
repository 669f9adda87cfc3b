"""Tensors by name in TensorFlow's tensor bundles, the files of its checkpoints.

A bundle is two files or more: ``<prefix>.data-00000-of-00001`` has the bytes of the tensors, one
behind the other in the order in which they came; ``<prefix>.index`` is a sorted table that says of
each name its dtype, its shape, where its bytes are, and their checksum.

Source: tensorflow/core/protobuf/tensor_bundle.proto.
"""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from visualnn.primitives.conversion import numpy_dtype
from visualnn.saving.atomic import replacing
from visualnn.saving.checkpoint.sstable import read_table, table
from visualnn.serialization import InvalidModelFile
from visualnn.wire.protobuf import Messages, ProtobufError, read_varint, varint
from visualnn.wire.records import crc32c, masked
from visualnn.wire.tensorflow import DTYPE_NAMES, DTYPE_NUMBERS, SHAPES

MESSAGES = Messages(
    SHAPES
    + """
    BundleHeaderProto: num_shards=1:int32, endianness=2:enum, version=3:VersionDef
    BundleEntryProto: dtype=1:enum, shape=2:TensorShapeProto, shard_id=3:int32, offset=4:int64, size=5:int64, crc32c=6:fixed32, slices=7:*TensorSliceProto
    TensorSliceProto: extent=1:*Extent
    Extent: start=1:int64, length=2:int64
    """  # noqa: E501 - a message is a line
)
_PIECE = 1 << 23  # so many bytes are written, or compared with their checksum, at once
_LARGEST_INDEX = 1 << 30
_MOST_SHARDS = 100_000
_MOST_AXES = 64  # numpy has no more


class BundleWriter:
    """Writes a bundle, tensor by tensor, so that a model is never copied as a whole.

    ::

        with BundleWriter("folder/name") as writer:
            writer.add("kernel", array)

    Both files appear when everything is written, the index last; after any problem what was there
    before is as it was.  The same tensors in the same order give the same bytes.

    Args:
        prefix: The path without the endings.  Folders that are missing are made.
    """

    def __init__(self, prefix: Any):
        self.prefix = os.fspath(prefix)
        header = {"num_shards": 1, "version": {"producer": 1}}
        self._entries = {b"": MESSAGES.encode("BundleHeaderProto", header)}
        self._open = contextlib.ExitStack()
        self._offset = 0
        self._file: Any = None
        self._index: Any = None

    def __enter__(self) -> BundleWriter:
        Path(self.prefix).parent.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as opening:  # what is entered last is renamed first
            self._index = opening.enter_context(replacing(f"{self.prefix}.index"))
            data = opening.enter_context(replacing(_shard(self.prefix, 0, 1)))
            self._file = opening.enter_context(open(data, "wb"))
            self._open = opening.pop_all()
        return self

    def add(self, name: str, value: Any) -> None:
        """Write an array, a text (bytes), or a list of texts.

        Raises:
            ValueError: When there is one of this name already, or files have no such dtype.
        """
        key = name.encode()
        if key in self._entries or not key:
            raise ValueError(f"A checkpoint cannot hold two tensors named {name!r}.")
        if isinstance(value, bytes | list):
            kind, shape = DTYPE_NUMBERS["string"], () if isinstance(value, bytes) else (len(value),)
            pieces, checksum = _texts([value] if isinstance(value, bytes) else value)
            size = self._file.write(pieces)
        else:
            array = _little(np.asarray(value))
            kind, shape = _number(array.dtype, name), array.shape
            checksum, size = 0, array.nbytes
            for piece in _pieces(array):
                checksum = crc32c(piece, checksum)
                self._file.write(piece)
        sizes = {"dim": [{"size": n} if n else {} for n in shape]}
        entry = {"dtype": kind, "shape": sizes, "offset": self._offset, "size": size}
        entry["crc32c"] = masked(checksum)
        self._entries[key] = MESSAGES.encode(
            "BundleEntryProto", {field: x for field, x in entry.items() if x != 0}
        )
        self._offset += size

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        if problem is None:
            self._index.write_bytes(table(sorted(self._entries.items())))
        return self._open.__exit__(kind, problem, trace)


def _shard(prefix: str, number: int, count: int) -> str:
    return f"{prefix}.data-{number:05d}-of-{count:05d}"


def _little(array: np.ndarray) -> np.ndarray:
    """An array with its bytes in one piece, the least significant one first."""
    if array.dtype.byteorder == ">":
        array = array.astype(array.dtype.newbyteorder("<"))
    return array if array.flags.c_contiguous else np.array(array, order="C")


def _number(dtype: np.dtype, name: str) -> int:
    number = DTYPE_NUMBERS.get(dtype.name)
    if number is None:
        raise ValueError(
            f"{name!r} is {dtype.name}, which checkpoints do not have: cast it, or leave it out."
        )
    return number


def _pieces(array: np.ndarray) -> Iterator[np.ndarray]:
    """The bytes of an array, a few megabytes at a time."""
    flat = array.reshape(-1).view(np.uint8)
    for start in range(0, flat.size, _PIECE):
        yield flat[start : start + _PIECE]


def _texts(texts: list[bytes]) -> tuple[bytes, int]:
    """Texts as they stand in a file, and their checksum: lengths, checksum of these, the texts."""
    checksum = 0
    for text in texts:
        few = len(text) < 1 << 32
        checksum = crc32c(struct.pack("<I" if few else "<Q", len(text)), checksum)
    check = struct.pack("<I", masked(checksum))
    checksum = crc32c(check, checksum)
    for text in texts:
        checksum = crc32c(text, checksum)
    return b"".join([*(varint(len(text)) for text in texts), check, *texts]), checksum


class BundleReader:
    """Reads the tensors of a bundle, each when it is asked for.

    Nothing is believed: checksums are compared, and sizes with what the files have.

    Args:
        prefix: The path without the endings.

    Raises:
        FileNotFoundError: When there is no such checkpoint.
        InvalidModelFile: When it is damaged.
    """

    def __init__(self, prefix: Any):
        self.prefix = os.fspath(prefix)
        path = Path(f"{self.prefix}.index")
        if not path.is_file():
            raise FileNotFoundError(
                f"There is no checkpoint {self.prefix!r}: the file {path.name!r} is missing."
            )
        if path.stat().st_size > _LARGEST_INDEX:
            raise InvalidModelFile(f"The index of {self.prefix!r} is too large.")
        self._entries: dict[str, dict[str, Any]] = {}
        header: dict[str, Any] | None = None
        for key, value in read_table(path.read_bytes()):
            if not key:
                header = self._decoded("BundleHeaderProto", value)
            elif key[0]:  # parts of tensors of TensorFlow 1 begin with a zero
                name = _text(key)
                self._entries[name] = self._decoded("BundleEntryProto", value)
                self.shape_of(name)
        self.shards = 0 if header is None else header.get("num_shards", 0)
        if header is None or not 0 < self.shards < _MOST_SHARDS:
            raise InvalidModelFile(f"The index of {self.prefix!r} does not begin as it should.")
        if header.get("endianness", 0):
            raise InvalidModelFile(
                f"{self.prefix!r} was written on a machine with another order of bytes."
            )

    def _decoded(self, message: str, data: bytes) -> dict[str, Any]:
        try:
            return MESSAGES.decode(message, data)
        except ProtobufError as problem:
            raise InvalidModelFile(f"The index of {self.prefix!r} is damaged: {problem}") from None

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def has_tensor(self, name: str) -> bool:
        """Whether there is a tensor of this name."""
        return name in self

    def get_variable_to_dtype_map(self) -> dict[str, str]:
        """The dtype of every tensor by its name."""
        return {name: self.dtype_of(name) for name in self._entries}

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        """The shape of every tensor by its name."""
        return {name: list(self.shape_of(name)) for name in self._entries}

    def get_tensor(self, name: str) -> Any:
        """A tensor: an array, a text (bytes), or an array of texts.

        Raises:
            ValueError: When there is none of this name.
            InvalidModelFile: When its bytes are damaged.
        """
        if name not in self._entries:
            raise ValueError(
                f"{self.prefix!r} has no tensor {name!r}. It has: "
                f"{', '.join(sorted(self._entries)[:20])}."
            )
        entry, shape, dtype = self._entries[name], self.shape_of(name), self.dtype_of(name)
        if entry.get("slices"):
            raise InvalidModelFile(f"{name!r} is stored in parts, which are not read here.")
        if dtype == "string":
            return self._read_texts(name, entry, shape)
        kind = numpy_dtype(dtype) if dtype == "bfloat16" else _small_floats(dtype)
        size = entry.get("size", 0)
        if size != kind.itemsize * _count(shape):
            raise InvalidModelFile(
                f"{name!r} has {size} bytes, which {dtype}{list(shape)} has not."
            )
        array = self._checked(name, entry)
        return array.view(kind).reshape(shape)

    def _read_texts(self, name: str, entry: dict[str, Any], shape: tuple[int, ...]) -> Any:
        count = _count(shape)
        data = self._bytes(name, entry).tobytes()
        if count > len(data):
            raise InvalidModelFile(f"{name!r} claims to be {count} texts in {len(data)} bytes.")
        place, lengths, texts = 0, [], []
        try:
            for _ in range(count):
                length, place = read_varint(data, place)
                lengths.append(length)
        except ProtobufError as problem:
            raise InvalidModelFile(f"{name!r} is damaged: {problem}") from None
        place += 4
        for length in lengths:
            texts.append(data[place : place + length])
            place += length
        if place != len(data) or masked(_texts(texts)[1]) != entry.get("crc32c", 0):
            raise InvalidModelFile(f"{name!r} is damaged: its checksum is another.")
        if not shape:
            return texts[0]
        found = np.empty(count, object)
        found[:] = texts
        return found.reshape(shape)

    def _checked(self, name: str, entry: dict[str, Any]) -> np.ndarray:
        """The bytes of a tensor, which its checksum confirms."""
        data = self._bytes(name, entry)
        checksum = 0
        for piece in _pieces(data):
            checksum = crc32c(piece, checksum)
        if masked(checksum) != entry.get("crc32c", 0):
            raise InvalidModelFile(f"{name!r} is damaged: its checksum is another.")
        return data

    def _bytes(self, name: str, entry: dict[str, Any]) -> np.ndarray:
        """What stands where a tensor is said to be."""
        number, offset = entry.get("shard_id", 0), entry.get("offset", 0)
        size = entry.get("size", 0)
        if not 0 <= number < self.shards or offset < 0 or size < 0:
            raise InvalidModelFile(f"{name!r} is said to be where nothing can be.")
        if not size:
            return np.zeros(0, np.uint8)
        path = Path(_shard(self.prefix, number, self.shards))
        if not path.is_file():
            raise InvalidModelFile(f"The file {path.name!r} of the checkpoint is missing.")
        if offset + size > path.stat().st_size:
            raise InvalidModelFile(f"{path.name!r} is cut off: it ends before the end of {name!r}.")
        return np.fromfile(path, np.uint8, size, offset=offset)

    def dtype_of(self, name: str) -> str:
        """The dtype of a tensor."""
        number = self._entries[name].get("dtype", 0)
        if number not in DTYPE_NAMES or DTYPE_NAMES[number] == "resource":
            raise InvalidModelFile(f"{name!r} has the type {number}, which is not known here.")
        return DTYPE_NAMES[number]

    def shape_of(self, name: str) -> tuple[int, ...]:
        """The shape of a tensor."""
        sizes = self._entries[name].get("shape", {})
        found = tuple(dim.get("size", 0) for dim in sizes.get("dim", ()))
        if sizes.get("unknown_rank") or len(found) > _MOST_AXES or min(found, default=0) < 0:
            raise InvalidModelFile(f"{name!r} has a shape that no array has.")
        return found


def _text(key: bytes) -> str:
    try:
        return key.decode()
    except UnicodeDecodeError:
        raise InvalidModelFile(f"{key!r} is not the name of a tensor.") from None


def _count(shape: tuple[int, ...]) -> int:
    """How many elements an array of this shape has, as a whole number of any size."""
    count = 1
    for size in shape:
        count *= size
    return count


def _small_floats(dtype: str) -> np.dtype:
    """The dtype of this name; floats of eight bits come with the package ml_dtypes."""
    if not dtype.startswith("float8"):
        return np.dtype(dtype)
    import ml_dtypes  # type: ignore[reportMissingImports] - an extra

    return np.dtype(getattr(ml_dtypes, dtype))
