"""Reads facts that were looked up on vendors' own pages, one JSON object a line with its URL.

Traps: ``superseded`` facts are no longer true; ``historical`` ones were true at ``as_of`` only. ``limit_kind`` says which
limit a ``context_window_input`` really is. A limit may be a rounded phrase ("4K" for 4,096 tokens): ``where`` then ends
in ``#stated=4K``.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from ai_models.catalog.claims import ClaimValue
from ai_models.catalog.sources.content import read_lines
from ai_models.catalog.sources.reading import (
    Imported,
    Intake,
    Row,
    UnreadableError,
    amount,
    day,
    flag,
    partial_date,
    text,
    tokens,
)
from ai_models.models.capabilities import ModelCapability
from ai_models.pricing.meters import RATE_KEYS

__all__ = ["SOURCE", "read"]

SOURCE = "vendor"

LIMITS = {
    "total_context": "context_window",
    "max_input": "context_window_input",
    "max_output": "context_window_output",
}
"""Which field a ``limit_kind`` is."""

_CAPABILITIES = {f"capability:{capability}" for capability in ModelCapability}


def _replacement(found: object) -> tuple[str, ...]:
    return tuple(text(name) for name in found) if isinstance(found, list) else (text(found),)


READERS: dict[str, Callable[[object], ClaimValue]] = {
    "name": text,
    "family": text,
    "mode": text,
    "status": text,
    "knowledge_cutoff": partial_date,
    "release_date": day,
    "deprecated_on": day,
    "retires_on": day,
    "open_weights": flag,
    "replacement": _replacement,
    **dict.fromkeys(LIMITS.values(), tokens),
    **dict.fromkeys(_CAPABILITIES, flag),
}
"""How the value of each field is read; fields that end in ``_per_1m`` and the like are prices."""


def read(path: Path, *, as_of: date) -> Imported:
    """The claims of a vendor-fact file.

    A fact that is dated by month or year is as of the *last* day of it, but never later than the ``as_of`` given here.
    ``conditions`` of a fact that no longer holds contain ``historical``; those of one version of a deployment,
    ``model_version``.

    Raises:
        CatalogFileError: the file is not JSONL.
    """
    intake = Intake(SOURCE, as_of)
    intake.each(read_lines(path, intake), _read_fact)
    return intake.done()


def _read_fact(intake: Intake, where: str, found: Mapping[str, object]) -> None:
    if found.get("superseded") is True:
        raise UnreadableError("superseded")
    row = Row(
        intake,
        provider=text(found.get("provider")),
        subject=text(found.get("model")),
        where=_source(found) or where,
        as_of=_last_day(found.get("as_of"), intake.as_of),
    )
    conditions = _qualifiers(found)
    field, value, narrower = _fact(found)
    row.claim(field, value, conditions={**conditions, **narrower})
    if field.startswith("rate:") and found.get("unit", "USD") != "USD":
        row.claim("currency", text(found["unit"]), conditions=conditions)
    if found.get("total_context") is not None:
        row.claim("context_window", tokens(found["total_context"]), conditions=conditions)


def _source(found: Mapping[str, object]) -> str:
    url = str(found.get("url") or "")
    rounded = found.get("unit") == "tokens" and found.get("stated")
    return f"{url}#stated={found['stated']}" if url and rounded else url


def _last_day(found: object, latest: date) -> date:
    """The last day of a day, month or year, no later than ``latest``."""
    written = partial_date(found)
    year, month, exact = (*(int(part) for part in written.split("-")), 0, 0)[:3]
    month = month or 12
    return min(date(year, month, exact or monthrange(year, month)[1]), latest)


def _fact(found: Mapping[str, object]) -> tuple[str, ClaimValue, Mapping[str, str]]:
    """The field, the value, and the conditions that the field's own name holds."""
    field, value = text(found.get("field")), found.get("value")
    if field in READERS:
        return _limited(field, found), READERS[field](value), {}
    rate, conditions = _rate(field, found)
    return f"rate:{rate}", amount(value), conditions


def _limited(field: str, found: Mapping[str, object]) -> str:
    kind = found.get("limit_kind")
    if kind is None:
        return field
    if not isinstance(kind, str) or kind not in LIMITS:
        raise UnreadableError("unknown limit_kind")
    return LIMITS[kind]


def _qualifiers(found: Mapping[str, object]) -> dict[str, str]:
    historical = {"historical": "true"} if found.get("historical") is True else {}
    version = found.get("model_version")
    return historical | ({} if version is None else {"model_version": text(version)})


def _rate(field: str, found: Mapping[str, object]) -> tuple[str, dict[str, str]]:
    """``batch_output_per_1m_above`` as the rate key ``output_per_1m_tokens`` and its conditions."""
    conditions: dict[str, str] = {}
    name = field.removesuffix("_above")
    if name != field:
        conditions["input_tokens_above"] = str(tokens(found.get("threshold")))
    if name.startswith("batch_"):
        name = name.removeprefix("batch_")
        conditions["service_tier"] = "batch"
    for key in (name, f"{name}_tokens"):
        if key in RATE_KEYS:
            return key, conditions
    raise UnreadableError("unknown field")
