"""The core layers in either library."""

from __future__ import annotations

import numpy as np

from tests.interop.scenario_layers import STEPS, filled, mask_of, numbers, refusal, scenario


@scenario
def lambda_layers(k):
    layer = k.layers.Lambda(k.ops.square)
    x = numbers(3, 4, 5)
    found = [
        layer(x),
        layer.supports_masking,
        k.layers.Lambda(lambda x: x, mask=STEPS).mask is STEPS,
    ]
    given = k.layers.Lambda(
        lambda x, scale, mask=None: x * scale,
        arguments={"scale": 3},
        output_shape=(4, 5),
        mask=lambda inputs, mask: mask,
    )
    found += [given(x), str(given.compute_output_shape((None, 4, 5)))]
    found.append(str(k.layers.Lambda(lambda x: x[:, 0]).compute_output_shape((None, 4, 5))))
    shape = k.layers.Lambda(lambda x: x, output_shape=lambda s: (s[0], 7))
    found.append(str(shape.compute_output_shape((None, 4, 5))))
    found.append(tuple(shape(k.Input((4, 5))).shape))
    found.append(tuple(given(k.Input((4, 5))).shape))
    masked = k.layers.Lambda(lambda x: x + 1, mask=lambda inputs, mask: mask)
    found.append(mask_of(masked(k.layers.Masking()(x * STEPS[..., None]))))
    fixed = k.layers.Lambda(lambda x: x + 1, mask=STEPS)
    found.append(mask_of(fixed(k.layers.Masking()(x * STEPS[..., None]))))
    trains = k.layers.Lambda(lambda x, training: x * (2 if training else 1))
    found += [trains(x, training=True), trains(x, training=False)]
    several = k.layers.Lambda(lambda xs: xs[0] + xs[1])
    found.append(several([x, x]))
    found.append(k.layers.Lambda(lambda x: [x, x * 2])(x))
    return found


@scenario
def masking(k):
    x = np.array([[[0, 0], [1, 0], [10, 10]], [[5, 5], [0, 0], [0, 3]]], "float32")
    found = []
    for value in (0.0, 5, 10):
        layer = k.layers.Masking(value)
        y = layer(x)
        found += [
            y,
            mask_of(y),
            np.asarray(layer.compute_mask(x)),
            layer.get_config()["mask_value"],
        ]
    found.append(mask_of(k.layers.Masking()(k.layers.Masking(5.0)(x))))
    return found


@scenario
def masks_reach_functional_models(k):
    ids = k.Input((4,), dtype="int32")
    x = k.layers.Embedding(6, 3, mask_zero=True)(ids)
    x = k.layers.Dropout(0.3)(x)
    x = k.layers.Dense(3)(x)
    y = k.layers.LSTM(2)(x)
    z = k.layers.GlobalAveragePooling1D()(x)
    model = k.Model(ids, [y, z])
    filled(model)
    data = np.array([[1, 2, 0, 0], [3, 0, 4, 0], [5, 5, 5, 5]])
    return [model(data), model.predict(data, verbose=0)]


@scenario
def embedding(k):
    layer = k.layers.Embedding(5, 3, mask_zero=True)
    ids = np.array([[1, 0, 4], [2, 2, 0]])
    layer(ids)
    filled(layer)
    given = k.layers.Embedding(2, 3, weights=[np.ones((2, 3))])
    given.build()
    return [
        layer(ids),
        np.asarray(layer.compute_mask(ids)),
        mask_of(layer(ids)),
        k.layers.Embedding(5, 3).compute_mask(ids) is None,
        str(layer.compute_output_shape((None, 4))),
        layer.supports_masking,
        sorted(layer.get_config()),
        given.get_weights(),
        layer(np.array([1.0, 2.0])),
        [w.path for w in layer.weights],
        refusal(lambda: k.layers.Embedding(2, 3, embeddings_constraint=3)),
        refusal(lambda: k.layers.Embedding("a", 3)),
        k.layers.Embedding(5, 3, input_length=4, name="x").name,
        refusal(lambda: k.layers.Embedding(5, 3, nothing=4)),
    ]


@scenario
def reversible_embedding(k):
    layer = k.layers.ReversibleEmbedding(5, 3, tie_weights=False)
    ids = np.array([[1, 0, 4], [2, 2, 0]])
    layer(ids)
    filled(layer)
    back = layer(numbers(2, 3, 3), reverse=True)
    tied = k.layers.ReversibleEmbedding(5, 3, logit_soft_cap=1.0, mask_zero=True)
    tied(ids)
    filled(tied)
    return [
        layer(ids),
        back,
        tied(numbers(2, 3), reverse=True),
        [w.path for w in layer.weights],
        [w.path for w in tied.weights],
        sorted(tied.get_config()),
        [*tied.compute_output_shape((2, 3))],
        [*tied.compute_output_shape((2, 3), reverse=True)],
        mask_of(tied(ids)),
    ]


