"""Text that is not Python: configuration, other languages and prose, read by words and not by grammar.

A name is a use where it is a value (quoted, or all that a key is given) and a mention anywhere else; comments are prose.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from ai_models.audit.comments import comment_spans
from ai_models.audit.files import FileKind
from ai_models.audit.gathering import Gathered, Judge
from ai_models.audit.name_findings import report_name
from ai_models.audit.name_shapes import EXTENSION, HINTS, is_model_word
from ai_models.audit.names import Names, Place, Recognised
from ai_models.audit.services import note_endpoints

__all__ = ["Token", "lower", "mentions", "read_text", "tokens"]

_REACH = 120
"""How far a token is followed to both sides of what looks like a name: lines of megabytes are no sentences."""

_LETTER = re.compile(r"[A-Za-z0-9_.:/@+-]")
_TRAILING = ".:/@+-_"
_LEADING = ".:/@+-_"
_QUOTES = "\"'`"
_KEYED = re.compile(
    r"(?:^|[\s{,;(\[?&])(?:-\s+|export\s+|set\s+|ENV\s+|ARG\s+)?[\"']?(?P<key>[A-Za-z_][\w.-]*)[\"']?\s*(?:=>|:=|[:=])\s*[\"'`]?$"
)
_FLAG = re.compile(r"--?(?P<flag>[A-Za-z][\w-]*)[ =][\"']?$")
_DEFAULT = re.compile(r"\$\{(?P<key>[A-Za-z_]\w*):[-=]$")
_KEY_BEFORE = re.compile(r"\s*(?:-\s+)?$")
_KEY_AFTER = re.compile(r"\s*(?::(?:\s|$)|=)")
_RUNS = re.compile(r"\s*(?:-\s+)?(?:run|command|script|entrypoint|args|cmd|exec|entry)\s*[:=]", re.IGNORECASE)
_SAYS = re.compile(r"\s*(?:-\s+)?(?:run:\s*)?(?:echo|printf|cat)\b")
_ITEM = re.compile(r"^\s*(?:-\s+|[*]\s+)[\"']?$")
_FLOW = re.compile(r"(?:(?P<key>[A-Za-z_][\w.-]*)[\"']?\s*[:=]\s*)?\[(?:[^\[\]]*,)?\s*[\"']?$")
_AFTER = re.compile(r"[\"'`]?\s*(?:[,;\]})]|\s#|\s//|\\?$|&|\s)")
_WHOLE_AFTER = re.compile(r"[\"'`]?\s*(?:[,;\]})]*\s*(?:$|#|//)|[,;\]})])")
_WINDOW = 160
_ROUTED = re.compile(r"(?<![\w-])model[\"']?\s*:\s*[\"']?\Z")
_SHORT_VALUE = re.compile(
    r"(?<![\w.-])(?P<key>[A-Za-z_][\w.-]{0,80})[\"']?[ \t]*[:=][ \t]*[\"']?"
    r"(?P<value>[A-Za-z][\w.:/@-]{0,60})[\"']?[ \t]*(?:[,;}\]]|#|$)",
    re.MULTILINE,
)


class Token(NamedTuple):
    """A word that may be a name: where it begins and ends, and its text."""

    start: int
    end: int
    text: str


def lower(text: str) -> str:
    """The text in lower case, letter by letter, so that offsets stay: one letter of Turkish alone would become two."""
    return text.replace("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}", "i").lower()


def tokens(text: str, start: int = 0, end: int | None = None, lowered: str | None = None) -> Iterator[Token]:
    """The words around everything that looks like a model's name, each once, from the left to the right."""
    end = len(text) if end is None else end
    last = start
    for hint in HINTS.finditer(lower(text) if lowered is None else lowered, start, end):
        if hint.start() < last:
            continue
        first, final = hint.start(), hint.end()
        while first > last and hint.start() - first < _REACH and _LETTER.match(text, first - 1):
            first -= 1
        while final < end and final - hint.end() < _REACH and _LETTER.match(text, final):
            final += 1
        last = final
        word = text[first:final]
        default = max(word.rfind(":-"), word.rfind(":="))
        if default >= 0 and first + default < hint.start():  # ${MODEL:-gpt-4o}
            first, word = first + default + len(":-"), word[default + len(":-") :]
        trimmed = word.rstrip(_TRAILING)
        kept = trimmed.lstrip(_LEADING)
        if kept:
            begin = first + len(trimmed) - len(kept)
            yield Token(begin, begin + len(kept), kept)


