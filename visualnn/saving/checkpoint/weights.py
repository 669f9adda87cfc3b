"""The weights of a model as a checkpoint, written to a path without ending."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from visualnn.saving.checkpoint.checkpoint import Checkpoint
from visualnn.saving.checkpoint.state import CheckpointState, exists, path_of, write_state
from visualnn.saving.checkpoint.status import LoadStatus

_ENDINGS = ("", ".ckpt", ".tf")


def is_checkpoint_path(filepath: Any) -> bool:
    """Whether weights are saved to this path as a checkpoint."""
    return not hasattr(filepath, "write") and Path(filepath).suffix in _ENDINGS


def is_checkpoint(filepath: Any) -> bool:
    """Whether there is a checkpoint of this path, or a folder whose newest one is meant."""
    if hasattr(filepath, "read"):
        return False
    path = os.fspath(filepath)
    if os.path.isdir(path):
        return Path(path, "checkpoint").is_file()
    return exists(path)


def save_weights(model: Any, filepath: Any, overwrite: bool = True) -> None:
    """Write the weights of a model, and its optimizer's state, and note that they are the newest.

    Raises:
        ValueError: When the model is not built.
        FileExistsError: When there is such a checkpoint and ``overwrite`` is false.
    """
    if not model.built:
        raise ValueError(f"{model.name!r} is not built, so it has no weights to save yet.")
    prefix = os.fspath(filepath)
    if exists(prefix) and not overwrite:
        raise FileExistsError(f"{prefix} is there already: give `overwrite=True` to replace it.")
    Checkpoint(model).write(prefix)
    write_state(os.path.dirname(prefix) or ".", CheckpointState(prefix, [prefix]))


def load_weights(
    model: Any, filepath: Any, skip_mismatch: bool = False, objects_to_skip: Any = None
) -> LoadStatus:
    """Give a model the weights of a checkpoint, now or as soon as it is built.

    Raises:
        ValueError: When a weight has another shape, or is to be skipped, which is not done here.
        InvalidModelFile: When the checkpoint is damaged.
    """
    if skip_mismatch or objects_to_skip:
        raise ValueError(
            "`skip_mismatch` and `objects_to_skip` are for `.weights.h5` files. What a checkpoint "
            "has not is left as it is; where shapes differ, restore parts of the model with "
            "`train.Checkpoint(part=layer)`."
        )
    return Checkpoint(model).read(path_of(filepath))
