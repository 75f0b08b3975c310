"""The model registry: what a model is called, how much it reads, what it costs.

Everything here was copied by hand from the vendors' pages. How and when to do that again is written down in
UPDATING_MODELS.md; ``last_verified`` says when somebody last did.

Prices are USD per 1M tokens at standard rates: no batch discount, no cache.
"""

import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import ClassVar, Dict, Optional, Tuple

__all__ = [
    "Provider",
    "ModelSpec",
    "ModelRegistry",
    "CLAUDE_SONNET",
    "CLAUDE_HAIKU",
    "CLAUDE_OPUS",
    "GEMINI_PRO",
    "GEMINI_FLASH",
    "GEMINI_FLASH_LITE",
    "GPT_4O",
    "GPT_4O_MINI",
]


class Provider(Enum):
    """Whose model it is."""

    ANTHROPIC = "anthropic"
    OPENAI = "openai"
    GOOGLE = "google"


@dataclass(frozen=True)
class ModelSpec:
    """One model.

    ``context_window_output`` is None where the vendor states no limit of its own for answers: same as the input.
    """

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


_VERIFIED = date(2025, 10, 24)

_CLAUDE_DOCS = "https://docs.claude.com/en/docs/about-claude/models"
_GEMINI_DOCS = "https://ai.google.dev/gemini-api/docs/models/gemini"


