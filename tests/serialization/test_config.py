"""Records of settings, as ``keras.utils.Config`` has them."""

import pytest
from visualnn.utils import Config


def test_items_and_attributes_are_the_same():
    config = Config(a=1, b=2)
    config.c = {"x": [1]}
    config["d"] = 4
    assert config["c"] == {"x": [1]} and config.d == 4 and config.get("e", 5) == 5
    assert repr(config) == "<Config {'a': 1, 'b': 2, 'c': {'x': [1]}, 'd': 4}>"
    del config["a"]
    del config.d
    assert dict(config) == config.as_dict() == {"b": 2, "c": {"x": [1]}}
    assert config.to_json() == '{"b": 2, "c": {"x": [1]}}'
    assert "b" in config and len(config) == 2 and list(config) == list(config.keys())
    assert list(config.values()) == [2, {"x": [1]}] and dict(config.items()) == dict(config)
    config.update({"b": 3}, f=6)
    assert config.pop("f") == 6 and config.b == 3


def test_what_is_frozen_stays():
    config = Config(a=1)
    config.freeze()
    assert config.frozen
    changes = [
        lambda: setattr(config, "a", 2),
        lambda: config.update(a=2),
        lambda: config.pop("a"),
        lambda: config.__delitem__("a"),
    ]
    for change in changes:
        with pytest.raises(ValueError, match="is frozen"):
            change()
    config.unfreeze()
    config.a = 2
    assert config.a == 2


def test_a_name_that_is_not_there():
    with pytest.raises(AttributeError, match=r"has no 'z'\. It has: a"):
        _ = Config(a=1).z
