"""Feeds written by hand, and the real ones where they are at hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from importer_reading import AS_OF, Reading

from ai_models.catalog.sources import Importer


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Reading]:
    """Write a feed (text as it is, anything else as JSON) and read it."""

    def read_feed(importer: Importer, feed: object, as_of: date = AS_OF) -> Reading:
        path = tmp_path / "feed.json"
        path.write_text(feed if isinstance(feed, str) else json.dumps(feed), encoding="utf-8")
        return Reading(importer(path, as_of=as_of))

    return read_feed


@pytest.fixture
def real_feed(shared_sources: Path) -> Callable[[str], Path]:
    """The path of a real feed; the test is skipped where the feeds are not at hand."""

    def path_of(name: str) -> Path:
        path = shared_sources / name
        if not path.is_file():
            pytest.skip(f"{path} is not here; set AI_MODELS_SOURCES to a folder with the feeds")
        return path

    return path_of
