"""The model that trains a student beside its teacher."""

from __future__ import annotations

from typing import Any

from visualnn import metrics, ops
from visualnn.distillation.losses import DistillationLoss
from visualnn.models import Model
from visualnn.serialization import deserialize_keras_object, public, serialize_keras_object
from visualnn.structure import flatten


@public("keras.distillation")
class Distiller(Model):
    """Trains a student to do what is right, and what its teacher does.

    The loss is that of ``compile``, and what the distillation losses say, weighted.  The teacher is
    frozen.  What comes in is what both models take; what comes out is what the student gives.

    Args:
        teacher: A model that is trained.
        student: The model to train.
        distillation_losses: What compares them: one distillation loss, or several.
        distillation_loss_weights: How much each of these counts; by default alike.
        student_loss_weight: How much the compiled loss counts, from 0 to 1; the comparison counts
            for the rest to 1.
        name: The name of the model.
        **kwargs: What every model takes.

    Attributes:
        student: The model that is trained, to be used alone afterwards.
        teacher: The model that it learns from.
    """

    def __init__(
        self,
        teacher: Any,
        student: Any,
        distillation_losses: Any,
        distillation_loss_weights: list[float] | None = None,
        student_loss_weight: float = 0.5,
        name: str = "distiller",
        **kwargs: Any,
    ):
        super().__init__(name=name, **kwargs)
        is_list = isinstance(distillation_losses, list | tuple)
        compared = list(distillation_losses) if is_list else [distillation_losses]
        weights = [1.0] * len(compared)
        if distillation_loss_weights is not None:
            weights = list(distillation_loss_weights)
        _check_models(teacher, student)
        _check_weights(student_loss_weight, weights, compared)
        for loss in compared:
            loss.validate_model_compatibility(teacher, student)
        self.teacher, self.student = teacher, student
        teacher.trainable = False
        self.distillation_losses = compared
        self.distillation_loss_weights = weights
        self.student_loss_weight = student_loss_weight
        self.student_loss_tracker = metrics.Mean(name="student_loss")
        self.distillation_loss_tracker = metrics.Mean(name="distillation_loss")
        self.total_loss_tracker = metrics.Mean(name="total_loss")
        self.__dict__["_taken_out"] = {}  # views of both models, not parts of this one

    def call(self, inputs: Any, training: Any = None, **kwargs: Any) -> Any:
        return self.student(inputs, training=training, **kwargs)

    def compile(
        self, optimizer: Any = "adam", loss: Any = None, metrics: Any = None, **kwargs: Any
    ) -> None:
        """Say how the student is trained.

        Args:
            optimizer: An optimizer, or its name.
            loss: The loss of the student.
            metrics: What is told of the student beside it.
            **kwargs: What ``compile`` of every model takes.
        """
        super().compile(optimizer=optimizer, loss=loss, metrics=metrics, **kwargs)

    def compile_from_config(self, config: dict[str, Any]) -> None:
        self.compile(**deserialize_keras_object(config))
        if self.built:
            self.optimizer.build(self.trainable_variables)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        right: Any = ops.zeros((), "float32")
        if self.student_loss_weight > 0 and y is not None:
            found = super().compute_loss(x, y, y_pred, sample_weight, training)
            right = right if found is None else found
        alike: Any = ops.zeros((), "float32")
        if self.student_loss_weight < 1:
            alike = self._compared(x, y_pred, training)
        total = self.student_loss_weight * right + (1.0 - self.student_loss_weight) * alike
        self.student_loss_tracker.update_state(right)
        self.distillation_loss_tracker.update_state(alike)
        self.total_loss_tracker.update_state(total)
        return total

    def _compared(self, x: Any, y_pred: Any, training: bool) -> Any:
        """The weighted sum of the distillation losses."""
        taught = ops.zeros((), "float32")
        answers: Any = None
        for loss, weight in zip(
            self.distillation_losses, self.distillation_loss_weights, strict=True
        ):
            names = [getattr(loss, f"{role}_layer_name", None) for role in ("teacher", "student")]
            if names[0] is None and answers is None:
                answers = self.teacher(x, training=False)
            teacher = answers if names[0] is None else self._layer(self.teacher, names[0])(x)
            student = y_pred
            if names[1] is not None:
                student = self._layer(self.student, names[1])(x, training=training)
            loss.validate_outputs(teacher, student)
            taught = taught + weight * loss.compute_loss(teacher, student)
        return taught

    def _layer(self, model: Any, name: str) -> Any:
        """A model that gives what a layer of another one does."""
        key = (model is self.teacher, name)
        if key not in self._taken_out:
            self._taken_out[key] = Model(model.input, model.get_layer(name).output)
        return self._taken_out[key]

    def get_config(self) -> dict[str, Any]:
        """The settings, as a saved file keeps them."""
        return {
            **super().get_config(),
            "teacher": serialize_keras_object(self.teacher),
            "student": serialize_keras_object(self.student),
            "distillation_losses": [serialize_keras_object(x) for x in self.distillation_losses],
            "distillation_loss_weights": self.distillation_loss_weights,
            "student_loss_weight": self.student_loss_weight,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict | None = None) -> Any:
        """A distiller of models like these, with weights of their own."""
        config = dict(config)
        for name in ("teacher", "student"):
            config[name] = deserialize_keras_object(config[name], custom_objects)
        config["distillation_losses"] = [
            deserialize_keras_object(record, custom_objects)
            for record in config["distillation_losses"]
        ]
        return cls(**config)


def _check_models(teacher: Any, student: Any) -> None:
    for role, model in (("teacher", teacher), ("student", student)):
        if not isinstance(model, Model):
            raise ValueError(f"Distiller: the {role} must be a model, not {model!r}.")
    for what in ("inputs", "outputs"):
        first, second = (_shapes(model, what) for model in (teacher, student))
        if first is not None and second is not None and not _fit(first, second):
            raise ValueError(
                f"Distiller: the {what} of teacher and student must have the same shapes, but "
                f"they are {first} and {second}."
            )


def _shapes(model: Any, what: str) -> list[tuple] | None:
    """The shapes of a model's inputs or outputs, if it says them."""
    if getattr(model, "graph", None) is None:
        return None
    return [tuple(tensor.shape) for tensor in flatten(getattr(model, what))]


def _fit(shapes: list[tuple], others: list[tuple]) -> bool:
    return len(shapes) == len(others) and all(
        len(a) == len(b) and all(None in (m, n) or m == n for m, n in zip(a, b, strict=True))
        for a, b in zip(shapes, others, strict=True)
    )


def _check_weights(student_weight: Any, weights: list, compared: list) -> None:
    if not isinstance(student_weight, int | float) or isinstance(student_weight, bool):
        raise ValueError(
            f"Distiller: `student_loss_weight` must be a number, not {student_weight!r}."
        )
    if not 0 <= student_weight <= 1:
        raise ValueError(
            f"Distiller: `student_loss_weight` must be from 0 to 1, but is {student_weight}."
        )
    if len(weights) != len(compared):
        raise ValueError(
            f"Distiller: there are {len(weights)} `distillation_loss_weights` for "
            f"{len(compared)} distillation losses; give one for each."
        )
    for loss in compared:
        if not isinstance(loss, DistillationLoss):
            raise AttributeError(
                f"Distiller: {loss!r} is no distillation loss; derive its class from "
                "`visualnn.distillation.DistillationLoss`."
            )
