"""Every layer against what real Keras has written down."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests.layers import cases, sequence_cases  # noqa: F401 - they fill the list
from tests.layers.case import CASES
from visualnn import layers, serialization
from visualnn.layers.masking import mask_of
from visualnn.structure import flatten

HERE = Path(__file__).parent.parent / "recorded"
NUMBERS = np.load(HERE / "layers.npz")
FACTS = json.loads((HERE / "layers.json").read_text())
LIBRARY = SimpleNamespace(layers=layers)


@pytest.fixture(scope="module")
def ran():
    """The layers of all cases, run as they were recorded, and what came out."""
    found = {}

    def run(case):
        if case.name not in found:
            serialization.clear_session()
            layer = case.make(LIBRARY)
            args, kwargs = case.arguments()
            layer(*args, **kwargs)
            layer.set_weights(case.weights(layer))
            if getattr(layer, "stateful", False):
                layer.reset_state()
            found[case.name] = layer, flatten(layer(*args, **kwargs))
        return found[case.name]

    return run


every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@every_case
def test_outputs(case, ran):
    _, outputs = ran(case)
    wanted = [name for name in NUMBERS.files if name.split("|")[0] == case.name]
    assert len(outputs) == sum("weight" not in name for name in wanted)
    for i, y in enumerate(outputs):
        expected = NUMBERS[f"{case.name}|{i}"]
        assert (y.dtype, y.shape) == (expected.dtype, expected.shape)
        np.testing.assert_allclose(y, expected, rtol=2e-5, atol=2e-5)


@every_case
def test_weights(case, ran):
    layer, _ = ran(case)
    found = [
        [w.path, [*w.shape], w.dtype.replace("int64", "int32"), w.trainable] for w in layer.weights
    ]  # JAX has no int64
    assert found == FACTS[case.name]["weights"]
    for i, w in enumerate(layer.weights):
        if not w.trainable:
            expected = NUMBERS[f"{case.name}|weight {i}"]
            np.testing.assert_allclose(w.numpy(), expected, rtol=1e-5, atol=1e-6)
    assert len(layer.variables) - len(layer.weights) == FACTS[case.name]["random_states"]


def rounded(x):
    """A config with numbers that single precision cannot tell apart made equal."""
    if isinstance(x, dict):
        return {key: rounded(value) for key, value in x.items()}
    if isinstance(x, list):
        return [rounded(item) for item in x]
    return float(f"{x:.6g}") if isinstance(x, float) else x


@every_case
def test_config(case, ran):
    layer, _ = ran(case)
    record = json.loads(json.dumps(serialization.serialize_keras_object(layer)))
    assert rounded(record["config"]) == rounded(FACTS[case.name]["config"])
    assert record.get("build_config") == FACTS[case.name]["build_config"]


@every_case
def test_masks_and_losses(case, ran):
    layer, outputs = ran(case)
    facts = FACTS[case.name]
    masks = [mask_of(y) for y in outputs]
    assert [None if m is None else np.asarray(m).tolist() for m in masks] == facts["masks"]
    assert layer.supports_masking == facts["supports_masking"]
    np.testing.assert_allclose([float(x) for x in layer.losses], facts["losses"], rtol=1e-5)
