"""Modules, variables, checkpoints, traced functions, saved models, layers and models, in steps.

Runs with `python tests/acceptance/modules_layers_models.py`.
It writes only under a temporary directory and exits non-zero on the first thing that does not hold.
TensorFlow is not needed; where it is installed, the files written here are also read back with it.
"""

import contextlib
import importlib.util
import io
import os
import tempfile

import numpy as np

import visualnn as vnn

os.chdir(tempfile.mkdtemp())
HAVE_TF = importlib.util.find_spec("tensorflow") is not None

# --- a module on a scalar: variables are collected from attributes


class SimpleModule(vnn.Module):
    def __init__(self, name=None):
        super().__init__(name=name)
        self.a_variable = vnn.Variable(5.0, name="train_me")
        self.non_trainable_variable = vnn.Variable(5.0, trainable=False, name="do_not_train_me")

    def __call__(self, x):
        return self.a_variable * x + self.non_trainable_variable


simple = SimpleModule(name="simple")
assert float(simple(np.float32(5.0))) == 30.0
assert [v.name for v in simple.trainable_variables] == ["train_me"]
assert sorted(v.name for v in simple.variables) == ["do_not_train_me", "train_me"]

# --- modules nest, and the parent collects the children's variables


class Dense(vnn.Module):
    def __init__(self, in_features, out_features, name=None):
        super().__init__(name=name)
        self.w = vnn.Variable(vnn.random.normal([in_features, out_features]), name="w")
        self.b = vnn.Variable(np.zeros([out_features], "float32"), name="b")

    def __call__(self, x):
        return vnn.ops.relu(vnn.ops.matmul(x, self.w) + self.b)


class SequentialModule(vnn.Module):
    def __init__(self, name=None):
        super().__init__(name=name)
        self.dense_1 = Dense(in_features=3, out_features=3)
        self.dense_2 = Dense(in_features=3, out_features=2)

    def __call__(self, x):
        return self.dense_2(self.dense_1(x))


my_model = SequentialModule(name="the_model")
x = np.array([[2.0, 2.0, 2.0]], "float32")
assert my_model(x).shape == (1, 2)
assert my_model.submodules == (my_model.dense_1, my_model.dense_2)
assert sorted(tuple(v.shape) for v in my_model.variables) == [(2,), (3,), (3, 2), (3, 3)]

# --- variables can wait for the first call


class FlexibleDenseModule(vnn.Module):
    def __init__(self, out_features, name=None):
        super().__init__(name=name)
        self.is_built = False
        self.out_features = out_features

    def __call__(self, x):
        if not self.is_built:
            self.w = vnn.Variable(vnn.random.normal([x.shape[-1], self.out_features]), name="w")
            self.b = vnn.Variable(np.zeros([self.out_features], "float32"), name="b")
            self.is_built = True
        return vnn.ops.relu(vnn.ops.matmul(x, self.w) + self.b)


flexible = FlexibleDenseModule(4)
assert len(flexible.variables) == 0
assert flexible(x).shape == (1, 4) and len(flexible.variables) == 2

# --- checkpoints: index and data files in TensorFlow's own format
path = vnn.train.Checkpoint(model=my_model).write("my_checkpoint")
assert {"my_checkpoint.index", "my_checkpoint.data-00000-of-00001"} <= set(os.listdir("."))
listed = vnn.train.list_variables(path)
assert [(n, list(s)) for n, s in listed] == [
    ("_CHECKPOINTABLE_OBJECT_GRAPH", []),
    ("model/dense_1/b/.ATTRIBUTES/VARIABLE_VALUE", [3]),
    ("model/dense_1/w/.ATTRIBUTES/VARIABLE_VALUE", [3, 3]),
    ("model/dense_2/b/.ATTRIBUTES/VARIABLE_VALUE", [2]),
    ("model/dense_2/w/.ATTRIBUTES/VARIABLE_VALUE", [3, 2]),
], listed
new_model = SequentialModule()
vnn.train.Checkpoint(model=new_model).read("my_checkpoint").assert_consumed()
np.testing.assert_array_equal(new_model(x), my_model(x))
if HAVE_TF:
    import tensorflow as tf

    reader = tf.train.load_checkpoint("my_checkpoint")
    np.testing.assert_array_equal(
        reader.get_tensor("model/dense_1/w/.ATTRIBUTES/VARIABLE_VALUE"), my_model.dense_1.w.numpy()
    )

# --- functions: traced once per input signature, the trace is a graph of ops with name scopes
traces = []


class TracedModule(SequentialModule):
    @vnn.function
    def __call__(self, x):
        traces.append(x.shape)
        return self.dense_2(self.dense_1(x))


