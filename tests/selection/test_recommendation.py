"""``recommend``: what is cheaper, what it loses, and savings whose arithmetic the prices themselves confirm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from shop import FILES, MONDAY, write_files

from ai_models import PricingService, Usage, Workload
from ai_models.errors import InvalidSelectionError, InvalidWorkloadError, ModelNotFoundError, UnknownCapabilityError
from ai_models.selection import Alternative, Recommendation, Saving, recommend

Recommend = Callable[..., Recommendation]
SHORT, LONG = "10k:1k x 1k/month", "250k:4k x 1k/month"


@pytest.fixture
def look(shop: PricingService) -> Recommend:
    def ask(workload: Any, current: str, **options: Any) -> Recommendation:
        return recommend(workload, current, **{"at": MONDAY, "pricing_service": shop, **options})

    return ask


def saving(found: Recommendation, kind: str) -> Saving:
    return next(each for each in found.savings if each.kind == kind)


def kinds(found: Recommendation) -> set[str]:
    return {each.kind for each in found.savings}


def alternative(found: Recommendation, key: str) -> Alternative:
    return next(each for each in found.alternatives if each.candidate.key == key)


def test_cheaper_models_that_do_the_workload_come_cheapest_first(look: Recommend) -> None:
    found = look(SHORT, "old")
    assert found.cost.total == Decimal(48)
    assert [(each.candidate.key, each.saving, each.percent) for each in found.alternatives] == [
        ("acme/new", Decimal(24), Decimal("50.0")),
        ("acme/peaky", Decimal(12), Decimal("25.0")),
    ]


def test_what_is_used_must_be_supported(look: Recommend) -> None:
    found = look(SHORT, "old", uses=["function_calling"])
    assert [each.candidate.key for each in found.alternatives] == ["acme/new"]
    assert found.uses == ("text_input", "text_output", "function_calling")
    with pytest.raises(UnknownCapabilityError):
        look(SHORT, "old", uses=["telepathy"])


def test_what_another_model_lacks_is_told_and_what_nobody_states_of_it_too(look: Recommend) -> None:
    new = alternative(look(SHORT, "old"), "acme/new")
    assert new.lost == (
        "no json_mode",
        "prompts of 200,000 tokens instead of 300,000",
        "answers of 8,000 tokens instead of 16,000",
        "knowledge until 2024-09-30 instead of 2024-10",
        "no open weights",
        "Puzzle: 65 instead of 70.5 (percent, harness A)",  # never against harness B or C
        "it is a preview",
    )
    assert new.unknown == ("no source says whether it supports batch_api, web_search, prompt_caching",)
    tiny = alternative(look(SHORT, "old", unknown="allow"), "bolt/tiny")
    assert "no source states how long its answers may be" in tiny.unknown
    assert "no source states how far its knowledge reaches" in tiny.unknown
    assert "nobody states how many tokens it gives" in tiny.unknown


def test_what_is_lost_is_that_of_the_offering(look: Recommend) -> None:
    found = look("1k:100 x 1k/month", "acme/new", offerings=True, status=["active", "preview", "deprecated"])
    assert "acme/new" not in {each.candidate.spec.key for each in found.alternatives}  # elsewhere is no other model
    away = look("10k:1k", "dear", offerings=True, status=["active", "preview", "deprecated"])
    at_mall = alternative(away, "mall:old-eu")
    assert at_mall.lost == ("no image_input", "prompts of 300,000 tokens instead of 400,000", *at_mall.lost[2:])
    assert "answers of 4,000 tokens instead of 64,000" in at_mall.lost
    assert "it retires on 2027-01-01" in at_mall.lost
    assert "it retires on 2026-12-15" in alternative(away, "mall:new").lost
    assert "mall:old-gone" not in {each.candidate.key for each in away.alternatives}


def test_a_name_that_meant_nothing_yet_is_told_as_it_stands(tmp_path: Path) -> None:
    alias = "provider: acme\n        aliases: [{name: acme-next, since: 2026-11-15}]"
    files = {
        **FILES,
        "definitions/acme/new.yaml": FILES["definitions/acme/new.yaml"].replace("provider: acme", alias),
        "definitions/acme/old.yaml": FILES["definitions/acme/old.yaml"].replace("[new]", "[acme-next]"),
    }
    service = PricingService(write_files(tmp_path, files))
    now = recommend(SHORT, "old", at=MONDAY, pricing_service=service)
    assert [each.is_named for each in now.alternatives] == [True, False]
    before = recommend(SHORT, "old", at=date(2026, 11, 14), pricing_service=service)
    assert not any(each.is_named for each in before.alternatives)
    assert "its maker names acme-next instead" in before.notes[0]


def test_a_model_that_is_going_on_an_unknown_day_says_so(tmp_path: Path) -> None:
    going = FILES["definitions/bolt/tiny.yaml"].replace(
        "capabilities:", "lifecycle: {status: deprecated}\n        capabilities:"
    )
    service = PricingService(write_files(tmp_path, {**FILES, "definitions/bolt/tiny.yaml": going}))
    options = {"at": MONDAY, "pricing_service": service, "unknown": "allow", "status": ["active", "deprecated"]}
    found = recommend(SHORT, "peaky", **options)
    assert "it is deprecated, and its last day is not announced" in alternative(found, "bolt/tiny").lost
    assert recommend("1k:1", "tiny", **options).notes[0] == "bolt/tiny is deprecated, and its last day is not announced"


def test_how_long_it_stays_is_no_loss_where_the_current_one_goes_sooner(look: Recommend) -> None:
    found = look(SHORT, "old", offerings=True)
    assert not [loss for loss in alternative(found, "acme:new").lost if "retires" in loss]
    assert "it retires on 2026-12-15" in alternative(found, "mall:new").lost


def test_what_the_maker_names_is_marked_and_never_cut_off(look: Recommend) -> None:
    found = look("10k:100", "old", unknown="allow", most=1)
    assert [(each.candidate.key, each.is_named) for each in found.alternatives] == [
        ("bolt/tiny", False),
        ("acme/new", True),
    ]
    assert "named by the maker" in found.explain()


def test_why_the_named_model_is_none_is_said(look: Recommend) -> None:
    assert (
        "acme/new, which its maker names, does not do all this: it takes prompts of up to 200,000 tokens, fewer than 250,000"
        in look(LONG, "old").notes
    )
    dearer = look("10k:100@100%cached x 100", "old")  # its caches are cheap, and the named model has none
    assert "acme/new, which its maker names, costs 2.04 USD: 88.9 % more" in dearer.notes


def test_why_the_named_model_is_none_is_said_where_offerings_are_looked_at_too(look: Recommend) -> None:
    notes = look(SHORT, "old", uses=["json_mode"], offerings=True).notes
    assert "acme/new, which its maker names, does not do all this: it does not support json_mode" in notes


def test_what_is_to_be_known_of_the_current_model_is_noted(look: Recommend) -> None:
    assert look(SHORT, "old").notes[0] == ("acme/old is deprecated, and retires on 2027-01-01; its maker names new instead")
    assert look(SHORT, "old", at=date(2027, 1, 1)).notes[0].startswith("acme/old is retired since 2027-01-01")
    assert look(SHORT, "old", at=date(2026, 10, 2)).notes[0].startswith("acme/old is active, and retires on 2027-01-01")
    assert "mall:new is active, and retires on 2026-12-15" in look(SHORT, "mall:new").notes
    assert "bolt/tiny: no source says whether it supports image_input" in look("1k:1", "tiny", uses=["image_input"]).notes
    assert "acme/peaky: takes prompts of up to 100,000 tokens, fewer than 250,000" in look(LONG, "peaky").notes


def test_a_batch_is_what_the_batch_tier_asks(look: Recommend, shop: PricingService) -> None:
    found = saving(look("250k:4k@50%batch x 1k", "old"), "batch")
    usage = Usage(input_tokens=250_000, output_tokens=4_000)
    assert found.cost == 1_000 * shop.price("acme:old", usage, at=MONDAY, service_tier="batch").total == Decimal(1032)
    assert found.saving == Decimal(516)  # half of it went so before
    assert found.arithmetic[0] == "a batched request: 1.032 USD, 1,000 times"
    assert found.arithmetic[-1] == "1,548.00 - 1,032.00 = 516.00 USD"
    assert "batch" not in kinds(look("250k:4k@100%batch x 1k", "old"))
    assert "batch" not in kinds(look(SHORT, "new"))


def test_the_flex_tier_is_what_flex_asks(look: Recommend, shop: PricingService) -> None:
    found = saving(look(SHORT, "old"), "flex tier")
    usage = Usage(input_tokens=10_000, output_tokens=1_000)
    assert found.cost == 1_000 * shop.price("acme:old", usage, at=MONDAY, service_tier="flex").total == Decimal(36)
    assert "flex tier" not in kinds(look(SHORT.replace("1k x", "1k@flex x"), "old"))
    assert "flex tier" not in kinds(look(SHORT, "new"))


@pytest.mark.parametrize(("tier", "is_told"), [("Standard", True), ("auto", True), ("flex", False)])
def test_the_flex_tier_is_told_where_another_is_asked_for(look: Recommend, tier: str, is_told: bool) -> None:
    found = look(Workload(input_tokens=10_000, output_tokens=1_000, service_tier=tier), "old")
    assert ("flex tier" in kinds(found)) is is_told


def test_caching_reads_the_prefix_and_writes_it_for_one_in_a_hundred(look: Recommend, shop: PricingService) -> None:
    found = saving(look(SHORT, "old", prefix_tokens=5_050), "prompt caching")
    usage = Usage(input_tokens=10_000, output_tokens=1_000, cache_read_tokens=4_999, cache_write_5m_tokens=51)
    assert found.cost == 1_000 * shop.price("acme:old", usage, at=MONDAY).total
    assert "  cache_read 4,999 at 1 per 1,000,000" in found.arithmetic
    assert "  cache_write_5m 51 at 5 per 1,000,000" in found.arithmetic
    assert "not counted: storing an explicit cache, at 1 for 1,000,000 tokens and hour" in found.arithmetic
    assert "the model caches from 1,000 on" in found.precondition
    assert "99 of 100 requests" in found.precondition


@pytest.mark.parametrize(("prefix", "is_cached"), [(0, False), (999, False), (1_000, True)])
def test_a_prefix_below_the_least_is_not_cached(look: Recommend, prefix: int, is_cached: bool) -> None:
    found = look(SHORT, "old", prefix_tokens=prefix)
    assert ("prompt caching" in kinds(found)) is is_cached
    note = "a prefix of 999 tokens is not cached: acme/old caches from 1,000 on"
    assert (note in found.notes) is (prefix == 999)


def test_caching_saves_nothing_where_there_is_none_or_it_is_done_already(look: Recommend) -> None:
    assert "prompt caching" not in kinds(look(SHORT, "peaky", prefix_tokens=5_000))  # it has a rate, and cannot
    assert "prompt caching" not in kinds(look(SHORT, "new", prefix_tokens=5_000))  # no rate
    assert "prompt caching" not in kinds(look("10k:1k@50%cached x 1k", "old", prefix_tokens=5_000))
    assert "prompt caching" in kinds(look("10k:1k@50%cached x 1k", "old", prefix_tokens=9_000))


@pytest.mark.parametrize(("tokens", "is_dear"), [(200_000, False), (200_001, True)])
def test_prompts_below_a_threshold_are_cheaper(look: Recommend, shop: PricingService, tokens: int, is_dear: bool) -> None:
    found = look(Workload(input_tokens=tokens, output_tokens=1_000, requests=10), "old")
    assert ("shorter prompts" in kinds(found)) is is_dear
    if is_dear:
        usage = Usage(input_tokens=200_000, output_tokens=1_000)
        assert saving(found, "shorter prompts").cost == 10 * shop.price("acme:old", usage, at=MONDAY).total
        assert saving(found, "shorter prompts").precondition.startswith("1 tokens of each prompt can be left out")


def test_pictures_cannot_be_left_out_of_a_prompt(look: Recommend) -> None:
    work = Workload(input_tokens=1_000, output_tokens=10, images=250, image_tokens=1_000)
    assert "shorter prompts" not in kinds(look(work, "old"))


def test_another_provider_must_do_all_this_too(look: Recommend, shop: PricingService) -> None:
    found = saving(look(SHORT, "old"), "another provider")
    assert found.precondition.startswith("mall:old-eu serves the same model")  # not the retired, the short, the free one
    usage = Usage(input_tokens=10_000, output_tokens=1_000)
    assert found.cost == 1_000 * shop.price("mall:old-eu", usage, at=MONDAY).total
    assert found.lost == ("no image_input", "answers of 4,000 tokens instead of 16,000")
    for options in ({"uses": ["image_input"]}, {"providers": "!mall"}, {"region": "us"}):
        assert "another provider" not in kinds(look(SHORT, "old", **options)), options
    assert "another provider" not in kinds(look("10k:5k x 1k", "old"))  # its answers end at 4,000 tokens
    assert saving(look(SHORT, "old", makers="bolt", unknown="allow"), "another provider")  # of whose it is, is not asked
    assert saving(look("1k:1k x 1k", "old"), "another provider").precondition.startswith("mall:old-short")


def test_the_current_offering_may_be_any(look: Recommend) -> None:
    for name in ("mall:old-eu", "MALL:OLD-EU", "old-eu@mall"):
        found = look(SHORT, name)
        assert (found.current, found.cost.total) == ("mall:old-eu", Decimal(36))
        assert "another provider" not in kinds(found)  # the maker asks more
    assert "free of charge; its price does not say how much" in look(SHORT, "mall:old-plan").explain()


def test_off_peak_hours_are_cheaper_until_the_peak_is_over(look: Recommend, shop: PricingService) -> None:
    found = saving(look(SHORT, "peaky"), "off-peak hours")
    assert found.cost == 1_000 * Decimal("0.012")
    assert "an hour such as Mon 04:00 UTC" in found.precondition
    assert "01:00-04:00 mon/tue UTC" in found.precondition
    off_peak = look(SHORT, "peaky", at=datetime(2026, 11, 30, 4, tzinfo=UTC))
    assert off_peak.cost.total == Decimal(12)
    assert "off-peak hours" not in kinds(off_peak)
    assert off_peak.cost.notes == ("its price depends on the hour: this is that of Mon 04:00 UTC",)
    assert "off-peak hours" not in kinds(look(SHORT, "old"))


def test_another_version_of_the_price_is_no_off_peak_hour(tmp_path: Path) -> None:
    newer = """pricing_versions:
              - {effective_date: 2026-12-02, input_per_1m_tokens: 0.01, output_per_1m_tokens: 0.02}"""
    prices = FILES["pricing/acme.yaml"]
    peaky = prices.index("peaky:")
    changed = prices[:peaky] + prices[peaky:].replace("pricing_versions:", newer, 1)
    service = PricingService(write_files(tmp_path, {**FILES, "pricing/acme.yaml": changed}))
    found = saving(recommend(SHORT, "peaky", at=MONDAY, pricing_service=service), "off-peak hours")
    assert found.cost == Decimal(12)  # at the price of Wednesday it would be 0.12


def test_a_region_has_its_price(look: Recommend) -> None:
    assert look(SHORT, "old", region="EU").cost.total == Decimal("52.8")


def test_savings_come_largest_first_and_are_never_none(look: Recommend) -> None:
    found = look(LONG, "old", prefix_tokens=100_000)
    amounts = [each.saving for each in found.savings]
    assert amounts == sorted(amounts, reverse=True)
    assert kinds(found) == {"another provider", "shorter prompts", "batch", "prompt caching", "flex tier"}
    for each in found.savings:
        assert each.saving > 0
        assert each.cost + each.saving == found.cost.total
        assert each.arithmetic[-1].endswith(" USD")


def test_the_explanation_tells_all_of_it(look: Recommend) -> None:
    text = look(LONG, "old", prefix_tokens=100_000, unknown="allow", uses=["function_calling"]).explain()
    for line in (
        "acme/old costs 2,064.00 USD for 250k:4k x 1k/month.",
        "Used of it: text_input, text_output, function_calling",
        "Note: acme/old is deprecated",
        "  bolt/tiny: 25.80 USD, saves 2,038.20 USD (98.8 %)",
        "    unknown: nobody states how many tokens it gives",
        "With the same model, each for itself:",
        "  batch: saves 1,032.00 USD (50.0 %), if answers may wait, up to a day",
        "    2,064.00 - 1,032.00 = 1,032.00 USD",
        "    loses: no image_input",
    ):
        assert line in text, text
    assert "No model that does all this is cheaper." in look(SHORT, "mall:old-plan").explain()


def test_the_recommendation_as_json(look: Recommend) -> None:
    told = look(SHORT, "old").to_dict()
    assert (told["current"], told["cost"], told["currency"], told["workload"]) == ("acme/old", "48", "USD", SHORT)
    assert (told["uses"], told["at"]) == (["text_input", "text_output"], "2026-11-30T02:00:00+00:00")
    first = told["alternatives"][0]
    assert (first["model"], first["cost"], first["saving"], first["percent"]) == ("acme/new", "24", "24", "50.0")
    assert first["is_named"] is True
    assert "no json_mode" in first["lost"]
    assert {each["kind"] for each in told["savings"]} == {"batch", "flex tier", "another provider"}
    assert all(each["precondition"] and each["arithmetic"] for each in told["savings"])
    assert told["savings"][0]["cost"] == "24"


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"prefix_tokens": -1}, "prefix_tokens"),
        ({"prefix_tokens": 10_001}, "prefix_tokens"),
        ({"prefix_tokens": True}, "prefix_tokens"),
        ({"most": 0}, "most"),
        ({"offerings": "yes"}, "offerings"),
        ({"objective": "context"}, "a constraint"),
        ({"colour": "blue"}, "a constraint"),
        ({"unknown": "maybe"}, "unknown"),
        ({"min_context": -1}, "min_context"),
    ],
    ids=str,
)
def test_arguments_that_cannot_be_are_refused(look: Recommend, options: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidSelectionError) as caught:
        look(SHORT, "old", **options)
    assert caught.value.argument == named


def test_a_current_model_without_a_cost_cannot_be_beaten(look: Recommend) -> None:
    with pytest.raises(InvalidSelectionError, match=r"whose cost is known \(no price of output is known\)"):
        look(SHORT, "vectors")
    with pytest.raises(ModelNotFoundError):
        look(SHORT, "nobody")
    with pytest.raises(InvalidWorkloadError):
        look("a lot", "old")
