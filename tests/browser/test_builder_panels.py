"""The builder's panels in a bare page: bar, inspector, dock, training."""

from playwright.sync_api import expect

from tests.browser.builder_story import CHAIN, LOOSE, MISMATCH


def test_undo_button_names_what_it_undoes(show):
    story = show(CHAIN)
    button = story.root.get_by_role("button", name="Nothing to undo")
    expect(button).to_be_disabled()
    story.click("dense")
    story.keyboard.press("Delete")
    story.root.get_by_role("button", name="Undo: Delete 1 items").click()
    expect(story.block("dense")).to_have_count(1)


def test_units_are_edited_in_the_inspector(show):
    story = show(CHAIN)
    story.click("dense")
    units = story.root.get_by_label("units")
    expect(units).to_have_value("64")
    units.fill("10")
    units.press("Enter")
    expect(story.block("dense").locator(".vnn-block-foot")).to_contain_text("(?, 10)")
    expect(story.block("dense").locator(".vnn-block-foot")).to_contain_text("7,850")
    assert story.bare.wait_for_sent("Configure")["value"] == 10
    expect(story.root.locator(".vnn-numbers")).to_contain_text("7,850 parameters")


def test_a_wrong_entry_is_explained_and_kept(show):
    story = show(CHAIN)
    story.click("dense")
    units = story.root.get_by_label("units")
    units.fill("many")
    units.press("Enter")
    expect(story.root.locator(".vnn-field-error")).to_contain_text("units is a whole number")
    assert story.sent("Configure") == []
    units.fill("-3")
    units.press("Enter")
    expect(story.root.locator(".vnn-field-error")).to_contain_text("must be more than 0")
    expect(units).to_have_value("-3")
    units.fill("32")
    units.press("Enter")
    expect(story.root.locator(".vnn-field-error")).to_have_count(0)
    expect(story.block("dense").locator(".vnn-block-foot")).to_contain_text("(?, 32)")


def test_choices_switches_and_tuples_of_the_form(show):
    story = show(MISMATCH)
    story.click("left")
    story.root.get_by_label("padding", exact=True).select_option("valid")
    expect(story.block("left").locator(".vnn-block-foot")).to_contain_text("(?, 26, 26, 32)")
    size = story.root.get_by_label("kernel_size", exact=True)
    size.fill("5x5")
    size.press("Enter")
    expect(story.block("left").locator(".vnn-block-foot")).to_contain_text("(?, 24, 24, 32)")
    story.root.get_by_role("switch", name="use_bias").click()
    expect(story.block("left").locator(".vnn-block-foot")).to_contain_text("800")
    values = [(m["setting"], m["value"]) for m in story.sent("Configure")]
    assert values == [("padding", "valid"), ("kernel_size", [5, 5]), ("use_bias", False)]
    story.root.get_by_role("button", name="Set padding back to valid").wait_for(state="detached")
    story.root.get_by_role("button", name="Set kernel_size back to 3 × 3").click()
    expect(story.block("left").locator(".vnn-block-foot")).to_contain_text("(?, 26, 26, 32)")


def test_a_layer_is_renamed_and_frozen(show):
    story = show(CHAIN)
    story.click("dense")
    name = story.root.get_by_label("Name of the layer")
    name.fill("flatten")
    name.press("Enter")
    expect(story.root.locator(".vnn-field-error")).to_contain_text("already is a layer")
    name.fill("classes")
    name.press("Enter")
    expect(story.block("dense").locator(".vnn-block-id")).to_have_text("classes")
    story.root.get_by_role("switch", name="trainable").click()
    expect(story.block("dense").get_by_role("img", name="Frozen")).to_be_visible()


def test_several_blocks_are_edited_in_one_step(show):
    story = show(MISMATCH)
    story.click("left")
    story.click("shortcut", modifiers=["Control"])
    filters = story.root.get_by_label("filters")
    expect(filters).to_have_attribute("placeholder", "mixed")
    filters.fill("16")
    filters.press("Enter")
    expect(story.block("shortcut").locator(".vnn-block-foot")).to_contain_text("28, 16)")
    expect(story.block("left").locator(".vnn-block-foot")).to_contain_text("28, 16)")
    assert story.view["undo"] == "Set filters of 2 blocks"


