"""Folders of recordings as data: ``audio_dataset_from_directory``."""

from __future__ import annotations

import wave
from typing import Any

import numpy as np

from visualnn.training.directories import Choice, FolderDataset, datasets
from visualnn.training.resampling import resampled


def audio_dataset_from_directory(
    directory: Any,
    labels: Any = "inferred",
    label_mode: str | None = "int",
    class_names: Any = None,
    batch_size: int | None = 32,
    sampling_rate: int | None = None,
    output_sequence_length: int | None = None,
    ragged: bool = False,
    shuffle: bool = True,
    seed: int | None = None,
    validation_split: float | None = None,
    subset: str | None = None,
    follow_links: bool = False,
    verbose: bool = True,
) -> Any:
    """Read the ``.wav`` files of a folder batch by batch, each of its folders being a class.

    Args:
        directory: The folder.
        labels: ``inferred`` from the names of the folders, a list of a whole number for each file
            in the order of their paths, or ``None`` for recordings alone.
        label_mode: ``int`` for the number of the class, ``categorical`` for a row with a one at it,
            ``binary`` for 0.0 or 1.0, or ``None`` for recordings alone.
        class_names: The folders that are taken, in the order of their numbers.
        batch_size: How many recordings a batch has; ``None`` for single ones.
        sampling_rate: How many samples a second all are brought to; by default each keeps its own.
        output_sequence_length: How many samples are kept of each, or filled up to with zeros; by
            default each batch has the length of its longest.
        ragged: Whether a batch is an array of arrays of their own lengths.
        shuffle: Whether the recordings come in another order, a new one for each epoch.
        seed: Makes that order repeatable.
        validation_split: The share of the files that is put aside.
        subset: ``training``, ``validation`` or ``both``: which part is wanted.
        follow_links: Whether links to folders are followed.
        verbose: Whether to say how many files there are.

    Returns:
        A ``PyDataset`` of ``(recordings, labels)``, or of recordings ``(batch, samples, channels)``
        from -1 to 1 in float32; two of them for ``both``.  They have ``class_names`` and
        ``file_paths``.

    Raises:
        FileNotFoundError: When there is no such folder.
        ValueError: When nothing is found, the arguments do not go together, or a file is none of
            whole-number samples.
    """
    for name, number in (
        ("sampling_rate", sampling_rate),
        ("output_sequence_length", output_sequence_length),
    ):
        if number is not None and (not isinstance(number, int) or number < 1):
            raise ValueError(f"`{name}` must be a whole number above zero, but is {number!r}.")
    if ragged and output_sequence_length is not None:
        raise ValueError(
            "`ragged` keeps the length of each recording and `output_sequence_length` sets it: "
            "give one of them."
        )

    class Recordings(FolderDataset):
        def read(self, path: str) -> np.ndarray:
            x = _samples(path, sampling_rate)
            return x if output_sequence_length is None else _of_length(x, output_sequence_length)

        def together(self, examples: list[np.ndarray]) -> np.ndarray:
            if ragged:
                batch = np.empty(len(examples), object)
                batch[:] = examples
                return batch
            channels = {x.shape[1] for x in examples}
            if len(channels) > 1:
                raise ValueError(
                    f"Recordings of {' and '.join(map(str, sorted(channels)))} channels cannot be "
                    "in one batch."
                )
            longest = max(map(len, examples))
            return np.stack([_of_length(x, longest) for x in examples])

    choice = Choice(
        labels,
        label_mode,
        class_names,
        shuffle,
        seed,
        validation_split,
        subset,
        follow_links,
        verbose,
    )
    return datasets(directory, choice, (".wav",), "audio", Recordings, batch_size)


def _samples(path: str, sampling_rate: int | None) -> np.ndarray:
    """What is in a file, ``(samples, channels)`` from -1 to 1."""
    try:
        with wave.open(path, "rb") as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as problem:
        raise ValueError(
            f"{path!r} cannot be read: {str(problem) or 'it ends too early'}. What can be read are "
            "WAV files of whole numbers of 8, 16, 24 or 32 bits (PCM)."
        ) from problem
    if width == 1:  # the only width without a sign
        numbers = np.frombuffer(raw, "uint8").astype("float32") - 128
    else:
        samples = np.frombuffer(raw, "uint8").reshape(-1, width)
        wide = np.zeros((len(samples), 4), "uint8")
        wide[:, 4 - width :] = samples
        numbers = wide.view("<i4")[:, 0].astype("float32") / 2.0 ** (8 * (4 - width))
    x = (numbers / 2.0 ** (8 * width - 1)).astype("float32").reshape(-1, channels)
    if sampling_rate is None or sampling_rate == rate or not len(x):
        return x
    size = max(1, round(len(x) * sampling_rate / rate))
    return resampled(x, size, 0, "lanczos5", smooth=True)


def _of_length(x: np.ndarray, length: int) -> np.ndarray:
    """Recorded samples, cut or filled up with zeros at the end."""
    kept = x[:length]
    return np.pad(kept, ((0, length - len(kept)), (0, 0)))
