"""What layers and models can be called."""

from __future__ import annotations

from visualnn.builder.document import Document
from visualnn.builder.sentences import listed, say


def bad_name(document: Document, name: str) -> str | None:
    """Why a new layer cannot be called so, in words; nothing if it can."""
    if reason := no_name(name):
        return reason
    if name in document.names:
        return say(
            "There is a layer named {name} already; every layer needs a name of its own.", name=name
        )
    return None


def no_name(name: str) -> str | None:
    """Why nothing can be called so, in words; nothing if it can."""
    if not name.strip():
        return say("A name cannot be empty.")
    if len(name) > 200:
        return say("A name cannot be longer than 200 characters.")
    bad = sorted({c for c in name if c in "/\\" or not c.isprintable()})
    if bad:
        return say("A name cannot contain {names}.", names=listed([repr(c) for c in bad]))
    return None
