"""Layers: what models are made of.  Each file is one family; read layer.py first."""

import importlib
from typing import Any

from visualnn.layers.activation import ELU, Activation, LeakyReLU, PReLU, ReLU, Softmax
from visualnn.layers.aliases import (
    AvgPool1D,
    AvgPool2D,
    AvgPool3D,
    Convolution1D,
    Convolution1DTranspose,
    Convolution2D,
    Convolution2DTranspose,
    Convolution3D,
    Convolution3DTranspose,
    GlobalAvgPool1D,
    GlobalAvgPool2D,
    GlobalAvgPool3D,
    GlobalMaxPool1D,
    GlobalMaxPool2D,
    GlobalMaxPool3D,
    MaxPool1D,
    MaxPool2D,
    MaxPool3D,
    SeparableConvolution1D,
    SeparableConvolution2D,
)
from visualnn.layers.attention import AdditiveAttention, Attention
from visualnn.layers.categories import CategoryEncoding, Discretization
from visualnn.layers.convolutional import Conv1D, Conv2D, Conv3D
from visualnn.layers.convolutional_recurrent import ConvLSTM1D, ConvLSTM2D, ConvLSTM3D
from visualnn.layers.core import Dense, Identity, Lambda, Masking
from visualnn.layers.depthwise import (
    DepthwiseConv1D,
    DepthwiseConv2D,
    SeparableConv1D,
    SeparableConv2D,
)
from visualnn.layers.einsum_dense import EinsumDense
from visualnn.layers.embedding import Embedding, ReversibleEmbedding
from visualnn.layers.global_pooling import (
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalAveragePooling3D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    GlobalMaxPooling3D,
)
from visualnn.layers.group_query_attention import GroupedQueryAttention as GroupQueryAttention
from visualnn.layers.hashing import HashedCrossing, Hashing
from visualnn.layers.input_layer import Input, InputLayer
from visualnn.layers.input_spec import InputSpec
from visualnn.layers.layer import Layer
from visualnn.layers.layer_normalization import (
    GroupNormalization,
    LayerNormalization,
    RMSNormalization,
    UnitNormalization,
)
from visualnn.layers.lookup import IntegerLookup, StringLookup
from visualnn.layers.merging import (
    Add,
    Average,
    Concatenate,
    Dot,
    Maximum,
    Minimum,
    Multiply,
    Subtract,
    add,
    average,
    concatenate,
    dot,
    maximum,
    minimum,
    multiply,
    subtract,
)
from visualnn.layers.multi_head_attention import MultiHeadAttention
from visualnn.layers.normalization import BatchNormalization
from visualnn.layers.picture_chains import AugMix, Pipeline, RandAugment
from visualnn.layers.picture_colours import (
    RandomColorDegeneration,
    RandomColorJitter,
    RandomGrayscale,
    RandomHue,
    RandomSaturation,
    RandomSharpness,
)
from visualnn.layers.picture_histograms import (
    ContrastLimitedAdaptiveHistogramEqualization,
    Equalization,
)
from visualnn.layers.picture_light import (
    AutoContrast,
    RandomBrightness,
    RandomContrast,
    RandomInvert,
    RandomPosterization,
    Solarization,
)
from visualnn.layers.picture_mixing import CutMix, MaxNumBoundingBoxes, MixUp, RandomErasing
from visualnn.layers.picture_motion import (
    RandomFlip,
    RandomRotation,
    RandomShear,
    RandomTranslation,
    RandomZoom,
)
from visualnn.layers.picture_sizes import CenterCrop, RandomCrop, Resizing
from visualnn.layers.picture_warping import (
    RandomElasticTransform,
    RandomGaussianBlur,
    RandomPerspective,
)
from visualnn.layers.pooling import (
    AdaptiveAveragePooling1D,
    AdaptiveAveragePooling2D,
    AdaptiveAveragePooling3D,
    AdaptiveMaxPooling1D,
    AdaptiveMaxPooling2D,
    AdaptiveMaxPooling3D,
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    MaxPooling1D,
    MaxPooling2D,
    MaxPooling3D,
)
from visualnn.layers.preprocessing import Normalization, Rescaling
from visualnn.layers.records import deserialize, serialize
from visualnn.layers.recurrent import RNN
from visualnn.layers.recurrent_cells import GRUCell, LSTMCell, SimpleRNNCell
from visualnn.layers.recurrent_layers import GRU, LSTM, SimpleRNN
from visualnn.layers.regularization import (
    ActivityRegularization,
    AlphaDropout,
    Dropout,
    GaussianDropout,
    GaussianNoise,
    SpatialDropout1D,
    SpatialDropout2D,
    SpatialDropout3D,
)
from visualnn.layers.reshaping import (
    Cropping1D,
    Cropping2D,
    Cropping3D,
    Flatten,
    Permute,
    RepeatVector,
    Reshape,
    ZeroPadding1D,
    ZeroPadding2D,
    ZeroPadding3D,
)
from visualnn.layers.spectral_normalization import SpectralNormalization
from visualnn.layers.spectrograms import MelSpectrogram, STFTSpectrogram
from visualnn.layers.stacked_cells import StackedRNNCells
from visualnn.layers.text import TextVectorization
from visualnn.layers.transposed_convolutional import (
    Conv1DTranspose,
    Conv2DTranspose,
    Conv3DTranspose,
)
from visualnn.layers.upsampling import UpSampling1D, UpSampling2D, UpSampling3D
from visualnn.layers.wrappers import Bidirectional, TimeDistributed, Wrapper

# what reads files of others is loaded when it is first asked for
_LATER = {"TFSMLayer": "visualnn.exporting.saved_model.layer"}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_LATER[name]), name)
