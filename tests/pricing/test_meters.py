"""Meters and rate keys: unique, complete, and named alike."""

from __future__ import annotations

import pytest

from ai_models.pricing.meters import GROUPS, METERS, RATE_KEYS, TokenKey


def test_flat_names_are_spellings_of_distinct_token_keys() -> None:
    keys = [meter.token_key for meter in METERS.values() if meter.token_key is not None]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("input", TokenKey("input", "text", "plain", None)),
        ("output", TokenKey("output", "text", "plain", None)),
        ("cache_write_1h", TokenKey("input", "text", "cache_write", "1h")),
        ("cached_audio_input", TokenKey("input", "audio", "cache_read", None)),
        ("reasoning", TokenKey("output", "text", "reasoning", None)),
    ],
)
def test_the_parts_of_known_meters(name: str, key: TokenKey) -> None:
    assert METERS[name].token_key == key
    assert METERS[name].unit == "token"


def test_every_meter_is_kept_under_its_name_and_has_a_rate_key() -> None:
    assert all(name == meter.name for name, meter in METERS.items())
    assert {key.meter for key in RATE_KEYS.values()} == METERS.keys()
    assert all(name == key.name for name, key in RATE_KEYS.items())


def test_token_rates_are_per_million_and_say_so() -> None:
    tokens = {name for name, meter in METERS.items() if meter.token_key is not None}
    keys = [key for key in RATE_KEYS.values() if key.meter in tokens]
    assert {key.name for key in keys} == {f"{name}_per_1m_tokens" for name in tokens}
    assert {key.per for key in keys} == {1_000_000}


SCALES = {"_per_1k": 1_000, "_per_1m": 1_000_000, "_per_session": 1, "_each": 1, "_per_second": 1, "_per_minute": 60}


@pytest.mark.parametrize("name", [name for name, key in RATE_KEYS.items() if METERS[key.meter].token_key is None])
def test_the_scale_in_a_unit_rates_name_is_its_divisor(name: str) -> None:
    key = RATE_KEYS[name]
    if name.endswith("_per_hour"):
        assert (METERS[key.meter].unit, key.per) == ("second", 3_600)
    elif name == "cache_storage_per_1m_token_hours":
        assert (METERS[key.meter].unit, key.per) == ("token-hour", 1_000_000)
    else:
        assert key.per == next(per for suffix, per in SCALES.items() if name.endswith(suffix))


def test_rate_keys_of_one_meter_differ_only_in_scale() -> None:
    assert RATE_KEYS["audio_input_per_minute"].meter == RATE_KEYS["audio_input_per_hour"].meter
    assert RATE_KEYS["audio_input_per_hour"].per == 60 * RATE_KEYS["audio_input_per_minute"].per


def test_groups_hold_token_meters_and_split_by_direction() -> None:
    assert GROUPS["input"] | GROUPS["output"] == GROUPS["tokens"]
    assert not GROUPS["input"] & GROUPS["output"]
    assert GROUPS["tokens"] == {name for name, meter in METERS.items() if meter.token_key is not None}
    assert {"cache_read", "cache_write_5m", "audio_input"} <= GROUPS["input"]
    assert {"output", "reasoning", "audio_output"} <= GROUPS["output"]
