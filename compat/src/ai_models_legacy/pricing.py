"""``CLAUDE_PRICING``: USD per 1M tokens by short name, from the catalogue or as it was written down once."""

from __future__ import annotations

from ai_models_legacy import frozen
from ai_models_legacy.flag import Answers, answers

__all__ = ["MODELS", "Table", "claude_pricing", "claude_pricing_now"]

Table = dict[str, tuple[float, float]]

MODELS = {"claude-haiku": "claude-haiku-4.5", "claude-sonnet": "claude-sonnet-4.5", "claude-opus": "claude-opus-4.1"}
"""The short names of the factory, and the keys of the models that they are pinned to."""

_current: tuple[list[tuple[str, tuple[float, float]]], Table] = ([], {})
"""The rates last read, and the table made of them: one object while they stay, for callers that add to it."""


def claude_pricing() -> Table:
    """The table, as the flag has it.

    Raises:
        FlagError: the flag says none of what it may.
        CatalogError: the catalogue cannot be used.
    """
    answer = answers()
    if answer is Answers.NEW:
        return claude_pricing_now()
    if answer is Answers.SHADOW:
        from ai_models_legacy.shadow import observe  # a shadow is asked for by few

        observe("CLAUDE_PRICING", frozen.PRICING, claude_pricing_now)
    return frozen.PRICING


def claude_pricing_now() -> Table:
    """The table from the catalogue, whatever the flag says.

    Raises:
        CatalogError: the catalogue cannot be used.
    """
    global _current
    from ai_models_legacy.served import served  # loads the catalogue, which frozen answers do without

    specs = {name: served(key).spec for name, key in MODELS.items()}
    rates = [(name, (spec.input_price_per_1m, spec.output_price_per_1m)) for name, spec in specs.items()]
    before, table = _current
    if rates != before:
        table = dict(rates)
        _current = (rates, table)
    return table
