"""``visualnn.legacy.saving``: the names of ``keras.legacy.saving``."""

from visualnn.serialization.legacy import deserialize_keras_object, serialize_keras_object
