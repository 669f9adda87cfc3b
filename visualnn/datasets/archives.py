"""Archives that were downloaded, unpacked: nothing is written outside of the folder meant for it.

Links are refused: they are how an archive reaches outside.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import stat
import tempfile
from typing import Any

_LARGE = 1 << 30  # bytes; what unpacks to more must not have been much smaller
_RATIO = 200


class UnsafeArchiveError(ValueError):
    """An archive would write where it may not, or far more than it holds."""


def unpacked(archive: str, folder: str, formats: tuple[str, ...]) -> bool:
    """Unpack an archive into a folder, which is there whole or not at all.

    Args:
        archive: Where it is.
        folder: Where to; what was there is replaced.
        formats: What it may be, of ``tar`` and ``zip``.

    Returns:
        Whether it is one of these.

    Raises:
        UnsafeArchiveError: When a member is a link, or would be written outside of the folder.
    """
    import tarfile
    import zipfile

    target = pathlib.Path(folder)
    if "tar" in formats and tarfile.is_tarfile(archive):
        extract = _extract_tar
    elif "zip" in formats and zipfile.is_zipfile(archive):
        extract = _extract_zip
    else:
        return False
    made = pathlib.Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        extract(archive, made)
        made.chmod(0o755)  # temporary folders are for their owner alone
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        os.replace(made, target)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return True


def _extract_tar(archive: str, folder: pathlib.Path) -> None:
    import tarfile

    if not hasattr(tarfile, "data_filter"):
        raise UnsafeArchiveError(
            "This Python cannot unpack tar archives safely: it has no `tarfile.data_filter`. "
            "Take 3.11.4 or newer."
        )
    with tarfile.open(archive) as file:
        total = 0
        for member in file:
            if not (member.isfile() or member.isdir()):
                raise UnsafeArchiveError(
                    f"{archive!r} is not unpacked: {member.name!r} is neither a file nor a folder, "
                    "but a link or a device."
                )
            _check_place(archive, member.name, folder)
            total += member.size
            _check_size(archive, total)
            try:
                file.extract(member, folder, filter="data")
            except tarfile.FilterError as problem:
                raise UnsafeArchiveError(f"{archive!r} is not unpacked: {problem}.") from problem


def _extract_zip(archive: str, folder: pathlib.Path) -> None:
    import zipfile

    with zipfile.ZipFile(archive) as file:
        total = 0
        for member in file.infolist():
            if stat.S_ISLNK(member.external_attr >> 16):
                raise UnsafeArchiveError(
                    f"{archive!r} is not unpacked: {member.filename!r} is a link."
                )
            _check_place(archive, member.filename, folder)
            total += member.file_size
            _check_size(archive, total)
            file.extract(member, folder)


def _check_place(archive: str, name: str, folder: pathlib.Path) -> None:
    """Refuse a member that would be written outside of the folder."""
    plain = name.replace("\\", "/")
    parts = plain.split("/")
    place = os.path.realpath(folder / plain)
    inside = os.path.commonpath([place, os.path.realpath(folder)]) == os.path.realpath(folder)
    if plain.startswith("/") or ".." in parts or ":" in parts[0] or not inside:
        raise UnsafeArchiveError(
            f"{archive!r} is not unpacked: {name!r} would be written outside of its folder."
        )


def _check_size(archive: str, total: int) -> None:
    """Refuse what unpacks to far more than it is."""
    if total > max(_LARGE, _RATIO * os.path.getsize(archive)):
        raise UnsafeArchiveError(
            f"{archive!r} is not unpacked: it holds more than {_RATIO} times its own size."
        )


def formats_of(archive_format: Any) -> tuple[str, ...]:
    """The formats that ``archive_format`` allows.

    Raises:
        NotImplementedError: When one is not known; the type is Keras's.
    """
    if archive_format == "auto":
        return ("tar", "zip")
    if not archive_format:
        return ()
    formats = (archive_format,) if isinstance(archive_format, str) else tuple(archive_format)
    for name in formats:
        if name not in ("tar", "zip"):
            raise NotImplementedError(
                f"get_file: `archive_format` is 'auto', 'tar', 'zip' or None, but {name!r} came: "
                "no other archives are unpacked."
            )
    return formats
