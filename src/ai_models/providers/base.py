"""``LLMProvider``: one way to call any model, checked before and priced after.

A provider is two translations, the request out and the answer in; everything else is here and shared by the synchronous,
the asynchronous and the streamed way of calling.
"""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, AsyncExitStack, ExitStack, contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from warnings import warn

from ai_models.errors import AIModelsError, CostLimitError, InvalidRequestError
from ai_models.models.capabilities import CapabilityWarning
from ai_models.pricing.usage import Usage
from ai_models.providers.calls import CallRecord, PreparedCall, StreamReader, limit_of, parsed
from ai_models.providers.classifier import Classifier
from ai_models.providers.clients import Clients
from ai_models.providers.costing import Costing
from ai_models.providers.failures import MISREAD, failure_of, failure_of_form
from ai_models.providers.permission import require_permission
from ai_models.providers.preflight import Checks, check, check_cost
from ai_models.providers.redaction import hide_secrets, keys_held
from ai_models.providers.request import Request
from ai_models.providers.response import Reading, Response, StreamEvent
from ai_models.providers.retrying import Retries
from ai_models.registry.pricing_service import PricingService

if TYPE_CHECKING:
    from ai_models.models.base import ModelSpec

__all__ = ["LLMProvider"]

_Raw = TypeVar("_Raw")
_logger = logging.getLogger(__name__)


