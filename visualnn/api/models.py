"""``visualnn.models``: the names of ``keras.models``."""

from visualnn.models import Model, Sequential, clone_model, load_model, model_from_json, save_model
