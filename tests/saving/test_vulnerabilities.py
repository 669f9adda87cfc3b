"""Every published vulnerability of model files, and every rule for our loader, has a file here.

Source: the list of published vulnerabilities of Keras up to 2026, by their ids in `CASES`.
"""

import json
import pathlib
import subprocess
import sys

import pytest

from tests.saving.hostile import CALLS, FILES, LAMBDAS, NAMES, PLACES, VOCABULARIES
from tests.saving.hostile_arrays import GRAPHS

SECRET = "a secret of twenty-four b"

_CALLED = ("system", "eval", "popen")

CVE = {
    "CVE-2021-37678": ["yaml_config"],
    "CVE-2024-3660": [f"{kind}_{place.__name__}" for kind in LAMBDAS for place in PLACES],
    "CVE-2025-1550": [
        f"{kind}_{p.__name__}" for kind in ("system", "eval", "popen") for p in PLACES
    ],
    "CVE-2025-8747": [f"get_file_{place.__name__}" for place in PLACES],
    "CVE-2025-9906": [f"{kind}_{p.__name__}" for kind in ("unsafe", "load_model") for p in PLACES],
    "CVE-2025-9905": ["h5_lambda", "h5_get_file"],
    "CVE-2025-49655": ["torch_module_wrapper_pickle"],
    "CVE-2025-12058": list(VOCABULARIES),
    "CVE-2026-0897": ["h5_shape_bomb", "h5_chunked_shape_bomb", "h5_gzip_bomb", "h5_text_bomb"],
    "CVE-2026-12570": ["legacy_h5_shape_bomb"],
    "CVE-2026-1669": [
        "h5_external_storage",
        "h5_external_link",
        "h5_virtual",
        "legacy_h5_external",
    ],
    "CVE-2026-1462": ["tfsm_layer_external"],
    "CVE-2026-12479": [*NAMES, "model_name_absolute"],
    "CVE-2026-12481": [f"{kind}_in_lambda_layer_without_module" for kind in (*LAMBDAS, *CALLS)],
    "no import (R12)": [f"probe_{place.__name__}" for place in PLACES],
    "classes of other frameworks (R4)": ["jax_layer", "flax_layer", "class_confusion"],
    "archives (R1, R2)": [
        *("many_members", "symlink_member", "encrypted_member", "other_method"),
        *("padded_config", "padded_weights"),
    ],
    "JSON (R2)": ["deep_json", "wide_json"],
    "arrays (R7)": ["h5_objects", "h5_complex", "h5_filter"],
    "shards (R8)": ["shards_outside", "shards_link"],
    "graphs (R3, R9)": list(GRAPHS),
}
"""The names of files, by what they show."""

HARMLESS = {"h5_ring", "asset_outside", "doubling_concatenates", "nested_models"}
"""What is odd and does nothing: it may load, or be refused."""

TOO_LARGE = {"huge_units", "huge_embedding"}
"""What is refused because the file holds other weights."""

CASES = sorted({name for names in CVE.values() for name in names})


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """What happened with each file: all are loaded in one process that is watched."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "secret.txt").write_text(SECRET)
    (folder / "sandboxed_import_probe.py").write_text("open('mark', 'w')")
    for make in FILES.values():
        make(folder)
    program = pathlib.Path(__file__).parent / "watched_loading.py"
    done = subprocess.run(
        [sys.executable, str(program), str(folder), *FILES],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=600,
        env={"PYTHONPATH": str(program.parents[2]), "PATH": "", "OMP_NUM_THREADS": "1"},
    )
    found = {line["name"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert found.keys() == FILES.keys(), done.stderr[-2000:]
    return found


@pytest.mark.xdist_group("hostile files")
@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_by_one_clear_error(results, name):
    found = results[name]
    assert found["error"], "it was loaded"
    assert found["is_ours"] or "do not fit" in found["said"], found
    assert len(found["said"]) < 2000
    assert SECRET not in found["said"]


@pytest.mark.xdist_group("hostile files")
@pytest.mark.parametrize("name", sorted(TOO_LARGE))
def test_what_the_file_does_not_hold_is_not_allocated(results, name):
    assert "do not fit" in results[name]["said"] or results[name]["is_ours"]


@pytest.mark.xdist_group("hostile files")
@pytest.mark.parametrize("name", sorted(FILES))
def test_nothing_happens_outside(results, name):
    found = results[name]
    assert not found["seen"]
    assert not found["marked"]
    assert not found.get("told")
    assert found["error"] is None or found["is_ours"] or "do not fit" in found["said"], found
    assert found["seconds"] < 30


@pytest.mark.xdist_group("hostile files")
@pytest.mark.parametrize("name", sorted(FILES))
def test_every_way_in_obeys_the_same_rules(results, name):
    assert not results[name]["entries"]


def test_every_file_is_here_for_a_reason():
    assert {*CASES, *HARMLESS, *TOO_LARGE} == FILES.keys()
