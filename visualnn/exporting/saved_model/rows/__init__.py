"""What our primitives become in TensorFlow: a row for each, the files by families."""

from visualnn.exporting.saved_model.rows import (
    contraction,
    control,
    elementwise,
    indexing,
    linear_algebra,
    pooling,
    random_numbers,
    reductions,
    shapes,
    windows,
)
