"""Functions on pictures, with the names and rules of ``keras.ops.image``."""

from visualnn.ops.image_colours import (
    extract_patches,
    extract_patches_3d,
    hsv_to_rgb,
    rgb_to_grayscale,
    rgb_to_hsv,
)
from visualnn.ops.image_filters import elastic_transform, gaussian_blur, sobel_edges, ssim
from visualnn.ops.image_sizes import crop_images, pad_images, resize, scale_and_translate
from visualnn.ops.image_warping import affine_transform, map_coordinates, perspective_transform

__all__ = [
    "affine_transform",
    "crop_images",
    "elastic_transform",
    "extract_patches",
    "extract_patches_3d",
    "gaussian_blur",
    "hsv_to_rgb",
    "map_coordinates",
    "pad_images",
    "perspective_transform",
    "resize",
    "rgb_to_grayscale",
    "rgb_to_hsv",
    "scale_and_translate",
    "sobel_edges",
    "ssim",
]
