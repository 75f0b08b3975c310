"""What must hold for every choice from the whole catalogue, whatever is asked."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_models import PricingService
from ai_models.catalog.catalog import Catalog
from ai_models.models.base import ModelStatus
from ai_models.models.capabilities import ModelCapability, Support
from ai_models.selection import Candidate, Selection, parse_workload, select
from ai_models.selection.constraints import Reason
from ai_models.selection.costing import Costing

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
SERVICE = PricingService()

C = ModelCapability
WORKLOADS = ["4k:300", "100k:1k@80%cached x 1M/month", "250k:4k@10%written x 1k", "2k:2k@50%batch x 10k", "1k:500@1 images"]

constraints = st.fixed_dictionaries(
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
checked = settings(max_examples=40, deadline=None, derandomize=True)


def asked(options: Mapping[str, Any], **more: Any) -> Selection:
    return select(**{"at": AT, "pricing_service": SERVICE, **options, **more})


def holds(candidate: Candidate, options: Mapping[str, Any], workload: str) -> bool:
    """Whether a candidate satisfies everything, by the catalogue's own words and not by the code under test."""
    spec, work = candidate.spec, parse_workload(workload)
    window, answer = spec.context_window_input or 0, spec.context_window_output or 0
    needed = {*options.get("require", ()), *work.needs}
    life, cutoff = spec.lifecycle, spec.knowledge_cutoff
    cost = candidate.cost.total
    sellers = {key.partition(":")[0] for key in SERVICE.catalog.sellers(spec.key)}
    last = AT.date() + timedelta(days=options.get("not_retiring_within", -1))
    makers = options.get("makers", "*")
    return all(
        (
            spec.status_at(AT) in (ModelStatus.ACTIVE, ModelStatus.PREVIEW),
            all(spec.support(capability) is Support.SUPPORTED for capability in needed),
            window >= max(options.get("min_context", 0), work.prompt_tokens),
            answer >= max(options.get("min_output", 0), work.output_tokens),
            "open_weights" not in options or spec.metadata.open_weights is options["open_weights"],
            "not_retiring_within" not in options or life.retires_on is None or life.retires_on > last,
            "known_after" not in options or (cutoff is not None and f"{cutoff}-01-01"[:10] >= str(options["known_after"])),
            len(sellers) >= options.get("min_providers", 0),
            cost is not None,
            "max_cost" not in options or (cost or 0) <= Decimal(options["max_cost"]),
            "free" not in options or (cost == 0) is options["free"],
            makers == "*"
            or (spec.provider == makers)
            or (makers == "!openai" and spec.provider != "openai")
            or (makers == "m*" and spec.provider.startswith("m")),
        )
    )


@checked
@given(constraints, workloads)
def test_what_is_chosen_satisfies_every_constraint_and_so_does_everything_ranked(
    options: dict[str, Any], workload: str
) -> None:
    for candidate in asked(options, workload=workload).ranked:
        assert holds(candidate, options, workload), (candidate.key, options)


@checked
@given(constraints, workloads)
def test_every_model_is_ranked_or_truly_rejected(options: dict[str, Any], workload: str) -> None:
    selection = asked(options, workload=workload)
    keys = [candidate.key for candidate in selection.ranked] + [entry.key for entry in selection.rejected]
    assert sorted(keys) == sorted(spec.key for spec in SERVICE.catalog.models())
    for entry in selection.rejected:
        assert entry.reasons
        for reason in entry.reasons:
            assert is_true(reason, entry.key, options, workload), entry


def is_true(reason: Reason, key: str, options: Mapping[str, Any], workload: str) -> bool:
    """Whether a model really fails a constraint, and is really of unknown fact where that is said."""
    constraint, unknown = reason.constraint, reason.unknown
    spec, work = SERVICE.catalog.get_model(key), parse_workload(workload)
    kind, _, capability = constraint.rpartition(" ")
    if kind in ("require", "workload needs"):
        expected = Support.UNKNOWN if unknown else Support.UNSUPPORTED
        return spec.support(capability) is expected
    least = {
        "min_context": (spec.context_window_input, options.get("min_context", 0)),
        "min_output": (spec.context_window_output, options.get("min_output", 0)),
        "workload input": (spec.context_window_input, work.prompt_tokens),
        "workload output": (spec.context_window_output, work.output_tokens),
    }
    if constraint in least:
        found, wanted = least[constraint]
        return found is None if unknown else found is not None and found < wanted
    if constraint == "open_weights":
        found = spec.metadata.open_weights
        return found is None if unknown else found is (not options["open_weights"])
    if constraint == "known_after":
        return spec.knowledge_cutoff is None if unknown else spec.knowledge_cutoff is not None
    if constraint in ("max_cost", "free", "objective"):
        cost = only(key, workload)
        return (
            cost is None
            if unknown
            else cost is not None and (constraint != "max_cost" or cost > Fraction(options["max_cost"]))
        )
    return constraint in ("status", "makers", "min_providers", "not_retiring_within")


@lru_cache(maxsize=10_000)
def only(key: str, workload: str) -> Fraction | None:
    """What a model costs, asked for alone."""
    return Costing(SERVICE, parse_workload(workload), at=AT).of(SERVICE.catalog.own_offering(key)).exact


@checked
@given(constraints, workloads)
def test_nothing_dominates_what_is_on_the_frontier(options: dict[str, Any], workload: str) -> None:
    selection = asked(options, workload=workload)
    points = {each.key: (each.cost.exact, -(each.spec.context_window_input or 0)) for each in selection.ranked}
    edge = {candidate.key for candidate in selection.frontier}
    for key in edge:
        for other in points.keys() - {key}:
            better = all(a <= b for a, b in zip(points[other], points[key], strict=True)) and points[other] != points[key]
            assert not better, (other, key)
    for key in points.keys() - edge:
        assert any(all(a <= b for a, b in zip(points[best], points[key], strict=True)) for best in edge)


@checked
@given(constraints, constraints, workloads)
def test_a_further_constraint_never_makes_the_chosen_cheaper(
    one: dict[str, Any], more: dict[str, Any], workload: str
) -> None:
    fewer, both = asked(one, workload=workload), asked({**more, **one}, workload=workload)
    require = {*one.get("require", ()), *more.get("require", ())}
    if require:
        both = asked({**more, **one, "require": require}, workload=workload)
    if both.chosen is not None:
        assert fewer.chosen is not None
        assert fewer.chosen.cost.exact <= both.chosen.cost.exact  # type: ignore[operator]
    assert {each.key for each in both.ranked} <= {each.key for each in fewer.ranked}


@pytest.mark.parametrize("objective", ["cost", "context", "newest", {"cost": 2, "context": 1, "newest": 1}], ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_the_order_in_which_models_come_does_not_matter(objective: Any, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    first = asked({}, workload="4k:300", objective=objective)
    plain = Catalog.models

    def shuffled(self: Catalog, **options: Any) -> list[Any]:
        found = plain(self, **options)
        random.Random(seed).shuffle(found)  # noqa: S311 no secret
        return found

    monkeypatch.setattr(Catalog, "models", shuffled)
    again = asked({}, workload="4k:300", objective=objective)
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
