"""SavedModels written and read by us; a real TensorFlow reads them in ``tests/interop_tf``."""

import numpy as np
import pytest
from visualnn.export import ExportArchive

import visualnn
from visualnn import Input, Model, Sequential, TensorSpec, Variable, layers, ops, saved_model
from visualnn.saving import InvalidModelFile

RANDOM = np.random.default_rng(0)


def numbers(*shape):
    return RANDOM.normal(size=shape).astype("float32")


def close(a, b):
    np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol=1e-5, atol=1e-6)


class Net(visualnn.Module):
    """A module with functions, a list, and a variable that a function changes."""

    def __init__(self):
        super().__init__()
        self.kernel = Variable(numbers(3, 2), name="kernel")
        self.parts = [Variable(2.0, name="factor"), {"shift": Variable(0.5, name="shift")}]
        self.count = Variable(0, dtype="int32", trainable=False, name="count")

    @visualnn.function
    def __call__(self, x, scale=True):
        y = ops.matmul(x, self.kernel)
        return y * self.parts[0] + self.parts[1]["shift"] if scale else y

    @visualnn.function
    def calls(self):
        self.count.assign_add(1)
        return self.count.value

    @visualnn.function
    def named(self, pair):
        return {"sum": pair["b"] + pair["a"], "first": pair["a"], "both": [pair["a"], pair["b"]]}

    @visualnn.function
    def loops(self, x):
        total, all_of_them = ops.scan(lambda s, y: (s + y, s * y), ops.zeros_like(x[0]), x)
        halved = ops.while_loop(lambda y: ops.max(y) > 1.0, lambda y: (y / 2.0,), (x,))[0]
        signed = ops.cond(ops.sum(x) > 0, lambda: x * 2.0, lambda: x - 1.0)
        return total, all_of_them, halved, signed


@pytest.fixture
def saved(tmp_path):
    net = Net()
    net.call_spec = TensorSpec((None, 3))
    net.__call__.get_concrete_function(net.call_spec)
    net.__call__.get_concrete_function(net.call_spec, scale=False)
    net.named({"a": numbers(2), "b": numbers(2)})
    net.loops(numbers(4, 2))
    net.calls()
    saved_model.save(net, tmp_path / "net")
    return net, saved_model.load(tmp_path / "net")


def test_modules_come_back_without_their_class(saved):
    net, loaded = saved
    x = numbers(5, 3)
    assert not isinstance(loaded, Net)
    close(loaded(x), net(x))
    close(loaded(x, scale=False), net(x, scale=False))
    close(loaded(x.tolist()), net(x))  # lists of numbers are float32
    close(loaded.parts[1]["shift"].numpy(), 0.5)
    assert [tuple(v.shape) for v in loaded.trainable_variables] == [(3, 2), (), ()]
    pair = {"a": numbers(2), "b": numbers(2)}
    made = loaded.named(pair)
    assert set(made) == {"sum", "first", "both"}
    close(made["sum"], pair["a"] + pair["b"])
    close(made["both"][1], pair["b"])


def test_loops_come_back(saved):
    net, loaded = saved
    for x in (numbers(4, 2), -np.abs(numbers(4, 2))):
        for a, b in zip(loaded.loops(x), net.loops(x), strict=True):
            close(a, b)


def test_scans_that_come_back_have_gradients(saved):
    net, loaded = saved
    x = numbers(4, 2)

    def slope(function):
        return visualnn.grad(lambda y: ops.sum(function(y)[1]))(x)

    close(slope(loaded.loops), slope(net.loops))


def test_variables_that_functions_change(saved):
    _, loaded = saved
    assert [int(loaded.calls()) for _ in range(3)] == [2, 3, 4]
    assert int(loaded.count.numpy()) == 4


