"""What a model is: ``ModelSpec`` and its parts, as immutable values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, Protocol, TypeVar

from msgspec import Struct

from ai_models.errors import InvalidInstantError, UnknownStatusError
from ai_models.models.benchmarks import Benchmark
from ai_models.models.capabilities import ModelCapability, Support, capabilities_of
from ai_models.models.frozen import freeze
from ai_models.models.tasks import Task

__all__ = [
    "GUIDANCE",
    "Alias",
    "Conflict",
    "Documentation",
    "Lifecycle",
    "Metadata",
    "ModelSpec",
    "ModelStatus",
    "Optimization",
    "Reasoning",
    "as_utc",
    "family_guidance",
    "status_on",
]


class ModelStatus(StrEnum):
    """Where a model stands in its life; derived from dates at an instant, see ``Lifecycle.status_at``."""

    UNRELEASED = "unreleased"
    PREVIEW = "preview"
    ACTIVE = "active"
    DEPRECATED = "deprecated"
    RETIRED = "retired"

    @classmethod
    def parse(cls, name: str) -> ModelStatus:
        """The status of this name, in any case.

        Raises:
            UnknownStatusError: no such status.
        """
        try:
            return cls(str(name).lower())
        except ValueError:
            raise UnknownStatusError(str(name), known=[status.value for status in cls]) from None


WrittenStatus = Literal["preview", "active", "deprecated", "retired"]


def as_utc(instant: date | datetime) -> datetime:
    """The instant in UTC: a date is its midnight, a naive datetime is read as UTC.

    Raises:
        InvalidInstantError: neither a date nor a datetime.
    """
    if isinstance(instant, datetime):
        if instant.tzinfo is UTC:
            return instant
        if instant.tzinfo is None:
            return instant.replace(tzinfo=UTC)
        try:
            return instant.astimezone(UTC)
        except OverflowError:  # within hours of the first or the last day that a datetime can name
            return instant.replace(tzinfo=UTC)
    if not isinstance(instant, date):
        raise InvalidInstantError(instant)
    return datetime.combine(instant, time.min, tzinfo=UTC)


Day = TypeVar("Day", date, int)
"""A day as a date or as its ordinal; a search over all models compares ordinals."""


def status_on(
    day: Day, written: str | None, release: Day | None, deprecated: Day | None, retires: Day | None
) -> ModelStatus:
    """The status on a day: what the dates say, and what the vendor wrote where they are silent.

    Each date counts from its own midnight UTC on: on the day of retirement the model is retired.
    """
    if retires is not None and day >= retires:
        return ModelStatus.RETIRED
    if release is not None and day < release:
        return ModelStatus.UNRELEASED
    if written == "retired" and retires is None:
        return ModelStatus.RETIRED
    if (deprecated is not None and day >= deprecated) or (written == "deprecated" and deprecated is None):
        return ModelStatus.DEPRECATED
    return ModelStatus.PREVIEW if written == "preview" else ModelStatus.ACTIVE


class Metadata(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The facts of a model; windows are in tokens, dates are the vendor's, and None is unknown.

    ``context_window_input`` is the largest prompt that is accepted, ``context_window_output`` the longest answer, and
    ``context_window`` the vendor's total where one is stated. ``knowledge_cutoff`` is the vendor's reliable cutoff.
    ``last_verified`` is the newest date of the sources behind the facts.
    """

    name: str
    last_verified: date
    family: str | None = None
    version: str | None = None
    api_identifier: str | None = None
    context_window_input: int | None = None
    context_window_output: int | None = None
    context_window: int | None = None
    knowledge_cutoff: str | None = None
    release_date: date | None = None
    open_weights: bool | None = None


