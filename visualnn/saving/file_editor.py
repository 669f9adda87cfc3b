"""Weights in a file, looked at, compared and renamed without the code of the model.

Source: keras.md section 9 for how the file is laid out.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from visualnn.saving import archive as members
from visualnn.saving.arrays import Source, StoredGroup, reading_arrays
from visualnn.saving.atomic import replacing
from visualnn.saving.hdf5 import open_hdf5
from visualnn.saving.hdf5_writer import writing_arrays
from visualnn.saving.keras_file import open_archive
from visualnn.saving.weights_alone import ENDING
from visualnn.saving.weights_file import write_weights
from visualnn.serialization import InvalidModelFile, place, read_json

_VARIABLES = "vars"


class KerasFileEditor:
    """Reads all weights of a file into a tree of dicts, which can be changed and saved again.

    The objects of a model are dicts by their path, such as ``layers/dense``; what they hold are
    arrays by their names, usually ``0``, ``1`` and so on, and further objects.

    Args:
        filepath: A ``.keras`` or ``.weights.h5`` file.

    Attributes:
        weights_dict: The tree.
        metadata: The version of Keras and the date of a ``.keras`` file, else ``None``.
        config: The model's record in a ``.keras`` file, else ``None``.

    Raises:
        FileNotFoundError: When there is no such file.
        InvalidModelFile: When it is damaged or not what it should be.
        ValueError: When its ending is another.
    """

    def __init__(self, filepath: Any):
        self.filepath = str(filepath)
        self.metadata: Any = None
        self.config: Any = None
        self.weights_dict: dict[str, Any]
        path = Path(filepath)
        if path.suffix == ".keras":
            with open_archive(path) as archive:
                self.metadata = read_json(archive.read(members.METADATA, members.LARGEST_METADATA))
                self.config = read_json(archive.read(members.CONFIG, members.LARGEST_CONFIG))
                with place(members.WEIGHTS):
                    stream, size = archive.open(members.WEIGHTS)
                    with reading_arrays(stream, size) as source:
                        self.weights_dict = _tree_of(source)
        elif path.name.endswith(ENDING):
            with open_hdf5(path) as source:
                self.weights_dict = _tree_of(source)
        else:
            raise ValueError(
                f"The weights in {self.filepath!r} cannot be edited: the file must end in "
                "`.keras` or `.weights.h5`."
            )

    def summary(self) -> None:
        """Print the tree of objects with the shapes of their arrays."""
        kind = "Keras model file" if self.config is not None else "Keras weights file"
        print(f"{kind} {self.filepath!r}")
        if isinstance(self.metadata, dict):
            version, date = self.metadata.get("keras_version"), self.metadata.get("date_saved")
            print(f"Saved by Keras {version} on {date}")
        print("Weights")
        for line in _drawn(self.weights_dict):
            print(f"  {line}")

    def compare(self, reference_model: Any) -> dict[str, Any]:
        """Print where the file and a model differ.

        Returns:
            ``status``, which is ``"success"`` or ``"error"``, the ``error_count``, and as
            ``match_count`` how many arrays, and objects with all their arrays, are alike.
        """
        recorder = _Recorder()
        write_weights(reference_model, recorder)
        print("Comparing the file with the model")
        lines, matches = [], 0
        for path, wanted in _objects(recorder.tree):
            found = _at(self.weights_dict, path)
            said = _differences("/" + "/".join(path), wanted, found)
            alike = len(_arrays(wanted)) - len(said) if found is not None else 0
            matches += alike + int(not said and bool(_arrays(wanted)))
            lines += said
        for line in lines:
            print(f"  {line}")
        if lines:
            print(f"{len(lines)} differences: the weights in the file do not fit the model.")
        else:
            print(f"The weights in the file fit the model: {matches} matches.")
        status = "error" if lines else "success"
        return {"status": status, "error_count": len(lines), "match_count": matches}

    def rename_object(self, object_name: str, new_name: str) -> None:
        """Give an object another name.

        Args:
            object_name: Its name, if no other object has the same, or its path.
            new_name: The last part of its new path.

        Raises:
            ValueError: When there is no such object, or there is one of the new name beside it.
        """
        if not isinstance(new_name, str) or "/" in new_name or not new_name:
            raise ValueError(
                f"The new name of {object_name!r} must be one name and no path, not {new_name!r}."
            )

        def rename(beside: dict[str, Any], name: str) -> None:
            if new_name in beside:
                raise ValueError(f"There is an object {new_name!r} beside {object_name!r} already.")
            beside[new_name] = beside.pop(name)

        self._edit(object_name, rename)

    def delete_object(self, object_name: str) -> None:
        """Remove an object and all in it.

        Raises:
            ValueError: When there is no such object.
        """
        self._edit(object_name, lambda beside, name: beside.pop(name))

    def add_object(self, object_path: str, weights: dict[str, Any]) -> None:
        """Put an object with these arrays at a path, in place of one that is there.

        Raises:
            ValueError: When there is no object to put it into, or ``weights`` are no arrays by
                name.
        """
        arrays = _checked(weights)
        *above, name = _parts(object_path)
        into = _at(self.weights_dict, tuple(above))
        if into is None:
            raise ValueError(
                f"{object_path!r} cannot be added: there is no object {'/'.join(above)!r}."
            )
        into[name] = OrderedDict(arrays)

    def add_weights(self, object_name: str, weights: dict[str, Any]) -> None:
        """Put arrays into an object, in place of those of the same names.

        Raises:
            ValueError: When there is no such object, or ``weights`` are no arrays by name.
        """
        arrays = _checked(weights)
        self._edit(object_name, lambda beside, name: beside[name].update(arrays))

    def delete_weight(self, object_name: str, weight_name: str) -> None:
        """Remove an array from an object.

        Raises:
            ValueError: When there is no such object, or it has no such array.
        """

        def delete(beside: dict[str, Any], name: str) -> None:
            arrays = _arrays(beside[name])
            if weight_name not in arrays:
                raise ValueError(
                    f"{object_name!r} has no array {weight_name!r}: there are {list(arrays)}."
                )
            del beside[name][weight_name]

        self._edit(object_name, delete)

    def save(self, filepath: Any) -> None:
        """Write the weights to a ``.weights.h5`` file, whole or not at all.

        Raises:
            ValueError: When the path has another ending.
            OSError: When it cannot be written; what was there is left as it was.
        """
        path = Path(filepath)
        if not path.name.endswith(ENDING):
            raise ValueError(
                f"Edited weights are saved to a file that ends in `.weights.h5`, not to "
                f"{str(path)!r}."
            )
        with replacing(path) as temporary, writing_arrays(temporary) as writer:
            for parts, held in _objects(self.weights_dict):
                group = writer.group("/".join((*parts, _VARIABLES)))
                for name, array in _arrays(held).items():
                    writer.put(group, name, array)

    def resave_weights(self, filepath: Any) -> None:
        """Write the weights to a ``.weights.h5`` file, as :meth:`save` does."""
        self.save(filepath)

    def _edit(self, object_name: str, change: Callable[[dict[str, Any], str], Any]) -> None:
        """Call ``change`` with the dict an object is in, and its key there."""
        parts = _parts(object_name)
        if len(parts) == 1:
            found = [path for path, _ in _objects(self.weights_dict) if path[-1:] == parts]
            if len(found) > 1:
                paths = ", ".join("/".join(path) for path in found)
                raise ValueError(
                    f"There are several objects {object_name!r}, give one path: {paths}."
                )
            parts = found[0] if found else parts
        if not isinstance(_at(self.weights_dict, parts), dict):
            known = ", ".join("/".join(path) for path, _ in _objects(self.weights_dict) if path)
            raise ValueError(f"There is no object {object_name!r} in the file. There are: {known}.")
        beside = _at(self.weights_dict, parts[:-1])
        assert beside is not None
        change(beside, parts[-1])


# ---------------------------------------------------------------------- trees


class _Recorder:
    """Takes the weights of a model as a file would."""

    def __init__(self) -> None:
        self.tree: dict[str, Any] = OrderedDict()

    def group(self, path: str) -> dict[str, Any]:
        """The dict of the object that these variables are of."""
        here = self.tree
        for part in path.split("/")[:-1]:
            here = here.setdefault(part, OrderedDict())
        return here

    def put(self, group: dict[str, Any], key: str, array: np.ndarray) -> None:
        group[key] = array

    def link(self, path: str, other: str) -> None:
        """What is shared is compared once."""

    def mark(self, group: Any, name: str, text: str) -> None:
        """Names do not matter."""


def _tree_of(source: Source) -> dict[str, Any]:
    """All arrays of a file, those in ``vars`` as those of the object around it."""
    tree: dict[str, Any] = OrderedDict()
    waiting: list[tuple[StoredGroup, dict[str, Any], int]] = [(source.root, tree, 0)]
    while waiting:
        group, into, depth = waiting.pop()
        if depth > 1000:
            raise InvalidModelFile(f"{group.path[:100]}... is nested too deep.")
        for name in group.keys():  # noqa: SIM118 - a group is no mapping
            child = group.child(name)
            if not isinstance(child, StoredGroup):
                into[name] = child.read()
            elif name == _VARIABLES:
                waiting.append((child, into, depth + 1))
            else:
                waiting.append((child, into.setdefault(name, OrderedDict()), depth + 1))
    return tree


def _objects(tree: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every object of a tree with its path, the tree itself first."""
    waiting: list[tuple[tuple[str, ...], dict[str, Any]]] = [((), tree)]
    while waiting:
        path, held = waiting.pop()
        yield path, held
        inner = [((*path, name), x) for name, x in held.items() if isinstance(x, dict)]
        waiting += reversed(inner)


