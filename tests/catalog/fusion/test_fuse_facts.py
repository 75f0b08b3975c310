"""Facts from many sources: the written precedence, one step after the other, on claims made up for it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_models.catalog.claims import Claim, ClaimValue
from ai_models.catalog.fusion.facts import fuse_facts
from ai_models.catalog.fusion.precedence import Fact, settle

OCTOBER = date(2026, 10, 1)
NOVEMBER = date(2026, 11, 1)


def claim(source: str, value: ClaimValue, *, field: str = "context_window_output", as_of: date = NOVEMBER, **more) -> Claim:
    return Claim(source=source, provider="acme", subject="one", field=field, value=value, as_of=as_of, **more)


def settled(*claims: Claim) -> Fact:
    return settle(claims[0].field, list(claims), provider="acme")


# The precedence.


def test_what_a_person_verified_stands_before_all_feeds() -> None:
    fact = settled(claim("litellm", 64_000), claim("models.dev", 64_000), claim("vendor", 128_000, as_of=OCTOBER))
    assert fact.value == 128_000
    assert fact.evidence == ("vendor",)
    assert fact.conflict is not None
    assert fact.conflict.values == {"litellm": "64000", "models.dev": "64000", "vendor": "128000"}
    assert fact.conflict.settled_by == "verified by a person"


def test_of_two_verified_values_the_newer_one_counts() -> None:
    fact = settled(claim("vendor", 1, as_of=OCTOBER), claim("vendor", 2, as_of=NOVEMBER), claim("manual", 3, as_of=OCTOBER))
    assert fact.value == 2


def test_the_latest_dated_change_stands_before_agreement() -> None:
    fact = settled(claim("litellm", 1), claim("models.dev", 1), claim("genai-prices", 2, since=OCTOBER))
    assert fact.value == 2
    assert fact.conflict is not None
    assert fact.conflict.settled_by == "the latest dated change"


def test_a_change_that_lies_ahead_of_its_source_is_not_in_force() -> None:
    fact = settled(claim("litellm", 1), claim("models.dev", 2, since=date(2026, 12, 1)))
    assert fact.value == 1


def test_agreement_of_two_stands_before_the_specialist() -> None:
    fact = settled(claim("litellm", 1), claim("models.dev", 2), claim("genai-prices", 2))
    assert fact.value == 2
    assert fact.evidence == ("genai-prices", "models.dev")
    assert fact.conflict is not None
    assert fact.conflict.settled_by == "agreement of independent sources"


def test_one_source_that_repeats_itself_does_not_agree_with_itself() -> None:
    fact = settled(claim("models.dev", 2, where="row 1"), claim("models.dev", 2, where="row 2"), claim("litellm", 1))
    assert fact.value == 1


@pytest.mark.parametrize(
    ("field", "first", "second"),
    [
        ("context_window_output", "litellm", "models.dev"),
        ("capability:image_input", "litellm", "models.dev"),
        ("rate", "genai-prices", "litellm"),
        ("rate", "litellm", "models.dev"),
        ("retires_on", "deprecations", "litellm"),
        ("release_date", "models.dev", "litellm"),
    ],
)
def test_the_specialist_stands_before_the_generalist(field: str, first: str, second: str) -> None:
    fact = settled(claim(second, "b", field=field), claim(first, "a", field=field))
    assert (fact.value, fact.evidence) == ("a", (first,))
    assert fact.conflict is not None
    assert fact.conflict.settled_by == "specialist before generalist"


@pytest.mark.parametrize("derived", ["rates", "openrouter"])
def test_a_derived_feed_is_never_evidence(derived: str) -> None:
    fact = settled(claim("litellm", 1), claim(derived, 2), claim(derived, 2, where="again"))
    assert (fact.value, fact.evidence, fact.conflict) == (1, ("litellm",), None)


def test_a_field_that_only_a_derived_feed_knows_stays_unknown() -> None:
    assert fuse_facts([claim("openrouter", 2)], provider="acme").facts == {}
    with pytest.raises(ValueError, match="no claim that counts"):
        settle("context_window_output", [claim("rates", 2)])


def test_what_an_api_gives_every_model_yields_to_any_statement() -> None:
    default = claim("manual", True, field="capability:streaming", where="default")
    fact = settled(default, claim("models.dev", False, field="capability:streaming"))
    assert (fact.value, fact.evidence, fact.conflict) == (False, ("models.dev",), None)
    assert settled(default).evidence == ("manual",)


# Evidence, dates, conflicts.


def test_a_month_agrees_with_its_days() -> None:
    fact = settled(
        claim("vendor", "2025-01", field="knowledge_cutoff"), claim("models.dev", "2025-01-31", field="knowledge_cutoff")
    )
    assert (fact.value, fact.evidence, fact.conflict) == ("2025-01", ("models.dev", "vendor"), None)


def test_the_newest_source_read_dates_a_fact_and_our_own_writing_does_not() -> None:
    fact = settled(claim("litellm", 1, as_of=OCTOBER), claim("manual", 1, as_of=date(2026, 11, 22)))
    assert fact.as_of == OCTOBER
    assert settled(claim("manual", 1, as_of=NOVEMBER)).as_of == NOVEMBER


def test_sources_that_agree_leave_no_conflict() -> None:
    assert settled(claim("litellm", 1), claim("models.dev", 1)).conflict is None


def test_a_source_that_says_two_things_is_quoted_with_both() -> None:
    fact = settled(claim("models.dev", 1), claim("models.dev", 2), claim("litellm", 2), claim("vendor", 2))
    assert fact.conflict is not None
    assert fact.conflict.values["models.dev"] == "1 / 2"


def test_rates_are_no_facts_of_a_model_and_the_past_is_past() -> None:
    fused = fuse_facts(
        [
            claim("litellm", 1, field="rate:input_per_1m_tokens"),
            claim("vendor", 1_000_000, field="context_window_input", conditions=(("historical", "true"),)),
        ],
        provider="acme",
    )
    assert fused.facts == {}


# What cannot be.


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ([claim("models.dev", 0)], "a window of 0 is a placeholder"),
        (
            [claim("litellm", 8_192), claim("vendor", 4_096, field="context_window")],
            "exceeds the total window of 4,096 that a person verified",
        ),
        (
            [claim("litellm", NOVEMBER, field="deprecated_on"), claim("litellm", NOVEMBER, field="retires_on")],
            "repeats the shutdown date",
        ),
        (
            [claim("litellm", OCTOBER, field="retires_on"), claim("models.dev", NOVEMBER, field="release_date")],
            "lies before the release",
        ),
    ],
)
def test_an_impossible_value_is_quarantined_with_its_reason(claims: list[Claim], reason: str) -> None:
    fused = fuse_facts(claims, provider="acme")
    assert claims[0].field not in fused.facts
    [left] = fused.quarantined
    assert reason in left.reason
    assert left.source == claims[0].source


def test_a_vendor_may_exceed_a_total_that_no_feed_may() -> None:
    claims = [claim("vendor", 8_192), claim("vendor", 4_096, field="context_window")]
    assert fuse_facts(claims, provider="acme").quarantined == []


# Determinism.

CLAIMS = st.lists(
    st.builds(
        claim,
        st.sampled_from(["litellm", "models.dev", "genai-prices", "vendor", "manual", "rates"]),
        st.integers(0, 3),
        field=st.sampled_from(["context_window", "context_window_output", "context_window_input"]),
        as_of=st.sampled_from([OCTOBER, NOVEMBER]),
        since=st.none() | st.just(OCTOBER),
        where=st.sampled_from(["", "default", "row 1"]),
    ),
    max_size=12,
)


@given(CLAIMS, st.randoms())
def test_the_order_of_the_claims_does_not_matter(claims: list[Claim], random) -> None:
    shuffled = list(claims)
    random.shuffle(shuffled)
    assert fuse_facts(shuffled, provider="acme") == fuse_facts(claims, provider="acme")
