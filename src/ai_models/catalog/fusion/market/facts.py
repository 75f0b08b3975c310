"""What is true of a model: what its maker states first, and only where that is silent, what its hosts agree on.

A host may restrict a model, and a gateway repeats others. So hosts count once each, whatever feeds list them; a window is
the largest that two hosts state; and a host that does not offer a feature says nothing of the model.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from msgspec import structs

from ai_models.catalog.claims import Claim, ClaimValue, Rejected
from ai_models.catalog.fusion.facts import Fused, fuse_facts
from ai_models.catalog.fusion.market.known import CLASSES, class_of
from ai_models.catalog.fusion.meaning import meant
from ai_models.catalog.fusion.precedence import VERIFIED, Fact, rejected
from ai_models.catalog.fusion.rules import MakerRules, ModelRules

__all__ = ["HostClaim", "market_facts"]

HostClaim = tuple[str, Claim]
"""A canonical provider, and what a source says of its offering."""

WINDOWS = ("context_window_input", "context_window_output")
_DENIABLE = frozenset({"image_input", "audio_input", "video_input", "image_output", "audio_output", "video_output"})
"""Modalities, which a model has or lacks wherever it runs."""
_DATED = re.compile(
    r"-(?:(?P<year>20\d\d)-?(?P<month>0[1-9]|1[0-2])-?[0-3]\d|(?P<short>2[3-7])(?P<two>0[1-9]|1[0-2]))(?=-|$)"
)
_GRACE = timedelta(days=31)
_FEWEST = 3
_NEARLY = 20
"""Two windows within a twentieth are one, rounded."""
_HARDLY = 8
"""One host of so many, or none, is hardly anybody."""
_CLEARLY = Decimal("1.15")
_COUNTED = frozenset({"release_date", "knowledge_cutoff", "open_weights"})

_BY_MODE: dict[str, dict[str, bool]] = {
    "chat": {"text_input": True, "text_output": True},
    "responses": {"text_input": True, "text_output": True},
    "completion": {"text_input": True, "text_output": True},
    "embedding": {"embeddings": True, "text_output": False},
    "rerank": {"reranking": True, "text_output": False},
    "moderation": {"moderation": True},
    "transcription": {"transcription": True, "audio_input": True},
    "speech": {"speech_synthesis": True, "audio_output": True},
    "image": {"image_output": True},
    "video": {"video_output": True},
}
"""What LiteLLM's ``mode`` of a row says of the model."""
_BY_NAME: dict[str, dict[str, bool]] = {
    **{kind: _BY_MODE[kind] for kind in ("embedding", "rerank", "moderation", "transcription", "image", "video")},
    "speech": {**_BY_MODE["speech"], "text_output": False},
}
"""What the kind that a name shows says of the model."""


def market_facts(own: Iterable[Claim], hosts: Iterable[HostClaim], maker: MakerRules, model: ModelRules) -> Fused:
    """The facts of one model, from its maker's rows and from its hosts'."""
    claims = [_as_meant(claim, maker) for found in own for claim in (found, *_by_mode(found))]
    stated = set(claims)
    others = [(host, claim) for host, found in hosts for claim in (found, *_by_mode(found)) if claim not in stated]
    model_id = next(iter(maker.models), "")
    earliest = _earliest(model_id)
    claims, others = _as_named(claims, others, class_of(None, model_id))
    claims, outvoted = _without_outvoted(claims, others)
    fused = fuse_facts(meant(_released(claims, earliest), maker, model), provider=maker.maker)
    fused.quarantined.extend(outvoted)
    for field, fact in _agreed([(host, claim) for host, claim in others if _is_possible(claim, earliest)]).items():
        if field != WINDOWS[0] or "context_window" not in fused.facts:  # the maker's total stands before a host's own limit
            fused.facts.setdefault(field, fact)
    _drop_impossible(fused)
    return fused


# What a name says, and what hosts know better.


