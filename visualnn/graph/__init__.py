"""The graph of a computation: recording it, printing it, differentiating it."""

from visualnn.graph.eager import EagerGraph
from visualnn.graph.gradient import GradientError, gradients
from visualnn.graph.graph import Graph, Node, SymbolicError, Value
from visualnn.graph.stateless import with_values
from visualnn.graph.stateless_scope import StatelessScope, SymbolicScope
from visualnn.graph.tape import GradientTape, grad, value_and_grad
from visualnn.graph.trace import trace, trace_body
