"""Which layers there are, for pages that show a file without Python.

``python -m visualnn.widgets.kinds`` writes ``widgets/src/file/kinds.ts``.
"""

# pyright: strict

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from visualnn.builder.families import FAMILIES
from visualnn.builder.palette import palette

TYPESCRIPT = Path(__file__).parents[2] / "widgets/src/file/kinds.ts"


def typescript() -> str:
    """The families, and the layers of each, as TypeScript."""
    members: dict[str, list[str]] = {}
    for layer in palette().layers:
        if layer.family != "Own":
            members.setdefault(layer.family, []).append(layer.name)
    lines = [
        "// Written by `python -m visualnn.widgets.kinds`.  Do not edit.",
        'import type { Family } from "../shared/messages";',
        "",
        "export const FAMILIES: Family[] = [",
        *(f"  {_record(asdict(family))}," for family in FAMILIES),
        "];",
        "",
        "/** The layers of each family, in one text. */",
        "export const MEMBERS: Record<string, string> = {",
    ]
    for name, layers in members.items():
        line = f"  {name}: {json.dumps(' '.join(sorted(layers)))},"
        fits = len(line) <= 100
        lines += [line] if fits else [f"  {name}:", f"    {json.dumps(' '.join(sorted(layers)))},"]
    return "\n".join([*lines, "};", ""])


def _record(fields: dict[str, str]) -> str:
    pairs = (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items())
    return f"{{ {', '.join(pairs)} }}"


if __name__ == "__main__":
    TYPESCRIPT.write_text(typescript())
