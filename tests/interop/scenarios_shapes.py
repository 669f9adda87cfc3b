"""Convolutions, pools and layers that change shapes in either library."""

from __future__ import annotations

import numpy as np

from tests.interop.scenario_layers import numbers, refusal, scenario


@scenario
def convolution_refusals(k):
    found = []
    x = numbers(2, 8, 4)
    found += map(
        refusal,
        (
            lambda: k.layers.Conv1D(0, 3),
            lambda: k.layers.Conv1D(5, 3, groups=0),
            lambda: k.layers.Conv1D(5, 3, groups=2),
            lambda: k.layers.Conv2D(5, (1, 0)),
            lambda: k.layers.Conv2D(5, (3, 0), padding="same"),
            lambda: k.layers.Conv2D(2, 2, strides=(1, 0)),
            lambda: k.layers.Conv2D(2, 2, strides=2, dilation_rate=2),
            lambda: k.layers.Conv2D(2, 2, padding="x"),
            lambda: k.layers.Conv2D(2, 2, padding="causal"),
            lambda: k.layers.Conv2D(2, (2, 2, 2)),
            lambda: k.layers.Conv1D(2, 20)(x),
            lambda: k.layers.Conv1D(4, 2, groups=3),
            lambda: k.layers.Conv1D(6, 2, groups=3)(x),
            lambda: k.layers.Conv1D(2, 2)(numbers(2, 3)),
            lambda: k.layers.Conv1D(2, 2, data_format="x"),
            lambda: k.layers.Conv1DTranspose(2, 2, padding="causal"),
            lambda: k.layers.Conv2DTranspose(0, 2),
            lambda: k.layers.Conv1DTranspose(2, 2, strides=2, dilation_rate=2),
            lambda: k.layers.Conv2DTranspose(2, 0),
            lambda: k.layers.Conv1DTranspose(2, 2, output_padding=5, strides=2)(x),
            lambda: k.layers.DepthwiseConv1D(0),
            lambda: k.layers.DepthwiseConv1D(2, depth_multiplier=0),
            lambda: k.layers.DepthwiseConv2D(2, strides=2, dilation_rate=2),
            lambda: k.layers.DepthwiseConv2D(2, padding="causal"),
            lambda: k.layers.SeparableConv1D(0, 2),
            lambda: k.layers.SeparableConv2D(2, 2, depth_multiplier=-1),
            lambda: k.layers.SeparableConv2D(2, 2, strides=2, dilation_rate=2),
            lambda: k.layers.DepthwiseConv2D(2, strides=(1, 2))(numbers(2, 5, 5, 3)),
            lambda: k.layers.SeparableConv1D(2, 2, padding="causal"),
            lambda: k.layers.MaxPooling1D(0),
            lambda: k.layers.MaxPooling1D(2)(numbers(2, 3)),
            lambda: k.layers.AveragePooling2D((2, 2, 2)),
            lambda: k.layers.AdaptiveAveragePooling2D((1, 2, 3)),
            lambda: k.layers.AdaptiveAveragePooling1D(2, data_format="x"),
            lambda: k.layers.AdaptiveAveragePooling2D("x"),
            lambda: k.layers.GlobalAveragePooling1D()(numbers(2, 3)),
            lambda: k.layers.UpSampling2D((1, 2, 3)),
            lambda: k.layers.UpSampling1D(2)(numbers(2, 3)),
            lambda: k.layers.Cropping1D(5)(x),
            lambda: k.layers.Cropping2D((1, 2, 3)),
            lambda: k.layers.Cropping1D("x"),
            lambda: k.layers.Cropping2D(((1, 2, 3), 1)),
            lambda: k.layers.Cropping3D((1, 2)),
            lambda: k.layers.Cropping3D("x"),
            lambda: k.layers.ZeroPadding1D((1, 2, 3)),
            lambda: k.layers.ZeroPadding2D("x"),
            lambda: k.layers.ZeroPadding2D((1,)),
            lambda: k.layers.ZeroPadding3D(((1, 2), (3,), 1)),
            lambda: k.layers.Cropping1D((1, 2, 3)),
            lambda: k.layers.Cropping2D(3)(numbers(1, 4, 4, 1)),
            lambda: k.layers.Cropping3D(3)(numbers(1, 4, 4, 4, 1)),
            lambda: k.layers.Cropping1D(-1),
        ),
    )
    return found


