"""What layers and figures say of shapes and settings, taken apart again to be said in other words.

The parts below know nothing of languages: they raise errors in English.  Those that come up when
one draws are known here by their wording; any other stays as it is, in English.  The German of all
of them stands beside that of the builder's own sentences (``sentences.py``).
"""

from __future__ import annotations

import functools
import re

from visualnn.builder.sentences import Sentence

SENTENCES = (
    "{problem} (called on {shape}).",
    "{which} must have {wanted}, but has {given}: {tensor}.",
    "{which} must have the size {wanted} along {place}, but has {given}: {tensor}.",
    "{which} must have an axis {axis}, but has {given}: {tensor}.",
    "{which} must have the dtype {wanted}, but has {given}.",
    "It takes pictures (height, width, channels), or a batch of them, but got {tensor}.",
    "It takes texts of the shape (batch,) or (batch, 1), but got {tensor}: give one text for each "
    "example.",
    "It takes features of the shape (batch,) or (batch, 1), but got {tensor}.",
    "ops.image.{name} takes red, green and blue, but got {tensor}.",
    "The height and width of {tensor} must be known.",
    "It is called on a list: [query, value] or [query, value, key].",
    "Its value {value} and key {key} must have the same sizes, but for the features.",
    "It combines {least} or more tensors, but got {count}: call it on a list.",
    "It combines {most} tensors, but got {count}.",
    "Its inputs have different batch sizes: {shapes}.",
    "Its inputs cannot be combined number by number: {shapes}.",
    "Its `axis` is {axis}, but its inputs have {rank} axes.",
    "Its inputs may differ along axis {axis} only: {shapes}.",
    "It sums over axis {first_axis} of {first} and axis {second_axis} of {second}, which differ in "
    "size.",
    "Its window {window} is larger than its input {shape}. Take a smaller `pool_size`, or "
    '`padding="same"`.',
    "conv: a window of {window} does not fit into {tensor}, whose space axes have the sizes "
    "{sizes}.",
    "It cannot give the {count} numbers of an example of shape {given} the shape {wanted}.",
    "It cuts {before} and {after} off axis {axis}, which leaves nothing of the input {shape}.",
    "the last axis of its input {shape} has no known size, but its weights depend on it. Give the "
    "`Input` a size there.",
    "its {filters} filters cannot be divided into {groups} groups.",
    "the {channels} channels of its input {shape} cannot be divided into {groups} groups.",
    "its input {shape} has no axis {axis}.",
    "ops.{name}: axis={axis} is no axis of {tensor}, which has {count}.",
    "It is stateful, so the batch must have a known size: give the model an "
    "`Input(batch_shape=...)`. The input has the shape {shape}.",
    "It needs an input with a batch, steps and something for the layer inside, at least 3 axes, "
    "but got {shape}.",
    "Its equation {equation} wants an input of {count} axes, but got {shape}.",
    "`strides` {strides} and `dilation_rate` {dilation} cannot both be greater than one.",
    "{owner}: `{setting}` must be {wanted}, but is {value}.",
    "`{setting}` must be {wanted}, but is {value}.",
    "{owner} needs a value for `{setting}`: {what}",
    "{owner} needs a value for `{setting}`.",
    "{owner}: `{setting}` {value} is not an activation. There are: {names}.",
    "{owner}: `{setting}` {value} is not an initializer. There are: {names}.",
    "{owner}: `{setting}` {value} is not a regularizer. There are: {names}.",
    "{owner}: `{setting}` {value} is not a constraint. There are: {names}.",
    "{owner}: `{setting}` {value} is not an activation.",
    "{owner}: `{setting}` {value} is not an initializer.",
    "{owner}: `{setting}` {value} is not a regularizer.",
    "{owner}: `{setting}` {value} is not a constraint.",
    "A figure has no {what} {given}: there are {names}.",
    "The style 'neurons' is for layers one after the other, but {name} has branches. Draw it in "
    "the style 'blocks' or 'feature_maps'.",
    "The style 'neurons' draws vectors, but out of {name} comes {size}. Draw it in the style "
    "'feature_maps'.",
    "A figure in the format {format} is painted by matplotlib, which is not installed: pip install "
    '"visualnn[plot]". Without it there are .svg and .tex.',
    "{name} is not known here.",
    "The class {name} is not one of Keras's. If it is yours, pass it, {how}, or decorate it with "
    "`@visualnn.saving.register_keras_serializable()`.",
)
"""Whole sentences, the particular before the general."""

PARTS = (
    "Its input",
    "Its input {number}",
    "at least {count}",
    "at most {count}",
    "{count} axes",
    "{count} axis",
    "the last axis",
    "axis {axis}",
    "True or False",
    "a text",
    "a layer",
    "one of {choices}",
    "a whole number, {least} or more",
    "one whole number, {least} or more",
    "two whole numbers, {least} or more",
    "three whole numbers, {least} or more",
    "a whole number or SeedGenerator",
    "a whole number",
    "two numbers, the least and the greatest",
    "a number from {least} to {most}, or two",
    "a number from {least} to {most}",
    "a number, {least} or more",
    "a number",
)
"""What stands in the places of others."""


@functools.lru_cache(maxsize=4096)
def recognised(text: str) -> str:
    """A text as a sentence whose template is known, where it is one; else as it is."""
    if isinstance(text, Sentence):
        return text
    return _found(text, SENTENCES)


def _found(text: str, templates: tuple[str, ...]) -> str:
    for template in templates:
        match = _pattern(template).fullmatch(text)
        if match:
            return Sentence(template, {name: _part(x) for name, x in match.groupdict().items()})
    return text


def _part(text: str) -> str:
    found = _found(text, (*SENTENCES, *PARTS))
    is_help = found is text and text.endswith(".")  # of a setting, which the catalogue has as it is
    return Sentence(text, {}) if is_help else found


@functools.cache
def _pattern(template: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", template)
    names = [f"(?P<{piece}>.+?)" if i % 2 else re.escape(piece) for i, piece in enumerate(pieces)]
    return re.compile("".join(names), re.DOTALL)
