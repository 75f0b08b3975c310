"""Which offering is the maker's own: the one whose price a model's bare name has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ai_models.catalog.resolve import caseless
from ai_models.catalog.snapshot import ProviderEntry
from ai_models.models.base import ModelSpec
from ai_models.pricing.models import Offering

__all__ = ["OwnOfferings"]


class OwnOfferings:
    """Finds the maker's own offering of a model among all offerings."""

    def __init__(self, offerings: Sequence[Offering], providers: Mapping[str, ProviderEntry]) -> None:
        self._by_key = {(offering.provider, offering.id): offering for offering in offerings}
        self._sold: dict[str, list[Offering]] = defaultdict(list)
        for offering in offerings:
            maker = (offering.model or "").partition("/")[0]
            if offering.model and maker in {offering.provider, *providers[offering.provider].makers}:
                self._sold[offering.model].append(offering)

    def of(self, spec: ModelSpec) -> Offering | None:
        """The offering that the definition refers to; otherwise one at a provider on which the maker sells.

        Those are the one of the maker's own name and, after it, all that have the maker among their ``makers``. There, one
        with a price comes before one without; one for everybody before one of a region, a quantization or a free allowance;
        and one whose identifier is a name of the model before one that says more. Where several are left that ask different
        prices, nobody can say which is meant, and there is none. Where they ask the same, the one with the longest history
        stands for all.
        """
        own = self._by_key.get((spec.provider, spec.pricing_ref or spec.model_id))
        if own is not None:
            return own
        names = {caseless(name) for name in (spec.model_id, *(alias.name for alias in spec.aliases))}
        ranked = [(_rank(offering, spec.provider, names), offering) for offering in self._sold.get(spec.key, ())]
        first = min((rank for rank, _ in ranked), default=None)
        best = [offering for rank, offering in ranked if rank == first]
        if not best or any(_asks(offering) != _asks(best[0]) for offering in best):
            return None
        return min(best, key=lambda offering: (-len(offering.versions), len(offering.id), offering.key))


def _rank(offering: Offering, maker: str, names: set[str]) -> tuple[bool, bool, bool, bool]:
    """The lower, the more it is the model's plain offering."""
    particular = offering.region is not None or offering.quantization is not None or offering.id.endswith(":free")
    return offering.provider != maker, not offering.versions, particular, caseless(offering.id) not in names


def _asks(offering: Offering) -> object:
    """The newest price, as far as two offerings must agree on it."""
    newest = offering.versions[-1] if offering.versions else None
    return newest and (newest.currency, newest.rates.get("input"), newest.rates.get("output"))
