"""What is in a file of a model, told without building the model.

Every kind of file that is read here is looked at as its loader would, by the same rules: what the
loader would refuse is listed, each with its place, and the rest is told all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from h5py import h5o  # type: ignore[attr-defined]

from visualnn.saving import archive as members
from visualnn.saving.arrays import StoredGroup
from visualnn.saving.hdf5 import names_of, open_hdf5, text_of
from visualnn.saving.keras2 import modern
from visualnn.saving.keras_file import open_archive
from visualnn.saving.legacy_h5 import MODEL, TRAINING
from visualnn.saving.shards import read_shards
from visualnn.serialization import InvalidModelFile, place, read_json, unknown_classes
from visualnn.serialization.limits import LARGEST_TEXT

_MOST_ARRAYS = 100_000
_OPTIMIZER = ("optimizer", "optimizer_weights")
_TELLING = [
    "units",
    "filters",
    "kernel_size",
    "strides",
    "pool_size",
    "padding",
    "rate",
    "input_dim",
    "output_dim",
    "num_heads",
    "key_dim",
    "target_shape",
    "batch_shape",
    "activation",
]
"""The settings of a layer that are told in its line."""


@dataclass
class FileReport:
    """What was found in a file.

    Attributes:
        path: The file.
        kind: What sort of file it is, in words.
        size: How many bytes it has.
        version: The version of Keras that wrote it, if it says so.
        date: When it was saved, if it says so.
        model: The class and the name of the model.
        layers: For each layer its depth, its name, its class and its settings in words.
        compiled: What the model was compiled with, part by part.
        arrays: For each array its path, dtype, shape and bytes.
        others: Further members of the file.
        refused: What loading would refuse, each with its place and the reason.
    """

    path: Path
    kind: str
    size: int = 0
    version: str | None = None
    date: str | None = None
    model: tuple[str, str] | None = None
    layers: list[tuple[int, str, str, str]] = field(default_factory=list)
    compiled: dict[str, str] = field(default_factory=dict)
    arrays: list[tuple[str, str, tuple[int, ...], int]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        said = f"{self.path.name}: {self.kind}, {_bytes(self.size)}"
        said += f", saved by Keras {self.version}" if self.version else ""
        said += f" on {self.date.replace('@', ' at ')}" if self.date else ""
        blocks = [[said], self._architecture(), self._weights(), self._training()]
        if self.others:
            blocks.append(["Also in it:", *(f"  {name}" for name in self.others)])
        blocks.append(
            ["Would be refused:", *(f"  {reason}" for reason in self.refused)]
            if self.refused
            else ["Nothing in it would be refused."]
        )
        # names in a file are nothing but text: they begin no lines, and tell a terminal nothing
        plain = [[line.translate(_CONTROL) for line in block] for block in blocks if block]
        return "\n\n".join(map("\n".join, plain))

    def _architecture(self) -> list[str]:
        if self.model is None:
            return []
        rows = [("  " * depth + name, kind, said) for depth, name, kind, said in self.layers]
        lines = [f"{self.model[0]} {self.model[1]!r} of {_count(len(rows), 'layer')}"]
        return lines + _columns(rows)

    def _weights(self) -> list[str]:
        own = [row for row in self.arrays if not row[0].startswith(_OPTIMIZER)]
        state = [row for row in self.arrays if row[0].startswith(_OPTIMIZER)]
        blocks = []
        for title, rows in (("Weights", own), ("Optimizer's state", state)):
            if rows:
                total = sum(row[3] for row in rows)
                blocks.append(f"{title}: {_count(len(rows), 'array')}, {_bytes(total)}")
                blocks += _columns([(p, f"{dtype}{list(shape)}") for p, dtype, shape, _ in rows])
        return blocks

    def _training(self) -> list[str]:
        if not self.compiled:
            return []
        return ["Compiled with", *_columns(list(self.compiled.items()))]


_CONTROL = dict.fromkeys((*range(32), *range(127, 160)), "�")


def inspect_file(filepath: Any, custom_objects: dict[str, Any] | None = None) -> FileReport:
    """Tell what is in a model's file without building the model.

    Args:
        filepath: The path of a ``.keras``, ``.h5``, ``.weights.h5``, ``.weights.json`` or ``.json``
            file, or of a folder with the members of a ``.keras`` file.
        custom_objects: Your own classes by name, which are then not told as unknown.

    Raises:
        FileNotFoundError: When there is no such file.
        InvalidModelFile: When it is none of these.
    """
    path = Path(filepath)
    if not path.exists():
        raise FileNotFoundError(f"There is no file {str(path)!r}.")
    look, kind = _reader_of(path)
    parts = path.rglob("*") if path.is_dir() else [path]
    report = FileReport(path, kind, sum(part.stat().st_size for part in parts if part.is_file()))
    with _collecting(report):
        look(path, report, custom_objects)
    report.refused = list(dict.fromkeys(report.refused))
    return report


def _reader_of(path: Path) -> tuple[Callable, str]:
    if path.is_dir():
        return _look_at_archive, "the folder of a Keras model"
    if path.name.endswith(".weights.json"):
        return _look_at_shards, "the index of weights in several files"
    if path.suffix == ".json":
        return _look_at_text, "the JSON of a model, without weights"
    with path.open("rb") as stream:
        begin = stream.read(8)
    if begin == b"\x89HDF\r\n\x1a\n":
        return _look_at_hdf5, "an HDF5 file"
    if begin[:2] == b"PK" or path.suffix == ".keras":
        return _look_at_archive, "a Keras model"
    raise InvalidModelFile(
        "It is neither a .keras file, nor HDF5, nor JSON, by its ending and its first bytes.",
        str(path),
    )


class _collecting:  # noqa: N801 - reads like the function it would be
    """Puts a problem inside this block on the report's list, and goes on behind it."""

    def __init__(self, report: FileReport):
        self.report = report

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, problem: Any, traceback: Any) -> bool:
        if isinstance(problem, InvalidModelFile):
            self.report.refused.append(str(problem))
        return isinstance(problem, InvalidModelFile)


