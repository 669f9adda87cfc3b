"""What a model is trained with: optimizer, loss and metrics."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

from visualnn import optimizers
from visualnn.metrics import Mean
from visualnn.optimizers import LossScaleOptimizer
from visualnn.rematerialization import checkpoint_of_call
from visualnn.serialization import deserialize_keras_object, serialize_keras_object
from visualnn.training.compiled_loss import CompiledLoss
from visualnn.training.compiled_metrics import CompiledMetrics


class Compiling:
    """The part of a model that knows what it is trained with."""

    optimizer: Any = None
    loss: Any = None
    compiled: bool = False
    run_eagerly: bool = False
    recompute: bool = False
    jit_compile: Any = False
    steps_per_execution: int = 1
    _compile_arguments: dict[str, Any] | None = None
    _compiled_loss: CompiledLoss | None = None
    _compiled_metrics: CompiledMetrics | None = None
    _loss_tracker: Any = None

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: Any = "auto",
        auto_scale_loss: bool = True,
        recompute: bool = False,
    ) -> None:
        """Say how the model is trained.

        Args:
            optimizer: An optimizer, or its name.
            loss: What training makes small: a loss, its name, or a function of targets and
                predictions; for several outputs nested like them, or a dict by their names.
            loss_weights: How much the loss of each output counts.
            metrics: What is told beside the loss: a list, or for several outputs nested like
                them, or a dict by their names.
            weighted_metrics: Likewise, with the weights of examples taken into account.
            run_eagerly: Whether to run the Python code of each step, so that it can be debugged,
                instead of the graph traced from it.
            steps_per_execution: How many batches count as one for callbacks.
            jit_compile: Accepted for Keras's sake; steps are always compiled to a plan.
            auto_scale_loss: Whether a model of the policy ``mixed_float16``, whose gradients may
                be too small for its numbers, is trained by a ``LossScaleOptimizer`` around yours.
            recompute: Whether most values of layers are forgotten and computed again when their
                gradients need them.  A step of a deep model then takes much less memory, see
                ``memory()``, and about a third longer.  Files do not say it.

        Raises:
            ValueError: When one of them is not known.
        """
        if steps_per_execution < 1:
            raise ValueError(
                f"`steps_per_execution` must be at least 1, but is {steps_per_execution}."
            )
        names = getattr(self, "output_names", None)
        chosen = optimizers.get(optimizer)
        found = dict(
            optimizer=self._scaling(chosen) if auto_scale_loss else chosen,
            loss=loss,
            compiled=True,
            run_eagerly=bool(run_eagerly),
            recompute=bool(recompute),
            jit_compile=jit_compile,
            steps_per_execution=int(steps_per_execution),
            _compiled_loss=None if loss is None else CompiledLoss(loss, loss_weights, names),
            _compiled_metrics=(
                CompiledMetrics(metrics, weighted_metrics, names)
                if metrics is not None or weighted_metrics is not None
                else None
            ),
            _loss_tracker=Mean(name="loss"),
            _steps={},
        )
        found["_compile_arguments"] = dict(
            optimizer=chosen,
            loss=loss,
            loss_weights=loss_weights,
            metrics=metrics,
            weighted_metrics=weighted_metrics,
            run_eagerly=bool(run_eagerly),
            steps_per_execution=int(steps_per_execution),
            jit_compile=jit_compile is True,
        )
        self.__dict__.update(found)  # none of it is a layer or a weight of the model

    def _checkpoint(self) -> dict[str, Any]:
        """A model is computed again in parts; those that a scope means are its layers."""
        return checkpoint_of_call(None, "", by_scope=self.recompute)

    def _scaling(self, optimizer: Any) -> Any:
        """The optimizer, or one around it that scales the loss where half precision needs it."""
        policy = getattr(self, "dtype_policy", None)
        is_half = getattr(policy, "name", "") == "mixed_float16"
        if optimizer is None or not is_half or isinstance(optimizer, LossScaleOptimizer):
            return optimizer
        return LossScaleOptimizer(optimizer, name="loss_scale_optimizer")

    @property
    def metrics(self) -> list[Any]:
        """The loss, metrics of layers, and the compiled metrics, in the order of the results."""
        found = [self._loss_tracker] if self._loss_tracker is not None else []
        found += [m for layer in self._flatten_layers() for m in layer._metrics]  # type: ignore
        if self._compiled_metrics is not None:
            found.append(self._compiled_metrics)
        if self._compiled_loss is not None:
            found += self._compiled_loss.metrics
        return list({id(m): m for m in found}.values())

    @property
    def metrics_names(self) -> list[str]:
        """The names of the metrics."""
        return [metric.name for metric in self.metrics]

    @property
    def metrics_variables(self) -> list[Any]:
        """The variables of the metrics."""
        return [v for metric in self.metrics for v in metric.variables]

    def reset_metrics(self) -> None:
        """Forget what the metrics have seen."""
        if self._loss_tracker is not None:
            self._loss_tracker.reset_state()
        for metric in self.metrics:
            metric.reset_state()

    def get_metrics_result(self) -> dict[str, Any]:
        """The results of all metrics by name."""
        found: dict[str, Any] = {}
        for metric in self.metrics:
            value = metric.result()
            found.update(value if isinstance(value, dict) else {metric.name: value})
        return found

    # ------------------------------------------------------------------ files

    def get_compile_config(self) -> dict[str, Any]:
        """What ``compile`` was given, as a saved file keeps it."""
        if not self.compiled or self._compile_arguments is None:
            return {}
        try:
            return {
                name: serialize_keras_object(value)
                for name, value in self._compile_arguments.items()
            }
        except (TypeError, NotImplementedError) as problem:
            warnings.warn(
                f"What the model is compiled with cannot be saved, so it has to be compiled "
                f"again after loading: {problem}",
                stacklevel=2,
            )
            return {}

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile as a saved file says."""
        if type(self).compile is not Compiling.compile:
            warnings.warn(
                f"{type(self).__name__} has its own `compile`, so it was not compiled when it was "
                "loaded. Compile it, or give the class a method `compile_from_config`.",
                stacklevel=2,
            )
            return
        known = inspect.signature(Compiling.compile).parameters
        found = deserialize_keras_object({k: v for k, v in config.items() if k in known})
        self.compile(**found)
        if self.optimizer is not None and getattr(self, "built", False):
            self.optimizer.build(self.trainable_variables)  # type: ignore[attr-defined]

    def _assert_compiled(self, method: str) -> None:
        if not self.compiled:
            raise ValueError(
                f"The model {getattr(self, 'name', '')!r} is not compiled: call "
                f"`model.compile(optimizer=..., loss=..., metrics=[...])` before `{method}`."
            )
