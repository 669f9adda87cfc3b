"""Drawings that are kept while they are drawn, so that no kernel takes them with it.

Beside a notebook lies a folder ``.visualnn``, with a file for each of its builders.  It is written
a moment after every edit, and goes when the drawing is saved.  When the notebook is run again, what
was drawn last is among the versions of the builder; it is offered, and never put in place of
anything.
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
import time
import weakref
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from visualnn.builder.document import Document
from visualnn.builder.frozen import FrozenDict
from visualnn.builder.saved import drawing_from, drawing_record, saved_canvas
from visualnn.builder.snapshots import Snapshot, without_snapshots
from visualnn.saving.atomic import replacing

FOLDER = ".visualnn"
_DELAY = 1.0  # seconds: edits that follow one another quickly are written once
_MOST_BYTES = 1 << 26
_made: Counter[str] = Counter()


def notebook() -> str:
    """The notebook that this kernel belongs to; empty where there is none, as in a program."""
    kernels = sys.modules.get("ipykernel.kernelapp")
    if kernels is None or not kernels.IPKernelApp.initialized():
        return ""
    return Path(os.environ.get("JPY_SESSION_NAME", "notebook")).stem


class Autosave:
    """Keeps one builder's drawing in a file.

    Args:
        name: What the model is called when the builder is made.
    """

    def __init__(self, name: str):
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()
        book = notebook()
        self.path: Path | None = None
        if book:
            key = f"{book}-{name or 'model'}"
            _made[key] += 1  # those of one name are told apart by the order they are made in
            plain = re.sub(r"[^\w.-]", "_", key)
            number = "" if _made[key] == 1 else f"-{_made[key]}"
            self.path = Path.cwd() / FOLDER / f"{plain}{number}.json"

    def kept(self, document: Document) -> Document | None:
        """The drawing with what was kept among its versions; ``None`` if that is nothing else."""
        if self.path is None:
            return None
        try:
            if self.path.stat().st_size > _MOST_BYTES:
                return None
            found = json.loads(self.path.read_bytes())
            taken = time.strftime("%Y-%m-%d %H:%M", time.localtime(self.path.stat().st_mtime))
            before = without_snapshots(drawing_from(found["record"], found["canvas"]))
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return None  # nothing was kept, or what was is damaged: there is nothing to offer
        if not before.calls or _content(before) == _content(document):
            return None
        name = f"autosaved {taken}"
        kept = {**document.snapshots, name: Snapshot(before, taken)}
        return replace(document, snapshots=FrozenDict(kept))

    def note(self, builder: Any) -> None:
        """Write the drawing of a builder in a moment, if it is still there then."""
        if self.path is None:
            return
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = threading.Timer(_DELAY, self._write_of, [weakref.ref(builder)])
            self._timer.daemon = True
            self._timer.start()

    def _write_of(self, found: weakref.ref[Any]) -> None:
        builder = found()
        if builder is not None:
            self.write(builder.document)

    def write(self, document: Document) -> None:
        """Write a drawing now; a folder that cannot be written to is left alone."""
        if self.path is None or not document.calls:
            return
        try:
            self.path.parent.mkdir(exist_ok=True)
            with replacing(self.path) as temporary:
                temporary.write_text(json.dumps(_content(document)), encoding="utf-8")
        except OSError:
            self.path = None

    def forget(self) -> None:
        """Take the file away: the drawing has been saved."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
        if self.path is not None:
            self.path.unlink(missing_ok=True)


def _content(document: Document) -> dict[str, Any]:
    return {"record": drawing_record(document), "canvas": saved_canvas(document, True)}
