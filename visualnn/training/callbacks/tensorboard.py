"""The course of training for TensorBoard."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from visualnn.engine.watching import watchers
from visualnn.exporting import profiles
from visualnn.exporting.events import EventWriter
from visualnn.exporting.op_graph import OpGraph, run_metadata
from visualnn.exporting.projector import write_embeddings
from visualnn.layers.embedding import Embedding
from visualnn.training.callbacks.callback import Callback, Logs


class TensorBoard(Callback):
    """Writes losses, metrics, learning rate and weights to event files, which TensorBoard shows.

    Numbers of training go into the folder ``train``, those of validation into ``validation``: after
    epochs as ``epoch_loss``, after batches as ``batch_loss``, of ``evaluate`` as
    ``evaluation_loss_vs_iterations``.  TensorBoard itself is only needed to look at them, and its
    plugin ``xprof`` to look at profiles.

    Args:
        log_dir: The folder of the folders; one for each run.
        histogram_freq: After so many epochs the spread of all weights is noted; 0 is never.
        write_graph: Whether the model is noted, to be drawn layer by layer, and the first training
            step, to be drawn operation by operation: forward, backward and update.
        write_images: Whether weights are noted as pictures too, as often as their spread.
        write_steps_per_second: Whether to note how fast training goes.
        update_freq: ``"epoch"``, ``"batch"``, or after how many batches numbers are noted.
        profile_batch: The number of the batch to profile, or the first and the last of several;
            batches are counted from 1 over all epochs, and 0 is none.
        embeddings_freq: After so many epochs the tables of all ``Embedding`` layers are written for
            the Projector; 0 is never.
        embeddings_metadata: What the rows of the tables are: the path of a file with a line for
            each row, or a dict of paths by the names of layers.
    """

    def __init__(
        self,
        log_dir: Any = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: Any = "epoch",
        profile_batch: Any = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: Any = None,
    ):
        super().__init__()
        self.log_dir = os.fspath(log_dir)
        self.histogram_freq = histogram_freq
        self.write_graph = write_graph
        self.write_images = write_images
        self.write_steps_per_second = write_steps_per_second
        self.update_freq: Any = 1 if update_freq == "batch" else update_freq
        self.embeddings_freq = embeddings_freq
        self.embeddings_metadata = embeddings_metadata
        self._profiled = self._checked(profile_batch)
        self._is_profiling = False
        self._train = EventWriter(Path(self.log_dir, "train"))
        self._validation = EventWriter(Path(self.log_dir, "validation"))
        self._is_training = False
        self._model_noted = False
        self._step_noted = False
        self._batches = 0  # of all epochs and all calls of fit
        self._batch_began = self._epoch_began = 0.0
        self._batches_before_epoch = 0

    def _checked(self, profile_batch: Any) -> tuple[int, int]:
        """The first and the last batch to profile."""
        every = self.update_freq
        if every != "epoch" and (not isinstance(every, int) or every < 1):
            raise ValueError(
                "TensorBoard: `update_freq` is 'epoch', 'batch' or a number of batches, "
                f"not {every!r}."
            )
        span = profile_batch
        if isinstance(span, str):
            span = span.split(",")
        span = list(span) if isinstance(span, list | tuple) else [span]
        try:
            first, last = int(span[0]), int(span[-1])
        except (TypeError, ValueError):
            first, last = -1, -1
        if first < 0 or last < first or len(span) > 2 or (len(span) == 2 and first == 0):
            raise ValueError(
                "TensorBoard: `profile_batch` is a number of a batch, or the first and the last "
                f"of several, not {profile_batch!r}."
            )
        return first, last

    def set_model(self, model: Any) -> None:
        super().set_model(model)
        self._model_noted = self._step_noted = False

    # ------------------------------------------------------------------ training

    def on_train_begin(self, logs: Logs = None) -> None:
        self._is_training = True
        self._metadata()  # what is wrong with it is told before anything is trained
        if self.write_graph:
            self._note_model()

    def on_train_end(self, logs: Logs = None) -> None:
        self._is_training = False
        self._end_profile()
        self._forget_step()
        self._train.close()
        self._validation.close()

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        self._epoch_began = time.monotonic()
        self._batches_before_epoch = self._batches

    def on_train_batch_begin(self, batch: int, logs: Logs = None) -> None:
        if self.write_graph and not self._step_noted and self._note_step not in watchers:
            watchers.append(self._note_step)
        if self._profiled[0] == self._batches + 1:
            profiles.start(self._train.folder)
            self._is_profiling = True
        self._batch_began = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        self._batches += 1
        if self._batches >= self._profiled[1]:
            self._end_profile()
        if self.update_freq == "epoch" or self._batches % self.update_freq:
            return
        found = dict(logs or {})
        if self.write_steps_per_second:
            found["steps_per_second"] = 1 / max(time.monotonic() - self._batch_began, 1e-9)
        self._note(self._train, "batch_", found, self._batches)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        logs = logs or {}
        found = {name: x for name, x in logs.items() if not name.startswith("val_")}
        rate = getattr(getattr(self.model, "optimizer", None), "learning_rate", None)
        if rate is not None:
            found["learning_rate"] = float(np.asarray(rate))
        if self.write_steps_per_second:
            seconds = max(time.monotonic() - self._epoch_began, 1e-9)
            found["steps_per_second"] = (self._batches - self._batches_before_epoch) / seconds
        self._note(self._train, "epoch_", found, epoch)
        tested = {name[4:]: x for name, x in logs.items() if name.startswith("val_")}
        self._note(self._validation, "epoch_", tested, epoch)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._note_weights(epoch)
        if self.embeddings_freq and epoch % self.embeddings_freq == 0:
            self._write_embeddings()
        self._train.flush()
        self._validation.flush()

    # ------------------------------------------------------------------ testing

    def on_test_end(self, logs: Logs = None) -> None:
        optimizer = getattr(self.model, "optimizer", None)
        if optimizer is not None and hasattr(optimizer, "iterations"):
            step = int(np.asarray(optimizer.iterations))
            for name, value in (logs or {}).items():
                self._validation.scalar(f"evaluation_{name}_vs_iterations", value, step)
        if self._is_training:
            self._validation.flush()
        else:
            self._validation.close()

    # ------------------------------------------------------------------ what is noted

    @staticmethod
    def _note(writer: EventWriter, prefix: str, found: dict[str, Any], step: int) -> None:
        for name, value in found.items():
            if np.ndim(value) == 0:
                writer.scalar(f"{prefix}{name}", float(value), step)

    def _note_model(self) -> None:
        """Note the model once; one that cannot be described, such as a user's own, is left out."""
        if self._model_noted or not hasattr(self.model, "to_json"):
            return
        self._model_noted = True
        try:
            description = self.model.to_json()
        except Exception as problem:
            warnings.warn(f"TensorBoard: the model is not noted: {problem}", stacklevel=4)
            return
        self._train.keras_model("keras", description, 0)

    def _note_step(self, plan: Any, arrays: list) -> None:
        """Note the graph of the first training step; told of every plan that is about to run."""
        if plan.graph.name != "train_step":
            return
        self._step_noted = True
        self._forget_step()
        self._train.op_graph("train_step", run_metadata([OpGraph(plan.graph)]), 0)

    def _forget_step(self) -> None:
        if self._note_step in watchers:
            watchers.remove(self._note_step)

    def _end_profile(self) -> None:
        if self._is_profiling:
            self._is_profiling = False
            profiles.stop()

    def _tables(self) -> dict[str, Any]:
        """The layers whose tables are written, by name."""
        found = (x for x in self.model._flatten_layers() if isinstance(x, Embedding))
        return {layer.name: layer for layer in found} if self.embeddings_freq else {}

    def _metadata(self) -> Mapping[str, Any]:
        """The files that say what the rows of the tables are."""
        tables, told = self._tables(), self.embeddings_metadata or {}
        if not isinstance(told, dict):
            return dict.fromkeys(tables, os.fspath(told))
        unknown = sorted(told.keys() - tables.keys())
        if unknown:
            raise ValueError(
                f"TensorBoard: `embeddings_metadata` names {unknown}, but the Embedding layers of "
                f"the model are {sorted(tables)}."
            )
        return told

    def _write_embeddings(self) -> None:
        tables = {name: layer.embeddings.numpy() for name, layer in self._tables().items()}
        if tables:
            write_embeddings(self._train.folder, tables, self._metadata())

    def _note_weights(self, epoch: int) -> None:
        for layer in self.model.layers:
            for weight in layer.weights:
                numbers = weight.numpy()
                self._train.histogram(f"{weight.path}/histogram", numbers, epoch)
                pictures = as_pictures(numbers) if self.write_images else None
                if pictures is not None:
                    self._train.image(f"{weight.path}/image", pictures, epoch)


def as_pictures(weight: np.ndarray) -> np.ndarray | None:
    """A weight as pictures (count, height, width, channels), dark for small and light for large.

    A vector is a line, a matrix lies on its longer side, of more axes the last is that of pictures;
    of those without a size for that there are none.
    """
    weight = np.squeeze(np.asarray(weight, "float64"))
    if weight.ndim == 1:
        found = weight[None, None, :, None]
    elif weight.ndim == 2:
        found = (weight.T if weight.shape[0] > weight.shape[1] else weight)[None, :, :, None]
    elif weight.ndim == 3:
        found = np.moveaxis(weight, -1, 0)[..., None]
    elif weight.ndim == 4 and weight.shape[2] in (1, 3, 4):
        found = np.moveaxis(weight, -1, 0)
    else:
        return None
    low, high = np.min(found, initial=0), np.max(found, initial=0)
    return (255 * (found - low) / ((high - low) or 1.0)).astype("uint8")
