"""Files from the network, kept in a folder: downloaded once, checked, and unpacked."""

from __future__ import annotations

import hashlib
import os
import pathlib
import tempfile
import warnings
from typing import Any

from visualnn.datasets.archives import formats_of, unpacked
from visualnn.session import is_interactive_logging_enabled
from visualnn.training.callbacks.progress import has_tqdm, new_bar

_CHUNK = 1 << 16
_SECONDS = 60  # without a byte, before a download is given up


def get_file(
    fname: Any = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: Any = "auto",
    cache_dir: Any = None,
    force_download: bool = False,
) -> str:
    """Download a file, unless it is there already; its folder holds it whole or not at all.

    Args:
        fname: What it is called here; by default what it is called there.  Of an archive that is
            unpacked, the name of the folder, unless it has a dot.
        origin: The address.
        untar: An older name of ``extract``, for tar archives.
        md5_hash: An older name of ``file_hash``.
        file_hash: The hash that the file must have.
        cache_subdir: The folder in the cache, or an absolute one.
        hash_algorithm: ``sha256``, ``md5``, or ``auto``, which tells by the length.
        extract: Whether to unpack the file.
        archive_format: ``tar``, ``zip``, several of them, ``auto`` for any, or ``None`` for none.
        cache_dir: The cache; by default ``$KERAS_HOME``, or ``~/.keras``.
        force_download: Whether to download even what is there.

    Returns:
        Where the file is, or the folder it was unpacked to.

    Raises:
        ValueError: When the hash is another, an archive is unsafe, or an argument is wrong.
        OSError: When it cannot be downloaded.
    """
    if origin is None:
        raise ValueError("get_file: give `origin`, the address of the file.")
    if md5_hash is not None and file_hash is None:
        file_hash, hash_algorithm = md5_hash, "md5"
    if hash_algorithm not in ("auto", "sha256", "md5"):
        raise ValueError(
            f"get_file: `hash_algorithm` is 'auto', 'sha256' or 'md5', but is {hash_algorithm!r}."
        )
    formats = formats_of("tar" if untar else archive_format)
    name = _file_name(fname, origin)
    folder = _cache(cache_dir, cache_subdir)
    archive, target = folder / name, folder / name
    if untar or extract:
        if fname is not None and "." in name:
            target = folder / f"{name.partition('.')[0]}_extracted"
        else:
            archive = folder / f"{name}_archive"
    is_new = force_download or not archive.exists()
    if not is_new and file_hash is not None and not _has_hash(archive, file_hash, hash_algorithm):
        print(f"{archive} is there, but has another hash: it is incomplete, or of another version.")
        is_new = True
    if is_new:
        _download(origin, archive, file_hash, hash_algorithm)
    if not (untar or extract):
        return str(archive)
    if (is_new or not target.is_dir()) and not unpacked(str(archive), str(target), formats):
        allowed = " or ".join(formats) or "none"
        warnings.warn(
            f"{archive} was not unpacked: it is no archive of an allowed format ({allowed}).",
            stacklevel=2,
        )
    return str(target)


def _file_name(fname: Any, origin: str) -> str:
    """What a file is called in the cache: a name, never a way."""
    from urllib.parse import unquote, urlsplit

    if fname is None:
        name = os.path.basename(unquote(urlsplit(origin).path))
        if name in ("", ".", ".."):
            raise ValueError(f"get_file: {origin!r} does not end with a name; give `fname`.")
        return name
    name = os.fspath(fname)
    if not name or name in (".", "..") or any(c in name for c in "/\\\0"):
        raise ValueError(
            f"get_file: `fname` must be a name without folders, but is {name!r}. Folders are given "
            "by `cache_dir` and `cache_subdir`."
        )
    return name


def _cache(cache_dir: Any, cache_subdir: str) -> pathlib.Path:
    """The folder where files are kept, made where it is missing."""
    if cache_dir is None:
        cache_dir = os.environ.get("KERAS_HOME") or os.path.join(os.path.expanduser("~"), ".keras")
    base = pathlib.Path(os.path.expanduser(os.fspath(cache_dir)))
    try:
        base.mkdir(parents=True, exist_ok=True)
        writable = os.access(base, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        base = pathlib.Path(tempfile.gettempdir()) / ".keras"
    folder = base / cache_subdir
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _download(origin: str, place: pathlib.Path, file_hash: str | None, algorithm: str) -> None:
    """Bring a file to its place, by way of one beside it that is checked first."""
    handle, temporary = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            _receive(origin, file)
        received = pathlib.Path(temporary)
        if file_hash is not None and not _has_hash(received, file_hash, algorithm):
            raise ValueError(
                f"What came from {origin} is not what was expected, and was not kept: its "
                f"{_algorithm(file_hash, algorithm)} hash is not {file_hash}. The download was "
                "incomplete, or the file there has changed."
            )
        received.chmod(0o644)  # temporary files are for their owner alone
        os.replace(received, place)
    except BaseException:
        pathlib.Path(temporary).unlink(missing_ok=True)
        raise


def _receive(origin: str, file: Any) -> None:
    """Write what an address gives to an open file, showing how far it is."""
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    bar = None
    try:
        with urlopen(Request(origin), timeout=_SECONDS) as response:
            size = response.headers.get("Content-Length")
            size = int(size) if size and size.isdigit() else None
            if is_interactive_logging_enabled() and has_tqdm():
                bar = new_bar(f"Downloading {origin}", size, unit="B")
            else:
                print(f"Downloading {origin}", flush=True)
            received = 0
            while chunk := response.read(_CHUNK):
                file.write(chunk)
                received += len(chunk)
                if bar is not None:
                    bar.update(len(chunk))
            if size is not None and received != size:
                raise OSError(f"the connection ended after {received:,} of {size:,} bytes")
    except HTTPError as problem:
        with problem:
            raise OSError(
                f"{origin} could not be downloaded: {problem.code} {problem.reason}."
            ) from None
    except (OSError, HTTPException) as problem:
        reason = getattr(problem, "reason", problem)
        raise OSError(f"{origin} could not be downloaded: {reason}.") from problem
    finally:
        if bar is not None:
            bar.close()


def _algorithm(file_hash: str, algorithm: str) -> str:
    if algorithm != "auto":
        return algorithm
    return "sha256" if len(file_hash) == 64 else "md5"


def _has_hash(place: pathlib.Path, file_hash: str, algorithm: str) -> bool:
    """Whether a file has a hash."""
    hasher = hashlib.new(_algorithm(file_hash, algorithm), usedforsecurity=False)
    with place.open("rb") as file:
        while chunk := file.read(_CHUNK):
            hasher.update(chunk)
    return hasher.hexdigest() == file_hash.lower()
