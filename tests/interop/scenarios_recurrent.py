"""Recurrent layers and their cells in either library."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.interop.scenario_layers import STEPS, filled, mask_of, numbers, refusal, scenario


def _families(k: Any) -> list:
    return [k.layers.SimpleRNN, k.layers.GRU, k.layers.LSTM]


@scenario
def recurrent_stateful(k):
    found = []
    for cls in _families(k):
        layer = cls(3, stateful=True)
        x = numbers(2, 4, 5)
        layer(x)
        filled(layer)
        layer.reset_state()
        found += [layer(x), layer(x)]
        layer.reset_state()
        found.append(layer(x))
        layer.reset_states()
        found.append(layer(x))
        found.append([np.shape(s) for s in layer.states])
        found.append(len(layer.non_trainable_variables))
    return found


@scenario
def recurrent_stateful_in_sequential(k):
    model = k.Sequential([k.Input(batch_shape=(2, 4, 5)), k.layers.LSTM(3, stateful=True)])
    filled(model.layers[0])
    x = numbers(2, 4, 5)
    first = [model.predict(x, verbose=0), model.predict(x, verbose=0)]
    model.layers[0].reset_state()
    return [first[0], model.predict(x, verbose=0)]


@scenario
def recurrent_stateful_needs_batch(k):
    return refusal(lambda: k.layers.LSTM(3, stateful=True)(k.Input((4, 5))))


@scenario
def recurrent_initial_state(k):
    found = []
    for cls in _families(k):
        layer = cls(3, return_state=True, return_sequences=True)
        x = numbers(2, 4, 5)
        layer(x)
        filled(layer)
        states = [numbers(2, 3, seed=i) for i in range(2 if cls.__name__ == "LSTM" else 1)]
        found.append(layer(x, initial_state=states))
        found.append(layer(x, initial_state=states if len(states) > 1 else states[0]))
        found.append(layer(x, states))
        found.append(refusal(lambda layer=layer, x=x: layer(x, initial_state=[x] * 3)) != "nothing")
    return found


@scenario
def recurrent_initial_state_in_model(k):
    x, h, c = k.Input((4, 5)), k.Input((3,)), k.Input((3,))
    layer = k.layers.LSTM(3, return_state=True)
    y = layer(x, initial_state=[h, c])
    filled(layer)
    model = k.Model([x, h, c], y)
    again = k.Model.from_config(model.get_config())
    again.set_weights(model.get_weights())
    data = [numbers(2, 4, 5), numbers(2, 3), numbers(2, 3, seed=9)]
    return [model(data), again(data)]


@scenario
def recurrent_masks(k):
    found = []
    for cls in _families(k):
        for zero in (False, True):
            for backwards in (False, True):
                for sequences in (False, True):
                    layer = cls(
                        3,
                        zero_output_for_mask=zero,
                        go_backwards=backwards,
                        return_sequences=sequences,
                        return_state=True,
                    )
                    x = numbers(3, 4, 5)
                    layer(x)
                    filled(layer)
                    found.append(layer(x, mask=STEPS))
    return found


@scenario
def recurrent_mask_out(k):
    x = np.where(STEPS[..., None], numbers(3, 4, 5), 0).astype("float32")
    masked = k.layers.Masking()(x)
    found = []
    for settings in ({}, {"return_sequences": True}, {"return_state": True}):
        y = k.layers.GRU(3, **settings)(masked)
        ys = y if isinstance(y, list | tuple) else [y]
        found.append([mask_of(y) for y in ys])
        layer = k.layers.GRU(3, **settings)
        found.append(str(layer.compute_mask(x, STEPS)))
    return found


@scenario
def recurrent_output_shapes(k):
    found = []
    for cls in _families(k):
        for settings in (
            {},
            {"return_sequences": True},
            {"return_state": True},
            {"return_state": True, "return_sequences": True},
        ):
            layer = cls(3, **settings)
            found.append(str(layer.compute_output_shape((None, None, 5))))
            found.append(str(layer.compute_output_shape((2, 4, 5))))
    return found


@scenario
def recurrent_attributes(k):
    layer = k.layers.GRU(3, dropout=0.1, recurrent_dropout=0.2, kernel_regularizer="l2")
    layer.build((None, 4, 5))
    return [
        layer.units,
        layer.dropout,
        layer.recurrent_dropout,
        layer.use_bias,
        layer.reset_after,
        layer.activation.__name__,
        layer.recurrent_activation.__name__,
        type(layer.kernel_initializer).__name__,
        type(layer.recurrent_initializer).__name__,
        type(layer.kernel_regularizer).__name__,
        layer.bias_regularizer,
        layer.cell.state_size,
        layer.cell.output_size,
        layer.cell.name,
        layer.state_size,
        len(layer.losses),
        layer.input_spec is None,
        [w.path for w in layer.weights],
    ]


@scenario
def cell_attributes(k):
    lstm, gru, simple = k.layers.LSTMCell(3), k.layers.GRUCell(4), k.layers.SimpleRNNCell(5)
    stacked = k.layers.StackedRNNCells([lstm, gru, simple])
    return [
        lstm.state_size,
        gru.state_size,
        simple.state_size,
        stacked.state_size,
        lstm.output_size,
        stacked.output_size,
        k.tree.map_structure(np.shape, stacked.get_initial_state(2)),
        k.tree.map_structure(np.shape, lstm.get_initial_state(2)),
        k.tree.map_structure(np.shape, gru.get_initial_state(batch_size=2)),
    ]


def _one_state_cell(k: Any) -> type:
    class OneStateCell(k.layers.Layer):
        def __init__(self, units, state_size=None, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.state_size = state_size if state_size else units

        def build(self, input_shape):
            self.kernel = self.add_weight(
                shape=(input_shape[-1], self.units), initializer="ones", name="kernel"
            )
            self.recurrent_kernel = self.add_weight(
                shape=(self.units, self.units), initializer="ones", name="recurrent_kernel"
            )

        def call(self, inputs, states):
            before = states[0]
            h = k.ops.matmul(inputs, self.kernel)
            output = h + k.ops.matmul(before, self.recurrent_kernel)
            return output, [output]

    return OneStateCell


def _two_state_cell(k: Any) -> type:
    class TwoStatesCell(k.layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.state_size = [units, units]
            self.output_size = units

        def build(self, input_shape):
            self.kernel = self.add_weight(
                shape=(input_shape[-1], self.units), initializer="ones", name="kernel"
            )
            self.recurrent = self.add_weight(
                shape=(self.units, self.units), initializer="ones", name="recurrent_kernel"
            )

        def call(self, inputs, states, training=False):
            first, second = states
            inputs = k.ops.matmul(inputs, self.kernel)
            a = inputs + k.ops.matmul(first, self.recurrent)
            b = inputs + k.ops.matmul(second, self.recurrent)
            return a + b, [a, b]

    return TwoStatesCell


@scenario
def custom_cells(k):
    x = np.arange(24).reshape((2, 3, 4)).astype("float32") / 50
    found = []
    for make in (
        lambda: _one_state_cell(k)(5),
        lambda: _one_state_cell(k)(5, state_size=[5]),
        lambda: _two_state_cell(k)(5),
        lambda: [_one_state_cell(k)(3), _two_state_cell(k)(3)],
    ):
        for settings in (
            {},
            {"return_sequences": True},
            {"return_state": True},
            {"go_backwards": True},
            {"unroll": True},
            {"return_sequences": True, "zero_output_for_mask": True},
        ):
            layer = k.layers.RNN(make(), **settings)
            found.append(layer(x))
            if "zero_output_for_mask" in settings:  # else what is seen depends on Keras's backend
                found.append(layer(x, mask=STEPS[:2, :3]))
            found.append([[w.path.split("/")[-1], tuple(w.shape)] for w in layer.weights])
        layer = k.layers.RNN(make(), stateful=True)
        found += [layer(x), layer(x)]
        symbolic = k.layers.RNN(make(), return_sequences=True)(k.Input((None, 4)))
        found.append(tuple(symbolic.shape))
    return found


@scenario
def nested_state_cell(k):
    class Nested(k.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.state_size = [[3, 3], 4]
            self.output_size = 3

        def call(self, inputs, states):
            (a, b), c = states
            step = k.ops.sum(inputs, axis=-1, keepdims=True)
            return a + step, [[a + step, b + 2 * step], c - step]

        def get_initial_state(self, batch_size=None):
            zeros = k.ops.zeros
            return [[zeros((batch_size, 3)), zeros((batch_size, 3))], zeros((batch_size, 4))]

    return refusal(lambda: k.layers.RNN(Nested(), return_state=True)(numbers(2, 3, 4)))


@scenario
def cells_that_are_none(k):
    class NoStateSize(k.layers.Layer):
        def call(self, inputs, states):
            return inputs, states

    class NoCall:
        state_size = 3

    return [
        refusal(lambda: k.layers.RNN(NoStateSize())),
        refusal(lambda: k.layers.RNN(NoCall())),
        refusal(lambda: k.layers.StackedRNNCells([NoStateSize()])),
        refusal(lambda: k.layers.StackedRNNCells([NoCall()])),
        refusal(lambda: k.layers.LSTM(0)),
        refusal(lambda: k.layers.GRUCell(-1)),
        refusal(lambda: k.layers.LSTM(3, zero_output_for_mask=1, nothing=2)),
        refusal(lambda: k.layers.GRU(3)(numbers(2, 3))),
        refusal(lambda: k.layers.GRU(3)(numbers(2, 3, 4, 5))),
    ]


@scenario
def activity_regularizer_of_a_cell(k):
    cell = k.layers.SimpleRNNCell(3, kernel_regularizer="l2")
    layer = k.layers.RNN(cell)
    x = numbers(2, 4, 5)
    layer(x)
    filled(layer)
    layer(x)
    found = [[float(a) for a in layer.losses]]
    layer = k.layers.LSTM(3, activity_regularizer="l2", return_sequences=True)
    layer(x)
    filled(layer)
    layer(x)
    return [*found, [float(a) for a in layer.losses]]


@scenario
def recurrent_dropout_trains(k):
    found = []
    for cls in _families(k):
        layer = cls(30, dropout=0.5, recurrent_dropout=0.5, seed=1)
        x = numbers(2, 4, 5)
        layer(x)
        filled(layer)
        rest, trained = np.asarray(layer(x)), np.asarray(layer(x, training=True))
        found += [rest, bool(np.allclose(rest, trained)), len(layer.variables)]
        if cls.__name__ == "GRU":
            found.append(bool(np.allclose(trained, np.asarray(layer(x, training=True)))))
    return found


@scenario
def cells_alone(k):
    found = []
    x = numbers(2, 5)
    for cell in (k.layers.LSTMCell(3), k.layers.GRUCell(3), k.layers.SimpleRNNCell(3)):
        states = cell.get_initial_state(2)
        cell(x, states)
        filled(cell)
        found.append(cell(x, states))
        found.append(cell(x, [numbers(2, 3, seed=i) for i in range(len(states))]))
    stacked = k.layers.StackedRNNCells([k.layers.LSTMCell(3), k.layers.GRUCell(4)])
    states = stacked.get_initial_state(2)
    stacked(x, states)
    filled(stacked)
    found.append(stacked(x, states))
    found.append([w.path for w in stacked.weights])
    return found


@scenario
def conv_lstm(k):
    found = []
    for rank, cls in enumerate((k.layers.ConvLSTM1D, k.layers.ConvLSTM2D), 1):
        for settings in (
            {},
            {"return_sequences": True},
            {"return_state": True, "padding": "same"},
            {"data_format": "channels_first"},
            {"go_backwards": True},
            {"strides": 2},
            {"dilation_rate": 2},
            {"use_bias": False, "return_sequences": True},
        ):
            layer = cls(2, 2, **settings)
            x = (
                numbers(2, 3, *(5, 6)[:rank], 4)
                if "data_format" not in settings
                else numbers(2, 3, 4, *(5, 6)[:rank])
            )
            layer(x)
            filled(layer)
            found.append(layer(x))
            found.append(str(layer.compute_output_shape(x.shape)))
    stateful = k.layers.ConvLSTM1D(2, 2, stateful=True)
    x = numbers(2, 3, 5, 4)
    stateful(x)
    filled(stateful)
    stateful.reset_state()
    return [*found, stateful(x), stateful(x)]
