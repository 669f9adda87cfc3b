"""What is left out on purpose says so; the table of names says what is here and what is not."""

import importlib
import pathlib

import pytest

import visualnn
from tests.api.write_modules import NAMES
from visualnn.absent import ABSENT, page, reason, sentence

PAGE = pathlib.Path(__file__).parents[1] / "docs" / "absent.md"
PUBLIC = [f"{space}.{name}" if space else name for space, names in NAMES.items() for name in names]


def is_here(public):
    space, _, name = public.rpartition(".")
    try:
        module = importlib.import_module(f"visualnn.{space}" if space else "visualnn")
    except ImportError:
        return False
    return hasattr(module, name)


def test_the_table_of_names(capsys):
    here = [public for public in PUBLIC if is_here(public)]
    absent = [public for public in PUBLIC if reason(public)]
    missing = sorted(set(PUBLIC) - set(here) - set(absent))
    with capsys.disabled():
        print(f"\nOf {len(PUBLIC)} public names of Keras's {len(here)} are here, ", end="")
        print(f"{len(absent)} are left out on purpose, {len(missing)} are missing:")
        spaces = sorted({public.rpartition(".")[0] for public in missing})
        for space in spaces:
            names = [m.rpartition(".")[2] for m in missing if m.rpartition(".")[0] == space]
            print(f"  {space or 'keras'}: {', '.join(names)}")
    assert not set(here) & set(absent), "what is here is not left out"


def test_the_page_is_that_of_the_table():
    assert PAGE.read_text() == page(), "write what visualnn.absent.page() gives to docs/absent.md"


def test_names_left_out_are_keras_names():
    known = {*PUBLIC, *NAMES, "applications", "nnx"}
    assert set(ABSENT) <= known
    assert reason("layers.Dense") is None and reason("distribution.DeviceMesh")


@pytest.mark.parametrize("public", ABSENT)
def test_asking_says_why(public):
    space, _, name = public.rpartition(".")
    module = importlib.import_module(f"visualnn.{space}" if space else "visualnn")
    with pytest.raises(AttributeError) as said:
        getattr(module, name)
    assert str(said.value) == sentence(public) and ABSENT[public] in sentence(public)
    assert not hasattr(module, name)


@pytest.mark.parametrize("public", [name for name in ABSENT if "." not in name])
def test_importing_says_why(public):
    with pytest.raises(ImportError, match="on purpose"):
        importlib.import_module(f"visualnn.{public}")


def test_importing_a_layer_says_why():
    with pytest.raises(ImportError, match="a model of PyTorch"):
        from visualnn.layers import TorchModuleWrapper  # noqa: F401
    with pytest.raises(ImportError, match="cannot import name 'Nonsense'"):
        from visualnn.layers import Nonsense  # noqa: F401


def test_other_names_are_asked_for_as_before():
    assert visualnn.callbacks.Dashboard.__name__ == "Dashboard"
    with pytest.raises(AttributeError, match="has no attribute 'Nonsense'"):
        _ = visualnn.callbacks.Nonsense
