"""``ModelSpec(…)`` in code: read as plain values, handed to the tree's own catalogue, and asked of it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from rewriting_trees import Made

from ai_models.audit.python_source import PythonSource
from ai_models.migrate.declarations import Declaration
from ai_models.migrate.rewriting.declared import Unreadable, read_declaration

Rewrite = Callable[..., Made]

WHOLE = """ModelSpec(
    provider=Provider.OPENAI,
    name="Acme 2",
    api_identifier="acme-2",
    context_window_input=32_000,
    context_window_output=None,
    input_price_per_1m=0.40,
    output_price_per_1m=1,
    knowledge_cutoff="June 2024",
    last_verified=date(2026, 3, 2),
    docs_url=DOCS,
    notes="Ours.",
    recommended_for=("summaries", "notes"),
)"""
HEAD = "from datetime import date\nfrom models import ModelSpec, Provider\nDOCS = 'https://acme.example'\n"


def read(text: str) -> Declaration:
    """A declaration by its text."""
    python = PythonSource(f"DOCS = 'https://acme.example'\nTWICE = 1\nTWICE = 2\n{text}\n")
    (call,) = [node for node in python.nodes(ast.Call) if isinstance(node.func, ast.Name) and node.func.id == "ModelSpec"]
    return read_declaration(python, call, path="app.py", line=1)


def test_every_field_by_keyword() -> None:
    assert read(WHOLE) == Declaration(
        model_id="acme-2",
        name="Acme 2",
        provider="openai",
        path="app.py",
        line=1,
        context_window_input=32_000,
        context_window_output=None,
        input_price=Decimal("0.4"),
        output_price=Decimal(1),
        knowledge_cutoff="June 2024",
        last_verified=date(2026, 3, 2),
        docs_url="https://acme.example",
        notes="Ours.",
        recommended_for=("summaries", "notes"),
    )


def test_every_field_by_position() -> None:
    text = 'ModelSpec("openai", "A", "a-1", 1_000, 10, 0.1, 0.2, "2024", date(2026, 1, 1), "https://a.example", "n", ["x"])'
    found = read(text)
    assert (found.provider, found.model_id, found.context_window_output) == ("openai", "a-1", 10)
    assert (found.output_price, found.recommended_for) == (Decimal("0.2"), ("x",))


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("last_verified", "datetime.date(2026, 1, 31)", date(2026, 1, 31)),
        ("last_verified", "date(year=2026, month=1, day=31)", date(2026, 1, 31)),
        ("last_verified", "date.fromisoformat('2026-01-31')", date(2026, 1, 31)),
        ("context_window_input", "128 * 1024", 131_072),
        ("input_price_per_1m", "Decimal('0.40')", Decimal("0.40")),
        ("input_price_per_1m", "0", Decimal(0)),
        ("docs_url", "None", None),
        ("recommended_for", "()", ()),
    ],
)
def test_values_in_other_forms(field: str, value: str, expected: object) -> None:
    names = {"input_price_per_1m": "input_price"}
    found = read(f"ModelSpec(provider='openai', name='A', api_identifier='a', {field}={value})")
    assert getattr(found, names.get(field, field)) == expected


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("ModelSpec(*x)", "arguments"),
        ("ModelSpec(**x)", "arguments"),
        ("ModelSpec(name='A', api_identifier='a')", "provider"),
        ("ModelSpec(provider='openai', name='A')", "api_identifier"),
        ("ModelSpec(provider=vendor, name='A', api_identifier='a')", "provider"),
        ("ModelSpec(provider='acme', name='A', api_identifier='a')", "provider"),
        ("ModelSpec(provider=None, name='A', api_identifier='a')", "provider"),
        ("ModelSpec(provider='openai', name='A', api_identifier=f'{x}')", "api_identifier"),
        ("ModelSpec('openai', 'A', 'a', name='B')", "name"),
        ("ModelSpec('openai', 'A', 'a', colour='red')", "colour"),
        ("ModelSpec('openai', 'A', 'a', 1.5)", "context_window_input"),
        ("ModelSpec('openai', 'A', 'a', input_price_per_1m=TWICE)", "input_price_per_1m"),
        ("ModelSpec('openai', 'A', 'a', input_price_per_1m=1 / 1000)", "input_price_per_1m"),
        ("ModelSpec('openai', 'A', 'a', last_verified=date(2026, 13, 1))", "last_verified"),
        ("ModelSpec('openai', 'A', 'a', last_verified=date.today())", "last_verified"),
        ("ModelSpec('openai', 'A', 'a', recommended_for=('x', y))", "recommended_for"),
        ("ModelSpec('openai', 'A', 'a', 1, 2, 3, 4, '5', None, '6', '7', (), 1)", "arguments"),
    ],
)
def test_what_cannot_be_read_says_which(text: str, what: str) -> None:
    with pytest.raises(Unreadable, match=what):
        read(text)


def test_a_model_that_the_catalogue_lacks_goes_into_the_trees_own(rewrite: Rewrite) -> None:
    made = rewrite(
        {"app.py": f"{HEAD}# Ours, served elsewhere.\nACME = {WHOLE}\n", "pyproject.toml": "[project]\nname = 'x'\n"}
    )
    assert made.text() == (
        "from datetime import date\nfrom ai_models import get_model\nDOCS = 'https://acme.example'\n"
        '# Ours, served elsewhere.\nACME = get_model("acme-2")\n'
    )
    new = [path for path, what in made.changed().items() if what == "new"]
    assert any(path.endswith("acme_2.yaml") for path in new)
    definition = made.text(next(path for path in new if path.endswith("acme_2.yaml")))
    assert "Acme 2" in definition
    assert "summaries" in definition
    assert [each.line for each in made.remarks(kind="manual")] == [4]


def test_comments_within_a_declaration_go_with_it(rewrite: Rewrite) -> None:
    whole = WHOLE.replace("0.40,", "0.40,  # for the GPUs").replace(
        '    notes="Ours.",', '    # nobody looked since\n    notes="Ours.",'
    )
    made = rewrite(f"{HEAD}ACME = {whole}\n")
    new = [path for path, what in made.changed().items() if what == "new" and path.endswith("acme_2.yaml")]
    definition = made.text(new[0])
    assert "input_price_per_1m: for the GPUs" in definition
    assert "nobody looked since" in definition


def test_a_model_of_the_catalogue_is_asked_for(rewrite: Rewrite) -> None:
    text = "ModelSpec(Provider.OPENAI, 'GPT-4.1', 'gpt-4.1', 1_000_000, 32_768, 2.00, 99.00)"
    made = rewrite(f"from models import ModelSpec, Provider\nx: ModelSpec = {text}\ny = Provider.OPENAI\n")
    assert made.text() == (
        "from ai_models.registry import ModelSpec, Provider, get_model\n"
        'x: ModelSpec = get_model("gpt-4.1")\ny = Provider.OPENAI\n'
    )
    drift = [each.message for each in made.remarks(kind="drift")]
    assert any("context window" in message for message in drift)
    assert any("output price" in message and "99" in message for message in drift)
    assert not any("input price" in message for message in drift)


def test_in_a_test_it_is_made_up(rewrite: Rewrite) -> None:
    text = "from models import ModelSpec, Provider\nx = ModelSpec(Provider.OPENAI, 'A', 'acme-2')\n"
    made = rewrite({"tests/test_a.py": text})
    assert made.text("tests/test_a.py") == (
        "from models import ModelSpec\nfrom ai_models.registry import Provider\n"
        "x = ModelSpec(Provider.OPENAI, 'A', 'acme-2')\n"
    )
    assert made.remarks("tests/test_a.py", kind="undecided")


def test_a_maker_can_be_told(rewrite: Rewrite) -> None:
    made = rewrite(f"{HEAD}ACME = {WHOLE}\n", makers={"acme-2": "acme"})
    assert any("/acme/" in path for path in made.changed())
    assert not made.remarks(kind="undecided")