def test_tidy_and_names(show):
    story = show(MISMATCH)
    story.root.get_by_role("button", name="Tidy").click()
    assert story.bare.wait_for_sent("Arrange")
    name = story.root.get_by_label("Name of the model")
    name.fill("residual")
    name.press("Enter")
    assert story.bare.wait_for_sent("RenameModel")["name"] == "residual"
    expect(name).to_have_value("residual")


def test_files_are_opened_and_saved(show):
    story = show(CHAIN)
    story.root.get_by_role("button", name="Open", exact=True).click()
    story.root.get_by_role("button", name="models/resnet.keras").click()
    assert story.bare.wait_for_sent("open")["path"] == "models/resnet.keras"
    expect(story.root.get_by_role("dialog")).to_have_count(0)
    story.root.get_by_role("button", name="Save", exact=True).click()
    story.bare.refuse("save", "The folder is read-only.")
    story.keyboard.press("Enter")
    expect(story.root.locator(".vnn-form-error")).to_have_text("The folder is read-only.")
    assert story.bare.wait_for_sent("save")["path"] == "digits_cnn.keras"


def test_the_dock_shows_problems_summary_and_code(show):
    story = show(LOOSE)
    story.root.locator(".vnn-problems").click()
    items = story.root.locator(".vnn-problem-list li")
    expect(items).to_have_count(2)
    items.nth(1).get_by_role("button", name="add").click()
    expect(story.block("add")).to_have_class("vnn-block selected wrong")
    story.root.get_by_role("tab", name="Summary").click()
    expect(story.root.locator(".vnn-summary td").first).to_have_text("images (Input)")
    story.root.locator(".vnn-dock").get_by_role("tab", name="Code").click()
    expect(story.root.locator(".vnn-code pre")).to_contain_text("layers.Dense")
    story.root.get_by_role("button", name="Copy").click()
    expect(story.root.get_by_role("button", name="Copied")).to_be_visible()
    copied = story.page.evaluate("() => navigator.clipboard.readText()")
    assert copied.startswith("from visualnn import layers")
    story.root.get_by_role("tab", name="Op graph").click()
    assert story.bare.wait_for_sent("graph")


def test_training_is_set_up_started_paused_and_stopped(show):
    story = show(CHAIN)
    story.root.get_by_role("tab", name="Training").click()
    expect(story.root.locator(".vnn-arrays li")).to_have_count(4)
    expect(story.root.get_by_label("x", exact=True)).to_have_value("x_train")
    expect(story.root.get_by_label("validation y")).to_have_value("y_test")
    epochs = story.root.get_by_label("epochs")
    epochs.fill("0")
    story.root.locator(".vnn-transport").get_by_role("button", name="Train").click()
    expect(story.root.locator(".vnn-missing")).to_contain_text("number of epochs")
    assert story.sent("train") == []
    epochs.fill("3")
    story.root.get_by_label("metrics").select_option("accuracy")
    story.root.locator(".vnn-transport").get_by_role("button", name="Train").click()
    setup = story.bare.wait_for_sent("train")["setup"]
    assert (setup["x"], setup["epochs"], setup["metrics"]) == ("x_train", 3, ["accuracy"])
    expect(story.root.locator(".vnn-say")).to_contain_text("Epoch 1 of 3")
    story.root.get_by_role("button", name="Pause").click()
    expect(story.root.locator(".vnn-say")).to_contain_text("Paused")
    story.root.get_by_role("button", name="Resume").click()
    story.root.get_by_role("button", name="Stop and keep").click()
    assert story.bare.wait_for_sent("stop")
    story.expect_said("Stopped")


