"""The catalogue with overlays laid on it: as an earlier process kept it, or combined now and kept for the next one.

A process whose overlays did not change since loads no YAML.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from pathlib import Path

from ai_models.catalog.location import YAML_SUFFIXES, states, user_directory
from ai_models.catalog.overlays import Overlay
from ai_models.catalog.snapshot import Snapshot
from ai_models.errors import CatalogError

__all__ = ["with_overlays"]


def with_overlays(base: Snapshot, overlays: Sequence[Overlay]) -> Snapshot:
    """The shipped catalogue with overlays laid on it: as an earlier process kept it, or combined and kept for the next one.

    Raises:
        CatalogError: the overlays have problems; it lists all of them.
    """
    if not overlays:
        return base
    seen = _fingerprint(overlays)
    mark = f"{base.header.fingerprint}+{seen}"
    kept = _kept_at(base, overlays) if seen else None
    snapshot = None if kept is None else _kept(kept, mark)
    if snapshot is not None:
        return snapshot
    from ai_models.catalog.layers import combine, keep  # the YAML machinery, which a kept snapshot spares

    data = combine(base, overlays, mark)
    if kept is not None:
        keep(kept, data)
    return Snapshot(data, origin=f"{base.origin} with overlays" if kept is None else str(kept))


def _kept_at(base: Snapshot, overlays: Sequence[Overlay]) -> Path | None:
    """One file for each set of overlays on each installation, so that what is out of date is replaced."""
    folder = user_directory("cache")
    if not folder:
        return None
    named = "\0".join((base.origin, *(overlay.path for overlay in overlays)))
    return Path(folder, f"overlays-{zlib.crc32(os.fsencode(named)):08x}.msgpack")


def _kept(path: Path, mark: str) -> Snapshot | None:
    try:
        snapshot = Snapshot.open(path)
    except (OSError, CatalogError):
        return None  # not there, damaged, or of another version: it is combined again
    return snapshot if snapshot.header.fingerprint == mark else None


def _fingerprint(overlays: Sequence[Overlay]) -> str:
    """What the overlays look like from outside, by order, place, size and time of change; empty where something is wrong."""
    check = count = 0
    for overlay in overlays:
        if overlay.problem:
            return ""
        check = zlib.crc32(os.fsencode(overlay.path), check)
        try:
            place = Path(overlay.path)
            found = sorted(states(overlay.path, YAML_SUFFIXES)) if place.is_dir() else [(overlay.path, place.stat())]
        except (OSError, ValueError):  # ValueError: a NUL in the path
            return ""  # reading it will say what is wrong
        for path, status in found:
            count += 1
            # The change of the inode too: a copy may keep the size and the time of its original.
            seen = f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0{status.st_ctime_ns}\0{status.st_ino}"
            check = zlib.crc32(os.fsencode(seen), check)
    return f"{count}-{check:08x}"
