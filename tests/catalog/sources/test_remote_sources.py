"""The table of remote sources: addresses over TLS, and how each counts its rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ai_models.catalog.sources import IMPORTERS
from ai_models.catalog.sources.reading import UnreadableError
from ai_models.catalog.sources.remote import REMOTE_SOURCES

SHAPES = {
    "models.dev": ({"acme": {"models": {"a": {}, "b": {}}}, "odd": 3, "none": {}}, 2),
    "litellm": ({"a": {}, "b": {}, "c": {}}, 3),
    "genai-prices": ([{"models": [{}, {}]}, {"models": [{}]}, "odd"], 3),
    "openrouter": ({"data": [{}, {}]}, 2),
    "deprecations": ([{}, {}], 2),
    "rates": ({"models": [{}]}, 1),
}


def test_the_table_names_importers_and_only_addresses_over_tls():
    assert REMOTE_SOURCES.keys() == SHAPES.keys() <= IMPORTERS.keys()
    assert all(source.url.startswith("https://") for source in REMOTE_SOURCES.values())


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_every_source_counts_its_rows_and_knows_its_shape(name: str):
    content, expected = SHAPES[name]
    assert REMOTE_SOURCES[name].rows(content) == expected
    for other in (3, None, [] if isinstance(content, dict) else {}):
        with pytest.raises(UnreadableError, match="another shape"):
            REMOTE_SOURCES[name].rows(other)


FILES = {
    "models.dev": "models_dev.json",
    "litellm": "litellm.json",
    "genai-prices": "genai_prices.json",
    "openrouter": "openrouter.json",
    "deprecations": "deprecations.json",
    "rates": "rates.json",
}


@pytest.mark.parametrize("name", sorted(FILES))
def test_the_real_feeds_have_rows(real_feed: Callable[[str], Path], name: str):
    assert REMOTE_SOURCES[name].rows(json.loads(real_feed(FILES[name]).read_bytes())) > 300
