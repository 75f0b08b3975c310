"""``Selection.explain`` and ``to_dict``: true, whole, and readable whatever was asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from shop import MONDAY
from small import DAY

from ai_models import PricingService
from ai_models.selection import Selection, Workload, select
from ai_models.selection.costing import money
from ai_models.selection.question import Question

Choose = Callable[..., Selection]


@pytest.fixture
def choose(small: PricingService) -> Choose:
    def ask(*require: str, **options: Any) -> Selection:
        return select(require, **{"at": DAY, "pricing_service": small, **options})

    return ask


def test_what_was_asked_comes_first(choose: Choose) -> None:
    text = choose(
        "function_calling",
        workload="10k:1k x 100/day",
        prefer=["image_input"],
        min_context=50_000,
        not_retiring_within=30,
        known_after=date(2024, 1, 1),
        makers=["acme", "!bolt"],
        open_weights=False,
        max_cost=10,
        objective={"cost": 3, "context": 1},
    ).explain()
    for line in (
        "Asked on 2026-11-30 for 75% the lowest cost, 25% the largest prompt window",
        "  cost: of 10k:1k x 100/day",
        "  must: support function_calling, text_input, text_output",
        "  must: takes prompts of at least 50,000 tokens",
        "  must: takes prompts of at least 10,000 tokens (the workload's prompt)",
        "  must: holds 11,000 tokens of prompt and answer together",
        "  must: is served beyond 2026-12-30, as far as is announced",
        "  must: knows of 2024-01-01",
        "  must: maker acme, !bolt",
        "  must: has no open weights",
        "  must: costs at most 10.00 USD",
        "  rather: supports image_input",
        "  what is unknown: such models are left out",
        "Chosen: acme/wide (Wide)",
    ):
        assert line in text.splitlines(), text


def test_how_many_fail_and_of_how_many_it_is_unknown(choose: Choose) -> None:
    lines = choose("image_input").explain().splitlines()
    assert "2 of 8 models satisfy this." in lines
    assert "  6 fail require image_input, 5 of them because nobody knows" in lines
    assert choose("image_input", unknown="allow").explain().count("because nobody knows") == 0  # they do not fail


def test_the_next_ones_are_told_by_what_they_cost_more(choose: Choose) -> None:
    text = choose(workload="10k:1k", free=False).explain()
    assert "  acme/wide: costs 0.03 USD, 2.50 times as much" in text.splitlines()
    assert "On the frontier too, better in something: acme/wide" in text
    free = choose(workload="10k:1k").explain()
    assert "  acme/cheap: costs 0.012 USD" in free.splitlines()  # nothing is so many times 0
    last = choose(workload="10k:1k", unknown="allow").explain()
    assert "  bolt/yuan: cost unknown: its price is in CNY, and no rate of exchange is given" in last


def test_what_the_winner_rests_on_is_noted(choose: Choose, shop: PricingService) -> None:
    only = choose(workload="10k:1k", unknown="only").explain()
    assert "  note: its cost is not known: its price is in CNY, and no rate of exchange is given" in only
    uncached = choose(workload="10k:1k@50%cached@100%batch", models="dear").explain()
    assert "  note: no price of cache read is known: it is that of input" in uncached
    assert "  note: no price as a batch is known: everything is priced as standard" in uncached
    assumed = select(models="dear", workload="1k:1", at=MONDAY, pricing_service=shop).explain()
    assert "  note: the price is assumed to hold always: no source dates it" in assumed


def test_what_to_give_up_is_said_where_nothing_is_left(choose: Choose, shop: PricingService) -> None:
    text = choose("function_calling", min_context=200_001, makers="bolt", exchange={"CNY": 1}).explain()
    assert "No model satisfies everything." in text
    assert "  without min_context: 1 would: bolt/yuan" in text
    at_makers = choose(region="eu").explain()
    assert "looked at was each model where its maker sells it; offerings=True (--offerings)" in at_makers
    assert "offerings=True" not in choose(region="mars", offerings=True).explain()


def test_a_relaxation_counts_only_what_the_policy_holds_against_a_model(choose: Choose) -> None:
    """``yuan`` and ``vague`` are unknown in something else too, which is allowed: without the maker they come in."""
    found = choose(workload="10k:1k", makers="acme", unknown="allow")
    (makers, *_) = found.relaxations
    assert makers.constraint == "makers"
    assert makers.admits == ("bolt/dear", "bolt/vague", "bolt/yuan")
    strict = choose(workload="10k:1k", makers="acme").relaxations[0]
    assert strict.admits == ("bolt/dear",)


def test_a_catalogue_without_models_is_not_to_blame(small: PricingService) -> None:
    text = Question(small, None, DAY, {}).answer([]).explain()
    assert "0 of 0 models satisfy this." in text
    assert "the catalogue holds no model" in text


def test_offerings_are_called_so(choose: Choose) -> None:
    text = choose(workload="10k:1k", offerings=True, models="wide").explain()
    assert "Asked on 2026-11-30 for the lowest cost, among all offerings" in text
    assert "offerings satisfy this." in text
    assert "Chosen: cloud:wide-short (Wide at cloud)" in text


def test_the_answer_as_json_is_whole(choose: Choose) -> None:
    found = choose(
        "function_calling", workload="10k:1k@50%batch x 10", objective={"cost": 1, "newest": 1}, prefer="image_input"
    )
    told = json.loads(json.dumps(found.to_dict()))
    first = next(each for each in told["ranked"] if each["key"] == "acme/wide")
    assert first == {
        "key": "acme/wide",
        "model": "acme/wide",
        "name": "Wide",
        "offering": "acme:wide",
        "cost": "0.225",
        "currency": "USD",
        "per_request": "0.03",
        "per_batched_request": "0.015",
        "price_currency": "USD",
        "problem": None,
        "notes": [],
        "context_window_input": 1_000_000,
        "context_window_output": 64_000,
        "status": "active",
        "lifecycle": {},
        "release_date": "2026-06-01",
        "values": {"cost": "0.225", "context": 1_000_000, "newest": "2026-06-01"},
        "is_on_frontier": True,
        "preferred": 1,
        "unknown": [],
    }
    assert told["asked"]["preferred"] == ["image_input"]
    assert told["asked"]["priced"] == told["asked"]["workload"] == "10k:1k@50%batch x 10"
    assert {"name": "require function_calling", "label": "supports function_calling"} in told["asked"]["constraints"]
    assert len(told["ranked"]) + len(told["rejected"]) == 8
    assert [each["constraint"] for each in told["relaxations"]] == [each.constraint for each in found.relaxations]
    assert all(each.keys() == {"constraint", "label", "blocked", "admits", "is_least"} for each in told["relaxations"])


def test_an_unknown_cost_is_null_and_says_why(choose: Choose) -> None:
    told = choose(workload="10k:1k", unknown="only").to_dict()
    yuan = next(each for each in told["ranked"] if each["key"] == "bolt/yuan")
    assert (yuan["cost"], yuan["values"]["cost"], yuan["price_currency"]) == (None, None, "CNY")
    assert yuan["problem"] == "its price is in CNY, and no rate of exchange is given"
    assert (
        choose().to_dict()["asked"] | {"workload": None, "priced": "1M tokens in and 1M out, standard rates"}
        == (choose().to_dict()["asked"])
    )


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Fraction(0), "0.00"),
        (Fraction(1), "1.00"),
        (Fraction(1234567, 100), "12,345.67"),
        (Fraction(1, 5), "0.20"),
        (Fraction(999, 1000), "0.999"),
        (Fraction("0.0001"), "0.0001"),
        (Fraction("0.000099"), "0.000099"),
        (Fraction("0.00000123456"), "0.00000123"),
        (Fraction("0.9996"), "1.00"),
        (Fraction(1, 3), "0.333"),
    ],
)
def test_an_amount_never_looks_like_nothing_where_it_is_something(amount: Fraction, text: str) -> None:
    assert money(amount) == text


def test_values_can_be_shown_short(choose: Choose) -> None:
    found = choose(workload=Workload(input_tokens=10_000, output_tokens=1_000), unknown="allow")
    assert repr(found.ranked[1]) == "<Candidate acme/cheap, 0.01 USD>"
    assert repr(found.ranked[-1]).endswith("cost unknown>")
    assert found.ranked[1].model == "cheap"
    assert found.ranked[1].cost.total == Decimal("0.012")
