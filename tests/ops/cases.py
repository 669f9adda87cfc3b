"""Calls of ``ops`` whose results real Keras has written down: see recorded/ops/record.py.

Each line is an expression over the functions of ``ops`` and these inputs.
"""

import numpy as np

_random = np.random.default_rng(3)


def _normal(*shape):
    return _random.normal(size=shape).astype("float32")


INPUTS = {
    "x": _normal(3, 4),
    "y": _normal(4),
    "z": _normal(2, 3, 4),
    "m": np.abs(_normal(3, 4)) + 0.1,
    "u": np.tanh(_normal(3, 4)) * 0.9,
    "h": _normal(3, 4).astype("float16"),
    "i": _random.integers(-5, 6, (3, 4)).astype("int32"),
    "j": _random.integers(1, 6, (3, 4)).astype("int32"),
    "k": np.array([2, 0, 1, 2], "int32"),
    "s": _random.integers(0, 100, (3, 4)).astype("int8"),
    "w": _random.integers(0, 100, (3, 4)).astype("uint8"),
    "b": _normal(3, 4) > 0,
    "c": _normal(3, 4) > 0.5,
    "odd": np.array([0.0, -0.0, 1.5, -2.5, np.inf, -np.inf, np.nan], "float32"),
    "other": np.array([1.0, 0.0, np.nan, 2.0, np.inf, 3.0, np.nan], "float32"),
    "grid": _normal(4, 4),
    "line": _normal(2, 9, 4),
    "image": _normal(2, 6, 7, 4),
    "volume": _normal(1, 4, 5, 4, 2),
    "kernel1": _normal(3, 4, 5),
    "kernel2": _normal(3, 2, 4, 6),
    "group2": _normal(3, 2, 2, 6),
    "depth2": _normal(3, 2, 4, 2),
    "point2": _normal(1, 1, 8, 3),
    "kernel3": _normal(2, 3, 2, 2, 3),
    "up2": _normal(3, 2, 5, 4),
    "chances": np.array([[0.2, 0.5, 0.3], [0.1, 0.6, 0.3]], "float32"),
    "hot": np.array([[0, 1, 0], [1, 0, 0]], "float32"),
    "classes": np.array([1, 0], "int32"),
    "np": np,
}

