"""The rig itself: a browser that works, JupyterLab with our labextension, a kernel that answers."""


def test_a_cell_runs_in_jupyterlab(notebook):
    notebook = notebook("answer = 6 * 7\nprint('the answer is', answer)")
    notebook.run_all()
    notebook.panel.get_by_text("the answer is 42").wait_for()
    assert notebook.python("print(answer)") == "42"


def test_jupyterlab_has_our_extension(lab):
    plugins = lab.page.evaluate("() => jupyterapp.listPlugins()")
    assert {"visualnn:outputs", "visualnn:files"} <= set(plugins)


def test_an_error_in_the_page_is_noticed(bare):
    bare.show("something unknown")
    with bare.page.expect_event("pageerror"):
        bare.page.evaluate("() => { setTimeout(() => { throw new Error('on purpose'); }); }")
    assert "on purpose" in "".join(bare.errors.taken())
