"""What one file contradicts itself in; each rule on both sides of its boundary."""

from __future__ import annotations

import time
from collections.abc import Callable
from textwrap import indent

import pytest

from ai_models.catalog.checks import derived_capabilities
from ai_models.catalog.problems import Problem
from ai_models.models.capabilities import ModelCapability

Report = Callable[..., list[Problem]]

MODEL = "model_id: one\nprovider: acme\nmetadata:\n  name: One\n  last_verified: 2026-06-15\n"


def card(*overrides: str, rates: str = "input_per_1m_tokens: 1, output_per_1m_tokens: 2", head: str = "") -> str:
    """A pricing file with one version that has these overrides."""
    listed = indent("\n".join(f"- {{{override}}}" for override in overrides), "          ")
    return (
        f"provider: acme\n{head}models:\n  one:\n    pricing_versions:\n      - {{effective_date: 2026-01-01, {rates}}}\n"
        if not overrides
        else f"provider: acme\n{head}models:\n  one:\n    pricing_versions:\n      - effective_date: 2026-01-01\n"
        + "".join(f"        {rate}\n" for rate in rates.split(", ") if rate)
        + f"        overrides:\n{listed}\n"
    )


VERSION = "models.one.pricing_versions[0]"


def messages(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(p.field, p.message) for p in problems]


# Capabilities


def test_the_window_derives_both_context_capabilities_at_their_boundaries() -> None:
    large, extra = ModelCapability.LARGE_CONTEXT, ModelCapability.EXTRA_LARGE_CONTEXT
    assert derived_capabilities(None) == {}
    assert derived_capabilities(100_000) == {large: False, extra: False}
    assert derived_capabilities(100_001) == {large: True, extra: False}
    assert derived_capabilities(999_999) == {large: True, extra: False}
    assert derived_capabilities(1_000_000) == {large: True, extra: True}


@pytest.mark.parametrize(
    ("window", "key", "capability", "field"),
    [
        (100_000, "capabilities", "large_context", "capabilities[1]"),
        (100_001, "capabilities", "large_context", ""),
        (100_000, "unsupported", "large_context", ""),
        (100_001, "unsupported", "large_context", "unsupported[1]"),
        (999_999, "capabilities", "extra_large_context", "capabilities[1]"),
        (1_000_000, "capabilities", "extra_large_context", ""),
        (999_999, "unsupported", "extra_large_context", ""),
        (1_000_000, "unsupported", "extra_large_context", "unsupported[1]"),
    ],
)
def test_written_context_capabilities_must_agree_with_the_window(
    report: Report, window: int, key: str, capability: str, field: str
) -> None:
    problems = report(f"{MODEL}  context_window_input: {window}\n{key}: [text_input, {capability}]\n")
    expected = [(field, f"{capability} contradicts context_window_input {window:,}")] if field else []
    assert messages(problems) == expected
    assert all(problem.line == 7 for problem in problems)


@pytest.mark.parametrize("capability", ["large_context", "extra_large_context"])
def test_context_capabilities_need_a_window(report: Report, capability: str) -> None:
    problems = report(f"{MODEL}capabilities: [{capability}]\n")
    assert messages(problems) == [
        ("capabilities[0]", f"{capability} is derived from context_window_input, which is not given")
    ]


def test_a_capability_in_both_lists_is_refused(report: Report) -> None:
    problems = report(f"{MODEL}capabilities:\n  - text_input\n  - streaming\nunsupported:\n  - streaming\n")
    assert messages(problems) == [("unsupported[0]", "streaming is listed under capabilities too")]
    assert problems[0].line == 10


@pytest.mark.parametrize("key", ["capabilities", "unsupported"])
def test_a_capability_listed_twice_is_refused(report: Report, key: str) -> None:
    assert messages(report(f"{MODEL}{key}: [streaming, streaming]\n")) == [(key, "streaming is listed 2 times")]


# Metadata


