"""Gemini through Google's official SDK: with a key at the Gemini API, and on Vertex AI."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from functools import partial
from typing import Any, ClassVar

from ai_models.errors import (
    AIModelsError,
    AuthenticationError,
    InvalidRequestError,
    ProviderConnectionError,
    ProviderError,
)
from ai_models.providers.base import LLMProvider
from ai_models.providers.calls import StreamReader
from ai_models.providers.failures import failure_in, failure_of_form
from ai_models.providers.google_answers import GoogleReader, reading_of, require_answer
from ai_models.providers.google_batches import GoogleBatches
from ai_models.providers.google_contents import payload_of
from ai_models.providers.google_received import as_gemini_response, as_vertex_response
from ai_models.providers.google_sdk import (
    AsyncClient,
    astream,
    async_client_of,
    client_of,
    key_of,
    keys_around,
    milliseconds,
)
from ai_models.providers.google_thinking import thinking_of
from ai_models.providers.received import Received
from ai_models.providers.request import Request
from ai_models.providers.response import Reading

__all__ = ["GoogleProvider", "VertexProvider"]

_LONGEST_REASON = 400
_ANSWERS = ("Response", "BatchJob")
"""How the names of the SDK's types end that stand for answers."""

_SHAPES = ("response_schema", "response_json_schema")
"""The options by which the SDK parses an answer, as it looks for them."""


class _Gemini(LLMProvider):
    """What both ways to Gemini have in common: ``generateContent``."""

    default_model: ClassVar[str] = "gemini-flash-latest"

    def _identify(self, model_id: str) -> str:
        return super()._identify(model_id or self.default_model)

    @staticmethod
    def _as_response(data: dict[str, Any], request_id: str | None, shape: Any = None) -> Any:
        """The SDK's object of an answer."""
        raise NotImplementedError

    def _arguments(self) -> dict[str, Any]:
        """The arguments of the SDK's ``Client`` that say who calls and where."""
        raise NotImplementedError

    def _make_client(self, *, asynchronous: bool) -> Any:
        if not asynchronous:
            return client_of(self._arguments(), base_url=self._base_url, timeout=self.timeout)
        if not self._owns[0] and self._client is not None:
            return AsyncClient(self._client)  # the caller's own client has both halves
        return async_client_of(self._arguments(), base_url=self._base_url, timeout=self.timeout)

    def _translate(self, request: Request, *, streamed: bool) -> dict[str, Any]:  # noqa: ARG002 streams ask for the same
        return payload_of(request, model=self.model_id, spec=self.spec)

    def _adaptations(self, request: Request) -> Iterable[str]:
        return [f"{self.model_id}: {note}" for note in thinking_of(request, self.spec).notes]

    def _send(self, payload: dict[str, Any], timeout: float) -> Any:
        answer = self._sdk.models.generate_content(**self._within(_unread(payload), timeout))
        return self._answered(answer, payload["config"])

    async def _asend(self, payload: dict[str, Any], timeout: float) -> Any:
        answer = await self._async_sdk.models.generate_content(**self._within(_unread(payload), timeout))
        return self._answered(answer, payload["config"])

    @contextmanager
    def _open(self, payload: dict[str, Any], timeout: float) -> Iterator[Iterable[Any]]:
        stream = self._sdk.models.generate_content_stream(**self._within(payload, timeout))
        try:
            yield stream
        finally:
            stream.close()

    def _aopen(self, payload: dict[str, Any], timeout: float) -> AbstractAsyncContextManager[Any]:
        return astream(self._async_sdk, self._within(payload, timeout))

    def _within(self, payload: dict[str, Any], seconds: float) -> dict[str, Any]:
        """The arguments of a call with its timeout, where the client does not have it already: saying it costs time."""
        config = payload["config"]
        given = dict(config.get("http_options") or {})  # a mapping, or the SDK's own HttpOptions
        if not given and seconds == self.timeout and all(self._owns):
            return payload
        given = {key: value for key, value in given.items() if value is not None}
        return {**payload, "config": {**config, "http_options": {"timeout": milliseconds(seconds), **given}}}

    def _answered(self, response: Any, config: dict[str, Any]) -> Any:
        names = {"provider": self.display_name, "model": self.model_id}
        if _acts_on_answers(config):
            return require_answer(response, **names)
        http = response.sdk_http_response
        shape = next((config[name] for name in _SHAPES if config.get(name) is not None), None)
        make = self._as_response if shape is None else partial(self._as_response, shape=shape)
        received = Received.of((http.body or "{}").encode(), make, None, **names)
        if error := received.data.get("error"):
            raise failure_in(error, **names)
        received.data["sdkHttpResponse"] = {"headers": dict(http.headers or {})}
        return require_answer(received, **names)

    def _read(self, raw: Any) -> Reading:
        return reading_of(raw, provider=self.display_name, model=self.model_id)

    def _reader(self) -> StreamReader:
        return GoogleReader(self.display_name, self.model_id)

    def _secrets(self) -> list[str]:
        return [*super()._secrets(), *keys_around()]

    def _failure(self, error: Exception) -> Exception:
        if type(error).__module__.startswith("google.auth."):
            kind = ProviderConnectionError if type(error).__name__ == "TransportError" else AuthenticationError
            return kind(f"{self.display_name}: {error}", provider=self.display_name, model=self.model_id)
        failure = super()._failure(error)
        if failure is error and isinstance(error, ValueError) and not isinstance(error, AIModelsError):
            return self._refused(error)
        if isinstance(failure, ProviderError) and failure.retry_after is None:
            failure.retry_after = _retry_delay(getattr(error, "details", None))
        return failure

    def _refused(self, error: ValueError) -> Exception:
        """Our error for what the SDK cannot make sense of: an answer, or the request, which it then does not send."""
        if str(getattr(error, "title", "")).endswith(_ANSWERS):
            return failure_of_form(error, **self._names())
        return InvalidRequestError(f"Google's SDK refuses the request for {self.model_id}: {str(error)[:_LONGEST_REASON]}")


