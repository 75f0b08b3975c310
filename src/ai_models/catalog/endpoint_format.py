"""``EndpointEntry``: how an API that speaks OpenAI's dialect is reached, and where its dialect differs."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

__all__ = ["EndpointEntry"]


class EndpointEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One endpoint, as a row of the shipped table or as an entry of a user's own ``endpoints.yaml``.

    Attributes:
        base_url: the address up to, and without, ``/chat/completions``.
        key_variable: the environment variable of its key; empty where it needs none.
        keyless: whether it answers without a key, so that a missing one is no error.
        provider: who serves it, in the catalogue: prices are looked up there. By default the endpoint's own name.
        display_name: its name in messages.
        api: Chat Completions, or Responses.
        max_tokens: what its Chat Completions call the limit of the output.
        system_role: the role of the message that carries the instructions.
        stream_usage: whether a stream may be asked for its usage with ``stream_options``.
        structured: the best that it has for answers of a shape: a JSON Schema, JSON of any shape, or nothing.
        strict: whether it takes ``strict`` with a schema or a tool.
        reasoning: how effort is asked for: as ``reasoning_effort``, as an object ``reasoning``, as ``thinking`` on or off
            with ``reasoning_effort`` or without (``toggle``), or not at all.
        reasoning_field: where its messages carry the reasoning.
        echo_reasoning: whether it wants that to be sent back with the tool calls that it led to.
        fixed_temperature: whether its reasoning models refuse a temperature.
        standard_tier: its word for the standard service tier; empty where it has no tiers.
        metadata: whether it takes labels.
        cache_control: whether a part of the prompt can be marked to be cached.
        headers: sent with every request.
    """

    base_url: Annotated[str, Meta(pattern=r"^https?://\S+$")]
    key_variable: Annotated[str, Meta(pattern="^([A-Z][A-Z0-9_]*)?$")] = ""
    keyless: bool = False
    provider: str = ""
    display_name: str = ""
    api: Literal["chat", "responses"] = "chat"
    max_tokens: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    system_role: Literal["system", "developer"] = "system"
    stream_usage: bool = True
    structured: Literal["json_schema", "json_object", "none"] = "json_schema"
    strict: bool = True
    reasoning: Literal["effort", "object", "thinking", "toggle", "none"] = "effort"
    reasoning_field: str = "reasoning_content"
    echo_reasoning: bool = False
    fixed_temperature: bool = False
    standard_tier: str = ""
    metadata: bool = False
    cache_control: bool = False
    headers: dict[str, str] = {}
