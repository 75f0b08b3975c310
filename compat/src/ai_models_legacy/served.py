"""The roster's models as the catalogue has them now, in the old form.

What the catalogue does not know keeps its frozen value, so that no old field turns None; the log says so once.
"""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from ai_models.catalog.default import default_catalog
from ai_models.errors import NotFoundError
from ai_models.models.base import as_utc
from ai_models.registry.pricing_service import PricingService
from ai_models_legacy.frozen import SPECS
from ai_models_legacy.lifecycle import end_of_life, warn_of_end

if TYPE_CHECKING:
    from types import FrameType

    from ai_models.catalog.catalog import Catalog
    from ai_models.models.base import ModelSpec as CatalogueModel
    from ai_models.pricing.models import Pricing
    from ai_models_legacy.spec import ModelSpec

__all__ = ["Served", "pinned", "served", "used"]

# Written out: those of the C library follow the user's locale.
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip

_logger = logging.getLogger("ai_models_legacy")
_prices = PricingService()


class Served(NamedTuple):
    """A model in the old form, what there is to warn of, and in which seconds since 1970 both hold."""

    spec: ModelSpec
    warning: str | None
    catalog: Catalog
    since: float
    until: float


_served: dict[str, Served] = {}
_alike: dict[ModelSpec, ModelSpec] = {}
"""One object for equal values, so that a name and an attribute that mean one model are one object in every thread."""

_missed: dict[tuple[str, str], object] = {}


def served(key: str) -> Served:
    """A model of the roster now; looked up once a day, or when its price or the catalogue changes.

    Raises:
        CatalogError: the catalogue cannot be used.
    """
    found = _served.get(key)
    if found is not None and found.since <= time.time() < found.until and found.catalog is default_catalog():
        return found
    found = _served[key] = _from_catalogue(key)
    return found


def used(key: str, frame: FrameType | None) -> ModelSpec:
    """A model of the roster now, for whoever uses it at the line of ``frame``, and is warned where it is at its end.

    Raises:
        CatalogError: as ``served``.
    """
    found = served(key)
    if found.warning is not None and frame is not None:
        warn_of_end(frame, found.warning)
    return found.spec


def pinned(key: str) -> str:
    """The catalogue's key of a model of the roster, ``maker/model_id``: it means the same model for ever."""
    old = SPECS[key]
    return f"{old.provider.value}/{old.api_identifier}"


def _from_catalogue(key: str) -> Served:
    catalog, old = default_catalog(), SPECS[key]
    midnight = as_utc(datetime.now(UTC).date())
    since, until = midnight.timestamp(), (midnight + timedelta(days=1)).timestamp()
    try:
        model = catalog.get_model(pinned(key))
    except NotFoundError:
        _miss(key, "model")
        return Served(old, None, catalog, since, until)
    pricing = _pricing(pinned(key))
    if pricing is not None:
        since = max(since, pricing.effective_from.timestamp()) if pricing.effective_from else since
        until = min(until, pricing.effective_until.timestamp()) if pricing.effective_until else until
    values = _values(model, pricing)
    for field in [name for name, value in values.items() if value is None]:
        _miss(key, field)
        del values[field]
    spec = replace(old, **values)
    return Served(_alike.setdefault(spec, spec), end_of_life(model), catalog, since, until)


def _values(model: CatalogueModel, pricing: Pricing | None) -> dict[str, Any]:
    """The fields that come from the catalogue; None is unknown."""
    return {
        "name": model.name,
        "api_identifier": model.api_identifier,
        "context_window_input": model.context_window_input,
        "context_window_output": model.context_window_output,
        "input_price_per_1m": _usd(pricing, "input"),
        "output_price_per_1m": _usd(pricing, "output"),
        "knowledge_cutoff": _month(model.knowledge_cutoff),
        "last_verified": model.last_verified,
        "docs_url": model.docs_url,
        "notes": model.notes,
        "recommended_for": model.recommended_for,
    }


def _pricing(name: str) -> Pricing | None:
    try:
        return _prices.get_pricing(name)
    except NotFoundError:
        return None


def _usd(pricing: Pricing | None, meter: str) -> float | None:
    """A standard rate in USD per 1M tokens; None where it is unknown, or in another currency."""
    rate = None if pricing is None or pricing.currency != "USD" else pricing.rate(meter)
    return None if rate is None else float(rate)


def _month(written: str | None) -> str | None:
    """A cutoff as the old registry wrote it: ``2025-01`` is "January 2025", and ``2025`` stays."""
    if written is None or len(written) < len("2025-01"):
        return written
    year, month = written[:7].split("-")
    return f"{_MONTHS[int(month) - 1]} {year}"


def _miss(key: str, field: str) -> None:
    mine = object()
    if _missed.setdefault((key, field), mine) is mine:
        _logger.warning("the catalogue does not know %s of %s; what the old registry said is served", field, key)
