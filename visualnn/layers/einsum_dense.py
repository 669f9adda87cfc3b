"""A dense layer whose product is written as an equation."""

from __future__ import annotations

from typing import Annotated, Any

from visualnn import ops
from visualnn.activations import Activation
from visualnn.constraints import Constraint
from visualnn.declaration import declared, setting
from visualnn.initializers import Initializer
from visualnn.layers.layer import Layer
from visualnn.layers.refusal import refuse
from visualnn.regularizers import Regularizer
from visualnn.serialization import public
from visualnn.settings import Kind
from visualnn.spec import ShapeError

FAMILY = "Core"


def _output_shape(x: Any) -> tuple:
    sizes = tuple(x) if isinstance(x, list | tuple) else (x,)
    if not all(size is None or isinstance(size, int) for size in sizes):
        raise ValueError(f"must be a size or a tuple of sizes, but is {x!r}.")
    return sizes


OutputShape = Annotated[tuple, Kind("shape", _output_shape)]


@public("keras.layers")
@declared
class EinsumDense(Layer):
    """Multiplies its input by a kernel, axis by axis as an equation says.

    The equation names every axis by a letter, ``"abc,cd->abd"``: axes with one letter are matched,
    and summed over where the letter is not in the result.  ``...`` stands for any axes.

    Args:
        equation: The equation: input, kernel and output.
        output_shape: The sizes of the output without the batch; ``None`` takes the input's.
        activation: Applied to the result.
        bias_axes: The letters of the output axes that get a bias, such as ``"d"``.
        kernel_initializer: Makes the first kernel.
        bias_initializer: Makes the first bias.
        kernel_regularizer: Penalises the kernel.
        bias_regularizer: Penalises the bias.
        kernel_constraint: Applied to the kernel after every step.
        bias_constraint: Applied to the bias after every step.
        lora_rank: Accepted as ``None``; low-rank adaptation is not supported.
        lora_alpha: Accepted as ``None``; low-rank adaptation is not supported.
        gptq_unpacked_column_size: Accepted as ``None``; quantization is not supported.
        quantization_config: Accepted as ``None``; quantization is not supported.
    """

    equation: str
    output_shape: OutputShape = setting(attribute="partial_output_shape")
    activation: Activation = setting(None)
    bias_axes: str | None = None
    kernel_initializer: Initializer = setting("glorot_uniform")
    bias_initializer: Initializer = setting("zeros")
    kernel_regularizer: Regularizer | None = None
    bias_regularizer: Regularizer | None = None
    kernel_constraint: Constraint | None = None
    bias_constraint: Constraint | None = None
    lora_rank: Any = setting(None, config=False)
    lora_alpha: Any = setting(None, config=False)
    gptq_unpacked_column_size: Any = setting(None, config=False)
    quantization_config: Any = None

    _always_in_config = ("activity_regularizer",)

    def __post_init__(self):
        refuse(self, "lora_rank", "lora_alpha", "quantization_config", "gptq_unpacked_column_size")
        parts_of(self.equation)

    def build(self, input_shape):
        sizes = axis_sizes(self.equation, input_shape, self.partial_output_shape)
        _, in_kernel, out = parts_of(self.equation)
        self.full_output_shape = tuple(sizes[letter] for letter in expanded(out, sizes))
        self.kernel = self.add_weight(
            name="kernel",
            shape=tuple(_known(self, sizes[letter], letter) for letter in in_kernel),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.bias_axes is not None:
            letters = out.replace("...", "")
            unknown = set(self.bias_axes) - set(letters)
            if unknown:
                raise ValueError(
                    f"EinsumDense {self.name!r}: `bias_axes` has {', '.join(sorted(unknown))}, "
                    f"which the output {out!r} of the equation has not."
                )
            first = min(letters.index(letter) for letter in self.bias_axes)
            shape = [sizes[x] if x in self.bias_axes else 1 for x in letters[first:]]
            self.bias = self.add_weight(
                name="bias",
                shape=tuple(_known(self, size, "of the bias") for size in shape),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def call(self, inputs, training=None):
        outputs = ops.einsum(self.equation, inputs, self.kernel)
        if self.bias is not None:
            outputs = outputs + self.bias
        return self.activation(outputs)


def parts_of(equation: str) -> tuple[str, str, str]:
    """The letters of the input, the kernel and the output.

    Raises:
        ValueError: When it is not an equation of this form.
    """
    inputs, arrow, out = equation.replace(" ", "").partition("->")
    given, comma, kernel = inputs.partition(",")
    if not arrow or not comma or "..." in kernel or not kernel.isalpha():
        raise ValueError(f"{equation!r} is not an equation like 'abc,cd->abd' or '...c,cd->...d'.")
    return given, kernel, out


def axis_sizes(equation: str, input_shape: Any, output_shape: tuple) -> dict[str, Any]:
    """The size of every letter; the axes of ``...`` are called 0, 1, 2, ...

    Raises:
        ShapeError: When the shapes do not fit the equation.
    """
    given, _, out = parts_of(equation)
    hidden = len(input_shape) - len(given.replace("...", "")) if "..." in given else 0
    sizes: dict[str, Any] = {"...": hidden}
    letters = expanded(given, sizes)
    if len(letters) != len(input_shape):
        raise ShapeError(
            f"Its equation {equation!r} wants an input of {len(letters)} axes, "
            f"but got {tuple(input_shape)}."
        )
    sizes.update(zip(letters, input_shape, strict=True))
    out_letters = expanded(out, sizes)
    wanted = list(output_shape)
    if len(wanted) == len(out_letters) - 1:  # the batch is not told
        wanted = [sizes.get(out_letters[0]), *wanted]
    elif "..." in out and len(wanted) < len(out_letters):
        missing = len(out_letters) - len(wanted)
        wanted = [None] * missing + wanted
    if len(wanted) != len(out_letters):
        raise ShapeError(
            f"Its equation {equation!r} makes an output of {len(out_letters)} axes, "
            f"but `output_shape` is {output_shape}."
        )
    for letter, size in zip(out_letters, wanted, strict=True):
        before = sizes.get(letter)
        if before is not None and size is not None and before != size:
            raise ShapeError(
                f"Its equation {equation!r} keeps the axis {letter!r} of size {before}, "
                f"but `output_shape` {output_shape} says {size}."
            )
        sizes[letter] = size if before is None else before
    return sizes


def expanded(letters: str, sizes: dict[str, Any]) -> list[str]:
    """The letters one by one, with numbers for the axes of ``...``."""
    before, dots, after = letters.partition("...")
    hidden = [str(i) for i in range(sizes["..."])] if dots else []
    return [*before, *hidden, *after]


def _known(layer: Layer, size: Any, letter: str) -> int:
    if size is None:
        raise ValueError(
            f"{type(layer).__name__} {layer.name!r}: the size of the axis {letter!r} is not known, "
            "but its weights depend on it. Give the `Input` a size there, or the `output_shape`."
        )
    return size
