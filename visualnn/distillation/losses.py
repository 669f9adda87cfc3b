"""How far a student's answers, or what leads to them, are from its teacher's.

Source: Hinton, Vinyals, Dean, "Distilling the knowledge in a neural network" (2015).
"""

from __future__ import annotations

from typing import Any

from visualnn import losses, ops
from visualnn.serialization import public
from visualnn.structure import flatten, map_structure


@public("keras.distillation")
class DistillationLoss:
    """The base of what compares a student with its teacher."""

    def compute_loss(self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any) -> Any:
        """One number: how far the outputs of the student are from those of the teacher."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say what it computes: give it a method "
            "`compute_loss(self, teacher_outputs, student_outputs, **kwargs)`."
        )

    def validate_model_compatibility(self, teacher: Any, student: Any) -> None:
        """Refuse two models that cannot be compared."""

    def validate_outputs(self, teacher_outputs: Any, student_outputs: Any) -> None:
        """Refuse outputs that cannot be compared.

        Raises:
            ValueError: When there are more of one than of the other.
        """
        counts = [len(flatten(outputs)) for outputs in (teacher_outputs, student_outputs)]
        if counts[0] != counts[1]:
            raise ValueError(
                f"{type(self).__name__}: the teacher has {counts[0]} outputs, the student "
                f"{counts[1]}. Compare models with as many outputs, or name layers to compare."
            )


class _ByLosses(DistillationLoss):
    """One that compares output by output with losses, nested like these; ``None`` leaves one out.

    Args:
        loss: The losses, their names or functions.
    """

    def __init__(self, loss: Any):
        self.loss = map_structure(losses.get, loss)
        if not any(x is not None for x in flatten(self.loss)):
            raise ValueError(
                f"{type(self).__name__}: `loss` must hold at least one loss that is not None."
            )

    def validate_outputs(self, teacher_outputs: Any, student_outputs: Any) -> None:
        super().validate_outputs(teacher_outputs, student_outputs)
        self._check_nesting(teacher_outputs)

    def _check_nesting(self, outputs: Any) -> None:
        if _nesting(self.loss) != _nesting(outputs):
            raise ValueError(
                f"{type(self).__name__}: `loss` must be nested like the outputs, a loss or None "
                f"for each, but it is {self.loss!r} for {_nesting(outputs)}."
            )

    def _compared(self, teacher_outputs: Any, student_outputs: Any) -> Any:
        """The sum of the means of all losses."""
        self._check_nesting(teacher_outputs)
        rows = (flatten(x) for x in (self.loss, teacher_outputs, student_outputs))
        parts = [
            ops.mean(loss(teacher, student))
            for loss, teacher, student in zip(*rows, strict=True)
            if loss is not None
        ]
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total

    def _recorded(self) -> Any:
        return map_structure(lambda x: None if x is None else losses.serialize(x), self.loss)


def _nesting(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _nesting(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [_nesting(value) for value in tree]
    return "*"


def _read(config: dict[str, Any]) -> dict[str, Any]:
    """A config with its losses instead of their records."""

    def read(x: Any) -> Any:
        if isinstance(x, dict) and "class_name" in x:
            return losses.deserialize(x)
        if isinstance(x, dict):
            return {key: read(value) for key, value in x.items()}
        return [read(value) for value in x] if isinstance(x, list | tuple) else x

    return {**config, "loss": read(config["loss"])}


@public("keras.distillation")
class LogitsDistillation(_ByLosses):
    """Compares what the models give, divided by a temperature.

    Args:
        temperature: What scores are divided by, above 0; higher ones soften what is sure.
        loss: What compares them: a loss, its name, or losses nested like the outputs, ``None`` for
            outputs that are not compared.

    Raises:
        ValueError: When the temperature is no number above 0, or there is no loss.
    """

    def __init__(self, temperature: float = 3.0, loss: Any = "kl_divergence"):
        if not isinstance(temperature, int | float) or isinstance(temperature, bool):
            raise ValueError(
                f"LogitsDistillation: `temperature` must be a number, not {temperature!r}."
            )
        if temperature <= 0:
            raise ValueError(
                f"LogitsDistillation: `temperature` must be above 0, but is {temperature}."
            )
        super().__init__(loss)
        self.temperature = temperature

    def compute_loss(self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any) -> Any:
        cooled = (
            map_structure(lambda x: ops.convert_to_tensor(x) / self.temperature, outputs)
            for outputs in (teacher_outputs, student_outputs)
        )
        return self._compared(*cooled)

    def get_config(self) -> dict[str, Any]:
        """The settings, as a saved file keeps them."""
        return {"temperature": self.temperature, "loss": self._recorded()}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**_read(config))


@public("keras.distillation")
class FeatureDistillation(_ByLosses):
    """Compares what a layer of the teacher gives with what one of the student does.

    Args:
        loss: What compares them: a loss, its name, or losses nested like the outputs, ``None`` for
            outputs that are not compared.
        teacher_layer_name: The layer of the teacher; by default what the model gives.
        student_layer_name: The layer of the student; likewise.

    Raises:
        ValueError: When there is no loss.
    """

    def __init__(
        self,
        loss: Any = "mse",
        teacher_layer_name: str | None = None,
        student_layer_name: str | None = None,
    ):
        super().__init__(loss)
        self.teacher_layer_name = teacher_layer_name
        self.student_layer_name = student_layer_name

    def validate_model_compatibility(self, teacher: Any, student: Any) -> None:
        """Refuse models that have not the layers, or do not say which layers they are made of."""
        names = (self.teacher_layer_name, self.student_layer_name)
        for role, model, name in zip(
            ("teacher", "student"), (teacher, student), names, strict=True
        ):
            if name is None:
                continue
            if getattr(model, "graph", None) is None:
                raise ValueError(
                    f"FeatureDistillation: the {role} {model.name!r} is not made of connected "
                    f"layers, so what its layer {name!r} gives cannot be taken out."
                )
            try:
                model.get_layer(name)
            except ValueError as problem:
                raise ValueError(f"FeatureDistillation: in the {role}: {problem}") from problem

    def compute_loss(self, teacher_outputs: Any, student_outputs: Any, **kwargs: Any) -> Any:
        return self._compared(teacher_outputs, student_outputs)

    def get_config(self) -> dict[str, Any]:
        """The settings, as a saved file keeps them."""
        return {
            "loss": self._recorded(),
            "teacher_layer_name": self.teacher_layer_name,
            "student_layer_name": self.student_layer_name,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**_read(config))
