"""Every layer, in every setting of its cases, as TensorFlow's operations and back."""

import numpy as np

from tests.exporting.layer_functions import traced_cases
from tests.exporting.test_saved_model_rows import read_again
from visualnn.exporting.saved_model.function_body import FunctionBody, Library
from visualnn.graph import trace


def test_every_layer_comes_back():
    count = 0
    for name, graph, inputs in traced_cases():
        library = Library()
        body = FunctionBody(library, graph.name)
        given = [body.argument(x.name, x.dtype) for x in graph.inputs]
        outputs = body.lower(graph, given, graph.outputs)
        named = {f"output_{i}": x for i, x in enumerate(outputs)}
        function, variables = str(library.add(body, named)), list(body.variables)
        functions = read_again(library)

        def call(*xs, functions=functions, function=function, variables=variables):
            return functions.run(function, [*xs, *variables])

        again = trace(call, *[x.spec for x in graph.inputs], name=name)
        assert [x.ndim for x in again.outputs] == [x.ndim for x in graph.outputs], name
        for x, y in zip(again.run(*inputs), graph.run(*inputs), strict=True):
            np.testing.assert_allclose(x, y, rtol=1e-4, atol=1e-5, err_msg=name)
        count += 1
    assert count > 150
