"""The SDK's clients of a provider: made when they are first needed, closed by whoever has made them."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, Self

__all__ = ["Clients"]


class Clients:
    """What a provider object needs to reach its SDK; safe to share between threads and event loops."""

    def __init__(self, client: Any, async_client: Any) -> None:
        """Take the caller's own clients; None is made here."""
        self._client = client
        self._async_client = async_client
        self._owns = (client is None, async_client is None)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._making = threading.Lock()

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
