"""``Subject``: a model at one offering, with the facts that a choice is made by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from ai_models.catalog.catalog import Catalog
from ai_models.errors import OfferingNotFoundError
from ai_models.models.base import Lifecycle, ModelSpec, ModelStatus, status_on
from ai_models.pricing.models import Offering
from ai_models.selection.costing import Costing, WorkloadCost

__all__ = ["Subject", "is_within", "offered", "subject_of", "subjects"]


class Subject:
    """What is judged: a model, as its maker sells it, or as one provider does. Its facts are worked out when asked for.

    A provider's own limits, lifecycle and lacking capabilities go before those of the model.
    """

    def __init__(
        self, spec: ModelSpec, offering: Offering | None, costing: Costing, day: date, *, by_offering: bool
    ) -> None:
        self.spec = spec
        self.offering = offering
        self.key = offering.key if by_offering and offering is not None else spec.key
        """``maker/model``, or ``provider:id`` where every provider's offering stands for itself."""
        self.supported = spec.supported_mask
        """The mask of what is supported here."""
        self.unsupported = spec.unsupported_mask
        """The mask of what is known not to be supported here."""
        self.lifecycle: Lifecycle = spec.lifecycle
        """The provider's own dates where it has some, else the maker's."""
        metadata = spec.metadata
        self.window = metadata.context_window_input
        """The largest prompt in tokens; None is unknown."""
        self.output_window = metadata.context_window_output
        """The longest answer in tokens; None is unknown."""
        if offering is not None:
            self.supported &= ~offering.unsupported_mask
            self.unsupported |= offering.unsupported_mask
            self.lifecycle = offering.lifecycle or self.lifecycle
            self.window = offering.limits.context_window_input or self.window
            self.output_window = offering.limits.context_window_output or self.output_window
        self._costing = costing
        self._day = day
        self._cost: WorkloadCost | None = None

    @property
    def cost(self) -> WorkloadCost:
        """What the workload costs here, priced when it is first asked for."""
        if self._cost is None:
            self._cost = self._costing.of(self.offering)
        return self._cost

    @property
    def status(self) -> ModelStatus:
        """The status on the day of the choice."""
        life = self.lifecycle
        return status_on(self._day, life.status, self.spec.metadata.release_date, life.deprecated_on, life.retires_on)

    @property
    def is_there(self) -> bool:
        """Whether it is known to have been there by the day: released, priced or deprecated, or seen by a source."""
        if self.spec.metadata.release_date is not None or self._day >= self.spec.metadata.last_verified:
            return True
        starts = [] if self.offering is None else [version.effective_from for version in self.offering.versions]
        known = [start.date() for start in starts if start is not None]
        life = self.lifecycle
        known += [day for day in (life.deprecated_on, life.retires_on) if day is not None]
        return min(known, default=date.max) <= self._day

    @property
    def whole_window(self) -> int | None:
        """The most tokens of prompt and answer together; None where nobody states such a total."""
        return self.spec.metadata.context_window

    @property
    def provider(self) -> str | None:
        """Who serves it; None where its maker does not sell it."""
        return None if self.offering is None else self.offering.provider

    @property
    def name(self) -> str:
        """How people call it, with the provider where that is not the maker."""
        provider = self.provider
        return self.spec.name if provider in (None, self.spec.provider) else f"{self.spec.name} at {provider}"

    def is_served_in(self, region: str) -> bool | None:
        """Whether it is served in a region (folded), as the offering says or by a price for there; None is unknown."""
        offering = self.offering
        if offering is None:
            return None
        if region in self._costing.regions(offering):
            return True
        if offering.region is None:
            return None
        own = offering.region.casefold()
        if is_within(own, region):
            return True
        return None if is_within(region, own) else False  # somewhere in eu may be in eu-west-1


def is_within(region: str, other: str) -> bool:
    """Whether a region (folded) is another or a part of it: ``us-east-1`` is within ``us``."""
    return region == other or region.startswith(f"{other}-")


_WAITING = ":batch"
"""What ends the identifiers of offerings that are another's batch tier; ``batch_share`` prices that."""


def subjects(catalog: Catalog, costing: Costing, at: datetime, *, by_offering: bool) -> Iterator[Subject]:
    """Every model at its maker's offering, or every offering of a model, by key."""
    day = at.date()
    for spec, offering in catalog.at_makers:
        if by_offering:
            yield from offered(catalog, spec, costing, at)
        else:
            yield Subject(spec, offering, costing, day, by_offering=False)


def offered(catalog: Catalog, spec: ModelSpec, costing: Costing, at: datetime) -> Iterable[Subject]:
    """A model at every provider; at none where nobody sells it."""
    sold: list[Offering | None] = [each for each in catalog.offerings(model=spec.key) if not each.id.endswith(_WAITING)]
    return [Subject(spec, offering, costing, at.date(), by_offering=True) for offering in sold or [None]]


def subject_of(catalog: Catalog, costing: Costing, name: str, at: datetime) -> Subject:
    """The subject that a name means: ``provider:id`` or ``id@provider`` is that offering, any other a model at its maker's.

    Raises:
        ModelNotFoundError, AmbiguousModelError: it means none, or several.
    """
    spec = catalog.get_model(name, at=at)
    try:
        named = catalog.get_offering(name, at=at)
    except OfferingNotFoundError:
        named = None  # the maker does not sell it: what is known of the model stands alone
    own = catalog.own_offering(spec.key)
    is_own = named is None or (own is not None and named.key == own.key)
    return Subject(spec, named, costing, at.date(), by_offering=not is_own)
