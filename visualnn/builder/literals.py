"""Values as Python source.  Whatever a file calls its layers, it is only ever a literal here."""
# pyright: strict, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownMemberType=false
# (what JSON holds has no types)

from __future__ import annotations

import builtins
import keyword
import math
import re
from collections.abc import Callable
from typing import Any

from visualnn import activations
from visualnn.builder.trees import Ref, is_record, references
from visualnn.serialization.registry import find_builtin

_NAMESPACES = ("initializers", "regularizers", "constraints", "layers", "dtype_policies")


def literal(value: Any, name_of: Callable[[Ref], str] = str) -> str:
    """A value as source: constants, records of our own classes, and references by their names."""
    if isinstance(value, Ref):
        return name_of(value)
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, str):
        return text(value)
    if isinstance(value, list | tuple):
        return _sequence(value, name_of)
    if isinstance(value, dict):
        if is_record(value):
            return _record(value)
        entries = [f"{literal(key)}: {literal(item, name_of)}" for key, item in value.items()]
        return "{" + ", ".join(entries) + "}"
    return repr(value)


def text(value: str) -> str:
    """A text in double quotes where it can be; what is not printable is escaped."""
    quoted = repr(value)
    if '"' in value or "'" in value:
        return quoted
    return f'"{quoted[1:-1]}"'


def _sequence(value: list[Any] | tuple[Any, ...], name_of: Callable[[Ref], str]) -> str:
    items = [literal(item, name_of) for item in value]
    if any(True for _ in references(tuple(value))):
        return f"[{', '.join(items)}]"
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"


def _record(record: dict[str, Any]) -> str:
    name, config = record["class_name"], record["config"]
    match name:
        case "__numpy__" | "__tensor__":
            value, dtype = plain(config.get("value")), config.get("dtype", "float32")
            return f"np.array({value}, {literal(dtype)})"
        case "__slice__":
            parts = [literal(config.get(key)) for key in ("start", "stop", "step")]
            return f"slice({', '.join(parts)})"
        case "__ellipsis__":
            return "..."
        case _:
            return _object(record)


def _object(record: dict[str, Any]) -> str:
    """A call of the constructor of one of our own classes; else the record itself, as it is."""
    module, name = str(record.get("module")), str(record["class_name"])
    space = module.removeprefix("keras.")
    config = record["config"]
    if (
        name == "function"
        and is_identifier(config)
        and callable(getattr(activations, config, None))
    ):
        return f"activations.{config}"
    known = space in _NAMESPACES and find_builtin(module, name) is not None
    if not known or not isinstance(config, dict) or not all(map(is_identifier, config)):
        return plain(record)
    arguments = [f"{key}={literal(item)}" for key, item in config.items() if item is not None]
    return f"{space}.{name}({', '.join(arguments)})"


def plain(value: Any) -> str:
    """A JSON value as source, whatever it may stand for."""
    if isinstance(value, dict):
        entries = [f"{text(str(key))}: {plain(item)}" for key, item in value.items()]
        return "{" + ", ".join(entries) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(plain(item) for item in value)}]"
    return literal(value)


def is_identifier(name: Any) -> bool:
    """Whether a text can stand in source as a name."""
    return (
        isinstance(name, str)
        and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name) is not None
        and not keyword.iskeyword(name)
    )


def identifier(name: str) -> str:
    """A name that Python takes and has no use for, as near to this one as possible."""
    found = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_") or "x"
    if found[0].isdigit():
        found = f"x_{found}"
    means_something = keyword.iskeyword(found) or keyword.issoftkeyword(found)
    return f"{found}_" if means_something or hasattr(builtins, found) else found


def comment(sentence: str) -> str:
    """A sentence as one line of comment, whatever is in it."""
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in sentence)
    return f"# {shown}"
