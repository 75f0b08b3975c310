"""OpenAI's models through OpenAI's official SDK: at OpenAI itself, and on Microsoft Azure."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import lru_cache
from typing import Any, ClassVar, Literal

from ai_models.errors import AuthenticationError, InvalidRequestError
from ai_models.providers import openai_chat, openai_responses
from ai_models.providers.base import LLMProvider
from ai_models.providers.calls import StreamReader
from ai_models.providers.endpoints import AZURE, OPENAI, Endpoint
from ai_models.providers.openai_batches import OpenAIBatches
from ai_models.providers.openai_plan import Plan, plan_of
from ai_models.providers.openai_sdk import as_answer, is_response, key_of, plain_client, sdk
from ai_models.providers.received import Received, data_of
from ai_models.providers.request import Audio, Request
from ai_models.providers.response import Reading, StreamEvent

__all__ = ["AzureOpenAIProvider", "OpenAICalls", "OpenAIProvider"]

Api = Literal["responses", "chat"]

_CHAT_ONLY = re.compile(r"audio|search-(preview|api)")
_RESPONSES_ONLY = re.compile(r"-pro\b|codex|deep-research|computer-use")
"""Models that one of the two APIs does not serve, by name: no source of the catalogue states it."""

_COUNTED = ("input", "instructions", "model", "reasoning", "text", "tool_choice", "tools")
"""What counting tokens takes of a call's arguments."""

_LONGEST_CONNECT = 10.0

_AZURE_API_VERSION = "2025-04-01-preview"
"""The last dated version, which serves both APIs."""


class OpenAICalls(LLMProvider):
    """What every provider has in common that speaks one of OpenAI's two APIs: ``endpoint`` says which, and how."""

    endpoint: ClassVar[Endpoint]

    def __init__(self, *arguments: Any, api: Api | None = None, **options: Any) -> None:
        """As ``LLMProvider``; ``api`` names the API to use, by default the one that serves the request."""
        if api not in (None, "responses", "chat"):
            raise InvalidRequestError(f"api must be responses or chat, found {api!r}")
        self.api: Api | None = api
        super().__init__(*arguments, **options)

    def _make_client(self, *, asynchronous: bool) -> Any:
        key = key_of(self.endpoint, self._api_key, model=self.model_id)
        return plain_client(self.endpoint, key=key, base_url=self._base_url, asynchronous=asynchronous)

    def _api_of(self, request: Request) -> Api:  # noqa: ARG002 for those that have both
        return self.api or self.endpoint.api

    def _plan(self, request: Request) -> Plan:
        # OpenAI takes labels with Chat Completions only where it is told to store the answer.
        labels = self._api_of(request) == "responses" or bool(request.extra.get("store"))
        return plan_of(request, self.endpoint, self.spec, self.checks, labels=labels)

    def _adaptations(self, request: Request) -> Iterable[str]:
        return self._plan(request).remarks

    def _translate(self, request: Request, *, streamed: bool) -> dict[str, Any]:
        if not self._called:
            raise InvalidRequestError(
                f"{self.display_name} has no model of its own choice; name one: {self.endpoint.name}:MODEL"
            )
        translate = openai_responses.translate if self._api_of(request) == "responses" else openai_chat.translate
        return translate(request, self._called, self.endpoint, self._plan(request), streamed=streamed)

    @property
    def _called(self) -> str:
        """The name that calls have for the model."""
        return self.model_id

    def _send(self, payload: dict[str, Any], timeout: float) -> Any:
        return self._received(_api(self._sdk, payload).with_raw_response.create(**payload, timeout=_limits(timeout)))

    async def _asend(self, payload: dict[str, Any], timeout: float) -> Any:
        api = _api(self._async_sdk, payload).with_raw_response
        return self._received(await api.create(**payload, timeout=_limits(timeout)))

    @contextmanager
    def _open(self, payload: dict[str, Any], timeout: float) -> Iterator[Iterable[Any]]:
        with _api(self._sdk, payload).create(**payload, timeout=_limits(timeout)) as stream:
            yield stream

    @asynccontextmanager
    async def _aopen(self, payload: dict[str, Any], timeout: float) -> AsyncIterator[Any]:
        async with await _api(self._async_sdk, payload).create(**payload, timeout=_limits(timeout)) as stream:
            yield stream

    def _received(self, answer: Any) -> Any:
        """The answer, unless it is none although it came with status 200.

        Raises:
            ProviderError: it tells of an error, or is no JSON.
        """
        http = answer.http_response
        names = {"provider": self.endpoint.title, "model": self.model_id}
        received = Received.of(http.content, as_answer, http.headers.get("x-request-id"), **names)
        check = openai_responses.check_answer if is_response(received.data) else openai_chat.check_completion
        return self._understood(lambda: check(received, **names))

    def _read(self, raw: Any) -> Reading:
        if is_response(data_of(raw)):
            return openai_responses.read_response(raw)
        return openai_chat.read_completion(raw, self.endpoint.reasoning_field)

    def _reader(self) -> StreamReader:
        names = {"provider": self.endpoint.title, "model": self.model_id}
        return _Reader(
            lambda: openai_responses.ResponsesReader(**names),
            lambda: openai_chat.ChatReader(**names, reasoning_field=self.endpoint.reasoning_field),
        )

    def _count(self, payload: dict[str, Any]) -> int:
        raise NotImplementedError(f"{self.endpoint.title} has no endpoint that counts tokens")