traced = TracedModule(name="the_model")
y2 = traced(np.array([[2.0, 2.0, 2.0]], "float32"))
y3 = traced(np.array([[[2.0, 2.0, 2.0], [2.0, 2.0, 2.0]]], "float32"))
traced(np.array([[1.0, 2.0, 3.0]], "float32"))
assert len(traces) == 2, "one trace for each signature, none for a repeated one"
np.testing.assert_allclose(y3[0, 1], y2[0], rtol=1e-6)
graph = traced.__call__.get_concrete_function(vnn.TensorSpec((None, 3), "float32")).graph
assert {"MatMul", "Relu"} <= {op.type for op in graph.operations}
for scope in ("dense_1/", "dense_2/"):
    assert any(op.name.startswith(scope) for op in graph.operations), (
        "name scopes follow the attributes that hold the modules"
    )

# --- the trace goes to TensorBoard, graph and profile, and TensorBoard's own reader finds it
writer = vnn.summary.create_file_writer("logs")
vnn.summary.trace_on(graph=True)
vnn.profiler.experimental.start("logs")
TracedModule(name="the_model")(x)
with writer.as_default():
    vnn.summary.trace_export(name="my_func_trace", step=0, profiler_outdir="logs")
writer.close()
if importlib.util.find_spec("tensorboard") is not None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator("logs").Reload()
    assert "my_func_trace" in str(events.Tags()), events.Tags()
assert any("tfevents" in name for name in os.listdir("logs"))

# --- saved models: usable without the class that made them
vnn.saved_model.save(traced, "the_saved_model")
assert {"saved_model.pb", "variables"} <= set(os.listdir("the_saved_model"))
loaded = vnn.saved_model.load("the_saved_model")
assert not isinstance(loaded, TracedModule)
np.testing.assert_allclose(loaded([[2.0, 2.0, 2.0]]), traced([[2.0, 2.0, 2.0]]), rtol=1e-6)
np.testing.assert_allclose(loaded(np.full((1, 2, 3), 2.0, "float32")), y3, rtol=1e-6)
try:
    loaded(np.zeros((2, 2, 2, 3), "float32"))
except ValueError as error:
    assert "signature" in str(error).lower()
else:
    raise AssertionError("a signature that was not traced before saving must be refused")
if HAVE_TF:
    served = tf.saved_model.load("the_saved_model")
    np.testing.assert_allclose(served(tf.constant(x)).numpy(), y2, rtol=1e-5, atol=1e-6)

# --- layers: build once, from the input's shape; a wrong shape is refused with the layer's name


class FlexibleDense(vnn.layers.Layer):
    def __init__(self, out_features, **kwargs):
        super().__init__(**kwargs)
        self.out_features = out_features

    def build(self, input_shape):
        self.w = vnn.Variable(vnn.random.normal([input_shape[-1], self.out_features]), name="w")
        self.b = vnn.Variable(np.zeros([self.out_features], "float32"), name="b")

    def call(self, inputs):
        return vnn.ops.matmul(inputs, self.w) + self.b


layer = FlexibleDense(out_features=3)
assert layer.variables == []
layer(np.array([[2.0, 2.0, 2.0], [3.0, 3.0, 3.0]], "float32"))
assert [tuple(v.shape) for v in layer.variables] == [(3, 3), (3,)]
try:
    layer(np.array([[2.0, 2.0, 2.0, 2.0]], "float32"))
except ValueError as error:
    assert "flexible_dense" in str(error) and "(1, 4)" in str(error), str(error)
else:
    raise AssertionError("a wrong input shape must be refused")

# --- models: subclassed and functional, summary, .keras round trip


@vnn.saving.register_keras_serializable()
class MySequentialModel(vnn.Model):
    def __init__(self, name=None, **kwargs):
        super().__init__(name=name, **kwargs)
        self.dense_1 = FlexibleDense(out_features=3)
        self.dense_2 = FlexibleDense(out_features=2)

    def call(self, x):
        return self.dense_2(self.dense_1(x))


subclassed = MySequentialModel(name="the_model")
y = subclassed(x)
assert len(subclassed.variables) == 4 and len(subclassed.submodules) >= 2
inputs = vnn.Input(shape=[3])
outputs = FlexibleDense(2)(FlexibleDense(3)(inputs))
functional = vnn.Model(inputs=inputs, outputs=outputs)
text = io.StringIO()
with contextlib.redirect_stdout(text):
    functional.summary()
assert "20 (80.00 B" in text.getvalue() and "FlexibleDense" in text.getvalue(), text.getvalue()
assert functional(x).shape == (1, 2)
subclassed.save("exname_of_file.keras")
reconstructed = vnn.models.load_model("exname_of_file.keras")
np.testing.assert_array_equal(reconstructed(x), y)

print("modules_layers_models: all held" + (" (TensorFlow read the files too)" if HAVE_TF else ""))
