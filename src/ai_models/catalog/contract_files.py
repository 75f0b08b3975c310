"""Contract files: what is wrong with one beside the offerings that it is about, and the ``Contract`` that it says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import NamedTuple, Protocol

from ai_models.catalog.binding import bind
from ai_models.catalog.document import Document, read_document
from ai_models.catalog.files import Loaded
from ai_models.catalog.problems import nearest, shown
from ai_models.catalog.schema import ContractFile, FixedRate, TermEntry
from ai_models.catalog.snapshot import ProviderEntry
from ai_models.errors import CatalogError
from ai_models.pricing.contracts import Contract
from ai_models.pricing.meters import GROUPS, METERS, RATE_KEYS
from ai_models.pricing.models import Offering, Rate
from ai_models.pricing.terms import Term, certain_names, contested, faults, is_pattern, offering_names, rivalry, shared

__all__ = ["Market", "Sellers", "Sold", "check_contract", "contract_of", "load_contract"]

_MOST_NAMES = 500
_LONGEST_NAME = 200


class Sellers(Protocol):
    """What contracts ask of a ``Catalog``, which cannot be imported here: it reads them itself."""

    @property
    def providers(self) -> Mapping[str, ProviderEntry]:
        """Who sells models, by id."""

    def offerings(self, *, provider: str) -> list[Offering]:
        """What one of them sells."""


class Sold(NamedTuple):
    """What a provider sells: the names of each offering by its key, and the regions, where they are known."""

    offerings: Mapping[str, frozenset[str]]
    regions: Collection[str] = ()

    @classmethod
    def of(cls, offerings: Iterable[tuple[str, str | None]], regions: Collection[str]) -> Sold:
        """From the id and the model (``maker/model_id``) of each offering."""
        return cls({key: offering_names(key, model) for key, model in offerings}, regions)


class Market:
    """All offerings that contracts may be about, asked for by provider."""

    def __init__(self, providers: Collection[str], sold: Callable[[str], Sold]) -> None:
        self.providers = providers
        self._sold = sold
        self._known: dict[str, Sold] = {}

    @classmethod
    def of(cls, catalog: Sellers) -> Market:
        """All that a catalogue has."""

        def sold(provider: str) -> Sold:
            offerings = catalog.offerings(provider=provider)
            return Sold.of([(offering.id, offering.model) for offering in offerings], catalog.providers[provider].regions)

        return cls(catalog.providers, sold)

    def sold(self, provider: str) -> Sold:
        """What a known provider sells."""
        if provider not in self._known:
            self._known[provider] = self._sold(provider)
        return self._known[provider]


class _Finding(NamedTuple):
    path: tuple[str | int, ...]
    message: str
    found: str = ""
    valid: Collection[str] = ()


def check_contract(loaded: Loaded[ContractFile], market: Market) -> None:
    """Report what is wrong with a contract, in itself and beside what there is to buy."""
    content, document = loaded.content, loaded.document
    terms = [_term(entry) for entry in content.terms]
    _report(document, _written(content))
    _report(document, _in_itself(content, terms))
    _report(document, (finding for place, term in enumerate(terms) for finding in _beside(place, term, market)))
    _report(document, _rivals(terms, market))


def contract_of(content: ContractFile) -> Contract:
    """The contract that a file without problems says."""
    return Contract(
        name=content.name,
        terms=tuple(_term(entry) for entry in content.terms),
        currency=content.currency,
        since=content.since,
        until=content.until,
        notes=content.notes,
    )


def load_contract(path: Path | str, catalog: Sellers) -> Contract:
    """A contract from a file alone, checked beside what a catalogue has.

    Raises:
        CatalogError: the file has problems; it lists all of them.
    """
    document = read_document(Path(path))
    content = bind(document, ContractFile)
    if content is not None:
        check_contract(Loaded(document, content), Market.of(catalog))
    if content is None or document.problems:
        raise CatalogError("the contract has problems:", problems=[str(problem) for problem in sorted(document.problems)])
    return contract_of(content)


def _term(entry: TermEntry) -> Term:
    written = {} if entry.rates is None else entry.rates.rates
    rates = {RATE_KEYS[key].meter: _rate(key, rate) for key, rate in written.items()}
    return Term(
        provider=entry.provider,
        models=tuple(entry.models),
        meters=tuple(entry.meters),
        regions=tuple(entry.regions),
        service_tiers=tuple(entry.service_tiers),
        since=entry.since,
        until=entry.until,
        multiply=entry.multiply,
        rates=rates,
        volume=entry.volume,
        notes=entry.notes,
    )


def _rate(key: str, written: Decimal | FixedRate) -> Rate:
    per = RATE_KEYS[key].per
    return (
        Rate(written, per) if isinstance(written, Decimal) else Rate(written.price, per, written.minimum, written.increment)
    )


def _report(document: Document, findings: Iterable[_Finding]) -> None:
    for path, message, found, valid in findings:
        if document.is_full:
            return
        field = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
        if not document.is_unbound(field):
            close = nearest(found, valid) if found and valid else ""
            document.report(
                document.line_of(*path), message, field=field, found=shown(found) if found else "", nearest=close
            )


def _written(content: ContractFile) -> Iterator[_Finding]:
    """What only the file can have: two keys of one meter, lists without end."""
    for place, entry in enumerate(content.terms):
        rates = {} if entry.rates is None else entry.rates.rates
        first: dict[str, str] = {}
        for key, rate in rates.items():
            meter = RATE_KEYS[key].meter
            if first.setdefault(meter, key) != key:
                yield _Finding(("terms", place, "rates", key), f"prices {meter} a second time (first {first[meter]})")
            if isinstance(rate, FixedRate) and rate.increment == 0:
                yield _Finding(("terms", place, "rates", key, "increment"), "must be above 0")
        if entry.rates is not None and not rates and (entry.multiply is not None or entry.volume is not None):
            yield _Finding(("terms", place, "rates"), "holds no rate")
        if len(entry.models) > _MOST_NAMES or any(len(name) > _LONGEST_NAME for name in entry.models):
            reason = f"at most {_MOST_NAMES} names of at most {_LONGEST_NAME} characters are compared and allowed"
            yield _Finding(("terms", place, "models"), reason)


def _in_itself(content: ContractFile, terms: list[Term]) -> Iterator[_Finding]:
    for path, message in faults(terms, since=content.since, until=content.until):
        if path[-2:-1] == ("meters",):
            term = terms[int(path[1])]
            names = term.volume.meters if "volume" in path and term.volume is not None else term.meters
            yield _Finding(path, "is neither a meter nor a group", names[int(path[-1])], [*METERS, *GROUPS])
        else:
            yield _Finding(path, message)


def _beside(place: int, term: Term, market: Market) -> Iterator[_Finding]:
    """A provider, models and regions that there are not."""
    if term.provider not in market.providers:
        message = "is not a provider of the catalogue"
        yield _Finding(("terms", place, "provider"), message, term.provider, market.providers)
        return
    sold = market.sold(term.provider)
    for number, model in enumerate(term.models[:_MOST_NAMES]):
        if len(model) <= _LONGEST_NAME and not any(_names(model, names) for names in sold.offerings.values()):
            what = "matches nothing" if is_pattern(model) else "is nothing"
            known = {name for names in sold.offerings.values() for name in names} | set(sold.offerings)
            yield _Finding(("terms", place, "models", number), f"{what} that {term.provider} sells", model, known)
    known_regions = {region.casefold() for region in sold.regions}
    for number, region in enumerate(term.regions):
        if known_regions and region.casefold() not in known_regions:
            yield _Finding(("terms", place, "regions", number), "is not a region of the provider", region, sold.regions)


def _names(model: str, names: frozenset[str]) -> bool:
    return Term(provider="", models=(model,)).matches(names) is not None


def _rivals(terms: list[Term], market: Market) -> Iterator[_Finding]:
    """Equal terms whose patterns meet at an offering of the catalogue; those that meet anywhere are found already."""
    for (earlier, other), (later, term) in combinations(enumerate(terms), 2):
        if term.provider != other.provider or term.provider not in market.providers or not (term.models and other.models):
            continue
        if _is_long(term) or _is_long(other):
            continue
        meters = contested(term, other)
        offerings = market.sold(term.provider).offerings
        names = shared(term, other, offerings.values()) if meters and not _meet_anywhere(term, other) else None
        if names is not None:
            offering = next(key for key, known in offerings.items() if known == names)
            yield _Finding(("terms", later), rivalry(meters, earlier, offering))


def _is_long(term: Term) -> bool:
    return len(term.models) > _MOST_NAMES or any(len(name) > _LONGEST_NAME for name in term.models)


def _meet_anywhere(one: Term, other: Term) -> bool:
    """Whether ``faults`` reports them, whatever is sold."""
    return shared(one, other, certain_names(one, other)) is not None
