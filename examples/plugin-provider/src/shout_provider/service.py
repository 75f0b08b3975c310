"""Stands for the SDK of a service: something that answers, at once or word by word, and counts what it read and wrote.

This one is no model. It repeats the text in capitals; asked for a label, it gives the first of which the text has a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["Shouter"]


class Shouter:
    """A client of the service."""

    def answer(self, text: str, *, instructions: str = "") -> dict[str, object]:
        """The whole answer."""
        said = self._label(text, instructions) or text.upper()
        return {"said": said, "read": len(f"{instructions} {text}".split()), "written": len(said.split())}

    def words(self, text: str, *, instructions: str = "") -> Iterator[dict[str, object]]:
        """The answer word by word, and the counts at the end."""
        whole = self.answer(text, instructions=instructions)
        for piece in re.findall(r"\S+\s*", str(whole["said"])):
            yield {"piece": piece}
        yield {"end": whole}

    def close(self) -> None:
        """Let go of connections; this service has none."""

    def _label(self, text: str, instructions: str) -> str:
        labels = re.findall(r"^- (\w+)", instructions, re.MULTILINE)
        found = [label for label in labels if any(word in text.lower() for word in label.split("_"))]
        return f"{(found or labels)[0].upper()}|{0.9 if found else 0.1}|{text.upper()}" if labels else ""
