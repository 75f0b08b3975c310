"""The sources of a sync: read from their addresses, or from a directory of files, each with the day it speaks for."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from msgspec import Struct

from ai_models.catalog.sources import IMPORTERS
from ai_models.catalog.sources.reading import Imported
from ai_models.catalog.sources.remote import REMOTE_SOURCES, FetchLimits, Progress, RemoteSource, fetch
from ai_models.errors import AIModelsError, CatalogFileError, MissingExtraError

__all__ = ["FILE_NAMES", "Gathered", "Missing", "from_addresses", "from_directory"]

FILE_NAMES: dict[str, str] = {
    name: f"{name.replace('-', '_').replace('.', '_')}.{'jsonl' if name in {'vendor', 'price-observations'} else 'json'}"
    for name in IMPORTERS
} | {"vendor": "vendor_facts.jsonl"}
"""What the file of each source is called in a directory of sources."""


class Missing(Struct, frozen=True, kw_only=True):
    """A source that could not be read, and why."""

    source: str
    reason: str


class Gathered(Struct, kw_only=True):
    """What was imported, by source, the day for which each speaks, and which sources are missing."""

    imported: dict[str, Imported]
    days: dict[str, date]
    missing: list[Missing]


Began = Callable[[str], Progress]
"""Called with the name of a source when reading it begins; gives the one who is told of the bytes."""


def from_directory(folder: Path, sources: Iterable[str], days: Mapping[str, date]) -> Gathered:
    """Read the sources from files; each speaks for the day given, else for the day on which its file was last changed."""
    gathered = Gathered(imported={}, days={}, missing=[])
    for source in sources:
        path = folder / FILE_NAMES[source]
        if not path.is_file():
            gathered.missing.append(Missing(source=source, reason=f"{path} does not exist"))
            continue
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
        _import(gathered, source, path, days.get(source, changed))
    return gathered


def from_addresses(
    cache: Path,
    sources: Iterable[str],
    *,
    began: Began,
    accept_loss: bool = False,
    known: Mapping[str, RemoteSource] | None = None,
    limits: FetchLimits | None = None,
    tls: ssl.SSLContext | None = None,
) -> Gathered:
    """Read the sources from their addresses into a cache; one that cannot be read is missing, and the others are read.

    Raises:
        MissingExtraError: the extra ``sync`` is not installed.
    """
    remote = REMOTE_SOURCES if known is None else known
    gathered = Gathered(imported={}, days={}, missing=[])
    for source in sources:
        try:
            fetched = fetch(
                remote[source], cache, progress=began(source), accept_loss=accept_loss, limits=limits, tls=tls
            )
        except MissingExtraError:
            raise
        except (AIModelsError, OSError) as error:
            gathered.missing.append(Missing(source=source, reason=str(error)))
        else:
            _import(gathered, source, fetched.path, fetched.checked.date())
    return gathered


def _import(gathered: Gathered, source: str, path: Path, day: date) -> None:
    try:
        imported = IMPORTERS[source](path, as_of=day)
    except CatalogFileError as error:
        gathered.missing.append(Missing(source=source, reason=str(error)))
    else:
        gathered.imported[source] = imported
        gathered.days[source] = day
