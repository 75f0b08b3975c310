"""The models that the toolkit uses. A cut-down copy of the desk's registry."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Dict, Optional, Tuple


class Provider(Enum):
    ANTHROPIC = "anthropic"
    OPENAI = "openai"
    GOOGLE = "google"


@dataclass(frozen=True)
class ModelSpec:
    provider: Provider
    name: str
    api_identifier: str
    context_window_input: int
    context_window_output: Optional[int]
    input_price_per_1m: float
    output_price_per_1m: float
    knowledge_cutoff: str
    last_verified: date
    docs_url: str
    notes: str = ""
    recommended_for: Tuple[str, ...] = ()


class ModelRegistry:
    CLAUDE_SONNET_4_5 = ModelSpec(
        Provider.ANTHROPIC, "Claude Sonnet 4.5", "claude-sonnet-4-5-20250929", 200_000, None, 3.00, 15.00,
        "January 2025", date(2025, 10, 1), "https://docs.claude.com/en/docs/about-claude/models",
    )
    CLAUDE_HAIKU_4_5 = ModelSpec(
        Provider.ANTHROPIC, "Claude Haiku 4.5", "claude-haiku-4-5-20251001", 200_000, None, 1.00, 5.00,
        "February 2025", date(2025, 10, 16), "https://docs.claude.com/en/docs/about-claude/models",
    )
    GPT_4O = ModelSpec(
        Provider.OPENAI, "GPT-4o", "gpt-4o", 128_000, None, 2.50, 10.00,
        "October 2023", date(2025, 8, 4), "https://platform.openai.com/docs/models/gpt-4o",
    )

    _DEPRECATED = {"claude-3-5-sonnet-20241022": "claude-sonnet-4.5", "gpt-4-turbo": "gpt-4o"}

    @classmethod
    def get_all_current_models(cls) -> Dict[str, ModelSpec]:
        return {
            "claude-sonnet-4.5": cls.CLAUDE_SONNET_4_5,
            "claude-haiku-4.5": cls.CLAUDE_HAIKU_4_5,
            "gpt-4o": cls.GPT_4O,
        }

    @classmethod
    def get_spec(cls, key: str) -> Optional[ModelSpec]:
        return cls.get_all_current_models().get(key)

    @classmethod
    def is_deprecated(cls, api_identifier: str) -> bool:
        return api_identifier in cls._DEPRECATED


CLAUDE_SONNET = ModelRegistry.CLAUDE_SONNET_4_5
CLAUDE_HAIKU = ModelRegistry.CLAUDE_HAIKU_4_5
GPT_4O = ModelRegistry.GPT_4O
