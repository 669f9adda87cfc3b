"""Metrics as functions of their variables."""

import numpy as np
import pytest

from visualnn import metrics

TRUE = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]], "float32")
PREDICTED = np.array([[5, 3, 2], [1, 8, 1], [6, 2, 2], [7, 1, 2]], "float32") / 10


@pytest.mark.parametrize(
    "kind", [metrics.CategoricalAccuracy, metrics.AUC, metrics.Precision, metrics.F1Score]
)
def test_stateless_functions_give_what_the_metric_would(kind):
    metric, told = kind(), kind()
    state = [v.numpy() for v in metric.variables] or metric.stateless_reset_state()
    if not metric.variables:
        metric.update_state(TRUE, PREDICTED)
        metric.reset_state()
        state = metric.stateless_reset_state()
    for _ in range(2):
        state = metric.stateless_update_state(state, TRUE, PREDICTED)
        told.update_state(TRUE, PREDICTED)
    np.testing.assert_allclose(metric.stateless_result(state), told.result(), rtol=1e-6)
    fresh = metric.stateless_reset_state()
    for variable, value in zip(metric.variables, fresh, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)


def test_the_number_of_values_is_checked():
    with pytest.raises(ValueError, match="Mean has 2 variables, but 0 values were given"):
        metrics.Mean().stateless_update_state([], [1.0])
