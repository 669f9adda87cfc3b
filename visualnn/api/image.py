"""``visualnn.preprocessing.image``: the names of ``keras.preprocessing.image``."""

from visualnn.training.image_files import (
    array_to_img,
    img_to_array,
    load_img,
    save_img,
    smart_resize,
)
