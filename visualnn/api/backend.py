"""``visualnn.backend``: the names of ``keras.backend``."""

from visualnn.defaults import (
    backend,
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
    set_image_data_format,
)
from visualnn.dtype_policies import is_float_dtype, is_int_dtype, standardize_dtype
from visualnn.layers.connectivity import is_keras_tensor
from visualnn.ops.promotion import result_type
from visualnn.serialization import clear_session, get_uid
