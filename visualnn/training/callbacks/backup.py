"""Going on with training that was broken off."""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from visualnn.training.callbacks.callback import Callback, Logs

_WEIGHTS, _PLACE = ".weights.h5", "training_metadata.json"


class BackupAndRestore(Callback):
    """Keeps a copy of weights and optimizer while ``fit`` runs; the next ``fit`` goes on with it.

    Args:
        backup_dir: A directory for this model's copies alone.
        save_freq: ``"epoch"``, or after how many batches to save.
        double_checkpoint: Whether to keep the copy before the last one too.
        delete_checkpoint: Whether to delete the copies when training has come to its end.
    """

    def __init__(
        self,
        backup_dir: Any,
        save_freq: Any = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
    ):
        super().__init__()
        if not backup_dir:
            raise ValueError("BackupAndRestore: `backup_dir` names a directory; it is empty.")
        counts = isinstance(save_freq, int) and not isinstance(save_freq, bool) and save_freq > 0
        if save_freq != "epoch" and not counts:
            raise ValueError(
                "BackupAndRestore: `save_freq` is 'epoch' or a number of batches, "
                f"not {save_freq!r}."
            )
        self.backup_dir = os.fspath(backup_dir)
        self.save_freq: Any = save_freq
        self.double_checkpoint = double_checkpoint
        self.delete_checkpoint = delete_checkpoint
        self._epoch = 0
        self._batches = 0

    def on_train_begin(self, logs: Logs = None) -> None:
        self._epoch = self._batches = 0
        place = self._place()
        if place is None:
            return
        self._epoch = int(place["epoch"])
        optimizer = self.model.optimizer
        if optimizer is not None and not optimizer.built and self.model.built:
            optimizer.build(self.model.trainable_variables)  # so that there is room for its state
        self.model.load_weights(Path(self.backup_dir, place["weights"]))
        self.model._initial_epoch = self._epoch

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        self._epoch = epoch

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        self._epoch = epoch + 1
        if self.save_freq == "epoch":
            self._save(0)

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        if self.save_freq == "epoch":
            return
        self._batches += 1
        if self._batches % self.save_freq == 0:
            self._save(batch)

    def on_train_end(self, logs: Logs = None) -> None:
        epochs = (self.params or {}).get("epochs")
        is_over = self.model.stop_training or epochs is None or self._epoch >= epochs
        if is_over and self.delete_checkpoint:
            self._delete()

    def _save(self, batch: int) -> None:
        """Write a copy beside the last one; it counts from when the file that names it is there."""
        folder = Path(self.backup_dir)
        folder.mkdir(parents=True, exist_ok=True)
        before = self._place()
        name = f"epoch_{self._epoch}_batch_{batch}{_WEIGHTS}"
        self.model.save_weights(folder / name, overwrite=True)
        fresh = folder / f"{_PLACE}.writing"
        fresh.write_text(json.dumps({"epoch": self._epoch, "batch": batch, "weights": name}))
        fresh.replace(folder / _PLACE)
        kept = {name, before["weights"]} if before and self.double_checkpoint else {name}
        for path in folder.glob(f"epoch_*{_WEIGHTS}"):
            if path.name not in kept:
                path.unlink()

    def _delete(self) -> None:
        """Delete the copies, and the directory, unless there is something else in it."""
        folder = Path(self.backup_dir)
        for path in (*folder.glob(f"epoch_*{_WEIGHTS}"), folder / _PLACE):
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            folder.rmdir()

    def _place(self) -> dict[str, Any] | None:
        """How far the last copy is, and which file it is in."""
        path = Path(self.backup_dir, _PLACE)
        if not path.is_file():
            return None
        place = json.loads(path.read_text(encoding="utf-8"))
        if Path(place["weights"]).name != place["weights"]:
            raise ValueError(f"BackupAndRestore: {path} names a file that is somewhere else.")
        return place
