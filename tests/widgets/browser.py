"""Stands in for the browser: sends a widget messages, and keeps what comes back."""

import base64
import itertools
import json
import threading
from collections.abc import Callable
from typing import Any


def picture_in(content: dict[str, Any]) -> str:
    """The picture that a notebook keeps of a widget, as SVG."""
    html = "".join(content["text/html"])
    return base64.b64decode(html.split("base64,")[1].split('"')[0]).decode()


class FakeBrowser:
    """One page that shows one widget."""

    def __init__(self, widget: Any):
        self.widget = widget
        self.heard: list[dict] = []
        self.changes: dict[str, list] = {}
        self._numbers = itertools.count(1)
        self._changed = threading.Condition()
        widget.send = self._hear
        widget.observe(self._see)

    def _hear(self, content: dict, buffers: Any = None) -> None:
        self.heard.append(json.loads(json.dumps(content, allow_nan=False)))

    def _see(self, change: Any) -> None:
        value = json.loads(json.dumps(change["new"], allow_nan=False, default=str))
        with self._changed:
            self.changes.setdefault(change["name"], []).append(value)
            self._changed.notify_all()

    def until(self, condition: Callable[[dict], bool], trait: str = "training") -> dict:
        """Wait until a trait is as it should be; give it."""
        with self._changed:
            found = self._changed.wait_for(lambda: condition(getattr(self.widget, trait)), 30)
        assert found, getattr(self.widget, trait)
        return getattr(self.widget, trait)

    def ask(self, **message: Any) -> dict:
        """Send a message; give the answer to it."""
        number = next(self._numbers)
        sent = json.loads(json.dumps({**message, "id": number}))
        self.widget._handle_custom_msg(sent, [])
        (answer,) = [x for x in self.heard if x.get("reply") == number]
        assert answer.keys() == {"reply", "ok", "error", "value"}
        return answer

    def do(self, **message: Any) -> Any:
        """Send a message that must succeed; give the value of the answer."""
        answer = self.ask(**message)
        assert answer["ok"], answer["error"]
        return answer["value"]

    def refused(self, **message: Any) -> str:
        """Send a message that must be refused; give the sentence."""
        answer = self.ask(**message)
        assert not answer["ok"]
        return answer["error"]

    def block(self, name: str) -> dict:
        """A block that is drawn."""
        return next(block for block in self.widget.view["blocks"] if block["id"] == name)
