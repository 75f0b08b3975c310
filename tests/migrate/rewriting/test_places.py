"""Where nodes stand, in f-strings above all, and what is not certain."""

from __future__ import annotations

import ast

import pytest

from ai_models.audit.python_source import PythonSource
from ai_models.migrate.rewriting.places import Places, Unplaced, same_code


@pytest.mark.parametrize(
    "text",
    [
        "f'{Name}'",
        "f'{{}} {Name}'",
        "f'{Name!r:>{width}}'",
        "f'{Name=}'",
        "f'{Name = !s}'",
        "f'{a != b} {Name}'",
        "f'{a == b} {Name}'",
        "f\"{a['}']} {Name}\"",
        "f'{x:%H:%M} {Name}'",
        "f'''\n  {a}\n  {\n Name}'''",
        "(f'{a}'\n 'plain {x}'\n f'é {Name}')",
        "(f'{a}'  # {not}\n f'{Name}')",
        "rf'\\d{Name}'",
        "F'{(lambda x: {1: 2})(0)} {Name}'",
        "f'{f\"{Name}\"}'",
        "f'{f\"{a}\" + b} {Name}'",
        "f'{a:{b}} {Name}'",
        "'{Name}' f'{Name}'",
    ],
)
def test_names_in_f_strings(text: str) -> None:
    python = PythonSource(f"x = 1\ny = {text}\n")
    places = Places(python)
    (name,) = [node for node in python.nodes(ast.Name) if node.id == "Name"]
    start, end = places.of(name)
    assert python.source.text[start:end] == "Name"
    before = python.source.text[:start].replace("'{Name}' ", "")
    assert "Name" not in before


def test_a_text_that_is_another_one_is_not_certain() -> None:
    python = PythonSource("x = spam.eggs\n")
    places = Places(python)
    (node,) = python.nodes(ast.Attribute)
    assert places.of(node) == (4, 13)
    places.adopt(node, 0, 5)
    with pytest.raises(Unplaced) as caught:
        places.of(node)
    assert "line 1" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "code", "same"),
    [
        ("a.b", "a.b", True),
        ("a . b", "a.b", True),
        ("a.\n b", "a.b", True),
        ("a.c", "a.b", False),
        ("a", "a.b", False),
        ("a.b)", "a.b", False),
        ("f(x, y = 1)", "f(x, y=1)", True),
        ("", "a", False),
    ],
)
def test_same_code(text: str, code: str, same: bool) -> None:
    assert same_code(text, ast.parse(code, mode="eval").body) is same


@pytest.mark.parametrize(
    ("code", "quoted"),
    [
        ("x = Name", '"gpt-4o"'),
        ("x = f'{Name}'", '"gpt-4o"'),
        ('x = f"{Name}"', "'gpt-4o'"),
        ('x = f"""{Name}"""', "'gpt-4o'"),
        ("x = f'{f\"{Name}\"}'", None),
    ],
)
def test_literals_that_fit(code: str, quoted: str | None) -> None:
    python = PythonSource(code)
    places = Places(python)
    (name,) = [node for node in python.nodes(ast.Name) if node.id == "Name"]
    if quoted is None:
        with pytest.raises(Unplaced):
            places.quoted("gpt-4o", name)
    else:
        assert places.quoted("gpt-4o", name) == quoted
