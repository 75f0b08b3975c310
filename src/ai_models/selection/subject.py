"""``Subject``: a model at one offering, with the facts that a choice is made by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property

from ai_models.catalog.catalog import Catalog
from ai_models.models.base import Lifecycle, ModelSpec, ModelStatus, status_on
from ai_models.pricing.models import Offering
from ai_models.selection.costing import Costing, WorkloadCost

__all__ = ["WAITING", "Subject", "subject_of", "subjects"]


class Subject:
    """What is judged: a model, as its maker sells it, or as one provider does. Its facts are worked out when asked for."""

    def __init__(
        self, spec: ModelSpec, offering: Offering | None, costing: Costing, day: date, *, by_offering: bool
    ) -> None:
        self.spec = spec
        self.offering = offering
        self.key = offering.key if by_offering and offering is not None else spec.key
        """``maker/model``, or ``provider:id`` where every provider's offering stands for itself."""
        lacking = 0 if offering is None else offering.unsupported_mask
        self.supported = spec.supported_mask & ~lacking
        """The mask of what is supported here."""
        self.unsupported = spec.unsupported_mask | lacking
        """The mask of what is known not to be supported here."""
        self._costing = costing
        self._day = day

    @cached_property
    def cost(self) -> WorkloadCost:
        """What the workload costs here."""
        return self._costing.of(self.offering)

    @property
    def lifecycle(self) -> Lifecycle:
        """The provider's own dates where it has some, else the maker's."""
        return self.spec.lifecycle if self.offering is None else self.offering.lifecycle or self.spec.lifecycle

    @property
    def status(self) -> ModelStatus:
        """The status on the day of the choice."""
        life = self.lifecycle
        return status_on(self._day, life.status, self.spec.metadata.release_date, life.deprecated_on, life.retires_on)

    @property
    def window(self) -> int | None:
        """The largest prompt in tokens, by the provider's own limit where it has one."""
        own = None if self.offering is None else self.offering.limits.context_window_input
        return own or self.spec.metadata.context_window_input

    @property
    def output_window(self) -> int | None:
        """The longest answer in tokens, by the provider's own limit where it has one."""
        own = None if self.offering is None else self.offering.limits.context_window_output
        return own or self.spec.metadata.context_window_output

    @property
    def provider(self) -> str | None:
        """Who serves it; None where its maker does not sell it."""
        return None if self.offering is None else self.offering.provider

    @property
    def name(self) -> str:
        """How people call it, with the provider where that is not the maker."""
        provider = self.provider
        return self.spec.name if provider in (None, self.spec.provider) else f"{self.spec.name} at {provider}"


WAITING = ":batch"
"""What ends the identifiers of offerings that are another's batch tier; ``batch_share`` prices that."""


def subjects(catalog: Catalog, costing: Costing, at: datetime, *, by_offering: bool) -> Iterator[Subject]:
    """Every model at its maker's offering, or every offering of a model, by key."""
    day = at.date()
    for spec in catalog.models():
        if not by_offering:
            yield Subject(spec, catalog.own_offering(spec.key), costing, day, by_offering=False)
            continue
        offerings = [each for each in catalog.offerings(model=spec.key) if not each.id.endswith(WAITING)]
        if not offerings:
            yield Subject(spec, None, costing, day, by_offering=True)
        for offering in offerings:
            yield Subject(spec, offering, costing, day, by_offering=True)


def subject_of(catalog: Catalog, costing: Costing, name: str, at: datetime) -> Subject:
    """The subject that a name means: ``provider:id`` is that offering, any other name a model at its maker's.

    Raises:
        ModelNotFoundError, AmbiguousModelError: it means none, or several.
    """
    spec = catalog.get_model(name, at=at)
    provider, separator, offering_id = name.partition(":")
    named = [each for each in catalog.offerings(model=spec.key) if separator and each.key == f"{provider}:{offering_id}"]
    offering = named[0] if named else catalog.own_offering(spec.key)
    return Subject(spec, offering, costing, at.date(), by_offering=bool(named))
