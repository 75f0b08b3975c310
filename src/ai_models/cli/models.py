"""``list``, ``show`` and ``capabilities``: which models there are, and what they can do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ai_models.cli.evidence import evidence_blocks, evidence_facts
from ai_models.cli.facts import (
    MODEL_KEYS,
    capability_facts,
    model_facts,
    price_facts,
    sold_by,
    specification_facts,
    usd_rate,
)
from ai_models.cli.library import CURRENT, catalog, now
from ai_models.cli.matrix import criteria, matrix
from ai_models.cli.options import (
    EXIT_NO,
    SORTS,
    AsCsv,
    AsJson,
    CapabilityFilter,
    Everything,
    FamilyFilter,
    MakerFilter,
    MaxPrice,
    MinContext,
    ModelFilter,
    ModelName,
    ProviderFilter,
    Sort,
    StatusFilter,
)
from ai_models.cli.output import Block, Cell, Column, Note, Table, print_csv, print_json, show
from ai_models.cli.overlays import origin_blocks, price_origin
from ai_models.cli.page import model_page
from ai_models.cli.parsing import one_of
from ai_models.cli.words import STATUS_STYLES, UNKNOWN, day, money, plural, tokens
from ai_models.errors import NotFoundError
from ai_models.models.capabilities import ModelCapability

if TYPE_CHECKING:
    from ai_models.catalog import Catalog
    from ai_models.models.base import ModelSpec
    from ai_models.pricing.models import Offering, Pricing

__all__ = ["capabilities", "list_models", "show_model"]

Priced = tuple["ModelSpec", "Pricing | None"]

_COLUMNS = (
    Column("Model"),
    Column("Maker", rank=20),
    Column("Status", rank=60),
    Column("Prompt\ntokens", "number", rank=70),
    Column("Answer\ntokens", "number", rank=30),
    Column("Input\nUSD/1M", "number", rank=80),
    Column("Output\nUSD/1M", "number", rank=80),
    Column("Released", rank=40),
    Column("Retires", rank=25),
)


def list_models(
    provider: ProviderFilter = None,
    maker: MakerFilter = None,
    capability: CapabilityFilter = None,
    status: StatusFilter = None,
    everything: Everything = False,
    family: FamilyFilter = None,
    min_context: MinContext = None,
    max_price: MaxPrice = None,
    sort: Sort = "released",
    as_json: AsJson = False,
    as_csv: AsCsv = False,
) -> None:
    """List models, one a line: the current ones unless --status or --all says otherwise.

    Exits with 1 where no model satisfies every filter. An unknown fact never satisfies one.
    """
    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv ask for two forms: use one of them")
    known, at = catalog(), now()
    if everything and status:
        raise typer.BadParameter("--all and --status contradict each other")
    order = one_of(sort, SORTS, what="order", option="--sort")
    seller = None if provider is None else one_of(provider, known.providers, what="provider", option="--provider")
    specs = known.models(
        maker=_known_maker(known, maker),
        provider=seller,
        status=None if everything else _known_statuses(status),
        capabilities=capability or (),
        family=None if family is None else one_of(family, known.families, what="family", option="--family"),
        min_context=min_context,
        at=at,
    )
    priced = [(spec, _price(known, spec, seller, at)) for spec in specs]
    if max_price is not None:
        priced = [(spec, price) for spec, price in priced if _at_most(price, max_price)]
    priced.sort(key=lambda pair: _order(pair, order))
    _print_list(priced, at, seller=seller, as_json=as_json, as_csv=as_csv)
    if not priced:
        raise typer.Exit(EXIT_NO)


def _known_maker(known: Catalog, maker: str | None) -> str | None:
    return None if maker is None else one_of(maker, known.makers, what="maker", option="--maker")


def _known_statuses(status: Sequence[str] | None) -> list[str]:
    return [one_of(name, STATUS_STYLES, what="status", option="--status") for name in status or CURRENT]


def _offering(known: Catalog, spec: ModelSpec, seller: str | None) -> Offering | None:
    """The offering whose price stands for the model: the maker's own, or the plainest one of ``seller``."""
    if seller is not None:
        sold = known.offerings(provider=seller, model=spec.key)
        return min(sold, key=lambda offering: sold_by(offering, spec.model_id), default=None)
    try:
        return known.get_offering(spec.key)
    except NotFoundError:
        return None


def _price(known: Catalog, spec: ModelSpec, seller: str | None, at: datetime) -> Pricing | None:
    offering = _offering(known, spec, seller)
    return None if offering is None else offering.pricing_at(at)


def _at_most(price: Pricing | None, limit: Decimal) -> bool:
    rate = usd_rate(price, "input")
    return rate is not None and rate <= limit


