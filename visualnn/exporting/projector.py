"""Files for TensorBoard's Projector: tables of embeddings, and which there are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from visualnn.saving.atomic import replacing


def write_embeddings(
    folder: Path, tables: Mapping[str, np.ndarray], metadata: Mapping[str, str]
) -> None:
    """Write tables where TensorBoard finds them, each as text with a row for each embedding.

    Args:
        folder: That of the run.
        tables: A matrix for each name.
        metadata: For names: the file that says what the rows are, such as one word in each line.
    """
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for name, table in tables.items():
        file = f"{name.replace('/', '_')}.embedding.tsv"
        with replacing(folder / file) as temporary:
            np.savetxt(temporary, np.asarray(table, "float64"), "%.7g", "\t")
        lines = [f"tensor_name: {_quoted(name)}", f"tensor_path: {_quoted(file)}"]
        lines += [f"tensor_shape: {size}" for size in np.shape(table)]
        if name in metadata:
            lines.append(f"metadata_path: {_quoted(os.path.abspath(metadata[name]))}")
        entries.append("embeddings {\n" + "".join(f"  {line}\n" for line in lines) + "}\n")
    with replacing(folder / "projector_config.pbtxt") as temporary:
        temporary.write_text("".join(entries), encoding="utf-8")


def _quoted(text: str) -> str:
    """A text as protobuf's text format writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
