"""``visualnn.visualization``: the names of ``keras.visualization``."""

from visualnn.galleries import (
    draw_bounding_boxes,
    draw_segmentation_masks,
    plot_bounding_box_gallery,
    plot_image_gallery,
    plot_segmentation_mask_gallery,
)