@pytest.mark.parametrize("field", ["context_window_input", "context_window_output", "context_window"])
def test_a_window_is_above_zero(report: Report, field: str) -> None:
    problems = report(f"{MODEL}  {field}: 0\n")
    assert (f"metadata.{field}", "must be above 0 (null is unknown), found 0") in messages(problems)
    assert report(f"{MODEL}  {field}: 1\n") == []


@pytest.mark.parametrize(
    ("windows", "field", "message"),
    [
        ("{input: 100, output: 100}", "", ""),
        ("{input: 100, output: 101}", "context_window_output", "101 exceeds the window of 100"),
        ("{input: 100, output: 120, total: 120}", "", ""),
        ("{input: 100, output: 1210, total: 1200}", "context_window_output", "1,210 exceeds the window of 1,200"),
        ("{input: 1201, total: 1200}", "context_window_input", "1,201 exceeds the total of 1,200"),
        ("{input: 1200, total: 1200}", "", ""),
        ("{output: 5}", "", ""),
    ],
)
def test_windows_fit_into_each_other(report: Report, windows: str, field: str, message: str) -> None:
    names = {"input": "context_window_input", "output": "context_window_output", "total": "context_window"}
    lines = "".join(
        f"  {names[name]}:{value}\n" for name, _, value in (part.strip().partition(":") for part in windows[1:-1].split(","))
    )
    assert messages(report(MODEL + lines)) == ([(f"metadata.{field}", message)] if field else [])


@pytest.mark.parametrize(
    "cutoff", ["2025", "2025-01", '"2025-12"', "2025-01-31", "2024-02-29", "April 2024", "December 2025"]
)
def test_cutoffs_are_years_months_days_or_a_month_by_name(report: Report, cutoff: str) -> None:
    assert report(f"{MODEL}  knowledge_cutoff: {cutoff}\n") == []


@pytest.mark.parametrize(
    "cutoff",
    [
        "2025-13",
        "2025-00",
        "2025-02-29",
        "2025-01-32",
        "25",
        "2025-1",
        "Apr 2024",
        "april 2024",
        "April",
        "٢٠٢٥",
        "2025-",
        "0000",
    ],
)
def test_other_cutoffs_are_refused(report: Report, cutoff: str) -> None:
    problems = report(f"{MODEL}  knowledge_cutoff: {cutoff}\n")
    assert messages(problems) == [
        ("metadata.knowledge_cutoff", f"must be YYYY, YYYY-MM, YYYY-MM-DD or a month and a year, found {cutoff!r}")
    ]
    assert problems[0].line == 6


@pytest.mark.parametrize(
    ("provider", "name", "field", "words"),
    [
        ("ac/me", "one", "provider", "must hold no space, slash, colon or @, found 'ac/me'"),
        ("ac:me", "one", "provider", "must hold no space"),
        ("ac@me", "one", "provider", "must hold no space"),
        ("ac me", "one", "provider", "must hold no space"),
        ("acme", "one\\ntwo", "model_id", r"must be one line without spaces around it, found 'one\ntwo'"),
        ("acme", " one", "model_id", "must be one line without spaces around it"),
        ("acme", "on\\u200be", "model_id", "must be one line without spaces around it"),
    ],
)
def test_names_can_be_written_into_keys(report: Report, provider: str, name: str, field: str, words: str) -> None:
    text = f'model_id: "{name}"\nprovider: "{provider}"\nmetadata: {{name: One, last_verified: 2026-01-01}}\n'
    (problem,) = report(text)
    assert problem.field == field
    assert problem.message.startswith(words)
    prices = report(f'provider: "{provider}"\nmodels: {{"{name}": {{}}}}\n')
    assert [p.message for p in prices] == [problem.message]


# Lifecycle


