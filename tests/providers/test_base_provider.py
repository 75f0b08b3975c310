"""``LLMProvider``: sync and async alike, cost after the call, the hook, clients and their end."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from acme import Broken, OldProvider

import ai_models.providers
from ai_models import PricingService, Usage
from ai_models.errors import (
    InvalidRequestError,
    ModelNotFoundError,
    PricingIncompleteError,
    ProviderConnectionError,
    RateLimitError,
    ServerError,
)
from ai_models.providers import CallRecord, LLMProvider, MockProvider, ProviderRegistry, Retries
from ai_models.providers.response import Reading
from ai_models.registry.provider_registry import BUILT_IN as SHIPPED

PAIRS = [("complete", "acomplete"), ("stream", "astream"), ("classify", "aclassify"), ("close", "aclose")]
BUILT_IN = [LLMProvider, *(ProviderRegistry.get(name) for name in (*SHIPPED, "groq"))]

USAGE = Usage(input_tokens=1_000, output_tokens=100)


# ---- parity


def pairs_of(provider: type) -> list[tuple[str, str]]:
    """Every public method with a twin whose name has an ``a`` before it."""
    public = [name for name in dir(provider) if not name.startswith("_") and callable(getattr(provider, name))]
    return [(name, f"a{name}") for name in public if f"a{name}" in public]


@pytest.mark.parametrize("provider", BUILT_IN, ids=lambda provider: provider.__name__)
def test_sync_and_async_methods_have_the_same_signatures(provider: type) -> None:
    pairs = pairs_of(provider)
    assert set(pairs) >= set(PAIRS)
    for plain, asynchronous in pairs:
        one, other = (inspect.signature(getattr(provider, name)) for name in (plain, asynchronous))
        assert list(one.parameters.values()) == list(other.parameters.values()), f"{plain} and {asynchronous}"
        if "stream" not in plain:
            assert one.return_annotation == other.return_annotation, f"{plain} and {asynchronous}"
            assert inspect.iscoroutinefunction(getattr(provider, asynchronous))


@pytest.mark.parametrize("provider", BUILT_IN[1:], ids=lambda provider: provider.__name__)
def test_no_provider_has_its_own_copy_of_the_logic(provider: type) -> None:
    for pair in PAIRS[:3]:
        for name in pair:
            assert getattr(provider, name) is getattr(LLMProvider, name), f"{name} is written once, in the base"


@pytest.mark.parametrize("hook", [("_send", "_asend"), ("_open", "_aopen")])
@pytest.mark.parametrize("provider", BUILT_IN, ids=lambda provider: provider.__name__)
def test_the_hooks_come_in_pairs(provider: type, hook: tuple[str, str]) -> None:
    one, other = (list(inspect.signature(getattr(provider, name)).parameters) for name in hook)
    assert one == other


def test_the_public_names_are_there_and_in_order() -> None:
    names = ai_models.providers.__all__
    assert names == sorted(names) == dir(ai_models.providers)
    for name in names:
        assert getattr(ai_models.providers, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        ai_models.providers.nothing  # noqa: B018


# ---- what a base alone does


def test_a_provider_that_translates_nothing_says_so() -> None:
    bare = LLMProvider()
    with pytest.raises(NotImplementedError, match="LLMProvider translates no requests"):
        bare.complete("x")
    for hook in ("_make_client",):
        with pytest.raises(NotImplementedError):
            getattr(bare, hook)(asynchronous=False)
    for hook, arguments in (("_send", ({}, 1)), ("_open", ({}, 1)), ("_aopen", ({}, 1)), ("_read", (None,)), ("_reader", ()),
                            ("_count", ({},)), ("_classify_impl", ("x", None))):  # fmt: skip
        with pytest.raises(NotImplementedError):
            getattr(bare, hook)(*arguments)
    with pytest.raises(NotImplementedError):
        asyncio.run(bare._asend({}, 1))


def test_a_bug_in_a_provider_is_not_dressed_up() -> None:
    with pytest.raises(ZeroDivisionError):
        MockProvider(answers=[ZeroDivisionError()]).complete("x")
    with pytest.raises(ZeroDivisionError):
        asyncio.run(MockProvider(answers=[ZeroDivisionError()]).acomplete("x"))


# ---- identities


def test_the_provider_s_own_identifier_is_what_is_called(acme: PricingService) -> None:
    assert MockProvider("ABLE", acme).model_id == "able"
    assert MockProvider("acme/able", acme).model_id == "able"
    assert repr(MockProvider("able", acme)) == "<MockProvider able>"

    class AtShop(MockProvider):
        catalog_provider = "shop"

    assert AtShop("able", acme).model_id == "shop/able", "regions and variants have longer names"
    assert AtShop("shop/able-in-the-east", acme).model_id == "shop/able-in-the-east"
    assert AtShop("plain", acme).model_id == "plain", "not served there: called as it is named"
    answer = Reading(text="x", usage=Usage(input_tokens=1_000_000, output_tokens=0))
    assert AtShop("able", acme, answers=[answer]).complete("hi").cost.total == 8  # type: ignore[union-attr]

    class AtNobodys(MockProvider):
        catalog_provider = "a-server-of-ones-own"

    assert AtNobodys("able", acme).model_id == "able"


# ---- cost


def test_the_cost_of_an_answer_is_that_of_its_usage(acme: PricingService) -> None:
    response = MockProvider("able", acme, answers=[Reading(text="x", usage=USAGE)]).complete("hi")
    assert response.cost is not None
    assert (response.cost.total, response.cost.currency) == (2, "USD")
    assert response.usage == USAGE


def test_pricing_never_fails_a_call(acme: PricingService) -> None:
    for model, usage in (("old", USAGE), ("unheard-of", USAGE)):
        provider = MockProvider(model, acme, checks="off", answers=[Reading(text="x", usage=usage)])
        response = provider.complete("hi")
        assert (response.text, response.cost) == ("x", None)
        assert response.warnings[0].startswith("no cost: ")
        assert provider.get_metrics().unpriced_requests == 1


def test_a_tier_that_nobody_sells_costs_nothing_known(acme: PricingService) -> None:
    response = MockProvider("able", acme, answers=[Reading(text="x", usage=USAGE)]).complete("hi", service_tier="flex")
    assert response.cost is None
    assert "no cost: " in response.warnings[0]


def test_calculate_cost_as_of_old(acme: PricingService) -> None:
    provider = MockProvider("able", acme)
    assert provider.calculate_cost(1_000, 100) == 2.0
    assert provider._calculate_cost(1_000, 100) == 2.0
    assert provider.calculate_cost(1_000, 100, cached_tokens=1_000) == 2.0, "no cache rate: billed as input"
    assert OldProvider().calculate_cost(1_000, 0) == 1.0
    with pytest.raises(ModelNotFoundError):
        MockProvider("unheard-of", acme).calculate_cost(1, 1)


def test_a_rate_that_is_unknown_is_an_error_there(acme: PricingService) -> None:
    with pytest.raises(PricingIncompleteError, match="output"):
        MockProvider("half", acme).calculate_cost(1_000, 100)
    response = MockProvider("half", acme, answers=[Reading(text="x", usage=USAGE)]).complete("hi")
    assert response.cost is not None
    assert response.cost.upper is None, "partial: nobody knows the most"


# ---- the hook


def test_the_hook_receives_every_call(acme: PricingService) -> None:
    seen: list[CallRecord] = []
    provider = MockProvider("able", acme, on_call=seen.append, answers=["a", "b", ServerError("down"), "c"],
                            retries=Retries(attempts=1))  # fmt: skip
    provider.complete("one")
    list(provider.stream("two"))
    with pytest.raises(ServerError):
        asyncio.run(provider.acomplete("three"))
    provider.complete("four")
    assert [record.request.messages[0].text for record in seen] == ["one", "two", "three", "four"]
    assert [record.response is None for record in seen] == [False, False, True, False]
    assert isinstance(seen[2].error, ServerError)
    assert all(record.latency_ms >= 0 and (record.provider, record.model) == ("mock", "able") for record in seen)


def test_a_hook_that_fails_costs_no_answer(caplog: pytest.LogCaptureFixture) -> None:
    def down(record: CallRecord) -> None:
        raise RuntimeError("the ledger is down")

    assert MockProvider(on_call=down).complete("hi").text == "hi"
    assert "on_call failed" in caplog.text


def test_what_is_refused_before_it_is_sent_is_no_call(acme: PricingService) -> None:
    seen: list[CallRecord] = []
    provider = MockProvider("able", acme, on_call=seen.append)
    with pytest.raises(InvalidRequestError):
        provider.complete("hi", max_tokens=10**6)
    assert (seen, provider.get_metrics().failed_requests) == ([], 0)


# ---- streams


def test_leaving_a_stream_closes_it_and_counts_as_no_answer() -> None:
    provider = MockProvider(answers=["a long answer in pieces"])
    events = provider.stream("hi")
    next(iter(events))
    events.close()  # type: ignore[attr-defined] # a generator
    assert provider.get_metrics().total_requests == 0


def test_a_stream_calls_when_the_first_event_is_asked_for() -> None:
    provider = MockProvider()
    events = provider.stream("hi")
    assert provider.requests == []
    next(iter(events))
    assert len(provider.requests) == 1


@pytest.mark.parametrize(
    ("error", "kind"), [(ConnectionResetError("cut"), ProviderConnectionError), (RateLimitError("slow"), RateLimitError)]
)
def test_an_error_in_the_middle_of_a_stream_is_ours(error: Exception, kind: type[Exception]) -> None:
    def provider() -> Broken:
        return Broken(answers=["abc"], after=2, error=error)

    async def drain() -> list[Any]:
        return [event async for event in provider().astream("hi")]

    with pytest.raises(kind):
        list(provider().stream("hi"))
    with pytest.raises(kind):
        asyncio.run(drain())


# ---- clients


class Client:
    """An SDK's client, as far as its life goes."""

    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


