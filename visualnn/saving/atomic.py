"""Writing files so that a reader sees the old one or the new one, and never half of one."""

from __future__ import annotations

import errno
import os
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
    try:
        handle, name = tempfile.mkstemp(
            prefix=f".{target.name}.", suffix=".tmp", dir=target.parent or "."
        )
        os.close(handle)
        temporary = Path(name)
        yield temporary
        _reach_the_disk(temporary)
        os.chmod(temporary, _mode_for(target))
        os.replace(temporary, target)
        _reach_the_disk(target.parent)
    except OSError as problem:
        raise _explained(problem, target) from problem
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _reach_the_disk(path: Path) -> None:
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
    said = {
        errno.ENOENT: f"the folder {folder} does not exist",
        errno.ENOTDIR: f"{folder} is not a folder",
        errno.EACCES: f"the folder {folder} cannot be written to",
        errno.EPERM: f"the folder {folder} cannot be written to",
        errno.EROFS: f"the folder {folder} is read-only",
        errno.ENOSPC: "the disk is full",
        errno.EISDIR: f"{target} is a folder",
    }.get(problem.errno or 0)
    if said is None:
        return problem
    return type(problem)(problem.errno, f"{target.name} was not saved: {said}.")
