"""``guide``: the guidance of a model, the models for a task, and statements that hold some words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from shop import MONDAY

from ai_models import PricingService
from ai_models.catalog.default import default_catalog
from ai_models.errors import InvalidSelectionError, ModelNotFoundError, ProviderNotFoundError, UnknownTaskError
from ai_models.models.base import ModelStatus
from ai_models.models.tasks import Task
from ai_models.selection import Guidance, guide
from ai_models.selection.guidance import least_prefix

Ask = Callable[..., Any]


@pytest.fixture
def ask(shop: PricingService) -> Ask:
    def asked(*model: str, **options: Any) -> Any:
        return guide(*model, **{"at": MONDAY, "catalog": shop.catalog, **options})

    return asked


def keys(found: list[Guidance]) -> list[str]:
    return [each.key for each in found]


def test_a_model_has_its_tasks_and_statements_by_kind(ask: Ask) -> None:
    found = ask("OLD")
    assert (found.key, found.name, found.family, found.since) == ("acme/old", "Old One", "olds", date(2026, 10, 1))
    assert found.status is ModelStatus.DEPRECATED
    assert found.tasks == (Task.CHAT, Task.CLASSIFICATION)
    assert list(found.statements()) == [
        ("recommended_for", "Short answers at volume"),
        ("best_practices", "Put what never changes first: prefixes from 1,000 tokens are cached"),
        ("pitfalls", "Cache reads of |pipes| are <b>no</b> markup"),
    ]


def test_a_model_without_guidance_says_nothing(ask: Ask) -> None:
    assert not list(ask("dear").statements())
    assert ask("dear").tasks == ()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"task": "classification"}, ["acme/new", "acme/old"]),
        ({"task": Task.CHAT}, ["acme/old"]),
        ({"task": "Agents"}, ["acme/new"]),
        ({"task": "music"}, []),
        ({"task": "classification", "status": ["preview"]}, ["acme/new"]),
        ({"task": "classification", "at": date(2027, 1, 1)}, ["acme/new"]),
        ({"task": "classification", "at": date(2027, 1, 1), "status": None}, ["acme/new", "acme/old"]),
        ({"maker": "ACME"}, ["acme/new", "acme/old"]),
        ({"maker": "bolt"}, []),
    ],
)
def test_models_are_found_by_task_maker_and_status(ask: Ask, options: dict[str, Any], expected: list[str]) -> None:
    assert keys(ask(**options)) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("prefixes", {"acme/old": ["best_practices"]}),
        ("CACHE", {"acme/old": ["best_practices", "pitfalls"]}),  # the beginning of a word is enough
        ("never prefixes", {"acme/old": ["best_practices"]}),
        ("prefixes volume", {}),  # in one statement, not in two
        ("ache", {}),
        ("it costs", {"acme/new": ["selection_criteria"]}),
        ("1,000", {"acme/old": ["best_practices"]}),
    ],
)
def test_a_search_keeps_the_statements_that_hold_every_word(ask: Ask, words: str, expected: dict[str, list[str]]) -> None:
    assert {each.key: [kind for kind, _ in each.statements()] for each in ask(search=words)} == expected


def test_a_search_may_be_among_the_models_for_a_task(ask: Ask) -> None:
    assert keys(ask(search="costs", task="agents")) == ["acme/new"]
    assert keys(ask(search="costs", task="chat")) == []


def test_guidance_as_json(ask: Ask) -> None:
    told = ask("new").to_dict()
    assert told["tasks"] == ["classification", "agents"]
    assert (told["since"], told["status"], told["family"]) == ("2026-11-01", "preview", "news")
    assert told["selection_criteria"] == ["It costs half of Old One"]
    assert ask("dear").to_dict()["since"] is None


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, InvalidSelectionError),
        ({"search": " "}, InvalidSelectionError),
        ({"search": "!?"}, InvalidSelectionError),
        ({"search": 3}, InvalidSelectionError),
        ({"model": "old", "task": "chat"}, InvalidSelectionError),
        ({"model": "old", "search": "cache"}, InvalidSelectionError),
        ({"model": "old", "maker": "acme"}, InvalidSelectionError),
        ({"model": "nobody"}, ModelNotFoundError),
        ({"maker": "nobody"}, ProviderNotFoundError),
        ({"task": "clasification"}, UnknownTaskError),
    ],
    ids=str,
)
def test_questions_that_cannot_be_are_refused(ask: Ask, arguments: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        ask(**arguments)


def test_the_least_prefix_is_read_from_guidance(shop: PricingService) -> None:
    assert least_prefix(shop.catalog.get_model("old")) == 1_000
    assert least_prefix(shop.catalog.get_model("new")) is None


def test_every_statement_on_a_least_prefix_in_the_catalogue_is_read() -> None:
    for spec in default_catalog().models():
        said = [text for kind in ("best_practices", "tips", "pitfalls") for text in getattr(spec.optimization, kind)]
        counts = {
            int(count.replace(",", ""))
            for text in said
            if re.search(r"prefix\w* .*(?:are|is not) cached", text)
            for count in re.findall(r"\d[\d,]*(?= tokens)", text)
        }
        assert counts <= {least_prefix(spec)}, spec.key
