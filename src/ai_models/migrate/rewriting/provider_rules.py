"""Rules for the names of the old ``providers``: providers by floating names, and a table of prices of their own."""

from __future__ import annotations

import ast
from typing import Final

from ai_models.audit.names import Names
from ai_models.audit.price_check import known_rates
from ai_models.audit.python_source import text_of
from ai_models.migrate.rewriting.outcome import New, Old, Outcome, Piece, Site

__all__ = ["old_pricing", "provider_call"]

_PINNED: Final = {
    "claude-haiku": "claude-haiku-4.5",
    "claude-sonnet": "claude-sonnet-4.5",
    "claude-opus": "claude-opus-4.1",
}
"""The models that the short names of the old packages meant."""

_SIDES: Final = ("input_per_1m", "output_per_1m")


def provider_call(site: Site, names: Names) -> Outcome:
    """``get_provider`` and ``ClaudeProvider``: the name goes on; a short name of a model means the newest one now."""
    outcome = Outcome(site.reference)
    call = site.call
    if call is None:
        return outcome
    model = call.args[0] if call.args else next((word.value for word in call.keywords if word.arg == "model"), None)
    is_factory = site.reference.name.endswith("get_provider")
    text = text_of(site.unit.python.text_value(model))
    message = _floating(text, names) if text is not None or model is None else ""
    if not message and text is None:
        message = "a short name such as claude-sonnet means the newest model of that name, where it meant one model"
    if is_factory:
        message = f"{message}; names of OpenAI and Google work now" if message and text is None else message
    elif message:
        message += "; a name that nobody knows is called unchecked"
    if site.reference.parent and not any(word.arg == "enable_caching" for word in call.keywords) and len(call.args) < 2:
        message = f"{message}; prompts are cached unless enable_caching=False is given" if message else message
    if message:
        outcome.remarks.append(site.remark("difference", "floating", message, "write the id of a model to pin it"))
    return outcome


def _floating(text: str | None, names: Names) -> str:
    """What becomes of a name that a provider is asked for; None is the default."""
    asked = (text or "claude-sonnet").strip().lower()
    meant = _PINNED.get(asked)
    if meant is None:
        return ""
    standing, old = names.stand(asked), names.stand(meant)
    today = standing.spec.name if standing is not None and standing.spec is not None else "another model"
    before = old.spec.name if old is not None and old.spec is not None else meant
    retired = f", which is {old.status}" if old is not None and old.status.value in ("deprecated", "retired") else ""
    return f"{asked} is {today} today and moves on to newer ones; it was {before}{retired}"


# The table of prices


def old_pricing(site: Site, names: Names) -> Outcome:
    """``CLAUDE_PRICING``: one rate of a model that is named becomes a call; anything else goes on through the old table.

    Raises:
        Unplaced: where something stands cannot be told for certain.
    """
    row = site.parent
    if isinstance(row, ast.Subscript) and row.value is site.node and isinstance(row.ctx, ast.Load):
        name = text_of(row.slice)
        model = _PINNED.get(name or "")
        if model is not None and known_rates(names, model):
            return _one_rate(site, row, model)
    outcome = Outcome(site.reference, old=True)
    outcome.change(*site.span(site.node), [Old(site.reference.name)], "left", "there is no table of prices to read")
    message = "prices come from the catalogue, by name and day; which of them is read here cannot be seen"
    advice = "write PricingService().get_pricing(name), and read .input_per_1m and .output_per_1m"
    outcome.remarks.append(site.remark("undecided", "left", message, advice))
    return outcome


def _one_rate(site: Site, row: ast.Subscript, model: str) -> Outcome:
    outcome = Outcome(site.reference, keeps=False)
    whole, sides = _read(site, row)
    asked: list[Piece] = [New("PricingService"), f"().get_pricing({site.unit.places.quoted(model, row)})"]
    pieces: list[Piece] = [*asked, f".{sides[0]}"]
    if len(sides) > 1:
        pieces = ["(", *asked, f".{sides[0]}, ", *asked, f".{sides[1]})"]
    outcome.change(*site.span(whole), pieces, "pricing", "the catalogue has the price, with its date")
    outcome.consumed.append(whole)
    message = f"the price of {model} is what the catalogue says on the day, and not what a table said"
    outcome.remarks.append(site.remark("difference", "pricing", message))
    return outcome


def _read(site: Site, row: ast.Subscript) -> tuple[ast.expr, tuple[str, ...]]:
    """Which part of a row is read: the expression, and the rates."""
    outer = site.unit.parent(row)
    if isinstance(outer, ast.Subscript) and outer.value is row and isinstance(outer.slice, ast.Constant):
        place = outer.slice.value
        if isinstance(place, int) and not isinstance(place, bool) and place in (0, 1):
            return outer, (_SIDES[place],)
    return row, _SIDES
