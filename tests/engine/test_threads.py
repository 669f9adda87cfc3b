"""Steps that run in several threads give what one thread gives."""

import numpy as np
import pytest

from visualnn import Input, Model, Sequential, layers, losses, utils
from visualnn.engine import Plan, threads
from visualnn.engine.threads import ShardedProgram
from visualnn.training.viewing import training_step

CLASSES = losses.SparseCategoricalCrossentropy(from_logits=True)


def attention():
    x = inputs = Input((6, 16))
    x = layers.LayerNormalization()(layers.MultiHeadAttention(2, 8, dropout=0.2)(x, x) + x)
    x = layers.Dense(16, activation="gelu")(x) + x
    return Model(inputs, layers.Dense(10)(layers.GlobalAveragePooling1D()(x)))


def words():
    # integer inputs
    return Input((12,), dtype="int32")


MODELS = {
    "dense": lambda: [Input((7,)), layers.Dense(9, "relu"), layers.Dropout(0.3)],
    "images": lambda: [
        Input((9, 9, 3)),
        layers.Conv2D(4, 3, padding="same", activation="relu"),
        layers.BatchNormalization(),
        layers.MaxPooling2D(),
        layers.Conv2D(5, 3, strides=2),
        layers.GlobalAveragePooling2D(),
    ],
    "depthwise": lambda: [
        Input((8, 8, 2)),
        layers.SeparableConv2D(4, 3, activation="relu6"),
        layers.AveragePooling2D(2),
        layers.DepthwiseConv2D(2),
        layers.Flatten(),
    ],
    "transposed": lambda: [
        Input((5, 5, 2)),
        layers.Conv2DTranspose(3, 3, strides=2),
        layers.UpSampling2D(),
        layers.GlobalMaxPooling2D(),
    ],
    "recurrent": lambda: [
        words(),
        layers.Embedding(50, 6, mask_zero=True),
        layers.Bidirectional(layers.LSTM(4, return_sequences=True)),
        layers.GRU(3, dropout=0.2),
    ],
    "regularized": lambda: [
        Input((7,)),
        layers.Dense(9, kernel_regularizer="l2", activity_regularizer="l1"),
        layers.GroupNormalization(3),
        layers.UnitNormalization(),
    ],
    "attention": attention,
}


def compiled(name):
    utils.set_random_seed(4)
    made = MODELS[name]()
    model = Sequential([*made, layers.Dense(10)]) if isinstance(made, list) else made
    model.compile("adam", CLASSES, metrics=["accuracy"])
    return model


def examples(model, count):
    numbers = np.random.default_rng(5)
    shape = (count, *model.inputs[0].shape[1:])
    if model.inputs[0].dtype == "int32":
        return numbers.integers(0, 50, shape).astype("int32"), numbers.integers(0, 10, count)
    return numbers.normal(size=shape).astype("float32"), numbers.integers(0, 10, count)


@pytest.fixture(autouse=True)
def short_steps_count(monkeypatch):
    """Small models are as good as long steps here."""
    monkeypatch.setattr(threads, "_WORTH_A_THREAD", 1)
    yield
    threads.set_num_threads(None)


def stepped(name, count, number_of_threads, steps=2):
    threads.set_num_threads(number_of_threads)
    model = compiled(name)
    x, y = examples(model, count)
    y = y.reshape([count, *[1] * (len(training_step(model).inputs[1].shape) - 1)])
    plan = Plan(training_step(model))
    results = [plan(x, y.astype("int32")) for _ in range(steps)]
    (program,) = plan._programs.values()
    assert isinstance(program, ShardedProgram) == (number_of_threads > 1)
    return results, [variable.numpy() for variable in plan.graph.variables], program


@pytest.mark.parametrize("count", [12, 13])
@pytest.mark.parametrize("name", MODELS)
def test_a_step_in_threads_is_the_step(name, count):
    expected, weights, _ = stepped(name, count, 1)
    found, others, _ = stepped(name, count, 3)
    for a, b in zip(expected, found, strict=True):
        for one, other in zip(a, b, strict=True):
            np.testing.assert_allclose(one, other, rtol=2e-5, atol=1e-6)
    for one, other in zip(weights, others, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-4, atol=2e-4)  # Adam divides small by small