@pytest.mark.parametrize(
    ("release", "lifecycle", "field", "message"),
    [
        ("2025-01-01", "{deprecated_on: 2025-01-01, retires_on: 2025-01-01}", "", ""),
        (
            "2025-01-02",
            "{deprecated_on: 2025-01-01}",
            "deprecated_on",
            "2025-01-01 is before metadata.release_date 2025-01-02",
        ),
        ("2025-01-02", "{retires_on: 2025-01-01}", "retires_on", "2025-01-01 is before metadata.release_date 2025-01-02"),
        (
            "null",
            "{deprecated_on: 2025-01-02, retires_on: 2025-01-01}",
            "retires_on",
            "2025-01-01 is before lifecycle.deprecated_on 2025-01-02",
        ),
    ],
)
def test_the_dates_of_a_life_follow_each_other(
    report: Report, release: str, lifecycle: str, field: str, message: str
) -> None:
    problems = report(f"{MODEL}  release_date: {release}\nlifecycle: {lifecycle}\n")
    assert messages(problems) == ([(f"lifecycle.{field}", message)] if field else [])


@pytest.mark.parametrize(
    ("lifecycle", "derived"),
    [
        ("{status: active, deprecated_on: 2026-06-16}", ""),
        ("{status: active, deprecated_on: 2026-06-15}", "deprecated"),
        ("{status: deprecated, deprecated_on: 2026-06-15}", ""),
        ("{status: deprecated, deprecated_on: 2026-06-16}", "active"),
        ("{status: active, retires_on: 2026-06-16}", ""),
        ("{status: active, retires_on: 2026-06-15}", "retired"),
        ("{status: retired, retires_on: 2026-06-15}", ""),
        ("{status: retired, retires_on: 2026-06-16}", "active"),
        ("{status: retired}", ""),
        ("{status: deprecated}", ""),
        ("{status: preview}", ""),
        ("{status: preview, deprecated_on: 2026-06-15}", "deprecated"),
        ("{deprecated_on: 2026-06-15}", ""),
    ],
)
def test_a_written_status_agrees_with_its_dates_on_the_day_of_the_facts(
    report: Report, lifecycle: str, derived: str
) -> None:
    problems = report(f"{MODEL}lifecycle:\n  {lifecycle[1:-1].replace(', ', chr(10) + '  ')}\n")
    if not derived:
        assert problems == []
        return
    written = lifecycle[1:-1].split(",")[0].removeprefix("status: ")
    assert messages(problems) == [
        ("lifecycle.status", f"{written} contradicts the dates, which make it {derived} on 2026-06-15 (last_verified)")
    ]
    assert problems[0].line == 7


@pytest.mark.parametrize(("release", "wrong"), [("2026-06-15", False), ("2026-06-16", True)])
def test_a_status_before_the_release_is_refused(report: Report, release: str, wrong: bool) -> None:
    problems = report(f"{MODEL}  release_date: {release}\nlifecycle: {{status: active}}\n")
    assert [p.message for p in problems] == (
        ["active contradicts the dates, which make it unreleased on 2026-06-15 (last_verified)"] if wrong else []
    )


# Aliases and reasoning


@pytest.mark.parametrize(
    ("aliases", "field", "message"),
    [
        ("[{name: a, since: 2025-01-01, until: 2025-01-02}]", "", ""),
        (
            "[{name: a, since: 2025-01-01, until: 2025-01-01}]",
            "aliases[0]",
            "until 2025-01-01 is not after since 2025-01-01",
        ),
        ("[a, one]", "aliases[1]", "repeats the model_id"),
        ("[{name: one, since: 2025-01-01}]", "aliases[0]", "repeats the model_id"),
        ("[{name: one, until: 2025-01-01}]", "", ""),
        ("[a, b, a]", "aliases[2]", "'a' is listed twice"),
        ("[{name: a, since: 2025-01-01}, a]", "aliases[1]", "'a' is listed twice"),
        ("[{name: a, since: 2025-01-01}, {name: a, since: 2025-01-01}]", "aliases[1]", "'a' is listed twice"),
        ("[{name: a, until: 2025-01-01}, {name: a, since: 2025-02-01}]", "", ""),
    ],
)
def test_aliases_of_one_model(report: Report, aliases: str, field: str, message: str) -> None:
    assert messages(report(f"{MODEL}aliases: {aliases}\n")) == ([(field, message)] if field else [])


