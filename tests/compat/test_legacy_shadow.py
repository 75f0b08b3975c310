"""The shadow: old answers, differences told once, by several processes into one file, and nothing that can fail."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from legacy_callers import EIGHT, Callers

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ai_models.providers.preflight.LifecycleWarning"),
]


@pytest.fixture(autouse=True)
def log(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file of the shadow, which is switched on."""
    path = tmp_path / "shadow.jsonl"
    monkeypatch.setenv("USE_NEW_MODEL_REGISTRY", "shadow")
    monkeypatch.setenv("AI_MODELS_LEGACY_SHADOW_LOG", str(path))
    return path


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def told(path: Path) -> list[tuple[str, str, Any, Any]]:
    return [(each["subject"], each["field"], each["old"], each["new"]) for each in lines(path)]


def test_the_old_answer_is_given_and_each_difference_is_told_once(log: Path, caplog: pytest.LogCaptureFixture) -> None:
    from models import ModelRegistry

    for _ in range(3):
        assert ModelRegistry.GEMINI_2_5_FLASH.output_price_per_1m == 0.3
        assert ModelRegistry.get_spec("gemini-2.5-flash") is ModelRegistry.GEMINI_2_5_FLASH
    assert [field for _, field, _, _ in told(log)] == [
        "input_price_per_1m", "output_price_per_1m", "last_verified", "docs_url", "notes", "recommended_for",
    ]  # fmt: skip
    assert ("gemini-2.5-flash", "output_price_per_1m", 0.3, 2.5) in told(log)
    assert ("gemini-2.5-flash", "last_verified", "2025-10-24", "2026-11-01") in told(log)
    records = [record for record in caplog.records if record.name == "ai_models_legacy.shadow"]
    assert len(records) == 6
    assert "gemini-2.5-flash: output_price_per_1m was 0.3, and is 2.5" in caplog.text
    assert {record.levelno for record in records} == {logging.WARNING}


def test_a_line_says_when_and_which_process(log: Path) -> None:
    from models import ModelRegistry

    ModelRegistry.get_spec("claude-haiku-4.5")
    assert lines(log)[0] == {
        "subject": "claude-haiku-4.5", "field": "context_window_output", "old": None, "new": 64_000, "example": False,
        "time": "2026-11-30T12:00:00+00:00", "pid": os.getpid(),
    }  # fmt: skip


def test_every_way_to_a_value_is_watched(log: Path) -> None:
    import models
    from models import ModelRegistry, Provider
    from providers.claude import CLAUDE_PRICING

    def subjects() -> list[str]:
        return list(dict.fromkeys(subject for subject, *_ in told(log)))

    assert subjects() == ["CLAUDE_PRICING"]
    assert CLAUDE_PRICING["claude-haiku"] == (0.25, 1.25)
    models.GPT_4O  # noqa: B018 asked for what is told of it
    assert subjects()[1:] == ["gpt-4o"]
    ModelRegistry.get_recommended_model(Provider.GOOGLE)
    assert subjects()[2:] == ["gemini-2.5-flash"]
    ModelRegistry.get_by_provider(Provider.OPENAI)
    assert set(subjects()) == {"CLAUDE_PRICING", *EIGHT}


def test_the_table_of_prices_is_told_by_name(log: Path) -> None:
    from providers.claude import CLAUDE_PRICING

    assert told(log) == [("CLAUDE_PRICING", "claude-haiku", [0.25, 1.25], [1.0, 5.0])]
    assert CLAUDE_PRICING == {"claude-haiku": (0.25, 1.25), "claude-sonnet": (3.0, 15.0), "claude-opus": (15.0, 75.0)}


@pytest.mark.parametrize("mode", ["true", "false", "10%"])
def test_no_other_value_of_the_flag_writes(log: Path, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    from models import ModelRegistry

    monkeypatch.setenv("USE_NEW_MODEL_REGISTRY", mode)
    ModelRegistry.get_all_current_models()
    assert not log.exists()


def test_without_a_file_the_logger_tells_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, log: Path
) -> None:
    import models

    monkeypatch.delenv("AI_MODELS_LEGACY_SHADOW_LOG")
    models.GPT_4O  # noqa: B018 asked for what is told of it
    assert "gpt-4o: context_window_output was None, and is 16384" in caplog.text
    assert not log.exists()


# ---- nothing that goes wrong reaches the caller


