"""Decision trees drawn as text: for every model at a leaf, the way that leads to it."""

from __future__ import annotations

import re
from collections.abc import Collection

from ai_models.migrate.documents.names import Names, Subject

__all__ = ["leaves"]

_DRAWING = re.compile(r"^[\s\u2013\u2014\u2500-\u257f|+`\\>*-]*(?:\d{1,2}[.)]\s+)?")
_FENCE = re.compile(r"\s*(?:`{3,}|~{3,})")
_ARROW = re.compile(r"\s*(?:[→⇒:-]|->|=>)+\s*$")
_AROUND = " \t()[],;.*`_→:"


def leaves(text: str, names: Names, makers: Collection[str]) -> list[tuple[Subject, str]]:
    """Each model or family that a tree names, with the questions and answers that lead to it, in one line."""
    found: list[tuple[Subject, str]] = []
    path: list[tuple[int, str]] = []
    for line in text.expandtabs(4).split("\n"):
        if _FENCE.match(line):
            continue
        drawing = _DRAWING.match(line)
        depth = drawing.end() if drawing else 0
        content = line[depth:].strip()
        if not content:
            continue
        while path and path[-1][0] >= depth:
            path.pop()
        mentions = [mention for mention in names.find(content, makers=makers) if mention.subject.kind != "maker"]
        if not mentions:
            path.append((depth, content))
            continue
        way = [step for _, step in path]
        answer = _ARROW.sub("", content[: mentions[0].start].rstrip(_AROUND)).strip(_AROUND)
        ends = [mention.start for mention in mentions[1:]] + [len(content)]
        for mention, end in zip(mentions, ends, strict=True):
            rest = content[mention.end : end].strip(_AROUND)
            said = ", ".join(part for part in (answer, rest) if part)
            if way or said:
                found.append((mention.subject, " → ".join(part for part in (*way, said) if part)))
    return found
