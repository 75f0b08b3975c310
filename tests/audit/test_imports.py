"""What names stand for: relative imports, scopes, shadows."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from ai_models.audit.imports import Imports, module_name
from ai_models.audit.python_source import PythonSource


def resolved(code: str, module: str = "", *, is_package: bool = False) -> list[str | None]:
    """What each expression statement of a text stands for."""
    python = PythonSource(code)
    imports = Imports(python, module, is_package=is_package)
    return [imports.resolve(node.value) for node in python.nodes(ast.Expr)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import a.b\na.b.c", "a.b.c"),
        ("import a.b as x\nx.c", "a.b.c"),
        ("from a import b\nb.c.d", "a.b.c.d"),
        ("from a import b as x\nx", "a.b"),
        ("x", None),
        ("import a\n(a or b).c", None),
        ("import a\na().b", None),
        ("import a\na = 1\na", "a"),  # either may hold: the import counts
    ],
)
def test_names_and_attributes_lead_to_imports(code: str, expected: str | None) -> None:
    assert resolved(code) == [expected]


@pytest.mark.parametrize(
    ("code", "module", "is_package", "expected"),
    [
        ("from . import b\nb", "pkg.mod", False, "pkg.b"),
        ("from . import b\nb", "pkg", True, "pkg.b"),
        ("from .a import b\nb", "pkg.mod", False, "pkg.a.b"),
        ("from ..a import b\nb", "pkg.sub.mod", False, "pkg.a.b"),
        ("from ....a import b\nb", "pkg.mod", False, "a.b"),
        ("from . import b\nb", "", False, "b"),
    ],
)
def test_relative_imports(code: str, module: str, is_package: bool, expected: str) -> None:
    assert resolved(code, module, is_package=is_package) == [expected]


def test_scopes() -> None:
    code = """\
        import a
        def f(a):
            a
        def g():
            a
        class C:
            a = 1
            def m(self):
                a
        [a for a in x]
        lambda a: a
        """
    python = PythonSource(dedent(code))
    imports = Imports(python)
    by_line = {
        node.lineno: imports.resolve(node)
        for node in python.nodes(ast.Name)
        if node.id == "a" and isinstance(node.ctx, ast.Load)
    }
    assert by_line == {3: None, 5: "a", 9: "a", 10: None, 11: None}


def test_module_names(tmp_path: Path) -> None:
    for name in ("src/pkg/__init__.py", "src/pkg/sub/__init__.py", "src/pkg/sub/mod.py", "script.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert module_name(str(tmp_path / "src/pkg/sub/mod.py")) == ("pkg.sub.mod", False)
    assert module_name(str(tmp_path / "src/pkg/sub/__init__.py")) == ("pkg.sub", True)
    assert module_name(str(tmp_path / "script.py")) == ("script", False)
    assert module_name(str(tmp_path / "src/pkg/sub/mod.py"), str(tmp_path / "src/pkg")) == ("sub.mod", False)
