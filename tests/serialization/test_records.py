import numpy as np
import pytest

from visualnn import initializers, losses, ops, regularizers
from visualnn.dtype_policies import DTypePolicy
from visualnn.primitives.tensor import Tensor
from visualnn.random import SeedGenerator
from visualnn.serialization import (
    CustomObjectScope,
    InvalidModelFile,
    auto_name,
    clear_session,
    custom_object_scope,
    deserialize_keras_object,
    find_builtin,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    read_json,
    register_keras_serializable,
    serialize_keras_object,
    shared_objects,
    to_snake_case,
    unknown_classes,
    write_json,
)


class Held:
    """Something that holds something else, as wrappers do."""

    def __init__(self, inner=None):
        self.inner = inner

    def get_config(self):
        return {"inner": serialize_keras_object(self.inner)}

    @classmethod
    def from_config(cls, config):
        return cls(deserialize_keras_object(config["inner"]))


@pytest.fixture
def registered():
    """Forget what a test registers."""
    before = dict(get_custom_objects())
    yield
    get_custom_objects().clear()
    get_custom_objects().update(before)


def record_of(name="Held", config=None, **more):
    return {"module": None, "class_name": name, "config": config or {"inner": None}, **more}


# ---------------------------------------------------------------------- writing


@pytest.mark.parametrize(
    ("value", "record"),
    [
        (None, None),
        (True, True),
        (3, 3),
        ("text", "text"),
        (np.float32(1.5), 1.5),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.array(2.0), 2.0),
        (np.dtype("float32"), "float32"),
        (np.float32, "float32"),
        (b"ab", {"class_name": "__bytes__", "config": {"value": "ab"}}),
        (
            slice(1, None, 2),
            {"class_name": "__slice__", "config": {"start": 1, "stop": None, "step": 2}},
        ),
        (..., {"class_name": "__ellipsis__", "config": {}}),
        (
            np.array([[1, 2]]),
            {"class_name": "__numpy__", "config": {"value": [[1, 2]], "dtype": "int64"}},
        ),
        ([1, (2, 3)], [1, (2, 3)]),
        (
            losses.mean_squared_error,
            {
                "module": "builtins",
                "class_name": "function",
                "config": "mean_squared_error",
                "registered_name": "function",
            },
        ),
        (
            regularizers.L2(0.5),
            {
                "module": "keras.regularizers",
                "class_name": "L2",
                "config": {"l2": 0.5},
                "registered_name": None,
            },
        ),
        (
            DTypePolicy("float16"),
            {
                "module": "keras",
                "class_name": "DTypePolicy",
                "config": {"name": "float16"},
                "registered_name": None,
            },
        ),
        (
            SeedGenerator(3, name="s"),
            {
                "module": "keras.random",
                "class_name": "SeedGenerator",
                "config": {"seed": 3, "name": "s"},
                "registered_name": None,
            },
        ),
    ],
)
def test_records_are_those_of_keras(value, record):
    found = serialize_keras_object(value)
    assert found == record
    assert type(found) is not np.ndarray
    if isinstance(record, dict):
        again = deserialize_keras_object(read_json(write_json(found)))
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(again, value)
            assert again.dtype == value.dtype
        else:
            assert serialize_keras_object(again) == found


def test_tensors_have_records_of_their_own():
    record = serialize_keras_object(ops.ones((2,), "float16"))
    assert record["class_name"] == "__tensor__"
    again = deserialize_keras_object(record)
    assert isinstance(again, Tensor)
    assert again.dtype == "float16"


def test_own_classes_are_written_with_their_module():
    assert serialize_keras_object(Held())["module"] == __name__
    assert serialize_keras_object(Held())["registered_name"] == "Held"


def test_lambdas_and_classes_are_refused():
    with pytest.raises(TypeError, match="A lambda cannot be saved"):
        serialize_keras_object({"loss": lambda a, b: a})
    with pytest.raises(TypeError, match="only an object of it"):
        serialize_keras_object(losses.Huber)
    with pytest.raises(TypeError, match="needs a method `get_config`"):
        serialize_keras_object([object()])


def test_an_object_that_is_met_twice_is_read_as_one():
    shared = regularizers.L2(0.5)
    with shared_objects():
        record = serialize_keras_object([Held(shared), Held(shared), Held(regularizers.L2(0.5))])
    with custom_object_scope({"Held": Held}):
        first, second, third = deserialize_keras_object(read_json(write_json(record)))
    assert first.inner is second.inner
    assert first.inner is not third.inner
    assert "shared_object_id" not in write_json(serialize_keras_object([Held(shared)] * 2))


# ---------------------------------------------------------------------- users' classes