def test_curves_grow_and_an_error_comes_with_its_traceback(show):
    story = show(CHAIN)
    story.root.get_by_role("tab", name="Training").click()
    training = story.page.evaluate("() => fake.model.get('training')")
    loss = {"name": "loss", "training": [1.4, 0.6, 0.3], "validation": [1.0, 0.5, 0.4]}
    running = {"status": "running", "epoch": 4, "epochs": 10, "batch": 5, "batches": 45}
    now = {"now": {"loss": 0.28}, "seconds_left": 12, "curves": [loss], "stale": True}
    story.bare.assign(training={**training, **running, **now})
    chart = story.root.locator(".vnn-chart")
    expect(chart).to_have_attribute("aria-label", "Loss, training 0.3000, validation 0.4000")
    drawn = chart.locator("canvas").evaluate(
        """(canvas) => {
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const colours = new Set();
          for (let at = 0; at < data.length; at += 4) {
            if (data[at + 3] > 200) colours.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
          }
          return [...colours];
        }"""
    )
    assert {"0,114,178", "194,78,0"} <= set(drawn)  # training and validation
    expect(story.root.locator(".vnn-say")).to_contain_text("12 s left")
    expect(story.root.locator(".vnn-stale")).to_contain_text("The drawing has changed")
    failed = {"status": "failed", "error": "The loss became NaN.", "traceback": "line 3, in fit"}
    story.bare.assign(training={**training, **failed})
    expect(story.root.locator(".vnn-failure")).to_contain_text("The loss became NaN.")
    story.root.get_by_text("Traceback").click()
    expect(story.root.locator(".vnn-failure pre")).to_be_visible()


def test_a_narrow_builder_has_a_search_box_and_a_drawer(show):
    story = show(CHAIN)
    story.page.set_viewport_size({"width": 700, "height": 620})
    expect(story.root.locator(".vnn-palette")).to_have_count(0)
    expect(story.root.locator(".vnn-inspector")).to_have_count(0)
    story.block("dense").dblclick(position={"x": 60, "y": 14})
    expect(story.root.locator(".vnn-drawer").get_by_label("units")).to_be_focused()
    story.keyboard.press("Escape")
    story.keyboard.press("Escape")
    expect(story.root.locator(".vnn-drawer")).to_have_count(0)
    story.root.get_by_role("button", name="Add a layer").click()
    story.keyboard.type("dropout")
    story.keyboard.press("Enter")
    expect(story.block("dropout")).to_have_count(1)
    story.page.set_viewport_size({"width": 480, "height": 620})
    story.root.get_by_role("button", name="More").click()
    story.root.get_by_role("menuitem", name="Save…").click()
    expect(story.root.get_by_role("dialog", name="Save the model")).to_be_visible()


def test_panels_fold_away_and_are_resized(show):
    story = show(CHAIN)
    edge = story.root.get_by_role("separator", name="Width of the inspector")
    box = edge.bounding_box()
    story.drag((box["x"] + 4, box["y"] + 90), (box["x"] - 56, box["y"] + 90))
    assert abs(story.root.locator(".vnn-side.right").bounding_box()["width"] - 350) < 3
    edge.focus()
    story.keyboard.press("ArrowRight")
    assert abs(story.root.locator(".vnn-side.right").bounding_box()["width"] - 334) < 3
    story.root.get_by_role("button", name="Fold the inspector away").click()
    expect(story.root.locator(".vnn-inspector")).to_have_count(0)
    story.root.get_by_role("button", name="Fold the list of layers away").click()
    expect(story.root.locator(".vnn-palette")).to_have_count(0)
    expect(story.root.get_by_role("button", name="Add a layer")).to_be_visible()
    height = story.root.bounding_box()["height"]
    grip = story.root.get_by_role("separator", name="Height of the builder").bounding_box()
    below = (grip["x"] + 300, grip["y"] + 4)
    story.drag(below, (below[0], below[1] + 60))
    assert abs(story.root.bounding_box()["height"] - height - 60) < 3


HOLD_REPLIES = """() => {
  const { receive } = fake;
  const held = [];
  fake.receive = (message) => {
    if (message.reply === undefined) receive(message);
    else held.push(message);
  };
  fake.release = () => {
    fake.receive = receive;
    held.forEach((message) => receive(message));
  };
}"""


def test_what_is_typed_while_python_is_busy_stays(show):
    story = show(CHAIN)
    story.click("dense")
    field = story.root.locator('.vnn-inspector input[name="units"]')
    story.page.evaluate(HOLD_REPLIES)
    field.fill("7")
    field.press("Enter")
    expect(story.block("dense")).to_contain_text("(?, 7)")
    field.fill("9")
    story.page.evaluate("() => fake.release()")
    story.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => done()))")
    expect(field).to_have_value("9")
    field.press("Enter")
    expect(story.block("dense")).to_contain_text("(?, 9)")
