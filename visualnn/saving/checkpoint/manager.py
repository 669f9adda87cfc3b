"""``train.CheckpointManager``: several checkpoints in a folder, the old ones removed."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from visualnn.saving.checkpoint.checkpoint import Checkpoint
from visualnn.saving.checkpoint.state import (
    CheckpointState,
    exists,
    get_checkpoint_state,
    write_state,
)


class CheckpointManager:
    """Keeps the newest checkpoints of a folder, and some of the older ones.

    Args:
        checkpoint: What is saved.
        directory: The folder.  Checkpoints that are there already are taken over.
        max_to_keep: How many are kept; ``None`` for all.
        keep_checkpoint_every_n_hours: One that is to be removed is kept for good where the last
            one kept so is this many hours older.
        checkpoint_name: What their names begin with.
        step_counter: A variable that counts steps, for ``checkpoint_interval``.
        checkpoint_interval: The least number of steps between two checkpoints; in between ``save``
            does nothing.
        init_fn: Called by ``restore_or_initialize`` where there is no checkpoint.

    Raises:
        ValueError: When a number is none that makes sense, or there is an interval but no counter.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        directory: Any,
        max_to_keep: int | None,
        keep_checkpoint_every_n_hours: float | None = None,
        checkpoint_name: str = "ckpt",
        step_counter: Any = None,
        checkpoint_interval: int | None = None,
        init_fn: Callable | None = None,
    ):
        if max_to_keep is not None and max_to_keep <= 0:
            raise ValueError(
                f"`max_to_keep` must be a positive integer, or None for all, not {max_to_keep}."
            )
        if checkpoint_interval is not None and step_counter is None:
            raise ValueError("`checkpoint_interval` counts steps: give a `step_counter`, too.")
        self.checkpoint = checkpoint
        self.directory = os.fspath(directory)
        self.checkpoint_interval = checkpoint_interval
        self._max_to_keep = max_to_keep
        self._hours = keep_checkpoint_every_n_hours
        self._name = checkpoint_name
        self._step_counter = step_counter
        self._last_step: int | None = None
        self._init = init_fn
        self._times: dict[str, float] = {}
        self._preserved = time.time()
        self.latest_checkpoint: str | None = None
        self._take_over()

    def _take_over(self) -> None:
        """Go on where the folder says that another manager ended."""
        state = get_checkpoint_state(self.directory)
        if state is None:
            return
        paths, times = state.all_model_checkpoint_paths, state.all_model_checkpoint_timestamps
        if len(times) != len(paths):
            times = [time.time()] * len(paths)
        self._preserved = state.last_preserved_timestamp or self._preserved
        self._times = {path: when for path, when in zip(paths, times, strict=True) if exists(path)}
        if exists(state.model_checkpoint_path):
            self.latest_checkpoint = state.model_checkpoint_path

    @property
    def checkpoints(self) -> list[str]:
        """The paths of those that are kept and may be removed later, the oldest first."""
        return list(self._times)

    def save(
        self, checkpoint_number: Any = None, check_interval: bool = True, options: Any = None
    ) -> str | None:
        """Write a checkpoint, and remove those that are too old.

        Args:
            checkpoint_number: The number behind the name; by default one is counted.
            check_interval: Whether nothing is written before ``checkpoint_interval`` steps.
            options: Accepted for TensorFlow's sake.

        Returns:
            The path, or ``None`` where nothing was written.
        """
        if self._step_counter is not None:
            if check_interval and not self._is_due():
                return None
            self._last_step = int(self._step_counter)
        prefix = os.path.join(self.directory, self._name)
        if checkpoint_number is None:
            counter = self.checkpoint.save_counter
            counter.assign_add(1)
            checkpoint_number = counter
        path = f"{prefix}-{int(checkpoint_number)}"
        self.checkpoint.write(path, options)
        self._times.pop(path, None)
        self._times[path] = time.time()
        self.latest_checkpoint = path
        self._remove_old()
        self._write_state()
        return path

    def _is_due(self) -> bool:
        if self.checkpoint_interval is None or self._last_step is None:
            return True
        return int(self._step_counter) - self._last_step >= self.checkpoint_interval

    def _remove_old(self) -> None:
        while self._max_to_keep is not None and len(self._times) > self._max_to_keep:
            path, when = next(iter(self._times.items()))
            del self._times[path]
            if self._hours is not None and when - self._preserved >= self._hours * 3600:
                self._preserved = when
                continue
            self._write_state()  # nobody shall be told of what is going to be removed
            remove(path)

    def _write_state(self) -> None:
        latest = self.latest_checkpoint
        assert latest is not None
        state = CheckpointState(
            latest, list(self._times), list(self._times.values()), self._preserved
        )
        write_state(self.directory, state)

    def restore_or_initialize(self) -> str | None:
        """Restore the newest checkpoint, or call ``init_fn`` where there is none.

        Returns:
            The path of what was restored, if something was.
        """
        if self.latest_checkpoint is not None:
            self.checkpoint.restore(self.latest_checkpoint)
            if self._step_counter is not None:
                self._last_step = int(self._step_counter)
            return self.latest_checkpoint
        if self._init is not None:
            self._init()
        return None


def remove(prefix: str) -> None:
    """Remove the files of a checkpoint, the index first."""
    path = Path(prefix)
    Path(f"{prefix}.index").unlink(missing_ok=True)
    shard = re.compile(re.escape(path.name) + r"\.data-\d{5}-of-\d{5}")
    for file in path.parent.iterdir():
        if shard.fullmatch(file.name):
            file.unlink(missing_ok=True)
