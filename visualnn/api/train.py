"""``visualnn.train``: checkpoints; the names are those of ``tf.train``."""

from visualnn.saving.checkpoint import BundleReader as CheckpointReader
from visualnn.saving.checkpoint import (
    Checkpoint,
    CheckpointManager,
    CheckpointState,
    get_checkpoint_state,
    latest_checkpoint,
    list_variables,
    load_checkpoint,
    load_variable,
)
