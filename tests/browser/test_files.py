"""Models' files in JupyterLab: a double click shows one without a kernel, "Edit" starts one."""

import json
import shutil
import struct
import time
import zlib
from pathlib import Path

import pytest
from playwright.sync_api import expect

import visualnn
from tests.browser.builder_story import Hand

FIXTURES = Path(__file__).parents[1] / "fixtures/keras"
DOCUMENT = ".jp-Document:not(.lm-mod-hidden)"
PAGE = f"{DOCUMENT} .visualnn-page"


@pytest.fixture
def page(lab, notebook):
    """JupyterLab's page, whose documents are closed at the end."""
    notebook("1")
    return lab.page


@pytest.fixture
def folder(lab, lab_folder):
    """Puts a file into the folder that JupyterLab shows, and gives its row there."""

    def put(path, name=""):
        target = lab_folder / (name or path.name)
        shutil.copyfile(path, target)
        lab.execute("filebrowser:refresh")
        return lab.page.locator(".jp-DirListing-item", has_text=target.name)

    return put


def kernels(page, path):
    """How many kernels there are for a path."""
    return page.evaluate(
        """async (path) => {
          const { sessions } = jupyterapp.serviceManager;
          await sessions.refreshRunning();
          return [...sessions.running()].filter((session) => session.path === path).length;
        }""",
        path,
    )


def parts(page):
    """What the outline of the graph lists."""
    root = page.locator(f"{PAGE} .vnn-graph")
    root.locator("canvas").first.wait_for()
    return root


def save_small(path):
    inputs = visualnn.Input((4,), name="pixels")
    visualnn.Model(inputs, visualnn.layers.Dense(2, name="answer")(inputs)).save(path)
    return path


def test_a_double_click_shows_a_model_without_a_kernel_and_edit_starts_one(
    lab, page, folder, tmp_path
):
    path = save_small(tmp_path / "digits & co.keras")
    row = folder(path)
    row.dblclick()
    expect(parts(page)).to_contain_text("answer")
    assert kernels(page, path.name) == 0
    page.locator(DOCUMENT).get_by_text("Edit", exact=True).click()
    root = page.locator(f"{PAGE} .vnn-builder")
    root.wait_for()
    assert page.locator(PAGE).bounding_box()["height"] - root.bounding_box()["height"] < 2
    assert kernels(page, path.name) == 1
    lab.python("_visualnn_page.add('Dropout', rate=0.125)")
    page.locator(PAGE).get_by_text("dropout", exact=True).first.wait_for()
    lab.execute("application:close")  # asks nothing: JupyterLab has nothing to save
    expect(page.locator(PAGE)).to_have_count(0)
    row.dblclick()  # the kernel has the edits
    page.locator(PAGE).get_by_text("dropout", exact=True).first.wait_for()
    assert (lab.server.root / path.name).read_bytes() == path.read_bytes()


def test_an_older_file_opens_by_open_with(page, folder):
    row = folder(FIXTURES / "k2_functional.h5")
    row.click(button="right")
    page.locator(".lm-Menu-item", has_text="Open With").hover()
    page.locator(".lm-Menu-item", has_text="Model builder").click()
    root = parts(page)
    assert kernels(page, "k2_functional.h5") == 0
    page.locator(DOCUMENT).get_by_text("Edit", exact=True).click()
    builder = Hand(page, page.locator(f"{PAGE} .vnn-builder"))
    builder.root.locator(".react-flow__pane").wait_for()
    expect(root).to_have_count(0)
    expect(builder.root.locator("[data-block]").first).to_be_visible()


BROKEN = {
    "empty.keras": (b"", "The file is empty."),
    "text.keras": (b"<script>top.harm = 1</script>", "This is no model's file"),
    "cut.keras": (b"PK\x03\x04" + b"\0" * 60, "it is not a zip archive"),
    "cut.h5": (b"\x89HDF\r\n\x1a\n" + b"\xff" * 200, "The file is damaged"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_says_what_is_wrong(lab, page, folder, tmp_path, name):
    content, sentence = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    folder(tmp_path / name)
    lab.execute("docmanager:open", path=name, factory="visualnn")
    expect(page.locator(f"{PAGE} [role=status]")).to_contain_text(sentence)
    if name == "text.keras":
        page.locator(DOCUMENT).get_by_text("Edit", exact=True).click()
        expect(page.locator(f"{PAGE} [role=status]")).to_contain_text(
            "was not opened", timeout=30_000
        )
        assert page.evaluate("() => window.harm === undefined")


def test_many_layers_and_gigabytes_of_weights_open_at_once(lab, page, folder, tmp_path):
    inputs = x = visualnn.Input((8,), name="numbers")
    for number in range(200):
        x = visualnn.layers.Dense(8, name=f"layer_{number}")(x)
    visualnn.Model(inputs, x).save(tmp_path / "deep.keras")
    row = folder(tmp_path / "deep.keras")
    began = time.perf_counter()
    row.dblclick()
    expect(parts(page)).to_contain_text("layer_199")
    print(f"200 layers: {time.perf_counter() - began:.2f} s")
    lab.execute("application:close")
    write_large(lab.server.root / "large.keras", 3 * 2**30)
    lab.execute("filebrowser:refresh")
    began = time.perf_counter()
    page.locator(".jp-DirListing-item", has_text="large.keras").dblclick()
    expect(parts(page)).to_contain_text("only")
    print(f"3 GiB of weights: {time.perf_counter() - began:.2f} s")
    (lab.server.root / "large.keras").unlink()


def write_large(path, size):
    """A `.keras` file of one layer whose weights are a hole of so many bytes."""
    layer = {"class_name": "Dense", "config": {"name": "only", "units": 2}}
    config = json.dumps({"class_name": "Sequential", "config": {"layers": [layer]}}).encode()
    members = {b"model.weights.h5": (None, size), b"config.json": (config, len(config))}
    index = b""
    with path.open("wb") as file:
        for name, (content, length) in members.items():
            start = file.tell()
            sums = struct.pack("<III", zlib.crc32(content or b""), length, length)
            file.write(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0" + sums)
            file.write(struct.pack("<HH", len(name), 0) + name)
            index += b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0" + sums
            index += struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, start) + name
            if content is None:
                file.seek(length, 1)
            else:
                file.write(content)
        where = file.tell()
        file.write(index + b"PK\x05\x06\0\0\0\0\x02\0\x02\0")
        file.write(struct.pack("<IIH", len(index), where, 0))
