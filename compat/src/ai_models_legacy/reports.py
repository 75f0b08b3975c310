"""What the command reports: drift measured now, and the logs of several processes put together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ai_models_legacy import advice, frozen, jsonlines
from ai_models_legacy.differences import Difference, compare, fields_of
from ai_models_legacy.errors import LogError

__all__ = ["Row", "by_name", "by_site", "differences_in", "differences_now", "known_in", "without"]

Row = dict[str, Any]
"""A line of a report, as JSON has it."""

_DIFFERENCE = {"subject": str, "field": str, "old": object, "new": object, "example": bool, "time": str}
_CALL = {"name": str, "module": str, "file": str, "line": int, "function": str, "count": int}


def differences_now() -> list[Row]:
    """Every frozen value that the catalogue contradicts at this moment.

    Raises:
        CatalogError: the catalogue cannot be used.
    """
    from ai_models_legacy.pricing import claude_pricing_now
    from ai_models_legacy.served import served

    found: list[Difference] = []
    for key, old in frozen.SPECS.items():
        found.extend(compare(key, fields_of(old), fields_of(served(key).spec)))
    found.extend(compare("CLAUDE_PRICING", frozen.PRICING, claude_pricing_now()))
    return [difference._asdict() for difference in found]


def differences_in(logs: Iterable[Path]) -> list[Row]:
    """What shadows have found, each difference once: how many times it was told, and when first and last.

    Of what was told by example, one example is left for each subject.

    Raises:
        LogError: a file that is no such log.
    """
    merged: dict[str, Row] = {}
    for record in jsonlines.read(logs, _DIFFERENCE):
        time = record["time"]
        row = {name: record[name] for name in _DIFFERENCE if name != "time"}
        row = merged.setdefault(_identity(row), {**row, "told": 0, "first": time, "last": time})
        row["told"] += 1
        row["first"], row["last"] = min(row["first"], time), max(row["last"], time)
    return [merged[identity] for identity in sorted(merged)]


def known_in(path: Path) -> set[str]:
    """The differences of a report that was printed with ``--json``, and is kept as the list of those that are accepted.

    Raises:
        LogError: the file is none.
    """
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise LogError(f"{path} cannot be read as JSON: {getattr(error, 'strerror', None) or error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) and {"subject", "field"} <= row.keys() for row in rows):
        raise LogError(f"{path} is no list of differences; `ai-models-legacy differences --json` prints one")
    return {_identity(row) for row in rows}


def without(rows: Iterable[Row], known: set[str]) -> list[Row]:
    """The differences that are not among the known ones."""
    return [row for row in rows if _identity(row) not in known]


def _identity(row: Row) -> str:
    """What makes two rows one difference; examples are told apart by what they are examples of."""
    names = ("subject", "field") if row.get("example") else ("subject", "field", "old", "new")
    return json.dumps([row.get(name) for name in names])


def by_site(logs: Iterable[Path]) -> list[Row]:
    """Call logs put together: each site once, with its calls added up, the busiest first.

    Raises:
        LogError: a file that is no such log.
    """
    merged: dict[tuple[Any, ...], Row] = {}
    for record in jsonlines.read(logs, _CALL):
        row = {name: record[name] for name in _CALL}
        site = tuple(row[name] for name in _CALL if name != "count")
        merged.setdefault(site, {**row, "count": 0})["count"] += row["count"]
    return sorted(merged.values(), key=lambda row: (-row["count"], row["file"], row["line"], row["name"]))


def by_name(sites: Sequence[Row]) -> list[Row]:
    """Sites put together by old name, with what to write instead; the busiest first."""
    names: dict[str, Row] = {}
    for site in sites:
        name = site["name"]
        row = names.setdefault(name, {"name": name, "count": 0, "sites": 0, "instead": advice.instead(name)})
        row["count"] += site["count"]
        row["sites"] += 1
    return sorted(names.values(), key=lambda row: (-row["count"], row["name"]))
