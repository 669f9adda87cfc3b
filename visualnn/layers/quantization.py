"""Whether and how the weights of a layer are whole numbers of few bits."""

from __future__ import annotations

from typing import Any

from visualnn import dtype_policies, quantizers
from visualnn.dtype_policies import QUANTIZATION_MODES, DTypePolicyMap

_changes = [0]


def note_change() -> None:
    """Note that a layer has other weights than before, so that steps are traced anew."""
    _changes[0] += 1


def number_of_changes() -> int:
    """How often a layer got other weights after it was built."""
    return _changes[0]


def checked_config(mode: Any, config: Any) -> Any:
    """What is said of the way to quantize, from a mode, a config, or both.

    Raises:
        ValueError: When they contradict each other, or there is no such way.
        NotImplementedError: When it is a way that layers do not have here.
    """
    if config is not None and not isinstance(config, quantizers.QuantizationConfig):
        raise ValueError(
            "quantize: `config` must be a QuantizationConfig, such as "
            f"`Int8QuantizationConfig()`, but is {config!r}."
        )
    if mode is None and config is None:
        raise ValueError("quantize: say how, by `mode` or `config`; for example mode='int8'.")
    if mode is not None and mode not in QUANTIZATION_MODES:
        raise ValueError(
            f"quantize: {mode!r} is not a way to quantize. "
            f"There are {', '.join(QUANTIZATION_MODES)}."
        )
    if mode is not None and config is not None and mode != config.mode:
        raise ValueError(f"quantize: `mode` is {mode!r}, but `config` says {config.mode!r}.")
    wanted = mode or config.mode  # type: ignore[union-attr] - one of them is given
    if wanted != "int8":
        raise not_here(wanted)
    return config


def not_here(mode: str, title: str = "quantize") -> NotImplementedError:
    """The problem that weights are to be quantized in a way that layers do not have here."""
    return NotImplementedError(
        f"{title}: of the ways to quantize there is 'int8' alone, not {mode!r}."
    )


def can_be_quantized(layer: Any) -> bool:
    """Whether a layer has a way to quantize its weights."""
    return hasattr(layer, "quantize_weights")


def quantize(layer: Any, mode: Any, type_check: bool, config: Any) -> None:
    """Make the large weights of a built layer whole numbers.

    Raises:
        ValueError: When it is not built, or quantized already.
        NotImplementedError: When the layer has no way to do it.
    """
    title = f"{type(layer).__name__} {layer.name!r}"
    config = checked_config(mode, config)
    if not layer.built:
        raise ValueError(
            f"{title} is not built, so there are no weights to quantize. Call it on data, or "
            "`build(input_shape)` it, first."
        )
    if layer.is_quantized:
        raise ValueError(f"{title} is quantized already: its policy is {layer.dtype_policy.name}.")
    is_ours = type(layer).__module__.startswith("visualnn.")
    if not can_be_quantized(layer) or (type_check and not is_ours):
        raise NotImplementedError(
            f"{title} has no way to quantize its weights; Dense, EinsumDense, Embedding and "
            "ReversibleEmbedding have"
            + (
                ", and classes made from them with `type_check=False`."
                if can_be_quantized(layer)
                else "."
            )
        )
    config = config or layer.quantization_config or quantizers.Int8QuantizationConfig()
    policy = policy_of(layer)
    if policy.quantization_mode is None:
        policy = dtype_policies.get(f"int8_from_{policy.name}")
    layer._locked = False
    layer.quantize_weights(config)
    layer._locked = layer._locks_when_built
    _keep_policy(layer, policy)
    note_change()


def policy_of(layer: Any) -> Any:
    """The policy of a layer itself, where it was given a map of policies by path."""
    policy = layer._dtype_policy
    if isinstance(policy, DTypePolicyMap) and layer._path is not None:
        return policy[layer._path]
    return policy


def set_policy(layer: Any, value: Any) -> None:
    """Give a layer another dtype policy; weights that it says are quantized are made so."""
    policy = dtype_policies.get(value)
    if "_dtype_policy" in vars(layer):
        _keep_policy(layer, policy)
    else:
        layer._dtype_policy = policy
    is_map = isinstance(policy, DTypePolicyMap)
    is_due = layer.built and not layer.is_quantized and can_be_quantized(layer)
    if not is_map and policy.quantization_mode and is_due:
        quantize(layer, policy.quantization_mode, False, None)


def _keep_policy(layer: Any, policy: Any) -> None:
    """Note the policy of a layer, in its map where it has one of its own there."""
    known = layer._dtype_policy
    if not isinstance(known, DTypePolicyMap) or isinstance(policy, DTypePolicyMap):
        layer._dtype_policy = policy
    elif layer._path is not None:
        if layer._path in known:
            del known[layer._path]
        known[layer._path] = policy


def refuse_policy(layer: Any) -> None:
    """Refuse to build a layer whose policy wants its weights quantized where that cannot be.

    Raises:
        NotImplementedError: Naming the layer.
    """
    mode = layer.quantization_mode
    if mode is None:
        return
    title = f"{type(layer).__name__} {layer.name!r}"
    if mode != "int8":
        raise not_here(mode, f"{title} has the dtype policy {policy_of(layer).name!r}")
    if not can_be_quantized(layer):
        raise NotImplementedError(
            f"{title} has the dtype policy {policy_of(layer).name!r}, but no way to quantize its "
            "weights; Dense, EinsumDense, Embedding and ReversibleEmbedding have."
        )
