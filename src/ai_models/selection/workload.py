"""``Workload``: what is going to be asked of a model, as counts of a typical request and how many of them there are."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from ai_models.errors import InvalidWorkloadError
from ai_models.models.capabilities import ModelCapability
from ai_models.pricing.context import service_tier_of
from ai_models.pricing.counts import MOST, exact_number
from ai_models.pricing.usage import Usage

__all__ = ["IMAGE_TOKENS", "Share", "Workload"]

Share = Decimal | Fraction | float | int | str
"""A part of a whole, from 0 to 1; a float is taken by its digits, so that 0.8 is eight tenths and 1/3 nearly a third."""

IMAGE_TOKENS = 1_100
"""Input tokens that a picture is taken for where nobody says: about one of a million pixels. Vendors count differently."""

_COUNTS = (
    "input_tokens",
    "output_tokens",
    "requests",
    "reasoning_tokens",
    "images",
    "image_tokens",
    "images_made",
    "searches",
)
_SHARES = ("cached_share", "cache_write_share", "batch_share")
_ASKED = ("input_tokens", "output_tokens", "images", "images_made", "searches")
_LONGEST_PERIOD = 40


class Workload(Struct, frozen=True, kw_only=True, omit_defaults=True, repr_omit_defaults=True):
    """A typical request, and how many of them there are.

    Attributes:
        input_tokens, output_tokens: tokens of one request, in all: cached ones, thoughts and pictures' answers included,
            but for the tokens of ``images``, which come on top.
        requests: how many requests; ``period`` is the time in which they come, for whoever reads the result ("month").
        cached_share: the part of the input that is read from a cache (0.8 of 4,000 tokens are 3,200).
        cache_write_share: the part of the input that is written to a cache, where writing has a price.
        batch_share: the part of the requests whose answers may wait, so that the batch tier serves them.
        service_tier: the tier of the others: standard, flex, priority …
        reasoning_tokens: the part of the output that is thoughts.
        images: pictures that come with a request, each of ``image_tokens`` input tokens.
        images_made: pictures that the model makes in an answer.
        searches: web searches of a request.

    Raises:
        InvalidWorkloadError: a count that is no whole number from 0, a share outside 0 to 1, parts above their whole, or
            nothing asked at all.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    requests: int = 1
    period: str = ""
    cached_share: Share = 0
    cache_write_share: Share = 0
    batch_share: Share = 0
    service_tier: str | None = None
    reasoning_tokens: int = 0
    images: int = 0
    image_tokens: int = IMAGE_TOKENS
    images_made: int = 0
    searches: int = 0

    def __post_init__(self) -> None:
        """Check every field once."""
        for name in _COUNTS:
            found = getattr(self, name)
            least = 1 if name == "requests" else 0
            if type(found) is not int or not least <= found <= MOST:
                raise InvalidWorkloadError(name, found, expected=f"a whole number from {least} to 10**18")
        for name in _SHARES:
            share(name, getattr(self, name))
        if self.prompt_tokens > MOST:
            raise InvalidWorkloadError("images", self.images, expected="fewer: with them the prompt is above 10**18 tokens")
        if self.reasoning_tokens > self.output_tokens:
            raise InvalidWorkloadError("reasoning_tokens", self.reasoning_tokens, expected="a part of output_tokens")
        if self.cached + self.written > self.input_tokens:
            raise InvalidWorkloadError(
                "cache_write_share", self.cache_write_share, expected="with cached_share not more than the whole input"
            )
        if service_tier_of(self.service_tier) == "batch":
            raise InvalidWorkloadError(
                "service_tier", "batch", expected="another; batch_share=1 sends everything as a batch"
            )
        if not _is_label(self.period):
            raise InvalidWorkloadError("period", self.period, expected="a word or two, such as month")
        if not any(getattr(self, name) for name in _ASKED):
            raise InvalidWorkloadError("input_tokens", 0, expected="above 0, where a request has neither answer nor picture")

    @property
    def cached(self) -> int:
        """Input tokens that are read from a cache, of one request, rounded down."""
        return int(self.input_tokens * share("cached_share", self.cached_share))

    @property
    def written(self) -> int:
        """Input tokens that are written to a cache, of one request, rounded down."""
        return int(self.input_tokens * share("cache_write_share", self.cache_write_share))

    @property
    def prompt_tokens(self) -> int:
        """The whole prompt of one request, its pictures included."""
        return self.input_tokens + self.images * self.image_tokens

    @property
    def batched(self) -> int:
        """How many requests go as a batch, rounded down."""
        return int(self.requests * share("batch_share", self.batch_share))

    @property
    def usage(self) -> Usage:
        """One request as the pricing engine takes it."""
        return Usage(
            input_tokens=self.prompt_tokens,
            output_tokens=self.output_tokens,
            cache_read_tokens=self.cached,
            cache_write_5m_tokens=self.written,
            input_image_tokens=self.images * self.image_tokens,
            cached_image_tokens=0 if self.images else None,
            reasoning_tokens=self.reasoning_tokens,
            web_searches=self.searches,
            images=self.images_made,
        )

    @property
    def needs(self) -> frozenset[ModelCapability]:
        """The capabilities without which a request of this kind cannot be served."""
        counts = {
            ModelCapability.TEXT_INPUT: self.input_tokens,
            ModelCapability.TEXT_OUTPUT: self.output_tokens and not self.images_made,
            ModelCapability.IMAGE_INPUT: self.images,
            ModelCapability.IMAGE_OUTPUT: self.images_made,
            ModelCapability.WEB_SEARCH: self.searches,
            ModelCapability.EXTENDED_THINKING: self.reasoning_tokens,
        }
        return frozenset(capability for capability, count in counts.items() if count)


def share(name: str, given: Share) -> Fraction:
    """A share as an exact number.

    Raises:
        InvalidWorkloadError: no number from 0 to 1.
    """
    try:
        found = None if isinstance(given, bool) else exact_number(Decimal(given) if isinstance(given, str) else given)
    except (ArithmeticError, TypeError, ValueError):
        found = None
    if found is None or not 0 <= found <= 1:
        raise InvalidWorkloadError(name, given, expected="a number from 0 to 1")
    return found


def _is_label(text: object) -> bool:
    return isinstance(text, str) and len(text) <= _LONGEST_PERIOD and (text.isprintable() or not text)
