"""``visualnn.preprocessing``: the names of ``keras.preprocessing``."""

from visualnn.training.windows import timeseries_dataset_from_array
