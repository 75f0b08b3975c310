"""Notebooks: code cells are rewritten within the JSON, and not one byte of it changes elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from rewriting_trees import Made

from ai_models.audit.python_source import Unparsable
from ai_models.migrate.plan import Edit
from ai_models.migrate.rewriting.notebook import Notebook, Unmapped

Rewrite = Callable[..., Made]


def notebook(*cells: str | list[str], indent: int | None = 1, **more: Any) -> str:
    """A notebook of code cells."""
    made = [{"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": cell} for cell in cells]
    return json.dumps(
        {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **more}, indent=indent, ensure_ascii=False
    )


def lines(text: str) -> list[str]:
    """A cell's text as notebooks keep it."""
    return text.splitlines(keepends=True)


def cells(text: str) -> list[str]:
    """The texts of the cells of a notebook."""
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"]]


@pytest.mark.parametrize("indent", [None, 1, 4])
@pytest.mark.parametrize("as_list", [True, False])
def test_what_one_cell_imports_the_next_ones_use(rewrite: Rewrite, indent: int | None, as_list: bool) -> None:
    texts = [
        "import sys\nfrom models import ModelRegistry\nfrom models.registry import GPT_4O",
        "ModelRegistry.get_spec(k)\nModelRegistry.GPT_4O",
    ]
    before = notebook(*(lines(text) if as_list else text for text in texts), indent=indent)
    made = rewrite({"a.ipynb": before})
    after = made.text("a.ipynb")
    assert cells(after) == [
        "import sys\nfrom ai_models import ModelRegistry\nfrom ai_models.registry import GPT_4O",
        "ModelRegistry.get_spec(k, None)\nGPT_4O",
    ]
    expected = before.replace("from models.registry", "from ai_models.registry").replace(
        "from models import", "from ai_models import"
    )
    assert after == expected.replace("get_spec(k)", "get_spec(k, None)").replace("ModelRegistry.GPT_4O", "GPT_4O")


def test_new_lines_are_lines_of_their_own(rewrite: Rewrite) -> None:
    made = rewrite(
        {
            "a.ipynb": notebook(
                lines("from models import ModelRegistry\nx = ModelRegistry._DEPRECATED\ny = ModelRegistry.get_spec(k)\n")
            )
        }
    )
    assert json.loads(made.text("a.ipynb"))["cells"][0]["source"] == [
        "from ai_models import ModelRegistry\n",
        "from models.registry import ModelRegistry as LegacyModelRegistry\n",
        "x = LegacyModelRegistry._DEPRECATED\n",
        "y = ModelRegistry.get_spec(k, None)\n",
    ]


def test_remarks_name_the_line_of_the_file(rewrite: Rewrite) -> None:
    text = notebook(lines("import os\nfrom models import ModelRegistry\n"), lines("\nx = ModelRegistry.get_spec(k)\n"))
    made = rewrite({"a.ipynb": text})
    (remark,) = made.remarks("a.ipynb")
    assert "get_spec(k)" in text.split("\n")[remark.line - 1]


@pytest.mark.parametrize(
    ("cell", "after"),
    [
        ("%time x = ModelRegistry.get_spec(k)", "%time x = ModelRegistry.get_spec(k, None)"),
        ("%timeit -n 10 ModelRegistry.get_spec(k)", "%timeit -n 10 ModelRegistry.get_spec(k, None)"),
        ("%%time\nModelRegistry.get_spec(k)", "%%time\nModelRegistry.get_spec(k, None)"),
        ("!pip list\nModelRegistry.get_spec(k)\nx?", "!pip list\nModelRegistry.get_spec(k, None)\nx?"),
        ("y = %sql select\nModelRegistry.get_spec(k)", "y = %sql select\nModelRegistry.get_spec(k, None)"),
        ("%%bash\nModelRegistry.get_spec(k)", "%%bash\nModelRegistry.get_spec(k)"),
        ("%run ModelRegistry.get_spec(k)", "%run ModelRegistry.get_spec(k)"),
        ("s = 'é \\\" \\n 😀'; ModelRegistry.get_spec(k)", "s = 'é \\\" \\n 😀'; ModelRegistry.get_spec(k, None)"),
    ],
)
def test_magics_and_letters(rewrite: Rewrite, cell: str, after: str) -> None:
    made = rewrite({"a.ipynb": notebook(lines("from models import ModelRegistry"), lines(cell))})
    assert cells(made.text("a.ipynb")) == ["from ai_models import ModelRegistry", after]


