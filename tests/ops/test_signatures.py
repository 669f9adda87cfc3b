"""Names, parameters and saved classes are those of Keras 3.15 (recorded in signatures.json)."""

import inspect
import json
from pathlib import Path

import pytest

from visualnn import ops, random
from visualnn.ops.operation import OPERATIONS

RECORDED = json.loads(
    (Path(__file__).parent.parent / "recorded" / "ops" / "signatures.json").read_text()
)


def spelled(function):
    """The parameters as they are written, without annotations."""
    signature = inspect.signature(function)
    return str(
        signature.replace(
            parameters=[
                parameter.replace(annotation=parameter.empty)
                for parameter in signature.parameters.values()
            ],
            return_annotation=signature.empty,
        )
    ).replace("axes=(0, 1)", "axes=[0, 1]")


@pytest.mark.parametrize("name", ops.__all__)
def test_parameters_are_those_of_keras(name):
    if name == "image":
        return
    function = getattr(ops, name)
    assert spelled(function) == RECORDED["functions"]["ops"][name]
    assert function.__doc__


@pytest.mark.parametrize("name", ops.image.__all__)
def test_parameters_on_pictures_are_those_of_keras(name):
    assert spelled(getattr(ops.image, name)) == RECORDED["functions"]["image"][name]


@pytest.mark.parametrize("name", sorted(RECORDED["functions"]["random"]))
def test_random_parameters_are_those_of_keras(name):
    assert spelled(getattr(random, name)) == RECORDED["functions"]["random"][name]


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda o: o.class_name)
def test_saved_settings_are_those_of_keras(operation):
    file = operation.module.rpartition(".")[2]
    settings = RECORDED["operations"][f"{file}.{operation.class_name}"]
    assert list(operation.settings) == settings
    parameters = set(operation.signature.parameters)
    assert "kwargs" in parameters or set(settings) <= parameters