def test_gradients_reach_loaded_variables(saved):
    net, loaded = saved
    x = numbers(5, 3)
    slopes = []
    for module in (net, loaded):
        with visualnn.GradientTape() as tape:
            total = ops.sum(module(x) ** 2)
        slopes.append(tape.gradient(total, [module.kernel, module.parts[0]]))
    for a, b in zip(*slopes, strict=True):
        close(a, b)


def test_signatures_that_were_not_traced_are_refused_with_those_that_exist(saved):
    _, loaded = saved
    with pytest.raises(ValueError, match=r"signature.*float32\[2, 4\].*x: float32\[\?, 3\], True"):
        loaded(numbers(2, 4))
    with pytest.raises(ValueError, match=r"signatures that exist"):
        loaded(numbers(2, 3), scale=3)
    with pytest.raises(KeyError, match=r"no signature 'other'.*exist are: none"):
        loaded.signatures["other"]
    with pytest.raises(AttributeError, match=r"no 'nothing'.*kernel"):
        _ = loaded.nothing


def test_models_offer_what_they_predict(tmp_path):
    inputs = {"b": Input((2,), name="b"), "a": Input((2,), name="a")}
    made = [layers.Dense(1)(inputs["a"] * float(i) + inputs["b"]) for i in range(12)]
    model = Model(inputs, made)
    model.export(tmp_path / "m", verbose=False)
    loaded = saved_model.load(tmp_path / "m")
    x = {"a": numbers(3, 2), "b": numbers(3, 2)}
    want = model(x)
    for a, b in zip(loaded.serve(x), want, strict=True):
        close(a, b)
    found = loaded.signatures["serving_default"](**x)
    for i, y in enumerate(want):
        close(found[f"output_{i}"], y)
    with pytest.raises(ValueError, match=r"takes .*a: float32.*got \(a="):
        loaded.signatures["serving_default"](a=x["a"])


def test_training_is_a_trace_of_its_own(tmp_path):
    model = Sequential([Input((3,)), layers.BatchNormalization(), layers.Dropout(0.5)])
    saved_model.save(model, tmp_path / "m")
    loaded, x = saved_model.load(tmp_path / "m"), numbers(64, 3) + 2.0
    close(loaded(x), model(x))
    trained = np.asarray(loaded(x, training=True))
    assert (trained == 0).mean() > 0.3
    assert np.abs(np.asarray(loaded(x)) - model(x)).max() > 1e-4  # the averages moved


def test_archives(tmp_path):
    model = Sequential([Input((4,)), layers.Dense(3), layers.Dense(2)])
    archive = ExportArchive()
    with pytest.raises(ValueError, match="add an endpoint"):
        archive.write_out(tmp_path / "a")
    archive.track(model)
    spec = TensorSpec((None, 4), name="features")
    archive.add_endpoint("serve", model, [spec])
    archive.add_endpoint("hidden", lambda features: model.layers[0](features), [spec])
    archive.add_variable_collection("last", model.layers[1].weights)
    for bad, match in (("serve", "already"), ("a b", "cannot be the name"), ("last", "already")):
        with pytest.raises(ValueError, match=match):
            archive.add_endpoint(bad, model, [spec])
    with pytest.raises(ValueError, match="needs `input_signature`"):
        archive.add_endpoint("other", lambda x: x)
    archive.write_out(tmp_path / "a", verbose=False)
    loaded, x = saved_model.load(tmp_path / "a"), numbers(2, 4)
    close(loaded.serve(x), model(x))
    close(loaded.hidden(features=x), model.layers[0](x))
    assert [v.shape for v in loaded.last] == [(3, 2), (2,)]
    assert sorted(loaded.signatures) == ["hidden", "serve", "serving_default"]
    assert [v.shape for v in loaded.variables] == [v.shape for v in model.variables]


def test_the_same_model_gives_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    model = Sequential([Input((4, 4, 1)), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(2)])
    contents = []
    for name in "ab":
        model.save(tmp_path / name)
        files = sorted(x for x in (tmp_path / name).rglob("*") if x.is_file())
        contents.append({str(x.relative_to(tmp_path / name)): x.read_bytes() for x in files})
    assert contents[0] == contents[1]
    assert "saved_model.pb" in contents[0]


