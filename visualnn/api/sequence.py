"""``visualnn.preprocessing.sequence``: the names of ``keras.preprocessing.sequence``."""

from visualnn.training.preparation import pad_sequences
