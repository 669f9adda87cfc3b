"""Checkpoints: the variables of any objects in TensorFlow's files, and back by walking the objects.

``bundle`` writes and reads tensors by name, ``object_graph`` knows which names objects give them.
"""

from visualnn.saving.checkpoint.bundle import BundleReader, BundleWriter
from visualnn.saving.checkpoint.checkpoint import Checkpoint
from visualnn.saving.checkpoint.manager import CheckpointManager
from visualnn.saving.checkpoint.object_graph import KEY, Node, ObjectGraph, children_of
from visualnn.saving.checkpoint.state import (
    CheckpointState,
    get_checkpoint_state,
    latest_checkpoint,
    list_variables,
    load_checkpoint,
    load_variable,
)
from visualnn.saving.checkpoint.status import LoadStatus
