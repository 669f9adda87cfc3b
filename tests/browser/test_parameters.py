"""Named numbers, and fields that are computed from them, on the screen."""

from playwright.sync_api import expect

from tests.browser.live_story import mlp


def test_a_number_is_named_and_fields_are_computed_from_it(live):
    story = live(mlp())
    story.button("Add", exact=True).last.click()
    story.root.get_by_label("Name of the new parameter").fill("width")
    story.keyboard.press("Tab")
    story.keyboard.type("32")
    story.keyboard.press("Enter")
    value = story.root.get_by_label("Value of width")
    expect(value).to_have_value("32")
    story.click("hidden")
    units = story.root.get_by_label("units")
    units.fill("2*width")
    units.press("Enter")
    foot = story.block_named("hidden").locator(".vnn-block-foot")
    expect(foot).to_contain_text("(?, 64)")
    expect(story.root.locator(".vnn-computed")).to_have_text("= 64")
    story.keyboard.press("Escape")
    story.keyboard.press("Escape")
    value.fill("10")
    value.press("Enter")
    expect(foot).to_contain_text("(?, 20)")
    story.button("Undo: Set a parameter").click()
    expect(foot).to_contain_text("(?, 64)")


def test_what_cannot_be_computed_is_said_in_the_field(live):
    builder = mlp()
    builder.set_parameter("width", 5)
    story = live(builder)
    story.click("hidden")
    units = story.root.get_by_label("units")
    for entry, said in (
        ("width / 2", "// rounds down"),
        ("width * ", "a number is missing"),
        ("width - 5", "1 or more, but is 0"),
    ):
        units.fill(entry)
        units.press("Enter")
        expect(story.root.locator(".vnn-field-error")).to_contain_text(said)
        expect(units).to_have_value(entry)
    units.fill("width * 3")
    units.press("Enter")
    expect(story.root.locator(".vnn-field-error")).to_have_count(0)
    expect(story.block_named("hidden").locator(".vnn-block-foot")).to_contain_text("(?, 15)")


def test_several_blocks_are_computed_at_once(live):
    builder = mlp()
    builder.set_parameter("width", 7)
    story = live(builder)
    story.click("hidden")
    story.click("classes", modifiers=["Shift"])
    units = story.root.get_by_label("units")
    expect(units).to_have_attribute("placeholder", "mixed")
    units.fill("width")
    units.press("Enter")
    for name in ("hidden", "classes"):
        expect(story.block_named(name).locator(".vnn-block-foot")).to_contain_text("(?, 7)")


def test_a_parameter_follows_a_variable_of_the_notebook(live):
    builder = mlp()
    variables = {"width": 12}
    builder._variables = lambda: variables
    story = live(builder)
    story.button("Add", exact=True).last.click()
    story.root.get_by_label("Name of the new parameter").fill("height")
    story.keyboard.press("Enter")
    expect(story.root.locator(".vnn-field-error")).to_contain_text("no variable 'height'")
    story.root.get_by_label("Name of the new parameter").fill("width")
    story.keyboard.press("Enter")
    expect(story.root.locator(".vnn-parameter-value")).to_have_text("← width")
    builder.configure("hidden", units="width")
    story.told()
    variables["width"] = 20
    story.button("Refresh").click()
    foot = story.block_named("hidden").locator(".vnn-block-foot")
    expect(foot).to_contain_text("(?, 20)")


def test_a_parameter_in_use_is_not_removed(live):
    builder = mlp()
    builder.set_parameter("width", 7)
    builder.configure("hidden", units="width")
    story = live(builder)
    story.button("Remove width").click()
    expect(story.root.locator(".vnn-toast")).to_contain_text("width is used by hidden")
