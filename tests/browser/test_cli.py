"""The command ``visualnn`` as a newcomer runs it: JupyterLab opens on the notebook it copied."""

from tests.browser import rig


def test_the_command_opens_the_demo_in_jupyterlab(built, page, tmp_path):
    with rig.visualnn_server(tmp_path) as server:
        page.goto(f"{server.url}/?token={rig.TOKEN}")
        page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for()
        assert page.url == f"{server.url}/lab/tree/demo.ipynb"
        page.wait_for_function("window.jupyterapp")
        assert "visualnn:files" in page.evaluate("() => jupyterapp.listPlugins()")
        # The demo is what a newcomer sees first, not a question about Jupyter's news.
        news = page.evaluate(
            """async () => {
              const id = "@jupyterlab/apputils-extension:notification";
              const { schema } = await jupyterapp.serviceManager.settings.fetch(id);
              return schema.properties.fetchNews.default;
            }"""
        )
        assert news == "false"
    assert (tmp_path / "demo.ipynb").exists()