_EXPRESSIONS = """
add(x, y) | add(i, x) | add(i, 1) | add(i, 1.5) | add(b, c) | add(b, 1) | add(h, 2.5) | add(h, x)
add(s, w) | add(s, i) | add(1, 2) | add(1.5, 2) | add(odd, other)
subtract(x, y) | subtract(i, s) | subtract(2, x) | multiply(x, y) | multiply(i, b) | multiply(h, i)
divide(x, y) | divide(i, j) | true_divide(i, 2) | true_divide(h, 2) | divide(odd, other)
divide_no_nan(odd, other) | divide_no_nan(x, y) | floor_divide(x, y) | floor_divide(i, j)
floor_divide(i, 2.0) | mod(x, y) | mod(i, j) | fmod(x, y) | fmod(i, j) | negative(i) | negative(x)
reciprocal(x) | reciprocal(j) | power(m, x) | power(x, 2) | power(i, 2) | power(j, 2.0) | power(2, x)
square(x) | square(i) | square(b) | sqrt(m) | sqrt(j) | sqrt(odd) | rsqrt(m) | cbrt(x) | cbrt(odd)
hypot(x, y) | hypot(i, j) | absolute(x) | absolute(i) | absolute(b) | abs(h) | fabs(i) | sign(x) | sign(i)
sign(odd) | signbit(odd) | signbit(i) | maximum(x, y) | maximum(i, 1.5) | maximum(odd, other)
minimum(x, y) | minimum(odd, other) | fmax(odd, other) | fmin(odd, other) | fmax(x, y)
clip(x, -0.5, 0.5) | clip(i, -2, 2) | clip(i, -1.5, 2) | clip(odd, -1, 1)
floor(x) | floor(i) | ceil(x) | ceil(i) | trunc(x) | trunc(i) | round(x) | round(x, 2) | round(i) | round(i, -1)
round(np.array([0.5, 1.5, 2.5, -0.5], "float32")) | nan_to_num(odd) | nan_to_num(odd, 1.0, 2.0, 3.0)
exp(x) | exp(i) | exp2(x) | exp2(i) | expm1(x) | log(m) | log(odd) | log10(m) | log2(m) | log1p(m) | log(j)
logaddexp(x, y) | logaddexp(odd, other) | logaddexp2(x, y) | logaddexp(i, j)
sin(x) | cos(x) | tan(x) | sin(i) | arcsin(u) | arccos(u) | arctan(x) | arctan2(x, y) | arctan2(odd, other)
arctan2(i, j) | deg2rad(x) | rad2deg(x) | deg2rad(i) | sinc(odd) | sinc(x) | sinh(x) | cosh(x) | tanh(x) | tanh(i)
arcsinh(x) | arccosh(m + 1) | arctanh(u) | tanh(h) | exp(h)
equal(x, y) | equal(i, j) | equal(i, 1.0) | equal(odd, odd) | not_equal(odd, odd) | less(x, y) | less(i, x)
less_equal(i, j) | greater(x, y) | greater(b, c) | greater_equal(i, j) | less(x, 0)
isclose(x, x + 1e-6) | isclose(odd, other) | isclose(odd, odd, equal_nan=True) | isclose(i, j)
allclose(x, x) | allclose(x, y) | isin(i, k) | isin(i, k, invert=True)
isfinite(odd) | isfinite(i) | isnan(odd) | isnan(i) | isinf(odd) | isposinf(odd) | isneginf(odd) | isposinf(i)
logical_and(b, c) | logical_and(i, x) | logical_or(b, c) | logical_xor(b, c) | logical_not(b) | logical_not(i)
where(b, x, y) | where(b, i, x) | where(b, 1, 2.5) | where(b, i, 1) | where(b, h, 0.0)
select([b, c], [x, y], 0.5) | select([b, c], [i, j]) | heaviside(odd, 0.5) | heaviside(i, 1)
bitwise_and(i, j) | bitwise_or(i, j) | bitwise_xor(i, j) | bitwise_not(i) | bitwise_invert(i)
left_shift(j, 2) | right_shift(i, 1) | bitwise_left_shift(j, 2) | bitwise_right_shift(i, 1) | bitwise_and(b, c)
sum(x) | sum(x, axis=0) | sum(x, axis=(0, 1), keepdims=True) | sum(i) | sum(b, axis=1) | sum(s) | sum(w) | sum(h)
sum(z, axis=(0, -1)) | sum(z, axis=-1, keepdims=True) | prod(x, axis=1) | prod(i) | prod(b) | prod(i, dtype="float32")
mean(x) | mean(i, axis=0) | mean(b) | mean(h, axis=-1, keepdims=True) | mean(z, axis=(0, 2))
var(x) | var(i, axis=0) | var(h, axis=0) | std(x, axis=1, keepdims=True) | std(i)
average(x) | average(x, axis=1, weights=y) | average(x, weights=m) | average(i, axis=0)
count_nonzero(i) | count_nonzero(i, axis=1) | logsumexp(x) | logsumexp(x, axis=0) | logsumexp(z, axis=(0, 1), keepdims=True)
max(x) | max(x, axis=1) | max(i, axis=0, keepdims=True) | max(x, initial=5.0) | max(b) | max(odd)
min(x) | min(x, axis=1) | min(z, axis=(0, 2)) | min(x, initial=-5.0) | amax(x, axis=0) | amin(x) | ptp(x, axis=1)
any(b) | any(i, axis=0) | all(b, axis=1) | all(j) | any(x, axis=1, keepdims=True)
argmax(x) | argmax(x, axis=0) | argmax(i, axis=1, keepdims=True) | argmin(x, axis=1) | argmax(b, axis=1) | argmin(x, keepdims=True)
cumsum(x) | cumsum(x, axis=0) | cumsum(i, axis=1) | cumsum(b) | cumsum(x, axis=1, dtype="int32") | cumprod(x, axis=1) | cumprod(i)
diff(x) | diff(x, axis=0) | diff(i, n=2) | nansum(odd[4:]) | nanprod(odd[:3]) | nansum(x, axis=0)
reshape(x, (4, 3)) | reshape(x, (-1,)) | reshape(x, (2, -1)) | reshape(z, [6, 4]) | ravel(z) | reshape(x, -1)
expand_dims(x, 0) | expand_dims(x, (0, -1)) | expand_dims(x, [1, 2]) | squeeze(x[None, :, None]) | squeeze(x[None, :, None], 0)
transpose(z) | transpose(z, (1, 0, 2)) | moveaxis(z, 0, -1) | moveaxis(z, (0, 1), (2, 0)) | swapaxes(z, 0, 2)
flip(x) | flip(x, 1) | flip(z, (0, 2)) | fliplr(x) | flipud(x) | rot90(x) | rot90(x, 2) | rot90(z, 3, (1, 2)) | rot90(z, -1)
roll(x, 2) | roll(x, 1, 0) | roll(x, -3, 1) | roll(z, (1, 2), (0, 1)) | broadcast_to(y, (3, 4)) | broadcast_to(x, (2, 3, 4))
repeat(x, 2) | repeat(x, 2, axis=0) | repeat(x, 3, axis=-1) | repeat(y, np.array([1, 0, 2, 3]), axis=0) | repeat(x, np.array([2]), axis=1)
tile(x, 2) | tile(x, (2, 1)) | tile(y, (2, 3)) | tile(z, (1, 2)) | meshgrid(y, k) | meshgrid(y, k, indexing="ij") | meshgrid(y, k, x[0])
concatenate([x, x], 0) | concatenate([x, i], axis=1) | concatenate([x, x], axis=-1) | concatenate([x, y], axis=None)
stack([x, x]) | stack([x, i], axis=-1) | stack([y, y], axis=1) | append(x, y) | append(x, x, axis=1)
hstack([x, x]) | hstack([y, y]) | vstack([y, y]) | vstack([x, x]) | dstack([x, x]) | dstack([y, y])
split(x, 2, axis=1) | split(x, [1, 3], axis=1) | split(x, 3) | array_split(x, 3, axis=1) | hsplit(x, 2) | vsplit(x, 3) | dsplit(z, 2)
unstack(x) | unstack(x, axis=1) | pad(x, 1) | pad(x, ((1, 0), (0, 2))) | pad(x, (1, 2), constant_values=3) | pad(i, 1)
pad(x, 1, mode="reflect") | pad(x, ((2, 1), (0, 3)), mode="symmetric") | pad(x, 2, mode="edge") | pad(x, 1, mode="wrap")
get_item(x, 0) | get_item(x, np.s_[:, -1]) | get_item(x, np.s_[::-2, None]) | get_item(z, np.s_[..., 1])
get_item(x, np.array([0, 2, 0])) | get_item(x, np.s_[:, k]) | get_item(x, (np.array([0, 1]), np.array([2, 3])))
get_item(z, np.s_[0, :, k]) | get_item(z, np.s_[:, np.array([0, 1]), np.array([2, 3])]) | get_item(z, (1, np.array([0, 2])))
get_item(z, np.s_[np.array([0, 1]), :, np.array([2, 3])]) | get_item(z, np.s_[None, 0, ..., 1:3])
take(x, k) | take(x, k, axis=1) | take(x, np.array([[0, 2], [1, 1]]), axis=0) | take(x, -1, axis=1) | take(x, np.array([-1, 0]), axis=0)
take_along_axis(x, np.array([[0], [2], [3]]), axis=1) | take_along_axis(x, np.array([[0, 1, 2, 0]]), axis=0) | take_along_axis(x, np.array([5, 0]))
slice(x, (0, 1), (2, 3)) | slice(x, np.array([1, 1]), (2, 2)) | slice_update(x, (1, 1), m[:2, :2]) | slice_update(z, (0, 1, 2), z[:1, :2, :2])
scatter(np.array([[0], [2], [0]]), np.array([1.0, 2.0, 3.0], "float32"), (4,)) | scatter(np.array([[0, 1], [1, 0]]), x[:2], (2, 2, 4))
scatter_update(x, np.array([[0, 1], [2, 3]]), np.array([5.0, 6.0], "float32")) | scatter_update(x, np.array([[0], [2]]), x[:2])
scatter_update(x, np.array([[0], [0]]), x[:2], reduction="add") | scatter_update(x, np.array([[0], [0]]), x[1:], reduction="max")
scatter_update(x, np.array([[0], [0]]), x[1:], reduction="min") | scatter_update(x, np.array([[0], [0]]), x[1:], reduction="mul")
zeros((2, 3)) | zeros((2,), dtype="int32") | ones((2, 3)) | full((2,), 3) | full((2, 2), 3.5, dtype="int32") | full((2, 2), y[:2]) | zeros(())
zeros_like(x) | zeros_like(i) | ones_like(i, dtype="float32") | full_like(x, 3) | full_like(i, 2.7) | arange(5) | arange(1, 7, 2) | arange(5.0)
arange(0, 1, 0.25) | arange(5, dtype="float32") | arange(5, 0, -2) | linspace(0, 1, 5) | linspace(0.0, 1.0, 5, endpoint=False) | linspace(y, k, 3)
linspace(0, 10, 4, dtype="int32") | linspace(y, k, 3, axis=-1) | logspace(0, 2, 4) | logspace(0, 2, 4, base=2) | geomspace(1, 100, 5)
eye(3) | eye(2, 3, k=1) | eye(3, dtype="int32") | identity(3) | tri(3) | tri(3, 4, k=-1) | tril(x) | tril(z, 1) | triu(x, -1) | tril(i)
diagonal(x) | diagonal(z, 1, 1, 2) | diagonal(z, -1) | trace(x) | trace(z, 1) | trace(i) | diag(y) | diag(y, 1) | diag(x) | diag(x, -1) | diagflat(x[:2, :2])
vander(y) | vander(y, 3) | vander(y, 3, increasing=True) | bartlett(5) | blackman(5) | hamming(5) | hanning(5) | kaiser(5, 8.0)
matmul(x, grid) | matmul(x, y) | matmul(y, grid) | matmul(z, grid) | matmul(y, y) | matmul(s, s.T) | matmul(i, j.T) | matmul(h, h.T) | matmul(grid, z[0].T)
dot(x, grid) | dot(z, x.T) | dot(x, 2.0) | dot(y, y) | dot(z, transpose(z, (0, 2, 1))) | vdot(x, x) | inner(x, y) | inner(z, x) | outer(x, y) | outer(i, k)
kron(x, grid[:2, :2]) | kron(y, x) | tensordot(z, x, axes=([1, 2], [0, 1])) | tensordot(z, grid, axes=1) | tensordot(x, y, axes=0)
cross(x[:, :3], x[:, 1:]) | cross(x[:, :2], x[:, 2:]) | cross(x[:, :2], x[:, 1:]) | cross(x[:3].T[:3], x.T[1:], axis=0)
einsum("ij,jk->ik", x, grid) | einsum("ij->j", x) | einsum("ij,ij->", x, m) | einsum("bij,bkj->bik", z, z) | einsum("ii->i", grid) | einsum("ii", grid)
einsum("...j,jk", z, grid) | einsum("...ij,...kj->...ik", z, z) | einsum("i,j,k->ijk", y, y, k) | einsum("ij,jk", x, grid) | einsum("ij->ji", x) | einsum("ab,ab,b->a", x, x, y)
argsort(x) | argsort(x, axis=0) | argsort(i, axis=None) | sort(x) | sort(i, axis=0) | sort(odd) | sort(x, axis=None) | top_k(x, 2) | top_k(i, 3) | top_k(w, 2)
in_top_k(k[:3], x, 2) | in_top_k(np.array([0, 7, 1]), x, 1) | quantile(x, 0.3) | quantile(x, np.array([0.1, 0.9]), axis=1) | quantile(x, 0.5, axis=0, keepdims=True)
quantile(x, 0.3, method="lower") | quantile(x, 0.3, method="higher") | quantile(x, 0.3, method="nearest") | quantile(x, 0.3, method="midpoint") | quantile(i, 0.25)
percentile(x, 30) | percentile(x, np.array([10.0, 90.0]), axis=0) | median(x) | median(i, axis=1) | median(z, axis=(0, 2), keepdims=True)
searchsorted(np.array([1.0, 2.0, 3.0]), np.array([2.0, 0.5])) | searchsorted(np.array([1, 2, 3]), np.array([2, 5]), side="right") | digitize(x, np.array([-1.0, 0.0, 1.0]))
bincount(k) | bincount(k, minlength=5) | bincount(k, weights=y) | bincount(j, minlength=3) | nonzero(i) | unique(k) | unique(k, return_counts=True) | where(b)
unique(k, return_inverse=True, return_index=True, return_counts=True) | histogram(y, bins=4)
cast(x, "int32") | cast(i, "float16") | cast(x, "bool") | cast(b, "float32") | saturate_cast(np.array([300.0, -5.0, 7.6], "float32"), "uint8") | saturate_cast(i, "uint8")
convert_to_tensor([1, 2]) | convert_to_tensor([1.5, 2]) | convert_to_tensor(x, dtype="int32") | convert_to_tensor(True) | array([[1, 2], [3, 4]]) | copy(x) | shape(z) | size(z) | ndim(z)
erf(x) | erfc(x) | erfinv(u) | erf(h) | segment_sum(x, np.array([0, 0, 1]), 2) | segment_sum(x, np.array([2, 0, 2]), num_segments=4) | segment_max(x, np.array([0, 0, 1]), 2)
segment_max(x, np.array([2, 0, 2]), num_segments=4) | segment_min(x, np.array([0, 2, 2]), 3) | segment_prod(x, np.array([0, 2, 2]), 3) | segment_sum(i, np.array([0, 0, 1]), 2)
relu(x) | relu(i) | relu6(x * 5) | leaky_relu(x) | leaky_relu(x, 0.3) | threshold(x, 0.2, -1.0) | hard_shrink(x) | soft_shrink(x) | hard_tanh(x) | hard_sigmoid(x * 3) | hard_silu(x * 3)
elu(x) | elu(x, 0.5) | selu(x) | celu(x) | celu(x, 0.5) | sigmoid(x * 10) | log_sigmoid(x * 10) | softplus(x * 10) | softsign(x) | silu(x) | gelu(x) | gelu(x, approximate=False) | gelu(h)
tanh_shrink(x) | squareplus(x) | squareplus(x, b=2) | sparse_plus(x) | sparse_sigmoid(x) | softmax(x) | softmax(x, axis=0) | softmax(z, axis=(1, 2)) | log_softmax(x) | log_softmax(x, axis=0)
sparsemax(x) | sparsemax(x, axis=0) | glu(x) | glu(z, axis=0) | sigmoid(h) | softmax(h) | relu(odd) | softplus(odd) | sigmoid(odd) | elu(odd) | softmax(odd[:3])
one_hot(k, 3) | one_hot(k, 3, axis=0) | one_hot(np.array([-1, 3]), 3) | one_hot(k, 3, dtype="bool") | multi_hot(np.array([[0, 2], [1, 1]]), 3) | multi_hot(np.array([0, 2]), 4)
categorical_crossentropy(hot, chances) | categorical_crossentropy(hot, chances, from_logits=True) | categorical_crossentropy(hot.T, chances.T, axis=0)
sparse_categorical_crossentropy(classes, chances) | sparse_categorical_crossentropy(classes, chances, from_logits=True) | sparse_categorical_crossentropy(classes[:, None], chances)
binary_crossentropy(hot, chances) | binary_crossentropy(hot, chances * 8 - 4, from_logits=True) | binary_crossentropy(hot, hot)
conv(line, kernel1) | conv(line, kernel1, 2, "same") | conv(line, kernel1, dilation_rate=2) | conv(image, kernel2) | conv(image, kernel2, (2, 1), "same") | conv(image, kernel2, 2, "valid")
conv(image, kernel2, padding="same", dilation_rate=(1, 2)) | conv(image, group2) | conv(image, group2, 3, "same") | conv(volume, kernel3) | conv(volume, kernel3, 2, "same")
conv(transpose(image, (0, 3, 1, 2)), kernel2, data_format="channels_first") | conv(image, kernel2, padding="same")
depthwise_conv(image, depth2) | depthwise_conv(image, depth2, 2, "same") | depthwise_conv(image, depth2[..., :1], 1, "same") | separable_conv(image, depth2, point2) | separable_conv(image, depth2, point2, 2, "same")
conv_transpose(image, up2) | conv_transpose(image, up2, 2, "same") | conv_transpose(image, up2, 2, "valid") | conv_transpose(image, up2, (3, 2), "same") | conv_transpose(image, up2, 3, "valid")
conv_transpose(image, up2, 2, "same", output_padding=1) | conv_transpose(image, up2, 2, "same", output_padding=0) | conv_transpose(image, up2, 2, "valid", output_padding=1) | conv_transpose(image, up2, 1, "same", dilation_rate=2)
conv_transpose(line, transpose(kernel1, (0, 2, 1)), 2, "same") | conv_transpose(line, transpose(kernel1, (0, 2, 1)), 1, "same") | conv_transpose(transpose(image, (0, 3, 1, 2)), up2, 2, "same", data_format="channels_first")
max_pool(image, 2, 2) | max_pool(image, 3, 2, "same") | max_pool(image, (2, 3), (1, 2)) | max_pool(line, 3, 1, "same") | max_pool(volume, 2, 1, "same") | max_pool(transpose(image, (0, 3, 1, 2)), 2, 2, data_format="channels_first")
average_pool(image, 2, 2) | average_pool(image, 3, 2, "same") | average_pool(line, 2, 2, "same") | average_pool(volume, (2, 3, 2), 2, "same") | average_pool(image, (2, 3), (1, 2))
moments(x, [0]) | moments(z, (0, 1), keepdims=True) | moments(h, [0]) | normalize(x) | normalize(x, order=1) | normalize(x, axis=0, order=3) | normalize(z, axis=(1, 2)) | psnr(x, m, 2.0)
batch_normalization(x, y, m[0], -1) | batch_normalization(x, y, m[0], 1, offset=y, scale=m[1], epsilon=0.1) | batch_normalization(transpose(image, (0, 3, 1, 2)), y, m[0], 1)
layer_normalization(x) | layer_normalization(x, y, y) | layer_normalization(z, x, x, axis=(1, 2)) | layer_normalization(z, axis=1) | layer_normalization(h) | rms_normalization(x) | rms_normalization(x, y) | rms_normalization(z, axis=1)
"""

EXPRESSIONS = [
    one.strip() for line in _EXPRESSIONS.splitlines() for one in line.split(" | ") if one
]


def call(expression, functions):
    """The results of an expression, as a list of arrays."""
    result = eval(expression, {**functions, **INPUTS})
    return [np.asarray(x) for x in (result if isinstance(result, list | tuple) else [result])]
