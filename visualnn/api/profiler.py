"""``visualnn.profiler``: profiles for TensorBoard; its names are in ``profiler.experimental``."""
