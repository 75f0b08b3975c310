"""Which model an offering serves; one that matches none has none, and never makes one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ai_models.catalog.fusion.market.folding import fold
from ai_models.catalog.fusion.market.known import KnownModels, Model, class_of
from ai_models.catalog.fusion.market.naming import Peeled, Reader, Spelled
from ai_models.catalog.fusion.market.rules import MarketRules

__all__ = ["Match", "Matcher"]


class Match(NamedTuple):
    """The model behind an identifier, and what else the identifier says of the offering."""

    model: Model | None
    region: str | None = None
    quantization: str | None = None
    said: tuple[tuple[str, str], ...] = ()


class Matcher:
    """Matches identifiers against the known models."""

    def __init__(self, rules: MarketRules, reader: Reader, known: KnownModels) -> None:
        self._rules = rules
        self._reader = reader
        self._known = known
        self._orgs = sorted({*rules.orgs}, key=len, reverse=True)

    def match(self, provider: str, identifier: str, mode: str | None = None) -> Match:
        """The model that a provider serves under an identifier."""
        spelled = self._reader.read(provider, identifier)
        makers = list(dict.fromkeys(self._makers(provider, spelled)))
        as_it_is = self._rules.is_base(provider, identifier) or self._rules.is_whole(spelled.bare)
        for peeled in self._variants(provider, spelled, makers):
            model = self._find(provider, peeled, makers, as_it_is=as_it_is)
            if model is not None and _fits(model, mode, spelled.bare):
                said = dict(peeled.said)
                return Match(model, spelled.region, said.get("quantization"), peeled.said)
        return Match(None, spelled.region, self._quantization(provider, spelled))

    def _makers(self, provider: str, spelled: Spelled) -> Iterator[str]:
        """Whose it may be: the organisation that is named, then the name's family, then the provider's own maker."""
        if spelled.maker is not None:
            yield spelled.maker
        family = self._reader.family(spelled.bare)
        if family is not None:
            yield family
        if spelled.maker is None:
            yield from (maker for maker, _ in self._rules.owners(provider))

    def _variants(self, provider: str, spelled: Spelled, makers: list[str]) -> Iterator[Peeled]:
        """The name with ever fewer words behind it; then the same where words of the maker stand before it."""
        if self._rules.is_whole(spelled.bare):
            yield Peeled(spelled.bare, ())
            return
        for maker in makers:
            yield from self._reader.peelings(provider, spelled.bare, maker)
        if not makers:
            yield from self._reader.peelings(provider, spelled.bare, None)
        for org in self._orgs:
            if spelled.bare.startswith((f"{org}-", f"{org}_", f"{org}.")):
                makers.append(self._rules.orgs[org])
                yield from self._reader.peelings(provider, spelled.bare[len(org) + 1 :], self._rules.orgs[org])
                return

    def _find(self, provider: str, peeled: Peeled, makers: list[str], *, as_it_is: bool) -> Model | None:
        for maker in makers:
            target = self._rules.pointed(provider, maker, peeled.bare) or self._rules.same.get((maker, fold(peeled.bare)))
            found = self._known.exact(maker, target or peeled.bare)
            if as_it_is:
                found = found if found is not None and fold(found.model_id) == fold(peeled.bare) else None
            elif found is None:
                found = self._known.tuned(maker, peeled.bare) if "setting" not in peeled.kinds else None
                found = found or self._known.reordered(maker, peeled.bare) or self._loosely(maker, peeled)
            if found is not None:
                return found
        return self._known.anywhere(peeled.bare) if not makers else None

    def _loosely(self, maker: str, peeled: Peeled) -> Model | None:
        """The model whose preview a reseller calls by its plain name."""
        names = (f"{peeled.bare}-{ending}" for ending in self._rules.naming.loosely)
        return next(filter(None, (self._known.exact(maker, name) for name in names)), None)

    def _quantization(self, provider: str, spelled: Spelled) -> str | None:
        for peeled in self._reader.peelings(provider, spelled.bare, spelled.maker, only="mints"):
            said = dict(peeled.said)
            if "quantization" in said:
                return said["quantization"]
        return None


def _fits(model: Model, mode: str | None, name: str) -> bool:
    """Whether an offering's kind is the model's, by its mode or by its name; the unknown speaks against nothing."""
    kinds = {class_of(mode), class_of(None, name)} - {None}
    if not kinds or model.kind is None or model.kind in kinds:
        return True
    return kinds | {model.kind} <= {"chat", "image"}
