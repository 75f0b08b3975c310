"""Contract files: read, checked beside what there is to buy, laid as overlays, and found by name."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layering import Lay

from ai_models.catalog.catalog import Catalog
from ai_models.catalog.contract_files import load_contract
from ai_models.catalog.validate import validate
from ai_models.errors import CatalogError, ContractNotFoundError
from ai_models.pricing.conditions import SERVICE_TIERS
from ai_models.pricing.contracts import Bracket, Contract, Rate, Term, Volume
from ai_models.pricing.usage import Usage
from ai_models.registry.prices import Prices

Writer = Callable[[str, str], Path]
AT = datetime(2026, 6, 1, tzinfo=UTC)

DEAL = """\
name: acme-2026
currency: USD
since: 2026-01-01
until: 2027-01-01T00:00:00+01:00
notes: Signed in December
terms:
  - provider: acme
    multiply: 0.9
    service_tiers: [standard]
  - provider: acme
    models: ["one-*"]
    rates:
      input_per_1m_tokens: 2
      audio_per_hour: {price: 0.1, minimum: 10, increment: 1}
  - provider: acme
    models: [three]
    regions: [EU]
    since: 2026-03-01
    volume:
      marginal: true
      meters: [input]
      brackets: [{from: 0, multiply: 1}, {from: 1_000, multiply: 0.8}]