def _as_named(own: list[Claim], hosts: list[HostClaim], kind: str | None) -> tuple[list[Claim], list[HostClaim]]:
    """The claims with what a name like ``…-embed-…`` says of the model, and without what contradicts it.

    A feed's list of modalities has text where an embedding model gives numbers.
    """
    said = _BY_NAME.get(kind or "", {})
    everything = [*own, *(claim for _, claim in hosts)]
    if not said or not everything:
        return own, hosts
    meaning = {f"capability:{name}": holds for name, holds in said.items()}
    first = min(everything, key=lambda claim: (claim.source, claim.provider, claim.subject, claim.field))
    named = [structs.replace(first, field=field, value=holds, since=None, conditions=()) for field, holds in meaning.items()]

    def agrees(claim: Claim) -> bool:
        return claim.source in VERIFIED or meaning.get(claim.field, claim.value) == claim.value

    return [*filter(agrees, own), *named], [(host, claim) for host, claim in hosts if agrees(claim)]


def _earliest(model_id: str) -> date | None:
    """The day before which a model cannot have been released, by the date in its name and a month of grace."""
    found = _DATED.search(model_id)
    if found is None:
        return None
    year, month = (found["year"] or f"20{found['short']}"), found["month"] or found["two"]
    return date(int(year), int(month), 1) - _GRACE


def _is_possible(claim: Claim, earliest: date | None) -> bool:
    early = (
        claim.field == "release_date" and isinstance(claim.value, date) and earliest is not None and claim.value < earliest
    )
    return not early or claim.source in VERIFIED


def _released(claims: Iterable[Claim], earliest: date | None) -> list[Claim]:
    return [claim for claim in claims if _is_possible(claim, earliest)]


def _without_outvoted(own: list[Claim], hosts: list[HostClaim]) -> tuple[list[Claim], list[Rejected]]:
    """The maker's claims without limits that its hosts show to be wrong, where its feeds disagree.

    A prompt that hardly anybody takes is no prompt of the model; of several answers the one that most hosts give stands.
    An answer as long as the whole window only repeats it, where another feed states a shorter one.
    """
    lost: dict[Claim, str] = {}
    for claims, reason in (_prompts(own, hosts), _answers(own, hosts)):
        lost |= dict.fromkeys(claims, reason)
    kept = [claim for claim in own if claim not in lost]
    return kept, [rejected(claim, reason) for claim, reason in lost.items()]


