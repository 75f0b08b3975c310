"""What statements are held against: a catalogue on their day with the pricing engine, and a pattern's match in one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cache, cached_property
from typing import Any, NamedTuple

from guidance_numbers import Amount, ratio_of

from ai_models.catalog.catalog import Catalog
from ai_models.errors import NotSoldError, OfferingNotFoundError, UnknownConditionError
from ai_models.models.base import ModelSpec, ModelStatus
from ai_models.pricing.models import PricingVersion, RateCard
from ai_models.pricing.usage import Usage
from ai_models.registry.pricing_service import PricingService

__all__ = ["AT", "CURRENT", "DAY", "EVERY_STATUS", "Claim", "Facts", "Holds", "UnnamedError"]

DAY = date(2026, 11, 30)
"""The day on which the statements were written; each must be true then."""

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
EVERY_STATUS = ("unreleased", "preview", "active", "deprecated", "retired")
CURRENT = (ModelStatus.ACTIVE, ModelStatus.PREVIEW, ModelStatus.DEPRECATED)


class Facts:
    """A catalogue on the day of the statements, and what pages say beside it.

    ``prefixes`` are the fewest tokens of a cached prefix, by model or by maker; ``resolutions`` are those at the standard
    rate of a second of video, by family.
    """

    def __init__(self, catalog: Catalog, prefixes: Mapping[str, int], resolutions: Mapping[str, str]) -> None:
        self.catalog = catalog
        self.prefixes = prefixes
        self.resolutions = resolutions
        self._service = PricingService()

    def models(self, maker: str) -> list[ModelSpec]:
        """Every model of a maker, retired ones too."""
        return self.catalog.models(maker=maker, status=EVERY_STATUS, at=AT)

    @cached_property
    def families(self) -> dict[str | None, list[ModelSpec]]:
        """The current models of each family."""
        found: dict[str | None, list[ModelSpec]] = {}
        for model in self.catalog.models(status=CURRENT, at=AT):
            found.setdefault(model.metadata.family, []).append(model)
        return found

    @cached_property
    def names(self) -> dict[str, dict[str, ModelSpec]]:
        """The models of each maker by the names that a statement may call them; an id is stronger than a display name."""
        found: dict[str, dict[str, ModelSpec]] = {}
        for spell in (lambda model: [model.name], lambda model: [model.model_id, *_fixed_aliases(model)]):
            for model in self.catalog.models(status=EVERY_STATUS, at=AT):
                found.setdefault(model.provider, {}).update(dict.fromkeys(spell(model), model))
        return found

    @cache  # noqa: B019 - as long-lived as the tests of a module
    def name(self, maker: str) -> re.Pattern[str]:
        """What finds the names of a maker's models in a statement."""
        names = "|".join(re.escape(name) for name in sorted(self.names[maker], key=len, reverse=True))
        return re.compile(rf"(?<![\w.-])(?:{names})(?!\.?[\w-])")

    def named(self, maker: str, statement: str) -> list[ModelSpec]:
        """The models that a statement names."""
        return [self.names[maker][found[0]] for found in self.name(maker).finditer(statement)]

    def versions(self, model: ModelSpec) -> tuple[PricingVersion, ...]:
        """The prices of the model's maker, from the oldest to the newest; empty where there are none."""
        try:
            return self.catalog.get_offering(model.key, at=AT).versions
        except OfferingNotFoundError:
            return ()

    def card(self, model: ModelSpec) -> RateCard:
        """The prices in force, or the last ones that were; empty where there are none."""
        begun = [version for version in self.versions(model) if (version.effective_date or DAY) <= DAY]
        return begun[-1] if begun else RateCard()

    def rate(self, model: ModelSpec, meter: str) -> Fraction | None:
        """The standard price of a single unit, whatever number of them the card speaks of."""
        rate = self.card(model).rates.get(meter)
        return None if rate is None else Fraction(rate.amount) / Fraction(rate.per)

    def cost(self, model: ModelSpec, usage: Usage, *, at: datetime = AT, **asked: str) -> Fraction | None:
        """What the engine asks for a request; None where it is not sold so, or nobody knows."""
        try:
            cost = self._service.price(model.key, usage, at=at, **asked)  # type: ignore[arg-type]
        except (NotSoldError, UnknownConditionError, OfferingNotFoundError):
            return None
        return cost.exact if cost.status == "complete" else None

    def second(self, model: ModelSpec, resolution: str) -> Fraction | None:
        """The price of a second of video at a resolution; None where the model is not known to make it."""
        is_standard = self.resolutions.get(model.metadata.family or "") == resolution
        attributes = {} if is_standard else {"resolution": resolution}
        if "output_video_seconds" not in self.card(model).rates:
            return None
        return self.cost(model, Usage(output_video_seconds=1, attributes=attributes))


def _fixed_aliases(model: ModelSpec) -> list[str]:
    return [alias.name for alias in model.aliases if not alias.floating]


class UnnamedError(LookupError):
    """A statement compares with something that it does not name, so that nothing can check it."""


class Claim(NamedTuple):
    """A pattern's match in a statement about ``model``.

    ``beside`` is the model that the statement belongs to where this part of it speaks of another: in ``Take X for drafts:
    it costs less`` the part behind the colon is about X, and beside it stands the model that is advised about.
    """

    facts: Facts
    model: ModelSpec
    match: re.Match[str]
    beside: ModelSpec | None = None

    def said(self, part: str) -> str:
        """What the statement says in a named place of the pattern; empty where it is silent there."""
        return self.match.groupdict().get(part) or ""

    @property
    def number(self) -> int:
        """The count that the statement gives."""
        return int(self.match["number"].replace(",", ""))

    @property
    def day(self) -> date:
        """The day that the statement gives."""
        return date.fromisoformat(self.match["day"])

    def amount(self, place: str = "") -> Amount:
        """The ratio that the statement gives in a place, with its bound; as much as, where it gives none."""
        return Amount(self.said(f"bound{place}"), ratio_of(self.said(f"ratio{place}") or "as much as"))

    @property
    def other(self) -> ModelSpec:
        """The model that the statement compares with.

        Raises:
            UnnamedError: it names none, and none stands beside.
        """
        name = self.said("name") or self.said("other")
        if name:
            return self.facts.names[self.model.provider][name]
        if self.beside is None:
            raise UnnamedError(f"{self.match[0]!r} does not say with what it compares")
        return self.beside

    @property
    def card(self) -> RateCard:
        """The prices of the model's maker; empty where there are none."""
        return self.facts.card(self.model)

    def rate(self, meter: str) -> Fraction | None:
        """The standard price of a single unit."""
        return self.facts.rate(self.model, meter)

    def cost(self, *, at: datetime = AT, attributes: Mapping[str, str] | None = None, **usage: Any) -> Fraction | None:
        """What the engine asks of the model for a usage."""
        return self.facts.cost(self.model, Usage(attributes=dict(attributes or {}), **usage), at=at)


Holds = Callable[[Claim], bool]
