"""Connectionist temporal classification: labels for frames whose alignment nobody knows.

Source: Graves et al., "Connectionist temporal classification" (2006).
"""

from __future__ import annotations

import numpy as np

from visualnn import primitives as p
from visualnn.ops.control import scan
from visualnn.ops.numpy_sorting import concrete
from visualnn.ops.operation import operation
from visualnn.ops.promotion import as_fraction, as_tensor, cast_to, dtype_of, rank_of
from visualnn.spec import ShapeError, Spec

_NEVER = -1e5  # the logarithm of what cannot be


@operation("nn", "CTCLoss", "mask_index")
def ctc_loss(target, output, target_length, output_length, mask_index=0):
    """How surprising the labels of each sample are, over all ways to spread them over its frames.

    ``target`` is (batch, labels), ``output`` is (batch, frames, classes) before the softmax, and
    the class ``mask_index`` is the blank between labels.
    """
    output = as_fraction(output)
    target = cast_to(target, "int32")
    if rank_of(target) != 2 or rank_of(output) != 3:
        raise ShapeError(
            "ops.ctc_loss takes labels (batch, labels) and frames (batch, frames, classes), "
            f"but got {Spec.of(target)} and {Spec.of(output)}."
        )
    target_length, output_length = (
        cast_to(as_tensor(x), "int32") for x in (target_length, output_length)
    )
    dtype = dtype_of(output)
    labels = _with_blanks(target, mask_index)  # (batch, 2 * labels + 1)
    may_skip = cast_to(_may_skip(labels, mask_index), dtype)
    frames = p.transpose(p.log_softmax(output, axes=(2,)), axes=(1, 0, 2))
    count, unknown = p.as_setting((p.sizes_of(frames)[0],))
    times = p.iota(*unknown, shape=count)
    first = p.equal(_places(labels), 0)
    start = p.multiply(cast_to(p.logical_not(first), dtype), _NEVER)

    def step(alpha, frame):
        logarithms, time = frame
        stay, advance, skip = alpha, _moved(alpha, 1), _moved(alpha, 2)
        skip = p.add(p.multiply(skip, may_skip), p.multiply(p.subtract(1, may_skip), _NEVER))
        new = _log_sum(_log_sum(stay, advance), skip)
        new = p.add(new, p.take_along_axis(logarithms, labels, axis=1))
        running = p.less(time, p.expand_dims(output_length, axes=(1,)))
        return p.where(running, new, alpha), None

    alpha, _ = scan(step, start, (frames, times))
    at_blank = p.expand_dims(p.multiply(target_length, 2), axes=(1,))
    at_label = p.maximum(p.subtract(at_blank, 1), 0)
    last = p.take_along_axis(alpha, at_blank, axis=1)
    before = p.take_along_axis(alpha, at_label, axis=1)
    before = p.where(p.greater(at_blank, 0), before, p.add(p.zeros_like(before), _NEVER))
    return p.negative(p.squeeze(_log_sum(last, before), axes=(1,)))


def _with_blanks(target, blank):
    """A blank before, between and after the labels."""
    blanks = p.add(p.zeros_like(target), blank)
    pairs = [p.expand_dims(x, axes=(2,)) for x in (blanks, target)]
    batch, count = p.sizes_of(target)
    shape, unknown = p.as_setting((batch, count * 2))
    line = p.reshape(p.concatenate(*pairs, axis=2), *unknown, shape=shape)
    end = p.slice(blanks, axes=(1,), starts=(0,), stops=(1,), steps=(1,))
    return p.concatenate(line, end, axis=1)


def _may_skip(labels, blank):
    """Where a label may follow the one before it without a blank: where both differ."""
    earlier = _shifted(labels, 2, blank)
    return p.logical_and(p.not_equal(labels, blank), p.not_equal(labels, earlier))


def _shifted(x, by, value):
    """Every row moved on, with a value coming in."""
    kept = p.slice(x, axes=(1,), starts=(None,), stops=(-by,), steps=(1,))
    return p.pad(kept, padding=((0, 0), (by, 0)), value=value)


def _moved(alpha, by):
    return _shifted(alpha, by, _NEVER)


def _places(x):
    """The number of each column, for every row."""
    size, unknown = p.as_setting((p.sizes_of(x)[1],))
    line = p.iota(*unknown, shape=size)
    return p.broadcast_like(p.expand_dims(line, axes=(0,)), x)


