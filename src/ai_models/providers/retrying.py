"""Doing a call again where that may help: after a while that grows, with jitter, and only so often and so long."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from msgspec import Struct

from ai_models.errors import ProviderError

__all__ = ["NO_RETRIES", "Retries"]

_Answer = TypeVar("_Answer")


class Retries(Struct, frozen=True, kw_only=True):
    """How often and how long to try: ``attempts`` in all, within ``seconds``, waiting up to ``longest`` in between.

    Each wait is drawn at random up to ``first`` seconds, doubled each time; what the provider asks for (``Retry-After``)
    is honoured, and where it asks for more than the time that is left, the error is raised at once.

    Attempts that were answered with an error are not billed by any of the providers. One that was cut off or timed out may
    have been served and billed all the same, so under a ``max_cost`` only as many of those are made as it pays for.
    """

    attempts: int = 3
    seconds: float = 120.0
    first: float = 0.5
    longest: float = 30.0

    def call(self, attempt: Callable[[], _Answer], *, affordable: int | None = None) -> _Answer:
        """The answer of the first attempt that has one; ``affordable`` is how many may be billed, None any number.

        Raises:
            ProviderError: the last one, where no attempt had an answer.
        """
        waits = _Waits(self, affordable)
        while True:
            try:
                return attempt()
            except ProviderError as error:
                time.sleep(waits.after(error))

    async def acall(self, attempt: Callable[[], Awaitable[_Answer]], *, affordable: int | None = None) -> _Answer:
        """``call`` for coroutines.

        Raises:
            as ``call``.
        """
        waits = _Waits(self, affordable)
        while True:
            try:
                return await attempt()
            except ProviderError as error:
                await asyncio.sleep(waits.after(error))


class _Waits:
    """The waits of one call."""

    def __init__(self, retries: Retries, affordable: int | None) -> None:
        self._retries = retries
        self._affordable = affordable
        self._deadline = time.monotonic() + retries.seconds
        self._failures = 0

    def after(self, error: ProviderError) -> float:
        """Seconds to wait before the next attempt.

        Raises:
            ProviderError: the error itself, where there is no next one.
        """
        self._failures += 1
        retries = self._retries
        if not error.retryable or self._failures >= retries.attempts:
            raise error
        if self._affordable is not None:
            self._affordable -= error.may_be_billed
            if self._affordable < 1:
                raise error
        drawn = random.uniform(0, min(retries.longest, retries.first * 2 ** (self._failures - 1)))  # noqa: S311 no secret
        wait = drawn if error.retry_after is None else max(drawn, error.retry_after)
        if time.monotonic() + wait > self._deadline:
            raise error
        return wait


NO_RETRIES = Retries(attempts=1)
