"""Which model a source means: the spellings of many sources joined by rules that are kept as data.

Nothing here guesses: a subject that no rule names belongs to no model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import structs

from ai_models.catalog.claims import Claim, ClaimValue
from ai_models.catalog.fusion.precedence import DEFAULT
from ai_models.catalog.fusion.rules import CuratedFacts, MakerRules, ModelRules

__all__ = ["Identities", "Key"]

Key = tuple[str, str]
"""Maker and model id."""


class Identities:
    """Finds the models that a claim is about, and reads the claim as it is meant there."""

    def __init__(self, rules: Iterable[MakerRules]) -> None:
        self.makers = tuple(sorted(rules, key=lambda maker: maker.maker))
        self._models: dict[tuple[str, str, str], tuple[Key, ...]] = {}
        self._providers: dict[tuple[str, str], MakerRules] = {}
        for maker in self.makers:
            for source, names in maker.spelled.items():
                for name in names:
                    self._providers[source, name.casefold()] = maker
            for model_id, model in maker.models.items():
                for source, spelling in _spellings(model_id, model):
                    self._name(maker.maker, source, spelling, model_id)

    def _name(self, maker: str, source: str, spelling: str, model_id: str) -> None:
        """A source may spell several models by one catch-all row; a name of every source means one model."""
        key = (maker, source, spelling.casefold())
        known = self._models.get(key, ())
        if source == "*" and known and known != ((maker, model_id),):
            raise ValueError(f"{maker}: {spelling!r} names both {known[0][1]} and {model_id}")
        self._models[key] = tuple(dict.fromkeys((*known, (maker, model_id))))

    def models_of(self, claim: Claim) -> tuple[Key, ...]:
        """``(maker, model_id)`` of each model that a claim is about; empty where no rule names its subject."""
        maker = self._providers.get((claim.source, claim.provider.casefold()))
        if maker is None:
            return ()
        for name in _unprefixed(claim.subject.casefold(), maker.prefixes.get(claim.source, ())):
            for source in (claim.source, "*"):
                found = self._models.get((maker.maker, source, name))
                if found:
                    return found
        return ()

    def rules_of(self, key: Key) -> tuple[MakerRules, ModelRules]:
        """The rules of a model and of its maker."""
        maker = next(rules for rules in self.makers if rules.maker == key[0])
        return maker, maker.models[key[1]]

    def assign(self, claims: Iterable[Claim]) -> dict[Key, list[Claim]]:
        """The claims of each model, the curated ones included, as they are meant for it."""
        assigned: dict[Key, list[Claim]] = {
            (maker.maker, model_id): [] for maker in self.makers for model_id in maker.models
        }
        curated = (claim for maker in self.makers for claim in _curated_claims(maker))
        for claim in curated:
            assigned[claim.provider, claim.subject].append(claim)
        for claim in claims:
            for key in self.models_of(claim):
                maker, model = self.rules_of(key)
                if claim.field not in model.ignore.get(claim.source, ()) and "*" not in model.ignore.get(claim.source, ()):
                    meant = _as_meant(claim, maker, model)
                    assigned[key].extend((meant, *_synonymous(meant, maker)))
        return assigned


def _as_meant(claim: Claim, maker: MakerRules, model: ModelRules) -> Claim:
    """A claim with the field that its source means by the name that it uses."""
    if claim.field == "context_window" and maker.window == "input":
        return structs.replace(claim, field="context_window_input")
    name = claim.field.removeprefix("rate:")
    meant = model.meters.get(name) or maker.meters.get(name)
    if name != claim.field and meant is not None:
        return structs.replace(claim, field=f"rate:{meant}")
    return claim


def _synonymous(claim: Claim, maker: MakerRules) -> Iterator[Claim]:
    """The claim once more for the other name of its service tier."""
    for one, other in maker.tier_synonyms.items():
        for name, synonym in ((one, other), (other, one)):
            if ("service_tier", name) in claim.conditions:
                kept = [pair for pair in claim.conditions if pair[0] != "service_tier"]
                yield structs.replace(claim, conditions=tuple(sorted((*kept, ("service_tier", synonym)))))


def _unprefixed(name: str, prefixes: Iterable[str]) -> Iterator[str]:
    """The name without its prefix; where a source has prefixes, names without one are another provider's."""
    for prefix in prefixes or ("",):
        if name.startswith(prefix):
            yield name.removeprefix(prefix)


def _spellings(model_id: str, model: ModelRules) -> Iterator[tuple[str, str]]:
    """Every ``(source, spelling)`` of a model; pinned aliases count, floating and moved ones do not."""
    yield "*", model_id
    for alias in model.aliases:
        if isinstance(alias, str):
            yield "*", alias
        elif not alias.floating and alias.until is None:
            yield "*", alias.name
    for source, names in model.spelled.items():
        for name in names:
            yield source, name


def _curated_claims(maker: MakerRules) -> Iterator[Claim]:
    """The facts of the rules as claims, so that they are weighed like every other."""
    for model_id, model in maker.models.items():
        for page in model.read:
            for field, value in page.facts.items():
                yield from _curated(maker.maker, model_id, page, field, value)
        for field, value in _defaults(maker, model):
            yield Claim(
                source="manual",
                provider=maker.maker,
                subject=model_id,
                field=field,
                value=value,
                as_of=maker.defaults_as_of,
                where=DEFAULT,
            )


def _defaults(maker: MakerRules, model: ModelRules) -> Iterator[tuple[str, ClaimValue]]:
    yield from maker.default_facts.items()
    for capability in maker.defaults.get(model.kind, ()):
        yield f"capability:{capability.removeprefix('-')}", not capability.startswith("-")


def _curated(maker: str, model_id: str, page: CuratedFacts, field: str, value: Any) -> Iterator[Claim]:
    def claim(name: str, content: ClaimValue) -> Claim:
        return Claim(
            source=page.source, provider=maker, subject=model_id, field=name, value=content, as_of=page.as_of, where=page.url
        )

    if field in {"capabilities", "unsupported"}:
        yield from (claim(f"capability:{name}", field == "capabilities") for name in value)
    else:
        yield claim(field, tuple(value) if isinstance(value, list) else value)
