"""Contracts at the door: one request and many, by name and by value."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ai_models import Catalog, PricingService, Usage
from ai_models.catalog.default import default_catalog, use_as_default
from ai_models.errors import ContractNotFoundError, InvalidUsageError
from ai_models.pricing.contracts import Bracket, Contract, Term, Volume
from ai_models.registry.coverage import PriceRequest

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "overlay"
AT = datetime(2026, 11, 1, tzinfo=UTC)
MILLION = Usage(input_tokens=1_000_000)
VOLUME = Contract(
    name="volume",
    terms=(
        Term(
            provider="anthropic",
            volume=Volume(marginal=False, brackets=(Bracket(0, Decimal(1)), Bracket(5_000_000, Decimal("0.5")))),
        ),
    ),
)


@pytest.mark.usefixtures("restored_default")
def test_a_contract_of_the_overlays_is_found_by_its_name() -> None:
    use_as_default(Catalog.load(EXAMPLE, base=default_catalog()))
    service = PricingService()
    cost = service.price("house-default", MILLION, at=AT, contract="anthropic-2026")
    assert (cost.list_cost, cost.contracted_cost) == (Decimal("2.4"), Decimal("2.16"))
    with pytest.raises(ContractNotFoundError, match="did you mean anthropic-2026"):
        service.price("house-default", MILLION, at=AT, contract="anthropic-2025")
    with pytest.raises(ContractNotFoundError):
        service.price_many([], contract="anthropic-2025")
    many = service.price_many([("house-default", MILLION)] * 3, at=AT, contract="anthropic-2026")
    assert (many.priced, many.list_totals, many.totals) == (3, {"USD": Decimal("7.2")}, {"USD": Decimal("6.48")})
    assert "7.2 USD at list prices" in str(many)


def test_a_request_says_how_much_its_month_has_seen() -> None:
    service = PricingService()
    requests = [PriceRequest("claude-sonnet-4-6", MILLION, AT, month_volume=seen) for seen in (0, 3_999_999, 4_000_000)]
    many = service.price_many(requests, contract=VOLUME, keep=True)
    assert [None if cost is None else cost.contracted_cost for cost in many.costs] == [3, 3, Decimal("1.5")]
    assert service.price("claude-sonnet-4-6", MILLION, at=AT, contract=VOLUME, month_volume=4_000_000).total == Decimal(
        "1.5"
    )
    with pytest.raises(InvalidUsageError, match="month_volume"):
        service.price("claude-sonnet-4-6", MILLION, at=AT, contract=VOLUME, month_volume=-1)


def test_without_a_contract_there_is_one_sum() -> None:
    many = PricingService().price_many([("claude-sonnet-4-6", MILLION)], at=AT)
    assert many.list_totals == {}
    assert "list prices" not in str(many)
