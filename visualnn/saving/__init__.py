"""Models in files: saving and loading, whole or by their weights."""

from visualnn.saving.dispatch import load_model, load_weights, save_model, save_weights
from visualnn.saving.file_editor import KerasFileEditor
from visualnn.saving.keras_file import read_canvas
from visualnn.serialization import (
    CustomObjectScope,
    InvalidModelFile,
    custom_object_scope,
    deserialize_keras_object,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
    serialize_keras_object,
)
