"""Makes the pictures of docs/states.md: the main states of the builder, in both themes.

    python docs/make_states.py

The builder is drawn in a bare page with its real Python behind it, as in the browser tests.
"""

import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import visualnn  # noqa: E402
from docs.make_pictures import browser, photograph  # noqa: E402
from tests import front_end  # noqa: E402
from tests.browser import rig  # noqa: E402
from tests.browser.live_story import LiveStory  # noqa: E402
from visualnn.widgets.builder import Builder  # noqa: E402


def network() -> Builder:
    """A small network with submodels, a parameter, a note and a version."""
    builder = Builder(name="digits")
    builder.add("Input", shape=(8, 8, 1), name="images")
    builder.set_parameter("width", 8)
    builder.add("Conv2D", after="images", filters="width", padding="same", name="stem")
    builder.add("Conv2D", after="stem", filters="width", padding="same", name="left")
    builder.add("Add", after=["left", "stem"], name="sum")
    builder.collapse("left", "sum", name="block")
    builder.connect("block", builder.instance("block"))
    builder.add("GlobalAveragePooling2D", after="block_1", name="pool")
    builder.add("Dense", after="pool", units=10, activation="softmax", name="digit")
    builder.arrange()
    builder.note(
        "# Why\nTwo residual blocks with the same structure:\n\n$$y = x + Wx$$", at=(260, 0)
    )
    builder.take_snapshot("first")
    builder.configure("stem", activation="relu")
    return builder


def mistaken() -> Builder:
    """The network with a mistake."""
    builder = Builder(name="digits")
    builder.add("Input", shape=(28, 28, 1), name="images")
    builder.add("Conv2D", after="images", filters=32, padding="same", name="left")
    builder.add("Conv2D", after="images", filters=64, padding="same", name="right")
    builder.add("Add", after=["left", "right"], name="sum")
    builder.arrange()
    return builder


def canvas(story: LiveStory) -> None:
    """Everything that is drawn, with one block selected."""
    story.block_named("block").click(position={"x": 60, "y": 14})


def search(story: LiveStory) -> None:
    """Looking for a layer by another framework's name."""
    story.block_named("digit").focus()
    story.keyboard.press("a")
    story.keyboard.type("linear")
    story.root.locator(".vnn-search-list").wait_for()


def problems(story: LiveStory) -> None:
    """What is wrong, and what would help."""
    story.keyboard.press("f")
    story.root.get_by_role("tab", name="Problems").click()


def submodel(story: LiveStory) -> None:
    """Inside a submodel."""
    story.block_named("block").focus()
    story.keyboard.press("Enter")
    story.root.get_by_role("navigation", name="Where you are").wait_for()


def weights(story: LiveStory) -> None:
    """The weights of a layer."""
    story.block_named("digit").click(position={"x": 60, "y": 14})
    story.root.locator(".vnn-inspector").get_by_role("tab", name="Weights").click()
    story.root.locator(".vnn-inspector [role=tabpanel] > *").first.wait_for()


def code(story: LiveStory) -> None:
    """The code that builds the model."""
    story.root.locator(".vnn-dock").get_by_role("tab", name="Code").click()
    story.root.get_by_label("Python that builds the model").wait_for()


def versions(story: LiveStory) -> None:
    """What is other than in a version."""
    story.root.get_by_role("tab", name="Versions").click()
    story.button("Compare with first").click()
    story.root.get_by_role("region", name="Differences").wait_for()


def outline(story: LiveStory) -> None:
    """The outline, which is an editor, too."""
    story.root.get_by_role("tab", name="Outline").click()


def figure(story: LiveStory) -> None:
    """A figure for a paper."""
    story.button("Save").click()
    story.button("Save a figure instead…").click()
    story.root.get_by_label("Style").select_option("feature_maps")
    story.root.get_by_role("img", name="The figure").wait_for()


def empty(story: LiveStory) -> None:
    """A new model."""


def templates(story: LiveStory) -> None:
    """Models to begin with."""
    story.root.locator(".vnn-bar").get_by_role("button", name="Templates").click()
    story.root.locator(".vnn-search-list").wait_for()


State = tuple[Callable[[], Builder], Callable[[LiveStory], None]]
STATES: dict[str, State] = {
    "empty": (lambda: Builder(name="model"), empty),
    "templates": (lambda: Builder(name="model"), templates),
    "canvas": (network, canvas),
    "search": (network, search),
    "problems": (mistaken, problems),
    "submodel": (network, submodel),
    "weights": (network, weights),
    "outline": (network, outline),
    "code": (network, code),
    "versions": (network, versions),
    "figure": (network, figure),
}


def main() -> None:
    """Writes all pictures, and the page that shows them."""
    visualnn.utils.set_random_seed(0)
    front_end.build()
    with browser() as chrome, rig.bare_server() as url:
        for theme in ("light", "dark"):
            for name, (make, act) in STATES.items():
                page = chrome.new_page(
                    viewport={"width": 1280, "height": 760}, locale="en-US", reduced_motion="reduce"
                )
                story = LiveStory(rig.Bare(page, url), make(), theme)
                act(story)
                photograph(story.root, f"states/{name}-{theme}.png")
                page.close()
    (HERE / "states.md").write_text(page_of_states(), encoding="utf-8")


def page_of_states() -> str:
    """The page, in Markdown."""
    lines = ["# The builder in pictures", "", "`python docs/make_states.py` makes them.", ""]
    for name, (_, act) in STATES.items():
        said = (act.__doc__ or "").strip().removesuffix(".")
        lines += [f"## {said}", "", "<picture>"]
        lines.append(
            f'  <source media="(prefers-color-scheme: dark)" srcset="states/{name}-dark.png">'
        )
        lines += [f'  <img alt="{said}" src="states/{name}-light.png">', "</picture>", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
