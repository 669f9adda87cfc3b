"""``visualnn.utils.legacy``: the names of ``keras.utils.legacy``."""

from visualnn.serialization.legacy import deserialize_keras_object, serialize_keras_object
