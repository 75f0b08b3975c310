"""The tables by which the market is read: providers, makers, and how names are written.

They stand beside this module and not under ``tools``, because ``ai-models sync`` reads them too.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml
from msgspec import Struct

from ai_models.catalog.fusion.market.benchmark_names import BenchmarkTable
from ai_models.catalog.fusion.market.folding import fold
from ai_models.catalog.fusion.rules import CuratedPrice

__all__ = [
    "Base",
    "Family",
    "Maker",
    "MarketRules",
    "Misread",
    "Naming",
    "NotAModel",
    "Peel",
    "Provider",
    "Rewrite",
    "Verified",
    "VerifiedPrices",
    "read_market_rules",
]

FOLDER = Path(__file__).parent / "data"


class _Table(Struct, forbid_unknown_fields=True, kw_only=True):
    """The settings that every table shares: an unknown key is a spelling mistake."""


class Provider(_Table, kw_only=True):
    """Who serves models: its name, its price page, and each source's spellings where they differ from the id."""

    name: str
    url: str | None = None
    spelled: dict[str, list[str]] = {}
    gateway: bool = False
    """Resells other providers: what it says of a model, somebody else said before."""
    flat: bool = False
    """Local, or a flat-rate plan: a price of 0 is a price."""
    request_fees: bool = False
    """What a search costs by the size of its context is charged for every request, as a fee of the request."""
    bare_names: bool = False
    """A source spells some rows also without their organisation: what such a twin adds holds for the row."""
    passes_on: bool = False
    """Asks what the makers ask, by its own statement: so it did before a maker changed its price."""
    takes: dict[str, dict[str, str]] = {}
    """Rows that a source files under another provider: by source, its spelling and a pattern of the identifiers."""


class Maker(_Table, kw_only=True):
    """Who trains models: its organisations on hosts, and the providers on which it sells what it made."""

    name: str
    orgs: list[str] = []
    own: dict[str, str] = {}
    mints: str = ""
    window: Literal["total", "input"] = "total"
    url: str | None = None


class Rewrite(_Table, kw_only=True):
    """What a name loses at its beginning, or gets instead of what a provider writes."""

    pattern: str
    by: str = ""
    providers: list[str] = []


class Peel(_Table, kw_only=True):
    """What may stand after a model's name: a setting, a variant, a date; ``sets`` says what it is."""

    pattern: str
    sets: Literal["free", "variant", "setting", "quantization", "version", "date", "latest", "preview"]
    mints: bool = False
    own: bool = False
    providers: list[str] = []
    makers: list[str] = []


class Base(_Table, kw_only=True):
    """Rows that serve a model as it was before it was tuned, under the name that others give to the tuned one."""

    providers: list[str]
    pattern: str


class NotAModel(_Table, kw_only=True):
    """Rows of a maker's own provider that are no models of it, with the reason."""

    providers: list[str]
    pattern: str
    reason: str

    def explains(self, provider: str, identifier: str) -> bool:
        """Whether the rule is about this row."""
        return provider in self.providers and re.fullmatch(self.pattern, identifier) is not None


Family = tuple[str, str]
"""A pattern of bare names, and the maker whose they are."""


class Naming(_Table, kw_only=True):
    """How names are read."""

    before: list[Rewrite]
    instead: list[Rewrite]
    after: list[Peel]
    tuned: list[str]
    loosely: list[str]
    slugs: dict[str, str]
    families: list[Family]
    same: dict[str, dict[str, str]] = {}
    points: dict[str, dict[str, str]] = {}
    whole: list[str] = []
    bases: list[Base] = []
    not_models: list[NotAModel] = []
    products: dict[str, str] = {}
    commitments: str


class Verified(_Table, kw_only=True):
    """What a person read on a maker's own page about a row of the market, where the feeds are wrong or silent."""

    provider: str
    id: str
    url: str
    as_of: date
    says: dict[str, Any]


class VerifiedPrices(_Table, kw_only=True):
    """What a person read of a row's prices on the seller's page, or in reports that quote it, on top of the feeds."""

    provider: str
    id: str
    url: str
    as_of: date
    prices: list[CuratedPrice]


class Misread(_Table, kw_only=True):
    """Rows of a source, in its own spelling, that are known to be of something else, with the reason."""

    source: str
    provider: str
    pattern: str
    reason: str


class _Prices(_Table, kw_only=True):
    """The table of verified prices."""

    prices: list[VerifiedPrices]
    misread: list[Misread]


