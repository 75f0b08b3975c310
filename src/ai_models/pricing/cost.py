"""``Cost``: what a usage costs, itemised and exact, and what about it is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from ai_models.errors import InvalidUsageError, MixedCurrenciesError
from ai_models.pricing.amounts import EXACT, PLACES, exact_decimal, plain, scaled
from ai_models.pricing.counts import MOST, exact_number

if TYPE_CHECKING:
    from ai_models.pricing.models import RateCard
    from ai_models.pricing.usage import Quantity

__all__ = ["Bill", "Cost", "CostLine"]


class CostLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One meter of a bill: ``quantity`` units at ``rate`` for ``per`` of them.

    ``rate`` and ``exact`` are None where no rate is known. ``billed`` is the quantity that was charged where a minimum or
    an increment made it differ. ``fallback`` is the meter whose rate was used for want of an own one; ``overrides`` are the
    conditions that set the rate.
    """

    meter: str
    quantity: int | Fraction
    unit: str
    rate: Decimal | Fraction | None = None
    per: int = 1_000_000
    billed: int | Fraction | None = None
    fallback: str | None = None
    overrides: tuple[str, ...] = ()
    contract: str | None = None

    @property
    def exact(self) -> Fraction | None:
        """The amount as a rational number; None where no rate is known."""
        if self.rate is None:
            return None
        return Fraction(self.rate) * (self.quantity if self.billed is None else self.billed) / self.per

    @property
    def amount(self) -> Decimal | None:
        """The amount in the cost's currency; None where no rate is known."""
        rate, places = self.rate, PLACES.get(self.per)
        if type(rate) is Decimal and type(self.quantity) is int and places is not None and self.billed is None:
            return scaled(EXACT.multiply(rate, Decimal(self.quantity)), places)
        return None if (exact := self.exact) is None else exact_decimal(exact)

    def to_dict(self) -> dict[str, Any]:
        """The line as JSON has it: amounts and rates as text, so that no digit is lost."""
        written: dict[str, Any] = {
            "meter": self.meter,
            "quantity": _number(self.quantity),
            "unit": self.unit,
            "rate": None if self.rate is None else plain(self.rate).replace(",", ""),
            "per": self.per,
            "amount": None if self.exact is None else plain(self.exact).replace(",", ""),
        }
        optional = {
            "billed": None if self.billed is None else _number(self.billed),
            "fallback": self.fallback,
            "overrides": list(self.overrides),
            "contract": self.contract,
        }
        return {**written, **{name: value for name, value in optional.items() if value}}


