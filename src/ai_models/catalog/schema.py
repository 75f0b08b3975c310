"""The YAML formats of the catalogue, as types: definitions, families, prices, sources, quarantine, contracts, endpoints.

These types are the single truth: ``binding`` reads a file by them, and ``json_schema`` exports them for editors.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from ai_models.catalog.endpoint_format import EndpointEntry
from ai_models.models.base import Alias, Conflict, Documentation, Lifecycle, Metadata, Optimization, Reasoning
from ai_models.models.benchmarks import Benchmark
from ai_models.models.capabilities import ModelCapability
from ai_models.pricing.conditions import ServiceTier, When
from ai_models.pricing.meters import RATE_KEYS
from ai_models.pricing.models import DatePrecision, Limits
from ai_models.pricing.terms import Volume

__all__ = [
    "FLATTENED",
    "FORMATS",
    "ContractFile",
    "EndpointsFile",
    "FamilyFile",
    "FixedRate",
    "FixedRates",
    "ModelFile",
    "OfferingEntry",
    "OverrideEntry",
    "PricingFile",
    "QuarantineFile",
    "RateTerms",
    "SourcesFile",
    "TermEntry",
    "VersionEntry",
    "json_schema",
]


class _File(Struct, forbid_unknown_fields=True, kw_only=True):
    """The settings that every format shares: unknown keys are errors."""


class ModelFile(_File):
    """``models/definitions/<maker>/<model>.yaml``: what one model is. ``provider`` is the maker."""

    model_id: str
    provider: str
    metadata: Metadata
    aliases: list[str | Alias] = []
    lifecycle: Lifecycle = Lifecycle()
    capabilities: list[ModelCapability] = []
    unsupported: list[ModelCapability] = []
    reasoning: Reasoning | None = None
    optimization: Optimization = Optimization()
    pricing_ref: str | None = None
    documentation: Documentation = Documentation()
    benchmarks: list[Benchmark] = []
    evidence: dict[str, list[str]] = {}
    conflicts: list[Conflict] = []


class FamilyFile(_File):
    """``models/definitions/families/<family>.yaml``: the guidance that a family's models share."""

    family: str
    maker: str
    name: str
    optimization: Optimization = Optimization()


class RateTerms(_File):
    """A rate that is more than a number: with a minimum, an increment, or defined as another meter's rate."""

    price: Decimal | None = None
    minimum: Decimal | None = None
    increment: Decimal | None = None
    same_as: str | None = None


class OverrideEntry(_File):
    """One entry of ``overrides``; its rate keys are read as those of a version."""

    when: When
    rates: dict[str, Decimal | RateTerms] = {}
    multiply: dict[str, Decimal] = {}
    unavailable: bool = False
    marginal: bool = False
    notes: str = ""


class VersionEntry(_File):
    """One entry of ``pricing_versions``, newest first; ``effective_date`` null is open-ended into the past."""

    effective_date: Annotated[datetime, Meta(tz=True)] | None = None
    date_precision: DatePrecision = "effective"
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] = "USD"
    rates: dict[str, Decimal | RateTerms] = {}
    overrides: list[OverrideEntry] = []
    notes: str = ""
    evidence: list[str] = []


class OfferingEntry(_File):
    """One offering of a provider; ``model`` is ``maker/model_id``, needed unless the provider is the maker."""

    display_name: str = ""
    model: str | None = None
    pricing_versions: list[VersionEntry] = []
    limits: Limits = Limits()
    lifecycle: Lifecycle | None = None
    unsupported: list[ModelCapability] = []
    region: str | None = None
    quantization: str | None = None
    conflicts: list[Conflict] = []


class PricingFile(_File):
    """``pricing/data/<provider>.yaml``: everything that one provider sells, under the provider's own identifiers.

    ``makers`` are those who sell their own models here, besides one of the provider's own name: Amazon on Bedrock.
    """

    provider: str
    models: dict[str, OfferingEntry]
    display_name: str = ""
    pricing_url: str | None = None
    makers: list[str] = []
    regions: list[str] = []


class SourceEntry(_File):
    """One source of facts."""

    name: str
    url: str
    licence: str
    version: str | None = None
    retrieved: date | None = None
    notes: str = ""


