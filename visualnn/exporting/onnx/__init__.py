"""ONNX files: what a model predicts as operators that many programs run, and models from them."""

from visualnn.exporting.onnx import (
    rows_control,
    rows_elementwise,
    rows_images,
    rows_indexing,
    rows_movement,
    rows_reduction,
)
from visualnn.exporting.onnx.export import export_onnx
from visualnn.exporting.onnx.rows import ONNX
