"""The palette follows from the layers: a new layer is in it when it is written."""

import re

import pytest

from tests.builder import drawings
from visualnn.builder.analysis import analysis_of
from visualnn.builder.commands import Add
from visualnn.builder.families import FAMILIES
from visualnn.builder.forms import declared_settings, settings_of, value_of, with_setting
from visualnn.builder.frozen import EMPTY
from visualnn.builder.inference import INFERENCE, Given
from visualnn.builder.palette import new_record, offered, palette
from visualnn.builder.views import settings_line
from visualnn.layers import Layer
from visualnn.serialization import get_custom_objects, register_keras_serializable

KINDS = {kind.name: kind for kind in palette().layers}


def test_the_first_layers_are_there():
    wanted = (
        "Input Dense Conv2D MaxPooling2D AveragePooling2D GlobalAveragePooling2D Flatten Reshape "
        "Dropout BatchNormalization LayerNormalization Activation ReLU Softmax Add Multiply "
        "Concatenate Embedding LSTM"
    )
    assert set(wanted.split()) <= KINDS.keys()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_layer_is_explained_and_belongs_to_a_family(kind):
    assert re.match(r"[A-Z].*\.$", kind.help), kind.help
    assert kind.family in {family.name for family in FAMILIES}
    assert (kind.inputs == "none") == (kind.ports == ())


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_setting_of_every_layer_is_explained(kind):
    for setting in kind.settings:
        assert setting.help, setting.name
        assert setting.kind != "choice" or setting.choices


@pytest.mark.parametrize("kind", KINDS)
def test_every_layer_can_be_added_with_nothing_said(kind):
    document = drawings.history(Add(kind)).document
    record = next(iter(document.layers.values()))
    for setting in settings_of(record):
        value = value_of(record, setting)
        if value is not None:
            assert setting.canonical(value, "it") is not None
            assert with_setting(record, setting.form.name, setting.shown(value)) is not None


@pytest.mark.parametrize("kind", sorted(offered()))
def test_a_layer_as_it_is_dropped_can_be_made(kind):
    outcome = INFERENCE.outcome(new_record(kind, "dropped", {}), Given((), EMPTY))
    assert "needs a value" not in outcome.error
    assert "unknown" not in outcome.error


def test_settings_have_the_kind_of_their_type():
    kinds = {setting.name: setting for setting in KINDS["Conv2D"].settings}
    assert kinds["filters"].kind == "integer" and kinds["filters"].required
    assert kinds["kernel_size"].kind == "integers" and kinds["kernel_size"].length == 2
    assert kinds["padding"].choices == ("valid", "same")
    assert kinds["use_bias"].kind == "boolean" and kinds["use_bias"].default is True
    assert kinds["activation"].default == "linear" and "relu" in kinds["activation"].choices
    assert kinds["kernel_initializer"].default == "glorot_uniform"
    assert kinds["kernel_regularizer"].optional and kinds["kernel_regularizer"].default is None
    assert {s.name: s.kind for s in KINDS["Dropout"].settings}["rate"] == "number"
    assert {s.name: s.kind for s in KINDS["Reshape"].settings}["target_shape"] == "shape"
    assert "name" not in kinds and "trainable" not in kinds


def test_merging_layers_take_many_and_others_one():
    assert KINDS["Add"].inputs == "many" and KINDS["Add"].ports == ("inputs",)
    assert KINDS["Dense"].inputs == "one" and KINDS["Dense"].ports == ("inputs",)
    assert KINDS["Input"].inputs == "none"


@pytest.mark.parametrize(
    "kind, config, said",
    [
        (
            "Conv2D",
            {"filters": 32, "padding": "same", "activation": "relu"},
            "32 · 3×3 · same · relu",
        ),
        ("Dense", {"units": 10, "use_bias": False}, "10 · no bias"),
        ("Dropout", {"rate": 0.25}, "0.25"),
        ("MaxPooling2D", {"pool_size": 3}, "3×3"),
        ("LSTM", {"units": 8, "return_sequences": True}, "8 · return sequences"),
        ("BatchNormalization", {"momentum": 0.9}, "momentum 0.9"),
        ("Dense", {"units": 3, "kernel_initializer": "he_normal"}, "3 · he_normal"),
        ("Flatten", {}, ""),
        ("Input", {"dtype": "int32"}, "int32"),
    ],
)
def test_settings_are_said_as_a_person_would(kind, config, said):
    assert settings_line(new_record(kind, "it", config)) == said


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_families_can_be_seen_on_light_and_dark_themes(family):
    assert contrast(family.color, "#ffffff") >= 3
    assert contrast(family.color_dark, "#1d2228") >= 3
    assert family.glyph


def test_no_two_families_look_alike():
    assert len({family.glyph for family in FAMILIES}) == len(FAMILIES)
    assert len({family.color for family in FAMILIES}) == len(FAMILIES)


# ---------------------------------------------------------------------- a user's own layer


@pytest.fixture
def scale():
    @register_keras_serializable("palette_tests")
    class Scale(Layer):
        """Multiplies by a number that is learned."""

        def __init__(self, start=2.0, **kwargs):
            super().__init__(**kwargs)
            self.start = start

        def build(self, input_shape):
            self.factor = self.add_weight(shape=(), name="factor")

        def call(self, inputs):
            return inputs * self.factor

        def get_config(self):
            return {**super().get_config(), "start": self.start}

    yield Scale
    del get_custom_objects()["palette_tests>Scale"]


def test_a_layer_of_ones_own_is_in_the_palette_once_it_is_registered(scale):
    kind = next(kind for kind in palette().layers if kind.name == "Scale")
    assert kind.family == "Own"
    assert kind.help == "Multiplies by a number that is learned."
    assert [(s.name, s.kind) for s in kind.settings] == [("start", "number")]


def test_a_layer_of_ones_own_is_drawn_like_any_other(scale):
    history = drawings.chain("Scale")
    analysis = analysis_of(history.document)
    assert analysis.outcomes["scale"].parameters == 1
    assert analysis.outcomes["scale"].outputs[0].shape == (None, 8, 8, 1)
    assert declared_settings(scale) == ()
