"""The command ``visualnn``: opens JupyterLab, and tells and changes what files of models hold."""

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import quote

from visualnn import __version__

PACKAGE = Path(__file__).parent

DESCRIPTION = """\
Opens JupyterLab on a copy of the demo notebook in the current folder, or on a
Keras model. An existing demo.ipynb is opened as it is, never written over."""

EPILOG = """\
What stands after -- goes to JupyterLab as it is:
  visualnn model.keras -- --ip=0.0.0.0

Commands for files, each with its own --help:
  visualnn inspect FILE      what is in it, without building the model
  visualnn convert IN OUT    between .keras, .h5, .weights.h5 and .json
  visualnn export FILE       to SavedModel, ONNX or OpenVINO, for programs that run it
  visualnn tensorboard FILE  its layers, operations and weights in TensorBoard
"""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command with ``arguments`` (those of the process, if ``None``): its exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if given and given[0] in COMMANDS:
        return COMMANDS[given[0]](given[1:])
    split = given.index("--") if "--" in given else len(given)
    parser = argument_parser()
    options, unknown = parser.parse_known_args(given[:split])
    if unknown:
        words = " ".join(unknown)
        parser.error(f"{words} is not known here. JupyterLab's own options go after --: -- {words}")
    if importlib.util.find_spec("jupyterlab") is None:
        return refuse('JupyterLab is not installed: pip install "visualnn[lab]"')
    try:
        document = (
            copied_demo(Path.cwd()) if options.model is None else checked_model(options.model)
        )
    except (OSError, ValueError) as error:
        return refuse(str(error))
    launch(lab_arguments(document, options) + given[split + 1 :])
    return 0


