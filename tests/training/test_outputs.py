"""Which loss and which metrics belong to which output, and what they are called."""

import numpy as np
import pytest

from visualnn import Input, Model, Sequential, layers, losses, metrics

X = np.linspace(-1, 1, 30, dtype="float32").reshape(10, 3)
Y, Z = X[:, :2] * 2, X[:, :1] - 1


def one():
    return Sequential([Input((3,)), layers.Dense(2, name="dd")])


def two(names=False):
    a = Input((3,), name="a")
    p, q = layers.Dense(2, name="p")(a), layers.Dense(1, name="q")(a)
    return Model(a, {"x": p, "y": q} if names else [p, q])


class Sub(Model):
    def __init__(self, form):
        super().__init__()
        self.p, self.q, self.form = layers.Dense(2), layers.Dense(1), form

    def call(self, x):
        return self.form(self.p(x), self.q(x))


def names_of(model, y, **compiled):
    model.compile("sgd", **compiled)
    return list(model.fit(X, y, verbose=0).history)


def mean_error(a, b):
    return abs(a - b)


@pytest.mark.parametrize(
    ("model", "y", "compiled", "names"),
    [
        (one, Y, dict(loss="mse"), ["loss"]),
        (one, Y, dict(loss="mse", metrics=["mae"]), ["loss", "mae"]),
        (one, Y, dict(loss="mse", metrics=[["mae", "mse"]]), ["loss", "mae", "mse"]),
        (one, Y, dict(loss="mse", metrics={"dd": ["mae"]}), ["loss", "mae"]),
        (one, Y, dict(loss={"dd": "mse"}, metrics={"dd": "mae"}), ["loss", "mae"]),
        (one, {"dd": Y}, dict(loss="mse"), ["loss"]),
        (one, Y, dict(loss=losses.MeanSquaredError(name="zz")), ["loss"]),
        (one, Y, dict(loss="mse", metrics=[lambda a, b: a]), ["lambda", "loss"]),
        (one, Y, dict(loss="mse", metrics=[mean_error, "acc"]), ["acc", "loss", "mean_error"]),
        (one, Y, dict(loss="mse", metrics=["mae", "mae"]), ["loss", "mae", "mae_1"]),
        (
            one,
            Y,
            dict(loss="mse", metrics=["mae", metrics.MeanSquaredError(name="m")]),
            ["loss", "m", "mae"],
        ),
        (
            one,
            Y,
            dict(loss="mse", metrics=["mae"], weighted_metrics=["mae", "mse"]),
            ["loss", "mae", "mse", "weighted_mae"],
        ),
        (two, [Y, Z], dict(loss="mse"), ["loss", "p_loss", "q_loss"]),
        (two, [Y, Z], dict(loss=["mse", None]), ["loss"]),
        (two, {"p": Y, "q": Z}, dict(loss=["mse", "mae"]), ["loss", "p_loss", "q_loss"]),
        (two, [Y, Z], dict(loss={"p": "mse"}), ["loss"]),
        (
            two,
            [Y, Z],
            dict(loss=["mse", "mae"], metrics=[["mae"], ["mse", "mae"]]),
            ["loss", "p_loss", "p_mae", "q_loss", "q_mae", "q_mse"],
        ),
        (
            two,
            [Y, Z],
            dict(loss="mse", metrics=["mae", "mae"], weighted_metrics=["mae", "mse"]),
            ["loss", "p_loss", "p_mae", "p_weighted_mae", "q_loss", "q_mae", "q_mse"],
        ),
        (
            lambda: two(True),
            {"x": Y, "y": Z},
            dict(loss={"x": "mse", "y": "mae"}, metrics={"x": ["mae"]}),
            ["loss", "x_loss", "x_mae", "y_loss"],
        ),
        (
            lambda: Sub(lambda p, q: (p, q)),
            (Y, Z),
            dict(loss=["mse", "mae"], metrics=[["mae"], ["mse"]]),
            ["loss", "mae", "mae_loss", "mse", "mse_loss"],
        ),
        (
            lambda: Sub(lambda p, q: {"u": [p, q], "v": q}),
            {"u": [Y, Z], "v": Z},
            dict(loss={"u": ["mse", "mae"], "v": "mse"}),
            ["loss", "u/mae_loss", "u/mse_loss", "v_loss"],
        ),
        (lambda: Sub(lambda p, q: [p]), Y, dict(loss="mse", metrics=["mae"]), ["loss", "mae"]),
    ],
)
def test_the_names_are_those_of_keras(model, y, compiled, names):
    assert names_of(model(), y, **compiled) == names


