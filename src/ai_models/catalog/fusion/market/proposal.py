"""The whole catalogue from the feeds: ``propose`` gives every file as a plain document, and a report of what stayed open."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from ai_models.catalog.claims import Claim
from ai_models.catalog.fusion.documents import model_document, pricing_document
from ai_models.catalog.fusion.facts import Fused, fuse_facts
from ai_models.catalog.fusion.identity import Identities, Key
from ai_models.catalog.fusion.market.facts import HostClaim, market_facts
from ai_models.catalog.fusion.market.folding import fold
from ai_models.catalog.fusion.market.known import KnownModels, Model
from ai_models.catalog.fusion.market.left_out import LeftOut, quarantine_document
from ai_models.catalog.fusion.market.matching import Matcher
from ai_models.catalog.fusion.market.minting import Minted, mint
from ai_models.catalog.fusion.market.naming import Reader
from ai_models.catalog.fusion.market.offerings import Offered, Windows, offering_document, ordered, windows_of
from ai_models.catalog.fusion.market.passing_on import pass_on
from ai_models.catalog.fusion.market.prices import offering_prices
from ai_models.catalog.fusion.market.report import DEFINITIONS, PRICES, Document, Proposal, Report, counts_of, told
from ai_models.catalog.fusion.market.rows import OBSERVED, Market, Row, collect
from ai_models.catalog.fusion.market.rules import MarketRules
from ai_models.catalog.fusion.market.scores import ScoreFusion, is_score
from ai_models.catalog.fusion.market.slips import quarantine_slips
from ai_models.catalog.fusion.market.titles import file_name, most, prettified, tidied
from ai_models.catalog.fusion.meaning import meant
from ai_models.catalog.fusion.prices import fuse_prices
from ai_models.catalog.fusion.rate_cards import Card, Prices
from ai_models.catalog.fusion.rules import MakerRules, ModelRules
from ai_models.catalog.scores import score_conflicts
from ai_models.catalog.sources.models_dev import BASE_MODELS
from ai_models.catalog.sources.reading import Imported
from ai_models.models.base import Alias

__all__ = ["BASE_MODELS", "DEFINITIONS", "PRICES", "Proposal", "Report", "Rules", "propose"]

Curated = dict[Key, tuple[Fused, Prices]]
_PREVIEW = re.compile(r"preview|-exp(?![a-z])")
_SNAPSHOT = re.compile(r"-(20\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])$")
_LATER = timedelta(days=31)
_READ = ("genai-prices", "litellm", "models.dev", "deprecations", OBSERVED, "vendor")


class Rules(Struct, kw_only=True):
    """What a person wrote: the rules of single makers, and the tables of the market."""

    makers: list[MakerRules]
    market: MarketRules


def propose(
    imported: Mapping[str, Imported], rules: Rules, *, existing: Mapping[str, Mapping[str, Any]] | None = None
) -> Proposal:
    """The catalogue that the sources and the rules make; nothing is read or written here.

    Args:
        imported: what each source says, by its name, and ``BASE_MODELS``.
        rules: what a person wrote.
        existing: documents of the tree as it stands, by path, with scalars as text: hand-written parts are kept.
    """
    feeds = {source: imported[source] for source in _READ if source in imported}
    run = _Run(feeds, imported.get(BASE_MODELS), rules, existing or {})
    return run.proposal()


class _Run:
    """One proposal while it is made."""

    def __init__(
        self,
        feeds: Mapping[str, Imported],
        base: Imported | None,
        rules: Rules,
        existing: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.rules = rules
        self.existing = existing
        self.identities = Identities(rules.makers)
        self.market: Market = collect(feeds, rules.market)
        self.base = _by_path(base)
        reader = Reader(rules.market)
        self.minted: Minted = mint(rules.market, reader, self.market, self.identities, self.base)
        self.matcher = Matcher(rules.market, reader, self.minted.known)
        self.matches = {row.key: self.matcher.match(row.provider, row.id, row.mode) for row in self.market.rows.values()}
        self.curated = self._fuse_curated([claim for feed in feeds.values() for claim in feed.claims])
        self.hosts = self._hosts()
        self.facts: dict[Key, Fused] = {key: facts for key, (facts, _) in self.curated.items()}
        self.market_rules: dict[Key, tuple[MakerRules, ModelRules]] = {}
        self._fuse_market()
        fusion = ScoreFusion(rules.market.scores, self.matcher, self.minted.bases)
        self.scores_left_out = [] if base is None else fusion.fuse(base, self.facts)

    @property
    def known(self) -> KnownModels:
        return self.minted.known

    # Facts.

    def _fuse_curated(self, claims: Iterable[Claim]) -> Curated:
        fused: Curated = {}
        for key, said in self.identities.assign(claims).items():
            maker, model = self.identities.rules_of(key)
            readable = meant(said, maker, model)
            facts = fuse_facts(readable, provider=maker.maker)
            prices = fuse_prices(
                readable,
                curated=model.prices,
                ended=model.ended,
                same_as=_shared(maker.same_as, facts),
                release=_release(facts),
            )
            fused[key] = (facts, prices)
        return fused

    def _hosts(self) -> dict[Key, list[HostClaim]]:
        """What hosts say of each model; gateways speak only of what no host does."""
        hosts: dict[Key, list[HostClaim]] = defaultdict(list)
        gateways: dict[Key, list[HostClaim]] = defaultdict(list)
        for row in self.market.rows.values():
            model = self.matches[row.key].model
            if model is None or model.curated:
                continue
            side = gateways if self.rules.market.provider_rules(row.provider).gateway else hosts
            side[model.key].extend((row.provider, claim) for claim in row.claims if not claim.field.startswith("rate:"))
        for key, said in gateways.items():
            known = {claim.field for _, claim in hosts[key]}
            hosts[key].extend((provider, claim) for provider, claim in said if claim.field not in known)
        return hosts

    def _fuse_market(self) -> None:
        by_key = {row.key: row for row in self.market.rows.values()}
        for model in self.known.models.values():
            if model.curated:
                continue
            own = [claim for key in model.own_rows for claim in _of_the_model(by_key[key], model)]
            own.extend(self.base.get(model.base or "", ()))
            rules = self._rules_for(model, own)
            self.market_rules[model.key] = rules
            self.facts[model.key] = market_facts(own, self.hosts.get(model.key, ()), *rules)
            release = _release(self.facts[model.key])
            rules[1].aliases = [_since_made(alias, release) for alias in rules[1].aliases]

    def _rules_for(self, model: Model, own: list[Claim]) -> tuple[MakerRules, ModelRules]:
        maker = self.rules.market.makers[model.maker]
        named = ModelRules(
            name=self._name(model, own),
            family=most(own, "family"),
            file=file_name(model.model_id),
            aliases=list(model.aliases),
            preview=bool(_PREVIEW.search(model.model_id.casefold())),
            url=maker.url,
        )
        rules = MakerRules(
            maker=model.maker,
            display_name=maker.name,
            pricing_url="",
            documentation_url=maker.url or "",
            window=maker.window,
            spelled={},
            defaults_as_of=date(2026, 11, 22),
            models={model.model_id: named},
        )
        return rules, named

    def _name(self, model: Model, own: list[Claim]) -> str:
        hosted = [claim for _, claim in self.hosts.get(model.key, ())]
        name = most(own, "name") or most(hosted, "name")
        if name is None:
            return prettified(model.organisation or model.model_id)
        return tidied(name)

    # Files.

    def proposal(self) -> Proposal:
        files: dict[str, Document] = {}
        offered = self._offered()
        own_prices = {entry.row.key for entries in offered.values() for entry in entries if entry.prices.cards}
        files |= self._curated_files()
        for key in sorted(self.market_rules):
            path, document = self._definition(self.known.models[key], own_prices)
            files[path] = document
        for provider, entries in sorted(offered.items()):
            path = f"{PRICES}/{provider}.yaml"
            files[path] = self._price_file(provider, entries, files.get(path))
        left_out = list(self._left_out(offered))
        return Proposal(
            files=dict(sorted(files.items())),
            quarantine=quarantine_document(left_out, self.minted.no_models, self._first_party(offered)),
            report=self._report(files, offered, left_out),
        )

    def _curated_files(self) -> dict[str, Document]:
        files: dict[str, Document] = {}
        for maker in self.rules.makers:
            own = {model_id: self.curated[maker.maker, model_id] for model_id in maker.models}
            for model_id, (facts, prices) in own.items():
                model = maker.models[model_id]
                path = f"{DEFINITIONS}/{maker.maker}/{file_name(model.file or model.name)}.yaml"
                files[path] = model_document(maker, model_id, facts, prices, own, self.existing.get(path, {}))
            priced = {model_id: prices for model_id, (_, prices) in own.items()}
            files[f"{PRICES}/{maker.maker}.yaml"] = pricing_document(maker, priced)
        return files

    def _definition(self, model: Model, own_prices: set[str]) -> tuple[str, Document]:
        maker, rules = self.market_rules[model.key]
        path = f"{DEFINITIONS}/{model.maker}/{rules.file}.yaml"
        facts = self.facts[model.key]
        empty = Prices(cards=[], conflicts=[], quarantined=[], as_of=self._last_seen(model))
        document = model_document(
            maker, model.model_id, facts, empty, {model.model_id: (facts, empty)}, self.existing.get(path, {})
        )
        priced = model.pricing_ref is not None and f"{model.maker}:{model.pricing_ref}" in own_prices
        document["pricing_ref"] = model.pricing_ref if priced else None
        named = facts.facts["replacement"].value if "replacement" in facts.facts else ()
        document["lifecycle"]["replacement"] = self._replacements(model, named if isinstance(named, tuple) else ())
        if document["lifecycle"]["replacement"]:
            document["evidence"]["replacement"] = list(facts.facts["replacement"].evidence)
        if not document["documentation"]["url"]:
            del document["documentation"]
        return path, document

    def _last_seen(self, model: Model) -> date:
        """The newest day on which a source named the model."""
        days = [claim.as_of for _, claim in self.hosts.get(model.key, ())]
        days.extend(claim.as_of for claim in self.base.get(model.base or "", ()))
        rows = {row.key: row for row in self.market.rows.values()} if not days and not model.own_rows else {}
        days.extend(claim.as_of for row in rows.values() if self.matches[row.key].model is model for claim in row.claims)
        return max(days) if days else date(2026, 7, 2)

    def _replacements(self, model: Model, names: Iterable[str]) -> list[str]:
        found = [self.known.exact(model.maker, name) for name in names]
        return list(dict.fromkeys(other.model_id for other in found if other is not None and other is not model))

    # Offerings.

    def _offered(self) -> dict[str, list[Offered]]:
        found: dict[str, list[Offered]] = defaultdict(list)
        for row in self.market.rows.values():
            if row.key in self.minted.consumed:
                continue
            match = self.matches[row.key]
            release = None if match.model is None else _release(self.facts[match.model.key])
            flat = self.rules.market.provider_rules(row.provider).flat
            curated = self.rules.market.prices_of(row.provider, row.id)
            prices = offering_prices(row, flat=flat, release=release, curated=curated)
            sold_by_maker = match.model is not None and match.model.maker == row.provider
            if prices.cards or (row.claims and not sold_by_maker):
                found[row.provider].append(Offered(row, match, prices))
        own = self._own_cards(found)
        for provider, entries in found.items():
            if self.rules.market.provider_rules(provider).passes_on:
                pass_on(entries, own)
        quarantine_slips(entry for entries in found.values() for entry in entries)
        return found

    def _own_cards(self, offered: Mapping[str, list[Offered]]) -> dict[str, list[Card]]:
        """What makers ask for their models themselves, by the model's path."""
        found = {
            f"{maker}/{model_id}": prices.cards for (maker, model_id), (_, prices) in self.curated.items() if prices.cards
        }
        for provider, entries in offered.items():
            for entry in entries:
                model = entry.match.model
                if model is not None and model.maker == provider and entry.row.id == model.pricing_ref:
                    found.setdefault(model.path, entry.prices.cards)
        return found

    def _price_file(self, provider: str, entries: list[Offered], curated: Document | None) -> Document:
        rules = self.rules.market.provider_rules(provider)
        windows = self._windows()
        found = {
            entry.row.id: offering_document(
                entry,
                windows_of(entry.match.model, windows),
                own=entry.match.model is not None and entry.match.model.maker == provider,
            )
            for entry in entries
        }
        if curated is not None:
            added = {name: entry for name, entry in found.items() if name not in curated["models"]}
            return {**curated, "models": {**curated["models"], **ordered(added)}}
        document: Document = {"provider": provider, "display_name": rules.name}
        if rules.url is not None:
            document["pricing_url"] = rules.url
        makers = sorted(maker for maker, _ in self.rules.market.owners(provider) if maker != provider)
        if makers:
            document["makers"] = makers
        return {**document, "models": ordered(found)}

    def _windows(self) -> dict[Key, Windows]:
        found: dict[Key, Windows] = {}
        for key, fused in self.facts.items():
            values = [
                fused.facts[name].value if name in fused.facts else None
                for name in ("context_window_input", "context_window", "context_window_output")
            ]
            prompt = values[0] if isinstance(values[0], int) else values[1]
            found[key] = (
                prompt if isinstance(prompt, int) else None,
                values[2] if isinstance(values[2], int) else None,
            )
        return found

    # The report.

    def _left_out(self, offered: Mapping[str, list[Offered]]) -> Iterator[LeftOut]:
        """Every claim that was read and is not believed, with what it is about."""
        for rejected in self.market.left_out:
            yield LeftOut(rejected.where, rejected)
        yield from self.scores_left_out
        for _, entries in sorted(offered.items()):
            for entry in entries:
                yield from (LeftOut(entry.row.key, rejected) for rejected in entry.prices.quarantined)
        for (maker, model_id), fused in sorted(self.facts.items()):
            yield from (LeftOut(f"{maker}/{model_id}", rejected) for rejected in fused.quarantined)
        for (maker, model_id), (_, prices) in sorted(self.curated.items()):
            yield from (LeftOut(f"{maker}/{model_id}", rejected) for rejected in prices.quarantined)

    def _report(
        self, files: Mapping[str, Document], offered: Mapping[str, list[Offered]], left_out: Iterable[LeftOut]
    ) -> Report:
        unmatched: dict[str, list[str]] = defaultdict(list)
        conflicts: list[str] = []
        for provider, entries in sorted(offered.items()):
            for entry in entries:
                if entry.match.model is None:
                    unmatched[provider].append(entry.row.id)
                conflicts.extend(told(entry.row.key, conflict) for conflict in entry.prices.conflicts)
        for key, fused in sorted(self.facts.items()):
            found = (fact.conflict for fact in fused.facts.values())
            known = (conflict for conflict in found if conflict is not None)
            conflicts.extend(told("/".join(key), conflict) for conflict in (*known, *score_conflicts(fused.scores)))
        for key, (_, prices) in sorted(self.curated.items()):
            conflicts.extend(told("/".join(key), conflict) for conflict in prices.conflicts)
        keys = [f"{provider}:{name}" for provider, names in unmatched.items() for name in names]
        own = tuple(f"{provider}:" for provider in self._first_party(offered))
        return Report(
            counts={**counts_of(files), "offerings without a model": len(keys)},
            unmatched=dict(unmatched),
            first_party=dict(sorted(self.minted.no_models.items())),
            open_first_party=[key for key in keys if key.startswith(own) and key not in self.minted.no_models],
            conflicts=conflicts,
            left_out=[rejected for _, rejected in left_out],
        )

    def _first_party(self, offered: Iterable[str]) -> list[str]:
        """The providers at which all that is sold is their makers' own."""
        return [p for p in sorted(offered) if any(not pattern for _, pattern in self.rules.market.owners(p))]


