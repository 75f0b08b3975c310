"""What guidance claims of prices that depend on the request: its tier, hour, length or resolution.

Sentence patterns, each with what the pricing engine must say.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from guidance_facts import AT, Claim, Facts, Holds
from guidance_numbers import DAY, NUMBER, THAN, Amount, amount

from ai_models.models.base import ModelSpec
from ai_models.pricing.usage import Usage

__all__ = ["CONDITION_CLAIMS"]

# Tiers, hours, and days on which rates change.

_TOKENS = ("input", "output")
_TIERS = {"batch api": "batch", "message batches api": "batch", "batch tier": "batch", "flex tier": "flex"}
_USAGES = {
    "input": Usage(input_tokens=1_000),
    "output": Usage(output_tokens=1_000),
    "cache_read": Usage(input_tokens=1_000, cache_read_tokens=1_000),
    "pages": Usage(pages=1_000),
    "input_audio_seconds": Usage(input_audio_seconds=3_600),
}
_BILLS = {
    "all token rates": ("input", "output", "cache_read"),
    "the token rates": _TOKENS,
    "the rates of input and output": _TOKENS,
    "the standard rates": _TOKENS,
    "the price of a page": ("pages",),
    "the price of a second": ("input_audio_seconds",),
}
_BILL = rf"(?P<bill>{'|'.join(_BILLS)})"


def _usages(claim: Claim, meters: tuple[str, ...]) -> list[Usage]:
    return [_USAGES[meter] for meter in meters if claim.card.rates.get(meter)]


def _tier_factors(claim: Claim, tier: str) -> set[Fraction | None]:
    """By how much a tier multiplies what the bill names; None where something is not sold in it."""
    fast = any(override.when.speed == tier for override in claim.card.overrides)
    asked = {"speed": tier} if fast else {"service_tier": tier}
    found: set[Fraction | None] = set()
    for usage in _usages(claim, _BILLS[claim.said("bill")]):
        cost, standard = claim.facts.cost(claim.model, usage, **asked), claim.facts.cost(claim.model, usage)
        found.add(cost / standard if cost and standard else None)
    return found


def _tier_costs(claim: Claim, tier: str) -> bool:
    factors = _tier_factors(claim, tier)
    said = claim.amount() if claim.said("ratio") else Amount("", Fraction(1, 2))
    if claim.said("off"):
        said = Amount(said.bound, 1 - said.ratio)
    return bool(factors) and all(said.fits(factor, Fraction(1)) for factor in factors)


def _double_in_hours(claim: Claim) -> bool:
    """Whether all token rates are twice as high in these hours of a working day, and in no other hour of a week."""
    hours = [(int(one[:2]), int(one[6:8])) for one in re.findall(r"\d\d:00-\d\d:00", claim.said("hours"))]
    usages = _usages(claim, ("input", "output", "cache_read"))
    week = [AT.replace(hour=0, minute=30) + timedelta(hours=hour) for hour in range(7 * 24)]
    return bool(usages) and all(_is_dearer(claim, usage, at, hours) for usage in usages for at in week)


def _is_dearer(claim: Claim, usage: Usage, at: datetime, hours: list[tuple[int, int]]) -> bool:
    is_peak = at.weekday() < 5 and any(first <= at.hour < last for first, last in hours)
    standard = claim.facts.cost(claim.model, usage)
    return standard is not None and claim.facts.cost(claim.model, usage, at=at) == standard * (2 if is_peak else 1)


def _rates_double(claim: Claim) -> bool:
    """Whether a version of that day asks twice what the one before it asks, for input and for output."""
    changes = [(old, new) for old, new in pairwise(claim.facts.versions(claim.model)) if new.effective_date == claim.day]
    rates = [(old.rate(meter), new.rate(meter)) for old, new in changes for meter in _TOKENS]
    return bool(rates) and all(old is not None and new == 2 * old for old, new in rates)


# Long prompts.

Level = dict[str, Fraction | None]


def _thresholds(facts: Facts, model: ModelSpec) -> set[int]:
    found = (override.when.input_tokens_above for override in facts.card(model).overrides)
    return {number for number in found if number is not None}


def _level(claim: Claim, tokens: int) -> Level:
    """How many times as much as in a short request each part costs in one with so many tokens of prompt."""
    prompt = {"input_tokens": tokens}
    parts = {
        "input": (claim.cost(**prompt), claim.cost(input_tokens=1), tokens),
        "output": (_more(claim, prompt, output_tokens=1_000), claim.cost(output_tokens=1_000), 1),
        "cache_read": (
            claim.cost(**prompt, cache_read_tokens=tokens),
            claim.cost(input_tokens=1, cache_read_tokens=1),
            tokens,
        ),
        "reasoning": (
            _more(claim, prompt, output_tokens=1_000, reasoning_tokens=1_000),
            claim.cost(output_tokens=1_000, reasoning_tokens=1_000),
            1,
        ),
    }
    return {part: cost / base / count if cost and base else None for part, (cost, base, count) in parts.items()}


def _more(claim: Claim, prompt: dict[str, int], **answer: int) -> Fraction | None:
    """What an answer adds to what its prompt costs."""
    both, alone = claim.cost(**prompt, **answer), claim.cost(**prompt)
    return None if both is None or alone is None else both - alone


def _is(level: Level, amount: Amount, parts: tuple[str, ...] = ("input", "output", "cache_read", "reasoning")) -> bool:
    return all(amount.fits(level[part], Fraction(1)) for part in parts)


_SAME = Amount("", Fraction(1))


def _whole_request_costs_more_above(claim: Claim) -> bool:
    return _is(_level(claim, claim.number), _SAME) and _is(_level(claim, claim.number + 1), claim.amount())


def _parts_cost_more_above(claim: Claim) -> bool:
    """Input and output by their own factors above a threshold, and by a third one above the next where it is given."""
    factors = {"input": claim.amount(), "output": claim.amount("_out" if claim.said("ratio_out") else "")}
    steps = [(claim.number, _is(_level(claim, claim.number), _SAME), factors)]
    if claim.said("next"):
        number = int(claim.said("next").replace(",", ""))
        steps.append((number, _are(_level(claim, number), factors), dict.fromkeys(_TOKENS, claim.amount("_next"))))
    return all(is_below and _are(_level(claim, number + 1), above) for number, is_below, above in steps)


def _are(level: Level, factors: dict[str, Amount]) -> bool:
    return all(_is(level, factor, (part,)) for part, factor in factors.items())


def _gets_dearer_above_each(claim: Claim) -> bool:
    numbers = [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*\d", claim.match[0])]
    levels = [_level(claim, number) for number in (1, *(number + 1 for number in numbers))]
    rises = all((low[part] or 0) < (high[part] or 0) for low, high in pairwise(levels) for part in _TOKENS)
    return rises and set(numbers) == _thresholds(claim.facts, claim.model)


def _longer_ones_cost_more(claim: Claim) -> bool:
    """As sources disagree on whether the threshold belongs to what is above it, neither side of it is claimed."""
    return _is(_level(claim, claim.number - 1), _SAME) and _is(_level(claim, claim.number + 1), claim.amount())


# Pictures and video.

_PIXELS = r"\d{3,4}p"


def _is_offered(claim: Claim) -> bool:
    """Whether the model, or one that the statement names, makes video of this resolution."""
    models = (claim.model, *claim.facts.named(claim.model.provider, claim.match.string))
    return any(claim.facts.second(model, claim.said("resolution")) is not None for model in models)


def _is_offered_by_another(claim: Claim) -> bool:
    there, here = (claim.facts.second(model, claim.said("resolution")) for model in (claim.other, claim.model))
    return there is not None and here is None


def _second_costs_as_anothers(claim: Claim) -> bool:
    mine, theirs = (claim.facts.second(model, claim.said("resolution")) for model in (claim.model, claim.other))
    return claim.amount().fits(mine, theirs)


def _resolutions_compare(claim: Claim) -> bool:
    base = claim.facts.second(claim.model, claim.said("base"))
    places = [place for place in ("", "_and") if claim.said(f"resolution{place}")]
    return all(
        claim.amount(place).fits(claim.facts.second(claim.model, claim.said(f"resolution{place}")), base) for place in places
    )


def _resolution_costs_less(claim: Claim) -> bool:
    cheap, dear = (claim.facts.second(claim.model, claim.said(name)) for name in ("resolution", "base"))
    return cheap is not None and dear is not None and cheap < dear


def _such_a_picture_costs(claim: Claim) -> bool:
    drafted = claim.cost(images=1, attributes={"quality": claim.said("quality"), "size": claim.said("size")})
    return claim.amount().fits(drafted, claim.cost(images=1))


_ABOVE = rf"Keep prompts at {NUMBER} tokens or below[^:]*: above,"

CONDITION_CLAIMS: list[tuple[str, Holds]] = [
    (rf"(?P<tier>(?i:{'|'.join(_TIERS)})) halves {_BILL}", lambda c: _tier_costs(c, _TIERS[c.said("tier").lower()])),
    (rf"as a batch: that tier (?:halves|takes {amount()} (?P<off>off)) {_BILL}", lambda c: _tier_costs(c, "batch")),
    (
        rf"(?P<tier>Fast|Ultrafast|Priority) mode costs {amount()} {_BILL}",
        lambda c: _tier_costs(c, c.said("tier").lower()),
    ),
    (
        r"outside (?P<hours>\d\d:00-\d\d:00(?: and \d\d:00-\d\d:00)*) UTC on weekdays: these hours double all rates",
        _double_in_hours,
    ),
    (rf"rates double on {DAY}", _rates_double),
    (rf"Keep prompts at {NUMBER} tokens or below", lambda c: c.number in _thresholds(c.facts, c.model)),
    (rf"\({NUMBER} for <name>\)", lambda c: c.number in _thresholds(c.facts, c.other)),
    (rf"Above {NUMBER} tokens of prompt the whole request costs {amount()}(?: as much)?", _whole_request_costs_more_above),
    (rf"{_ABOVE} the whole request costs {amount()}(?: as much)?", _whole_request_costs_more_above),
    (
        rf"{_ABOVE} input and output cost {amount()}(?: as much)?(?:, and above (?P<next>[\d,]*\d) {amount('_next')})?",
        _parts_cost_more_above,
    ),
    (rf"{_ABOVE} input costs {amount()} as much and output {amount('_out')}", _parts_cost_more_above),
    (rf"{_ABOVE} and again above [\d,]*\d(?: and [\d,]*\d)?, the whole request gets dearer", _gets_dearer_above_each),
    (
        rf"Keep prompts below {NUMBER} tokens[^:]*: longer ones are billed at {amount()} the rates, as a whole",
        _longer_ones_cost_more,
    ),
    (rf"(?P<resolution>{_PIXELS})", _is_offered),
    (rf"[Tt]ake <name> for (?P<resolution>{_PIXELS})", _is_offered_by_another),
    (rf"[Aa] second at (?P<resolution>{_PIXELS}) costs {amount()}{THAN} <name>", _second_costs_as_anothers),
    (
        rf"(?P<resolution>{_PIXELS}) costs {amount()}(?: and (?P<resolution_and>{_PIXELS}) {amount('_and')})? of what"
        rf" (?P<base>{_PIXELS}) costs",
        _resolutions_compare,
    ),
    (rf"(?P<resolution>{_PIXELS}) costs less than (?P<base>{_PIXELS})", _resolution_costs_less),
    (
        rf"at (?P<quality>low|medium) quality and (?P<size>\d+x\d+): such a picture costs {amount()}",
        _such_a_picture_costs,
    ),
]
