"""What holds of the guidance of every current model: complete, checkable, short, and in words that promise nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import yaml
from guidance_claims import false_claims, unread_numbers
from guidance_facts import AT, CURRENT, DAY, EVERY_STATUS, Facts
from reviewed_guidance import PREFIXES, RESOLUTIONS, REVIEWED

from ai_models.catalog.default import default_catalog
from ai_models.catalog.location import packaged_roots
from ai_models.models.base import GUIDANCE, ModelSpec
from ai_models.models.capabilities import Support
from ai_models.models.tasks import Task

MAKERS = ("alibaba", "amazon", "anthropic", "cohere", "deepseek", "google", "meta", "mistral", "openai", "xai")
STATEMENTS = tuple(name for name in GUIDANCE if name != "tasks")
LONGEST = 140


@pytest.fixture(scope="module")
def facts() -> Facts:
    prefixes = {key: prefix.tokens for key, prefix in PREFIXES.items()}
    return Facts(default_catalog(), prefixes, {family: resolution.name for family, resolution in RESOLUTIONS.items()})


@pytest.fixture(scope="module")
def families() -> dict[str, dict[str, Any]]:
    """The family files, by family."""
    folder = packaged_roots()[0] / "families"
    found = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yaml"))]
    return {content["family"]: content for content in found}


def current(facts: Facts, maker: str) -> list[ModelSpec]:
    return facts.catalog.models(maker=maker, status=CURRENT, at=AT)


def statements(model: ModelSpec) -> Iterator[str]:
    """All but the tasks, in the order in which they are read."""
    for name in STATEMENTS:
        yield from getattr(model.optimization, name)


def every_statement(facts: Facts, maker: str) -> dict[str, ModelSpec]:
    """Each statement of a maker's models, retired ones too, with one of those that have it."""
    return {text: model for model in facts.models(maker) for text in statements(model)}


# Complete.


@pytest.mark.parametrize("maker", MAKERS)
def test_every_current_model_has_a_family_tasks_and_a_reason_to_take_it(facts: Facts, maker: str) -> None:
    models = current(facts, maker)
    assert models
    assert [model.key for model in models if model.metadata.family is None] == []
    assert [model.key for model in models if not model.optimization.tasks] == []
    assert [model.key for model in models if not model.optimization.selection_criteria] == []
    assert [model.key for model in models if not (model.optimization.since and model.optimization.since <= DAY)] == []


def test_a_familys_file_is_of_the_maker_of_its_models(facts: Facts, families: dict[str, dict[str, Any]]) -> None:
    makers: dict[str, set[str]] = {}
    for model in facts.catalog.models(status=EVERY_STATUS, at=AT):
        if model.metadata.family is not None:
            makers.setdefault(model.metadata.family, set()).add(model.provider)
    assert {name: makers.get(name) for name in families} == {name: {file["maker"]} for name, file in families.items()}


# Words.

PROMISES = re.compile(
    r"\b(?:best|better|worse|good|great(?:er|est|ly)?|powerful|excellent(?:ly)?|excels?|ideal(?:ly)?|perfect(?:ly)?|superior"
    r"|superb|unmatched|unrivall?ed|unparalleled|outstanding|exceptional(?:ly)?|remarkabl[ey]|impressive|amazing|premium"
    r"|cutting[- ]edge|state[- ]of[- ]the[- ]art|world[- ]class|top[- ]tier|flagship|frontier|next[- ]gen\w*"
    r"|leading(?! (?:newline|space|zero)s?)"
    r"|ground-?breaking|revolutionary|seamless(?:ly)?|robust(?:ly)?|blazing(?:ly)?|smart(?:er)?|intelligent(?:ly)?|advanced"
    r"|sophisticated|high[- ]quality|very|extremely|highly|truly|simply|just|unlock\w*|leverag\w*|empower\w*)\b",
    re.IGNORECASE,
)
"""Praise, which nothing can check, and the words that carry it."""

