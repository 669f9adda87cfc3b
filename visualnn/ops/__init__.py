"""Functions on tensors, with the names and rules of ``keras.ops``, made of primitives."""

# ruff: noqa: I001, RUF022 - packed, so that the whole family fits on a screen
# fmt: off
from visualnn.ops import image
from visualnn.ops.complex_numbers import (
    angle, conj, conjugate, imag, isreal, polar, real, view_as_complex, view_as_real,
)
from visualnn.ops.control import cond, fori_loop, map, scan, switch, vectorized_map, while_loop
from visualnn.ops.core import (
    array, cast, convert_to_numpy, convert_to_tensor, copy, dtype, is_tensor, ndim,
    saturate_cast, scatter, scatter_update, shape, size, slice, slice_update, stop_gradient,
    view,
)
from visualnn.ops.custom import associative_scan, custom_gradient, vectorize
from visualnn.ops.derivatives import jvp
from visualnn.ops.einops import rearrange
from visualnn.ops.fourier import fft, fft2, ifft2, irfft, istft, rfft, stft
from visualnn.ops.linalg import (
    cholesky, cholesky_inverse, det, eig, eigh, inv, logdet, lstsq, lu_factor, matrix_rank, norm,
    pinv, qr, slogdet, solve, solve_triangular, svd,
)
from visualnn.ops.math import (
    cdist, erf, erfc, erfinv, extract_sequences, segment_max, segment_min, segment_prod,
    segment_sum,
)
from visualnn.ops.nn_activations import (
    celu, elu, gelu, glu, hard_shrink, hard_sigmoid, hard_silu, hard_swish, hard_tanh, leaky_relu,
    log_sigmoid, log_softmax, relu, relu6, selu, sigmoid, silu, soft_shrink, softmax, softplus,
    softsign, sparse_plus, sparse_sigmoid, sparsemax, squareplus, swish, tanh_shrink, threshold,
)
from visualnn.ops.nn_attention import dot_product_attention
from visualnn.ops.nn_blocks import depth_to_space, fold, space_to_depth, unfold
from visualnn.ops.nn_convolution import conv, conv_transpose, depthwise_conv, separable_conv
from visualnn.ops.nn_ctc import ctc_decode, ctc_loss
from visualnn.ops.nn_losses import (
    binary_crossentropy, categorical_crossentropy, multi_hot, one_hot,
    sparse_categorical_crossentropy,
)
from visualnn.ops.nn_normalization import (
    batch_normalization, layer_normalization, moments, normalize, psnr, rms_normalization,
)
from visualnn.ops.nn_pooling import adaptive_average_pool, adaptive_max_pool, average_pool, max_pool
from visualnn.ops.numpy_arithmetic import (
    abs, absolute, add, cbrt, ceil, clip, divide, divide_no_nan, fabs, floor, floor_divide,
    fmax, fmin, fmod, hypot, maximum, minimum, mod, multiply, nan_to_num, negative, power,
    reciprocal, round, rsqrt, sign, signbit, sqrt, square, subtract, true_divide, trunc,
)
from visualnn.ops.numpy_comparison import (
    allclose, bitwise_and, bitwise_invert, bitwise_left_shift, bitwise_not, bitwise_or,
    bitwise_right_shift, bitwise_xor, equal, greater, greater_equal, heaviside, isclose,
    isfinite, isin, isinf, isnan, isneginf, isposinf, left_shift, less, less_equal, logical_and,
    logical_not, logical_or, logical_xor, not_equal, right_shift, select, where,
)
from visualnn.ops.numpy_creation import (
    arange, bartlett, blackman, diag, diagflat, diagonal, empty, empty_like, eye, full,
    full_like, geomspace, hamming, hanning, identity, kaiser, linspace, logspace, ones,
    ones_like, trace, tri, tril, triu, vander, zeros, zeros_like,
)
from visualnn.ops.numpy_exponential import (
    arccos, arccosh, arcsin, arcsinh, arctan, arctan2, arctanh, cos, cosh, deg2rad, exp, exp2,
    expm1, i0, log, log10, log1p, log2, logaddexp, logaddexp2, rad2deg, sin, sinc, sinh, tan,
    tanh,
)
from visualnn.ops.numpy_indexing import get_item, take, take_along_axis
from visualnn.ops.numpy_joining import (
    append, array_split, concatenate, dsplit, dstack, hsplit, hstack, pad, split, stack,
    unstack, vsplit, vstack,
)
from visualnn.ops.numpy_nan import (
    nanargmax, nanargmin, nancumprod, nancumsum, nanmax, nanmean, nanmedian, nanmin,
    nanpercentile, nanprod, nanquantile, nanstd, nansum, nanvar,
)
from visualnn.ops.numpy_products import (
    cross, dot, einsum, inner, kron, matmul, outer, tensordot, vdot,
)
from visualnn.ops.numpy_reductions import (
    all, amax, amin, any, argmax, argmin, average, count_nonzero, cumprod, cumsum, diff,
    logsumexp, max, mean, min, prod, ptp, std, sum, var,
)
from visualnn.ops.numpy_shaping import (
    broadcast_to, expand_dims, flip, fliplr, flipud, meshgrid, moveaxis, ravel, repeat, reshape,
    roll, rot90, squeeze, swapaxes, tile, transpose,
)
from visualnn.ops.numpy_signals import (
    corrcoef, correlate, gcd, lcm, ldexp, nextafter, trapezoid, unravel_index,
)
from visualnn.ops.numpy_sorting import (
    argpartition, argsort, bincount, digitize, histogram, in_top_k, median, nonzero, percentile,
    quantile, searchsorted, sort, top_k, unique,
)

