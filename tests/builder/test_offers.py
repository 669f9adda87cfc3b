"""What the palette says of its layers for the tensor in hand, and ports while a wire is dragged."""

from tests.builder import drawings
from visualnn.builder.editor import Editor
from visualnn.builder.inference import Tensor
from visualnn.builder.offers import offer, offers_for
from visualnn.builder.palette import palette
from visualnn.builder.trees import Ref
from visualnn.builder.verdicts import verdicts


def test_every_layer_of_the_palette_is_judged():
    document = drawings.residual().document
    found = offers_for(document, Ref("conv2d"))
    assert found.keys() == {kind.name for kind in palette().layers}
    assert {offer.verdict for offer in found.values()} == {"legal", "through", "impossible"}
    assert all(offer.why for offer in found.values() if offer.verdict != "legal")
    assert offers_for(document, Ref("nowhere")) == {}


def test_the_palette_is_judged_in_parts():
    document = drawings.residual().document
    whole = offers_for(document, Ref("conv2d"))
    parts = {}
    while part := offers_for(document, Ref("conv2d"), len(parts), seconds=0.0):
        assert len(part) == 1
        parts |= part
    assert [*parts.items()] == [*whole.items()]


def test_an_offer_says_what_comes_out_or_what_helps():
    picture, row = Tensor((None, 28, 28, 1), "float32"), Tensor((None, 16), "float32")
    assert offer("Conv2D", picture).why == "gives (?, 26, 26, 32)"
    dense = offer("Dense", picture)
    assert (dense.verdict, dense.through.kind) == ("legal", "Flatten")
    assert dense.why == "works along the last axis of (?, 28, 28, 1) only"
    conv = offer("Conv2D", row)
    assert (conv.verdict, conv.through.kind) == ("through", "Reshape")
    assert offer("Add", row).verdict == "legal"


def test_a_wire_that_would_repeat_sizes_of_one_is_marked():
    editor = Editor()
    editor.add("Input", shape=(8, 8, 1), name="mask")
    editor.add("Input", shape=(8, 8, 3), name="picture")
    editor.add("Multiply", after="picture", name="product")
    editor.add("Concatenate", after="picture", name="joined")
    found = verdicts(editor.document, Ref("mask"))
    product = found["product|inputs"]
    assert product.verdict == "broadcast"
    assert product.why == (
        "mask gives (?, 8, 8, 1), another (?, 8, 8, 3): sizes of 1 are repeated."
    )
    joined = found["joined|inputs"]
    assert joined.verdict == "legal"
    assert joined.why == "mask gives (?, 8, 8, 1); joined then gives (?, 8, 8, 4)"