class LLMProvider(Costing, Clients, Classifier):
    """A model at a provider, ready to be called; safe to share between threads.

    Subclasses give ``_translate``, ``_send``, ``_asend``, ``_open``, ``_aopen``, ``_read`` and ``_reader``. One that was
    written for the old interface gives ``_classify_impl`` and ``_calculate_cost`` only, and classifies with them.
    """

    display_name: ClassVar[str] = ""
    makes_requests: ClassVar[bool] = True
    """Whether calls leave the process."""

    enable_caching: bool = True
    max_cost: Decimal | None = None

    def __init__(
        self,
        model_id: str = "",
        pricing_service: PricingService | bool | None = None,  # noqa: FBT001 as of old
        *,
        model: str = "",
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
            pricing_service: where prices come from; the process-wide catalogue by default. True or False here is
                ``enable_caching``, which the old interface had in this place.
            model: the old interface's name for ``model_id``.
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
        if model and model_id:
            raise InvalidRequestError(f"model_id and model are one thing, found {model_id!r} and {model!r}")
        if isinstance(pricing_service, bool):
            enable_caching, pricing_service = pricing_service, None
        if checks not in ("error", "warn", "off"):
            raise InvalidRequestError(f"checks must be error, warn or off, found {checks!r}")
        Clients.__init__(self, client, async_client)
        Costing.__init__(self, model_id or model, pricing_service)
        self.enable_caching = enable_caching
        self.timeout = timeout
        self.retries = Retries() if retries is None else retries
        self.checks: Checks = checks
        self.max_cost = None if max_cost is None else limit_of(max_cost)
        self.on_call = on_call
        self._api_key = api_key
        self._base_url = base_url

    def __repr__(self) -> str:
        """Which model at which provider; never a key."""
        return f"<{type(self).__name__} {self.model_id}>"

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
            return self._finish(call, self._understood(lambda: self._read(raw)), raw)

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
            return self._finish(call, self._understood(lambda: self._read(raw)), raw)

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
    ) -> PreparedCall:
        request = Request.of(prompt, **fields)
        self._require_permission()
        warnings = self._check(request, streamed=streamed)
        limit = self.max_cost if max_cost is None else limit_of(max_cost)
        affordable = None if limit is None else self._affordable(request, limit)
        payload = self._translate(request, streamed=streamed)
        for adaptation in self._adaptations(request):
            warnings.append(adaptation)
            warn(CapabilityWarning(adaptation), stacklevel=4)
        return PreparedCall(
            request=request, payload=payload, warnings=warnings, started=time.perf_counter(), affordable=affordable
        )

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

    def _timeout_of(self, call: PreparedCall) -> float:
        return self.timeout if call.request.timeout is None else call.request.timeout

    def _guarded(self, send: Callable[[], _Raw]) -> _Raw:
        """An attempt, its errors as ours."""
        try:
            return send()
        except Exception as error:
            if (failure := self._failure(error)) is error:
                raise
            raise failure from error

    async def _aguarded(self, sending: Awaitable[_Raw]) -> _Raw:
        try:
            return await sending
        except Exception as error:
            if (failure := self._failure(error)) is error:
                raise
            raise failure from error

    def _understood(self, read: Callable[[], _Raw]) -> _Raw:
        """What reading an answer finds.

        Raises:
            ProviderError: the answer tells of a failure, or is of another form than the API's answers.
        """
        try:
            return read()
        except AIModelsError as error:
            hide_secrets(error, self._secrets())
            raise
        except MISREAD as error:
            raise failure_of_form(error, **self._names()) from error

    def _failure(self, error: Exception) -> Exception:
        """Our error for an SDK's; the error itself where it is none of a call's."""
        if isinstance(error, AIModelsError):
            hide_secrets(error, self._secrets())
            return error
        return failure_of(error, **self._names()) or error

    def _names(self) -> dict[str, Any]:
        """What the message of an error holds, and what it must not hold."""
        name = self.display_name or type(self).__name__
        return {"provider": name, "model": self.model_id, "secrets": self._secrets()}

    def _secrets(self) -> list[str]:
        """The keys that this object knows, so that no message repeats them."""
        given = [] if self._api_key is None else [self._api_key]
        return [*given, *keys_held(self._client), *keys_held(self._async_client)]

    @contextmanager
    def _recording(self, call: PreparedCall) -> Iterator[None]:
        """Count and report a call that fails; one that succeeds is counted where it is finished."""
        try:
            yield
        except BaseException as error:
            self._metrics.record_failure()
            self._report(call, error=error)
            raise

    def _finish(self, call: PreparedCall, reading: Reading, raw: Any) -> Response:
        """The response of a call: parsed, priced, counted, reported."""
        latency = (time.perf_counter() - call.started) * 1_000
        warnings = [*call.warnings, *reading.warnings]
        response = Response(
            text=reading.text,
            parsed=parsed(call.request, reading, warnings),
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
            source=raw,
        )
        usage = response.usage or Usage()
        tokens = (usage.input_tokens or 0) + (usage.output_tokens or 0)
        cost = None if response.cost is None else float(response.cost)
        self._metrics.record_request(cost, tokens, latency, usage.cache_read_tokens or 0)
        self._report(call, response=response)
        return response

    def _report(self, call: PreparedCall, *, response: Response | None = None, error: BaseException | None = None) -> None:
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

    def _events(self, call: PreparedCall) -> Iterator[StreamEvent]:
        with self._recording(call), ExitStack() as stack:
            timeout = self._timeout_of(call)
            stream, first = self.retries.call(
                lambda: self._guarded(lambda: self._opened(call, timeout, stack)), affordable=call.affordable
            )
            reader = self._reader()
            for event in first:
                yield from self._pieces(reader, event)
            while (event := self._guarded(lambda: next(stream, _END))) is not _END:
                yield from self._pieces(reader, event)
            response = self._finish(call, *self._understood(reader.finish))
        yield StreamEvent(kind="done", response=response)  # here, so that leaving at it does not count as a failure

    def _pieces(self, reader: StreamReader, event: Any) -> tuple[StreamEvent, ...]:
        return self._understood(lambda: tuple(reader.feed(event)))

    def _opened(self, call: PreparedCall, timeout: float, stack: ExitStack) -> tuple[Iterator[Any], list[Any]]:
        """The stream with its first event, so that what fails before it can be tried again."""
        with ExitStack() as attempt:
            stream = iter(attempt.enter_context(self._open(call.payload, timeout)))
            first = [event for event in (next(stream, _END),) if event is not _END]
            stack.push(attempt.pop_all())
        return stream, first

    async def _aevents(self, call: PreparedCall) -> AsyncIterator[StreamEvent]:
        with self._recording(call):
            async with AsyncExitStack() as stack:
                timeout = self._timeout_of(call)
                stream, first = await self.retries.acall(
                    lambda: self._aguarded(self._aopened(call, timeout, stack)), affordable=call.affordable
                )
                reader = self._reader()
                for event in first:
                    for piece in self._pieces(reader, event):
                        yield piece
                while (event := await self._aguarded(anext(stream, _END))) is not _END:
                    for piece in self._pieces(reader, event):
                        yield piece
                response = self._finish(call, *self._understood(reader.finish))
        yield StreamEvent(kind="done", response=response)

    async def _aopened(
        self, call: PreparedCall, timeout: float, stack: AsyncExitStack
    ) -> tuple[AsyncIterator[Any], list[Any]]:
        async with AsyncExitStack() as attempt:
            stream = aiter(await attempt.enter_async_context(self._aopen(call.payload, timeout)))
            first = [event for event in (await anext(stream, _END),) if event is not _END]
            stack.push_async_exit(attempt.pop_all())
        return stream, first


_END: Any = object()
