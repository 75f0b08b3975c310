"""What is true of a model by its maker and its hosts: made-up claims, one rule each."""

from __future__ import annotations

from datetime import date

from ai_models.catalog.claims import Claim, ClaimValue
from ai_models.catalog.fusion.facts import Fused
from ai_models.catalog.fusion.market.facts import HostClaim, market_facts
from ai_models.catalog.fusion.rules import MakerRules, ModelRules

READ = date(2026, 11, 1)
PROMPT, ANSWER, TOTAL = "context_window_input", "context_window_output", "context_window"


def said(source: str, field: str, value: ClaimValue, provider: str = "acme") -> Claim:
    return Claim(source=source, provider=provider, subject="one", field=field, value=value, as_of=READ)


def hosted(field: str, *values: ClaimValue) -> list[HostClaim]:
    return [(f"host-{at}", said("models.dev", field, value, provider=f"host-{at}")) for at, value in enumerate(values)]


def fused(own: list[Claim], hosts: list[HostClaim] | None = None, model_id: str = "one") -> Fused:
    model = ModelRules(name="One")
    maker = MakerRules(
        maker="acme",
        display_name="Acme",
        pricing_url="",
        documentation_url="",
        window="total",
        spelled={},
        defaults_as_of=READ,
        models={model_id: model},
    )
    return market_facts(own, hosts or [], maker, model)


def value(found: Fused, field: str) -> ClaimValue:
    return found.facts[field].value if field in found.facts else None


def test_a_prompt_that_hardly_a_host_takes_is_none_of_the_model() -> None:
    own = [said("litellm", PROMPT, 1_000_000), said("models.dev", TOTAL, 204_800)]
    found = fused(own, hosted(TOTAL, 204_800, 196_608, 196_608, 204_800))
    assert (value(found, PROMPT), value(found, TOTAL)) == (None, 204_800)
    assert [left.found for left in found.quarantined] == ["1000000"]


def test_a_large_prompt_stands_where_two_of_few_hosts_take_it() -> None:
    own = [said("litellm", PROMPT, 10_000_000), said("models.dev", TOTAL, 128_000)]
    found = fused(own, hosted(PROMPT, 10_000_000, 10_000_000, 131_072, 131_072, 131_072))
    assert value(found, PROMPT) == 10_000_000


def test_what_a_person_verified_is_not_outvoted() -> None:
    own = [said("vendor", TOTAL, 1_000_000), said("models.dev", TOTAL, 128_000)]
    assert value(fused(own, hosted(TOTAL, 128_000, 128_000, 128_000)), TOTAL) == 1_000_000


def test_of_two_answers_the_one_that_most_hosts_give_stands() -> None:
    own = [said("litellm", ANSWER, 32_000), said("models.dev", ANSWER, 98_304)]
    assert value(fused(own, hosted(ANSWER, 98_304, 98_304, 131_072)), ANSWER) == 98_304
    assert value(fused(own), ANSWER) == 32_000


def test_an_answer_as_long_as_the_window_gives_way_to_a_shorter_one() -> None:
    own = [said("litellm", PROMPT, 500_000), said("litellm", ANSWER, 500_000), said("models.dev", ANSWER, 30_000)]
    assert value(fused(own), ANSWER) == 30_000
    assert value(fused(own[:2]), ANSWER) == 500_000


def test_a_hosts_own_limit_does_not_stand_beside_the_makers_total() -> None:
    found = fused([said("vendor", TOTAL, 2_000_000)], hosted(PROMPT, 128_000, 128_000))
    assert (value(found, PROMPT), value(found, TOTAL)) == (None, 2_000_000)


def test_no_model_is_older_than_the_date_in_its_name() -> None:
    own = [said("models.dev", "release_date", date(2024, 11, 1))]
    hosts = hosted("release_date", date(2025, 12, 2), date(2025, 12, 2), date(2024, 12, 1))
    assert value(fused(own, hosts, "large-2512"), "release_date") == date(2025, 12, 2)
    assert value(fused(own, [], "large-2512"), "release_date") is None
    assert value(fused(own, [], "large-20241118"), "release_date") == date(2024, 11, 1)


def test_where_every_host_names_another_day_the_middle_one_stands() -> None:
    days = [date(2024, 12, 1), date(2025, 9, 10), date(2025, 9, 18)]
    assert value(fused([], hosted("release_date", *days)), "release_date") == date(2025, 9, 10)


def test_a_name_says_what_an_embedding_model_gives() -> None:
    own = [said("models.dev", "capability:text_input", value=True), said("models.dev", "capability:text_output", value=True)]
    found = fused(own, model_id="one-embed-v1")
    assert (value(found, "capability:embeddings"), value(found, "capability:text_output")) == (True, False)
    assert value(found, "capability:text_input") is True
    assert value(fused(own, model_id="one-chat"), "capability:text_output") is True


def test_a_name_says_that_a_voice_speaks() -> None:
    own = [said("litellm", "capability:audio_output", value=False), said("litellm", "mode", "chat")]
    found = fused(own, model_id="one-tts")
    assert (value(found, "capability:audio_output"), value(found, "capability:text_output")) == (True, False)


def test_a_name_alone_makes_no_fact() -> None:
    assert fused([], model_id="one-embed-v1").facts == {}
