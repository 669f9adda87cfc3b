"""SavedModel, the folder that TensorFlow and its servers run: written, read and run by us."""
