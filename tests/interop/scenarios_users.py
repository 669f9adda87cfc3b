"""Layers that users write, and what every layer can do, in either library."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.interop.scenario_layers import STEPS, filled, mask_of, numbers, refusal, scenario


def _classes_of_users(k: Any) -> dict[str, type]:
    class Simple(k.layers.Layer):
        def __init__(self, units=3, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def build(self, input_shape):
            self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="ones")
            self.b = self.add_weight(shape=(self.units,), initializer="zeros", trainable=False)

        def call(self, inputs):
            return k.ops.matmul(inputs, self.w) + self.b

    class Outer(k.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.inner = Simple(2)
            self.more = [k.layers.Dense(2), {"a": k.layers.Dense(3)}]
            self.seed = k.random.SeedGenerator(1)

        def call(self, inputs, training=False):
            x = self.more[1]["a"](self.more[0](self.inner(inputs)))
            return x * 2 if training else x

    return {"Simple": Simple, "Outer": Outer}


@scenario
def layers_of_users(k):
    classes = _classes_of_users(k)
    layer = classes["Outer"](name="out")
    x = numbers(2, 4)
    layer(x)
    filled(layer)
    layer.trainable = False
    frozen = [len(layer.trainable_weights), len(layer.non_trainable_weights)]
    layer.trainable = True
    return [
        layer(x),
        layer(x, training=True),
        [w.path for w in layer.weights],
        len(layer.variables),
        frozen,
        len(layer.trainable_weights),
        len(layer.trainable_variables),
        len(layer.non_trainable_variables),
        [inner.name for inner in layer._flatten_layers()],
        layer.get_config(),
        classes["Simple"](4).get_config(),
        tuple(layer(k.Input((4,))).shape),
        layer.dtype_policy.name,
        str(layer.compute_output_spec(k.KerasTensor((5, 4))).shape),
    ]


@scenario
def layer_refusals(k):
    class NoSuper(k.layers.Layer):
        def __init__(self):
            self.x = 1

    class NoCall(k.layers.Layer):
        pass

    class BadBuild(k.layers.Layer):
        def build(self, nothing, other):
            pass

        def call(self, a, b):
            return a + b

    class Two(k.layers.Layer):
        def build(self, a_shape, b_shape):
            self.shapes = [tuple(a_shape), tuple(b_shape)]

        def call(self, a, b):
            return a + b

    x = numbers(2, 3)
    two = Two()
    two(x, b=x)
    dense = k.layers.Dense(2)
    dense(x)

    class Late(k.layers.Layer):
        def build(self, shape):
            self.built = True

        def call(self, x):
            return x

    late = Late()
    late(x)
    return [
        refusal(lambda: NoSuper()),
        refusal(lambda: NoCall()(x)),
        refusal(lambda: BadBuild()(x, x)),
        two.shapes,
        refusal(lambda: two(x)),
        refusal(lambda: dense(x, nothing=2)),
        refusal(lambda: dense()),
        refusal(lambda: k.layers.Dense(2, name=3)),
        refusal(lambda: k.layers.Dense(2, dtype="nothing")),
        refusal(lambda: setattr(late, "v", k.layers.Dense(2))),
        refusal(lambda: late.add_weight(shape=(2,))),
        refusal(lambda: k.layers.Dense(2).input),
        refusal(lambda: dense.output),
        refusal(lambda: dense(k.Input((4,)))),
        refusal(lambda: dense.set_weights([np.zeros((3, 3)), np.zeros(2)])),
        refusal(lambda: k.layers.Layer()(x)),
        refusal(lambda: k.layers.Dense(2).count_params()),
        refusal(lambda: dense("text")),
        refusal(lambda: dense.add_metric(1)),
        k.layers.Layer().get_config().keys() == {"name", "trainable", "dtype"},
    ]


@scenario
def masks_of_users(k):
    class Makes(k.layers.Layer):
        def compute_mask(self, inputs, previous_mask=None):
            return k.ops.any(inputs > 0, axis=-1)

        def call(self, inputs):
            return inputs

        supports_masking = True

    class Takes(k.layers.Layer):
        def __init__(self):
            super().__init__()
            self.supports_masking = True

        def call(self, inputs, mask=None):
            self.got = None if mask is None else np.asarray(mask)
            return inputs

    class TakesTwo(k.layers.Layer):
        def call(self, a, b, a_mask=None, b_mask=None):
            self.got = [None if m is None else np.asarray(m) for m in (a_mask, b_mask)]
            return a

    class TakesList(k.layers.Layer):
        def call(self, inputs, mask=None):
            self.got = [None if m is None else np.asarray(m) for m in mask or [None]]
            return inputs[0]

    x = numbers(3, 4, 5) * STEPS[..., None]
    masked = k.layers.Masking()(x)
    takes, two, many = Takes(), TakesTwo(), TakesList()
    found = [mask_of(takes(masked)), takes.got]
    takes(x)
    found.append(takes.got)
    two(masked, k.layers.Masking()(x[::-1]))
    found.append(two.got)
    two(x, masked)
    found.append(two.got)
    many([masked, masked])
    found.append(many.got)
    return found


@scenario
def mixed_precision(k):
    found = []
    for policy in ("mixed_float16", "mixed_bfloat16", "float16"):
        layer = k.layers.Dense(3, dtype=policy)
        y = layer(numbers(2, 4))
        found.append(
            [str(y.dtype).split(".")[-1], layer.compute_dtype, layer.variable_dtype, layer.dtype]
        )
        found.append([w.dtype for w in layer.weights])
        lstm = k.layers.LSTM(3, dtype=policy, recurrent_initializer="ones")  # no QR in half
        found.append(str(lstm(numbers(2, 3, 4)).dtype).split(".")[-1])
        normal = k.layers.BatchNormalization(dtype=policy)
        found.append(str(normal(numbers(2, 4), training=True).dtype).split(".")[-1])
        found.append([w.dtype for w in normal.weights])
        found.append(
            str(k.layers.Embedding(5, 3, dtype=policy)(np.array([1])).dtype).split(".")[-1]
        )
        found.append(
            str(k.layers.Add(dtype=policy)([numbers(2, 3), numbers(2, 3)]).dtype).split(".")[-1]
        )
    policy = k.dtype_policies.DTypePolicy("mixed_float16")
    found.append(k.layers.Dense(3, dtype=policy).dtype_policy.name)
    return found


@scenario
def stateless(k):
    layer = k.layers.BatchNormalization()
    x = numbers(4, 5)
    layer(x)
    values = [np.asarray(v) for v in layer.trainable_variables]
    rest = [np.asarray(v) for v in layer.non_trainable_variables]
    out = layer.stateless_call(values, rest, x, training=True)
    dense = k.layers.Dense(2, kernel_regularizer="l2")
    dense.build((None, 5))
    filled(dense)
    all_of_it = dense.stateless_call(
        [np.asarray(v) for v in dense.trainable_variables], [], x, return_losses=True
    )
    return [out, layer.get_weights(), all_of_it, refusal(lambda: dense.stateless_call([], [], x))]


@scenario
def shared_and_nested_names(k):
    class Block(k.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.dense = k.layers.Dense(2, name="d")
            self.norm = k.layers.LayerNormalization()

        def call(self, x):
            return self.norm(self.dense(x))

    model = k.Sequential([k.Input((3,)), Block(name="first"), Block()], name="m")
    return [w.path for w in model.weights]
