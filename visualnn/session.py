"""What is switched for a whole process: how training reports, and how long it may last."""

from __future__ import annotations

import warnings
from typing import Any

_switches: dict[str, Any] = {
    "interactive_logging": True,
    "traceback_filtering": True,
    "max_epochs": None,
    "max_steps_per_epoch": None,
    "language": "",
}
LANGUAGES = ("", "en", "de")
"""What widgets can be written in; nothing means the language of JupyterLab, or of the browser."""


def set_language(name: str) -> None:
    """Write widgets in a language from now on.

    Args:
        name: ``"en"``, ``"de"``, or ``""`` for the language of JupyterLab or of the browser.

    Raises:
        ValueError: When there is no such language.
    """
    if name not in LANGUAGES:
        raise ValueError(
            f"Widgets cannot be written in {name!r}: there are English ('en') and German ('de'), "
            "and '' for the language of JupyterLab."
        )
    _switches["language"] = name


def language() -> str:
    """The language of widgets; nothing means that of JupyterLab, or of the browser."""
    return _switches["language"]


def enable_interactive_logging() -> None:
    """Let ``verbose="auto"`` mean a progress bar."""
    _switches["interactive_logging"] = True


def disable_interactive_logging() -> None:
    """Let ``verbose="auto"`` mean a line for each epoch, which suits the logs of programs."""
    _switches["interactive_logging"] = False


def is_interactive_logging_enabled() -> bool:
    """Whether ``verbose="auto"`` means a progress bar."""
    return _switches["interactive_logging"]


def verbosity(verbose: Any) -> int:
    """How much to say: 0 nothing, 1 a progress bar, 2 a line for each epoch."""
    if verbose == "auto":
        return 1 if is_interactive_logging_enabled() else 2
    return int(verbose)


def enable_traceback_filtering() -> None:
    """Noted for Keras's sake: traces of errors are shown whole in any case."""
    _switches["traceback_filtering"] = True


def disable_traceback_filtering() -> None:
    """Noted for Keras's sake: traces of errors are shown whole in any case."""
    _switches["traceback_filtering"] = False


def is_traceback_filtering_enabled() -> bool:
    """What was last said of traces of errors, which are shown whole in any case."""
    return _switches["traceback_filtering"]


def disable_flash_attention() -> None:
    """Say that attention is to be computed by its formula, as it is in any case."""


def is_flash_attention_enabled() -> bool:
    """Whether attention is computed by a program for graphics cards: never."""
    return False


def is_nnx_enabled() -> bool:
    """Whether layers are modules of Flax's nnx: never."""
    return False


def set_backend(backend: str) -> None:
    """Choose what computes: only ``numpy`` can be chosen.

    Raises:
        ValueError: For any other.
    """
    if backend != "numpy":
        raise ValueError(
            f"set_backend: {backend!r} cannot compute here. visualnn computes by 'numpy' alone."
        )


class device:  # noqa: N801 - Keras's name
    """Says where to compute what is inside ``with``: on the processor, as everything is.

    Args:
        device_name: ``cpu``, or ``cpu:0``.

    Raises:
        ValueError: When it is another device.
    """

    def __init__(self, device_name: str):
        if not isinstance(device_name, str) or device_name.lower() not in ("cpu", "cpu:0"):
            raise ValueError(
                f"device: there is no device {device_name!r}. Everything is computed on the "
                "processor, 'cpu:0'."
            )
        self.device_name = device_name

    def __enter__(self) -> device:
        return self

    def __exit__(self, *problem: Any) -> None:
        return None


def max_epochs() -> int | None:
    """How many epochs ``fit`` goes through at most; ``None`` for no limit."""
    return _switches["max_epochs"]


def set_max_epochs(max_epochs: int | None) -> None:
    """Limit the epochs of every ``fit``, to try a program out quickly.

    Raises:
        ValueError: When it is not a whole number above zero, or ``None``.
    """
    _switches["max_epochs"] = _limit("set_max_epochs", max_epochs)


def max_steps_per_epoch() -> int | None:
    """How many batches an epoch has at most; ``None`` for no limit."""
    return _switches["max_steps_per_epoch"]


def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Limit the batches of every epoch, also of ``evaluate`` and ``predict``.

    Raises:
        ValueError: When it is not a whole number above zero, or ``None``.
    """
    _switches["max_steps_per_epoch"] = _limit("set_max_steps_per_epoch", max_steps_per_epoch)


def _limit(name: str, value: int | None) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        raise ValueError(f"{name} takes a whole number, 1 or more, or None, but got {value!r}.")
    return value


def limited_epochs(epochs: int) -> int:
    """The epochs to go through, where there is a limit."""
    limit = max_epochs()
    if limit is None or epochs <= limit:
        return epochs
    warnings.warn(f"There are {limit} epochs at most: `set_max_epochs` says so.", stacklevel=3)
    return limit


def limited_steps(steps: int | None, size: int | None) -> int | None:
    """The batches of an epoch, where there is a limit.

    Args:
        steps: How many there are to be, if that was said.
        size: How many there are in the data, if that is known.
    """
    limit = max_steps_per_epoch()
    known = steps or size
    if limit is None or (known is not None and known <= limit):
        return steps
    warnings.warn(
        f"An epoch has {limit} batches at most: `set_max_steps_per_epoch` says so.", stacklevel=4
    )
    return limit
