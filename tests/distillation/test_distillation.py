"""A student beside its teacher, with the numbers that real Keras gives."""

import numpy as np
import pytest

from visualnn import Input, Model, Sequential, layers, losses, models, optimizers
from visualnn.distillation import (
    DistillationLoss,
    Distiller,
    FeatureDistillation,
    LogitsDistillation,
)
from visualnn.initializers import Constant

X = np.random.RandomState(0).normal(size=(12, 4)).astype("float32")
Y = np.random.RandomState(1).randint(0, 3, 12)


def network(hidden, name, units=3, inputs=4):
    numbers = np.random.RandomState(hidden)
    kernels = [Constant(numbers.normal(size=s)) for s in ((inputs, hidden), (hidden, units))]
    return Sequential(
        [
            Input((inputs,)),
            layers.Dense(hidden, "relu", name="hidden", kernel_initializer=kernels[0]),
            layers.Dense(units, name="out", kernel_initializer=kernels[1]),
        ],
        name=name,
    )


def distiller(compared, **settings):
    made = Distiller(network(8, "teacher"), network(5, "student"), compared, **settings)
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    made.compile(optimizers.SGD(0.01), loss, metrics=["accuracy"])
    return made


@pytest.mark.parametrize(
    ("compared", "settings", "distillation", "student", "total"),
    [
        (LogitsDistillation(2.0), {}, [6.17948, 4.42547], [2.01185, 2.22153], [4.09567, 3.3235]),
        (
            [LogitsDistillation(), FeatureDistillation("mse")],
            {"distillation_loss_weights": [1.0, 0.5]},
            [25.91462, 23.21343],
            [2.01185, 2.25567],
            [13.96323, 12.73455],
        ),
        (
            FeatureDistillation("cosine_similarity", "out", "out"),
            {"student_loss_weight": 0.3},
            [-0.33707, -0.34423],
            [2.01185, 2.00821],
            [0.36761, 0.3615],
        ),
        (
            FeatureDistillation("mse"),
            {"student_loss_weight": 0.0},
            [40.55498, 34.54289],
            [0, 0],
            [40.55498, 34.54289],
        ),
        (
            LogitsDistillation(),
            {"student_loss_weight": 1.0},
            [0, 0],
            [2.01185, 1.96428],
            [2.01185, 1.96428],
        ),
    ],
)
def test_training_is_that_of_keras(compared, settings, distillation, student, total):
    model = distiller(compared, **settings)
    history = model.fit(X, Y, epochs=2, batch_size=12, verbose=0).history
    np.testing.assert_allclose(history["distillation_loss"], distillation, rtol=1e-4)
    np.testing.assert_allclose(history["student_loss"], student, rtol=1e-4)
    np.testing.assert_allclose(history["total_loss"], total, rtol=1e-4)
    assert history["loss"] == pytest.approx(history["total_loss"]) and "accuracy" in history
    assert {v.path.split("/")[0] for v in model.trainable_variables} == {"student"}
    np.testing.assert_array_equal(model.predict(X, verbose=0), model.student.predict(X, verbose=0))


def test_layers_inside_are_compared():
    compared = FeatureDistillation("mse", "hidden", "hidden")
    teacher, student = network(6, "teacher"), network(6, "student")
    student.set_weights([w + 0.5 for w in teacher.get_weights()])
    model = Distiller(teacher, student, compared, student_loss_weight=0.0)
    model.compile(optimizers.SGD(0.05))
    history = model.fit(X, Y, epochs=20, verbose=0).history["distillation_loss"]
    hidden = [Model(m.input, m.get_layer("hidden").output)(X) for m in (teacher, student)]
    assert history[-1] < 0.5 * history[0]
    np.testing.assert_allclose(
        model.evaluate(X, Y, verbose=0, return_dict=True)["distillation_loss"],
        np.mean(np.square(hidden[0] - hidden[1])),
        rtol=1e-4,
    )


def test_a_distiller_comes_back_from_its_file(tmp_path):
    compared = [LogitsDistillation(2.0, losses.Huber()), FeatureDistillation("mse")]
    model = distiller(compared, student_loss_weight=0.25)
    model.fit(X, Y, verbose=0)
    model.save(tmp_path / "distiller.keras")
    again = models.load_model(tmp_path / "distiller.keras")
    assert again.student_loss_weight == 0.25 and again.distillation_losses[0].temperature == 2.0
    assert isinstance(again.distillation_losses[0].loss, losses.Huber)
    np.testing.assert_allclose(again.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-6)
    np.testing.assert_allclose(again.teacher.get_weights()[0], model.teacher.get_weights()[0])


def test_several_outputs_have_losses_of_their_own():
    teacher, student = np.full((2, 3), 3.0), np.full((2, 3), 1.0)
    compared = LogitsDistillation(2.0, {"a": "mse", "b": None})
    found = compared.compute_loss({"a": teacher, "b": 0.0}, {"a": student, "b": 9.0})
    assert float(found) == 1.0
    both = FeatureDistillation(["mse", "mae"])
    assert float(both.compute_loss([teacher] * 2, [student] * 2)) == 6.0
    record = compared.get_config()
    assert LogitsDistillation.from_config(record).get_config() == record


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: LogitsDistillation(0), ValueError, "must be above 0"),
        (lambda: LogitsDistillation("hot"), ValueError, "must be a number"),
        (lambda: LogitsDistillation(loss=[None]), ValueError, "at least one loss"),
        (lambda: FeatureDistillation(None), ValueError, "at least one loss"),
        (lambda: DistillationLoss().compute_loss(1, 2), NotImplementedError, "compute_loss"),
        (lambda: distiller("x"), AttributeError, "'x' is no distillation loss"),
        (lambda: distiller(LogitsDistillation(), student_loss_weight=2), ValueError, "from 0 to 1"),
        (
            lambda: distiller(LogitsDistillation(), distillation_loss_weights=[1.0, 2.0]),
            ValueError,
            "give one for each",
        ),
        (
            lambda: distiller(FeatureDistillation("mse", "nothing", "out")),
            ValueError,
            "in the teacher: There is no layer named 'nothing'",
        ),
        (lambda: Distiller(3, network(5, "s"), LogitsDistillation()), ValueError, "not 3"),
        (
            lambda: Distiller(network(8, "t"), network(5, "s", units=4), LogitsDistillation()),
            ValueError,
            "outputs of teacher and student must have the same shapes",
        ),
        (
            lambda: LogitsDistillation().validate_outputs([1], [1, 2]),
            ValueError,
            "the teacher has 1 outputs, the student 2",
        ),
    ],
)
def test_what_does_not_fit_is_refused(make, error, said):
    with pytest.raises(error, match=said):
        make()
