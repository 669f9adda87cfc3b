"""What a loss is: one number for each example, weighted, masked and averaged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from visualnn import dtype_policies, ops
from visualnn.declaration import fields_of
from visualnn.defaults import epsilon, floatx
from visualnn.scope import scope
from visualnn.serialization import Namespace, auto_name, public, to_snake_case
from visualnn.structure import map_structure

losses = Namespace("keras.losses", "loss", functions=True)

Reduction = Literal["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none"]

_REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None)


@public("keras", also=("keras.losses",))
class Loss:
    """The base of all losses: ``call`` gives a number for each example, this makes one of them.

    Args:
        name: The name in scopes.
        reduction: ``sum_over_batch_size`` (the mean), ``sum``, ``mean_with_sample_weight`` (the
            sum divided by that of the weights), or ``none``, for a number for each example.
        dtype: The dtype of the computation.
    """

    def __init__(
        self,
        name: str | None = None,
        reduction: Reduction | None = "sum_over_batch_size",
        dtype: Any = None,
    ):
        if reduction not in _REDUCTIONS:
            raise ValueError(
                f"{type(self).__name__}: `reduction` must be one of "
                f"{', '.join(map(repr, _REDUCTIONS[:-1]))}, but is {reduction!r}."
            )
        self.name = name or auto_name(type(self).__name__)
        self.reduction = reduction
        self.dtype_policy = dtype_policies.get(dtype or floatx())
        self.dtype = self.dtype_policy.compute_dtype

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each example."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say what it computes: "
            "give it a method `call(self, y_true, y_pred)`."
        )

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The loss of a batch: what training makes small."""
        mask_in = getattr(y_pred, "_keras_mask", None)
        with scope(self.name):
            y_true, y_pred = self._tensors(y_true), self._tensors(y_pred)
            values = self.call(y_true, y_pred)
            mask = both(mask_in, getattr(values, "_keras_mask", None))
            return reduced(values, self.reduction, sample_weight, mask, self.dtype)

    def _tensors(self, y: Any) -> Any:
        """Targets or predictions as tensors, nested as they are given."""
        return map_structure(lambda x: ops.convert_to_tensor(x, dtype=self.dtype), y)

    def get_config(self) -> dict[str, Any]:
        """The settings, as a saved file keeps them."""
        return {"name": self.name, "reduction": self.reduction}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


class FunctionLoss(Loss):
    """A loss that is a function of targets, predictions and the settings declared here."""

    function: Callable
    default_name: str | None = None

    def __init__(
        self,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
    ):
        name = name or self.default_name or to_snake_case(type(self).__name__)
        super().__init__(name, reduction, dtype)

    def _tensors(self, y: Any) -> Any:
        return ops.convert_to_tensor(y, dtype=self.dtype)  # lists are lists of numbers here

    def call(self, y_true: Any, y_pred: Any) -> Any:
        y_true, y_pred = same_rank(y_true, y_pred)
        return type(self).function(y_true, y_pred, **self.settings())

    def settings(self) -> dict[str, Any]:
        """The arguments of the function."""
        base = ("name", "reduction", "dtype")
        fields = [f.name for f in fields_of(type(self)) if not f.base and f.name not in base]
        return {name: getattr(self, name) for name in fields}


@losses.public(listed=False)
class LossFunctionWrapper(Loss):
    """A loss made of a function of targets and predictions.

    Args:
        fn: The function; it gives a number for each example.
        reduction: How these are made one.
        name: The name in scopes; by default that of the function.
        dtype: The dtype of the computation.
        **kwargs: More arguments of the function.
    """

    def __init__(
        self,
        fn: Callable,
        reduction: Reduction | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ):
        name = name or getattr(fn, "__name__", None)
        super().__init__(name, reduction, dtype)
        self.fn = fn
        self._fn_kwargs = kwargs

    def call(self, y_true: Any, y_pred: Any) -> Any:
        if not isinstance(y_true, dict | list | tuple) and not isinstance(
            y_pred, dict | list | tuple
        ):
            y_true, y_pred = same_rank(y_true, y_pred)
        return self.fn(y_true, y_pred, **self._fn_kwargs)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "fn": losses.serialize(self.fn), **self._fn_kwargs}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        config = dict(config)
        if "fn" in config:
            config["fn"] = losses.deserialize(config["fn"])
        return cls(**config)


def unusual(thing: Any, name: str, usual: Any) -> dict[str, Any]:
    """A setting, for a config, unless it is the usual one: Keras leaves it out and forgets it."""
    value = getattr(thing, name)
    return {} if value == usual else {name: value}


# ---------------------------------------------------------------------- weights, masks, means


def same_rank(x: Any, other: Any, expand_vectors: bool = True) -> tuple[Any, Any]:
    """Both, the one with one axis more without it if it is of size one, as Keras does.

    Args:
        x: A tensor.
        other: Another one.
        expand_vectors: Whether a vector gets an axis rather than that the other loses one.
    """
    rank, other_rank = len(x.shape), len(other.shape)
    if rank == other_rank + 1 and x.shape[-1] == 1:
        if other_rank == 1 and expand_vectors:
            return x, ops.expand_dims(other, -1)
        return ops.squeeze(x, -1), other
    if other_rank == rank + 1 and other.shape[-1] == 1:
        if rank == 1 and expand_vectors:
            return ops.expand_dims(x, -1), other
        return x, ops.squeeze(other, -1)
    return x, other


def both(mask: Any, other: Any) -> Any:
    """Where both masks are true; one that is missing is true everywhere."""
    if mask is None or other is None:
        return other if mask is None else mask
    return ops.logical_and(mask, other)


def reduced(values: Any, reduction: str | None, sample_weight: Any, mask: Any, dtype: str) -> Any:
    """The losses of the examples, weighted, without the masked ones, as one number.

    With a mask, the mean is that of the values it leaves.
    """
    values = ops.cast(values, dtype)
    weight = None if sample_weight is None else ops.convert_to_tensor(sample_weight, dtype=dtype)
    if mask is not None:
        weight = _masked(weight, mask, reduction, dtype)
    if weight is not None:
        values, weight = same_rank(values, weight)
        _check_weights(values, weight)
        values = values * weight
    if reduction in ("none", None) or values.shape in ((), (0,)):
        return values
    if 0 in values.shape:
        return ops.zeros((), dtype)
    if reduction == "mean_with_sample_weight" and weight is not None:
        return ops.divide_no_nan(ops.sum(values), ops.sum(weight))
    return ops.sum(values) if reduction == "sum" else ops.mean(values)


def _masked(weight: Any, mask: Any, reduction: str | None, dtype: str) -> Any:
    """The weights with the masked ones zero; for a mean, the others count for those too."""
    mask = ops.cast(mask, dtype)
    if reduction in ("sum_over_batch_size", "mean"):
        left = ops.sum(mask) + epsilon()
        mask = mask * (ops.cast(ops.size(mask), dtype) / left)
    if weight is None:
        return mask
    mask, weight = same_rank(mask, weight)
    return weight * mask


def _check_weights(values: Any, weight: Any) -> None:
    """Refuse weights that do not broadcast to the losses, in words."""
    pairs = zip(reversed(values.shape), reversed(weight.shape), strict=False)
    fits = all(w in (1, None) or v is None or v in (w, 1) for v, w in pairs)
    if not fits:
        raise ValueError(
            f"The weights of the examples have the shape {tuple(weight.shape)}, but there are "
            f"losses of the shape {tuple(values.shape)}. Give one weight for each loss, or "
            "weights with axes of size one."
        )