def test_a_folder_is_replaced_as_a_whole_or_not_at_all(tmp_path, monkeypatch):
    from visualnn.exporting.saved_model import writer

    model = Sequential([Input((2,)), layers.Dense(1)])
    model.save(tmp_path / "m")
    before = {x: x.read_bytes() for x in (tmp_path / "m").rglob("*") if x.is_file()}

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer, "_fingerprint", full)
    model.layers[0].kernel.assign([[5.0], [6.0]])
    with pytest.raises(OSError, match="disk is full"):
        model.save(tmp_path / "m")
    after = {x: x.read_bytes() for x in (tmp_path / "m").rglob("*") if x.is_file()}
    assert after == before
    assert [x.name for x in tmp_path.iterdir()] == ["m"]


def test_large_weights_are_not_copied(tmp_path):
    import tracemalloc

    model = Sequential([Input((2048,)), layers.Dense(2048)])
    _ = model.get_weights()
    tracemalloc.start()
    model.save(tmp_path / "m")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12e6, "16 MB of weights are written from where they are"


def test_what_is_no_saved_model_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no saved_model\.pb"):
        saved_model.load(tmp_path)
    (tmp_path / "saved_model.pb").write_bytes(b"\xff" * 30)
    with pytest.raises(InvalidModelFile, match="damaged"):
        saved_model.load(tmp_path)
    with pytest.raises(ValueError, match="saves modules"):
        saved_model.save(3, tmp_path / "m")
    assert not saved_model.contains_saved_model(tmp_path / "m")


@pytest.mark.parametrize("operation", ["PyFunc", "ReadFile", "WriteFile", "NobodyKnows"])
def test_operations_that_are_not_ours_are_refused(operation, tmp_path):
    from visualnn.exporting.saved_model.messages import MESSAGES

    model = Sequential([Input((2,)), layers.Dense(1, name="d")])
    model.save(tmp_path / "m")
    file = tmp_path / "m" / "saved_model.pb"
    message = MESSAGES.decode("SavedModel", file.read_bytes())
    functions = message["meta_graphs"][0]["graph_def"]["library"]["function"]
    for function in functions:
        for node in function["node_def"]:
            if node["op"] == "MatMul":
                node["op"] = operation
    file.write_bytes(MESSAGES.encode("SavedModel", message))
    loaded = saved_model.load(tmp_path / "m")
    with pytest.raises(InvalidModelFile, match=f"`{operation}`"):
        loaded(numbers(1, 2))


def test_a_saved_model_as_a_layer(tmp_path):
    inner = Sequential([Input((3,)), layers.Dense(2, activation="tanh")])
    inner.export(tmp_path / "m", verbose=False)
    layer = layers.TFSMLayer(tmp_path / "m")
    x = numbers(4, 3)
    close(layer(x), inner(x))
    inputs = Input((3,))
    model = Model(inputs, layers.Dense(1)(layer(inputs)))
    assert model.layers[1].output.shape == (None, 2)
    model.compile("sgd", "mse")
    before = [w.numpy() for w in layer.weights]
    model.fit(x, np.ones((4, 1)), verbose=0)
    assert all(np.abs(w.numpy() - a).max() > 0 for w, a in zip(layer.weights, before, strict=True))
    assert layers.TFSMLayer(tmp_path / "m", trainable=False).trainable_weights == []
    with pytest.raises(ValueError, match=r"no endpoint 'other'.*'serve', 'serving_default'"):
        layers.TFSMLayer(tmp_path / "m", call_endpoint="other")
    model.save(tmp_path / "m.keras")
    with pytest.raises(InvalidModelFile, match=r"TFSMLayer.*outside this file"):
        visualnn.models.load_model(tmp_path / "m.keras")
