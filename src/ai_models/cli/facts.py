"""What a command answers, as plain values with stable keys: the JSON and CSV forms of models and prices."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from ai_models.cli.benchmarks import score_facts
from ai_models.models.capabilities import ModelCapability, in_order

if TYPE_CHECKING:
    from ai_models.models.base import ModelSpec
    from ai_models.pricing.models import Offering, Pricing, PricingVersion

__all__ = [
    "MODEL_KEYS",
    "capability_facts",
    "days_left",
    "model_facts",
    "price_facts",
    "sold_by",
    "specification_facts",
    "usd_rate",
    "version_facts",
]

MODEL_KEYS = (
    "model_id",
    "maker",
    "name",
    "family",
    "status",
    "release_date",
    "deprecated_on",
    "retires_on",
    "knowledge_cutoff",
    "context_window_input",
    "context_window_output",
    "context_window",
    "input_per_1m",
    "output_per_1m",
    "currency",
    "open_weights",
    "last_verified",
)
"""The facts of a model in ``list``, in the order of the columns of its CSV."""


def capability_facts(spec: ModelSpec) -> dict[str, list[str]]:
    """The three lists, each in the order of the taxonomy."""
    known = spec.capabilities | spec.unsupported
    return {
        "supported": [str(capability) for capability in in_order(spec.capabilities)],
        "unsupported": [str(capability) for capability in in_order(spec.unsupported)],
        "unknown": [str(capability) for capability in ModelCapability if capability not in known],
    }


def model_facts(spec: ModelSpec, pricing: Pricing | None, at: datetime) -> dict[str, Any]:
    """A model in one line: ``MODEL_KEYS``; prices are those of ``pricing``, in its currency per 1M tokens."""
    metadata, life = spec.metadata, spec.lifecycle
    values = (
        spec.model_id,
        spec.provider,
        metadata.name,
        metadata.family,
        str(spec.status_at(at)),
        metadata.release_date,
        life.deprecated_on,
        life.retires_on,
        metadata.knowledge_cutoff,
        metadata.context_window_input,
        metadata.context_window_output,
        metadata.context_window,
        None if pricing is None else pricing.rate("input"),
        None if pricing is None else pricing.rate("output"),
        None if pricing is None else pricing.currency,
        metadata.open_weights,
        metadata.last_verified,
    )
    return dict(zip(MODEL_KEYS, values, strict=True))


def specification_facts(spec: ModelSpec, at: datetime) -> dict[str, Any]:
    """Everything else that a definition states."""
    from msgspec import structs  # comes with the catalogue; --help does not need it

    life = spec.lifecycle
    return {
        "version": spec.metadata.version,
        "api_identifier": spec.api_identifier,
        "days_until_retirement": days_left(spec, at),
        "replacement": life.replacement,
        "aliases": [structs.asdict(alias) for alias in spec.aliases],
        "capabilities": capability_facts(spec),
        "reasoning": None if spec.reasoning is None else structs.asdict(spec.reasoning),
        "optimization": structs.asdict(spec.optimization),
        "documentation": structs.asdict(spec.documentation),
        "benchmarks": [score_facts(score) for score in spec.benchmarks],
        "evidence": spec.evidence,
        "conflicts": [structs.asdict(conflict) for conflict in spec.conflicts],
        "defined_in": spec.origin or None,
        "changed_in": spec.origins,
    }


def days_left(spec: ModelSpec, at: datetime) -> int | None:
    """Days from the instant's day to the retirement; None where none is announced or it has passed."""
    retires = spec.lifecycle.retires_on
    if retires is None or retires <= at.date():
        return None
    return (retires - at.date()).days


def version_facts(version: PricingVersion) -> dict[str, Any]:
    """A price version: when it holds from, every rate, every override."""
    from msgspec import to_builtins  # as above

    return {
        "effective_from": version.effective_from,
        "date_precision": version.date_precision,
        "currency": version.currency,
        "rates": {meter: _rate_facts(meter, version) for meter in version.rates},
        "overrides": [
            {
                "when": to_builtins(override.when),
                "rates": {meter: {"amount": rate.amount, "per": rate.per} for meter, rate in override.rates.items()},
                "multiply": override.multiply,
                "unavailable": override.unavailable,
                "marginal": override.marginal,
                "notes": override.notes,
            }
            for override in version.overrides
        ],
        "notes": version.notes,
        "evidence": version.evidence,
    }


def _rate_facts(meter: str, version: PricingVersion) -> dict[str, Any]:
    from ai_models.pricing.meters import METERS  # as above

    rate = version.rates[meter]
    return {
        "amount": rate.amount,
        "per": rate.per,
        "unit": METERS[meter].unit,
        "minimum": rate.minimum,
        "increment": rate.increment,
        "same_as": rate.same_as,
    }


def price_facts(pricing: Pricing) -> dict[str, Any]:
    """The price in force: whose it is, until when it holds, and its version."""
    return {
        "provider": pricing.provider,
        "offering_id": pricing.offering_id,
        **version_facts(pricing),
        "effective_until": pricing.effective_until,
    }


def usd_rate(pricing: Pricing | None, meter: str) -> Decimal | None:
    """A rate in USD per 1M tokens; None where it is unknown or in another currency."""
    return pricing.rate(meter) if pricing is not None and pricing.currency == "USD" else None


def sold_by(offering: Offering, model_id: str) -> tuple[bool, bool, int, str]:
    """The order in which a provider's several offerings of a model stand for its price: the plain one first."""
    return offering.id != model_id, offering.region is not None, len(offering.id), offering.id
