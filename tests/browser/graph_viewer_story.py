"""The op-graph viewer as its tests use it: graphs as Python sends them, and a hand."""

from playwright.sync_api import Locator, Page

FAMILIES = [
    {"name": "Core", "glyph": "▦", "color": "#0072b2", "color_dark": "#56a8de"},
    {"name": "Activation", "glyph": "∿", "color": "#4b9b4b", "color_dark": "#7cc47c"},
]
HELP = [
    {
        "op": "matmul",
        "formula": "matmul(a, b) = a @ b",
        "doc": "The matrix product of the last two axes.\n\n``a`` is (..., n, k).",
        "source": "def matmul(a, b):\n    return a @ b",
    }
]


class Recorder:
    """Writes down operations as Python sends them."""

    def __init__(self) -> None:
        self.ops: list[dict] = []

    def op(self, name: str, *inputs: int, shape: str = "?, 8", **more) -> int:
        number = len(self.ops)
        layer = name.split("/")[1] if name.startswith("mlp/") else ""
        family = {"hidden": "Core", "output": "Core", "relu": "Activation"}.get(layer, "")
        self.ops.append(
            {
                "id": number,
                "name": name,
                "op": name.rsplit("/", 1)[-1].rstrip("_0123456789"),
                "inputs": [[x, 0] for x in inputs],
                "outputs": [f"float32[{shape}]"],
                "phase": "forward",
                "layer": layer,
                "family": family,
                "forward": -1,
                "settings": {},
                "line": "",
            }
            | more
        )
        return number

    def graph(self, name: str, *outputs: int) -> dict:
        return {
            "name": name,
            "ops": self.ops,
            "outputs": [[x, 0] for x in outputs],
            "help": HELP,
            "families": FAMILIES,
        }


def training_step() -> dict:
    """Two dense layers with their loss, gradients and updates."""
    r = Recorder()
    x = r.op("x", shape="?, 4", phase="input", op="input")
    y = r.op("y", phase="input", op="input")
    kernel = r.op("hidden/kernel", shape="4, 8", phase="variable", op="variable")
    bias = r.op("hidden/bias", shape="8", phase="variable", op="variable")
    weights = r.op("output/kernel", shape="8, 8", phase="variable", op="variable")
    product = r.op("mlp/hidden/matmul", x, kernel, line="model.py:7", settings={"axis": "-1"})
    shifted = r.op("mlp/hidden/add", product, bias)
    active = r.op("mlp/relu/relu", shifted)
    result = r.op("mlp/output/matmul", active, weights)
    scaled = r.op("mlp/output/multiply", result, result)
    error = r.op("loss/subtract", scaled, y, phase="loss")
    loss = r.op("loss/mean", r.op("loss/square", error, phase="loss"), shape="", phase="loss")

    def backward(name: str, of: int, *inputs: int, shape: str = "?, 8") -> int:
        path = f"gradients/{r.ops[of]['name']}/{name}"
        forward = {key: r.ops[of][key] for key in ("layer", "family")}
        return r.op(path, *inputs, shape=shape, phase="backward", forward=of, **forward)

    slope = backward("multiply", error, loss, error)
    slope = backward("multiply", scaled, slope, result)
    of_weights = backward("matmul", result, active, slope, shape="8, 8")
    slope = backward("matmul_1", result, slope, weights)
    slope = backward("multiply", active, slope, shifted)
    of_bias = backward("sum", shifted, slope, shape="8")
    of_kernel = backward("matmul", product, x, slope, shape="4, 8")
    for variable, gradient in ((kernel, of_kernel), (bias, of_bias), (weights, of_weights)):
        path = f"sgd/{r.ops[variable]['name'].replace('/', '_')}"
        step = r.op(f"{path}/multiply", gradient, phase="update")
        r.op(f"{path}/subtract", variable, step, phase="update")
    return r.graph("train_step", loss)


def blocks(size: int) -> dict:
    """A chain of operations, ten to a block, ten blocks to a stage."""
    r = Recorder()
    last = r.op("x", phase="input", op="input")
    for i in range(size):
        last = r.op(f"net/stage{i // 100}/block{i // 10}/add_{i}", last)
    return r.graph("blocks", last)


class Viewer:
    """What a test sees and does."""

    def __init__(self, page: Page, widget: Locator) -> None:
        self.page = page
        self.root = widget.locator(".vnn-graph")
        self.canvas = widget.locator(".vnn-graph-canvas")
        self.tree = widget.get_by_role("tree")
        self.panel = widget.locator(".vnn-graph-panel")
        self.title = self.panel.locator("h3")
        self.search = widget.get_by_role("combobox")
        self.results = widget.get_by_role("option")
        self.canvas.wait_for()
        self.still()

    def row(self, name: str) -> Locator:
        """The row of an operation or scope in the outline, or of a lane."""
        rows = self.tree.get_by_role("treeitem")
        if name in ("Forward", "Backward", "Update"):
            return rows.filter(has=self.page.get_by_text(name, exact=True))
        return rows.and_(self.page.locator(f'[title="{name}"]'))

    def press(self, label: str) -> None:
        self.root.get_by_role("button", name=label, exact=True).click()

    def place(self, name: str) -> dict[str, float]:
        """Where an operation or a scope is drawn, or the closed scope around it."""
        self.still()
        place = self.root.evaluate("(root, name) => root.locate(name)", name)
        assert place, f"{name} is not drawn"
        return place

    def middle(self, name: str) -> tuple[float, float]:
        place = self.place(name)
        return place["x"] + place["width"] / 2, place["y"] + place["height"] / 2

    def click(self, name: str, times: int = 1) -> None:
        self.page.mouse.click(*self.middle(name), click_count=times)

    def still(self) -> None:
        """Returns when what was asked for is painted."""
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def picture(self) -> bytes:
        self.still()
        return self.canvas.screenshot()
