"""Names: the seven rules, on made-up models."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine

from ai_models.catalog.catalog import Catalog
from ai_models.catalog.resolve import caseless
from ai_models.errors import AmbiguousModelError, ModelNotFoundError, OfferingNotFoundError, ProviderNotFoundError

ACME_ONE = """
    model_id: one-2025-01-01
    provider: acme
    aliases:
      - one-1.0
      - {name: one, since: 2025-01-01, until: 2025-06-01, floating: true}
      - {name: two, since: 2025-01-01, until: 2025-06-01}
    metadata: {name: One, last_verified: 2025-12-01, release_date: 2025-01-01}
    pricing_ref: one-2025-01-01
"""
ACME_TWO = """
    model_id: two
    provider: acme
    aliases: [two-2025-06-01, {name: one, since: 2025-06-01, floating: true}, gpt-3.5-mini]
    metadata: {name: Two, last_verified: 2025-12-01, release_date: 2025-06-01}
    pricing_ref: two
"""
ACME_CASED = """
    model_id: Cased.Name
    provider: acme
    metadata: {name: Cased, last_verified: 2025-12-01}
"""
ACME_FOLDED = """
    model_id: cased.name-b
    provider: acme
    aliases: [CASED-NAME-B2]
    metadata: {name: Folded, last_verified: 2025-12-01}
"""
OTHER = """
    model_id: shared
    provider: other
    aliases: [claude-nine-20250101, gemini-nine]
    metadata: {name: Shared, last_verified: 2025-12-01}
"""
ACME_SHARED = """
    model_id: shared
    provider: acme
    metadata: {name: Shared of Acme, last_verified: 2025-12-01}
"""
ACME_PRICES = """
    provider: acme
    models:
      one-2025-01-01: {pricing_versions: [{input_per_1m_tokens: 1, output_per_1m_tokens: 2}]}
      two: {pricing_versions: [{input_per_1m_tokens: 3, output_per_1m_tokens: 4}]}
"""
CLOUD_PRICES = """
    provider: cloud
    models:
      vendor.one-v1:0: {model: acme/one-2025-01-01, pricing_versions: [{input_per_1m_tokens: 5, output_per_1m_tokens: 6}]}
      Two: {model: acme/two, pricing_versions: [{input_per_1m_tokens: 7, output_per_1m_tokens: 8}]}
      two: {model: acme/two, pricing_versions: [{input_per_1m_tokens: 9, output_per_1m_tokens: 9}]}
      mystery: {pricing_versions: [{input_per_1m_tokens: 1, output_per_1m_tokens: 1}]}
      both: {model: acme/two, pricing_versions: [{input_per_1m_tokens: 1, output_per_1m_tokens: 1}]}
      split: {model: acme/two, pricing_versions: [{input_per_1m_tokens: 1, output_per_1m_tokens: 1}]}
"""
BAY_PRICES = """
    provider: bay
    models:
      both: {model: acme/two, pricing_versions: [{input_per_1m_tokens: 1, output_per_1m_tokens: 1}]}
      split: {model: acme/one-2025-01-01, pricing_versions: [{input_per_1m_tokens: 1, output_per_1m_tokens: 1}]}