def _prompts(own: list[Claim], hosts: list[HostClaim]) -> tuple[list[Claim], str]:
    fields = {"context_window", "context_window_input"}
    stated = [claim for claim in own if claim.field in fields and isinstance(claim.value, int)]
    said = {(host, claim.value) for host, claim in hosts if claim.field in fields and isinstance(claim.value, int)}
    values = sorted({_int(claim) for claim in stated})
    if len(values) < 2 or len({host for host, _ in said}) < _FEWEST or any(claim.source in VERIFIED for claim in stated):
        return [], ""
    takers = {host for host, value in said if value * _NEARLY >= values[-1] * (_NEARLY - 1)}
    rivals = [value for value in values if value * _CLEARLY < values[-1]]
    if len(takers) > max(1, len({host for host, _ in said}) // _HARDLY) or not rivals:
        return [], ""
    return [c for c in stated if _int(c) > rivals[-1]], f"hardly a host takes more than {rivals[-1]:,}"


def _answers(own: list[Claim], hosts: list[HostClaim]) -> tuple[list[Claim], str]:
    stated = [claim for claim in own if claim.field == WINDOWS[1] and isinstance(claim.value, int)]
    if any(claim.source in VERIFIED for claim in stated):
        return [], ""
    windows = {_int(claim) for claim in own if claim.field.startswith("context_window") and claim.field != WINDOWS[1]}
    values = {_int(claim) for claim in stated}
    shorter = {value for value in values if value not in windows}
    if shorter and shorter != values:
        return [claim for claim in stated if _int(claim) in windows], "repeats the window, where another feed states less"
    votes = {value: len({h for h, c in hosts if c.field == WINDOWS[1] and c.value == value}) for value in values}
    best = sorted(votes, key=lambda value: -votes[value])
    if len(best) < 2 or votes[best[0]] < 2 or votes[best[0]] == votes[best[1]]:
        return [], ""
    return [claim for claim in stated if claim.value != best[0]], f"most hosts state {best[0]:,}"


def _int(claim: Claim) -> int:
    return claim.value if isinstance(claim.value, int) else 0


def _as_meant(claim: Claim, maker: MakerRules) -> Claim:
    is_prompt = claim.field == "context_window" and maker.window == "input"
    return structs.replace(claim, field="context_window_input") if is_prompt else claim


def _by_mode(claim: Claim) -> Iterator[Claim]:
    if claim.field == "mode":
        for capability, holds in _BY_MODE.get(str(claim.value), {}).items():
            yield structs.replace(claim, field=f"capability:{capability}", value=holds)


def _agreed(hosts: list[HostClaim]) -> dict[str, Fact]:
    """What hosts agree on, by field."""
    by_field: dict[str, list[HostClaim]] = defaultdict(list)
    for host, claim in hosts:
        field = "context_window_input" if claim.field == "context_window" else claim.field
        if field in WINDOWS or field in _COUNTED or field.startswith("capability:"):
            by_field[field].append((host, claim))
    facts = {field: fact for field, said in sorted(by_field.items()) if (fact := _agreement(field, said)) is not None}
    modes = {str(claim.value) for _, claim in hosts if claim.field == "mode"}
    return facts if not modes & CLASSES or "chat" in modes else {k: v for k, v in facts.items() if k not in WINDOWS[1:]}


def _agreement(field: str, said: list[HostClaim]) -> Fact | None:
    values: dict[ClaimValue, set[str]] = defaultdict(set)
    for host, claim in said:
        values[claim.value].add(host)
    everyone = {host for host, _ in said}
    if field in WINDOWS:
        value = _largest(values, len(everyone))
    elif field.startswith("capability:"):
        value = _capability(field.partition(":")[2], values, len(everyone))
    else:
        counted = Counter({value: len(stating) for value, stating in values.items()})
        value = min(counted, key=lambda found: (-counted[found], str(found)))
        if field == "release_date" and counted[value] == 1:
            value = sorted(counted, key=str)[(len(counted) - 1) // 2]
    if value is None:
        return None
    stating = [claim for _, claim in said if claim.value == value]
    return Fact(
        value=value,
        evidence=tuple(sorted({claim.source for claim in stating})),
        as_of=max(claim.as_of for claim in stating),
    )


def _largest(values: dict[ClaimValue, set[str]], everyone: int) -> ClaimValue:
    """The largest window that two hosts state, or the only host's."""
    least = min(2, everyone)
    known = [value for value, hosts in values.items() if len(hosts) >= least and isinstance(value, int)]
    return max(known, default=None)


def _capability(name: str, values: dict[ClaimValue, set[str]], everyone: int) -> ClaimValue:
    """Supported where two thirds of those who speak say so; unsupported only for a modality, and if nobody differs."""
    holds = len(values.get(True, ()))
    if holds * 3 >= everyone * 2:
        return True
    return False if name in _DENIABLE and not holds and everyone > 1 else None


def _drop_impossible(fused: Fused) -> None:
    """Leave out limits and dates that contradict each other; what the others are compared with is the safer one."""
    facts = fused.facts
    total, prompt, answer = (_number(facts, name) for name in ("context_window", *WINDOWS))
    if total is not None and prompt is not None and prompt > total:
        _drop(fused, "context_window", f"is below the largest prompt of {prompt:,}")
        total = None
    window = total or prompt
    if answer is not None and window is not None and answer > window:
        _drop(fused, "context_window_output", f"exceeds the window of {window:,}")
    days = [(name, fact.value) for name in ("release_date", "deprecated_on", "retires_on") if (fact := facts.get(name))]
    for (_, first), (later, second) in pairwise(days):
        if isinstance(first, date) and isinstance(second, date) and second < first:
            _drop(fused, later, "lies before what comes first in a model's life")


def _number(facts: dict[str, Fact], name: str) -> int | None:
    value = facts[name].value if name in facts else None
    return value if isinstance(value, int) else None


def _drop(fused: Fused, field: str, reason: str) -> None:
    fact = fused.facts.pop(field)
    claim = Claim(source=fact.evidence[0], provider="", subject="", field=field, value=fact.value, as_of=fact.as_of)
    fused.quarantined.append(rejected(claim, reason))
