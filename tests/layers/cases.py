"""Layers in many settings, for tests here and for recording what Keras makes of them."""

from __future__ import annotations

import numpy as np

from tests.layers.case import case, mask, whole

# --------------------------------------------------------------------------- core

case("dense", lambda k: k.layers.Dense(4), (3, 5))
case("dense relu", lambda k: k.layers.Dense(4, activation="relu"), (3, 5), precise=False)
case("dense three axes", lambda k: k.layers.Dense(4, "tanh", use_bias=False), (2, 3, 5))
case(
    "dense regularized",
    lambda k: k.layers.Dense(
        3, kernel_regularizer="l2", bias_regularizer="l1", activity_regularizer="l2",
        kernel_constraint="max_norm", kernel_initializer="he_normal",
    ),
    (3, 5),
)  # fmt: skip
case("dense whole numbers", lambda k: k.layers.Dense(3), whole(9, 3, 5))
case("embedding", lambda k: k.layers.Embedding(7, 3), whole(7, 2, 5))
case("embedding masked", lambda k: k.layers.Embedding(7, 3, mask_zero=True), whole(3, 2, 5))
case("reversible embedding", lambda k: k.layers.ReversibleEmbedding(7, 3), whole(7, 2, 5))
case(
    "reversible embedding back",
    lambda k: k.layers.ReversibleEmbedding(7, 3, tie_weights=False, logit_soft_cap=2.0),
    (2, 5, 3),
    call={"reverse": True},
)
case("identity", lambda k: k.layers.Identity(), (2, 3))
case(
    "masking",
    lambda k: k.layers.Masking(),
    lambda random: (
        random.normal(size=(3, 4, 2)).astype("float32") * (random.uniform(size=(3, 4, 1)) > 0.4)
    ),
    precise=False,
)
case(
    "einsum dense",
    lambda k: k.layers.EinsumDense("abc,cd->abd", (None, 4), bias_axes="d"),
    (2, 3, 5),
)
case(
    "einsum dense dots",
    lambda k: k.layers.EinsumDense("...x,xyz->...yz", (3, 2), activation="tanh", bias_axes="yz"),
    (2, 4, 5),
)
case(
    "einsum dense bias in the middle",
    lambda k: k.layers.EinsumDense("abc,cde->abde", (3, 4, 2), bias_axes="d"),
    (2, 3, 5),
)
case(
    "einsum dense output first",
    lambda k: k.layers.EinsumDense("ab...,bc->ac...", 4, bias_axes="c"),
    (2, 3),
)

# --------------------------------------------------------------------------- activations

case("activation", lambda k: k.layers.Activation("softplus"), (3, 5))
case("relu", lambda k: k.layers.ReLU(), (3, 5), precise=False)
case("relu settings", lambda k: k.layers.ReLU(1.0, 0.2, 0.3), (3, 5), precise=False)
case("leaky relu", lambda k: k.layers.LeakyReLU(0.1), (3, 5), precise=False)
case("elu", lambda k: k.layers.ELU(0.7), (3, 5))
case("prelu", lambda k: k.layers.PReLU(), (3, 5), precise=False)
case("prelu shared", lambda k: k.layers.PReLU(shared_axes=[1]), (3, 4, 5), precise=False)
case("softmax", lambda k: k.layers.Softmax(), (3, 5))
case("softmax axes", lambda k: k.layers.Softmax(axis=(1, 2)), (2, 3, 4))
case("softmax masked", lambda k: k.layers.Softmax(), (3, 5), call={"mask": mask(3, 5)})

# --------------------------------------------------------------------------- merging

for _name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"):
    case(
        _name.lower(),
        lambda k, name=_name: getattr(k.layers, name)(),
        (2, 3, 4),
        (2, 3, 4),
        listed=True,
        precise=_name not in ("Maximum", "Minimum"),
    )
case("add broadcast", lambda k: k.layers.Add(), (2, 3, 4), (2, 1, 4), (2, 4), listed=True)
case("concatenate first", lambda k: k.layers.Concatenate(axis=1), (2, 3, 4), (2, 5, 4), listed=True)
case("dot", lambda k: k.layers.Dot(axes=1), (2, 3), (2, 3), listed=True)
case("dot axes", lambda k: k.layers.Dot(axes=(2, 1)), (2, 4, 3), (2, 3, 5), listed=True)
case("dot cosine", lambda k: k.layers.Dot(1, normalize=True), (2, 3, 4), (2, 3, 5), listed=True)

# --------------------------------------------------------------------------- convolutions

