"""Telling a server how training goes."""

from __future__ import annotations

import json
import warnings
from typing import Any

import numpy as np

from visualnn.training.callbacks.callback import Callback, Logs

_PATIENCE = 10.0  # seconds to wait for the server


class RemoteMonitor(Callback):
    """Sends the number of the epoch and its logs to a server after each epoch, by HTTP.

    A server that does not answer is told of by a warning; training goes on.

    Args:
        root: The server, such as ``http://localhost:9000``.
        path: Where on the server.
        field: The field of the form that holds the JSON.
        headers: Headers to send along.
        send_as_json: Whether to send the JSON itself, instead of a form.
    """

    def __init__(
        self,
        root: str = "http://localhost:9000",
        path: str = "/publish/epoch/end/",
        field: str = "data",
        headers: dict[str, str] | None = None,
        send_as_json: bool = False,
    ):
        super().__init__()
        if not root.startswith(("http://", "https://")):
            raise ValueError(
                f"RemoteMonitor: `root` begins with http:// or https://, but is {root!r}."
            )
        self.root, self.path, self.field = root, path, field
        self.headers = headers
        self.send_as_json = send_as_json

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        import urllib.error  # with all that HTTP needs, which few programs do
        import urllib.parse
        import urllib.request

        record = {"epoch": epoch, **{name: _plain(x) for name, x in (logs or {}).items()}}
        text = json.dumps(record)
        kind = "application/json"
        if not self.send_as_json:
            kind = "application/x-www-form-urlencoded"
            text = urllib.parse.urlencode({self.field: text})
        headers = {"Content-Type": kind, **(self.headers or {})}
        request = urllib.request.Request(self.root + self.path, text.encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE):
                pass
        except urllib.error.HTTPError as problem:
            problem.close()
            self._warn(problem)
        except OSError as problem:
            self._warn(problem)

    def _warn(self, problem: OSError) -> None:
        warnings.warn(f"RemoteMonitor: {self.root} was not reached: {problem}.", stacklevel=3)


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value
