"""A small made-up tree with a person's comments in it, and a proposer's documents that agree with it."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from pathlib import Path
from textwrap import dedent
from typing import Any

from ai_models.catalog.location import Place
from ai_models.catalog.sync.plan import Plan, make_plan

BIG = """\
# Read by hand on the vendor's page.
model_id: big-1
provider: acme
aliases: [big, {name: acme-newest, since: 2026-01-01, floating: true}]
metadata:
  name: "Big One"   # the vendor writes it so
  context_window_input: 200000
  context_window_output: 8000    # rounded
  context_window: null
  knowledge_cutoff: '2025-06'
  release_date: 2026-01-01
  open_weights: false
  last_verified: 2026-06-01
lifecycle:
  status: active
  retires_on: null
capabilities: [text_input, image_input,
  text_output, large_context]  # wrapped by a person
unsupported:
  - audio_input   # tried it
  - extra_large_context
optimization:
  since: 2026-02-01
  tips: ['Ask nicely']
pricing_ref: big-1
documentation: {url: "https://acme.example", notes: Ours.}
evidence:
  context_window_input: [litellm, models.dev]
  context_window_output: [manual]
  knowledge_cutoff: [vendor]
  release_date: [models.dev]
  open_weights: [models.dev]
  large_context: [litellm, models.dev]
  extra_large_context: [litellm, models.dev]
  text_input: [litellm]
  image_input: [litellm]
  text_output: [litellm]
  audio_input: [litellm]
"""

PRICES = """\
provider: acme
display_name: Acme
models:
  # The flagship.
  big-1:
    pricing_versions:
      # newest first
      - effective_date: 2026-06-01
        input_per_1m_tokens: 2.0   # halved
        output_per_1m_tokens: 10
        overrides:
          - {when: {service_tier: batch}, multiply: {tokens: 0.5}}  # patience
        evidence: [genai-prices]
      - {effective_date: 2026-01-01, date_precision: assumed, input_per_1m_tokens: 4.00, output_per_1m_tokens: 10.00,
        evidence: [litellm]}

  by-hand:
    model: acme/big-1
    pricing_versions:
      - {effective_date: 2026-03-01, input_per_1m_tokens: 1, output_per_1m_tokens: 1, evidence: [manual]}
"""

SOURCES = "sources:\n" + "".join(
    f'  {name}: {{name: {name}, url: "https://{name}.example", licence: MIT, retrieved: 2026-06-01}}\n'
    for name in ("litellm", "models.dev", "genai-prices", "vendor", "manual")
)

DAYS = dict.fromkeys(("litellm", "models.dev", "genai-prices"), date(2026, 6, 1))

Documents = dict[str, dict[str, Any]]

DEFINITION = "models/definitions/acme/big.yaml"
PRICING = "pricing/data/acme.yaml"


def tree(root: Path) -> Place:
    """The made-up tree below a directory."""
    place = Place(root / "definitions", root / "pricing")
    (place.definitions / "acme").mkdir(parents=True)
    place.pricing.mkdir()
    (place.definitions / "acme" / "big.yaml").write_text(BIG, encoding="utf-8")
    (place.definitions / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    (place.pricing / "acme.yaml").write_text(PRICES, encoding="utf-8")
    return place


def definition(**changes: Any) -> dict[str, Any]:
    """What the sources say of the model; a change with two underscores is inside a part: ``metadata__name``."""
    document: dict[str, Any] = {
        "model_id": "big-1",
        "provider": "acme",
        "aliases": ["big", {"name": "acme-newest", "since": date(2026, 1, 1), "floating": True}],
        "metadata": {
            "name": "Big One",
            "context_window_input": 200000,
            "context_window_output": 8000,
            "knowledge_cutoff": "2025-06",
            "release_date": date(2026, 1, 1),
            "open_weights": False,
            "last_verified": date(2026, 6, 1),
        },
        "lifecycle": {"status": "active", "deprecated_on": None, "retires_on": None, "replacement": []},
        "capabilities": ["text_input", "image_input", "text_output", "large_context"],
        "unsupported": ["audio_input", "extra_large_context"],
        "reasoning": None,
        "optimization": {},
        "pricing_ref": "big-1",
        "documentation": {"url": "https://acme.example", "notes": ""},
        "benchmarks": [],
        "evidence": {
            "context_window_input": ["litellm", "models.dev"],
            "context_window_output": ["litellm"],
            "knowledge_cutoff": ["models.dev"],
            "release_date": ["models.dev"],
            "open_weights": ["models.dev"],
            "large_context": ["litellm", "models.dev"],
            "extra_large_context": ["litellm", "models.dev"],
            "text_input": ["litellm"],
            "image_input": ["litellm"],
            "text_output": ["litellm"],
            "audio_input": ["litellm"],
        },
        "conflicts": [],
    }
    return _changed(document, changes)


def pricing(**offerings: Any) -> dict[str, Any]:
    """What the sources say of the provider; more offerings, or others in the place of ``big-1``."""
    return {"provider": "acme", "display_name": "Acme", "models": {"big-1": offering(), **offerings}}


def offering(*versions: dict[str, Any], **changes: Any) -> dict[str, Any]:
    held = [*versions] or [newest(), oldest()]
    return {"display_name": "", "pricing_versions": held, **changes}


def newest(**changes: Any) -> dict[str, Any]:
    return {
        "effective_date": date(2026, 6, 1),
        "input_per_1m_tokens": Decimal(2),
        "output_per_1m_tokens": Decimal(10),
        "currency": "USD",
        "overrides": [{"when": {"service_tier": "batch"}, "multiply": {"tokens": Decimal("0.5")}}],
        "evidence": ["genai-prices"],
        **changes,
    }


def oldest(**changes: Any) -> dict[str, Any]:
    return {
        "effective_date": date(2026, 1, 1),
        "date_precision": "assumed",
        "input_per_1m_tokens": Decimal(4),
        "output_per_1m_tokens": Decimal(10),
        "currency": "USD",
        "evidence": ["litellm"],
        **changes,
    }


def documents(model: dict[str, Any] | None = None, prices: dict[str, Any] | None = None, **more: Any) -> Documents:
    """A proposal: what agrees with the tree, where nothing else is given."""
    return copy.deepcopy({DEFINITION: model or definition(), PRICING: prices or pricing(), **more})


def planned(place: Place, proposal: Documents, days: dict[str, date] | None = None) -> Plan:
    return make_plan(place, proposal, DAYS if days is None else days)


def contents(place: Place) -> dict[str, bytes]:
    """Every file of the tree, hidden ones too, by its name."""
    return {
        f"{root.name}/{path.relative_to(root)}": path.read_bytes()
        for root in place
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def text(value: str) -> str:
    return dedent(value)


def _changed(document: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    for key, value in changes.items():
        part, _, field = key.partition("__")
        if field:
            document[part] = {**document[part], field: value}
        else:
            document[key] = value
    return document
