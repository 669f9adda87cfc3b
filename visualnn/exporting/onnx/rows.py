"""The rows of ONNX: what each primitive becomes.

A row gets the graph that is written, our node, and a :class:`~visualnn.exporting.onnx.graph.Held`
for each input; it returns a ``Held``, the name of a tensor with the axes of our value, or a list
of these.
"""

from __future__ import annotations

from visualnn.exporting.lowering import Lowering

ONNX = Lowering("ONNX")

WIDER = {
    **dict.fromkeys(("bool", "int8", "uint8", "int16", "uint16"), "int32"),
    "uint32": "int64",
}
"""The dtypes that runtimes have no arithmetic for, and what is computed with instead."""
