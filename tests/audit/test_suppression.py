"""Comments that ignore findings: in every syntax, for how long, and what is told of those that ignore nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

Codes = Callable[..., list[tuple[str, str]]]
Found = Callable[..., list[Any]]


def ids(found: Found, text: str | bytes, name: str = "code.py", **options: Any) -> list[str]:
    """The codes in a text."""
    return [finding.code for finding in found(text, name, **options)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", 'x = "gpt-80"  # ai-models: ignore[AIM102]'),
        ("a.py", 'x = "gpt-80"  # ai-models: ignore'),
        ("a.py", 'x = "gpt-80"  # ai-models:ignore[AIM1]'),
        ("a.py", 'x = "gpt-80"  # noqa: E501  # ai-models: ignore[AIM301, aim102]  because of x'),
        ("a.py", '# ai-models: ignore[AIM102]\nx = "gpt-80"'),
        ("a.py", 'x = "gpt-80"  # AI_models: ignore[AIM102]'),
        ("a.py", 'x = f(\n  "gpt-80",  # ai-models: ignore[AIM102] until=2027-01-31\n)'),
        ("a.yaml", "model: gpt-80 # ai-models: ignore[AIM102]"),
        ("a.toml", 'model = "gpt-80" # ai-models: ignore[AIM102]'),
        ("a.sh", "MODEL=gpt-80 # ai-models: ignore[AIM102]"),
        (".env", "MODEL=gpt-80 # ai-models: ignore[AIM102]"),
        ("a.md", "Ask gpt-80. <!-- ai-models: ignore[AIM105] -->"),
        ("a.md", "don't ask gpt-80 <!-- ai-models: ignore[AIM105] --> it's gone"),
        ("a.ts", 'x = "gpt-80" // ai-models: ignore[AIM102]'),
        ("a.css", "gpt-80 /* ai-models: ignore[AIM105] */"),
        ("a.sql", "x = 'gpt-80' -- ai-models: ignore[AIM102]"),
    ],
)
def test_a_comment_ignores_its_line_and_alone_the_next(found: Found, name: str, text: str) -> None:
    assert [code for code in ids(found, text, name) if code != "AIM902"] == []


def test_the_unused_part_of_a_list_is_not_told(found: Found) -> None:
    assert ids(found, 'x = "gpt-80"  # ai-models: ignore[AIM102, AIM301]') == []


@pytest.mark.parametrize(
    "text",
    [
        'x = "gpt-80"\n# ai-models: ignore[AIM102]\n',  # above, not below
        '# ai-models: ignore[AIM102]\n\nx = "gpt-80"\n',
        'y = 1  # ai-models: ignore[AIM102]\nx = "gpt-80"\n',  # not alone
        'x = "gpt-80"  # ai-models: ignore[AIM101]\n',
    ],
)
def test_a_comment_elsewhere_or_for_another_code_ignores_nothing_and_is_told(found: Found, text: str) -> None:
    assert sorted(ids(found, text)) == ["AIM102", "AIM902"]


def test_a_comment_in_a_string_is_none(found: Found) -> None:
    assert ids(found, 'x = "gpt-80", "# ai-models: ignore[AIM102]"') == ["AIM102"]
    assert ids(found, "x = 'a' // 2 # the ai-models: project\n") == []


def test_until_is_the_last_day(found: Found) -> None:
    text = 'x = "gpt-80"  # ai-models: ignore[AIM102] until=2026-12-05'
    assert ids(found, text, at=date(2026, 12, 5)) == []
    results = found(text, at=date(2026, 12, 6))
    assert [f.code for f in results] == ["AIM102", "AIM903"]
    assert results[1].facts == {"codes": ["AIM102"], "until": "2026-12-05"}
    assert ids(found, "x = 1  # ai-models: ignore[AIM102] until=2026-01-01") == ["AIM902"]  # past, and of nothing


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("ignore[AIM1O2]", "no code is called AIM1O2; did you mean AIM102?"),
        ("ignore[X]", "no code is called X"),
        ("ignore[AIM]", "no code is called AIM"),
        ("ignore[]", "its brackets are empty"),
        ("ignore[AIM102] until=soon", "until=soon is no day"),
        ("ignore[AIM102] until=2026-13-01", "until=2026-13-01 is no day"),
        ("ignored, see the wiki", "it is no `ignore[CODE] until=DATE`"),
        ("ignore[AIM102", "it is no `ignore[CODE] until=DATE`"),
        ("ignore [AIM102]", "it is no `ignore[CODE] until=DATE`"),
        ("ignore until 2027-01-31", "it is no `ignore[CODE] until=DATE`"),
        ("ignore[AIM102] until = 2027-01-31", "it is no `ignore[CODE] until=DATE`"),
        ("ignore[AIM102], until=2027-01-31", "it is no `ignore[CODE] until=DATE`"),
        ("ignore[AIM102] until=", "it is no `ignore[CODE] until=DATE`"),
        ("ignore[AIM102] until=2027-01-31 until=2028-01-31", "it is no `ignore[CODE] until=DATE`"),
    ],
)
def test_a_comment_that_cannot_be_read_ignores_nothing_and_says_why(found: Found, comment: str, reason: str) -> None:
    results = found(f'x = "gpt-80"  # ai-models: {comment}')
    assert sorted(f.code for f in results) == ["AIM102", "AIM904"]
    assert reason in next(f.message for f in results if f.code == "AIM904")


def test_comments_count_in_python_that_no_parser_understands(found: Found) -> None:
    assert ids(found, 'print "gpt-80"  # ai-models: ignore[AIM102]\n') == ["AIM901"]


def test_only_what_was_looked_for_can_be_unused(found: Found) -> None:
    text = "x = 1  # ai-models: ignore[AIM301]"
    assert ids(found, text) == ["AIM902"]
    assert ids(found, text, ignore=("AIM3",)) == []
    assert ids(found, "x = 1  # ai-models: ignore", ignore=("AIM3",)) == []
    assert ids(found, text, ignore=("AIM9",)) == []


def test_other_words_about_the_command_are_no_comment_of_it(found: Found) -> None:
    assert ids(found, "# ai-models audit runs here\n# ai-models: see the docs\n") == []
