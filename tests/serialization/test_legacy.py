"""Records in the form of Keras 2."""

import pytest
from visualnn.legacy.saving import deserialize_keras_object, serialize_keras_object

from visualnn import layers, losses


class Mine(layers.Layer):
    """A user's layer."""

    def __init__(self, units=1, **kwargs):
        super().__init__(**kwargs)
        self.units = units


def test_objects_are_a_class_name_and_a_config():
    record = serialize_keras_object(layers.Dense(3, name="top"))
    assert record["class_name"] == "Dense" and record["config"]["units"] == 3
    assert deserialize_keras_object(record).name == "top"
    record = {"class_name": "Mine", "config": {"units": 5}}
    assert deserialize_keras_object(record, {"Mine": Mine}).units == 5
    assert deserialize_keras_object(record, custom_objects={"Mine": Mine}).units == 5


def test_functions_are_their_names():
    name = serialize_keras_object(losses.mean_squared_error)
    assert deserialize_keras_object(name) is losses.mean_squared_error
    assert deserialize_keras_object(len) is len
    assert serialize_keras_object(None) is deserialize_keras_object(None) is None


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("nonsense", "no layer named 'nonsense'"),
        ({"class_name": "Nonsense", "config": {}}, "no layer named 'Nonsense'"),
        ({"a": 1}, "not the record of a layer: it must have a `class_name`"),
        (3, "3 is not the record of a layer"),
    ],
)
def test_what_is_not_known_is_refused(record, said):
    with pytest.raises(ValueError, match=said):
        deserialize_keras_object(record, {}, printable_module_name="layer")
    with pytest.raises(ValueError, match="has no method `get_config` and no name"):
        serialize_keras_object(3)