SUPERLATIVE = re.compile(r"\b(?:[a-z]{2,}est|most|least)\b", re.IGNORECASE)
NO_SUPERLATIVES = re.compile(
    r"(?:con|la|mani|pro|re)?(?:test|fest|quest|rest)|digest|guest|harvest|honest|ingest|interest|invest|suggest|west",
    re.IGNORECASE,
)
MEASURES = "answer|budget|cost|effort|level|number|price|prompt|quality level|rate|size|tier|window"
MEASURED = re.compile(rf"\bat (?:most|least)\b|\b(?:[a-z]{{2,}}est|most|least) (?:\w+ )?(?:{MEASURES})s?\b", re.IGNORECASE)
"""A superlative is allowed where its measure follows at once: the lowest effort, at most a tenth."""

AMERICAN = re.compile(
    r"\b(?!re-?siz|siz|seiz|priz)\w+(?:iz(?:e[sd]?|ing|ations?)|yz(?:e[sd]?|ing))\b"
    r"|\b(?:colors?|behaviors?|favorites?|catalogs?|centers?|labeled|labeling|canceled|modeling|fulfill|gray)\b",
    re.IGNORECASE,
)


def unmeasured(text: str) -> list[str]:
    """The superlatives of a statement whose measure does not follow."""
    found = SUPERLATIVE.findall(MEASURED.sub(" ", text))
    return [word for word in found if not NO_SUPERLATIVES.fullmatch(word)]


@pytest.mark.parametrize(
    "text",
    [
        "The best model for agents",
        "State-of-the-art reasoning",
        "A leading choice",
        "The fastest Claude",
        "Its most capable model",
        "The largest of the family",
    ],
)
def test_praise_is_found(text: str) -> None:
    assert PROMISES.search(text) or unmeasured(text)


@pytest.mark.parametrize(
    "text",
    [
        "Give the lowest thinking level that solves the task",
        "A cache read costs at most a tenth of the input rate",
        "Test the latest request at rest, and suggest a digest",
        "Set the lowest quality level that passes",
        "Strip leading spaces from what is embedded",
    ],
)
def test_plain_words_and_measured_superlatives_are_no_praise(text: str) -> None:
    assert not PROMISES.search(text)
    assert unmeasured(text) == []


@pytest.mark.parametrize("maker", MAKERS)
def test_no_statement_praises(facts: Facts, maker: str) -> None:
    texts = every_statement(facts, maker)
    assert [(found[0], text) for text in texts if (found := PROMISES.search(text))] == []
    assert [(words, text) for text in texts if (words := unmeasured(text))] == []


@pytest.mark.parametrize("maker", MAKERS)
def test_statements_are_short_british_and_without_a_full_stop(facts: Facts, maker: str) -> None:
    texts = every_statement(facts, maker)
    assert [(len(text), text) for text in texts if len(text) > LONGEST] == []
    assert [text for text in texts if not text or text != " ".join(text.split()) or text[-1] in ".,;:!"] == []
    assert [(found[0], text) for text in texts if (found := AMERICAN.search(text))] == []


@pytest.mark.parametrize("maker", MAKERS)
def test_no_model_is_told_anything_twice(facts: Facts, maker: str) -> None:
    for model in facts.models(maker):
        counted = Counter(text.casefold() for text in statements(model))
        assert [text for text, count in counted.items() if count > 1] == [], model


# Claims.


@pytest.mark.parametrize("maker", MAKERS)
def test_what_is_claimed_of_current_models_is_so(facts: Facts, maker: str) -> None:
    said = [(model, text) for model in current(facts, maker) for text in statements(model)]
    assert [(m.key, text, found) for m, text in said if (found := false_claims(facts, m, text))] == []


@pytest.mark.parametrize("maker", MAKERS)
def test_every_number_is_checked_or_was_read_on_a_page(facts: Facts, maker: str) -> None:
    said = [(model, text) for model in current(facts, maker) for text in statements(model) if text not in REVIEWED]
    assert [(m.key, text, found) for m, text in said if (found := unread_numbers(facts, m, text))] == []


