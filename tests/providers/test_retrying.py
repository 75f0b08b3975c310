"""``Retries``: what is tried again, how often, how long, and for how much money. The clock is the test's own."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from acme import Broken

from ai_models import PricingService
from ai_models.errors import (
    AuthenticationError,
    ContentFilterError,
    ContextLengthError,
    PermissionDeniedError,
    ProviderConnectionError,
    ProviderError,
    ProviderTimeoutError,
    RateLimitError,
    RejectedRequestError,
    RemoteNotFoundError,
    ServerError,
)
from ai_models.providers import MockProvider, Retries, retrying
from ai_models.providers.retrying import NO_RETRIES

AGAIN = [RateLimitError, ServerError, ProviderTimeoutError, ProviderConnectionError]
NEVER = [
    AuthenticationError, PermissionDeniedError, RemoteNotFoundError, ContextLengthError, RejectedRequestError,
    ContentFilterError, ProviderError,
]  # fmt: skip


class Clock:
    """Time that passes by sleeping only."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.waits: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    async def asleep(self, seconds: float) -> None:
        self.sleep(seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(retrying, "time", made)
    monkeypatch.setattr(retrying, "asyncio", SimpleNamespace(sleep=made.asleep))
    return made


@pytest.fixture(params=["sync", "async"])
def run(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """``Retries.call`` and ``acall`` alike: every rule holds for both."""

    def sync(retries: Retries, attempt: Callable[[], Any], **options: Any) -> Any:
        return retries.call(attempt, **options)

    def asynchronous(retries: Retries, attempt: Callable[[], Any], **options: Any) -> Any:
        async def awaited() -> Any:
            return attempt()

        async def main() -> Any:
            return await retries.acall(awaited, **options)

        with asyncio.Runner() as runner:
            return runner.run(main())

    return sync if request.param == "sync" else asynchronous


def failing(*errors: BaseException) -> Callable[[], str]:
    """Fails in these ways, then answers."""
    left = list(errors)

    def attempt() -> str:
        if left:
            raise left.pop(0)
        return "answer"

    return attempt


@pytest.mark.parametrize("kind", AGAIN)
def test_what_may_pass_is_tried_again(run: Any, clock: Clock, kind: type[ProviderError]) -> None:
    assert run(Retries(), failing(kind("1"), kind("2"))) == "answer"
    assert len(clock.waits) == 2


@pytest.mark.parametrize("kind", NEVER)
def test_what_will_not_pass_is_not(run: Any, clock: Clock, kind: type[ProviderError]) -> None:
    with pytest.raises(kind, match="1"):
        run(Retries(), failing(kind("1")))
    assert clock.waits == []


@pytest.mark.parametrize("kind", [KeyboardInterrupt, ZeroDivisionError])
def test_bugs_and_interruptions_pass_through(run: Any, clock: Clock, kind: type[BaseException]) -> None:
    with pytest.raises(kind):
        run(Retries(), failing(kind()))
    assert clock.waits == []


@pytest.mark.parametrize(("attempts", "failures", "answered"), [(3, 2, True), (3, 3, False), (1, 0, True), (1, 1, False)])
def test_so_many_attempts_and_not_one_more(run: Any, clock: Clock, attempts: int, failures: int, answered: bool) -> None:
    attempt = failing(*(ServerError(str(number)) for number in range(1, failures + 1)))
    if answered:
        assert run(Retries(attempts=attempts), attempt) == "answer"
    else:
        with pytest.raises(ServerError, match=str(attempts)):
            run(Retries(attempts=attempts), attempt)
    assert len(clock.waits) == min(failures, attempts - 1)


def test_waits_grow_and_are_drawn_at_random(run: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[float, float]] = []
    monkeypatch.setattr(random, "uniform", lambda low, high: drawn.append((low, high)) or high)
    with pytest.raises(ServerError):
        run(Retries(attempts=6, first=1.0, longest=5.0, seconds=1_000), failing(*[ServerError("x")] * 6))
    assert drawn == [(0, 1.0), (0, 2.0), (0, 4.0), (0, 5.0), (0, 5.0)]
    assert clock.waits == [1.0, 2.0, 4.0, 5.0, 5.0]


def test_two_clients_do_not_come_back_together(run: Any, clock: Clock) -> None:
    for _ in range(20):
        run(Retries(), failing(ServerError("x")))
    assert len(set(clock.waits)) == 20
    assert all(0 <= wait <= 0.5 for wait in clock.waits)


def test_the_provider_says_how_long_to_wait(run: Any, clock: Clock) -> None:
    run(Retries(), failing(RateLimitError("x", retry_after=7.0), RateLimitError("x", retry_after=0.0)))
    assert clock.waits[0] == 7.0
    assert 0 <= clock.waits[1] <= 1.0, "no wait asked for is still not at once for all clients"


@pytest.mark.parametrize(("asked", "waits"), [(10.0, [10.0]), (10.001, [])])
def test_a_wait_beyond_the_time_that_is_left_is_an_error_at_once(
    run: Any, clock: Clock, asked: float, waits: list[float]
) -> None:
    attempt = failing(RateLimitError("busy", retry_after=asked))
    if waits:
        assert run(Retries(seconds=10), attempt) == "answer"
    else:
        with pytest.raises(RateLimitError) as caught:
            run(Retries(seconds=10), attempt)
        assert caught.value.retry_after == asked, "who catches it knows when to come back"
    assert clock.waits == waits


def test_the_time_of_the_attempts_counts_too(run: Any, clock: Clock) -> None:
    def slow() -> str:
        clock.now += 100
        raise ProviderTimeoutError("late")

    with pytest.raises(ProviderTimeoutError):
        run(Retries(attempts=10, seconds=250, first=0.001), slow)
    assert len(clock.waits) == 2, "begun at 0, 100 and 200 seconds"


def test_no_retries(run: Any, clock: Clock) -> None:
    with pytest.raises(ServerError):
        run(NO_RETRIES, failing(ServerError("x")))
    assert clock.waits == []


# ---- money


@pytest.mark.parametrize("kind", AGAIN)
@pytest.mark.parametrize(("affordable", "most"), [(None, 3), (1, 1), (2, 2), (3, 3), (9, 3)])
def test_only_attempts_that_may_be_billed_count_against_the_money(
    run: Any, clock: Clock, kind: type[ProviderError], affordable: int | None, most: int
) -> None:
    made = 0

    def attempt() -> str:
        nonlocal made
        made += 1
        raise kind("x")

    with pytest.raises(kind):
        run(Retries(attempts=3), attempt, affordable=affordable)
    assert made == (most if kind.may_be_billed else 3)


def test_which_failures_may_be_billed() -> None:
    assert [kind for kind in AGAIN + NEVER if kind.may_be_billed] == [ProviderTimeoutError, ProviderConnectionError]


WORST = Decimal("0.602")
"""USD of a call of ``able`` with three characters in and ten tokens out: see test_preflight."""


@pytest.mark.parametrize(("limit", "attempts"), [(WORST, 1), (WORST * 2 - Decimal("1e-9"), 1), (WORST * 2, 2), (None, 3)])
def test_max_cost_bounds_the_attempts_together(
    clock: Clock, acme: PricingService, limit: Decimal | None, attempts: int
) -> None:
    provider = MockProvider("able", acme, answers=[ProviderTimeoutError("late") for _ in range(9)])
    with pytest.raises(ProviderTimeoutError):
        provider.complete("abc", max_tokens=10, max_cost=limit)
    assert len(provider.requests) == attempts


@pytest.mark.parametrize("way", ["complete", "stream", "acomplete", "astream"])
def test_every_way_of_calling_keeps_within_the_money(clock: Clock, acme: PricingService, way: str) -> None:
    provider = MockProvider("able", acme, answers=[ProviderConnectionError("cut") for _ in range(9)], max_cost=WORST)
    with pytest.raises(ProviderConnectionError):
        called(provider, way, "abc", max_tokens=10)
    assert len(provider.requests) == 1


# ---- calls and streams


def called(provider: Any, way: str, *arguments: Any, **fields: Any) -> Any:
    """A call in one of the four ways, to its end."""
    found = getattr(provider, way)
    if way == "complete":
        return found(*arguments, **fields)
    if way == "stream":
        return list(found(*arguments, **fields))

    async def main() -> Any:
        if way == "acomplete":
            return await found(*arguments, **fields)
        return [event async for event in found(*arguments, **fields)]

    with asyncio.Runner() as runner:
        return runner.run(main())


@pytest.mark.parametrize("way", ["complete", "stream", "acomplete", "astream"])
def test_a_call_is_repeated_and_counted_once(clock: Clock, way: str) -> None:
    provider = MockProvider(answers=[ServerError("down"), RateLimitError("slow"), "here"])
    called(provider, way, "hi")
    metrics = provider.get_metrics()
    assert (metrics.total_requests, metrics.failed_requests, len(provider.requests)) == (1, 0, 3)


@pytest.mark.parametrize("way", ["stream", "astream"])
def test_a_stream_is_repeated_while_nothing_has_come(clock: Clock, way: str) -> None:
    provider = Broken(answers=["abc"] * 3, after=0, error=ServerError("overloaded"), failures=2)
    events = called(provider, way, "hi")
    assert "".join(event.text for event in events) == "abc"
    assert events[-1].response.text == "abc"
    assert provider.opened == 3


@pytest.mark.parametrize("way", ["stream", "astream"])
def test_a_stream_that_breaks_later_is_not(clock: Clock, way: str) -> None:
    provider = Broken(answers=["abc"] * 3, after=2, error=ProviderConnectionError("cut"))
    with pytest.raises(ProviderConnectionError):
        called(provider, way, "hi")
    assert provider.opened == 1, "the reader has seen a part of the answer: it must not begin anew behind it"
    assert provider.get_metrics().failed_requests == 1
