"""Notebooks: cells, magics, places within cells."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ai_models.audit.notebooks import cells_of, without_magics

Found = Callable[..., list[Any]]


def notebook(*cells: tuple[str, Any]) -> str:
    """An ``.ipynb`` of cells."""
    return json.dumps({"nbformat": 4, "cells": [{"cell_type": kind, "source": source} for kind, source in cells]})


def test_code_is_read_by_its_cells(found: Found) -> None:
    text = notebook(
        ("markdown", ["Ask gpt-80.\n", "Please."]),
        ("code", ["%pip install openai\n", "import openai\n"]),
        ("code", "!ask --fast\nx = 'gpt-80'  # not claude\nmodel = 'sonar'\n"),
        ("raw", "gpt-80"),
        ("code", "%%bash\nask --model gpt-80\n"),
        ("code", "%%time\nx = 'gpt-80'\n"),
    )
    results = found(text, "a.ipynb")
    assert [(f.cell, f.span.line, f.span.column, f.code, f.subject) for f in results] == [
        (1, 1, 5, "AIM105", "gpt-80"),
        (3, 2, 6, "AIM102", "gpt-80"),
        (3, 3, 10, "AIM102", "sonar"),  # the SDK is imported in another cell
        (4, 1, 1, "AIM105", "gpt-80"),
        (5, 2, 13, "AIM102", "gpt-80"),
        (6, 2, 6, "AIM102", "gpt-80"),
    ]
    assert all(finding.fix is None for finding in results)


def test_a_cell_that_is_no_python_is_told_and_the_others_are_read(found: Found) -> None:
    results = found(notebook(("code", "def :\n"), ("code", "x = 'gpt-80'")), "a.ipynb")
    assert [(f.cell, f.code) for f in results] == [(1, "AIM901"), (2, "AIM102")]


def test_comments_in_cells_ignore(found: Found) -> None:
    assert found(notebook(("code", "x = 'gpt-80'  # ai-models: ignore[AIM102]")), "a.ipynb") == []


@pytest.mark.parametrize(
    "text", ['{"cells": 3, "x": "gpt-80"}', '["gpt-80"]', '"gpt-80', "gpt-80", '{"cells": null, "x": "gpt-80"}']
)
def test_what_is_no_notebook_is_told(found: Found, text: str) -> None:
    (finding,) = found(text, "a.ipynb")
    assert finding.code == "AIM901"


def test_old_and_odd_notebooks() -> None:
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": "x = 1"}, 3]}, None, {}]}
    assert [cell.text for cell in cells_of(json.dumps(old))] == ["x = 1"]
    odd = {
        "cells": [None, {"cell_type": "code"}, {"cell_type": "code", "source": 7}, {"cell_type": "code", "source": ["a", 1]}]
    }
    assert [(cell.number, cell.text) for cell in cells_of(json.dumps(odd))] == [(2, ""), (4, "a")]


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ("%pip x\ny", "#pip x\ny"),
        ("  !ls\n", "  #ls\n"),
        ("files = !ls -l\n", "files = 0#s -l\n"),
        ("x = %timeit y", "x = 0#imeit y"),
        ("x = !l", "x = 0#"),
        ("obj?", "#bj?"),
        ("obj??", "#bj??"),
        ("?obj", "#obj"),
        ("x = 5 % 3", "x = 5 % 3"),
        ("", ""),
        ("a\n\nb", "a\n\nb"),
    ],
)
def test_magics_become_comments_of_the_same_length(source: str, python: str) -> None:
    assert without_magics(source) == python
    assert len(python) == len(source)
