"""The graph of what uses what: modules of the project, the old modules and the models at the end of their imports."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from typing import Final, Literal

from msgspec import Struct

from ai_models.audit.formats.wording import visible
from ai_models.audit.imports import module_name
from ai_models.audit.legacy import legacy_module
from ai_models.audit.runner import Report

__all__ = ["GRAPH_FORMATS", "Edge", "Graph", "Node", "drawn", "graph"]

GRAPH_FORMATS: Final = ("mermaid", "dot", "json")
"""The forms of a graph."""

NodeKind = Literal["module", "legacy", "model"]


class Node(Struct, frozen=True, order=True):
    """A module of the project, an old module, or a model."""

    kind: NodeKind
    name: str
    status: str = ""


class Edge(Struct, frozen=True, order=True):
    """The first uses the second."""

    source: Node
    target: Node


class Graph(Struct, frozen=True):
    """Nodes and edges, in order. Only what leads to an old module or to a model is in it."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def graph(report: Report) -> Graph:
    """The graph of an audit that was made with ``imports=True``.

    A module that only imports others is in it where that leads, through whatever is between, to an old module or a model.
    """
    names = _modules(report)
    edges = {*_uses(report, names), *_legacy(report, names)}
    kept = {edge.source for edge in edges}
    inner = {*_inner(report, names)}
    growing = True
    while growing:
        found = {edge for edge in inner if edge.target in kept and edge not in edges}
        growing = bool(found)
        edges |= found
        kept |= {edge.source for edge in found}
    nodes = {node for edge in edges for node in (edge.source, edge.target)}
    return Graph(tuple(sorted(nodes)), tuple(sorted(edges)))


def _modules(report: Report) -> dict[str, str]:
    """The dotted name of each Python file; other files go by their paths."""
    found: dict[str, str] = {}
    for path in (*report.relative, *report.imports):
        if path.endswith((".py", ".pyi", ".pyw")):
            found[path] = module_name(path)[0] or os.path.basename(path)
    return found


def _module_node(report: Report, names: dict[str, str], path: str) -> Node:
    name = names.get(path, path)
    package = report.legacy.around(path)
    return Node("legacy" if package is not None else "module", name)


def _uses(report: Report, names: dict[str, str]) -> Iterator[Edge]:
    for use in report.uses:
        if use.kind == "use":
            yield Edge(_module_node(report, names, use.path), Node("model", use.model or use.name, use.status))


def _legacy(report: Report, names: dict[str, str]) -> Iterator[Edge]:
    """Imports of old modules, as the audit found them."""
    for finding in report.findings:
        if finding.code == "AIM401":
            module = legacy_module(finding.facts["module"]) or legacy_module(
                f"{finding.facts['module']}.{finding.facts['name']}"
            )
            name = (
                finding.facts["module"]
                if legacy_module(finding.facts["module"])
                else f"{finding.facts['module']}.{finding.facts['name']}"
            )
            if module is not None:
                yield Edge(_module_node(report, names, finding.path), Node("legacy", name))


def _inner(report: Report, names: dict[str, str]) -> Iterator[Edge]:
    """Imports of the project's own modules."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for path, name in names.items():
        by_name[name].append(path)
    for path, imported in report.imports.items():
        if path not in names:
            continue
        for name in imported:
            for target in by_name.get(name, ()):
                if target != path:
                    yield Edge(_module_node(report, names, path), _module_node(report, names, target))


# As text


def drawn(found: Graph, form: str) -> str:
    """The graph in one of ``GRAPH_FORMATS``."""
    return {"mermaid": _mermaid, "dot": _dot, "json": _json}[form](found)


_SHAPES: Final = {"module": ("[", "]"), "legacy": ("[[", "]]"), "model": ("([", "])")}
_DOT_SHAPES: Final = {"module": "box", "legacy": "component", "model": "ellipse"}
_ENDED: Final = ("retired", "unknown")


def _ids(found: Graph) -> dict[Node, str]:
    return {node: f"n{place}" for place, node in enumerate(found.nodes)}


def _mermaid(found: Graph) -> str:
    ids = _ids(found)
    lines = ["flowchart LR"]
    for node, id_ in ids.items():
        begin, end = _SHAPES[node.kind]
        lines.append(f'  {id_}{begin}"{_mermaid_text(node)}"{end}')
    lines += [f"  {ids[edge.source]} --> {ids[edge.target]}" for edge in found.edges]
    ended = ",".join(id_ for node, id_ in ids.items() if node.status in _ENDED)
    if ended:
        lines += ["  classDef ended stroke:#c00,color:#c00", f"  class {ended} ended"]
    return "\n".join(lines) + "\n"


def _label(node: Node) -> str:
    return f"{node.name} ({node.status})" if node.status and node.status != "active" else node.name


def _mermaid_text(node: Node) -> str:
    """A label in which no sign is mermaid's: all but letters, digits and a few are written by their numbers."""
    return "".join(sign if sign.isalnum() or sign in " .-_/()" else f"#{ord(sign)};" for sign in visible(_label(node)))


def _dot(found: Graph) -> str:
    ids = _ids(found)
    lines = ["digraph uses {", "  rankdir=LR;"]
    for node, id_ in ids.items():
        colour = ', color="#cc0000"' if node.status in _ENDED else ""
        label = visible(_label(node)).replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'  {id_} [label="{label}", shape={_DOT_SHAPES[node.kind]}{colour}];')
    lines += [f"  {ids[edge.source]} -> {ids[edge.target]};" for edge in found.edges]
    return "\n".join([*lines, "}"]) + "\n"


def _json(found: Graph) -> str:
    ids = _ids(found)
    value = {
        "nodes": [
            {"id": id_, "kind": node.kind, "name": visible(node.name), "status": node.status or None}
            for node, id_ in ids.items()
        ],
        "edges": [{"source": ids[edge.source], "target": ids[edge.target]} for edge in found.edges],
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
