"""``Usage``: what one request consumed, as a provider reports it, and its split into disjoint buckets.

At the door the counts follow the OpenTelemetry GenAI convention: ``input_tokens`` and ``output_tokens`` are totals that
include their parts. Inside, every token stands in exactly one bucket, named by the meter that bills it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import compress
from operator import is_
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import astuple, replace

from ai_models.errors import InconsistentUsageError, InvalidUsageError
from ai_models.models.frozen import freeze
from ai_models.pricing.counts import MOST, exact_number, whole_count
from ai_models.pricing.meters import METERS
from ai_models.pricing.overlap import Overlap, settle

__all__ = ["METER_OF_FIELD", "Buckets", "Quantity", "Usage", "cell_meter"]

Quantity = int | Fraction
"""How much of a meter: whole for everything but seconds and token-hours."""

_KINDS = {
    "cache_read_tokens": "cache_read",
    "cache_write_tokens": "cache_write",
    "cache_write_5m_tokens": "cache_write_5m",
    "cache_write_30m_tokens": "cache_write_30m",
    "cache_write_1h_tokens": "cache_write_1h",
    "cache_write_12h_tokens": "cache_write_12h",
    "tool_input_tokens": "tool_input",
}
_MODALITIES = {"input_audio_tokens": "audio", "input_image_tokens": "image", "input_video_tokens": "video"}
_INTERSECTIONS = {
    "cached_audio_tokens": ("audio", "cache_read"),
    "cached_image_tokens": ("image", "cache_read"),
    "cached_video_tokens": ("video", "cache_read"),
    "audio_cache_write_tokens": ("audio", "cache_write"),
}
_OUTPUTS = {
    "reasoning_tokens": "reasoning",
    "output_audio_tokens": "audio_output",
    "output_image_tokens": "image_output",
    "output_video_tokens": "video_output",
    "citation_tokens": "citation",
}
_UNITS = frozenset(name for name, meter in METERS.items() if meter.token_key is None and name != "requests")
_FRACTIONAL = frozenset(name for name in _UNITS if METERS[name].unit in {"second", "token-hour"})
_CELL_METERS = {
    ("audio", "plain"): "audio_input",
    ("image", "plain"): "image_input",
    ("video", "plain"): "video_input",
    ("audio", "cache_read"): "cached_audio_input",
    ("image", "cache_read"): "cached_image_input",
    ("video", "cache_read"): "cached_video_input",
}


METER_OF_FIELD = {
    **_KINDS,
    **{field: f"{modality}_input" for field, modality in _MODALITIES.items()},
    **{field: f"cached_{modality}_input" for field, (modality, kind) in _INTERSECTIONS.items() if kind == "cache_read"},
    "audio_cache_write_tokens": "audio_cache_write",
    **_OUTPUTS,
}
"""The meter of a part of a total; the field of any other meter has its name."""


class Buckets(NamedTuple):
    """A usage split by meter: disjoint counts, and what cannot be split because an intersection is not known."""

    counts: tuple[tuple[str, Quantity], ...]
    overlap: Overlap | None
    unknown: tuple[str, ...]
    """Names of fields that the provider's response did not state."""
    is_plain: bool
    """Whether the counts are all there is to price: no overlap, no unknown total, no iterations."""


