"""What must hold for every choice from the whole catalogue, whatever is asked; ``oracle`` says what is true."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import AT, SERVICE, cost_of, evidence, facts_of, is_said, verdicts

from ai_models import ModelCapability
from ai_models.selection import Candidate, Selection, choice, select
from ai_models.selection.constraints import Reason
from ai_models.selection.costing import Costing
from ai_models.selection.subject import Subject

C = ModelCapability
WORKLOADS = ["4k:300", "100k:1k@80%cached x 1M/month", "250k:4k@10%written x 1k", "2k:2k@50%batch x 10k", "1k:500@1 images"]
OBJECTIVES = ["cost", "context", "newest", {"cost": 2, "context": 1, "newest": 1}, {"context": 1, "cost": 9}]

options_of_a_choice = st.fixed_dictionaries(
    {},
    optional={
        "require": st.sets(st.sampled_from([C.IMAGE_INPUT, C.FUNCTION_CALLING, C.PROMPT_CACHING]), max_size=3),
        "min_context": st.sampled_from([8_000, 128_000, 200_000, 1_000_000]),
        "min_output": st.sampled_from([4_096, 8_192, 64_000]),
        "open_weights": st.booleans(),
        "not_retiring_within": st.sampled_from([0, 90, 365]),
        "known_after": st.sampled_from([date(2024, 1, 1), date(2025, 1, 1)]),
        "min_providers": st.sampled_from([1, 2, 5]),
        "max_cost": st.sampled_from(["0.001", "1", "10000"]),
        "free": st.booleans(),
        "makers": st.sampled_from(["openai", "!openai", "m*"]),
    },
)  # fmt: skip
workloads = st.sampled_from(WORKLOADS)
objectives = st.sampled_from(OBJECTIVES)
policies = st.sampled_from(["exclude", "allow", "only"])
checked = settings(max_examples=24, deadline=None, derandomize=True)
at_every_provider = settings(max_examples=4, deadline=None, derandomize=True)


def asked(options: Mapping[str, Any], **more: Any) -> Selection:
    return select(**{"at": AT, "pricing_service": SERVICE, **options, **more})


def check_truth(selection: Selection, options: Mapping[str, Any], workload: str) -> None:
    """Everything ranked satisfies everything, or is allowed to be unknown; every reason against the others is true."""
    policy = selection.asked.unknown
    for candidate in selection.ranked:
        found = verdicts(facts_of(candidate.key), options, workload)
        assert candidate.cost.exact == cost_of(candidate.offering, workload), candidate.key
        assert False not in found.values(), (candidate.key, found)
        is_open = None in found.values()
        assert is_open == bool(candidate.unknown) == (policy == "only" or (policy == "allow" and is_open)), candidate.key
    for entry in selection.rejected:
        found = verdicts(facts_of(entry.key), options, workload)
        assert entry.reasons
        for reason in entry.reasons:
            if reason.constraint == "unknown":
                assert policy == "only"
                assert set(found.values()) == {True}, (entry.key, found)
            else:
                assert found[reason.constraint] is (None if reason.unknown else False), (entry.key, reason, found)
                check_text(entry.key, reason, options, workload)
        if policy != "exclude":
            assert not all(reason.unknown for reason in entry.reasons), entry


def check_text(key: str, reason: Reason, options: Mapping[str, Any], workload: str) -> None:
    """What a reason says in words: the facts that it rests on, or that there are none."""
    if reason.unknown:
        assert re.search("no source|nobody|not known|not announced", reason.text), (key, reason)
        return
    stated = evidence(facts_of(key), reason.constraint, options, workload)
    assert all(is_said(fact, reason.text) for fact in stated), (key, reason, stated)


@pytest.mark.slow
@checked
@given(options_of_a_choice, workloads, objectives, policies)
def test_every_model_is_truly_ranked_or_truly_rejected(
    options: dict[str, Any], workload: str, objective: Any, policy: str
) -> None:
    options = {**options, "objective": objective}
    selection = asked(options, workload=workload, unknown=policy)
    keys = [candidate.key for candidate in selection.ranked] + [entry.key for entry in selection.rejected]
    assert sorted(keys) == sorted(spec.key for spec in SERVICE.catalog.models())
    check_truth(selection, options, workload)


@pytest.mark.slow
@at_every_provider
@given(options_of_a_choice, workloads, objectives, policies)
def test_every_offering_is_truly_ranked_or_truly_rejected(
    options: dict[str, Any], workload: str, objective: Any, policy: str
) -> None:
    options = {**options, "objective": objective}
    selection = asked(options, workload=workload, unknown=policy, offerings=True)
    check_truth(selection, options, workload)
    check_frontier(selection)


def check_frontier(selection: Selection) -> None:
    """Nothing dominates what is on it, and whatever is not is dominated by something that is."""
    points = {each.key: point for each in selection.ranked if (point := _point(each)) is not None}
    edge = {candidate.key for candidate in selection.frontier}
    assert edge <= points.keys()
    assert bool(edge) == bool(points)
    for key, point in points.items():
        is_beaten = any(_beats(points[other], point) for other in (edge if key not in edge else points) if other != key)
        assert is_beaten is (key not in edge), key


def _point(candidate: Candidate) -> tuple[Any, ...] | None:
    values = candidate.values
    if None in values.values():
        return None
    return tuple(value if name == "cost" else -value for name, value in values.items())  # type: ignore[operator]


def _beats(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))


@pytest.mark.slow
@checked
@given(options_of_a_choice, workloads, objectives)
def test_nothing_dominates_what_is_on_the_frontier(options: dict[str, Any], workload: str, objective: Any) -> None:
    selection = asked(options, workload=workload, objective=objective, unknown="allow")
    counted = {"cost", "context", *([objective] if isinstance(objective, str) else objective)}
    assert all(candidate.values.keys() == counted for candidate in selection.ranked)
    check_frontier(selection)


@pytest.mark.slow
@checked
@given(options_of_a_choice, options_of_a_choice, workloads)
def test_a_further_constraint_never_makes_the_chosen_cheaper(
    one: dict[str, Any], more: dict[str, Any], workload: str
) -> None:
    check_monotony(one, more, workload, offerings=False)


@pytest.mark.slow
@at_every_provider
@given(options_of_a_choice, options_of_a_choice, workloads)
def test_a_further_constraint_never_makes_the_chosen_offering_cheaper(
    one: dict[str, Any], more: dict[str, Any], workload: str
) -> None:
    check_monotony(one, more, workload, offerings=True)


def check_monotony(one: dict[str, Any], more: dict[str, Any], workload: str, *, offerings: bool) -> None:
    require = {*one.get("require", ()), *more.get("require", ())}
    fewer = asked(one, workload=workload, offerings=offerings)
    both = asked({**more, **one, "require": require}, workload=workload, offerings=offerings)
    assert {each.key for each in both.ranked} <= {each.key for each in fewer.ranked}
    if both.chosen is not None:
        assert fewer.chosen is not None
        assert fewer.chosen.cost.exact <= both.chosen.cost.exact  # type: ignore[operator]


@pytest.mark.slow
@settings(max_examples=10, deadline=None, derandomize=True)
@given(options_of_a_choice, workloads, policies)
def test_giving_a_constraint_up_admits_exactly_what_is_said(options: dict[str, Any], workload: str, policy: str) -> None:
    selection = asked(options, workload=workload, unknown=policy)
    ranked = {candidate.key for candidate in selection.ranked}
    for relaxation in selection.relaxations:
        if relaxation.constraint in options:
            fewer = {name: value for name, value in options.items() if name != relaxation.constraint}
            without = {each.key for each in asked(fewer, workload=workload, unknown=policy).ranked}
            assert without - ranked == set(relaxation.admits), relaxation.constraint


@pytest.mark.parametrize("objective", OBJECTIVES, ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_the_order_in_which_models_come_does_not_matter(objective: Any, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    check_shuffling(monkeypatch, seed, objective=objective)


@pytest.mark.slow
def test_the_order_in_which_offerings_come_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    check_shuffling(monkeypatch, 7, objective={"cost": 1, "context": 1}, offerings=True)


def check_shuffling(monkeypatch: pytest.MonkeyPatch, seed: int, **options: Any) -> None:
    first = asked(options, workload="4k:300")
    in_order = choice.subjects

    def shuffled(*arguments: Any, **named: Any) -> list[Subject]:
        found = list(in_order(*arguments, **named))
        random.Random(seed).shuffle(found)  # noqa: S311 no secret
        return found

    monkeypatch.setattr(choice, "subjects", shuffled)
    again = asked(options, workload="4k:300")
    for part in ("ranked", "frontier", "rejected"):
        assert [each.key for each in getattr(again, part)] == [each.key for each in getattr(first, part)]


def test_what_is_found_by_capability_is_what_would_be_selected() -> None:
    wanted = {C.IMAGE_INPUT, C.FUNCTION_CALLING}
    found = [spec.key for spec in SERVICE.catalog.find_models_with_capabilities(wanted, at=AT)]
    ranked = {candidate.key: candidate.cost.exact for candidate in asked({"require": wanted}).ranked}
    costs = [ranked[key] for key in found if key in ranked]
    assert costs == sorted(costs)  # type: ignore[type-var]
    assert ranked.keys() <= set(found)
    volume = Costing(SERVICE, None, at=AT)
    assert all(volume.of(SERVICE.catalog.own_offering(key)).exact is None for key in set(found) - ranked.keys())
