import importlib
import json
import runpy
import sys
from pathlib import Path

import pytest
from jobs import backfill, nightly, wochenbericht
from signal_desk import alerts
from signal_desk.keyword_provider import KeywordProvider
from signal_desk.triage import Triage

ROOT = Path(__file__).parents[1]


def script(name):
    """The names of a script, run as a module."""
    return runpy.run_path(str(ROOT / "scripts" / f"{name}.py"))


def test_the_night(inbox, api):
    summary = nightly.run(inbox)
    assert summary.startswith("3 messages, 1 at risk, 0 failed; ")
    assert "(Claude Haiku 4.5)" in summary
    assert not any("cache_control" in json.dumps(request) for request in api.requests)


def test_the_model_of_the_night_can_be_changed(inbox, api, monkeypatch):
    monkeypatch.setenv("NIGHTLY_MODEL", "claude-opus")
    nightly.run(inbox)
    assert all(request["model"].startswith("claude-opus") for request in api.requests)


def test_a_second_opinion(api):
    assert nightly.second_opinion("We are leaving")
    assert not nightly.second_opinion("Hello!")
    assert api.requests[-1]["model"].startswith("claude-sonnet")


def test_the_night_looks_for_drift():
    assert all(": the table says" in line for line in nightly.drift_lines())


def test_a_backfill(api):
    results = backfill.backfill(["It crashes", "Hello!"])
    assert [result.category.value for result in results] == ["bug_report", "general_feedback"]
    assert api.requests[0]["model"].startswith("claude-haiku")


def test_a_claude_that_keeps_its_results(tmp_path):
    provider = backfill.RecordingClaude("claude-haiku", tmp_path / "journal.jsonl")
    backfill.backfill(["It crashes", "Hello!"], provider)
    rows = [json.loads(line) for line in (tmp_path / "journal.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["category"] for row in rows] == ["bug_report", "general_feedback"]
    assert provider.get_metrics().total_requests == 2


def test_an_estimate_grows_with_the_texts():
    assert 0 < backfill.estimate(["x" * 400]) < backfill.estimate(["x" * 400] * 2)


def test_what_a_person_decided():
    result = backfill.without_model("an error")
    assert (result.category.value, result.confidence, result.method) == ("bug_report", 1.0, "person")


def test_der_wochenbericht(inbox):
    from signal_desk.models import read_messages

    batch = Triage(KeywordProvider()).run(read_messages(inbox / "2026-03-02.jsonl"))
    zeilen = wochenbericht.bericht(batch).splitlines()
    assert zeilen[0] == "Rückmeldungen der Woche"
    assert "Kündigungsgefahr: 1" in zeilen
    assert zeilen[-1] == "Gekostet hat es 0.00 $, geprüft von Claude Sonnet 4.5 und GPT-4o mini."


def test_alerts():
    assert alerts.too_dear(31.5) == "[Claude Sonnet 4.5] 31.50 USD for one batch – the limit is 25.00"
    assert alerts.in_place_of() == "[GPT-4o] answers in place of Claude Sonnet 4.5 until further notice"
    assert alerts.Digest().line(3, 0.5) == (
        "3 messages, 0.50 USD; Claude Haiku 4.5 reads 200,000 tokens and Claude Sonnet 4.5 200,000"
    )


def test_check_models():
    check = script("check_models")
    assert check["problems"]() == []
    [problem] = check["problems"](["claude-3-opus-20240229", "claude-haiku-4-5-20251001"])
    assert problem.startswith("claude-3-opus-20240229: ")
    assert check["vendors"]() == ["anthropic", "openai", "google"]
    assert check["dearest"]() == "Claude Opus 4.1"


def test_print_models():
    printed = script("print_models")
    lines = printed["lines"]("anthropic")
    assert lines[0].split() == ["Claude", "Haiku", "4.5", "claude-haiku-4-5-20251001"]
    assert any("claude-sonnet-4-5-20250929" in line for line in lines)
    assert printed["lookup"]({"default": "gpt-4o"}, "gpt-5") == "gpt-4o"


@pytest.mark.parametrize("name", ["jobs.nightly", "signal_desk.lookup", "toolkit.quality", "signal_desk.export"])
def test_modules_can_be_imported_anew(name, monkeypatch):
    monkeypatch.delitem(sys.modules, name, raising=False)
    assert importlib.import_module(name).__doc__
