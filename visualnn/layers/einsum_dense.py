"""A dense layer whose product is written as an equation."""

from __future__ import annotations

from string import ascii_letters
from typing import Annotated, Any, NamedTuple

from visualnn import ops
from visualnn.activations import Activation
from visualnn.constraints import Constraint
from visualnn.declaration import declared, setting
from visualnn.initializers import Initializer
from visualnn.layers.layer import Layer
from visualnn.layers.low_rank import adapted_weight
from visualnn.layers.quantizable import Quantizable, QuantizationSetting
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
class EinsumDense(Quantizable):
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
        lora_rank: The rank of a change by two small weights (see ``enable_lora``).
        lora_alpha: That change is multiplied by this number over its rank; by default by one.
        gptq_unpacked_column_size: Accepted as ``None``; there is no GPTQ here.
        quantization_config: How the weights are quantized, where the dtype policy says that they
            are, or by ``quantize``.
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
    lora_rank: int | None = setting(None, minimum=1, config=False)
    lora_alpha: float | None = setting(None, config=False)
    gptq_unpacked_column_size: Any = setting(None, config=False)
    quantization_config: QuantizationSetting = None

    kernel = adapted_weight("kernel")

    _always_in_config = ("activity_regularizer",)

    def __post_init__(self):
        refuse(self, "gptq_unpacked_column_size")
        parts_of(self.equation)

    def build(self, input_shape):
        sizes = axis_sizes(self.equation, input_shape, self.partial_output_shape)
        given, in_kernel, out = parts_of(self.equation)
        self.full_output_shape = tuple(sizes[letter] for letter in expanded(out, sizes))
        self.letters = Letters(expanded(given, sizes), list(in_kernel), expanded(out, sizes))
        self.kernel = self.add_large_weight(
            "kernel",
            tuple(_known(self, sizes[letter], letter) for letter in in_kernel),
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
            shape += [1] * (sizes["..."] if out.endswith("...") else 0)
            self.bias = self.add_weight(
                name="bias",
                shape=tuple(_known(self, size, "of the bias") for size in shape),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

        self.add_low_rank()

    def call(self, inputs, training=None):
        if self.is_quantized:
            outputs = self._quantized_product(inputs)
        else:
            outputs = ops.einsum(self.equation, inputs, self.kernel)
        if self.bias is not None:
            outputs = outputs + self.bias
        return self.activation(outputs)

    def _quantized_product(self, inputs):
        letters = self.letters

        def product(x, kernel):
            return ops.einsum(self.equation, x, kernel)

        def backward(upstream, kernel):
            return letters.gradient(upstream, kernel, inputs)

        outputs = self.product(
            "kernel",
            inputs,
            product,
            backward,
            axis=tuple(i for i, x in enumerate(letters.inputs) if x not in letters.out),
            aligned=lambda scale: aligned(scale, letters.inputs, letters.out),
        )
        if self.lora_enabled:
            outputs = outputs + product(inputs, self.low_rank_change())
        return outputs

    # the scales of the kernel have the axes of the output, so that the output is divided by them

    def reduced_axes(self, name):
        return tuple(i for i, x in enumerate(self.letters.kernel) if x not in self.letters.out)

    def scale_shape(self, name, shape):
        sizes = dict(zip(self.letters.kernel, shape, strict=True))
        return tuple(sizes.get(letter, 1) for letter in self.letters.out)

    def kept_scale(self, name, scale):
        return aligned(scale, self.letters.kernel, self.letters.out)

    def spread_scale(self, name):
        return aligned(self.kernel_scale, self.letters.out, self.letters.kernel)


class Letters(NamedTuple):
    """The letters of the axes, with numbers for those of ``...``."""

    inputs: list[str]
    kernel: list[str]
    out: list[str]

    def gradient(self, upstream: Any, kernel: Any, inputs: Any) -> Any:
        """The gradient of the inputs from that of the product."""
        names = dict(zip(dict.fromkeys([*self.inputs, *self.kernel]), ascii_letters, strict=False))
        known = [x for x in self.inputs if x in self.out or x in self.kernel]
        ours = ["".join(names[x] for x in part) for part in (self.out, self.kernel, known)]
        slope = ops.einsum(f"{ours[0]},{ours[1]}->{ours[2]}", upstream, kernel)
        slope = aligned(slope, known, self.inputs)  # axes that were summed over have one slope
        return slope if known == self.inputs else ops.broadcast_to(slope, ops.shape(inputs))


def aligned(x: Any, letters: list[str], wanted: list[str]) -> Any:
    """A tensor with the axes ``wanted`` in place of ``letters``; all that are not in both are 1."""
    gone = tuple(i for i, letter in enumerate(letters) if letter not in wanted)
    kept = [letter for letter in letters if letter in wanted]
    x = ops.squeeze(x, axis=gone) if gone else x
    order = [letter for letter in wanted if letter in kept]
    if order != kept:
        x = ops.transpose(x, [kept.index(letter) for letter in order])
    new = tuple(i for i, letter in enumerate(wanted) if letter not in kept)
    return ops.expand_dims(x, axis=new) if new else x


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
    if out.endswith("...") and len(wanted) == len(out_letters) - 1 - hidden:
        wanted = [sizes.get(out_letters[0]), *wanted, *[None] * hidden]
    elif len(wanted) == len(out_letters) - 1:  # the batch is not told
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
