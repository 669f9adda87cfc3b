"""``visualnn.dtype_policies``: the names of ``keras.dtype_policies``."""

from visualnn.dtype_policies import DTypePolicy, FloatDTypePolicy, deserialize, get, serialize
