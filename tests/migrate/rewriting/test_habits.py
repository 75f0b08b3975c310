"""What code is used to without naming it: listed where it behaves otherwise, at its line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rewriting_trees import Made

Rewrite = Callable[..., Made]

MODELS = "from models import ModelSpec\nfrom models.registry import GPT_4O\n"
PROVIDERS = "from providers import get_provider\nimport anthropic\n"


@pytest.mark.parametrize(
    ("code", "legacy"),
    [
        ("x = s.context_window_output or s.context_window_input", "ModelSpec.context_window_output"),
        ("x = s.context_window_output is None", "ModelSpec.context_window_output"),
        ("x = 1 if s.context_window_output else 2", "ModelSpec.context_window_output"),
        ("if not s.context_window_output: pass", "ModelSpec.context_window_output"),
        ("x = s.context_window_input or s.context_window_output", ""),
        ("x = s.context_window_output", ""),
        ("x = s.context_window_output > 5", ""),
        ("x = 'tagging' in s.recommended_for", "ModelSpec.recommended_for"),
        ("x = list(s.recommended_for)", ""),
        ("x = s.knowledge_cutoff.split()[-1]", "ModelSpec.knowledge_cutoff"),
        ("x = s.knowledge_cutoff == 'January 2025'", "ModelSpec.knowledge_cutoff"),
        ("x = s.knowledge_cutoff[:4]", "ModelSpec.knowledge_cutoff"),
        ("print(s.knowledge_cutoff)", ""),
        ("from dataclasses import replace; x = replace(GPT_4O, notes='')", "ModelSpec"),
        ("import dataclasses; x = dataclasses.asdict(GPT_4O)", "ModelSpec"),
        ("from dataclasses import asdict; x = asdict(mine)", ""),
        ("x = 'abc'.replace(GPT_4O, 'b')", ""),
        ("import pickle; x = pickle.dumps([GPT_4O])", "ModelSpec"),
        ("import pickle; x = pickle.dumps(mine)", ""),
        ("x = GPT_4O.__dict__", "ModelSpec"),
        ("x = f'{GPT_4O.provider}'", "Provider"),
        ("x = f'{mine.provider}'", ""),
    ],
)
def test_specifications(rewrite: Rewrite, code: str, legacy: str) -> None:
    made = rewrite(f"{MODELS}{code}\n")
    assert [name for _, name in made.told()] == ([legacy] if legacy else [])


def test_what_was_pickled_is_read_only_where_its_type_is_used(rewrite: Rewrite) -> None:
    made = rewrite("from models import ModelSpec\nimport pickle\ndef load(f) -> ModelSpec:\n    return pickle.load(f)\n")
    assert made.told() == [(4, "ModelSpec")]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("x = p.classify(t)\n", [(3, "LLMProvider.classify")]),
        ("def f():\n    return p.classify(t)\ny = p.classify(u)\n", [(4, "LLMProvider.classify")]),
        ("x = sum(each.cost for each in found)\n", [(3, "ClassificationResult.cost")]),
        ("total += r.cost\n", [(3, "ClassificationResult.cost")]),
        ("if r.cost > 1: pass\n", [(3, "ClassificationResult.cost")]),
        ("x = f'{r.cost:.2f}'\n", [(3, "ClassificationResult.cost")]),
        ("print(r.cost, r.cost == 1)\n", []),
        (
            "try:\n    p.classify(t)\nexcept anthropic.APIError: pass\n",
            [(4, "LLMProvider.classify"), (5, "LLMProvider.classify")],
        ),
        ("try:\n    call()\nexcept anthropic.APIError: pass\n", []),
        ("try:\n    get_provider('gpt-4o')\nexcept NotImplementedError: pass\n", [(5, "get_provider")]),
        ("try:\n    get_provider('gpt-4o')\nexcept ValueError: pass\n", []),
    ],
)
def test_calls(rewrite: Rewrite, code: str, told: list[tuple[int, str]]) -> None:
    assert rewrite(PROVIDERS + code).told() == told


def test_nothing_is_said_where_nothing_old_is_used(rewrite: Rewrite) -> None:
    code = (
        "import anthropic\ntry:\n    p.classify(s.knowledge_cutoff.split())\n"
        "except anthropic.APIError:\n    total += r.cost\n"
    )
    assert not rewrite(code).remarks()


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("try:\n    from providers.factory import get_provider\nexcept ImportError:\n    get_provider = None\n", 3),
        ("try:\n    import models.registry as r\nexcept (ImportError, OSError):\n    r = None\n", 3),
        ("try:\n    from models.registry import GPT_4O\nexcept ValueError:\n    pass\n", 0),
        ("try:\n    import os\nexcept ImportError:\n    from models.registry import GPT_4O\n", 0),
    ],
)
def test_imports_that_could_fail(rewrite: Rewrite, code: str, line: int) -> None:
    assert [each.line for each in rewrite(code).remarks()] == ([line] if line else [])


@pytest.mark.parametrize(
    ("code", "new"),
    [
        ("x = vars(import_module('models.registry'))[k]\n", "x = getattr(import_module('ai_models.registry'), k)\n"),
        (
            "M = 'models.registry'\ndef f(k, m=M):\n    return vars(import_module(m))[k]\n",
            "M = 'ai_models.registry'\ndef f(k, m=M):\n    return getattr(import_module(m), k)\n",
        ),
        ("x = vars(import_module('models.registry'))\n", "x = vars(import_module('ai_models.registry'))\n"),
    ],
)
def test_dictionaries_of_modules(rewrite: Rewrite, code: str, new: str) -> None:
    made = rewrite(f"from importlib import import_module\n{code}")
    assert made.text() == f"from importlib import import_module\n{new}"
    assert [each.legacy for each in made.remarks(kind="difference")] == ["models.registry"]


def test_other_modules_may_be_asked_for_their_dictionaries(rewrite: Rewrite) -> None:
    assert not rewrite("from importlib import import_module\nx = vars(import_module('os'))['path']\n").remarks()
