"""Arrays in HDF5 files, one by one, by the lower level of h5py: models have thousands of them.

A file is not believed: links, virtual and external data are refused, and what an array claims to
hold is compared with what the file has.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import h5py
import numpy as np
from h5py import h5a, h5d, h5f, h5g, h5l, h5o, h5s, h5t, h5z  # type: ignore[attr-defined]

from visualnn.saving.global_heaps import check_global_heaps
from visualnn.saving.plain_hdf5 import NotPlain, PlainArray, PlainFile
from visualnn.serialization import InvalidModelFile

_PLAIN = h5d.CONTIGUOUS, h5d.COMPACT, h5d.CHUNKED
_FILTERS = {h5z.FILTER_DEFLATE, h5z.FILTER_SHUFFLE, h5z.FILTER_FLETCHER32, 32000}
_MOST_EXPANSION = 1000  # how much larger than the file all that is compressed in it may be
_MOST_AXES = 32
_IN_MEMORY = 16 * 2**20  # bytes of a file that is read at once


# ---------------------------------------------------------------------- writing


class VariablesStore(MutableMapping):
    """What ``save_own_variables`` puts arrays into; each is written at once.

    Args:
        put: Called with the key and the array.
    """

    def __init__(self, put: Any):
        self._put = put
        self._arrays: dict[str, np.ndarray] = {}

    def __setitem__(self, key: str, value: Any) -> None:
        array = np.asarray(value)
        if array.dtype.kind not in "fiubc" and array.dtype.name != "bfloat16":
            raise ValueError(
                f"{key!r} cannot be saved: a file of weights holds numbers, not {array.dtype}."
            )
        self._put(str(key), array)
        self._arrays[str(key)] = array

    def __getitem__(self, key: str) -> np.ndarray:
        return self._arrays[key]

    def __delitem__(self, key: str) -> None:
        raise ValueError(f"{key!r} is written already and cannot be taken back.")

    def __iter__(self) -> Iterator[str]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)


# ---------------------------------------------------------------------- reading


@contextmanager
def damage_is_told() -> Iterator[None]:
    """Tell what the library finds wrong in a file."""
    try:
        yield
    except InvalidModelFile:
        raise
    except (OSError, KeyError, RuntimeError, ValueError, TypeError) as problem:
        raise InvalidModelFile(f"The file is damaged: {problem}.") from problem


@contextmanager
def reading_arrays(stream: Any, size: int) -> Iterator[Source]:
    """An HDF5 file, from a seekable stream; a small one is read at once.

    Raises:
        InvalidModelFile: When it is not one, or damaged where somebody looks.
    """
    source = Source(stream, size)
    try:
        yield source
    except (OSError, KeyError, RuntimeError) as problem:
        raise InvalidModelFile(f"The file is damaged: {problem}.") from problem
    finally:
        source.close()


class Source:
    """An HDF5 file that is being read, and how much of memory it may ask for.

    Args:
        stream: The file, seekable; a small one is read at once.
        size: How many bytes it has.
    """

    def __init__(self, stream: Any, size: int):
        self.left = max(size * _MOST_EXPANSION, 2**26)
        self.size = size
        stream.seek(0)
        data = stream.read(size) if size <= _IN_MEMORY else None
        self.raw = stream if data is None else io.BytesIO(data)  # arrays are read past HDF5
        self._data = data
        self._file: h5py.File | None = None
        self._groups: dict[str, StoredGroup | None] = {}
        self._texts_are_good = False
        self._plain: PlainFile | None = None
        with contextlib.suppress(NotPlain):
            self._plain = PlainFile(self)

    @property
    def file(self) -> h5py.File:
        """The file as the HDF5 library reads it."""
        if self._file is None:
            try:
                image = h5f.open_file_image(self._data) if self._data is not None else None
                self._file = h5py.File(image) if image else h5py.File(self.raw, "r")
            except (OSError, ValueError, KeyError, RuntimeError) as problem:
                raise InvalidModelFile(f"It is not an HDF5 file: {problem}.") from problem
        return self._file

    @property
    def root(self) -> StoredGroup:
        """The outermost group."""
        if "" not in self._groups:
            with damage_is_told():
                self._groups[""] = StoredGroup(h5g.open(self.file.id, b"/"), "", self)
        found = self._groups[""]
        assert found is not None
        return found

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def variables(self, path: str) -> Any:
        """The group of arrays at a path, for those who read nothing but arrays; ``None`` if none.

        Where it is plain the library is not asked, which takes much longer.
        """
        if self._plain is not None:
            with contextlib.suppress(NotPlain):
                return self._plain.group(path)
        return self.group(path)

    def group(self, path: str) -> StoredGroup | None:
        """The group at a path, each part of which is a plain link; ``None`` if there is none."""
        if not path:
            return self.root
        if path not in self._groups:
            above = path.rpartition("/")[0]
            if above and above not in self._groups:
                for end in [i for i, letter in enumerate(path) if letter == "/"]:
                    self._open_group(path[:end])
            self._open_group(path)
        return self._groups[path]

    def _open_group(self, path: str) -> None:
        """Open a group in one that is open."""
        above, _, name = path.rpartition("/")
        outer = self._groups[above] if above else self.root
        self._groups[path] = None if outer is None else outer.group(name)

    def check_texts(self) -> None:
        """Refuse texts, before HDF5 reads the first of them, that it would not come to an end of.

        Raises:
            InvalidModelFile: When they are damaged.
        """
        if not self._texts_are_good:
            check_global_heaps(self.raw, self.size)
            self._texts_are_good = True

    def account(self, array: StoredArray | PlainArray) -> None:
        """Take the memory of an array from what the file may ask for."""
        where, stored = array.path, array.stored
        if array.nbytes > stored and not array.is_chunked:
            raise InvalidModelFile(
                f"The array {where} claims {array.nbytes:,} bytes, but {stored:,} are stored."
            )
        self.left -= array.nbytes
        if array.nbytes > max(stored, 1) * _MOST_EXPANSION or self.left < 0:
            raise InvalidModelFile(
                f"The array {where} claims {array.nbytes:,} bytes in a file of {self.size:,}."
            )

    def read_piece(self, path: str, shape: tuple, dtype: np.dtype, place: int) -> np.ndarray:
        """The numbers of an array that are in one piece in the file.

        Raises:
            InvalidModelFile: When they are cut off.
        """
        array = np.empty(shape, dtype)
        if array.nbytes:
            found = 0
            if place + array.nbytes <= self.size:
                self.raw.seek(place)
                found = self.raw.readinto(array.reshape(-1).view(np.uint8).data)
            if found != array.nbytes:
                raise InvalidModelFile(f"The array {path} is cut off.")
        return array


class StoredGroup:
    """A group of an HDF5 file, whose arrays are looked at before they are given."""

    def __init__(self, id: h5g.GroupID, path: str, source: Source):
        self.id = id
        self.path = path
        self.source = source
        self._arrays: dict[str, StoredArray] = {}

    def group(self, name: str) -> StoredGroup | None:
        """A group in this one; ``None`` if there is none."""
        found = self._opened(name)
        if found is None:
            return None
        path = f"{self.path}/{name}".lstrip("/")
        if not isinstance(found, h5g.GroupID):
            raise InvalidModelFile(f"{path} should be a group, but is an array.")
        return StoredGroup(found, path, self.source)

    def child(self, name: str) -> StoredGroup | StoredArray:
        """What is in it under a name: a group or an array."""
        found = self._opened(name)
        if not isinstance(found, h5g.GroupID):
            return self[name]
        return StoredGroup(found, f"{self.path}/{name}".lstrip("/"), self.source)

    def keys(self) -> list[str]:
        """The names of what is in it."""
        try:
            with damage_is_told():
                found = list(self.id)
            return [key.decode(errors="surrogatepass") for key in found]
        except UnicodeDecodeError as problem:
            where = self.path or "the file"
            raise InvalidModelFile(f"A name in {where} is no text: {problem}.") from problem

    def __contains__(self, name: object) -> bool:
        return name in self._arrays or (isinstance(name, str) and self._has(name))

    def __getitem__(self, name: str) -> StoredArray:
        if name not in self._arrays:
            where = f"{self.path}/{name}".lstrip("/")
            found = self._opened(name)
            if found is None:
                raise InvalidModelFile(f"There is no array {where}.")
            if not isinstance(found, h5d.DatasetID):
                raise InvalidModelFile(f"{where} should be an array, but is a group.")
            with damage_is_told():
                self._arrays[name] = StoredArray(found, where, self.source)
        return self._arrays[name]

    def _has(self, name: str) -> bool:
        with damage_is_told():
            return _is_name(name) and self.id.links.exists(_encoded(name))

    def _opened(self, name: str) -> Any:
        if not self._has(name):
            return None
        key = _encoded(name)
        with damage_is_told():
            if self.id.links.get_info(key).type == h5l.TYPE_HARD:
                return h5o.open(self.id, key)
        where = f"{self.path}/{name}".lstrip("/")
        raise InvalidModelFile(f"{where} is a link to another place, which is not followed.")


def _is_name(name: str) -> bool:
    return name not in ("", ".") and "/" not in name and "\0" not in name


def _encoded(name: str) -> bytes:
    return name.encode(errors="surrogatepass")


class StoredArray:
    """A plain array of numbers in an HDF5 file, not read yet.

    Raises:
        InvalidModelFile: When it is anything else.
    """

    _dtypes: dict[bytes, np.dtype] = {}

    def __init__(self, id: h5d.DatasetID, path: str, source: Source):
        self.id = id
        self.path = path
        self.source = source
        shape = id.shape
        if shape is None or len(shape) > _MOST_AXES:
            raise InvalidModelFile(f"{path} is not an array of numbers.")
        properties = id.get_create_plist()
        layout = properties.get_layout()
        if properties.get_external_count() or layout not in _PLAIN:
            raise InvalidModelFile(f"{path} keeps its numbers in another file, which is not read.")
        if {properties.get_filter(i)[0] for i in range(properties.get_nfilters())} - _FILTERS:
            raise InvalidModelFile(f"{path} is compressed in a way that is not read here.")
        self.shape: tuple[int, ...] = tuple(shape)
        self.is_chunked = layout == h5d.CHUNKED
        self.dtype = self._dtype()
        self.is_half = self.dtype.kind == "V" and self.dtype.itemsize == 2 and not self.dtype.names
        if self.dtype.kind not in "fiub" and not self.is_half:
            raise InvalidModelFile(f"{path} holds {self.dtype}, not numbers.")
        self.nbytes = self.dtype.itemsize
        for size in self.shape:
            self.nbytes *= size

    def _dtype(self) -> np.dtype:
        kind = self.id.get_type()
        key = kind.encode()
        if key not in self._dtypes:
            if len(self._dtypes) > 1000:
                self._dtypes.clear()
            self._dtypes[key] = kind.dtype
        return self._dtypes[key]

    @property
    def stored(self) -> int:
        """How many bytes of the file it has."""
        return self.id.get_storage_size()

    def read(self) -> np.ndarray:
        """The numbers; straight from the file's bytes where they lie there in one piece.

        Raises:
            InvalidModelFile: When they are more than the file may ask for, or cut off.
        """
        source = self.source
        source.account(self)
        with damage_is_told():
            return self._numbers()

    def _numbers(self) -> np.ndarray:
        source = self.source
        offset = self.id.get_offset()
        if offset is not None and self.dtype.isnative:
            array = source.read_piece(self.path, self.shape, self.dtype, offset)
        else:
            array = np.empty(self.shape, self.dtype)
            if array.size:
                self.id.read(h5s.ALL, h5s.ALL, array)
        if self.is_half and self._says_bfloat16():
            import ml_dtypes

            return array.view(ml_dtypes.bfloat16)
        return array

    def _says_bfloat16(self) -> bool:
        if not h5a.exists(self.id, b"dtype"):
            return False
        attribute = h5a.open(self.id, b"dtype")
        is_text = attribute.get_type().get_class() == h5t.STRING
        if not is_text or attribute.get_storage_size() > 64:
            return False
        self.source.check_texts()
        said = h5py.AttributeManager(h5py.Dataset(self.id))["dtype"]
        return said in ("bfloat16", b"bfloat16")
