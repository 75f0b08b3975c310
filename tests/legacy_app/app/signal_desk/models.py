"""What the desk works with: messages, and what triage made of them.

Not to be confused with the top-level ``models``, which is about language models.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from providers.base import SignalCategory


@dataclass(frozen=True)
class Message:
    """What a customer wrote."""

    id: str
    customer: str
    text: str
    language: str = "en"


@dataclass(frozen=True)
class Triaged:
    """A message with its label; ``cost`` in USD."""

    message: Message
    category: "SignalCategory"
    confidence: float
    evidence: str
    cost: float

    @property
    def is_sure(self) -> bool:
        return self.confidence >= 0.6


def read_messages(path: Path) -> list[Message]:
    """Messages from a JSONL file, one a line; empty lines are passed over."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Message(**json.loads(line)) for line in lines if line.strip()]
