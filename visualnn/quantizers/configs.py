"""What is said of a way to quantize: a layer keeps it, and a file holds it.

What layers compute here is ``int8``.  The other configs are what they say, no more: a layer that is
to be quantized so refuses it, by a sentence.
"""

from __future__ import annotations

from typing import Any

from visualnn.quantizers.quantizer import AbsMaxQuantizer, Quantizer
from visualnn.quantizers.quantizer import get as get_quantizer
from visualnn.serialization import public, serialize_keras_object


@public("keras.quantizers")
class QuantizationConfig:
    """The base of what is said of a way to quantize.

    Args:
        weight_quantizer: Makes the weights into whole numbers; by default that of the layer.
        activation_quantizer: Makes the inputs into whole numbers; ``None`` leaves them as they are.
    """

    def __init__(self, weight_quantizer: Any = None, activation_quantizer: Any = None):
        self.weight_quantizer = weight_quantizer
        self.activation_quantizer = activation_quantizer

    @property
    def mode(self) -> str:
        """The way to quantize."""
        raise NotImplementedError(
            "QuantizationConfig is the base of the configs; use one that says how, such as "
            "`Int8QuantizationConfig()`."
        )

    def get_config(self) -> dict[str, Any]:
        """The settings, as a saved file keeps them."""
        return {
            "weight_quantizer": serialize_keras_object(self.weight_quantizer),
            "activation_quantizer": serialize_keras_object(self.activation_quantizer),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """What a saved file says."""
        config = dict(config)
        for key in ("weight_quantizer", "activation_quantizer"):
            if isinstance(config.get(key), dict):
                config[key] = get_quantizer(config[key])
        return cls(**config)

    @staticmethod
    def weight_quantizer_or_default(config: Any, default: Any) -> Any:
        """The quantizer of the weights, or ``default`` where nothing is said of it."""
        said = None if config is None else config.weight_quantizer
        return default if said is None else said

    @staticmethod
    def activation_quantizer_or_default(config: Any, default: Any) -> Any:
        """The quantizer of the inputs, or ``default`` where there is no config."""
        return default if config is None else config.activation_quantizer


def _check_quantizer(owner: Any, key: str) -> None:
    quantizer = getattr(owner, key)
    if quantizer is not None and not isinstance(quantizer, Quantizer):
        raise ValueError(
            f"{type(owner).__name__}: `{key}` must be a quantizer, such as `AbsMaxQuantizer()`, "
            f"but is {quantizer!r}."
        )


@public("keras.quantizers")
class Int8QuantizationConfig(QuantizationConfig):
    """Weights, and usually inputs, as whole numbers of eight bits.

    Args:
        weight_quantizer: Makes the weights into whole numbers; by default by their greatest value.
        activation_quantizer: Makes the inputs into whole numbers, by default by their greatest
            value; ``None`` leaves the inputs as they are.
    """

    def __init__(self, weight_quantizer: Any = None, activation_quantizer: Any = "default"):
        if isinstance(activation_quantizer, str) and activation_quantizer == "default":
            activation_quantizer = AbsMaxQuantizer()
        super().__init__(weight_quantizer, activation_quantizer)
        _check_quantizer(self, "weight_quantizer")
        _check_quantizer(self, "activation_quantizer")
        if weight_quantizer is not None and weight_quantizer.output_dtype != "int8":
            raise ValueError(
                "Int8QuantizationConfig: the weights become int8, but its weight_quantizer gives "
                f"{weight_quantizer.output_dtype}."
            )

    @property
    def mode(self) -> str:
        return "int8"


@public("keras.quantizers")
class Int4QuantizationConfig(QuantizationConfig):
    """Weights as whole numbers of four bits.

    Args:
        weight_quantizer: Makes the weights into whole numbers.
        activation_quantizer: Makes the inputs into whole numbers.
        block_size: How many weights share a scale; ``None`` or -1 for all of a column.
    """

    def __init__(
        self,
        weight_quantizer: Any = None,
        activation_quantizer: Any = "default",
        block_size: int | None = 128,
    ):
        if isinstance(activation_quantizer, str) and activation_quantizer == "default":
            activation_quantizer = None
        super().__init__(weight_quantizer, activation_quantizer)
        _check_quantizer(self, "weight_quantizer")
        _check_quantizer(self, "activation_quantizer")
        if block_size is not None and block_size != -1 and block_size < 1:
            raise ValueError(
                "Int4QuantizationConfig: `block_size` must be None, -1 or greater than zero, but "
                f"is {block_size!r}."
            )
        if block_size not in (None, -1) and (weight_quantizer or activation_quantizer):
            raise ValueError(
                "Int4QuantizationConfig: quantizers of one's own need `block_size=None`, but it "
                f"is {block_size!r}."
            )
        self.block_size = block_size

    @property
    def mode(self) -> str:
        return "int4"

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "block_size": self.block_size}


