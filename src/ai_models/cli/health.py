"""``doctor``: what the catalogue holds, where it came from, and what in it wants attention."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ai_models import __version__
from ai_models.cli.facts import days_left
from ai_models.cli.library import CURRENT, catalog, now
from ai_models.cli.options import AsJson
from ai_models.cli.output import Block, Cell, Column, Facts, Note, Table, Title, print_json, show
from ai_models.cli.overlays import overlay_facts, overlay_words
from ai_models.cli.quarantine import count_blocks, counts_by_reason, quarantine_blocks, quarantine_facts
from ai_models.cli.words import STATUS_STYLES, UNKNOWN, day, plural
from ai_models.errors import NotFoundError

if TYPE_CHECKING:
    from ai_models.catalog import Catalog
    from ai_models.models.base import ModelSpec
    from ai_models.pricing.models import Offering

__all__ = ["doctor"]

_RETIRING_DAYS = 90
_STALE_DAYS = 180
_SHOWN = 8


def doctor(
    quarantined: Annotated[
        bool, typer.Option("--quarantined", help="List every claim of a source that is not believed, and why, instead.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what the catalogue holds, where it was loaded from, and what in it is missing, stale or about to end."""
    known, at = catalog(), now()
    if quarantined:
        claims = known.quarantined()
        print_json(quarantine_facts(claims)) if as_json else show(*quarantine_blocks(claims))
        return
    report = _report(known, at)
    print_json(report) if as_json else show(*_page(report))


def _report(known: Catalog, at: datetime) -> dict[str, Any]:
    import msgspec  # comes with the catalogue; --help does not need it

    specs, offerings = known.models(), known.offerings()
    current = [spec for spec in specs if spec.status_at(at) in CURRENT]
    verified = [spec.last_verified for spec in specs]
    stale = at.date() - timedelta(days=_STALE_DAYS)
    return {
        **known.counts(),
        **_scores(known),
        "version": __version__,
        "python": platform.python_version(),
        "msgspec": msgspec.__version__,
        "loaded_from": known.origin,
        "overlays": overlay_facts(known.overlays),
        "models_by_status": {name: count for name in STATUS_STYLES if (count := _by_status(specs, at)[name])},
        "retiring": _retiring(current, at),
        "current_without_price": _ids(spec for spec in current if not _is_priced(known, spec, at)),
        "current_without_window": _ids(spec for spec in current if spec.context_window_input is None),
        "without_release_date": _ids(spec for spec in specs if spec.metadata.release_date is None),
        "conflicts": sum(len(spec.conflicts) for spec in specs) + sum(len(sold.conflicts) for sold in offerings),
        "offerings_without_model": sum(sold.model is None for sold in offerings),
        "first_party_without_model": _first_party(known),
        "offerings_without_price": sum(sold.pricing_at(at) is None for sold in offerings),
        "histories_at_makers": sum(len(sold.versions) > 1 for sold in offerings if _is_makers_own(sold, known)),
        "last_verified_oldest": min(verified, default=None),
        "last_verified_newest": max(verified, default=None),
        "current_stale": _ids(spec for spec in current if spec.last_verified < stale),
        "quarantined": counts_by_reason(known.quarantined()),
        "sources": {
            name: {"name": source.name, "url": source.url, "licence": source.licence, "version": source.version,
                   "retrieved": source.retrieved}
            for name, source in known.sources.items()
        },
    }  # fmt: skip


def _scores(known: Catalog) -> dict[str, int]:
    boards = known.benchmarks()
    return {
        "benchmark_scores": sum(len(board.scores) for board in boards),
        "benchmarks": len(boards),
        "models_with_scores": len({spec.key for board in boards for spec in board.models}),
    }


def _is_makers_own(offering: Offering, known: Catalog) -> bool:
    """Whether the maker sells it itself: under its own name, or on a provider that is its own, as Amazon on Bedrock."""
    if offering.model is None:
        return False
    maker = offering.model.partition("/")[0]
    return maker == offering.provider or maker in known.providers[offering.provider].makers


def _first_party(known: Catalog) -> dict[str, Any]:
    found = known.offerings_without_model()
    return {
        "explained": {key: reason for key, reason in found.items() if reason is not None},
        "unexplained": [key for key, reason in found.items() if reason is None],
    }


def _by_status(specs: Iterable[ModelSpec], at: datetime) -> Counter[str]:
    return Counter(str(spec.status_at(at)) for spec in specs)


def _ids(specs: Iterable[ModelSpec]) -> list[str]:
    return [spec.key for spec in specs]