class _WithBothApis(OpenAICalls, OpenAIBatches):
    """A provider that serves both APIs: each request goes to one that takes it."""

    def _api_of(self, request: Request) -> Api:
        if self.api is not None:
            return self.api
        only = _only_api(self.model_id)
        if only != "responses" and (request.stop or any(isinstance(part, Audio) for part in request.parts())):
            return "chat"
        return only or self.endpoint.api


class OpenAIProvider(_WithBothApis):
    """A model of OpenAI's; the key is ``api_key`` or the variable ``OPENAI_API_KEY``.

    Requests go to the Responses API, or to Chat Completions where only that takes them: with audio, with stop texts, or for
    a model that has no other. ``api="chat"`` or ``api="responses"`` settles it. Prompts are cached unasked;
    ``extra={"prompt_cache_key": …}`` keeps requests with the same beginning together. ``ToolCall.signature`` holds the
    encrypted reasoning that led to the call.
    """

    catalog_provider = "openai"
    display_name = "OpenAI"
    endpoint = OPENAI

    def _make_client(self, *, asynchronous: bool) -> Any:
        key = key_of(self.endpoint, self._api_key, model=self.model_id)
        return plain_client(self.endpoint, key=key, base_url=self._base_url, asynchronous=asynchronous, is_openai=True)

    def _count(self, payload: dict[str, Any]) -> int:
        if "input" not in payload:
            raise NotImplementedError("OpenAI counts the tokens of Responses requests only; this one needs Chat Completions")
        counted = {name: payload[name] for name in _COUNTED if name in payload}
        return int(self._sdk.responses.input_tokens.count(**counted, timeout=self.timeout).input_tokens)


