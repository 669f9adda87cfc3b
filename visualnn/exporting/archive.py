"""``ExportArchive``: a SavedModel put together from functions of one's own choice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from visualnn.exporting.saved_model.functions import SavedFunction, parameters_of, traced
from visualnn.exporting.saved_model.models import as_specs, is_layer, serving_function
from visualnn.exporting.saved_model.signatures import DEFAULT
from visualnn.exporting.saved_model.traced_functions import is_traced, saved_function
from visualnn.exporting.saved_model.writer import SavedModelWriter
from visualnn.module import Module
from visualnn.serialization import public
from visualnn.variable import Variable

_TAKEN = frozenset({"signatures", "endpoints"})


@public("keras.export")
class ExportArchive:
    """Functions and variables that become a SavedModel, for programs that only run it.

    ::

        archive = ExportArchive()
        archive.track(model)
        archive.add_endpoint("serve", model.call, input_signature=[TensorSpec((None, 4))])
        archive.write_out("folder")
    """

    def __init__(self) -> None:
        self._tracked: list[Any] = []
        self._endpoints: dict[str, SavedFunction] = {}
        self._collections: dict[str, list[Variable]] = {}

    # ------------------------------------------------------------------ what it holds

    @property
    def variables(self) -> list[Variable]:
        """The variables of all that is tracked, each once."""
        found: dict[Variable, None] = {}
        for x in self._tracked:
            found.update(dict.fromkeys([x] if isinstance(x, Variable) else x.variables))
        return list(found)

    @property
    def trainable_variables(self) -> list[Variable]:
        """Those of the variables that training changes."""
        return [variable for variable in self.variables if variable.trainable]

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """Those of the variables that training leaves alone."""
        return [variable for variable in self.variables if not variable.trainable]

    def track(self, resource: Any) -> None:
        """Have the variables of a layer, a model or a module in the SavedModel.

        Raises:
            ValueError: When it is a layer that is not built, or none of these.
        """
        if not isinstance(resource, Module | Variable):
            raise ValueError(
                "ExportArchive.track takes layers, models, modules and variables, "
                f"not {resource!r}."
            )
        if is_layer(resource) and not resource.built:  # type: ignore[union-attr]
            raise ValueError(
                f"{resource.name!r} is not built, so it has no variables yet: call it on data, "
                "or build it, before it is tracked."
            )
        if all(x is not resource for x in self._tracked):
            self._tracked.append(resource)

    def add_endpoint(
        self, name: str, fn: Callable | None = None, input_signature: Any = None, **kwargs: Any
    ) -> Any:
        """Trace a function, which the SavedModel offers under a name.

        Args:
            name: What it is called; loaded objects have it as an attribute.
            fn: The function, method, layer or model; a function that is traced already brings its
                traces.  Without it, what the tracked model predicts.
            input_signature: The specs of its arguments, one after the other.
            **kwargs: ``jax2tf_kwargs`` and ``is_static`` are accepted for Keras's sake.

        Returns:
            The function.

        Raises:
            ValueError: When the name is taken, or what the function takes is not known.
        """
        for known in ("jax2tf_kwargs", "is_static"):
            kwargs.pop(known, None)
        if kwargs:
            raise TypeError(f"add_endpoint does not know {', '.join(map(repr, kwargs))}.")
        self._check_name(name, "endpoint")
        if fn is None:
            fn = self._only_layer(name)
        if is_layer(fn):
            self.track(fn)
            function = serving_function(fn, input_signature, name)
        elif is_traced(fn) and input_signature is None:
            function = saved_function(name, fn)
        else:
            function = self._traced(name, fn, input_signature)
        self._endpoints[name] = function
        return fn

    def _only_layer(self, name: str) -> Any:
        layers = [x for x in self._tracked if is_layer(x)]
        if len(layers) != 1:
            raise ValueError(
                f"add_endpoint({name!r}): say which function is meant, because "
                f"{len(layers) or 'no'} layers are tracked."
            )
        return layers[0]

    def _traced(self, name: str, fn: Any, signature: Any) -> SavedFunction:
        if not callable(fn):
            raise ValueError(f"The endpoint {name!r} must be a function, not {fn!r}.")
        if signature is None:
            raise ValueError(
                f"The endpoint {name!r} needs `input_signature`: the specs of the arguments of "
                "its function, such as `[visualnn.TensorSpec((None, 4))]`."
            )
        specs = signature if isinstance(signature, list | tuple) else [signature]
        names = parameters_of(fn)[0][: len(specs)]
        names += [f"args_{i}" for i in range(len(names), len(specs))]
        one = traced(fn, as_specs(list(specs)), names, name)
        return SavedFunction(name, names, (), [], [one])

    def add_variable_collection(self, name: str, variables: Any) -> None:
        """Have a list of variables as an attribute of the loaded object, and of this one.

        Raises:
            ValueError: When the name is taken, or something is no variable.
        """
        if not isinstance(variables, list | tuple | set):
            raise ValueError(
                f"The collection {name!r} must be a list of variables, not {variables!r}."
            )
        for x in variables:
            if not isinstance(x, Variable):
                raise ValueError(f"The collection {name!r} holds {x!r}, which is no variable.")
        self._check_name(name, "collection")
        self._collections[name] = list(variables)
        setattr(self, name, self._collections[name])

    def _check_name(self, name: str, what: str) -> None:
        if not isinstance(name, str) or not name.isidentifier() or name in _TAKEN:
            raise ValueError(f"{name!r} cannot be the name of a {what}.")
        if name in self._endpoints or hasattr(self, name):
            raise ValueError(f"There is something named {name!r} in this archive already.")

    # ------------------------------------------------------------------ writing

    def write_out(self, filepath: Any, options: Any = None, verbose: bool = True) -> None:
        """Write the SavedModel; the first endpoint is the one that servers call by default.

        Args:
            filepath: The folder; one that is there is replaced.
            options: Accepted for Keras's sake.
            verbose: Whether to print what was written.

        Raises:
            ValueError: When there is no endpoint, or one uses what TensorFlow has no form for.
        """
        del options
        if not self._endpoints:
            raise ValueError("There is nothing to write yet: add an endpoint with `add_endpoint`.")
        public_ones = {
            name: x.traces[0] for name, x in self._endpoints.items() if not name.startswith("_")
        }
        first = next(iter(self._endpoints))
        signatures = {**public_ones, DEFAULT: self._endpoints[first].traces[0]}
        root = _Artifact(self)
        functions = dict(self._endpoints)
        writer = SavedModelWriter(
            root, lambda owner: functions.items() if owner is root else (), signatures
        )
        path = Path(filepath)
        if path.is_file():
            raise FileExistsError(f"{path} is a file, and a SavedModel is a folder.")
        writer.write(path)
        if verbose:
            print(f"Saved {path}. Its endpoints:")
            for name, function in self._endpoints.items():
                print(f"  {name}({', '.join(function.parameters)})")


class _Artifact:
    """The root of the SavedModel of an archive."""

    def __init__(self, archive: ExportArchive):
        self._lists = {
            "variables": archive.variables,
            "trainable_variables": archive.trainable_variables,
            "non_trainable_variables": archive.non_trainable_variables,
            **archive._collections,
        }

    def checkpoint_children(self) -> Iterator[tuple[str, Any]]:
        """The lists of variables, by name."""
        return iter(self._lists.items())


def export_saved_model(
    model: Any, filepath: Any, verbose: bool | None = None, input_signature: Any = None
) -> None:
    """Write what a model predicts as a SavedModel with the endpoint ``serve``.

    Args:
        model: The model, or a layer.
        filepath: The folder; one that is there is replaced.
        verbose: Whether to print what was written; by default it is.
        input_signature: The specs of its arguments, where it is not known what it takes.
    """
    archive = ExportArchive()
    if not model.built:
        raise ValueError(
            f"{model.name!r} is not built, so it has no weights yet: call it on data, or build it, "
            "before it is exported."
        )
    archive.track(model)
    archive.add_endpoint("serve", model, input_signature)
    archive.write_out(filepath, verbose=verbose is None or bool(verbose))
