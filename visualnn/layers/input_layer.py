"""The inputs of a functional model."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from visualnn.dtype_policies import standardize_dtype
from visualnn.layers.connectivity import Call, KerasTensor
from visualnn.layers.layer import Layer
from visualnn.serialization import public

FAMILY = "Input"


@public("keras.layers")
class InputLayer(Layer):
    """Stands for an input of a model: a placeholder of known shape that data is put into.

    Args:
        shape: The shape of one example, without the batch; ``None`` for unknown sizes.
        batch_size: The number of examples in a batch, if it is always the same.
        dtype: The dtype of the data.
        sparse: Accepted for Keras's sake; sparse data is not supported.
        ragged: Accepted for Keras's sake; ragged data is not supported.
        batch_shape: The shape with the batch, in place of ``shape`` and ``batch_size``.
        input_tensor: A tensor of the layer graph to take as this input.
        optional: Whether the input may be left out, as ``None``.
        name: The name of the input.
        **kwargs: ``input_shape`` and ``batch_input_shape``, as older files have them.
    """

    _needs_no_build = True

    def __init__(
        self,
        shape: Any = None,
        batch_size: int | None = None,
        dtype: Any = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Any = None,
        input_tensor: Any = None,
        optional: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ):
        shape = kwargs.pop("input_shape", shape)
        batch_shape = kwargs.pop("batch_input_shape", batch_shape)
        if sparse or ragged:
            raise ValueError(
                "An Input of sparse or ragged tensors is not supported: use dense ones."
            )
        if input_tensor is not None:
            if not isinstance(input_tensor, KerasTensor):
                raise ValueError(
                    f"InputLayer: `input_tensor` must be a KerasTensor, but is {input_tensor!r}."
                )
            batch_shape, dtype = input_tensor.shape, dtype or input_tensor.dtype
        super().__init__(name=name, **kwargs)
        self.batch_shape = _batch_shape(shape, batch_size, batch_shape)
        self._dtype = standardize_dtype(dtype)
        self.sparse = False
        self.ragged = False
        self.optional = bool(optional)
        self.supports_masking = True
        output = input_tensor
        if output is None or output.made_by is not None:
            output = KerasTensor(self.batch_shape, self._dtype, name=name)
        Call(self, (), {}, output)

    def call(self) -> Any:
        """An input computes nothing."""
        return None

    @property
    def dtype(self) -> str:
        return self._dtype

    def get_config(self) -> dict[str, Any]:
        return {
            "batch_shape": self.batch_shape,
            "dtype": self.dtype,
            "sparse": self.sparse,
            "ragged": self.ragged,
            "name": self.name,
            "optional": self.optional,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> InputLayer:
        config = {key: value for key, value in config.items() if key != "trainable"}
        return super().from_config(config)


def Input(  # noqa: N802 - Keras's name
    shape: Any = None,
    batch_size: int | None = None,
    dtype: Any = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Any = None,
    name: str | None = None,
    tensor: Any = None,
    optional: bool = False,
) -> KerasTensor:
    """An input of a functional model, to call layers on.

    Args:
        shape: The shape of one example, without the batch; ``None`` for unknown sizes.
        batch_size: The number of examples in a batch, if it is always the same.
        dtype: The dtype of the data.
        sparse: Accepted for Keras's sake; sparse data is not supported.
        ragged: Accepted for Keras's sake; ragged data is not supported.
        batch_shape: The shape with the batch, in place of ``shape`` and ``batch_size``.
        name: The name of the input.
        tensor: A tensor of the layer graph to take as this input.
        optional: Whether the input may be left out, as ``None``.
    """
    layer = InputLayer(
        shape=shape,
        batch_size=batch_size,
        dtype=dtype,
        sparse=sparse,
        ragged=ragged,
        batch_shape=batch_shape,
        name=name,
        input_tensor=tensor,
        optional=optional,
    )
    return layer.output


def _batch_shape(shape: Any, batch_size: int | None, batch_shape: Any) -> tuple:
    if batch_shape is not None:
        if shape is not None or batch_size is not None:
            raise ValueError("Input: give `batch_shape`, or `shape` and `batch_size`, not both.")
        return _sizes(batch_shape, "batch_shape")
    if shape is None:
        raise ValueError(
            "Input: give the `shape` of one example, such as `Input(shape=(28, 28, 1))`."
        )
    return (batch_size, *_sizes(shape, "shape"))


def _sizes(shape: Any, name: str) -> tuple:
    if not isinstance(shape, list | tuple):
        raise ValueError(
            f"Input: `{name}` must be a tuple of sizes, such as ({shape!r},), but is {shape!r}."
        )
    for size in shape:
        whole = isinstance(size, Integral) and not isinstance(size, bool) and int(size) >= 0
        if size is not None and not whole:
            raise ValueError(
                f"Input: `{name}` {tuple(shape)} holds {size!r}; a size is a whole number, zero or "
                "more, or None where it is not known."
            )
    return tuple(None if size is None else int(size) for size in shape)
