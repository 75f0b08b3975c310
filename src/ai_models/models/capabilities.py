"""What a model can do: the taxonomy, its three values, and the check before a call.

A capability of a model is *supported*, *unsupported* or *unknown*. Unknown is what no source states; it is never read as
False. Each member's ``criterion`` says what has to hold for it to count as supported.
"""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import TYPE_CHECKING

from ai_models.errors import UnknownCapabilityError, UnsupportedCapabilityError

if TYPE_CHECKING:
    from ai_models.models.base import ModelSpec

__all__ = [
    "EXTRA_LARGE_CONTEXT_FROM",
    "LARGE_CONTEXT_ABOVE",
    "CapabilityWarning",
    "ModelCapability",
    "Support",
    "capabilities_of",
    "capability_mask",
    "in_order",
    "validate_capabilities",
]

LARGE_CONTEXT_ABOVE = 100_000
"""``large_context`` holds when more than this many tokens of prompt are accepted (strictly more)."""

EXTRA_LARGE_CONTEXT_FROM = 1_000_000
"""``extra_large_context`` holds from this many tokens of prompt on (inclusive)."""


class CapabilityWarning(UserWarning):
    """A required capability is unknown: no source says whether the model has it."""


class Support(StrEnum):
    """The three values of a capability."""

    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"
    UNKNOWN = "unknown"


class ModelCapability(StrEnum):
    """One thing that a model can or cannot do; ``criterion`` says what must hold for it to be supported."""

    # Input modalities
    TEXT_INPUT = "text_input"
    IMAGE_INPUT = "image_input"
    AUDIO_INPUT = "audio_input"
    VIDEO_INPUT = "video_input"
    DOCUMENT_INPUT = "document_input"

    # Output modalities
    TEXT_OUTPUT = "text_output"
    IMAGE_OUTPUT = "image_output"
    AUDIO_OUTPUT = "audio_output"
    VIDEO_OUTPUT = "video_output"
    STRUCTURED_OUTPUT = "structured_output"

    # Advanced features
    FUNCTION_CALLING = "function_calling"
    PARALLEL_FUNCTION_CALLING = "parallel_function_calling"
    JSON_MODE = "json_mode"
    STREAMING = "streaming"
    BATCH_API = "batch_api"
    WEB_SEARCH = "web_search"
    COMPUTER_USE = "computer_use"
    ASSISTANT_PREFILL = "assistant_prefill"
    FINE_TUNING = "fine_tuning"

    # Context features
    LARGE_CONTEXT = "large_context"
    EXTRA_LARGE_CONTEXT = "extra_large_context"
    PROMPT_CACHING = "prompt_caching"

    # Reasoning and specialised tasks
    EXTENDED_THINKING = "extended_thinking"
    CHAIN_OF_THOUGHT = "chain_of_thought"
    CODE_GENERATION = "code_generation"
    MATH_REASONING = "math_reasoning"

    # Safety and control
    CONTENT_FILTERING = "content_filtering"
    SYSTEM_MESSAGES = "system_messages"

    # Tasks of models that do not chat
    EMBEDDINGS = "embeddings"
    RERANKING = "reranking"
    TRANSCRIPTION = "transcription"
    SPEECH_SYNTHESIS = "speech_synthesis"
    MODERATION = "moderation"

    @property
    def criterion(self) -> str:
        """What must hold for the capability to count as supported, in one sentence."""
        return _CRITERIA[self]

    @property
    def bit(self) -> int:
        """This member's place in a capability mask; the order of the class, so stable only within one snapshot."""
        return _BITS[self]

    @classmethod
    def parse(cls, name: str) -> ModelCapability:
        """The capability of this name, in any case and with dashes or underscores.

        Raises:
            UnknownCapabilityError: no such capability; it carries the nearest ones.
        """
        folded = str(name).strip().lower().replace("-", "_")
        try:
            return cls(folded)
        except ValueError:
            from difflib import get_close_matches  # only on the way to an error: imports are paid by every new process

            meant = {member.value: member for member in cls} | _OTHER_WORDS
            words = [folded] if folded in meant else get_close_matches(folded, meant, n=3)
            raise UnknownCapabilityError(str(name), suggestions=list(dict.fromkeys(map(meant.__getitem__, words)))) from None


# What other catalogues and vendors call a capability: answered with our name for it, never taken for it.
_OTHER_WORDS = {
    "attachment": ModelCapability.DOCUMENT_INPUT,
    "caching": ModelCapability.PROMPT_CACHING,
    "json_schema": ModelCapability.STRUCTURED_OUTPUT,
    "pdf": ModelCapability.DOCUMENT_INPUT,
    "pdf_input": ModelCapability.DOCUMENT_INPUT,
    "reasoning": ModelCapability.EXTENDED_THINKING,
    "response_schema": ModelCapability.STRUCTURED_OUTPUT,
    "thinking": ModelCapability.EXTENDED_THINKING,
    "tool_call": ModelCapability.FUNCTION_CALLING,
    "tool_use": ModelCapability.FUNCTION_CALLING,
    "tools": ModelCapability.FUNCTION_CALLING,
    "vision": ModelCapability.IMAGE_INPUT,
}

