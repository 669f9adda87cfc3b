import importlib.util
import zipfile

import pytest

from visualnn import __version__, cli


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with a name that an address has to escape."""
    folder = tmp_path / "my models"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def launched(monkeypatch):
    """The arguments with which JupyterLab would have been started."""
    calls = []
    monkeypatch.setattr(cli, "launch", calls.append)
    return calls


@pytest.fixture
def model(folder):
    path = folder / "my model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "{}")
    return path


@pytest.fixture
def demo(monkeypatch, tmp_path):
    """A package that has a demo notebook."""
    package = tmp_path / "package"
    package.mkdir()
    (package / "demo.ipynb").write_text("the demo")
    monkeypatch.setattr(cli, "PACKAGE", package)


def test_without_arguments_it_opens_a_copy_of_the_demo(folder, demo, launched):
    assert cli.main([]) == 0
    assert (folder / "demo.ipynb").read_text() == "the demo"
    assert "--LabApp.default_url=/lab/tree/demo.ipynb" in launched[0]
    assert f"--ServerApp.root_dir={folder}" in launched[0]


def test_an_existing_demo_is_never_written_over(folder, demo, launched):
    (folder / "demo.ipynb").write_text("my own work")
    assert cli.main([]) == 0
    assert (folder / "demo.ipynb").read_text() == "my own work"
    assert "--LabApp.default_url=/lab/tree/demo.ipynb" in launched[0]


def test_it_opens_a_model(folder, model, launched):
    assert cli.main([model.name]) == 0
    assert "--LabApp.default_url=/lab/tree/my%20model.keras" in launched[0]
    assert not (folder / "demo.ipynb").exists()


def test_a_model_elsewhere_is_served_from_its_folder(model, launched, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path / "my models")
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    assert cli.main([str(model)]) == 0
    assert f"--ServerApp.root_dir={model.parent}" in launched[0]


def test_jupyters_own_options_pass_through(demo, folder, launched):
    assert cli.main(["--no-browser", "--port", "9999", "--", "--ip=0.0.0.0", "--debug"]) == 0
    assert launched[0][-2:] == ["--ip=0.0.0.0", "--debug"]
    assert {"--no-browser", "--port=9999"} <= set(launched[0])


@pytest.mark.parametrize(("user", "allowed"), [(0, True), (1000, False)])
def test_it_runs_as_root_where_one_is_root(user, allowed, demo, folder, launched, monkeypatch):
    monkeypatch.setattr("os.geteuid", lambda: user, raising=False)
    cli.main([])
    assert ("--allow-root" in launched[0]) == allowed


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("missing.keras", "there is no file missing.keras"),
        ("notes.txt", "notes.txt is not a .keras file"),
        ("damaged.keras", "damaged.keras is damaged"),
    ],
)
def test_what_cannot_be_opened_is_refused_in_words(name, sentence, folder, launched, capsys):
    (folder / "notes.txt").write_text("")
    (folder / "damaged.keras").write_text("not a zip archive")
    assert cli.main([name]) == 1
    assert sentence in capsys.readouterr().err
    assert launched == []


def test_a_missing_jupyterlab_is_named_with_its_extra(folder, launched, capsys, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert cli.main([]) == 1
    assert 'pip install "visualnn[lab]"' in capsys.readouterr().err
    assert launched == []


def test_unknown_options_say_how_to_reach_jupyterlab(capsys, launched):
    with pytest.raises(SystemExit) as stop:
        cli.main(["--ip=0.0.0.0"])
    assert stop.value.code == 2
    assert "go after --" in capsys.readouterr().err


def test_help_and_version(capsys):
    for option, text in (("--help", "--no-browser"), ("--version", __version__)):
        with pytest.raises(SystemExit) as stop:
            cli.main([option])
        assert stop.value.code == 0
        assert text in capsys.readouterr().out
