"""Models: functional, sequential and subclassed; copies of them, and models from files."""

from visualnn.layers.input_layer import Input
from visualnn.models.cloning import clone_model, model_from_json
from visualnn.models.function import Function
from visualnn.models.model import Functional, Model
from visualnn.models.onnx_file import load_onnx
from visualnn.models.saved_model import RevivedModel
from visualnn.models.sequential import Sequential
from visualnn.saving import load_model, save_model