class SourcesFile(_File):
    """``sources.yaml``: each source of facts once, under the name that ``evidence`` uses."""

    sources: dict[str, SourceEntry]


class QuarantineEntry(_File):
    """One claim that is not believed; ``subject`` is an offering (``provider:id``) or a model (``maker/model_id``)."""

    subject: str
    field: str = ""
    value: str = ""
    against: str = ""
    """The figure that stands as N in the reason."""
    where: str = ""
    """The place in the source, as it spells it."""


class QuarantineFile(_File):
    """``quarantine.yaml``: what sources say and the catalogue does not believe, by reason and source; machine-written."""

    quarantine: dict[str, dict[str, list[QuarantineEntry]]]
    no_model: dict[str, list[str]] = {}
    """First-party offerings (``provider:id``) that are no models, by reason."""
    first_party: list[str] = []
    """Providers at which all that is sold is their makers' own."""


class FixedRate(_File):
    """A fixed rate that is more than a number: with a minimum or an increment, in units."""

    price: Decimal
    minimum: Decimal | None = None
    increment: Decimal | None = None


class FixedRates(_File):
    """The rates that a term fixes, by the rate keys of a pricing file."""

    rates: dict[str, Decimal | FixedRate] = {}


class TermEntry(_File):
    """One entry of a contract's ``terms``: exactly one of ``multiply``, ``rates`` and ``volume``; ``until`` is exclusive."""

    provider: str
    models: list[str] = []
    meters: list[str] = []
    regions: list[str] = []
    service_tiers: list[ServiceTier] = []
    since: Annotated[datetime, Meta(tz=True)] | None = None
    until: Annotated[datetime, Meta(tz=True)] | None = None
    multiply: Decimal | None = None
    rates: FixedRates | None = None
    volume: Volume | None = None
    notes: str = ""


class ContractFile(_File):
    """``contracts/<name>.yaml``: what a customer has negotiated, with fixed rates in ``currency``."""

    name: str
    terms: list[TermEntry]
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")] = "USD"
    since: Annotated[datetime, Meta(tz=True)] | None = None
    until: Annotated[datetime, Meta(tz=True)] | None = None
    notes: str = ""


class EndpointsFile(_File):
    """``endpoints.yaml`` of an overlay: APIs of a user's own that speak OpenAI's dialect, by name."""

    endpoints: dict[str, EndpointEntry]


FLATTENED: dict[type, str] = {VersionEntry: "rates", OverrideEntry: "rates", FixedRates: "rates"}
"""Types whose rate keys stand beside their other keys in a file, and the field that collects them."""

FORMATS: dict[str, type[Struct]] = {
    "model": ModelFile,
    "family": FamilyFile,
    "pricing": PricingFile,
    "sources": SourcesFile,
    "quarantine": QuarantineFile,
    "contract": ContractFile,
    "endpoints": EndpointsFile,
}


# Not the format date-time: it forbids the space that people write for the T, and few editors check it.
_ZONED = "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.,]+([Zz]|[+-][0-9:]+)$"


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a format (one of ``FORMATS``), for editors and other tools."""
    schema: dict[str, Any] = _as_written(msgspec.json.schema(FORMATS[name]))
    for kind, field in FLATTENED.items():
        definition = schema["$defs"].get(kind.__name__)
        if definition is not None:
            value = definition["properties"].pop(field)["additionalProperties"]
            definition["properties"].update(dict.fromkeys(RATE_KEYS, value))
    for definition in schema["$defs"].values():
        if "properties" in definition:
            definition["additionalProperties"] = False  # unknown keys are errors here too, for editors to mark
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _as_written(schema: Any) -> Any:
    """The schema of what a person writes: a number for an amount, any scalar for text, a date or an instant."""
    if isinstance(schema, list | tuple):
        return [_as_written(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "decimal":
        return {"type": "number", "minimum": 0, **{k: v for k, v in schema.items() if k == "default"}}
    if schema.get("format") == "date-time":
        return {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "pattern": _ZONED}]}
    if schema.get("type") == "integer":
        return {**schema, "minimum": 0}
    if schema.get("type") == "string" and not schema.keys() - {"type", "default"}:
        return {**schema, "type": ["string", "number", "boolean"]}
    return {key: _as_written(value) for key, value in schema.items()}
