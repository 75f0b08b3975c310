"""How a request was served, as prices see it: service tier, region, speed, attributes; normalised and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ai_models.errors import InconsistentUsageError, UnknownConditionError
from ai_models.pricing.conditions import ATTRIBUTES, SERVICE_TIERS
from ai_models.pricing.usage import Usage

__all__ = ["STANDARD", "Context", "context_of", "service_tier_of", "unknown_condition"]

_TIER_NAMES = {
    **{tier: tier for tier in SERVICE_TIERS},
    "default": "standard",
    "on_demand": "standard",
    "standard_only": "standard",
    "on_demand_priority": "priority",
    "on_demand_flex": "flex",
    "on_demand_offpeak": "offpeak",
    "provisioned_throughput": "reserved",
}
_UNDECIDED = {"", "auto", "unspecified", "traffic_type_unspecified"}
"""What a request may ask for and no response can mean: the provider chooses."""

_SPEEDS = {"standard": "standard", "normal": "standard", "fast": "fast", "ultrafast": "ultrafast"}
_ANYWHERE = {"", "not_available"}


class Context(NamedTuple):
    """What a rate card's conditions are judged by, besides token counts and the instant."""

    service_tier: str = "standard"
    region: str | None = None
    speed: str | None = None
    attributes: tuple[tuple[str, str], ...] = ()


STANDARD = Context()


def context_of(
    usage: Usage,
    *,
    service_tier: str | None = None,
    region: str | None = None,
    speed: str | None = None,
    attributes: Mapping[str, str] | None = None,
) -> Context:
    """What the response reports, completed by what the caller says.

    Raises:
        UnknownConditionError: a tier, speed or attribute that there is not.
        InconsistentUsageError: the caller says otherwise than the response.
    """
    stated = dict(usage.attributes)
    for name, value in (attributes or {}).items():
        reported = stated.setdefault(name, value)
        if str(value).casefold() != str(reported).casefold():
            raise InconsistentUsageError.against(f"attribute {name}", reported, value)
    speed = _agreed("speed", _speed(usage.speed), _speed(speed))
    return Context(
        _agreed("service_tier", service_tier_of(usage.service_tier), service_tier_of(service_tier)) or "standard",
        _agreed("region", _region(usage.region), _region(region)),
        None if speed == "standard" else speed,
        tuple(sorted((_attribute(name), str(value)) for name, value in stated.items())),
    )


def service_tier_of(name: str | None) -> str | None:
    """The tier that a provider's spelling means; None where it leaves the choice to the provider.

    Raises:
        UnknownConditionError: no provider's spelling of a tier.
    """
    if name is None or (spelled := _folded("service_tier", name)) in _UNDECIDED:
        return None
    tier = _TIER_NAMES.get(spelled)
    if tier is None:
        raise unknown_condition("service_tier", name, SERVICE_TIERS)
    return tier


def _speed(name: str | None) -> str | None:
    if name is None:
        return None
    spelled = _folded("speed", name)
    if spelled not in _SPEEDS:
        raise unknown_condition("speed", name, _SPEEDS)
    return _SPEEDS[spelled]


def _region(name: str | None) -> str | None:
    if name is None:
        return None
    spelled = _folded("region", name, dash="-")
    return None if spelled in _ANYWHERE else spelled


def _attribute(name: str) -> str:
    if name not in ATTRIBUTES:
        raise unknown_condition("attribute", name, ATTRIBUTES)
    return name


def _folded(field: str, found: object, *, dash: str = "_") -> str:
    if not isinstance(found, str):
        raise UnknownConditionError(field, found, known=("text",))
    return found.strip().casefold().replace("-", dash)


def _agreed(field: str, reported: str | None, asked: str | None) -> str | None:
    if reported is not None and asked is not None and reported != asked:
        raise InconsistentUsageError.against(field, reported, asked)
    return asked if reported is None else reported


def unknown_condition(field: str, found: object, known: Iterable[str]) -> UnknownConditionError:
    """The error for a name that there is not, with the nearest ones that there are."""
    from difflib import get_close_matches  # only on the way to an error: imports are paid by every new process

    names = tuple(known)
    suggestions = get_close_matches(str(found), names, n=3)
    return UnknownConditionError(field, found, known=names, suggestions=suggestions)