class AsyncClient(Client):
    async def close(self) -> None:  # type: ignore[override]
        self.closed += 1


class WithClients(MockProvider):
    made = 0

    def _make_client(self, *, asynchronous: bool) -> Any:
        type(self).made += 1
        return AsyncClient() if asynchronous else Client()


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Callable[..., WithClients]:
    monkeypatch.setattr(WithClients, "made", 0)
    return WithClients


def test_a_client_is_made_when_it_is_needed_and_once(clients: Any) -> None:
    provider = clients()
    assert WithClients.made == 0
    begin = threading.Barrier(8)

    def use(_: int) -> object:
        begin.wait(5)
        return provider._sdk

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(use, range(8)))) == 1
    assert WithClients.made == 1


def test_an_async_client_belongs_to_its_loop(clients: Any) -> None:
    provider = clients()

    async def twice() -> tuple[object, object]:
        return provider._async_sdk, provider._async_sdk

    first, second = asyncio.run(twice()), asyncio.run(twice())
    assert first[0] is first[1]
    assert first[0] is not second[0]


def test_what_was_made_is_closed_and_made_again_when_needed(clients: Any) -> None:
    with clients() as provider:
        client = provider._sdk
    assert client.closed == 1
    provider.close()
    assert client.closed == 1
    assert provider._sdk is not client

    async def main() -> tuple[Any, Any]:
        async with clients() as other:
            return other._sdk, other._async_sdk

    assert [each.closed for each in asyncio.run(main())] == [1, 1]


def test_clients_of_the_callers_are_used_as_they_are_and_left_open(clients: Any) -> None:
    given, asynchronous = Client(), AsyncClient()

    async def main() -> None:
        async with clients(client=given, async_client=asynchronous) as provider:
            assert provider._sdk is given
            assert provider._async_sdk is asynchronous

    asyncio.run(main())
    asyncio.run(main())
    assert (given.closed, asynchronous.closed, WithClients.made) == (0, 0, 0)
