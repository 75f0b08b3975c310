"""Files that cannot be opened, values that cannot be read, and exact numbers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ai_models.catalog.sources import IMPORTERS
from ai_models.catalog.sources.content import read_json, read_lines
from ai_models.catalog.sources.reading import Intake, Row, UnreadableError, amount, day, flag, partial_date, text, tokens
from ai_models.errors import CatalogFileError


def test_every_source_has_an_importer_under_its_name():
    feeds = {"genai-prices", "litellm", "models.dev", "openrouter", "deprecations", "price-observations"}
    assert set(IMPORTERS) == feeds | {"rates", "vendor"}


@pytest.mark.parametrize("source", sorted(IMPORTERS))
@pytest.mark.parametrize("content", [b"<html>down for maintenance</html>", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_file_that_is_not_the_format_raises_and_is_named(tmp_path: Path, source: str, content: bytes):
    path = tmp_path / "broken.json"
    path.write_bytes(content)
    with pytest.raises(CatalogFileError, match=r"broken\.json"):
        IMPORTERS[source](path, as_of=date(2026, 11, 22))


@pytest.mark.parametrize("source", sorted(IMPORTERS))
def test_a_missing_file_raises_and_is_named(tmp_path: Path, source: str):
    with pytest.raises(CatalogFileError, match=r"nowhere\.json"):
        IMPORTERS[source](tmp_path / "nowhere.json", as_of=date(2026, 11, 22))


@pytest.mark.parametrize(
    ("source", "content"),
    [
        ("genai-prices", "{}"),
        ("litellm", "[]"),
        ("models.dev", "[]"),
        ("deprecations", "{}"),
        ("openrouter", "[]"),
        ("openrouter", '{"data": {}}'),
        ("rates", "[]"),
        ("rates", '{"models": {}}'),
    ],
)
def test_json_of_another_shape_raises(tmp_path: Path, source: str, content: str):
    path = tmp_path / "other.json"
    path.write_text(content)
    with pytest.raises(CatalogFileError, match=r"other\.json: not a"):
        IMPORTERS[source](path, as_of=date(2026, 11, 22))


@pytest.mark.parametrize(
    ("written", "factor", "exact"),
    [
        ("3e-06", 1_000_000, "3"),
        ("7.5e-08", 1_000_000, "0.075"),
        ("0.13999999", 1, "0.13999999"),
        ("1.0000000000000001e-07", 1_000_000, "0.10000000000000001"),
        ("10.500", 1, "10.5"),
        ("100", 1, "100"),
        ("0.0", 1_000_000, "0"),
        ("2.77778e-05", 3_600, "0.10000008"),
    ],
)
def test_prices_are_the_decimal_text_of_the_feed(tmp_path: Path, written: str, factor: int, exact: str):
    path = tmp_path / "number.json"
    path.write_text(f"[{written}]")
    content = read_json(path)
    assert isinstance(content, list)
    assert str(amount(content[0], factor)) == exact


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("NaN", "not a finite number"),
        ("Infinity", "not a finite number"),
        ("1e99999999999999999999", "not a finite number"),
        ("1e400", "beyond any plausible price"),
        ("1e-400", "beyond any plausible price"),
        ("0." + "123456789" * 20, "too many digits"),
        ("-1", "negative price: dynamic"),
        ("true", "not a number"),
        ('"3"', "not a number"),
        ("null", "not a number"),
    ],
)
def test_what_is_no_price_says_why(tmp_path: Path, written: str, reason: str):
    path = tmp_path / "number.json"
    path.write_text(f"[{written}]")
    content = read_json(path)
    assert isinstance(content, list)
    with pytest.raises(UnreadableError, match=reason):
        amount(content[0])


@pytest.mark.parametrize(("found", "whole"), [(1, 1), (Decimal("128000.0"), 128_000), (Decimal("1E+5"), 100_000)])
def test_tokens_are_whole(found: object, whole: int):
    assert tokens(found) == whole


@pytest.mark.parametrize(
    "found", [-1, True, "4096", Decimal("0.5"), Decimal("NaN"), Decimal("1E+30"), Decimal("-2.0"), None, [1]]
)
def test_tokens_are_nothing_else(found: object):
    with pytest.raises(UnreadableError, match="not a number of tokens"):
        tokens(found)


@pytest.mark.parametrize("found", [0, Decimal("0.0")])
def test_no_tokens_are_a_placeholder(found: object):
    with pytest.raises(UnreadableError, match="zero placeholder"):
        tokens(found)


@pytest.mark.parametrize("found", ["2026", "2026-02", "2024-02-29"])
def test_dates_of_any_precision_stay_text(found: str):
    assert partial_date(found) == found


@pytest.mark.parametrize("found", ["2026-02-29", "2026-13", "0000", "Nov 2026", "20261122", "", "2026-W01-1", 2026, None])
def test_dates_that_are_none(found: object):
    with pytest.raises(UnreadableError, match="not a date"):
        partial_date(found)


def test_a_month_is_no_day():
    with pytest.raises(UnreadableError, match="date without a day"):
        day("2026-02")


@pytest.mark.parametrize("found", ["", "  ", 3, None])
def test_an_empty_text_is_none(found: object):
    with pytest.raises(UnreadableError, match="not a text"):
        text(found)


@pytest.mark.parametrize("found", [0, 1, "true", None])
def test_a_flag_is_true_or_false(found: object):
    with pytest.raises(UnreadableError, match="not true or false"):
        flag(found)


def test_lines_that_are_not_json_or_no_mapping_are_rejected_and_the_rest_is_read(tmp_path: Path):
    path = tmp_path / "rows.jsonl"
    path.write_text('{"a": 1}\n\n{broken\nnull\n{"b": 2}\n')
    intake = Intake("test", date(2026, 1, 1))
    assert list(read_lines(path, intake)) == [("line 1", {"a": 1}), ("line 5", {"b": 2})]
    assert [(row.where, row.reason) for row in intake.rejected] == [("line 3", "not JSON"), ("line 4", "not a mapping")]


def test_an_empty_jsonl_file_has_no_rows(tmp_path: Path):
    path = tmp_path / "rows.jsonl"
    path.write_text("")
    assert list(read_lines(path, Intake("test", date(2026, 1, 1)))) == []


def test_a_rejected_row_shows_where_it_stands_and_a_sample():
    intake = Intake("test", date(2026, 1, 1))
    Row(intake, "acme", "zeta-1").reject("odd", "x" * 500)
    Row(intake, "acme", "zeta-1").reject("odd", {"a": 1}, at="prices")
    first, second = intake.done().rejected
    assert (first.where, len(first.found)) == ("acme/zeta-1", 120)
    assert (second.where, second.found) == ("acme/zeta-1/prices", "{'a': 1}")


@pytest.mark.parametrize(("subject", "claimed"), [("zeta-1:free", True), ("zeta-1", False), ("zeta-1-free", False)])
def test_zero_is_free_only_for_free_ids(subject: str, claimed: bool):
    intake = Intake("test", date(2026, 1, 1))
    Row(intake, "acme", subject).rate("input_per_1m_tokens", 0)
    assert bool(intake.claims) is claimed
    assert [row.reason for row in intake.rejected] == ([] if claimed else ["zero placeholder"])
