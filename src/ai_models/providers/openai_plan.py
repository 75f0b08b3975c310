"""What both of OpenAI's APIs decide alike about a request: effort, temperature, tier, schema, and what to send back.

Where a request cannot be served as it asks, ``Plan`` says what is served instead and why, or refuses.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ai_models.errors import AIModelsError, InvalidRequestError
from ai_models.models.capabilities import ModelCapability, Support
from ai_models.pricing.usage import Usage
from ai_models.providers.endpoints import Endpoint
from ai_models.providers.preflight import Checks
from ai_models.providers.request import Request, ToolCall
from ai_models.providers.schema import ResponseSchema

if TYPE_CHECKING:
    from ai_models.models.base import ModelSpec

__all__ = [
    "Plan",
    "allows_strict",
    "arguments_of",
    "calls_signature",
    "chosen_tool",
    "extra_of",
    "plan_of",
    "read_usage",
    "shape_of",
]

_BUDGETS = {"none": 1, "minimal": 512, "low": 1_024, "medium": 8_192, "high": 24_576, "xhigh": 32_768, "max": 65_536}
"""Tokens for which an effort stands where only a budget is given; low to high as in Google's dialect of OpenAI's API."""

_USUAL_EFFORTS = ("low", "medium", "high")

_STRICT_SHAPES = {"type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf"}
_STRICT_BOUNDS = {"minItems", "maxItems", "multipleOf", "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"}
_STRICT_KEYS = frozenset(
    _STRICT_SHAPES | _STRICT_BOUNDS | {"$defs", "definitions", "description", "title", "pattern", "format"}
)
"""The keys of JSON Schema that strict structured output takes. Source: OpenAI's guide to structured outputs."""

_STRICT_FORMATS = frozenset(("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"))


class Plan(Struct, frozen=True, kw_only=True):
    """What is asked of the API where the request leaves it open or asks for what the model does not take."""

    effort: str | None = None
    budget: int | None = None
    temperature: float | None = None
    service_tier: str | None = None
    metadata: dict[str, str] = {}
    remarks: tuple[str, ...] = ()


def plan_of(request: Request, endpoint: Endpoint, spec: ModelSpec | None, checks: Checks, *, labels: bool = True) -> Plan:
    """Decide; ``labels`` says whether the API in question takes metadata where the endpoint does.

    Raises:
        InvalidRequestError: an effort that the model does not have, or a tier that the endpoint cannot have.
    """
    remarks: list[str] = []
    effort, budget = _effort(request, endpoint, spec, checks, remarks)
    return Plan(
        effort=effort,
        budget=budget,
        temperature=_temperature(request, endpoint, spec, effort, checks, remarks),
        service_tier=_service_tier(request, endpoint),
        metadata=_metadata(request, endpoint, remarks, labels=labels),
        remarks=tuple(remarks),
    )


def _effort(
    request: Request, endpoint: Endpoint, spec: ModelSpec | None, checks: Checks, remarks: list[str]
) -> tuple[str | None, int | None]:
    asked, budget = request.reasoning_effort, request.reasoning_budget
    if asked is None and budget is None:
        return None, None
    if endpoint.reasoning == "none":
        remarks.append(f"{endpoint.title} has no parameter for reasoning effort; it is left to the model")
        return None, None
    if asked is None and budget and endpoint.reasoning == "object":
        return None, budget
    known = _efforts(spec)
    if asked is None:
        word = _nearest(budget or 0, known)
        remarks.append(
            f"{endpoint.title} takes no budget of {budget:,} reasoning tokens; the nearest effort, {word}, is sent"
        )
        return word, None
    if budget is not None:
        remarks.append(f"reasoning_effort {asked} is sent, and reasoning_budget is not: {endpoint.title} takes one of them")
    if not known or asked in known or checks == "off" or endpoint.reasoning == "toggle":
        return asked, None
    name = "the model" if spec is None else spec.model_id
    if checks == "error":
        raise InvalidRequestError(f"{name} has no reasoning effort {asked!r}; it has {', '.join(known)}")
    word = _nearest(_BUDGETS[asked], known)
    remarks.append(f"{name} has no reasoning effort {asked}; the nearest, {word}, is sent")
    return word, None


def _efforts(spec: ModelSpec | None) -> tuple[str, ...]:
    """The efforts that the model is known to have; empty where nobody says."""
    if spec is None or spec.reasoning is None or not spec.reasoning.efforts:
        return ()
    off = ("none",) if spec.reasoning.can_disable and "none" not in spec.reasoning.efforts else ()
    return (*off, *spec.reasoning.efforts)


def _nearest(budget: int, known: tuple[str, ...]) -> str:
    """The effort that stands for about as many tokens: by ratio, since efforts grow by ratios."""
    choices = [word for word in known if word in _BUDGETS] or (["none"] if budget == 0 else list(_USUAL_EFFORTS))
    return min(choices, key=lambda word: abs(math.log(_BUDGETS[word] / max(1, budget))))


