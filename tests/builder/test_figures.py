"""Figures: every style, theme and format, of drawings that real Keras wrote."""

import re
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest

import visualnn
from tests.builder import drawings
from visualnn import Input, Model, Sequential, layers
from visualnn.builder.editor import Editor
from visualnn.builder.figures import figure_of
from visualnn.builder.layout import completed
from visualnn.builder.networks import network_of
from visualnn.figures.diagram import THEMES
from visualnn.figures.figure import DIRECTIONS, STYLES, Figure
from visualnn.figures.scene import Rectangle, Text, shortened, text_width

SVG = "{http://www.w3.org/2000/svg}"


def residual():
    x = inputs = Input((8, 8, 3), name="image")
    x = layers.Conv2D(4, 3, padding="same", name="first")(x)
    y = layers.Conv2D(4, 3, padding="same", name="second")(x)
    y = layers.BatchNormalization(name="norm")(y)
    x = layers.Add(name="sum")([x, y])
    inner = Sequential([Input((8, 8, 4)), layers.Flatten(name="flat")], name="inner")
    return Model(inputs, layers.Dense(10, name="out")(inner(x)), name="residual")


def dense():
    sizes = [layers.Dense(n, "relu", name=f"d{n}") for n in (16, 5, 3)]
    return Sequential([Input((4,)), sizes[0], layers.Dropout(0.5), *sizes[1:]], name="dense")


def groups(svg):
    return {g.get("id"): g for g in ElementTree.fromstring(svg).iter(f"{SVG}g")}


@pytest.mark.parametrize("name", drawings.DRAWABLE)
@pytest.mark.parametrize("style", ["blocks", "feature_maps"])
def test_every_drawing_has_a_figure(name, style):
    document = completed(drawings.drawn(name))
    for depth in (0, 3):
        figure = figure_of(document, style, depth=depth)
        names = {layer.id for layer in network_of(document, depth).layers}
        drawn = set(groups(figure.svg))
        kept = {re.sub(r"[^A-Za-z0-9_.-]", "_", name) for name in names}
        assert kept <= drawn if style == "blocks" else kept & drawn
        assert figure.tikz.count(r"\begin{tikzpicture}") == 1


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("style", STYLES)
def test_all_that_is_drawn_is_in_the_picture(style, direction, theme):
    model = dense() if style == "neurons" else residual()
    figure = visualnn.figure(model, style=style, direction=direction, theme=theme, depth=1)
    scene = figure.scene
    for shape in scene.shapes:
        if isinstance(shape, Rectangle):
            assert shape.x >= 0 and shape.y >= 0
            assert shape.x + shape.width <= scene.width
            assert shape.y + shape.height <= scene.height
        elif isinstance(shape, Text):
            width = text_width(shape.text, shape.size, shape.bold, shape.fixed)
            left = shape.x - {"start": 0, "middle": width / 2, "end": width}[shape.anchor]
            assert left >= -1 and left + width <= scene.width + 1, shape.text
            assert shape.size <= shape.y + 1 and shape.y <= scene.height


@pytest.mark.parametrize("style", ["blocks", "feature_maps"])
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_texts_never_overlap(style, direction):
    figure = visualnn.figure(residual(), style=style, direction=direction, depth=1)
    boxes = []
    for text in (x for x in figure.scene.shapes if isinstance(x, Text) and x.text):
        width = text_width(text.text, text.size, text.bold, text.fixed) / 1.12
        left = text.x - {"start": 0, "middle": width / 2, "end": width}[text.anchor]
        boxes.append((left, text.y - text.size * 0.7, left + width, text.y, text.text))
    for a, b in combinations(boxes, 2):
        apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
        assert apart, (a, b)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_skip_connection_passes_the_boxes_between(direction):
    figure = visualnn.figure(residual(), direction=direction)
    known = {group.id: group.shapes for group in figure.scene.groups}
    (way,) = known["first--sum"]
    points = [way.start, *(step[-1] for step in way.steps)]
    for box in (known["second"][0], known["norm"][0]):
        for (x1, y1), (x2, y2) in pairwise(points):
            for i in range(21):
                x, y = x1 + (x2 - x1) * i / 20, y1 + (y2 - y1) * i / 20
                inside = box.x < x < box.x + box.width and box.y < y < box.y + box.height
                assert not inside


def test_blocks_lie_where_they_lie_on_the_canvas():
    document = completed(drawings.drawn("shared_layers"))
    first, second = list(document.calls)[:2]
    moved = document.with_positions({first: (700.0, -90.0)})
    places = {g.id: g.shapes[0] for g in figure_of(moved).scene.groups if "--" not in g.id}
    a, b = (moved.canvas.positions[call] for call in (first, second))
    assert places[first].x - places[second].x == a[0] - b[0]
    assert places[first].y - places[second].y == a[1] - b[1]


