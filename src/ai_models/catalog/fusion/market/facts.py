"""What is true of a model: what its maker states first, and only where that is silent, what its hosts agree on.

A host may restrict a model, and a gateway repeats others. So hosts count once each, whatever feeds list them; a window is
the largest that two hosts state; and a host that does not offer a feature says nothing of the model.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from msgspec import structs

from ai_models.catalog.claims import Claim, ClaimValue
from ai_models.catalog.fusion.facts import Fused, fuse_facts
from ai_models.catalog.fusion.market.known import CLASSES
from ai_models.catalog.fusion.meaning import meant
from ai_models.catalog.fusion.precedence import Fact, rejected
from ai_models.catalog.fusion.rules import MakerRules, ModelRules

__all__ = ["HostClaim", "market_facts"]

HostClaim = tuple[str, Claim]
"""A canonical provider, and what a source says of its offering."""

WINDOWS = ("context_window_input", "context_window_output")
_DENIABLE = frozenset({"image_input", "audio_input", "video_input", "image_output", "audio_output", "video_output"})
"""Modalities, which a model has or lacks wherever it runs."""
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


def market_facts(own: Iterable[Claim], hosts: Iterable[HostClaim], maker: MakerRules, model: ModelRules) -> Fused:
    """The facts of one model, from its maker's rows and from its hosts'."""
    claims = [_as_meant(claim, maker) for found in own for claim in (found, *_by_mode(found))]
    fused = fuse_facts(meant(claims, maker, model), provider=maker.maker)
    agreed = _agreed([(host, claim) for host, found in hosts for claim in (found, *_by_mode(found))])
    for field, fact in agreed.items():
        fused.facts.setdefault(field, fact)
    _drop_impossible(fused)
    return fused


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
