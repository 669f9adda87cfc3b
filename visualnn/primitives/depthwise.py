"""Convolution in which every channel is seen by itself: multiplications instead of matrices.

Works through a few images at a time, so that what is read again for every tap stays in the cache.
Kernels are (*window, 1, filters); every channel makes ``many`` filters.
"""

import numpy as np

from visualnn.primitives.windows import image_blocks, seen_by, taps


def _repeated(seen, many):
    return seen if many == 1 else np.repeat(seen, many, -1)


def forward(image, kernel, result, strides, dilation):
    """Weigh what every window sees, channel by channel, into ``result``."""
    many = kernel.shape[-1] // image.shape[-1]
    counts = result.shape[1:-1]
    for part in image_blocks(image):
        inside, made = image[part], result[part]
        made[...] = 0
        for tap in taps(kernel.shape[:-2]):
            seen = inside[seen_by(tap, counts, strides, dilation)]
            made += _repeated(seen, many) * kernel[tap]
    return result


def backward(y, kernel, image, strides, dilation):
    """Paint the kernels into ``image``, which begins with zeros, channel by channel."""
    many = kernel.shape[-1] // image.shape[-1]
    counts = y.shape[1:-1]
    for part in image_blocks(image):
        strength, target = y[part], image[part]
        for tap in taps(kernel.shape[:-2]):
            painted = strength * kernel[tap]
            if many > 1:
                painted = painted.reshape(*strength.shape[:-1], -1, many).sum(-1)
            target[seen_by(tap, counts, strides, dilation)] += painted


def to_kernel(image, g, kernel, strides, dilation):
    """Add to ``kernel`` what every window saw times ``g``, channel by channel."""
    filters, counts = kernel.shape[-1], g.shape[1:-1]
    many = filters // image.shape[-1]
    for part in image_blocks(image):
        inside, strength = image[part], g[part]
        ones = np.ones(strength.size // filters, g.dtype)
        for tap in taps(kernel.shape[:-2]):
            seen = inside[seen_by(tap, counts, strides, dilation)]
            product = _repeated(seen, many) * strength
            kernel[tap] += ones @ product.reshape(-1, filters)  # BLAS sums faster than sum()
    return kernel