class GoogleProvider(GoogleBatches, _Gemini):
    """A Gemini model at the Gemini API.

    The key is ``api_key``, or the variable ``GOOGLE_API_KEY``, or ``GEMINI_API_KEY``: in this order, which is the SDK's, and
    with a warning where both are set and differ. ``GOOGLE_GENAI_USE_VERTEXAI`` changes nothing here: see ``VertexProvider``.

    Google caches prompts unasked; a cache of your own is ``extra={"cached_content": name}``. ``extra`` takes every option of
    the SDK's ``GenerateContentConfig``, and its ``tools`` join the functions. ``Request.metadata`` is sent as labels.
    ``ToolCall.signature`` holds the thought's signature in base64; give the calls back as they came.
    """

    catalog_provider = "google"
    display_name = "Google"
    _as_response = staticmethod(as_gemini_response)

    def _arguments(self) -> dict[str, Any]:
        return {"vertexai": False, "api_key": key_of(self._api_key, provider=self.display_name, model=self.model_id)}

    def _count(self, payload: dict[str, Any]) -> int:
        """The Gemini API counts contents only: instructions are counted as one, functions as their JSON text."""
        config, said = payload["config"], payload["contents"]
        contents = [{"role": "user", "parts": [{"text": said}]}] if isinstance(said, str) else list(said)
        if "system_instruction" in config:
            contents.insert(0, {"role": "user", "parts": [{"text": config["system_instruction"]}]})
        if "tools" in config:
            contents.append({"role": "user", "parts": [{"text": json.dumps(config["tools"], default=str)}]})
        counted = {"model": payload["model"], "contents": contents, "config": _options(config)}
        return int(self._sdk.models.count_tokens(**self._within(counted, self.timeout)).total_tokens)


class VertexProvider(_Gemini):
    """A Gemini model on Google's Vertex AI.

    ``vertex`` holds arguments of the SDK's ``Client`` (``project``, ``location``, ``credentials``); what it leaves out is
    found as Google's own tools find it. ``api_key`` is one of Vertex's express mode. Batches go through a storage bucket
    there, and are not submitted here. Claude on Vertex AI is ``VertexClaudeProvider``.
    """

    catalog_provider = "google-vertex"
    display_name = "Google Vertex AI"
    _as_response = staticmethod(as_vertex_response)

    def __init__(self, *arguments: Any, vertex: Mapping[str, Any] | None = None, **options: Any) -> None:
        """As ``LLMProvider``; ``vertex`` is described with the class."""
        self._vertex = dict(vertex or {})
        super().__init__(*arguments, **options)

    def _identify(self, model_id: str) -> str:
        identifier = super()._identify(model_id)
        if self.spec is not None and self.spec.provider != "google":
            raise InvalidRequestError(
                f"{self.spec.model_id} is no model of Google's, and Vertex AI serves those of others through other APIs"
                + ("; use VertexClaudeProvider" if self.spec.provider == "anthropic" else "")
            )
        return identifier

    def _arguments(self) -> dict[str, Any]:
        key = {"api_key": self._api_key} if self._api_key else {}
        return {"vertexai": True, **key, **self._vertex}

    def _count(self, payload: dict[str, Any]) -> int:
        config = payload["config"]
        counted = {name: config[name] for name in ("system_instruction", "tools") if name in config}
        asked = {"model": payload["model"], "contents": payload["contents"], "config": {**counted, **_options(config)}}
        return int(self._sdk.models.count_tokens(**self._within(asked, self.timeout)).total_tokens)


def _unread(payload: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a call whose answer the SDK gives as it came, unless it has something to do with it."""
    if _acts_on_answers(payload["config"]):
        return payload
    return {**payload, "config": {**payload["config"], "should_return_http_response": True}}


def _acts_on_answers(config: dict[str, Any]) -> bool:
    """Whether the caller lets the SDK call functions or ask for the rest of an answer: it must read the answers then."""
    return config["automatic_continuation"] is not False or config["automatic_function_calling"] != {"disable": True}


def _options(config: Mapping[str, Any]) -> dict[str, Any]:
    return {"http_options": config["http_options"]} if "http_options" in config else {}


def _retry_delay(details: Any) -> float | None:
    """The seconds that Google asks to wait: in the body of its errors, not in a header."""
    error = details.get("error", details) if isinstance(details, Mapping) else {}
    listed = error.get("details") if isinstance(error, Mapping) else None
    for detail in listed if isinstance(listed, list) else ():
        written = detail.get("retryDelay") if isinstance(detail, Mapping) else None
        if isinstance(written, str) and written.endswith("s"):
            try:
                return max(0.0, float(written[:-1]))
            except ValueError:
                return None
    return None
