// Written by `python -m visualnn.widgets.kinds`.  Do not edit.
import type { Family } from "../shared/messages";

export const FAMILIES: Family[] = [
  { name: "Input", glyph: "▷", color: "#6B7280", color_dark: "#9CA3AF" },
  { name: "Core", glyph: "▦", color: "#0072B2", color_dark: "#4DA6DB" },
  { name: "Convolution", glyph: "▩", color: "#D55E00", color_dark: "#F0883E" },
  { name: "Pooling", glyph: "▽", color: "#B87A00", color_dark: "#F0B429" },
  { name: "Normalization", glyph: "≈", color: "#008A65", color_dark: "#35C49A" },
  { name: "Regularization", glyph: "⋯", color: "#B8558F", color_dark: "#DE9BC4" },
  { name: "Merge", glyph: "⊕", color: "#2583B5", color_dark: "#8ACBF0" },
  { name: "Reshape", glyph: "⇄", color: "#8C6D31", color_dark: "#C7A765" },
  { name: "Recurrent", glyph: "↻", color: "#7B61C4", color_dark: "#AC99EA" },
  { name: "Attention", glyph: "◎", color: "#B5387A", color_dark: "#E279B0" },
  { name: "Activation", glyph: "∿", color: "#3F8A3F", color_dark: "#7CC87C" },
  { name: "Preprocessing", glyph: "⚙", color: "#5B6B7B", color_dark: "#A3B3C3" },
  { name: "Image", glyph: "▨", color: "#A3541C", color_dark: "#E0A070" },
  { name: "Audio", glyph: "♪", color: "#00778A", color_dark: "#4FC3D1" },
  { name: "Wrapper", glyph: "◫", color: "#6A5ACD", color_dark: "#B0A6F0" },
  { name: "Model", glyph: "⬚", color: "#455A64", color_dark: "#B0BEC5" },
  { name: "Operation", glyph: "ƒ", color: "#616161", color_dark: "#BDBDBD" },
  { name: "Own", glyph: "★", color: "#7A4B9B", color_dark: "#C39BDF" },
];

/** The layers of each family, in one text. */
export const MEMBERS: Record<string, string> = {
  Input: "Input",
  Core: "Dense EinsumDense Embedding Identity Masking ReversibleEmbedding",
  Convolution:
    "Conv1D Conv1DTranspose Conv2D Conv2DTranspose Conv3D Conv3DTranspose DepthwiseConv1D DepthwiseConv2D SeparableConv1D SeparableConv2D",
  Pooling:
    "AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D AveragePooling1D AveragePooling2D AveragePooling3D GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D MaxPooling1D MaxPooling2D MaxPooling3D",
  Normalization:
    "BatchNormalization GroupNormalization LayerNormalization RMSNormalization UnitNormalization",
  Regularization:
    "ActivityRegularization AlphaDropout Dropout GaussianDropout GaussianNoise SpatialDropout1D SpatialDropout2D SpatialDropout3D",
  Merge: "Add Average Concatenate Dot Maximum Minimum Multiply Subtract",
  Reshape:
    "Cropping1D Cropping2D Cropping3D Flatten Permute RepeatVector Reshape UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D",
  Recurrent: "ConvLSTM1D ConvLSTM2D ConvLSTM3D GRU LSTM SimpleRNN",
  Attention: "AdditiveAttention Attention GroupQueryAttention MultiHeadAttention",
  Activation: "Activation ELU LeakyReLU PReLU ReLU Softmax",
  Preprocessing:
    "CategoryEncoding Discretization HashedCrossing Hashing IntegerLookup Normalization Rescaling StringLookup TextVectorization",
  Image:
    "AugMix AutoContrast CenterCrop ContrastLimitedAdaptiveHistogramEqualization CutMix Equalization MaxNumBoundingBoxes MixUp Pipeline RandAugment RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation RandomSharpness RandomShear RandomTranslation RandomZoom Resizing Solarization",
  Audio: "MelSpectrogram STFTSpectrogram",
  Wrapper: "Bidirectional SpectralNormalization TimeDistributed",
};
