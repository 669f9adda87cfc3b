"""The operations everything else is made of.  Each file is one family; read primitive.py first."""

from visualnn.primitives.activation import (
    log_softmax,
    logsumexp,
    relu,
    sigmoid,
    softmax,
    softplus,
    tanh,
)
from visualnn.primitives.arithmetic import (
    absolute,
    add,
    ceil,
    divide,
    floor,
    floor_divide,
    is_finite,
    left_shift,
    maximum,
    minimum,
    multiply,
    negative,
    power,
    remainder,
    right_shift,
    round,
    sign,
    sqrt,
    subtract,
)
from visualnn.primitives.comparison import (
    bitwise_and,
    bitwise_not,
    bitwise_or,
    bitwise_xor,
    equal,
    greater,
    greater_equal,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    not_equal,
    where,
)
from visualnn.primitives.composition import COMPOSITIONS, Composition
from visualnn.primitives.contraction import einsum, matmul, swap_last_two
from visualnn.primitives.conversion import (
    cast,
    cast_like,
    numpy_dtype,
    stop_gradient,
    with_gradient,
)
from visualnn.primitives.convolution import conv, conv_kernel, conv_transpose
from visualnn.primitives.error_function import erf, erfc, erfinv
from visualnn.primitives.exponential import arctan2, cos, exp, expm1, log, log1p, sin
from visualnn.primitives.fourier import fourier
from visualnn.primitives.gamma_function import bessel_i, lgamma, polygamma
from visualnn.primitives.indexing import (
    combine_points,
    one_hot,
    put_points,
    put_sum,
    take,
    take_along_axis,
    take_points,
)
from visualnn.primitives.linear_algebra import (
    cholesky,
    determinant,
    eigh,
    inverse,
    log_determinant,
    qr,
    solve,
    svd,
)
from visualnn.primitives.movement import (
    broadcast_like,
    broadcast_to,
    expand_dims,
    ones_like,
    reshape,
    reshape_like,
    squeeze,
    sum_like,
    transpose,
    zeros_like,
)
from visualnn.primitives.outside import by_function
from visualnn.primitives.pieces import concatenate, pad, put_slice, slice
from visualnn.primitives.pooling import (
    average_pool,
    average_pool_spread,
    max_pool,
    max_pool_pick,
    max_pool_spread,
)
from visualnn.primitives.primitive import PRIMITIVES, Primitive, outside_recording, recorder
from visualnn.primitives.random import (
    random_binomial,
    random_gamma,
    random_integers,
    random_normal,
    random_uniform,
)
from visualnn.primitives.reduction import all, any, argmax, argmin, max, min, sum
from visualnn.primitives.running import (
    argsort,
    cumprod,
    cumsum,
    prod,
    recurrence,
    searchsorted,
    shift,
    top_k,
)
from visualnn.primitives.sizes import as_setting, iota, size, sizes_of, symbol_of
from visualnn.primitives.tensor import Tensor
from visualnn.primitives.trigonometry import (
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctan,
    arctanh,
    cosh,
    sinh,
    tan,
)