def test_escapes_of_every_kind_are_read(rewrite: Rewrite) -> None:
    text = notebook("a = 'X'; from models import ModelRegistry").replace("X", "\\u00e9\\ud835\\udd4f\\/\\t")
    made = rewrite({"a.ipynb": text})
    assert made.text("a.ipynb") == text.replace("from models", "from ai_models")


def test_half_a_letter_is_no_python(rewrite: Rewrite) -> None:
    text = notebook("a = 'X'; from models import ModelRegistry").replace("X", "\\ud800")
    made = rewrite({"a.ipynb": text})
    assert made.changed() == {}
    assert made.remarks("a.ipynb", kind="undecided")


def test_a_cell_that_is_no_python_is_left_and_listed(rewrite: Rewrite) -> None:
    text = notebook(
        lines("from models import ModelRegistry"), lines("print 'x', ModelRegistry"), lines("ModelRegistry.get_spec(k)")
    )
    made = rewrite({"a.ipynb": text})
    assert cells(made.text("a.ipynb"))[1:] == ["print 'x', ModelRegistry", "ModelRegistry.get_spec(k, None)"]
    assert ["cell 2" in each.message for each in made.remarks("a.ipynb", kind="undecided")] == [True]


def test_its_prices_are_listed_and_stay(rewrite: Rewrite) -> None:
    text = notebook(lines("prices = {'gpt-4o': {'input': 2.50, 'output': 10.00}}"))
    made = rewrite({"a.ipynb": text})
    assert made.text("a.ipynb") == text
    assert [each.kind for each in made.remarks("a.ipynb")] == ["undecided"]


@pytest.mark.parametrize(
    "text", ["", "{}", "[1, 2", '{"cells": 3}', '{"cells": [{"source": 1}]}', "null", '"models.registry"']
)
def test_what_is_no_notebook_is_left(rewrite: Rewrite, text: str) -> None:
    made = rewrite({"a.ipynb": f"{text}  "})
    assert made.changed() == {}


def test_a_notebook_in_a_broken_encoding_is_left_and_listed(rewrite: Rewrite) -> None:
    made = rewrite({"a.ipynb": b"\xff\xfemodels.registry"})
    assert made.changed() == {}
    assert [each.kind for each in made.remarks("a.ipynb")] == ["undecided"]


def edit(start: int, end: int, text: str = "") -> Edit:
    return Edit(start=start, end=end, text=text, rule="r", reason="r")


def test_an_edit_over_several_lines_of_json_leaves_what_is_between() -> None:
    text = notebook(["a = 1\n", "b = 2\n", "c = 3"])
    book = Notebook(text)
    assert book.text == "a = 1\nb = 2\nc = 3\n"
    edits = book.edits((edit(4, 17, "9\nd = 9"),))
    for each in sorted(edits, key=lambda each: -each.start):
        text = text[: each.start] + each.text + text[each.end :]
    assert cells(text) == ["a = 9\nd = 9"]


def test_an_edit_over_two_cells_cannot_be_made() -> None:
    book = Notebook(notebook(["a = 1"], ["b = 2"]))
    with pytest.raises(Unmapped):
        book.edits((edit(2, 9),))


def test_older_notebooks_have_worksheets(rewrite: Rewrite) -> None:
    def code(*source: str) -> dict[str, object]:
        return {"cell_type": "code", "input": list(source), "outputs": []}

    sheets = [
        {"cells": [{"cell_type": "markdown", "source": ["from models.registry import GPT_4O"]}, code("k = 'a'\n", "k")]},
        {"cells": [code("from models import ModelRegistry\n", "ModelRegistry.get_spec(k)")]},
    ]
    text = json.dumps({"worksheets": sheets, "nbformat": 3, "metadata": {}}, indent=1)
    made = rewrite({"a.ipynb": text})
    after = text.replace("from models import", "from ai_models import").replace("get_spec(k)", "get_spec(k, None)")
    assert made.text("a.ipynb") == after


@pytest.mark.parametrize(
    "source",
    [
        "%%bash\npython -c 'from models.registry import GPT_4O'",
        "x = 1\n!python -c 'from models.registry import GPT_4O'\n",
    ],
)
def test_python_within_the_shell_is_listed(rewrite: Rewrite, source: str) -> None:
    made = rewrite({"a.ipynb": notebook(lines(source))})
    assert made.changed() == {}
    assert [(each.kind, each.legacy) for each in made.remarks("a.ipynb")] == [("undecided", "models.registry")]
    assert "GPT_4O" in made.text("a.ipynb").splitlines()[made.remarks("a.ipynb")[0].line - 1]


def test_a_broken_text_is_no_notebook() -> None:
    with pytest.raises(Unparsable):
        Notebook('{"cells": [')
