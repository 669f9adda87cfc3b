"""Event files, which TensorBoard shows: scalars, histograms, pictures, texts, models.

An event file is records (:mod:`visualnn.wire.records`) of ``Event`` messages; the first one
says the version.
"""

from __future__ import annotations

import itertools
import os
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from visualnn.exporting.png import png
from visualnn.wire.protobuf import Messages
from visualnn.wire.records import record

MESSAGES = Messages(
    """
    Event: wall_time=1:double, step=2:int64, file_version=3:string, summary=5:Summary, source_metadata=10:SourceMetadata
    SourceMetadata: writer=1:string
    Summary: value=1:*Summary.Value
    Summary.Value: tag=1:string, tensor=8:TensorProto, metadata=9:SummaryMetadata
    SummaryMetadata: plugin_data=1:PluginData, display_name=2:string, summary_description=3:string, data_class=4:enum
    PluginData: plugin_name=1:string, content=2:bytes
    TensorProto: dtype=1:enum, tensor_shape=2:TensorShapeProto, tensor_content=4:bytes, string_val=8:*bytes
    TensorShapeProto: dim=2:*Dim
    Dim: size=1:int64
    """  # noqa: E501 - a message is a line
)
_FLOAT, _DOUBLE, _STRING = 1, 2, 7
_SCALAR, _TENSOR, _BLOBS = 1, 2, 3
BUCKETS = 30
_numbers = itertools.count()


class EventWriter:
    """Writes an event file; it is made when the first event comes.

    Args:
        folder: Where the file is made.
    """

    def __init__(self, folder: Any):
        self.folder = Path(os.fspath(folder))
        self.path: Path | None = None
        self._file: Any = None

    def scalar(self, tag: str, value: float, step: int) -> None:
        """Note a number."""
        content = np.array(value, "<f4").tobytes()
        self._write(tag, "scalars", _SCALAR, step, _tensor(_FLOAT, (), tensor_content=content))

    def histogram(self, tag: str, values: Any, step: int, buckets: int = BUCKETS) -> None:
        """Note how numbers are spread; those that are not finite are left out."""
        table = histogram(np.asarray(values), buckets)
        tensor = _tensor(_DOUBLE, table.shape, tensor_content=table.astype("<f8").tobytes())
        self._write(tag, "histograms", _TENSOR, step, tensor)

    def image(self, tag: str, pictures: Any, step: int) -> None:
        """Note pictures (count, height, width, channels) of bytes."""
        count, height, width = np.shape(pictures)[:3]
        sizes = [str(width).encode(), str(height).encode()]
        values = [*sizes, *(png(np.asarray(picture)) for picture in pictures)]
        tensor = _tensor(_STRING, (count + 2,), string_val=values)
        self._write(tag, "images", _BLOBS, step, tensor)

    def text(self, tag: str, text: str, step: int) -> None:
        """Note a text in Markdown."""
        tensor = _tensor(_STRING, (1,), string_val=[text.encode()])
        self._write(tag, "text", _TENSOR, step, tensor)

    def keras_model(self, tag: str, description: str, step: int) -> None:
        """Note a model, given what ``to_json`` says of it, to be drawn layer by layer."""
        tensor = _tensor(_STRING, (1,), string_val=[description.encode()])
        self._write(tag, "graph_keras_model", _BLOBS, step, tensor, content=b"1")

    def _write(
        self, tag: str, plugin: str, kind: int, step: int, tensor: dict, content: bytes = b""
    ) -> None:
        told = {"plugin_name": plugin, **({"content": content} if content else {})}
        metadata = {"plugin_data": told, "data_class": kind}
        value = {"tag": tag, "metadata": metadata, "tensor": tensor}
        self._add(step=int(step), summary={"value": [value]})

    def _add(self, **event: Any) -> None:
        file: Any = self._file or self._open()
        data = MESSAGES.encode("Event", {"wall_time": time.time(), **event})
        file.write(record(data))

    def _open(self) -> Any:
        self.folder.mkdir(parents=True, exist_ok=True)
        place = f"{socket.gethostname()}.{os.getpid()}.{next(_numbers)}"
        self.path = self.folder / f"events.out.tfevents.{int(time.time()):010d}.{place}.v2"
        self._file = open(self.path, "ab")  # noqa: SIM115 - it stays open between events
        self._add(file_version="brain.Event:2", source_metadata={"writer": "visualnn"})
        return self._file

    def flush(self) -> None:
        """Let others see all that was noted."""
        if self._file is not None:
            self._file.flush()

    def close(self) -> None:
        """End the file; what is noted later comes into another one."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _tensor(dtype: int, shape: Sequence[int], **content: Any) -> dict[str, Any]:
    sizes = {"dim": [{"size": int(size)} for size in shape]}
    return {"dtype": dtype, "tensor_shape": sizes, **content}


def histogram(values: np.ndarray, buckets: int = BUCKETS) -> np.ndarray:
    """How many values lie in buckets of equal width: rows of left edge, right edge, count."""
    values = values.astype("float64").ravel()
    values = values[np.isfinite(values)]
    low, high = (values.min(), values.max()) if values.size else (0.0, 0.0)
    if low == high:  # all in the last bucket, as TensorBoard's own writer does
        table = np.tile([low, high, 0.0], (buckets, 1))
        table[-1, 2] = values.size
        return table
    counts, edges = np.histogram(values, buckets, (low, high))
    return np.stack([edges[:-1], edges[1:], counts], axis=1)
