"""Input that wants to break the audit: whatever it is, it is read or reported, and places always lie within the file."""

from __future__ import annotations

import ast
import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ai_models.audit import CODES, Edit, Finding
from ai_models.audit.decoding import decode
from ai_models.audit.files import kind_of
from ai_models.audit.fixes import edited
from ai_models.audit.gathering import Judge
from ai_models.audit.notebooks import cells_of
from ai_models.audit.python_source import PythonSource, Unparsable
from ai_models.audit.scan import scan_bytes
from ai_models.audit.spans import SourceText

Found = Callable[..., list[Any]]

EVERY = frozenset(CODES)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'x = "gpt-80"\0', "null bytes"),
        (b'# coding: nonsense\nx = "gpt-80"', "cannot be decoded"),
        (b'x = "gpt-80 \xff"', "cannot be decoded"),
        (b'\xef\xbb\xbf# coding: latin-1\nx = "gpt-80"', "cannot be decoded"),
        (b'print "gpt-80"', "cannot be parsed"),
        (b'x = "gpt-80"' + b"(" * 3000, "cannot be parsed"),
        (b'x = "gpt-80"\ny = ' + b"-" * 100_000 + b"1", "cannot be parsed"),
        (b'x = "gpt-80"; y = a' + b".a" * 50_000, "cannot be parsed"),
        (b'x = "gpt-80"; y = ' + b"9" * 5_000, "cannot be parsed"),
        (b'x = "gpt-80"\n\ty = 1\n        z = 1\n', "cannot be parsed"),
        ("x = 'gpt-80 \ud800'".encode("utf-8", "surrogatepass"), "cannot be decoded"),
    ],
)
def test_python_that_cannot_be_read_is_reported(found: Found, data: bytes, reason: str) -> None:
    results = found(data)
    assert results[0].code == "AIM901" or "AIM901" in [finding.code for finding in results]
    assert reason in next(finding.message for finding in results if finding.code == "AIM901")


def test_what_cannot_be_parsed_is_still_read_as_text(found: Found) -> None:
    results = found('print "hello"\nMODEL = "gpt-80"  # "gpt-70"\n')
    assert [finding.code for finding in results] == ["AIM901", "AIM102", "AIM105"]


@pytest.mark.parametrize(
    "text",
    [
        'x = ["gpt-80", ' + "1, " * 400_000 + "2]\n",
        "x = '" + "gpt-80 " * 100_000 + "'\n",
        "# " + "gpt-" * 300_000 + "\n",
        "# " + "a" * 3_000_000 + "gpt-80\n",
        "x = " + "'gpt-80' " * 20_000 + "\n",
        'x = ("gpt-80", ' + "(" * 80 + ")" * 80 + ")\n",
        'x = "gpt-80"\n' + "if 1:\n" * 0 + "\n" * 500_000,
        'x = "gpt-80", ' + '"\\"' * 2 + '"\n',
    ],
    ids=range(8),
)
def test_long_lines_and_large_files(found: Found, text: str) -> None:
    assert {finding.code for finding in found(text)} <= {"AIM102", "AIM105", "AIM901"}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.json", "a.ts", "a.yaml", "a.md", "a.sh", "a.sql"])
