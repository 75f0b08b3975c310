"""Messages to the channel about money and models – kept short, people read them on their phones."""

import functools
from typing import Any, Callable

import models as m, models.registry as reg  # noqa: E401  both are used below
from models.registry import CLAUDE_SONNET

LIMIT_USD = 25.0


def about(spec: Any) -> Callable:
    """Puts a model's name in front of what a function says."""

    def decorate(function: Callable) -> Callable:
        @functools.wraps(function)
        def said(*arguments: Any, **options: Any) -> str:
            return f"[{spec.name}] {function(*arguments, **options)}"

        return said

    return decorate


@about(m.ModelRegistry.CLAUDE_SONNET_4_5)
def too_dear(cost: float, limit: float = LIMIT_USD) -> str:
    """A batch that cost more than it should."""
    return f"{cost:.2f} USD for one batch – the limit is {limit:.2f}"


@about(spec=reg.GPT_4O)
def in_place_of(other=CLAUDE_SONNET) -> str:
    return f"answers in place of {other.name} until further notice"


class Digest:
    """A morning's numbers in one line."""

    model = reg.CLAUDE_HAIKU
    limits = {"in": reg.CLAUDE_HAIKU.context_window_input, "out": reg.CLAUDE_HAIKU.context_window_output}

    def line(self, messages: int, cost: float) -> str:
        return (
            f"{messages} messages, {cost:.2f} USD; "
            f"{self.model.name} reads {self.limits['in']:,} tokens "
            f"and {m.ModelRegistry.get_spec('claude-sonnet-4.5').name} {m.registry.CLAUDE_SONNET.context_window_input:,}"
        )
