"""Reading variables and giving them new values."""

from __future__ import annotations

from typing import Any

from visualnn.exporting.saved_model.reading.indexing import gathered
from visualnn.exporting.saved_model.reading.rows import ReadNode, reads
from visualnn.variable import Variable, autocast


def _variable(node: ReadNode, x: Any) -> Variable:
    if not isinstance(x, Variable):
        raise node.refuse("needs a variable")
    return x


@reads("ReadVariableOp")
def _(node, variable):
    with autocast(None):
        return _variable(node, variable).value


@reads("ResourceGather")
def _(node, variable, indices):
    with autocast(None):
        return gathered(node, _variable(node, variable).value, indices, 0)


@reads("AssignVariableOp")
def _(node, variable, value):
    _variable(node, variable).assign(value)
    return ()


@reads("AssignAddVariableOp")
def _(node, variable, value):
    _variable(node, variable).assign_add(value)
    return ()


@reads("AssignSubVariableOp")
def _(node, variable, value):
    _variable(node, variable).assign_sub(value)
    return ()
