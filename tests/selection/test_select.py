"""``select``: every constraint at its boundary, the order of the answer, what is unknown, and what to give up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from shop import FILES, MONDAY, write_files
from small import DAY

from ai_models import PricingService
from ai_models.errors import InvalidSelectionError, UnknownCapabilityError, UnknownStatusError
from ai_models.selection import Selection, Workload, select

Choose = Callable[..., Selection]
REQUEST = "10k:1k"


@pytest.fixture
def choose(small: PricingService) -> Choose:
    def ask(*require: str, **options: Any) -> Selection:
        return select(require, **{"at": DAY, "pricing_service": small, **options})

    return ask


def keys(selection: Selection) -> list[str]:
    return [candidate.key for candidate in selection.ranked]


def why(selection: Selection, key: str) -> list[tuple[str, bool]]:
    entry = next(entry for entry in selection.rejected if entry.key == key)
    return [(reason.constraint, reason.unknown) for reason in entry.reasons]


def test_the_cheapest_for_the_workload_comes_first(choose: Choose) -> None:
    selection = choose(workload=REQUEST)
    assert keys(selection) == ["acme/free", "acme/cheap", "acme/wide", "bolt/dear"]
    assert [candidate.cost.total for candidate in selection.ranked] == [
        Decimal(0),
        Decimal("0.012"),
        Decimal("0.03"),
        Decimal("0.225"),
    ]
    assert selection.chosen is selection.ranked[0]


def test_the_whole_price_is_asked_and_not_a_sum_of_rates(choose: Choose) -> None:
    for workload, total in (
        ("200k:1k", "0.41"),  # 200,000 at 2, 1,000 at 10
        ("200001:1k", "0.815004"),  # above the threshold everything is dearer: at 4 and 15
        ("100k:1k@80%cached", "0.066"),  # 20,000 at 2, 80,000 at 0.2
        ("100k:1k@80%cached@10%written", "0.071"),  # 10,000 at 2, 80,000 at 0.2, 10,000 at 2.5
        ("100k:1k@50%batch x 10", "1.575"),  # five at 0.21, five at half of it
    ):
        assert choose(workload=workload, models="wide").ranked[0].cost.total == Decimal(total), workload


def test_a_batch_share_is_priced_as_standard_where_no_batch_tier_is_known(choose: Choose) -> None:
    cost = choose(workload="10k:1k@100%batch x 10", models="cheap").ranked[0].cost
    assert cost.total == Decimal("0.12")
    assert cost.notes == ("no price as a batch is known: everything is priced as standard",)


def test_without_a_workload_cost_is_that_of_a_volume_at_standard_rates(choose: Choose) -> None:
    selection = choose()
    assert [(each.key, each.cost.total) for each in selection.ranked][:3] == [
        ("acme/free", Decimal(0)),
        ("acme/cheap", Decimal(3)),
        ("acme/wide", Decimal(12)),  # no context threshold: a volume is no request
    ]


@pytest.mark.parametrize(
    ("options", "least", "above", "key"),
    [
        ("min_context", 100_000, 100_001, "acme/cheap"),
        ("min_output", 8_000, 8_001, "acme/cheap"),
    ],
)
def test_windows_are_inclusive(choose: Choose, options: str, least: int, above: int, key: str) -> None:
    assert key in keys(choose(**{options: least}))
    assert why(choose(**{options: above}), key) == [(options, False)]


def test_a_workload_needs_room_for_its_prompt_and_its_answer(choose: Choose) -> None:
    assert "acme/cheap" in keys(choose(workload="100k:8k"))
    assert why(choose(workload="100001:8k"), "acme/cheap") == [("workload input", False)]
    assert why(choose(workload="100k:8001"), "acme/cheap") == [("workload output", False)]


def test_pictures_alone_can_be_asked_for(shop: PricingService) -> None:
    found = select(workload="0:5@1 images", status="deprecated", at=MONDAY, pricing_service=shop)
    assert [(each.key, each.cost.total) for each in found.ranked] == [("acme/old", Decimal("0.00444"))]  # 1,100 at 4, 5 at 8
    silent = select(workload="8k:0", at=MONDAY, pricing_service=shop)  # no answer, so no room for one is asked for
    assert "bolt/vectors" in keys(silent)


def test_what_a_workload_needs_is_required(choose: Choose) -> None:
    assert why(choose(workload="1k:1k@1 images"), "acme/cheap") == [("workload needs image_input", False)]
    assert why(choose(workload="1k:1k@1 images"), "acme/free") == [("workload needs image_input", True)]


def test_capabilities_are_supported_unsupported_or_unknown(choose: Choose) -> None:
    selection = choose("image_input", "function_calling")
    assert keys(selection) == ["acme/wide"]
    assert why(selection, "acme/cheap") == [("require image_input", False)]
    assert why(selection, "bolt/dear") == [("require function_calling", False)]
    assert why(selection, "bolt/vague")[:2] == [("require image_input", True), ("require function_calling", True)]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("exclude", ["acme/free", "acme/cheap", "acme/wide", "bolt/dear"]),
        ("allow", ["acme/free", "acme/cheap", "acme/wide", "bolt/dear", "bolt/yuan", "bolt/vague"]),
        ("only", ["bolt/yuan", "bolt/vague"]),
    ],
)
def test_what_is_unknown_is_handled_by_the_policy(choose: Choose, policy: Any, expected: list[str]) -> None:
    assert keys(choose(workload=REQUEST, unknown=policy)) == expected


def test_an_allowed_unknown_is_said_and_ranks_last(choose: Choose) -> None:
    last = choose(workload=REQUEST, unknown="allow").ranked[-2]
    assert (last.key, last.cost.exact) == ("bolt/yuan", None)
    assert last.unknown == ("its cost is not known: its price is in CNY, and no rate of exchange is given",)


def test_other_currencies_need_a_rate_of_exchange(choose: Choose) -> None:
    cost = choose(workload=REQUEST, exchange={"CNY": "0.14"}, models="yuan").ranked[0].cost
    assert (cost.total, cost.notes) == (Decimal("0.00154"), ("converted from CNY at 0.14 USD",))


def test_a_currency_may_be_written_small(choose: Choose) -> None:
    assert choose(workload=REQUEST, exchange={"cny": 1}, models="yuan").ranked[0].cost.total == Decimal("0.011")


@pytest.mark.parametrize("rate", [0.14, True, 0, -1, "x", None, "1/0", "1e999999999", 10**19])
def test_a_rate_of_exchange_is_exact_and_above_0(choose: Choose, rate: Any) -> None:
    with pytest.raises(InvalidSelectionError, match=r"exchange\['CNY'\]"):
        choose(exchange={"CNY": rate})


def test_status_and_days_that_are_left(choose: Choose) -> None:
    assert why(choose(), "bolt/leaving") == [("status", False)]
    every = ["active", "deprecated", "retired"]
    assert {"bolt/leaving", "bolt/gone"} <= set(keys(choose(status=every)))
    assert "bolt/leaving" in keys(choose(status=every, not_retiring_within=30))  # until 2026-12-30, it goes on the 31st
    assert why(choose(status=every, not_retiring_within=31), "bolt/leaving") == [("not_retiring_within", False)]
    assert "bolt/leaving" in keys(choose(at=date(2026, 10, 31)))


def test_open_weights_are_yes_no_or_unknown(choose: Choose) -> None:
    assert keys(choose(open_weights=True)) == ["acme/free", "acme/cheap"]
    assert keys(choose(open_weights=False)) == ["acme/wide"]
    assert why(choose(open_weights=True), "bolt/dear") == [("open_weights", True)]


@pytest.mark.parametrize(
    ("day", "known"),
    [
        (date(2024, 6, 1), ["acme/cheap", "acme/wide", "bolt/dear"]),
        (date(2024, 6, 2), ["acme/wide", "bolt/dear"]),  # 2024-06 is sure to cover its first day only
        (date(2025, 1, 1), ["acme/wide", "bolt/dear"]),
        (date(2025, 1, 2), ["acme/wide"]),
        (date(2025, 1, 15), ["acme/wide"]),
        (date(2025, 1, 16), []),
    ],
)
def test_knowledge_reaches_to_the_first_day_that_a_cutoff_can_mean(choose: Choose, day: date, known: list[str]) -> None:
    assert keys(choose(known_after=day)) == known


def test_the_most_that_it_may_cost_is_inclusive(choose: Choose) -> None:
    assert keys(choose(workload=REQUEST, max_cost="0.012")) == ["acme/free", "acme/cheap"]
    assert keys(choose(workload=REQUEST, max_cost="0.0119")) == ["acme/free"]
    assert why(choose(workload=REQUEST, max_cost="0.0119"), "acme/cheap") == [("max_cost", False)]
    assert why(choose(workload=REQUEST, max_cost=1), "bolt/yuan") == [("max_cost", True), ("objective", True)]


def test_free_of_charge_or_not(choose: Choose) -> None:
    assert keys(choose(workload=REQUEST, free=True)) == ["acme/free"]
    assert keys(choose(workload=REQUEST, free=False))[0] == "acme/cheap"
    assert choose(workload=REQUEST).ranked[0].cost.notes == ("free of charge; its price does not say how much",)


@pytest.mark.parametrize(
    ("argument", "patterns", "expected"),
    [
        ("makers", "acme", ["acme/free", "acme/cheap", "acme/wide"]),
        ("makers", ["!acme"], ["bolt/dear"]),
        ("makers", ["*", "!BOLT"], ["acme/free", "acme/cheap", "acme/wide"]),
        ("models", ["w*", "dear"], ["acme/wide", "bolt/dear"]),
        ("models", ["acme/w*", "Bolt/dear"], ["acme/wide", "bolt/dear"]),
        ("models", "acme:wide", ["acme/wide"]),
        ("models", ["!*e*"], []),
        ("providers", "bolt", ["bolt/dear"]),
    ],
)
def test_names_are_allowed_and_denied_by_patterns(choose: Choose, argument: str, patterns: Any, expected: list[str]) -> None:
    assert keys(choose(workload=REQUEST, **{argument: patterns})) == expected


@pytest.mark.parametrize(
    ("argument", "pattern", "hint"), [("makers", "acmee", "acme"), ("models", "!wied", "wide"), ("providers", "!", "name")]
)
def test_a_pattern_that_matches_nothing_is_a_mistake(choose: Choose, argument: str, pattern: str, hint: str) -> None:
    with pytest.raises(InvalidSelectionError, match=hint):
        choose(**{argument: pattern})


def test_every_offering_may_be_a_candidate_with_its_own_limits(choose: Choose) -> None:
    selection = choose(workload=REQUEST, offerings=True, models="wide")
    assert [(each.key, each.cost.total) for each in selection.ranked] == [
        ("cloud:wide-short", Decimal("0.014")),
        ("cloud:acme.wide", Decimal("0.023")),
        ("acme:wide", Decimal("0.03")),
    ]
    assert "cloud:wide-short" not in keys(choose(workload="128001:1k", offerings=True, models="wide"))
    assert "cloud:wide-short" in keys(choose(workload="128k:1k", offerings=True, models="wide"))
    assert why(choose("image_input", offerings=True), "cloud:wide-short") == [("require image_input", False)]


def test_a_region_is_that_of_the_offering(choose: Choose) -> None:
    assert keys(choose(workload=REQUEST, offerings=True, region="EU")) == ["cloud:acme.wide"]
    assert why(choose(workload=REQUEST, offerings=True, region="eu"), "acme:wide") == [("region", True)]
    assert keys(choose(workload=REQUEST, offerings=True, region="e")) == []


def test_by_how_many_it_is_sold(choose: Choose) -> None:
    assert keys(choose(min_providers=2)) == ["acme/wide"]
    assert why(choose(min_providers=3), "acme/wide") == [("min_providers", False)]


def test_a_provider_that_has_retired_a_model_sells_it_no_more(shop: PricingService) -> None:
    asked = {"models": "new", "min_providers": 2, "pricing_service": shop}
    assert keys(select(at=date(2026, 12, 14), **asked)) == ["acme/new"]
    found = select(at=date(2026, 12, 15), **asked)  # the day on which mall retires it
    reasons = {entry.key: entry.reasons for entry in found.rejected}
    assert reasons["acme/new"] == (("min_providers", "is sold by 1, fewer than 2", False),)


def test_a_region_within_another_is_in_it_and_the_other_way_round_nobody_knows(tmp_path: Path) -> None:
    asked = {"workload": REQUEST, "models": "old", "status": "deprecated", "offerings": True, "at": MONDAY}
    mall = FILES["pricing/mall.yaml"].replace("region: eu", "region: eu-west-1")
    inner = PricingService(write_files(tmp_path / "inner", {**FILES, "pricing/mall.yaml": mall}))
    found = select(region="eu", pricing_service=inner, **asked)
    assert set(keys(found)) == {"acme:old", "mall:old-eu"}
    wider = PricingService(write_files(tmp_path / "wider"))
    found = select(region="eu-west-1", pricing_service=wider, **asked)
    assert why(found, "mall:old-eu") == [("region", True)]  # somewhere in eu
    assert why(found, "acme:old") == [("region", True)]  # acme has us and eu
    found = select(region="ap-south-1", pricing_service=wider, **asked)
    assert why(found, "mall:old-eu") == why(found, "acme:old") == [("region", False)]


def test_a_provider_with_regions_within_the_one_that_is_asked_for_may_serve_it_there(tmp_path: Path) -> None:
    acme = (
        FILES["pricing/acme.yaml"]
        .replace("regions: [us, eu]", "regions: [us-east-1]")
        .replace("{region: eu}", "{region: us-east-1}")
    )
    service = PricingService(write_files(tmp_path, {**FILES, "pricing/acme.yaml": acme}))
    asked = {"workload": REQUEST, "models": "new", "at": MONDAY, "pricing_service": service}
    assert why(select(region="us", **asked), "acme/new") == [("region", True)]
    assert why(select(region="u", **asked), "acme/new") == [("region", False)]


def test_a_name_means_what_it_means_on_the_day(tmp_path: Path) -> None:
    old = FILES["definitions/acme/old.yaml"].replace(
        "provider: acme", "provider: acme\n        aliases: [{name: star, until: 2026-06-01}]"
    )
    peaky = FILES["definitions/acme/peaky.yaml"].replace(
        "provider: acme", "provider: acme\n        aliases: [{name: star, since: 2026-06-01}]"
    )
    files = {**FILES, "definitions/acme/old.yaml": old, "definitions/acme/peaky.yaml": peaky}
    service = PricingService(write_files(tmp_path, files))
    for day, expected in ((date(2026, 5, 31), "acme/old"), (date(2026, 6, 1), "acme/peaky")):
        asked = {"models": "star", "status": ["active", "deprecated"], "at": day, "pricing_service": service}
        assert keys(select(**asked)) == [service.catalog.get_model("star", at=day).key] == [expected]


def test_a_region_that_a_price_names_is_served_at_that_price(shop: PricingService) -> None:
    found = select(region="EU", workload="10k:1k", status="deprecated", at=MONDAY, pricing_service=shop)
    assert [(each.key, each.cost.total) for each in found.ranked] == [("acme/old", Decimal("0.0528"))]  # a tenth dearer
    elsewhere = select(region="us", workload="10k:1k", status="deprecated", at=MONDAY, pricing_service=shop)
    assert why(elsewhere, "acme/old") == [("region", True)]  # acme has that region, and does not say for which models
    nowhere = select(region="mars", workload="10k:1k", status="deprecated", at=MONDAY, pricing_service=shop)
    reasons = {entry.key: entry.reasons for entry in nowhere.rejected}
    assert ("region", "is served in us, eu", False) in reasons["acme/old"]
    assert ("region", "nobody states where it is served", True) in reasons["bolt/tiny"]


@pytest.mark.parametrize(
    ("workload", "fits"), [("300k:10k", True), ("299k:11k", True), ("300k:10001", False), ("299k:11001", False)]
)
def test_prompt_and_answer_must_fit_together_where_a_total_is_stated(
    shop: PricingService, workload: str, fits: bool
) -> None:
    found = select(workload=workload, models="old", status="deprecated", at=MONDAY, pricing_service=shop)
    assert bool(found.ranked) is fits
    if not fits:
        assert why(found, "acme/old") == [("workload window", False)]


def test_vectors_are_compared_by_what_goes_in(shop: PricingService) -> None:
    found = select("embeddings", at=MONDAY, pricing_service=shop)
    assert [(each.key, each.cost.total) for each in found.ranked] == [("bolt/vectors", Decimal("0.05"))]
    assert found.asked.priced == "1M tokens in, standard rates"
    among_others = select(at=MONDAY, pricing_service=shop)
    reasons = {entry.key: entry.reasons for entry in among_others.rejected}
    assert reasons["bolt/vectors"] == (("objective", "its cost is not known: no price of its output tokens is known", True),)


def test_a_model_that_is_allowed_to_be_unknown_in_two_facts_must_still_be_affordable(shop: PricingService) -> None:
    asked = {"open_weights": True, "min_output": 1, "unknown": "allow", "at": MONDAY, "pricing_service": shop}
    assert "bolt/tiny" in keys(select(**asked, max_cost="0.3"))
    assert ("max_cost", False) in why(select(**asked, max_cost="0.29"), "bolt/tiny")


def test_before_any_source_saw_it_nobody_knows_whether_a_model_was_there(shop: PricingService) -> None:
    for day, expected in ((date(2026, 11, 1), []), (date(2026, 10, 31), [("status", True)])):
        found = select(models="dear", at=day, pricing_service=shop)
        assert (why(found, "bolt/dear") if found.rejected and not found.ranked else []) == expected
    vectors = select("embeddings", at=date(2026, 1, 1), pricing_service=shop)  # no release either, but a dated price
    assert keys(vectors) == ["bolt/vectors"]


def test_what_is_retired_without_a_date_does_not_stay(tmp_path: Path) -> None:
    text = FILES["definitions/bolt/dear.yaml"].replace(
        "capabilities:", "lifecycle: {status: retired}\n        capabilities:"
    )
    service = PricingService(write_files(tmp_path, {**FILES, "definitions/bolt/dear.yaml": text}))
    found = select(models="dear", status="retired", not_retiring_within=0, at=MONDAY, pricing_service=service)
    assert why(found, "bolt/dear") == [("not_retiring_within", False)]


def test_a_model_that_is_gone_retired_and_does_not_retire(choose: Choose) -> None:
    found = choose(status="retired", not_retiring_within=0)
    reasons = {entry.key: entry.reasons for entry in found.rejected}
    assert reasons["bolt/gone"] == (("not_retiring_within", "retired on 2025-06-01", False),)


def test_the_last_day_of_all_can_be_asked_for(choose: Choose) -> None:
    assert choose(at=date.max, not_retiring_within=36_500).asked.at.year == 9999
    first = choose(at=date.min)
    assert keys(first) == []
    assert first.explain().startswith("Asked on 0001-01-01 for ")


def test_an_instant_may_say_what_it_must_know(choose: Choose) -> None:
    assert keys(choose(known_after=datetime(2025, 1, 2, 12))) == ["acme/wide"]


def test_arguments_that_can_be_read_once_are_enough(choose: Choose, small: PricingService) -> None:
    found = select(iter(["image_input"]), prefer=iter(["batch_api"]), makers=iter(["acme"]), at=DAY, pricing_service=small)
    assert keys(found) == ["acme/wide"]
    assert found.asked.preferred == ("batch_api",)


def test_what_costs_the_same_stands_by_window_release_and_name(shop: PricingService, tmp_path: Path) -> None:
    twin = FILES["definitions/bolt/tiny.yaml"].replace("model_id: tiny", "model_id: twin")
    (tiny,) = [line for line in FILES["pricing/bolt.yaml"].splitlines() if " tiny: " in line]
    prices = FILES["pricing/bolt.yaml"].replace(tiny, f"{tiny}\n{tiny.replace('tiny:', 'twin:')}")
    files = {**FILES, "definitions/bolt/twin.yaml": twin, "pricing/bolt.yaml": prices}
    wider = {**files, "definitions/bolt/twin.yaml": twin.replace("400000", "400001")}
    newer = {**files, "definitions/bolt/twin.yaml": twin.replace("2026-01-01", "2026-01-02")}
    for place, (each, first) in enumerate(((files, "tiny"), (wider, "twin"), (newer, "twin"))):
        service = PricingService(write_files(tmp_path / str(place), each))
        assert select(models=["tiny", "twin"], at=MONDAY, pricing_service=service).ranked[0].model == first


def test_more_of_what_is_preferred_comes_first(choose: Choose) -> None:
    selection = choose(workload=REQUEST, prefer=["image_input", "extended_thinking"])
    assert [(each.key, each.preferred) for each in selection.ranked] == [
        ("bolt/dear", 2),
        ("acme/wide", 1),
        ("acme/free", 0),
        ("acme/cheap", 0),
    ]


@pytest.mark.parametrize(
    ("objective", "expected"),
    [
        ("cost", ["acme/free", "acme/cheap", "acme/wide", "bolt/dear"]),
        ("context", ["acme/wide", "bolt/dear", "acme/cheap", "acme/free"]),
        ("newest", ["acme/wide", "acme/free", "bolt/dear", "acme/cheap"]),
        ({"context": 1, "newest": 1}, ["acme/wide", "bolt/dear", "acme/free", "acme/cheap"]),
        ({"context": 1000, "cost": 1}, ["acme/wide", "bolt/dear", "acme/cheap", "acme/free"]),
        ({"cost": 1000, "context": 1}, ["acme/free", "acme/cheap", "acme/wide", "bolt/dear"]),
    ],
)
def test_the_objective_decides_the_order(choose: Choose, objective: Any, expected: list[str]) -> None:
    assert keys(choose(workload=REQUEST, objective=objective, models="!yuan")) == expected


@pytest.mark.parametrize(
    "objective", ["prise", {}, {"cost": 0}, {"cost": -1}, {"cost": True}, {"cost": float("inf")}, {"cots": 1}, 3, None]
)
def test_an_objective_that_cannot_be_is_refused(choose: Choose, objective: Any) -> None:
    with pytest.raises(InvalidSelectionError, match="objective"):
        choose(objective=objective)


@pytest.mark.parametrize(
    "options",
    [
        {"min_context": -1},
        {"min_context": 1.5},
        {"min_output": True},
        {"not_retiring_within": -1},
        {"not_retiring_within": "30"},
        {"min_providers": 0},
        {"max_cost": -1},
        {"max_cost": "much"},
        {"max_cost": None, "unknown": "maybe"},
        {"known_after": "2025"},
        {"region": " "},
        {"region": 3},
        {"makers": [3]},
        {"makers": 3},
        {"makers": []},
        {"status": []},
        {"open_weights": "yes"},
        {"open_weights": 1},
        {"free": "no"},
        {"offerings": "no"},
        {"unknown": ["exclude"]},
        {"not_retiring_within": 36_501},
        {"max_cost": float("inf")},
        {"max_cost": Decimal("1e999999999")},
        {"max_cost": "1e999999999"},
        {"max_cost": True},
        {"max_cost": "1,5"},
        {"max_cost": 10**55},
        {"min_context": 10**18 + 1},
        {"min_providers": 10**18 + 1},
        {"exchange": "CNY=1"},
        {"exchange": {"USD": 1}},
        {"exchange": {"yuan": 1}},
        {"exchange": {3: 1}},
        {"exchange": {"CNY": 1, "cny": 2}},
    ],
    ids=str,
)
def test_arguments_that_cannot_be_are_refused(choose: Choose, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidSelectionError) as caught:
        choose(**options)
    assert caught.value.argument in options


def test_names_that_mean_nothing_are_refused(choose: Choose, small: PricingService) -> None:
    with pytest.raises(UnknownCapabilityError, match="did you mean image_input"):
        choose("visoin")
    for nothing in ("", False, 0):
        with pytest.raises((UnknownCapabilityError, TypeError), match="capabilit"):
            select(nothing, pricing_service=small)  # type: ignore[arg-type]
    with pytest.raises(UnknownStatusError):
        choose(status=["alive"])


def test_the_frontier_is_better_in_something(choose: Choose) -> None:
    assert [each.key for each in choose(workload=REQUEST).frontier] == ["acme/free", "acme/cheap", "acme/wide"]
    assert "bolt/dear" not in [each.key for each in choose(workload=REQUEST, objective="newest").frontier]


def test_where_nothing_fits_it_is_said_what_to_give_up(choose: Choose) -> None:
    selection = choose("function_calling", workload=REQUEST, min_context=200_000, max_cost="0.02")
    assert selection.chosen is None
    admits = {relaxation.constraint: relaxation.admits for relaxation in selection.relaxations}
    assert admits["min_context"] == ("acme/cheap",)
    assert admits["max_cost"] == ("acme/wide",)
    assert selection.relaxations[0].admits
    text = selection.explain()
    assert "No model satisfies everything." in text
    assert "without min_context: 1 would: acme/cheap" in text


def test_every_model_that_costs_too_much_is_counted_where_nothing_fits(choose: Choose) -> None:
    options = {"min_context": 100_000, "makers": "acme", "max_cost": "0.000001", "workload": REQUEST}
    nothing = {each.constraint: each for each in choose("image_input", **options).relaxations}
    assert (nothing["max_cost"].blocked, nothing["max_cost"].is_least) == (7, False)  # all but the one that is free
    some = {each.constraint: each for each in choose(**{**options, "max_cost": "0.015"}).relaxations}
    assert (some["max_cost"].blocked, some["max_cost"].is_least, some["makers"].is_least) == (3, True, False)


def test_where_every_model_fails_twice_no_single_constraint_is_to_blame(choose: Choose) -> None:
    text = choose("moderation", min_context=2_000_000, makers="acme").explain()
    assert "every model fails two or more" in text


def test_the_explanation_shows_the_arithmetic(choose: Choose) -> None:
    text = choose(workload="100k:1k@80%cached@50%batch x 10/day", models="wide").explain()
    for line in (
        "cost: of 100k:1k@80%cached@50%batch x 10/day",
        "a request: 0.066 USD, 5 times",
        "input 20,000 at 2 per 1,000,000",
        "a batched request: 0.033 USD, 5 times",
        "cache_read 80,000 at 0.1 per 1,000,000 (service_tier=batch",
        "costs 0.495 USD",
    ):
        assert line in text, text


def test_the_answer_as_json(choose: Choose) -> None:
    told = choose(workload=REQUEST, unknown="allow", max_cost=1).to_dict()
    assert told["chosen"] == "acme/free"
    assert told["ranked"][1] | {"name": "Cheap"} == told["ranked"][1]
    assert (told["ranked"][1]["cost"], told["ranked"][-1]["cost"]) == ("0.012", None)
    assert told["asked"]["workload"] == "10k:1k"
    assert {entry["key"] for entry in told["rejected"]} == {"bolt/leaving", "bolt/gone"}
    assert told["rejected"][0]["reasons"][0] == {
        "constraint": "status",
        "text": "is retired since 2025-06-01",
        "unknown": False,
    }


def test_a_workload_may_be_an_object(choose: Choose) -> None:
    assert keys(choose(workload=Workload(input_tokens=10_000, output_tokens=1_000))) == keys(choose(workload=REQUEST))
