"""What TensorFlow's operations are here: a row for each, the files by families."""

from visualnn.exporting.saved_model.reading import (
    arithmetic,
    control,
    indexing,
    linear_algebra,
    pieces,
    random_numbers,
    reductions,
    shapes,
    variables,
    windows,
)
