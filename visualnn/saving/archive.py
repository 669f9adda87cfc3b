"""The zip inside a ``.keras`` file, read in place and with limits, and written in order.

Members that a model does not need are not looked at.  Source: keras.md section 1.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from visualnn.saving.hdf5_writer import ArraysWriter
from visualnn.serialization import InvalidModelFile

CONFIG = "config.json"
METADATA = "metadata.json"
WEIGHTS = "model.weights.h5"
CANVAS = "visualnn.json"

LARGEST_CONFIG = 64 * 2**20
LARGEST_CANVAS = 4 * 2**20
LARGEST_METADATA = 2**20
_MOST_MEMBERS = 10_000
_MOST_EXPANSION = 200  # for deflated members above 16 MiB
_LARGE = 16 * 2**20
_LOCAL_HEADER = 30  # bytes, before the name and the extra field
_ROOM = 512  # for the header in front of the weights
_PADDING = 0xD935  # an extra field that means nothing but space
_DAMAGE = zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError
"""What the library raises for a damaged archive: ``ValueError`` for names that are no text."""


class Archive:
    """A ``.keras`` file that is open for reading.

    Raises:
        InvalidModelFile: When it is not a zip, or has a member that no model would have.
    """

    def __init__(self, file: IO[bytes]):
        self.file = file
        try:
            self.zip = zipfile.ZipFile(file)
        except _DAMAGE as problem:
            raise InvalidModelFile(
                "It is not a .keras file: a .keras file is a zip archive, and this is none."
            ) from problem
        members = self.zip.infolist()
        if len(members) > _MOST_MEMBERS:
            raise InvalidModelFile(f"The archive has {len(members):,} members.")
        self.members: dict[str, zipfile.ZipInfo] = {}
        self.twice = set()
        for member in members:
            if member.filename in self.members:
                self.twice.add(member.filename)
            self.members[member.filename] = member

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def under(self, folder: str) -> list[str]:
        """The names of the members in a folder."""
        return [name for name in self.members if name.startswith(f"{folder}/") and name[-1] != "/"]

    def read(self, name: str, largest: int) -> bytes:
        """All of a member, of which no more than ``largest`` bytes are believed."""
        member = self._checked(name)
        try:
            with self.zip.open(member) as stream:
                data = stream.read(largest + 1)
        except _DAMAGE as problem:
            raise InvalidModelFile(f"{name} is damaged: {problem}.") from problem
        if len(data) > largest:
            raise InvalidModelFile(f"{name} is larger than {largest:,} bytes.")
        return data

    def open(self, name: str) -> tuple[Any, int]:
        """A seekable view of a member, and its size; what is stored as it is is read in place."""
        member = self._checked(name)
        if member.compress_type == zipfile.ZIP_STORED:
            return Window(self.file, self._start(member), member.file_size), member.file_size
        if member.file_size > max(_LARGE, member.compress_size * _MOST_EXPANSION):
            raise InvalidModelFile(f"{name} claims to be {member.file_size:,} bytes large.")
        data = self.read(name, member.file_size)
        return io.BytesIO(data), len(data)

    def _checked(self, name: str) -> zipfile.ZipInfo:
        member = self.members.get(name)
        if member is None:
            raise InvalidModelFile(f"The archive has no {name}.")
        if name in self.twice:
            raise InvalidModelFile(f"The archive has two members named {name}.")
        if member.flag_bits & 0x1:
            raise InvalidModelFile(f"{name} is encrypted.")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise InvalidModelFile(f"{name} is compressed in a way that is not read here.")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise InvalidModelFile(f"{name} is a symbolic link.")
        return member

    def _start(self, member: zipfile.ZipInfo) -> int:
        """Where the bytes of a stored member begin."""
        self.file.seek(max(member.header_offset, 0))
        header = self.file.read(_LOCAL_HEADER)
        if member.header_offset < 0 or len(header) != _LOCAL_HEADER or header[:4] != b"PK\x03\x04":
            raise InvalidModelFile(f"{member.filename} is not where the archive says.")
        name_length = int.from_bytes(header[26:28], "little")
        extra_length = int.from_bytes(header[28:30], "little")
        start = member.header_offset + _LOCAL_HEADER + name_length + extra_length
        self.file.seek(0, io.SEEK_END)
        if start + member.file_size > self.file.tell():
            raise InvalidModelFile(f"{member.filename} is cut off.")
        return start


class Window(io.RawIOBase):
    """A part of a file, as a file of its own."""

    def __init__(self, file: IO[bytes], start: int, size: int):
        self.file, self.start, self.size, self.place = file, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.size}[whence]
        self.place = max(0, base + offset)
        return self.place

    def tell(self) -> int:
        return self.place

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        count = max(0, min(len(view), self.size - self.place))
        self.file.seek(self.start + self.place)
        done = 0
        while done < count:
            got = self.file.readinto(view[done:count])  # type: ignore[attr-defined]
            if not got:
                break
            done += got
        self.place += done
        return done


def write_archive(
    path: Path, contents: dict[str, bytes], write_weights: Callable[[ArraysWriter], None]
) -> None:
    """Write the members of a ``.keras`` file, stored as they are, each byte once.

    The weights are first, behind room for what says how many they are.

    Args:
        path: Where to.
        contents: The members behind the weights.
        write_weights: Called with what writes arrays.
    """
    with path.open("wb") as stream:
        stream.write(bytes(_ROOM))
        with ArraysWriter(stream, checked=True) as writer:
            write_weights(writer)
        member = _member(WEIGHTS)
        member.file_size = member.compress_size = writer.size
        member.CRC, member.header_offset = writer.crc, 0
        stream.seek(0)
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
            room = _ROOM - len(member.FileHeader()) - 4
            member.extra = _PADDING.to_bytes(2, "little") + room.to_bytes(2, "little") + bytes(room)
            stream.write(member.FileHeader())
            member.extra = b""
            archive.start_dir = stream.seek(0, io.SEEK_END)  # where the next member begins
            archive.filelist.append(member)
            archive.NameToInfo[member.filename] = member
            for name, content in contents.items():
                archive.writestr(_member(name), content)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    member.external_attr = 0o600 << 16
    return member


def now() -> str:
    """The time as Keras writes it; ``SOURCE_DATE_EPOCH`` says another, for files that compare."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    moment = time.localtime() if fixed is None else time.gmtime(int(fixed))
    return time.strftime("%Y-%m-%d@%H:%M:%S", moment)
