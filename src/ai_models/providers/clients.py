"""The SDK's clients of a provider: made when they are first needed, closed by whoever has made them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, Self

__all__ = ["Clients"]


class Clients:
    """What a provider object needs to reach its SDK; safe to share between threads and event loops."""

    # Of a subclass that never calls ``__init__``: it has its own ways, and nothing here that wants closing.
    _client: Any = None
    _async_client: Any = None
    _owns: tuple[bool, bool] = (False, False)

    def __init__(self, client: Any, async_client: Any) -> None:
        """Take the caller's own clients; None is made here."""
        self._client = client
        self._async_client = async_client
        self._owns = (client is None, async_client is None)
        self._of_loops: dict[asyncio.AbstractEventLoop, Any] = {}
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
        if not self._owns[1]:
            return self._async_client
        loop = asyncio.get_running_loop()
        with self._making:
            if loop not in self._of_loops:
                self._forget_ended()
                self._of_loops[loop] = self._async_client = self._make_client(asynchronous=True)
            return self._of_loops[loop]

    def _forget_ended(self) -> None:
        """Let go of the clients whose loops have ended."""
        ended = [self._of_loops.pop(loop) for loop in list(self._of_loops) if loop.is_closed()]
        if ended:
            threading.Thread(target=_let_go, args=(ended,), daemon=True).start()

    def close(self) -> None:
        """Close the clients that this object has made itself, and let go of those whose event loops have ended."""
        if self._owns[1]:
            with self._making:
                self._forget_ended()
        client, self._client = (self._client, None) if self._owns[0] else (None, self._client)
        if client is not None:
            client.close()

    async def aclose(self) -> None:
        """``close``, and the asynchronous client of this event loop too; nobody can close those of others from here."""
        self.close()
        if not self._owns[1]:
            return
        with self._making:
            client = self._of_loops.pop(asyncio.get_running_loop(), None)
            self._async_client = next(iter(self._of_loops.values()), None)
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


def _let_go(clients: Iterable[Any]) -> None:
    """Close clients whose event loops have ended, in a thread without one.

    Their connections ended with their loops, and closing them fails. Left to the garbage collector, each would try the same
    in whichever loop runs then, and asyncio would print an error that nobody can do anything about.
    """
    for client in clients:
        with suppress(Exception):
            asyncio.run(client.close())