def _arrays(held: dict[str, Any]) -> dict[str, np.ndarray]:
    return {name: x for name, x in held.items() if not isinstance(x, dict)}


def _at(tree: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any] | None:
    here: Any = tree
    for part in path:
        here = here.get(part) if isinstance(here, dict) else None
    return here if isinstance(here, dict) else None


def _parts(path: Any) -> tuple[str, ...]:
    parts = tuple(part for part in path.split("/") if part) if isinstance(path, str) else ()
    if not parts:
        raise ValueError(f"{path!r} is not the name or the path of an object.")
    return parts


def _checked(weights: Any) -> dict[str, np.ndarray]:
    if not isinstance(weights, dict) or not all(isinstance(name, str) for name in weights):
        raise ValueError(
            "`weights` must be a dict of arrays by their names (usually '0', '1', ...), not "
            f"{type(weights).__name__}."
        )
    arrays = {name: np.asarray(x) for name, x in weights.items()}
    for name, array in arrays.items():
        if "/" in name or array.dtype.kind not in "fiubV":
            raise ValueError(f"{name!r} is not the name of an array of numbers.")
    return arrays


def _differences(path: str, wanted: dict[str, Any], found: dict[str, Any] | None) -> list[str]:
    """What an object of the model has otherwise than the file, one sentence each."""
    if found is None:
        return [f"{path} is in the model and not in the file."]
    said = []
    for name, array in _arrays(wanted).items():
        other = found.get(name)
        if other is None or isinstance(other, dict):
            said.append(f"{path}/{name} is in the model and not in the file.")
        elif other.shape != array.shape:
            said.append(f"{path}/{name} is {array.shape} in the model, {other.shape} in the file.")
    return said


def _drawn(tree: dict[str, Any]) -> Iterator[str]:
    """The lines of a tree."""
    waiting = [(name, x, "", i == len(tree) - 1) for i, (name, x) in enumerate(tree.items())]
    waiting.reverse()
    while waiting:
        name, held, before, is_last = waiting.pop()
        corner = "└─ " if is_last else "├─ "
        if not isinstance(held, dict):
            yield f"{before}{corner}{name}: {held.dtype}{list(held.shape)}"
            continue
        yield f"{before}{corner}{name}"
        inside = before + ("   " if is_last else "│  ")
        items = list(held.items())
        waiting += [
            (key, x, inside, i == len(items) - 1)
            for i, (key, x) in reversed(list(enumerate(items)))
        ]
