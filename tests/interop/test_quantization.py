"""Quantized and adapted models beside real Keras: numbers, weights, files, training."""

import numpy as np
import pytest

import visualnn

keras = pytest.importorskip("keras", reason="needs the extra `interop`")

from tests.interop.side_by_side import Case, compare  # noqa: E402

pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Layer .* does not have a `quantize`:UserWarning"),
]

EINSUMS = {
    "abc,cd->abd": ((None, 4), (2, 2, 3), "d"),
    "abc,cde->abde": ((None, 2, 4), (1, 2, 3), None),
    "abc,de->abcde": ((None, 5, 2, 3), (2, 4, 5), None),
    "abcd,cde->abe": ((None, 6), (2, 3, 4, 5), "e"),
    "ab,abc->ac": (3, (2, 4), None),
    "btd,ndh->btnh": ((None, 2, 3), (2, 4, 5), "nh"),
    "abc,bcd->ad": ((4,), (2, 3, 5), None),
    "abc,dc->adb": ((6, 3), (2, 3, 4), None),
    "abc,cd->ad": ((4,), (2, 3, 5), None),
}


def numbers(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


LAYERS = {
    "dense": (lambda k, **s: k.layers.Dense(4, activation="relu", **s), (None, 3), numbers(4, 3)),
    "embedding": (lambda k, **s: k.layers.Embedding(5, 4, **s), (None,), np.array([1, 2])),
    "reversible": (
        lambda k, **s: k.layers.ReversibleEmbedding(5, 4, tie_weights=False, **s),
        (None,),
        np.array([1, 2]),
    ),
    **{
        equation: (
            lambda k, equation=equation, sizes=sizes, bias=bias, **s: k.layers.EinsumDense(
                equation, sizes, bias_axes=bias, **s
            ),
            shape,
            numbers(*shape),
        )
        for equation, (sizes, shape, bias) in EINSUMS.items()
    },
}
CONFIGS = {
    "by default": lambda k: k.quantizers.Int8QuantizationConfig(),
    "weights only": lambda k: k.quantizers.Int8QuantizationConfig(None, None),
    "few steps": lambda k: k.quantizers.Int8QuantizationConfig(
        None, k.quantizers.AbsMaxQuantizer(value_range=(-20, 20))
    ),
}


def filled(layer, shape):
    layer.build(shape)
    layer.set_weights([numbers(*w.shape, seed=i) for i, w in enumerate(layer.weights)])
    return layer


def facts(layer, x):
    """All that can be seen of a layer: numbers, variables, its file, its config."""
    store: dict = {}
    layer.save_own_variables(store)
    config = {key: x for key, x in layer.get_config().items() if key != "name"}
    return {
        "output": np.asarray(layer(x), "float32"),
        "variables": [
            [w.name, list(w.shape), str(w.dtype), w.trainable, np.asarray(w, "float32")]
            for w in layer.weights
        ],
        "file": [np.asarray(store[key], "float32") for key in sorted(store)],
        "dtypes": [layer.dtype_policy.name, layer.compute_dtype, layer.variable_dtype],
        "config": {key: config[key] for key in sorted(config)},
    }


def quantized(kind, policy, config):
    make, shape, x = LAYERS[kind]

    def run(library):
        layer = filled(make(library, dtype=policy), shape)
        layer.quantize(config=CONFIGS[config](library))
        found = facts(layer, x)
        again = type(layer).from_config(layer.get_config())
        again.build(shape)
        store: dict = {}
        layer.save_own_variables(store)
        again.load_own_variables({key: np.asarray(value) for key, value in store.items()})
        return {**found, "again": np.asarray(again(x), "float32")}

    return run


def adapted(kind, is_quantized):
    make, shape, x = LAYERS[kind]

    def run(library):
        layer = filled(make(library), shape)
        layer.enable_lora(2, lora_alpha=3.0, a_initializer="ones", b_initializer="ones")
        if is_quantized:
            layer.quantize("int8")
        return facts(layer, x)

    return run


CASES = [
    *(
        Case(f"{kind}, {policy}", quantized(kind, policy, "by default"), tolerance)
        for i, kind in enumerate(LAYERS)
        for policy, tolerance in [("float32", 2e-4), ("mixed_bfloat16", 2e-2)][: 1 + (i < 4)]
    ),
    *(
        Case(f"{kind}, {config}", quantized(kind, "float32", config), 2e-4)
        for kind in ("dense", "embedding", "abc,cde->abde")
        for config in ("weights only", "few steps")
    ),
    *(
        Case(f"{kind}, adapted{', quantized' * is_quantized}", adapted(kind, is_quantized), 2e-3)
        for kind in ("dense", "embedding", "abc,cde->abde")
        for is_quantized in (False, True)
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_layers(case):
    compare(case, keras)


def model_of(library):
    inputs = library.Input((3,), dtype="int32")
    x = library.layers.Embedding(5, 4, name="vectors")(inputs)
    x = library.layers.EinsumDense("abc,cd->abd", (3, 6), bias_axes="d", name="einsum")(x)
    inner = library.Sequential(
        [library.Input((3, 6)), library.layers.Dense(4, name="dense")], name="inner"
    )
    outputs = library.layers.Dense(2, name="top")(library.layers.Flatten()(inner(x)))
    return library.Model(inputs, outputs)


@pytest.mark.parametrize(("writer", "reader"), [(visualnn, keras), (keras, visualnn)])
def test_files_go_both_ways(writer, reader, tmp_path):
    model = model_of(writer)
    model.quantize("int8", filters=["vectors", "dense", "top"])
    x = np.array([[0, 1, 2], [3, 4, 4]], "int32")
    expected = model.predict(x, verbose=0)
    model.save(tmp_path / "model.keras")
    again = reader.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again.predict(x, verbose=0), expected, rtol=1e-4, atol=1e-5)
    policies = [layer.dtype_policy.name for layer in again.layers if layer.weights]
    assert policies == ["int8_from_float32", "float32", "float32", "int8_from_float32"]
    model.save_weights(tmp_path / "model.weights.h5")
    other = model_of(reader)
    other.quantize("int8", filters=["vectors", "dense", "top"])
    other.load_weights(tmp_path / "model.weights.h5")
    np.testing.assert_allclose(other.predict(x, verbose=0), expected, rtol=1e-4, atol=1e-5)


def test_training_changes_what_is_no_whole_number():
    x, y = np.array([[0, 1, 2], [3, 4, 4]], "int32"), numbers(2, 2)
    ours, theirs = model_of(visualnn), model_of(keras)
    theirs.set_weights(ours.get_weights())
    for model in (ours, theirs):
        model.quantize("int8")
        model.compile("sgd", "mse")
        model.fit(x, y, epochs=3, verbose=0, shuffle=False)
    assert [w.path for w in ours.weights] == [w.path for w in theirs.weights]
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4)