_CRITERIA: dict[ModelCapability, str] = {
    ModelCapability.TEXT_INPUT: "The prompt may contain text.",
    ModelCapability.IMAGE_INPUT: "The prompt may contain still images that the model itself looks at.",
    ModelCapability.AUDIO_INPUT: "The prompt may contain audio that the model itself listens to.",
    ModelCapability.VIDEO_INPUT: "The prompt may contain video files or streams.",
    ModelCapability.DOCUMENT_INPUT: "The prompt may contain documents (PDF at least) without the caller extracting text.",
    ModelCapability.TEXT_OUTPUT: "The answer may contain text.",
    ModelCapability.IMAGE_OUTPUT: "The answer may contain images made by the model.",
    ModelCapability.AUDIO_OUTPUT: "The answer may contain audio made by the model.",
    ModelCapability.VIDEO_OUTPUT: "The answer may contain video made by the model.",
    ModelCapability.STRUCTURED_OUTPUT: "The API constrains the answer to a JSON Schema given by the caller.",
    ModelCapability.FUNCTION_CALLING: "The request may declare tools, and the model may answer with calls of them.",
    ModelCapability.PARALLEL_FUNCTION_CALLING: "One answer may contain several tool calls.",
    ModelCapability.JSON_MODE: "The API guarantees syntactically valid JSON on request, with or without a schema.",
    ModelCapability.STREAMING: "The answer can be delivered in parts while it is made.",
    ModelCapability.BATCH_API: "The provider's asynchronous batch endpoint accepts the model.",
    ModelCapability.WEB_SEARCH: "The provider runs web searches for the model as a built-in tool.",
    ModelCapability.COMPUTER_USE: "The model is trained to operate a screen through a provider-defined computer tool.",
    ModelCapability.ASSISTANT_PREFILL: "The request may begin the assistant's answer, and the model goes on from there.",
    ModelCapability.FINE_TUNING: "The provider offers training of this model on the customer's own examples.",
    ModelCapability.LARGE_CONTEXT: "Derived: more than 100,000 tokens of prompt are accepted.",
    ModelCapability.EXTRA_LARGE_CONTEXT: "Derived: at least 1,000,000 tokens of prompt are accepted.",
    ModelCapability.PROMPT_CACHING: (
        "Repeated prompt prefixes are served from a cache at another price, automatically or on request."
    ),
    ModelCapability.EXTENDED_THINKING: "The model can spend reasoning tokens before its answer.",
    ModelCapability.CHAIN_OF_THOUGHT: "The API returns the reasoning, or a summary of it, beside the answer.",
    ModelCapability.CODE_GENERATION: "The vendor names writing code as an intended use of the model.",
    ModelCapability.MATH_REASONING: "The vendor names mathematics as an intended use of the model.",
    ModelCapability.CONTENT_FILTERING: "The API reports or applies configurable safety categories.",
    ModelCapability.SYSTEM_MESSAGES: "The request may carry instructions apart from the conversation.",
    ModelCapability.EMBEDDINGS: "The model returns vectors for its input.",
    ModelCapability.RERANKING: "The model orders given documents by their relevance to a query.",
    ModelCapability.TRANSCRIPTION: "The model turns speech into text as its task.",
    ModelCapability.SPEECH_SYNTHESIS: "The model turns text into speech as its task.",
    ModelCapability.MODERATION: "The model classifies content by safety categories as its task.",
}

_BITS: dict[ModelCapability, int] = {member: 1 << place for place, member in enumerate(ModelCapability)}


def capability_mask(capabilities: Iterable[ModelCapability | str]) -> int:
    """The set as one integer, a bit a capability; names are parsed, and one alone stands for a set of one."""
    if isinstance(capabilities, str):
        capabilities = [capabilities]
    elif not isinstance(capabilities, Iterable):
        raise TypeError(f"capabilities are members or names, found {type(capabilities).__name__} {capabilities!r}")
    mask = 0
    for capability in capabilities:
        member = capability if isinstance(capability, ModelCapability) else ModelCapability.parse(capability)
        mask |= _BITS[member]
    return mask


def capabilities_of(mask: int) -> frozenset[ModelCapability]:
    """The set that a mask stands for."""
    return frozenset(member for member, bit in _BITS.items() if mask & bit)


def in_order(capabilities: Collection[ModelCapability]) -> list[ModelCapability]:
    """Members in the order of the taxonomy, for messages and tables that must not change from run to run."""
    return sorted(capabilities, key=_BITS.__getitem__)


def validate_capabilities(
    model: ModelSpec,
    required: Iterable[ModelCapability | str],
    warn_only: bool = False,  # noqa: FBT001, FBT002 the original's signature
) -> bool:
    """Check that a model has what a request needs.

    A capability that is *unsupported* raises; one that is *unknown* warns (``CapabilityWarning``) and lets the call pass,
    because no source says that it would fail.

    Args:
        model: the model's specification.
        required: what the request needs; members or their names.
        warn_only: warn about unsupported ones too, instead of raising.

    Returns:
        True where nothing required is known to be unsupported.

    Raises:
        UnsupportedCapabilityError: something required is unsupported and ``warn_only`` is False.
        UnknownCapabilityError: a name that is not in the taxonomy.
    """
    if isinstance(model, str):
        raise TypeError(f"model is a ModelSpec; get_model({model!r}) gives it")
    mask = capability_mask(required)
    lacking = mask & model.unsupported_mask
    unknown = mask & ~model.supported_mask & ~lacking
    if unknown:
        names = ", ".join(map(str, in_order(capabilities_of(unknown))))
        warnings.warn(f"{model.model_id}: no source says whether it supports {names}", CapabilityWarning, stacklevel=2)
    if not lacking:
        return True
    error = UnsupportedCapabilityError(model.model_id, missing=[str(c) for c in in_order(capabilities_of(lacking))])
    if not warn_only:
        raise error
    warnings.warn(str(error), CapabilityWarning, stacklevel=2)
    return False
