"""The JSON Schemas that editors use: valid, and of one mind with the binder."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from ai_models.catalog.binding import bind
from ai_models.catalog.document import Document
from ai_models.catalog.schema import FORMATS, json_schema
from ai_models.models.capabilities import ModelCapability
from ai_models.pricing.meters import RATE_KEYS

Reader = Callable[[str | bytes], Document]

EXAMPLES = {
    "model": """\
model_id: one
provider: acme
aliases: [one-1, {name: first, since: 2025-01-01}]
metadata: {name: One, version: 4.1, last_verified: 2026-01-02, context_window_input: 1000, open_weights: null}
lifecycle: {status: active, retires_on: null}
capabilities: [text_input]
reasoning: {control: effort, efforts: [low]}
conflicts: [{field: open_weights, values: {a: true, b: 1.5, c: x}, settled_by: hand}]
""",
    "family": "family: f\nmaker: acme\nname: F\noptimization: {since: 2026-01-01, tips: [a]}\n",
    "pricing": """\
provider: acme
models:
  one:
    pricing_versions:
      - effective_date: 2026-01-31T16:00:00+08:00
        input_per_1m_tokens: 3.0
        cache_write_per_1m_tokens: {same_as: input}
        overrides:
          - {when: {input_tokens_above: 200000, weekdays: [mon]}, input_per_1m_tokens: 6}
      - effective_date: 2026-01-02
        input_per_1m_tokens: 4
      - effective_date: null
        input_per_1m_tokens: 0
  two: {limits: {context_window_input: 5}}
""",
    "sources": "sources: {feed: {name: Feed, url: https://a, licence: MIT, retrieved: 2026-01-01}}\n",
    "quarantine": """\
first_party: [acme]
no_model: {a tool's session: ["acme:session"]}
quarantine:
  a feed's own zero:
    feed:
      - {subject: "acme:one", field: input_per_1m_tokens, value: 0, against: 1.5, where: line 7}
""",
    "endpoints": "endpoints: {ours: {base_url: http://llm.internal/v1, key_variable: OUR_KEY, reasoning: none}}\n",
    "contract": """\
name: acme-2026
currency: EUR
since: 2026-01-01
terms:
  - {provider: acme, models: ["one-*"], meters: [input], regions: [eu], service_tiers: [batch], multiply: 0.9}
  - provider: acme
    until: 2026-06-01T00:00:00+02:00
    rates: {input_per_1m_tokens: 2.5, audio_per_hour: {price: 0.1, minimum: 10, increment: 1}}
  - provider: acme
    volume: {marginal: true, meters: [tokens], brackets: [{from: 0, multiply: 1}, {from: 1000000000, multiply: 0.9}]}
""",
}


def parsed(text: str) -> Any:
    """As an editor sees the file: JSON has no dates."""

    def as_text(value: object) -> str:
        assert isinstance(value, date)
        return value.isoformat() if isinstance(value, datetime) else str(value)

    return json.loads(json.dumps(yaml.safe_load(text), default=as_text))


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json_schema(name), format_checker=FormatChecker())


@pytest.mark.parametrize("name", FORMATS)
def test_the_schema_is_valid_itself(name: str) -> None:
    schema = json_schema(name)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads(json.dumps(schema)) == schema


def test_there_is_an_example_of_each_format() -> None:
    assert EXAMPLES.keys() == FORMATS.keys()


@pytest.mark.parametrize("name", FORMATS)
def test_a_good_file_passes_the_schema_and_the_binder(read: Reader, name: str) -> None:
    document = read(EXAMPLES[name])
    assert bind(document, FORMATS[name]) is not None, document.problems
    assert [error.message for error in validator(name).iter_errors(parsed(EXAMPLES[name]))] == []


def mappings(value: Any) -> list[dict[str, Any]]:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    found = [inner for child in children for inner in mappings(child)]
    return [value, *found] if isinstance(value, dict) else found


@pytest.mark.parametrize("name", FORMATS)
def test_an_unknown_key_is_refused_on_every_level(name: str) -> None:
    count = len(mappings(parsed(EXAMPLES[name])))
    free = ("values", "models", "sources")  # mappings whose keys are names
    for place in range(count):
        content = parsed(EXAMPLES[name])
        target = mappings(content)[place]
        if any(target is holder.get(key) for holder in mappings(content) for key in free):
            continue
        target["unheard_of"] = 1
        assert not validator(name).is_valid(content), target


@pytest.mark.parametrize("definition", ["VersionEntry", "OverrideEntry"])
def test_rate_keys_stand_at_versions_and_overrides(definition: str) -> None:
    properties = json_schema("pricing")["$defs"][definition]["properties"]
    assert RATE_KEYS.keys() <= properties.keys()
    assert "rates" not in properties


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("pricing", "input_per_1m_tokens: 3.0", "input_per_1m_tokens: -3.0"),
        ("pricing", "input_per_1m_tokens: 3.0", "input_per_1m_tokens: '3.0'"),
        ("pricing", "effective_date: 2026-01-02", "effective_date: soon"),
        ("pricing", "2026-01-31T16:00:00+08:00", "2026-01-31T16:00:00"),
        ("pricing", "weekdays: [mon]", "weekdays: [monday]"),
        ("pricing", "input_tokens_above: 200000", "input_tokens_above: -1"),
        ("pricing", "provider: acme\n", ""),
        ("model", "[text_input]", "[telepathy]"),
        ("model", "status: active", "status: unreleased"),
        ("model", "context_window_input: 1000", "context_window_input: 1.5"),
        ("model", "context_window_input: 1000", "context_window_input: many"),
        ("model", "open_weights: null", "open_weights: maybe"),
        ("model", "last_verified: 2026-01-02", "last_verified: 2026-02-30x"),
        ("model", "model_id: one\n", ""),
        ("family", "tips: [a]", "tips: a"),
        ("sources", "licence: MIT", "license: MIT"),
        ("contract", "multiply: 0.9", "multiply: 90%"),
        ("contract", "input_per_1m_tokens: 2.5", "inptu_per_1m_tokens: 2.5"),
        ("contract", "[batch]", "[bach]"),
        ("contract", "marginal: true", "marginal: 1.5"),
        ("contract", "{from: 0,", "{start: 0,"),
        ("contract", "since: 2026-01-01", "since: soon"),
        ("contract", "currency: EUR", "currency: euro"),
    ],
)
def test_schema_and_binder_refuse_the_same(read: Reader, name: str, good: str, bad: str) -> None:
    assert good in EXAMPLES[name]
    text = EXAMPLES[name].replace(good, bad, 1)
    assert bind(read(text), FORMATS[name]) is None
    assert not validator(name).is_valid(parsed(text))


def test_an_editor_can_complete_every_capability() -> None:
    assert set(json_schema("model")["$defs"]["ModelCapability"]["enum"]) == {str(member) for member in ModelCapability}


def test_each_call_gives_a_fresh_schema() -> None:
    json_schema("pricing")["$defs"].clear()
    assert json_schema("pricing")["$defs"]


def test_an_unknown_format_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        json_schema("modell")
