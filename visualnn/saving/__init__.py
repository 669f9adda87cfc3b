"""Models in files: saving and loading, whole or by their weights."""

from visualnn.saving.keras_file import (
    load_model,
    load_weights,
    read_canvas,
    save_model,
    save_weights,
)
from visualnn.serialization import InvalidModelFile
