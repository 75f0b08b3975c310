"""What guidance claims of rates, one beside another: sentence patterns, each with what the rate cards must say."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from guidance_facts import Claim, Holds
from guidance_numbers import THAN, amount

__all__ = ["PRICE_CLAIMS"]

# One rate beside another.

_SECONDS = ("input_audio_seconds", "audio_seconds", "output_video_seconds")
_TOKENS = ("input", "output")
_EVERYTHING = (*_TOKENS, "input_characters", *_SECONDS)
_WHAT = {
    "it": _EVERYTHING,
    "input and output": _TOKENS,
    "input": ("input",),
    "output": ("output",),
    "its input": ("input",),
    "its output": ("output",),
    "its audio": ("audio_input", "audio_output"),
    "its audio input": ("audio_input",),
    "its audio output": ("audio_output",),
    "its cache reads": ("cache_read",),
    "its picture tokens": ("image_output",),
    "a picture": ("images",),
    "a plain page": ("pages",),
    "a second": _SECONDS,
    "a second of video": ("output_video_seconds",),
    "an hour of audio": ("input_audio_seconds",),
    "an hour of a session": ("audio_seconds",),
    "a request": ("requests",),
    "a character": ("input_characters",),
}
_THING = rf"(?<![\w-])(?<!udio )(?<!ached )(?P<what>(?i:{'|'.join(sorted(_WHAT, key=len, reverse=True))}))"
_BILLED = {
    "token": ("input", "input_characters"),
    "character": ("input_characters",),
    "picture": ("images", "input_images"),
    "page": ("pages",),
    "request": ("requests",),
    "second of audio": ("input_audio_seconds",),
    "second of video": ("output_video_seconds",),
    "time of audio": ("audio_seconds",),
    "second": _SECONDS,
}
_METERS = {
    "a cache read": "cache_read",
    "a cached prefix": "cache_read",
    "a prefix that is found in the cache": "cache_read",
    "a prefix that is cached without a mark": "cache_read",
    "a cache write": "cache_write",
    "a five-minute cache write": "cache_write_5m",
    "a one-hour cache write": "cache_write_1h",
    "a twelve-hour cache write": "cache_write_12h",
    "audio input": "audio_input",
    "audio output": "audio_output",
    "output": "output",
}
_BASES = {
    "the input rate": "input",
    "the text input rate": "input",
    "the audio input rate": "audio_input",
    "the output rate": "output",
    "the text output rate": "output",
}
_UNITS = {
    "picture": ("images", 1),
    "song": ("images", 1),
    "clip": ("images", 1),
    "page": ("pages", 1),
    "request": ("requests", 1),
    "hour of audio": ("input_audio_seconds", 3_600),
    "hour of a session": ("audio_seconds", 3_600),
    "second of video": ("output_video_seconds", 1),
    "million characters": ("input_characters", 1_000_000),
}


def _sold(claim: Claim) -> tuple[str, ...]:
    """The meters of what the sentence speaks of."""
    if claim.said("unit"):
        return _BILLED[claim.said("unit")]
    return _WHAT[claim.said("what").lower() or "it"]


def _pairs(claim: Claim) -> list[tuple[Fraction | None, Fraction | None]]:
    """What this model and the other ask, for each meter that one of them has."""
    found = [(claim.rate(meter), claim.facts.rate(claim.other, meter)) for meter in _sold(claim)]
    return [pair for pair in found if pair != (None, None)]


def _costs_as_another(claim: Claim) -> bool:
    pairs = _pairs(claim)
    return bool(pairs) and all(claim.amount().fits(mine, theirs) for mine, theirs in pairs)


def _parts_cost_as_anothers(claim: Claim) -> bool:
    rates = [(claim.rate(meter), claim.facts.rate(claim.other, meter)) for meter in _TOKENS]
    return all(claim.amount(place).fits(*pair) for place, pair in zip(("", "_out"), rates, strict=True))


def _is_cheaper(claim: Claim) -> bool:
    """Whether the model that the sentence praises asks less than the other for everything that both sell."""
    pairs = _pairs(claim)
    if claim.said("praised"):
        pairs = [(theirs, mine) for mine, theirs in pairs]
    return bool(pairs) and all(mine is not None and theirs is not None and mine < theirs for mine, theirs in pairs)


def _has_the_rates_of_another(claim: Claim) -> bool:
    mine, theirs = (claim.facts.card(model).rates for model in (claim.model, claim.other))
    return bool(mine) and mine == theirs


def _costs_as_another_meter(claim: Claim) -> bool:
    return claim.amount().fits(claim.rate(_METERS[claim.said("what").lower()]), claim.rate(_BASES[claim.said("base")]))


def _marked_prefix_costs(claim: Claim) -> bool:
    """What reading and writing cost where the request marks what to cache."""
    marked = {"cache": "explicit"} if any("cache" in o.when.attributes for o in claim.card.overrides) else {}
    read = claim.cost(attributes=marked, input_tokens=1, cache_read_tokens=1)
    write = claim.cost(attributes=marked, input_tokens=1, cache_write_tokens=1)
    plain = claim.cost(input_tokens=1)
    return claim.amount().fits(read, plain) and claim.amount("_write").fits(write, plain)


def _costs_in_money(claim: Claim) -> bool:
    meter, count = _UNITS[claim.said("unit")]
    rate = claim.rate(meter)
    return rate is not None and rate * count == Fraction(Decimal(claim.said("amount")))


def _thinking_is_output(claim: Claim) -> bool:
    """Whether no other rate is known for it."""
    return claim.rate("reasoning") in (None, claim.rate("output"))


def _is_billed_by(claim: Claim) -> bool:
    return any(meter in claim.card.rates for meter in _BILLED[claim.said("unit")])


def _annotated_pages_cost(claim: Claim) -> bool:
    annotated = claim.cost(pages=1, attributes={"annotated": "true"})
    plain = claim.cost(pages=1)
    if claim.said("ratio"):
        return claim.amount().fits(annotated, plain)
    return annotated is not None and plain is not None and annotated > plain


def _costs_nothing(claim: Claim) -> bool:
    return bool(claim.card.rates) and not any(rate.amount for rate in claim.card.rates.values())


_UNIT = rf"billed by the (?P<unit>{'|'.join(_BILLED)})"

PRICE_CLAIMS: list[tuple[str, Holds]] = [
    (rf"(?:{_THING} costs?|{_UNIT}; one costs) (?:{amount()}{THAN}|what) <name>", _costs_as_another),
    (rf"(?P<what>\ba second) costs {amount()}$", _costs_as_another),
    (rf"(?i:input) costs {amount()} and output {amount('_out')}{THAN} <name>", _parts_cost_as_anothers),
    (rf"(?:{_THING} costs?|{_UNIT}; one costs) less than(?: with)? <name>", _is_cheaper),
    (r"(?P<praised><name>) costs less for the same (?:tokens|text)", _is_cheaper),
    (r"\bit (?:costs less (?:for the same (?:tokens|text)|a second)|has (?:the same window and )?lower rates)", _is_cheaper),
    (r"\b(?P<what>its input) rate is lower", _is_cheaper),
    (r"[Ii]t has the rates of <name>|(?:<other>|\bit) has the same rates", _has_the_rates_of_another),
    (_UNIT, _is_billed_by),
    (
        rf"(?<!ts )(?P<what>(?i:{'|'.join(_METERS)})) costs {amount()}(?: of)? (?P<base>{'|'.join(_BASES)})",
        _costs_as_another_meter,
    ),
    (rf"cached input costs {amount()}", lambda c: c.amount().fits(c.rate("cache_read"), c.rate("input"))),
    (rf"reading them back costs {amount()}, writing them {amount('_write')}", _marked_prefix_costs),
    (
        rf"[Tt]hinking has a rate of its own, {amount()} that of the answer",
        lambda c: c.amount().fits(c.rate("reasoning"), c.rate("output")),
    ),
    (
        r"(?:[Tt]hinking|[Rr]easoning|chain of thought|its tokens|tokens of thinking) (?:(?:is|are) billed|count) as output",
        _thinking_is_output,
    ),
    (r"[Ii]nput and output cost the same", lambda c: c.rate("input") is not None and c.rate("input") == c.rate("output")),
    (rf"costs (?P<amount>\d+(?:\.\d+)?) USD an? (?P<unit>{'|'.join(_UNITS)})", _costs_in_money),
    (rf"annotated pages cost (?:more|{amount()} a plain one)", _annotated_pages_cost),
    (r"Web searches are billed beside the tokens", lambda c: "web_searches" in c.card.rates),
    (r"Pictures that are sent along are billed too", lambda c: "input_images" in c.card.rates),
    (r"free of charge", _costs_nothing),
    (r"has no rate for cache reads", lambda c: bool(c.card.rates) and "cache_read" not in c.card.rates),
]