"""


def deal(terms: str, head: str = "name: deal") -> str:
    return f"{head}\nterms:\n" + "".join(f"  - {line}\n" for line in dedent(terms).strip().splitlines())


def problems(lay: Lay, *texts: str) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        lay(*texts)
    return [problem.partition("file.yaml:")[2] for problem in caught.value.problems]


def test_a_file_is_a_contract(lay: Lay) -> None:
    (contract,) = lay(DEAL).contracts.values()
    assert contract == Contract(
        name="acme-2026",
        since=datetime(2026, 1, 1, tzinfo=UTC),
        until=datetime(2026, 12, 31, 23, tzinfo=UTC),
        notes="Signed in December",
        terms=(
            Term(provider="acme", multiply=Decimal("0.9"), service_tiers=("standard",)),
            Term(
                provider="acme",
                models=("one-*",),
                rates={
                    "input": Rate(Decimal(2)),
                    "audio_seconds": Rate(Decimal("0.1"), 3_600, Decimal(10), Decimal(1)),
                },
            ),
            Term(
                provider="acme",
                models=("three",),
                regions=("EU",),
                since=datetime(2026, 3, 1, tzinfo=UTC),
                volume=Volume(
                    marginal=True, meters=("input",), brackets=(Bracket(0, Decimal(1)), Bracket(1_000, Decimal("0.8")))
                ),
            ),
        ),
    )


def test_a_catalogue_without_overlays_has_no_contract(base: Catalog) -> None:
    assert dict(base.contracts) == {}
    with pytest.raises(TypeError):
        base.contracts["x"] = None  # type: ignore[index]


def test_contracts_are_found_by_name(lay: Lay) -> None:
    prices = Prices(lay(DEAL), 10)
    tariffs = prices.tariffs
    cost = tariffs.price("one", Usage(input_tokens=1_000_000, output_tokens=1_000_000), at=AT, contract="acme-2026")
    assert (cost.list_cost, cost.contracted_cost) == (9, Decimal("7.4"))
    usage = Usage(input_tokens=1_000)
    asked = (None, "eu", None, ())
    spanning = tariffs.price("acme:three", usage, at=AT, contract="acme-2026", month_volume=500, asked=asked)
    assert spanning.contracted_cost == Decimal("0.0009")
    with pytest.raises(ContractNotFoundError) as caught:
        tariffs.price("one", usage, at=AT, contract="acme-2025")
    assert caught.value.suggestions == ("acme-2026",)


def test_an_overlay_lays_contracts_beside_its_own_models_and_prices(lay: Lay) -> None:
    priced = "provider: new\nmodels: {big: {pricing_versions: [{input_per_1m_tokens: 1}]}}"
    mine = lay(priced, deal("{provider: new, models: [big], multiply: 0.5}"))
    assert [entry.contracts for entry in mine.overlays] == [0, 1]
    assert list(mine.contracts) == ["deal"]


def test_models_of_an_overlay_can_be_named(lay: Lay) -> None:
    model = """
        model_id: four-2026
        provider: acme
        metadata: {name: Four, last_verified: 2026-01-01}
        pricing_ref: 4
        """
    priced = "provider: acme\nmodels: {4: {pricing_versions: [{input_per_1m_tokens: 1}]}}"
    assert lay(priced, model, deal("{provider: acme, models: [four-2026, acme/four-2026, '4'], multiply: 0.5}")).contracts


def test_a_stronger_overlay_replaces_a_contract_whole(lay: Lay) -> None:
    mine = lay(DEAL, deal("{provider: acme, multiply: 0.5}", "name: acme-2026"), deal("{provider: acme, multiply: 0.7}"))
    assert {name: len(contract.terms) for name, contract in mine.contracts.items()} == {"acme-2026": 1, "deal": 1}
    assert mine.contracts["acme-2026"].since is None


def test_overlays_on_overlays_keep_contracts(lay: Lay, write: Writer) -> None:
    more = Catalog.load(write("more/two.yaml", "model_id: two\nprovider: acme\naliases: [zwei]\n"), base=lay(DEAL))
    assert list(more.contracts) == ["acme-2026"]


def test_two_files_of_an_overlay_cannot_be_one_contract(write: Writer, base: Catalog) -> None:
    for place in "ab":
        write(f"over/contracts/{place}.yaml", deal("{provider: acme, multiply: 0.5}"))
    with pytest.raises(CatalogError, match=r"b\.yaml:1: name: 'deal' is described in .*a\.yaml too"):
        Catalog.load(write("over/x.yaml", "model_id: two\nprovider: acme\n").parent, base=base)


def test_a_contract_can_be_loaded_alone(write: Writer, base: Catalog) -> None:
    assert load_contract(write("deal.yaml", DEAL), base).name == "acme-2026"
    with pytest.raises(CatalogError, match=r"deal\.yaml:3: terms\[0\]\.provider: is not a provider"):
        load_contract(write("deal.yaml", deal("{provider: acne, multiply: 1}")), base)
    with pytest.raises(CatalogError, match="cannot be read"):
        load_contract("/nowhere/deal.yaml", base)
    with pytest.raises(CatalogError, match="terms: is missing"):
        load_contract(write("deal.yaml", "name: deal\n"), base)


def test_a_contract_is_validated_beside_a_catalogue_or_beside_its_own_files(write: Writer, base: Catalog) -> None:
    path = write("deal.yaml", deal("{provider: acme, models: [one-1], multiply: 0.5}"))
    assert validate([path], beside=base).problems == []
    (problem,) = validate([path]).problems
    assert (problem.line, problem.field, problem.found) == (3, "terms[0].provider", "'acme'")
    prices = write(
        "acme.yaml", "provider: acme\nmodels: {one-1: {model: m/x, pricing_versions: [{input_per_1m_tokens: 1}]}}"
    )
    assert [str(problem) for problem in validate([path, prices]).problems if "deal" in problem.file] == []


BRACKET = "{from: 0, multiply: 1}"
FACTOR = "must be a factor from 0.001 to 10 (0.9 is ten percent off), found"
ONE_OF = "must have exactly one of multiply, rates and volume, found"
EQUAL = "does, and neither is more specific; tell them apart by meter or date"


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("models: [oen-1], multiply: 1", "models[0]: is nothing that acme sells, found 'oen-1'; did you mean one-1?"),
        ("models: [three, 'gpt-*'], multiply: 1", "models[1]: matches nothing that acme sells, found 'gpt-*'"),
        ("regions: [eur], multiply: 1", "regions[0]: is not a region of the provider, found 'eur'; did you mean eu?"),
        ("meters: [inptu], multiply: 1", "meters[0]: is neither a meter nor a group, found 'inptu'; did you mean input?"),
        (
            "rates: {inptu_per_1m_tokens: 1}",
            "rates.inptu_per_1m_tokens: is not a key here; did you mean input_per_1m_tokens?",
        ),
        ("multiply: 1, rates: {}", "rates: holds no rate"),
        (
            "rates: {audio_input_per_hour: 1, audio_input_per_minute: 1}",
            "rates.audio_input_per_minute: prices input_audio_seconds a second time (first audio_input_per_hour)",
        ),
        ("rates: {audio_per_hour: {price: 1, increment: 0}}", "rates.audio_per_hour.increment: must be above 0"),
        ("rates: {audio_per_hour: {minimum: 1}}", "rates.audio_per_hour.price: is missing"),
        ("rates: {input_per_1m_tokens: -1}", "rates.input_per_1m_tokens: must not be negative, found '-1'"),
        (
            "rates: {input_per_1m_tokens: 1}, meters: [input]",
            "meters: stands beside rates, which name their meters themselves",
        ),
        ("models: [one-1]", f": {ONE_OF} none"),
        ("rates: {}", f": {ONE_OF} none"),
        ("multiply: 1, rates: {input_per_1m_tokens: 1}", f": {ONE_OF} multiply and rates"),
        ("multiply: 0", f"multiply: {FACTOR} 0"),
        ("multiply: 90", f"multiply: {FACTOR} 90"),
        ("multiply: -0.5", "multiply: must not be negative, found '-0.5'"),
        ("multiply: 1, since: 2026-02-01, until: 2026-02-01", "until: is not after since"),
        (
            "multiply: 1, service_tiers: [bach]",
            f"service_tiers[0]: must be one of {len(SERVICE_TIERS)} known values, found 'bach'; did you mean batch?",
        ),
        (f"volume: {{brackets: [{BRACKET}]}}", "volume.marginal: is missing"),
        ("volume: {marginal: true, brackets: []}", "volume.brackets: holds no bracket"),
        (
            "volume: {marginal: true, brackets: [{from: 5, multiply: 1}]}",
            "volume.brackets[0].from: the first bracket must begin at 0, found 5",
        ),
        (
            f"volume: {{marginal: true, brackets: [{BRACKET}, {BRACKET}]}}",
            "volume.brackets[1].from: a second bracket from 0",
        ),
        (
            f"volume: {{marginal: true, brackets: [{BRACKET}, {{from: 7, multiply: 1}}, {{from: 6, multiply: 1}}]}}",
            "volume.brackets[2].from: brackets must ascend, found 6 after 7",
        ),
        (
            "volume: {marginal: true, brackets: [{from: 0, multiply: 0}]}",
            f"volume.brackets[0].multiply: {FACTOR} 0",
        ),
        (
            f"volume: {{marginal: true, meters: [tokns], brackets: [{BRACKET}]}}",
            "volume.meters[0]: is neither a meter nor a group, found 'tokns'; did you mean tokens?",
        ),
        (
            f"volume: {{marginal: true, meters: [tokens, images], brackets: [{BRACKET}]}}",
            "volume.meters: counts images and tokens, which do not add up",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(lay: Lay, term: str, expected: str) -> None:
    place = "terms[0]" if expected.startswith(":") else "terms[0]."
    assert problems(lay, deal(f"{{provider: acme, {term}}}")) == [f"3: {place}{expected}"]


def test_an_unknown_provider_is_said_once_with_the_nearest(lay: Lay) -> None:
    assert problems(lay, deal("{provider: acne, models: [x], regions: [y], multiply: 1}")) == [
        "3: terms[0].provider: is not a provider of the catalogue, found 'acne'; did you mean acme?"
    ]


def test_equal_terms_are_refused_where_they_meet_anywhere_or_at_an_offering(lay: Lay) -> None:
    twice = deal("{provider: acme, multiply: 1}\n{provider: acme, multiply: 0.9}")
    assert problems(lay, twice) == [f"4: terms[1]: prices every meter as terms[0] {EQUAL}"]
    meeting = deal(
        """
        {provider: acme, models: ['one-*'], meters: [input, output], multiply: 1}
        {provider: acme, models: ['*-1'], rates: {audio_output_per_1m_tokens: 1}}
        {provider: acme, models: ['*ne*'], meters: [reasoning, cache_read], multiply: 1}
        {provider: acme, models: ['o*'], meters: [reasoning], multiply: 1}
        {provider: acme, models: ['t*'], meters: [reasoning], multiply: 1}
        """
    )
    assert problems(lay, meeting) == [f"6: terms[3]: prices reasoning of one-1 as terms[2] {EQUAL}"]


def test_the_dates_of_terms_and_contract_meet(lay: Lay) -> None:
    late = deal("{provider: acme, multiply: 1, since: 2027-01-01}", "name: deal\nsince: 2026-01-01\nuntil: 2027-01-01")
    assert problems(lay, late) == ["5: terms[0]: never holds: its dates are outside those of the contract"]
    assert problems(lay, deal("{provider: acme, multiply: 1}", "name: deal\nsince: 2026-01-01\nuntil: 2025-01-01")) == [
        "3: until: is not after since"
    ]


def test_every_problem_of_a_file_is_told(lay: Lay) -> None:
    found = problems(lay, deal("{provider: acne, multiply: 1}\n{provider: acme, multiply: 0, meters: [x]}"))
    assert [line.split(":")[0] for line in found] == ["3", "4", "4"]


def test_what_would_take_too_long_to_compare_is_refused(lay: Lay) -> None:
    names = ", ".join(f"one-{place}" for place in range(501))
    assert any(
        "at most 500 names" in found for found in problems(lay, deal(f"{{provider: acme, models: [{names}], multiply: 1}}"))
    )
    many = "\n".join(f"{{provider: acme, models: [one-{place}], multiply: 1}}" for place in range(201))
    assert any("at most 200 are compared" in problem for problem in problems(lay, deal(many)))


WORDS = [
    "0",
    "-1",
    "null",
    "[]",
    "{}",
    "*",
    "'*[*?'",
    "2026-13-01",
    "until",
    "from",
    "multiply",
    "~",
    "1e99",
    "é\U0001f600",
    "terms: 1",
    "- -",
]
FUZZ = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)


def check_never_raises(path: Path, data: bytes, base: Catalog) -> None:
    path.write_bytes(data)
    found = validate([path], beside=base).problems
    for problem in found:
        assert problem.message
        assert len(str(problem)) < 1_500
    try:
        contracts = Catalog.load(path, base=base).contracts
    except CatalogError as error:
        assert error.problems  # noqa: PT017 either is right
    else:
        assert all(contract.terms for contract in contracts.values())


@FUZZ
@given(seed=st.integers(0, 2**32), words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))
def test_a_mutated_contract_never_raises(tmp_path: Path, base: Catalog, seed: int, words: list[str]) -> None:
    chance, lines = random.Random(seed), DEAL.splitlines()  # noqa: S311 no secret
    for word in words:
        place = chance.randrange(len(lines))
        key, _, _ = lines[place].partition(":")
        lines[place] = chance.choice(
            [f"{key}: {word}", word, lines[place] + word, "", " " * chance.randrange(5) + lines[place]]
        )
    check_never_raises(tmp_path / "fuzz.yaml", "\n".join(lines).encode(), base)


@FUZZ
@given(data=st.binary(max_size=200))
def test_garbage_never_raises(tmp_path: Path, base: Catalog, data: bytes) -> None:
    check_never_raises(tmp_path / "fuzz.yaml", b"terms:\n" + data, base)