def mentions(names: Names, token: Token, place: Place, *, near_models: bool = True) -> Iterator[tuple[Token, Recognised]]:
    """The names in a word: the word itself, or what stands between its slashes (``gpt-4/gpt-4o``, an address)."""
    found = names.recognise(token.text, place, near_models=near_models)
    if found is not None:
        yield token, found
        return
    if "/" not in token.text or EXTENSION.search(token.text):
        return
    start = token.start
    for part in token.text.split("/"):
        bare = part.rstrip(_TRAILING)
        # A part of an address or of a path names a model only where the catalogue knows it.
        inner = names.recognise(bare, Place.PROSE, near_models=near_models) if HINTS.search(bare.lower()) else None
        if inner is not None and inner.match is not None:
            yield Token(start, start + len(bare), bare), inner
        start += len(part) + 1


def read_text(gathered: Gathered, judge: Judge, kind: FileKind) -> None:
    """Read a text of some kind and report the names in it."""
    text = gathered.source.text
    lowered = lower(text)
    note_endpoints(gathered, lowered)
    found = [*tokens(text, lowered=lowered)]
    seen = {token.start for token in found}
    if kind is FileKind.CONFIG:
        found = sorted([*found, *(token for token in _short_values(text) if token.start not in seen)])
    if not found:
        return
    in_comment = comment_spans(gathered.source, gathered.path) if kind in (FileKind.CONFIG, FileKind.CODE) else None
    sure = kind is FileKind.CONFIG and any(judge.names.recognise(token.text, Place.VALUE) for token in found)
    routes = "litellm_params" in text
    for token in found:
        place = Place.PROSE if in_comment is None or in_comment(token.start) else _place(gathered, token, kind)
        for part, name in mentions(
            judge.names, token, place, near_models=sure or place is not Place.MODEL or _keyed_sure(token)
        ):
            if routes and name.match is None and not _ROUTED.search(text, max(0, part.start - _WINDOW), part.start):
                continue  # the names of LiteLLM's router are its owner's
            span = gathered.source.span(part.start, part.end)
            report_name(gathered, judge, name, span, mention=place is Place.PROSE or part is not token)


def _keyed_sure(token: Token) -> bool:
    return bool(HINTS.search(token.text.lower()))


def _short_values(text: str) -> Iterator[Token]:
    """What a key for models is given, where the value alone looks like nothing: ``model: command``."""
    for match in _SHORT_VALUE.finditer(text):
        if is_model_word(match["key"]):
            yield Token(match.start("value"), match.end("value"), match["value"])


def _place(gathered: Gathered, token: Token, kind: FileKind) -> Place:
    """Where a word stands: the value of a key for models, a value, or prose."""
    source = gathered.source
    line_start = source.starts[source.line_at(token.start) - 1]
    before = source.text[max(line_start, token.start - _WINDOW) : token.start]
    after = source.text[token.end : token.end + _WINDOW].partition("\n")[0].rstrip("\r")
    quoted = before[-1:] in _QUOTES and before[-1:] == after[:1]
    key = _KEYED.search(before) or _DEFAULT.search(before)
    if key is not None and (quoted or after.startswith("}") or _closes(after, before, kind)):
        return Place.MODEL if is_model_word(key["key"]) else Place.VALUE
    if kind is FileKind.CONFIG:
        flag = _FLAG.search(before)
        if flag is not None and _AFTER.match(after):
            return Place.MODEL if is_model_word(flag["flag"]) or flag["flag"] == "m" else Place.VALUE
        if _KEY_BEFORE.match(before) and _KEY_AFTER.match(after):
            return Place.VALUE
        flow = _FLOW.search(before)
        if flow is not None and (quoted or _WHOLE_AFTER.match(after)):
            return Place.MODEL if is_model_word(flow["key"] or "") else Place.VALUE
        whole = quoted or (_ITEM.match(before) and _WHOLE_AFTER.match(after)) or _is_argument(before, after, gathered.path)
        return Place.VALUE if whole else Place.PROSE
    return Place.VALUE if quoted else Place.PROSE


def _is_argument(before: str, after: str, path: str) -> bool:
    """Whether a word is an argument of a command: in a shell script, or where a workflow says what to run."""
    if before[-1:] not in (" ", "\t") or after[:1] not in ("", " ", "\t") or _SAYS.match(before):
        return False
    is_script = path.endswith((".sh", ".bash", ".zsh", ".fish")) or os.path.basename(path).lower().startswith("dockerfile")
    return bool(_RUNS.match(before)) or (is_script and before.strip() != "")


def _closes(after: str, before: str, kind: FileKind) -> bool:
    """Whether nothing else belongs to the value that ends here."""
    if before[-1:] in _QUOTES or kind is not FileKind.CONFIG:
        return False  # a quoted text that goes on
    return bool(_WHOLE_AFTER.match(after)) or bool(re.match(r"\s", after) and "=" in before[-2:])