class ModelRegistry:
    """The current models, and what became of the older ones."""

    # ---------------------------------------------------------------- Anthropic

    CLAUDE_SONNET_4_5 = ModelSpec(
        provider=Provider.ANTHROPIC,
        name="Claude Sonnet 4.5",
        api_identifier="claude-sonnet-4-5-20250929",
        context_window_input=200_000,
        context_window_output=None,
        input_price_per_1m=3.00,
        output_price_per_1m=15.00,
        knowledge_cutoff="January 2025",
        last_verified=_VERIFIED,
        docs_url=_CLAUDE_DOCS,
        notes="The default of the desk. A 1M window exists as a beta; we do not use it.",
        recommended_for=("triage of long threads", "drafting answers", "code in tickets"),
    )

    CLAUDE_HAIKU_4_5 = ModelSpec(
        provider=Provider.ANTHROPIC,
        name="Claude Haiku 4.5",
        api_identifier="claude-haiku-4-5-20251001",
        context_window_input=200_000,
        context_window_output=None,
        input_price_per_1m=1.00,  # 0.25 until Haiku 3; the old number still turns up in places
        output_price_per_1m=5.00,
        knowledge_cutoff="February 2025",
        last_verified=_VERIFIED,
        docs_url=_CLAUDE_DOCS,
        notes="Four times the price of Haiku 3. Still the cheapest Claude.",
        recommended_for=("short messages", "bulk backfills"),
    )

    CLAUDE_OPUS_4_1 = ModelSpec(
        provider=Provider.ANTHROPIC,
        name="Claude Opus 4.1",
        api_identifier="claude-opus-4-1-20250805",
        context_window_input=200_000,
        context_window_output=None,
        input_price_per_1m=15.00,
        output_price_per_1m=75.00,
        knowledge_cutoff="January 2025",
        last_verified=_VERIFIED,
        docs_url=_CLAUDE_DOCS,
        notes="Ask in #signal-desk before you put this into a job.",
        recommended_for=("quarterly churn review",),
    )

    # ------------------------------------------------------------------- Google

    GEMINI_2_5_PRO = ModelSpec(
        provider=Provider.GOOGLE,
        name="Gemini 2.5 Pro",
        api_identifier="gemini-2.5-pro",
        context_window_input=1_048_576,
        context_window_output=65_536,
        input_price_per_1m=1.25,
        output_price_per_1m=5.00,
        knowledge_cutoff="January 2025",
        last_verified=_VERIFIED,
        docs_url=_GEMINI_DOCS,
        notes="Dearer above 200k input tokens; this is the price below.",
        recommended_for=("whole account histories",),
    )

    GEMINI_2_5_FLASH = ModelSpec(
        provider=Provider.GOOGLE,
        name="Gemini 2.5 Flash",
        api_identifier="gemini-2.5-flash",
        context_window_input=1_048_576,
        context_window_output=65_536,
        input_price_per_1m=0.075,
        output_price_per_1m=0.30,
        knowledge_cutoff="January 2025",
        last_verified=_VERIFIED,
        docs_url=_GEMINI_DOCS,
        recommended_for=("long logs", "second opinions"),
    )

    GEMINI_2_5_FLASH_LITE = ModelSpec(
        provider=Provider.GOOGLE,
        name="Gemini 2.5 Flash-Lite",
        api_identifier="gemini-2.5-flash-lite",
        context_window_input=1_048_576,
        context_window_output=65_536,
        input_price_per_1m=0.05,
        output_price_per_1m=0.20,
        knowledge_cutoff="January 2025",
        last_verified=_VERIFIED,
        docs_url=_GEMINI_DOCS,
        recommended_for=("language detection",),
    )

    # ------------------------------------------------------------------- OpenAI

    GPT_4O = ModelSpec(
        provider=Provider.OPENAI,
        name="GPT-4o",
        api_identifier="gpt-4o",
        context_window_input=128_000,
        context_window_output=None,
        input_price_per_1m=2.50,
        output_price_per_1m=10.00,
        knowledge_cutoff="October 2023",
        last_verified=_VERIFIED,
        docs_url="https://platform.openai.com/docs/models/gpt-4o",
        recommended_for=("screenshots", "fallback when Claude is down"),
    )

    GPT_4O_MINI = ModelSpec(
        provider=Provider.OPENAI,
        name="GPT-4o mini",
        api_identifier="gpt-4o-mini",
        context_window_input=128_000,
        context_window_output=None,
        input_price_per_1m=0.15,
        output_price_per_1m=0.60,
        knowledge_cutoff="October 2023",
        last_verified=_VERIFIED,
        docs_url="https://platform.openai.com/docs/models/gpt-4o-mini",
        recommended_for=("tagging",),
    )

    #: Where to look when a number here is in doubt.
    VERIFICATION_SOURCES: ClassVar[Dict[Provider, str]] = {
        Provider.ANTHROPIC: _CLAUDE_DOCS,
        Provider.OPENAI: "https://platform.openai.com/docs/models",
        Provider.GOOGLE: "https://ai.google.dev/gemini-api/docs/models",
    }

    #: Identifiers that we used once, and what to do about them.
    _DEPRECATED: ClassVar[Dict[str, str]] = {
        "claude-3-5-sonnet-20241022": "Use claude-sonnet-4-5-20250929 (Claude Sonnet 4.5).",
        "claude-3-5-haiku-20241022": "Use claude-haiku-4-5-20251001; mind the price.",
        "claude-3-opus-20240229": "Use claude-opus-4-1-20250805, or try Sonnet 4.5 first.",
        "claude-sonnet-3.7": "Was never an identifier of the API. Use claude-sonnet-4-5-20250929.",
        "gemini-1.5-pro": "Use gemini-2.5-pro.",
        "gemini-1.5-pro-002": "Use gemini-2.5-pro.",
        "gemini-1.5-flash": "Use gemini-2.5-flash.",
        "gemini-1.5-flash-002": "Use gemini-2.5-flash.",
        "gemini-2.0-flash": "Use gemini-2.5-flash.",
        "gpt-3.5-turbo": "Use gpt-4o-mini.",
        "gpt-4-turbo": "Use gpt-4o.",
    }

    @classmethod
    def get_all_current_models(cls) -> Dict[str, ModelSpec]:
        """Every current model by its short key."""
        return {
            "claude-sonnet-4.5": cls.CLAUDE_SONNET_4_5,
            "claude-haiku-4.5": cls.CLAUDE_HAIKU_4_5,
            "claude-opus-4.1": cls.CLAUDE_OPUS_4_1,
            "gemini-2.5-pro": cls.GEMINI_2_5_PRO,
            "gemini-2.5-flash": cls.GEMINI_2_5_FLASH,
            "gemini-2.5-flash-lite": cls.GEMINI_2_5_FLASH_LITE,
            "gpt-4o": cls.GPT_4O,
            "gpt-4o-mini": cls.GPT_4O_MINI,
        }

    @classmethod
    def get_spec(cls, key: str) -> Optional[ModelSpec]:
        """The model with this short key, or None."""
        return cls.get_all_current_models().get(key)

    @classmethod
    def get_by_provider(cls, provider: Provider) -> Dict[str, ModelSpec]:
        """The current models of one vendor by their short keys."""
        return {key: spec for key, spec in cls.get_all_current_models().items() if spec.provider == provider}

    @classmethod
    def is_deprecated(cls, api_identifier: str) -> bool:
        """Whether this is one of the identifiers that we no longer use."""
        return api_identifier in cls._DEPRECATED

    @classmethod
    def get_replacement(cls, identifier: str) -> Optional[str]:
        """What to do about a deprecated identifier, in words; None for any other."""
        return cls._DEPRECATED.get(identifier)

    @classmethod
    def get_recommended_model(cls, provider: Provider) -> ModelSpec:
        """What to take when nobody has an opinion."""
        return {
            Provider.ANTHROPIC: cls.CLAUDE_SONNET_4_5,
            Provider.GOOGLE: cls.GEMINI_2_5_FLASH,
            Provider.OPENAI: cls.GPT_4O,
        }[provider]

    @classmethod
    def verify_all_docs_accessible(cls) -> Dict[Provider, bool]:
        """Whether each page of VERIFICATION_SOURCES answers. Goes over the network, one page after the other."""
        found = {}
        for provider, url in cls.VERIFICATION_SOURCES.items():
            request = urllib.request.Request(url, method="HEAD", headers={"User-Agent": "signal-desk/1.0"})
            try:
                with urllib.request.urlopen(request, timeout=5) as response:
                    found[provider] = response.status < 400
            except (urllib.error.URLError, OSError):
                found[provider] = False
        return found


CLAUDE_SONNET = ModelRegistry.CLAUDE_SONNET_4_5
CLAUDE_HAIKU = ModelRegistry.CLAUDE_HAIKU_4_5
CLAUDE_OPUS = ModelRegistry.CLAUDE_OPUS_4_1
GEMINI_PRO = ModelRegistry.GEMINI_2_5_PRO
GEMINI_FLASH = ModelRegistry.GEMINI_2_5_FLASH
GEMINI_FLASH_LITE = ModelRegistry.GEMINI_2_5_FLASH_LITE
GPT_4O = ModelRegistry.GPT_4O
GPT_4O_MINI = ModelRegistry.GPT_4O_MINI
