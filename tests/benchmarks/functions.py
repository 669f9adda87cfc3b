"""How fast functions run as graphs, beside the same Python code, in one run.

``python -m tests.benchmarks.functions``.  Each is called in turns for a while; what is told is the
median of the ratios, and the microseconds of a call.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

import visualnn
from visualnn import ops, optimizers

ROUNDS, SECONDS = 7, 0.3


class Dense(visualnn.Module):
    """A layer written by hand."""

    def __init__(self, size: int):
        super().__init__()
        numbers = np.random.default_rng(0).normal(size=(size, size)) / size**0.5
        self.w = visualnn.Variable(numbers.astype("float32"), name="w")
        self.b = visualnn.Variable(np.zeros(size, "float32"), name="b")

    def __call__(self, x):
        return ops.tanh(ops.matmul(x, self.w) + self.b)


class Chain(visualnn.Module):
    """A few of them, one after the other."""

    def __init__(self, size: int):
        super().__init__()
        self.layers = [Dense(size) for _ in range(4)]

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def inference(size: int) -> tuple[Callable, Callable]:
    """A chain called on a batch, as Python and as a function."""
    chain, x = Chain(size), np.ones((32, size), "float32")
    traced = visualnn.function(chain)
    return lambda: chain(x), lambda: traced(x)


def training(size: int) -> tuple[Callable, Callable]:
    """A training step with a tape, as Python and as a function."""
    x = np.ones((32, size), "float32")

    def stepping() -> Callable:
        chain, optimizer = Chain(size), optimizers.Adam(1e-3)

        def step(x):
            with visualnn.GradientTape() as tape:
                loss = ops.mean(ops.square(chain(x)))
            variables = chain.trainable_variables
            gradients = tape.gradient(loss, variables)
            optimizer.apply_gradients(zip(gradients, variables, strict=True))
            return loss

        return step

    eager, traced = stepping(), visualnn.function(stepping())
    return lambda: eager(x), lambda: traced(x)


def seconds(call: Callable) -> float:
    """The time of one call, over many."""
    begin, count = time.perf_counter(), 0
    while time.perf_counter() - begin < SECONDS:
        call()
        count += 1
    return (time.perf_counter() - begin) / count


def main() -> None:
    """Print a line for each case."""
    for name, make, size in (
        ("inference, 8 wide", inference, 8),
        ("inference, 64 wide", inference, 64),
        ("inference, 512 wide", inference, 512),
        ("training step, 8 wide", training, 8),
        ("training step, 64 wide", training, 64),
    ):
        eager, traced = make(size)
        for call in (eager, traced):
            call()
        times = [(seconds(eager), seconds(traced)) for _ in range(ROUNDS)]
        ratio = statistics.median(a / b for a, b in times)
        python, graph = (statistics.median(x) * 1e6 for x in zip(*times, strict=True))
        print(f"{name:24} {python:9.0f} us {graph:9.0f} us  {ratio:5.1f} times as fast")


if __name__ == "__main__":
    main()
