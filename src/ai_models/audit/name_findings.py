"""Findings about names: unknown, retired, about to retire, floating; and the fixes that one name can have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from ai_models.audit.findings import Edit, Fix, ModelUse
from ai_models.audit.gathering import Gathered, Judge
from ai_models.audit.names import Names, Recognised, Standing
from ai_models.audit.spans import Span
from ai_models.models.base import ModelStatus

__all__ = ["report_name", "successors"]

_MOST_STEPS = 8


def report_name(gathered: Gathered, judge: Judge, found: Recognised, span: Span, *, mention: bool = False) -> None:
    """Note the use or the mention of a name, and report what is wrong with it.

    Args:
        gathered: the file's.
        judge: the catalogue and the day.
        found: the name.
        span: where it stands: the name itself where it can be told apart, else the whole literal.
        mention: whether it stands in a comment or in prose.
    """
    mention = mention or found.spoken
    standing = judge.names.stand(found.name) if found.match is not None else None
    _note(gathered, found, standing, span, mention=mention)
    if mention:
        _mention(gathered, judge, found, standing, span)
    elif found.match is None:
        _unknown(gathered, judge, found, span)
    elif standing is not None:
        _known(gathered, judge, found, standing, span)


def _note(gathered: Gathered, found: Recognised, standing: Standing | None, span: Span, *, mention: bool) -> None:
    gathered.uses.append(
        ModelUse(
            path=gathered.path,
            span=span,
            name=found.name,
            model=standing.key if standing else "",
            status=str(standing.status) if standing else "unknown" if found.match is None else "ambiguous",
            kind="mention" if mention else "use",
            cell=gathered.cell,
        )
    )


def _mention(gathered: Gathered, judge: Judge, found: Recognised, standing: Standing | None, span: Span) -> None:
    if standing is not None and standing.status is ModelStatus.RETIRED:
        facts = _facts(found, standing)
        message = f"{found.name}, which is mentioned here, {_was_retired(standing)}"
        gathered.report(
            "AIM105",
            span,
            found.name,
            message,
            hint=_replacement(judge.names, standing),
            confidence=found.confidence,
            facts=facts,
        )
    elif found.match is None:
        why, near = judge.names.why_unknown(found.name)
        facts = {"model": None, "name": found.name, "status": "unknown", "nearest": list(near)}
        message = f"no model is called {found.name!r}, which is mentioned here{f': {why}' if why else ''}"
        gathered.report(
            "AIM105", span, found.name, message, hint=_did_you_mean(near), confidence=found.confidence, facts=facts
        )


def _unknown(gathered: Gathered, judge: Judge, found: Recognised, span: Span) -> None:
    why, near = judge.names.why_unknown(found.name)
    gathered.report(
        "AIM101",
        span,
        found.name,
        f"no model is called {found.name!r}{f' {why}' if why else ''}",
        hint=_did_you_mean(near),
        confidence=found.confidence,
        facts={"model": None, "name": found.name, "status": "unknown", "nearest": list(near)},
    )


def _known(gathered: Gathered, judge: Judge, found: Recognised, standing: Standing, span: Span) -> None:
    names, facts = judge.names, _facts(found, standing)
    left = names.days_to_retirement(standing)
    if standing.status is ModelStatus.RETIRED:
        gathered.report(
            "AIM102",
            span,
            found.name,
            f"{found.name} {_was_retired(standing)}",
            hint=_replacement(names, standing),
            confidence=found.confidence,
            facts=facts,
            fix=_replacing(gathered, names, found, standing, span),
        )
        return
    if standing.status is ModelStatus.DEPRECATED or (left is not None and left <= judge.within):
        gathered.report(
            "AIM103",
            span,
            found.name,
            f"{found.name} {_will_retire(standing, left)}",
            hint=_replacement(names, standing),
            confidence=found.confidence,
            facts=facts | {"days_left": left},
            fix=_replacing(gathered, names, found, standing, span),
        )
    if standing.floating and standing.spec is not None:
        _floating(gathered, judge, found, standing.spec.api_identifier, span, facts)


def _floating(gathered: Gathered, judge: Judge, found: Recognised, pinned: str, span: Span, facts: dict[str, Any]) -> None:
    old = gathered.old_meaning(judge, found.name)
    pin = _renaming(gathered, judge.names, found.name, pinned, span, message=f"pin {pinned}", safe=True)
    gathered.report(
        "AIM104",
        span,
        found.name,
        f"{found.name} moves to newer models; on this day it means {pinned}",
        hint=f"pin {pinned}" if old is None else f"the old factory means {old} by it; name the one that you want",
        confidence=found.confidence,
        facts=facts | {"pinned": pinned, "old_factory": old},
        fix=pin if old is None else None,
    )


def _facts(found: Recognised, standing: Standing) -> dict[str, Any]:
    return {
        "name": found.name,
        "model": standing.key,
        "status": str(standing.status),
        "deprecated_on": _iso(standing.deprecated_on),
        "retires_on": _iso(standing.retires_on),
        "replacement": list(standing.replacement),
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _was_retired(standing: Standing) -> str:
    return f"was retired on {standing.retires_on}" if standing.retires_on else "is retired; no source says since when"


def _will_retire(standing: Standing, left: int | None) -> str:
    if left is not None:
        days = "tomorrow" if left == 1 else f"in {left} days"
        return f"retires on {standing.retires_on}, {days}"
    since = f" since {standing.deprecated_on}" if standing.deprecated_on else ""
    return f"is deprecated{since}; no day of retirement is known"


def _did_you_mean(near: Sequence[str]) -> str:
    return f"did you mean {' or '.join(near)}?" if near else "a model of your own belongs into an overlay"


def successors(names: Names, standing: Standing) -> list[str]:
    """The models to move to: what the maker names, and where that is retired too, what is named for that one.

    Each is an API identifier of a model that can be called on the day; empty where the maker names none.
    """
    found: list[str] = []
    todo, seen = list(standing.replacement), set()
    for _ in range(_MOST_STEPS):
        if not todo:
            break
        following: list[str] = []
        for name in todo:
            next_ = names.stand(name)
            if next_ is None or next_.spec is None or next_.key in seen:
                continue
            seen.add(next_.key)
            if next_.status is ModelStatus.RETIRED:
                following += next_.replacement
            else:
                found.append(next_.spec.api_identifier)
        todo = following
    return list(dict.fromkeys(found))


def _replacement(names: Names, standing: Standing) -> str:
    named = successors(names, standing)
    return f"its maker names {' or '.join(named)} as the replacement" if named else "its maker names no replacement"


def _replacing(gathered: Gathered, names: Names, found: Recognised, standing: Standing, span: Span) -> Fix | None:
    """A fix where exactly one model can take the place; never a safe one: another model answers differently.

    A replacement that is deprecated itself is passed over for its own, so that nobody moves twice.
    """
    target: str | None = None
    for _ in range(_MOST_STEPS):
        named = successors(names, standing)
        if len(named) != 1 or len(standing.replacement) != 1:
            break
        target = named[0]
        following = names.stand(target)
        if following is None or following.status is not ModelStatus.DEPRECATED:
            break
        standing = following
    if target is None:
        return None
    return _renaming(gathered, names, found.name, target, span, message=f"replace by {target}", safe=False)


def _renaming(
    gathered: Gathered, names: Names, name: str, target: str, span: Span, *, message: str, safe: bool
) -> Fix | None:
    written = _with_owner(names, name, target)
    if written is None or gathered.source.piece(span) != name:
        return None
    start, end = gathered.source.offsets(span)
    return Fix(message, (Edit(start, end, written),), safe)


def _with_owner(names: Names, name: str, target: str) -> str | None:
    """The target as the name is written: bare, or after the same ``owner/`` or ``owner:``; None for forms of platforms."""
    if names.bare(name) == name.lower():
        return None if set(":@") & set(name) or "anthropic." in name else target
    owner = name[: len(name) - len(names.bare(name))]
    match = names.find(f"{owner}{target}")
    is_plain = len([mark for mark in owner if mark in "/:"]) == 1 and not set(":@") & set(names.bare(name))
    return f"{owner}{target}" if is_plain and match is not None and match.row is not None else None