def test_submodels_are_opened_as_deep_as_asked():
    closed, opened = (visualnn.figure(residual(), depth=depth) for depth in (0, 1))
    assert "inner" in groups(closed.svg) and "inner_flat" not in groups(closed.svg)
    assert "inner_flat" in groups(opened.svg)
    assert any(name.startswith("sum--inner_") for name in groups(opened.svg))
    assert "inner--out" not in groups(opened.svg) and "inner_flat--out" in groups(opened.svg)


def test_ids_and_bytes_do_not_change():
    first, second = (visualnn.figure(residual(), theme="dark") for _ in range(2))
    assert first.svg == second.svg and first.tikz == second.tikz
    renamed = residual()
    assert groups(visualnn.figure(renamed).svg).keys() == groups(first.svg).keys()


@pytest.mark.parametrize(
    ("ending", "start"),
    [(".svg", b"<svg"), (".png", b"\x89PNG"), (".pdf", b"%PDF"), (".tikz", b"% residual")],
)
def test_files(tmp_path, ending, start):
    path = tmp_path / f"figure{ending}"
    visualnn.figure(residual(), path, dpi=50)
    first = path.read_bytes()
    assert first.startswith(start)
    visualnn.figure(residual(), path, dpi=50)
    assert path.read_bytes() == first


def test_a_document_of_its_own_for_latex(tmp_path):
    visualnn.figure(residual(), tmp_path / "figure.tex", style="feature_maps", theme="print")
    text = (tmp_path / "figure.tex").read_text()
    assert text.startswith(r"\documentclass[tikz") and text.endswith("\\end{document}\n")
    assert text.count("{") == text.count("}") and text.count("[") == text.count("]")


@pytest.mark.parametrize(
    ("name", "in_latex"),
    [
        ("a_$%&#", r"a\_\$\%\&\#"),
        ("x{}^~", r"x\{\}\textasciicircum{}\textasciitilde{}"),
        ("<b>\\c", r"<b>\textbackslash{}c"),
    ],
)
def test_texts_are_only_ever_text(name, in_latex):
    model = Sequential([Input((2,)), layers.Dense(1, name=name)], name="<i>")
    figure = visualnn.figure(model)
    assert name in [x.text for x in ElementTree.fromstring(figure.svg).iter(f"{SVG}text")]
    assert f"{{{in_latex}}};" in figure.tikz


def test_grays_are_gray():
    svg = visualnn.figure(residual(), style="feature_maps", theme="print").svg
    for color in re.findall(r"#([0-9a-f]{6})", svg):
        assert color[:2] == color[2:4] == color[4:], color


def test_units_of_wide_layers_are_left_out():
    figure = visualnn.figure(dense(), style="neurons")
    counts = {g.id: len(re.findall("<circle", ElementTree.tostring(x).decode().replace("ns0:", "")))
              for g in figure.scene.groups for x in [groups(figure.svg)[g.id]]}  # fmt: skip
    assert counts["d16"] == 8 + 3 and counts["d5"] == 5 and "dropout" not in counts


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (dict(style="cubes"), "no style 'cubes': there are 'blocks', 'feature_maps', 'neurons'"),
        (dict(theme="pink"), "no theme 'pink'"),
        (dict(direction="in"), "no direction 'in'"),
        (dict(depth=-1), "depth of a figure is 0 or more"),
        (dict(style="neurons"), "'residual' has branches"),
        (dict(path="figure.gif"), "no format '.gif'"),
    ],
    ids=str,
)
def test_what_is_refused(settings, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        visualnn.figure(residual(), **settings)


def test_pictures_have_no_neurons():
    model = Sequential([Input((4, 4, 1)), layers.Conv2D(2, 3)])
    with pytest.raises(ValueError, match="draws vectors, but out of"):
        visualnn.figure(model, style="neurons")


def test_texts_are_cut_to_their_room():
    assert shortened("short", 100) == "short"
    cut = shortened("a very long name", 40)
    assert cut.endswith("…") and text_width(cut) <= 40
    assert shortened("name", 1) == ""


def test_a_figure_shows_itself():
    figure = visualnn.figure(dense())
    assert isinstance(figure, Figure) and figure._repr_svg_() == figure.svg


def test_builders_have_figures(tmp_path):
    editor = Editor(completed(drawings.residual().document))
    assert editor.figure(tmp_path / "a.svg").svg == visualnn.figure(editor).svg
    assert (tmp_path / "a.svg").exists()
