"""Which models there are: those that a person curated, models.dev's base models, what makers sell, and published weights.

Nothing else makes a model: a gateway's row names one, or it names none.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ai_models.catalog.claims import Claim
from ai_models.catalog.fusion.identity import Identities
from ai_models.catalog.fusion.market.folding import fold
from ai_models.catalog.fusion.market.known import Key, KnownModels, Model, class_of
from ai_models.catalog.fusion.market.naming import Peeled, Reader
from ai_models.catalog.fusion.market.rows import Market, Row
from ai_models.catalog.fusion.market.rules import MarketRules
from ai_models.models.base import Alias

__all__ = ["Minted", "mint"]

_DATE = "date"
_HOSTED = frozenset({"quantization", "variant", "free"})
"""Words that say how a model is served."""


class _Candidate(NamedTuple):
    """An organisation/model id of a host."""

    maker: str
    bare: str
    identifier: str
    provider: str
    mode: str | None


class Minted(NamedTuple):
    """All models; the rows that curated rules take whole; and first-party rows that are no models, with the reason.

    ``bases`` are the models that models.dev's base models mean; one that bears a name that moves means none for certain.
    """

    known: KnownModels
    consumed: frozenset[str]
    no_models: Mapping[str, str]
    bases: Mapping[str, Key] = {}


class _Mint:
    """One run: every step adds to the models that the earlier ones made."""

    def __init__(self, rules: MarketRules, reader: Reader, market: Market) -> None:
        self.rules = rules
        self.reader = reader
        self.market = market
        self.known = KnownModels(rules.naming.tuned)
        self.no_models: dict[str, str] = {}
        self.claimed: dict[str, set[str]] = defaultdict(set)
        self.floating: set[tuple[str, str]] = set()
        self.bases: dict[str, Key] = {}

    # What a person curated.

    def curated(self, identities: Identities) -> None:
        for maker in identities.makers:
            for model_id, model in maker.models.items():
                kind = class_of(None, model_id) or "chat"
                aliases = [alias if isinstance(alias, str) else alias.name for alias in model.aliases if _holds(alias)]
                spelled = [name for names in model.spelled.values() for name in names]
                made = Model(maker=maker.maker, model_id=model_id, name=model.name, kind=kind, curated=True)
                self.known.add(made, aliases)
                self.claimed[maker.maker] |= {fold(name) for name in (model_id, *aliases)}
                for name in spelled:
                    self.known.name(made.key, name)
                moving = (alias.name for alias in model.aliases if isinstance(alias, Alias) and alias.floating)
                self.floating |= {(maker.maker, fold(name)) for name in moving}
            for name, chain in maker.floating.items():
                self.known.name((maker.maker, chain[-1]), name)
                self.floating.add((maker.maker, fold(name)))

    def consumed(self, identities: Identities) -> frozenset[str]:
        """Rows of makers' own providers that the curated rules read already, under a name that resolves."""
        return frozenset(
            row.key
            for row in self.market.rows.values()
            if any(_is_read(claim, identities) for claim in row.claims) and fold(row.id) in self.claimed[row.provider]
        )

    def point(self) -> None:
        """Floating names of makers that stand in the table though no row is sold under them any more."""
        for maker, names in self.rules.naming.points.items():
            for name, model_id in names.items():
                model = self.known.exact(maker, model_id)
                if model is not None and not model.curated and name not in self.claimed[maker]:
                    self.claimed[maker].add(name)
                    self.known.name(model.key, name)
                    model.aliases.append(Alias(name=name, floating=True))

    # Base models.

    def base(self, base_models: Iterable[str]) -> None:
        for path in sorted(base_models):
            org, _, name = path.partition("/")
            maker = self.rules.orgs.get(org.casefold())
            if maker is None:
                continue
            model = self.known.exact(maker, name) or self._snapshot_of(maker, name)
            if model is None and not name.endswith("-latest"):
                model = self._add(maker, name)
            if model is not None and model.base is None:
                model.base = path
            if model is not None and not self._moves(maker, name, model):
                self.bases[path] = model.key

    def _moves(self, maker: str, name: str, model: Model) -> bool:
        """Whether a name, or the one of which it is a snapshot, moves between models: then it means none for certain."""
        if fold(name) == fold(model.model_id):
            return False
        peeled = self.reader.peelings(maker, name.casefold(), maker, only="own")
        names = (name, *(found.bare for found in peeled))
        return name.endswith("-latest") or any((maker, fold(found)) in self.floating for found in names)

    def _snapshot_of(self, maker: str, name: str) -> Model | None:
        """The curated model whose snapshot a base model is."""
        for peeled in self.reader.peelings(maker, name.casefold(), maker, only="own"):
            found = self.known.exact(maker, peeled.bare)
            if found is not None and found.curated:
                return found
        return None

    # What makers sell themselves.

    def first_party(self, consumed: frozenset[str]) -> None:
        self.no_models = {row.key: reason for row in self.market.rows.values() if (reason := self._no_model(row))}
        rows = [(row, maker) for row in self.market.rows.values() if (maker := self._owner(row)) is not None]
        for row, maker in sorted(rows, key=lambda item: self._order(*item)):
            if row.key not in consumed and row.key not in self.no_models:
                self._sold(row, maker)

    def _owner(self, row: Row) -> str | None:
        """The maker whose own model a row sells."""
        spelled = self.reader.read(row.provider, row.id)
        by_name = spelled.maker or self.reader.family(spelled.bare)
        for maker, pattern in self.rules.owners(row.provider):
            if pattern and re.match(pattern, row.id.casefold()):
                return maker if by_name in (None, maker) or spelled.maker is None else None
            if not pattern and by_name in (None, maker):
                return maker
        return None

    def _order(self, row: Row, maker: str) -> tuple[int, int, str, str]:
        """Plain names first, then dated ones, then floating ones; the maker's main provider before its others."""
        bare = self.reader.read(row.provider, row.id).bare
        kinds = {kind for peeled in self.reader.peelings(row.provider, bare, maker, only="own") for kind in peeled.kinds}
        hosted = {kind for n in self.reader.peelings(row.provider, bare, maker, only="mints") for kind in n.kinds} & _HOSTED
        rank = 2 if "latest" in kinds else 1 if _DATE in kinds or hosted else 0
        return rank, int(row.provider != maker), bare, row.provider

    def _no_model(self, row: Row) -> str:
        for rule in self.rules.naming.not_models:
            if rule.explains(row.provider, row.id):
                return rule.reason
        return ""

    def _sold(self, row: Row, maker: str) -> None:
        spelled = self.reader.read(row.provider, row.id)
        bare = spelled.bare
        names = list(self.reader.peelings(row.provider, bare, maker, only="own"))
        pointed = self.rules.pointed(row.provider, maker, bare)
        if pointed is not None:
            self._points(row, self.known.exact(maker, pointed) or self._add(maker, pointed), bare)
            return
        variants = (n.bare for n in self.reader.peelings(row.provider, bare, maker, only="mints") if n.kinds <= _HOSTED)
        target = next(filter(None, (self._same(maker, name) for name in variants)), None)
        if (maker, fold(bare)) not in self.rules.same:
            target = target or next(filter(None, (self._stem(maker, n, row) for n in names[1:])), None)
        if target is None:
            stem = next((n for n in names if not n.kinds - {"version"} and ":" not in n.bare), names[-1])
            named = self.rules.same.get((maker, fold(bare))) or self.rules.same.get((maker, fold(stem.bare)))
            target = self._add(maker, named or stem.bare, "" if named else row.id)
        target.own_rows.append(row.key)
        if row.provider == maker and (target.pricing_ref is None or fold(row.id) == fold(target.model_id)):
            target.pricing_ref = row.id
        elif maker not in self.rules.makers[maker].own and spelled.region is None and fold(row.id) != fold(target.model_id):
            # The maker sells elsewhere only: the row without a region speaks for the model, whatever stands around its name.
            target.pricing_ref = target.pricing_ref or row.id
        target.kind = target.kind or class_of(row.mode, bare)
        self._alias(target, bare, floating="latest" in {kind for n in names for kind in n.kinds})

    def _points(self, row: Row, model: Model, bare: str) -> None:
        """A floating name of the maker: what feeds say of it may be of the model to which it pointed before."""
        model.kind = model.kind or class_of(row.mode, bare)
        if (model.maker, fold(bare)) not in self.rules.same:
            self.known.name(model.key, bare)
        if not model.curated and bare not in self.claimed[model.maker]:
            self.claimed[model.maker].add(bare)
            model.aliases.append(Alias(name=bare, floating=True))

    def _stem(self, maker: str, name: Peeled, row: Row) -> Model | None:
        """The model of which a dated or floating name is a snapshot: the plain name, if nothing differs."""
        found = self.known.exact(maker, name.bare)
        if "latest" in name.kinds and found is None:
            found = self._newest(maker, name.bare)
        if found is None or found.curated or "latest" in name.kinds:
            return found
        other = self.market.rows.get((row.provider, (found.pricing_ref or found.model_id).casefold()))
        return found if other is None or not _differ(row, other) else None

    def _newest(self, maker: str, stem: str) -> Model | None:
        """The newest dated model with a stem, for a floating name that has no plain one."""
        dated = [
            (peeled.said[-1][1], model)
            for model in self.known.models.values()
            if model.maker == maker
            for peeled in self.reader.peelings(maker, model.model_id.casefold(), maker, only="own")
            if peeled.kinds == {_DATE} and fold(peeled.bare) == fold(stem)
        ]
        return max(dated, key=lambda item: (item[0], item[1].model_id))[1] if dated else None

    # Published weights.

    def published(self) -> None:
        """Models from organisation/model ids; a tuned model and its short name are one, unless a host sells both."""
        groups: dict[tuple[str, str], list[_Candidate]] = defaultdict(list)
        for candidate in self._candidates():
            groups[candidate.maker, self.known.untuned(fold(candidate.bare))].append(candidate)
        for (maker, plain), found in sorted(groups.items()):
            tuned = [candidate for candidate in found if fold(candidate.bare) != plain]
            short = [candidate for candidate in found if fold(candidate.bare) == plain]
            both = {c.provider for c in tuned} & {c.provider for c in short}
            for together in [tuned, short] if both else [found]:
                if together:
                    self._publish(maker, together, groups)

    def _publish(self, maker: str, found: list[_Candidate], groups: Mapping[tuple[str, str], object]) -> None:
        counted = Counter(candidate.bare for candidate in found)
        chosen = min(counted, key=lambda bare: (_ending(bare), -counted[bare], "." not in bare, len(bare), bare))
        if self._is_known(maker, chosen, groups):
            return
        original = min(candidate.identifier for candidate in found if candidate.bare == chosen)
        model = self._add(maker, chosen, organisation=original)
        for candidate in found:
            self.known.name(model.key, candidate.bare)
            model.kind = model.kind or class_of(None, candidate.bare) or class_of(candidate.mode)

    def _is_known(self, maker: str, bare: str, groups: Mapping[tuple[str, str], object]) -> bool:
        """Whether the name is another spelling, a setting or a variant of a model, or somebody else's model."""
        if self._same(maker, bare) or self.known.reordered(maker, bare) or self.known.tuned(maker, bare):
            return True
        family = self.reader.family(bare)
        if family not in (None, maker) and (self.known.exact(family, bare) or self.known.tuned(family, bare)):
            return True
        for peeled in self.reader.peelings("", bare, maker):
            if not peeled.said or peeled.kinds & {_DATE, "setting", "preview"}:
                continue
            if self._same(maker, peeled.bare) or (maker, self.known.untuned(fold(peeled.bare))) in groups:
                return True
        return False

    def _same(self, maker: str, bare: str) -> Model | None:
        """The model of a name, or the one that the table of names says it is."""
        target = self.rules.same.get((maker, fold(bare)))
        return self.known.exact(maker, target or bare) or self.known.exact(maker, bare)

    def _candidates(self) -> Iterator[_Candidate]:
        for row in self.market.rows.values():
            if not self._writes_published_ids(row):
                continue
            spelled = self.reader.read(row.provider, row.id)
            maker = spelled.maker
            if maker is None or not spelled.by_slash or "/" in spelled.bare or not self._may_mint(maker, spelled.bare):
                continue
            names = list(self.reader.peelings(row.provider, spelled.bare, maker, only="mints"))
            bare = self.rules.same.get((maker, fold(names[-1].bare)), names[-1].bare)
            if not bare.endswith("-latest"):
                yield _Candidate(maker, bare, row.id, row.provider, row.mode)

    def _writes_published_ids(self, row: Row) -> bool:
        pattern = self.rules.naming.slugs.get(row.provider)
        if pattern is None:
            return not self.rules.provider_rules(row.provider).gateway
        return bool(re.match(pattern, row.id.casefold()))

    def _may_mint(self, maker: str, bare: str) -> bool:
        pattern = self.rules.makers[maker].mints
        return pattern != "-" and bool(re.match(pattern, bare))

    # Both.

    def _add(self, maker: str, name: str, original: str = "", organisation: str | None = None) -> Model:
        model_id = (original if original.casefold() == name.casefold() else name).replace("/", "-").replace(":", "-")
        model = Model(maker=maker, model_id=model_id, organisation=organisation, kind=class_of(None, name))
        self.claimed[maker].add(model_id.casefold())
        return self.known.add(model, [name])

    def _alias(self, model: Model, bare: str, *, floating: bool) -> None:
        name = bare.replace("/", "-")
        self.known.name(model.key, name)
        if model.curated or name.casefold() in self.claimed[model.maker] or ":" in name or "@" in name:
            return
        if fold(name) == fold(model.model_id):
            return
        self.claimed[model.maker].add(name.casefold())
        model.aliases.append(Alias(name=name, floating=True) if floating and "latest" in name else name)


