"""``visualnn.export``: the names of ``keras.export``."""

import importlib
from typing import Any

# what needs more than numpy is loaded when it is first asked for
_LATER = {"ExportArchive": "visualnn.exporting.archive"}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_LATER[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_LATER])
