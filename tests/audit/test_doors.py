"""Old names that a module of the tree passes on: their uses are told where they are, whatever they came through."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Look = Callable[..., Any]

DOOR = "from models import ModelRegistry, registry\nfrom models.registry import Provider as Maker\n"
OLD = {
    "models/__init__.py": "",
    "models/registry.py": "class ModelRegistry:\n    _DEPRECATED = {}\n    def get_spec(k): ...\n",
}


def told(report: Any, path: str = "desk/app.py") -> list[tuple[str, str, int, int]]:
    """The findings about the old packages in a file, with their places."""
    return [(f.code, f.subject, f.span.line, f.span.column) for f in report.findings if f.path == path]


@pytest.mark.parametrize(
    ("code", "subject"),
    [
        ("from desk.door import ModelRegistry\nx = ModelRegistry.get_spec(k)\n", "ModelRegistry.get_spec"),
        ("from desk.door import ModelRegistry as R\nx = R.get_spec(k)\n", "R.get_spec"),
        ("from .door import ModelRegistry\nx = ModelRegistry.get_spec(k).name\n", "ModelRegistry.get_spec"),
        ("from . import door\nx = door.ModelRegistry.get_spec(k)\n", "door.ModelRegistry.get_spec"),
        ("import desk.door\nx = desk.door.ModelRegistry.get_spec(k)\n", "desk.door.ModelRegistry.get_spec"),
        ("import desk.door as d\nx = d.ModelRegistry.get_spec(k)\n", "d.ModelRegistry.get_spec"),
        ("from desk.door import *\nx = ModelRegistry.get_spec(k)\n", "ModelRegistry.get_spec"),
        ("from desk.door import registry\nx = registry.ModelRegistry.get_spec(k)\n", "registry.ModelRegistry.get_spec"),
        ("from desk.door import Maker\nx = Maker.OPENAI\n", "Maker"),
    ],
)
def test_what_comes_through_a_door(look: Look, code: str, subject: str) -> None:
    report = look({**OLD, "desk/__init__.py": "", "desk/door.py": DOOR, "desk/app.py": code})
    assert told(report) == [("AIM402", subject, 2, 5)]
    (finding,) = [each for each in report.findings if each.path == "desk/app.py"]
    assert finding.message.startswith(f"{subject} (through desk.door): ")
    assert finding.facts["through"] == "desk.door"


def test_through_several_doors_and_in_circles(look: Look) -> None:
    report = look({
        "desk/__init__.py": "from .door import R as Register\nfrom . import other\n",
        "desk/door.py": "from desk.inner import *\nfrom desk import other\n",
        "desk/inner.py": "from models import ModelRegistry as R\n",
        "desk/other.py": "from desk import Register\nx = Register.get_spec(k)\n",
        "app.py": "import desk\nx = desk.Register.get_spec(k)\ny = desk.other.Register.is_deprecated(k)\n",
    })  # fmt: skip
    assert told(report, "desk/other.py") == [("AIM402", "Register.get_spec", 2, 5)]
    assert [subject for _, subject, *_ in told(report, "app.py")] == [
        "desk.Register.get_spec",
        "desk.other.Register.is_deprecated",
    ]


def test_a_star_of_an_old_module_is_a_door(look: Look) -> None:
    report = look({"door.py": "from models.registry import *\n", "app.py": "from door import Provider as P\nP.OPENAI\n"})
    assert told(report, "app.py") == []  # whether that star is of old nobody knows
    report = look({"door.py": "from models.registry import *\nx = CLAUDE_SONNET\n"})
    assert told(report, "app.py") == [("AIM402", "P", 2, 1)]


def test_a_notebook_takes_things_too(look: Look) -> None:
    source = "from door import ModelRegistry as R\nR.get_spec(k)"
    book = json.dumps({"cells": [{"cell_type": "code", "source": source}]})
    report = look({"door.py": DOOR, "a.ipynb": book}, select=("AIM402",))
    assert [(f.path, f.cell, f.subject) for f in report.findings] == [("a.ipynb", 1, "R.get_spec")]


@pytest.mark.parametrize(
    "files",
    [
        {"door.py": "def f():\n    from models import ModelRegistry\n"},
        {"door.py": "class ModelRegistry: ...\n"},
        {"door.py": DOOR, "other/door.py": "class ModelRegistry: ...\n"},  # either may be meant
        {"models.py": "class ModelRegistry: ...\n", "door.py": DOOR},  # another package of that name
    ],
)
def test_what_is_no_door(look: Look, files: dict[str, str]) -> None:
    app = "from door import ModelRegistry\nx = ModelRegistry.get_spec(k)\n"
    assert told(look({**files, "app.py": app}), "app.py") == []


def test_uses_without_a_difference_and_names_of_ones_own_are_not_told(look: Look) -> None:
    app = """\
        from door import ModelRegistry, registry
        x = ModelRegistry
        def f(ModelRegistry):
            return ModelRegistry.get_spec(k)
        """
    assert told(look({"door.py": DOOR, "app.py": app}), "app.py") == []
