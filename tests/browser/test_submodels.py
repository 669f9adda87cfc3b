"""Submodels on the canvas: made, opened, edited, used again; by mouse and by keyboard."""

from playwright.sync_api import expect

from visualnn.widgets.builder import Builder


def residual() -> Builder:
    builder = Builder(name="digits")
    builder.add("Input", shape=(8, 8, 1), name="images")
    builder.add("Conv2D", after="images", filters=4, padding="same", name="stem")
    builder.add("Conv2D", after="stem", filters=4, padding="same", name="left")
    builder.add("Conv2D", after="stem", filters=4, kernel_size=1, name="shortcut")
    builder.add("Add", after=["left", "shortcut"], name="sum")
    builder.add("Flatten", after="sum", name="flatten")
    builder.arrange()
    return builder


def with_submodel() -> Builder:
    builder = residual()
    builder.collapse("left", "shortcut", "sum", name="part")
    return builder


def select(story, *layers):
    for at, layer in enumerate(layers):
        modifiers = ["Shift"] if at else []
        story.block_named(layer).click(position={"x": 60, "y": 14}, modifiers=modifiers)


def test_a_selection_becomes_a_submodel_and_its_blocks_again_by_keys(live):
    story = live(residual())
    select(story, "left", "shortcut", "sum")
    story.keyboard.press("Control+g")
    story.expect_blocks("images", "stem", "block", "flatten")
    story.expect_said("Made the submodel block of 3 blocks.")
    expect(story.block_named("block").locator(".vnn-block-foot")).to_contain_text("(?, 8, 8, 4)")
    story.keyboard.press("Control+Shift+g")
    story.expect_blocks("images", "stem", "left", "shortcut", "sum", "flatten")
    story.keyboard.press("Control+z")
    story.expect_blocks("images", "stem", "block", "flatten")
    story.keyboard.press("Control+z")
    story.expect_blocks("images", "stem", "left", "shortcut", "sum", "flatten")


def test_what_cannot_be_a_submodel_is_said(live):
    story = live(residual())
    select(story, "stem", "sum")
    story.keyboard.press("Control+g")
    expect(story.root.locator(".vnn-toast")).to_contain_text("would lead out of the submodel")
    story.expect_blocks("images", "stem", "left", "shortcut", "sum", "flatten")


def test_a_submodel_is_edited_inside_by_mouse(live):
    story = live(with_submodel())
    story.block_named("part").dblclick(position={"x": 60, "y": 14})
    crumbs = story.root.get_by_role("navigation", name="Where you are")
    expect(crumbs.get_by_role("listitem")).to_have_count(2)
    expect(crumbs.locator("[aria-current=location]")).to_have_text("part")
    story.expect_blocks("input", "left", "shortcut", "sum")
    story.block_named("left").click(position={"x": 60, "y": 14})
    filters = story.root.get_by_label("filters", exact=True)
    filters.fill("6")
    filters.press("Enter")
    expect(story.block_named("sum")).to_contain_text("cannot combine its inputs")
    crumbs.get_by_role("button", name="digits").click()
    expect(story.block_named("part")).to_contain_text("Inside part: sum cannot combine")
    story.button("Undo: Change a setting").click()
    expect(crumbs).to_contain_text("part")  # one sees what is undone
    expect(story.block_named("left").locator(".vnn-block-foot")).to_contain_text("(?, 8, 8, 4)")


def test_a_submodel_is_entered_and_left_by_keys(live):
    story = live(with_submodel())
    select(story, "part")
    story.keyboard.press("Enter")
    story.expect_said("Inside part")
    story.keyboard.press("ArrowDown")
    story.keyboard.press("Escape")  # lets go of the block
    story.keyboard.press("Escape")
    story.expect_blocks("images", "stem", "part", "flatten")
    expect(story.root.get_by_role("navigation", name="Where you are")).to_have_count(0)


def test_linked_submodels_are_marked_and_follow_each_other(live):
    story = live(with_submodel())
    story.choose("part", "Use again, linked")
    story.expect_blocks("images", "stem", "part", "flatten", "part_1")
    expect(story.block_named("part").locator(".vnn-block-linked")).to_contain_text("2")
    story.builder.connect("stem", "part_1")
    story.told()
    story.block_named("part_1").dblclick(position={"x": 60, "y": 14})
    expect(story.root.locator(".vnn-breadcrumbs-note")).to_have_text("edits 2 linked")
    select(story, "left")
    activation = story.root.get_by_label("activation", exact=True)
    activation.select_option("relu")
    expect(story.block_named("left")).to_contain_text("relu")
    story.root.get_by_role("button", name="Out Esc").click()
    story.block_named("part").dblclick(position={"x": 60, "y": 14})
    expect(story.block_named("left")).to_contain_text("relu")