@pytest.mark.parametrize(
    ("model", "y", "compiled", "said"),
    [
        (one, Y, dict(loss="msee"), "'msee' is not a loss. Is 'mse' meant"),
        (one, Y, dict(loss="mse", metrics=["accc"]), "accc"),
        (one, Y, dict(loss="mse", metrics="mae"), r"write \['mae'\]"),
        (two, [Y, Z], dict(loss=["mse"]), "`loss` must fit the outputs of the model: a list of 2"),
        (two, [Y, Z], dict(loss={"z": "mse"}), "names 'z', which is no output of the model"),
        (two, [Y, Z], dict(loss={"pp": "mse"}), "Is 'p' meant"),
        (two, [Y, Z], dict(loss="mse", metrics=["mae"]), "`metrics` must fit the outputs"),
        (two, [Y, Z], dict(loss="mse", loss_weights=[1.0]), "`loss_weights` must fit"),
        (two, Y, dict(loss="mse"), "`y` must fit the outputs of the model"),
        (one, None, dict(loss="mse"), "The loss needs targets, but there are none"),
        (one, Y, dict(), "There is nothing to train for"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(model, y, compiled, said):
    with pytest.raises(ValueError, match=said):
        names_of(model(), y, **compiled)


def test_weights_of_losses_and_examples():
    model = two()
    model.compile("sgd", "mse", loss_weights=[2.0, 0.5], weighted_metrics=[["mae"], ["mae"]])
    weight = np.linspace(0, 2, 10)
    found = model.evaluate(X, [Y, Z], sample_weight=weight, verbose=0, return_dict=True)
    p, q = (np.asarray(y) for y in model.predict(X, verbose=0))
    p_loss, q_loss = (np.mean(((a - b) ** 2).mean(-1) * weight) for a, b in ((p, Y), (q, Z)))
    assert found["loss"] == pytest.approx(2 * p_loss + 0.5 * q_loss, rel=1e-4)
    assert found["p_loss"] == pytest.approx(p_loss, rel=1e-4)
    expected = np.sum(np.abs(q - Z).mean(-1) * weight) / weight.sum()
    assert found["q_mae"] == pytest.approx(expected, rel=1e-4)


def test_accuracy_depends_on_the_shapes():
    def kind(units, y, loss, activation):
        model = Sequential([Input((3,)), layers.Dense(units, activation)])
        model.compile("sgd", loss, metrics=["accuracy"])
        model.fit(X, y, verbose=0)
        [metric] = model.metrics[1].metrics
        return type(metric), metric.name

    numbers = np.arange(10) % 4
    assert kind(4, numbers, "sparse_categorical_crossentropy", "softmax") == (
        metrics.SparseCategoricalAccuracy,
        "accuracy",
    )
    one_hot = np.eye(4)[numbers]
    assert kind(4, one_hot, "categorical_crossentropy", "softmax")[0] is metrics.CategoricalAccuracy
    assert kind(1, numbers % 2, "binary_crossentropy", "sigmoid")[0] is metrics.BinaryAccuracy


def test_results_come_in_the_order_of_the_metrics():
    model = two()
    model.compile("sgd", ["mse", "mae"], metrics=[["mse"], ["mae", "mse"]])
    values = model.evaluate(X, [Y, Z], verbose=0)
    by_name = model.evaluate(X, [Y, Z], verbose=0, return_dict=True)
    assert values == [by_name[n] for n in ("loss", "p_loss", "q_loss", "p_mse", "q_mae", "q_mse")]
    assert model.metrics_names == ["loss", "compile_metrics", "p_loss", "q_loss"]
