"""``Sheet``: the edits of one text, none of which overlaps another, and the text that they make."""

from __future__ import annotations

from itertools import pairwise

from ai_models.audit.spans import SourceText
from ai_models.migrate.plan import Edit

__all__ = ["Overlap", "Sheet"]


class Overlap(Exception):
    """Two edits want the same characters."""


class Sheet:
    """Edits in the order of the text; insertions at one place stand in the order in which they were added."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._edits: list[Edit] = []

    def add(self, start: int, end: int, text: str, rule: str, reason: str) -> None:
        """Add an edit, unless it changes nothing.

        Raises:
            ValueError: the span is none of the text.
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"no span of the text: {start} to {end}")
        if self.text[start:end] != text:
            self._edits.append(Edit(start=start, end=end, text=text, rule=rule, reason=reason))

    def edits(self) -> tuple[Edit, ...]:
        """The edits.

        Raises:
            Overlap: two of them do.
        """
        ordered = sorted(self._edits, key=lambda edit: (edit.start, edit.end))
        for one, other in pairwise(ordered):
            if one.end > other.start:
                line = SourceText(self.text).span(other.start, other.end).line
                raise Overlap(f"the rules {one.rule} and {other.rule} meet in line {line}")
        return tuple(ordered)

    def result(self) -> str:
        """The text with its edits.

        Raises:
            Overlap: as ``edits``.
        """
        pieces: list[str] = []
        at = 0
        for edit in self.edits():
            pieces += (self.text[at : edit.start], edit.text)
            at = edit.end
        return "".join((*pieces, self.text[at:]))