class Usage(Struct, frozen=True, kw_only=True, omit_defaults=True, repr_omit_defaults=True, dict=True):
    """What one request consumed; counts left out are 0, and None is unknown: the response did not say.

    ``input_tokens`` and ``output_tokens`` are totals; every other token count is a part of one of them. Parts may overlap
    only as modality (audio, image, video) with cache use; then the intersection (``cached_audio_tokens`` …) must be given
    for an exact price, and None leaves it open. ``service_tier``, ``region``, ``speed`` and ``attributes`` are what the
    response itself reports. ``iterations`` are the calls that a provider made and billed within the request: context
    thresholds are judged on each.

    Raises:
        InvalidUsageError: a count that is negative, fractional, NaN, a bool or above 10**18.
        InconsistentUsageError: parts above their total, or without one; intersections above their parts.
    """

    input_tokens: int | None = 0
    output_tokens: int | None = 0
    cache_read_tokens: int | None = 0
    cache_write_tokens: int | None = 0
    cache_write_5m_tokens: int | None = 0
    cache_write_30m_tokens: int | None = 0
    cache_write_1h_tokens: int | None = 0
    cache_write_12h_tokens: int | None = 0
    tool_input_tokens: int | None = 0
    input_audio_tokens: int | None = 0
    input_image_tokens: int | None = 0
    input_video_tokens: int | None = 0
    reasoning_tokens: int | None = 0
    output_audio_tokens: int | None = 0
    output_image_tokens: int | None = 0
    output_video_tokens: int | None = 0
    citation_tokens: int | None = 0
    requests: int = 1
    web_searches: int | None = 0
    file_searches: int | None = 0
    maps_searches: int | None = 0
    grounded_prompts: int | None = 0
    code_execution_seconds: int | float | Decimal | None = 0
    code_execution_sessions: int | None = 0
    cache_token_hours: int | float | Decimal | None = 0
    input_characters: int | None = 0
    output_characters: int | None = 0
    input_audio_seconds: int | float | Decimal | None = 0
    output_audio_seconds: int | float | Decimal | None = 0
    audio_seconds: int | float | Decimal | None = 0
    input_video_seconds: int | float | Decimal | None = 0
    output_video_seconds: int | float | Decimal | None = 0
    input_images: int | None = 0
    images: int | None = 0
    input_pixels: int | None = 0
    output_pixels: int | None = 0
    pages: int | None = 0
    cached_audio_tokens: int | None = None
    cached_image_tokens: int | None = None
    cached_video_tokens: int | None = None
    audio_cache_write_tokens: int | None = None
    service_tier: str | None = None
    region: str | None = None
    speed: str | None = None
    attributes: dict[str, str] = {}
    model: str | None = None
    """The model that the response names; ``price`` takes its model from the caller."""
    notes: tuple[str, ...] = ()
    """What the reader of a response wants the bill to say."""
    elsewhere: tuple[str, ...] = ()
    """What the request consumed beside these counts, at rates of other models: its cost is not known here."""
    iterations: tuple[Usage, ...] = ()

    def __post_init__(self) -> None:
        """Check every count once, so that pricing never has to."""
        _check_texts(self)
        freeze(self, "attributes")
        self.__dict__["buckets"] = _split(self)  # what ``buckets`` would find, without the lock of a cached property
        if self.iterations:
            for field in ("input_tokens", "output_tokens"):
                total, parts = getattr(self, field), [getattr(part, field) for part in self.iterations]
                if total is not None and None not in parts and total != sum(parts):
                    raise InconsistentUsageError.not_the_sum(field, total, parts)

    @cached_property
    def buckets(self) -> Buckets:
        """The counts by meter, without zeros and without overlaps; ``requests`` is not among them."""
        return _split(self)

    @cached_property
    def context(self) -> tuple[str | None, str | None, str | None, tuple[tuple[str, str], ...]]:
        """What the response reports about how it was served: tier, region, speed and attributes."""
        attributes = tuple(sorted(self.attributes.items())) if self.attributes else ()
        return (self.service_tier, self.region, self.speed, attributes)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The names of the counts that the response did not state."""
        return self.buckets.unknown

    def replace(self, **changes: Any) -> Usage:
        """The same usage with some fields changed."""
        return replace(self, **changes)

    @classmethod
    def from_anthropic(cls, usage: object) -> Usage:
        """From Anthropic's ``Message`` or its ``usage``, as object, dict or JSON; cached tokens are added to the input.

        Raises:
            InvalidUsageError, InconsistentUsageError: see the class.
            UnknownShapeError: it is not such a response.
        """
        return cls._read("anthropic", usage)

    @classmethod
    def from_openai(cls, usage: object) -> Usage:
        """From OpenAI's responses, chat completions, embeddings, images, audio and their likes, or their ``usage``.

        Raises:
            as ``from_anthropic``.
        """
        return cls._read("openai", usage)

    @classmethod
    def from_google(cls, usage: object) -> Usage:
        """From Google's ``GenerateContentResponse`` or its ``usage_metadata``; thoughts are added to the output.

        Raises:
            as ``from_anthropic``.
        """
        return cls._read("google", usage)

    @classmethod
    def from_bedrock(cls, usage: object) -> Usage:
        """From Amazon Bedrock's ``converse`` response or its ``usage``; cached tokens are added to the input.

        Raises:
            as ``from_anthropic``.
        """
        return cls._read("bedrock", usage)

    @classmethod
    def from_otel(cls, attributes: object) -> Usage:
        """From the attributes of an OpenTelemetry GenAI span (``gen_ai.usage.*``).

        Raises:
            as ``from_anthropic``.
        """
        return cls._read("otel", attributes)

    @classmethod
    def from_response(cls, response: object) -> Usage:
        """From any response that the other constructors know, recognised by its shape.

        Raises:
            UnknownShapeError: no known shape, or one that two providers share with other meanings.
        """
        return cls._read(None, response)

    @classmethod
    def _read(cls, shape: str | None, found: object) -> Usage:
        from ai_models.pricing.shapes import read  # eight formats that a price by counts never needs

        return cls.of(read(shape, found))

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Usage:
        """From plain fields, as ``Usage(**fields)``, with ``iterations`` as mappings too.

        Raises:
            InvalidUsageError: a field that there is not, or a count that cannot be.
        """
        if not isinstance(fields, Mapping):
            raise InvalidUsageError(
                "fields", fields, problem=f"a usage is made of a mapping of fields, found {fields!r:.60}"
            )
        if not fields.keys() <= _FIELDS:
            raise _no_field(min(fields.keys() - _FIELDS, key=str))
        if fields.keys().isdisjoint(_LISTED):
            return cls(**fields)
        read = {name: tuple(items) for name in _LISTED if isinstance(items := fields.get(name), list | tuple)}
        if "iterations" in read:
            read["iterations"] = tuple(part if isinstance(part, cls) else cls.of(part) for part in read["iterations"])
        return cls(**{**fields, **read})


_FIELDS = frozenset(Usage.__struct_fields__)
_LISTED = ("notes", "elsewhere", "iterations")

_COUNTS = Usage.__struct_fields__[: Usage.__struct_fields__.index("cached_audio_tokens")]
"""The fields that count; intersections, whose None is not a report, and what is no number come after them."""

_GROUP: dict[str, tuple[int, str]] = {
    field: (place, name)
    for place, names in enumerate((_KINDS, _MODALITIES, _OUTPUTS, dict(zip(_UNITS, _UNITS, strict=True))))
    for field, name in names.items()
    if field in _COUNTS
}
"""Which group of counts a field belongs to (see ``_grouped``), and its name there."""

_NOTHING_STATED = (None,) * len(_COUNTS)
_REQUESTS = _COUNTS.index("requests")  # the only count that is never unknown
_WHOLE = {int, type(None)}
_TEXT = {str, type(None)}
_NONE = ((), (), ())


def _split(usage: Usage) -> Buckets:
    values = astuple(usage)[: len(_COUNTS)]
    given = dict(compress(zip(_COUNTS, values, strict=True), values))
    if not (set(map(type, values)) <= _WHOLE and values[_REQUESTS] is not None and _are_possible(given.values())):
        values = tuple([_checked(field, value) for field, value in zip(_COUNTS, values, strict=True)])
        given = dict(compress(zip(_COUNTS, values, strict=True), values))
    kinds, modalities, outputs, units = _grouped(given)
    counts: dict[str, Quantity] = {}
    overlap = None
    if kinds and modalities:
        overlap = _overlap(usage, values[0], kinds, modalities)
        for cell, count in overlap.known.items():
            counts[cell_meter(*cell)] = counts.get(cell_meter(*cell), 0) + count
    else:
        counts["input"] = _rest("input_tokens", values[0], kinds or modalities)
        counts |= kinds or {_CELL_METERS[modality, "plain"]: count for modality, count in modalities.items()}
    counts["output"] = _rest("output_tokens", values[1], outputs)
    counts |= outputs
    counts |= units
    unknown = tuple(compress(_COUNTS, map(is_, values, _NOTHING_STATED))) if None in values else ()
    is_open = overlap is not None and bool(overlap.free)
    is_plain = not (is_open or usage.iterations or usage.elsewhere or values[0] is None or values[1] is None)
    return Buckets(tuple([pair for pair in counts.items() if pair[1]]), overlap if is_open else None, unknown, is_plain)


def _grouped(given: Mapping[str, Any]) -> tuple[dict[str, int], dict[str, int], dict[str, int], dict[str, Quantity]]:
    """The counts that are not 0, by what they are: kinds and modalities of input, parts of output, other units."""
    groups: tuple[dict[str, Any], ...] = ({}, {}, {}, {})
    for field, count in given.items():
        place = _GROUP.get(field)
        if place is not None:
            groups[place[0]][place[1]] = count
    return groups  # type: ignore[return-value] # four


def _are_possible(counts: Iterable[int]) -> bool:
    """Whether whole numbers other than 0 can be counts; most usages are checked by this alone."""
    return all(0 < count <= MOST for count in counts)


def _check_texts(usage: Usage) -> None:
    """What is no count: texts, tuples of texts, a mapping of texts, other usages.

    Raises:
        InvalidUsageError: something else.
    """
    texts = {type(usage.service_tier), type(usage.region), type(usage.speed), type(usage.model)}
    if texts <= _TEXT and usage.attributes == {} and (usage.notes, usage.elsewhere, usage.iterations) == _NONE:
        return  # as most are
    for field in ("service_tier", "region", "speed", "model"):
        found = getattr(usage, field)
        if found is not None and not isinstance(found, str):
            raise InvalidUsageError(field, found, problem=f"{field} must be text, found {found!r:.60}")
    for field, kind in (("notes", str), ("elsewhere", str), ("iterations", Usage)):
        found = getattr(usage, field)
        if found != () and not (isinstance(found, tuple) and all(isinstance(item, kind) for item in found)):
            raise InvalidUsageError(field, found, problem=f"{field} must be a tuple of {kind.__name__}, found {found!r:.60}")
    given: Any = usage.attributes  # anything may have been passed
    if given != {} and not (
        isinstance(given, dict) and all(isinstance(text, str) for pair in given.items() for text in pair)
    ):
        raise InvalidUsageError("attributes", given, problem=f"attributes must map text to text, found {given!r:.60}")


def _no_field(name: object) -> InvalidUsageError:
    from difflib import get_close_matches  # only on the way to an error

    known = Usage.__struct_fields__
    return InvalidUsageError.of_field(str(name), known, get_close_matches(str(name), known, n=2))


def _checked(field: str, found: object) -> Quantity | None:
    """A count that can be, or None where it may be unknown.

    Raises:
        InvalidUsageError: it cannot.
    """
    if found is None and field != "requests":
        return None
    return _quantity(field, found) if field in _FRACTIONAL else whole_count(field, found)


def _quantity(field: str, found: object) -> Quantity:
    """A number of units, fractions included, as exactly as it was written: 12.3 is 123/10."""
    if not isinstance(found, float | Decimal | Fraction):
        return whole_count(field, found)
    exact = exact_number(found)
    if exact is None or not 0 <= exact <= MOST:
        raise InvalidUsageError(field, found, whole=False)
    return exact.numerator if exact.denominator == 1 else exact


def _rest(field: str, total: Quantity | None, parts: Mapping[str, Quantity]) -> Quantity:
    """What of a total belongs to none of its parts.

    Raises:
        InconsistentUsageError: the parts are more than the total, or there is none.
    """
    if total is None:
        if parts:
            raise InconsistentUsageError.without_total(field, parts)
        return 0
    rest = total - sum(parts.values()) if parts else total
    if rest < 0:
        raise InconsistentUsageError.above_total(field, total, parts)
    return rest


def _overlap(usage: Usage, total: Quantity | None, kinds: dict[str, int], modalities: dict[str, int]) -> Overlap:
    """Input tokens by modality and by kind, with the intersections that are known or follow."""
    fixed = {}
    for field, cell in _INTERSECTIONS.items():
        found = getattr(usage, field)
        if found is not None:
            fixed[cell] = whole_count(field, found)
    fixed |= {(modality, "tool_input"): 0 for modality in modalities if "tool_input" in kinds}  # what tools give is text
    rows = {"text": int(_rest("input_tokens", total, modalities)), **modalities}
    return settle(rows, {"plain": int(_rest("input_tokens", total, kinds)), **kinds}, fixed)


def cell_meter(modality: str, kind: str) -> str:
    """The meter of input tokens of one modality and one kind (``plain`` or a cache or tool meter)."""
    if modality == "text" or kind == "tool_input":
        return "input" if kind == "plain" else kind
    return _CELL_METERS.get((modality, kind), f"{modality}_cache_write")