def test_very_many_aliases_are_checked_quickly(report: Report) -> None:
    started = time.process_time()
    problems = report(MODEL + "aliases: [" + "a," * 50_000 + "]\n")
    assert problems[-1].message == "'a' is listed twice"
    assert time.process_time() - started < 4


@pytest.mark.parametrize(
    ("budget", "message"),
    [
        ("min_tokens: 10, max_tokens: 10", ""),
        ("min_tokens: 11, max_tokens: 10", "11 exceeds max_tokens 10"),
        ("min_tokens: 11", ""),
        ("max_tokens: 11", ""),
    ],
)
def test_a_reasoning_budget_has_room(report: Report, budget: str, message: str) -> None:
    problems = report(f"{MODEL}reasoning: {{control: budget_tokens, {budget}}}\n")
    assert messages(problems) == ([("reasoning.min_tokens", message)] if message else [])


# Price versions


def versions(*dates: str) -> str:
    listed = "".join(f"      - {{effective_date: {day}, input_per_1m_tokens: 1}}\n" for day in dates)
    return f"provider: acme\nmodels:\n  one:\n    pricing_versions:\n{listed}"


@pytest.mark.parametrize(
    ("dates", "place", "message"),
    [
        (["2026-02-01", "2026-01-01", "null"], 0, ""),
        (["2026-01-01"], 0, ""),
        (["null"], 0, ""),
        ([], 0, ""),
        (["2026-01-01", "2026-02-01"], 1, "versions must run from the newest to the oldest"),
        (["2026-01-01", "2026-01-01"], 1, "a second version for 2026-01-01 00:00Z"),
        (["2026-01-01", "2025-12-31T16:00:00-08:00"], 1, "a second version for 2026-01-01 00:00Z"),
        (["2026-01-01", "2025-12-31T15:59:59-08:00"], 0, ""),
        (["null", "2026-01-01"], 0, "only the last (oldest) version may be without effective_date"),
        (["null", "null"], 0, "only the last (oldest) version may be without effective_date"),
    ],
)
def test_versions_run_from_newest_to_oldest(report: Report, dates: list[str], place: int, message: str) -> None:
    problems = report(versions(*dates) if dates else "provider: acme\nmodels: {one: {pricing_versions: []}}\n")
    assert messages(problems) == ([(f"models.one.pricing_versions[{place}]", message)] if message else [])
    assert all(problem.line == 5 + place for problem in problems)


def test_an_offerings_own_dates_and_limits_are_checked(report: Report) -> None:
    problems = report(
        "provider: acme\nmodels:\n  one:\n    lifecycle: {deprecated_on: 2026-01-02, retires_on: 2026-01-01}\n"
        "    limits: {context_window_input: 0, context_window_output: 1}\n"
    )
    assert messages(problems) == [
        ("models.one.lifecycle.retires_on", "2026-01-01 is before lifecycle.deprecated_on 2026-01-02"),
        ("models.one.limits.context_window_input", "must be above 0 (null is the model's), found 0"),
    ]


# Rates


