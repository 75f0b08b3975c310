"""The whole catalogue as tables: the same rows for JSON, CSV and SQLite, with documented columns.

``TABLES`` is the documentation of the columns and what the files are made from; amounts are text, so that no reader rounds
them, days are ISO 8601, and unknown is null (an empty field in CSV).
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import msgspec

from ai_models.catalog.aside import write_aside, write_output
from ai_models.catalog.catalog import Catalog
from ai_models.models.base import ModelSpec
from ai_models.models.capabilities import ModelCapability
from ai_models.pricing.models import Offering, PricingVersion, Rate

__all__ = ["TABLES", "Table", "export_csv", "export_json", "export_sqlite"]

Value = str | int | None
Row = tuple[Value, ...]


class Table(NamedTuple):
    """A table: its columns with what each means, and the rows that a catalogue gives."""

    name: str
    columns: dict[str, str]
    rows: Callable[[Catalog], Iterator[Row]]
    key: tuple[str, ...] = ()


def _iso(value: object) -> str | None:
    return None if value is None else str(value)


def _flag(value: bool | None) -> int | None:  # noqa: FBT001 a three-valued fact
    return None if value is None else int(value)


def _models(catalog: Catalog) -> Iterator[Row]:
    for spec in catalog.models():
        yield (
            spec.provider,
            spec.model_id,
            spec.name,
            spec.metadata.family,
            spec.metadata.version,
            spec.api_identifier,
            spec.context_window_input,
            spec.context_window_output,
            spec.metadata.context_window,
            spec.knowledge_cutoff,
            _iso(spec.metadata.release_date),
            spec.lifecycle.status,
            _iso(spec.lifecycle.deprecated_on),
            _iso(spec.lifecycle.retires_on),
            ", ".join(spec.lifecycle.replacement) or None,
            _flag(spec.metadata.open_weights),
            _iso(spec.last_verified),
            spec.docs_url,
        )


def _aliases(catalog: Catalog) -> Iterator[Row]:
    for spec in catalog.models():
        for alias in spec.aliases:
            yield spec.provider, spec.model_id, alias.name, _iso(alias.since), _iso(alias.until), int(alias.floating)


def _capabilities(catalog: Catalog) -> Iterator[Row]:
    for spec in catalog.models():
        for capability in ModelCapability:
            sources = ", ".join(spec.evidence.get(str(capability), ()))
            yield spec.provider, spec.model_id, str(capability), spec.support(capability).value, sources or None


def _benchmarks(catalog: Catalog) -> Iterator[Row]:
    for spec in catalog.models():
        for score in spec.benchmarks:
            measured = (score.metric, score.harness, score.variant, score.dataset, score.version)
            said = (score.name, f"{score.score:f}", *measured, _iso(score.date), score.source, score.via)
            yield spec.provider, spec.model_id, *said


def _offerings(catalog: Catalog) -> Iterator[Row]:
    for offering in catalog.offerings():
        maker, _, model_id = (offering.model or "").partition("/")
        life = offering.lifecycle
        yield (
            offering.provider,
            offering.id,
            offering.display_name or None,
            maker or None,
            model_id or None,
            offering.limits.context_window_input,
            offering.limits.context_window_output,
            None if life is None else _iso(life.deprecated_on),
            None if life is None else _iso(life.retires_on),
            offering.region,
            offering.quantization,
        )


def _rates(catalog: Catalog) -> Iterator[Row]:
    for offering in catalog.offerings():
        for version in offering.versions:
            yield from _version_rates(offering, version)


def _version_rates(offering: Offering, version: PricingVersion) -> Iterator[Row]:
    start = None if version.effective_from is None else version.effective_from.isoformat()
    head = (offering.provider, offering.id, start, version.date_precision, version.currency)
    sources = ", ".join(version.evidence) or None
    for meter, rate in version.rates.items():
        yield (*head, None, "rate", meter, *_amounts(rate), sources)
    for override in version.overrides:
        when = msgspec.json.encode(override.when, order="deterministic").decode()
        for meter, rate in override.rates.items():
            yield (*head, when, "rate", meter, *_amounts(rate), sources)
        for meter, factor in override.multiply.items():
            yield (*head, when, "factor", meter, str(factor), None, sources)
        if override.unavailable:
            yield (*head, when, "unavailable", None, None, None, sources)


def _amounts(rate: Rate) -> tuple[str, int]:
    return str(rate.amount), rate.per


def _evidence(catalog: Catalog) -> Iterator[Row]:
    for spec in catalog.models():
        for field, sources in spec.evidence.items():
            for source in sources:
                yield spec.provider, spec.model_id, field, source


def _conflicts(catalog: Catalog) -> Iterator[Row]:
    holders: list[ModelSpec | Offering] = [*catalog.models(), *catalog.offerings()]
    for holder in holders:
        for conflict in holder.conflicts:
            for source, value in conflict.values.items():
                yield holder.key, conflict.field, source, value, conflict.settled_by


def _quarantine(catalog: Catalog) -> Iterator[Row]:
    for claim in catalog.quarantined():
        yield (
            claim.subject,
            claim.field or None,
            claim.source,
            claim.value or None,
            claim.reason,
            claim.against or None,
            claim.where or None,
        )


def _sources(catalog: Catalog) -> Iterator[Row]:
    for name, source in catalog.sources.items():
        yield name, source.name, source.url, source.licence, source.version, source.retrieved


_MODEL = {"maker": "who trained the model", "model_id": "the model, unique for its maker"}
_OFFERING = {"provider": "who sells it", "id": "the provider's identifier, unique for the provider"}

TABLES: tuple[Table, ...] = (
    Table(
        "models",
        {
            **_MODEL,
            "name": "the vendor's name",
            "family": "the family's id",
            "version": "the vendor's version, as text",
            "api_identifier": "what an API call names",
            "context_window_input": "largest prompt, tokens",
            "context_window_output": "longest answer, tokens",
            "context_window": "the vendor's total, tokens, where one is stated",
            "knowledge_cutoff": "reliable cutoff: YYYY, YYYY-MM or YYYY-MM-DD",
            "release_date": "day of release",
            "status": "what the vendor called it on last_verified",
            "deprecated_on": "first day of deprecation",
            "retires_on": "first day without the model",
            "replacement": "successors that the maker names, separated by commas",
            "open_weights": "1, 0 or null",
            "last_verified": "newest date of the sources",
            "documentation_url": "the vendor's page",
        },
        _models,
        ("maker", "model_id"),
    ),
    Table(
        "aliases",
        {
            **_MODEL,
            "alias": "another name",
            "since": "first day of the pointer",
            "until": "first day after it",
            "floating": "1 where the name moves to newer models",
        },
        _aliases,
    ),
    Table(
        "capabilities",
        {
            **_MODEL,
            "capability": "a member of the taxonomy",
            "support": "supported, unsupported or unknown",
            "sources": "who says so, separated by commas",
        },
        _capabilities,
        ("maker", "model_id", "capability"),
    ),
    Table(
        "benchmarks",
        {
            **_MODEL,
            "benchmark": "what was asked",
            "score": "as published; exact decimal text",
            "metric": "what the score counts; null is not stated, as in all that follows",
            "harness": "the program that ran it; scores compare only where it, metric, dataset and version are the same",
            "variant": "how the model was set",
            "dataset": "the part of the benchmark that was asked",
            "version": "of the benchmark",
            "date": "day of the publication",
            "source": "the address of the publication",
            "via": "the source that led to it; null where a person wrote it down",
        },
        _benchmarks,
    ),
    Table(
        "offerings",
        {
            **_OFFERING,
            "display_name": "the provider's name for it",
            "maker": "of the model that is served; null where it matches none",
            "model_id": "the model that is served",
            "context_window_input": "the provider's own limit, tokens, where it differs",
            "context_window_output": "the provider's own limit, tokens, where it differs",
            "deprecated_on": "at this provider, where it differs",
            "retires_on": "at this provider, where it differs",
            "region": "where it is served",
            "quantization": "how the weights are served",
        },
        _offerings,
        ("provider", "id"),
    ),
    Table(
        "rates",
        {
            **_OFFERING,
            "effective_from": "instant in UTC from which the price holds; null is open-ended",
            "date_precision": "effective, observed or assumed",
            "currency": "ISO 4217",
            "condition": "JSON of the override's condition; null is the standard rate",
            "kind": "rate, factor or unavailable",
            "meter": "what is billed",
            "amount": "price of per units, or the factor; exact decimal text",
            "per": "how many units the amount is for",
            "sources": "who says so, separated by commas",
        },
        _rates,
    ),
    Table("evidence", {**_MODEL, "field": "a fact of the model", "source": "who says so"}, _evidence),
    Table(
        "conflicts",
        {
            "subject": "maker/model_id or provider:id",
            "field": "what the sources disagree on",
            "source": "who says it",
            "value": "what it says",
            "settled_by": "what decided",
        },
        _conflicts,
    ),
    Table(
        "quarantine",
        {
            "subject": "maker/model_id or provider:id",
            "field": "what the claim is about",
            "source": "who says it; several who say the same, separated by commas",
            "value": "what it says",
            "reason": "why it is not believed",
            "against": "the figure that stands as N in the reason",
            "place": "the place in the source, as it spells it",
        },
        _quarantine,
    ),
    Table(
        "sources",
        {
            "source": "the name that evidence uses",
            "title": "what it is",
            "url": "where it is",
            "licence": "its licence",
            "version": "its version",
            "retrieved": "the day of the copy that was used",
        },
        _sources,
        ("source",),
    ),
)


def export_json(catalog: Catalog, path: Path) -> dict[str, int]:
    """Write all tables into one JSON file, each as a list of objects; gives the number of rows by table."""
    tables = {table.name: [dict(zip(table.columns, row, strict=True)) for row in table.rows(catalog)] for table in TABLES}
    write_output(path, json.dumps(tables, ensure_ascii=False, indent=1).encode() + b"\n")
    return {name: len(rows) for name, rows in tables.items()}


def export_csv(catalog: Catalog, directory: Path) -> dict[str, int]:
    """Write each table into a CSV file of the directory, with a header; gives the number of rows by table."""
    counts: dict[str, int] = {}
    for table in TABLES:
        rows = list(table.rows(catalog))
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer)
        writer.writerow(table.columns)
        writer.writerows(rows)
        write_aside(directory / f"{table.name}.csv", buffer.getvalue().encode())
        counts[table.name] = len(rows)
    return counts


def export_sqlite(catalog: Catalog, path: Path) -> dict[str, int]:
    """Write a SQLite database with a table for each; gives the number of rows by table. An existing file is replaced."""
    with closing(sqlite3.connect(":memory:")) as database:
        counts = {table.name: _fill(database, table, catalog) for table in TABLES}
        database.commit()
        write_output(path, database.serialize())
    return counts


def _fill(database: sqlite3.Connection, table: Table, catalog: Catalog) -> int:
    rows = list(table.rows(catalog))
    columns = ", ".join(f'"{column}"' for column in table.columns)
    key = f", PRIMARY KEY ({', '.join(table.key)})" if table.key else ""
    database.execute(f'CREATE TABLE "{table.name}" ({columns}{key})')
    holes = ", ".join("?" * len(table.columns))
    database.executemany(f'INSERT INTO "{table.name}" VALUES ({holes})', rows)  # noqa: S608 our own names, bound values
    return len(rows)
