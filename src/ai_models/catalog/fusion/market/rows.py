"""Claims grouped by what they are about: one row an offering, under the provider's canonical id."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct, structs

from ai_models.catalog.claims import Claim, Rejected
from ai_models.catalog.fusion.market.rules import MarketRules
from ai_models.catalog.sources.reading import ZERO, Imported

__all__ = ["OBSERVED", "Market", "Row", "collect"]

OBSERVED = "price-observations"
VENDOR = "vendor"
"""The source of what a person read on a maker's page: the table of verified facts adds to it."""
_SPELLING_ORDER = ("models.dev", "litellm", "genai-prices", "vendor", "deprecations", OBSERVED)
"""Whose spelling of an identifier counts: models.dev's files bear the exact ones."""

_IMAGE = re.compile(
    r"(?:(?P<quality>low|medium|high|xhigh|max|standard|hd|auto)/)?(?:(?P<size>\d+-x-\d+|max-x-max)/)?"
    r"(?:(?P<steps>\d+|max)-steps/)?(?P<rest>.+)"
)
_SEARCH_FEE, _REQUEST_FEE = "rate:web_search_per_1k", "rate:request_per_1k"
_CACHE_RATES = frozenset({"rate:cache_read_per_1m_tokens", "rate:cache_write_per_1m_tokens"})
_STANDARD = frozenset({"rate:input_per_1m_tokens", "rate:output_per_1m_tokens"}) | _CACHE_RATES
_FIRST_WORD = re.compile(r"(?:.*/)?(?:[a-z][a-z0-9-]*\.)*([a-z]+)")
_FAMILIES = 3
"""So many families do not appear on one and the same first of a month."""
_NOISE = 12
"""So many digits of an amount are meant; more come from binary fractions."""


class Row(Struct, kw_only=True):
    """An offering with everything that sources say of it."""

    provider: str
    id: str
    claims: list[Claim] = []
    observed: list[Claim] = []
    mode: str | None = None
    zeros: set[str] = set()
    """Sources that put its standard prices at 0."""

    @property
    def key(self) -> str:
        """``provider:id``."""
        return f"{self.provider}:{self.id}"

    def said(self, field: str, source: str | None = None) -> list[Claim]:
        """The claims on one field."""
        return [claim for claim in self.claims if claim.field == field and source in (None, claim.source)]


class Market(Struct, kw_only=True):
    """Every row by (provider, folded id), and the claims that were left out."""

    rows: dict[tuple[str, str], Row]
    left_out: list[Rejected]


def collect(imported: Mapping[str, Imported], rules: MarketRules) -> Market:
    """The rows of all sources; deterministic for any order of the sources and their claims."""
    gathered: dict[tuple[str, str], list[tuple[str, Claim]]] = defaultdict(list)
    left_out: dict[tuple[str, str], Rejected] = {}
    for claim in _all_claims(imported):
        provider, identifier, claim = _placed(claim, rules)
        reason = _no_offering(provider, identifier, rules) or _misread(claim, provider, rules)
        if reason:
            left_out.setdefault((claim.source, claim.subject), _left(claim, reason))
        else:
            gathered[provider, identifier.casefold()].append((identifier, claim))
    for claim in _verified(rules) if VENDOR in imported else ():
        gathered[claim.provider, claim.subject.casefold()].append((claim.subject, claim))
    _join_twins(gathered, rules)
    zeros = _zeros(imported)
    rows = {key: _row(key[0], said, zeros) for key, said in sorted(gathered.items())}
    for key, row in list(rows.items()):
        product = rules.naming.products.get(row.mode or "")
        if product is not None:
            left_out[row.claims[0].source, key[1]] = _left(row.claims[0], product)
            del rows[key]
    placeholders = _without_placeholders(rows)
    return Market(rows=rows, left_out=[*(left_out[key] for key in sorted(left_out)), *placeholders])


def _all_claims(imported: Mapping[str, Imported]) -> Iterable[Claim]:
    for source in sorted(imported):
        yield from imported[source].claims


