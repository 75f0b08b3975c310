"""Specifications for other programs: a cache on disk, rows for the warehouse."""

import pickle
from dataclasses import asdict, replace
from pathlib import Path

from models import ModelSpec
from models.registry import ModelRegistry


def with_note(spec: ModelSpec, note: str) -> ModelSpec:
    """The same model with a note of ours."""
    return replace(spec, notes=note)


def row(spec: ModelSpec) -> dict:
    """For the warehouse, which knows no enums and no dates."""
    return {**asdict(spec), "provider": spec.provider.value, "last_verified": spec.last_verified.isoformat()}


def save(path: Path) -> None:
    path.write_bytes(pickle.dumps(ModelRegistry.get_all_current_models()))


def load(path: Path) -> "dict[str, ModelSpec]":
    return pickle.loads(path.read_bytes())


def cutoff_year(spec: ModelSpec) -> int:
    """From "January 2025"."""
    return int(spec.knowledge_cutoff.split()[-1])
