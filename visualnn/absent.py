"""What Keras has and this package leaves out on purpose: each name, and why.

``docs/absent.md`` is what :func:`page` writes.  Asking for such a name says the reason.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Sequence
from typing import Any

_WRAPPER = "it wraps a model of {}, and everything here is computed by numpy alone"
_OLD = (
    "Keras 3 refuses the optimizers of old as well; use those of `optimizers`, whose settings are "
    "the same"
)

ABSENT: dict[str, str] = {
    "applications": (
        "the well-known networks are not here yet; a `.keras` file that real Keras saved of one "
        "can be loaded by `load_model`"
    ),
    "distribution": (
        "it is not here yet: models are computed by one process, and there are no other devices"
    ),
    "nnx": "it is a part of Flax, and there is no Flax here; a `Layer` keeps its own variables",
    "callbacks.OrbaxCheckpoint": (
        "it writes the format of the library Orbax, which needs JAX; `ModelCheckpoint` and "
        "`BackupAndRestore` save and restore too"
    ),
    "config.enable_flash_attention": (
        "it chooses a program for graphics cards; attention is computed by its formula here"
    ),
    "config.enable_unsafe_deserialization": (
        "programs inside files are never run; say which classes and functions are meant by "
        "`custom_objects`"
    ),
    "layers.FlaxLayer": _WRAPPER.format("Flax"),
    "layers.JaxLayer": _WRAPPER.format("JAX"),
    "layers.TorchModuleWrapper": _WRAPPER.format("PyTorch"),
    "optimizers.legacy": _OLD,
}
"""Why each name of Keras's is not here; a namespace stands for all that is in it."""


def reason(public: str) -> str | None:
    """Why a name, or the namespace it is in, is left out; ``None`` where it is not."""
    while public:
        if public in ABSENT:
            return ABSENT[public]
        public = public.rpartition(".")[0]
    return None


def sentence(public: str) -> str:
    """What is said to those who ask for a name."""
    return f"visualnn leaves out `{public}` on purpose: {reason(public)}."


def refuse_in(module: types.ModuleType, namespace: str) -> None:
    """Let a module say why it has not the names of its namespace that are left out.

    Args:
        module: The module.
        namespace: What it is called under the package; the package itself is ``""``.
    """
    prefix = f"{namespace}." if namespace else ""
    earlier = vars(module).get("__getattr__")

    def missing(name: str) -> Any:
        if f"{prefix}{name}" in ABSENT:
            raise AttributeError(sentence(f"{prefix}{name}"), name=name, obj=module)
        if earlier is not None:
            return earlier(name)
        raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")

    vars(module)["__getattr__"] = missing


class _Refusal:
    """The last who is asked to find a module: says why one that is left out is not found.

    ``from package import name`` asks for a module too, where the package has not the name.
    """

    @staticmethod
    def find_spec(fullname: str, path: Sequence[str] | None = None, target: Any = None) -> None:
        package, _, public = fullname.partition(".")
        if package in ("visualnn", "keras") and public in ABSENT:
            raise ImportError(sentence(public))


def refuse(package: types.ModuleType) -> None:
    """Let a package and its public namespaces say why names that are left out are not there."""
    for namespace in sorted({name.rpartition(".")[0] for name in ABSENT}):
        module: Any = package
        for part in namespace.split(".") if namespace else ():
            module = getattr(module, part)
        refuse_in(module, namespace)
    if _Refusal not in sys.meta_path:
        sys.meta_path.append(_Refusal)  # type: ignore[arg-type]


def page() -> str:
    """The names and reasons, as a page of the documentation."""
    rows = [f"| `keras.{name}` | {why[0].upper()}{why[1:]}. |" for name, why in ABSENT.items()]
    head = [
        "# What is left out",
        "",
        "Public names of Keras 3.15 that are not here on purpose. Asking for one raises an error",
        "with the reason. (Written from the table in `visualnn/absent.py`.)",
        "",
        "| Name | Why |",
        "| --- | --- |",
    ]
    return "\n".join([*head, *rows]) + "\n"