def test_a_shared_layer_gets_calls_and_its_own_again(live):
    story = live(residual())
    story.choose("stem", "Use again, shared")
    expect(story.root.locator(".vnn-block.shared")).to_have_count(2)
    story.block("stem/2").click(button="right", position={"x": 60, "y": 14})
    story.root.get_by_role("menuitem", name="Give it a layer of its own").click()
    expect(story.root.locator(".vnn-block.shared")).to_have_count(0)


def test_a_block_is_repeated_as_often_as_a_parameter_says(live):
    builder = with_submodel()
    builder.set_parameter("depth", 2)
    story = live(builder)
    story.choose("part", "Repeat…")
    repeat = story.root.get_by_label("repeat", exact=True)
    expect(repeat).to_be_focused()
    repeat.fill("depth + 1")
    repeat.press("Enter")
    expect(story.block_named("part_stack")).to_contain_text("×3")
    expect(story.block_named("part_stack").locator(".vnn-block-foot")).to_contain_text("504")


def test_ports_are_renamed_and_reordered_by_keys(live):
    builder = residual()
    builder.collapse("left", "shortcut", name="branches")
    story = live(builder)
    select(story, "branches")
    first = story.root.get_by_label("Name of the output left")
    first.fill("main")
    first.press("Enter")
    main = story.root.get_by_label("Name of the output main")
    main.press("Alt+ArrowDown")
    story.expect_said("main is output 2 of 2.")
    story.keyboard.press("Escape")
    names = story.root.locator(".vnn-ports[data-side=output] input")
    expect(names.nth(0)).to_have_value("shortcut")
    expect(names.nth(1)).to_have_value("main")


def test_a_setting_inside_is_promoted_and_changed_from_outside(live):
    story = live(with_submodel())
    select(story, "part")
    story.keyboard.press("Enter")
    story.expect_said("Inside part")
    select(story, "left")
    story.button("Show activation on the submodel").click()
    expect(story.button("Do not show activation on the submodel")).to_be_visible()
    story.root.get_by_role("button", name="digits").click()
    expect(story.root.locator(".vnn-breadcrumbs")).to_have_count(0)
    select(story, "part")
    promoted = story.root.get_by_label("left.activation")
    promoted.select_option("tanh")
    expect(promoted).to_have_value("tanh")
    assert story.builder.model.get_layer("part").get_layer("left").activation.__name__ == "tanh"


def nested():
    builder = Builder()
    builder.add("Input", name="x", shape=(4,))
    builder.add("Dense", name="a", units=4, after="x")
    builder.add("Dense", name="b", units=4, after="a")
    builder.add("Dense", name="classes", units=2, after="b")
    builder.collapse("b", name="inner")
    builder.collapse("a", "inner", name="outer")
    return builder


def test_submodels_are_opened_to_a_depth_and_left_where_a_block_is_at_home(live):
    story = live(nested())
    slider = story.root.get_by_role("slider", name="How deep submodels are opened")
    slider.focus()
    story.keyboard.press("End")
    expect(story.root.locator(".vnn-unfolded")).to_have_count(2)
    expect(story.block("outer//inner//b")).to_be_visible()
    story.expect_said("Submodels are opened 2 levels deep.")
    before = story.builder.document
    story.click("outer//a")
    story.keyboard.press("Delete")
    expect(story.root.locator(".vnn-toast")).to_contain_text("Opened submodels are for looking.")
    assert story.builder.document == before
    story.builder.rename("outer", "stem")  # an edit elsewhere is seen here, too
    story.told()
    expect(story.root.locator(".vnn-unfolded").first).to_have_text("stem")
    story.block("outer//inner//b").dblclick(position={"x": 60, "y": 14})
    expect(story.root.locator(".vnn-breadcrumbs [aria-current]")).to_have_text("inner")
    expect(story.block("b")).to_be_focused()
    expect(slider).to_have_count(0)


def test_submodels_are_opened_to_a_depth_by_keys_alone(live):
    story = live(nested())
    story.block_named("x").focus()
    story.keyboard.press(".")
    expect(story.root.locator(".vnn-unfolded")).to_have_count(1)
    story.keyboard.press(".")
    expect(story.root.locator(".vnn-unfolded")).to_have_count(2)
    story.keyboard.press(",")
    expect(story.root.locator(".vnn-unfolded")).to_have_count(1)
    story.keyboard.press("ArrowDown")
    expect(story.block("outer//a")).to_be_focused()
    story.keyboard.press("Enter")
    expect(story.root.locator(".vnn-breadcrumbs [aria-current]")).to_have_text("outer")
    expect(story.block("a")).to_be_focused()
    story.keyboard.press("Escape")
    story.keyboard.press("Escape")
    story.keyboard.press(".")
    expect(story.root.locator(".vnn-unfolded")).to_have_count(1)
    story.keyboard.press("Escape")
    expect(story.root.locator(".vnn-unfolded")).to_have_count(0)