def _order(pair: Priced, order: str) -> tuple[Any, ...]:
    """The place of a model in an order; unknown facts come last."""
    spec, price = pair
    name = (spec.provider, spec.model_id)
    if order == "price":
        rates = [usd_rate(price, meter) for meter in ("input", "output")]
        known = [rate for rate in rates if rate is not None]
        return (len(known) < len(rates), sum(known), *name)
    if order == "context":
        return (-(spec.metadata.context_window_input or 0), *name)
    if order == "name":
        return (spec.model_id, spec.provider)
    release = spec.metadata.release_date
    return (spec.provider, 0 if release is None else -release.toordinal(), spec.model_id)


def _print_list(priced: Sequence[Priced], at: datetime, *, seller: str | None, as_json: bool, as_csv: bool) -> None:
    rows = [model_facts(spec, price, at) for spec, price in priced]
    if as_json:
        print_json([row | {"capabilities": capability_facts(spec)} for row, (spec, _) in zip(rows, priced, strict=True)])
    elif as_csv:
        print_csv(rows, MODEL_KEYS)
    else:
        table = Table(_COLUMNS, [_row(*pair, at) for pair in priced], empty="no model satisfies every filter")
        where = f"at {seller}" if seller else "at the maker"
        summary = f"{plural(len(rows), 'model')}; standard rates {where} on {day(at)}; ? is unknown"
        show(table, *([Note(summary, terminal_only=True)] if rows else []))


def _row(spec: ModelSpec, price: Pricing | None, at: datetime) -> list[Cell | str]:
    status, metadata = str(spec.status_at(at)), spec.metadata
    return [
        spec.model_id,
        spec.provider,
        Cell(status, STATUS_STYLES[status]),
        tokens(metadata.context_window_input),
        tokens(metadata.context_window_output),
        _rate(price, "input"),
        _rate(price, "output"),
        day(metadata.release_date),
        day(spec.lifecycle.retires_on) if spec.lifecycle.retires_on else "",
    ]


def _rate(price: Pricing | None, meter: str) -> str:
    """The rate in USD, or with its own currency."""
    rate = None if price is None else price.rate(meter)
    if price is None or rate is None:
        return UNKNOWN
    return money(rate) if price.currency == "USD" else f"{money(rate)} {price.currency}"


def show_model(
    model: ModelName,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Show every fact beside its sources and their dates instead.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show everything about a model: facts, lifecycle, capabilities, prices, guidance, and where each fact comes from."""
    known, at = catalog(), now()
    spec = known.get_model(model)
    try:
        offering = known.get_offering(model)
    except NotFoundError:
        offering = None
    price = None if offering is None else offering.pricing_at(at)
    sellers = known.sellers(spec.key)
    if evidence:
        proof = evidence_facts(spec, price, known.sources)
        print_json(proof) if as_json else show(*evidence_blocks(spec, proof))
        return
    if as_json:
        facts = model_facts(spec, price, at) | specification_facts(spec, at)
        origin = {"price_defined_in": price_origin(offering, price)}
        print_json(facts | {"price": None if price is None else price_facts(price), "sold_as": sellers} | origin)
        return
    floating = known.is_floating(model)
    notes: list[Block] = [Note(f"{model} is a floating name: it moves to newer models", "yellow")] if floating else []
    show(*notes, *model_page(spec, price, sellers, at), *origin_blocks(spec, offering, price))


def capabilities(
    context: typer.Context,
    maker: MakerFilter = None,
    model: ModelFilter = None,
    everything: Everything = False,
    explain: Annotated[bool, typer.Option("--explain", help="List the taxonomy: what must hold for each.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show which model can do what: supported, unsupported, or unknown, which is what no source states.

    Exits with 1 where no model satisfies the filters.
    """
    if context.args:
        raise typer.BadParameter(f"name models by option: {' '.join(f'--model {name}' for name in context.args)}")
    if explain:
        rows = [{"capability": capability.value, "criterion": capability.criterion} for capability in ModelCapability]
        print_json(rows) if as_json else show(*criteria())
        return
    known, at = catalog(), now()
    chosen = _known_maker(known, maker)
    if model:
        named = dict.fromkeys(known.get_model(name) for name in model)
        specs = [spec for spec in named if chosen in (None, spec.provider)]
    else:
        specs = known.models(maker=chosen, status=None if everything else CURRENT, at=at)
    if as_json:
        print_json([{"model_id": spec.model_id, "maker": spec.provider, **capability_facts(spec)} for spec in specs])
    else:
        show(*matrix(specs, side_by_side=bool(model)))
    if not specs:
        raise typer.Exit(EXIT_NO)
