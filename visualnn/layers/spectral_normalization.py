"""A layer around a layer that keeps its kernel from stretching any input much."""

from __future__ import annotations

import math

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.initializers import TruncatedNormal
from visualnn.layers.arguments import accepts
from visualnn.layers.wrappers import Wrapper
from visualnn.serialization import public

FAMILY = "Wrapper"


@public("keras.layers")
@declared
class SpectralNormalization(Wrapper):
    """Divides the kernel of a layer by its largest singular value at every training step.

    The value is found by power iteration, which goes on where the last step ended.  Miyato et al.,
    "Spectral normalization for generative adversarial networks", 2018.

    Args:
        layer: The layer, which has a ``kernel`` or ``embeddings``.
        power_iterations: How many rounds of power iteration each step makes.
    """

    power_iterations: int = setting(1, minimum=1)

    def build(self, input_shape):
        super().build(input_shape)
        for name in ("kernel", "embeddings"):
            if hasattr(self.layer, name):
                self.kernel = getattr(self.layer, name)
                break
        else:
            raise ValueError(
                f"SpectralNormalization {self.name!r}: the layer {self.layer!r} has neither "
                "`kernel` nor `embeddings`, so there is nothing to normalize."
            )
        self.vector_u = self.add_weight(
            name="vector_u",
            shape=(1, self.kernel.shape[-1]),
            initializer=TruncatedNormal(stddev=0.02),  # type: ignore[call-arg] - by its fields
            trainable=False,
        )

    def call(self, inputs, training=False):
        if training:
            kernel, vector = self.normalized()
            self.vector_u.assign(vector)
            self.kernel.assign(kernel)
        given = {"training": training} if accepts(type(self.layer).call, "training") else {}
        return ops.cast(self.layer(inputs, **given), inputs.dtype)

    def normalized(self):
        """The kernel with the largest singular value one, and the vector to go on with."""
        shape = self.kernel.shape
        matrix = ops.reshape(self.kernel, (math.prod(shape[:-1]), shape[-1]))
        vector_u = self.vector_u
        for _ in range(self.power_iterations):
            vector_v = _unit(ops.matmul(vector_u, ops.transpose(matrix)))
            vector_u = _unit(ops.matmul(vector_v, matrix))
        vector_u, vector_v = ops.stop_gradient(vector_u), ops.stop_gradient(vector_v)
        largest = ops.matmul(ops.matmul(vector_v, matrix), ops.transpose(vector_u))
        return ops.reshape(matrix / largest, shape), vector_u


def _unit(vector):
    """A vector of the same direction and the length one."""
    return vector * ops.rsqrt(ops.maximum(ops.sum(ops.square(vector)), 1e-12))
