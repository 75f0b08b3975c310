"""What people use models for: one word a use, found by the words that people have for it."""

from __future__ import annotations

import pytest

from ai_models.errors import UnknownTaskError
from ai_models.models.tasks import Task


@pytest.mark.parametrize("task", Task)
def test_every_task_says_what_belongs_to_it_and_is_found_by_its_name(task: Task) -> None:
    assert task.meaning.endswith(".")
    for spelled in (task.value, task.value.upper(), task.value.replace("_", "-"), task.value.replace("_", " ")):
        assert Task.parse(f" {spelled} ") is task


@pytest.mark.parametrize(
    ("word", "task"),
    [("RAG", Task.QUESTION_ANSWERING), ("summarisation", Task.SUMMARIZATION), ("tts", Task.SPEECH), ("OCR", Task.DOCUMENTS)],
)
def test_other_words_for_a_task_mean_it(word: str, task: Task) -> None:
    assert Task.parse(word) is task


def test_an_unknown_task_is_an_error_with_the_nearest_ones() -> None:
    with pytest.raises(UnknownTaskError, match="'codeing' is not a task; did you mean coding") as caught:
        Task.parse("codeing")
    assert caught.value.suggestions[0] == "coding"
    assert "chat" in caught.value.known
