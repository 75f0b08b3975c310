"""Findings about hard-coded prices: right today, stale and by how much, or beyond comparison."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from ai_models.audit.findings import Confidence, PriceFound
from ai_models.audit.gathering import Gathered, Judge
from ai_models.audit.price_check import Amount, Checked, Comparison, check_amounts
from ai_models.audit.spans import Span

__all__ = ["difference_of", "report_price"]

_INSTEAD: Final = "ask the catalogue: PricingService().get_pricing(model)"
_UNITS: Final = {1_000_000: "per 1M tokens", 1_000: "per 1K tokens", 1: "per token"}


def report_price(
    gathered: Gathered,
    judge: Judge,
    name: str,
    amounts: tuple[Amount, ...],
    span: Span,
    *,
    table: str,
    confidence: Confidence,
) -> None:
    """Compare the prices that a place gives a model with the catalogue's, and report what comes of it.

    Args:
        gathered: the file's.
        judge: the catalogue and the day.
        name: the model, as it is written there.
        amounts: its prices.
        span: where they stand.
        table: what holds them is called.
        confidence: how sure it is that they are prices.
    """
    checked = check_amounts(judge.names, gathered.old_meaning(judge, name) or name, amounts)
    standing = judge.names.stand(gathered.old_meaning(judge, name) or name)
    model = standing.key if standing else ""
    per = checked.per or next((amount.per for amount in amounts if amount.per), None)
    written = {amount.meter or "?": f"{amount.amount:f}" for amount in amounts if not amount.variant}
    found = PriceFound(
        path=gathered.path, span=span, model=model, amounts=written, per=per, verdict=checked.verdict, table=table
    )
    gathered.prices.append(found)
    facts = {
        "model": model, "name": name, "table": table, "per": per, "unit": _UNITS.get(per or 0),
        "unit_is_said": checked.unit_is_said, "amounts": written,
        "comparisons": [_comparison_facts(each) for each in checked.comparisons],
    }  # fmt: skip
    sure: Confidence = "medium" if confidence == "high" and not checked.unit_is_said and checked.comparisons else confidence
    code, message = _message(name, checked)
    gathered.report(code, span, name, message, hint="" if code == "AIM203" else _INSTEAD, confidence=sure, facts=facts)


def _message(name: str, checked: Checked) -> tuple[str, str]:
    if checked.verdict == "unverifiable":
        return "AIM203", f"a hard-coded price of {name}: {checked.reason}"
    if checked.verdict == "current":
        told = ", ".join(f"{each.meter} {_money(each.catalogue)}" for each in checked.comparisons)
        return "AIM201", f"a hard-coded price of {name}, right today: {told} USD per 1M tokens"
    stale = "; ".join(difference_of(each) for each in checked.comparisons if not each.is_current)
    return "AIM202", f"a stale price of {name}, in USD per 1M tokens: {stale}"


def difference_of(each: Comparison) -> str:
    """A rate as code says it and as the catalogue says it, in USD per 1M tokens."""
    size = "" if each.percent is None else f" ({each.percent:+f}%)"
    until = f", right until {each.until}" if each.until else ""
    return f"{each.meter} {_money(each.found)} here, {_money(each.catalogue)} in the catalogue{size}{until}"


def _comparison_facts(each: Comparison) -> dict[str, Any]:
    return {
        "meter": each.meter,
        "found_per_1m": f"{each.found:f}",
        "catalogue_per_1m": f"{each.catalogue:f}",
        "percent": None if each.percent is None else f"{each.percent:f}",
        "right_until": each.until,
    }


def _money(amount: Decimal) -> str:
    """An amount with two decimals, or more where there are more."""
    whole, _, fraction = f"{amount.normalize():f}".partition(".")
    return f"{whole}.{fraction.ljust(2, '0')}"
