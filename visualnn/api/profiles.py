"""``visualnn.profiler.experimental``: the names of ``tf.profiler.experimental``."""

from visualnn.exporting.profiles import Profile, Trace, start, stop
