"""Which local names new things get where the obvious ones are taken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rewriting_trees import Made

Rewrite = Callable[..., Made]


@pytest.mark.parametrize(
    ("taken", "name"),
    [
        ("", "GPT_4O"),
        ("GPT_4O = 1\n", "CATALOGUE_GPT_4O"),
        ("def f(GPT_4O, CATALOGUE_GPT_4O): ...\n", "CATALOGUE_GPT_4O_2"),
        ("GPT_4O = CATALOGUE_GPT_4O = CATALOGUE_GPT_4O_2 = CATALOGUE_GPT_4O_3 = 1\n", "CATALOGUE_GPT_4O_4"),
    ],
)
def test_a_new_name(rewrite: Rewrite, taken: str, name: str) -> None:
    made = rewrite(f"from models import ModelRegistry\n{taken}x = ModelRegistry.GPT_4O\n")
    bound = name if name == "GPT_4O" else f"GPT_4O as {name}"
    assert made.text() == f"from ai_models.registry import {bound}\n{taken}x = {name}\n"


@pytest.mark.parametrize(
    ("taken", "name"),
    [("", "LegacyModelRegistry"), ("LegacyModelRegistry = LegacyModelRegistry2 = 1\n", "LegacyModelRegistry3")],
)
def test_an_old_name(rewrite: Rewrite, taken: str, name: str) -> None:
    code = "x = ModelRegistry._DEPRECATED\ny = ModelRegistry.is_deprecated(k)\n"
    made = rewrite(f"from models import ModelRegistry\n{taken}{code}")
    assert f"from models.registry import ModelRegistry as {name}\n" in made.text()
    assert f"x = {name}._DEPRECATED\n" in made.text()


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (
            "import models\nai_models = 1\nx = models.registry.GPT_4O\n",
            "line 3: the name ai_models stands for something else",
        ),
        (
            "from models import ModelRegistry\nGPT_4O = CATALOGUE_GPT_4O = CATALOGUE_GPT_4O_2 = CATALOGUE_GPT_4O_3 = 1\n"
            "CATALOGUE_GPT_4O_4 = 2\nx = ModelRegistry.GPT_4O\n",
            "line 4: no name is free for GPT_4O",
        ),
        (
            "from models import ModelRegistry\nLegacyModelRegistry = LegacyModelRegistry2 = LegacyModelRegistry3 = 1\n"
            "LegacyModelRegistry4 = 2\nx = ModelRegistry._DEPRECATED\ny = ModelRegistry.is_deprecated(k)\n",
            "line 4: no name is free for the old ModelRegistry",
        ),
    ],
)
def test_where_none_is_free_the_file_is_left_with_the_reason(rewrite: Rewrite, code: str, why: str) -> None:
    made = rewrite(code)
    assert made.changed() == {}
    assert [each.message for each in made.remarks(kind="undecided")] == [
        each.message for each in made.remarks(kind="undecided") if why in each.message
    ]
    assert made.remarks(kind="undecided")
