"""Rates of audio as they are billed, where a feed's keys say something else."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from msgspec import structs

from ai_models.catalog.claims import Claim, Rejected
from ai_models.catalog.fusion.precedence import rejected

__all__ = ["audio_as_billed"]

_WRITE = "rate:audio_cache_write_per_1m_tokens"
_READ = "rate:cached_audio_input_per_1m_tokens"
_AUDIO = "rate:audio_input_per_1m_tokens"
_SECONDS, _HEARD = "rate:audio_per_hour", "rate:audio_input_per_hour"

_Known = dict[tuple[object, ...], Claim]


def audio_as_billed(claims: Iterable[Claim], left_out: list[Rejected]) -> list[Claim]:
    """The claims with cached audio under its own key, and with one rate for what is heard.

    Nobody sells a cache write for less than what is written: such a price is that of reading it. And a source that
    prices audio and heard audio alike spells one price twice; what is transcribed is reported as heard.
    """
    said = list(claims)
    known: _Known = {_key(claim, claim.field): claim for claim in said}
    found = []
    for claim in said:
        meant = claim
        if claim.field == _WRITE and _below(claim, known.get(_key(claim, _AUDIO))):
            if _key(claim, _READ) in known:
                left_out.append(
                    rejected(claim, "writing a cache cannot cost less than the audio: it is named like a cached read")
                )
                continue
            meant = structs.replace(claim, field=_READ)
        twin = known.get(_key(claim, _HEARD)) if claim.field == _SECONDS else None
        if twin is not None and twin.value == claim.value:
            left_out.append(rejected(claim, "the price of heard audio, spelled twice"))
            continue
        found.append(meant)
    return found


def _key(claim: Claim, field: str) -> tuple[object, ...]:
    return claim.source, claim.provider, claim.subject, claim.since, claim.conditions, field


def _below(claim: Claim, audio: Claim | None) -> bool:
    if audio is None or not isinstance(audio.value, Decimal) or not isinstance(claim.value, Decimal):
        return False
    return claim.value < audio.value
