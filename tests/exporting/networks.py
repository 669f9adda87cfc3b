"""Well-known networks, written from their papers, with random weights."""

from __future__ import annotations

import numpy as np

from visualnn import Layer, Model
from visualnn.layers import (
    LSTM,
    Activation,
    Add,
    BatchNormalization,
    Conv2D,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Embedding,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    Input,
    LayerNormalization,
    MaxPooling2D,
    MultiHeadAttention,
    Multiply,
    Rescaling,
    Reshape,
    ZeroPadding2D,
)


class Calling(Layer):
    """Calls a layer as its case says."""

    def __init__(self, layer, case, kwargs):
        super().__init__(name="calling")
        self.layer, self.case, self.kwargs = layer, case, kwargs
        self.built = True

    def call(self, *xs):
        return self.layer(*([list(xs)] if self.case.listed else xs), **self.kwargs)


def randomized(model: Model, seed: int = 0) -> Model:
    """Give all weights random values that keep numbers of a sensible size."""
    random = np.random.RandomState(seed)
    values = []
    for weight in model.weights:
        name, shape = weight.path.split("/")[-1], weight.shape
        if "variance" in name or name == "gamma":
            value = random.uniform(0.5, 1.5, size=shape)
        elif len(shape) <= 1:
            value = random.normal(size=shape) * 0.1
        else:
            fan_in = np.prod(shape[:-1]) if "depthwise" not in weight.path else np.prod(shape[:2])
            value = random.normal(size=shape) / np.sqrt(fan_in)
        values.append(value.astype(str(weight.dtype)))
    model.set_weights(values)
    return model


def resnet50(side: int = 224, classes: int = 1000) -> Model:
    """He et al., "Deep residual learning for image recognition" (2015), table 1."""
    image = Input((side, side, 3), name="image")
    x = ZeroPadding2D(3)(image)
    x = Conv2D(64, 7, strides=2)(x)
    x = Activation("relu")(BatchNormalization()(x))
    x = MaxPooling2D(3, strides=2)(ZeroPadding2D(1)(x))
    for stage, (filters, blocks) in enumerate([(64, 3), (128, 4), (256, 6), (512, 3)]):
        for block in range(blocks):
            stride = 2 if stage and not block else 1
            kept = x
            if not block:
                kept = BatchNormalization()(Conv2D(4 * filters, 1, strides=stride)(x))
            x = Activation("relu")(BatchNormalization()(Conv2D(filters, 1, strides=stride)(x)))
            x = Conv2D(filters, 3, padding="same")(x)
            x = Activation("relu")(BatchNormalization()(x))
            x = BatchNormalization()(Conv2D(4 * filters, 1)(x))
            x = Activation("relu")(Add()([kept, x]))
    x = GlobalAveragePooling2D()(x)
    return randomized(Model(image, Dense(classes, activation="softmax")(x), name="resnet50"))


def mobilenet_v2(side: int = 224, classes: int = 1000) -> Model:
    """Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks" (2018), table 2."""

    def normalized(x):
        return Activation("relu6")(BatchNormalization()(x))

    image = Input((side, side, 3), name="image")
    x = normalized(Conv2D(32, 3, strides=2, padding="same", use_bias=False)(image))
    rows = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1)]
    for widening, filters, repeats, stride in [*rows, (6, 160, 3, 2), (6, 320, 1, 1)]:
        for i in range(repeats):
            kept, channels = x, x.shape[-1]
            if widening > 1:
                x = normalized(Conv2D(widening * channels, 1, use_bias=False)(x))
            step = stride if i == 0 else 1
            x = normalized(DepthwiseConv2D(3, strides=step, padding="same", use_bias=False)(x))
            x = BatchNormalization()(Conv2D(filters, 1, use_bias=False)(x))
            if step == 1 and channels == filters:
                x = Add()([kept, x])
    x = GlobalAveragePooling2D()(normalized(Conv2D(1280, 1, use_bias=False)(x)))
    return randomized(Model(image, Dense(classes, activation="softmax")(x), name="mobilenet_v2"))


def efficientnet_b0(side: int = 224, classes: int = 1000) -> Model:
    """Tan and Le, "EfficientNet: rethinking model scaling" (2019), table 1."""

    def normalized(x):
        return Activation("swish")(BatchNormalization()(x))

    image = Input((side, side, 3), name="image")
    x = Rescaling(1 / 127.5, offset=-1.0)(image)
    x = normalized(Conv2D(32, 3, strides=2, padding="same", use_bias=False)(x))
    rows = [(1, 3, 16, 1, 1), (6, 3, 24, 2, 2), (6, 5, 40, 2, 2), (6, 3, 80, 3, 2)]
    rows += [(6, 5, 112, 3, 1), (6, 5, 192, 4, 2), (6, 3, 320, 1, 1)]
    for widening, size, filters, repeats, stride in rows:
        for i in range(repeats):
            kept, channels = x, x.shape[-1]
            if widening > 1:
                x = normalized(Conv2D(widening * channels, 1, use_bias=False)(x))
            step = stride if i == 0 else 1
            x = DepthwiseConv2D(size, strides=step, padding="same", use_bias=False)(x)
            x = normalized(x)
            squeezed = Reshape((1, 1, x.shape[-1]))(GlobalAveragePooling2D()(x))
            squeezed = Conv2D(max(1, channels // 4), 1, activation="swish")(squeezed)
            x = Multiply()([x, Conv2D(x.shape[-1], 1, activation="sigmoid")(squeezed)])
            x = BatchNormalization()(Conv2D(filters, 1, use_bias=False)(x))
            if step == 1 and channels == filters:
                x = Add()([kept, Dropout(0.2)(x)])
    x = GlobalAveragePooling2D()(normalized(Conv2D(1280, 1, use_bias=False)(x)))
    out = Dense(classes, activation="softmax")(Dropout(0.2)(x))
    return randomized(Model(image, out, name="efficientnet_b0"))


def lstm_classifier() -> Model:
    """Words in, two layers of memory, classes out; words of number zero are no words."""
    words = Input((None,), dtype="int32", name="words")
    x = Embedding(50, 16, mask_zero=True)(words)
    x = LSTM(24, return_sequences=True)(x)
    x = LSTM(12)(x)
    return randomized(Model(words, Dense(3, activation="softmax")(x), name="lstm_classifier"))


def transformer_encoder(layers: int = 2, width: int = 32, heads: int = 4) -> Model:
    """The encoder of Vaswani et al., "Attention is all you need" (2017), on embedded words."""
    words = Input((10, width), name="words")
    x = words
    for _ in range(layers):
        seen = MultiHeadAttention(heads, width // heads)(x, x)
        x = LayerNormalization(epsilon=1e-6)(Add()([x, Dropout(0.1)(seen)]))
        wide = Dense(4 * width, activation="gelu")(x)
        x = LayerNormalization(epsilon=1e-6)(Add()([x, Dense(width)(wide)]))
    x = GlobalAveragePooling1D()(x)
    return randomized(Model(words, Dense(4)(x), name="transformer_encoder"))


NETWORKS = [resnet50, mobilenet_v2, efficientnet_b0, lstm_classifier, transformer_encoder]


def example_of(model: Model, batch: int = 2) -> np.ndarray:
    """Something for a network to look at."""
    random = np.random.RandomState(batch)
    shape = (batch, *(size or 7 for size in model.inputs[0].shape[1:]))
    if model.inputs[0].dtype == "int32":
        return random.randint(0, 50, size=shape).astype("int32")
    return random.uniform(0, 255 if model.name == "efficientnet_b0" else 1, size=shape).astype(
        "float32"
    )
