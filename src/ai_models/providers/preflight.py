"""Before a call: does the model do what the request needs, is it still served, and what may it cost at most?

What the catalogue knows to be impossible is refused before it is paid for; what it does not know is a warning.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from ai_models.errors import (
    AIModelsError,
    ContextLengthError,
    CostLimitError,
    InvalidRequestError,
    RetiredModelError,
    UnsupportedCapabilityError,
)
from ai_models.models.base import ModelStatus
from ai_models.models.capabilities import CapabilityWarning, ModelCapability, Support, capability_mask
from ai_models.pricing.usage import Usage
from ai_models.providers.request import Audio, Document, Image, Part, Request, Text, ToolCall, ToolResult

if TYPE_CHECKING:
    from ai_models.catalog.catalog import Catalog
    from ai_models.models.base import ModelSpec
    from ai_models.pricing.cost import Cost
    from ai_models.registry.pricing_service import PricingService

__all__ = ["DERIVED", "NOT_ASKED_FOR", "Checks", "LifecycleWarning", "check", "check_cost", "needs", "worst_usage"]

Checks = Literal["error", "warn", "off"]
"""What a failed check does: raise, warn and go on, or nothing at all because nothing is checked."""

C = ModelCapability

NOT_ASKED_FOR: dict[ModelCapability, str] = {
    C.VIDEO_INPUT: "a request has no video part",
    C.IMAGE_OUTPUT: "an answer is text",
    C.AUDIO_OUTPUT: "an answer is text",
    C.VIDEO_OUTPUT: "an answer is text",
    C.WEB_SEARCH: "a provider's own tools go through `extra`",
    C.COMPUTER_USE: "a provider's own tools go through `extra`",
    C.FINE_TUNING: "training is no call of a model",
    C.CHAIN_OF_THOUGHT: "any prompt may ask for it",
    C.CODE_GENERATION: "any prompt may ask for it",
    C.MATH_REASONING: "any prompt may ask for it",
    C.CONTENT_FILTERING: "the provider does it unasked",
    C.EMBEDDINGS: "a request is a conversation",
    C.RERANKING: "a request is a conversation",
    C.TRANSCRIPTION: "a request is a conversation",
    C.SPEECH_SYNTHESIS: "a request is a conversation",
    C.MODERATION: "a request is a conversation",
}
"""Capabilities that no request of this layer can need, and why."""

DERIVED = frozenset({C.LARGE_CONTEXT, C.EXTRA_LARGE_CONTEXT})
"""Capabilities that follow from the context window, against which the size of the request is checked itself."""

_MOST_ALTERNATIVES = 5

_CHARACTERS_PER_TOKEN = 2
"""No tokenizer is asked. English has about 4 characters a token, so a prompt that is over the window even at 8 is over."""

_PART_NEEDS: dict[type[Part], ModelCapability] = {
    Image: C.IMAGE_INPUT,
    Audio: C.AUDIO_INPUT,
    Document: C.DOCUMENT_INPUT,
    ToolCall: C.FUNCTION_CALLING,
    ToolResult: C.FUNCTION_CALLING,
}


class LifecycleWarning(UserWarning):
    """The model is deprecated: it will be retired."""


def needs(request: Request, *, streamed: bool = False, batched: bool = False) -> dict[ModelCapability, str]:
    """The capabilities without which a request cannot be served, each with what needs it."""
    found = {C.TEXT_INPUT: "any message", C.TEXT_OUTPUT: "any answer"}
    for part in request.parts():
        if type(part) is not Text or part.cache:
            _add_needs_of(part, found)
    if request.system:
        found[C.SYSTEM_MESSAGES] = "system"
    if request.tools:
        found[C.FUNCTION_CALLING] = "tools"
    if C.FUNCTION_CALLING in found and _answers_several_calls(request):
        found[C.PARALLEL_FUNCTION_CALLING] = "a message with several tool calls"
    if request.messages[-1].role == "assistant":
        found[C.ASSISTANT_PREFILL] = "a last message of the assistant's"
    if streamed:
        found[C.STREAMING] = "streaming"
    if batched:
        found[C.BATCH_API] = "submitting a batch"
    return found | _needs_of_the_answer(request)


def _add_needs_of(part: Part, found: dict[ModelCapability, str]) -> None:
    for kind, capability in _PART_NEEDS.items():
        if isinstance(part, kind):
            found[capability] = f"a part of type {kind.__name__}"
    if isinstance(part, Text) and part.cache:
        found[C.PROMPT_CACHING] = "a part to be cached"


def _needs_of_the_answer(request: Request) -> dict[ModelCapability, str]:
    found = {}
    if request.response_schema is not None:
        found[C.STRUCTURED_OUTPUT] = "response_schema"
    if request.extra.get("response_format") == {"type": "json_object"}:
        found[C.JSON_MODE] = "response_format"
    if request.reasoning_effort not in (None, "none"):
        found[C.EXTENDED_THINKING] = "reasoning_effort"
    if request.reasoning_budget:
        found[C.EXTENDED_THINKING] = "reasoning_budget"
    return found


def _answers_several_calls(request: Request) -> bool:
    return any(sum(isinstance(part, ToolCall) for part in message.parts) > 1 for message in request.messages)


def check(
    catalog: Catalog,
    spec: ModelSpec,
    request: Request,
    *,
    streamed: bool = False,
    batched: bool = False,
    checks: Checks = "error",
) -> list[str]:
    """Check a request against what the catalogue knows of a model; the warnings are also issued as such.

    Raises:
        RetiredModelError: the model is no longer served.
        UnsupportedCapabilityError: the model is known to lack something; it names models that have it.
        ContextLengthError: the request cannot fit the model's window.
        InvalidRequestError: more output is asked for than the model gives.
    """
    if checks == "off":
        return []
    found: list[str] = []
    needed = needs(request, streamed=streamed, batched=batched)
    for problem in (*_lifecycle(spec), *_capabilities(spec, needed, catalog), *_sizes(spec, request)):
        if isinstance(problem, Warning):
            warnings.warn(problem, stacklevel=5)
        elif checks == "error":
            raise problem
        else:
            warnings.warn(CapabilityWarning(str(problem)), stacklevel=5)
        found.append(str(problem))
    return found


def _lifecycle(spec: ModelSpec) -> Iterator[AIModelsError | Warning]:
    status, lifecycle = spec.status, spec.lifecycle
    if status is ModelStatus.RETIRED:
        yield RetiredModelError(spec.model_id, since=lifecycle.retires_on, replacement=lifecycle.replacement)
    elif status is ModelStatus.DEPRECATED:
        when = f"retires on {lifecycle.retires_on}" if lifecycle.retires_on else "has no retirement date yet"
        instead = f"; use {' or '.join(lifecycle.replacement)}" if lifecycle.replacement else ""
        yield LifecycleWarning(f"{spec.model_id} is deprecated and {when}{instead}")


def _capabilities(
    spec: ModelSpec, needed: dict[ModelCapability, str], catalog: Catalog
) -> Iterator[AIModelsError | Warning]:
    if not capability_mask(needed) & ~spec.supported_mask:
        return
    support = {capability: spec.support(capability) for capability in needed}
    missing = [capability for capability, found in support.items() if found is Support.UNSUPPORTED]
    if missing:
        able = catalog.find_models_with_capabilities(needed)[:_MOST_ALTERNATIVES]
        yield UnsupportedCapabilityError(spec.model_id, missing=missing, alternatives=[model.key for model in able])
    for capability, found in support.items():
        if found is Support.UNKNOWN:
            reason = needed[capability]
            yield CapabilityWarning(f"no source says whether {spec.model_id} has {capability}, which {reason} needs")


def _sizes(spec: ModelSpec, request: Request) -> Iterator[AIModelsError]:
    window, most = spec.metadata.context_window_input, spec.metadata.context_window_output
    least = _characters(request) // 8
    if window is not None and least > window:
        yield ContextLengthError(
            f"the request has at least {least:,} tokens and {spec.model_id} takes {window:,}", model=spec.model_id
        )
    if most is not None and request.max_tokens is not None and request.max_tokens > most:
        yield InvalidRequestError(f"max_tokens is {request.max_tokens:,}, and {spec.model_id} gives at most {most:,}")


def _characters(request: Request) -> int:
    count = len(request.system)
    for part in request.parts():
        if isinstance(part, Text):
            count += len(part.text)
        elif isinstance(part, ToolResult):
            count += len(part.content)
    return count


def worst_usage(spec: ModelSpec, request: Request, input_tokens: int | None) -> Usage | None:
    """The most that a request can consume; None where nothing bounds it.

    ``input_tokens`` is a count by the provider, where there is one; without it a token is taken for two characters,
    which is more than any language needs, and pictures and recordings for as much as the window holds.
    """
    window = spec.metadata.context_window_input
    media = any(isinstance(part, Image | Audio | Document) for part in request.parts())
    if input_tokens is None:
        if media and window is None:
            return None
        overhead = 1_000 + sum(len(repr(tool)) for tool in request.tools)
        estimate = (_characters(request) + overhead) // _CHARACTERS_PER_TOKEN + 1
        input_tokens = window if media and window is not None else estimate
    most = request.max_tokens or spec.metadata.context_window_output
    return None if most is None else Usage(input_tokens=input_tokens, output_tokens=most)


def check_cost(
    service: PricingService,
    spec: ModelSpec,
    request: Request,
    *,
    provider: str | None,
    max_cost: Decimal,
    input_tokens: int | None = None,
) -> Cost:
    """Refuse a call whose worst case is dearer than ``max_cost``, in the currency of the price.

    Raises:
        CostLimitError: it is, or nobody can say.
    """
    usage = worst_usage(spec, request, input_tokens)
    cost = None
    if usage is not None:
        try:
            cost = service.price(
                spec.model_id, usage, provider=provider, service_tier=request.service_tier, at=datetime.now(UTC)
            )
        except AIModelsError:
            cost = None  # no price: nothing bounds the call, which is what the error below says
    if cost is None or cost.upper is None or cost.upper > max_cost:
        worst = None if cost is None or cost.upper is None else f"{cost.upper:f} {cost.currency}"
        raise CostLimitError(spec.model_id, worst=worst, limit=f"{max_cost:f}")
    return cost
