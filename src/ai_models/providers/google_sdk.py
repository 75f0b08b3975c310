"""Google's SDK, imported when it is first needed, and its clients."""

from __future__ import annotations

import os
import warnings
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from importlib import import_module
from typing import Any

from ai_models.errors import AuthenticationError, MissingExtraError
from ai_models.providers.redaction import usable_key

__all__ = ["AsyncClient", "astream", "async_client_of", "client_of", "key_of", "keys_around", "milliseconds"]

_KEY_VARIABLES = ("GOOGLE_API_KEY", "GEMINI_API_KEY")
"""Where the key is looked for, in the SDK's own order, so that a program changes no account by coming over to us."""

_opened: ContextVar[list[Any] | None] = ContextVar("_opened", default=None)
"""Where the HTTP response of a stream that is being opened is kept, so that it can be closed."""


def sdk() -> Any:
    """The module ``google.genai``; it takes a second to import.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        return import_module("google.genai")
    except ImportError as error:
        raise MissingExtraError(extra="google", needed_for="calling Google's models") from error


def key_of(given: str | None, *, provider: str, model: str) -> str:
    """The key of the Gemini API: as given, or from GOOGLE_API_KEY, or from GEMINI_API_KEY.

    Where both variables are set to different keys, a warning says which is used: they may belong to different accounts.

    Raises:
        AuthenticationError: there is none, or it cannot be one.
    """
    if given:
        return usable_key(given, provider=provider, model=model)
    found = {name: key for name, key in _around().items() if key}
    if not found:
        known = " or ".join(_KEY_VARIABLES)
        raise AuthenticationError(f"{provider} needs a key: set {known}, or give api_key=", provider=provider, model=model)
    if len(set(found.values())) > 1:
        used, unused = _KEY_VARIABLES
        warnings.warn(f"{used} and {unused} hold different keys; {used} is used, as by Google's SDK", stacklevel=2)
    return usable_key(next(iter(found.values())), provider=provider, model=model)


def keys_around() -> list[str]:
    """The keys in the environment, so that no message repeats them."""
    return [key for key in _around().values() if key]


def _around() -> dict[str, str]:
    return {name: os.environ.get(name, "").strip() for name in _KEY_VARIABLES}


def client_of(arguments: Mapping[str, Any], *, base_url: str | None, timeout: float) -> Any:
    """The SDK's client, which by itself repeats nothing; ``timeout`` in seconds."""
    return sdk().Client(**arguments, http_options=_options(base_url, timeout))


def _options(base_url: str | None, timeout: float) -> dict[str, Any]:
    return {"timeout": milliseconds(timeout), **({"base_url": base_url} if base_url else {})}


def milliseconds(seconds: float) -> int:
    """A timeout as the SDK takes it."""
    return max(1, round(seconds * 1_000))


class AsyncClient:
    """The asynchronous half of a client, with the one ``close`` that a provider knows.

    ``http`` is what it owns besides; without it the client is somebody else's, and stays open.
    """

    def __init__(self, client: Any, http: Any = None) -> None:
        self._client = client
        self._http = http
        self.models = client.aio.models
        self.batches = client.aio.batches

    async def close(self) -> None:
        """Close what it owns."""
        if self._http is not None:
            await self._http.aclose()
            self._client.close()


def async_client_of(arguments: Mapping[str, Any], *, base_url: str | None, timeout: float) -> AsyncClient:
    """The SDK's asynchronous client, on httpx2 always.

    By itself the SDK takes aiohttp where that is installed, and then tries again by itself after up to ten seconds.
    """
    module = sdk()
    hooks = {"response": [_keep]}
    http = import_module("httpx2").AsyncClient(timeout=None, follow_redirects=True, event_hooks=hooks)
    options = {**_options(base_url, timeout), "httpx_async_client": http}
    return AsyncClient(module.Client(**arguments, http_options=options), http)


async def _keep(response: Any) -> None:
    opened = _opened.get()
    if opened is not None:
        opened.append(response)


@asynccontextmanager
async def astream(client: Any, arguments: Mapping[str, Any]) -> AsyncIterator[AsyncIterator[Any]]:
    """The chunks of an answer; leaving the block closes the connection.

    The SDK by itself leaves that to the garbage collector: it holds the response in a cycle of generators.
    """
    opened: list[Any] = []
    token = _opened.set(opened)
    try:
        chunks = await client.models.generate_content_stream(**arguments)
        first = await anext(chunks, None)
    finally:
        _opened.reset(token)
    try:
        yield _Chunks(first, chunks)
    finally:
        for response in opened:
            await response.aclose()
        if opened:
            with suppress(Exception):  # the SDK's generators end as they find the connection closed
                async for _ in chunks:
                    continue
        await chunks.aclose()


class _Chunks:
    """A stream whose first chunk was taken already; no generator, as one more would have to be closed."""

    def __init__(self, first: Any, rest: AsyncIterator[Any]) -> None:
        self._first = first
        self._rest = rest

    def __aiter__(self) -> AsyncIterator[Any]:
        return self

    async def __anext__(self) -> Any:
        first, self._first = self._first, None
        return await anext(self._rest) if first is None else first
