"""Reads a provider's identifier: who made the model, what it is called, and what the rest of the identifier says."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from ai_models.catalog.fusion.market.rules import MarketRules, Peel

__all__ = ["Peeled", "Reader", "Spelled"]

_DEEPEST = 5
"""So many words stand behind a model's name at most."""


class Spelled(NamedTuple):
    """An identifier read: the bare name, the maker where an organisation names one, and the region."""

    bare: str
    maker: str | None
    region: str | None
    by_slash: bool
    """Whether the organisation stands before a slash, as on Hugging Face."""


class Peeled(NamedTuple):
    """A bare name without some words behind it, and what those said."""

    bare: str
    said: tuple[tuple[str, str], ...]

    @property
    def kinds(self) -> frozenset[str]:
        """What kinds of words are gone."""
        return frozenset(kind for kind, _ in self.said)


class Reader:
    """Reads identifiers by the naming table."""

    def __init__(self, rules: MarketRules) -> None:
        naming = rules.naming
        self._rules = rules
        self._before = [(re.compile(rule.pattern), frozenset(rule.providers)) for rule in naming.before]
        self._instead = [(re.compile(rule.pattern), rule.by, frozenset(rule.providers)) for rule in naming.instead]
        self._after = [(re.compile(rule.pattern), rule) for rule in naming.after]
        self._families = [(re.compile(pattern), maker) for pattern, maker in naming.families]
        self._cache: dict[tuple[str, str], Spelled] = {}

    def read(self, provider: str, identifier: str) -> Spelled:
        """An identifier of a provider, in folded case."""
        key = (provider, identifier)
        found = self._cache.get(key)
        if found is None:
            found = self._cache[key] = self._read(provider, identifier.casefold().strip())
        return found

    def _read(self, provider: str, name: str) -> Spelled:
        name, region = self._without_beginnings(provider, name)
        parts = name.split("/")
        place = next((at for at in range(len(parts) - 2, -1, -1) if parts[at] in self._rules.orgs), None)
        maker = None if place is None else self._rules.orgs[parts[place]]
        bare = "/".join(parts[place + 1 :]) if place is not None else parts[-1] if len(parts) == 2 else name
        org, dot, rest = bare.partition(".")
        if dot and maker is None and org in self._rules.orgs and rest:
            bare, maker = rest, self._rules.orgs[org]
        for pattern, by, providers in self._instead:
            if not providers or provider in providers:
                bare = pattern.sub(by, bare)
        return Spelled(bare, maker, region, by_slash=place is not None)

    def _without_beginnings(self, provider: str, name: str) -> tuple[str, str | None]:
        region = None
        for pattern, providers in self._before:
            found = pattern.match(name) if not providers or provider in providers else None
            if found is not None:
                region = region or found.groupdict().get("region")
                name = name[found.end() :]
        return name, region

    def family(self, bare: str) -> str | None:
        """Whose a bare name is by its beginning."""
        return next((maker for pattern, maker in self._families if pattern.match(bare)), None)

    def peelings(self, provider: str, bare: str, maker: str | None, *, only: str = "") -> Iterator[Peeled]:
        """The name, then the name without words behind it, the fewest first; ``only`` is ``own`` or ``mints``."""
        seen = {bare}
        queue = deque([Peeled(bare, ())])
        while queue:
            current = queue.popleft()
            yield current
            if len(current.said) >= _DEEPEST:
                continue
            for shorter in self._peeled(provider, current, maker, only):
                if shorter.bare not in seen:
                    seen.add(shorter.bare)
                    queue.append(shorter)

    def _peeled(self, provider: str, name: Peeled, maker: str | None, only: str) -> Iterator[Peeled]:
        for pattern, rule in self._after:
            if not _applies(rule, provider, maker, only):
                continue
            found = pattern.search(name.bare)
            if found is not None and found.start() > 0:
                groups = found.groupdict()
                value = next((text for text in groups.values() if text), found[0].lstrip("-_:@/"))
                yield Peeled(name.bare[: found.start()], (*name.said, (rule.sets, value)))


def _applies(rule: Peel, provider: str, maker: str | None, only: str) -> bool:
    if (only == "own" and not rule.own) or (only == "mints" and not rule.mints):
        return False
    return (not rule.providers or provider in rule.providers) and (not rule.makers or maker in rule.makers)