def _since_made(alias: str | Alias, release: date | None) -> str | Alias:
    """A name that ends with a day, as the name of a snapshot that was made then, if that was after the model's release."""
    found = _SNAPSHOT.search(alias) if isinstance(alias, str) else None
    if not isinstance(alias, str) or found is None or release is None:
        return alias
    try:
        made = date(*map(int, found.groups()))
    except ValueError:  # no day of the calendar
        return alias
    return Alias(name=alias, since=made) if made > release + _LATER else alias


def _of_the_model(row: Row, model: Model) -> list[Claim]:
    """What a row of the maker says of the model; the end of a snapshot's life is not the end of the model's."""
    if len(model.own_rows) == 1 or fold(row.id) == fold(model.model_id) or row.id == model.pricing_ref:
        return row.claims
    return [claim for claim in row.claims if claim.field not in {"retires_on", "deprecated_on", "replacement"}]


def _by_path(base: Imported | None) -> dict[str, list[Claim]]:
    found: dict[str, list[Claim]] = defaultdict(list)
    for claim in base.claims if base is not None else ():
        if not is_score(claim):
            found[f"{claim.provider}/{claim.subject}"].append(claim)
    return dict(sorted(found.items()))


def _shared(same_as: Mapping[str, str], facts: Fused) -> dict[str, str]:
    """The meters that a model can use at all: those of modalities that it accepts."""
    accepted = {field.removeprefix("capability:") for field, fact in facts.facts.items() if fact.value is True}
    return {meter: other for meter, other in same_as.items() if meter.removeprefix("cached_") in accepted}


def _release(facts: Fused) -> date | None:
    fact = facts.facts.get("release_date")
    return fact.value if fact is not None and isinstance(fact.value, date) else None
