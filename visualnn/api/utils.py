"""``visualnn.utils``: the names of ``keras.utils``."""

from visualnn.datasets.download import get_file, is_interactive_logging_enabled
from visualnn.dtype_policies import standardize_dtype
from visualnn.layers.connectivity import get_source_inputs, is_keras_tensor
from visualnn.models.feature_space import (
    FeatureSpace,
    deserialize_keras_object,
    serialize_keras_object,
)
from visualnn.models.plotting import model_to_dot, plot_model
from visualnn.random import set_random_seed
from visualnn.serialization import (
    Config,
    CustomObjectScope,
    clear_session,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from visualnn.session import disable_interactive_logging, enable_interactive_logging
from visualnn.training import PyDataset, pack_x_y_sample_weight, unpack_x_y_sample_weight
from visualnn.training import PyDataset as Sequence
from visualnn.training.audio_folders import audio_dataset_from_directory
from visualnn.training.image_files import array_to_img, img_to_array, load_img, save_img
from visualnn.training.image_folders import image_dataset_from_directory
from visualnn.training.preparation import normalize, pad_sequences, to_categorical
from visualnn.training.progress_bar import Progbar
from visualnn.training.splitting import split_dataset
from visualnn.training.text_folders import text_dataset_from_directory
from visualnn.training.windows import timeseries_dataset_from_array
