"""Every layer beside the one of the real Keras, in a sample of the cases; ``tests/long`` has all.

The cases follow from the declarations (see cases_layers.py), so a new layer is covered by existing.
"""

import zlib

import numpy as np
import pytest

keras = pytest.importorskip("keras", reason="needs the extra `interop`")

from tests.interop import (  # noqa: E402,F401 - they fill the list of scenarios
    cases_layers,
    scenarios_attention,
    scenarios_core,
    scenarios_merging,
    scenarios_normalization,
    scenarios_recurrent,
    scenarios_regularization,
    scenarios_shapes,
    scenarios_users,
    scenarios_wrappers,
)
from tests.interop.layer_facts import Ours, Theirs, array, attempt, differences, facts  # noqa: E402
from tests.interop.scenario_layers import SCENARIOS  # noqa: E402

# Keras warns of arguments it once took, and so do we; what is compared is what comes out
pytestmark = pytest.mark.filterwarnings("ignore")

ON_JAX = {
    name: cls
    for name, cls in cases_layers.classes().items()
    if name not in cases_layers.NOT_BUILT_BY_KERAS_ON_JAX
}
MIXTURES = 12
SHARE = 24
"""One of how many cases belongs to the sample, beside the first of each layer."""


def all_cases():
    """Every case of every layer."""
    return [c for name, cls in ON_JAX.items() for c in cases_layers.cases_of(name, cls, MIXTURES)]


def sample():
    """The first case of each layer, and a few of the others, always the same."""
    firsts = {next(cases_layers.cases_of(n, c, 0)).name for n, c in ON_JAX.items() if _has(n, c)}
    return [c for c in all_cases() if c.name in firsts or zlib.crc32(c.name.encode()) % SHARE == 0]


def _has(name, cls):
    return next(cases_layers.cases_of(name, cls, 0), None) is not None


@pytest.mark.parametrize("case", sample(), ids=lambda case: case.name)
def test_cases(case):
    check(case)


def check(case):
    """Run a case in both libraries, and compare everything."""
    found = differences(facts(Theirs(), case), facts(Ours(), case), "float16" in case.name)
    known = [fact for layer, fact, _ in DIFFERENT if case.name.startswith(f"{layer}(")]
    assert {name: x for name, x in found.items() if not name.startswith(tuple(known))} == {}


CROPS = "Keras leaves pictures whole at rest, while its documentation and its shapes say otherwise"
DIFFERENT = [
    *(("RandomCrop", fact, CROPS) for fact in ("shapes", "outputs", "gradients")),
    *(
        (layer, "symbolic", "where to cut cannot be said before the size is known")
        for layer in ("RandomCrop", "CenterCrop")
    ),
    *((layer, "build config", "Keras forgets the shape") for layer in ("RandomCrop", "RandomFlip")),
]
"""A layer, how the name of what is different begins, and why that is meant."""


def with_files():
    """The first case of each layer that is called on tensors alone."""
    firsts = [next(cases_layers.cases_of(n, c, 0)) for n, c in ON_JAX.items() if _has(n, c)]
    return [case for case in firsts if not case.call]


@pytest.mark.parametrize("case", with_files()[::5], ids=lambda case: case.name)
def test_files(case, tmp_path):
    check_files(case, tmp_path)


def check_files(case, folder):
    """Save a model of one layer in each library, and let the other open it."""
    ours, theirs = Ours(), Theirs()
    args, _ = case.arguments()
    for writer, reader in ((ours, theirs), (theirs, ours)):
        path = folder / f"{writer.k.__name__}.keras"
        with theirs.context():
            model = model_of(writer, case)
            model.save(path)
            loaded = reader.k.saving.load_model(path)
            given = args[0] if len(args) == 1 else args
            expected, found = model(given, training=False), loaded(given, training=False)
        expected, found = writer.flatten(expected), reader.flatten(found)
        for a, b in zip(expected, found, strict=True):
            np.testing.assert_allclose(array(b), array(a), rtol=1e-4, atol=1e-4)
        shapes = [(w.name, tuple(w.shape)) for w in model.weights]
        assert [(w.name, tuple(w.shape)) for w in loaded.weights] == shapes


def model_of(side, case):
    """A functional model of the layer of a case, with its weights."""
    side.k.utils.clear_session(free_memory=False)
    layer = case.make(side.k)
    args, _ = case.arguments()
    inputs = side.map(
        lambda x: side.k.Input(batch_shape=(None, *x.shape[1:]), dtype=x.dtype.name), args
    )
    outputs = layer(*inputs)
    layer.set_weights(case.weights(layer))
    return side.k.Model(inputs[0] if len(inputs) == 1 else inputs, outputs)


@pytest.mark.parametrize("name", ON_JAX)
def test_refusals(name):
    """What Keras refuses by a ``ValueError``, we refuse by one, too."""
    theirs, ours = Theirs(), Ours()
    missed = []
    for case in cases_layers.refusals_of(name, ON_JAX[name]):
        expected = attempt(lambda case=case: tried(theirs, case))
        found = attempt(lambda case=case: tried(ours, case))
        if expected == "made" or expected["refused"][0] != "ValueError":
            continue
        if found == "made" or "ValueError" not in found["refused"]:
            missed.append((case.name, expected["said"], found))
    assert missed == []


def tried(side, case):
    """Make the layer of a case, and call it where the case is about what it is called on."""
    layer = case.make(side.k)
    if " on " in case.name:
        args, kwargs = case.arguments()
        with side.context():
            layer(*args, **kwargs)
    return "made"


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenarios(name):
    found = []
    for side in (Theirs(), Ours()):
        side.k.utils.clear_session(free_memory=False)
        side.k.utils.set_random_seed(1)
        with side.context():
            found.append(plainly(SCENARIOS[name](side.k)))
    assert_alike(*found)


def plainly(x):
    """Numbers, texts and arrays in lists and dicts."""
    if isinstance(x, dict):
        return {key: plainly(value) for key, value in x.items()}
    if isinstance(x, list | tuple):
        return [plainly(item) for item in x]
    return x if x is None or isinstance(x, str | int | float | bool) else array(x)


def assert_alike(theirs, ours, where="result"):
    """Compare what a scenario gave, and say where it differs."""
    if isinstance(theirs, list | dict):
        assert type(theirs) is type(ours), where
        keys = theirs if isinstance(theirs, dict) else range(len(theirs))
        assert len(theirs) == len(ours), where
        for key in keys:
            assert_alike(theirs[key], ours[key], f"{where}[{key!r}]")
    elif isinstance(theirs, np.ndarray | float):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4, err_msg=where)
    else:
        assert ours == theirs, where
