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
from visualnn.engine.accelerator import is_accelerated, set_accelerated
from visualnn.engine.passes import is_exact, set_exact
from visualnn.engine.threads import num_threads, set_num_threads
from visualnn.session import (
    disable_flash_attention,
    disable_interactive_logging,
    disable_traceback_filtering,
    enable_interactive_logging,
    enable_traceback_filtering,
    is_flash_attention_enabled,
    is_interactive_logging_enabled,
    is_nnx_enabled,
    is_traceback_filtering_enabled,
    language,
    max_epochs,
    max_steps_per_epoch,
    set_backend,
    set_language,
    set_max_epochs,
    set_max_steps_per_epoch,
)
