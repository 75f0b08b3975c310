"""The sources of a sync: read from their addresses, or from a directory of files, each with the day it speaks for."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from ai_models.catalog.aside import write_aside
from ai_models.catalog.fusion.market.proposal import BASE_MODELS
from ai_models.catalog.sources import IMPORTERS, Importer
from ai_models.catalog.sources.limits import FetchLimits, Progress
from ai_models.catalog.sources.models_dev import read_base_models
from ai_models.catalog.sources.reading import Imported
from ai_models.catalog.sources.remote import REMOTE_SOURCES, RemoteSource, fetch
from ai_models.errors import AIModelsError, CatalogFileError, MissingExtraError

__all__ = ["ADDRESSES", "FILE_NAMES", "Gathered", "Missing", "from_addresses", "from_directory"]

READERS: dict[str, Importer] = {**IMPORTERS, BASE_MODELS: read_base_models}

FILE_NAMES: dict[str, str] = {
    "genai-prices": "genai_prices.json",
    "litellm": "litellm.json",
    "models.dev": "models_dev.json",
    BASE_MODELS: "models_dev_base_models.json",
    "deprecations": "deprecations.json",
    "price-observations": "price_observations.jsonl",
    "vendor": "vendor_facts.jsonl",
}
"""What the file of each source is called in a directory of sources. Derived feeds are no evidence, and are not read."""

ADDRESSES: tuple[str, ...] = tuple(name for name in REMOTE_SOURCES if name in FILE_NAMES)
"""The sources that a sync without a directory reads; the others are files of ours, and have no address."""


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


def from_directory(
    folder: Path,
    sources: Iterable[str],
    days: Mapping[str, date],
    *,
    cache: Path | None = None,
    accept_loss: bool = False,
    step: Progress | None = None,
) -> Gathered:
    """Read the sources from files; each speaks for the day given, else for the day on which its file was last changed.

    ``days`` are those that are known: the time of a file says when it was copied, never how old its content is. ``cache``
    remembers how many claims the file of each source made; one that lost more than a tenth of them is missing.
    """
    gathered = Gathered(imported={}, days={}, missing=[])
    chosen = list(sources)
    for number, source in enumerate(chosen, 1):
        path = folder / FILE_NAMES[source]
        if path.is_file():
            changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
            _import(gathered, source, path, days.get(source, changed))
        else:
            gathered.missing.append(Missing(source=source, reason=f"{path} does not exist"))
        if step is not None:
            step(number, len(chosen))
    if cache is not None:
        _refuse_shrunk(gathered, cache / "claims.json", folder, accept_loss=accept_loss)
    return gathered


def _refuse_shrunk(gathered: Gathered, memory: Path, folder: Path, *, accept_loss: bool) -> None:
    """Take out the sources that make far fewer claims than the last time that they were read from this directory."""
    try:
        known = msgspec.json.decode(memory.read_bytes(), type=dict[str, dict[str, int]])
    except (OSError, msgspec.MsgspecError):
        known = {}
    last = dict(known.get(str(folder.resolve()), {}))
    for source, imported in list(gathered.imported.items()):
        before, after = last.get(source, 0), len(imported.claims)
        if (before - after) * 10 > before and not accept_loss:
            del gathered.imported[source], gathered.days[source]
            reason = f"{after:,} claims where there were {before:,}: more than a tenth is gone; --accept-loss takes it"
            gathered.missing.append(Missing(source=source, reason=reason))
        else:
            last[source] = after
    with suppress(OSError):  # without a memory the next sync compares with nothing
        write_aside(memory, msgspec.json.encode({**known, str(folder.resolve()): last}))


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
            fetched = fetch(remote[source], cache, progress=began(source), accept_loss=accept_loss, limits=limits, tls=tls)
        except MissingExtraError:
            raise
        except (AIModelsError, OSError) as error:
            gathered.missing.append(Missing(source=source, reason=str(error)))
        else:
            _import(gathered, source, fetched.path, fetched.checked.date())
    return gathered


def _import(gathered: Gathered, source: str, path: Path, day: date) -> None:
    try:
        imported = READERS[source](path, as_of=day)
    except CatalogFileError as error:
        gathered.missing.append(Missing(source=source, reason=str(error)))
    else:
        if not imported.claims:  # "nothing" from a source is a broken file, and no reason to call its values unstated
            gathered.missing.append(Missing(source=source, reason=f"{path} holds nothing that can be read"))
            return
        gathered.imported[source] = imported
        gathered.days[source] = day
