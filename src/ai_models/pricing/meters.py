"""What can be billed: every meter, its unit, and the keys that price it in a pricing file.

A token meter is a key of four parts: direction, modality, kind and cache lifetime. Its flat name (``cache_write_1h``) is a
spelling of that key. Every other meter counts a unit (searches, seconds, images). A *rate key* is what a pricing file
writes: ``input_per_1m_tokens`` prices the meter ``input`` per 1,000,000 tokens.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

__all__ = ["GROUPS", "METERS", "RATE_KEYS", "Meter", "RateKey", "TokenKey"]

Direction = Literal["input", "output"]
Modality = Literal["text", "audio", "image", "video"]
Kind = Literal["plain", "cache_read", "cache_write", "reasoning", "tool", "citation"]
Lifetime = Literal["5m", "30m", "1h", "12h"]


class TokenKey(NamedTuple):
    """The four parts of a token meter; ``lifetime`` is None where billing does not distinguish one."""

    direction: Direction
    modality: Modality = "text"
    kind: Kind = "plain"
    lifetime: Lifetime | None = None


class Meter(NamedTuple):
    """One thing that is billed: its flat name, the unit it counts, and the token key if it counts tokens."""

    name: str
    unit: str
    token_key: TokenKey | None = None


class RateKey(NamedTuple):
    """A key of a pricing file: the meter that it prices and the number of units that the price is for."""

    name: str
    meter: str
    per: int


_TOKEN_METERS: dict[str, TokenKey] = {
    "input": TokenKey("input"),
    "output": TokenKey("output"),
    "cache_read": TokenKey("input", kind="cache_read"),
    "cache_write": TokenKey("input", kind="cache_write"),
    "cache_write_5m": TokenKey("input", kind="cache_write", lifetime="5m"),
    "cache_write_30m": TokenKey("input", kind="cache_write", lifetime="30m"),
    "cache_write_1h": TokenKey("input", kind="cache_write", lifetime="1h"),
    "cache_write_12h": TokenKey("input", kind="cache_write", lifetime="12h"),
    "tool_input": TokenKey("input", kind="tool"),
    "audio_input": TokenKey("input", "audio"),
    "image_input": TokenKey("input", "image"),
    "video_input": TokenKey("input", "video"),
    "cached_audio_input": TokenKey("input", "audio", "cache_read"),
    "cached_image_input": TokenKey("input", "image", "cache_read"),
    "cached_video_input": TokenKey("input", "video", "cache_read"),
    "audio_cache_write": TokenKey("input", "audio", "cache_write"),
    "image_cache_write": TokenKey("input", "image", "cache_write"),
    "video_cache_write": TokenKey("input", "video", "cache_write"),
    "reasoning": TokenKey("output", kind="reasoning"),
    "citation": TokenKey("output", kind="citation"),
    "audio_output": TokenKey("output", "audio"),
    "image_output": TokenKey("output", "image"),
    "video_output": TokenKey("output", "video"),
}

# (rate key, meter, unit, per): everything that is not a token.
_UNIT_RATES: tuple[tuple[str, str, str, int], ...] = (
    ("request_per_1k", "requests", "request", 1_000),
    ("web_search_per_1k", "web_searches", "search", 1_000),
    ("file_search_per_1k", "file_searches", "search", 1_000),
    ("maps_search_per_1k", "maps_searches", "search", 1_000),
    ("grounded_prompt_per_1k", "grounded_prompts", "prompt", 1_000),
    ("code_execution_per_hour", "code_execution_seconds", "second", 3_600),
    ("code_execution_per_session", "code_execution_sessions", "session", 1),
    ("cache_storage_per_1m_token_hours", "cache_token_hours", "token-hour", 1_000_000),
    ("character_input_per_1m", "input_characters", "character", 1_000_000),
    ("character_output_per_1m", "output_characters", "character", 1_000_000),
    ("audio_input_per_minute", "input_audio_seconds", "second", 60),
    ("audio_input_per_hour", "input_audio_seconds", "second", 3_600),
    ("audio_output_per_minute", "output_audio_seconds", "second", 60),
    ("audio_per_hour", "audio_seconds", "second", 3_600),
    ("video_input_per_second", "input_video_seconds", "second", 1),
    ("video_output_per_second", "output_video_seconds", "second", 1),
    ("image_input_each", "input_images", "image", 1),
    ("image_output_each", "images", "image", 1),
    ("pixel_input_per_1m", "input_pixels", "pixel", 1_000_000),
    ("pixel_output_per_1m", "output_pixels", "pixel", 1_000_000),
    ("page_per_1k", "pages", "page", 1_000),
)

METERS: dict[str, Meter] = {
    **{name: Meter(name, "token", key) for name, key in _TOKEN_METERS.items()},
    **{meter: Meter(meter, unit) for _, meter, unit, _ in _UNIT_RATES},
}
"""Every meter by its flat name."""

RATE_KEYS: dict[str, RateKey] = {
    **{f"{name}_per_1m_tokens": RateKey(f"{name}_per_1m_tokens", name, 1_000_000) for name in _TOKEN_METERS},
    **{key: RateKey(key, meter, per) for key, meter, _, per in _UNIT_RATES},
}
"""Every key that prices something in a pricing file."""

GROUPS: dict[str, frozenset[str]] = {
    "tokens": frozenset(_TOKEN_METERS),
    "input": frozenset(name for name, key in _TOKEN_METERS.items() if key.direction == "input"),
    "output": frozenset(name for name, key in _TOKEN_METERS.items() if key.direction == "output"),
}
"""What ``multiply`` may name besides single meters."""
