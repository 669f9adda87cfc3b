"""What a metric is: some numbers that are kept while data passes by, and what follows from them."""

from __future__ import annotations

from typing import Any

import numpy as np

from visualnn import dtype_policies, initializers
from visualnn.defaults import floatx
from visualnn.graph import with_values
from visualnn.module import AWAITED, tell
from visualnn.scope import absolute_scope, scope
from visualnn.serialization import Namespace, auto_name, to_snake_case
from visualnn.variable import Variable

metrics = Namespace("keras.metrics", "metric")


@metrics.public(listed=False)
class Metric:
    """The base of all metrics.

    ``update_state`` takes in a batch, ``result`` tells what came of all batches since
    ``reset_state``.  Written with the functions of ``ops``, both run at once or are traced into the
    graph of a training step.

    Args:
        dtype: The dtype of the computation.
        name: The name in logs.
    """

    _direction: str | None = None
    """Whether more is better, ``up``, or less, ``down``; callbacks ask."""

    def __init__(self, dtype: Any = None, name: str | None = None):
        self.name = name or auto_name(type(self).__name__)
        self.dtype_policy = dtype_policies.get(dtype or floatx())
        self._variables: list[Variable] = []
        self._metrics: list[Metric] = []

    @property
    def dtype(self) -> str:
        return self.dtype_policy.compute_dtype

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Variable):
            self._keep("_variables", value)
        elif isinstance(value, Metric):
            self._keep("_metrics", value)
        object.__setattr__(self, name, value)
        if AWAITED in self.__dict__:
            tell(self)

    def _keep(self, where: str, value: Any) -> None:
        if not hasattr(self, where):
            raise RuntimeError(
                f"{type(self).__name__}.__init__ must begin with `super().__init__(...)`."
            )
        held = getattr(self, where)
        if all(x is not value for x in held):
            held.append(value)

    @property
    def variables(self) -> list[Variable]:
        """The numbers that are kept, in the order in which they were made."""
        return self._variables + [v for metric in self._metrics for v in metric.variables]

    def add_variable(
        self,
        shape: Any,
        initializer: Any,
        dtype: Any = None,
        aggregation: str = "sum",
        name: str | None = None,
    ) -> Variable:
        """A number, or an array of numbers, to keep.

        Args:
            shape: Its shape.
            initializer: Makes its first value.
            dtype: Its dtype; by default that of all weights, ``floatx``.
            aggregation: Accepted for Keras's sake; there is one process.
            name: Its name.
        """
        with absolute_scope(self.name):
            variable = Variable(
                initializers.get(initializer),
                shape=shape,
                dtype=dtype or floatx(),
                trainable=False,
                autocast=False,
                name=name,
            )
        self._keep("_variables", variable)
        return variable

    def add_weight(
        self, shape: Any = (), initializer: Any = None, dtype: Any = None, name: str | None = None
    ) -> Variable:
        """A number, or an array of numbers, to keep; zero at first."""
        return self.add_variable(shape, initializer or "zeros", dtype, name=name)

    def reset_state(self) -> None:
        """Forget all batches."""
        for variable in self.variables:
            variable.assign(np.zeros(variable.shape, variable.storage.dtype))

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Take in a batch."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say what it keeps of a batch: give it a method "
            "`update_state(self, y_true, y_pred, sample_weight=None)`."
        )

    def result(self) -> Any:
        """What came of all batches: a number, or a dict of numbers."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say what came of all batches: "
            "give it a method `result(self)`."
        )

    def stateless_update_state(self, metric_variables: Any, *args: Any, **kwargs: Any) -> list:
        """The variables after a batch is taken in, given those before; the metric's own stay.

        Args:
            metric_variables: A value for each of ``variables``.
            *args: What ``update_state`` takes.
            **kwargs: What it takes by name.
        """
        self._check_values(metric_variables)
        _, changed = with_values(
            self.variables,
            metric_variables,
            lambda: self.update_state(*args, **kwargs),
            self.variables,
        )
        return changed

    def stateless_result(self, metric_variables: Any) -> Any:
        """The result that belongs to some values of the variables."""
        self._check_values(metric_variables)
        return with_values(self.variables, metric_variables, self.result)[0]

    def stateless_reset_state(self) -> list:
        """The variables of a metric that has seen nothing yet."""
        variables = self.variables
        return with_values(variables, variables, self.reset_state, variables)[1]

    def _check_values(self, values: Any) -> None:
        if len(values) != len(self.variables):
            raise ValueError(
                f"{type(self).__name__} has {len(self.variables)} variables, but "
                f"{len(values)} values were given: give one for each of `metric.variables`."
            )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Take in a batch, and tell what came of all."""
        with scope(self.name):
            self.update_state(*args, **kwargs)
            return self.result()

    def get_config(self) -> dict[str, Any]:
        """The settings, as a saved file keeps them."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


class NamedMetric(Metric):
    """The base of built-in metrics: their names come first, and most are fixed, not counted.

    Args:
        name: The name in logs.
        dtype: The dtype of the computation.
    """

    default_name: str | None = None
    counted = False
    """Whether a second one of them is called ``auc_1``."""

    def __init__(self, name: str | None = None, dtype: Any = None):
        if not self.counted:
            name = name or self.default_name or to_snake_case(type(self).__name__)
        super().__init__(dtype, name)
