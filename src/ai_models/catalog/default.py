"""The process-wide catalogue: the shipped snapshot, in a checkout compiled from its YAML, and the user's overlays on top."""

from __future__ import annotations

import threading

from ai_models.catalog.catalog import Catalog
from ai_models.catalog.location import SNAPSHOT, fingerprint, has_journal, has_overlays, packaged_roots
from ai_models.catalog.snapshot import Snapshot
from ai_models.errors import CatalogError

__all__ = ["default_catalog", "load_packaged", "shipped_snapshot", "use_as_default"]

_lock = threading.Lock()
_default: Catalog | None = None


def default_catalog() -> Catalog:
    """The catalogue that every familiar door leads to, loaded on first use.

    Raises:
        CatalogError: the snapshot is missing or damaged, or the YAML of the checkout or of an overlay has problems.
    """
    return _default if _default is not None else _load_once()


def _load_once() -> Catalog:
    with _lock:
        if _default is None:
            _replace(load_packaged())
        assert _default is not None  # noqa: S101 just set
        return _default


def use_as_default(catalog: Catalog) -> None:
    """Put a catalogue in the place of the process-wide one; callers that hold the old one keep it."""
    with _lock:
        _replace(catalog)


def _replace(catalog: Catalog) -> None:
    global _default
    _default = catalog


def load_packaged() -> Catalog:
    """The package's own catalogue with the user's overlays, each compiled again where its YAML has changed.

    Raises:
        CatalogError: the snapshot is missing or damaged, or the YAML of the checkout or of an overlay has problems.
    """
    shipped = shipped_snapshot()
    if not has_overlays():
        return Catalog(shipped)
    from ai_models.catalog.combined import with_overlays  # 0.3 ms that few processes need
    from ai_models.catalog.overlays import find_overlays

    return Catalog(with_overlays(shipped, find_overlays()), below=shipped_snapshot)


def shipped_snapshot() -> Snapshot:
    """The package's own catalogue alone.

    Raises:
        CatalogError: the snapshot is missing or damaged, or the checkout's YAML has problems.
    """
    roots = packaged_roots()
    if not roots:
        return _shipped()
    if has_journal(roots):
        from ai_models.catalog.sync.journal import recover  # only after a sync was interrupted

        recover(roots)
    mark = fingerprint(roots)
    snapshot = _compiled_before(mark)
    if snapshot is None:
        from ai_models.catalog.compiler import compile_checkout  # the YAML machinery, which a compiled catalogue never needs

        snapshot = compile_checkout(roots, mark)
    return snapshot


def _shipped() -> Snapshot:
    try:
        return Snapshot.open(SNAPSHOT)
    except OSError as error:
        raise CatalogError(f"the catalogue snapshot cannot be read ({error}); reinstall ai-models-catalog") from error


def _compiled_before(mark: str) -> Snapshot | None:
    """The snapshot of an earlier process, if it is whole and the YAML has not changed since."""
    try:
        snapshot = Snapshot.open(SNAPSHOT)
    except (OSError, CatalogError):
        return None  # missing, damaged, or of another version: it is compiled again, which is all that could be done
    return snapshot if snapshot.header.fingerprint == mark else None