@pytest.mark.parametrize(
    ("rates", "field", "message"),
    [
        ("input_per_1m_tokens: {price: 1, minimum: 5, increment: 1}", "", ""),
        ("input_per_1m_tokens: {minimum: 5}", "input_per_1m_tokens", "must have exactly one of price and same_as"),
        (
            "input_per_1m_tokens: {price: 1, same_as: output}, output_per_1m_tokens: 2",
            "input_per_1m_tokens",
            "must have exactly one of price and same_as",
        ),
        ("input_per_1m_tokens: {price: 1, increment: 0}", "input_per_1m_tokens.increment", "must be above 0"),
        ("input_per_1m_tokens: 1, cache_write_per_1m_tokens: {same_as: input}", "", ""),
        (
            "input_per_1m_tokens: 1, cache_write_per_1m_tokens: {same_as: inputs}",
            "cache_write_per_1m_tokens.same_as",
            "'inputs' has no rate of its own beside it; did you mean input?",
        ),
        (
            "cache_write_per_1m_tokens: {same_as: cache_write}",
            "cache_write_per_1m_tokens.same_as",
            "'cache_write' has no rate of its own beside it",
        ),
        (
            "audio_input_per_minute: 1, audio_per_hour: {same_as: input_audio_seconds}",
            "audio_per_hour.same_as",
            "audio_input_per_minute is for another number of units",
        ),
        (
            "audio_input_per_minute: 1, audio_input_per_hour: 60",
            "audio_input_per_hour",
            "prices input_audio_seconds a second time (first audio_input_per_minute)",
        ),
    ],
)
def test_rates_are_complete_and_said_once(report: Report, rates: str, field: str, message: str) -> None:
    assert messages(report(card(rates=rates))) == ([(f"{VERSION}.{field}", message)] if field else [])


def test_same_as_in_an_override_may_lead_to_the_card(report: Report) -> None:
    good = "when: {service_tier: batch}, cache_read_per_1m_tokens: {same_as: output}"
    assert report(card(good)) == []
    assert messages(report(card(good.replace("output", "reasoning")))) == [
        (f"{VERSION}.overrides[0].cache_read_per_1m_tokens.same_as", "'reasoning' has no rate of its own beside it")
    ]


# Overrides


@pytest.mark.parametrize(
    ("override", "field", "message"),
    [
        ("when: {service_tier: batch}, multiply: {input: 0.5, tokens: 0.5, web_searches: 2}", "", ""),
        ("when: {region: eu}, unavailable: true", "", ""),
        ("when: {}, input_per_1m_tokens: 1", ".when", "holds no condition, so the rates belong beside the override"),
        (
            "when: {input_tokens_from: 0}, input_per_1m_tokens: 1",
            ".when",
            "holds no condition, so the rates belong beside the override",
        ),
        (
            "when: {hours: '00:00-24:00', weekdays: [mon, tue, wed, thu, fri, sat, sun]}, input_per_1m_tokens: 1",
            ".when",
            "holds no condition, so the rates belong beside the override",
        ),
        ("when: {input_tokens_above: 0}, input_per_1m_tokens: 1", "", ""),
        ("when: {region: eu}", "", "changes nothing: give rates, multiply or unavailable"),
        ("when: {region: eu}, unavailable: false", "", "changes nothing: give rates, multiply or unavailable"),
        ("when: {region: eu}, unavailable: true, input_per_1m_tokens: 1", "", "is unavailable and priced at once"),
        ("when: {region: eu}, unavailable: true, multiply: {input: 2}", "", "is unavailable and priced at once"),
        (
            "when: {region: eu}, multiply: {inptu: 2}",
            ".multiply.inptu",
            "is neither a meter nor a group; did you mean input?",
        ),
        (
            "when: {region: eu}, marginal: true, input_per_1m_tokens: 1",
            ".marginal",
            "needs a threshold on input or output tokens, input_tokens_above or output_tokens_above",
        ),
        (
            "when: {input_tokens_above: 5, output_tokens_above: 5}, marginal: true, input_per_1m_tokens: 1",
            ".marginal",
            "needs a threshold on input or output tokens, found both",
        ),
        ("when: {input_tokens_above: 5}, marginal: true, input_per_1m_tokens: 1", "", ""),
        ("when: {input_tokens_from: 5}, marginal: true, multiply: {input: 2, cache_read: 3}", "", ""),
        ("when: {output_tokens_above: 5}, marginal: true, output_per_1m_tokens: 1", "", ""),
        (
            "when: {output_tokens_above: 5}, marginal: true, input_per_1m_tokens: 1",
            ".marginal",
            "re-prices the output tokens beyond its threshold, and input is not one of them",
        ),
        (
            "when: {input_tokens_above: 5}, marginal: true, multiply: {tokens: 2}",
            ".marginal",
            "re-prices the input tokens beyond its threshold, and tokens is not one of them",
        ),
        (
            "when: {attributes: {qualty: hd}}, input_per_1m_tokens: 1",
            ".when.attributes.qualty",
            "is not an attribute of a request; did you mean quality?",
        ),
        (
            "when: {input_tokens_above: 5, input_tokens_from: 6}, input_per_1m_tokens: 1",
            ".when.input_tokens_from",
            "stands beside input_tokens_above; give one of them",
        ),
        (
            "when: {output_tokens_above: 5, output_tokens_from: 6}, input_per_1m_tokens: 1",
            ".when.output_tokens_from",
            "stands beside output_tokens_above; give one of them",
        ),
        (
            "when: {service_tier: standard}, input_per_1m_tokens: 1",
            ".when.service_tier",
            "standard is the card without overrides; its rates belong beside them",
        ),
        (
            "when: {timezone: Asia/Shangai, hours: '01:00-02:00'}, input_per_1m_tokens: 1",
            ".when.timezone",
            "'Asia/Shangai' is not a time zone of the IANA database",
        ),
        ("when: {timezone: Asia/Shanghai, hours: '01:00-02:00'}, input_per_1m_tokens: 1", "", ""),
        (
            "when: {timezone: Asia/Shanghai, region: eu}, input_per_1m_tokens: 1",
            ".when.timezone",
            "says nothing without hours, weekdays or except_dates",
        ),
    ],
)
def test_an_override_says_when_and_what(report: Report, override: str, field: str, message: str) -> None:
    problems = report(card(override))
    assert messages(problems) == ([(f"{VERSION}.overrides[0]{field}", message)] if message else [])
    assert all(problem.line == 9 for problem in problems)


