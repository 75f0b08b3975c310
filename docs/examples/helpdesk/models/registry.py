"""The models of the help desk, copied from the vendors' pages on 2025-10-24."""

from dataclasses import dataclass
from enum import Enum


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
    input_price_per_1m: float
    output_price_per_1m: float


class ModelRegistry:
    CLAUDE_HAIKU_4_5 = ModelSpec(
        provider=Provider.ANTHROPIC,
        name="Claude Haiku 4.5",
        api_identifier="claude-haiku-4-5-20251001",
        context_window_input=200_000,
        input_price_per_1m=1.00,
        output_price_per_1m=5.00,
    )
    GPT_4O = ModelSpec(
        provider=Provider.OPENAI,
        name="GPT-4o",
        api_identifier="gpt-4o",
        context_window_input=128_000,
        input_price_per_1m=2.50,
        output_price_per_1m=10.00,
    )

    @classmethod
    def get_all_current_models(cls):
        return {"claude-haiku-4.5": cls.CLAUDE_HAIKU_4_5, "gpt-4o": cls.GPT_4O}

    @classmethod
    def get_spec(cls, key):
        return cls.get_all_current_models().get(key)

    @classmethod
    def get_recommended_model(cls, provider):
        return next(spec for spec in cls.get_all_current_models().values() if spec.provider is provider)


GPT_4O = ModelRegistry.GPT_4O
