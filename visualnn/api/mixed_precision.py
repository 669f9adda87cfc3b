"""``visualnn.mixed_precision``: the names of ``keras.mixed_precision``."""

from visualnn.dtype_policies import DTypePolicy, dtype_policy, set_dtype_policy
from visualnn.dtype_policies import DTypePolicy as Policy
from visualnn.dtype_policies import dtype_policy as global_policy
from visualnn.dtype_policies import set_dtype_policy as set_global_policy
from visualnn.optimizers import LossScaleOptimizer
