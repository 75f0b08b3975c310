"""Whether calls may leave this process: a switch for tests, so that none of them spends money by mistake."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from ai_models.errors import RequestsNotAllowedError

__all__ = ["ALLOW_PROVIDER_REQUESTS", "provider_requests", "require_permission"]

ALLOW_PROVIDER_REQUESTS = "ALLOW_PROVIDER_REQUESTS"
"""The environment variable: ``0``, ``false``, ``no`` or ``off`` forbids every call to a provider; unset allows them."""

_FORBIDDEN = {"0", "false", "no", "off"}
_ALLOWED = {"", "1", "true", "yes", "on"}

_override: ContextVar[bool | None] = ContextVar("provider_requests", default=None)


@contextmanager
def provider_requests(*, allowed: bool) -> Iterator[None]:
    """Allow or forbid calls within a block, whatever the environment says."""
    token = _override.set(allowed)
    try:
        yield
    finally:
        _override.reset(token)


def require_permission(provider: str) -> None:
    """Pass where calls are allowed.

    Raises:
        RequestsNotAllowedError: they are not, or the variable says neither yes nor no.
    """
    allowed = _override.get()
    if allowed is None:
        written = os.environ.get(ALLOW_PROVIDER_REQUESTS, "").strip().casefold()
        if written not in _ALLOWED and written not in _FORBIDDEN:
            raise RequestsNotAllowedError(f"{ALLOW_PROVIDER_REQUESTS} must be true or false, found {written!r}")
        allowed = written in _ALLOWED
    if not allowed:
        raise RequestsNotAllowedError(
            f"a call to {provider} was about to leave the process, and {ALLOW_PROVIDER_REQUESTS} forbids it; "
            f"use MockProvider, or provider_requests(allowed=True) where the call is meant"
        )
