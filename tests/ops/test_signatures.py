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
    """The parameters as they are written, without annotations, and lists as tuples."""
    signature = inspect.signature(function)
    return str(
        signature.replace(
            parameters=[
                parameter.replace(annotation=parameter.empty)
                for parameter in signature.parameters.values()
            ],
            return_annotation=signature.empty,
        )
    )


def recorded(namespace, name):
    """What Keras's parameters are; default lists, which nobody should change, as tuples."""
    return RECORDED["functions"][namespace][name].replace("[", "(").replace("]", ")")


@pytest.mark.parametrize("name", ops.__all__)
def test_parameters_are_those_of_keras(name):
    if name == "image":
        return
    function = getattr(ops, name)
    assert spelled(function) == recorded("ops", name)
    assert function.__doc__


@pytest.mark.parametrize("name", ops.image.__all__)
def test_parameters_on_pictures_are_those_of_keras(name):
    assert spelled(getattr(ops.image, name)) == recorded("image", name)


@pytest.mark.parametrize("name", sorted(RECORDED["functions"]["random"]))
def test_random_parameters_are_those_of_keras(name):
    assert spelled(getattr(random, name)) == recorded("random", name)


SAVED = [o for o in OPERATIONS.values() if o.module.startswith("keras.src.ops.")]


@pytest.mark.parametrize("operation", SAVED, ids=lambda o: o.class_name)
def test_saved_settings_are_those_of_keras(operation):
    file = operation.module.rpartition(".")[2]
    settings = RECORDED["operations"][f"{file}.{operation.class_name}"]
    assert list(operation.settings) == settings
    parameters = set(operation.signature.parameters)
    assert "kwargs" in parameters or set(settings) <= parameters
