"""What a code base uses: models, ways to providers, the public surface of the old packages, and prices, as one value."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from ai_models.audit.decoding import decode
from ai_models.audit.files import FileKind, displayed
from ai_models.audit.formats.markdown import cell
from ai_models.audit.formats.wording import plural
from ai_models.audit.legacy_tree import LegacyPackage
from ai_models.audit.python_source import PythonSource, Unparsable
from ai_models.audit.runner import Report
from ai_models.audit.secrets import masked

__all__ = ["Inventory", "as_json", "as_markdown", "inventory", "surface_of"]

_SHOWN: Final = 5
_LONGEST_VALUE: Final = 60


class Inventory(Struct, frozen=True, kw_only=True):
    """The four lists of task 1.1 of the design; every entry is plain data.

    ``models`` has one entry a model with its status and where it is used and mentioned; ``services`` one an SDK or endpoint;
    ``surface`` one a public name of an old package in the tree; ``prices`` one a hard-coded price.
    """

    models: tuple[dict[str, Any], ...]
    services: tuple[dict[str, Any], ...]
    surface: tuple[dict[str, Any], ...]
    prices: tuple[dict[str, Any], ...]
    files: int


def inventory(report: Report) -> Inventory:
    """The inventory of an audit."""
    return Inventory(
        models=tuple(_models(report)),
        services=tuple(_services(report)),
        surface=tuple(entry for package in report.legacy.packages if package.is_legacy for entry in surface_of(package)),
        prices=tuple(
            {"path": p.path, "line": p.span.line, "model": p.model, "table": p.table, "amounts": p.amounts, "per": p.per,
             "verdict": p.verdict}
            for p in report.prices
        ),
        files=report.files,
    )  # fmt: skip


def _models(report: Report) -> Iterator[dict[str, Any]]:
    by_model: dict[tuple[str, str], dict[str, Any]] = {}
    for use in report.uses:
        key = (use.model or use.name, use.status)
        entry = by_model.setdefault(
            key, {"model": use.model or None, "status": use.status, "names": set(), "uses": [], "mentions": []}
        )
        entry["names"].add(use.name)
        place = {"path": use.path, "line": use.span.line, "column": use.span.column}
        entry["uses" if use.kind == "use" else "mentions"].append(place if use.cell is None else {**place, "cell": use.cell})
    for _, entry in sorted(by_model.items()):
        yield {**entry, "names": sorted(entry["names"])}


def _services(report: Report) -> Iterator[dict[str, Any]]:
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for service in report.services:
        found[service.kind, service.name].append({"path": service.path, "line": service.line})
    for (kind, name), places in sorted(found.items()):
        yield {"kind": kind, "name": name, "places": places}


# The surface of an old package


def surface_of(package: LegacyPackage) -> Iterator[dict[str, Any]]:
    """The public names of a package or module: classes with their methods, functions, constants, with signatures."""
    place = Path(package.place)
    files = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    for file in files:
        try:
            python = PythonSource(decode(file.read_bytes(), FileKind.PYTHON).text)
        except (OSError, Unparsable):
            continue  # the audit reports it
        inner = file.relative_to(place).with_suffix("").parts if place.is_dir() else ()
        module = ".".join((package.dotted, *(part for part in inner if part != "__init__")))
        for entry in _public(python.tree.body, module):
            yield {"path": displayed(str(file)), **entry}


def _public(body: list[ast.stmt], owner: str) -> Iterator[dict[str, Any]]:
    for node in body:
        match node:
            case ast.ClassDef() if _is_public(node.name):
                bases = ", ".join(ast.unparse(base) for base in node.bases)
                yield _entry(node, "class", f"{owner}.{node.name}", f"({bases})" if bases else "")
                yield from _public(node.body, f"{owner}.{node.name}")
            case ast.FunctionDef() | ast.AsyncFunctionDef() if _is_public(node.name):
                returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
                yield _entry(node, "function", f"{owner}.{node.name}", f"({ast.unparse(node.args)}){returns}")
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_public(name):
                yield _entry(node, "constant", f"{owner}.{name}", f" = {_short(value)}")
            case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=given) if _is_public(name):
                written = f" = {_short(given)}" if given is not None else ""
                yield _entry(node, "constant", f"{owner}.{name}", f": {ast.unparse(annotation)}{written}")


def _is_public(name: str) -> bool:
    return not name.startswith("_") or name == "_DEPRECATED"  # callers of old read that one


def _short(value: ast.expr) -> str:
    text = ast.unparse(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _entry(node: ast.stmt, kind: str, name: str, signature: str) -> dict[str, Any]:
    last = name.rpartition(".")[2]
    shown = masked(f"{last}{signature}")[len(last) :]  # API_KEY = "…" is a constant, too
    return {"line": node.lineno, "kind": kind, "name": name, "signature": shown}


# As text


def as_json(found: Inventory) -> dict[str, Any]:
    """The inventory as JSON has it."""
    return {
        "version": 1,
        "files": found.files,
        "models": found.models,
        "services": found.services,
        "surface": found.surface,
        "prices": found.prices,
    }


def as_markdown(found: Inventory) -> str:
    """The inventory as a page."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Inventory) -> Iterator[str]:
    yield "# Inventory\n"
    yield f"{plural(found.files, 'file')} were looked at.\n" if found.files != 1 else "1 file was looked at.\n"
    yield from _table("Models", "model | status | written as | uses | mentions | where", (
        (entry["model"] or "unknown", entry["status"], ", ".join(entry["names"]), len(entry["uses"]), len(entry["mentions"]),
         _places([*entry["uses"], *entry["mentions"]]))
        for entry in found.models
    ))  # fmt: skip
    yield from _table(
        "Providers", "kind | name | where", ((e["kind"], e["name"], _places(e["places"])) for e in found.services)
    )
    yield from _table(
        "Public surface of the old packages",
        "name | kind | signature | where",
        ((e["name"], e["kind"], e["signature"].strip(), f"{e['path']}:{e['line']}") for e in found.surface),
    )
    yield from _table("Prices", "model | amounts | tokens a price | verdict | where", (
        (e["model"], ", ".join(f"{meter} {amount}" for meter, amount in e["amounts"].items()), e["per"] or "?", e["verdict"],
         f"{e['path']}:{e['line']}")
        for e in found.prices
    ))  # fmt: skip


def _table(title: str, columns: str, rows: Iterator[tuple[object, ...]]) -> Iterator[str]:
    yield f"## {title}\n"
    lines = [f"| {' | '.join(cell(str(value)) for value in row)} |" for row in rows]
    if not lines:
        yield "None.\n"
        return
    yield f"| {columns} |"
    yield f"|{'---|' * (columns.count('|') + 1)}"
    yield from lines
    yield ""


def _places(places: list[dict[str, Any]]) -> str:
    shown = [f"{place['path']}:{place['line']}" for place in places[:_SHOWN]]
    more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
    return ", ".join(shown) + more
