"""``compare``: what stands side by side, what is marked as different, and the forms in which it is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from shop import FILES, MONDAY, write_files

from ai_models import PricingService
from ai_models.errors import InvalidSelectionError, InvalidWorkloadError, ModelNotFoundError
from ai_models.selection import Comparison, Row, compare

Compare = Callable[..., Comparison]


@pytest.fixture
def side_by_side(shop: PricingService) -> Compare:
    def ask(*models: str, **options: Any) -> Comparison:
        return compare(models, **{"at": MONDAY, "pricing_service": shop, **options})

    return ask


def row(found: Comparison, section: str, start: str) -> Row:
    return next(row for row in found.section(section) if row.label.startswith(start))


def test_every_section_has_its_facts(side_by_side: Compare) -> None:
    found = side_by_side("old", "new", workload="10k:1k")
    assert found.models == ("acme/old", "acme/new")
    assert found.names == ("Old One", "New One")
    assert list(dict.fromkeys(each.section for each in found.rows)) == [
        "model",
        "lifecycle",
        "limits",
        "capabilities",
        "prices",
        "conditions",
        "workload",
        "history",
        "benchmarks",
        "guidance",
    ]
    for section, label, values in (
        ("model", "open weights", ("yes", "no")),
        ("lifecycle", "status", ("deprecated", "preview")),
        ("lifecycle", "retires", (date(2027, 1, 1), "")),
        ("lifecycle", "replaced by", ("new", "")),
        ("limits", "prompt", (300_000, 200_000)),
        ("limits", "both together", (310_000, None)),
        ("prices", "input, per 1,000,000 tokens", (Decimal(4), Decimal(2))),
        ("conditions", "other", (("service_tier=batch", "service_tier=flex", "region=eu", "input_tokens > 200,000"), ())),
        ("workload", "USD for 10k:1k", (Decimal("0.048"), Decimal("0.024"))),
        ("workload", "times", (Decimal(2), Decimal(1))),
        ("history", "input", ("8 → 4 (2025-01-01) → 5 (from 2027-01-01)", "2")),
        ("guidance", "tasks", (("chat", "classification"), ("classification", "agents"))),
    ):
        assert row(found, section, label).values == values, label


def test_capabilities_and_thinking_are_three_valued(side_by_side: Compare) -> None:
    found = side_by_side("old", "new", "tiny")
    assert row(found, "capabilities", "json_mode").values == ("yes", "no", None)
    assert row(found, "limits", "reasoning").values == ("", "effort: low, high", None)
    assert not [each for each in found.section("capabilities") if each.label == "video_output"]  # nobody has it


def test_prices_of_one_meter_are_for_as_many_units(side_by_side: Compare) -> None:
    audio = row(side_by_side("old", "new"), "prices", "input audio seconds")
    assert (audio.label, audio.values) == ("input audio seconds, per 3,600 seconds", (Decimal(36), Decimal(30)))


def test_rows_differ_where_values_do_or_one_is_unknown(side_by_side: Compare) -> None:
    found = side_by_side("old", "new")
    assert row(found, "limits", "prompt").differs
    assert row(found, "limits", "both together").differs
    assert not row(found, "model", "maker").differs
    narrowed = found.differing()
    assert narrowed.rows == found.differences
    assert all(each.differs for each in narrowed.rows)
    assert (narrowed.models, narrowed.at) == (found.models, found.at)


def test_a_model_at_another_provider_has_its_limits_and_prices(side_by_side: Compare) -> None:
    found = side_by_side("old", "mall:old-eu", "old-gone@mall")
    assert found.models == ("acme/old", "mall:old-eu", "mall:old-gone")
    assert found.names == ("Old One", "Old One at mall", "Old One at mall")
    assert row(found, "limits", "answer").values == (16_000, 4_000, 16_000)
    assert row(found, "capabilities", "image_input").values == ("yes", "no", "yes")
    assert row(found, "lifecycle", "status").values == ("deprecated", "deprecated", "retired")
    assert row(found, "model", "served by").values == ("acme", "mall", "mall")


def test_scores_stand_only_where_two_models_were_measured_alike(side_by_side: Compare) -> None:
    rows = side_by_side("old", "mall:old-eu", "new").section("benchmarks")
    assert [(each.label, each.values) for each in rows] == [
        ("Puzzle, percent, harness A", (Decimal("70.5"), Decimal("70.5"), Decimal(65)))
    ]
    assert not side_by_side("old", "mall:old-eu").section("benchmarks")  # one model is no comparison


def test_what_is_free_is_not_what_others_are_measured_by(side_by_side: Compare) -> None:
    found = side_by_side("mall:old-plan", "old", "tiny", workload="10k:1k")
    assert row(found, "workload", "times").values == (Decimal(0), Decimal(40), Decimal(1))
    assert row(found, "workload", "note").values[0] == "free of charge; its price does not say how much"


def test_a_cost_that_nobody_knows_says_why(side_by_side: Compare) -> None:
    found = side_by_side("vectors", "tiny", workload="1k:1k")
    assert row(found, "workload", "USD").values == (None, Decimal("0.0003"))
    assert row(found, "workload", "note").values == ("no price of output is known", "")


def test_a_model_that_nobody_sells_has_facts_and_no_price(small: PricingService) -> None:
    found = compare(["vague", "wide"], "1k:1k", at=MONDAY, pricing_service=small)
    assert found.models == ("bolt/vague", "acme/wide")
    assert row(found, "model", "served by").values == (None, "acme")
    assert row(found, "prices", "input,").values == (None, Decimal(2))
    assert row(found, "workload", "note").values[0] == "its maker does not sell it"
    assert row(found, "history", "input").values == ("", "2")


def test_the_instant_decides_prices_and_status(side_by_side: Compare) -> None:
    found = side_by_side("old", "dear", at=date(2024, 6, 1))
    assert row(found, "prices", "input,").values == (Decimal(8), Decimal(40))
    assert row(found, "lifecycle", "status").values[0] == "active"


def test_markdown_is_one_table_and_holds_no_markup_of_others(side_by_side: Compare) -> None:
    lines = side_by_side("old", "new").to_markdown().splitlines()
    assert lines[:3] == ["|  |  | Old One | New One |", "| --- | --- | --- | --- |", "| **model** |  |  |  |"]
    assert "| open weights | * | yes | no |" in lines
    assert "| both together, tokens | * | 310,000 | ? |" in lines
    pitfalls = next(line for line in lines if line.startswith("| pitfalls"))
    assert r"\|pipes\| are \<b>no\</b> markup" in pitfalls
    assert {line.replace(r"\|", "").count("|") for line in lines} == {5}


def test_a_name_cannot_break_out_of_its_cell(tmp_path: Path) -> None:
    text = FILES["definitions/bolt/tiny.yaml"].replace('"Tiny $x^"', "'Tiny | [x](y) `z` *w* \\'")
    service = PricingService(write_files(tmp_path, {**FILES, "definitions/bolt/tiny.yaml": text}))
    header = compare(["tiny", "new"], at=MONDAY, pricing_service=service).to_markdown().splitlines()[0]
    assert header == r"|  |  | Tiny \| \[x](y) \`z\` \*w\* \\ | New One |"


def test_the_comparison_as_json(side_by_side: Compare) -> None:
    told = side_by_side("old", "new", workload="10k:1k").to_dict()
    assert (told["models"], told["workload"], told["at"]) == (
        ["acme/old", "acme/new"],
        "10k:1k",
        "2026-11-30T02:00:00+00:00",
    )
    values = {each["label"]: (each["values"], each["differs"]) for each in told["rows"]}
    assert values["retires"] == (["2027-01-01", ""], True)
    assert values["both together, tokens"] == ([310_000, None], True)
    assert values["USD for 10k:1k"] == (["0.048", "0.024"], True)
    assert values["tasks"][0] == [["chat", "classification"], ["classification", "agents"]]


@pytest.mark.parametrize("models", [[], ["old"], "old", None, 5])
def test_one_model_is_no_comparison(models: Any, shop: PricingService) -> None:
    with pytest.raises(InvalidSelectionError, match="two names or more"):
        compare(models, pricing_service=shop)


def test_names_and_workloads_that_mean_nothing_are_refused(side_by_side: Compare) -> None:
    with pytest.raises(ModelNotFoundError):
        side_by_side("old", "nobody")
    with pytest.raises(InvalidWorkloadError):
        side_by_side("old", "new", workload="much")