__all__ = [
    "abs", "absolute", "adaptive_average_pool", "adaptive_max_pool", "add", "all", "allclose",
    "amax", "amin", "angle", "any", "append", "arange", "arccos", "arccosh", "arcsin",
    "arcsinh", "arctan", "arctan2", "arctanh", "argmax", "argmin", "argpartition", "argsort",
    "array", "array_split", "associative_scan", "average", "average_pool", "bartlett",
    "batch_normalization", "binary_crossentropy", "bincount", "bitwise_and", "bitwise_invert",
    "bitwise_left_shift", "bitwise_not", "bitwise_or", "bitwise_right_shift", "bitwise_xor",
    "blackman", "broadcast_to", "cast", "categorical_crossentropy", "cbrt", "cdist", "ceil",
    "celu", "cholesky", "cholesky_inverse", "clip", "concatenate", "cond", "conj", "conjugate",
    "conv", "conv_transpose", "convert_to_numpy", "convert_to_tensor", "copy", "corrcoef",
    "correlate", "cos", "cosh", "count_nonzero", "cross", "ctc_decode", "ctc_loss", "cumprod",
    "cumsum", "custom_gradient", "deg2rad", "depth_to_space", "depthwise_conv", "det", "diag",
    "diagflat", "diagonal", "diff", "digitize", "divide", "divide_no_nan", "dot",
    "dot_product_attention", "dsplit", "dstack", "dtype", "eig", "eigh", "einsum", "elu",
    "empty", "empty_like", "equal", "erf", "erfc", "erfinv", "exp", "exp2", "expand_dims",
    "expm1", "extract_sequences", "eye", "fabs", "fft", "fft2", "flip", "fliplr", "flipud",
    "floor", "floor_divide", "fmax", "fmin", "fmod", "fold", "fori_loop", "full", "full_like",
    "gcd", "gelu", "geomspace", "get_item", "glu", "greater", "greater_equal", "hamming",
    "hanning", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh",
    "heaviside", "histogram", "hsplit", "hstack", "hypot", "i0", "identity", "ifft2", "imag",
    "image", "in_top_k", "inner", "inv", "irfft", "is_tensor", "isclose", "isfinite", "isin",
    "isinf", "isnan", "isneginf", "isposinf", "isreal", "istft", "jvp", "kaiser", "kron",
    "layer_normalization", "lcm", "ldexp", "leaky_relu", "left_shift", "less", "less_equal",
    "linspace", "log", "log10", "log1p", "log2", "log_sigmoid", "log_softmax", "logaddexp",
    "logaddexp2", "logdet", "logical_and", "logical_not", "logical_or", "logical_xor",
    "logspace", "logsumexp", "lstsq", "lu_factor", "map", "matmul", "matrix_rank", "max",
    "max_pool", "maximum", "mean", "median", "meshgrid", "min", "minimum", "mod", "moments",
    "moveaxis", "multi_hot", "multiply", "nan_to_num", "nanargmax", "nanargmin", "nancumprod",
    "nancumsum", "nanmax", "nanmean", "nanmedian", "nanmin", "nanpercentile", "nanprod",
    "nanquantile", "nanstd", "nansum", "nanvar", "ndim", "negative", "nextafter", "nonzero",
    "norm", "normalize", "not_equal", "one_hot", "ones", "ones_like", "outer", "pad",
    "percentile", "pinv", "polar", "power", "prod", "psnr", "ptp", "qr", "quantile", "rad2deg",
    "ravel", "real", "rearrange", "reciprocal", "relu", "relu6", "repeat", "reshape", "rfft",
    "right_shift", "rms_normalization", "roll", "rot90", "round", "rsqrt", "saturate_cast",
    "scan", "scatter", "scatter_update", "searchsorted", "segment_max", "segment_min",
    "segment_prod", "segment_sum", "select", "selu", "separable_conv", "shape", "sigmoid",
    "sign", "signbit", "silu", "sin", "sinc", "sinh", "size", "slice", "slice_update",
    "slogdet", "soft_shrink", "softmax", "softplus", "softsign", "solve", "solve_triangular",
    "sort", "space_to_depth", "sparse_categorical_crossentropy", "sparse_plus",
    "sparse_sigmoid", "sparsemax", "split", "sqrt", "square", "squareplus", "squeeze", "stack",
    "std", "stft", "stop_gradient", "subtract", "sum", "svd", "swapaxes", "swish", "switch",
    "take", "take_along_axis", "tan", "tanh", "tanh_shrink", "tensordot", "threshold", "tile",
    "top_k", "trace", "transpose", "trapezoid", "tri", "tril", "triu", "true_divide", "trunc",
    "unfold", "unique", "unravel_index", "unstack", "vander", "var", "vdot", "vectorize",
    "vectorized_map", "view", "view_as_complex", "view_as_real", "vsplit", "vstack", "where",
    "while_loop", "zeros", "zeros_like",
]
