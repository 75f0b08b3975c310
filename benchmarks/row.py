"""A row of the table: what is measured, in which unit, against which budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["ROWS", "Row"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One question. A budget is the most of seconds, bytes, shares and ratios, the least of percent, times and rates.

    ``of`` is how many are asked for in one call, so that the figure is of each.
    """

    key: str
    title: str
    unit: Literal["seconds", "bytes", "percent", "share", "times", "ratio", "rate"] = "seconds"
    budget: float | None = None
    of: int = 1

    def show(self, value: float) -> str:
        """The value in a readable unit: MB of 10^6 bytes; seconds with at least two digits."""
        if self.unit in {"percent", "share"}:
            return f"{value:.1f} %"
        if self.unit == "rate":
            return f"{value:,.0f}/s"
        if self.unit in {"times", "ratio"}:
            return f"{value:.1f}x"
        if self.unit == "bytes":
            return f"{value / 1e6:.1f} MB"
        for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
            if value * factor >= 1:
                return f"{value * factor:.{1 if value * factor < 100 else 0}f} {unit}"
        return f"{value * 1e9:.0f} ns"

    @property
    def at_least(self) -> bool:
        """Whether more is better, so that the budget is a lower bound."""
        return self.unit in {"percent", "times", "rate"}

    def show_budget(self) -> str:
        """The budget, or nothing."""
        if self.budget is None:
            return ""
        return ("≥ " if self.at_least else "≤ ") + self.show(self.budget)

    def verdict(self, value: float | None) -> str:
        """``ok`` or ``OVER``; nothing where there is no budget, or no value."""
        if value is None or self.budget is None:
            return ""
        held = value >= self.budget if self.at_least else value <= self.budget
        return "ok" if held else "OVER"


ROWS = (
    Row(key="start.seconds", title="new process: import, resolve, price", budget=0.10),
    Row(key="start.ahead", title="  faster than genai-prices", unit="times", budget=3),
    Row(key="start.bytes", title="  its peak memory", unit="bytes", budget=25e6),
    Row(key="request.seconds", title="  the same, by price() of one request", budget=0.10),
    Row(key="request.bytes", title="  its peak memory", unit="bytes", budget=25e6),
    Row(key="get_model", title="get_model(alias)", budget=1e-6),
    Row(key="get_model.dated", title="  a dated alias (gpt-4o)", budget=1e-6),
    Row(key="get_model.rotating", title="  every model in turn"),
    Row(key="calculate_cost", title="calculate_cost", budget=1e-6),
    Row(key="calculate_cost.dated", title="  a dated alias (gpt-4o)", budget=1e-6),
    Row(key="calculate_cost.rotating", title="  every priced model in turn"),
    Row(key="price", title="price one request", budget=5e-6),
    Row(key="price.lines", title="  and its total and every line's amount"),
    Row(key="price.rich", title="  long context, batch, cache, reasoning, searches", budget=5e-6),
    Row(key="price.then", title="  at a past instant"),
    Row(key="price.usage", title="  with a new Usage each time"),
    Row(key="price.rotating", title="  every priced model in turn"),
    Row(key="price_many", title="price_many, each of 2,000", budget=5e-6, of=2_000),
    Row(key="price_many.rate", title="  as usages a second", unit="rate", budget=200_000),
    Row(key="from_response", title="Usage.from_response, a whole message"),
    Row(key="find.repeated", title="find_models_with_capabilities", budget=150e-6),
    Row(key="find.rotating", title="  another question each time", budget=150e-6),
    Row(key="select", title="select over all models, a priced workload", budget=20e-3),
    Row(key="select.required", title="  with capabilities, windows and a maximum cost", budget=20e-3),
    Row(key="select.weighted", title="  by weights over cost, context and newest", budget=20e-3),
    Row(key="select.offerings", title="  over every provider's offering, about 10,000"),
    Row(key="recommend", title="recommend: cheaper models and other savings"),
    Row(key="mix.hit_rate", title="get_pricing, realistic mix: hits", unit="percent", budget=95),
    Row(key="mix.seconds", title="  a call of the mix"),
    Row(key="miss.first", title="  first price of a process, with its load", budget=10e-3),
    Row(key="miss.median", title="  a miss after it, median model"),
    Row(key="miss.worst", title="  a miss after it, worst model", budget=10e-3),
    Row(key="provider", title="ClaudeProvider(model), its SDK not imported", budget=1e-3),
    Row(key="provider.get", title="  get_provider(model)", budget=1e-3),
    Row(key="call.claude", title="one call of Anthropic's SDK, server answers at once"),
    Row(key="call.claude.share", title="  what complete() adds to it", unit="share", budget=5),
    Row(key="call.responses", title="one call of OpenAI's SDK, Responses"),
    Row(key="call.responses.share", title="  what complete() adds to it", unit="share", budget=5),
    Row(key="call.chat", title="one call of OpenAI's SDK, Chat Completions"),
    Row(key="call.chat.share", title="  what complete() adds to it", unit="share", budget=5),
    Row(key="call.gemini", title="one call of Google's SDK"),
    Row(key="call.gemini.share", title="  what complete() adds to it", unit="share", budget=5),
    Row(key="legacy.seconds", title="the legacy app: one classification, server answers at once"),
    Row(key="legacy.compat.share", title="  on ai-models-legacy, more by", unit="share", budget=5),
    Row(key="legacy.migrated.share", title="  migrated, more by", unit="share", budget=5),
    Row(key="legacy.bytes", title="  its peak memory", unit="bytes"),
    Row(key="legacy.compat.memory", title="  on ai-models-legacy, more by", unit="share", budget=10),
    Row(key="legacy.migrated.memory", title="  migrated, more by", unit="share", budget=10),
    Row(key="legacy.lines", title="  its own lines of model, price and provider code, fewer by", unit="percent", budget=20),
    Row(key="stdlib.ratio", title="audit of the standard library, against ast.parse", unit="ratio", budget=3),
    Row(key="django.ratio", title="  of django", unit="ratio", budget=3),
    Row(key="sqlalchemy.ratio", title="  of sqlalchemy", unit="ratio", budget=3),
    Row(key="pydantic.ratio", title="  of pydantic", unit="ratio", budget=3),
)
