"""Signatures: functions of named tensors that give named tensors, which servers call.

TensorFlow flattens dicts by their sorted keys, so arguments and results stand in that order.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from visualnn.exporting.saved_model.attributes import FunctionName, Type
from visualnn.exporting.saved_model.function_body import FunctionBody, Ref
from visualnn.exporting.saved_model.functions import Trace
from visualnn.exporting.saved_model.structured import NamedSpec
from visualnn.spec import Spec
from visualnn.structure import flatten
from visualnn.variable import Variable

DEFAULT = "serving_default"
"""The name of the signature that is called when none is named."""


class Signature:
    """A trace whose arguments and results have names.

    Args:
        name: What it is called.
        trace: What it computes.

    Attributes:
        inputs: The arguments, sorted by name.
        outputs: The results, sorted by name.
        input_order: The place of each input among the arguments of the trace.
        output_order: The place of each output among the results of the trace.
    """

    def __init__(self, name: str, trace: Trace):
        self.name = name
        self.trace = trace
        given = _different([_name(x, "args", i) for i, x in enumerate(trace.inputs)])
        made = [x for x in flatten(trace.outputs) if x is not None]
        results = _different([_name(x, "output", i) for i, x in enumerate(made)])
        self.input_order = sorted(range(len(given)), key=given.__getitem__)
        self.output_order = sorted(range(len(results)), key=results.__getitem__)
        self.inputs = [_renamed(trace.inputs[i], given[i]) for i in self.input_order]
        self.outputs = [_renamed(made[i], results[i]) for i in self.output_order]

    def checkpoint_children(self) -> tuple:
        """What a checkpoint sees in it: nothing."""
        return ()


class SignatureMap:
    """The signatures of a SavedModel, by name.

    Attributes:
        traces: What each computes.
        made: What was written for each: the signature, its function, and the variables it takes.
    """

    def __init__(self, traces: dict[str, Trace]):
        self.traces = traces
        self._signatures = {name: Signature(name, trace) for name, trace in traces.items()}
        self.made: dict[str, tuple[Signature, FunctionName, list[Variable]]] = {}

    def checkpoint_children(self) -> list[tuple[str, Signature]]:
        """The signatures, which are nodes of the graph of objects."""
        return list(self._signatures.items())


def _name(spec: Any, otherwise: str, place: int) -> str:
    return getattr(spec, "name", "") or f"{otherwise}_{place}"


def _different(names: list[str]) -> list[str]:
    """Names of which no two are equal."""
    used: Counter[str] = Counter()
    found: list[str] = []
    for name in names:
        wanted = name
        while wanted in found or (wanted != name and wanted in names):
            used[name] += 1
            wanted = f"{name}_{used[name]}"
        found.append(wanted)
    return found


def _renamed(spec: Spec, name: str) -> NamedSpec:
    return NamedSpec(spec.sizes, spec.dtype, name)


def wrapper(
    body: FunctionBody, signature: Signature, inner: FunctionName, variables: list[Variable]
) -> dict[str, Ref]:
    """Write the function that takes and gives tensors in the order of their names.

    Args:
        body: The function.
        signature: Its arguments and results.
        inner: The function of the trace, which it calls.
        variables: What that one takes behind its arguments.
    """
    given = [body.argument(x.name, x.dtype) for x in signature.inputs]
    ordered = dict(zip(signature.input_order, given, strict=True))
    arguments = [ordered[i] for i in range(len(given))]
    arguments += [body.variable(variable) for variable in variables]
    kinds = [Type(x.dtype) for x in flatten(signature.trace.outputs) if x is not None]
    made = body.add("StatefulPartitionedCall", arguments, f=inner, Tout=kinds)
    body.wait_for_last()
    return {x.name: made[i] for x, i in zip(signature.outputs, signature.output_order, strict=True)}