case("conv1d", lambda k: k.layers.Conv1D(4, 3), (2, 8, 3))
case("conv1d causal", lambda k: k.layers.Conv1D(4, 3, padding="causal", dilation_rate=2), (2, 8, 3))
case("conv1d strided", lambda k: k.layers.Conv1D(4, 3, 2, "same", activation="tanh"), (2, 9, 3))
case("conv2d", lambda k: k.layers.Conv2D(4, 3), (2, 6, 7, 3))
case("conv2d same", lambda k: k.layers.Conv2D(4, (2, 3), padding="same"), (2, 6, 7, 3))
case("conv2d strided", lambda k: k.layers.Conv2D(4, 3, 2, "same", use_bias=False), (2, 6, 7, 3))
case("conv2d dilated", lambda k: k.layers.Conv2D(4, 2, dilation_rate=(2, 1)), (2, 6, 7, 3))
case("conv2d groups", lambda k: k.layers.Conv2D(6, 2, groups=3), (2, 5, 4, 3))
case("conv2d 1x1", lambda k: k.layers.Conv2D(5, 1), (2, 3, 4, 3))
case("conv3d", lambda k: k.layers.Conv3D(3, 2), (2, 4, 3, 4, 2))
case("conv3d strided", lambda k: k.layers.Conv3D(3, 2, 2, "same"), (2, 4, 3, 5, 2))
case("depthwise1d", lambda k: k.layers.DepthwiseConv1D(3, depth_multiplier=2), (2, 7, 3))
case("depthwise2d", lambda k: k.layers.DepthwiseConv2D(3, depth_multiplier=2), (2, 5, 6, 3))
case("depthwise2d strided", lambda k: k.layers.DepthwiseConv2D(3, 2, "same"), (2, 5, 6, 3))
case("depthwise2d dilated", lambda k: k.layers.DepthwiseConv2D(2, dilation_rate=2), (2, 5, 6, 3))
case("separable1d", lambda k: k.layers.SeparableConv1D(4, 3, depth_multiplier=2), (2, 7, 3))
case("separable2d", lambda k: k.layers.SeparableConv2D(4, 3, padding="same"), (2, 5, 6, 3))
case("transpose1d", lambda k: k.layers.Conv1DTranspose(4, 3, 2), (2, 5, 3))
case("transpose1d same", lambda k: k.layers.Conv1DTranspose(4, 3, 2, "same"), (2, 5, 3))
case("transpose2d", lambda k: k.layers.Conv2DTranspose(4, 3), (2, 4, 5, 3))
case("transpose2d strided", lambda k: k.layers.Conv2DTranspose(4, 3, 2), (2, 4, 5, 3))
case("transpose2d same", lambda k: k.layers.Conv2DTranspose(4, (3, 2), 2, "same"), (2, 4, 5, 3))
case(
    "transpose2d padded",
    lambda k: k.layers.Conv2DTranspose(4, 3, 2, "same", output_padding=1),
    (2, 4, 5, 3),
)
case("transpose2d dilated", lambda k: k.layers.Conv2DTranspose(2, 3, dilation_rate=2), (2, 4, 5, 3))
case("transpose3d", lambda k: k.layers.Conv3DTranspose(2, 2, 2), (1, 3, 2, 3, 2))

# --------------------------------------------------------------------------- pooling

case("max1d", lambda k: k.layers.MaxPooling1D(), (2, 7, 3), precise=False)
case("max1d same", lambda k: k.layers.MaxPooling1D(3, 2, "same"), (2, 7, 3), precise=False)
case("max2d", lambda k: k.layers.MaxPooling2D(), (2, 6, 7, 3), precise=False)
case("max2d same", lambda k: k.layers.MaxPooling2D(3, 2, "same"), (2, 6, 7, 3), precise=False)
case("max3d", lambda k: k.layers.MaxPooling3D(), (2, 4, 5, 4, 3), precise=False)
case("average1d", lambda k: k.layers.AveragePooling1D(3, 1), (2, 7, 3))
case("average2d", lambda k: k.layers.AveragePooling2D((2, 3)), (2, 6, 7, 3))
case("average2d same", lambda k: k.layers.AveragePooling2D(3, 2, "same"), (2, 6, 7, 3))
case("average3d", lambda k: k.layers.AveragePooling3D(2), (2, 4, 5, 4, 3))
for _rank, _shape in ((1, (2, 5, 3)), (2, (2, 5, 4, 3)), (3, (2, 3, 5, 4, 3))):
    for _kind in ("Max", "Average"):
        case(
            f"global {_kind.lower()}{_rank}d",
            lambda k, n=f"Global{_kind}Pooling{_rank}D": getattr(k.layers, n)(),
            _shape,
            precise=_kind == "Average",
        )
        case(
            f"adaptive {_kind.lower()}{_rank}d",
            lambda k, n=f"Adaptive{_kind}Pooling{_rank}D": getattr(k.layers, n)(2),
            _shape,
            precise=_kind == "Average",
        )
case(
    "global average2d kept", lambda k: k.layers.GlobalAveragePooling2D(keepdims=True), (2, 5, 4, 3)
)
case(
    "global average1d masked",
    lambda k: k.layers.GlobalAveragePooling1D(),
    (3, 5, 2),
    call={"mask": lambda random: np.arange(5) < np.array([[2], [5], [1]])},
)

# --------------------------------------------------------------------------- reshaping

