"""``visualnn.preprocessing``: the names of ``keras.preprocessing``."""

from visualnn.training.image_folders import image_dataset_from_directory
from visualnn.training.text_folders import text_dataset_from_directory
from visualnn.training.windows import timeseries_dataset_from_array
