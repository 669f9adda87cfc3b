"""Weights as whole numbers of eight bits, and low-rank adaptation of large ones.

Both are compared with real Keras in tests/interop/test_quantization.py.
"""

import numpy as np
import pytest

import visualnn
from visualnn import Input, Sequential, dtype_policies, layers, ops, quantizers

X = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
MAKERS = {
    "dense": lambda **s: layers.Dense(4, "relu", **s),
    "einsum": lambda **s: layers.EinsumDense("ab,bc->ac", 4, bias_axes="c", **s),
    "dots": lambda **s: layers.EinsumDense("...b,bc->...c", 4, **s),
}


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("inputs_too", [True, False])
def test_outputs_change_little_and_weights_become_small(kind, inputs_too):
    layer = MAKERS[kind]()
    before = layer(X)
    config = quantizers.Int8QuantizationConfig(
        None, quantizers.AbsMaxQuantizer() if inputs_too else None
    )
    layer.quantize(config=config)
    assert np.abs(layer(X) - before).max() < 0.05 * np.abs(before).max()
    assert layer.dtype_policy.name == "int8_from_float32" and layer.quantization_mode == "int8"
    assert [(w.name, w.dtype) for w in layer.weights if w.name.startswith("kernel")] == [
        ("kernel", "int8"),
        ("kernel_scale", "float32"),
    ]
    assert {w.name for w in layer.trainable_weights} <= {"bias"}
    layer.trainable = False
    layer.trainable = True
    assert {w.name for w in layer.trainable_weights} <= {"bias"}


@pytest.mark.parametrize(
    ("equation", "output_shape", "shape"),
    [
        ("abc,cd->abd", (None, 4), (2, 2, 3)),
        ("abc,cd->ad", (4,), (2, 3, 5)),
        ("ab,abc->ac", 3, (2, 4)),
        ("btd,ndh->btnh", (None, 2, 3), (2, 4, 5)),
        ("abc,dc->adb", (6, 3), (2, 3, 4)),
        ("...b,bc->...c", (None, 4), (2, 5, 3)),
    ],
)
def test_gradients_go_through_the_rounding(equation, output_shape, shape):
    layer = layers.EinsumDense(equation, output_shape)
    x = np.random.default_rng(1).normal(size=shape).astype("float32")
    layer(x)
    slope = visualnn.grad(lambda x: ops.sum(ops.sin(layer(x))))
    expected = slope(x)
    layer.quantize("int8")
    np.testing.assert_allclose(slope(x), expected, atol=0.1 * np.abs(expected).max())


def test_vectors_are_looked_up_with_their_scales():
    layer = layers.ReversibleEmbedding(6, 4)
    numbers = np.array([[0, 5], [2, 2]])
    before, scores = layer(numbers), layer(X @ np.ones((3, 4), "float32"), reverse=True)
    layer.quantize("int8")
    np.testing.assert_allclose(layer(numbers), before, atol=1e-3)
    again = layer(X @ np.ones((3, 4), "float32"), reverse=True)
    np.testing.assert_allclose(again, scores, atol=0.05 * np.abs(scores).max())
    assert [(w.name, w.shape) for w in layer.weights] == [
        ("embeddings", (6, 4)),
        ("embeddings_scale", (6,)),
    ]


def test_a_policy_says_so_before_or_after_building():
    ready = layers.Dense(4, dtype="int8_from_mixed_bfloat16")
    ready.build((None, 3))
    later = layers.Dense(4)
    later.build((None, 3))
    later.dtype_policy = "int8_from_mixed_bfloat16"
    for layer in (ready, later):
        assert [w.name for w in layer.weights] == ["bias", "kernel", "kernel_scale"]
        assert layer(X).dtype == "bfloat16" and layer.is_quantized
    again = layers.Dense.from_config(later.get_config())
    assert again.dtype_policy == later.dtype_policy


def test_a_map_has_policies_by_path():
    policies = dtype_policies.DTypePolicyMap(None, {"slow": dtype_policies.get("float64")})
    slow, quick = (layers.Dense(2, dtype=policies, name=name) for name in ("slow", "quick"))
    assert (slow(X).dtype, quick(X).dtype) == ("float64", "float32")
    quick.quantize("int8")
    assert policies["quick"].name == "int8_from_float32" and slow.quantization_mode is None


@pytest.mark.parametrize("filters", [None, "^top$", ["top", "inner"], lambda x: x.name == "top"])
def test_models_quantize_the_layers_that_are_meant(filters):
    inner = Sequential([Input((4,)), layers.Dense(4, name="inner")], name="part")
    model = Sequential([Input((3,)), layers.Dense(4, name="first"), inner])
    model.add(layers.Dense(2, name="top"))
    model.compile("sgd", "mse")
    before = model.predict(X, verbose=0)
    model.quantize("int8", filters=filters)
    done = {x.name for x in model._flatten_layers() if x.is_quantized}
    everything = {"first", "inner", "top"}
    expected = {None: everything, "^top$": {"top"}}.get(
        filters if isinstance(filters, str | None) else "", {"top"}
    )
    assert done == ({"top", "inner"} if isinstance(filters, list) else expected)
    after = model.predict(X, verbose=0)
    np.testing.assert_allclose(after, before, atol=0.05 * np.abs(before).max())
    np.testing.assert_allclose(after, model(X), atol=1e-6)
    kernel = model.get_layer("top").kernel.numpy()
    model.fit(X, before, verbose=0)
    assert (model.get_layer("top").kernel.numpy() == kernel).all()


