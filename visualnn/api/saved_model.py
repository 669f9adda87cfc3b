"""``visualnn.saved_model``: SavedModels; the names are those of ``tf.saved_model``."""

import importlib
from typing import Any

# what is large is loaded when it is first asked for
_LATER = dict.fromkeys(
    ("contains_saved_model", "load", "save"), "visualnn.exporting.saved_model.save"
)


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_LATER[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_LATER])