class AzureOpenAIProvider(_WithBothApis):
    """A model of OpenAI's on Azure; the key is ``api_key`` or the variable ``AZURE_OPENAI_API_KEY``.

    Azure serves deployments: ``deployment`` is the name of yours, the model's by default. ``azure_endpoint`` is the address
    of your resource (``AZURE_OPENAI_ENDPOINT``), ``api_version`` that of the API (``OPENAI_API_VERSION``). Instead of a key
    there may be an Entra ID token: ``azure_ad_token`` (``AZURE_OPENAI_AD_TOKEN``), or a function that gives one.
    """

    catalog_provider = "azure"
    display_name = "Azure OpenAI"
    endpoint = AZURE
    batch_root = ""

    def __init__(
        self,
        *arguments: Any,
        deployment: str | None = None,
        azure_endpoint: str | None = None,
        api_version: str | None = None,
        azure_ad_token: str | None = None,
        azure_ad_token_provider: Callable[[], Any] | None = None,
        **options: Any,
    ) -> None:
        """As ``LLMProvider``; the rest is described with the class."""
        self.deployment = deployment
        self._azure_endpoint = azure_endpoint
        self._api_version = api_version
        self._ad_token = azure_ad_token
        self._ad_token_provider = azure_ad_token_provider
        super().__init__(*arguments, **options)

    @property
    def _called(self) -> str:
        return self.deployment or self.model_id

    def _make_client(self, *, asynchronous: bool) -> Any:
        address = self._base_url or self._azure_endpoint or os.environ.get("AZURE_OPENAI_ENDPOINT")
        if not address:
            raise InvalidRequestError(
                "Azure OpenAI needs the address of a resource: set AZURE_OPENAI_ENDPOINT, or azure_endpoint="
            )
        module = sdk("calling Azure OpenAI")
        make = module.AsyncAzureOpenAI if asynchronous else module.AzureOpenAI
        return make(
            **({"base_url": address} if self._base_url else {"azure_endpoint": address}),
            **self._credentials(),
            api_version=self._api_version or os.environ.get("OPENAI_API_VERSION") or _AZURE_API_VERSION,
            max_retries=0,
        )

    def _credentials(self) -> dict[str, Any]:
        """The key or the token, in the order in which the SDK looks for them.

        Raises:
            AuthenticationError: there is none.
        """
        if self._ad_token_provider is not None:
            return {"azure_ad_token_provider": self._ad_token_provider}
        token = self._ad_token or (None if self._api_key else os.environ.get("AZURE_OPENAI_AD_TOKEN"))
        if token:
            return {"azure_ad_token": token}
        key = self._api_key or os.environ.get(self.endpoint.key_variable)
        if not key:
            raise AuthenticationError(
                "Azure OpenAI needs a key or a token, and neither AZURE_OPENAI_API_KEY nor AZURE_OPENAI_AD_TOKEN is set; "
                "set one, or give api_key=",
                provider=self.display_name,
                model=self.model_id,
            )
        return {"api_key": key}


@lru_cache(maxsize=256)
def _only_api(model_id: str) -> Api | None:
    """The API that alone serves a model; None where both do."""
    if _RESPONSES_ONLY.search(model_id):
        return "responses"
    return "chat" if _CHAT_ONLY.search(model_id) else None


def _api(client: Any, payload: dict[str, Any]) -> Any:
    """The SDK's API that a payload is for."""
    return client.responses if "input" in payload else client.chat.completions


@lru_cache(maxsize=64)
def _limits(timeout: float) -> Any:
    """A timeout in the SDK's words: nobody waits long for a connection."""
    return sdk("calling a model").Timeout(timeout, connect=min(timeout, _LONGEST_CONNECT))


class _Reader(StreamReader):
    """The reader of whichever API the first event is of."""

    def __init__(self, of_responses: Callable[[], StreamReader], of_chat: Callable[[], StreamReader]) -> None:
        self._of_responses = of_responses
        self._of_chat = of_chat
        self._reader: StreamReader | None = None

    def feed(self, event: Any) -> Iterable[StreamEvent]:
        """The pieces that one event brings."""
        if self._reader is None:
            is_chunk = hasattr(event, "choices") or getattr(event, "object", None) == "chat.completion.chunk"
            self._reader = self._of_chat() if is_chunk else self._of_responses()
        return self._reader.feed(event)

    def finish(self) -> tuple[Reading, Any]:
        """The whole answer, and the SDK's object; a stream without any event broke off."""
        return (self._reader or self._of_chat()).finish()
