"""What types cannot say of one file: dates that contradict, capabilities declared twice, versions out of order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import combinations, pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ai_models.catalog.document import Document
from ai_models.catalog.files import Loaded
from ai_models.catalog.problems import nearest, shown
from ai_models.catalog.schema import ModelFile, OfferingEntry, OverrideEntry, PricingFile, RateTerms, VersionEntry
from ai_models.catalog.scores import impossible
from ai_models.models.base import Alias, Lifecycle, Metadata, Reasoning
from ai_models.models.benchmarks import Benchmark
from ai_models.models.capabilities import EXTRA_LARGE_CONTEXT_FROM, LARGE_CONTEXT_ABOVE, ModelCapability
from ai_models.pricing.conditions import ATTRIBUTES, When, conjunction, implies, least_tokens, overlaps
from ai_models.pricing.meters import GROUPS, METERS, RATE_KEYS

__all__ = ["check_model", "check_pricing", "derived_capabilities"]

_CUTOFF = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?)?")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_MONTH_CUTOFF = re.compile(rf"({'|'.join(_MONTHS)}) [0-9]{{4}}")
_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)", re.ASCII)
_MAKER = re.compile(r"[^\s/:@]+")

_MOST_OVERRIDES = 100
"""Each is compared with each other; the widest cards that vendors publish have a few dozen."""

Path = tuple[str | int, ...]
Rates = dict[str, Decimal | RateTerms]
Finding = tuple[Path, str]
"""Where in the file, and what is wrong there."""


def derived_capabilities(window: int | None) -> dict[ModelCapability, bool]:
    """What the prompt window decides; nothing where the window is unknown."""
    if window is None:
        return {}
    return {
        ModelCapability.LARGE_CONTEXT: window > LARGE_CONTEXT_ABOVE,
        ModelCapability.EXTRA_LARGE_CONTEXT: window >= EXTRA_LARGE_CONTEXT_FROM,
    }


def check_model(loaded: Loaded[ModelFile]) -> None:
    """Report what is wrong within one model definition."""
    model = loaded.content
    findings = (
        *_identity_findings(model.provider, model.model_id, ("model_id",)),
        *_capability_findings(model),
        *_context_findings(model, known=not loaded.document.is_unbound("metadata.context_window_input")),
        *_metadata_findings(model.metadata),
        *_date_findings(model.lifecycle, model.metadata.release_date),
        *_status_findings(model.lifecycle, model.metadata),
        *_alias_findings(model),
        *_reasoning_findings(model.reasoning),
        *_score_findings(model.benchmarks),
    )
    _report(loaded.document, findings)


def check_pricing(loaded: Loaded[PricingFile]) -> None:
    """Report what is wrong within one pricing file."""
    provider = loaded.content.provider
    for offering_id, entry in loaded.content.models.items():
        base: Path = ("models", offering_id)
        _report(loaded.document, _identity_findings(provider, offering_id, base))
        whole = not loaded.document.is_unbound(_dotted(base))
        findings = _offering_findings(entry, loaded.content.regions, whole=whole)
        _report(loaded.document, ((base + path, text) for path, text in findings))


def _report(document: Document, findings: Iterable[Finding]) -> None:
    for path, message in findings:
        if document.is_full:
            return
        field = _dotted(path)
        if not document.is_unbound(field):
            document.report(document.line_of(*path), message, field=field)


def _dotted(path: Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def _identity_findings(provider: str, name: str, path: Path) -> Iterator[Finding]:
    """Keys are ``maker/model_id``, ``provider:id`` and ``id@provider``: a provider must not hold what divides them."""
    if not _MAKER.fullmatch(provider):
        yield ("provider",), f"must hold no space, slash, colon or @, found {shown(provider)}"
    if name != name.strip() or not name.isprintable():
        yield path, f"must be one line without spaces around it, found {shown(name)}"


def _capability_findings(model: ModelFile) -> Iterator[Finding]:
    for key, declared in (("capabilities", model.capabilities), ("unsupported", model.unsupported)):
        for capability, count in Counter(declared).items():
            if count > 1:
                yield (key,), f"{capability} is listed {count} times"
    supported = set(model.capabilities)
    for place, capability in enumerate(model.unsupported):
        if capability in supported:
            yield ("unsupported", place), f"{capability} is listed under capabilities too"


def _context_findings(model: ModelFile, *, known: bool) -> Iterator[Finding]:
    """The two capabilities that the window decides, where they are written; nothing where the window did not fit."""
    for capability, holds in derived_capabilities(model.metadata.context_window_input).items():
        wrong = model.unsupported if holds else model.capabilities
        if capability in wrong:
            key = "unsupported" if holds else "capabilities"
            window = model.metadata.context_window_input
            yield (key, wrong.index(capability)), f"{capability} contradicts context_window_input {window:,}"
    if model.metadata.context_window_input is None and known:
        for place, capability in enumerate(model.capabilities):
            if capability in {ModelCapability.LARGE_CONTEXT, ModelCapability.EXTRA_LARGE_CONTEXT}:
                yield ("capabilities", place), f"{capability} is derived from context_window_input, which is not given"


def _metadata_findings(metadata: Metadata) -> Iterator[Finding]:
    for name in ("context_window_input", "context_window_output", "context_window"):
        if getattr(metadata, name) == 0:
            yield ("metadata", name), "must be above 0 (null is unknown), found 0"
    total = metadata.context_window or metadata.context_window_input
    output = metadata.context_window_output
    if total is not None and output is not None and output > total:
        yield ("metadata", "context_window_output"), f"{output:,} exceeds the window of {total:,}"
    largest = metadata.context_window_input
    if metadata.context_window is not None and largest is not None and largest > metadata.context_window:
        yield ("metadata", "context_window_input"), f"{largest:,} exceeds the total of {metadata.context_window:,}"
    cutoff = metadata.knowledge_cutoff
    if cutoff is not None and not _is_cutoff(cutoff):
        yield (
            ("metadata", "knowledge_cutoff"),
            f"must be YYYY, YYYY-MM, YYYY-MM-DD or a month and a year, found {shown(cutoff)}",
        )


def _is_cutoff(text: str) -> bool:
    if _MONTH_CUTOFF.fullmatch(text):
        return True
    if not _CUTOFF.fullmatch(text):
        return False
    try:
        date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return False
    return True


def _date_findings(lifecycle: Lifecycle, release_date: date | None) -> Iterator[Finding]:
    dates = [
        ("metadata.release_date", release_date),
        ("lifecycle.deprecated_on", lifecycle.deprecated_on),
        ("lifecycle.retires_on", lifecycle.retires_on),
    ]
    known = [(name, day) for name, day in dates if day is not None]
    for (earlier, first), (later, second) in pairwise(known):
        if second < first:
            yield tuple(later.split(".")), f"{second} is before {earlier} {first}"


def _status_findings(lifecycle: Lifecycle, metadata: Metadata) -> Iterator[Finding]:
    if lifecycle.status is None:
        return
    # Judged on the day of the facts: a file does not become wrong because a day has passed.
    derived = lifecycle.status_at(metadata.last_verified, release_date=metadata.release_date)
    if derived.value != lifecycle.status:
        yield (
            ("lifecycle", "status"),
            f"{lifecycle.status} contradicts the dates, which make it {derived} on {metadata.last_verified} (last_verified)",
        )


def _alias_findings(model: ModelFile) -> Iterator[Finding]:
    seen: set[str | Alias] = set()
    for place, alias in enumerate(model.aliases):
        pointer = Alias(name=alias) if isinstance(alias, str) else alias
        if pointer.since and pointer.until and pointer.until <= pointer.since:
            yield ("aliases", place), f"until {pointer.until} is not after since {pointer.since}"
        if pointer.name == model.model_id and pointer.until is None:
            yield ("aliases", place), "repeats the model_id"
        if alias in seen or (isinstance(alias, str) and pointer.name in seen):
            yield ("aliases", place), f"{shown(pointer.name)} is listed twice"
        seen |= {alias, pointer.name}


def _reasoning_findings(reasoning: Reasoning | None) -> Iterator[Finding]:
    if reasoning is None or reasoning.min_tokens is None or reasoning.max_tokens is None:
        return
    if reasoning.min_tokens > reasoning.max_tokens:
        yield ("reasoning", "min_tokens"), f"{reasoning.min_tokens} exceeds max_tokens {reasoning.max_tokens}"


def _score_findings(scores: list[Benchmark]) -> Iterator[Finding]:
    for place, score in enumerate(scores):
        found = impossible(score)
        if found is not None:
            field, why = found
            yield ("benchmarks", place, field), f"{why}, found {shown(str(getattr(score, field)))}"


def _offering_findings(entry: OfferingEntry, regions: list[str], *, whole: bool) -> Iterator[Finding]:
    """What is wrong with an offering; rates are compared with each other only where all of it fits its types."""
    versions = entry.pricing_versions
    if entry.lifecycle is not None:
        yield from _date_findings(entry.lifecycle, None)
    for name in ("context_window_input", "context_window_output"):
        if getattr(entry.limits, name) == 0:
            yield ("limits", name), "must be above 0 (null is the model's), found 0"
    for place, version in enumerate(versions):
        base: Path = ("pricing_versions", place)
        if version.effective_date is None and place != len(versions) - 1:
            yield base, "only the last (oldest) version may be without effective_date"
        yield from ((base + path, text) for path, text in _version_findings(version, regions, whole=whole))
    for place, (newer, older) in enumerate(pairwise(versions), start=1):
        if newer.effective_date is None or older.effective_date is None:
            continue
        if newer.effective_date == older.effective_date:
            yield ("pricing_versions", place), f"a second version for {older.effective_date:%Y-%m-%d %H:%M}Z"
        elif newer.effective_date < older.effective_date:
            yield ("pricing_versions", place), "versions must run from the newest to the oldest"


def _version_findings(version: VersionEntry, regions: list[str], *, whole: bool) -> Iterator[Finding]:
    if whole:
        yield from _rates_findings(version.rates, version.rates)
    for place, override in enumerate(version.overrides):
        base: Path = ("overrides", place)
        yield from ((base + path, text) for path, text in _override_findings(override, regions))
        if whole:
            beside = {**version.rates, **override.rates}
            yield from ((base + path, text) for path, text in _rates_findings(override.rates, beside))
    if len(version.overrides) > _MOST_OVERRIDES:
        yield (
            ("overrides",),
            f"holds {len(version.overrides):,} overrides; at most {_MOST_OVERRIDES} are compared and allowed",
        )
    elif whole:
        yield from _contradictions(version.overrides)


def _rates_findings(rates: Rates, beside: Rates) -> Iterator[Finding]:
    """One key a meter; ``same_as`` must lead to a rate beside it that is a number of its own, for as many units."""
    priced = {
        RATE_KEYS[key].meter: key for key, rate in beside.items() if not (isinstance(rate, RateTerms) and rate.same_as)
    }
    first: dict[str, str] = {}
    for key, rate in rates.items():
        meter, per = RATE_KEYS[key].meter, RATE_KEYS[key].per
        if first.setdefault(meter, key) != key:
            yield (key,), f"prices {meter} a second time (first {first[meter]})"
        if not isinstance(rate, RateTerms):
            continue
        if rate.increment == 0:
            yield (key, "increment"), "must be above 0"
        if (rate.price is None) == (rate.same_as is None):
            yield (key,), "must have exactly one of price and same_as"
        if rate.same_as is not None and rate.same_as not in priced:
            yield (key, "same_as"), f"{shown(rate.same_as)} has no rate of its own beside it{_hint(rate.same_as, priced)}"
        elif rate.same_as is not None and RATE_KEYS[priced[rate.same_as]].per != per:
            yield (key, "same_as"), f"{priced[rate.same_as]} is for another number of units"


def _override_findings(override: OverrideEntry, regions: list[str]) -> Iterator[Finding]:
    if _has_valid_hours(override.when) and override.when.is_empty:
        yield ("when",), "holds no condition, so the rates belong beside the override"
    effects = sum((bool(override.rates), bool(override.multiply), override.unavailable))
    if effects == 0:
        yield (), "changes nothing: give rates, multiply or unavailable"
    if override.unavailable and effects > 1:
        yield (), "is unavailable and priced at once"
    for name in override.multiply:
        if name not in METERS and name not in GROUPS:
            yield ("multiply", name), f"is neither a meter nor a group{_hint(name, [*METERS, *GROUPS])}"
    if override.marginal:
        yield from _marginal_findings(override)
    for name in override.when.attributes:
        if name not in ATTRIBUTES:
            yield ("when", "attributes", name), f"is not an attribute of a request{_hint(name, ATTRIBUTES)}"
    yield from ((("when", *path), text) for path, text in _when_findings(override.when, regions))


def _marginal_findings(override: OverrideEntry) -> Iterator[Finding]:
    """What lies beyond a threshold on the input is input: a marginal override prices tokens of its own direction."""
    sides = [side for side, least in zip(("input", "output"), least_tokens(override.when), strict=True) if least]
    if len(sides) != 1:
        found = "found both" if sides else "input_tokens_above or output_tokens_above"
        yield ("marginal",), f"needs a threshold on input or output tokens, {found}"
        return
    for name in [*(RATE_KEYS[key].meter for key in override.rates), *override.multiply]:
        if name not in GROUPS[sides[0]] and name != sides[0]:
            yield ("marginal",), f"re-prices the {sides[0]} tokens beyond its threshold, and {name} is not one of them"


def _when_findings(when: When, regions: list[str]) -> Iterator[Finding]:
    if when.timezone is not None and not (when.hours or when.weekdays or when.except_dates):
        yield ("timezone",), "says nothing without hours, weekdays or except_dates"
    for side in ("input", "output"):
        if getattr(when, f"{side}_tokens_above") is not None and getattr(when, f"{side}_tokens_from") is not None:
            yield (f"{side}_tokens_from",), f"stands beside {side}_tokens_above; give one of them"
    if not _has_valid_hours(when):
        yield ("hours",), f"must be HH:MM-HH:MM with two different times, found {shown(when.hours or '')}"
    if when.region is not None and regions and when.region not in regions:
        yield ("region",), f"{shown(when.region)} is not one of the provider's regions{_hint(when.region, regions)}"
    if when.service_tier == "standard":
        yield ("service_tier",), "standard is the card without overrides; its rates belong beside them"
    if when.timezone is not None and not _is_zone(when.timezone):
        yield ("timezone",), f"{shown(when.timezone)} is not a time zone of the IANA database"


def _has_valid_hours(when: When) -> bool:
    return when.hours is None or bool(_HOURS.fullmatch(when.hours) and when.hours[:5] != when.hours[6:])


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _hint(found: str, valid: Iterable[str]) -> str:
    close = nearest(found, valid)
    return f"; did you mean {close}?" if close else ""


def _contradictions(overrides: list[OverrideEntry]) -> Iterator[Finding]:
    """Rule 2: two overrides that can both match and set one meter need a third for their combination."""
    usable = [(place, override) for place, override in enumerate(overrides) if _has_valid_hours(override.when)]
    for (earlier, other), (later, override) in combinations(usable, 2):
        meters = _contested(override, other)
        if meters and not _settled(override, other, meters, overrides=[o for _, o in usable]):
            yield (
                ("overrides", later),
                f"can match together with overrides[{earlier}], and both set {', '.join(sorted(meters))}; "
                "write an override for the combination",
            )


def _contested(one: OverrideEntry, other: OverrideEntry) -> set[str]:
    """The meters to which both give a rate, where both can match."""
    if one.unavailable or other.unavailable or not overlaps(one.when, other.when):
        return set()
    return _meters(one) & _meters(other)


def _meters(override: OverrideEntry) -> set[str]:
    return {RATE_KEYS[key].meter for key in override.rates}


def _settled(one: OverrideEntry, other: OverrideEntry, meters: set[str], overrides: list[OverrideEntry]) -> bool:
    """Whether one is narrower than the other, or overrides for exactly their combination set every contested meter."""
    forwards, backwards = implies(one.when, other.when), implies(other.when, one.when)
    both = conjunction(one.when, other.when)
    if forwards or backwards or both is None:
        return forwards != backwards
    covered: set[str] = set()
    for third in overrides:
        if implies(both, third.when) and implies(third.when, both):
            covered |= meters if third.unavailable else _meters(third)
    return covered >= meters
