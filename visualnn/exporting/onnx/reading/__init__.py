"""Models from ONNX files: layers where a layer fits, operations where none does."""

from visualnn.exporting.onnx.reading import (
    readers_activation,
    readers_channels,
    readers_control,
    readers_dense,
    readers_elementwise,
    readers_images,
    readers_indexing,
    readers_pieces,
    readers_pooling,
    readers_recurrent,
    readers_reduction,
    readers_shape,
    readers_sizes,
)
from visualnn.exporting.onnx.reading.importer import read_onnx
from visualnn.exporting.onnx.reading.node_layer import ONNXOperation
from visualnn.exporting.onnx.reading.readers import READERS
