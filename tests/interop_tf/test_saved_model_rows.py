"""Every row of primitives run by a real TensorFlow, all in one graph and one session.

Run with an interpreter that has tensorflow: the extra ``interop-tf``.
"""

import numpy as np
import pytest
import tensorflow as tf

from tests.exporting.row_cases import cases, written
from visualnn.exporting.saved_model.attributes import Type, attribute
from visualnn.exporting.saved_model.function_body import Library
from visualnn.exporting.saved_model.messages import MESSAGES
from visualnn.exporting.saved_model.operations import OPERATIONS

KINDS = {
    "float32": ("float32", False, 2e-4),
    "float64": ("float64", False, 1e-6),
    "float16": ("float16", False, 3e-2),
    "open": ("float32", True, 2e-4),
}
UP_TO_SIGN = ("eigh", "svd", "qr")  # vectors, which may point the other way


def session_of(kind):
    """A session with a call for each case, and the cases."""
    dtype, open_sizes, _ = KINDS[kind]
    library, nodes, found = Library(), [], {}
    for name, graph, inputs in cases(dtype, open_sizes):
        function = written(library, graph)
        places = [f"{name}/in_{i}" for i in range(len(inputs))]
        types = [Type(x.dtype.name) for x in inputs]
        for place, type_ in zip(places, types, strict=True):
            nodes.append({"name": place, "op": "Placeholder", "attr": {"dtype": attribute(type_)}})
        attr = {
            "f": {"func": {"name": function}},
            "Tin": attribute(types),
            "Tout": attribute([Type(x.dtype) for x in graph.outputs]),
        }
        call = {"name": f"{name}/call", "op": "StatefulPartitionedCall", "input": places}
        nodes.append({**call, "attr": attr})
        found[name] = graph, inputs
    message = {"node": nodes, "library": {"function": library.functions}}
    definition = tf.compat.v1.GraphDef.FromString(MESSAGES.encode("GraphDef", message))
    whole = tf.Graph()
    with whole.as_default():
        tf.import_graph_def(definition, name="")
    options = tf.compat.v1.ConfigProto()  # nothing is optimised, which takes minutes
    options.graph_options.rewrite_options.disable_meta_optimizer = True
    options.graph_options.optimizer_options.opt_level = -1
    return tf.compat.v1.Session(graph=whole, config=options), found


@pytest.mark.parametrize("kind", KINDS)
def test_tensorflow_computes_what_we_compute(kind):
    tolerance = KINDS[kind][2]
    session, found = session_of(kind)
    feeds, fetches = {}, {}
    for name, (graph, inputs) in found.items():
        feeds.update({f"{name}/in_{i}:0": x for i, x in enumerate(inputs)})
        fetches[name] = [f"{name}/call:{i}" for i in range(len(graph.outputs))]
    with session:
        got = session.run(fetches, feeds)
    problems = []
    for name, (graph, inputs) in found.items():
        for x, y in zip(got[name], graph.run(*inputs), strict=True):
            if (x.dtype, x.shape) != (y.dtype, y.shape):
                problems.append(f"{name}: {x.dtype}{x.shape} instead of {y.dtype}{y.shape}")
            elif not name.startswith("random"):  # other numbers of the same distribution
                if name.startswith(UP_TO_SIGN):
                    x, y = np.abs(x), np.abs(y)
                if not np.allclose(x, y, rtol=tolerance, atol=tolerance):
                    problems.append(f"{name}: {x} instead of {y}")
    assert len(found) > 100
    assert not problems, "\n".join(problems)


def test_random_numbers_have_their_distributions():
    from visualnn import primitives as p
    from visualnn.graph import trace

    key = np.array([3, 1], "uint32")
    draws = {
        "random_uniform": (p.random_uniform, (), 0.5, 1 / 12),
        "random_normal": (p.random_normal, (), 0.0, 1.0),
        "random_gamma": (p.random_gamma, (np.float32(2.0),), 2.0, 2.0),
        "random_binomial": (p.random_binomial, (np.float32(10), np.float32(0.3)), 3.0, 2.1),
    }
    for name, (primitive, given, mean, variance) in draws.items():

        def draw(primitive=primitive, given=given):
            return primitive(key, *given, shape=(4000,), dtype="float32")

        library = Library()
        function = written(library, trace(draw, name=name))
        message = {"library": {"function": library.functions}}
        definition = tf.compat.v1.GraphDef.FromString(MESSAGES.encode("GraphDef", message))
        with tf.Graph().as_default():
            tf.import_graph_def(definition, name="")
            call = tf.raw_ops.PartitionedCall
            made = call(args=[], Tout=[tf.float32], f=tf.compat.v1.NameAttrList(name=function))
            with tf.compat.v1.Session() as session:
                (numbers,) = session.run(made)
        assert abs(numbers.mean() - mean) < 0.1 * max(mean, 1), name
        assert abs(numbers.var() - variance) < 0.15 * max(variance, 1), name


def test_the_table_says_what_the_registry_says():
    from tensorflow.python.framework import op_def_registry

    def told(argument):
        kind = argument.type_attr or argument.type_list_attr
        kind = kind or tf.dtypes.as_dtype(argument.type).name
        count = argument.number_attr or ("*" if argument.type_list_attr else "")
        return argument.name, kind, count

    different = []
    for name, signature in OPERATIONS.items():
        real = op_def_registry.get(name)
        assert real is not None, name
        known = [list(map(told, real.input_arg)), list(map(told, real.output_arg))]
        if [[tuple(x) for x in signature.inputs], [tuple(x) for x in signature.outputs]] != known:
            different.append(f"{name}: {signature} instead of {known}")
    assert not different, "\n".join(different)
