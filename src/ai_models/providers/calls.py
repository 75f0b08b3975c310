"""A call on its way: what is sent, what is reported of it, and how a streamed answer is put together."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from msgspec import Struct

from ai_models.errors import InvalidRequestError
from ai_models.providers.request import Request
from ai_models.providers.response import Reading, Response, StreamEvent
from ai_models.providers.schema import ResponseSchema

__all__ = ["CallRecord", "PreparedCall", "StreamReader", "limit_of", "parsed"]


class CallRecord(Struct, frozen=True, kw_only=True):
    """One call, for a ledger or a tracer: what was asked, and what came of it, a response or an error."""

    provider: str
    model: str
    request: Request
    response: Response | None = None
    error: BaseException | None = None
    latency_ms: float = 0.0


class StreamReader:
    """Puts the pieces of a streamed answer together; a provider subclasses it for its own events."""

    def feed(self, event: Any) -> Iterable[StreamEvent]:
        """The pieces that one event of the SDK's brings."""
        raise NotImplementedError

    def finish(self) -> tuple[Reading, Any]:
        """The whole answer, and the raw object that stands for it.

        Raises:
            ProviderConnectionError: the stream ended before the answer did.
        """
        raise NotImplementedError


class PreparedCall(Struct, kw_only=True):
    """A call that has passed its checks and is ready to be sent."""

    request: Request
    payload: dict[str, Any]
    warnings: list[str]
    started: float
    affordable: int | None = None
    """How many attempts ``max_cost`` pays for; None where there is no limit."""


def limit_of(max_cost: Decimal | int | str) -> Decimal:
    """A limit as an exact number; a float is taken by its digits.

    Raises:
        InvalidRequestError: no number from 0 on.
    """
    try:
        limit = Decimal(str(max_cost))
    except ArithmeticError:
        raise InvalidRequestError(f"max_cost must be a number from 0 on, found {max_cost!r}") from None
    if isinstance(max_cost, bool) or not limit.is_finite() or limit < 0:
        raise InvalidRequestError(f"max_cost must be a number from 0 on, found {max_cost!r}")
    return limit


def parsed(request: Request, reading: Reading, warnings: list[str]) -> Any:
    """The answer as the type that was asked for; None, with a warning, where it is cut off or not of the shape."""
    if request.response_schema is None or reading.tool_calls:
        return None
    try:
        return ResponseSchema(request.response_schema).parse(reading.text)
    except (ValueError, RecursionError) as error:  # the latter for a thousand brackets
        warnings.append(f"the answer is not of the shape that was asked for: {error}")
        return None
