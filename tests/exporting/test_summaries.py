"""Notes for TensorBoard: ``visualnn.summary`` and ``visualnn.profiler``."""

import numpy as np
import pytest

from tests.exporting.event_reader import events
from visualnn import Input, Sequential, Variable, cli, layers, name_scope, profiler, summary
from visualnn.engine.watching import watchers
from visualnn.exporting import op_graph
from visualnn.exporting.op_graph import OpGraph
from visualnn.exporting.profiles import MESSAGES
from visualnn.training.viewing import training_step


@pytest.fixture
def writer(tmp_path):
    made = summary.create_file_writer(tmp_path)
    yield made
    made.close()


@pytest.fixture
def model():
    made = Sequential([Input((4, 3)), layers.GRU(2, name="gru"), layers.Dense(1, name="out")])
    made.compile("adam", "mse")
    return made


def noted(writer):
    writer.flush()
    return events(writer.events.folder)


NOTES = [
    (lambda: summary.scalar("x", np.float32(2.5), step=3), "scalars", 2.5),
    (lambda: summary.text("x", "# hello", step=3), "text", [b"# hello"]),
    (lambda: summary.text("x", [["a", "b"]], step=3), "text", [b"a", b"b"]),
    (lambda: summary.histogram("x", [1.0, 1.0], step=3, buckets=1), "histograms", [[1, 1, 2]]),
]


@pytest.mark.parametrize(("note", "plugin", "value"), NOTES)
def test_notes_are_written_in_their_scope(writer, note, plugin, value):
    assert not note(), "without a writer, notes are dropped"
    with writer.as_default(), name_scope("outer"):
        assert note()
    ((found, tag, step, content),) = noted(writer)
    assert (found, tag, step) == (plugin, "outer/x", 3)
    np.testing.assert_array_equal(content, value)


def test_pictures_are_written_as_bytes(writer):
    pictures = np.linspace(0, 1, 5 * 2 * 3 * 3).reshape(5, 2, 3, 3)
    with writer.as_default(step=0):
        summary.image("fractions", pictures)
        summary.image("bytes", (pictures * 255).astype("uint8"), max_outputs=10)
        with pytest.raises(ValueError, match=r"takes pictures .* but got an array of shape \(2, 3"):
            summary.image("wrong", pictures[0])
    found = {tag: value for _, tag, _, value in noted(writer)}
    assert found["fractions"][:2] == [b"3", b"2"]
    assert len(found["fractions"]) == 2 + 3 and len(found["bytes"]) == 2 + 5
    assert all(x.startswith(b"\x89PNG") for x in found["fractions"][2:])


def test_steps_come_from_the_writer_or_a_variable(writer):
    with writer.as_default(step=7):
        summary.scalar("a", 1)
        summary.scalar("a", 1, step=8)
    count = Variable(9, dtype="int64")
    with writer.as_default():
        with pytest.raises(ValueError, match="The note 'a' tells no step"):
            summary.scalar("a", 1)
        summary.experimental.set_step(count)
        try:
            summary.scalar("a", 1)
            count.assign(10)
            summary.scalar("a", 1)
            assert summary.experimental.get_step() is count
        finally:
            summary.experimental.set_step(None)
    assert [step for _, _, step, _ in noted(writer)] == [7, 8, 9, 10]


def test_notes_can_be_switched_off(writer):
    with writer.as_default(step=0):
        with summary.record_if(lambda: False):
            assert not summary.scalar("a", 1)
        with summary.record_if(True):
            assert summary.should_record_summaries() and summary.scalar("a", 1)
        with summary.create_noop_writer().as_default():
            summary.scalar("b", 1)
    assert [tag for _, tag, *_ in noted(writer)] == ["a"]


def test_a_closed_writer_says_so(writer):
    writer.close()
    with writer.as_default(step=0), pytest.raises(RuntimeError, match="is closed"):
        summary.scalar("a", 1)


def test_wrong_notes_are_refused(writer):
    with writer.as_default(step=0):
        with pytest.raises(ValueError, match=r"takes one number, but got an array of shape \(2,\)"):
            summary.scalar("a", [1, 2])
        with pytest.raises(TypeError, match="hyperparameter 'a' is a number, a text or a boolean"):
            summary.hparams({"a": [1]})
    with pytest.raises(ValueError, match="No trace is being made"):
        summary.trace_export("a", 0)
    summary.trace_on()
    with pytest.raises(ValueError, match="and there is none"):
        summary.trace_export("a", 0)
    summary.trace_off()
    assert not watchers