# ---------------------------------------------------------------------- kinds of files


def _look_at_archive(path: Path, report: FileReport, custom_objects: dict | None) -> None:
    with open_archive(path) as archive:
        with _collecting(report):
            said = read_json(archive.read(members.METADATA, members.LARGEST_METADATA))
            if isinstance(said, dict):
                report.version, report.date = (
                    _word(said, "keras_version"),
                    _word(said, "date_saved"),
                )
        with _collecting(report), place(members.CONFIG):
            record = read_json(archive.read(members.CONFIG, members.LARGEST_CONFIG))
            _look_at_record(modern(record, report.version), report, custom_objects)
        with _collecting(report), place(members.WEIGHTS):
            stream, _ = archive.open(members.WEIGHTS)
            with open_hdf5(stream) as source:
                _look_at_arrays(source, report)
        if members.CANVAS in archive:
            report.others.append(f"{members.CANVAS}: how the builder draws it")
        report.others += archive.under("assets")


def _look_at_hdf5(path: Path, report: FileReport, custom_objects: dict | None) -> None:
    with open_hdf5(path) as source:
        text = text_of(source.root, MODEL)
        report.version = text_of(source.root, "keras_version")
        if text is not None:
            report.kind = "a whole model in HDF5, as Keras 2 wrote it"
            with _collecting(report), place(MODEL):
                _look_at_record(modern(read_json(text), report.version), report, custom_objects)
            training = text_of(source.root, TRAINING)
            with _collecting(report), place(TRAINING):
                _look_at_training(read_json(training or "{}"), report)
        elif names_of(source.root, "layer_names"):
            report.kind = "weights by layers in HDF5, as Keras 2 wrote them"
        else:
            report.kind = "weights in HDF5"
        _look_at_arrays(source, report)


def _look_at_shards(path: Path, report: FileReport, custom_objects: dict | None) -> None:
    with read_shards(path) as source:
        for shard in sorted({name for names in source.places.values() for name in names}):
            report.others.append(shard)
            with _collecting(report), open_hdf5(path.parent / shard) as part:
                _look_at_arrays(part, report)


def _look_at_text(path: Path, report: FileReport, custom_objects: dict | None) -> None:
    if report.size > LARGEST_TEXT:
        raise InvalidModelFile(f"It has {report.size:,} bytes; at most {LARGEST_TEXT:,} are read.")
    _look_at_record(modern(read_json(path.read_bytes())), report, custom_objects)


# ---------------------------------------------------------------------- what is in them


