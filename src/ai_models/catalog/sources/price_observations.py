"""Reads price changes seen in the git histories of other feeds, one JSON object a line.

Traps: ``observed_on`` is the day of a commit, not the vendor's date, and the provider and model are spelt as that feed
spells them. ``kind`` tells real changes from corrections, unit slips, rounding and zero placeholders; all are claimed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from ai_models.catalog.sources import genai_prices
from ai_models.catalog.sources.content import read_lines
from ai_models.catalog.sources.reading import NOT_A_MAPPING, Imported, Intake, Row, UnreadableError, amount, day, text

__all__ = ["SOURCE", "read"]

SOURCE = "price-observations"

RATES: dict[str, str] = {
    **genai_prices.RATES,
    "input": "input_per_1m_tokens",
    "output": "output_per_1m_tokens",
    "cache_read": "cache_read_per_1m_tokens",
    "cache_write": "cache_write_per_1m_tokens",
    "reasoning": "reasoning_per_1m_tokens",
    "input_audio": "audio_input_per_1m_tokens",
    "output_audio": "audio_output_per_1m_tokens",
}
"""The feeds' price keys, in USD per 1M tokens, as rate keys."""


def read(path: Path, *, as_of: date) -> Imported:
    """The claims of a price-observation file: ``since`` is the day observed, ``value`` the new price.

    ``conditions`` hold the ``feed`` in which the change was seen, its ``kind`` and the ``previous`` price.

    Raises:
        CatalogFileError: the file is not JSONL.
    """
    intake = Intake(SOURCE, as_of)
    intake.each(read_lines(path, intake), _read_observation)
    return intake.done()


def _read_observation(intake: Intake, where: str, found: Mapping[str, object]) -> None:
    observed = day(found.get("observed_on"))
    row = Row(intake, text(found.get("provider")), text(found.get("model")), where, as_of=observed)
    conditions = {"feed": text(found.get("source")), "kind": text(found.get("kind"))}
    changes = found.get("changes")
    if not isinstance(changes, dict):
        raise UnreadableError(NOT_A_MAPPING)
    for key, change in changes.items():
        _read_change(row, key, change, conditions)


def _read_change(row: Row, key: str, change: object, conditions: Mapping[str, str]) -> None:
    if key not in RATES:
        return row.reject("unknown key", key, at=key)
    if not isinstance(change, list) or len(change) != 2:
        return row.reject("not an old and a new price", change, at=key)
    try:
        previous, value = (amount(price) for price in change)
    except UnreadableError as problem:
        return row.reject(str(problem), change, at=key)
    observed = {**conditions, "previous": str(previous)}
    return row.claim(f"rate:{RATES[key]}", value, at=key, since=row.as_of, conditions=observed)