@scenario
def convolution_shapes(k):
    found = []
    for layer, shape in (
        (k.layers.Conv1D(2, 3, padding="causal"), (None, None, 4)),
        (k.layers.Conv2D(2, 3, strides=2), (None, None, None, 4)),
        (k.layers.Conv2D(2, 3, padding="same", strides=2), (None, 7, None, 4)),
        (k.layers.Conv2D(2, 3, data_format="channels_first"), (None, 4, None, 6)),
        (k.layers.Conv2DTranspose(2, 3, strides=2), (None, None, 5, 4)),
        (k.layers.Conv2DTranspose(2, 3, strides=2, output_padding=1), (None, None, 5, 4)),
        (k.layers.Conv2DTranspose(2, 3, padding="same", strides=3), (None, None, 5, 4)),
        (k.layers.DepthwiseConv2D(3, depth_multiplier=2), (None, None, 5, 4)),
        (k.layers.SeparableConv2D(2, 3), (None, None, 5, 4)),
        (k.layers.MaxPooling2D(2), (None, None, 5, 4)),
        (k.layers.MaxPooling2D(2, padding="same"), (None, None, 5, 4)),
        (k.layers.AveragePooling1D(3, 1), (None, None, 4)),
        (k.layers.GlobalMaxPooling2D(), (None, None, None, 4)),
        (k.layers.GlobalMaxPooling2D(keepdims=True), (None, None, None, 4)),
        (k.layers.AdaptiveMaxPooling2D((2, 3)), (None, None, None, 4)),
        (k.layers.UpSampling2D(3), (None, None, 5, 4)),
        (k.layers.ZeroPadding2D(((1, 2), (3, 4))), (None, None, 5, 4)),
        (k.layers.Cropping2D(((1, 0), (0, 1))), (None, None, 5, 4)),
        (k.layers.Cropping1D(1), (None, None, 4)),
        (k.layers.Flatten(), (None, None, 4)),
        (k.layers.Flatten(), (None, 3, 4)),
        (k.layers.Reshape((-1, 2)), (None, 3, 4)),
        (k.layers.Reshape((4, 3)), (None, None, 4)),
        (k.layers.Reshape((-1, 1)), (None, None)),
        (k.layers.Permute((2, 1)), (None, None, 4)),
        (k.layers.RepeatVector(3), (None, 4)),
        (k.layers.RepeatVector(3), (None, None)),
    ):

        def own(layer=layer, shape=shape):
            return str(tuple(layer.compute_output_shape(shape)))

        def symbolic(layer=layer, shape=shape):
            return str(tuple(layer(k.Input(batch_shape=shape)).shape))

        for work in (own, symbolic):
            problem = refusal(work)
            found.append(work() if problem == "nothing" else problem)
    return found


@scenario
def reshaping(k):
    found = []
    x = numbers(2, 3, 4)
    for make in (
        lambda: k.layers.Flatten()(x),
        lambda: k.layers.Flatten("channels_first")(x),
        lambda: k.layers.Flatten()(numbers(2)),
        lambda: k.layers.Flatten()(np.float32(3)),
        lambda: k.layers.Flatten(data_format="x"),
        lambda: k.layers.Reshape((5, 5))(x),
        lambda: k.layers.Reshape((-1, -1))(x),
        lambda: k.layers.Reshape((-1, 5))(x),
        lambda: k.layers.Reshape(())(numbers(2, 1)),
        lambda: k.layers.Reshape((12,))(x),
        lambda: k.layers.Reshape([2, -1])(x),
        lambda: k.layers.Permute((1, 3))(x),
        lambda: k.layers.Permute((2,))(x),
        lambda: k.layers.Permute((0, 1)),
        lambda: k.layers.Permute((2, 1))(numbers(2, 3, 4, 5)),
        lambda: k.layers.RepeatVector("3"),
        lambda: k.layers.RepeatVector(3)(x),
        lambda: k.layers.RepeatVector(3.5),
        lambda: k.layers.RepeatVector(0)(numbers(2, 3)),
        lambda: k.layers.Reshape((-2,))(x),
    ):
        problem = refusal(make)
        found.append(make() if problem == "nothing" and not hasattr(make(), "weights") else problem)
    return found