@public("keras.quantizers")
class Float8QuantizationConfig(QuantizationConfig):
    """Products of fractions of eight bits."""

    def __init__(self):
        super().__init__(None, None)

    @property
    def mode(self) -> str:
        return "float8"

    def get_config(self) -> dict[str, Any]:
        return {}


class _ByExamples(QuantizationConfig):
    """Weights of few bits that are chosen by what a model computes on examples."""

    bits: tuple[int, ...]

    def _note(self, settings: dict[str, Any]) -> None:
        """Keep the settings, once they are checked."""
        super().__init__(None, None)
        for name, value in settings.items():
            setattr(self, name, value)
            is_count = name in ("num_samples", "sequence_length", "num_grid_points")
            if is_count and value < 1:
                raise self._misfit(name, "a whole number, 1 or more")
            if name == "weight_bits" and value not in self.bits:
                raise self._misfit(name, " or ".join(map(str, self.bits)))
            if name == "group_size" and value < 1 and value != -1:
                raise self._misfit(name, "-1 or greater than zero")
            if name == "hessian_damping" and not 0 <= value <= 1:
                raise self._misfit(name, "from 0 to 1")
        self._settings = tuple(settings)

    def _misfit(self, name: str, wanted: str) -> ValueError:
        return ValueError(
            f"{type(self).__name__}: `{name}` must be {wanted}, but is {getattr(self, name)!r}."
        )

    def dtype_policy_string(self) -> str:
        """The mode, as the dtype policy of a layer names it."""
        return f"{self.mode}/{self.weight_bits}/{self.group_size}"

    def get_config(self) -> dict[str, Any]:
        """The settings, without the examples and the tokenizer, which no file holds."""
        left_out = ("dataset", "tokenizer")
        return {name: None if name in left_out else getattr(self, name) for name in self._settings}


@public("keras.quantizers")
class GPTQConfig(_ByExamples):
    """Weights of few bits by GPTQ (https://arxiv.org/abs/2210.17323).

    Args:
        dataset: The examples.
        tokenizer: Makes texts into whole numbers.
        weight_bits: How many bits a weight has.
        num_samples: How many examples are used.
        per_channel: Whether every output has scales of its own.
        sequence_length: How long an example is.
        hessian_damping: Added to the diagonal of the second derivatives.
        group_size: How many weights share a scale; -1 for all.
        symmetric: Whether zero is in the middle of the range.
        activation_order: Whether the inputs that vary most come first.
        quantization_layer_structure: Which layers there are, and in which order.
    """

    bits = (2, 3, 4, 8)

    def __init__(
        self,
        dataset: Any,
        tokenizer: Any,
        *,
        weight_bits: int = 4,
        num_samples: int = 128,
        per_channel: bool = True,
        sequence_length: int = 512,
        hessian_damping: float = 0.01,
        group_size: int = 128,
        symmetric: bool = False,
        activation_order: bool = False,
        quantization_layer_structure: dict | None = None,
    ):
        given = dict(locals())
        self._note({k: x for k, x in given.items() if k not in ("self", "__class__")})

    @property
    def mode(self) -> str:
        return "gptq"


@public("keras.quantizers")
class AWQConfig(_ByExamples):
    """Weights of four bits by AWQ (https://arxiv.org/abs/2306.00978).

    Args:
        dataset: The examples.
        tokenizer: Makes texts into whole numbers.
        weight_bits: How many bits a weight has: 4.
        num_samples: How many examples are used.
        sequence_length: How long an example is.
        group_size: How many weights share a scale; -1 for all.
        num_grid_points: How many scales are tried.
        quantization_layer_structure: Which layers there are, and in which order.
    """

    bits = (4,)

    def __init__(
        self,
        dataset: Any,
        tokenizer: Any,
        *,
        weight_bits: int = 4,
        num_samples: int = 128,
        sequence_length: int = 512,
        group_size: int = 128,
        num_grid_points: int = 20,
        quantization_layer_structure: dict | None = None,
    ):
        given = dict(locals())
        self._note({k: x for k, x in given.items() if k not in ("self", "__class__")})

    @property
    def mode(self) -> str:
        return "awq"
