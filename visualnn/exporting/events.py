"""Event files, which TensorBoard shows: scalars, histograms, pictures, texts, models.

An event file is records (:mod:`visualnn.wire.records`) of ``Event`` messages; the first one
says the version.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from visualnn.exporting.png import png
from visualnn.wire import tensorflow
from visualnn.wire.protobuf import Messages
from visualnn.wire.records import record

MESSAGES = Messages(
    tensorflow.TENSORS
    + """
    Event: wall_time=1:double, step=2:int64, file_version=3:string, graph_def=4:bytes, summary=5:Summary, tagged_run_metadata=8:TaggedRunMetadata, source_metadata=10:SourceMetadata
    SourceMetadata: writer=1:string
    TaggedRunMetadata: tag=1:string, run_metadata=2:bytes
    Summary: value=1:*Summary.Value
    Summary.Value: tag=1:string, tensor=8:TensorProto, metadata=9:SummaryMetadata
    SummaryMetadata: plugin_data=1:PluginData, display_name=2:string, summary_description=3:string, data_class=4:enum
    PluginData: plugin_name=1:string, content=2:bytes
    HParamsPluginData: version=1:int32, session_start_info=3:SessionStartInfo
    SessionStartInfo: hparams=1:map<string,Value>, group_name=4:string, start_time_secs=5:double
    Value: number_value=2:double, string_value=3:string, bool_value=4:bool
    """  # noqa: E501 - a message is a line
)
_FLOAT, _DOUBLE, _STRING = (tensorflow.DTYPE_NUMBERS[x] for x in ("float32", "float64", "string"))
_SCALAR, _TENSOR, _BLOBS = 1, 2, 3
BUCKETS = 30
_numbers = itertools.count()


class EventWriter:
    """Writes an event file; it is made when the first event comes.

    Args:
        folder: Where the file is made.
        suffix: How its name ends.
    """

    def __init__(self, folder: Any, suffix: str = ".v2"):
        self.folder = Path(os.fspath(folder))
        self.path: Path | None = None
        self._suffix = suffix
        self._lock = threading.Lock()
        self._file: Any = None

    def scalar(self, tag: str, value: float, step: int, description: str = "") -> None:
        """Note a number."""
        content = np.array(value, "<f4").tobytes()
        tensor = _tensor(_FLOAT, (), tensor_content=content)
        self._write(tag, "scalars", _SCALAR, step, tensor, description=description)

    def histogram(
        self, tag: str, values: Any, step: int, buckets: int = BUCKETS, description: str = ""
    ) -> None:
        """Note how numbers are spread; those that are not finite are left out."""
        table = histogram(np.asarray(values), buckets)
        tensor = _tensor(_DOUBLE, table.shape, tensor_content=table.astype("<f8").tobytes())
        self._write(tag, "histograms", _TENSOR, step, tensor, description=description)

    def image(self, tag: str, pictures: Any, step: int, description: str = "") -> None:
        """Note pictures (count, height, width, channels) of bytes."""
        count, height, width = np.shape(pictures)[:3]
        sizes = [str(width).encode(), str(height).encode()]
        values = [*sizes, *(png(np.asarray(picture)) for picture in pictures)]
        tensor = _tensor(_STRING, (count + 2,), string_val=values)
        self._write(tag, "images", _BLOBS, step, tensor, description=description)

    def text(self, tag: str, text: Any, step: int, description: str = "") -> None:
        """Note a text in Markdown, or an array of texts."""
        texts = np.asarray(text, object)
        values = [str(x).encode() for x in texts.ravel()]
        tensor = _tensor(_STRING, texts.shape or (1,), string_val=values)
        self._write(tag, "text", _TENSOR, step, tensor, description=description)

    def keras_model(self, tag: str, description: str, step: int) -> None:
        """Note a model, given what ``to_json`` says of it, to be drawn layer by layer."""
        tensor = _tensor(_STRING, (1,), string_val=[description.encode()])
        self._write(tag, "graph_keras_model", _BLOBS, step, tensor, content=b"1")

    def op_graph(self, tag: str, metadata: bytes, step: int, measured: bool = False) -> None:
        """Note a graph of operations.

        Args:
            tag: What it is called.
            metadata: Its ``RunMetadata`` (:func:`visualnn.exporting.op_graph.run_metadata`).
            step: When it was run.
            measured: Whether the metadata says what the operations took.
        """
        plugin = "graph_run_metadata" if measured else "graph_run_metadata_graph"
        tensor = _tensor(_STRING, (1,), string_val=[metadata])  # of one axis: both servers ask it
        self._write(tag, plugin, _BLOBS, step, tensor, content=b"1")

    def run_graph(self, definition: bytes) -> None:
        """Note the graph of the whole run, which TensorBoard shows first (a ``GraphDef``)."""
        self._add(graph_def=definition)

    def hyperparameters(self, values: Mapping[str, Any], group: str = "") -> None:
        """Note with which settings this run was made; its metrics are the scalars beside them.

        Args:
            values: Numbers, texts and booleans by name.
            group: Runs of the same group are repetitions; by default those of equal values.
        """
        told = {name: _value(name, value) for name, value in sorted(values.items())}
        group = group or hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
        start = {"hparams": told, "group_name": group, "start_time_secs": time.time()}
        content = {"version": 0, "session_start_info": start}
        data = MESSAGES.encode("HParamsPluginData", content)
        nothing = _tensor(_FLOAT, (1,), tensor_content=bytes(4))
        self._write("_hparams_/session_start_info", "hparams", _TENSOR, 0, nothing, data)

    def value(self, tag: str, array: Any, step: int, metadata: dict[str, Any]) -> None:
        """Note an array for a plugin, by metadata as ``SummaryMetadata`` has them."""
        array = np.asarray(array)
        if array.dtype.kind in "OUS":
            texts = [x if isinstance(x, bytes) else str(x).encode() for x in array.ravel()]
            tensor = _tensor(_STRING, array.shape, string_val=texts)
        else:
            number = tensorflow.DTYPE_NUMBERS[array.dtype.name]
            content = array.astype(array.dtype.newbyteorder("<")).tobytes()
            tensor = _tensor(number, array.shape, tensor_content=content)
        value = {"tag": tag, "metadata": metadata, "tensor": tensor}
        self._add(step=int(step), summary={"value": [value]})

    def _write(
        self,
        tag: str,
        plugin: str,
        kind: int,
        step: int,
        tensor: dict,
        content: bytes = b"",
        description: str = "",
    ) -> None:
        told = {"plugin_name": plugin, **({"content": content} if content else {})}
        metadata: dict[str, Any] = {"plugin_data": told, "data_class": kind}
        if description:
            metadata["summary_description"] = description
        value = {"tag": tag, "metadata": metadata, "tensor": tensor}
        self._add(step=int(step), summary={"value": [value]})

    def _add(self, **event: Any) -> None:
        data = record(MESSAGES.encode("Event", {"wall_time": time.time(), **event}))
        with self._lock:
            file: Any = self._file or self._open()
            file.write(data)

    def _open(self) -> Any:
        self.folder.mkdir(parents=True, exist_ok=True)
        place = f"{socket.gethostname()}.{os.getpid()}.{next(_numbers)}"
        name = f"events.out.tfevents.{int(time.time()):010d}.{place}{self._suffix}"
        self.path = self.folder / name
        self._file = open(self.path, "ab")  # noqa: SIM115 - it stays open between events
        first = {"file_version": "brain.Event:2", "source_metadata": {"writer": "visualnn"}}
        self._file.write(record(MESSAGES.encode("Event", {"wall_time": time.time(), **first})))
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


def _tensor(dtype: int, sizes: Sequence[int], **content: Any) -> dict[str, Any]:
    return {"dtype": dtype, "tensor_shape": tensorflow.shape(sizes), **content}


def _value(name: str, value: Any) -> dict[str, Any]:
    """A hyperparameter as a ``google.protobuf.Value``."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, bool):
        return {"bool_value": value}
    if isinstance(value, int | float):
        return {"number_value": float(value)}
    if isinstance(value, str):
        return {"string_value": value}
    raise TypeError(
        f"The hyperparameter {name!r} is a number, a text or a boolean, not "
        f"{type(value).__name__}: {value!r}."
    )


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