def test_layers_that_cannot_be_quantized_are_named_once():
    model = Sequential([Input((3,)), layers.Dense(2), layers.LayerNormalization(name="norm")])
    with pytest.warns(UserWarning, match=r"no way to quantize their weights: norm \(LayerNorm"):
        model.quantize("int8")


def built(layer):
    layer.build((None, 3))
    return layer


class Mine(layers.Dense):
    """A class that a user made of ours."""


@pytest.mark.parametrize(
    ("do", "kind", "said"),
    [
        (lambda: layers.Dense(2).quantize("int8"), ValueError, "is not built"),
        (lambda: built(layers.Dense(2)).quantize(), ValueError, "say how"),
        (lambda: built(layers.Dense(2)).quantize("int3"), ValueError, "not a way to quantize"),
        (lambda: built(layers.Dense(2)).quantize(config=3), ValueError, "QuantizationConfig"),
        (lambda: built(layers.Dense(2)).quantize("int4"), NotImplementedError, "'int8' alone"),
        (lambda: built(Mine(2)).quantize("int8"), NotImplementedError, "type_check=False"),
        (lambda: built(layers.RMSNormalization()).quantize("int8"), NotImplementedError, "no way"),
        (
            lambda: built(layers.Dense(2, dtype="int4_from_float32")),
            NotImplementedError,
            "'int8' alone",
        ),
        (
            lambda: built(layers.RMSNormalization(dtype="int8_from_float32")),
            NotImplementedError,
            "no way to quantize",
        ),
        (
            lambda: built(layers.Dense(2, dtype="int8_from_float32")).quantize("int8"),
            ValueError,
            "quantized already",
        ),
        (
            lambda: built(layers.Dense(2)).quantize(
                config=quantizers.Int8QuantizationConfig(quantizers.AbsMaxQuantizer(axis=1))
            ),
            ValueError,
            "Give it the axes",
        ),
        (
            lambda: Sequential([Input((3,)), layers.Dense(2)]).quantize("int8", filters=3),
            ValueError,
            "`filters` must be",
        ),
    ],
)
def test_what_cannot_be_is_refused(do, kind, said):
    with pytest.raises(kind, match=said):
        do()


# ------------------------------------------------------------------ low-rank adaptation


ADAPTED = {
    **MAKERS,
    "convolution": lambda **s: layers.Conv1D(4, 2, **s),
    "embedding": lambda **s: layers.Embedding(5, 4, **s),
}


def inputs_of(kind):
    if kind == "embedding":
        return np.array([[0, 4], [2, 2]])
    return X[None] if kind == "convolution" else X


@pytest.mark.parametrize("kind", ADAPTED)
def test_small_weights_change_a_large_one_that_stays(kind):
    layer, x = ADAPTED[kind](), inputs_of(kind)
    before = layer(x)
    layer.enable_lora(2, lora_alpha=4.0, b_initializer="ones")
    name = layer.adapted
    small = [w.name for w in layer.trainable_weights if w.name != "bias"]
    assert small == [f"lora_{name}_a", f"lora_{name}_b"]
    changed = layer(x)
    assert np.abs(changed - before).max() > 0.01
    store: dict = {}
    layer.save_own_variables(store)
    again = ADAPTED[kind]()
    again(x)
    again.load_own_variables(store)  # the change is in the large weight of a file
    np.testing.assert_allclose(again(x), changed, rtol=1e-4, atol=1e-5)
    config = layer.get_config()
    assert (config["lora_rank"], config["lora_alpha"]) == (2, 4.0)
    ready = type(layer).from_config(config)
    ready(x)
    ready.load_own_variables(store)
    np.testing.assert_allclose(ready(x), changed, rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match="small weights already"):
        layer.enable_lora(2)


def test_training_an_adapted_model_leaves_the_large_weight():
    layer = layers.Dense(2, name="adapted")
    model = Sequential([Input((3,)), layer])
    model.compile("sgd", "mse")
    model.fit(X, X[:, :2], verbose=0)
    layer.enable_lora(1)
    model.compile("sgd", "mse")
    large = layer._kernel.numpy()
    model.fit(X, X[:, :2], epochs=3, verbose=0)
    assert (layer._kernel.numpy() == large).all() and layer.lora_kernel_b.numpy().any()
    np.testing.assert_allclose(
        model.predict(X, verbose=0), X @ layer.kernel + layer.bias, rtol=1e-4
    )


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        (layers.Dense(2), "is not built"),
        (layers.Dense(2, kernel_constraint="non_neg"), "does not keep `kernel_constraint`"),
    ],
)
def test_layers_that_cannot_be_adapted(layer, said):
    with pytest.raises(ValueError, match=said):
        layer.enable_lora(2)
    with pytest.raises(ValueError, match="`rank` must be a whole number above zero"):
        built(layers.Dense(2)).enable_lora(0)