case("flatten", lambda k: k.layers.Flatten(), (2, 3, 4))
case("flatten vector", lambda k: k.layers.Flatten(), (3,))
case("flatten first", lambda k: k.layers.Flatten(data_format="channels_first"), (2, 3, 4, 5))
case("reshape", lambda k: k.layers.Reshape((2, 6)), (2, 3, 4))
case("reshape rest", lambda k: k.layers.Reshape((-1, 2)), (2, 3, 4))
case("permute", lambda k: k.layers.Permute((3, 1, 2)), (2, 3, 4, 5))
case("repeat vector", lambda k: k.layers.RepeatVector(3), (2, 4))
case("cropping1d", lambda k: k.layers.Cropping1D((1, 2)), (2, 6, 3))
case("cropping2d", lambda k: k.layers.Cropping2D(((1, 0), (2, 1))), (2, 5, 6, 3))
case("cropping3d", lambda k: k.layers.Cropping3D(1), (2, 4, 5, 3, 2))
case("padding1d", lambda k: k.layers.ZeroPadding1D((1, 2)), (2, 4, 3))
case("padding2d", lambda k: k.layers.ZeroPadding2D(((1, 0), (2, 1))), (2, 3, 4, 3))
case("padding3d", lambda k: k.layers.ZeroPadding3D((1, 0, 2)), (2, 3, 2, 3, 2))
case("upsampling1d", lambda k: k.layers.UpSampling1D(3), (2, 3, 2))
case("upsampling2d", lambda k: k.layers.UpSampling2D((2, 3)), (2, 3, 2, 2))
case(
    "upsampling2d smooth",
    lambda k: k.layers.UpSampling2D((2, 3), interpolation="bilinear"),
    (2, 3, 4, 2),
)
for _kind in ("bicubic", "lanczos3", "lanczos5"):
    case(
        f"upsampling2d {_kind}",
        lambda k, kind=_kind: k.layers.UpSampling2D(2, interpolation=kind),
        (2, 4, 3, 1),
    )
case("upsampling3d", lambda k: k.layers.UpSampling3D(2), (1, 2, 3, 2, 2))

# --------------------------------------------------------------------------- normalization

case("batch normalization", lambda k: k.layers.BatchNormalization(), (4, 3, 5))
case("batch normalization trains", lambda k: k.layers.BatchNormalization(), (4, 5), training=True)
case(
    "batch normalization first axis",
    lambda k: k.layers.BatchNormalization(axis=1, scale=False, momentum=0.8),
    (4, 3, 5),
    training=True,
)
case(
    "batch normalization masked",
    lambda k: k.layers.BatchNormalization(epsilon=1e-2),
    (4, 3, 5),
    training=True,
    call={"mask": mask(4, 3)},
)
case(
    "batch normalization renorm",
    lambda k: k.layers.BatchNormalization(
        renorm=True, renorm_clipping={"rmax": 1.5, "rmin": 0.7, "dmax": 0.5}
    ),
    (6, 5),
    training=True,
    precise=False,
)
case("layer normalization", lambda k: k.layers.LayerNormalization(), (2, 3, 5))
case("layer normalization axes", lambda k: k.layers.LayerNormalization(axis=(1, 2)), (2, 3, 5))
case("layer normalization first", lambda k: k.layers.LayerNormalization(axis=1), (2, 3, 5))
case("layer normalization rms", lambda k: k.layers.LayerNormalization(rms_scaling=True), (2, 5))
case("group normalization", lambda k: k.layers.GroupNormalization(2), (2, 3, 4, 6))
case("group normalization each", lambda k: k.layers.GroupNormalization(-1, axis=1), (2, 3, 5))
case("rms normalization", lambda k: k.layers.RMSNormalization(), (2, 3, 5))
case("unit normalization", lambda k: k.layers.UnitNormalization(axis=1), (2, 3, 5))
case(
    "spectral normalization",
    lambda k: k.layers.SpectralNormalization(k.layers.Dense(4), power_iterations=2),
    (3, 5),
    training=True,
    precise=False,
)

# --------------------------------------------------------------------------- regularization

for _name, _arguments in {
    "Dropout": (0.5,),
    "SpatialDropout1D": (0.5,),
    "GaussianDropout": (0.5,),
    "GaussianNoise": (0.5,),
    "AlphaDropout": (0.5,),
}.items():
    case(
        f"{_name} at rest",
        lambda k, n=_name, a=_arguments: getattr(k.layers, n)(*a, seed=1),
        (2, 3, 4),
    )
case("activity regularization", lambda k: k.layers.ActivityRegularization(0.1, 0.2), (2, 3, 4))

# --------------------------------------------------------------------------- preprocessing

case("rescaling", lambda k: k.layers.Rescaling(0.5, -1.0), (2, 3, 4))
case("rescaling whole numbers", lambda k: k.layers.Rescaling(1 / 255), whole(256, 2, 3, 4))
case("normalization", lambda k: k.layers.Normalization(), (3, 4))
case(
    "normalization given",
    lambda k: k.layers.Normalization(mean=[1.0, 2.0], variance=[4.0, 0.25]),
    (3, 5, 2),
)
case("normalization inverse", lambda k: k.layers.Normalization(axis=1, invert=True), (3, 4, 2))
case("normalization all", lambda k: k.layers.Normalization(axis=None), (3, 4, 2))