def _look_at_record(record: Any, report: FileReport, custom_objects: dict | None) -> None:
    """The model that a record describes, without making anything of it."""
    if not isinstance(record, dict) or not isinstance(record.get("class_name"), str):
        raise InvalidModelFile("It does not describe a model.")
    config = record.get("config")
    config = config if isinstance(config, dict) else {}
    report.model = record["class_name"], str(config.get("name", ""))
    report.layers = list(_layers(config))
    _look_at_training(record.get("compile_config") or {}, report)
    report.refused += unknown_classes(record, custom_objects)


def _layers(config: dict[str, Any]) -> Iterator[tuple[int, str, str, str]]:
    """The layers of a model, and those of a layer that is a model behind it."""
    waiting = [(0, entry) for entry in reversed(_entries(config))]
    while waiting:
        depth, entry = waiting.pop()
        inner = entry.get("config")
        inner = inner if isinstance(inner, dict) else {}
        name = str(inner.get("name", entry.get("name", "")))
        yield depth, name, str(entry.get("class_name", "?")), _settings(inner)
        waiting += [(depth + 1, part) for part in reversed(_entries(inner))]


def _entries(config: dict[str, Any]) -> list[dict[str, Any]]:
    entries = config.get("layers")
    if isinstance(config.get("layer"), dict):  # a wrapper
        entries = [config["layer"]]
    return [entry for entry in entries or () if isinstance(entry, dict)] if entries else []


def _settings(config: dict[str, Any]) -> str:
    said = {key: config[key] for key in _TELLING if config.get(key) is not None}
    return ", ".join(f"{key}={_short(value)}" for key, value in said.items())


def _look_at_training(config: Any, report: FileReport) -> None:
    if not isinstance(config, dict):
        raise InvalidModelFile("What the model was compiled with must be an object.")
    said = {**config, "optimizer": config.get("optimizer", config.get("optimizer_config"))}
    for key in ("optimizer", "loss", "loss_weights", "metrics", "weighted_metrics"):
        if said.get(key) not in (None, [], {}):
            report.compiled[key] = _short(said[key])


def _look_at_arrays(source: Any, report: FileReport) -> None:
    """All arrays of an HDF5 file, each group once, however links run."""
    waiting, seen = [source.root], set()
    while waiting:
        group = waiting.pop()
        address = h5o.get_info(group.id).addr
        if address in seen:
            continue
        seen.add(address)
        found: list[Any] = []
        for name in group.keys():  # noqa: SIM118 - a group is no mapping
            with _collecting(report):
                child = group.child(name)
                if isinstance(child, StoredGroup):
                    found.append(child)
                    continue
                dtype = "bfloat16" if child.is_half else str(child.dtype)
                report.arrays.append((child.path, dtype, child.shape, child.nbytes))
                source.account(child)
            if len(report.arrays) > _MOST_ARRAYS:
                raise InvalidModelFile(f"It holds more than {_MOST_ARRAYS:,} arrays.")
        waiting += reversed(found)


# ---------------------------------------------------------------------- words


def _word(said: dict[str, Any], key: str) -> str | None:
    value = said.get(key)
    return value[:100] if isinstance(value, str) else None


def _short(value: Any) -> str:
    """A value of a config in a few words."""
    if isinstance(value, dict) and "class_name" in value:
        config = value.get("config")
        if not isinstance(config, dict):
            return str(config)[:60]
        telling = {k: v for k, v in config.items() if k in ("learning_rate", "from_logits")}
        said = ", ".join(f"{k}={_short(v)}" for k, v in telling.items())
        return f"{value['class_name']}({said})"
    if isinstance(value, list):
        return f"[{', '.join(map(_short, value[:8]))}{', …' if len(value) > 8 else ''}]"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_short(x)}" for key, x in list(value.items())[:8])
    return f"{value:.4g}" if isinstance(value, float) else str(value)[:60]


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _bytes(count: int) -> str:
    size, unit = float(count), "bytes"
    for larger in ("kB", "MB", "GB"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"


def _columns(rows: list[tuple[str, ...]]) -> list[str]:
    """Rows of words, one under the other."""
    if not rows:
        return []
    widths = [min(max(map(len, column)), 50) for column in zip(*rows, strict=True)]
    return [
        "  " + "  ".join(x.ljust(n) for x, n in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
