"""Other names of layers mean the same classes."""

import re

import pytest

from visualnn import layers
from visualnn.layers import aliases

SHORT = {"Convolution": "Conv", "AvgPool": "AveragePooling", "MaxPool": "MaxPooling"}
NAMES = [name for name, layer in vars(aliases).items() if name != getattr(layer, "__name__", name)]
NAMES = [name for name in NAMES if not name.startswith("__")]


def test_there_are_as_many_as_keras_has():
    assert len(NAMES) == 20


@pytest.mark.parametrize("name", NAMES)
def test_other_names(name):
    original = re.sub("(Convolution|AvgPool|MaxPool)", lambda found: SHORT[found[0]], name)
    assert original != name
    assert getattr(layers, name) is getattr(aliases, name) is getattr(layers, original)
