"""Every layer in every setting of its cases, traced with an open batch: what two tests share."""

import numpy as np

from tests.layers.case import CASES
from tests.layers.test_every_layer import built
from visualnn.graph import trace
from visualnn.spec import Spec
from visualnn.structure import flatten, map_structure

DRAWING = ("dropout", "noise", "random")
"""Layers that draw random numbers in training, which are other ones in TensorFlow."""


def traced_cases():
    """Name, graph and inputs of each case; the batch is open."""
    for case in CASES:
        layer, args, kwargs = built(case)
        leaves = [x for x in flatten((args, kwargs)) if isinstance(x, np.ndarray)]
        specs = [Spec((None, *x.shape[1:]) if x.ndim else (), x.dtype) for x in leaves]

        def call(*values, layer=layer, args=args, kwargs=kwargs):
            found = iter(values)

            def put(leaf, found=found):
                return next(found) if isinstance(leaf, np.ndarray) else leaf

            given, named = map_structure(put, (args, kwargs))
            return layer(*given, **named)

        try:
            graph = trace(call, *specs, name=layer.name)
        except (ValueError, TypeError):  # some need the batch
            graph = trace(call, *[Spec.of(x) for x in leaves], name=layer.name)
        yield case.name, graph, leaves