@pytest.mark.parametrize("hours", ["00:00-24:00", "23:59-00:00", "22:00-06:00", "08:30-08:31"])
def test_hours_may_wrap_midnight(report: Report, hours: str) -> None:
    assert report(card(f"when: {{hours: '{hours}', region: eu}}, input_per_1m_tokens: 1")) == []


@pytest.mark.parametrize(
    "hours",
    [
        "8:00-9:00",
        "08:00",
        "24:00-08:00",
        "08:60-09:00",
        "08:00-08:00",
        "08:00 - 09:00",
        "08:00-24:01",
        "٠٨:00-09:00",
        "x",
        "1:30",
    ],
)
def test_other_hours_are_refused_and_compared_no_further(report: Report, hours: str) -> None:
    override = f"when: {{hours: '{hours}'}}, input_per_1m_tokens: 1"
    problems = report(card(override, override))
    assert messages(problems) == [
        (f"{VERSION}.overrides[{place}].when.hours", f"must be HH:MM-HH:MM with two different times, found {hours!r}")
        for place in (0, 1)
    ]


@pytest.mark.parametrize("zone", ["America", "../../etc/passwd", "/etc/localtime", "x" * 5_000, '"a\\0b"', "UTC+8x", "''"])
def test_odd_time_zones_are_refused_in_few_words(report: Report, zone: str) -> None:
    (problem,) = report(card(f"when: {{hours: '01:00-02:00', timezone: {zone}}}, input_per_1m_tokens: 1"))
    assert problem.field == f"{VERSION}.overrides[0].when.timezone"
    assert len(str(problem)) < 600


def test_regions_are_checked_where_the_file_lists_them(report: Report) -> None:
    override = "when: {region: eu-wset}, input_per_1m_tokens: 1"
    assert report(card(override)) == []
    assert messages(report(card(override, head="regions: [eu-west, us]\n"))) == [
        (
            f"{VERSION}.overrides[0].when.region",
            "'eu-wset' is not one of the provider's regions; did you mean eu-west?",
        )
    ]
    assert report(card(override.replace("wset", "west"), head="regions: [eu-west, us]\n")) == []


# Rule 2


