"""Text that is not Python: configuration, other languages and prose, read by words and not by grammar.

A name is a use where it is a value (quoted, or all that a key is given) and a mention anywhere else; comments are prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ai_models.audit.comments import comment_spans
from ai_models.audit.files import FileKind, name_of
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
    r"(?:^|[\s{,;(\[?&])(?:-\s+|export\s+|set\s+|ENV\s+|ARG\s+)?[\"']?(?P<key>[A-Za-z_][\w.-]*)[\"']?"
    r"\s*(?:=>|[:?+]=|[:=])\s*(?:[&!]\S+\s+){0,2}[\"'`]?$"
)
_LISTED = re.compile(r"(?:^|\s)(?P<key>[A-Za-z_][\w.-]*)[:=][ \t]?[\"']?(?:[\w.:/@+-]+[ \t]?,[ \t]?)+$")
_LISTED_AFTER = re.compile(r"[ \t]*(?:,|[\"']?[ \t]*(?:$|#))")
_KEY_ALONE = re.compile(r"\s*(?:-\s+)?[\"']?(?P<key>[A-Za-z_][\w.-]*)[\"']?\s*:\s*(?:[>|][-+]?)?\s*$")
_FLAG = re.compile(r"--?(?P<flag>[A-Za-z][\w-]*)[ =][\"']?$")
_DEFAULT = re.compile(r"\$\{(?P<key>\w+):?[-=]$")
_KEY_BEFORE = re.compile(r"\s*(?:-\s+)?$")
_KEY_AFTER = re.compile(r"\s*(?::(?:\s|$)|=)")
_RUNS = re.compile(r"\s*(?:-\s+)?(?:run|command|script|entrypoint|args|cmd|exec|entry)\s*[:=]", re.IGNORECASE)
_SAYS = re.compile(r"\s*(?:-\s+)?(?:run:\s*)?(?:echo|printf|cat)\b")
_ITEM = re.compile(r"^\s*(?:-\s+|[*]\s+)(?:[&!]\S+\s+){0,2}[\"']?$")
_FLOW = re.compile(r"(?:(?P<key>[A-Za-z_][\w.-]*)[\"']?\s*[:=]\s*)?\[(?:[^\[\]]*,)?\s*[\"']?$")
_AFTER = re.compile(r"[\"'`]?\s*(?:[,;\]})]|\s#|\s//|\\?$|&|\s)")
_WHOLE_AFTER = re.compile(r"[\"'`]?\s*(?:[,;\]})]*\s*(?:$|#|//)|[,;\]})])")
_WINDOW = 160
_ROUTED = re.compile(r"(?<![\w-])(?:base_)?model[\"']?\s*:\s*[\"']?\Z")
_PART_ASKED = re.compile(
    r"(?:starts?_?with|ends?_?with|has_?(?:prefix|suffix)|includes?|contains|index_?of|match|test|replace|split)\??"
    r"\(\s*(?:[\w.]+,\s*)?[\"'`/]$",
    re.IGNORECASE,
)
"""What asks for a part of a name: ``model.startsWith("gpt-4")`` names a family."""
_METHOD = re.compile(r":(?:[a-z]+[A-Z][A-Za-z]*|predict)$")
"""What Google's addresses hang onto a model: ``…/models/gemini-2.0-flash:generateContent``."""
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
    """The names in a word: the word itself, or what stands between its slashes (``gpt-4/gpt-4o``, an address).

    A part is spoken of, unless a method is called on it.
    """
    found = names.recognise(token.text, place, near_models=near_models)
    if found is not None:
        yield token, found
        return
    if "/" not in token.text or EXTENSION.search(token.text):
        return
    start = token.start
    for part in token.text.split("/"):
        bare = part.rstrip(_TRAILING)
        called = _METHOD.search(bare)
        if called is not None:
            bare = bare[: called.start()]
        # A part of an address or of a path names a model only where the catalogue knows it.
        inner = (
            names.recognise(bare, Place.PROSE if called is None else Place.VALUE, near_models=near_models)
            if HINTS.search(bare.lower())
            else None
        )
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
        is_comment = in_comment is None or in_comment(token.start)
        place = Place.PROSE if is_comment else _place(gathered, token, kind)
        for part, name in mentions(
            judge.names, token, place, near_models=sure or place is not Place.MODEL or _keyed_sure(token)
        ):
            # The names of LiteLLM's router are its owner's.
            is_route = routes and not _ROUTED.search(text, max(0, part.start - _WINDOW), part.start)
            if is_route and name.match is None:
                continue
            span = gathered.source.span(part.start, part.end)
            report_name(gathered, judge, name, span, mention=is_route or is_comment)


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
    line = source.line_at(token.start)
    before = source.text[max(source.starts[line - 1], token.start - _WINDOW) : token.start]
    after = source.text[token.end : token.end + _WINDOW].partition("\n")[0].rstrip("\r")
    quoted = before[-1:] in _QUOTES and before[-1:] == after[:1]
    key = _KEYED.search(before) or _DEFAULT.search(before)
    if key is not None and (quoted or after.startswith("}") or _closes(after, before, kind)):
        return Place.called(key["key"])
    if kind is FileKind.CONFIG:
        return _place_in_config(gathered, line, before, after, quoted=quoted)
    return Place.VALUE if quoted and not _PART_ASKED.search(before) else Place.PROSE


def _place_in_config(gathered: Gathered, line: int, before: str, after: str, *, quoted: bool) -> Place:
    """The same for a word that no key is right before of: a flag's value, a key, an item of a list, an argument, a line."""
    flag = _FLAG.search(before)
    if flag is not None and _AFTER.match(after):
        return Place.MODEL if flag["flag"] == "m" else Place.called(flag["flag"])
    if _KEY_BEFORE.match(before) and _KEY_AFTER.match(after):
        return Place.VALUE
    flow = _FLOW.search(before)
    if flow is not None and (quoted or _WHOLE_AFTER.match(after)):
        return Place.called(flow["key"] or "")
    listed = _LISTED.search(before)
    if listed is not None and _LISTED_AFTER.match(after):
        return Place.called(listed["key"])
    if not before.strip(" \t\"'") and _WHOLE_AFTER.match(after):
        return _place_below(gathered.source.line(line - 1), quoted=quoted)
    whole = quoted or (_ITEM.match(before) and _WHOLE_AFTER.match(after)) or _is_argument(before, after, gathered.path)
    return Place.VALUE if whole else Place.PROSE


def _place_below(line: str, *, quoted: bool) -> Place:
    """Of a word that is alone on its line: a value where the line above is a key that waits for one (``model: >-``)."""
    key = _KEY_ALONE.match(line)
    if key is None:
        return Place.VALUE if quoted else Place.PROSE
    return Place.called(key["key"])


def _is_argument(before: str, after: str, path: str) -> bool:
    """Whether a word is an argument of a command: in a shell script, or where a workflow says what to run."""
    if before[-1:] not in (" ", "\t") or after[:1] not in ("", *" \t;&|") or _SAYS.match(before):
        return False
    name = name_of(path)
    is_script = name.endswith((".sh", ".bash", ".zsh", ".fish")) or name.startswith("dockerfile")
    return bool(_RUNS.match(before)) or (is_script and before.strip() != "")


def _closes(after: str, before: str, kind: FileKind) -> bool:
    """Whether nothing else belongs to the value that ends here."""
    if before[-1:] in _QUOTES or kind is not FileKind.CONFIG:
        return False  # a quoted text that goes on
    return bool(_WHOLE_AFTER.match(after)) or bool(re.match(r"\s", after) and "=" in before[-2:])
