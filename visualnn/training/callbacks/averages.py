"""Testing with the moving averages of the weights."""

from __future__ import annotations

from typing import Any

from visualnn.training.callbacks.callback import Callback, Logs
from visualnn.variable import step_boundary


class SwapEMAWeights(Callback):
    """Swaps the weights with their moving averages while the model is tested or predicts.

    The optimizer must keep them: ``use_ema=True``.

    Args:
        swap_on_epoch: Whether to swap at the end of an epoch too, until the next one begins, so
            that callbacks that come later, such as ``ModelCheckpoint``, see the averages.
    """

    def __init__(self, swap_on_epoch: bool = False):
        super().__init__()
        self.swap_on_epoch = swap_on_epoch
        self._swapped = False

    def _swap(self, wanted: bool) -> None:
        """Let the averages be in the weights, or not."""
        if wanted == self._swapped:
            return
        with step_boundary:
            for variable, average in self._pairs():
                value = variable.stored()
                variable.assign(average.stored())
                average.assign(value)
                self._swapped = wanted

    def _keep_averages(self) -> None:
        """Let weights and averages both be the averages, which are what training ends with."""
        for variable, average in self._pairs():
            average.assign(variable.stored())
        self._swapped = False

    def _pairs(self) -> list[tuple[Any, Any]]:
        """Each weight with its average."""
        outer = getattr(self.model, "optimizer", None)
        optimizer: Any = getattr(outer, "inner_optimizer", outer)
        if not getattr(optimizer, "use_ema", False):
            raise ValueError(
                "SwapEMAWeights swaps weights with their moving averages, which the optimizer "
                f"{type(optimizer).__name__} does not keep: make it with `use_ema=True`."
            )
        if not optimizer.built:
            return []
        return list(zip(optimizer._trainable_variables, optimizer._averages, strict=True))

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        if self.swap_on_epoch:
            self._swap(False)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        if self.swap_on_epoch:
            self._swap(True)
            if epoch + 1 == (self.params or {}).get("epochs"):
                self._keep_averages()

    def on_test_begin(self, logs: Logs = None) -> None:
        self._swap(True)

    def on_test_end(self, logs: Logs = None) -> None:
        self._swap(False)

    def on_predict_begin(self, logs: Logs = None) -> None:
        self._swap(True)

    def on_predict_end(self, logs: Logs = None) -> None:
        self._swap(False)
