"""Loads hostile files in a process of its own and writes down what happens: ``FOLDER NAMES...``.

An audit hook sees every file that is written, every connection, program and import; memory and
time are limited.  One line of JSON for each file goes to standard output.
"""

import json
import os
import resource
import signal
import sys
import time
import zipfile
from pathlib import Path

MEMORY = 3 * 2**30  # of addresses, of which numpy and h5py take a part before anything is loaded
SECONDS = 60

FORBIDDEN = (
    ("socket.connect", "socket.getaddrinfo", "socket.bind", "urllib.Request", "ftplib.connect"),
    ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "ctypes.dlopen"),
    ("pickle.find_class", "marshal.loads", "os.remove", "os.rename", "os.mkdir", "os.symlink"),
)


class Watch:
    """What is done while a file is loaded."""

    def __init__(self):
        self.seen = []
        self.active = False

    def __call__(self, event, arguments):
        if not self.active:
            return
        if event == "open":
            path, mode, flags = arguments
            writes = isinstance(mode, str) and any(x in mode for x in "wax+")
            writes = writes or (mode is None and flags & (os.O_WRONLY | os.O_RDWR))
            if writes or str(path).endswith("secret.txt"):
                self.seen.append(f"open {path!r} {mode}")
        elif event == "import" and arguments[0] == "sandboxed_import_probe":
            self.seen.append(f"import {arguments[0]}")
        elif event == "marshal.loads" and "importlib" in sys._getframe(1).f_code.co_filename:
            pass  # a module of ours that is loaded when it is first needed
        elif any(event in group for group in FORBIDDEN):
            self.seen.append(f"{event} {arguments!r}"[:200])


def opened(path, visualnn):
    """Read the file as its ending asks for."""
    if path.name.endswith((".weights.json", ".weights.h5")):
        model = visualnn.Sequential([visualnn.Input((3,)), visualnn.layers.Dense(2)])
        model.load_weights(path)
    elif path.suffix == ".json":
        model = visualnn.models.model_from_json(path.read_text())
    else:
        model = visualnn.models.load_model(path)
    return model


def entries(path, visualnn):
    """The other ways into the library for what is in a file, by their names."""
    from visualnn.saving.inspection import inspect_file

    yield "inspect", lambda: inspect_file(path)
    if path.suffix == ".keras":
        yield "KerasFileEditor", lambda: visualnn.saving.KerasFileEditor(path)
        with zipfile.ZipFile(path) as archive:
            try:
                text = archive.read("config.json")[: 2**20]
            except (RuntimeError, NotImplementedError, OSError):
                return
        try:
            record = json.loads(text)
            parts = record["config"]["layers"]
        except (ValueError, KeyError, TypeError):
            return
        yield "deserialize", lambda: visualnn.saving.deserialize_keras_object(record)
        yield "from_config", lambda: visualnn.Sequential.from_config(record["config"])
        yield "layers.deserialize", lambda: [visualnn.layers.deserialize(x) for x in parts]
        yield "model_from_json", lambda: visualnn.models.model_from_json(json.dumps(record))


def main(folder, *names):
    """Load each file, and tell what happened."""
    sys.path.insert(0, folder)
    sys.dont_write_bytecode = True  # of modules that are loaded when they are first needed
    import visualnn
    from visualnn.serialization import InvalidModelFile

    watch = Watch()
    sys.addaudithook(watch)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    secret = (Path(folder) / "secret.txt").read_text()
    for name in names:
        [path] = [p for p in Path(folder).iterdir() if p.name.split(".")[0] == name and p.is_file()
                  and not p.name.startswith(f"{name}_")][:1]  # fmt: skip
        watch.seen = []
        signal.alarm(SECONDS)
        begin = time.process_time()
        result = {"name": name, "file": path.name, "error": None, "said": ""}
        watch.active = True
        try:
            model = opened(path, visualnn)
            watch.active = False
            numbers = b"".join(w.tobytes() for w in model.get_weights())
            result["told"] = secret.encode() in numbers or secret in json.dumps(
                model.get_config(), default=str
            )
        except Exception as problem:
            result["error"] = type(problem).__name__
            result["is_ours"] = isinstance(problem, InvalidModelFile)
            result["said"] = str(problem)
        result["entries"] = {}
        for entry, enter in entries(path, visualnn):
            watch.active = True
            try:
                enter()
            except Exception as problem:
                # a config that is given from Python need not come from a file
                expected = ValueError if entry == "from_config" else InvalidModelFile
                if not isinstance(problem, expected):
                    result["entries"][entry] = f"{type(problem).__name__}: {problem}"[:500]
            watch.active = False
        watch.active = False
        signal.alarm(0)
        result["seconds"] = time.process_time() - begin
        result["seen"] = watch.seen
        result["marked"] = (Path(folder) / "mark").exists() or Path("mark").exists()
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
