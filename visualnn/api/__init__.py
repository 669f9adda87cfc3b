"""The public namespaces, one module each, with nothing in them but names.

``python tests/api/write_modules.py`` writes those of Keras from its public names and what there is
here; the others have names of TensorFlow's.
"""

NESTED = {
    "legacy_saving": "legacy.saving",
    "legacy_utils": "utils.legacy",
    "schedules": "optimizers.schedules",
    "nn": "ops.nn",
    "numpy": "ops.numpy",
    "image": "preprocessing.image",
    "sequence": "preprocessing.sequence",
    "bounding_boxes": "utils.bounding_boxes",
    "profiles": "profiler.experimental",
    "summary_steps": "summary.experimental",
}
"""What the modules are called that are namespaces inside others."""
