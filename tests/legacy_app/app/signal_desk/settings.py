"""What can be configured, and where it is read from."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

CONFIG = Path(__file__).parents[1] / "config"

DEFAULT_MODEL = "claude-sonnet"


def model_name() -> str:
    """The short name of the model to triage with."""
    return os.environ.get("SIGNAL_DESK_MODEL", DEFAULT_MODEL)


def caching() -> bool:
    return os.environ.get("SIGNAL_DESK_CACHING", "1") not in ("0", "false", "no")


def prices() -> dict[str, dict[str, float]]:
    """The prices that finance has signed off, USD per 1M tokens, by model."""
    return tomllib.loads((CONFIG / "prices.toml").read_text(encoding="utf-8"))["prices"]


def routes() -> dict[str, list[str]]:
    """Which models may do which work, in order of preference."""
    return json.loads((CONFIG / "routing.json").read_text(encoding="utf-8"))["routes"]
