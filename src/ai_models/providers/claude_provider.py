"""Claude through Anthropic's official SDK: at Anthropic itself, on Amazon Bedrock, and on Google's Vertex AI."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, ClassVar

from ai_models.errors import AuthenticationError, InvalidRequestError, MissingExtraError, NotFoundError, ProviderTimeoutError
from ai_models.models.capabilities import CapabilityWarning, ModelCapability, Support
from ai_models.providers.base import LLMProvider
from ai_models.providers.calls import StreamReader
from ai_models.providers.claude_answers import ClaudeReader, Identified, check_message, reading_of
from ai_models.providers.claude_batches import ClaudeBatches
from ai_models.providers.claude_messages import payload_of
from ai_models.providers.claude_sdk import as_message, sdk
from ai_models.providers.received import Received
from ai_models.providers.redaction import usable_key
from ai_models.providers.request import Request
from ai_models.providers.response import Reading

if TYPE_CHECKING:
    from ai_models.models.base import ModelSpec

__all__ = ["BedrockClaudeProvider", "ClaudeProvider", "VertexClaudeProvider"]

_MOST_UNSTREAMED = 21_333
"""Above so many ``max_tokens`` the SDK wants a call to be streamed: it reckons with 128,000 tokens an hour, and takes 10
minutes for the longest that a call may be silent (``_calculate_nonstreaming_timeout``)."""

_LONGEST_CONNECT = 10.0

_KEY_VARIABLE = "ANTHROPIC_API_KEY"
_DIGITS_OF_A_DAY = 8

_COUNTED = (
    "messages",
    "model",
    "system",
    "thinking",
    "tool_choice",
    "tools",
    "output_config",
    "extra_headers",
    "extra_query",
)
"""What counting tokens takes of a call's arguments."""


class _Claude(LLMProvider):
    """What every provider of Claude has in common: the Messages API."""

    default_model: ClassVar[str] = "claude-sonnet"

    def _identify(self, model_id: str) -> str:
        return super()._identify(model_id or self.default_model)

    def _translate(self, request: Request, *, streamed: bool) -> dict[str, Any]:  # noqa: ARG002 streams ask for the same
        caching = self.enable_caching if request.cache is None else request.cache
        if self.spec is not None and self.spec.support(ModelCapability.PROMPT_CACHING) is Support.UNSUPPORTED:
            caching = False
        return payload_of(request, model=self.model_id, spec=self.spec, caching=caching, doubt=self._doubt)

    def _adaptations(self, request: Request) -> Iterable[str]:
        if request.reasoning_effort == "minimal":
            yield "Claude knows no reasoning_effort 'minimal'; it is sent as the least that there is"
        labels = sorted(request.metadata.keys() - {"user_id"})
        if labels:
            yield f"{self.display_name} takes no metadata but user_id; {', '.join(labels)} are not sent"

    def _doubt(self, problem: str) -> None:
        """What the catalogue says the model cannot do, treated as the checks are."""
        if self.checks == "error":
            raise InvalidRequestError(f"{self.model_id}: {problem}")
        if self.checks == "warn":
            warnings.warn(CapabilityWarning(f"{self.model_id}: {problem}"), stacklevel=6)

    def _send(self, payload: dict[str, Any], timeout: float) -> Any:
        if payload["max_tokens"] <= _MOST_UNSTREAMED:
            return self._received(self._sdk.messages.with_raw_response.create(**payload, timeout=_limits(timeout)))
        reader, ends = ClaudeReader(), time.monotonic() + timeout
        with self._open(payload, timeout) as events:
            for event in events:
                self._take(reader, event, ends)
        return self._understood(reader.finish)[1]

    async def _asend(self, payload: dict[str, Any], timeout: float) -> Any:
        if payload["max_tokens"] <= _MOST_UNSTREAMED:
            messages = self._async_sdk.messages.with_raw_response
            return self._received(await messages.create(**payload, timeout=_limits(timeout)))
        reader, ends = ClaudeReader(), time.monotonic() + timeout
        async with self._aopen(payload, timeout) as events:
            async for event in events:
                self._take(reader, event, ends)
        return self._understood(reader.finish)[1]

    def _take(self, reader: ClaudeReader, event: Any, ends: float) -> None:
        """Feed a reader whose pieces nobody watches.

        Raises:
            ProviderTimeoutError: the answer takes too long as a whole, though its pieces come in time.
        """
        self._pieces(reader, event)
        if time.monotonic() > ends:
            raise ProviderTimeoutError("the answer was not complete in time; give a longer timeout, or stream it")

    @contextmanager
    def _open(self, payload: dict[str, Any], timeout: float) -> Iterator[Iterable[Any]]:
        with self._sdk.messages.create(**payload, stream=True, timeout=_limits(timeout)) as stream:
            yield Identified(stream)

    @asynccontextmanager
    async def _aopen(self, payload: dict[str, Any], timeout: float) -> AsyncIterator[Any]:
        opened = await self._async_sdk.messages.create(**payload, stream=True, timeout=_limits(timeout))
        async with opened as stream:
            yield Identified(stream)

    def _received(self, answer: Any) -> Any:
        http = answer.http_response
        names = {"provider": self.display_name, "model": self.model_id}
        workspace = http.headers.get("anthropic-workspace-id")
        make = as_message if workspace is None else partial(as_message, workspace_id=workspace)
        return check_message(Received.of(http.content, make, http.headers.get("request-id"), **names), **names)

    def _read(self, raw: Any) -> Reading:
        return reading_of(raw)

    def _reader(self) -> StreamReader:
        return ClaudeReader()

    def _count(self, payload: dict[str, Any]) -> int:
        counted = {name: payload[name] for name in _COUNTED if name in payload}
        return int(self._sdk.messages.count_tokens(**counted, timeout=_limits(self.timeout)).input_tokens)


class ClaudeProvider(_Claude, ClaudeBatches):
    """A Claude model at Anthropic; the key is ``api_key`` or the variable ``ANTHROPIC_API_KEY``.

    A call with ``max_tokens`` above 21,333, or with none where the model's own limit is higher, is streamed inside, as
    the SDK demands of calls that may take longer than 10 minutes. ``ToolCall.signature`` holds the thoughts
    that led to the call.
    """

    catalog_provider = "anthropic"
    display_name = "Anthropic"

    def _make_client(self, *, asynchronous: bool) -> Any:
        module = sdk()
        kind = module.AsyncAnthropic if asynchronous else module.Anthropic
        key = usable_key(self._api_key or os.environ.get(_KEY_VARIABLE, ""), provider=self.display_name, model=self.model_id)
        return kind(api_key=key or None, base_url=self._base_url, max_retries=0)

    def _failure(self, error: Exception) -> Exception:
        if "could not resolve authentication" in str(error).casefold():  # the SDK names arguments that nobody has here
            return AuthenticationError(
                f"Anthropic needs a key, and {_KEY_VARIABLE} is not set; set it, or give api_key=",
                provider=self.display_name,
                model=self.model_id,
            )
        return super()._failure(error)


class BedrockClaudeProvider(_Claude):
    """A Claude model on Amazon Bedrock.

    ``aws`` holds arguments of the SDK's ``AnthropicBedrock`` (``aws_region``, ``aws_profile``, ``aws_access_key`` …); what
    it leaves out is found as AWS's own tools find it. ``api_key`` is a Bedrock API key. A bare model name means the
    inference profile of the region, where there is one. Tokens cannot be counted there, and batches are not sent.
    """

    catalog_provider = "amazon-bedrock"
    display_name = "Amazon Bedrock"

    def __init__(self, *arguments: Any, aws: dict[str, Any] | None = None, **options: Any) -> None:
        """As ``LLMProvider``; ``aws`` is described with the class."""
        self._aws = dict(aws or {})
        super().__init__(*arguments, **options)

    def _identify(self, model_id: str) -> str:
        found = super()._identify(model_id)
        if self.spec is None:
            return found
        _require_claude(self.spec, self.display_name)
        served = _served(self)
        if found == model_id and model_id in served:
            return found
        region = self._aws.get("aws_region") or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
        plain = f"anthropic.{self.spec.api_identifier}"
        for area in _areas(region):
            for identifier in served:
                if identifier.startswith(f"{area}.anthropic."):
                    return identifier
        bare = [identifier for identifier in served if identifier.startswith("anthropic.")]
        return next((each for each in bare if each.startswith(plain)), bare[0] if bare else plain)

    def _translate(self, request: Request, *, streamed: bool) -> dict[str, Any]:
        payload = super()._translate(request, streamed=streamed)
        _refuse_tiers(payload, self.display_name)
        return payload

    def _make_client(self, *, asynchronous: bool) -> Any:
        module = sdk(extra="bedrock", needed_for=f"calling Claude on {self.display_name}")
        kind = module.AsyncAnthropicBedrock if asynchronous else module.AnthropicBedrock
        return _made(kind, **self._aws, api_key=self._api_key, base_url=self._base_url)

    def _failure(self, error: Exception) -> Exception:
        if isinstance(error, ImportError) and (error.name or "").partition(".")[0] in ("boto3", "botocore"):
            return MissingExtraError(extra="bedrock", needed_for="signing and streaming calls to Amazon Bedrock")
        if isinstance(error, RuntimeError) and "credentials" in str(error):  # the SDK has no class for it
            told = f"{self.display_name} needs a login, and AWS's own tools find none; log in, or give api_key= or aws="
            return AuthenticationError(told, provider=self.display_name, model=self.model_id)
        return super()._failure(error)

    def _count(self, payload: dict[str, Any]) -> int:
        raise NotImplementedError("Amazon Bedrock does not count the tokens of a request")