def _temperature(
    request: Request, endpoint: Endpoint, spec: ModelSpec | None, effort: str | None, checks: Checks, remarks: list[str]
) -> float | None:
    """The temperature, unless the model is known to refuse one: OpenAI's do while they reason."""
    if request.temperature is None or not endpoint.fixed_temperature or checks == "off" or effort == "none":
        return request.temperature
    if spec is None or spec.support(ModelCapability.EXTENDED_THINKING) is not Support.SUPPORTED:
        return request.temperature
    remarks.append(f"{spec.model_id} reasons, and takes no temperature then; {request.temperature:g} is not sent")
    return None


def _service_tier(request: Request, endpoint: Endpoint) -> str | None:
    tier = request.service_tier
    if tier is None:
        return None
    if tier == "batch":
        raise InvalidRequestError("a batch is no service tier of one request; submit_batch takes many")
    if tier in ("standard", "default", "on_demand"):
        return endpoint.standard_tier or None
    if not endpoint.standard_tier:
        raise InvalidRequestError(f"{endpoint.title} has no service tiers, so it cannot serve {tier!r}")
    return tier


def _metadata(request: Request, endpoint: Endpoint, remarks: list[str], *, labels: bool) -> dict[str, str]:
    if request.metadata and not (endpoint.metadata and labels):
        remarks.append(f"{endpoint.title} takes no metadata here; it is not sent")
        return {}
    return dict(request.metadata)


def chosen_tool(request: Request) -> str | None:
    """The name of the tool that must be called; None where ``tool_choice`` is a word.

    Raises:
        InvalidRequestError: there is no such tool, or none at all to be required.
    """
    choice = request.tool_choice
    if choice == "required" and not request.tools:
        raise InvalidRequestError("tool_choice is 'required', and there are no tools")
    if choice in ("auto", "none", "required"):
        return None
    names = [tool.name for tool in request.tools]
    if choice not in names:
        raise InvalidRequestError(f"tool_choice {choice!r} is no tool; there are {', '.join(names) or 'none'}")
    return choice


def extra_of(request: Request, endpoint: Endpoint) -> dict[str, Any]:
    """Options of the provider's own, as the SDK takes what it has no parameter for."""
    body = {key: value for key, value in request.extra.items() if key not in _SDK_OPTIONS}
    body |= request.extra.get("extra_body", {})
    headers = {**endpoint.headers, **request.extra.get("extra_headers", {})}
    options: dict[str, Any] = {"extra_query": request.extra.get("extra_query"), "extra_headers": headers, "extra_body": body}
    return {key: value for key, value in options.items() if value}


_SDK_OPTIONS = frozenset(("extra_body", "extra_headers", "extra_query"))


def shape_of(request: Request, endpoint: Endpoint) -> dict[str, Any] | None:
    """The shape of the answer as both APIs describe it, strict where the schema allows that; None where there is none."""
    if request.response_schema is None:
        return None
    schema = ResponseSchema(request.response_schema)
    described: dict[str, Any] = {"name": schema.name, "schema": schema.as_object}
    return {**described, "strict": allows_strict(schema.as_object)} if endpoint.strict else described


def allows_strict(schema: Any) -> bool:
    """Whether strict structured output takes a schema: closed objects, every property required, and known keys only."""
    if not isinstance(schema, Mapping):
        return isinstance(schema, bool)
    if "$ref" in schema:
        return len(schema) == 1
    properties = schema.get("properties", {})
    if "properties" in schema or schema.get("type") == "object":
        closed = schema.get("additionalProperties") is False and set(schema.get("required", ())) == set(properties)
        if not closed:
            return False
    if schema.keys() - _STRICT_KEYS or schema.get("format", "date") not in _STRICT_FORMATS:
        return False
    held = [*properties.values(), *schema.get("$defs", {}).values(), *schema.get("definitions", {}).values()]
    held += [*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else [])]
    return all(allows_strict(inner) for inner in held)


def read_usage(answer: dict[str, Any]) -> tuple[Usage | None, tuple[str, ...]]:
    """The usage of an answer, or why it cannot be read: an answer is worth more than its bill."""
    if answer.get("usage") is None and answer.get("x_groq") is None:
        return None, ()
    try:
        return Usage.from_openai(answer), ()
    except AIModelsError as error:
        return None, (f"the usage cannot be read: {error}",)


def arguments_of(written: object) -> dict[str, Any]:
    """The arguments of a call; text that is no JSON object stands under ``_unparsed``, for the caller to see."""
    if isinstance(written, Mapping):
        return dict(written)
    text = str(written or "")
    if not text.strip():
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):  # the latter for a thousand brackets
        return {"_unparsed": text}
    return found if isinstance(found, dict) else {"_unparsed": text}


def calls_signature(call: ToolCall, key: str) -> Any:
    """What a provider wants to see again with a call, where the call carries it under this key; None where not."""
    if not (call.signature or "").startswith(f'{{"{key}":'):
        return None  # none, or another provider's
    try:
        return json.loads(call.signature or "")[key]
    except ValueError:
        return None
