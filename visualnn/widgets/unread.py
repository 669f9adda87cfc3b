"""Files with layers that are not known here: drawn, edited with care, and saved with their weights.

The weights of such a model cannot be read, for only the layers' own code says how many there are.
They are copied from the file as they are, as long as they still belong to the same layers.
"""

# pyright: strict, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# (archives have no types)

from __future__ import annotations

import os
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from visualnn.builder.analysis import analysis_of
from visualnn.builder.document import Document
from visualnn.builder.kinds import why_unknown
from visualnn.builder.saved import drawing_record, saved_canvas
from visualnn.builder.sentences import say
from visualnn.saving import archive as members
from visualnn.saving.atomic import replacing
from visualnn.saving.keras_file import open_archive
from visualnn.serialization import write_json

_REWRITTEN = (members.CONFIG, members.CANVAS)
_BLOCK = 2**20


@dataclass(frozen=True)
class Unread:
    """A file whose weights could not be read.

    Attributes:
        path: Where it is.
        document: The drawing as it was read.
        size: How long it was then, and when it was written.
    """

    path: Path
    document: Document
    size: tuple[int, int]

    @classmethod
    def of(cls, path: str | Path, document: Document) -> Unread:
        """What must be known of a file to save it again."""
        found = Path(path).resolve()
        return cls(found, document, _size(found))

    def why_not(self, document: Document) -> str:
        """Why the weights in the file are not those of a drawing any more; empty if they are."""
        if not self.path.exists() or _size(self.path) != self.size:
            return say("{name} has changed since it was opened", name=self.path.name)
        before = self.document
        if list(document.layers) != list(before.layers):
            other = set(document.layers) ^ set(before.layers)
            names = sorted(
                (document if x in document.layers else before).layers[x].name for x in other
            )
            what = ", ".join(names) or say("the order of the layers")
            return say("{what} would not fit the weights in it", what=what)
        analysis = analysis_of(document)
        for layer, record in document.layers.items():
            old = before.layers[layer]
            outcome = analysis.outcome_of_layer(layer)
            weightless = outcome is not None and not outcome.weights and not why_unknown(record)
            kept = {**record.config, "name": "", "trainable": True}
            if not weightless and kept != {**old.config, "name": "", "trainable": True}:
                return say(
                    "{name} has other settings than its weights in it were made for",
                    name=record.name,
                )
        return ""

    def save(self, document: Document, target: Path) -> Unread:
        """Write a drawing with the weights of the file, byte for byte.

        Returns:
            What must be known of the new file.
        """
        contents = {
            members.CONFIG: write_json(drawing_record(document)).encode(),
            members.CANVAS: write_json(saved_canvas(document, False)).encode(),
        }
        with (
            open_archive(self.path) as archive,
            replacing(target) as temporary,
            zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as written,
        ):
            for name in archive.members:
                if name in _REWRITTEN:
                    continue
                stream, _ = archive.open(name)
                with written.open(
                    zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), "w", force_zip64=True
                ) as to:
                    shutil.copyfileobj(stream, to, _BLOCK)
            for name, content in contents.items():
                written.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
        return Unread.of(target, document)


def _size(path: Path) -> tuple[int, int]:
    found = os.stat(path)
    return found.st_size, found.st_mtime_ns
