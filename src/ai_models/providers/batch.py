"""What comes of a batch: many requests submitted at once, answered within a day at a lower price."""

from __future__ import annotations

from msgspec import Struct

from ai_models.errors import ProviderError
from ai_models.providers.response import Response

__all__ = ["BatchResult"]


class BatchResult(Struct, frozen=True, kw_only=True):
    """What came of one request of a batch: a response, priced as batch, or an error.

    ``index`` is the place of the request among those that were submitted.
    """

    index: int
    response: Response | None = None
    error: ProviderError | None = None
