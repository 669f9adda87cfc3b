"""A visual neural-network builder: draw, train and save Keras models with numpy."""

__version__ = "0.1.0"
