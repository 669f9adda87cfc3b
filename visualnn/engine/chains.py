"""Chains of images times vectors plus vectors, as one multiplication and one addition.

Batch normalization subtracts a mean, divides by a deviation, multiplies by a scale and adds a
shift; its gradient is a longer chain of the same kind.  Every value of such a chain is a sum of
images with a factor for each channel, plus a term for each channel:

    normalized = factor * image + term        gradient = a * slope + b * image + c

Only the factors and terms change along the chain, and they are short.  So nothing is computed
before something else than a chain asks for the images.  Sums over all places are linear, too:

    sum(factor * image + term) = factor * sum(image) + places * term

and so are those of products, which makes the variance of a batch and the slopes of its statistics
out of sums that are taken while the image is in the cache anyway.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from visualnn.engine.passes import uses
from visualnn.graph.graph import Graph, Value
from visualnn.primitives import PRIMITIVES
from visualnn.primitives.primitive import Primitive
from visualnn.spec import known

_LEAST = 1 << 13  # elements of an image batch; smaller ones are not worth it
_MOST_IMAGES = 3  # in one sum
_MOST_PRODUCTS = 2
_SPREAD = ("conv", "conv_transpose", "max_pool_spread", "multiply", "add", "relu", "max_pool")
"""What makes images whose mean is not much larger than their deviation.  The variance of others,
such as the pixels of photographs, is computed from their distances to the mean."""


@dataclass(frozen=True)
class Chain:
    """A sum of images with a factor each, and a term.

    Attributes:
        images: The factor of every image, for each channel; ``None`` is one.
        term: What is added, for each channel; ``None`` is nothing.
    """

    images: Mapping[Value, Value | None]
    term: Value | None = None


class Chains:
    """Which values of a graph are chains, and what becomes of them.

    Args:
        graph: The graph that is recorded; ``graph.record`` records an operation as it is.
    """

    def __init__(self, graph: Any):
        self._graph = graph
        self._chains: dict[Value, Chain] = {}
        self._products: dict[Value, tuple[Value, Value]] = {}
        self._done: dict[Value, Value] = {}

    def recorded(
        self, primitive: Primitive, values: tuple[Value, ...], settings: dict[str, Any]
    ) -> Any:
        """The result of an operation that is part of a chain, or that ends one; else ``None``."""
        if primitive.name in _STEPS:
            chain = self._next(primitive.name, values)
            if chain is not None:
                made = self._graph.record(primitive, values, settings)
                self._chains.setdefault(made, chain)
                return made
            if primitive.name == "multiply" and _are_large(values):
                made = self._graph.record(primitive, values, settings)
                self._products.setdefault(made, (values[0], values[1]))
                return made
        if primitive.name in ("sum", "sum_like") and self._is_open(values[0]):
            total = self._total(primitive, values, settings)
            if total is not None:
                return total
        if primitive.name == "broadcast_like" and self._is_open(values[1]):  # of sizes only
            shape = {"shape": values[1].spec.sizes}
            return self._graph.add(PRIMITIVES["broadcast_to"], values[:1], shape)
        if any(self._is_open(x) or self._done.get(x, x) is not x for x in values):
            return self._graph.add(primitive, tuple(map(self.settled, values)), settings)
        return None

    def settled(self, x: Value) -> Value:
        """A value for whoever needs its elements."""
        if x in self._done:
            return self._done[x]
        made = x
        if x in self._products:
            a, b = self._products.pop(x)
            made = self._graph.record(
                PRIMITIVES["multiply"], (self.settled(a), self.settled(b)), {}
            )
        elif x in self._chains:
            made = self._written(self._chains.pop(x))
        self._done[x] = self._done[made] = made
        return made

    def _is_open(self, x: Value) -> bool:
        return x not in self._done and (x in self._chains or x in self._products)

    def _chain(self, x: Value) -> Chain:
        """A value as a chain, of itself if it is none."""
        if x in self._chains and x not in self._done:
            return self._chains[x]
        return Chain({self.settled(x): None})

    # ------------------------------------------------------------------ steps of a chain

    def _next(self, name: str, values: tuple) -> Chain | None:
        """What a step makes of its inputs, if it is a step of a chain."""
        images = [x for x in values if _is_large(x)]
        vectors = [x for x in values if images and _is_vector(x, images[0].spec.sizes)]
        if not _are_large(images) or len(images) + len(vectors) < len(values):
            return None
        if name == "multiply" and len(images) == 2:
            return None
        sides = [self._chain(x) if _is_large(x) else Chain({}, x) for x in values]
        return _STEPS[name](self, *sides)

    def add(self, a: Chain, b: Chain) -> Chain | None:
        images = dict(a.images)
        for image, factor in b.images.items():
            if image in images:
                images[image] = self._plus(self._number(images[image]), self._number(factor))
            else:
                images[image] = factor
        if len(images) > _MOST_IMAGES:
            return None
        return Chain(images, self._plus(a.term, b.term))

    def subtract(self, a: Chain, b: Chain) -> Chain | None:
        return self.add(a, self.negative(b))

    def negative(self, a: Chain) -> Chain:
        images = {image: self._negated(self._number(factor)) for image, factor in a.images.items()}
        return Chain(images, None if a.term is None else self._negated(a.term))

    def multiply(self, a: Chain, b: Chain) -> Chain | None:
        chain, factor = (a, b.term) if a.images else (b, a.term)
        assert factor is not None
        images = {image: self._times(own, factor) for image, own in chain.images.items()}
        return Chain(images, None if chain.term is None else self._times(chain.term, factor))

    def divide(self, a: Chain, b: Chain) -> Chain | None:
        if b.images or b.term is None:
            return None
        one = self._graph.lift(np.ones((), b.term.dtype))
        return self.multiply(a, Chain({}, self._small("divide", one, b.term)))

    # ------------------------------------------------------------------ ends of a chain

    def _written(self, chain: Chain) -> Value:
        """The operations that compute a chain: one or two for every image, and one for the term."""
        total = None
        for image, factor in chain.images.items():
            part = image if factor is None else self._whole("multiply", image, factor)
            total = part if total is None else self._whole("add", total, part)
        assert total is not None
        return total if chain.term is None else self._whole("add", total, chain.term)

    def _total(self, primitive: Primitive, values: tuple, settings: dict) -> Value | None:
        """The sum over all places, out of the sums of the images."""
        x, shape = values[0], values[0].spec.numbers
        result = primitive.infer_all(*(y.spec for y in values), **settings)[0].numbers
        if math.prod(result) != shape[-1] or result[-1:] != shape[-1:]:
            return None
        if x in self._products:
            total = self._total_of_product(*self._products[x])
        else:
            total = self._total_of_chain(self._chains[x], x)
        if total is None:
            return None
        return self._graph.add(PRIMITIVES["reshape"], (total,), {"shape": result})

    def _total_of_chain(self, chain: Chain, like: Value) -> Value | None:
        total = None
        for image, factor in chain.images.items():
            total = self._plus(total, self._times(factor, self._sum(image)))
        if chain.term is not None:
            places = self._graph.lift(np.asarray(_places(like), like.dtype))
            every = self._small("multiply", places, chain.term)
            total = self._plus(total, every)
        return total

    def _total_of_product(self, a: Value, b: Value) -> Value | None:
        """The sum of a product of two chains: of the products of their images, and of these."""
        first, second = self._chain(a), self._chain(b)
        pairs = [(p, q) for p in first.images for q in second.images]
        is_plain = len(pairs) == 1 and first.term is None and second.term is None
        centred = [*first.images, *second.images]
        if len(pairs) > _MOST_PRODUCTS or not (is_plain or all(map(_is_centred, centred))):
            return None
        total = None
        for p, q in pairs:
            product = self._sum(self._whole("multiply", p, q))
            factor = self._times(first.images[p], self._times(second.images[q], product))
            total = self._plus(total, factor)
        for chain, other in ((first, second), (second, first)):
            if other.term is not None:
                of_images = self._total_of_chain(Chain(chain.images), a)
                total = self._plus(total, self._times(of_images, other.term))
        if first.term is not None and second.term is not None:
            both = self._small("multiply", first.term, second.term)
            total = self._plus(total, self._total_of_chain(Chain({}, both), a))
        if a is b and total is not None:  # squares do not add up to less than nothing
            total = self._small("maximum", total, self._graph.lift(np.zeros((), a.dtype)))
        return total

    # ------------------------------------------------------------------ short and long operations

    def _sum(self, image: Value) -> Value:
        settings = {"axes": tuple(range(image.ndim - 1)), "keepdims": True}
        return self._graph.record(PRIMITIVES["sum"], (self.settled(image),), settings)

    def _whole(self, name: str, a: Value, b: Value) -> Value:
        made = self._graph.record(PRIMITIVES[name], (self.settled(a), self.settled(b)), {})
        self._done[made] = made
        return made

    def _small(self, name: str, a: Value, b: Value) -> Value:
        return self._graph.add(PRIMITIVES[name], (a, b), {})

    def _plus(self, a: Value | None, b: Value | None) -> Value | None:
        if a is None or b is None:
            return a if b is None else b
        return self._small("add", a, b)

    def _times(self, a: Value | None, b: Value | None) -> Any:
        if a is None or b is None:
            return a if b is None else b
        return self._small("multiply", a, b)

    def _negated(self, x: Value) -> Value:
        return self._graph.add(PRIMITIVES["negative"], (x,), {})

    def _number(self, factor: Value | None) -> Value:
        """A factor; one, if there is none."""
        return self._graph.lift(np.ones((), "float32")) if factor is None else factor


_STEPS = {
    "add": Chains.add,
    "subtract": Chains.subtract,
    "multiply": Chains.multiply,
    "divide": Chains.divide,
    "negative": Chains.negative,
}


def _is_large(x: Value) -> bool:
    if x.ndim < 4 or x.dtype != "float32" or x.node is None or not all(map(known, x.spec.sizes)):
        return False
    return math.prod(x.spec.numbers) >= _LEAST


def _are_large(values: Sequence[Value]) -> bool:
    """Whether all values are images of one size."""
    return all(_is_large(x) and x.spec.sizes == values[0].spec.sizes for x in values)


def _is_vector(x: Value, shape: tuple) -> bool:
    """Whether a value has at most one element for each channel."""
    sizes = x.spec.sizes
    return x.dtype == "float32" and (
        sizes == () or (math.prod(sizes) == sizes[-1] and sizes[-1] in (1, shape[-1]))
    )


def _is_centred(x: Value) -> bool:
    return x.node is not None and x.node.primitive.name in _SPREAD


def _places(x: Value) -> int:
    return math.prod(x.spec.numbers[:-1])


def chains_of(graph: Graph) -> Chains | None:
    """The chains of a graph, unless they are left out."""
    return Chains(graph) if uses("chains") else None
