"""``visualnn.tree``: the names of ``keras.tree``."""

from visualnn.structure import flatten, map_structure
from visualnn.structure import pack_like as pack_sequence_as
