"""Models as estimators of scikit-learn, for its pipelines, grids and cross-validation.

This module is loaded when one of its classes is first asked for, because it needs scikit-learn.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn.models import Model, clone_model

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, TransformerMixin
    from sklearn.utils.multiclass import type_of_target
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as problem:
    raise ImportError(
        "The wrappers for scikit-learn need it, 1.6 or newer: `pip install scikit-learn`."
    ) from problem


class _Wrapper(BaseEstimator):
    """The base of the three: fits a model, and predicts with it.

    Args:
        model: A compiled model, or a function that makes one of ``X``, ``y`` and ``model_kwargs``.
        warm_start: Whether another ``fit`` goes on with the model of the one before.
        model_kwargs: More arguments of the function.
        fit_kwargs: Arguments of the model's ``fit``.

    Attributes:
        model_: The model that was fitted.
        history_: The course of fitting it.
    """

    def __init__(
        self,
        model: Any,
        warm_start: bool = False,
        model_kwargs: dict[str, Any] | None = None,
        fit_kwargs: dict[str, Any] | None = None,
    ):
        self.model = model
        self.warm_start = warm_start
        self.model_kwargs = model_kwargs
        self.fit_kwargs = fit_kwargs

    def fit(self, X: Any, y: Any, **kwargs: Any) -> Any:  # noqa: N803 - scikit-learn's names
        """Fit the model.

        Args:
            X: The examples, a row for each.
            y: The target of each.
            **kwargs: Arguments of the model's ``fit``; they count more than ``fit_kwargs``.
        """
        X, y = validate_data(self, X, y)  # noqa: N806
        y = self._targets(y)
        model = self._model_for(X, y)
        self.history_ = model.fit(X, y, **{**(self.fit_kwargs or {}), **kwargs})
        self.model_ = model
        return self

    def _model_for(self, X: Any, y: Any) -> Any:  # noqa: N803
        if self.warm_start and hasattr(self, "model_"):
            return self.model_
        if isinstance(self.model, Model):
            if self.warm_start:
                return _compiled(self.model)
            config = _compiled(self.model).get_compile_config()
            model = clone_model(self.model)
            model.compile_from_config(config)
            return model
        if not callable(self.model):
            raise TypeError(
                f"{type(self).__name__}: `model` must be a model, or a function that makes one, "
                f"not {self.model!r}."
            )
        return _compiled(self.model(X=X, y=y, **(self.model_kwargs or {})))

    def _targets(self, y: Any) -> Any:
        """Targets as the model takes them: a column for a row."""
        return y[:, None] if y.ndim == 1 else y

    def _outputs(self, X: Any) -> Any:  # noqa: N803
        """What the model gives."""
        check_is_fitted(self, "model_")
        return self.model_.predict(validate_data(self, X, reset=False), verbose=0)

    def predict(self, X: Any) -> Any:  # noqa: N803
        """What the model predicts for each example."""
        outputs = self._outputs(X)
        return outputs[:, 0] if outputs.ndim == 2 and outputs.shape[1] == 1 else outputs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.non_deterministic = True
        tags.target_tags.required = True
        return tags


def _compiled(model: Any) -> Any:
    if not getattr(model, "compiled", False) or model.optimizer is None or model.loss is None:
        raise RuntimeError(
            "The model must be compiled with an optimizer and a loss: "
            "call `model.compile(optimizer=..., loss=...)`."
        )
    return model


class SKLearnClassifier(ClassifierMixin, _Wrapper):
    """A model as a classifier of scikit-learn; the model is trained on one-hot targets.

    Attributes:
        classes_: The classes, in the order of the model's outputs.
    """

    def _targets(self, y: Any) -> Any:
        kind = type_of_target(y, raise_unknown=True)
        if kind not in ("binary", "multiclass"):
            raise ValueError(
                f"Only binary and multiclass target types are supported. Target type: {kind}"
            )
        self.classes_, numbers = np.unique(y, return_inverse=True)
        if len(self.classes_) == 1:
            raise ValueError("Classifier can't train when only one class is present.")
        return np.eye(len(self.classes_))[numbers.ravel()]

    def decision_function(self, X: Any) -> Any:  # noqa: N803
        """What the model gives for each class."""
        return self._outputs(X)

    def predict(self, X: Any) -> Any:  # noqa: N803
        """The class of each example that the model holds for the most probable."""
        outputs = self._outputs(X)
        return self.classes_[np.argmax(outputs, axis=1)]


class SKLearnRegressor(RegressorMixin, _Wrapper):
    """A model as a regressor of scikit-learn."""

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = True
        return tags


class SKLearnTransformer(TransformerMixin, _Wrapper):
    """A model as a transformer of scikit-learn: what it gives is what comes next in a pipeline."""

    def transform(self, X: Any) -> Any:  # noqa: N803
        """What the model gives for each example."""
        return self._outputs(X)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags
