"""``LLMProvider``: one way to call any model, checked before and priced after.

A provider is two translations, the request out and the answer in; everything else is here and shared by the synchronous,
the asynchronous and the streamed way of calling.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, AsyncExitStack, ExitStack, contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar
from warnings import warn

from msgspec import Struct

from ai_models.errors import AIModelsError, CostLimitError, InvalidRequestError, NotFoundError, PricingIncompleteError
from ai_models.models.capabilities import CapabilityWarning
from ai_models.pricing.usage import Usage
from ai_models.providers.classifier import Classifier
from ai_models.providers.failures import failure_of
from ai_models.providers.metrics import ProviderMetrics
from ai_models.providers.permission import require_permission
from ai_models.providers.preflight import Checks, check, check_cost
from ai_models.providers.request import Request
from ai_models.providers.response import Reading, Response, StreamEvent
from ai_models.providers.retrying import Retries
from ai_models.providers.schema import ResponseSchema
from ai_models.registry.pricing_service import PricingService

if TYPE_CHECKING:
    from ai_models.models.base import ModelSpec
    from ai_models.pricing.cost import Cost

__all__ = ["CallRecord", "LLMProvider", "StreamReader"]

_Raw = TypeVar("_Raw")
_logger = logging.getLogger(__name__)


class CallRecord(Struct, frozen=True, kw_only=True):
    """One call, for a ledger or a tracer: what was asked, and what came of it, a response or an error."""

    provider: str
    model: str
    request: Request
    response: Response | None = None
    error: BaseException | None = None
    latency_ms: float = 0.0


class StreamReader:
    """Puts the pieces of a streamed answer together; a provider subclasses it for its own events."""

    def feed(self, event: Any) -> Iterable[StreamEvent]:
        """The pieces that one event of the SDK's brings."""
        raise NotImplementedError

    def finish(self) -> tuple[Reading, Any]:
        """The whole answer, and the raw object that stands for it.

        Raises:
            ProviderConnectionError: the stream ended before the answer did.
        """
        raise NotImplementedError


class _Call(Struct, kw_only=True):
    """A call that has passed its checks and is ready to be sent."""

    request: Request
    payload: dict[str, Any]
    warnings: list[str]
    started: float
    affordable: int | None = None
    """How many attempts ``max_cost`` pays for; None where there is no limit."""


class LLMProvider(Classifier):
    """A model at a provider, ready to be called; safe to share between threads.

    Subclasses give ``_translate``, ``_send``, ``_asend``, ``_open``, ``_aopen``, ``_read`` and ``_reader``. One that was
    written for the old interface gives ``_classify_impl`` and ``_calculate_cost`` only, and classifies with them.
    """

    catalog_provider: ClassVar[str] = ""
    """The provider's name in the catalogue, where prices and identifiers are looked up."""
    display_name: ClassVar[str] = ""
    makes_requests: ClassVar[bool] = True
    """Whether calls leave the process."""

    def __init__(
        self,
        model_id: str = "",
        pricing_service: PricingService | None = None,
        *,
        enable_caching: bool = True,
        api_key: str | None = None,
        base_url: str | None = None,
        client: Any = None,
        async_client: Any = None,
        timeout: float = 600.0,
        retries: Retries | None = None,
        checks: Checks = "error",
        max_cost: Decimal | int | str | None = None,
        on_call: Callable[[CallRecord], None] | None = None,
    ) -> None:
        """Bind a model; no SDK is imported and nothing is sent before the first call.

        Args:
            model_id: a model's name in the catalogue, or the provider's own identifier.
            pricing_service: where prices come from; the process-wide catalogue by default.
            enable_caching: whether system prompts and tools are cached where the provider does so on request.
            api_key: the key; by default the SDK finds it in its environment variable.
            base_url: another address than the provider's own.
            client, async_client: the SDK's own clients, ready made, used as they are.
            timeout: seconds for a call, where the request says none.
            retries: how often failed calls are repeated; three attempts by default.
            checks: what a request does that the model cannot serve: ``error``, ``warn`` or ``off``.
            max_cost: refuse every call that may cost more, in the price's currency; each call may say its own.
            on_call: called with a record of every call after it.
        """
        if checks not in ("error", "warn", "off"):
            raise InvalidRequestError(f"checks must be error, warn or off, found {checks!r}")
        self.pricing_service = PricingService() if pricing_service is None else pricing_service
        self.enable_caching = enable_caching
        self.timeout = timeout
        self.retries = Retries() if retries is None else retries
        self.checks: Checks = checks
        self.max_cost = None if max_cost is None else _limit(max_cost)
        self.on_call = on_call
        self._api_key = api_key
        self._base_url = base_url
        self._client = client
        self._async_client = async_client
        self._owns = (client is None, async_client is None)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._making = threading.Lock()
        self._metrics = ProviderMetrics()
        self.spec: ModelSpec | None = None
        """What the catalogue knows of the model; None where it does not know it, and nothing can be checked."""
        self.model_id = self._identify(model_id)

    def __repr__(self) -> str:
        """Which model at which provider; never a key."""
        return f"<{type(self).__name__} {self.model_id}>"

    def _make_client(self, *, asynchronous: bool) -> Any:
        """A client of the SDK's, which is imported here; its own retries are switched off.

        Raises:
            MissingExtraError: the SDK is not installed.
        """
        raise NotImplementedError

    @property
    def _sdk(self) -> Any:
        """The SDK's client, made when it is first needed."""
        with self._making:
            if self._client is None:
                self._client = self._make_client(asynchronous=False)
            return self._client

    @property
    def _async_sdk(self) -> Any:
        """The SDK's asynchronous client for the running event loop: open connections belong to the loop that made them."""
        loop = asyncio.get_running_loop()
        with self._making:
            if self._async_client is None or (self._owns[1] and self._loop is not loop):
                self._async_client, self._loop = self._make_client(asynchronous=True), loop
            return self._async_client

    def _identify(self, model_id: str) -> str:
        """The identifier that the provider knows the model by."""
        catalog = self.pricing_service.catalog
        if not model_id:
            return model_id
        try:
            self.spec = catalog.get_model(model_id)
        except NotFoundError:
            return model_id  # perhaps newer than the catalogue: it is called by the name given, unchecked
        if self.catalog_provider and self.catalog_provider != self.spec.provider:
            try:
                served = catalog.offerings(provider=self.catalog_provider, model=self.spec.key)
            except NotFoundError:
                return model_id  # a provider that the catalogue does not know, such as a server of one's own
            identifiers = [offering.id for offering in served]
            if model_id in identifiers or not identifiers:
                return model_id
            plain = self.spec.api_identifier
            return plain if plain in identifiers else min(identifiers, key=len)  # regions and variants make names longer
        return self.spec.api_identifier

    # ---- what a provider translates

    def _translate(self, request: Request, *, streamed: bool) -> dict[str, Any]:
        """The request in the SDK's words: the keyword arguments of its call."""
        raise NotImplementedError(f"{type(self).__name__} translates no requests; it only classifies")

    def _adaptations(self, request: Request) -> Iterable[str]:  # noqa: ARG002 for those who adapt
        """What of the request is served otherwise than it asks, as warnings."""
        return ()

    def _send(self, payload: dict[str, Any], timeout: float) -> Any:
        """The SDK's answer."""
        raise NotImplementedError

    async def _asend(self, payload: dict[str, Any], timeout: float) -> Any:
        """The SDK's answer."""
        raise NotImplementedError

    def _open(self, payload: dict[str, Any], timeout: float) -> AbstractContextManager[Iterable[Any]]:
        """The SDK's stream of events, closed at the end of the block."""
        raise NotImplementedError

    def _aopen(self, payload: dict[str, Any], timeout: float) -> AbstractAsyncContextManager[Any]:
        """The SDK's asynchronous stream of events."""
        raise NotImplementedError

    def _read(self, raw: Any) -> Reading:
        """What an answer says."""
        raise NotImplementedError

    def _reader(self) -> StreamReader:
        """What puts a streamed answer together."""
        raise NotImplementedError

    def _count(self, payload: dict[str, Any]) -> int:
        """The input tokens of a request, counted by the provider."""
        raise NotImplementedError(f"{type(self).__name__} cannot count tokens")

    # ---- calling

    def complete(self, prompt: object, *, max_cost: Decimal | int | str | None = None, **fields: Any) -> Response:
        """Answer a prompt: text, messages, or a ``Request``; ``fields`` are those of ``Request``.

        Raises:
            InvalidRequestError, UnsupportedCapabilityError, ContextLengthError, RetiredModelError, CostLimitError: found
                before anything was sent.
            ProviderError: the call failed; its kind says how, and the SDK's own error is its cause.
        """
        call = self._begin(prompt, fields, max_cost)
        timeout = self._timeout_of(call)
        with self._recording(call):
            raw = self.retries.call(
                lambda: self._guarded(lambda: self._send(call.payload, timeout)), affordable=call.affordable
            )
            return self._finish(call, self._read(raw), raw)

    async def acomplete(self, prompt: object, *, max_cost: Decimal | int | str | None = None, **fields: Any) -> Response:
        """``complete`` for coroutines.

        Raises:
            as ``complete``.
        """
        call = self._begin(prompt, fields, max_cost)
        timeout = self._timeout_of(call)
        with self._recording(call):
            raw = await self.retries.acall(
                lambda: self._aguarded(self._asend(call.payload, timeout)), affordable=call.affordable
            )
            return self._finish(call, self._read(raw), raw)

    def stream(self, prompt: object, *, max_cost: Decimal | int | str | None = None, **fields: Any) -> Iterator[StreamEvent]:
        """Answer a prompt piece by piece; the last event, ``done``, carries the whole ``Response``.

        The checks are made at once, the call when the first event is asked for. It is repeated only while nothing has
        come yet. Leaving the loop closes the connection.

        Raises:
            as ``complete``.
        """
        return self._events(self._begin(prompt, fields, max_cost, streamed=True))

    def astream(
        self, prompt: object, *, max_cost: Decimal | int | str | None = None, **fields: Any
    ) -> AsyncIterator[StreamEvent]:
        """``stream`` for coroutines.

        Raises:
            as ``complete``.
        """
        return self._aevents(self._begin(prompt, fields, max_cost, streamed=True))

    def count_tokens(self, prompt: object, **fields: Any) -> int:
        """The input tokens of a request, counted by the provider.

        Raises:
            NotImplementedError: the provider has no way to count.
            ProviderError: the call failed.
        """
        self._require_permission()
        payload = self._translate(Request.of(prompt, **fields), streamed=False)
        return self.retries.call(lambda: self._guarded(lambda: self._count(payload)))

    # ---- around a call

    def _begin(
        self, prompt: object, fields: dict[str, Any], max_cost: Decimal | int | str | None, *, streamed: bool = False
    ) -> _Call:
        request = Request.of(prompt, **fields)
        self._require_permission()
        warnings = self._check(request, streamed=streamed)
        limit = self.max_cost if max_cost is None else _limit(max_cost)
        affordable = None if limit is None else self._affordable(request, limit)
        payload = self._translate(request, streamed=streamed)
        for adaptation in self._adaptations(request):
            warnings.append(adaptation)
            warn(CapabilityWarning(adaptation), stacklevel=4)
        return _Call(request=request, payload=payload, warnings=warnings, started=time.perf_counter(), affordable=affordable)

    def _require_permission(self) -> None:
        if self.makes_requests:
            require_permission(self.display_name or type(self).__name__)

    def _check(self, request: Request, *, streamed: bool) -> list[str]:
        if self.spec is None:
            return []
        catalog = self.pricing_service.catalog
        return check(catalog, self.spec, request, streamed=streamed, checks=self.checks)

    def _affordable(self, request: Request, limit: Decimal) -> int | None:
        """How many attempts a limit pays for at their worst; None where they are free."""
        spec = self._required_spec()
        cost = check_cost(self.pricing_service, spec, request, provider=self._priced_at(), max_cost=limit)
        return int(limit // cost.upper) if cost.upper else None

    def _required_spec(self) -> ModelSpec:
        if self.spec is None:
            raise CostLimitError(self.model_id, worst=None, limit="set")
        return self.spec

    def _timeout_of(self, call: _Call) -> float:
        return self.timeout if call.request.timeout is None else call.request.timeout

    def _guarded(self, send: Callable[[], _Raw]) -> _Raw:
        """An attempt, its errors as ours."""
        try:
            return send()
        except Exception as error:
            raise self._failure(error) from error

    async def _aguarded(self, sending: Awaitable[_Raw]) -> _Raw:
        try:
            return await sending
        except Exception as error:
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> Exception:
        """Our error for an SDK's; the error itself where it is none of a call's."""
        if isinstance(error, AIModelsError):
            return error
        name = self.display_name or type(self).__name__
        return failure_of(error, provider=name, model=self.model_id, secrets=self._secrets()) or error

    def _secrets(self) -> list[str]:
        """The keys that this object knows, so that no message repeats them."""
        held = (self._api_key, *(getattr(client, "api_key", None) for client in (self._client, self._async_client)))
        return [key for key in held if isinstance(key, str)]

    @contextmanager
    def _recording(self, call: _Call) -> Iterator[None]:
        """Count and report a call that fails; one that succeeds is counted where it is finished."""
        try:
            yield
        except BaseException as error:
            self._metrics.record_failure()
            self._report(call, error=error)
            raise

    def _finish(self, call: _Call, reading: Reading, raw: Any) -> Response:
        """The response of a call: parsed, priced, counted, reported."""
        latency = (time.perf_counter() - call.started) * 1_000
        warnings = [*call.warnings, *reading.warnings]
        response = Response(
            text=reading.text,
            parsed=_parsed(call.request, reading, warnings),
            tool_calls=reading.tool_calls,
            reasoning=reading.reasoning,
            usage=reading.usage,
            cost=self._cost(call.request, reading.usage, warnings),
            finish_reason=reading.finish_reason,
            model=reading.model or self.model_id,
            provider=self.catalog_provider or self.display_name,
            latency_ms=latency,
            request_id=reading.request_id,
            warnings=tuple(warnings),
            raw=raw,
        )
        usage = response.usage or Usage()
        tokens = (usage.input_tokens or 0) + (usage.output_tokens or 0)
        cost = None if response.cost is None else float(response.cost)
        self._metrics.record_request(cost, tokens, latency, usage.cache_read_tokens or 0)
        self._report(call, response=response)
        return response

    def _report(self, call: _Call, *, response: Response | None = None, error: BaseException | None = None) -> None:
        if self.on_call is None:
            return
        latency = (time.perf_counter() - call.started) * 1_000
        record = CallRecord(
            provider=self.catalog_provider or self.display_name,
            model=self.model_id,
            request=call.request,
            response=response,
            error=error,
            latency_ms=latency,
        )
        try:
            self.on_call(record)
        except Exception:
            _logger.exception("on_call failed; the call itself goes on")  # a ledger that is down must not cost an answer

    def _events(self, call: _Call) -> Iterator[StreamEvent]:
        with self._recording(call), ExitStack() as stack:
            timeout = self._timeout_of(call)
            stream, first = self.retries.call(
                lambda: self._guarded(lambda: self._opened(call, timeout, stack)), affordable=call.affordable
            )
            reader = self._reader()
            for event in first:
                yield from reader.feed(event)
            while (event := self._guarded(lambda: next(stream, _END))) is not _END:
                yield from reader.feed(event)
            reading, raw = reader.finish()
            yield StreamEvent(kind="done", response=self._finish(call, reading, raw))

    def _opened(self, call: _Call, timeout: float, stack: ExitStack) -> tuple[Iterator[Any], list[Any]]:
        """The stream with its first event, so that what fails before it can be tried again."""
        with ExitStack() as attempt:
            stream = iter(attempt.enter_context(self._open(call.payload, timeout)))
            first = [event for event in (next(stream, _END),) if event is not _END]
            stack.push(attempt.pop_all())
        return stream, first

    async def _aevents(self, call: _Call) -> AsyncIterator[StreamEvent]:
        with self._recording(call):
            async with AsyncExitStack() as stack:
                timeout = self._timeout_of(call)
                stream, first = await self.retries.acall(
                    lambda: self._aguarded(self._aopened(call, timeout, stack)), affordable=call.affordable
                )
                reader = self._reader()
                for event in first:
                    for piece in reader.feed(event):
                        yield piece
                while (event := await self._aguarded(anext(stream, _END))) is not _END:
                    for piece in reader.feed(event):
                        yield piece
                reading, raw = reader.finish()
                yield StreamEvent(kind="done", response=self._finish(call, reading, raw))

    async def _aopened(self, call: _Call, timeout: float, stack: AsyncExitStack) -> tuple[AsyncIterator[Any], list[Any]]:
        async with AsyncExitStack() as attempt:
            stream = aiter(await attempt.enter_async_context(self._aopen(call.payload, timeout)))
            first = [event for event in (await anext(stream, _END),) if event is not _END]
            stack.push_async_exit(attempt.pop_all())
        return stream, first

    # ---- what it costs

    def _priced_at(self) -> str | None:
        """The provider whose price holds; None is the maker's own."""
        if self.spec is not None and self.catalog_provider == self.spec.provider:
            return None
        return self.catalog_provider or None

    def _cost(self, request: Request, usage: Usage | None, warnings: list[str]) -> Cost | None:
        """The price of a usage; None where there is none, for pricing never fails a call."""
        if usage is None or not self.model_id:
            return None
        tier = request.service_tier if usage.service_tier is None else None  # what the response reports wins
        try:
            return self.pricing_service.price(self.model_id, usage, provider=self._priced_at(), service_tier=tier)
        except AIModelsError as error:
            warnings.append(f"no cost: {error}")
            return None

    def calculate_cost(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        """What a request with these totals costs; ``cached_tokens`` are those of the input that were read from a cache.

        Raises:
            PricingIncompleteError: a rate is unknown.
            NotFoundError: the model or its price is.
        """
        if type(self)._calculate_cost is not LLMProvider._calculate_cost:
            return self._calculate_cost(input_tokens, output_tokens, cached_tokens)
        usage = Usage(input_tokens=input_tokens, output_tokens=output_tokens, cache_read_tokens=cached_tokens)
        cost = self.pricing_service.price(self.model_id, usage, provider=self._priced_at())
        if cost.unpriced:
            raise PricingIncompleteError(self.model_id, meter=cost.unpriced[0], known=[line.meter for line in cost.lines])
        return float(cost)

    def _calculate_cost(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        """The old interface's name for ``calculate_cost``; an old subclass overrides it."""
        return self.calculate_cost(input_tokens, output_tokens, cached_tokens)

    def get_metrics(self) -> ProviderMetrics:
        """What this object has done so far."""
        return self._metrics

    def reset_metrics(self) -> None:
        """Begin to count anew."""
        self._metrics = ProviderMetrics()

    # ---- the end

    def close(self) -> None:
        """Close the clients that this object has made itself."""
        client, self._client = (self._client, None) if self._owns[0] else (None, self._client)
        if client is not None:
            client.close()

    async def aclose(self) -> None:
        """``close``, and the asynchronous client too."""
        self.close()
        client, self._async_client = (self._async_client, None) if self._owns[1] else (None, self._async_client)
        if client is not None:
            await client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


_END: Any = object()


def _limit(max_cost: Decimal | int | str) -> Decimal:
    """A limit as an exact number; a float is taken by its digits.

    Raises:
        InvalidRequestError: no number from 0 on.
    """
    try:
        limit = Decimal(str(max_cost))
    except ArithmeticError:
        raise InvalidRequestError(f"max_cost must be a number from 0 on, found {max_cost!r}") from None
    if isinstance(max_cost, bool) or not limit.is_finite() or limit < 0:
        raise InvalidRequestError(f"max_cost must be a number from 0 on, found {max_cost!r}")
    return limit


def _parsed(request: Request, reading: Reading, warnings: list[str]) -> Any:
    """The answer as the type that was asked for; None, with a warning, where it is cut off or not of the shape."""
    if request.response_schema is None or reading.tool_calls:
        return None
    try:
        return ResponseSchema(request.response_schema).parse(reading.text)
    except ValueError as error:
        warnings.append(f"the answer is not of the shape that was asked for: {error}")
        return None
