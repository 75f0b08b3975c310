"""``ShoutProvider``: a whole provider in two translations, request out and answer in, and four thin calls."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from ai_models import Usage
from ai_models.errors import ProviderConnectionError
from ai_models.providers import LLMProvider, Request, StreamEvent
from ai_models.providers.calls import StreamReader
from ai_models.providers.response import Reading

__all__ = ["ShoutProvider"]


class ShoutProvider(LLMProvider):
    """Answers in capitals."""

    display_name = "Shout"
    makes_requests = False  # True for a service that costs money: ALLOW_PROVIDER_REQUESTS=0 then keeps tests at home

    def _make_client(self, *, asynchronous: bool) -> Any:  # noqa: ARG002 this service has one client for both
        from shout_provider.service import Shouter  # imported at the first call, as a real SDK should be

        return Shouter()

    # ---- request out

    def _translate(self, request: Request, *, streamed: bool) -> dict[str, Any]:  # noqa: ARG002 streams ask for the same
        return {"text": request.messages[-1].text, "instructions": request.system}

    # ---- the calls

    def _send(self, payload: dict[str, Any], timeout: float) -> Any:  # noqa: ARG002 it never takes long
        return self._sdk.answer(**payload)

    async def _asend(self, payload: dict[str, Any], timeout: float) -> Any:
        return self._send(payload, timeout)

    @contextmanager
    def _open(self, payload: dict[str, Any], timeout: float) -> Iterator[Iterable[Any]]:  # noqa: ARG002 likewise
        yield self._sdk.words(**payload)

    @asynccontextmanager
    async def _aopen(self, payload: dict[str, Any], timeout: float) -> AsyncIterator[AsyncIterator[Any]]:  # noqa: ARG002
        async def events() -> AsyncIterator[Any]:
            for event in self._sdk.words(**payload):
                yield event

        yield events()

    # ---- answer in

    def _read(self, raw: Any) -> Reading:
        return Reading(text=raw["said"], usage=Usage(input_tokens=raw["read"], output_tokens=raw["written"]))

    def _reader(self) -> StreamReader:
        return _Reader(self)


class _Reader(StreamReader):
    """Joins the words of a streamed answer."""

    def __init__(self, provider: ShoutProvider) -> None:
        self._provider = provider
        self._whole: Any = None

    def feed(self, event: Any) -> Iterator[StreamEvent]:
        """A word, or the end."""
        if "end" in event:
            self._whole = event["end"]
        else:
            yield StreamEvent(kind="text", text=event["piece"])

    def finish(self) -> tuple[Reading, Any]:
        """The answer, read as one that came at once is."""
        if self._whole is None:
            raise ProviderConnectionError("the stream ended before the answer did", provider="Shout")
        return self._provider._read(self._whole), self._whole
