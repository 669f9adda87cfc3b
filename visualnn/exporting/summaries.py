"""Notes for TensorBoard from anywhere in a program: ``visualnn.summary``.

    writer = summary.create_file_writer("logs/run")
    with writer.as_default():
        for step in range(100):
            summary.scalar("loss", loss, step=step)

What is noted without a writer is dropped, so a function that notes something can be called by
programs that do not want to know.  The functions are those of ``tf.summary``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from visualnn.exporting.events import BUCKETS, EventWriter
from visualnn.exporting.op_graph import MESSAGES, OpGraph
from visualnn.graph.graph import Graph
from visualnn.scope import current_scope

_writer: ContextVar[SummaryWriter | None] = ContextVar("writer", default=None)
_step: ContextVar[Any] = ContextVar("step", default=None)
_condition: ContextVar[Any] = ContextVar("condition", default=True)


class SummaryWriter:
    """Writes notes into an event file of a folder; it is made when the first note comes.

    Args:
        events: What writes the file.
        max_queue: After so many notes, others see them.
    """

    def __init__(self, events: EventWriter, max_queue: int):
        self.events = events
        self._max_queue = max_queue
        self._waiting = 0
        self._tokens: list[Any] = []
        self._is_closed = False

    @contextmanager
    def as_default(self, step: Any = None) -> Iterator[SummaryWriter]:
        """Let notes inside ``with`` go here, and let ``step`` be theirs."""
        with _set(_writer, self), _set(_step, _step.get() if step is None else step):
            try:
                yield self
            finally:
                self.flush()

    def set_as_default(self, step: Any = None) -> None:
        """Let all notes from now on go here."""
        _writer.set(self)
        if step is not None:
            _step.set(step)

    def init(self) -> None:
        """Do nothing: the file is made when it is needed."""

    def flush(self) -> None:
        """Let others see all that was noted."""
        self._waiting = 0
        self.events.flush()

    def close(self) -> None:
        """End the file; this writer takes no more notes."""
        self._is_closed = True
        self.events.close()

    def note(self, write: Callable[[EventWriter], None]) -> None:
        """Write something, and let others see it from time to time.

        Raises:
            RuntimeError: When the writer is closed.
        """
        if self._is_closed:
            raise RuntimeError(
                f"The summary writer of {str(self.events.folder)!r} is closed. Make another one "
                "with `summary.create_file_writer`."
            )
        write(self.events)
        self._waiting += 1
        if self._waiting >= self._max_queue:
            self.flush()


class _NoWriter(SummaryWriter):
    """Takes notes and forgets them."""

    def note(self, write: Callable[[EventWriter], None]) -> None:
        pass


@contextmanager
def _set(variable: ContextVar, value: Any) -> Iterator[None]:
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)


def create_file_writer(
    logdir: Any,
    max_queue: int | None = None,
    flush_millis: int | None = None,
    filename_suffix: str | None = None,
    name: str | None = None,
    experimental_trackable: bool = False,
) -> SummaryWriter:
    """Make a writer of an event file.

    Args:
        logdir: The folder, one for each run.
        max_queue: After how many notes others see them; 10 by default.
        flush_millis: Taken for compatibility: notes are seen after ``max_queue``, ``flush`` and
            at the end of ``as_default``.
        filename_suffix: How the file's name ends; ``.v2`` by default.
        name: Taken for compatibility.
        experimental_trackable: Taken for compatibility.
    """
    del flush_millis, name, experimental_trackable
    suffix = ".v2" if filename_suffix is None else filename_suffix
    return SummaryWriter(EventWriter(logdir, suffix), 10 if max_queue is None else max_queue)


def create_noop_writer() -> SummaryWriter:
    """Make a writer that drops what it is given, to switch notes off."""
    return _NoWriter(EventWriter("."), 1)


def flush(writer: SummaryWriter | None = None) -> None:
    """Let others see all that a writer, by default the current one, was given."""
    writer = writer or _writer.get()
    if writer is not None:
        writer.flush()


# ---------------------------------------------------------------------- notes


def scalar(name: str, data: Any, step: Any = None, description: str | None = None) -> bool:
    """Note a number.

    Args:
        name: What it is called; the current name scopes come in front.
        data: A number, or a tensor of one element.
        step: When it is noted; by default the step of the writer.
        description: What it means, in Markdown.

    Returns:
        Whether there is a writer that noted it.

    Raises:
        ValueError: When the data is not one number, or no step is known.
    """
    value = np.asarray(data)
    if value.size != 1:
        raise ValueError(
            f"summary.scalar({name!r}) takes one number, but got an array of shape {value.shape}."
        )
    number = float(value.reshape(()))
    return note(name, step, lambda to, tag, at: to.scalar(tag, number, at, description or ""))


def histogram(
    name: str, data: Any, step: Any = None, buckets: int | None = None, description: str = ""
) -> bool:
    """Note how numbers are spread over buckets (30 by default) of equal width.

    Args and returned value are those of :func:`scalar`; numbers that are not finite are left out.
    """
    values = np.asarray(data)
    count = BUCKETS if buckets is None else buckets
    return note(
        name, step, lambda to, tag, at: to.histogram(tag, values, at, count, description or "")
    )


def image(
    name: str,
    data: Any,
    step: Any = None,
    max_outputs: int | None = 3,
    description: str | None = None,
) -> bool:
    """Note pictures.

    Args:
        name: What they are called.
        data: An array (count, height, width, channels), of bytes, or of fractions from 0 to 1; it
            has 1 to 4 channels.
        step: When they are noted.
        max_outputs: How many to note at most.
        description: What they show, in Markdown.

    Raises:
        ValueError: When the array has other axes.
    """
    pictures = np.asarray(data)
    if pictures.ndim != 4 or not 1 <= pictures.shape[-1] <= 4:
        raise ValueError(
            f"summary.image({name!r}) takes pictures (count, height, width, channels) of 1 to 4 "
            f"channels, but got an array of shape {pictures.shape}."
        )
    pictures = pictures[: 3 if max_outputs is None else max_outputs]
    if pictures.dtype.kind == "f":
        pictures = np.clip(np.nan_to_num(pictures) * 255 + 0.5, 0, 255).astype("uint8")
    taken = pictures.astype("uint8")
    return note(name, step, lambda to, tag, at: to.image(tag, taken, at, description or ""))


def text(name: str, data: Any, step: Any = None, description: str | None = None) -> bool:
    """Note a text in Markdown, or an array of texts, which is shown as a table."""
    return note(name, step, lambda to, tag, at: to.text(tag, data, at, description or ""))


def hparams(hparams: Mapping[Any, Any], trial_id: str | None = None) -> bool:
    """Note the settings of a run, for the table that compares runs.

    Args:
        hparams: Numbers, texts and booleans by name.
        trial_id: Runs of the same one are repetitions; by default those with equal settings.

    Raises:
        TypeError: When a setting is something else.
    """
    named = {getattr(key, "name", None) or str(key): value for key, value in hparams.items()}
    return note("", 0, lambda to, tag, at: to.hyperparameters(named, trial_id or ""))


def graph(graph_data: Any) -> bool:
    """Note a graph of operations as that of the whole run.

    Args:
        graph_data: A graph, or what has one as ``graph``, such as a concrete function.
    """
    found = graph_data if isinstance(graph_data, Graph) else graph_data.graph
    definition = MESSAGES.encode("GraphDef", OpGraph(found).definition())
    return note("", 0, lambda to, tag, at: to.run_graph(definition))


def write(tag: str, tensor: Any, step: Any = None, metadata: Any = None) -> bool:
    """Note an array for a plugin of TensorBoard.

    Args:
        tag: What it is called, as it stands.
        tensor: The array.
        step: When it is noted.
        metadata: A dict as ``SummaryMetadata`` has it, with ``plugin_data`` and ``data_class``.
    """
    told = dict(metadata or {})
    return note("", step, lambda to, _, at: to.value(tag, tensor, at, told))


def should_record_summaries() -> bool:
    """Whether notes are taken at all: whether there is a writer, and ``record_if`` allows it."""
    wanted = _condition.get()
    return _writer.get() is not None and bool(wanted() if callable(wanted) else wanted)


@contextmanager
def record_if(condition: Any) -> Iterator[None]:
    """Take notes inside ``with`` only if a condition holds.

    Args:
        condition: A boolean, or a function without arguments that is asked at each note.
    """
    with _set(_condition, condition):
        yield


def has_writer() -> bool:
    """Whether there is a writer that notes go to."""
    return _writer.get() is not None


def get_step() -> Any:
    """The step of notes that tell none; ``None`` if there is none."""
    return _step.get()


def set_step(step: Any) -> None:
    """Let this be the step of notes that tell none: a number, or a variable that counts."""
    _step.set(step)


def note(name: str, step: Any, write: Callable[[EventWriter, str, int], None]) -> bool:
    """Let the current writer write something, if notes are taken.

    Args:
        name: What it is called.
        step: When; by default the step of the writer.
        write: Called with the event file, the whole name and the step.
    """
    if not should_record_summaries():
        return False
    at = _step.get() if step is None else step
    if at is None:
        raise ValueError(
            f"The note {name!r} tells no step. Give `step=`, or call "
            "`summary.experimental.set_step` or `writer.as_default(step)` before."
        )
    writer = _writer.get()
    assert writer is not None
    tag = f"{current_scope()}/{name}".lstrip("/")
    writer.note(lambda events: write(events, tag, int(np.asarray(at))))
    return True
