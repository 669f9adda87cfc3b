"""Checkpoints go both ways between us and TensorFlow, also those of Keras's objects.

Run with an interpreter that has tensorflow and keras: the extra ``interop-tf``, with
``KERAS_BACKEND=tensorflow``.
"""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
import numpy as np
import pytest
import tensorflow as tf

import visualnn
from tests.saving.checkpoints import record
from tests.saving.test_checkpoint import Net, changed
from visualnn import train
from visualnn.saving.checkpoint import BundleWriter

VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"
FILES = (".index", ".data-00000-of-00001")

LAYERS = {
    "Dense": (lambda x: x.Dense(3), (4,)),
    "EinsumDense": (lambda x: x.EinsumDense("ab,bc->ac", 3, bias_axes="c"), (4,)),
    "Embedding": (lambda x: x.Embedding(5, 3), (4,)),
    "Conv1D": (lambda x: x.Conv1D(2, 3), (6, 3)),
    "Conv2D": (lambda x: x.Conv2D(2, 3), (6, 6, 3)),
    "Conv2DTranspose": (lambda x: x.Conv2DTranspose(2, 3), (6, 6, 3)),
    "DepthwiseConv2D": (lambda x: x.DepthwiseConv2D(3), (6, 6, 3)),
    "SeparableConv2D": (lambda x: x.SeparableConv2D(2, 3), (6, 6, 3)),
    "BatchNormalization": (lambda x: x.BatchNormalization(), (4,)),
    "LayerNormalization": (lambda x: x.LayerNormalization(), (4,)),
    "GroupNormalization": (lambda x: x.GroupNormalization(2), (4,)),
    "UnitNormalization": (lambda x: x.UnitNormalization(), (4,)),
    "SpectralNormalization": (lambda x: x.SpectralNormalization(x.Dense(3)), (4,)),
    "PReLU": (lambda x: x.PReLU(), (4,)),
    "SimpleRNN": (lambda x: x.SimpleRNN(3), (5, 4)),
    "GRU": (lambda x: x.GRU(3), (5, 4)),
    "LSTM": (lambda x: x.LSTM(3), (5, 4)),
    "ConvLSTM2D": (lambda x: x.ConvLSTM2D(2, 3), (3, 6, 6, 2)),
    "RNN": (lambda x: x.RNN([x.LSTMCell(3), x.GRUCell(2)]), (5, 4)),
    "Bidirectional": (lambda x: x.Bidirectional(x.LSTM(3)), (5, 4)),
    "TimeDistributed": (lambda x: x.TimeDistributed(x.Dense(3)), (5, 4)),
    "Attention": (lambda x: x.Attention(use_scale=True), None),
    "AdditiveAttention": (lambda x: x.AdditiveAttention(), None),
    "MultiHeadAttention": (lambda x: x.MultiHeadAttention(2, 2), None),
    "GroupQueryAttention": (lambda x: x.GroupQueryAttention(2, 4, 2), None),
}


def built(library, name):
    make, shape = LAYERS[name]
    layer = make(library.layers)
    if shape is None:
        x = np.zeros((2, 5, 4), "f4")
        layer(x, x) if "Multi" in name or "Group" in name else layer([x, x])
    else:
        layer(np.zeros((2, *shape), "f4"))
    return layer


def fill(layer, start):
    weights = layer.get_weights()
    layer.set_weights([np.full(w.shape, start + i, w.dtype) for i, w in enumerate(weights)])


