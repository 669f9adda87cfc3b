"""Standing in for Keras: ``import keras`` means this package."""

from __future__ import annotations

import pkgutil
import sys
import types
from typing import Any

from visualnn import api, datasets


def install_as_keras() -> types.ModuleType:
    """Make ``import keras``, and ``from keras import layers``, mean visualnn in this process.

    Modules that have imported the real Keras already go on with it.

    Returns:
        The module that is called ``keras`` now.
    """
    import visualnn  # the package itself, which is complete by now

    for name in [n for n in sys.modules if n == "keras" or n.startswith("keras.")]:
        del sys.modules[name]
    keras = types.ModuleType("keras", "visualnn under the name of Keras.")
    keras.__path__ = []  # there is nothing else to find

    def attribute(name: str) -> Any:
        return getattr(visualnn, name)

    keras.__getattr__ = attribute  # type: ignore[method-assign]
    keras.__dict__["__version__"] = "3.15.1"  # whose names and rules these are
    sys.modules["keras"] = keras
    for name, module in _public_modules(visualnn).items():
        sys.modules[f"keras.{name}"] = module
        if "." not in name:
            setattr(keras, name, module)
    return keras


def _public_modules(package: types.ModuleType) -> dict[str, types.ModuleType]:
    """The modules of the public namespaces by name."""
    names = [module.name for module in pkgutil.iter_modules(api.__path__)]
    found = {name: getattr(package, name) for name in names if name not in api.NESTED}
    nested = {name: sys.modules[f"{package.__name__}.{name}"] for name in api.NESTED.values()}
    sets = {
        f"datasets.{name}": module
        for name, module in vars(datasets).items()
        if hasattr(module, "load_data")
    }
    return {**found, **nested, "datasets": datasets, **sets}
