"""What layers say when something does not fit: which layer, what came, what would fit."""

import numpy as np
import pytest

from visualnn import layers
from visualnn.layers import Input

X = np.ones((2, 6, 6, 3), "float32")
ROWS = np.ones((2, 6), "float32")

WRONG_SETTINGS = [
    (lambda: layers.Dense(2, lora_rank=0), r"`lora_rank` must be a whole number, 1 or more"),
    (lambda: layers.Dense(2, quantization_config="int8"), r"must be a QuantizationConfig"),
    (lambda: layers.Dense(0), r"Dense: `units` must be a whole number, 1 or more, but is 0"),
    (lambda: layers.Dense(2.5), r"Dense: `units` must be a whole number, 1 or more, but is 2.5"),
    (lambda: layers.Dense(2, "rellu"), r"'rellu' is not an activation. Is '\w+' meant\?"),
    (lambda: layers.Dropout(1.5), r"Dropout: `rate` must be a number from 0 to 1, but is 1.5"),
    (lambda: layers.Conv2D(5, 3, groups=2), r"its 5 filters cannot be divided into 2 groups"),
    (lambda: layers.Conv2D(4, 3, 2, dilation_rate=2), r"`strides` .* and `dilation_rate` .* both"),
    (lambda: layers.Conv2D(4, (3, 3, 3)), r"`kernel_size` must be two whole numbers, 1 or more"),
    (lambda: layers.Conv2D(4, 3, padding="full"), r"`padding` must be one of 'valid', 'same'"),
    (lambda: layers.Conv2D(4, 3, data_format="NHWC"), r"`data_format` must be one of 'channels_"),
    (lambda: layers.Permute((1, 3)), r"`dims` must order the numbers from 1 to 2"),
    (lambda: layers.Reshape(6), r"Reshape: `target_shape` must be a tuple of whole numbers"),
    (lambda: layers.Reshape((-1, -1)), r"may hold -1 once, for the size to be worked out"),
    (lambda: layers.Cropping2D((1, 2, 3)), r"`cropping` must be a whole number or 2 of them"),
    (lambda: layers.ZeroPadding1D(-1), r"`padding` must be 1 whole numbers, zero or more"),
    (lambda: layers.EinsumDense("ab->c", 3), r"is not an equation like"),
    (lambda: layers.LayerNormalization(axis="a"), r"`axis` must be a whole number or several"),
    (lambda: layers.Normalization(mean=1.0), r"give both `mean` and `variance`, or none"),
    (lambda: layers.GroupQueryAttention(2, 3, 2), r"3 heads of queries cannot share 2 heads"),
    (lambda: layers.BatchNormalization(renorm=True, renorm_clipping={"r": 1}), r"has no \['r'\]"),
]
MISFITS = [
    (lambda: layers.Conv2D(4, 3, name="c"), ROWS, r"Conv2D 'c': Its input must have at least 4"),
    (lambda: layers.Conv2D(4, 3, groups=2), X, r"the 3 channels of its input .* into 2 groups"),
    (lambda: layers.Conv2D(4, 9, name="c"), X, r"Conv2D 'c': conv"),
    (lambda: layers.MaxPooling2D(7, name="p"), X, r"MaxPooling2D 'p': Its window \(7, 7\)"),
    (lambda: layers.Reshape((4,), name="r"), ROWS, r"'r': It cannot give the 6 numbers of an exam"),
    (lambda: layers.Cropping2D(3), X, r"It cuts 3 and 3 off axis 1, which leaves nothing"),
    (lambda: layers.Add(), ROWS, r"It combines several tensors, but was called on one of shape"),
    (lambda: layers.Subtract(), [ROWS] * 3, r"It combines 2 tensors, but got 3"),
    (lambda: layers.Subtract(), [ROWS], r"It combines 2 or more tensors, but got 1"),
    (lambda: layers.Add(name="a"), [ROWS, X[0]], r"Add 'a': Its inputs .*\(2, 6\) and \(6, 6, 3\)"),
    (lambda: layers.Add(), [ROWS, ROWS[:, :4]], r"number by number: \(2, 6\) and \(2, 4\)"),
    (lambda: layers.Concatenate(), [X, X[:, :2]], r"Its inputs may differ along axis -1 only"),
    (lambda: layers.Concatenate(axis=5), [X, X], r"Its `axis` is 5, but its inputs have 4 axes"),
    (lambda: layers.Dot(1), [ROWS, ROWS[:, :4]], r"It sums over axis 1 of \(2, 6\) and axis 1 of"),
    (lambda: layers.GroupNormalization(4), X, r"the 3 channels .* cannot be divided into 4 groups"),
    (lambda: layers.LayerNormalization(axis=7), X, r"has no axis 7"),
    (lambda: layers.BatchNormalization(axis=7, name="b"), X, r"'b': its input .* has no axis 7"),
    (lambda: layers.GroupNormalization(1, axis=7), X, r"has no axis 7"),
    (lambda: layers.Normalization(axis=7), X, r"has no axis 7"),
    (lambda: layers.EinsumDense("abc,cd->abd", (None, 2)), ROWS, r"wants an input of 3 axes"),
    (lambda: layers.Attention(), ROWS, r"called on a list: \[query, value\]"),
    (lambda: layers.Attention(), [X[0]] * 4, r"but got 4 tensors"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("make", "message"), WRONG_SETTINGS, ids=[message[:40] for _, message in WRONG_SETTINGS]
)
def test_wrong_settings(make, message):
    with pytest.raises((ValueError, TypeError), match=message):  # whichever Keras has
        make()


@pytest.mark.parametrize(
    ("make", "inputs", "message"), MISFITS, ids=[message[:40] for _, _, message in MISFITS]
)
@pytest.mark.parametrize("how", ["run", "connected"])
def test_misfits(make, inputs, message, how):
    if how == "connected":
        several = isinstance(inputs, list)
        found = [Input(batch_shape=x.shape) for x in (inputs if several else [inputs])]
        inputs = found if several else found[0]
    with pytest.raises((ValueError, IndexError), match=message):  # whichever Keras has
        make()(inputs)