def contradicting(report: Report, *conditions: str, rates: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    effects = rates or ("input_per_1m_tokens: 5",) * len(conditions)
    return messages(report(card(*(f"when: {{{when}}}, {effect}" for when, effect in zip(conditions, effects, strict=True)))))


def clash(later: int, earlier: int, meters: str = "input") -> tuple[str, str]:
    return (
        f"{VERSION}.overrides[{later}]",
        f"can match together with overrides[{earlier}], and both set {meters}; write an override for the combination",
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("service_tier: batch", "input_tokens_above: 200000"),
        ("service_tier: batch", "region: eu"),
        ("region: eu", "attributes: {quality: high}"),
        ("attributes: {size: s}", "attributes: {quality: high}"),
        ("speed: fast", "weekdays: [sat, sun]"),
        ("hours: '08:00-12:00'", "hours: '11:59-14:00'"),
        ("hours: '22:00-06:00'", "hours: '05:59-08:00'"),
        ("weekdays: [mon, tue]", "weekdays: [tue, wed]"),
        ("hours: '08:00-12:00'", "weekdays: [tue, wed]"),
        ("hours: '08:00-12:00'", "hours: '14:00-16:00', timezone: Asia/Shanghai"),
        ("input_tokens_above: 5", "output_tokens_above: 5"),
        ("input_tokens_above: 5, region: eu", "input_tokens_above: 6"),
        ("input_tokens_above: 5", "input_tokens_from: 6"),
        ("region: eu", "region: eu"),
        ("hours: '08:00-12:00'", "hours: '08:00-12:00', timezone: UTC"),
    ],
)
def test_overrides_of_which_neither_is_narrower_contradict(report: Report, one: str, other: str) -> None:
    assert contradicting(report, one, other) == [clash(1, 0)]
    assert contradicting(report, other, one) == [clash(1, 0)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("input_tokens_above: 128000", "input_tokens_above: 200000"),
        ("input_tokens_above: 5", "input_tokens_from: 7"),
        ("service_tier: batch", "service_tier: flex"),
        ("region: eu", "region: us"),
        ("speed: fast", "speed: ultrafast"),
        ("attributes: {quality: high}", "attributes: {quality: low}"),
        ("attributes: {quality: high}", "attributes: {quality: high, size: s}"),
        ("service_tier: batch", "service_tier: batch, input_tokens_above: 200000"),
        ("weekdays: [sat, sun]", "weekdays: [mon, tue]"),
        ("weekdays: [sat, sun]", "weekdays: [sat]"),
        ("hours: '08:00-12:00'", "hours: '12:00-14:00'"),
        ("hours: '22:00-06:00'", "hours: '06:00-22:00'"),
        ("hours: '22:00-06:00'", "hours: '23:00-01:00'"),
        ("hours: '12:00-14:00'", "hours: '08:00-12:00', timezone: UTC"),
        ("weekdays: [sat]", "weekdays: [sat], hours: '08:00-12:00'"),
        ("weekdays: [sat]", "weekdays: [sat], except_dates: [2026-01-03]"),
    ],
)
def test_overrides_that_exclude_or_imply_each_other_stand_side_by_side(report: Report, one: str, other: str) -> None:
    assert contradicting(report, one, other) == []
    assert contradicting(report, other, one) == []


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("service_tier: batch", "input_tokens_above: 200000", "service_tier: batch, input_tokens_above: 200000"),
        ("service_tier: batch", "input_tokens_above: 200000", "service_tier: batch, input_tokens_from: 200001"),
        ("attributes: {size: s}", "attributes: {quality: high}", "attributes: {size: s, quality: high}"),
        ("hours: '08:00-12:00'", "weekdays: [sat]", "hours: '08:00-12:00', weekdays: [sat]"),
        ("hours: '08:00-12:00'", "hours: '10:00-14:00'", "hours: '10:00-12:00'"),
        ("hours: '22:00-06:00'", "hours: '04:00-08:00'", "hours: '04:00-06:00'"),
        ("weekdays: [fri, sat]", "weekdays: [sat, sun]", "weekdays: [sat]"),
        ("speed: fast", "output_tokens_from: 9", "output_tokens_above: 8, speed: fast"),
    ],
)
def test_writing_the_combination_settles_it(report: Report, one: str, other: str, both: str) -> None:
    assert contradicting(report, one, other, both) == []
    assert contradicting(report, both, other, one) == []


