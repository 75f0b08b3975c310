"""OpenAI's SDK, imported when it is first needed, and its clients."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

from ai_models.errors import AuthenticationError, MissingExtraError
from ai_models.providers.endpoints import Endpoint
from ai_models.providers.redaction import usable_key

__all__ = ["as_answer", "is_response", "key_of", "plain_client", "sdk"]

_CUSTOM_HEADERS = "OPENAI_CUSTOM_HEADERS"
_NO_KEY = "no-key"
"""For servers that need none: the SDK insists on one."""


def sdk(needed_for: str) -> ModuleType:
    """The module ``openai``; it takes a third of a second to import.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        return import_module("openai")
    except ImportError as error:
        raise MissingExtraError(extra="openai", needed_for=needed_for) from error


def key_of(endpoint: Endpoint, given: str | None, *, model: str) -> str:
    """The key: as given, or from the endpoint's environment variable.

    Raises:
        AuthenticationError: there is none, and the endpoint needs one; or it cannot be one.
    """
    found = given or (os.environ.get(endpoint.key_variable) if endpoint.key_variable else None)
    key = usable_key(found or "", provider=endpoint.title, model=model)
    if key:
        return key
    if endpoint.keyless or not endpoint.key_variable:
        return _NO_KEY
    raise AuthenticationError(
        f"{endpoint.title} needs a key, and {endpoint.key_variable} is not set; set it, or give api_key=",
        provider=endpoint.title,
        model=model,
    )


def plain_client(endpoint: Endpoint, *, key: str, base_url: str | None, asynchronous: bool, is_openai: bool = False) -> Any:
    """A client without retries of its own.

    At another endpoint than OpenAI's nothing of what the environment says of OpenAI is sent: no organization, no project
    and none of its custom headers, which may hold a key.
    """
    module = sdk(f"calling {endpoint.title}")
    make = module.AsyncOpenAI if asynchronous else module.OpenAI
    if is_openai:
        return make(api_key=key, max_retries=0, **({"base_url": base_url} if base_url else {}))
    ambient = [line.partition(":")[0].strip() for line in os.environ.get(_CUSTOM_HEADERS, "").splitlines()]
    headers = {name: module.Omit() for name in ambient if name and name.lower() != "authorization"}
    client = make(
        api_key=key,
        base_url=base_url or endpoint.base_url,
        max_retries=0,
        default_headers={**headers, "Authorization": f"Bearer {key}"},
    )
    client.organization = client.project = None
    return client


def is_response(data: Mapping[str, Any]) -> bool:
    """Whether an answer is one of the Responses API, and none of Chat Completions."""
    return data.get("object") == "response" or ("output" in data and "choices" not in data)


def as_answer(data: dict[str, Any], request_id: str | None) -> Any:
    """The SDK's object of an answer of either API."""
    if is_response(data):
        answer = import_module("openai.types.responses").Response.construct(**data)
    else:
        answer = import_module("openai.types.chat").ChatCompletion.construct(**data)
    answer._request_id = request_id
    return answer