class Bill(Struct, frozen=True, kw_only=True):
    """The lines of a cost with what they leave open: ``upper`` is the greatest possible total, None where nobody knows."""

    lines: tuple[CostLine, ...]
    lower: Fraction
    upper: Fraction | None
    unpriced: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Cost:
    """A usage priced: lines, the exact total, its currency, the price version used, and warnings.

    ``total`` is the sum of the lines. Where a meter has no known rate, or counts overlap in a way that nobody stated, the
    cost is ``partial``: the total is then its lower bound and ``upper`` the greatest that it can be, None if that is
    unknown. Costs of one currency add up with ``+`` and ``sum``.
    """

    __slots__ = ("_bill", "_list", "currency", "ratio", "version")

    def __init__(
        self,
        ratio: tuple[Quantity, int],
        currency: str,
        version: RateCard | None,
        bill: Bill | Callable[[], Bill],
        list_price: Cost | None = None,
    ) -> None:
        """``bill`` may be a function that makes it when somebody asks, where the cost is known to be complete."""
        self.ratio = ratio
        """The total as a numerator and a denominator."""
        self.currency = currency
        self.version = version
        """The rate card that was applied; None for a sum over several."""
        self._bill = bill
        self._list = list_price

    @property
    def bill(self) -> Bill:
        """The lines and what they leave open."""
        if not isinstance(self._bill, Bill):
            self._bill = self._bill()
        return self._bill

    @property
    def exact(self) -> Fraction:
        """The total as a rational number."""
        return Fraction(*self.ratio)

    @property
    def total(self) -> Decimal:
        """The total in ``currency``: by the contract where there is one, else by list price."""
        numerator, denominator = self.ratio
        places = PLACES.get(denominator)
        if places is not None and isinstance(numerator, int):
            return scaled(Decimal(numerator), places)
        return exact_decimal(self.exact)

    @property
    def list_cost(self) -> Decimal:
        """The total at list prices."""
        return self.total if self._list is None else self._list.total

    @property
    def listed(self) -> Cost:
        """The cost at list prices: itself where no contract was asked for."""
        return self if self._list is None else self._list

    @property
    def list_currency(self) -> str:
        """The currency of ``list_cost``; a contract may be in another one."""
        return self.currency if self._list is None else self._list.currency

    @property
    def contracted_cost(self) -> Decimal | None:
        """The total by the contract; None where none was asked for."""
        return None if self._list is None else self.total

    @property
    def lines(self) -> tuple[CostLine, ...]:
        """One line a meter."""
        return self.bill.lines

    @property
    def unpriced(self) -> tuple[str, ...]:
        """The meters that were used and have no known rate, or no known quantity."""
        return self.bill.unpriced

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the cost rests on that nobody stated."""
        return self.bill.warnings

    @property
    def status(self) -> Literal["complete", "partial"]:
        """``partial`` where the total is only a lower bound."""
        bill = self._bill
        if not isinstance(bill, Bill):
            return "complete"
        return "partial" if bill.unpriced or bill.upper != bill.lower else "complete"

    @property
    def lower(self) -> Decimal:
        """The least that the usage can cost."""
        return exact_decimal(self.bill.lower)

    @property
    def upper(self) -> Decimal | None:
        """The most that the usage can cost; None where a rate or a count is unknown."""
        return None if self.bill.upper is None else exact_decimal(self.bill.upper)

    def to_dict(self) -> dict[str, Any]:
        """The cost as JSON has it: amounts as text."""
        return {
            "currency": self.currency,
            "total": _text(self.total),
            "list_cost": _text(self.list_cost),
            "contracted_cost": None if self.contracted_cost is None else _text(self.contracted_cost),
            **({} if self.list_currency == self.currency else {"list_currency": self.list_currency}),
            "status": self.status,
            "lower": _text(self.lower),
            "upper": None if self.upper is None else _text(self.upper),
            "lines": [line.to_dict() for line in self.lines],
            "unpriced": list(self.unpriced),
            "warnings": list(self.warnings),
            "version": _version(self.version),
        }

    def by_contract(self, listed: Cost, warnings: Iterable[str] = ()) -> Cost:
        """The same cost as that by a contract, beside the one at list prices, with more warnings."""
        bill = self._bill
        if more := tuple(warnings):
            bill = replace(self.bill, warnings=tuple(dict.fromkeys((*self.bill.warnings, *more))))
        return Cost(self.ratio, self.currency, self.version, bill, listed)

    def convert(self, currency: str, rate: Decimal | int | str) -> Cost:
        """The same cost in another currency, at ``rate`` units of it for one of this one.

        Raises:
            InvalidUsageError: the rate is not a positive number up to 10**18, or a float, which cannot be exact; or the
                currency is no text.
        """
        factor = _exchange_rate(rate)
        _require_currency(currency)
        bill = self.bill
        lines = tuple(_scaled(line, factor) for line in bill.lines)
        upper = None if bill.upper is None else bill.upper * factor
        warning = f"converted from {self.currency} at {plain(factor)}"
        converted = Bill(
            lines=lines,
            lower=bill.lower * factor,
            upper=upper,
            unpriced=bill.unpriced,
            warnings=(*bill.warnings, warning),
        )
        listed = self._list
        if listed is not None and listed.currency == self.currency:
            listed = listed.convert(currency, rate)
        return Cost((self.exact * factor).as_integer_ratio(), currency, self.version, converted, listed)

    def __add__(self, other: Cost) -> Cost:
        """The sum of two costs in one currency, with equal lines merged.

        Raises:
            MixedCurrenciesError: they are in two currencies.
        """
        if not isinstance(other, Cost):
            return NotImplemented
        if self.currency != other.currency:
            raise MixedCurrenciesError(self.currency, other.currency)
        listed = None
        if self._list is not None or other._list is not None:
            listed = (self._list or self) + (other._list or other)
        bill = _added(self.bill, other.bill)
        version = self.version if self.version == other.version else None
        return Cost((self.exact + other.exact).as_integer_ratio(), self.currency, version, bill, listed)

    def __radd__(self, other: object) -> Cost:
        """``sum(costs)`` begins with 0."""
        return self if type(other) is int and other == 0 else NotImplemented

    def __float__(self) -> float:
        """The total as the nearest float."""
        numerator, denominator = self.ratio
        return numerator / denominator if type(numerator) is int else float(self.exact)

    def __eq__(self, other: object) -> bool:
        """Equal totals in one currency, by equal lines."""
        if not isinstance(other, Cost):
            return NotImplemented
        return (self.currency, self.exact, self.bill) == (other.currency, other.exact, other.bill)

    def __hash__(self) -> int:
        return hash((self.currency, self.exact))

    def __reduce__(self) -> tuple[Any, ...]:
        return Cost, (self.ratio, self.currency, self.version, self.bill, self._list)

    def __repr__(self) -> str:
        """Short: the total, whether it is all, and how many lines it has."""
        return f"<Cost {plain(self.total)} {self.currency}, {self.status}, {len(self.lines)} lines>"

    def __str__(self) -> str:
        """The bill as a person reads it."""
        from ai_models.pricing.statement import statement  # a price that nobody prints does without it

        return statement(self)


def _text(amount: Decimal) -> str:
    return plain(amount).replace(",", "")


def _number(quantity: int | Fraction) -> int | float:
    return quantity if isinstance(quantity, int) else float(quantity)


def _version(card: RateCard | None) -> dict[str, Any] | None:
    if card is None:
        return None
    since = getattr(card, "effective_from", None)
    return {
        "provider": getattr(card, "provider", None),
        "offering": getattr(card, "offering_id", None),
        "model": getattr(card, "model", None),
        "effective_from": None if since is None else since.isoformat(),
        "date_precision": getattr(card, "date_precision", None),
    }


def _scaled(line: CostLine, factor: Fraction) -> CostLine:
    return line if line.rate is None else replace(line, rate=Fraction(line.rate) * factor)


def _require_currency(currency: object) -> None:
    if not isinstance(currency, str) or not currency.strip():
        raise InvalidUsageError("currency", currency, problem=f"a currency is text such as EUR, found {currency!r:.60}")


def _exchange_rate(rate: object) -> Fraction:
    """A positive rate, exactly; a float would be another number than the one that was written.

    Raises:
        InvalidUsageError: no such rate.
    """
    problem = f"an exchange rate is a positive Decimal, int or text up to 10**18, found {rate!r:.60}"
    if isinstance(rate, bool) or not isinstance(rate, Decimal | int | str):
        raise InvalidUsageError("rate", rate, problem=problem)
    try:
        number = Fraction(rate) if isinstance(rate, str) and "/" in rate else Decimal(rate)
    except (ArithmeticError, ValueError):
        raise InvalidUsageError("rate", rate, problem=problem) from None
    factor = exact_number(number)
    if factor is None or not 0 < factor <= MOST:
        raise InvalidUsageError("rate", rate, problem=problem)
    return factor


def _added(one: Bill, other: Bill) -> Bill:
    return Bill(
        lines=merged_lines((*one.lines, *other.lines)),
        lower=one.lower + other.lower,
        upper=None if one.upper is None or other.upper is None else one.upper + other.upper,
        unpriced=tuple(dict.fromkeys((*one.unpriced, *other.unpriced))),
        warnings=tuple(dict.fromkeys((*one.warnings, *other.warnings))),
    )


def merged_lines(lines: Iterable[CostLine]) -> tuple[CostLine, ...]:
    """Lines that differ by their quantities only, as one."""
    merged: dict[tuple[object, ...], CostLine] = {}
    for line in lines:
        key = (line.meter, line.rate, line.per, line.fallback, line.overrides, line.contract)
        merged[key] = line if (known := merged.get(key)) is None else _sum(known, line)
    return tuple(merged.values())


def _sum(one: CostLine, other: CostLine) -> CostLine:
    billed = None
    if one.billed is not None or other.billed is not None:
        billed = (one.quantity if one.billed is None else one.billed) + (
            other.quantity if other.billed is None else other.billed
        )
    return replace(one, quantity=one.quantity + other.quantity, billed=billed)
