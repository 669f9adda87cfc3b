"""Being told whenever a cell of the notebook has run."""

# pyright: strict, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
# (IPython has no types)

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from typing import Any


def after_each_cell(told: Callable[[], None]) -> None:
    """Call a method whenever a cell has run, as long as its object is there.

    Outside a notebook nothing happens.
    """
    interactive = sys.modules.get("IPython")
    shell: Any = interactive.get_ipython() if interactive is not None else None
    if shell is None:
        return
    kept = weakref.WeakMethod(told)  # type: ignore[reportArgumentType] - it is a method

    def tell(*_: Any) -> None:
        method = kept()
        if method is None:
            shell.events.unregister("post_run_cell", tell)
        else:
            method()

    shell.events.register("post_run_cell", tell)
