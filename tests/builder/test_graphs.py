"""Op graphs for the viewer: of a training step, of a forward pass, of a function."""

import numpy as np
import pytest

from visualnn import Input, Model, Sequential, layers, ops
from visualnn.builder.graphs import forward_graph, graph_of
from visualnn.graph import trace
from visualnn.graph.outline import help_of, outline
from visualnn.primitives.primitive import PRIMITIVES
from visualnn.spec import Spec


def digits(**settings):
    model = Sequential(
        [
            Input((8, 8, 1)),
            layers.Conv2D(4, 3, activation="relu", name="edges"),
            layers.Flatten(),
            layers.Dense(3, activation="softmax", name="digits"),
        ],
        name="reader",
    )
    model.compile(**settings) if settings else None
    return model


def by_phase(view):
    return {op.phase for op in view.ops}


def test_a_model_that_is_not_compiled_shows_its_forward_pass():
    view = graph_of(digits())
    assert by_phase(view) == {"input", "variable", "forward"}
    assert view.name == "reader"
    assert {family.name for family in view.families} == {"Convolution", "Core", "Reshape"}


def test_a_compiled_model_shows_the_whole_training_step():
    view = graph_of(
        digits(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    )
    assert {"input", "variable", "forward", "loss", "backward", "update", "metrics"} <= by_phase(
        view
    )


@pytest.mark.parametrize("loss", ["categorical_crossentropy", "mean_squared_error"])
def test_targets_are_made_up_in_the_shape_that_the_loss_takes(loss):
    assert "backward" in by_phase(graph_of(digits(optimizer="sgd", loss=loss)))


def test_targets_that_are_given_are_taken():
    model = digits(optimizer="sgd", loss="mean_squared_error")
    view = graph_of(model, np.zeros((5, 8, 8, 1), "float32"), np.zeros((5, 3), "float32"))
    assert view.ops[1].outputs == ("float32[?, 3]",)


def test_several_inputs_and_outputs():
    a, b = Input((3,), name="a"), Input((2,), name="b")
    both = layers.Concatenate()([a, b])
    model = Model({"a": a, "b": b}, [layers.Dense(1)(both), layers.Dense(2)(both)])
    model.compile("sgd", "mse")
    assert "update" in by_phase(graph_of(model))


def test_every_edge_leads_to_an_op_that_is_there_and_comes_before():
    view = graph_of(digits(optimizer="adam", loss="sparse_categorical_crossentropy"))
    for place, op in enumerate(view.ops):
        assert op.id == place
        for source, output in op.inputs:
            assert source < op.id
            assert output < len(view.ops[source].outputs)
    assert all(output < len(view.ops[op].outputs) for op, output in view.outputs)


def test_ops_know_their_layer_family_and_forward_op():
    view = graph_of(digits(optimizer="sgd", loss="sparse_categorical_crossentropy"))
    forward = next(op for op in view.ops if op.phase == "forward" and "edges" in op.layer)
    assert forward.family == "Convolution"
    backward = [op for op in view.ops if op.phase == "backward" and op.forward >= 0]
    assert backward
    assert all(view.ops[op.forward].phase in ("forward", "loss") for op in backward)
    assert any(op.forward == forward.id and op.family == "Convolution" for op in backward)


def test_what_is_assigned_to_a_variable_says_so():
    view = graph_of(digits(optimizer="sgd", loss="sparse_categorical_crossentropy"))
    assigned = {op.settings["assigned to"] for op in view.ops if "assigned to" in op.settings}
    assert {op.name for op in view.ops if op.phase == "variable"} >= assigned > set()
    assert any(op.phase == "update" and "assigned to" in op.settings for op in view.ops)


def test_a_function_that_was_traced_is_shown_with_constants_and_settings():
    graph = trace(lambda x: ops.sum(x * 2.0, axis=-1), Spec((None, 3)), name="double")
    found = outline(graph)
    constant = next(op for op in found.ops if op.phase == "constant")
    assert constant.settings == {"value": "2.0"}
    total = next(op for op in found.ops if op.op == "sum")
    assert total.outputs == ("float32[?]",)
    assert total.line.startswith("test_graphs.py:")
    assert {entry.op for entry in found.help} >= {"multiply", "sum"}


def test_a_model_without_known_inputs_is_refused_in_words():
    with pytest.raises(ValueError, match="does not begin with an Input: show some inputs"):
        forward_graph(Sequential([layers.Dense(2)], name="unbuilt"))


@pytest.mark.parametrize("primitive", PRIMITIVES.values(), ids=PRIMITIVES)
def test_every_primitive_is_explained(primitive):
    explained = help_of(primitive)
    assert explained.formula.startswith(f"{primitive.name}(")
    assert explained.doc and "def " in explained.source


def test_a_formula_is_the_expression_itself():
    assert help_of(PRIMITIVES["negative"]).formula == "negative(x) = np.negative(x)"
    assert help_of(PRIMITIVES["matmul"]).formula == "matmul(a, b) = a @ b"
    assert help_of(PRIMITIVES["svd"]).formula == "svd(x)"


class Subclassed(Model):
    def __init__(self):
        super().__init__(name="mine")
        self.dense = layers.Dense(3)

    def call(self, x):
        return self.dense(x)


def test_a_model_without_declared_inputs_is_shown_with_some():
    model = Subclassed()
    with pytest.raises(ValueError, match=r"into 'mine' are not known.*visualnn\.show\(model, x\)"):
        graph_of(model)
    view = graph_of(model, np.zeros((5, 4), "float32"))
    assert view.ops[0].outputs == ("float32[?, 4]",)
    assert by_phase(view) == {"input", "variable", "forward"}


def test_what_is_neither_a_model_nor_a_graph_is_refused():
    with pytest.raises(TypeError, match="A model or a graph can be shown, but this is 3"):
        graph_of(3)