def test_registered_classes_are_found_by_their_registered_name(registered):
    register_keras_serializable("mine", "Other")(Held)
    assert get_registered_name(Held) == "mine>Other"
    assert get_registered_object("mine>Other") is Held
    record = serialize_keras_object(Held(3))
    assert record["registered_name"] == "mine>Other"
    assert deserialize_keras_object(record).inner == 3

    @register_keras_serializable("mine")
    def squared(y_true, y_pred):
        return y_pred

    assert serialize_keras_object(squared)["config"] == "mine>squared"
    for name in ("mine>squared", "squared"):
        record = {"module": "builtins", "class_name": "function", "config": name}
        assert deserialize_keras_object(record) is squared


def test_passed_classes_are_found_by_class_name_or_the_part_after_the_package():
    record = record_of(registered_name="mine>Held")
    for name in ("Held", "mine>Held", "theirs>Held"):
        assert isinstance(deserialize_keras_object(record, {name: Held}), Held)
        with CustomObjectScope({name: Held}):
            assert isinstance(deserialize_keras_object(record), Held)
    with pytest.raises(InvalidModelFile, match="'Held' is not one of Keras's"):
        deserialize_keras_object(record)


def test_a_scope_hides_the_one_around_it_and_ends():
    with custom_object_scope({"A": Held}):
        with custom_object_scope({"B": Held}):
            assert get_registered_object("A") is None
            assert get_registered_object("B") is Held
        assert get_registered_object("A") is Held
    assert get_registered_object("A") is None


def test_scopes_belong_to_a_thread():
    import threading

    found = []
    with custom_object_scope({"A": Held}):
        thread = threading.Thread(target=lambda: found.append(get_registered_object("A")))
        thread.start()
        thread.join()
    assert found == [None]


def test_a_passed_class_does_not_replace_a_built_in_one():
    record = serialize_keras_object(regularizers.L2(0.5))
    assert type(deserialize_keras_object(record, {"L2": Held})) is regularizers.L2


def test_a_class_without_get_config_cannot_be_registered():
    with pytest.raises(ValueError, match="needs a method `get_config`"):
        register_keras_serializable()(object)


# ---------------------------------------------------------------------- built-in classes


@pytest.mark.parametrize(
    "module",
    [
        "keras.regularizers",
        "keras.src.regularizers",
        "keras.src.regularizers.regularizers",
        "tf_keras.src.regularizers",
        "keras.api.regularizers",
        "tensorflow.keras.regularizers",
    ],
)
def test_old_module_paths_are_understood(module):
    assert find_builtin(module, "L2") is regularizers.L2


def test_nothing_is_imported_and_nothing_else_is_found():
    for module, name in [
        ("os", "system"),
        ("keras.utils", "get_file"),
        ("keras.regularizers", "ops"),
        ("keras.src.saving", "L2"),
        ("visualnn.regularizers", "L2"),
        ("keras.regularizers", "__init__"),
    ]:
        with pytest.raises(InvalidModelFile):
            deserialize_keras_object({"module": module, "class_name": name, "config": {}})


def test_a_built_in_class_under_another_name_is_refused():
    record = {**serialize_keras_object(regularizers.L2()), "registered_name": "mine>L2"}
    with pytest.raises(InvalidModelFile, match="is built in, but the record says"):
        deserialize_keras_object(record)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"class_name": 3, "config": {}}, "class_name: 3 is not the name of a class"),
        ({"class_name": "a/b", "config": {}}, "is not the name of a class"),
        (
            {"module": "keras.regularizers", "class_name": "L2", "config": [1]},
            "config: The config of L2 must be an object",
        ),
        (
            {"module": "keras.regularizers", "class_name": "L1L3", "config": {}},
            "keras.regularizers.L1L3 is not known here. Is 'L1L2' meant",
        ),
        (
            {"module": "keras.regularizers", "class_name": "L2", "config": {"l3": 1}},
            "config: L2 cannot be made from this: L2 has no argument `l3`",
        ),
        (
            {"a": [0, {"module": "keras.regularizers", "class_name": "L2", "config": {"l2": -1}}]},
            r"a\[1\].config: L2 cannot be made",
        ),
        ({"class_name": "function", "config": {"x": 1}}, "is not the name of a function"),
        ({"class_name": "function", "config": "system"}, "The function 'system' is not known"),
        ({"class_name": "__lambda__", "config": {"value": ["", None, None]}}, "a Python lambda"),
        (
            {"class_name": "__numpy__", "config": {"value": [1], "dtype": "object"}},
            "config.dtype: Arrays of 'object' are not read",
        ),
        ({"class_name": "__numpy__", "config": {"dtype": "int8"}}, "lacks its 'value'"),
        (
            {"class_name": "__numpy__", "config": {"value": [[1], [1, 2]], "dtype": "int8"}},
            "This is no array",
        ),
        ({"class_name": "__slice__", "config": {"start": "a"}}, "lacks its 'stop'"),
        ({"module": "keras.layers", "class_name": "TFSMLayer", "config": {}}, "is refused: it"),
        (
            {"module": "keras.layers", "class_name": "TorchModuleWrapper", "config": {}},
            "pickled PyTorch",
        ),
    ],
)
def test_what_is_no_model_is_refused_and_the_place_is_told(record, said):
    with pytest.raises(InvalidModelFile, match=said):
        deserialize_keras_object(record)


