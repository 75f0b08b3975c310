"""What a feed may not do: write elsewhere, steer a terminal, stop the run with one row, or pass for what it is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from importer_reading import AS_OF, Reading
from test_malformed_feeds import FEEDS, LINES, nodes, replaced

from ai_models.catalog.sources import IMPORTERS, genai_prices, litellm, models_dev, price_observations, vendor_facts
from ai_models.catalog.sources.content import parsed
from ai_models.catalog.sources.reading import UnreadableError, day, partial_date, text, tokens
from ai_models.errors import CatalogFileError

ESCAPE = "\x1b]0;pwned\x07"
HOSTILE = [ESCAPE, "\x9b31m", "a\nb", "\x00", "\ud800", "\u202egnp.exe", "\u200b", "x" * 1_000_000]


def everything(imported: Reading) -> list[str]:
    """Every text that goes on from an importer."""
    claimed = [
        part for c in imported.claims for part in (c.provider, c.subject, c.field, str(c.value), c.where, repr(c.conditions))
    ]
    return claimed + [part for left in imported.rejected for part in (left.where, left.reason, left.found)]


@pytest.mark.parametrize("source", sorted(FEEDS))
@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: ascii(text)[:20])
def test_no_text_of_a_feed_can_steer_a_terminal(source: str, hostile: str, tmp_path: Path):
    feed = FEEDS[source]
    for place in nodes(feed):
        broken: Any = replaced(feed, place, hostile)
        path = tmp_path / "feed.json"
        path.write_text("\n".join(map(json.dumps, broken)) if source in LINES else json.dumps(broken))
        texts: list[str] = []
        with suppress(CatalogFileError):  # where the node was the envelope of the format
            texts = everything(Reading(IMPORTERS[source](path, as_of=AS_OF)))
        assert all(found.isprintable() for found in texts)
        assert max(map(len, texts), default=0) <= 10_000


@pytest.mark.parametrize("provider", ["../../x", "..", "/etc", "a/b", "a\\b", ".hidden", ESCAPE, "x" * 301, " "])
def test_a_provider_that_could_not_be_a_file_is_rejected_with_its_rows(read: Callable[..., Reading], provider: str):
    models = {"zeta-1": {"name": "Zeta"}}
    found = read(models_dev.read, {provider: {"models": models}, "acme": {"models": models}})
    assert {claim.provider for claim in found.claims} == {"acme"}
    assert len(found.rejected) == 1
    found = read(litellm.read, {"a": {"litellm_provider": provider, "mode": "chat"}, "b": FEEDS["litellm"]["zeta-1"]})  # type: ignore[index, call-overload]
    assert {claim.provider for claim in found.claims} == {"acme"}
    found = read(genai_prices.read, [{"id": provider, "models": [{"id": "zeta-1", "name": "Zeta", "match": {}}]}])
    assert not found.claims
    assert found.rejected


@pytest.mark.parametrize("name", ["../../x", "a/b:c%20d@e", "\uff41\uff42", "\u0430" * 300])
def test_an_id_may_hold_what_a_file_name_may_not(read: Callable[..., Reading], name: str):
    found = read(models_dev.read, {"acme": {"models": {name: {"name": "Zeta"}}}})
    assert [claim.subject for claim in found.claims] == [name]


def test_an_id_of_301_characters_is_none(read: Callable[..., Reading]):
    assert read(models_dev.read, {"acme": {"models": {"a" * 301: {"name": "Zeta"}}}}).reasons == ["not a name"]


# Numbers and dates


def test_an_integer_that_python_refuses_costs_its_row_only(read: Callable[..., Reading]):
    feed = '{"acme": {"models": {"a": {"limit": {"context": %s}}, "b": {"limit": {"context": 9000}}}}}' % ("9" * 5_000)
    found = read(models_dev.read, feed)
    assert [(claim.subject, claim.value) for claim in found.claims] == [("b", 9000)]
    assert [left.where for left in found.rejected] == ["acme/a/limit/context"]


@pytest.mark.parametrize("written", ["1e400", "1" + "0" * 400, "1E+999999999999999999", "-1e400", "NaN", "Infinity", "true"])
def test_a_price_beyond_all_numbers_costs_its_field_only(read: Callable[..., Reading], written: str):
    found = read(models_dev.read, '{"acme": {"models": {"a": {"cost": {"input": %s, "output": 2}}}}}' % written)  # noqa: UP031 braces
    assert [(claim.field, claim.value) for claim in found.claims] == [("rate:output_per_1m_tokens", Decimal(2))]
    assert [left.where for left in found.rejected] == ["acme/a/cost/input"]


def test_tokens_end_where_nobody_could_send_them():
    assert tokens(10**12) == 10**12
    with pytest.raises(UnreadableError, match="beyond any plausible limit"):
        tokens(10**12 + 1)


@pytest.mark.parametrize(("written", "is_read"), [("1899", False), ("1900", True), ("2199", True), ("2200", False)])
def test_years_end_where_no_model_was_made(written: str, is_read: bool):
    if is_read:
        assert partial_date(written) == written
        return
    with pytest.raises(UnreadableError, match="beyond any plausible date"):
        partial_date(written)


@pytest.mark.parametrize(
    "written",
    [
        "\uff12\uff10\uff12\uff16-01-01",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00:00+02:00",
        "2026-01-01\n",
        "\u0662\u0660\u0662\u0666",
    ],
)
def test_only_plain_days_are_days(written: str):
    with pytest.raises(UnreadableError):
        day(written)


def test_a_day_is_read():
    assert day("2026-01-01") == date(2026, 1, 1)


# JSON


def test_two_values_under_one_key_are_none(read: Callable[..., Reading]):
    feed = '{"acme": {"models": {"a": {"name": "A", "name": "B", "family": "f", "family": "f"}}}}'
    found = read(models_dev.read, feed)
    assert [(claim.field, claim.value) for claim in found.claims] == [("family", "f")]
    assert [(left.where, left.found) for left in found.rejected] == [("acme/a/name", "two values under one key")]


def test_two_models_under_one_key_are_none(read: Callable[..., Reading]):
    row = {"litellm_provider": "acme", "mode": "chat"}
    feed = '{"a": %s, "a": %s, "b": %s}' % (json.dumps(row), json.dumps({**row, "mode": "image"}), json.dumps(row))  # noqa: UP031 braces
    found = read(litellm.read, feed)
    assert [claim.subject for claim in found.claims] == ["b"]
    assert [left.where for left in found.rejected] == ["a"]


def test_a_line_separator_inside_a_line_does_not_end_it(read: Callable[..., Reading]):
    row = {**FEEDS["price-observations"][0], "note": "a\u2028b\x85c"}  # type: ignore[index, call-overload]
    found = read(price_observations.read, json.dumps(row, ensure_ascii=False) + "\r\n")
    assert found.claims
    assert not found.rejected


def test_a_byte_order_mark_is_no_part_of_a_line(read: Callable[..., Reading]):
    assert read(vendor_facts.read, "\ufeff" + json.dumps(FEEDS["vendor"][0])).claims  # type: ignore[index, call-overload]


def test_a_text_may_not_hold_line_breaks():
    with pytest.raises(UnreadableError, match="printable"):
        text("a\nb")


def test_json_is_parsed_with_exact_fractions():
    assert parsed('{"a": 3e-06, "b": 128000}') == {"a": Decimal("0.000003"), "b": 128000}
