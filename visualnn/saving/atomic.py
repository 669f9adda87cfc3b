"""Writing files so that a reader sees the old one or the new one, and never half of one."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: str | os.PathLike) -> Iterator[Path]:
    """Give a temporary path beside ``path``; what is written there takes its place at the end.

    The file reaches the disk before it is renamed.  After any problem the old file is as it was
    and the temporary one is gone.

    Raises:
        OSError: When the folder is missing, cannot be written to or is full; the sentence says so.
    """
    target = Path(path)
    temporary: Path | None = None
    with explaining(target):
        try:
            handle, name = tempfile.mkstemp(
                prefix=f".{target.name}.", suffix=".tmp", dir=target.parent or "."
            )
            os.close(handle)
            temporary = Path(name)
            _give_back_memory(target)
            yield temporary
            reach_the_disk(temporary)
            os.chmod(temporary, _mode_for(target))
            os.replace(temporary, target)
            reach_the_disk(target.parent)
        finally:
            if temporary is not None:
                temporary.unlink(missing_ok=True)


@contextmanager
def explaining(target: Path) -> Iterator[None]:
    """Tell what the system says of a full disk or a forbidden folder, in a sentence."""
    try:
        yield
    except OSError as problem:
        raise _explained(problem, target) from problem
    except RuntimeError as problem:  # HDF5's, when it cannot close a file
        if "errno = " not in str(problem):
            raise
        raise _explained(OSError(str(problem)), target) from problem


_EXCHANGE = 2  # renameat2's flag
_HERE = -100  # paths are relative to the current folder


def exchange(made: Path, target: Path, old: Path) -> None:
    """Put a folder in the place of another, at once where the system can do that.

    Args:
        made: The new folder; the old one is here afterwards, or at ``old``.
        target: The place.
        old: A free path.
    """
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if os.name == "posix" else None
    if rename is not None:
        paths = os.fsencode(made), os.fsencode(target)
        if rename(_HERE, paths[0], _HERE, paths[1], _EXCHANGE) == 0:
            return
    target.rename(old)
    try:
        made.rename(target)
    except OSError:
        old.rename(target)
        raise


def reach_the_disk(path: Path) -> None:
    """Wait until what was written is on the disk."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except (PermissionError, IsADirectoryError):  # a folder, on systems that cannot open one
        return
    try:
        os.fsync(handle)
    except OSError as problem:
        if problem.errno not in (errno.EINVAL, errno.EBADF):
            raise
    finally:
        os.close(handle)


def _give_back_memory(target: Path) -> None:
    """Let the system forget its copy of a file in memory, which has its bytes on the disk as well.

    The file that takes its place gets this memory, while it is at hand: finding as much of other
    memory takes several times as long as writing.
    """
    if not hasattr(os, "posix_fadvise"):
        return
    with contextlib.suppress(OSError):  # there is no such file
        handle = os.open(target, os.O_RDONLY)
        try:
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)


def _mode_for(target: Path) -> int:
    """The permissions of the file that is replaced, or those of a new file."""
    try:
        return target.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _explained(problem: OSError, target: Path) -> OSError:
    folder = target.parent.resolve()
    number = _number(problem)
    said = {
        errno.ENOENT: f"the folder {folder} does not exist",
        errno.ENOTDIR: f"{folder} is not a folder",
        errno.EACCES: f"the folder {folder} cannot be written to",
        errno.EPERM: f"the folder {folder} cannot be written to",
        errno.EROFS: f"the folder {folder} is read-only",
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "the disk is full",
        errno.EFBIG: "a file may not become so large here",
        errno.EISDIR: f"{target} is a folder",
    }.get(number)
    if said is None:
        return problem
    return OSError(number, f"{target.name} was not saved: {said}.")


def _number(problem: OSError) -> int:
    """The number of the problem, which HDF5 says in its text alone."""
    found = re.search(r"errno = (\d+)", str(problem)) if problem.errno is None else None
    return int(found[1]) if found else problem.errno or 0
