"""Bills that were published, priced by our catalogue: ``invoices.yaml`` says where each comes from and what it does not fit.

A bill that we cannot reproduce is in the file with what we say instead and why, so that it shows as soon as the
catalogue changes: then the explanation has to go.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from ai_models.pricing.cost import Cost
from ai_models.pricing.engine import Tariff
from ai_models.pricing.models import Rate, RateCard
from ai_models.pricing.usage import Usage
from ai_models.registry.pricing_service import PricingService

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "invoices.yaml").read_text(encoding="utf-8"))
CAUSES = {"data", "route", "report"}


def instants(case: dict[str, Any]) -> list[datetime]:
    return case.get("between") or [case["at"]]


def price(case: dict[str, Any], usage: dict[str, int], at: datetime) -> Cost:
    service, asked = PricingService(), {"at": at, "provider": case["provider"]}
    if case.get("volume"):  # many requests in one sum: no thresholds
        card = service.get_pricing(case["model"], at, provider=case["provider"])
        return Tariff(RateCard(rates=card.rates)).price(Usage(**usage))
    return service.price(case["model"], Usage(**usage), attributes=case.get("attributes"), **asked)


def last_digit(amount: str) -> Decimal:
    return Decimal(1).scaleb(int(Decimal(amount).as_tuple().exponent))


def totals(case: dict[str, Any]) -> tuple[Decimal, Decimal]:
    """The least and the greatest that the bill can be, if its counts were rounded."""
    found = []
    corners = [[(field, -half), (field, half)] for field, half in case.get("counts_to", {}).items()]
    for corner in product(*corners):
        usage = dict(case["usage"])
        for field, change in corner:
            usage[field] += change
            if field not in {"input_tokens", "output_tokens"}:
                usage["input_tokens"] += change
        found += [price(case, usage, at).total for at in instants(case)]
    beside = sum((Decimal(amount) for amount in case.get("beside", {}).values()), Decimal(0))
    return min(found) + beside, max(found) + beside


def reproduces(case: dict[str, Any]) -> bool:
    least, most = totals(case)
    billed = Decimal(case["billed"])
    if not case.get("rounded"):
        return least == billed == most
    return least < billed + last_digit(case["billed"]) and most > billed - last_digit(case["billed"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_bill_is_reproduced_or_the_difference_is_explained(case: dict[str, Any]) -> None:
    differs = case.get("differs")
    if differs is None:
        assert reproduces(case), f"{case['billed']} billed, {totals(case)} by our catalogue: {case['source']}"
        return
    assert not reproduces(case), f"{case['id']} is reproduced now: take its explanation away"
    costs = {price(case, case["usage"], at).total for at in instants(case)}
    assert costs == {Decimal(differs["ours"])}, f"{case['id']}: explained as {differs['ours']}, found {costs}"


@pytest.mark.parametrize("case", [case for case in CASES if "parts" in case], ids=lambda case: case["id"])
def test_the_lines_of_the_bill_are_the_stated_ones(case: dict[str, Any]) -> None:
    lines = {line.meter: line.amount for line in price(case, case["usage"], instants(case)[0]).lines}
    assert {meter: lines[meter] for meter in case["parts"]} == {
        meter: Decimal(amount) for meter, amount in case["parts"].items()
    }


def test_enough_bills_of_enough_providers_each_with_its_source() -> None:
    assert len(CASES) >= 25
    assert len({case["provider"] for case in CASES}) >= 6
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert all(case["source"].startswith("https://") and case["report"] for case in CASES)


def test_most_bills_are_reproduced_and_every_other_one_says_why() -> None:
    causes = Counter(case["differs"]["cause"] for case in CASES if "differs" in case)
    assert set(causes) <= CAUSES
    assert all(len(case["differs"]["why"]) > 20 for case in CASES if "differs" in case)
    assert len(CASES) - causes.total() >= 20


def test_a_reasoning_models_bill_counts_its_thoughts_once() -> None:
    """Grok at 2.00, 0.50 and 6.00: 2,461 prompt tokens of which 2,432 cached, 440 of output. The report has no date."""
    card = RateCard(
        rates={"input": Rate(Decimal("2.00")), "cache_read": Rate(Decimal("0.50")), "output": Rate(Decimal("6.00"))}
    )
    thought = Usage(input_tokens=2461, cache_read_tokens=2432, output_tokens=440, reasoning_tokens=400)
    assert Tariff(card).price(thought).total == Decimal("0.003914")
