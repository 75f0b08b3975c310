"""The graph of what uses what, and its forms."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from ai_models.audit.graph import Edge, Graph, Node, drawn, graph

Look = Callable[..., Any]

FILES = {
    "pkg/__init__.py": "",
    "pkg/main.py": "from pkg import service\nimport json\n",
    "pkg/service.py": "from .clients import ask\n",
    "pkg/clients.py": """\
        MODEL = "gpt-80"
        from models.registry import ModelRegistry
        from kit import providers
        providers.SignalCategory
        """,
    "pkg/lonely.py": "import os\n",
    "models/__init__.py": "",
    "models/registry.py": 'class ModelRegistry:\n    X = "gpt-90"\n    def get_spec(self): ...\n',
    "conf.yaml": "model: gpt-90\n",
}


def edges(report: Any) -> set[tuple[str, str]]:
    """The edges of a report's graph, by name."""
    return {(edge.source.name, edge.target.name) for edge in graph(report).edges}


def test_what_leads_to_models_and_old_modules_is_in_it(look: Look) -> None:
    report = look(FILES, imports=True)
    assert edges(report) == {
        ("pkg.clients", "acme/gpt-80"),
        ("pkg.clients", "models.registry"),
        ("pkg.clients", "kit.providers"),
        ("pkg.service", "pkg.clients"),
        ("pkg.main", "pkg.service"),
        ("models.registry", "acme/gpt-90"),
        ("conf.yaml", "acme/gpt-90"),
    }
    kinds = {node.name: node.kind for node in graph(report).nodes}
    assert kinds["models.registry"] == "legacy"
    assert kinds["pkg.main"] == "module"
    assert kinds["acme/gpt-80"] == "model"


def test_nothing_is_a_graph_too(look: Look) -> None:
    found = graph(look({"a.py": "x = 1\n"}, imports=True))
    assert drawn(found, "mermaid") == "flowchart LR\n"
    assert drawn(found, "dot") == "digraph uses {\n  rankdir=LR;\n}\n"
    assert json.loads(drawn(found, "json")) == {"nodes": [], "edges": []}


def test_the_forms_escape_what_names_hold() -> None:
    odd, model = Node("module", 'a"]; b\n-->\\<script>#'), Node("model", "acme/x", "retired")
    found = Graph((odd, model), (Edge(odd, model),))
    mermaid = drawn(found, "mermaid")
    label = re.search(r'n0\["(.*)"\]', mermaid)
    assert label is not None
    assert not set('"[]<>;') & set(re.sub(r"#\d+;", "", label[1]))
    assert "n0 --> n1" in mermaid
    assert 'n1(["acme/x (retired)"])' in mermaid
    assert "class n1 ended" in mermaid
    dot = drawn(found, "dot")
    assert 'n0 [label="a\\"]; b\N{REPLACEMENT CHARACTER}-->\\\\<script>#", shape=box];' in dot
    assert 'color="#cc0000"' in dot
    value = json.loads(drawn(found, "json"))
    assert value["edges"] == [{"source": "n0", "target": "n1"}]
    assert value["nodes"][1] == {"id": "n1", "kind": "model", "name": "acme/x", "status": "retired"}
