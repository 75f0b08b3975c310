"""One request priced at several models: what it costs at each, or why that cannot be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, cast

import typer

from ai_models.cli.library import catalog, prices
from ai_models.cli.output import Cell, writable
from ai_models.cli.requested import in_flags
from ai_models.cli.volume import NO_PRICE
from ai_models.cli.words import amount, change, day, instant
from ai_models.errors import (
    ContractCurrencyError,
    InconsistentUsageError,
    ModelNotFoundError,
    NotFoundError,
    UnknownConditionError,
)

if TYPE_CHECKING:
    from ai_models.pricing.contracts import Contract
    from ai_models.pricing.cost import Cost
    from ai_models.pricing.models import Pricing
    from ai_models.pricing.usage import Usage

__all__ = ["Quote", "Request", "bound", "difference", "in_per_cent", "quotes", "total"]


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request as it was asked about: the models that it is priced at, the first one's bill first."""

    models: Sequence[str]
    compare: Sequence[str]
    usage: Usage
    at: datetime | None
    service_tier: str | None = None
    region: str | None = None
    speed: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    provider: str | None = None
    contract: Contract | None = None
    month_volume: int = 0

    def when(self, asked: datetime) -> str:
        """The instant in words."""
        return f"on {instant(asked)}" if self.at else f"now, {day(asked)}"


@dataclass(frozen=True)
class Quote:
    """What the request costs at one model, or why that cannot be said."""

    name: str
    cost: Cost | None = None
    reason: str = ""
    remark: str = ""

    @property
    def card(self) -> Pricing | None:
        """The price in force that was applied."""
        return None if self.cost is None else cast("Pricing | None", self.cost.version)

    @property
    def model(self) -> str:
        """The model that the name means."""
        return self.card.model_id if self.card else self.name

    @property
    def place(self) -> str:
        """The model and who sells it."""
        return f"{self.model} at {self.card.provider}" if self.card else self.name

    @property
    def is_complete(self) -> bool:
        """Whether the total is known."""
        return self.cost is not None and self.cost.status == "complete"


def quotes(request: Request, at: datetime) -> list[Quote]:
    """What the request costs at each of its models, in the order in which they were named.

    Raises:
        typer.BadParameter: a flag says otherwise than the response.
    """
    names = list(dict.fromkeys(request.models or _model_of(request.usage)))
    try:
        found = [_quote(request, name, at, request.provider) for name in names]
        found += [_quote(request, name, at, None, moved=True) for name in request.compare if name not in names]
    except InconsistentUsageError as error:
        raise typer.BadParameter(in_flags(error)) from None
    return found


def _model_of(usage: Usage) -> list[str]:
    """The model that the response names.

    Raises:
        typer.BadParameter: it names none.
        ModelNotFoundError: nothing answers to the name.
    """
    if usage.model is None:
        raise typer.BadParameter("which model? Name one; the response does not", param_hint="MODEL")
    try:
        catalog().get_offering(usage.model)
    except ModelNotFoundError as error:
        hint = "so the response names it; say which model it is: ai-models cost MODEL --response FILE"
        raise ModelNotFoundError(usage.model, suggestions=error.suggestions, hint=hint) from None
    except NotFoundError:
        pass  # the price will say it better
    return [usage.model]


def _quote(request: Request, name: str, at: datetime, provider: str | None, *, moved: bool = False) -> Quote:
    """What the request costs at a model; where it ``moved`` there, without a region that only its own provider has."""
    try:
        return Quote(name, _price(request, name, at, provider, request.usage, request.region))
    except (*NO_PRICE, ContractCurrencyError) as error:
        return Quote(name, reason=str(error))
    except UnknownConditionError as error:
        if not moved:
            raise
        if error.field != "region":
            return Quote(name, reason=str(error))
    try:
        cost = _price(request, name, at, provider, request.usage.replace(region=None), None)
    except (*NO_PRICE, ContractCurrencyError) as error:
        return Quote(name, reason=str(error))
    return Quote(name, cost, remark=f"without region {request.region or request.usage.region}")


def _price(request: Request, name: str, at: datetime, provider: str | None, usage: Usage, region: str | None) -> Cost:
    return prices().price(
        name,
        usage,
        at=at,
        service_tier=request.service_tier,
        region=region,
        speed=request.speed,
        attributes=request.attributes,
        provider=provider,
        contract=request.contract,
        month_volume=request.month_volume,
    )


def bound(cost: Cost) -> Cell | str:
    """What stands beside a total that is only a lower bound."""
    if cost.status == "complete":
        return ""
    return Cell("the most is unknown" if cost.upper is None else f"at most {amount(cost.upper)}", "yellow")


def total(cost: Cost) -> str:
    """The total, marked where it is only a lower bound."""
    at_least = "" if cost.status == "complete" else writable("≥ ", ">= ")
    return f"{at_least}{amount(cost.lower)}"


def difference(answer: Quote, base: Quote) -> Decimal | None:
    """How much more than the first model's a cost is; None where one of the two is not known, or in another currency."""
    one, other = answer.cost, base.cost
    if one is None or other is None or not (answer.is_complete and base.is_complete) or one.currency != other.currency:
        return None
    return one.total - other.total


def in_per_cent(answer: Quote, base: Quote) -> str | None:
    """The same in per cent; None for the first one itself, and where it costs nothing."""
    if answer is base or difference(answer, base) is None or answer.cost is None or base.cost is None:
        return None
    return change(base.cost.total, answer.cost.total) if base.cost.total else None