def _verified(rules: MarketRules) -> Iterator[Claim]:
    """The table of verified facts as claims."""
    for fact in rules.facts:
        for field, value in fact.says.items():
            yield Claim(
                source=VENDOR,
                provider=fact.provider,
                subject=fact.id,
                field=field,
                value=tuple(value) if isinstance(value, list) else value,
                as_of=fact.as_of,
                where=fact.url,
            )


def _without_placeholders(rows: Mapping[tuple[str, str], Row]) -> list[Rejected]:
    """Take release dates away that a provider's list gives to models of several families on the first of a month."""
    named: dict[tuple[str, str, date], set[str]] = defaultdict(set)
    for row in rows.values():
        for claim in row.said("release_date"):
            if isinstance(claim.value, date) and claim.value.day == 1 and claim.source != VENDOR:
                named[claim.source, row.provider, claim.value].add(_first_word(row.id))
    shared = {key for key, families in named.items() if len(families) >= _FAMILIES}
    left_out = []
    for row in rows.values():
        for claim in row.said("release_date"):
            if isinstance(claim.value, date) and (claim.source, row.provider, claim.value) in shared:
                row.claims.remove(claim)
                left_out.append(
                    Rejected(
                        source=claim.source,
                        where=row.key,
                        reason="release_date: a placeholder, shared by models of several families",
                        found=claim.value.isoformat(),
                    )
                )
    return left_out


def _first_word(identifier: str) -> str:
    """The word with which the name begins, behind organisations and regions."""
    found = _FIRST_WORD.match(identifier.casefold())
    return found[1] if found is not None else ""


def _left(claim: Claim, reason: str) -> Rejected:
    return Rejected(source=claim.source, where=f"{claim.provider}/{claim.subject}", reason=reason)


def _placed(claim: Claim, rules: MarketRules) -> tuple[str, str, Claim]:
    """The provider, the provider's identifier, and the claim with the attributes that its identifier held."""
    feed = dict(claim.conditions).get("feed", claim.source) if claim.source == OBSERVED else claim.source
    provider = rules.provider(feed, claim.provider, claim.subject)
    identifier = claim.subject
    if feed == "litellm":
        identifier = _unprefixed(identifier, claim.provider, provider, rules)
        identifier, attributes = _attributes(identifier)
        if attributes:
            identifier = _unprefixed(identifier, claim.provider, provider, rules)
            pairs = (*claim.conditions, *attributes.items())
            claim = structs.replace(claim, conditions=tuple(sorted(pairs)))
    if isinstance(claim.value, Decimal):
        claim = structs.replace(claim, value=_meant(claim.value))
    if claim.field.startswith("rate:"):
        claim = structs.replace(claim, conditions=tuple(map(_spelled, claim.conditions)))
        if rules.provider_rules(provider).request_fees:
            claim = _as_request_fee(claim)
    return provider, identifier, claim


def _spelled(condition: tuple[str, str]) -> tuple[str, str]:
    """A resolution in the spelling of most sources: 4k, not 4K."""
    name, value = condition
    return name, value.casefold() if name == "attribute.resolution" else value


def _as_request_fee(claim: Claim) -> Claim:
    """The fee by the size of the search context, at a provider that charges it for every request."""
    sized = any(name == "attribute.search_context_size" for name, _ in claim.conditions)
    return structs.replace(claim, field=_REQUEST_FEE) if sized and claim.field == _SEARCH_FEE else claim


def _join_twins(gathered: dict[tuple[str, str], list[tuple[str, Claim]]], rules: MarketRules) -> None:
    """Give rows the cache rates that their source states only in the twin that it spells without the organisation."""
    for (provider, folded), said in gathered.items():
        twin = gathered.get((provider, folded.rpartition("/")[2]), [])
        if not twin or twin is said or not rules.provider_rules(provider).bare_names:
            continue
        for source in sorted({claim.source for _, claim in twin}):
            own = {(c.field, c.conditions): (name, c) for name, c in said if c.source == source and c.field in _STANDARD}
            theirs = {(c.field, c.conditions): c for _, c in twin if c.source == source and c.field in _STANDARD}
            base = {key: (name, c) for key, (name, c) in own.items() if key[0] not in _CACHE_RATES and not key[1]}
            if base and all(key in theirs and theirs[key].value == c.value for key, (_, c) in base.items()):
                name, row = next(iter(base.values()))
                added = [c for key, c in theirs.items() if key[0] in _CACHE_RATES and key not in own and not key[1]]
                said.extend((name, structs.replace(c, subject=row.subject, provider=row.provider)) for c in added)


