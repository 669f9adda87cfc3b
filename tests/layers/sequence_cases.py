"""Layers that read sequences, in many settings: recurrent ones, wrappers, attention."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.layers.case import case, mask

# --------------------------------------------------------------------------- recurrent

for _kind in ("SimpleRNN", "GRU", "LSTM"):
    _low = _kind.lower()

    def _make(kind: str = _kind, **settings: Any) -> Callable:
        return lambda k: getattr(k.layers, kind)(3, **settings)

    case(_low, _make(), (2, 4, 2))
    case(f"{_low} sequences", _make(return_sequences=True, return_state=True), (2, 4, 2))
    case(f"{_low} backwards", _make(go_backwards=True, return_sequences=True), (2, 4, 2))
    case(f"{_low} last backwards", _make(go_backwards=True), (2, 4, 2))
    case(f"{_low} unrolled", _make(unroll=True, use_bias=False), (2, 4, 2))
    case(
        f"{_low} masked",
        _make(return_sequences=True, return_state=True),
        (3, 4, 2),
        call={"mask": mask(3, 4)},
    )
    case(f"{_low} masked last", _make(), (3, 4, 2), call={"mask": mask(3, 4)})
    case(
        f"{_low} masked zero backwards",
        _make(return_sequences=True, go_backwards=True, zero_output_for_mask=True),
        (3, 4, 2),
        call={"mask": mask(3, 4)},
    )
    case(f"{_low} stateful", _make(stateful=True), (2, 4, 2))
    case(
        f"{_low} first state",
        _make(activation="softsign"),
        (2, 4, 2),
        call={
            "initial_state": lambda random, n=2 if _kind == "LSTM" else 1: [
                random.normal(size=(2, 3)).astype("float32") for _ in range(n)
            ]
        },
    )
case("gru reset before", lambda k: k.layers.GRU(3, reset_after=False), (2, 4, 2))
case("lstm forgets", lambda k: k.layers.LSTM(3, unit_forget_bias=False), (2, 4, 2))
case(
    "rnn of a cell",
    lambda k: k.layers.RNN(k.layers.LSTMCell(3), return_sequences=True),
    (2, 4, 2),
)
case(
    "rnn stacked",
    lambda k: k.layers.RNN(
        [k.layers.LSTMCell(3), k.layers.GRUCell(2), k.layers.SimpleRNNCell(4)], return_state=True
    ),
    (2, 4, 2),
)
case(
    "rnn stacked masked",
    lambda k: k.layers.RNN(
        k.layers.StackedRNNCells([k.layers.GRUCell(3), k.layers.LSTMCell(2)]),
        return_sequences=True,
    ),
    (3, 4, 2),
    call={"mask": mask(3, 4)},
)
for _mode in ("concat", "sum", "ave", "mul", None):
    case(
        f"bidirectional {_mode}",
        lambda k, m=_mode: k.layers.Bidirectional(
            k.layers.LSTM(3, return_sequences=True), merge_mode=m
        ),
        (2, 4, 2),
    )
case(
    "bidirectional states",
    lambda k: k.layers.Bidirectional(k.layers.GRU(3, return_state=True)),
    (2, 4, 2),
)
case(
    "bidirectional masked",
    lambda k: k.layers.Bidirectional(k.layers.LSTM(3)),
    (3, 4, 2),
    call={"mask": mask(3, 4)},
)
case(
    "bidirectional two layers",
    lambda k: k.layers.Bidirectional(
        k.layers.LSTM(3), backward_layer=k.layers.GRU(2, go_backwards=True)
    ),
    (2, 4, 2),
)
case("conv lstm1d", lambda k: k.layers.ConvLSTM1D(2, 3, return_sequences=True), (2, 3, 6, 2))
case("conv lstm2d", lambda k: k.layers.ConvLSTM2D(2, 3, padding="same"), (2, 3, 4, 5, 2))
case(
    "conv lstm3d", lambda k: k.layers.ConvLSTM3D(2, 2, strides=2, return_state=True),
    (1, 2, 4, 4, 4, 1),
)  # fmt: skip

# --------------------------------------------------------------------------- wrappers

case("time distributed", lambda k: k.layers.TimeDistributed(k.layers.Dense(3)), (2, 4, 5))
case(
    "time distributed convolution",
    lambda k: k.layers.TimeDistributed(k.layers.Conv2D(2, 2)),
    (2, 3, 4, 4, 1),
)
case(
    "time distributed batch normalization",
    lambda k: k.layers.TimeDistributed(k.layers.BatchNormalization()),
    (3, 4, 2),
    training=True,
)

# --------------------------------------------------------------------------- attention

_QVK = ((2, 3, 4), (2, 5, 4), (2, 5, 4))
case("attention", lambda k: k.layers.Attention(), *_QVK[:2], listed=True)
case(
    "attention settings",
    lambda k: k.layers.Attention(use_scale=True, score_mode="concat"),
    *_QVK,
    listed=True,
    call={"return_attention_scores": True},
)
case(
    "attention masked",
    lambda k: k.layers.Attention(use_scale=True),
    *_QVK[:2],
    listed=True,
    call={
        "mask": lambda random: [mask(2, 3)(random), mask(2, 5)(random)],
        "use_causal_mask": True,
    },
)
case("additive attention", lambda k: k.layers.AdditiveAttention(), *_QVK, listed=True)
case(
    "multi head attention",
    lambda k: k.layers.MultiHeadAttention(2, 3),
    *_QVK[:2],
    call={"return_attention_scores": True},
)
case(
    "multi head attention settings",
    lambda k: k.layers.MultiHeadAttention(
        2, 3, value_dim=5, output_shape=7, use_gate=True, use_bias=False
    ),
    (2, 3, 4),
    (2, 5, 6),
    call={
        "key": lambda random: random.normal(size=(2, 5, 3)).astype("float32"),
        "return_attention_scores": True,
    },
)
case(
    "multi head attention masked",
    lambda k: k.layers.MultiHeadAttention(2, 3),
    (2, 4, 4),
    (2, 4, 4),
    call={
        "query_mask": mask(2, 4),
        "value_mask": mask(2, 4),
        "use_causal_mask": True,
        "return_attention_scores": True,
    },
)
case(
    "multi head attention axes",
    lambda k: k.layers.MultiHeadAttention(2, 3, attention_axes=(2,)),
    (2, 3, 4, 5),
    (2, 3, 6, 5),
    call={"return_attention_scores": True},
)
case(
    "multi head attention window",
    lambda k: k.layers.MultiHeadAttention(2, 3, sliding_window=2),
    (2, 5, 4),
    (2, 5, 4),
    call={"return_attention_scores": True},
)
case(
    "group query attention",
    lambda k: k.layers.GroupQueryAttention(3, 4, 2, use_gate=True),
    (2, 3, 6),
    (2, 5, 6),
    call={"return_attention_scores": True},
)
case(
    "group query attention masked",
    lambda k: k.layers.GroupQueryAttention(3, 4, 2),
    (2, 4, 6),
    (2, 4, 6),
    call={
        "value_mask": mask(2, 4),
        "use_causal_mask": True,
        "return_attention_scores": True,
    },
)
