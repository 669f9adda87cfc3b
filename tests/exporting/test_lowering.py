"""What each primitive becomes in other tools: a row for each, or a sentence that there is none."""

import numpy as np
import pytest

from visualnn import Input, Model, layers, ops
from visualnn.exporting.onnx import ONNX
from visualnn.exporting.saved_model import rows
from visualnn.exporting.saved_model.function_body import TENSORFLOW, FunctionBody, Library
from visualnn.graph import trace
from visualnn.spec import Spec

assert rows

WITHOUT_FORM = {
    "TensorFlow": {"by_function"},  # a Python function
    "ONNX": {
        "by_function",
        *("sum_like", "conv_kernel", "put_slice", "put_sum", "max_pool_spread", "max_pool_pick"),
        "average_pool_spread",  # of gradients, which are not exported
        *("erfinv", "lgamma", "polygamma", "bessel_i", "random_gamma", "random_binomial"),
        *("solve", "cholesky", "qr", "eigh", "svd"),  # ONNX has no factors of matrices
    },
}


@pytest.mark.parametrize("lowering", [TENSORFLOW, ONNX], ids=lambda x: x.tool)
def test_every_primitive_has_a_row(lowering):
    assert set(lowering.missing()) == WITHOUT_FORM[lowering.tool]


def test_a_layer_without_form_is_named():
    words = layers.TextVectorization(vocabulary=["a", "b"], output_sequence_length=3)
    graph = trace(words, Spec((None,), "string"), name="words")
    body = FunctionBody(Library(), "words")
    with pytest.raises(ValueError, match=r"text_vectorization.*by_function.*no form in TensorFlow"):
        body.lower(graph, [body.argument("x", "string")], graph.outputs)


def test_exporting_a_model_with_such_a_layer_is_refused(tmp_path):
    inputs = Input((1,), dtype="string")
    words = layers.StringLookup(vocabulary=["a", "b"], name="finds_words")
    model = Model(inputs, words(inputs))
    with pytest.raises(ValueError, match="finds_words"):
        model.export(tmp_path / "artifact", verbose=False)
    assert list(tmp_path.iterdir()) == []


def test_the_same_graph_gives_the_same_bytes():
    def function(x):
        return ops.softmax(ops.matmul(x, np.ones((3, 4), "float32")) + 1.0)

    def once():
        graph = trace(function, Spec((None, 3)), name="f")
        library = Library()
        body = FunctionBody(library, "f")
        body.lower(graph, [body.argument("x", "float32")], graph.outputs)
        return body.nodes

    assert repr(once()) == repr(once())
