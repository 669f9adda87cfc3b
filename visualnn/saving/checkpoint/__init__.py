"""Checkpoints: the variables of any objects in TensorFlow's files, and back by walking the objects.

``bundle`` writes and reads tensors by name, ``object_graph`` knows which names objects give them.
"""

from visualnn.saving.checkpoint.bundle import BundleReader, BundleWriter
from visualnn.saving.checkpoint.object_graph import KEY, Node, ObjectGraph, children_of
