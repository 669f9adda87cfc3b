"""Layers of the real Keras, saved by a real TensorFlow, are run here: one case of each layer.

Run with an interpreter that has tensorflow: the extra ``interop-tf``.
"""

import keras
import numpy as np
import tensorflow as tf

import visualnn
from tests.layers import cases, picture_cases, sequence_cases
from tests.layers.case import CASES
from visualnn.structure import flatten, map_structure

assert cases and picture_cases and sequence_cases  # they fill the list
DRAWING = ("dropout", "noise", "random")
MORE = ("conv2d dilated", "depthwise2d dilated", "conv1d causal", "transpose3d")


def chosen():
    """The first case of each layer, and a few more."""
    found = {}
    for case in CASES:
        kind = case.name if case.name in MORE else case.name.split()[0]
        if "state" not in case.name:
            found.setdefault(kind, case)
    return list(found.values())


def traced(layer, args, kwargs, leaves):
    """The call of a layer as a function of its tensors, with an open batch."""

    def call(*values):
        given = iter(values)

        def put(leaf):
            return next(given) if isinstance(leaf, np.ndarray) else leaf

        filled, named = map_structure(put, (args, kwargs))
        return layer(*filled, **named)

    shapes = [(None, *x.shape[1:]) if x.ndim else () for x in leaves]
    specs = [tf.TensorSpec(s, x.dtype) for s, x in zip(shapes, leaves, strict=True)]
    return tf.function(call, input_signature=specs)


def test_layers_of_keras_run_here(tmp_path):
    root, known = tf.Module(), {}
    root.kept = []
    for i, case in enumerate(chosen()):
        args, kwargs = case.arguments()
        layer = case.make(keras)
        layer(*args, **kwargs)
        leaves = [x for x in flatten((args, kwargs)) if isinstance(x, np.ndarray)]
        function = traced(layer, args, kwargs, leaves)
        root.kept.append(list(function.get_concrete_function().graph.variables))
        setattr(root, f"case_{i}", function)
        known[f"case_{i}"] = case.name, function, leaves
    tf.saved_model.save(root, str(tmp_path / "layers"))
    loaded = visualnn.saved_model.load(tmp_path / "layers")
    problems = []
    for key, (name, function, leaves) in known.items():
        try:
            made = flatten(getattr(loaded, key)(*leaves))
        except ValueError as problem:
            problems.append(f"{name}: {problem}")
            continue
        if any(word in name.lower() for word in DRAWING):
            continue
        for x, y in zip(made, tf.nest.flatten(function(*leaves)), strict=True):
            if not np.allclose(x, y, rtol=1e-3, atol=1e-4):
                problems.append(f"{name}: {np.abs(np.asarray(x) - y).max()} away")
    assert len(known) > 50
    assert not problems, "\n".join(problems)
