"""Every function of ``ops``, ``random`` and ``tree`` beside that of real Keras; see cases_ops.py.

Here runs a sample that is always the same; all of it runs in ``tests/long/test_ops.py``.
"""

import re

import pytest

import visualnn

keras = pytest.importorskip("keras", reason="needs the extra `interop`")

from tests.interop import cases_ops as cases  # noqa: E402

# Keras warns of numpy's newest arguments, and of numbers that do not fit; what it gives counts
pytestmark = pytest.mark.filterwarnings("ignore")

DIFFERENT = {
    r"^clip\(.*(0\.5|1\.5).*(symbolic|promotion)": (
        "fractions as limits of whole numbers make fractions, as Keras on JAX computes"
    ),
    r"^ndim\(.*symbolic": "real Keras foretells a tensor of three numbers",
    r"^is_tensor\(.*\[(values|lists|empty|single|axis more)\]": (
        "what the other backend's arrays are to each library"
    ),
    r"^(bincount|random\.|kind\(random|sort\(random).*symbolic": (
        "real Keras draws and counts nothing without numbers"
    ),
    r"^(cholesky|det|inv|solve|eigh|eig)\(x.*symbolic batch": (
        "an unknown number of rows may be the number of columns"
    ),
    r"^slice\(x, \(0, 0\), \(2, -1\)\).*symbolic batch": "a slice is cut at the end",
    r"^cross\(.*symbolic unknown": "whether the result has an axis is not known",
    r"^(cond|custom_gradient)\(.*symbolic": "users' functions get no placeholders of a model",
    r"^(conv|conv_transpose|depthwise_conv|separable_conv)\(.*(promotion|dtypes)": (
        "convolutions compute with fractions"
    ),
    r"^segment_.*\[axis more\]": "there must be one segment for each row",
    r"^one_hot\(.*sparse": "there are no sparse tensors",
    r"^ctc_decode\(.*beam_search.*symbolic": "a beam search needs lengths that fit its batch",
    r"^(layer_normalization|binary_crossentropy|dot_product_attention|threshold|top_k|vander)\(.*"
    r"promotion": "these compute with fractions, or with numbers, and foretell it",
    r"^(batch_normalization|layer_normalization)\(.*dtypes": "whole numbers become fractions",
    r"^solve_triangular\(.*promotion": "halves are solved as fractions of 32 bits",
    r"^unravel_index\(.*(promotion|dtypes)": "places are whole numbers of 32 bits",
    r"^jvp\(.*has_aux.*symbolic": "anything else may be a number",
    r"^(stop_gradient|get_item|custom_gradient)\(.*\[lists\]": (
        "lists count as tensors here; in real Keras they are handed on"
    ),
    r"^einsum\(\"ii.*\[empty\]": "a tensor without elements has no diagonal to broadcast",
}
"""Calls (with the name of the variant) where something is meant to differ, and why."""


def check(call, variants):
    """Make a call in all these ways in both libraries, and compare what comes of it."""
    found = {}
    for variant in variants:
        name = f"{call} [{'symbolic ' if variant.symbolic else ''}{variant.name}]"
        difference = cases.compared(call, visualnn, keras, variant)
        if difference and not any(re.search(pattern, name) for pattern in DIFFERENT):
            found[variant.name] = difference
    assert not found, found


def sample(share, of=cases.CALLS):
    """Some of the calls, always the same."""
    return [call for call in of if cases.chosen(call, share)]


def test_every_function_is_called():
    """Of the public names of real Keras, here and there."""
    called = {name for call in cases.CALLS for name in re.findall(r"[A-Za-z_]\w*", call)}
    names = {name for name in dir(keras.ops) if callable(getattr(keras.ops, name))}
    assert {name for name in names if not name.startswith("_")} <= {*dir(visualnn.ops)}
    for library in (keras, visualnn):
        public = {n for n in dir(library.ops) if n in visualnn.ops.__all__ or library is keras}
        functions = {n for n in public if callable(getattr(library.ops, n)) and n[0] != "_"}
        assert functions - called == set()


@pytest.mark.parametrize("call", sample(0.12))
def test_numbers(call):
    check(call, cases.other_variants(call))


@pytest.mark.parametrize("call", sample(0.5))
def test_what_is_foretold(call):
    check(call, cases.symbolic_variants(call))


@pytest.mark.parametrize("call", sample(0.25))
def test_promotion(call):
    variants = cases.promotion_variants(call)
    check(call, [v for v in variants if cases.chosen(v.name, 0.5)])


@pytest.mark.parametrize("call", sample(0.05))
def test_dtypes(call):
    check(call, [v for v in cases.dtype_variants(call) if cases.chosen(v.name, 0.15)])


@pytest.mark.parametrize("call", sample(0.06, cases.DIFFERENTIABLE))
def test_gradients(call):
    assert cases.slopes_differ(call, visualnn, keras) is None


@pytest.mark.parametrize("call", sample(0.05, cases.DIFFERENTIABLE))
def test_nodes_of_models(call, tmp_path):
    assert cases.models_differ(call, visualnn, keras, tmp_path) is None