_ENDINGS = ("instruct", "it", "chat", "")
"""Which of a tuned model's names is the published one."""


def _ending(bare: str) -> int:
    return next(at for at, ending in enumerate(_ENDINGS) if bare.endswith(ending))


def _holds(alias: str | Alias) -> bool:
    return isinstance(alias, str) or alias.until is None


def _is_read(claim: Claim, identities: Identities) -> bool:
    return bool(identities.models_of(claim))


def _differ(one: Row, other: Row) -> bool:
    """Whether two rows state different prices, windows or ends of life."""
    for field in ("retires_on", "deprecated_on"):
        if {claim.value for claim in one.said(field)} - {claim.value for claim in other.said(field)}:
            return True
    for field in ("rate:input_per_1m_tokens", "rate:output_per_1m_tokens", "context_window_input", "context_window"):
        for source in ("genai-prices", "litellm", "models.dev"):
            values = [{c.value for c in row.said(field, source) if not c.conditions} for row in (one, other)]
            if values[0] and values[1] and not values[0] & values[1]:
                return True
    return False


def mint(rules: MarketRules, reader: Reader, market: Market, identities: Identities, base_models: Iterable[str]) -> Minted:
    """Every model of the market."""
    run = _Mint(rules, reader, market)
    run.curated(identities)
    consumed = run.consumed(identities)
    run.base(base_models)
    run.first_party(consumed)
    run.point()
    run.published()
    return Minted(run.known, consumed, run.no_models, run.bases)
