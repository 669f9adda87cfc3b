from visualnn.widgets import kinds


def test_the_typescript_is_what_python_declares():
    assert kinds.TYPESCRIPT.read_text() == kinds.typescript(), (
        "run: python -m visualnn.widgets.kinds"
    )
    assert "Conv2DTranspose" in kinds.typescript()
