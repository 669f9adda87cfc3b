"""The loss of labels for frames whose alignment nobody knows."""

from __future__ import annotations

from visualnn import ops
from visualnn.declaration import declared
from visualnn.losses.loss import FunctionLoss, Reduction, losses


@losses.public()
def ctc(y_true, y_pred):
    """How improbable the labels of each sample were held, over all ways to spread them.

    Source: Graves et al., "Connectionist temporal classification" (2006).

    Args:
        y_true: The labels (batch, labels); zeros, which stand for no label, fill up the ends.
        y_pred: Scores (batch, frames, classes), before the softmax.

    Raises:
        ValueError: When the shapes are others.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.convert_to_tensor(y_true, dtype="int32")
    if len(y_true.shape) != 2:
        raise ValueError(
            "The loss ctc needs targets of the shape (batch, labels), but they have the shape "
            f"{tuple(y_true.shape)}."
        )
    if len(y_pred.shape) != 3:
        raise ValueError(
            "The loss ctc needs scores of the shape (batch, frames, classes), but they have the "
            f"shape {tuple(y_pred.shape)}."
        )
    batch, frames = ops.shape(y_pred)[:2]
    labels = ops.sum(ops.cast(ops.not_equal(y_true, 0), "int32"), axis=-1)
    dtype = y_pred.dtype
    if dtype in ("float16", "bfloat16"):  # sums of logarithms need more
        y_pred = ops.cast(y_pred, "float32")
    lengths = ops.full((batch,), frames, "int32")
    return ops.cast(ops.ctc_loss(y_true, y_pred, labels, lengths, mask_index=0), dtype)


@losses.public()
@declared
class CTC(FunctionLoss):
    """How improbable labels were held, over all ways to spread them over the frames."""

    reduction: Reduction | None = "sum_over_batch_size"
    name: str | None = "ctc"

    function = staticmethod(ctc)