def _is_priced(known: Catalog, spec: ModelSpec, at: datetime) -> bool:
    """Whether the maker's price is known at the instant: any rate, since not every model is billed by tokens."""
    try:
        pricing = known.get_offering(spec.key).pricing_at(at)
    except NotFoundError:
        return False
    return pricing is not None and bool(pricing.rates)


def _retiring(specs: Iterable[ModelSpec], at: datetime) -> list[dict[str, Any]]:
    soon = [(left, spec) for spec in specs if (left := days_left(spec, at)) is not None and left <= _RETIRING_DAYS]
    return [
        {"model": spec.key, "retires_on": spec.lifecycle.retires_on, "days_left": left,
         "replacement": spec.lifecycle.replacement}
        for left, spec in sorted(soon, key=lambda pair: (pair[0], pair[1].key))
    ]  # fmt: skip


def _page(report: Mapping[str, Any]) -> Iterator[Block]:
    yield Title(f"ai-models {report['version']}", Cell(f"Python {report['python']}, msgspec {report['msgspec']}", "dim"))
    overlays = [("with your own files" if not place else "", overlay_words(o)) for place, o in enumerate(report["overlays"])]
    yield Facts([("loaded from", report["loaded_from"]), *overlays, *_contents(report)])
    yield Title("Attention")
    yield Facts(list(_attention(report)))
    if report["retiring"]:
        yield Title(f"Retiring in the next {_RETIRING_DAYS} days")
        columns = (Column("Model"), Column("On"), Column("Days left", "number", rank=30), Column("Replacement", "prose"))
        rows = [
            [row["model"], Cell(day(row["retires_on"]), "yellow"), str(row["days_left"]),
             ", ".join(row["replacement"]) or UNKNOWN]
            for row in report["retiring"]
        ]  # fmt: skip
        yield Table(columns, rows)
    yield from count_blocks(report["quarantined"])
    yield from _source_table(report["sources"])


def _contents(report: Mapping[str, Any]) -> list[tuple[str, Cell | str]]:
    by_status = ", ".join(f"{count:,} {name}" for name, count in report["models_by_status"].items())
    verified = f"{day(report['last_verified_oldest'])} to {day(report['last_verified_newest'])}"
    return [
        ("models", f"{report['models']:,} ({by_status})"),
        ("offerings", f"{report['offerings']:,} at {plural(report['providers'], 'provider')}"),
        (
            "histories",
            f"{report['histories']:,} offerings with two or more price versions, "
            f"{report['histories_at_makers']:,} of them at their makers",
        ),
        (
            "published scores",
            f"{report['benchmark_scores']:,} in {plural(report['benchmarks'], 'benchmark')}, "
            f"of {plural(report['models_with_scores'], 'model')}",
        ),
        ("last verified", verified),
    ]


def _attention(report: Mapping[str, Any]) -> Iterator[tuple[str, Cell | str]]:
    for label, key in (
        ("current, without a price", "current_without_price"),
        ("current, without a window", "current_without_window"),
        (f"current, not verified for {_STALE_DAYS} days", "current_stale"),
        ("without a release date", "without_release_date"),
    ):
        yield label, _named(report[key])
    yield "conflicts between sources", f"{report['conflicts']:,}"
    yield "offerings of no known model", f"{report['offerings_without_model']:,}"
    first = report["first_party_without_model"]
    told = f"{len(first['explained'])} explained, {len(first['unexplained'])} unexplained"
    named = f" ({', '.join(first['unexplained'][:_SHOWN])})" if first["unexplained"] else ""
    yield "first-party offerings without a model", Cell(f"{told}{named}", "yellow" if named else "green")
    yield "offerings without a price", f"{report['offerings_without_price']:,}"


def _named(ids: list[str]) -> Cell:
    if not ids:
        return Cell("none", "green")
    more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    return Cell(f"{len(ids)}: {', '.join(ids[:_SHOWN])}{more}", "yellow")


def _source_table(sources: Mapping[str, Mapping[str, str | None]]) -> Iterator[Block]:
    yield Title("Sources")
    if not sources:
        yield Note("none is recorded")
        return
    columns = (Column("Source"), Column("Version"), Column("Retrieved"), Column("Licence", "prose", rank=10))
    rows = [
        [name, source["version"] or UNKNOWN, source["retrieved"] or UNKNOWN, source["licence"] or UNKNOWN]
        for name, source in sources.items()
    ]
    yield Table(columns, rows)