def test_a_narrower_third_that_is_not_the_whole_combination_settles_nothing(report: Report) -> None:
    found = contradicting(
        report, "service_tier: batch", "input_tokens_above: 5", "service_tier: batch, input_tokens_above: 6"
    )
    assert found == [clash(1, 0)]


def test_the_combination_must_set_every_contested_meter(report: Report) -> None:
    both = "input_per_1m_tokens: 5, output_per_1m_tokens: 5"
    conditions = ("service_tier: batch", "region: eu", "service_tier: batch, region: eu")
    assert contradicting(report, *conditions, rates=(both, both, "input_per_1m_tokens: 5")) == [clash(1, 0, "input, output")]
    assert contradicting(report, *conditions, rates=(both, both, both)) == []
    assert contradicting(report, *conditions, rates=(both, both, "unavailable: true")) == []


def test_a_combination_that_no_condition_can_say_stays_refused(report: Report) -> None:
    assert contradicting(report, "hours: '22:00-08:00'", "hours: '06:00-23:00'") == [clash(1, 0)]


def test_three_equal_conditions_do_not_settle_each_other(report: Report) -> None:
    assert contradicting(report, "region: eu", "region: eu", "region: eu") == [clash(1, 0), clash(2, 0), clash(2, 1)]


def test_three_crossing_conditions_need_every_combination(report: Report) -> None:
    one, two, three = "service_tier: batch", "region: eu", "input_tokens_above: 5"
    pairs = (f"{one}, {two}", f"{one}, {three}", f"{two}, {three}")
    assert contradicting(report, one, two, three, *pairs) != []
    assert contradicting(report, one, two, three, *pairs, f"{one}, {two}, {three}") == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("input_per_1m_tokens: 5", "output_per_1m_tokens: 5"),
        ("input_per_1m_tokens: 5", "multiply: {input: 0.5}"),
        ("multiply: {input: 0.5}", "multiply: {input: 0.5}"),
        ("input_per_1m_tokens: 5", "unavailable: true"),
        ("unavailable: true", "unavailable: true"),
    ],
)
def test_overrides_that_set_nothing_in_common_do_not_contradict(report: Report, first: str, second: str) -> None:
    assert contradicting(report, "service_tier: batch", "region: eu", rates=(first, second)) == []


def test_two_keys_of_one_meter_contradict(report: Report) -> None:
    found = contradicting(
        report, "service_tier: batch", "region: eu", rates=("audio_input_per_minute: 1", "audio_input_per_hour: 60")
    )
    assert found == [clash(1, 0, "input_audio_seconds")]


def test_each_pair_of_equal_overrides_is_named_by_its_own_place(report: Report) -> None:
    assert contradicting(report, "region: us", "region: eu", "region: eu") == [clash(2, 1)]


@pytest.mark.parametrize(("count", "refused"), [(100, False), (101, True)])
def test_the_number_of_overrides_is_bounded(report: Report, count: int, refused: bool) -> None:
    problems = contradicting(report, *(f"input_tokens_above: {n}" for n in range(count)))
    expected = [(f"{VERSION}.overrides", "holds 101 overrides; at most 100 are compared and allowed")]
    assert problems == (expected if refused else [])


def test_findings_stop_when_the_report_is_full(report: Report) -> None:
    many = "".join(f"  o{n}: {{limits: {{context_window_input: 0, context_window_output: 0}}}}\n" for n in range(800))
    problems = report(f"provider: acme\nmodels:\n{many}")
    assert len(problems) == 1_001
    assert problems[0].message == "has 1,000 problems or more; the rest is not listed"