def argument_parser() -> argparse.ArgumentParser:
    """Returns the parser of the options; ``--no-browser`` and ``--port`` are Jupyter's."""
    parser = argparse.ArgumentParser(
        prog="visualnn",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("model", nargs="?", metavar="model.keras", help="a Keras model to open")
    parser.add_argument(
        "--no-browser", action="store_true", help="start the server and print its address only"
    )
    parser.add_argument("--port", type=int, help="the server's port (Jupyter's own choice: 8888)")
    parser.add_argument("--version", action="version", version=f"visualnn {__version__}")
    return parser


def launch(arguments: list[str]) -> None:
    """Runs JupyterLab in this process until it is stopped.

    It gets the settings of ``visualnn/jupyter`` as defaults, which the user's own settings win
    over: the first thing to see is the demo, not a question about Jupyter's news.
    """
    paths = [str(PACKAGE / "jupyter"), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(arguments)


def refuse(sentence: str) -> int:
    """Prints why the command does not start, and returns its exit code."""
    print(f"visualnn: {sentence}", file=sys.stderr)
    return 1


def copied_demo(folder: Path) -> Path:
    """Copies the demo notebook into a folder unless one is there; returns the one that is."""
    target = folder / "demo.ipynb"
    # In a wheel the notebook is in the package, in the repository beside it.
    places = (PACKAGE / "demo.ipynb", PACKAGE.parent / "demo.ipynb")
    source = next((path for path in places if path.exists()), None)
    if source is None:
        raise ValueError("this installation has no demo notebook: install visualnn again")
    try:
        with source.open("rb") as notebook, target.open("xb") as copy:
            shutil.copyfileobj(notebook, copy)
    except FileExistsError:
        pass
    return target


def checked_model(name: str) -> Path:
    """Returns the absolute path of a ``.keras`` file, or raises a sentence about what it is not."""
    path = Path(name).expanduser().absolute()
    if not path.exists():
        raise ValueError(f"there is no file {name}")
    if path.suffix != ".keras":
        raise ValueError(f"{name} is not a .keras file, which is what can be opened here")
    if not zipfile.is_zipfile(path):
        raise ValueError(f"{name} is damaged: a .keras file is a zip archive, and this is none")
    return path


def lab_arguments(document: Path, options: argparse.Namespace) -> list[str]:
    """Returns JupyterLab's arguments: a server for the current folder that opens ``document``.

    A document elsewhere is served from its own folder. Jupyter refuses to run as root (as one does
    in a container) unless told that this is meant.
    """
    folder = Path.cwd() if document.is_relative_to(Path.cwd()) else document.parent
    address = quote(document.relative_to(folder).as_posix())
    arguments = [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{address}",
    ]
    if options.no_browser:
        arguments.append("--no-browser")
    if options.port is not None:
        arguments.append(f"--port={options.port}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--allow-root")
    return arguments


# ---------------------------------------------------------------------- files


def inspect(arguments: list[str]) -> int:
    """Prints what is in a model's file; the exit code is 1 if a part of it would be refused."""
    parser = argparse.ArgumentParser(
        prog="visualnn inspect",
        description="Prints what is in a file of a model, without building the model, and what of "
        "it would be refused, and why.",
    )
    parser.add_argument("file", help=".keras, .h5, .weights.h5, .weights.json, .json or a folder")
    options = parser.parse_args(arguments)
    from visualnn.saving.inspection import inspect_file

    try:
        report = inspect_file(options.file)
    except (OSError, ValueError) as error:
        return refuse(str(error))
    print(report)
    return int(bool(report.refused))


def convert(arguments: list[str]) -> int:
    """Saves the model of one file to another, of the kind that its ending says."""
    parser = argparse.ArgumentParser(
        prog="visualnn convert",
        description="Loads a model and saves it to a file of another kind, which its ending says.",
    )
    parser.add_argument("source", metavar="IN", help=".keras, .h5, .json or a folder")
    parser.add_argument("target", metavar="OUT", help=".keras, .h5, .weights.h5 or .json")
    parser.add_argument("--overwrite", action="store_true", help="replace OUT if it is there")
    parser.add_argument(
        "--keras-version", metavar="VERSION", help="the oldest Keras that shall read it, as 3.0"
    )
    options = parser.parse_args(arguments)
    from visualnn.saving.conversion import KERAS_VERSION, convert_file

    try:
        version = options.keras_version or KERAS_VERSION
        lost = convert_file(options.source, options.target, options.overwrite, version)
    except FileExistsError as error:
        return refuse(f"{error} Give --overwrite to replace it.")
    except (OSError, ValueError) as error:
        return refuse(str(error))
    for sentence in lost:
        print(sentence)
    print(f"Saved {options.target}")
    return 0


def tensorboard(arguments: list[str]) -> int:
    """Writes a model's layers, operations and weights for TensorBoard, and opens it."""
    parser = argparse.ArgumentParser(
        prog="visualnn tensorboard",
        description="Writes the layers, operations and weights of a model as a run for "
        "TensorBoard, and starts TensorBoard if it is installed.",
    )
    parser.add_argument("file", help="a model: .keras, .h5 or a folder")
    parser.add_argument("--logdir", default="logs", help="where the runs are (default: logs)")
    parser.add_argument("--port", type=int, help="the server's port")
    parser.add_argument("--write-only", action="store_true", help="do not start TensorBoard")
    options = parser.parse_args(arguments)
    from visualnn.saving import load_model
    from visualnn.training.tensorboard_run import write_run

    run = Path(options.logdir, Path(options.file).name.partition(".")[0] or "model")
    try:
        print(f"Wrote {write_run(load_model(options.file), run).path}")
    except (OSError, ValueError) as error:
        return refuse(str(error))
    if options.write_only:
        return 0
    if importlib.util.find_spec("tensorboard") is None:
        return refuse("TensorBoard is not installed: pip install tensorboard")
    port = [] if options.port is None else [f"--port={options.port}"]
    command = [sys.executable, "-m", "tensorboard.main", f"--logdir={options.logdir}", *port]
    return subprocess.run(command, check=False).returncode


def export(arguments: list[str]) -> int:
    """Exports the model of a file for programs that only run it: to the format that is asked."""
    from visualnn.exporting.formats import ENDINGS

    parser = argparse.ArgumentParser(
        prog="visualnn export",
        description="Writes what the model of a file predicts, for programs that only run it.",
    )
    parser.add_argument("source", metavar="FILE", help=".keras, .h5, or the folder of a SavedModel")
    parser.add_argument(
        "target",
        metavar="OUT",
        nargs="?",
        help="where to; by default beside FILE, with the ending of the format",
    )
    parser.add_argument(
        "--format",
        choices=ENDINGS,
        help="by default what the ending of OUT says, else a SavedModel",
    )
    parser.add_argument("--opset", type=int, metavar="N", help="the version of ONNX's operators")
    parser.add_argument("--overwrite", action="store_true", help="replace OUT if it is there")
    options = parser.parse_args(arguments)
    from visualnn.exporting.formats import export_model, format_of
    from visualnn.models import load_model

    format = options.format or format_of(options.target)
    target = Path(options.target or _exported(Path(options.source), ENDINGS[format]))
    if target.exists() and not options.overwrite:
        return refuse(f"{target} is there already. Give --overwrite to replace it.")
    how = {} if options.opset is None else {"opset_version": options.opset}
    if how and format == "tf_saved_model":
        return refuse("--opset is for ONNX and OpenVINO.")
    try:
        export_model(load_model(options.source), target, format, verbose=False, **how)
    except (OSError, ValueError, ImportError) as error:
        return refuse(str(error))
    print(f"Saved {target}")
    return 0


def _exported(source: Path, ending: str) -> Path:
    """Where a model is exported to, if it is not said: beside its file."""
    return source.with_name(f"{source.stem}{ending or '_exported'}")


COMMANDS = {
    "inspect": inspect,
    "convert": convert,
    "export": export,
    "tensorboard": tensorboard,
}
"""What ``visualnn`` can do besides opening JupyterLab, by the first word."""


if __name__ == "__main__":
    sys.exit(main())