def _log_sum(a, b):
    """``log(exp(a) + exp(b))``."""
    gap = p.negative(p.absolute(p.subtract(a, b)))
    return p.add(p.maximum(a, b), p.log1p(p.exp(gap)))


# --------------------------------------------------------------------------- reading labels


@operation("nn", "CTCDecode", "strategy", "beam_width", "top_paths", "merge_repeated", "mask_index")
def ctc_decode(
    inputs,
    sequence_lengths,
    strategy="greedy",
    beam_width=100,
    top_paths=1,
    merge_repeated=True,
    mask_index=0,
):
    """The labels that frames (batch, frames, classes) most probably stand for.

    The result is (labels, scores): labels are (top_paths, batch, frames), filled up with -1.

    Raises:
        ValueError: When the strategy is neither ``"greedy"`` nor ``"beam_search"``.
    """
    inputs = as_fraction(inputs)
    lengths = cast_to(as_tensor(sequence_lengths), "int32")
    if strategy == "greedy":
        return _greedy(inputs, lengths, merge_repeated, mask_index)
    if strategy == "beam_search":
        return _beams(inputs, lengths, beam_width, top_paths, mask_index)
    raise ValueError(f"ops.ctc_decode: strategy={strategy!r} must be 'greedy' or 'beam_search'.")


def _greedy(inputs, lengths, merge_repeated, blank):
    best = p.argmax(inputs, axis=2)
    inside = p.less(_places(best), p.expand_dims(lengths, axes=(1,)))
    highest = p.max(inputs, axes=(2,))
    zero = np.zeros((), p.numpy_dtype(dtype_of(inputs)))
    score = p.negative(p.sum(p.where(inside, highest, zero), axes=(1,), keepdims=True))
    kept = p.logical_and(inside, p.not_equal(best, blank))
    if merge_repeated:
        kept = p.logical_and(kept, p.not_equal(best, _shifted(best, 1, -1)))
    order = p.argsort(p.cast(p.logical_not(kept), dtype="int32"), axis=1)
    labels = p.where(kept, best, np.asarray(-1, "int32"))
    return p.expand_dims(p.take_along_axis(labels, order, axis=1), axes=(0,)), score


def _beams(inputs, lengths, width, top_paths, blank):
    numbers = concrete(p.log_softmax(inputs, axes=(2,)), "ctc_decode")
    counts = concrete(lengths, "ctc_decode")
    labels = np.full((top_paths, *numbers.shape[:2]), -1, "int32")
    scores = np.full((len(numbers), top_paths), _NEVER, numbers.dtype)
    for i, (frames, count) in enumerate(zip(numbers, counts, strict=True)):
        for rank, (prefix, score) in enumerate(_search(frames[:count], width, blank)[:top_paths]):
            labels[rank, i, : len(prefix)] = prefix
            scores[i, rank] = score
    return labels.view(p.Tensor), scores.view(p.Tensor)


def _search(frames, width, blank):
    """The most probable label sequences of one sample, with their logarithms.

    For each sequence two sums are kept: of the ways that end in a blank, and of the others.
    """
    beams = {(): (0.0, -np.inf)}
    for frame in frames:
        found: dict[tuple[int, ...], list[float]] = {}

        def gain(prefix, kind, score, found=found):
            sums = found.setdefault(prefix, [-np.inf, -np.inf])
            sums[kind] = np.logaddexp(sums[kind], score)

        for prefix, (in_blank, in_label) in beams.items():
            total = np.logaddexp(in_blank, in_label)
            gain(prefix, 0, total + frame[blank])
            for label, score in enumerate(frame):
                if label == blank:
                    continue
                if prefix and prefix[-1] == label:
                    gain(prefix, 1, in_label + score)
                    gain((*prefix, label), 1, in_blank + score)
                else:
                    gain((*prefix, label), 1, total + score)
        totals = {prefix: np.logaddexp(sums[0], sums[1]) for prefix, sums in found.items()}
        ranked = sorted(totals, key=totals.__getitem__, reverse=True)[:width]
        beams = {prefix: (found[prefix][0], found[prefix][1]) for prefix in ranked}
    return [(prefix, np.logaddexp(sums[0], sums[1])) for prefix, sums in beams.items()]
