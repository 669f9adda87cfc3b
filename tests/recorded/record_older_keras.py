"""Ask an older Keras which settings its classes take, and keep it in older_keras.json.

Run with an interpreter that has that Keras, and JAX: ``KERAS_BACKEND=jax python -m
tests.recorded.record_older_keras`` from the root of the repository, for one version after the
other, the oldest first: what a version takes as the one before it did is not said again.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pathlib
import pkgutil
from collections.abc import Iterator
from typing import Any

FILE = pathlib.Path(__file__).parent / "older_keras.json"
VERSIONS = ("3.0", "3.3", "3.6", "3.9")
_NAMESPACES = ("constraints", "initializers", "layers", "losses", "metrics", "models", "optimizers")
_MORE = ("optimizers.schedules", "random", "regularizers")


def recorded() -> dict[str, dict[str, list[str]]]:
    """For each version, what the classes it has take."""
    known = json.loads(FILE.read_text()) if FILE.exists() else {}
    found: dict[str, dict[str, list[str]]] = {}
    for version in VERSIONS:
        earlier = found.get(VERSIONS[VERSIONS.index(version) - 1], {}) if found else {}
        now = {name: entry.get(version, earlier.get(name)) for name, entry in known.items()}
        found[version] = {name: taken for name, taken in now.items() if taken is not None}
    return found


def main() -> None:
    """Record what every class of this version takes."""
    import keras

    version = ".".join(keras.__version__.split(".")[:2])
    found = {**recorded(), version: dict(sorted(classes()))}
    lines = []
    for name in sorted(set().union(*found.values())):
        said: dict[str, Any] = {}
        before: Any = None
        for v in VERSIONS:
            now = found[v].get(name) if v in found else before
            if now != before:
                said[v] = now
            before = now
        lines.append(f"{json.dumps(name)}: {json.dumps(said)}")
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(version, len(found[version]), "classes")


def classes() -> Iterator[tuple[str, list[str]]]:
    """The classes that files can name, with what they take."""
    ops = importlib.import_module("keras.src.ops")
    spaces = [f"keras.{name}" for name in (*_NAMESPACES, *_MORE)]
    spaces += [f"keras.src.ops.{module.name}" for module in pkgutil.iter_modules(ops.__path__)]
    for space in spaces:
        if space.endswith("_test"):
            continue
        module = importlib.import_module(space)
        for name, thing in sorted(vars(module).items()):
            if inspect.isclass(thing) and (".ops." not in space or thing.__module__ == space):
                yield f"{space}.{name}", taken(thing)


def taken(cls: Any) -> list[str]:
    """The arguments that a class names, with those of the classes above it."""
    names: dict[str, None] = {}
    for base in cls.__mro__:
        parameters = inspect.signature(base.__init__).parameters if _has_init(base) else {}
        names.update(dict.fromkeys(list(parameters)[1:]))
        if not any(p.kind is p.VAR_KEYWORD for p in parameters.values()) and parameters:
            break
    return [name for name in names if name not in ("args", "kwargs")]


def _has_init(cls: type) -> bool:
    return "__init__" in vars(cls) and cls is not object


if __name__ == "__main__":
    main()