"""


@pytest.fixture
def catalog(write, tmp_path: Path) -> Catalog:
    texts = {"one": ACME_ONE, "two": ACME_TWO, "cased": ACME_CASED, "folded": ACME_FOLDED, "other": OTHER}
    texts |= {"shared": ACME_SHARED, "acme": ACME_PRICES, "cloud": CLOUD_PRICES, "bay": BAY_PRICES}
    for name, text in texts.items():
        write(f"{name}.yaml", text)
    return Catalog.load([tmp_path])


@pytest.mark.parametrize(
    "name",
    [
        "one-2025-01-01",
        "ONE-2025-01-01",
        "one-1.0",
        "one-1-0",
        "One 1.0",
        "one_1_0",
        "acme/one-1.0",
        "ACME/One-1-0",
        "acme:one-2025-01-01",
        "one-2025-01-01@acme",
        "one-1-0@acme",
        "cloud:vendor.one-v1:0",
        "cloud/vendor.one-v1:0",
        "vendor.one-v1:0@cloud",
        "vendor.one-v1:0",
        "VENDOR.ONE-V1:0",
    ],
)
def test_every_form_of_a_name_leads_to_the_model(catalog: Catalog, name: str) -> None:
    assert catalog.get_model(name).model_id == "one-2025-01-01"


@pytest.mark.parametrize(
    ("form", "model_id"),
    [
        ("us.other.claude-nine-20250101-v1:0", "shared"),
        ("other.claude-nine-20250101-v2:0:200k", "shared"),
        ("arn:aws:bedrock:us-east-1::foundation-model/other.claude-nine-20250101-v1:0", "shared"),
        ("arn:aws:bedrock:us-east-1:1:inference-profile/us.other.claude-nine-20250101-v1:0", "shared"),
        ("bedrock/us.other.claude-nine-20250101-v1:0", "shared"),
        ("claude-nine@20250101", "shared"),
        ("other/claude-nine-v2@20250101", "shared"),
        ("vertex_ai/claude-nine@20250101", "shared"),
        ("publishers/other/models/gemini-nine", "shared"),
        ("projects/p/locations/l/publishers/other/models/gemini-nine@001", "shared"),
        ("models/gemini-nine", "shared"),
        ("gemini/gemini-nine", "shared"),
        ("gpt-35-mini", "two"),
        ("azure/gpt-35-mini", "two"),
    ],
)
def test_platform_forms_lead_to_the_model_behind_them(catalog: Catalog, form: str, model_id: str) -> None:
    assert catalog.get_model(form).model_id == model_id


@pytest.mark.parametrize(
    "form",
    [
        "anthropic.claude-nine-20250101-v1:0",
        "evil.two-v1:0",
        "publishers/acme/models/gemini-nine",
        "arn:aws:bedrock:us-east-1:1:application-inference-profile/two",
        "two@latest",
        "two@001",
        "ft:two:org::abc",
        "two:free:beta",
    ],
)
def test_a_form_that_names_another_owner_or_hides_the_model_leads_nowhere(catalog: Catalog, form: str) -> None:
    with pytest.raises(ModelNotFoundError):
        catalog.get_model(form)


def test_an_exact_name_comes_before_another_case(catalog: Catalog) -> None:
    assert catalog.get_offering("Two", provider="cloud").id == "Two"
    assert catalog.get_offering("two", provider="cloud").id == "two"
    with pytest.raises(AmbiguousModelError, match="cloud:Two, cloud:two"):
        catalog.get_offering("TWO", provider="cloud")


def test_a_name_that_two_makers_claim_lists_both(catalog: Catalog) -> None:
    with pytest.raises(AmbiguousModelError) as caught:
        catalog.get_model("shared")
    assert caught.value.claimants == ("acme/shared", "other/shared")
    assert catalog.get_model("other/shared").provider == "other"


@pytest.mark.parametrize(
    ("day", "model_id"),
    [
        (date(2025, 5, 31), "one-2025-01-01"),
        (date(2025, 6, 1), "two"),
        (datetime(2025, 5, 31, 23, 59, 59, tzinfo=UTC), "one-2025-01-01"),
        (datetime(2025, 6, 1, tzinfo=UTC), "two"),
    ],
)
def test_a_floating_name_moves_on_its_day(catalog: Catalog, day: date, model_id: str) -> None:
    assert catalog.get_model("one", at=day).model_id == model_id
    assert catalog.is_floating("one", at=day)


def test_a_past_pointer_wins_over_the_id_that_the_name_became(catalog: Catalog) -> None:
    assert catalog.get_model("two", at=date(2025, 5, 31)).model_id == "one-2025-01-01"
    assert catalog.get_model("two", at=date(2025, 6, 1)).model_id == "two"
    assert catalog.get_model("two").model_id == "two"


def test_a_pointer_that_moves_while_the_process_runs_is_followed(catalog: Catalog) -> None:
    with time_machine.travel(datetime(2025, 5, 31, 23, 59, tzinfo=UTC), tick=False) as clock:
        assert catalog.get_model("one").model_id == "one-2025-01-01"
        clock.shift(60)
        assert catalog.get_model("one").model_id == "two"


def test_a_pointer_before_its_first_day_leads_nowhere_and_says_when_it_does(catalog: Catalog) -> None:
    with pytest.raises(ModelNotFoundError, match="at that time; it is a name of acme/one-2025-01-01 from 2025-01-01"):
        catalog.get_model("one", at=date(2024, 12, 31))


@pytest.mark.parametrize("name", ["", " ", "/", ":", "@", "acme/", "/one", "acme:", "nobody/one-1.0", "zzz", "acme:nothing"])
def test_a_wrong_name_is_an_error_and_never_a_guess(catalog: Catalog, name: str) -> None:
    with pytest.raises(ModelNotFoundError) as caught:
        catalog.get_model(name)
    assert caught.value.name == name
    assert isinstance(caught.value, LookupError)


def test_a_name_that_is_no_text_is_refused(catalog: Catalog) -> None:
    for wrong in (3, None, b"two", ["two"]):
        with pytest.raises(TypeError, match="a model's name is text, found"):
            catalog.get_model(wrong)  # type: ignore[arg-type]


def test_a_misspelt_name_is_answered_with_the_nearest(catalog: Catalog) -> None:
    with pytest.raises(ModelNotFoundError, match=r"did you mean gpt-3\.5-mini\?") as caught:
        catalog.get_model("gpt-3.5-mimi")
    assert caught.value.suggestions == ("gpt-3.5-mini",)


def test_the_price_of_a_bare_name_is_the_makers(catalog: Catalog) -> None:
    assert catalog.get_offering("two").key == "acme:two"
    assert catalog.get_offering("two", provider="cloud").key == "cloud:two"


def test_a_model_that_its_maker_does_not_sell_lists_who_does(catalog: Catalog) -> None:
    with pytest.raises(OfferingNotFoundError, match="is not sold by its maker; nobody"):
        catalog.get_offering("Cased.Name")
    with pytest.raises(ProviderNotFoundError, match="no provider is called 'nowhere'; known: acme, bay, cloud, other"):
        catalog.get_offering("one-1.0", provider="nowhere")
    with pytest.raises(ProviderNotFoundError, match="did you mean cloud"):
        catalog.get_offering("one-1.0", provider="clowd")
    with pytest.raises(TypeError, match="a provider's name is text, found int 5"):
        catalog.get_offering("one-1.0", provider=5)  # type: ignore[arg-type]
    assert catalog.get_offering("one-1.0", provider="CLOUD").provider == "cloud"


def test_a_provider_that_does_not_sell_a_model_is_named_with_those_that_do(catalog: Catalog) -> None:
    with pytest.raises(OfferingNotFoundError) as caught:
        catalog.get_offering("acme/shared", provider="cloud")
    assert caught.value.offerings == ()
    with pytest.raises(OfferingNotFoundError) as caught:
        catalog.get_offering("gpt-3.5-mini", provider="cloud")
    assert set(caught.value.offerings) == {"cloud:Two", "cloud:two", "cloud:both", "cloud:split"}


def test_a_model_that_a_provider_sells_once_is_found_by_the_models_name(catalog: Catalog) -> None:
    assert catalog.get_offering("one-1.0", provider="cloud").id == "vendor.one-v1:0"
    assert catalog.get_offering("one-1.0", provider="bay").id == "split"


def test_an_offering_of_no_model_has_a_price_but_no_specification(catalog: Catalog) -> None:
    assert catalog.get_offering("mystery").key == "cloud:mystery"
    assert catalog.get_offering("mystery").model is None
    with pytest.raises(ModelNotFoundError, match="matches no model of the catalogue"):
        catalog.get_model("mystery")


def test_an_identifier_that_several_providers_share_leads_to_their_one_model(catalog: Catalog) -> None:
    assert catalog.get_model("both").model_id == "two"
    assert catalog.get_offering("both").key == "acme:two"


def test_an_identifier_of_different_models_is_ambiguous(catalog: Catalog) -> None:
    with pytest.raises(AmbiguousModelError) as caught:
        catalog.get_model("split")
    assert set(caught.value.claimants) == {"cloud:split", "bay:split"}


def test_names_in_other_cases_do_not_fill_the_memory(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ai_models.catalog.catalog.KEPT_NAMES", 2)
    for name in ("one-1.0", "ONE-1.0", "One-1.0", "oNe-1.0"):
        assert catalog.get_model(name).model_id == "one-2025-01-01"
    assert len(catalog._hot) == 2


@pytest.mark.parametrize("name", ["two\u212a", "\u017fhared", "gpt-3.5-\u017fini", "\u212a:two"])
def test_letters_that_only_folding_makes_ascii_are_no_other_spelling(catalog: Catalog, name: str) -> None:
    with pytest.raises(ModelNotFoundError):
        catalog.get_model(name)


@pytest.mark.parametrize("name", ["other/\u017fhared", "other:\u017fhared", "\u017fhared@other"])
def test_such_letters_do_not_pass_beside_an_owner(catalog: Catalog, name: str) -> None:
    with pytest.raises(ModelNotFoundError):
        catalog.get_model(name)


def test_a_providers_name_has_its_own_letters(catalog: Catalog) -> None:
    with pytest.raises(ProviderNotFoundError):
        catalog.get_offering("two", provider="other".replace("o", "\u00ba"))
    assert caseless("\u00c9t\u00c9-K") == "\u00e9t\u00e9-k"
    assert [caseless(letter) for letter in "\u212a\u017f\ufb01"] == ["\u212a", "\u017f", "\ufb01"]
