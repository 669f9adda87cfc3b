"""What a repair is: commands on a button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from visualnn.builder.sentences import Sentence

Message = dict[str, Any]


@dataclass(frozen=True)
class Fix:
    """A button that repairs a problem: its commands are one undo step."""

    label: Sentence
    commands: tuple[Message, ...]
