"""Python functions that are traced once for each kind of arguments, and then run as a graph."""

from visualnn.functions.arguments import ambient
from visualnn.functions.concrete import ConcreteFunction
from visualnn.functions.function import (
    Function,
    function,
    functions_run_eagerly,
    run_functions_eagerly,
)
from visualnn.functions.tensor_spec import TensorSpec
