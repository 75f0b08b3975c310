"""The generator's files: a fixed form, what people wrote by hand, and the catalogue as it stands."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest
import yaml

from ai_models.catalog.claims import Claim
from ai_models.catalog.fusion import documents, text
from ai_models.catalog.fusion.facts import fuse_facts
from ai_models.catalog.fusion.prices import fuse_prices
from ai_models.catalog.fusion.rules import MakerRules

Render = Callable[[dict[str, Any]], str]

ROOT = Path(__file__).parents[2]
READ = date(2026, 11, 1)
RULES = msgspec.convert(
    {
        "maker": "acme",
        "display_name": "Acme",
        "pricing_url": "https://acme.example/pricing",
        "documentation_url": "https://acme.example/{model_id}",
        "window": "total",
        "spelled": {},
        "defaults_as_of": READ,
        "models": {"one": {"name": "One", "family": "ones"}},
    },
    MakerRules,
)


@pytest.fixture
def files() -> ModuleType:
    """The module that makes the files' content."""
    return documents


@pytest.fixture
def render() -> Render:
    """The writer of their text."""
    return text.render


def said(field: str, value: Any, source: str = "litellm") -> Claim:
    return Claim(source=source, provider="acme", subject="one", field=field, value=value, as_of=READ)


def definition(files: ModuleType, existing: dict[str, Any], *claims: Claim) -> dict[str, Any]:
    fused = fuse_facts([said("context_window_output", 64), *claims], provider="acme")
    prices = fuse_prices(claims)
    document: dict[str, Any] = files.model_document(RULES, "one", fused, prices, {"one": (fused, prices)}, existing)
    return document


def test_guidance_and_notes_in_a_file_are_kept(files: ModuleType) -> None:
    existing = {
        "optimization": {"since": "2026-11-22", "tips": ["Short prompts cost less"]},
        "documentation": {"url": "https://elsewhere.example", "notes": "Ours"},
    }
    document = definition(files, existing)
    assert document["optimization"] == {"since": date(2026, 11, 22), "tips": ["Short prompts cost less"]}
    assert document["documentation"] == {"url": "https://acme.example/one", "notes": "Ours"}


def test_facts_that_only_a_person_vouches_for_are_kept_and_all_others_are_written_anew(files: ModuleType) -> None:
    existing = {
        "metadata": {"family": "twos", "release_date": "2025-01-15", "context_window_output": "32"},
        "lifecycle": {"retires_on": "2027-01-01"},
        "capabilities": ["streaming"],
        "evidence": {
            "family": ["manual"],
            "release_date": ["manual"],
            "retires_on": ["manual"],
            "streaming": ["manual"],
            "context_window_output": ["litellm"],
        },
    }
    document = definition(files, existing, said("capability:text_input", True))
    assert document["metadata"]["family"] == "twos"
    assert document["metadata"]["release_date"] == "2025-01-15"
    assert document["lifecycle"]["retires_on"] == "2027-01-01"
    assert document["metadata"]["context_window_output"] == 64
    assert document["capabilities"] == ["text_input", "streaming"]
    assert document["evidence"]["streaming"] == ["manual"]


def test_a_file_reads_back_as_it_was_written(files: ModuleType, render: Render) -> None:
    document = definition(files, {}, said("rate:input_per_1m_tokens", Decimal("0.1")), said("capability:text_input", True))
    text = render(document)
    assert yaml.safe_load(text)["metadata"]["last_verified"] == READ
    assert text == render(document)
    assert "capabilities: [text_input]" in text


def test_amounts_have_two_decimals_or_all_that_they_need(render: Render) -> None:
    text = render({"a": Decimal(3), "b": Decimal("0.0375"), "c": Decimal("1.50")})
    assert text.split() == ["a:", "3.00", "b:", "0.0375", "c:", "1.50"]


@pytest.mark.slow
def test_generating_again_changes_nothing(shared_sources: Path) -> None:
    command = [sys.executable, ROOT / "tools" / "generate.py", shared_sources, "--check"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "would change" not in done.stdout
