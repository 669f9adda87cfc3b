"""``visualnn.utils.bounding_boxes``: the names of ``keras.utils.bounding_boxes``."""

from visualnn.bounding_boxes import (
    affine_transform,
    clip_to_image_size,
    compute_ciou,
    compute_iou,
    convert_format,
    crop,
    decode_deltas_to_boxes,
    encode_box_to_deltas,
    pad,
)
