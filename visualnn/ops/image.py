"""Functions on pictures, with the names and rules of ``keras.ops.image``."""

from visualnn.ops.image_colours import (
    extract_patches,
    extract_patches_3d,
    hsv_to_rgb,
    rgb_to_grayscale,
    rgb_to_hsv,
)
from visualnn.ops.image_sizes import crop_images, pad_images, resize, scale_and_translate

__all__ = [
    "crop_images",
    "extract_patches",
    "extract_patches_3d",
    "hsv_to_rgb",
    "pad_images",
    "resize",
    "rgb_to_grayscale",
    "rgb_to_hsv",
    "scale_and_translate",
]
