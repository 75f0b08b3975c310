"""Reports, budgets and tariffs. Only prices that are right are tested by their numbers."""

from datetime import date

import pytest
from signal_desk import budget, cost_report, tariffs
from signal_desk.cost_report import Use


def test_a_model_costs_what_it_costs():
    assert cost_report.cost(Use("claude-sonnet-4.5", 1_000_000, 1_000_000)) == pytest.approx(18.00)
    assert cost_report.cost(Use("gpt-4o", 2_000_000, 100_000)) == pytest.approx(6.00)
    assert cost_report.cost(Use("gpt-4o-mini", 1_000_000, 0)) == pytest.approx(0.15)


def test_a_report_has_the_dearest_first_and_the_sum_last():
    lines = cost_report.report([Use("gpt-4o-mini", 1_000_000, 0), Use("gpt-4o", 1_000_000, 0)]).splitlines()
    assert [line.split("  ")[0] for line in lines] == ["GPT-4o", "GPT-4o mini", "total"]
    assert lines[-1].split() == ["total", "2.65", "USD"]


def test_totals():
    assert cost_report.total([Use("gpt-4o", 1_000_000, 0), Use("gpt-4o", 0, 1_000_000)]) == pytest.approx(12.50)
    assert cost_report.total([]) == 0


def test_the_discount():
    assert cost_report.discounted(Use("claude-sonnet-4.5", 1_000_000, 0)) == pytest.approx(2.76)
    assert cost_report.discounted(Use("gpt-4o", 1_000_000, 0)) == pytest.approx(2.50)


def test_a_model_that_nobody_knows_keeps_its_key_in_the_report():
    assert cost_report.title("acme-summarizer-v2-beta") == "acme-summarizer-v2-beta"


def test_the_rate_card():
    assert cost_report.rate_card() == (
        "Claude Sonnet 4.5: 3.00 in, 15.00 out; GPT-4o: 2.50 in, 10.00 out (USD per 1M tokens)"
    )


def test_what_a_report_cannot_price():
    uses = [Use("gpt-4o", 1, 1), Use("no-such-model", 1, 1)]
    assert cost_report.unpriced(uses) == set()


def test_every_price_of_the_report_is_a_price():
    for key in cost_report.PRICES:
        assert 0 < cost_report.cost(Use(key, 1_000_000, 0)) < cost_report.cost(Use(key, 0, 1_000_000))


def test_costs_in_the_budget():
    assert budget.gpt4o_cost(1_000_000, 1_000_000) == pytest.approx(12.50)
    assert budget.sonnet_cost(1_000_000, 1_000_000) == pytest.approx(18.00)
    assert budget.mini_cost(1_000_000, 1_000_000) == pytest.approx(0.75)
    assert budget.haiku_cost(1_000_000, 0) > 0
    assert budget.saving_with_mini(1_000_000, 0) == pytest.approx(2.85)


def test_what_is_left_is_never_negative():
    assert budget.left(200.0, budget=1_200.0) == 1_000.0
    assert budget.left(1_200.0, budget=1_200.0) == 0.0
    assert budget.left(1_200.01, budget=1_200.0) == 0.0


@pytest.mark.parametrize(
    ("spent", "day"),
    [(0.0, None), (400.0, None), (600.0, date(2026, 6, 21)), (1_200.0, date(2026, 6, 11)), (5_000.0, date(2026, 6, 10))],
)
def test_when_the_budget_runs_out(spent, day):
    assert budget.runs_out(spent, date(2026, 6, 10), budget=1_200.0) == day


def test_messages_that_are_left():
    # 900 tokens at 3.00 and 60 at 15.00 are 0.0036 USD
    assert budget.messages_left(budget.MONTHLY_BUDGET_USD - 36.0) == pytest.approx(10_000, abs=1)
    assert budget.messages_left(budget.MONTHLY_BUDGET_USD) == 0


def test_invoices():
    assert tariffs.invoice_line("gpt-4o", 1_000_000, 0, country="DE") == pytest.approx(2.975)
    assert tariffs.invoice_line("gpt-4o-mini", 0, 1_000_000, country="US") == pytest.approx(0.60)


def test_tables_that_are_not_prices_stay_what_they_are():
    assert tariffs.TAX_RATES["LU"] == 0.17
    assert tariffs.delay("claude-haiku", 1) == 0.25
    assert tariffs.delay("claude-sonnet", 2) == 2.0
    assert tariffs.delay("gpt-4o-mini", 1) == 1.0
    assert tariffs.badge("gpt-4o") == "#10a37f"
    assert tariffs.badge("no-such-model") == "#808080"
    assert tariffs.RATE_LIMITS["gpt-4o"] == (500, 30)
    assert sum(tariffs.WEIGHTS.values()) == pytest.approx(1)
    assert tariffs.GOLDEN_SCORES["gpt-4o"]["recall"] == 0.89