FIGURE = re.compile(r"(?<![\w.,:-])\d[\d,]*(?:\.\d+)?(?![\w:-])")


def with_other_figures(facts: Facts, maker: str, text: str) -> Iterator[str]:
    """The statement with each of its figures raised by two; names are left alone."""
    names = [name.span() for name in facts.name(maker).finditer(text)]
    for found in FIGURE.finditer(text):
        figure = found[0].rstrip(",")
        if not any(start <= found.start() < end for start, end in names):
            raised = Decimal(figure.replace(",", "")) + 2
            yield text[: found.start()] + f"{raised:,}" + text[found.start() + len(figure) :]


@pytest.mark.parametrize("maker", MAKERS)
def test_no_figure_could_be_another_one(facts: Facts, maker: str) -> None:
    said = {text: model for model in current(facts, maker) for text in statements(model) if text not in REVIEWED}
    changed = [(model, other) for text, model in said.items() for other in with_other_figures(facts, maker, text)]
    assert changed
    assert [(m.key, text) for m, text in changed if not false_claims(facts, m, text) + unread_numbers(facts, m, text)] == []


CAN: dict[Task, tuple[str, ...]] = {
    Task.SEARCH: ("web_search",),
    Task.AGENTS: ("function_calling",),
    Task.COMPUTER_USE: ("computer_use",),
    Task.REASONING: ("extended_thinking", "chain_of_thought"),
    Task.VISION: ("image_input",),
    Task.DOCUMENTS: ("document_input", "image_input"),
    Task.VIDEO_UNDERSTANDING: ("video_input",),
    Task.AUDIO_UNDERSTANDING: ("audio_input",),
    Task.TRANSCRIPTION: ("transcription", "audio_input"),
    Task.SPEECH: ("speech_synthesis", "audio_output"),
    Task.REALTIME: ("audio_input",),
    Task.IMAGE_GENERATION: ("image_output",),
    Task.VIDEO_GENERATION: ("video_output",),
    Task.EMBEDDINGS: ("embeddings",),
    Task.RERANKING: ("reranking",),
    Task.BATCH_PROCESSING: ("batch_api",),
    Task.LONG_CONTEXT: ("large_context",),
}
"""What a model must be able to do for a task: one of these must not be known to be missing."""

KNOWN_TO_BE = frozenset({Task.COMPUTER_USE, Task.VISION, Task.BATCH_PROCESSING, Task.LONG_CONTEXT})
"""Tasks for which it must be known: nobody should plan with them on a guess."""


def is_beyond(model: ModelSpec, task: Task) -> bool:
    """Whether the catalogue says that the model cannot do what the task takes, or does not say what it must say."""
    if task is Task.SELF_HOSTING:
        return model.metadata.open_weights is not True
    supports = {model.support(name) for name in CAN.get(task, ())}
    if not supports or Support.SUPPORTED in supports:
        return False
    return task in KNOWN_TO_BE or supports == {Support.UNSUPPORTED}


@pytest.mark.parametrize("maker", MAKERS)
def test_tasks_are_within_what_models_can_do(facts: Facts, maker: str) -> None:
    assert [(m.key, str(t)) for m in current(facts, maker) for t in m.optimization.tasks if is_beyond(m, t)] == []


def test_numbers_read_on_a_page_are_still_stated_and_still_need_it(facts: Facts) -> None:
    stated = {text: model for maker in MAKERS for text, model in every_statement(facts, maker).items()}
    assert REVIEWED.keys() - stated.keys() == set()
    assert [text for text in REVIEWED if not unread_numbers(facts, stated[text], text)] == []
    noted = (*PREFIXES.values(), *RESOLUTIONS.values())
    assert all(page.startswith("https://") for page in (*REVIEWED.values(), *(note.source for note in noted)))
