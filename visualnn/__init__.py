"""A visual neural-network builder: draw, train and save Keras models with numpy."""

__version__ = "0.1.0"

import importlib as _importlib
import sys as _sys
from typing import Any as _Any

from visualnn import absent as _absent
from visualnn import (
    activations,
    constraints,
    datasets,
    distillation,
    dtype_policies,
    initializers,
    layers,
    losses,
    metrics,
    models,
    ops,
    optimizers,
    quantizers,
    random,
    regularizers,
    saving,
)
from visualnn.api import NESTED as _NESTED
from visualnn.api import (
    backend,
    callbacks,
    config,
    export,
    legacy,
    mixed_precision,
    preprocessing,
    profiler,
    saved_model,
    schedules,
    summary,
    train,
    tree,
    utils,
    visualization,
    wrappers,
)
from visualnn.dtype_policies import DTypePolicy, FloatDTypePolicy
from visualnn.functions import (
    TensorSpec,
    function,
    functions_run_eagerly,
    run_functions_eagerly,
)
from visualnn.graph import (
    GradientTape,
    Graph,
    StatelessScope,
    SymbolicScope,
    grad,
    gradients,
    trace,
    value_and_grad,
)
from visualnn.initializers import Initializer
from visualnn.install import install_as_keras
from visualnn.layers import Input, InputSpec, Layer
from visualnn.layers.connectivity import KerasTensor, Operation
from visualnn.losses import Loss
from visualnn.metrics import Metric
from visualnn.models import Function, Functional, Model, Sequential
from visualnn.module import Module
from visualnn.optimizers import Optimizer
from visualnn.primitives.tensor import Tensor
from visualnn.quantizers import Quantizer
from visualnn.regularizers import Regularizer
from visualnn.rematerialization import RematScope, remat
from visualnn.scope import name_scope
from visualnn.session import device
from visualnn.spec import ShapeError, Spec
from visualnn.training.viewing import training_step
from visualnn.variable import Variable

# namespaces that are named otherwise where they are written
for _module, _name in (
    (backend, "backend"),
    (callbacks, "callbacks"),
    (config, "config"),
    (export, "export"),
    (legacy, "legacy"),
    (mixed_precision, "mixed_precision"),
    (preprocessing, "preprocessing"),
    (profiler, "profiler"),
    (saved_model, "saved_model"),
    (summary, "summary"),
    (train, "train"),
    (tree, "tree"),
    (utils, "utils"),
    (visualization, "visualization"),
    (wrappers, "wrappers"),
):
    _sys.modules[f"{__name__}.{_name}"] = _module
for _file, _name in _NESTED.items():
    _outer, _, _inner = _name.partition(".")
    _module = _importlib.import_module(f"{__name__}.api.{_file}")
    _sys.modules[f"{__name__}.{_name}"] = _module
    setattr(_sys.modules[f"{__name__}.{_outer}"], _inner, _module)

# what needs a notebook is loaded when it is first asked for
_LATER = {
    "Builder": "visualnn.widgets.builder",
    "figure": "visualnn.builder.figures",
    "show": "visualnn.widgets.graph_viewer",
}


def version() -> str:
    """The version of visualnn."""
    return __version__


def __getattr__(name: str) -> _Any:
    if name not in _LATER:
        raise AttributeError(f"module 'visualnn' has no attribute {name!r}")
    return getattr(_importlib.import_module(_LATER[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})


_absent.refuse(_sys.modules[__name__])