class Lifecycle(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The dates of a model's life; each is a day that begins at midnight UTC.

    ``status`` is what the vendor called the model when the facts were last verified. It matters where dates are silent:
    a preview, or a model known to be gone on a day that nobody wrote down.
    """

    status: WrittenStatus | None = None
    deprecated_on: date | None = None
    retires_on: date | None = None
    replacement: tuple[str, ...] = ()

    def status_at(self, instant: date | datetime, *, release_date: date | None = None) -> ModelStatus:
        """The status at an instant; each date counts from its own midnight UTC on."""
        return status_on(as_utc(instant).date(), self.status, release_date, self.deprecated_on, self.retires_on)


class Reasoning(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the caller steers reasoning; ``min_tokens`` and ``max_tokens`` bound a token budget."""

    control: Literal["budget_tokens", "effort", "toggle", "always"]
    min_tokens: int | None = None
    max_tokens: int | None = None
    efforts: tuple[str, ...] = ()
    can_disable: bool | None = None


class Optimization(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Guidance in our own words; ``since`` is the day on which it was written or last revised.

    ``tasks`` are what the model is used for, as guidance can be asked for; ``recommended_for`` says it in sentences.
    ``selection_criteria`` say when to take it rather than another, ``pitfalls`` what goes wrong.
    """

    since: date | None = None
    tasks: tuple[Task, ...] = ()
    recommended_for: tuple[str, ...] = ()
    selection_criteria: tuple[str, ...] = ()
    best_practices: tuple[str, ...] = ()
    tips: tuple[str, ...] = ()
    pitfalls: tuple[str, ...] = ()


GUIDANCE = ("tasks", "recommended_for", "selection_criteria", "best_practices", "tips", "pitfalls")
"""The lists of an ``Optimization``, in the order in which they are read."""


class Documentation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where the vendor describes the model, and what else a reader should know."""

    url: str | None = None
    notes: str = ""


class Alias(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Another name of a model, valid from ``since`` (inclusive) to ``until`` (exclusive), both midnights UTC.

    ``floating`` marks names that the vendor, or this catalogue, moves to newer models (``claude-sonnet``, ``-latest``).
    """

    name: str
    since: date | None = None
    until: date | None = None
    floating: bool = False

    def holds_at(self, instant: date | datetime) -> bool:
        """Whether the name points here at that instant."""
        day = as_utc(instant).date()
        return (self.since is None or day >= self.since) and (self.until is None or day < self.until)


class Conflict(Struct, frozen=True, kw_only=True):
    """Sources that disagree on a field: what each says, and what settled it."""

    field: str
    values: dict[str, str]
    settled_by: str

    def __post_init__(self) -> None:
        """Values are shared between callers, so their mappings cannot change."""
        freeze(self, "values")


class StandardRates(Protocol):
    """What a ``ModelSpec`` needs of its maker's offering: a standard rate now, in USD per 1M tokens."""

    def usd_per_1m(self, meter: str) -> Decimal | None:
        """The standard rate in force now, or None where it is unknown or in another currency."""


class ModelSpec(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One model: its facts, capabilities, lifecycle and guidance, with the source of each fact.

    ``provider`` is the maker. Capabilities are kept as masks; read them through ``capabilities``, ``unsupported`` and
    ``support``. The fields of the old flat ``ModelSpec`` (``name``, ``api_identifier``, ``input_price_per_1m`` …) are
    properties.
    """

    model_id: str
    provider: str
    metadata: Metadata
    lifecycle: Lifecycle
    supported_mask: int
    unsupported_mask: int
    pricing_ref: str | None = None
    aliases: tuple[Alias, ...] = ()
    reasoning: Reasoning | None = None
    optimization: Optimization = Optimization()
    documentation: Documentation = Documentation()
    benchmarks: tuple[Benchmark, ...] = ()
    evidence: dict[str, tuple[str, ...]] = {}
    conflicts: tuple[Conflict, ...] = ()
    origin: str = ""
    """The file that defines the model: relative to the shipped catalogue, or a whole path where it is a user's own."""
    origins: dict[str, str] = {}
    """The files that changed single values, by field: a user's own, on top of ``origin``. See ``origin_of``."""
    # A StandardRates, set by the catalogue and never part of a snapshot; msgspec cannot decode a Protocol.
    list_price: Any = None

    def __post_init__(self) -> None:
        """Values are shared between callers, so their mappings cannot change."""
        freeze(self, "evidence", "origins")

    def __hash__(self) -> int:
        """By identity in the catalogue: the key is unique."""
        return hash((self.provider, self.model_id))

    def __repr__(self) -> str:
        """Short: a specification holds hundreds of facts."""
        return f"<ModelSpec {self.provider}/{self.model_id}: {self.metadata.name}, {self.status}>"

    @property
    def key(self) -> str:
        """``maker/model_id``, unique in the catalogue."""
        return f"{self.provider}/{self.model_id}"

    @property
    def status(self) -> ModelStatus:
        """The status now."""
        return self.status_at(datetime.now(UTC))

    def status_at(self, instant: date | datetime) -> ModelStatus:
        """The status at an instant, derived from the release, deprecation and retirement dates."""
        return self.lifecycle.status_at(instant, release_date=self.metadata.release_date)

    @property
    def capabilities(self) -> frozenset[ModelCapability]:
        """What the model is known to support."""
        return capabilities_of(self.supported_mask)

    @property
    def unsupported(self) -> frozenset[ModelCapability]:
        """What the model is known not to support; whatever is in neither set is unknown."""
        return capabilities_of(self.unsupported_mask)

    def support(self, capability: ModelCapability | str) -> Support:
        """Whether the model supports a capability: supported, unsupported or unknown.

        Raises:
            UnknownCapabilityError: a name that is not in the taxonomy.
        """
        member = capability if isinstance(capability, ModelCapability) else ModelCapability.parse(capability)
        if self.supported_mask & member.bit:
            return Support.SUPPORTED
        return Support.UNSUPPORTED if self.unsupported_mask & member.bit else Support.UNKNOWN

    def origin_of(self, field: str) -> str:
        """The file that gives the value of a field.

        Args:
            field: a key of ``metadata`` or ``lifecycle``, a capability, ``reasoning``, ``pricing_ref``,
                ``documentation.url``, ``optimization.tips``, ``benchmarks.<name>``, ``aliases.<name>``.
        """
        return self.origins.get(field, self.origin)

    # The flat fields of the old ModelSpec, read-only.

    @property
    def name(self) -> str:
        """The vendor's name of the model."""
        return self.metadata.name

    @property
    def api_identifier(self) -> str:
        """What an API call names; the model id where the vendor has no other."""
        return self.metadata.api_identifier or self.model_id

    @property
    def context_window_input(self) -> int | None:
        """The largest prompt in tokens; None is unknown."""
        return self.metadata.context_window_input

    @property
    def context_window_output(self) -> int | None:
        """The longest answer in tokens; None is unknown."""
        return self.metadata.context_window_output

    @property
    def knowledge_cutoff(self) -> str | None:
        """The vendor's reliable knowledge cutoff, as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; None is unknown."""
        return self.metadata.knowledge_cutoff

    @property
    def last_verified(self) -> date:
        """The newest date of the sources behind the facts."""
        return self.metadata.last_verified

    @property
    def docs_url(self) -> str | None:
        """The vendor's page."""
        return self.documentation.url

    @property
    def notes(self) -> str:
        """What else a reader should know."""
        return self.documentation.notes

    @property
    def recommended_for(self) -> tuple[str, ...]:
        """Uses that the guidance names."""
        return self.optimization.recommended_for

    @property
    def input_price_per_1m(self) -> float | None:
        """The maker's standard input rate now, USD per 1M tokens; None is unknown."""
        return self._usd_per_1m("input")

    @property
    def output_price_per_1m(self) -> float | None:
        """The maker's standard output rate now, USD per 1M tokens; None is unknown."""
        return self._usd_per_1m("output")

    def _usd_per_1m(self, meter: str) -> float | None:
        rates: StandardRates | None = self.list_price
        rate = rates.usd_per_1m(meter) if rates is not None else None
        return None if rate is None else float(rate)


def family_guidance(own: Optimization, family: Optimization | None) -> Optimization:
    """What a family shares, followed by what the model adds; the newer of the two dates."""
    if family is None:
        return own
    fields: Mapping[str, tuple[Any, ...]] = {
        name: tuple(dict.fromkeys((*getattr(family, name), *getattr(own, name)))) for name in GUIDANCE
    }
    since = max((day for day in (own.since, family.since) if day is not None), default=None)
    return Optimization(since=since, **fields)
