"""Writes visualnn/api: for each public namespace of Keras what there is of it here.

    python tests/api/write_modules.py

``keras_names.json`` holds the public names of Keras 3.15.
"""

import importlib
import json
import pathlib
import subprocess
import sys
import types

HERE = pathlib.Path(__file__).parent
API = HERE.parents[1] / "visualnn" / "api"
NAMES = json.loads((HERE / "keras_names.json").read_text())

# where the names of each namespace are looked for, first to last
SOURCES = {
    "activations": ["visualnn.activations"],
    "backend": [
        "visualnn.defaults",
        "visualnn.serialization",
        "visualnn.dtype_policies",
        "visualnn.ops.promotion",
        "visualnn.layers.connectivity",
    ],
    "callbacks": ["visualnn.training.callbacks"],
    "config": ["visualnn.session", "visualnn.defaults", "visualnn.dtype_policies"],
    "constraints": ["visualnn.constraints"],
    "distillation": ["visualnn.distillation"],
    "dtype_policies": ["visualnn.dtype_policies"],
    "export": [],
    "initializers": ["visualnn.initializers"],
    "layers": ["visualnn.layers"],
    "legacy.saving": ["visualnn.serialization.legacy"],
    "losses": ["visualnn.losses"],
    "metrics": ["visualnn.metrics"],
    "mixed_precision": ["visualnn.dtype_policies", "visualnn.optimizers"],
    "models": ["visualnn.models"],
    "ops": ["visualnn.ops"],
    "ops.nn": ["visualnn.ops"],
    "ops.numpy": ["visualnn.ops"],
    "optimizers": ["visualnn.optimizers"],
    "optimizers.schedules": ["visualnn.schedules"],
    "preprocessing": [
        "visualnn.training.image_folders",
        "visualnn.training.text_folders",
        "visualnn.training.windows",
    ],
    "preprocessing.image": ["visualnn.training.image_files"],
    "preprocessing.sequence": ["visualnn.training.preparation"],
    "quantizers": ["visualnn.quantizers"],
    "random": ["visualnn.random"],
    "regularizers": ["visualnn.regularizers"],
    "saving": ["visualnn.saving", "visualnn.serialization"],
    "tree": ["visualnn.nesting", "visualnn.structure"],
    "utils": [
        "visualnn.datasets.download",
        "visualnn.training",
        "visualnn.training.preparation",
        "visualnn.training.audio_folders",
        "visualnn.training.image_files",
        "visualnn.training.image_folders",
        "visualnn.training.progress_bar",
        "visualnn.training.splitting",
        "visualnn.training.text_folders",
        "visualnn.training.windows",
        "visualnn.layers.connectivity",
        "visualnn.models.plotting",
        "visualnn.models.feature_space",
        "visualnn.models",
        "visualnn.random",
        "visualnn.serialization",
        "visualnn.session",
        "visualnn.dtype_policies",
    ],
    "utils.legacy": ["visualnn.serialization.legacy"],
    "wrappers": [],
    "utils.bounding_boxes": ["visualnn.bounding_boxes"],
    "visualization": ["visualnn.galleries"],
}
# what the modules are called whose last name is another's
FILES = {"legacy.saving": "legacy_saving", "utils.legacy": "legacy_utils"}
# names of Keras's that are called otherwise here
OTHERWISE = {
    ("utils", "Sequence"): ("visualnn.training", "PyDataset"),
    ("mixed_precision", "Policy"): ("visualnn.dtype_policies", "DTypePolicy"),
    ("mixed_precision", "global_policy"): ("visualnn.dtype_policies", "dtype_policy"),
    ("mixed_precision", "set_global_policy"): ("visualnn.dtype_policies", "set_dtype_policy"),
}
# what stands in a namespace of Keras's beside its names
OURS = {
    ("config", "is_exact"): "visualnn.engine.passes",
    ("config", "set_exact"): "visualnn.engine.passes",
    ("config", "is_accelerated"): "visualnn.engine.accelerator",
    ("config", "set_accelerated"): "visualnn.engine.accelerator",
    ("config", "num_threads"): "visualnn.engine.threads",
    ("config", "set_num_threads"): "visualnn.engine.threads",
    ("config", "language"): "visualnn.session",
    ("config", "set_language"): "visualnn.session",
}
# names that need a notebook, scikit-learn or much else: they are loaded when first asked for
_ESTIMATORS = ("SKLearnClassifier", "SKLearnRegressor", "SKLearnTransformer")
LATER = {
    "callbacks": {"Dashboard": "visualnn.widgets.dashboard"},
    "export": {"ExportArchive": "visualnn.exporting.archive"},
    "wrappers": dict.fromkeys(_ESTIMATORS, "visualnn.scikit_learn"),
}
LATE_TEXT = """
# what needs more than numpy is loaded when it is first asked for
_LATER = {later!r}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")
    return getattr(importlib.import_module(_LATER[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_LATER])
"""


def found(namespace):
    """Where each public name of a namespace comes from, for those that are there."""
    names = {}
    for name in NAMES[namespace]:
        if (namespace, name) in OTHERWISE:
            names[name] = OTHERWISE[namespace, name]
            continue
        for source in SOURCES[namespace]:
            thing = getattr(importlib.import_module(source), name, None)
            if thing is not None and not isinstance(thing, types.ModuleType):
                names[name] = (source, name)
                break
    ours = {name: (source, name) for (place, name), source in OURS.items() if place == namespace}
    return {**names, **ours}


def file_of(namespace):
    return API / f"{FILES.get(namespace, namespace.rpartition('.')[2])}.py"


def text_of(namespace):
    """The source of the module that re-exports a namespace."""
    imports = {}
    for name, (source, original) in sorted(found(namespace).items()):
        renamed = f"{original} as {name}" if original != name else name
        imports.setdefault(source, []).append(renamed)
    lines = [f'"""``visualnn.{namespace}``: the names of ``keras.{namespace}``."""', ""]
    late = LATER.get(namespace)
    lines += ["import importlib", "from typing import Any"] if late else []
    lines += [f"from {source} import {', '.join(names)}" for source, names in imports.items()]
    return "\n".join(lines) + "\n" + (LATE_TEXT.format(later=late) if late else "")


def formatted(text):
    command = [sys.executable, "-m", "ruff"]
    for step in (["check", "--fix", "-q", "--select", "I"], ["format", "-q"]):
        arguments = [*command, *step, "--stdin-filename", str(API / "x.py"), "-"]
        run = subprocess.run(arguments, input=text, capture_output=True, text=True, check=True)
        text = run.stdout
    return text


if __name__ == "__main__":
    for namespace in SOURCES:
        file_of(namespace).write_text(formatted(text_of(namespace)))