def test_a_new_answer_that_fails_is_a_difference(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import models
    from ai_models.errors import CatalogError
    from ai_models_legacy import served

    def broken(key: str) -> object:
        raise CatalogError("the overlay is broken")

    monkeypatch.setattr(served, "served", broken)
    for _ in range(2):
        assert models.GPT_4O.input_price_per_1m == 2.5
    assert told(log) == [("gpt-4o", "(all)", "an answer", "CatalogError: the overlay is broken")]


def unraisable(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    caught: list[BaseException] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda found: caught.append(found.exc_value))
    return caught


def test_a_file_that_cannot_be_written_costs_no_answer(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    from models import ModelRegistry

    caught = unraisable(monkeypatch)
    monkeypatch.setenv("AI_MODELS_LEGACY_SHADOW_LOG", str(tmp_path))
    assert len(ModelRegistry.get_all_current_models()) == 8
    assert {type(error) for error in caught} == {IsADirectoryError}
    assert "gpt-4o: context_window_output was None" in caplog.text, "the logger tells all the same"


def test_a_handler_that_fails_costs_no_answer(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import models

    class Broken(logging.Handler):
        def handle(self, record: logging.LogRecord) -> bool:
            raise RuntimeError("the handler is broken")

    caught = unraisable(monkeypatch)
    logger, handler = logging.getLogger("ai_models_legacy.shadow"), Broken()
    logger.addHandler(handler)
    try:
        assert models.GPT_4O.input_price_per_1m == 2.5
    finally:
        logger.removeHandler(handler)
    assert [str(error) for error in caught] == ["the handler is broken"]
    assert told(log)[0][:2] == ("gpt-4o", "context_window_output"), "and the file has it"


def test_a_file_that_is_full_is_said(monkeypatch: pytest.MonkeyPatch, log: Path) -> None:
    from ai_models_legacy import jsonlines

    written = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: written(handle, data[:5]))
    with pytest.raises(OSError, match="the line was cut off after 5 of 10 bytes"):
        jsonlines.append(str(log), {"a": 10})


# ---- threads and processes


def test_threads_tell_each_difference_once(log: Path) -> None:
    from models import ModelRegistry

    barrier = threading.Barrier(8)

    def ask() -> None:
        barrier.wait()
        for key in EIGHT:
            ModelRegistry.get_spec(key)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [json.dumps(each) for each in told(log)]
    assert len(found) == len(set(found)) > 20


FORKS = """
    import os, warnings
    warnings.simplefilter("ignore")
    from ai_models_legacy import shadow

    children = []
    for number in range(8):
        child = os.fork()
        if child == 0:
            for place in range(100):
                shadow.observe(f"process {number}", {"place": place}, lambda: {"place": "x" * 2_000})
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 8
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_processes_write_whole_lines_into_one_file(callers: Callers, log: Path) -> None:
    callers.process(FORKS)
    records = lines(log)
    assert len(records) == 800
    assert len({each["pid"] for each in records}) == 8
    assert all(each["new"] == "x" * 2_000 for each in records)
    for number in range(8):
        assert [each["old"] for each in records if each["subject"] == f"process {number}"] == list(range(100))


def test_two_processes_tell_for_themselves(callers: Callers, log: Path) -> None:
    script = callers.write("import warnings\nwarnings.simplefilter('ignore')\nimport models\nmodels.GEMINI_PRO")
    for _ in range(2):
        ran = callers.process(script)
        assert "gemini-2.5-pro: output_price_per_1m was 5.0, and is 10.0" in ran.stderr
    prices = [each["new"] for each in lines(log) if each["field"] == "output_price_per_1m"]
    assert prices == [10.0, 10.0]


def test_values_are_written_as_json_has_them() -> None:
    from decimal import Decimal

    from ai_models_legacy.differences import compare
    from ai_models_legacy.spec import Provider

    old = {"a": (1, 2), "b": date(2026, 1, 1), "c": Provider.OPENAI, "d": Decimal("1.50"), "same": 1, "gone": 3}
    new = {"a": (1, 3), "b": datetime(2026, 1, 2, tzinfo=UTC), "c": None, "d": Decimal("1.5001"), "same": 1, "more": {4}}
    assert [tuple(each) for each in compare("x", old, new)] == [
        ("x", "a", [1, 2], [1, 3]), ("x", "b", "2026-01-01", "2026-01-02 00:00:00+00:00"), ("x", "c", "openai", None),
        ("x", "d", "1.50", "1.5001"), ("x", "gone", 3, None), ("x", "more", None, [4]),
    ]  # fmt: skip
