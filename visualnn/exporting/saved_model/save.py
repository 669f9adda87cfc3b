"""Saving objects as SavedModels: modules with their traced functions, layers and models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from visualnn.exporting.saved_model import loader
from visualnn.exporting.saved_model.functions import SavedFunction, Trace
from visualnn.exporting.saved_model.loader import is_saved_model
from visualnn.exporting.saved_model.models import call_function, is_layer, serving_function
from visualnn.exporting.saved_model.signatures import DEFAULT
from visualnn.exporting.saved_model.traced_functions import (
    is_traced,
    saved_function,
    traced_functions,
)
from visualnn.exporting.saved_model.writer import SavedModelWriter
from visualnn.module import Module


def contains_saved_model(export_dir: Any) -> bool:
    """Whether there is a SavedModel in a folder."""
    return is_saved_model(export_dir)


def load(export_dir: Any, tags: Any = None, options: Any = None) -> Any:
    """The object that a SavedModel holds, ours or TensorFlow's, without the classes it had.

    It has the attributes, variables and functions that it had; functions compute what was traced.

    Args:
        export_dir: The folder.
        tags: Accepted for TensorFlow's sake.
        options: Accepted likewise.

    Raises:
        FileNotFoundError: When there is no SavedModel.
        InvalidModelFile: When it is damaged.
    """
    del tags, options
    return loader.load(export_dir)


def save(obj: Any, export_dir: Any, signatures: Any = None, options: Any = None) -> None:
    """Save an object as a SavedModel, which TensorFlow, its servers and we load without its class.

    Its attributes are kept, as far as they are variables, functions, or hold such; of functions,
    the traces that were made until now.

    Args:
        obj: A module, a layer or a model.
        export_dir: The folder; one that is there is replaced.
        signatures: What servers offer: a traced function, a concrete one, or a dict of them.  Of
            a model, by default what it predicts.
        options: Accepted for TensorFlow's sake.

    Raises:
        ValueError: When it is something else, or a function uses what TensorFlow has no form for.
    """
    del options
    if not isinstance(obj, Module):
        raise ValueError(
            f"saved_model.save saves modules, layers and models, not {obj!r}. Put variables and "
            "functions into a `Module`."
        )
    write_object(obj, export_dir, signature_traces(signatures))


def write_object(
    obj: Any,
    path: Any,
    signatures: dict[str, Trace] | None = None,
    members: dict[str, bytes] | None = None,
    with_traces: bool = True,
) -> None:
    """Write a module, layer or model as a SavedModel.

    Args:
        obj: The object.
        path: The folder.
        signatures: The signatures; ``None`` for those that go without saying.
        members: Further files, by name.
        with_traces: Whether functions are saved, too.
    """
    own: dict[str, SavedFunction] = {}
    if is_layer(obj) and with_traces:
        own = {"__call__": call_function(obj), "serve": serving_function(obj)}
        signatures = signatures or {DEFAULT: own["serve"].traces[0]}
    path = Path(path)
    if path.is_file():
        raise FileExistsError(f"{path} is a file, and a SavedModel is a folder.")
    found: dict[int, list[tuple[str, SavedFunction]]] = {}

    def functions(owner: Any) -> Iterator[tuple[str, SavedFunction]]:
        if not with_traces:
            return
        if owner is obj:
            yield from own.items()
        if id(owner) not in found:  # the same objects every time
            found[id(owner)] = [x for x in traced_functions(owner) if x[0] not in own]
        yield from found[id(owner)]

    SavedModelWriter(obj, functions, signatures or {}).write(path, members)


def signature_traces(given: Any) -> dict[str, Trace] | None:
    """Signatures as traces by name.

    Raises:
        ValueError: When one is not a function that was traced once.
    """
    if given is None:
        return None
    found = {}
    for name, function in (given if isinstance(given, dict) else {DEFAULT: given}).items():
        if isinstance(function, SavedFunction):
            traces = function.traces
        elif is_traced(function):
            traces = saved_function(str(name), function).traces
        else:
            raise ValueError(f"The signature {name!r} is no traced function: {function!r}.")
        if len(traces) != 1:
            raise ValueError(
                f"The signature {name!r} has {len(traces)} traces and must have one: give what "
                "`get_concrete_function(...)` returns."
            )
        found[str(name)] = traces[0]
    return found
