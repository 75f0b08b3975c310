"""What changed since a day: releases, deprecations, retirements and prices, each with its date and its sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from ai_models.catalog.catalog import Catalog
from ai_models.models.base import ModelSpec
from ai_models.pricing.models import Offering, PricingVersion

__all__ = ["Change", "changes_between"]

Kind = Literal["released", "deprecated", "retired", "priced", "price"]


class Change(Struct, frozen=True, kw_only=True, order=True):
    """One change: ``priced`` is an offering's first dated price, ``price`` a new version of it.

    ``before`` and ``after`` are amounts per 1M tokens, or per the meter's own unit, in ``currency``; None where there was,
    or is, no such rate. ``precision`` says how far the day can be trusted: see ``PricingVersion.date_precision``.
    """

    on: date
    kind: Kind
    subject: str
    """``maker/model_id``, or ``provider:id`` where a price changed."""
    meter: str = ""
    before: Decimal | None = None
    after: Decimal | None = None
    currency: str = ""
    precision: str = "effective"
    detail: str = ""
    evidence: tuple[str, ...] = ()


def changes_between(catalog: Catalog, since: date, until: date | None = None) -> list[Change]:
    """The changes from ``since`` (inclusive) to ``until`` (inclusive; today by default), oldest first.

    Announced changes of the future are among them where ``until`` reaches that far. A price whose date is only assumed is
    no change that anybody saw, and is left out.
    """
    last = datetime.now(UTC).date() if until is None else until
    found = [
        *(change for spec in catalog.models() for change in _lifecycle(spec)),
        *(change for offering in catalog.offerings() for change in _prices(offering)),
    ]
    return sorted(
        (change for change in found if since <= change.on <= last),
        key=lambda change: (change.on, change.kind, change.subject, change.meter),
    )


def _lifecycle(spec: ModelSpec) -> Iterator[Change]:
    life = spec.lifecycle
    dated: tuple[tuple[Kind, date | None, str, str], ...] = (
        ("released", spec.metadata.release_date, "release_date", spec.name),
        ("deprecated", life.deprecated_on, "deprecated_on", _successors(spec)),
        ("retired", life.retires_on, "retires_on", _successors(spec)),
    )
    for kind, day, field, detail in dated:
        if day is not None:
            yield Change(on=day, kind=kind, subject=spec.key, detail=detail, evidence=spec.evidence.get(field, ()))


def _successors(spec: ModelSpec) -> str:
    return f"replaced by {', '.join(spec.lifecycle.replacement)}" if spec.lifecycle.replacement else ""


def _prices(offering: Offering) -> Iterator[Change]:
    versions = offering.versions
    if versions:
        yield from _rates(offering, None, versions[0], "priced")
    for before, after in pairwise(versions):
        yield from _rates(offering, before, after, "price")


def _rates(offering: Offering, before: PricingVersion | None, after: PricingVersion, kind: Kind) -> Iterator[Change]:
    if after.effective_date is None or after.date_precision == "assumed":
        return
    earlier = {} if before is None else before.rates
    changed = [meter for meter in {**earlier, **after.rates} if earlier.get(meter) != after.rates.get(meter)]
    for meter in changed:
        yield Change(
            on=after.effective_date,
            kind=kind,
            subject=offering.key,
            meter=meter,
            before=None if before is None else before.rate(meter),
            after=after.rate(meter),
            currency=after.currency,
            precision=after.date_precision,
            evidence=after.evidence,
        )
    if before is not None and not changed and before.overrides != after.overrides:
        yield Change(
            on=after.effective_date,
            kind=kind,
            subject=offering.key,
            currency=after.currency,
            precision=after.date_precision,
            detail="conditions changed",
            evidence=after.evidence,
        )
