"""What types cannot say of one file: dates that contradict, capabilities declared twice, versions out of order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ai_models.catalog.document import Document
from ai_models.catalog.files import Loaded
from ai_models.catalog.problems import nearest
from ai_models.catalog.schema import ModelFile, OfferingEntry, OverrideEntry, PricingFile, RateTerms, VersionEntry
from ai_models.models.base import Lifecycle, Metadata, Reasoning
from ai_models.models.capabilities import EXTRA_LARGE_CONTEXT_FROM, LARGE_CONTEXT_ABOVE, ModelCapability
from ai_models.pricing.conditions import When, conjunction, implies, overlaps
from ai_models.pricing.meters import GROUPS, METERS, RATE_KEYS

__all__ = ["check_model", "check_pricing", "derived_capabilities"]

_CUTOFF = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
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
_MONTH_CUTOFF = re.compile(rf"({'|'.join(_MONTHS)}) \d{{4}}")
_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")

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
        *_capability_findings(model),
        *_metadata_findings(model.metadata),
        *_lifecycle_findings(model.lifecycle, model.metadata),
        *_alias_findings(model),
        *_reasoning_findings(model.reasoning),
    )
    _report(loaded.document, findings)


def check_pricing(loaded: Loaded[PricingFile]) -> None:
    """Report what is wrong within one pricing file."""
    for offering_id, entry in loaded.content.models.items():
        base: Path = ("models", offering_id)
        _report(loaded.document, ((base + path, text) for path, text in _offering_findings(entry, loaded.content.regions)))


def _report(document: Document, findings: Iterator[Finding] | tuple[Finding, ...]) -> None:
    for path, message in findings:
        document.report(document.line_of(*path), message, field=_dotted(path))


def _dotted(path: Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def _capability_findings(model: ModelFile) -> Iterator[Finding]:
    for key, declared in (("capabilities", model.capabilities), ("unsupported", model.unsupported)):
        for capability, count in Counter(declared).items():
            if count > 1:
                yield (key,), f"{capability} is listed {count} times"
    for place, capability in enumerate(model.unsupported):
        if capability in model.capabilities:
            yield ("unsupported", place), f"{capability} is listed under capabilities too"
    for capability, holds in derived_capabilities(model.metadata.context_window_input).items():
        wrong = model.unsupported if holds else model.capabilities
        if capability in wrong:
            key = "unsupported" if holds else "capabilities"
            window = model.metadata.context_window_input
            yield (key, wrong.index(capability)), f"{capability} contradicts context_window_input {window:,}"
    if model.metadata.context_window_input is None:
        for place, capability in enumerate(model.capabilities):
            if capability in {ModelCapability.LARGE_CONTEXT, ModelCapability.EXTRA_LARGE_CONTEXT}:
                yield ("capabilities", place), f"{capability} is derived from context_window_input, which is not given"


def _metadata_findings(metadata: Metadata) -> Iterator[Finding]:
    for name in ("context_window_input", "context_window_output", "context_window"):
        value = getattr(metadata, name)
        if value is not None and value <= 0:
            yield ("metadata", name), f"must be above 0 (null is unknown), found {value}"
    total = metadata.context_window or metadata.context_window_input
    output = metadata.context_window_output
    if total is not None and output is not None and output > total:
        yield ("metadata", "context_window_output"), f"{output:,} exceeds the window of {total:,}"
    largest = metadata.context_window_input
    if metadata.context_window is not None and largest is not None and largest > metadata.context_window:
        yield ("metadata", "context_window_input"), f"{largest:,} exceeds the total of {metadata.context_window:,}"
    cutoff = metadata.knowledge_cutoff
    if cutoff is not None and not (_CUTOFF.fullmatch(cutoff) or _MONTH_CUTOFF.fullmatch(cutoff)):
        yield ("metadata", "knowledge_cutoff"), f"must be YYYY, YYYY-MM, YYYY-MM-DD or a month and a year, found {cutoff!r}"


def _lifecycle_findings(lifecycle: Lifecycle, metadata: Metadata) -> Iterator[Finding]:
    dates = [
        ("metadata.release_date", metadata.release_date),
        ("lifecycle.deprecated_on", lifecycle.deprecated_on),
        ("lifecycle.retires_on", lifecycle.retires_on),
    ]
    known = [(name, day) for name, day in dates if day is not None]
    for (earlier, first), (later, second) in pairwise(known):
        if second < first:
            yield tuple(later.split(".")), f"{second} is before {earlier} {first}"
    if lifecycle.status is None:
        return
    # Judged on the day of the facts: a file does not become wrong because a day has passed.
    derived = lifecycle.status_at(metadata.last_verified, release_date=metadata.release_date)
    if derived.value != lifecycle.status:
        yield (
            ("lifecycle", "status"),
            (
                f"{lifecycle.status} contradicts the dates, which make it {derived} on {metadata.last_verified} (last_verified)"
            ),
        )


def _alias_findings(model: ModelFile) -> Iterator[Finding]:
    names = [alias if isinstance(alias, str) else alias.name for alias in model.aliases]
    for place, alias in enumerate(model.aliases):
        if not isinstance(alias, str) and alias.since and alias.until and alias.until <= alias.since:
            yield ("aliases", place), f"until {alias.until} is not after since {alias.since}"
        if names[place] == model.model_id and (isinstance(alias, str) or alias.until is None):
            yield ("aliases", place), "repeats the model_id"
        if names[place] in names[:place] and isinstance(alias, str):
            yield ("aliases", place), f"{alias} is listed twice"


def _reasoning_findings(reasoning: Reasoning | None) -> Iterator[Finding]:
    if reasoning is None or reasoning.min_tokens is None or reasoning.max_tokens is None:
        return
    if reasoning.min_tokens > reasoning.max_tokens:
        yield ("reasoning", "min_tokens"), f"{reasoning.min_tokens} exceeds max_tokens {reasoning.max_tokens}"


def _offering_findings(entry: OfferingEntry, regions: list[str]) -> Iterator[Finding]:
    versions = entry.pricing_versions
    for place, version in enumerate(versions):
        base: Path = ("pricing_versions", place)
        if version.effective_date is None and place != len(versions) - 1:
            yield base, "only the last (oldest) version may be without effective_date"
        yield from ((base + path, text) for path, text in _version_findings(version, regions))
    for place, (newer, older) in enumerate(pairwise(versions), start=1):
        if newer.effective_date is None or older.effective_date is None:
            continue
        if newer.effective_date == older.effective_date:
            yield ("pricing_versions", place), f"a second version for {older.effective_date:%Y-%m-%d %H:%M}Z"
        elif newer.effective_date < older.effective_date:
            yield ("pricing_versions", place), "versions must run from the newest to the oldest"


def _version_findings(version: VersionEntry, regions: list[str]) -> Iterator[Finding]:
    yield from _rates_findings(version.rates, version.rates)
    for place, override in enumerate(version.overrides):
        base: Path = ("overrides", place)
        yield from ((base + path, text) for path, text in _override_findings(override, regions))
        yield from (
            (base + path, text) for path, text in _rates_findings(override.rates, {**version.rates, **override.rates})
        )
    yield from _contradictions(version.overrides)


def _rates_findings(rates: Rates, beside: Rates) -> Iterator[Finding]:
    """``same_as`` must lead to a rate beside it that is a number of its own."""
    priced = {RATE_KEYS[key].meter for key, rate in beside.items() if not (isinstance(rate, RateTerms) and rate.same_as)}
    for key, rate in rates.items():
        if not isinstance(rate, RateTerms):
            continue
        if (rate.price is None) == (rate.same_as is None):
            yield (key,), "must have exactly one of price and same_as"
        if rate.same_as is not None and rate.same_as not in priced:
            yield (key, "same_as"), f"{rate.same_as!r} has no rate of its own beside it{_hint(rate.same_as, priced)}"


def _override_findings(override: OverrideEntry, regions: list[str]) -> Iterator[Finding]:
    if override.when.is_empty:
        yield ("when",), "holds no condition, so the rates belong beside the override"
    effects = sum((bool(override.rates), bool(override.multiply), override.unavailable))
    if effects == 0:
        yield (), "changes nothing: give rates, multiply or unavailable"
    if override.unavailable and effects > 1:
        yield (), "is unavailable and priced at once"
    for name in override.multiply:
        if name not in METERS and name not in GROUPS:
            yield ("multiply", name), f"is neither a meter nor a group{_hint(name, [*METERS, *GROUPS])}"
    if override.marginal and override.when.input_tokens_above is None and override.when.output_tokens_above is None:
        yield ("marginal",), "needs a threshold: input_tokens_above or output_tokens_above"
    yield from ((("when", *path), text) for path, text in _when_findings(override.when, regions))


def _when_findings(when: When, regions: list[str]) -> Iterator[Finding]:
    for side in ("input", "output"):
        if getattr(when, f"{side}_tokens_above") is not None and getattr(when, f"{side}_tokens_from") is not None:
            yield (f"{side}_tokens_from",), f"stands beside {side}_tokens_above; give one of them"
    if when.hours is not None and not (_HOURS.fullmatch(when.hours) and when.hours[:5] != when.hours[6:]):
        yield ("hours",), f"must be HH:MM-HH:MM with two different times, found {when.hours!r}"
    if when.region is not None and regions and when.region not in regions:
        yield ("region",), f"{when.region!r} is not one of the provider's regions{_hint(when.region, regions)}"
    if when.service_tier == "standard":
        yield ("service_tier",), "standard is the card without overrides; its rates belong beside them"
    if when.timezone is not None and not _is_zone(when.timezone):
        yield ("timezone",), f"{when.timezone!r} is not a time zone of the IANA database"


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
    """Rule 2: two overrides that can both match and set one key need a third for their combination."""
    usable = [o for o in overrides if o.when.hours is None or _HOURS.fullmatch(o.when.hours)]
    for later, override in enumerate(usable):
        for earlier, other in enumerate(usable[:later]):
            keys = _contested(override, other)
            if keys and not _settled(override, other, keys, usable):
                yield (
                    ("overrides", overrides.index(override)),
                    f"can match together with overrides[{overrides.index(usable[earlier])}], and both set {', '.join(keys)}; "
                    "write an override for the combination",
                )


def _contested(one: OverrideEntry, other: OverrideEntry) -> list[str]:
    if one.unavailable or other.unavailable or not overlaps(one.when, other.when):
        return []
    return sorted(one.rates.keys() & other.rates.keys())


def _settled(one: OverrideEntry, other: OverrideEntry, keys: list[str], all_overrides: list[OverrideEntry]) -> bool:
    """Whether one is narrower than the other, or an override that is narrower than both sets every contested key."""
    if one.when != other.when and (implies(one.when, other.when) or implies(other.when, one.when)):
        return True
    both = conjunction(one.when, other.when)
    covered: set[str] = set()
    for third in all_overrides:
        if third is one or third is other or not implies(both, third.when):
            continue
        if implies(third.when, one.when) and implies(third.when, other.when):
            covered |= set(keys) if third.unavailable else third.rates.keys()
    return covered >= set(keys)
