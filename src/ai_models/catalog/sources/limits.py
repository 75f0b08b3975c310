"""What bounds a fetch, who watches it, and how messages name its address: shared by the fetch and the download below it."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from ai_models.catalog.problems import one_line

__all__ = ["FetchLimits", "Progress", "public_address", "public_words"]

_LONGEST = 500

Progress = Callable[[int, int | None], None]
"""Called with the bytes received so far and the bytes to come, None where the server does not say; a retry begins at 0."""


class FetchLimits(Struct, frozen=True, kw_only=True):
    """How long a fetch may take, in seconds, and how often it is tried.

    ``connect`` and ``read`` bound one wait for the server; ``total`` the whole fetch, with its retries and pauses. The
    pause before a retry doubles from ``first_pause`` on, with jitter, and is never longer than ``longest_pause``; a server
    that asks for a longer one (``Retry-After``) is not asked again.
    """

    connect: float = 10
    read: float = 30
    total: float = 180
    attempts: int = 4
    first_pause: float = 0.5
    longest_pause: float = 30


def public_address(url: str) -> str:
    """An address as messages may name it: without credentials, and without a query, in which tokens are sent."""
    address = url.partition("#")[0].partition("?")[0]
    scheme, mark, rest = address.rpartition("://") if "://" in address else ("", "", address)
    host, slash, path = rest.partition("/")
    return one_line(f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}", _LONGEST)


def public_words(words: str) -> str:
    """What a server says, as a message may repeat it: on one line, and nothing that a terminal would obey."""
    return one_line(words, _LONGEST)