def _unprefixed(identifier: str, spelled: str, provider: str, rules: MarketRules) -> str:
    """LiteLLM writes its own name of the provider before the provider's identifier, sometimes after the attributes."""
    names = {spelled.casefold(), provider, *rules.provider_rules(provider).spelled.get("litellm", [])}
    names |= {name.partition("-")[0] for name in names if name.startswith("vertex_ai")} | {"amazon-nova", "bedrock"}
    first, slash, rest = identifier.partition("/")
    return rest if slash and first.casefold() in names else identifier


def _attributes(identifier: str) -> tuple[str, dict[str, str]]:
    """``low/1024-x-1024/gpt-image-1`` as the identifier and the attributes of a request."""
    found = _IMAGE.fullmatch(identifier)
    if found is None or not any(found.group("quality", "size", "steps")):
        return identifier, {}
    named = {"quality": found["quality"], "size": found["size"], "steps": found["steps"]}
    return found["rest"], {f"attribute.{name}": value.replace("-x-", "x") for name, value in named.items() if value}


def _meant(value: Decimal) -> Decimal:
    """An amount without the noise of binary fractions: 0.30000000000000004 is 0.3."""
    if len(value.as_tuple().digits) <= _NOISE:
        return value
    return Decimal(f"{Decimal(f'{value:.9e}').normalize():f}")


def _misread(claim: Claim, provider: str, rules: MarketRules) -> str:
    """Why a claim is not read though its row is an offering's."""
    conditions = dict(claim.conditions)
    if conditions.get("attribute.size") == "maxxmax" or conditions.get("attribute.steps") == "max":
        return "max is the feed's word for whatever is larger, and no value that a request has"
    wrong = (rule for rule in rules.misread if (rule.source, rule.provider) == (claim.source, provider))
    return next((rule.reason for rule in wrong if re.fullmatch(rule.pattern, claim.subject)), "")


def _no_offering(provider: str, identifier: str, rules: MarketRules) -> str:
    if provider == "unknown" or not identifier or identifier.startswith("*"):
        return "no provider or no identifier"
    if re.fullmatch(rules.naming.commitments, identifier):
        return "prices a commitment by the hour, not use"
    if any(sign in identifier for sign in "\n\t") or identifier != identifier.strip():
        return "no identifier"
    return ""


def _row(provider: str, said: list[tuple[str, Claim]], zeros: dict[str, set[str]]) -> Row:
    spelled = min(said, key=lambda pair: (_SPELLING_ORDER.index(pair[1].source), pair[0]))[0]
    claims = [claim for _, claim in said if claim.source != OBSERVED]
    modes = sorted({str(claim.value) for claim in claims if claim.field == "mode"})
    row = Row(
        provider=provider,
        id=spelled,
        claims=claims,
        observed=[claim for _, claim in said if claim.source == OBSERVED],
        mode=modes[0] if modes else None,
    )
    row.zeros = {source for _, claim in said for source in zeros.get(f"{claim.provider}/{claim.subject}", ())}
    row.zeros |= {"litellm" for _, claim in said if "litellm" in zeros.get(claim.subject, ()) and claim.source == "litellm"}
    return row


_ZERO_PRICES = ("/cost/input", "/input_cost_per_token", "/prices[0].input_mtok")


def _zeros(imported: Mapping[str, Imported]) -> dict[str, set[str]]:
    """By the place of a row in its source, the sources that put its input price at 0."""
    found: dict[str, set[str]] = defaultdict(set)
    for source, read in imported.items():
        for left in read.rejected:
            ending = next((end for end in _ZERO_PRICES if left.where.endswith(end)), None)
            if left.reason == ZERO and ending is not None:
                found[left.where.removesuffix(ending)].add(source)
    return found
