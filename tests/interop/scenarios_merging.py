"""Layers that combine tensors in either library."""

from __future__ import annotations

import numpy as np

from tests.interop.scenario_layers import STEPS, mask_of, numbers, refusal, scenario


@scenario
def merging(k):
    found = []
    a, b = numbers(2, 3, 4), numbers(2, 3, 4, seed=5)
    for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"):
        cls = getattr(k.layers, name)
        found.append(cls()([a, b]))
        found.append(getattr(k.layers, name.lower())([a, b]))
        if name != "Concatenate":
            found.append(cls()([a, numbers(2, 1, 4)]))
            found.append(cls()([a, numbers(2, 4)]))
            found.append(refusal(lambda cls=cls: cls()([a, numbers(2, 5, 4)])))
            found.append(refusal(lambda cls=cls: cls()([a, numbers(3, 3, 4)])))
            found.append(str(cls().compute_output_shape([(None, 3, 1), (None, 1, 4)])))
            found.append(refusal(lambda cls=cls: cls()([k.Input((3,)), k.Input(())])))
            found.append(refusal(lambda cls=cls: cls()([])))
        found.append(refusal(lambda cls=cls: cls()(a)))
        found.append(refusal(lambda cls=cls: cls()([a])))
        if name != "Subtract":
            found.append(cls()([a, b, a]))
        else:
            found.append(refusal(lambda cls=cls: cls()([a, b, a])))
        x = k.Input((3, 4))
        found.append(tuple(cls()([x, k.Input((3, 4))]).shape))
        found.append(cls().supports_masking)
    found.append(str(k.layers.Concatenate(axis=1).compute_output_shape([(2, 3, 4), (2, 5, 4)])))
    found.append(str(k.layers.Concatenate(1).compute_output_shape([(2, None, 4), (2, 5, 4)])))
    found.append(refusal(lambda: k.layers.Concatenate()([a, numbers(2, 5, 4)])))
    return found


@scenario
def merging_masks(k):
    x = np.where(STEPS[..., None], numbers(3, 4, 5), 0).astype("float32")
    y = np.where(STEPS[::-1, :, None], numbers(3, 4, 5), 0).astype("float32")
    a, b = k.layers.Masking()(x), k.layers.Masking()(y)
    found = []
    for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"):
        layer = getattr(k.layers, name)()
        found.append(mask_of(layer([a, b])))
        found.append(mask_of(layer([a, k.ops.convert_to_tensor(y)])))
        found.append(str(layer.compute_mask([x, y], [None, None])))
    found.append(mask_of(k.layers.Concatenate(axis=1)([a, b])))
    found.append(mask_of(k.layers.Concatenate(axis=1)([a, k.ops.convert_to_tensor(y)])))
    found += map(
        refusal,
        (
            lambda: k.layers.Add().compute_mask([x, y], STEPS),
            lambda: k.layers.Add().compute_mask(x, [STEPS, STEPS]),
            lambda: k.layers.Add().compute_mask([x, y], [STEPS]),
            lambda: k.layers.Concatenate().compute_mask([x, y], STEPS),
            lambda: k.layers.Concatenate().compute_mask([x, y], [STEPS]),
        ),
    )
    return found


@scenario
def dot(k):
    a, b = numbers(2, 3, 4), numbers(2, 5, 4, seed=3)
    found = []
    for axes in (2, -1, (2, 2), [2, 2], (-1, 2)):
        found.append(k.layers.Dot(axes=axes)([a, b]))
        found.append(k.layers.Dot(axes=axes, normalize=True)([a, b]))
        found.append(str(k.layers.Dot(axes=axes).compute_output_shape([a.shape, b.shape])))
    found += map(
        refusal,
        (
            lambda: k.layers.Dot(axes=1)([a, b]),
            lambda: k.layers.Dot(axes=0)([a, b]),
            lambda: k.layers.Dot(axes="x"),
            lambda: k.layers.Dot(axes=(1, 2, 3)),
            lambda: k.layers.Dot(axes=1)([a]),
            lambda: k.layers.Dot(axes=1)(a),
            lambda: k.layers.Dot(axes=1)([a, b, a]),
            lambda: k.layers.Dot(axes=(0, 1))([a, b]),
        ),
    )
    found.append(k.layers.Dot(axes=1)([numbers(2, 4), numbers(2, 4, seed=5)]))
    found.append(k.layers.dot([a, a], axes=(2, 2)))
    found.append(k.layers.Dot(2).compute_mask([a, b], [None, None]))
    return found
