"""The fixtures of the browser tests; what they give is described in ``rig.py``."""

import functools
import itertools
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import front_end
from tests.browser import builder_story, chromium, graph_viewer_story, rig
from tests.browser.live_story import LiveStory
from visualnn.widgets.builder import Builder

NAMES = (f"test-{number}.ipynb" for number in itertools.count())

SETTINGS = {
    "locale": "en-US",  # else of the machine, and "C" is no language tag
    "reduced_motion": "reduce",
    "permissions": ["clipboard-read", "clipboard-write"],
}


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps the browser tests in one process of pytest-xdist: they share a browser and a server."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("front-end"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Keeps a picture of the page of a test that failed, and says in its report where."""
    report = yield
    if report.failed and report.when == "call":
        pages = {fixture: item.funcargs.get(fixture) for fixture in ("page", "lab")}
        for name, shown in pages.items():
            if shown is not None:
                path = Path(tempfile.mkdtemp(prefix="visualnn-failed-"), f"{name}.png")
                (shown.page if name == "lab" else shown).screenshot(path=path)
                report.sections.append(("What the page showed", str(path)))
    return report


@pytest.fixture(scope="session")
def built() -> None:
    """The bundle and the labextension of the sources as they are now."""
    front_end.build()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium."""
    with sync_playwright() as playwright:
        try:
            path = chromium.find(playwright)
        except chromium.NoBrowserError as error:
            pytest.fail(str(error), pytrace=False)
        browser = playwright.chromium.launch(
            executable_path=path,
            args=chromium.ARGUMENTS,
            env=dict(chromium.environment(path)),
            headless=True,
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of its own."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, **SETTINGS)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def bare_url(built: None) -> Iterator[str]:
    """The address of the bare pages."""
    with rig.bare_server() as url:
        yield url


@pytest.fixture
def bare(page: Page, bare_url: str) -> Iterator[rig.Bare]:
    """A page for one widget without Jupyter; an error in it fails the test."""
    result = rig.Bare(page, bare_url)
    yield result
    assert result.errors.taken() == []


@pytest.fixture
def live(bare: rig.Bare) -> Callable[[Builder], LiveStory]:
    """Draws a builder that has its Python behind it."""
    return lambda builder: LiveStory(bare, builder)


@pytest.fixture(scope="session")
def lab_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the session's JupyterLab shows, empty at first."""
    return tmp_path_factory.mktemp("notebooks")


@pytest.fixture(scope="session")
def lab(built: None, browser: Browser, lab_folder: Path) -> Iterator[rig.Lab]:
    """The JupyterLab of the session."""
    with rig.jupyterlab_server(lab_folder) as server:
        context = browser.new_context(viewport={"width": 1400, "height": 900}, **SETTINGS)
        yield rig.Lab(server, context.new_page())
        context.close()


@pytest.fixture
def notebook(lab: rig.Lab) -> Iterator[Callable[..., rig.Notebook]]:
    """Opens a notebook of the given cells with a fresh kernel; an error of ours fails the test."""
    opened: list[rig.Notebook] = []

    def open_notebook(*cells: str) -> rig.Notebook:
        opened.append(lab.open(next(NAMES), *cells))
        return opened[-1]

    lab.errors.taken()
    yield open_notebook
    for each in opened:
        each.close()
    assert lab.errors.taken() == []


@pytest.fixture
def show(bare: rig.Bare) -> Callable[..., builder_story.Story]:
    """Draws the builder with a document in a bare page."""
    return functools.partial(builder_story.Story, bare)


@pytest.fixture
def viewer(bare: rig.Bare) -> graph_viewer_story.Viewer:
    """The training step, its layers closed."""
    viewer = graph_viewer_story.Viewer(
        bare.page, bare.show("graph_viewer", graph=graph_viewer_story.training_step())
    )
    viewer.press("Collapse all scopes")
    viewer.press("One level more")
    return viewer
