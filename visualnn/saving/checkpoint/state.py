"""The file ``checkpoint`` in a folder, which says which checkpoints there are and which is newest.

It is a protobuf message as text.  Source: tensorflow/python/training/checkpoint_state.proto.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visualnn.saving.atomic import replacing
from visualnn.saving.checkpoint.bundle import BundleReader

STATE_FILE = "checkpoint"
_LARGEST = 1 << 24


@dataclass
class CheckpointState:
    """What a folder says of its checkpoints.

    Attributes:
        model_checkpoint_path: The newest one.
        all_model_checkpoint_paths: All that are kept, the oldest first.
        all_model_checkpoint_timestamps: When they were written, in seconds since 1970.
        last_preserved_timestamp: When the last one was written that is never removed.
    """

    model_checkpoint_path: str = ""
    all_model_checkpoint_paths: list[str] = field(default_factory=list)
    all_model_checkpoint_timestamps: list[float] = field(default_factory=list)
    last_preserved_timestamp: float = 0.0

    def __str__(self) -> str:
        lines = [f"model_checkpoint_path: {_quoted(self.model_checkpoint_path)}"]
        paths = map(_quoted, self.all_model_checkpoint_paths)
        lines += [f"all_model_checkpoint_paths: {path}" for path in paths]
        times = self.all_model_checkpoint_timestamps
        lines += [f"all_model_checkpoint_timestamps: {time!r}" for time in times]
        if self.last_preserved_timestamp:
            lines.append(f"last_preserved_timestamp: {self.last_preserved_timestamp!r}")
        return "\n".join(lines) + "\n"


def write_state(folder: Any, state: CheckpointState, name: str = STATE_FILE) -> None:
    """Write the file; paths in the folder are written without it, so that it can be moved."""
    place = os.path.abspath(folder)

    def inside(path: str) -> str:
        full = os.path.abspath(path)
        return os.path.relpath(full, place) if os.path.dirname(full) == place else full

    said = CheckpointState(
        inside(state.model_checkpoint_path),
        list(map(inside, state.all_model_checkpoint_paths)),
        state.all_model_checkpoint_timestamps,
        state.last_preserved_timestamp,
    )
    with replacing(Path(folder) / name) as temporary:
        temporary.write_text(str(said), encoding="utf-8")


def get_checkpoint_state(
    checkpoint_dir: Any, latest_filename: str | None = None
) -> CheckpointState | None:
    """What a folder says of its checkpoints; ``None`` where it says nothing.

    Args:
        checkpoint_dir: The folder.
        latest_filename: The name of the file, by default ``checkpoint``.
    """
    folder = os.fspath(checkpoint_dir)
    path = Path(folder, latest_filename or STATE_FILE)
    if not path.is_file() or path.stat().st_size > _LARGEST:
        return None
    state = CheckpointState()
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition(":")
            _note(state, name.strip(), value.strip(), folder)
    except ValueError:  # no text, or a value that is not what it should be
        return None
    return state if state.model_checkpoint_path else None


def _note(state: CheckpointState, name: str, value: str, folder: str) -> None:
    match name:
        case "model_checkpoint_path":
            state.model_checkpoint_path = os.path.join(folder, _unquoted(value))
        case "all_model_checkpoint_paths":
            state.all_model_checkpoint_paths.append(os.path.join(folder, _unquoted(value)))
        case "all_model_checkpoint_timestamps":
            state.all_model_checkpoint_timestamps.append(float(value))
        case "last_preserved_timestamp":
            state.last_preserved_timestamp = float(value)


def latest_checkpoint(checkpoint_dir: Any, latest_filename: str | None = None) -> str | None:
    """The path of the newest checkpoint of a folder; ``None`` where there is none.

    Args:
        checkpoint_dir: The folder.
        latest_filename: The name of the file that says it, by default ``checkpoint``.
    """
    state = get_checkpoint_state(checkpoint_dir, latest_filename)
    if state is None or not exists(state.model_checkpoint_path):
        return None
    return state.model_checkpoint_path


def exists(prefix: str) -> bool:
    """Whether there is a checkpoint of this path."""
    return Path(f"{prefix}.index").is_file()


def load_checkpoint(ckpt_dir_or_file: Any) -> BundleReader:
    """A reader of the tensors of a checkpoint.

    Args:
        ckpt_dir_or_file: The path of the checkpoint, or a folder, whose newest is read.

    Raises:
        FileNotFoundError: When there is none.
        InvalidModelFile: When it is damaged.
    """
    return BundleReader(path_of(ckpt_dir_or_file))


def path_of(ckpt_dir_or_file: Any) -> str:
    """The path of a checkpoint; of a folder, that of its newest.

    Raises:
        FileNotFoundError: When the folder has none.
    """
    path = os.fspath(ckpt_dir_or_file)
    if not os.path.isdir(path):
        return path
    latest = latest_checkpoint(path)
    if latest is None:
        raise FileNotFoundError(f"There is no checkpoint in the folder {path!r}.")
    return latest


def list_variables(ckpt_dir_or_file: Any) -> list[tuple[str, list[int]]]:
    """The names and shapes of all tensors of a checkpoint, sorted by name.

    Args:
        ckpt_dir_or_file: As of ``load_checkpoint``.
    """
    return sorted(load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map().items())


def load_variable(ckpt_dir_or_file: Any, name: str) -> Any:
    """One tensor of a checkpoint.

    Args:
        ckpt_dir_or_file: As of ``load_checkpoint``.
        name: The name, as ``list_variables`` tells it.

    Raises:
        ValueError: When there is none of this name.
    """
    return load_checkpoint(ckpt_dir_or_file).get_tensor(name)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _unquoted(text: str) -> str:
    """A text without its quotes; bytes that are no ASCII may be written as octal numbers.

    Raises:
        ValueError: When it has no quotes.
    """
    if len(text) < 2 or text[0] not in "\"'" or text[-1] != text[0]:
        raise ValueError(text)
    data = re.sub(
        rb"\\([0-7]{1,3}|.)",
        lambda found: (
            bytes([int(found[1], 8) & 0xFF])
            if found[1].isdigit()
            else {b"n": b"\n", b"t": b"\t", b"r": b"\r"}.get(found[1], found[1])
        ),
        text[1:-1].encode(),
    )
    return data.decode()