@pytest.mark.parametrize("name", ["images", "attention"])
def test_results_repeat_bit_for_bit(name):
    _, first, _ = stepped(name, 13, 2)
    _, second, _ = stepped(name, 13, 2)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", sorted(MODELS.keys() - {"images"}))
def test_a_step_without_statistics_of_the_batch_is_cut_once(name):
    *_, program = stepped(name, 12, 2)
    assert len(program._segments) == 1
    assert "part_1" in program.source and "joint_1" in program.source


def test_what_one_part_makes_lies_where_the_next_one_finds_it():
    """So that both write in place, and nothing is copied between them."""
    *_, program = stepped("images", 12, 2)
    assert len(program._segments) > 2 and len(program._fixed) > 20
    assert " = conv(" not in program.source and "make_conv" not in program.source


@pytest.mark.parametrize(("name", "count"), [("dense", 4), ("images", 1)])
def test_a_step_gets_as_many_threads_as_have_enough_to_do(name, count, monkeypatch):
    """None beside the first, where it is cut again and again for sums over all examples."""
    threads.set_num_threads(64)
    model = compiled(name)
    x, y = examples(model, 64)
    plan = Plan(training_step(model))
    work = 4 * 15
    monkeypatch.setattr(threads, "work_of", lambda nodes: work)
    monkeypatch.setattr(threads, "_WORTH_A_THREAD", 15)
    plan(x, y.astype("int32"))
    (program,) = plan._programs.values()
    assert getattr(program, "_threads", 1) == count


@pytest.mark.parametrize(("worth", "count"), [(1, 2), (40_000, 1)])
def test_loops_of_short_steps_run_in_one(worth, count, monkeypatch):
    monkeypatch.setattr(threads, "_WORTH_A_THREAD", worth)
    threads.set_num_threads(2)
    model = compiled("recurrent")
    x, y = examples(model, 64)
    plan = Plan(training_step(model))
    plan(x, y.astype("int32"))
    (program,) = plan._programs.values()
    assert getattr(program, "_threads", 1) == count


def test_fewer_examples_than_threads_run_in_one():
    threads.set_num_threads(8)
    model = compiled("dense")
    x, y = examples(model, 3)
    model.fit(x, y, batch_size=3, verbose=0)
    assert np.all(np.isfinite(model.predict(x, verbose=0)))


def test_predictions_are_put_together():
    threads.set_num_threads(1)
    model = compiled("images")
    x, _ = examples(model, 13)
    expected = model.predict(x, verbose=0)
    threads.set_num_threads(3)
    np.testing.assert_allclose(compiled("images").predict(x, verbose=0), expected, atol=1e-6)


def test_a_problem_in_one_thread_ends_all():
    done = []

    def fails():
        raise ValueError("wrong")

    with pytest.raises(ValueError, match="wrong"):
        threads.side_by_side([lambda: done.append(1), fails, lambda: done.append(2)])
    with pytest.raises(ValueError, match="wrong"):
        threads.side_by_side([fails, lambda: done.append(3)])
    assert sorted(done) == [1, 2, 3]


def test_a_forked_process_makes_its_own_threads():
    """Forking is not done here, which Python warns of where there are threads."""
    threads.side_by_side([lambda: None, lambda: None])
    before = threads._pool
    threads._forget_pool()
    assert threads._pool is None
    assert threads.side_by_side([lambda: 1, lambda: 2]) == [1, 2]
    assert threads._pool is not before


def test_numbers_of_threads_are_checked(monkeypatch):
    threads.set_num_threads(None)
    assert threads.num_threads() >= 1
    monkeypatch.setattr(threads.sys, "platform", "emscripten")
    assert threads._found_processors() == 1
    for wrong in (0, -1, 1.5):
        with pytest.raises(ValueError, match="number of threads is 1 or more"):
            threads.set_num_threads(wrong)
