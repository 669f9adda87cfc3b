"""Every layer, in every setting of its cases, run by a real TensorFlow from one SavedModel.

Run with an interpreter that has tensorflow: the extra ``interop-tf``.
"""

import numpy as np
import tensorflow as tf

from tests.exporting.layer_functions import DRAWING, traced_cases
from visualnn import Module
from visualnn.exporting.saved_model.functions import SavedFunction, Trace
from visualnn.exporting.saved_model.structured import NamedSpec
from visualnn.exporting.saved_model.writer import SavedModelWriter


def saved_function(name, graph):
    names = [f"x{i}" for i in range(len(graph.inputs))]
    specs = [
        NamedSpec(x.spec.sizes, x.dtype, name) for x, name in zip(graph.inputs, names, strict=True)
    ]
    return SavedFunction(name, names, (), [], [Trace(graph, tuple(specs), {})])


def test_tensorflow_computes_what_every_layer_computes(tmp_path):
    cases = {f"case_{i}": case for i, case in enumerate(traced_cases())}
    functions = [(key, saved_function(key, graph)) for key, (_, graph, _) in cases.items()]
    root = Module()
    SavedModelWriter(root, lambda owner: functions if owner is root else (), {}).write(
        tmp_path / "layers"
    )
    loaded = tf.saved_model.load(str(tmp_path / "layers"))
    problems = []
    for key, (name, graph, inputs) in cases.items():
        try:
            made = tf.nest.flatten(getattr(loaded, key)(*map(tf.constant, inputs)))
        except (ValueError, tf.errors.OpError) as problem:
            problems.append(f"{name}: {problem}")
            continue
        if any(word in name.lower() for word in DRAWING):
            continue
        for x, y in zip(made, graph.run(*inputs), strict=True):
            if x.shape != y.shape or not np.allclose(x, y, rtol=1e-3, atol=1e-4):
                problems.append(f"{name}: {np.abs(x - y).max()} away")
    assert len(cases) > 150
    assert not problems, "\n".join(problems)
