"""``ai-models cost`` and ``rates``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from commandline import FILES, Run, uncoloured

pytestmark = pytest.mark.usefixtures("made_up")


def test_a_volume_is_itemised_and_summed(run: Run) -> None:
    answer = run("cost", "big", "--input", "1M", "--output", "200k")
    assert answer.code == 0
    assert answer.lines[0] == "big-2  acme, standard rates now, 2026-11-22"
    assert answer.line("input").split() == ["input", "1,000,000", "2.00", "2.00"]
    assert answer.line("output").split() == ["output", "200,000", "10.00", "2.00"]
    assert answer.line("total").split() == ["total", "1,200,000", "4.00"]


def test_a_meter_that_is_not_asked_for_has_no_line(run: Run) -> None:
    lines = run("cost", "big", "-i", "1k", "--json").json["costs"][0]["lines"]
    assert lines == [{"meter": "input", "tokens": 1000, "rate": "2", "per": 1_000_000, "amount": "0.002"}]


def test_several_models_are_sorted_by_cost_with_other_currencies_and_unknown_last(run: Run) -> None:
    answer = run("cost", "bare", "zhi", "big", "mini", "-i", "1M", "-o", "1M")
    assert answer.code == 1
    assert [line.split()[0] for line in answer.lines[1:5]] == ["mini", "big-2", "zhi", "bare"]
    assert answer.line("mini").split() == ["mini", "acme", "0.15", "0.60", "0.75", "USD"]
    assert answer.line("bare").split() == ["bare", *"?????"]
    assert "mini: no source dates this price" in answer.out
    assert "'bare' is not sold by its maker" in answer.out


def test_a_price_of_the_past_and_of_the_future(run: Run) -> None:
    assert run("cost", "big", "-i", "1M", "--at", "2026-05-31", "--json").json["costs"][0]["total"] == "4"
    assert run("cost", "big", "-i", "1M", "--at", "2026-06-01", "--json").json["costs"][0]["total"] == "2"
    assert run("cost", "big", "-i", "1M", "--at", "2027-01-01", "--json").json["costs"][0]["total"] == "1"
    assert "standard rates on 2027-01-01" in run("cost", "big", "-i", "1M", "--at", "2027-01-01").lines[0]


def test_no_known_price_is_the_answer_no(run: Run) -> None:
    answer = run("cost", "big", "-i", "1M", "--at", "2025-12-31")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == (
        "error: no price of 'big' (acme:big-2) is known for 2025-12-31 00:00Z; the first holds since 2026-01-01\n"
    )
    facts = run("cost", "bare", "-i", "1", "--json")
    assert facts.code == 1
    assert facts.json["costs"][0]["total"] is None
    assert "not sold by its maker" in facts.json["costs"][0]["unknown_because"]


def test_an_offering_that_matches_no_model_has_a_price_too(run: Run, install: Callable[[dict[str, str]], Path]) -> None:
    offer = "{pricing_versions: [{effective_date: 2026-01-01, input_per_1m_tokens: 5}]}"
    install({**FILES, "prices/kiosk.yaml": f"provider: kiosk\nmodels: {{stray: {offer}}}\n"})
    assert run("cost", "kiosk:stray", "-i", "1M", "--json").json["costs"][0]["total"] == "5"
    assert "kiosk:stray" in run("rates", "kiosk:stray").lines[0]


def test_a_floating_name_says_what_it_means(run: Run) -> None:
    assert "acme-newest is a floating name; it means big-2 here" in run("cost", "acme-newest", "-i", "1").out
    assert run("rates", "acme-newest").lines[0] == "acme-newest is a floating name; it means big-2 here"


def test_cost_without_tokens_and_unknown_models_are_usage_errors(run: Run) -> None:
    assert run("cost", "big").code == 2
    answer = run("cost", "big", "bigg-2", "-i", "1")
    assert (answer.code, answer.out) == (2, "")
    assert "did you mean big-2" in answer.err


def test_a_terminal_shows_the_question_above_the_rows(run: Run) -> None:
    plain = uncoloured(run("cost", "big", "mini", "-i", "1M", width=80).out)
    assert plain.startswith("1,000,000 input and 0 output tokens, standard rates now, 2026-11-22")
    assert "total" in uncoloured(run("cost", "big", "-i", "1M", width=80).out)


def test_rates_list_every_meter_and_every_override(run: Run) -> None:
    answer = run("rates", "big")
    assert answer.lines[0] == "Price  acme:big-2, since 2026-06-01 until 2027-01-01 (observed)"
    assert answer.line("cache_read").split() == ["cache_read", "0.075", "1M", "tokens"]
    assert answer.line("web_searches").split() == ["web_searches", "10.00", "1,000", "searches"]
    assert answer.line("batch tier  ").split() == ["batch", "tier", "x", "0.5"]
    assert answer.line("> 200,000").split() == [">", "200,000", "input", "tokens", "4.00", "15.00"]
    assert answer.line("priority tier").endswith("not sold")
    assert "batch tier: Half price for patience" in answer.out
    assert "Cut in June" in answer.out
    assert "the vendor's may be earlier" in answer.out
    assert "sources: feed" in answer.out


def test_rates_on_a_day_or_at_an_instant(run: Run) -> None:
    assert run("rates", "big", "--at", "2026-05-31T23:59Z", "--json").json["price"]["rates"]["input"]["amount"] == "4"
    future = run("rates", "big", "--at", "2027-06-01")
    assert future.lines[0] == "Price  acme:big-2, from 2027-01-01 (effective)"
    missing = run("rates", "big", "--at", "2020-01-01", "--json")
    assert (missing.code, missing.json["price"]) == (1, None)
    assert run("rates", "bare").code == 1


def test_rates_of_another_provider(run: Run) -> None:
    assert "shop:shop-big" in run("rates", "shop:shop-big").lines[0]


def test_overrides_are_in_words_where_their_table_does_not_fit(run: Run) -> None:
    wide, narrow = (uncoloured(run("rates", "big", width=width).out) for width in (80, 40))
    assert "USD instead" not in wide
    assert "USD instead" in narrow


def test_history_marks_future_versions_and_changes_in_per_cent(run: Run) -> None:
    answer = run("rates", "big", "--history")
    rows = answer.lines[2:]
    assert rows[0].split()[:7] == ["from", "2027-01-01", "effective", "1.00", "-50%", "?", "gone"]
    assert rows[1].split()[:6] == ["2026-06-01", "observed", "2.00", "-50%", "0.075", "new"]
    assert "+100%" in rows[0]
    assert "changed: batch tier" in rows[0]
    assert "no longer: > 200,000 input tokens" in rows[0]
    assert "new: batch tier" in rows[1]
    assert rows[2].split() == ["2026-01-01", "effective", "4.00", "?", "10.00"]


def test_history_as_json_is_the_newest_first_with_states(run: Run) -> None:
    versions = run("rates", "big", "--history", "--json").json["versions"]
    assert [version["state"] for version in versions] == ["future", "current", "past"]
    assert versions[0]["changes"]["input"] == "-50%"
    assert versions[-1]["changes"] == {}
    assert versions[-1]["effective_from"] == "2026-01-01T00:00:00Z"


def test_a_terminal_gets_a_chart_and_a_pipe_does_not(run: Run) -> None:
    plain = uncoloured(run("rates", "big", "--history", width=80).out)
    chart = next(line for line in plain.splitlines() if line.startswith("input  ") and "█" in line)
    assert chart.endswith("4.00 → 1.00")
    assert max(len(line.rstrip()) for line in plain.splitlines()) <= 80
    assert "█" not in run("rates", "big", "--history").out


def test_a_price_that_never_changed_has_no_chart(run: Run) -> None:
    assert "█" not in run("rates", "mini", "--history", width=80).out
    assert "the beginning" in run("rates", "zhi", "--history").out


def test_a_history_that_is_not_known_exits_with_1(run: Run, install: Callable[[dict[str, str]], Path]) -> None:
    assert run("rates", "bare", "--history").code == 1
    install({**FILES, "prices/zeta.yaml": "provider: zeta\nmodels: {zhi: {pricing_versions: []}}\n"})
    answer = run("rates", "zhi", "--history", "--json")
    assert (answer.code, answer.json["versions"]) == (1, [])
    assert "no price of 'zhi' (zeta:zhi) is known" in answer.err


def test_history_and_a_day_exclude_each_other(run: Run) -> None:
    assert run("rates", "big", "--history", "--at", "2026-01-01").code == 2


def test_terms_currency_changes_free_rates_and_marginal_overrides(
    run: Run, install: Callable[[dict[str, str]], Path]
) -> None:
    install({**FILES, "prices/zeta.yaml": """
        provider: zeta
        models:
          zhi:
            pricing_versions:
              - effective_date: 2026-06-01
                input_per_1m_tokens: 0
                output_per_1m_tokens: 2
                cache_write_5m_per_1m_tokens: 1
                cache_write_1h_per_1m_tokens: {same_as: cache_write_5m}
                audio_input_per_minute: {price: 0.6, minimum: 10, increment: 1}
                overrides: [{when: {input_tokens_above: 10}, input_per_1m_tokens: 1, marginal: true}]
              - {effective_date: 2026-01-01, currency: CNY, input_per_1m_tokens: 0}
    """})  # fmt: skip
    answer = run("rates", "zhi")
    assert answer.line("cache_write_1h").endswith("as cache_write_5m")
    assert answer.line("input_audio_seconds").endswith("at least 10, in steps of 1")
    assert answer.line("> 10 input").endswith("only the tokens beyond")
    assert answer.line("input ").split()[1] == "0.00"
    assert "currency CNY to USD" in run("rates", "zhi", "--history").out
    assert (
        "CNY and USD per 1M tokens" in run("rates", "zhi", "--history").lines[0]
        or "USD" in run("rates", "zhi", "--history").out
    )
    incomplete = run("cost", "zhi", "-o", "1", "--at", "2026-01-01")
    assert incomplete.code == 1
    assert "no known rate for 'output'" in incomplete.err