class VertexClaudeProvider(_Claude):
    """A Claude model on Google's Vertex AI.

    ``google`` holds arguments of the SDK's ``AnthropicVertex`` (``region``, ``project_id``, ``credentials`` …); what it
    leaves out is found as Google's own tools find it. ``api_key`` is an access token. Batches are not sent.
    """

    catalog_provider = "google-vertex"
    display_name = "Google Vertex AI"

    def __init__(self, *arguments: Any, google: dict[str, Any] | None = None, **options: Any) -> None:
        """As ``LLMProvider``; ``google`` is described with the class."""
        self._google = dict(google or {})
        super().__init__(*arguments, **options)

    def _identify(self, model_id: str) -> str:
        """``name@date``, as Vertex writes it, where the maker's own identifier has a date."""
        found = super()._identify(model_id)
        if self.spec is None:
            return found
        _require_claude(self.spec, self.display_name)
        served = _served(self)
        if found == model_id and model_id in served:
            return found
        name, _, day = self.spec.api_identifier.rpartition("-")
        dated = f"{name}@{day}" if len(day) == _DIGITS_OF_A_DAY and day.isdigit() else self.spec.api_identifier
        return dated if dated in served or not served else found

    def _translate(self, request: Request, *, streamed: bool) -> dict[str, Any]:
        payload = super()._translate(request, streamed=streamed)
        _refuse_tiers(payload, self.display_name)
        return payload

    def _make_client(self, *, asynchronous: bool) -> Any:
        module = sdk(extra="vertex", needed_for=f"calling Claude on {self.display_name}")
        kind = module.AsyncAnthropicVertex if asynchronous else module.AnthropicVertex
        return _made(kind, **{"access_token": self._api_key, **self._google}, base_url=self._base_url)

    def _failure(self, error: Exception) -> Exception:
        if type(error).__name__ == "MissingDependencyError":  # private to the SDK
            return MissingExtraError(extra="vertex", needed_for="signing in to Google Vertex AI")
        if isinstance(error, RuntimeError | ValueError) and "project_id" in str(error):  # the SDK has no class for it
            told = (
                f"{self.display_name} needs a project; set ANTHROPIC_VERTEX_PROJECT_ID, or give google={{'project_id': …}}"
            )
            return InvalidRequestError(told)
        return super()._failure(error)


def _require_claude(spec: ModelSpec, name: str) -> None:
    """Pass for a model of Anthropic's.

    Raises:
        InvalidRequestError: another maker's, which does not speak the Messages API there.
    """
    if spec.provider != "anthropic":
        raise InvalidRequestError(f"{spec.model_id} is no Claude, and {name} serves it through another API than Claude's")


def _served(provider: _Claude) -> list[str]:
    """The identifiers that a cloud has for the provider's model."""
    spec, catalog = provider.spec, provider.pricing_service.catalog
    try:
        found = () if spec is None else catalog.offerings(provider=provider.catalog_provider, model=spec.key)
    except NotFoundError:
        return []
    return sorted(offering.id for offering in found)


def _made(kind: Any, **arguments: Any) -> Any:
    """A client of a cloud.

    Raises:
        InvalidRequestError: the SDK misses an argument, such as the region, or two contradict each other.
    """
    try:
        return kind(**arguments, max_retries=0)
    except (ValueError, TypeError) as error:
        raise InvalidRequestError(f"the client of {kind.__name__} cannot be made: {error}") from error


@lru_cache(maxsize=64)
def _limits(timeout: float) -> Any:
    """A timeout in the SDK's words: nobody waits long for a connection."""
    return sdk().Timeout(timeout, connect=min(timeout, _LONGEST_CONNECT))


def _refuse_tiers(payload: dict[str, Any], name: str) -> None:
    """Service tiers are Anthropic's own; elsewhere every call is standard.

    Raises:
        InvalidRequestError: another one is asked for.
    """
    if payload.pop("service_tier", "standard_only") != "standard_only":
        raise InvalidRequestError(f"{name} has no service tiers for Claude")


def _areas(region: str) -> tuple[str, ...]:
    """The prefixes of the inference profiles that serve a region, the narrowest first."""
    if region in ("ap-northeast-1", "ap-northeast-3"):
        return ("jp", "apac", "global")
    if region in ("ap-southeast-2", "ap-southeast-4"):
        return ("au", "apac", "global")
    start = region.partition("-")[0]
    if region.startswith("us-gov-"):
        return ("us-gov",)  # a world of its own, without the global profiles
    return (*{"us": ("us",), "eu": ("eu",), "ap": ("apac",)}.get(start, ()), "global")
