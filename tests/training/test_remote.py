"""Logs as a server gets them."""

import json
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest
from visualnn.callbacks import RemoteMonitor


@pytest.fixture
def server():
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            got.append((self.path, self.headers, body))
            self.send_response(404 if self.path == "/wrong" else 200)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", got
        server.shutdown()
        thread.join()


LOGS = {"loss": np.float32(0.5), "rate": np.array([1, 2])}
SENT = {"epoch": 2, "loss": 0.5, "rate": [1, 2]}


def test_as_a_form(server):
    root, got = server
    RemoteMonitor(root, headers={"X-Run": "a"}).on_epoch_end(2, LOGS)
    [(path, headers, body)] = got
    assert path == "/publish/epoch/end/" and headers["X-Run"] == "a"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert json.loads(urllib.parse.parse_qs(body)["data"][0]) == SENT


def test_as_json(server):
    root, got = server
    RemoteMonitor(root, path="/x", send_as_json=True).on_epoch_end(2, LOGS)
    [(path, headers, body)] = got
    assert path == "/x" and headers["Content-Type"] == "application/json"
    assert json.loads(body) == SENT


def test_a_server_that_does_not_answer_is_told_of(server):
    root, _ = server
    with pytest.warns(UserWarning, match="was not reached: HTTP Error 404"):
        RemoteMonitor(root, path="/wrong").on_epoch_end(0)


def test_what_is_no_server():
    with pytest.raises(ValueError, match="begins with http:// or https://, but is 'file:///x'"):
        RemoteMonitor("file:///x")