@scenario
def einsum_dense(k):
    found = []
    for equation, shape, output, axes in (
        ("ab,bc->ac", (2, 32), 64, None),
        ("ab,bc->ac", (2, 32), 64, "c"),
        ("abc,cd->abd", (2, 3, 4), (3, 5), "d"),
        ("abc,cde->abde", (2, 1, 2), (1, 3, 4), "de"),
        ("abc,cd->abd", (2, 1, 2), (None, 64), None),
        ("...x,xy->...y", (2, 3, 4), (5,), "y"),
        ("...x,xy->...y", (2, 3, 4), 5, "y"),
        ("ab...,bc->ac...", (2, 3, 4), 5, "c"),
        ("btd,ndh->btnh", (2, 3, 4), (None, 2, 5), "nh"),
        ("abcd,cde->abe", (2, 3, 4, 2), (None, 6), "e"),
        ("ab,cde->acde", (2, 3), (1, 2, 3), None),
        ("abc->acb", (2, 3, 4), (4, 3), None),
    ):

        def run(equation=equation, shape=shape, output=output, axes=axes):
            layer = k.layers.EinsumDense(equation, output, bias_axes=axes)
            layer(numbers(*shape))
            filled(layer)
            return [
                layer(numbers(*shape)),
                [[w.path, tuple(w.shape)] for w in layer.weights],
                layer.equation,
            ]

        problem = refusal(run)
        found.append(run() if problem == "nothing" else problem)
    found += map(
        refusal,
        (
            lambda: k.layers.EinsumDense("abc,cd->abd", (3, 64), bias_axes="z")(numbers(2, 1, 2)),
            lambda: k.layers.EinsumDense("abc,cd->abd", (5, 64))(numbers(2, 1, 2)),
            lambda: k.layers.EinsumDense("abc,cd->abd", 64)(numbers(2, 1, 2)),
            lambda: k.layers.EinsumDense("a.bc,cd->a.bd", 64)(numbers(2, 1, 2)),
            lambda: k.layers.EinsumDense("ab,bc->acz", 64)(numbers(2, 3)),
            lambda: k.layers.EinsumDense("ab,bc->ac", 64)(numbers(2, 3, 4)),
        ),
    )
    return found


@scenario
def dense(k):
    layer = k.layers.Dense(3, activation="relu", name="one")
    layer.build((None, 5))
    filled(layer)
    x = numbers(2, 5)
    return [
        layer(x),
        [w.path for w in layer.weights],
        layer.units,
        layer.input_spec.axes,
        layer.input_spec.min_ndim,
        str(layer),
        refusal(lambda: layer(numbers(2, 4))),
        refusal(lambda: k.layers.Dense(3)(numbers(4))),
        refusal(lambda: k.layers.Dense(-1)),
        refusal(lambda: k.layers.Dense("x")),
        refusal(lambda: k.layers.Dense(3)(k.Input((None,)))),
        refusal(lambda: k.layers.Dense(3, kernel_initializer="nothing")),
        refusal(lambda: k.layers.Dense(3, activation="nothing")),
        refusal(lambda: k.layers.Dense()),
        refusal(lambda: k.layers.Dense(2)(None)),
        refusal(lambda: layer.kernel.assign(np.zeros((3, 3)))),
        refusal(lambda: layer.set_weights([])),
        np.shape(layer.kernel),
        np.shape(layer.bias),
        layer.dtype,
        layer.compute_dtype,
        layer.variable_dtype,
        layer.count_params(),
        layer.trainable,
    ]


@scenario
def input_layers(k):
    layer = k.layers.InputLayer(shape=(3, 4), name="given")
    batch = k.layers.InputLayer(batch_shape=(2, None), dtype="int32")
    tensor = k.Input((5,), batch_size=3, name="here", dtype="float16")
    return [
        layer.get_config(),
        layer.batch_shape,
        batch.dtype,
        batch.batch_shape,
        batch.output.shape,
        tensor.shape,
        tensor.name,
        tensor.dtype,
        layer.built,
        layer.name,
        refusal(lambda: k.layers.InputLayer()),
        refusal(lambda: k.layers.InputLayer((3,), batch_shape=(3,), batch_size=2)),
        refusal(lambda: k.Input()),
        refusal(lambda: k.Input((2,), batch_shape=(2, 3))),
        refusal(lambda: k.Input(2)),
        k.layers.InputLayer((2,), batch_size=4).batch_shape,
        k.Input(batch_shape=(None, 3)).shape,
        k.Input((2,), optional=True).shape,
        k.layers.InputLayer((2,), optional=True).get_config(),
    ]


@scenario
def identity(k):
    layer = k.layers.Identity()
    x = {"a": numbers(2, 3), "b": [numbers(2), numbers(3)]}
    return [
        layer(x),
        layer.supports_masking,
        layer.built,
        layer(numbers(2, 3)),
        str(layer.compute_output_shape((None, 3))),
        layer.get_config(),
        tuple(layer(k.Input((3,))).shape),
    ]