@pytest.mark.parametrize("name", LAYERS)
def test_layers_go_both_ways(name, tmp_path):
    theirs, ours = built(keras, name), built(visualnn, name)
    fill(theirs, 1)
    fill(ours, 100)
    tf.train.Checkpoint(layer=theirs).write(str(tmp_path / "theirs"))
    train.Checkpoint(layer=ours).write(tmp_path / "ours")
    names = dict(train.list_variables(tmp_path / "ours"))
    saved = dict(tf.train.list_variables(str(tmp_path / "theirs")))
    assert set(saved) <= set(names)  # Keras leaves out what is in lists
    read = train.Checkpoint(layer=built(visualnn, name)).read(tmp_path / "theirs")
    status = tf.train.Checkpoint(layer=theirs).read(str(tmp_path / "ours"))
    status.assert_existing_objects_matched()
    if set(saved) == set(names):
        status.assert_consumed()
        read.assert_consumed()
        for a, b in zip(theirs.get_weights(), ours.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("make", [record.stack, record.words])
def test_models_go_both_ways(make, tmp_path):
    found = []
    for library in (keras, visualnn):
        model = make(library)
        model.compile("adam", "mse")
        model.optimizer.build(model.trainable_variables)
        found.append(model)
    theirs, ours = found
    record.filled(theirs, theirs.optimizer)
    tf.train.Checkpoint(model=theirs, optimizer=theirs.optimizer).save(str(tmp_path / "theirs"))
    checkpoint = train.Checkpoint(model=ours, optimizer=ours.optimizer)
    checkpoint.restore(tmp_path / "theirs-1").assert_consumed()
    for a, b in zip(theirs.get_weights(), ours.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    checkpoint.save(tmp_path / "ours")  # number 2
    shapes = [
        library.train.list_variables(str(tmp_path / path))
        for library, path in ((visualnn, "ours-2"), (tf, "theirs-1"))
    ]
    assert shapes[0] == [(name, list(shape)) for name, shape in shapes[1]]
    for model in found:
        model.set_weights([w + 1 + (model is ours) for w in model.get_weights()])
    back = tf.train.Checkpoint(model=theirs, optimizer=theirs.optimizer)
    ours.optimizer.variables[0].assign(7)
    checkpoint.write(tmp_path / "again")
    back.read(str(tmp_path / "again")).expect_partial()
    assert int(theirs.optimizer.iterations) == 7
    slots = zip(theirs.optimizer.variables, ours.optimizer.variables, strict=True)
    for a, b in [*slots, *zip(theirs.weights, ours.weights, strict=True)]:
        np.testing.assert_array_equal(a.numpy(), b.numpy())


def test_modules_are_restored_by_tensorflow(tmp_path):
    net = changed(Net())
    for i, variable in enumerate(net.variables):
        variable.assign(np.full(variable.shape, i % 2, variable.dtype))
    path = train.Checkpoint(model=net, list=[visualnn.Variable(1.0, name="one")]).save(
        tmp_path / "x"
    )
    theirs = record.Net()
    status = tf.train.Checkpoint(model=theirs, list=[tf.Variable(0.0)]).restore(path)
    status.assert_consumed()
    for a, b in zip(
        sorted(net.variables, key=_order), sorted(theirs.variables, key=_order), strict=True
    ):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    assert tf.train.latest_checkpoint(str(tmp_path)) == path == train.latest_checkpoint(tmp_path)
    state = tf.train.get_checkpoint_state(str(tmp_path))
    assert list(state.all_model_checkpoint_paths) == [path]


def _order(variable):
    return variable.name.partition(":")[0], tuple(variable.shape), float(np.sum(variable.numpy()))


def test_many_tensors_are_written_the_same(tmp_path):
    numbers = [i * 2654435761 % 2**32 for i in range(20_000)]
    names = [f"{number:08x}/of/a/name" for number in numbers]
    arrays = [np.full((i % 3, 2), i, "f4") for i in range(len(names))]
    with BundleWriter(tmp_path / "ours") as writer:
        for name, array in zip(names, arrays, strict=True):
            writer.add(name, array)
    slices = [""] * len(names)
    tf.raw_ops.SaveV2(
        prefix=str(tmp_path / "theirs"), tensor_names=names, shape_and_slices=slices, tensors=arrays
    )
    for end in FILES:
        ours, theirs = (tmp_path / f"{name}{end}" for name in ("ours", "theirs"))
        assert ours.read_bytes() == theirs.read_bytes()


def test_managers_take_over_from_each_other(tmp_path):
    ours = train.CheckpointManager(train.Checkpoint(x=visualnn.Variable(1.0)), tmp_path, 2)
    ours.save()
    ours.save()
    theirs = tf.train.CheckpointManager(
        tf.train.Checkpoint(x=tf.Variable(5.0)), str(tmp_path), max_to_keep=2
    )
    assert theirs.checkpoints == ours.checkpoints
    assert theirs.restore_or_initialize() == ours.latest_checkpoint
    theirs.save()
    again = train.CheckpointManager(ours.checkpoint, tmp_path, 2)
    assert again.checkpoints == theirs.checkpoints
    assert again.restore_or_initialize() == theirs.latest_checkpoint
