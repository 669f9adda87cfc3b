"""Code that is read, edited and applied; and what the inspector's tabs tell of a block."""

from playwright.sync_api import expect

from tests.browser.live_story import mlp
from visualnn.widgets.builder import Builder


def mlp_in_a_notebook() -> Builder:
    builder = mlp()
    builder._variables = dict
    return builder


def open_code(story):
    story.root.locator(".vnn-dock").get_by_role("tab", name="Code").click()
    field = story.root.get_by_label("Python that builds the model")
    expect(field).to_have_value("".join(["", story.builder.code()]))
    return field


def test_edited_code_changes_the_drawing_and_blocks_stay_where_they_are(live):
    builder = mlp()
    builder.move("hidden", 40, 150)
    story = live(builder)
    field = open_code(story)
    field.click()
    field.press("Control+End")
    story.keyboard.press("ArrowUp")  # the line before the last, empty one: the model's
    story.keyboard.press("Home")
    story.keyboard.insert_text('extra = layers.Dropout(0.5, name="extra")(classes)\n')
    expect(story.root.locator(".vnn-code-state")).to_contain_text("does not follow yet")
    field.press("Control+Enter")
    story.expect_said("The drawing follows the code.")
    field.fill(story.builder.code().replace("Dense(16,", "Dense(24,"))
    story.button("Apply").click()
    foot = story.block_named("hidden").locator(".vnn-block-foot")
    expect(foot).to_contain_text("(?, 24)")
    assert story.builder.document.canvas.positions["hidden"] == (40, 150)
    story.button("Undo: Draw another model").click()
    expect(foot).to_contain_text("(?, 16)")
    expect(field).to_have_value(story.builder.code())


def test_an_error_is_shown_at_its_line(live):
    story = live(mlp_in_a_notebook())
    field = open_code(story)
    source = story.builder.code()
    field.fill(source.replace("Dense(4,", "Dense(0,"))
    story.button("Apply").click()
    line = next(i for i, text in enumerate(source.splitlines(), 1) if "Dense(4," in text)
    alert = story.root.locator(".vnn-code-error")
    expect(alert).to_contain_text(f"Line {line}:")
    expect(alert).to_contain_text("1 or more")
    expect(story.root.locator(".vnn-code-line.wrong")).to_have_text(str(line))
    expect(field).to_have_value(source.replace("Dense(4,", "Dense(0,"))
    story.button("Discard").click()
    expect(field).to_have_value(source)
    expect(alert).to_have_count(0)


def test_code_has_three_styles(live):
    story = live(mlp_in_a_notebook())
    field = open_code(story)
    style = story.root.get_by_label("Style")
    style.select_option("sequential")
    expect(field).to_have_value(story.builder.code("sequential"))
    style.select_option("subclass")
    expect(field).to_have_value(story.builder.code("subclass"))
    story.builder.add("Dense", after="features", units=4, name="aside")
    story.told()
    style.select_option("sequential")
    expect(story.root.locator(".vnn-code .vnn-calm")).to_contain_text("Choose the functional style")


def test_the_inspector_tells_how_the_numbers_come_about(live):
    story = live(mlp_in_a_notebook())
    story.click("hidden")
    inspector = story.root.locator(".vnn-inspector")
    inspector.get_by_role("tab", name="Settings").focus()
    story.keyboard.press("ArrowRight")
    expect(inspector.locator(".vnn-formulas").last).to_have_text("kernel 8·16 + bias 16 = 144")
    operations = inspector.locator(".vnn-flow dd").first
    expect(operations).to_have_text("8,704")  # (2 * 8 * 16 + 16) * 32
    inspector.get_by_label("batch size").focus()
    story.keyboard.press("Home")
    expect(operations).to_have_text("272")
    inspector.get_by_role("tab", name="Weights").click()
    expect(inspector.get_by_role("img", name="Histogram from")).to_have_count(2)
    expect(inspector.get_by_role("img", name="Heat map of kernel")).to_be_visible()
    expect(inspector).to_contain_text("100 % zeros")
    inspector.get_by_role("tab", name="Code").click()
    expect(inspector.locator("pre")).to_contain_text("hidden = layers.Dense(16")


def test_the_whole_model_is_counted(live):
    story = live(mlp_in_a_notebook())
    story.root.get_by_text("What it costs").click()
    expect(story.root.locator(".vnn-costs dd").first).to_have_text("12,928")