def test_lambdas_are_refused_wherever_they_are():
    code = {"class_name": "__lambda__", "config": {"value": ["4wEA", None, None]}}
    for record in (
        [code],
        {"loss": code},
        record_of(config={"inner": code}),
        record_of(config={"inner": [1, {"deep": code}]}),
    ):
        for safe_mode in (True, False):
            with pytest.raises(InvalidModelFile, match="lambda"):
                deserialize_keras_object(record, {"Held": Held}, safe_mode=safe_mode)


def test_all_unknown_classes_are_told_at_once():
    known = serialize_keras_object(regularizers.L2())
    record = [known, record_of("A"), {"x": {**known, "class_name": "L7"}}, record_of("A")]
    found = unknown_classes(record)
    assert len(found) == 2
    assert "'A' is not one of Keras's" in found[0]
    assert "keras.regularizers.L7" in found[1]
    assert unknown_classes([known, record_of("A")], {"A": Held}) == []


# ---------------------------------------------------------------------- size and depth


def test_deep_records_are_read_without_touching_the_recursion_limit():
    import sys

    limit = sys.getrecursionlimit()
    held = None
    for _ in range(480):
        held = Held(held)
    text = write_json(serialize_keras_object(held))
    with custom_object_scope({"Held": Held}):
        again = deserialize_keras_object(read_json(text))
    depth = 0
    while again is not None:
        again, depth = again.inner, depth + 1
    assert depth == 480
    assert sys.getrecursionlimit() == limit


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 1001 + "]" * 1001, "nested 1,001 deep"),
        ("[" * 200_000, "nested 200,000 deep"),
        ('{"a": 1, "b": 2, "a": 3}', "The key 'a' is there twice"),
        ("[1, 2", "This is not JSON"),
        ('"open', "This is not JSON"),
        ("1" * 500, "500 digits"),
        ("[" + "0," * 5_000_001 + "0]", "values; at most 5,000,000"),
    ],
    ids=["1001 levels", "200000 levels", "key twice", "open list", "open text", "number", "many"],
)
def test_json_that_no_model_needs_is_refused(text, said):
    with pytest.raises(InvalidModelFile, match=said):
        read_json(text)


def test_json_larger_than_allowed_is_refused():
    with pytest.raises(InvalidModelFile, match="at most 10 are read"):
        read_json(" " * 11, largest=10)


def test_json_as_keras_writes_it_is_read():
    assert read_json(b'\xef\xbb\xbf{"a": [1, -Infinity], "b": "[[[\\"{"}') == {
        "a": [1, -np.inf],
        "b": '[[["{',
    }
    assert np.isnan(read_json("NaN"))
    assert len(read_json('["' + "[" * 5000 + '"]')[0]) == 5000


# ---------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("name", "snake"),
    [
        ("Conv2D", "conv2d"),
        ("Conv2DTranspose", "conv2d_transpose"),
        ("ReLU", "re_lu"),
        ("PReLU", "p_re_lu"),
        ("LeakyReLU", "leaky_re_lu"),
        ("ELU", "elu"),
        ("LSTM", "lstm"),
        ("GRUCell", "gru_cell"),
        ("MaxPooling2D", "max_pooling2d"),
        ("RMSprop", "rm_sprop"),
        ("AdamW", "adam_w"),
        ("STFTSpectrogram", "stft_spectrogram"),
        ("ScheduleFreeAdamW", "schedule_free_adam_w"),
        ("GroupedQueryAttention", "grouped_query_attention"),
    ],
)
def test_snake_case_is_that_of_keras(name, snake):
    assert to_snake_case(name) == snake


def test_names_count_until_the_session_is_cleared():
    clear_session()
    assert [auto_name("Dense"), auto_name("dense"), auto_name("Other")] == [
        "dense",
        "dense_1",
        "other",
    ]
    clear_session()
    assert auto_name("dense") == "dense"


def test_initializers_come_back_with_the_seed_that_was_given():
    assert serialize_keras_object(initializers.HeNormal())["config"]["seed"] is None
    again = deserialize_keras_object(
        serialize_keras_object(initializers.HeNormal(seed=SeedGenerator(5)))
    )
    assert again.seed.get_config()["seed"] == 5