class MarketRules(Struct, kw_only=True, dict=True):
    """All tables."""

    providers: dict[str, Provider]
    makers: dict[str, Maker]
    naming: Naming
    facts: list[Verified] = []
    prices: list[VerifiedPrices] = []
    misread: list[Misread] = []
    scores: BenchmarkTable = msgspec.field(default_factory=BenchmarkTable)

    def prices_of(self, provider: str, identifier: str) -> list[CuratedPrice]:
        """What a person read of the prices of a row."""
        found = (entry for entry in self.prices if (entry.provider, entry.id) == (provider, identifier))
        return [price for entry in found for price in entry.prices]

    @cached_property
    def spellings(self) -> dict[tuple[str, str], str]:
        """The canonical provider by source and spelling."""
        found = {("*", name.casefold()): name for name in self.providers}
        for name, provider in self.providers.items():
            for source, spelled in provider.spelled.items():
                found |= {(source, spelling.casefold()): name for spelling in spelled}
        return found

    @cached_property
    def orgs(self) -> dict[str, str]:
        """The maker by organisation; a maker's id is one of its organisations."""
        return {org.casefold(): maker for maker, rules in self.makers.items() for org in (maker, *rules.orgs)}

    @cached_property
    def same(self) -> dict[tuple[str, str], str]:
        """The model by maker and folded spelling, from the table of names that no rule joins."""
        return {(maker, fold(name)): model for maker, names in self.naming.same.items() for name, model in names.items()}

    def is_whole(self, name: str) -> bool:
        """Whether the last word of a name is part of it, though it says elsewhere how a model is served."""
        return any(re.fullmatch(pattern, name) for pattern in self.naming.whole)

    def is_base(self, provider: str, identifier: str) -> bool:
        """Whether a row serves a model as it was before it was tuned."""
        rules = (rule for rule in self.naming.bases if provider in rule.providers)
        return any(re.fullmatch(rule.pattern, identifier, re.IGNORECASE) for rule in rules)

    @cached_property
    def points(self) -> dict[tuple[str, str], str]:
        """The model to which a maker's own floating name points today, by maker and folded name."""
        return {(maker, fold(name)): model for maker, names in self.naming.points.items() for name, model in names.items()}

    def pointed(self, provider: str, maker: str, name: str) -> str | None:
        """The model that a floating name means where its maker sells; elsewhere it may have stood still."""
        return self.points.get((maker, fold(name))) if provider in self.makers[maker].own else None

    @cached_property
    def _taken(self) -> dict[tuple[str, str], list[tuple[re.Pattern[str], str]]]:
        found: dict[tuple[str, str], list[tuple[re.Pattern[str], str]]] = {}
        for name, provider in self.providers.items():
            for source, patterns in provider.takes.items():
                for spelled, pattern in patterns.items():
                    found.setdefault((source, spelled), []).append((re.compile(pattern), name))
        return found

    def provider(self, source: str, spelled: str, identifier: str = "") -> str:
        """The canonical id of a provider; one that no table names is called as it calls itself."""
        folded = spelled.casefold()
        for pattern, name in self._taken.get((source, folded), ()):
            if pattern.match(identifier):
                return name
        known = self.spellings.get((source, folded)) or self.spellings.get(("*", folded))
        if known is None and folded.startswith("vertex_ai"):
            known = "google-vertex"
        return known or re.sub(r"[^a-z0-9.]+", "-", folded).strip("-") or "unknown"

    def provider_rules(self, provider: str) -> Provider:
        """The table's entry of a provider, or one made from its id."""
        return self.providers.get(provider) or Provider(name=provider.replace("-", " ").title())

    def owners(self, provider: str) -> list[tuple[str, str]]:
        """The makers that sell their own models on a provider, with the pattern of their ids; the narrower first."""
        found = [(maker, rules.own[provider]) for maker, rules in self.makers.items() if provider in rules.own]
        return sorted(found, key=lambda item: -len(item[1]))


def read_market_rules(folder: Path = FOLDER) -> MarketRules:
    """The tables of a folder."""

    def table(name: str) -> object:
        return yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8"))

    providers = msgspec.convert(table("providers"), dict[str, dict[str, Provider]])["providers"]
    makers = msgspec.convert(table("makers"), dict[str, dict[str, Maker]])["makers"]
    facts = msgspec.convert(table("facts"), dict[str, list[Verified]])["facts"]
    prices = msgspec.convert(table("prices"), _Prices)
    return MarketRules(
        providers=providers,
        makers=makers,
        naming=msgspec.convert(table("naming"), Naming),
        facts=facts,
        prices=prices.prices,
        misread=prices.misread,
        scores=msgspec.convert(table("benchmarks"), BenchmarkTable),
    )
