"""``visualnn.config``: the names of ``keras.config``."""

from visualnn.defaults import (
    backend,
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
    set_image_data_format,
)
from visualnn.dtype_policies import dtype_policy, set_dtype_policy
