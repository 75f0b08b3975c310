"""Google's SDK, imported when it is first needed, and its clients."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from ai_models.errors import AuthenticationError, MissingExtraError

__all__ = ["AsyncClient", "async_client_of", "client_of", "key_of"]

_KEY_VARIABLES = ("GOOGLE_API_KEY", "GEMINI_API_KEY")
"""Where the key is looked for, in the SDK's own order, so that a program changes no account by coming over to us."""


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
        AuthenticationError: there is none.
    """
    if given:
        return given
    found = {name: key for name in _KEY_VARIABLES if (key := os.environ.get(name, "").strip())}
    if not found:
        known = " or ".join(_KEY_VARIABLES)
        raise AuthenticationError(f"{provider} needs a key: set {known}, or give api_key=", provider=provider, model=model)
    if len(set(found.values())) > 1:
        used, unused = _KEY_VARIABLES
        warnings.warn(f"{used} and {unused} hold different keys; {used} is used, as by Google's SDK", stacklevel=2)
    return next(iter(found.values()))


def client_of(arguments: Mapping[str, Any], *, base_url: str | None) -> Any:
    """The SDK's client, which by itself repeats nothing."""
    options = {"base_url": base_url} if base_url else {}
    return sdk().Client(**arguments, http_options=options)


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


def async_client_of(arguments: Mapping[str, Any], *, base_url: str | None) -> AsyncClient:
    """The SDK's asynchronous client, on httpx2 always.

    By itself the SDK takes aiohttp where that is installed, and then tries again by itself after up to ten seconds.
    """
    module = sdk()
    http = import_module("httpx2").AsyncClient(timeout=None, follow_redirects=True)  # the timeout is each request's
    options = {"httpx_async_client": http, **({"base_url": base_url} if base_url else {})}
    return AsyncClient(module.Client(**arguments, http_options=options), http)
