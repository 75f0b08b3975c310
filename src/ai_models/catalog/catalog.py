"""``Catalog``: every model, offering and price as one immutable value, with every query on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ai_models.catalog.asking import Instant, day_of, known_name, statuses_of
from ai_models.catalog.ranking import Ranking, row_status, seconds_at
from ai_models.catalog.resolve import KEPT_NAMES, Match, OfferingKey, Resolver
from ai_models.catalog.snapshot import (
    Index,
    ListPrice,
    OverlayEntry,
    ProviderEntry,
    Quarantine,
    Quarantined,
    Shard,
    Snapshot,
    SourceEntry,
    decode_model,
    decode_offering,
)
from ai_models.errors import ModelNotFoundError, OfferingNotFoundError
from ai_models.models.base import ModelSpec, ModelStatus, as_utc
from ai_models.models.capabilities import ModelCapability, capability_mask
from ai_models.pricing.models import Offering

if TYPE_CHECKING:
    from ai_models.models.scoreboards import Scoreboard, Scoreboards
    from ai_models.pricing.contracts import Contract

__all__ = ["SEARCHED", "Catalog"]

SEARCHED = frozenset({ModelStatus.ACTIVE, ModelStatus.PREVIEW})
"""The statuses that searches consider unless they are told otherwise."""


class _Hot(NamedTuple):
    """A name that was asked for, and until when the answer holds, in seconds since 1970."""

    since: float
    until: float
    spec: ModelSpec


class Catalog:
    """Every model, offering and price; immutable, safe to share between threads, and cheap until it is asked.

    ``Catalog.load(paths=…)`` compiles a private one from YAML; the process-wide one is ``default_catalog()``.
    """

    def __init__(self, snapshot: Snapshot, *, below: Callable[[], Snapshot] | None = None) -> None:
        """Read the index.

        Args:
            snapshot: all that the catalogue holds.
            below: opens the snapshot without overlays, if there are any: only that one tells what was left out, and it
                takes memory that few processes need.
        """
        self._snapshot = snapshot
        self._below = below or (lambda: snapshot)
        self._index = snapshot.section("index", Index)
        self._shards: dict[str, Shard] = {}
        self._specs: dict[int, ModelSpec] = {}
        self._offering_cache: dict[OfferingKey, Offering] = {}
        self._hot: dict[str, _Hot] = {}
        self._ranking = Ranking(self._index.rows)
        self._resolver = Resolver(
            self._index, self.providers, lambda provider: self._shard(provider).offerings, lambda: self._offers
        )

    @classmethod
    def load(cls, paths: Iterable[Path | str] | Path | str, *, base: Catalog | None = None) -> Catalog:
        """A private catalogue from YAML files, or directories of them.

        Args:
            paths: the files, or one alone; they are all that it holds, unless there is a base.
            base: a catalogue to lay them on as overlays, the last one the strongest.

        Raises:
            CatalogError: the files have problems; ``problems`` lists all of them.
        """
        paths = [paths] if isinstance(paths, (str, Path)) else list(paths)
        if base is not None:
            from ai_models.catalog.layers import combine  # the YAML machinery, which a compiled catalogue never needs
            from ai_models.catalog.overlays import Overlay

            overlays = [Overlay(str(Path(path).absolute()), "Catalog.load") for path in paths]
            combined = Snapshot(combine(base._snapshot, overlays), origin=f"a private catalogue on {base.origin}")
            return cls(combined, below=base._below)
        from ai_models.catalog.compiler import compile_files  # as above
        from ai_models.catalog.validate import load_valid

        data = compile_files(load_valid([Path(path) for path in paths]))
        return cls(Snapshot(data, origin="a private catalogue"))

    # Models

    def get_model(self, name: str, *, at: Instant = None) -> ModelSpec:
        """The model that a name means, in any case and in every form that providers write.

        Args:
            name: an id, an alias, ``maker/model``, ``provider:id``, ``id@provider`` or a Bedrock, Vertex or Azure form.
            at: the instant at which aliases are read; now by default.

        Raises:
            ModelNotFoundError: no model answers to the name; it carries suggestions.
            AmbiguousModelError: several makers claim it.
        """
        if at is None:
            hot = self._hot.get(name) if type(name) is str else None  # a list could not even be looked up
            if hot is not None and hot.since <= time.time() < hot.until:
                return hot.spec
        return self._find_model(name, at)

    def find_model(self, name: str, *, at: Instant = None) -> ModelSpec | None:
        """As ``get_model``; None where no model answers, without the cost of looking for near names.

        Raises:
            AmbiguousModelError: several makers claim it.
        """
        if self._resolver.find(name, day_of(at)) is None:
            return None
        try:
            return self.get_model(name, at=at)
        except ModelNotFoundError:
            return None  # a provider sells it, but it matches no model of the catalogue

    def _find_model(self, name: str, at: Instant) -> ModelSpec:
        match = self._resolver.match(name, day_of(at))
        row = match.row
        if row is None:
            model = self.offering(*match.offering).model if match.offering else None
            if model is None:
                raise ModelNotFoundError(name, hint="a provider sells it, but it matches no model of the catalogue")
            row = self._resolver.rows_by_key[model]
        spec = self._spec(row)
        if at is None and len(self._hot) < KEPT_NAMES:
            since, until = self.meaning_period(name, day_of(None))
            self._hot[name] = _Hot(seconds_at(since, float("-inf")), seconds_at(until, float("inf")), spec)
        return spec

    def meaning_period(self, name: str, day: date) -> tuple[int | None, int | None]:
        """The days (ordinals; since inclusive, until exclusive) around a day in which a name keeps its meaning.

        None is without end. Only a dated pointer ever changes its meaning; one that is spelt in another case, or with its
        maker, is taken to hold for the day.
        """
        return self._resolver.meaning_period(name, day)

    def match(self, name: str, *, at: Instant = None) -> Match | None:
        """What a name leads to: a model, an offering, or both; None where it means nothing, which is found out cheaply.

        Raises:
            AmbiguousModelError: several makers claim it.
        """
        return self._resolver.find(name, day_of(at))

    def model_of(self, match: Match) -> ModelSpec | None:
        """The model that a match leads to itself; None where it leads to an offering alone."""
        return None if match.row is None else self._spec(match.row)

    def at_other_times(self, name: str) -> str | None:
        """When a name that means nothing now does mean a model, in words; None where it never does."""
        return self._resolver.at_other_times(name)

    def suggest(self, name: str) -> list[str]:
        """Up to three names near a wrong one, the nearest first, current models before others; no two of one model."""
        return self._resolver.suggest(name)

    def is_floating(self, name: str, *, at: Instant = None) -> bool:
        """Whether a name moves to newer models, as ``claude-sonnet`` does."""
        return self._resolver.match(name, day_of(at)).floating

    def names(self) -> Iterator[str]:
        """Every id and alias."""
        yield from self._index.names
        yield from self._index.pointers

    def models(
        self,
        *,
        maker: str | None = None,
        provider: str | None = None,
        status: Collection[ModelStatus | str] | None = None,
        capabilities: Iterable[ModelCapability | str] = (),
        family: str | None = None,
        min_context: int | None = None,
        at: Instant = None,
    ) -> list[ModelSpec]:
        """The models that satisfy every filter, by maker and id; an unknown fact never satisfies one.

        Args:
            maker: who trained it.
            provider: who serves it.
            status: any of these at the instant; every status by default.
            capabilities: all of these supported.
            family: the family's id.
            min_context: the least prompt window in tokens.
            at: the instant at which status is judged; now by default.

        Raises:
            ProviderNotFoundError: nobody in the catalogue has the name of the maker, provider or family.
            UnknownCapabilityError, UnknownStatusError: a name that means none; each carries the nearest or all.
        """
        mask, statuses, day = capability_mask(capabilities), statuses_of(status), day_of(at).toordinal()
        maker = None if maker is None else known_name(maker, self.makers, role="maker")
        family = None if family is None else known_name(family, self.families, role="family")
        served = None if provider is None else {offering.model for offering in self.offerings(provider=provider)}
        return [
            self._spec(place)
            for place, row in enumerate(self._index.rows)
            if (maker is None or row.maker == maker)
            and (family is None or row.family == family)
            and (min_context is None or (row.window is not None and row.window >= min_context))
            and row.supported & mask == mask
            and (statuses is None or row_status(row, day) in statuses)
            and (served is None or f"{row.maker}/{row.model_id}" in served)
        ]

    def find_models_with_capabilities(
        self,
        required: Iterable[ModelCapability | str],
        preferred: Iterable[ModelCapability | str] | None = None,
        *,
        status: Collection[ModelStatus | str] | None = None,
        at: Instant = None,
    ) -> list[ModelSpec]:
        """The models that support everything required; more of the preferred first, then the cheaper ones.

        Cheaper is the maker's standard price of 1M input plus 1M output tokens at the instant; models without such a price
        in USD come last. Active and preview models are considered unless ``status`` says otherwise.
        """
        needed = capability_mask(required)
        statuses = SEARCHED if status is None else statuses_of(status) or frozenset()
        ranked = self._ranking.cheapest_first(statuses, datetime.now(UTC) if at is None else as_utc(at))
        found = [(held, place) for held, place in ranked if held & needed == needed]
        if preferred is not None:
            wanted = capability_mask(preferred)
            found.sort(key=lambda pair: -(pair[0] & wanted).bit_count())
        specs = self._all_specs
        return [specs[place] for _, place in found]

    # Offerings

    def get_offering(self, name: str, *, provider: str | None = None, at: Instant = None) -> Offering:
        """An offering: the maker's own for a bare name, or that of ``provider``.

        The maker's own may stand at a provider of another name: Amazon sells on Bedrock (``OwnOfferings`` has the rule).

        Raises:
            ModelNotFoundError: no model answers to the name.
            OfferingNotFoundError: the model exists, but is not sold there; it lists who sells it.
        """
        match = self._resolver.match(name, day_of(at)) if provider is None else self._match_at(provider, name, at)
        if match.offering is not None:
            return self.offering(*match.offering)
        assert match.row is not None  # noqa: S101 a match has one of the two
        row = self._index.rows[match.row]
        if row.offering is None:
            raise OfferingNotFoundError(name, provider=None, offerings=self.sellers(f"{row.maker}/{row.model_id}"))
        return self.offering(row.sold_at, row.offering)

    def _match_at(self, provider: str, name: str, at: Instant) -> Match:
        owner = known_name(provider, {*self.providers, *self.makers}, role="provider")
        key = self._resolver.offering(owner, name, day_of(at))
        if key is not None:
            return Match(None, key)
        spec = self.get_model(name, at=at)
        if owner == spec.provider and owner not in self.providers:
            return Match(self._resolver.rows_by_key[spec.key])  # a maker that sells under other names
        sold = [offering for offering in self.offerings(provider=owner) if offering.model == spec.key]
        if len(sold) != 1:
            raise OfferingNotFoundError(name, provider=owner, offerings=[o.key for o in sold] or self.sellers(spec.key))
        return Match(None, OfferingKey(owner, sold[0].id))

    def offering(self, provider: str, offering_id: str) -> Offering:
        """The offering of exactly this key.

        Raises:
            OfferingNotFoundError: no such key.
        """
        key = OfferingKey(provider, offering_id)
        cached = self._offering_cache.get(key)
        if cached is None:
            raw = self._shard(provider).offerings.get(offering_id)
            if raw is None:
                raise OfferingNotFoundError(offering_id, provider=provider, offerings=())
            cached = self._offering_cache.setdefault(key, decode_offering(raw))
        return cached

    def offerings(self, *, provider: str | None = None, model: str | None = None) -> list[Offering]:
        """Offerings of one provider, of one model (``maker/model_id``), or all, by provider and id."""
        if model is not None:
            keys = [OfferingKey(*key.split(":", 1)) for key in self.sellers(model)]
        else:
            provider = None if provider is None else known_name(provider, {*self.providers, *self.makers}, role="provider")
            owners = self.providers if provider is None else [provider]
            keys = [OfferingKey(owner, offering_id) for owner in owners for offering_id in self._shard(owner).offerings]
        return [self.offering(*key) for key in keys if provider in (None, key.provider)]

    def own_offering(self, model: str) -> Offering | None:
        """The offering whose price a model's bare name has: its maker's; None where the maker does not sell it.

        Raises:
            ModelNotFoundError: no model has this key (``maker/model_id``).
        """
        place = self._resolver.rows_by_key.get(model)
        if place is None:
            raise ModelNotFoundError(model, suggestions=self.suggest(model))
        row = self._index.rows[place]
        return None if row.offering is None else self.offering(row.sold_at, row.offering)

    @cached_property
    def at_makers(self) -> tuple[tuple[ModelSpec, Offering | None], ...]:
        """Every model with the offering whose price its bare name has, by maker and id; None where its maker sells none."""
        return tuple((spec, self.own_offering(spec.key)) for spec in self._all_specs)

    def sellers(self, model: str) -> list[str]:
        """Who sells a model (``maker/model_id``), as ``provider:id``."""
        return self._offers.get(model, [])

    # Scores

    def benchmarks(self) -> tuple[Scoreboard, ...]:
        """The benchmarks in which models have published scores, by name, each with its series."""
        return tuple(self._scoreboards)

    def benchmark(self, name: str) -> Scoreboard:
        """The benchmark that a name means, in any case and with or without its dashes and spaces.

        Raises:
            UnknownBenchmarkError: no model has a score in it; it carries the nearest names.
        """
        return self._scoreboards.named(name)

    # The catalogue as a whole

    @cached_property
    def providers(self) -> dict[str, ProviderEntry]:
        """Who sells models, by id."""
        return self._snapshot.section("providers", dict[str, ProviderEntry])

    @cached_property
    def sources(self) -> dict[str, SourceEntry]:
        """Where facts come from, by the names that evidence uses."""
        return self._snapshot.section("sources", dict[str, SourceEntry])

    @cached_property
    def overlays(self) -> tuple[OverlayEntry, ...]:
        """The user's own files on top of the shipped catalogue, the weakest first."""
        return self._snapshot.section("overlays", tuple[OverlayEntry, ...])

    @cached_property
    def contracts(self) -> Mapping[str, Contract]:
        """What the user has negotiated, by the names of the contracts."""
        from ai_models.pricing.contracts import Contract  # the engine: few processes have a contract

        return MappingProxyType(self._snapshot.section("contracts", dict[str, Contract]))

    def quarantined(self) -> tuple[Quarantined, ...]:
        """What sources say and the catalogue does not believe, with the reasons, by reason, source and subject."""
        return self._quarantine.claims

    def offerings_without_model(self) -> dict[str, str | None]:
        """First-party offerings (``provider:id``) of no model, each with the reason why there is none; None is unexplained.

        First-party are those for which a reason is recorded, and all at providers that sell nothing but their makers' own.
        """
        known = self._quarantine
        return {
            key: known.no_model.get(key)
            for key in self.sellers("")
            if key in known.no_model or key.partition(":")[0] in known.first_party
        }

    @property
    def makers(self) -> list[str]:
        """Who trained models, by id."""
        return sorted({row.maker for row in self._index.rows})

    @property
    def families(self) -> list[str]:
        """The families of models, by id."""
        return sorted({row.family for row in self._index.rows if row.family is not None})

    @property
    def origin(self) -> str:
        """The file, or the description, of what this catalogue was loaded from."""
        return self._snapshot.origin

    def counts(self) -> dict[str, int]:
        """How much there is: models, offerings, providers, and offerings with two or more price versions."""
        return {
            "models": len(self._index.rows),
            "offerings": sum(entry.offerings for entry in self.providers.values()),
            "providers": len(self.providers),
            "histories": sum(entry.histories for entry in self.providers.values()),
        }

    # Decoding on first use

    @cached_property
    def _quarantine(self) -> Quarantine:
        return self._below().section("quarantine", Quarantine)

    @cached_property
    def _offers(self) -> dict[str, list[str]]:
        return self._snapshot.section("offers", dict[str, list[str]])

    @cached_property
    def _scoreboards(self) -> Scoreboards:
        from ai_models.models.scoreboards import Scoreboards  # few processes ask for scores

        return Scoreboards(self._all_specs)

    @cached_property
    def _all_specs(self) -> list[ModelSpec]:
        return [self._spec(place) for place in range(len(self._index.rows))]

    def _shard(self, provider: str) -> Shard:
        shard = self._shards.get(provider)
        return shard if shard is not None else self._shards.setdefault(provider, self._snapshot.shard(provider))

    def _spec(self, place: int) -> ModelSpec:
        spec = self._specs.get(place)
        if spec is None:
            row = self._index.rows[place]
            spec = decode_model(self._shard(row.maker).models[row.model_id])
            if row.offering is not None:
                price = ListPrice(bytes(self._shard(row.sold_at).offerings[row.offering]))
                msgspec.structs.force_setattr(spec, "list_price", price)
            spec = self._specs.setdefault(place, spec)
        return spec
