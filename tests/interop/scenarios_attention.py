"""Attention in either library."""

from __future__ import annotations

import numpy as np

from tests.interop.scenario_layers import STEPS, filled, mask_of, numbers, refusal, scenario


@scenario
def attention(k):
    found = []
    q, v, key = numbers(2, 3, 4), numbers(2, 5, 4, seed=3), numbers(2, 5, 4, seed=4)
    masks = [np.array([[1, 0, 1], [1, 1, 0]], bool), np.array([[1, 1, 0, 1, 0]] * 2, bool)]
    for cls in (k.layers.Attention, k.layers.AdditiveAttention):
        for settings in ({}, {"use_scale": True}, {"use_scale": False}, {"dropout": 0.5}):
            layer = cls(**settings)
            layer([q, v])
            filled(layer)
            found += [layer([q, v]), layer([q, v, key])]
            found.append(layer([q, v], mask=masks))
            found.append(layer([q, v], mask=[None, masks[1]]))
            found.append(layer([q, v], mask=[masks[0], None]))
            found.append(layer([q, v, key], return_attention_scores=True))
            found.append(layer([q, v], use_causal_mask=True, return_attention_scores=True))
            found.append(str(layer.compute_output_shape([(2, 3, 4), (2, 5, 4)])))
            found.append(mask_of(layer.compute_mask([q, v], masks)))
            found.append(np.asarray(layer.compute_mask([q, v], masks)))
            found.append(layer.compute_mask([q, v], None) is None)
            found.append([w.path for w in layer.weights])
            found.append(refusal(lambda layer=layer: layer(q)))
            found.append(refusal(lambda layer=layer: layer([q])))
            found.append(refusal(lambda layer=layer: layer([q, v, key, q])))
            found.append(refusal(lambda layer=layer: layer([q, v], mask=masks[0])))
            found.append(refusal(lambda layer=layer: layer([q, v], mask=[masks[0]])))
            found.append(refusal(lambda layer=layer: layer([q, v], mask=[*masks, masks[0], None])))
    concat = k.layers.Attention(score_mode="concat", use_scale=True)
    concat([q, v])
    filled(concat)
    found += [concat([q, v]), [w.path for w in concat.weights]]
    found.append(refusal(lambda: k.layers.Attention(score_mode="scaled")))
    return found


@scenario
def attention_symbolic(k):
    layer = k.layers.Attention()
    q, v = k.Input((3, 4)), k.Input((None, 4))
    one = layer([q, v])
    two = layer([q, v], return_attention_scores=True)
    return [tuple(one.shape), [tuple(y.shape) for y in two]]


@scenario
def multi_head_attention(k):
    found = []
    q, v = numbers(2, 4, 6), numbers(2, 5, 7, seed=3)
    causal = {"use_causal_mask": True}
    attention = np.random.RandomState(3).uniform(size=(2, 4, 5)) < 0.7
    for settings in (
        {},
        {"output_shape": 3},
        {"output_shape": (3, 2)},
        {"use_bias": False},
        {"attention_axes": 1},
        {"dropout": 0.3},
        {"kernel_regularizer": "l2"},
        {"sliding_window": 1},
        {"use_gate": True},
    ):
        layer = k.layers.MultiHeadAttention(2, 3, **settings)

        layer(q, v)
        filled(layer)
        found.append(layer(q, v))
        found.append(layer(q, v, return_attention_scores=True))
        found.append(layer(q, v, key=numbers(2, 5, 7, seed=8)))
        found.append(layer(q, v, attention_mask=attention))
        found.append(layer(q, v, query_mask=STEPS[:2], **causal))
        found.append(layer(q, v, attention_mask=attention, return_attention_scores=True, **causal))
        found.append([[w.path, tuple(w.shape)] for w in layer.weights])
        found.append(str(layer.compute_output_shape((2, 4, 6), (2, 5, 7))))
        found.append(len(layer.losses))
        found.append(sorted(layer.get_config()))
    return found


@scenario
def multi_head_attention_shapes(k):
    layer = k.layers.MultiHeadAttention(2, 3)
    y = layer(k.Input((4, 6)), k.Input((None, 6)))
    z, scores = layer(k.Input((None, 6)), k.Input((5, 6)), return_attention_scores=True)
    axes = k.layers.MultiHeadAttention(2, 3, attention_axes=(1, 2))
    a = axes(numbers(2, 3, 4, 6), numbers(2, 5, 2, 6))
    built = k.layers.MultiHeadAttention(2, 3)
    built.build(query_shape=(2, 4, 6), value_shape=(2, 5, 6))
    return [
        tuple(y.shape),
        tuple(z.shape),
        len(scores.shape),
        np.shape(a),
        len(built.weights),
        [w.path for w in built.weights],
        built.get_build_config(),
        refusal(lambda: k.layers.MultiHeadAttention(2, 3)(numbers(2, 4, 6))),
        refusal(lambda: k.layers.MultiHeadAttention(2, 3, attention_axes="x")),
        refusal(lambda: k.layers.MultiHeadAttention(2, 3, output_shape=-1)),
        refusal(
            lambda: k.layers.MultiHeadAttention(2, 3).compute_output_shape(
                (2, 4, 6), (2, 5, 6), (2, 3, 6)
            )
        ),
        layer.num_heads,
        layer.key_dim,
        layer.value_dim,
        layer.dropout,
        layer.use_bias,
        layer.attention_axes,
        layer.supports_masking,
    ]


@scenario
def multi_head_attention_masks_flow(k):
    embedding = k.layers.Embedding(5, 6, mask_zero=True)
    ids = np.array([[1, 2, 0], [3, 0, 0]])
    embedding(ids)
    filled(embedding)

    def tensors():  # Keras takes the masks off them when they are used
        return embedding(ids), embedding(np.array([[1, 0], [2, 3]]))

    layer = k.layers.MultiHeadAttention(2, 3)
    layer(*tensors())
    filled(layer)
    y, scores = layer(*tensors(), return_attention_scores=True)
    return [y, scores, mask_of(y), layer(*tensors(), use_causal_mask=True)]


@scenario
def grouped_query_attention(k):
    found = []
    q, v = numbers(2, 4, 6), numbers(2, 5, 6, seed=3)
    attention = np.random.RandomState(3).uniform(size=(2, 4, 5)) < 0.7
    for settings in (
        (3, 4, 2),
        (3, 4, 4),
        (3, 4, 1),
        (2, 2, 1),
    ):
        layer = k.layers.GroupQueryAttention(*settings)
        layer(q, v)
        filled(layer)
        found.append(layer(q, v, return_attention_scores=True))
        found.append(layer(q, v, attention_mask=attention))
        found.append(layer(q, v, use_causal_mask=True))
        found.append(layer(q, v, query_mask=STEPS[:2]))
        found.append([[w.path, tuple(w.shape)] for w in layer.weights])
        found.append(str(layer.compute_output_shape((2, 4, 6), (2, 5, 6))))
        found.append(len(layer.trainable_weights))
    found.append(refusal(lambda: k.layers.GroupQueryAttention(3, 4, 3)))
    found.append(tuple(layer(k.Input((4, 6)), k.Input((None, 6))).shape))
    return found
