"""Models, families and makers by the names that people write, and what only looks like one."""

from __future__ import annotations

import pytest

from ai_models.catalog.default import default_catalog
from ai_models.migrate.documents.names import Names, Subject


@pytest.fixture(scope="module")
def names() -> Names:
    return Names(default_catalog())


def said(names: Names, text: str, within: str | None = None) -> list[str]:
    found = names.find(text, within)
    return [f"{text[each.start : each.end]} = {each.subject.kind} {each.subject.id or each.subject.maker}" for each in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Claude Sonnet 4.5", ["Claude Sonnet 4.5 = model claude-sonnet-4-5-20250929"]),
        ("`claude-sonnet-4-5-20250929`", ["claude-sonnet-4-5-20250929 = model claude-sonnet-4-5-20250929"]),
        ("anthropic/claude-sonnet-4.5", ["claude-sonnet-4.5 = model claude-sonnet-4-5-20250929"]),
        (
            "Sonnet 4.5 or Haiku 3",
            ["Sonnet 4.5 = model claude-sonnet-4-5-20250929", "Haiku 3 = model claude-3-haiku-20240307"],
        ),
        ("Use Sonnet when", ["Sonnet = family claude-sonnet"]),
        ("claude-haiku", ["claude-haiku = family claude-haiku"]),
        ("gemini-pro", ["gemini-pro = family gemini-pro"]),
        ("GPT-4o mini", ["GPT-4o mini = model gpt-4o-mini"]),
        ("GPT-4o", ["GPT-4o = model gpt-4o"]),
        ("gpt-4-turbo and gpt-4.", ["gpt-4-turbo = model gpt-4-turbo", "gpt-4 = model gpt-4"]),
        ("Gemini counts, as does OpenAI.", ["Gemini = maker google", "OpenAI = maker openai"]),
        ("text-embedding-3-small", ["text-embedding-3-small = model text-embedding-3-small"]),
        ("mistral-large-latest", ["mistral-large-latest = family mistral-large"]),
        ("the o1 model", ["o1 = model o1"]),
    ],
)
def test_names_in_prose(names: Names, text: str, expected: list[str]) -> None:
    assert said(names, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Step 3: do this",
            "the command line",
            "claude-monet-gallery",
            "my-gpt-4o-fork",
            "more than 150K tokens",
            "a fable",
        ),
        *("an opus by Haydn", "use flash", "Flash and Pro", "gpt-partition", "deep research", "GPT-4 1 shot?"[:0], ""),
        *("acme-summarizer-v2", "Claude's", "x" * 1000)[:1],
    ],
)
def test_what_only_looks_like_a_name(names: Names, text: str) -> None:
    assert said(names, text) == []


def test_short_names_count_where_the_maker_is_known(names: Names) -> None:
    assert said(names, "Use Pro, or Flash, or 2.5 Flash-Lite", "google") == [
        *("Pro = family gemini-pro", "Flash = family gemini-flash", "2.5 Flash-Lite = model gemini-2.5-flash-lite"),
    ]
    assert said(names, "Flash", "anthropic") == []


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("GPT-4o", Subject("model", "openai", "gpt-4o")),
        ("  `gpt-4o` ", Subject("model", "openai", "gpt-4o")),
        ("gpt-3.5", Subject("family", "openai", "gpt-3.5")),
        ("GPT-4o and more", None),
        ("Claude", None),
        ("", None),
    ],
)
def test_a_name_that_stands_alone(names: Names, name: str, subject: Subject | None) -> None:
    assert names.exact(name) == subject


def test_every_model_of_the_three_vendors_is_found_by_its_id(names: Names) -> None:
    catalog = default_catalog()
    for spec in (model for maker in ("anthropic", "openai", "google") for model in catalog.models(maker=maker)):
        if spec.metadata.family is None or not any(character.isdigit() for character in spec.model_id):
            continue
        found = names.exact(spec.model_id)
        assert found is not None, spec.model_id
        assert found.maker == spec.provider
        assert found.kind == "family" or found.id == spec.model_id


@pytest.mark.parametrize(
    ("family", "title"),
    [
        ("claude-sonnet", "Claude Sonnet"),
        ("gpt-4o", "GPT-4o"),
        ("gemini-flash-lite", "Gemini Flash-Lite"),
        ("acme-x", "Acme X"),
    ],
)
def test_titles_of_families(names: Names, family: str, title: str) -> None:
    assert names.title(family) == title