@pytest.mark.parametrize(
    "unit",
    [
        '"\\',
        "'",
        "/*",
        "<!--",
        "gpt-80/",
        "a: ",
        "x.models.ModelRegistry",
        "python models.registry ",
        "from models import ",
        "/* ai-models: ignore",
        "gpt-80,",
        '{"model":',
        "# ai-models: ignore[",
        "[",
        "http://",
        "-- ",
        "`",
    ],
)
def test_no_text_makes_a_pattern_search_for_ever(judge: Judge, name: str, unit: str) -> None:
    data = ("model: gpt-80 " + unit * (60_000 // len(unit))).encode()

    def too_long(*_: object) -> None:
        raise TimeoutError(f"{name} of {unit!r} takes longer than a minute")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(60)
    try:
        assert scan_bytes(data, name, judge, EVERY).path == name
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def within(finding: Finding, source: SourceText) -> None:
    """A finding's place lies in the text, and what stands there is what the finding is about."""
    span = finding.span
    start, end = source.offsets(span)
    assert 1 <= span.line <= span.end_line <= len(source.starts)
    assert 0 <= start <= end <= len(source.text)
    assert source.span(start, end) == span
    piece = source.piece(span)
    if finding.code in ("AIM101", "AIM102", "AIM103", "AIM104", "AIM105"):
        written = piece == finding.subject
        assert written or finding.subject in (_evaluated(piece) or finding.subject)
    if finding.fix is not None:
        for edit in finding.fix.edits:
            assert 0 <= edit.start <= edit.end <= len(source.text)


def _evaluated(piece: str) -> str | None:
    try:
        value = ast.literal_eval(piece.strip())
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None  # a part of an f-string
    return value if isinstance(value, str) else None


PIECES = st.sampled_from(
    [
        *(
            'x = "gpt-80"',
            "'gpt-91'",
            "f'{a} gpt-80 {b}'",
            '"""\ngpt-80\n"""',
            "# gpt-80",
            "model: gpt-90-latest",
            "gpt-80/gpt-90",
        ),
        *(
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            "\n",
            "\r\n",
            "\r",
            "\t",
            "\f",
            "  ",
            ":",
            ",",
            "=",
            "\\",
            "'",
            '"',
            "`",
            "- ",
            "//",
            "/*",
            "*/",
        ),
        *("ü", "😀", "İ", "\u2028", "\ufeff", "\0", "\x1b[2J", "\\x2d", "# ai-models: ignore", "<!-- ai-models: ignore -->"),
        *(
            "import openai\n",
            "def f(model='gpt-80'):\n  ",
            "from models.registry import ModelRegistry\n",
            "ModelRegistry.get_spec(1)",
        ),
        *("PRICES = {'gpt-90': (2, 11)}\n", "CONTEXT_WINDOWS = {'gpt-90': 1_000}", "prices:\n  gpt-90: {input: 3}\n"),
        *("client.chat.completions.create(model='gpt-85-mini', tools=[1])", "https://api.openai.com/v1"),
        *("# ai-models: ignore[AIM102] until=2026-01-01", "providers.claude.CLAUDE_PRICING"),
    ]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=30).map("".join))
NAMES = st.sampled_from(
    ["a.py", "a.yaml", "a.json", "a.toml", "a.md", "a.ts", "a.sh", ".env", "Dockerfile", "a.sql", "a.vue", "a.ini"]
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS, name=NAMES)
@example(text="x = 'gpt-80' 'gpt-80'", name="a.py")
@example(text="# ai-models: ignore", name="a.py")
@example(text="f'''{x} gpt-80\n gpt-80'''", name="a.py")
def test_any_text_is_read_and_every_place_lies_within_it(judge: Judge, text: str, name: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    scanned = scan_bytes(data, name, judge, EVERY)
    if scanned.binary or not scanned.findings:
        return
    try:
        source = SourceText(decode(data, kind_of(name)).text)
    except (Unparsable, UnicodeDecodeError):
        assert [finding.code for finding in scanned.findings] == ["AIM901"]
        return
    for finding in scanned.findings:
        within(finding, source)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300), name=NAMES)
def test_any_bytes_are_read(judge: Judge, data: bytes, name: str) -> None:
    assert scan_bytes(data + b' "gpt-80"', name, judge, EVERY).path == name


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sources=st.lists(TEXTS, max_size=4))
def test_any_notebook_is_read_and_places_lie_within_their_cells(judge: Judge, sources: list[str]) -> None:
    text = json.dumps({"cells": [{"cell_type": "code", "source": source} for source in sources], "x": "gpt-80"})
    cells = {cell.number: cell for cell in cells_of(text)}
    for finding in scan_bytes(text.encode(), "a.ipynb", judge, EVERY).findings:
        assert finding.cell is not None
        within(finding, SourceText(cells[finding.cell].text))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_fixes_leave_valid_python_valid_and_a_second_run_has_none(judge: Judge, text: str) -> None:
    try:
        PythonSource(text)
        data = text.encode()
        text = decode(data, kind_of("a.py")).text
    except (Unparsable, UnicodeEncodeError):
        return

    def fixed(given: str) -> str:
        edits: list[Edit] = []
        for finding in scan_bytes(given.encode(), "a.py", judge, EVERY).findings:
            for edit in finding.fix.edits if finding.fix is not None and finding.fix.safe else ():
                if not any(edit.start < other.end and other.start < edit.end for other in edits):
                    edits.append(edit)
        return edited(given, edits)

    once = fixed(text)
    PythonSource(once)
    # Removing one comment can only bring its neighbour to light, never make a name wrong: it comes to an end.
    assert fixed(fixed(fixed(once))) == fixed(fixed(once))


def test_names_of_files_may_be_anything(tree: Path, judge: Judge) -> None:
    from ai_models.audit import Options, audit
    from ai_models.audit.formats import FORMATS, rendered

    odd = [b"a\xff.py", b"-rf.py", "ü 日本.py".encode(), b"a\nb.py", b"a'b\".py"]
    for name in odd:
        with open(name, "wb") as file:  # noqa: PTH123 a name that is no text
            file.write(b'x = "gpt-80"\n')
    report = audit(["."], Options(catalog=judge.names.catalog, at=judge.names.at, jobs=1))
    assert len(report.findings) == len(odd)
    for form in FORMATS:
        rendered(report, form).encode()
