"""Binding nodes to types: each type's good and bad spellings, with the message that each bad one gets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated

import msgspec
import pytest

from ai_models.catalog.binding import bind
from ai_models.catalog.document import Document
from ai_models.catalog.problems import Problem
from ai_models.catalog.schema import ModelFile, PricingFile, RateTerms, SourcesFile
from ai_models.models.base import Alias
from ai_models.models.capabilities import ModelCapability

Reader = Callable[[str | bytes], Document]

MODEL = "model_id: one\nprovider: acme\nmetadata:\n  name: One\n  last_verified: 2026-01-02\n"
PRICES = "provider: acme\nmodels:\n  one:\n    pricing_versions:\n      - effective_date: 2026-01-02\n"


def model(read: Reader, text: str) -> ModelFile:
    document = read(MODEL + text)
    bound = bind(document, ModelFile)
    assert document.problems == []
    assert bound is not None
    return bound


def refused(read: Reader, text: str, kind: type[msgspec.Struct] = ModelFile) -> list[Problem]:
    document = read(text)
    assert bind(document, kind) is None
    assert document.problems
    return document.problems


def only(read: Reader, text: str, kind: type[msgspec.Struct] = ModelFile) -> Problem:
    problems = refused(read, text, kind)
    assert len(problems) == 1, problems
    return problems[0]


def place(problem: Problem) -> tuple[int, str, str]:
    return problem.line, problem.field, problem.message


def test_a_complete_model_binds(read: Reader) -> None:
    bound = model(
        read,
        "  version: 4.10\n  context_window_input: 200_000\n  open_weights: false\n  release_date: 2025-09-29\n"
        "aliases: [one-1, {name: first, since: 2025-01-01, floating: true}]\n"
        "lifecycle: {status: active, retires_on: null, replacement: []}\n"
        "capabilities: [text_input]\n"
        "reasoning: {control: effort, efforts: [low, high]}\n"
        "evidence: {name: [a, b]}\n"
        "conflicts: [{field: name, values: {a: 1.0}, settled_by: hand}]\n",
    )
    assert bound.metadata.version == "4.10"
    assert bound.metadata.context_window_input == 200_000
    assert bound.metadata.open_weights is False
    assert bound.metadata.release_date == date(2025, 9, 29)
    assert bound.metadata.family is None
    assert bound.aliases == ["one-1", Alias(name="first", since=date(2025, 1, 1), floating=True)]
    assert bound.capabilities == [ModelCapability.TEXT_INPUT]
    assert bound.reasoning is not None
    assert bound.reasoning.efforts == ("low", "high")
    assert bound.evidence == {"name": ["a", "b"]}
    assert bound.conflicts[0].values == {"a": "1.0"}


def test_rates_stand_beside_other_keys(read: Reader) -> None:
    text = PRICES + "        input_per_1m_tokens: 3.00\n        output_per_1m_tokens: {price: 1, minimum: 2}\n"
    document = read(text)
    bound = bind(document, PricingFile)
    assert bound is not None
    version = bound.models["one"].pricing_versions[0]
    assert str(version.rates["input_per_1m_tokens"]) == "3.00"
    assert version.rates["output_per_1m_tokens"] == RateTerms(price=Decimal(1), minimum=Decimal(2))


@pytest.mark.parametrize(
    ("text", "line", "field", "near"),
    [
        ("modelid: x\n", 6, "modelid", "model_id"),
        ("  knowlege_cutoff: 2025\n", 6, "metadata.knowlege_cutoff", "knowledge_cutoff"),
        ("lifecycle:\n  retire_on: 2026-01-01\n", 7, "lifecycle.retire_on", "retires_on"),
        ("reasoning:\n  control: effort\n  min_token: 1\n", 8, "reasoning.min_token", "min_tokens"),
        ("aliases:\n  - {name: x, untill: 2026-01-01}\n", 7, "aliases[0].untill", "until"),
        ("documentation: {uri: x}\n", 6, "documentation.uri", "url"),
        ("optimization: {tip: [a]}\n", 6, "optimization.tip", "tips"),
        ("zzzzzz: 1\n", 6, "zzzzzz", ""),
        ("<<: {model_id: x}\n", 6, "<<", ""),
        ("1: 2\n", 6, "1", ""),
        ("Model_id: x\n", 6, "Model_id", "model_id"),
    ],
)
def test_unknown_keys_of_a_model_name_the_nearest(read: Reader, text: str, line: int, field: str, near: str) -> None:
    problem = only(read, MODEL + text)
    assert place(problem) == (line, field, "is not a key here")
    assert problem.nearest == near


@pytest.mark.parametrize(
    ("text", "field", "near"),
    [
        ("region: [eu]\n", "region", "regions"),
        ("  two: {modell: a/b}\n", "models.two.modell", "model"),
        ("        input_per_1m_token: 3\n", "models.one.pricing_versions[0].input_per_1m_token", "input_per_1m_tokens"),
        ("        rates: {}\n", "models.one.pricing_versions[0].rates", "notes"),
        (
            "        input_per_1m_tokens: {prize: 3}\n",
            "models.one.pricing_versions[0].input_per_1m_tokens.prize",
            "price",
        ),
        (
            "        overrides: [{when: {servicetier: batch}}]\n",
            "models.one.pricing_versions[0].overrides[0].when.servicetier",
            "service_tier",
        ),
        (
            "        overrides: [{when: {region: eu}, outputs_per_1m_tokens: 1}]\n",
            "models.one.pricing_versions[0].overrides[0].outputs_per_1m_tokens",
            "output_per_1m_tokens",
        ),
    ],
)
def test_unknown_keys_of_a_pricing_file_name_the_nearest(read: Reader, text: str, field: str, near: str) -> None:
    problem = only(read, PRICES + text, PricingFile)
    assert (problem.field, problem.message, problem.nearest) == (field, "is not a key here", near)


@pytest.mark.parametrize(
    ("text", "field", "message", "found"),
    [
        ("  context_window_input: many\n", "metadata.context_window_input", "must be a whole number", "'many'"),
        ("  context_window_input: 1.5\n", "metadata.context_window_input", "must be a whole number", "'1.5'"),
        ("  context_window_input: 1e6\n", "metadata.context_window_input", "must be a whole number", "'1e6'"),
        ("  context_window_input: 0x10\n", "metadata.context_window_input", "must be a whole number", "'0x10'"),
        ("  context_window_input: 0o17\n", "metadata.context_window_input", "must be a whole number", "'0o17'"),
        ("  context_window_input: 0100\n", "metadata.context_window_input", "must be a whole number", "'0100'"),
        ("  context_window_input: 1:30\n", "metadata.context_window_input", "must be a whole number", "'1:30'"),
        ("  context_window_input: 1_\n", "metadata.context_window_input", "must be a whole number", "'1_'"),
        ("  context_window_input: 200,000\n", "metadata.context_window_input", "must be a whole number", "'200,000'"),
        ("  context_window_input: ٣\n", "metadata.context_window_input", "must be a whole number", "'٣'"),
        ("  context_window_input: true\n", "metadata.context_window_input", "must be a whole number", "'true'"),
        ("  context_window_input: .inf\n", "metadata.context_window_input", "must be a whole number", "'.inf'"),
        (
            "  context_window_input: '200'\n",
            "metadata.context_window_input",
            "must be a whole number without quotes",
            "'200'",
        ),
        ("  context_window_input: -1\n", "metadata.context_window_input", "must not be negative", "'-1'"),
        ("  context_window_input: [1]\n", "metadata.context_window_input", "must be a whole number", "sequence"),
        ("  context_window_input: {a: 1}\n", "metadata.context_window_input", "must be a whole number", "mapping"),
        ("  open_weights: no\n", "metadata.open_weights", "must be true or false", "'no'"),
        ("  open_weights: Yes\n", "metadata.open_weights", "must be true or false", "'Yes'"),
        ("  open_weights: 1\n", "metadata.open_weights", "must be true or false", "'1'"),
        ("  open_weights: 'true'\n", "metadata.open_weights", "must be true or false without quotes", "'true'"),
        ("  release_date: 2026-1-2\n", "metadata.release_date", "must be a date, as YYYY-MM-DD", "'2026-1-2'"),
        ("  release_date: 20260102\n", "metadata.release_date", "must be a date, as YYYY-MM-DD", "'20260102'"),
        (
            "  release_date: \uff12026-01-02\n",
            "metadata.release_date",
            "must be a date, as YYYY-MM-DD",
            "'\uff12026-01-02'",
        ),
        ("  release_date: [a]\n", "metadata.release_date", "must be a date, as YYYY-MM-DD", "sequence"),
        ("  family: [a]\n", "metadata.family", "must be text", "sequence"),
        ("  family: ''\n", "metadata.family", "must not be empty", "''"),
        ("  family: '  '\n", "metadata.family", "must not be empty", "'  '"),
        ("capabilities: text_input\n", "capabilities", "must be a list", "'text_input'"),
        ("capabilities:\n", "capabilities", "must be a list", "''"),
        ("capabilities: {text_input: true}\n", "capabilities", "must be a list", "mapping"),
        ("capabilities: [null]\n", "capabilities[0]", "must be one of the known values, not null", ""),
        ("capabilities: [[text_input]]\n", "capabilities[0]", "must be one of the known values", "sequence"),
        ("evidence: [a]\n", "evidence", "must be a mapping of keys to values", "sequence"),
        ("evidence: {name: a}\n", "evidence.name", "must be a list", "'a'"),
        ("lifecycle: active\n", "lifecycle", "must be a mapping of keys to values", "'active'"),
        ("reasoning: yes\n", "reasoning", "must be a mapping of keys to values", "'yes'"),
        ("aliases: [[a]]\n", "aliases[0]", "must be text", "sequence"),
        ("aliases: [null]\n", "aliases[0]", "must be text, not null", ""),
        ("documentation: {notes: null}\n", "documentation.notes", "must be text, not null", "'null'"),
    ],
)
def test_a_wrong_type_names_place_and_finding(read: Reader, text: str, field: str, message: str, found: str) -> None:
    problem = only(read, MODEL + text)
    assert (problem.field, problem.message) == (field, message)
    assert problem.line == 6
    if found:
        assert problem.found == found


@pytest.mark.parametrize(
    ("text", "field", "near"),
    [
        ("capabilities: [text_input, imge_input]\n", "capabilities[1]", "image_input"),
        ("unsupported: [Audio-Input]\n", "unsupported[0]", ""),
        ("capabilities: [TEXT_INPUT]\n", "capabilities[0]", ""),
        ("lifecycle: {status: actve}\n", "lifecycle.status", "active"),
        ("lifecycle: {status: unreleased}\n", "lifecycle.status", ""),
        ("reasoning: {control: budget}\n", "reasoning.control", "budget_tokens"),
    ],
)
def test_a_word_outside_the_choices_names_the_nearest(read: Reader, text: str, field: str, near: str) -> None:
    problem = only(read, MODEL + text)
    assert problem.field == field
    assert problem.message.startswith("must be one of ")
    if near:
        assert problem.nearest == near


def test_few_choices_are_listed_and_many_are_counted(read: Reader) -> None:
    assert "preview, active, deprecated, retired" in only(read, MODEL + "lifecycle: {status: x}\n").message.replace(
        "active, deprecated, preview, retired", "preview, active, deprecated, retired"
    )
    assert only(read, MODEL + "capabilities: [x]\n").message == f"must be one of {len(ModelCapability)} known values"


@pytest.mark.parametrize("day", ["2026-02-29", "2026-13-01", "2026-04-31", "2026-00-10", "0000-01-01", "2026-01-00"])
def test_a_date_that_does_not_exist_is_refused(read: Reader, day: str) -> None:
    problem = only(read, MODEL + f"  release_date: {day}\n")
    assert problem.message.startswith("must be a date that exists (")
    assert problem.found == f"'{day}'"


@pytest.mark.parametrize("day", ["2024-02-29", "0001-01-01", "9999-12-31", "'2026-01-02'"])
def test_a_date_that_exists_is_read(read: Reader, day: str) -> None:
    assert model(read, f"  release_date: {day}\n").metadata.release_date == date.fromisoformat(day.strip("'"))


@pytest.mark.parametrize(("text", "value"), [("true", True), ("True", True), ("FALSE", False), ("false", False)])
def test_booleans_as_yaml_spells_them(read: Reader, text: str, value: bool) -> None:
    assert model(read, f"  open_weights: {text}\n").metadata.open_weights is value


@pytest.mark.parametrize(
    "text", ["4.10", "no", "1:30", "0x10", "2025-01", "2026-01-02", "1e5", "true", "'4.10'", "1_000", ".nan", "nUll"]
)
def test_text_keeps_what_was_written(read: Reader, text: str) -> None:
    assert model(read, f"  version: {text}\n").metadata.version == text.strip("'")


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("+5", 5), ("1_000_000", 1_000_000), ("9" * 18, 10**18 - 1)])
def test_whole_numbers_are_read(read: Reader, text: str, value: int) -> None:
    assert model(read, f"  context_window_input: {text}\n").metadata.context_window_input == value


@pytest.mark.parametrize("digits", [19, 4_300, 4_301, 100_000])
def test_a_number_that_no_snapshot_could_hold_is_refused_shortly(read: Reader, digits: int) -> None:
    problem = only(read, MODEL + f"  context_window_input: {'9' * digits}\n")
    assert problem.message == "must have at most 18 digits"
    assert len(str(problem)) < 1_000


def rate_of(read: Reader, text: str) -> tuple[object, list[Problem]]:
    document = read(PRICES + f"        input_per_1m_tokens: {text}\n")
    bound = bind(document, PricingFile)
    if bound is None:
        return None, document.problems
    return bound.models["one"].pricing_versions[0].rates["input_per_1m_tokens"], document.problems


@pytest.mark.parametrize(
    "text", ["0", "3", "3.00", "0.000001", "1_000.5", "+2", "1e3", "1.5E-7", ".5", "3.", "12345678901234567890.123456789"]
)
def test_amounts_keep_every_digit(read: Reader, text: str) -> None:
    value, problems = rate_of(read, text)
    assert problems == []
    assert str(value) == str(Decimal(text.replace("_", "")))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("-1", "must not be negative"),
        ("-0.00", "must not be negative"),
        ("-1e99", "must be a number"),
        (".nan", "must be a number"),
        ("nan", "must be a number"),
        ("NaN", "must be a number"),
        (".inf", "must be a number"),
        ("inf", "must be a number"),
        ("-.inf", "must be a number"),
        ("1e400", "must be a number"),
        ("1e-400", "must be a number"),
        ("1e", "must be a number"),
        ("0x10", "must be a number"),
        ("010", "must be a number"),
        ("00.5", "must be a number"),
        ("1__0", "must be a number"),
        ("1_", "must be a number"),
        (".", "must be a number"),
        ("1:30", "must be a number"),
        ("$3", "must be a number"),
        ("3 USD", "must be a number"),
        ("3,00", "must be a number"),
        ("٣", "must be a number"),
        ("free", "must be a number"),
        ("true", "must be a number"),
        ("'3.00'", "must be a number without quotes"),
        ("null", "must be a number, not null"),
        ("", "must be a number, not null"),
        ("[3]", "must be a number"),
        ("9" * 31, "must be written in at most 30 characters"),
        ("0." + "1" * 100_000, "must be written in at most 30 characters"),
    ],
)
def test_what_is_no_amount_is_refused(read: Reader, text: str, message: str) -> None:
    value, problems = rate_of(read, text)
    assert value is None
    assert len(problems) == 1
    assert problems[0].field == "models.one.pricing_versions[0].input_per_1m_tokens"
    assert problems[0].line == 6
    expected = "must not be negative" if text == "-1e99" else message
    assert problems[0].message == expected
    assert len(str(problems[0])) < 1_000


def effective(read: Reader, text: str) -> tuple[datetime | None, list[Problem]]:
    document = read(f"provider: acme\nmodels: {{one: {{pricing_versions: [{{effective_date: {text}}}]}}}}\n")
    bound = bind(document, PricingFile)
    return (None if bound is None else bound.models["one"].pricing_versions[0].effective_date), document.problems


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("'2026-01-31T16:00:00+08:00'", datetime(2026, 1, 31, 8, tzinfo=UTC)),
        ("2026-01-31T16:00:00Z", datetime(2026, 1, 31, 16, tzinfo=UTC)),
        ("2026-01-31 16:00+00:00", datetime(2026, 1, 31, 16, tzinfo=UTC)),
        ("2026-01-01T00:30:00+01:00", datetime(2025, 12, 31, 23, 30, tzinfo=UTC)),
        ("2026-01-01T00:00:00.5-00:00", datetime(2026, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC)),
        ("0001-01-01", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_effective_dates_are_kept_in_utc(read: Reader, text: str, instant: datetime) -> None:
    value, problems = effective(read, text)
    assert problems == []
    assert value == instant
    assert value is not None
    assert value.utcoffset() == instant.utcoffset()


def test_an_effective_date_may_be_null(read: Reader) -> None:
    assert effective(read, "null") == (None, [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026-01-31T16:00:00", "must name its zone, as 2026-01-31T16:00:00+00:00"),
        ("'2026-01-31 16:00'", "must name its zone, as 2026-01-31T16:00:00+00:00"),
        ("2026-02-29", "must be a date that exists ("),
        ("2026-02-29T00:00:00Z", "must be an instant that exists, as "),
        ("2026-01-31T25:00:00Z", "must be an instant that exists, as "),
        ("2026-01-31T16:00:00+25:00", "must be an instant that exists, as "),
        ("0001-01-01T00:00:00+14:00", "must lie within the years 1 to 9999 in UTC"),
        ("9999-12-31T23:59:59-14:00", "must lie within the years 1 to 9999 in UTC"),
        ("2026-W05-1", "must be a date or an instant with a zone, as "),
        ("20260131", "must be a date or an instant with a zone, as "),
        ("yesterday", "must be a date or an instant with a zone, as "),
        ("1767225600", "must be a date or an instant with a zone, as "),
        pytest.param("x" * 1_000_000, "must be a date or an instant with a zone, as ", id="a megabyte"),
        ("[2026-01-01]", "must be a date or an instant with a zone"),
    ],
)
def test_other_effective_dates_are_refused(read: Reader, text: str, message: str) -> None:
    value, problems = effective(read, text)
    assert value is None
    assert len(problems) == 1
    assert problems[0].message.startswith(message)
    assert len(str(problems[0])) < 1_000


def test_missing_keys_are_all_named_at_their_mapping(read: Reader) -> None:
    problems = refused(read, "provider: acme\nmetadata:\n  family: x\n")
    assert sorted(place(p) for p in problems) == [
        (1, "model_id", "is missing"),
        (3, "metadata.last_verified", "is missing"),
        (3, "metadata.name", "is missing"),
    ]


def test_a_required_key_may_not_be_null(read: Reader) -> None:
    assert place(only(read, MODEL.replace("One", "null"))) == (4, "metadata.name", "must be text, not null")


def test_a_currency_is_three_capital_letters(read: Reader) -> None:
    problem = only(read, PRICES + "        currency: usd\n", PricingFile)
    assert problem.message == "must match ^[A-Z]{3}$"
    assert problem.found == "'usd'"
    assert refused(read, PRICES + "        currency: 'USD\n\n'\n", PricingFile)


def test_bounds_of_the_schema_are_kept(read: Reader) -> None:
    least = msgspec.defstruct("Least", [("a", Annotated[int, msgspec.Meta(ge=5)])])
    document = read("a: 4\n")
    assert bind(document, least) is None
    assert document.problems[0].message == "must be at least 5"
    assert bind(read("a: 5\n"), least) is not None
    described = msgspec.defstruct("Described", [("a", Annotated[int, msgspec.Meta(description="in tokens")])])
    assert bind(read("a: 5\n"), described) is not None


def test_a_type_that_binding_does_not_know_is_a_fault_of_the_schema(read: Reader) -> None:
    odd = msgspec.defstruct("Odd", [("a", float)])
    with pytest.raises(TypeError, match="no reader for FloatType"):
        bind(read("a: 4\n"), odd)
    document = read("a: [4]\n")
    assert bind(document, odd) is None
    assert document.problems[0].message == "must be a different kind of value"


def test_an_empty_text_may_be_written_where_it_is_the_default(read: Reader) -> None:
    assert model(read, "documentation: {notes: ''}\n").documentation.notes == ""


def test_ten_mistakes_are_ten_problems(read: Reader) -> None:
    text = """
