"""How the shape and the parameters of a block come about, with its own numbers in the formula."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from visualnn.builder.analysis import Analysis
from visualnn.builder.forms import settings_of, value_of
from visualnn.builder.inference import Tensor, Weight
from visualnn.builder.records import LayerRecord
from visualnn.builder.sentences import Sentence, joined, say

_LENGTH, _DEPTH, _HEIGHT, _WIDTH = say("length"), say("depth"), say("height"), say("width")
_AXES = {1: (_LENGTH,), 2: (_HEIGHT, _WIDTH), 3: (_DEPTH, _HEIGHT, _WIDTH)}


def shape_formulas(analysis: Analysis, call: str) -> list[str]:
    """How the sizes of what comes out follow from those of what goes in; none where it is plain."""
    document = analysis.document
    record = document.record(call)
    outputs = analysis.outcomes[call].outputs
    given = [analysis.tensor(ref) for _, ref in document.calls[call].references]
    tensors = [tensor for tensor in given if tensor is not None]
    if not outputs or not tensors or len(tensors) < len(given):
        return []
    settings = {s.form.name: value_of(record, s) for s in settings_of(record)}
    if "strides" in settings and ("kernel_size" in settings or "pool_size" in settings):
        return list(_windows(record, settings, tensors[0], outputs[0]))
    return list(_others(record, settings, tensors, outputs[0]))


def _windows(
    record: LayerRecord, settings: dict[str, Any], given: Tensor, made: Tensor
) -> Iterator[str]:
    """Layers that move a window over what comes in."""
    rank = len(given.shape) - 2
    if rank not in _AXES:
        return
    first = 2 if settings.get("data_format") == "channels_first" else 1
    window = _each(settings.get("kernel_size", settings.get("pool_size")), rank)
    strides = _each(settings.get("strides") or window, rank)
    dilation = _each(settings.get("dilation_rate", 1), rank)
    transposed = "Transpose" in record.class_name
    padding = settings.get("padding")
    for i, axis in enumerate(_AXES[rank]):
        n, out = given.shape[first + i], made.shape[first + i]
        if n is None or out is None:
            continue
        k, s, d = window[i], strides[i], dilation[i]
        if transposed:
            how = f"{n}·{s}" if padding == "same" else f"({n} - 1)·{s} + {k}"
        elif padding in ("same", "causal"):
            how = f"⌈{n} / {s}⌉"
        else:
            reach = f"{d}·({k} - 1) - 1" if d != 1 else f"{k}"
            how = f"⌊({n} - {reach}) / {s}⌋ + 1"
        yield _equation(axis, how, out)
    if "filters" in settings:
        yield _equation(say("channels"), "filters", settings["filters"])


def _others(
    record: LayerRecord, settings: dict[str, Any], given: list[Tensor], made: Tensor
) -> Iterator[str]:
    shape, out = given[0].shape, made.shape
    match record.class_name:
        case "Dense" if shape[-1] is not None:
            yield _equation(say("features"), "units", settings.get("units"))
        case "Flatten" if len(shape) > 2 and None not in shape[1:]:
            yield _equation(say("features"), "·".join(map(str, shape[1:])), out[-1])
        case "Concatenate":
            axis = settings.get("axis", -1)
            sizes = [tensor.shape[axis] for tensor in given]
            if None not in sizes and len(sizes) > 1:
                yield _equation(
                    say("axis {axis}", axis=axis), " + ".join(map(str, sizes)), out[axis]
                )
        case name if name.startswith("UpSampling"):
            times = _each(settings.get("size", 2), len(shape) - 2)
            for i, axis in enumerate(_AXES.get(len(shape) - 2, ())):
                if shape[1 + i] is not None and settings.get("data_format") != "channels_first":
                    yield _equation(axis, f"{shape[1 + i]}·{times[i]}", out[1 + i])
        case _:
            return


def _equation(size: Sentence, how: str, result: Any) -> Sentence:
    return say("{size} = {how} = {result}", size=size, how=how, result=str(result))


def parameter_formula(weights: tuple[Weight, ...]) -> str:
    """How the number of parameters comes about: ``kernel 3·3·1·32 + bias 32 = 320``."""
    if not weights:
        return ""
    said = [
        f"{weight.path.rpartition('/')[2]} {'·'.join(map(str, weight.shape)) or '1'}"
        for weight in weights[:6]
    ]
    if len(weights) > 6:
        said.append(say("{count} more", count=len(weights) - 6))
    total = sum(weight.size for weight in weights)
    return say("{terms} = {total}", terms=joined(said, " + "), total=total)


def _each(value: Any, rank: int) -> list[int]:
    """A size for each axis."""
    found = list(value) if isinstance(value, list | tuple) else [value] * rank
    return [int(x) for x in found] if len(found) == rank else [1] * rank
