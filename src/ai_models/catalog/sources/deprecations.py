"""Reads the deprecations-rss list: when providers deprecate and shut down models, and what they recommend instead.

Traps: ``announcement_date`` is often only the day on which the row was scraped, and is not used. Where the provider names
one date, ``deprecation_date`` repeats ``shutdown_date`` and says nothing; some rows are products, not models.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from ai_models.catalog.sources.content import read_json
from ai_models.catalog.sources.reading import NOT_A_MAPPING, Imported, Intake, Row, UnreadableError, day, text
from ai_models.errors import CatalogFileError

__all__ = ["SOURCE", "read"]

SOURCE = "deprecations"

_IDENTIFIER = re.compile(r"[\w.@:/+-]+")


def read(path: Path, *, as_of: date) -> Imported:
    """The claims of deprecations-rss' ``data.json``; each is as of the row's ``last_observed``.

    Raises:
        CatalogFileError: the file is not a JSON list.
    """
    intake = Intake(SOURCE, as_of)
    rows = read_json(path)
    if not isinstance(rows, list):
        raise CatalogFileError(f"{path}: not a list of deprecations")
    intake.each(((f"[{index}]", found) for index, found in enumerate(rows)), _read_row)
    return intake.done()


def _read_row(intake: Intake, where: str, found: object) -> None:
    if not isinstance(found, dict):
        raise UnreadableError(NOT_A_MAPPING)
    provider, model = text(found.get("provider")), text(found.get("model_id"))
    observed = _observed(found, intake.as_of)
    if not _IDENTIFIER.fullmatch(model):
        return intake.reject(where, "not a model", model)
    row = Row(intake, provider, model, where, as_of=observed)
    _read_dates(row, found)
    return _read_replacement(row, found.get("replacement_models"))


def _observed(found: Mapping[str, object], as_of: date) -> date:
    written = found.get("last_observed")
    return min(day(written), as_of) if written else as_of


def _read_dates(row: Row, found: Mapping[str, object]) -> None:
    """``deprecated_on`` only where it comes before the shutdown, or where no shutdown is known."""
    deprecation, shutdown = found.get("deprecation_date"), found.get("shutdown_date")
    row.day("retires_on", shutdown, at="shutdown_date")
    if not deprecation or deprecation == shutdown:
        return
    if isinstance(shutdown, str) and shutdown and str(deprecation) > shutdown:
        row.reject("deprecated after shutdown", deprecation, at="deprecation_date")
    else:
        row.day("deprecated_on", deprecation, at="deprecation_date")


def _read_replacement(row: Row, found: object) -> None:
    if found is None:
        return None
    if not isinstance(found, list):
        return row.reject("not a list", found, at="replacement_models")
    names = tuple(name for name in found if isinstance(name, str) and _IDENTIFIER.fullmatch(name))
    for name in found:
        if name not in names:
            row.reject("not an identifier", name, at="replacement_models")
    if names:
        row.claim("replacement", names, at="replacement_models")
    return None