model_id: [one]
metadata:
  nam: One
  last_verified: 2026-02-30
  context_window_input: many
  open_weights: maybe
aliases: {a: b}
capabilities: [text_input, flying]
lifecycle: {status: dead}
reasoning: {control: magic}
"""
    problems = refused(read, text)
    assert {(p.line, p.field) for p in problems} == {
        (2, "model_id"),
        (2, "provider"),
        (4, "metadata.name"),
        (4, "metadata.nam"),
        (5, "metadata.last_verified"),
        (6, "metadata.context_window_input"),
        (7, "metadata.open_weights"),
        (8, "aliases"),
        (9, "capabilities[1]"),
        (10, "lifecycle.status"),
        (11, "reasoning.control"),
    }


@pytest.mark.parametrize(
    "text",
    [
        MODEL + "  family: ['" + "x" * 1_000_000 + "']\n",
        MODEL + "  open_weights: " + "x" * 1_000_000 + "\n",
        MODEL + "capabilities: [" + "x" * 1_000_000 + "]\n",
        MODEL + "? " + "x" * 1_000_000 + "\n: 1\n",
        MODEL + "evidence:\n  ? " + "x" * 1_000_000 + "\n  : 1\n",
        MODEL + "  knowledge_cutoff: " + "2" * 1_000_000 + "\n  x: 1\n",
    ],
    ids=lambda text: text.removeprefix(MODEL)[:20],
)
def test_a_megabyte_of_value_or_key_gives_a_short_message(read: Reader, text: str) -> None:
    assert all(len(str(problem)) < 1_000 for problem in refused(read, text))


def test_thousands_of_mistakes_are_cut_off_quickly(read: Reader) -> None:
    problems = refused(
        read, MODEL + "capabilities: [" + "text_inpt," * 50_000 + "]\n" + "".join(f"k{n}: 1\n" for n in range(50_000))
    )
    assert len(problems) == 1_001
    assert problems[-1].message.startswith("has 1,000 problems or more")


def test_nothing_is_bound_from_a_file_that_was_not_read(read: Reader) -> None:
    document = read("- a\n")
    assert bind(document, ModelFile) is None
    assert len(document.problems) == 1


def test_a_list_in_a_sources_file_is_bound(read: Reader) -> None:
    document = read("sources: {a: {name: A, url: https://a, licence: MIT, retrieved: 2026-01-01}}\n")
    bound = bind(document, SourcesFile)
    assert bound is not None
    assert bound.sources["a"].retrieved == date(2026, 1, 1)