def test_settings_of_a_run(writer):
    with writer.as_default():
        summary.hparams({"rate": np.float32(0.5), "norm": True, "kind": "a"})
    ((plugin, tag, _, _),) = noted(writer)
    assert (plugin, tag) == ("hparams", "_hparams_/session_start_info")


def nodes_of(value):
    content = op_graph.MESSAGES.decode("RunMetadata", value[0])
    (graph,) = content["function_graphs"]
    return graph["pre_optimization_graph"]["node"], content.get("step_stats")


@pytest.mark.parametrize("measured", [False, True])
def test_a_trace_is_exported(writer, model, tmp_path, measured):
    x, y = np.zeros((5, 4, 3), "float32"), np.zeros((5, 1), "float32")
    summary.trace_on(graph=True, profiler=measured)
    model.train_on_batch(x, y)
    model.train_on_batch(x, y)
    with writer.as_default():
        summary.trace_export("step", 2, profiler_outdir=tmp_path if measured else None)
    assert not watchers
    ((plugin, tag, step, value),) = noted(writer)
    assert (tag, step) == ("step", 2)
    assert plugin == ("graph_run_metadata" if measured else "graph_run_metadata_graph")
    nodes, statistics = nodes_of(value)
    if measured:
        stats = {x["node_name"]: x for x in statistics["dev_stats"][0]["node_stats"]}
        assert stats.keys() == {node["name"] for node in nodes}
        (product,) = [
            x
            for name, x in stats.items()
            if name.endswith("/out/matmul") and "gradients" not in name
        ]
        assert product["memory"][0]["total_bytes"] == 5 * 1 * 4
    assert len(list(tmp_path.glob("plugins/profile/*/*.xplane.pb"))) == measured


def test_names_of_operations_are_those_tensorflow_allows(model):
    graph = training_step(model)
    graph.nodes[0].name = "_odd name/é"
    graph.nodes[1].name = graph.nodes[2].name
    names = [node["name"] for node in OpGraph(graph).nodes]
    assert len(set(names)) == len(names)
    assert "of_odd_name/_" in names


def test_a_profile_tells_steps_and_operations(model, tmp_path):
    x, y = np.zeros((5, 4, 3), "float32"), np.zeros((5, 1), "float32")
    with profiler.experimental.Profile(tmp_path):
        with profiler.experimental.Trace("mine", step_num=4):
            model.train_on_batch(x, y)
        with pytest.raises(RuntimeError, match="is being made already"):
            profiler.experimental.start(tmp_path)
    assert not watchers
    (path,) = tmp_path.glob("plugins/profile/*/*.xplane.pb")
    (plane,) = MESSAGES.decode("XSpace", path.read_bytes())["planes"]
    steps, operations = plane["lines"]
    names = {number: x["name"] for number, x in plane["event_metadata"].items()}
    (step,) = steps["events"]
    assert names[step["metadata_id"]] == "mine"
    assert step["stats"][0]["int64_value"] == 4
    ended = 0
    for event in operations["events"]:
        assert event["offset_ps"] >= ended
        ended = event["offset_ps"] + event["duration_ps"] - 1
    with pytest.raises(RuntimeError, match="No profile is being made"):
        profiler.experimental.stop()


def test_the_command_writes_a_run(model, tmp_path, capsys):
    model.save(tmp_path / "small.keras")
    arguments = [str(tmp_path / "small.keras"), "--logdir", str(tmp_path / "logs"), "--write-only"]
    assert cli.main(["tensorboard", *arguments]) == 0
    found = events(tmp_path / "logs" / "small")
    tags = {tag for plugin, tag, *_ in found if plugin.startswith("graph")}
    assert tags == {"keras", "predict_step", "train_step"}
    spread = {tag for plugin, tag, *_ in found if plugin == "histograms"}
    assert len(spread) == len(model.weights) and any(x.endswith("gru_cell/bias") for x in spread)
    assert cli.main(["tensorboard", str(tmp_path / "none.keras")]) == 1
    assert "none.keras" in capsys.readouterr().err
