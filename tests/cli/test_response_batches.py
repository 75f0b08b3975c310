"""``ai-models cost --responses``: many responses, their sum, and what of them could not be priced."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from commandline import ANTHROPIC, OPENAI, Run, piped

from ai_models.cli.batches import _progress

pytestmark = pytest.mark.usefixtures("made_up")


@pytest.fixture
def day(tmp_path: Path) -> str:
    lines = [
        json.dumps(ANTHROPIC),
        "",
        json.dumps(OPENAI),
        '{"a":',
        "x",
        json.dumps({**OPENAI, "model": "huge"}),
        json.dumps({"usage": OPENAI["usage"]}),
    ]
    path = tmp_path / "day.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def test_many_responses_are_summed_with_what_could_not_be_priced(run: Run, day: str) -> None:
    answer = run("cost", "--responses", day)
    assert answer.code == 1
    assert answer.lines[0] == "6 responses  now, 2026-11-22"
    assert answer.line("total").split(maxsplit=1)[1] == "at least 0.006675 USD"
    assert answer.line("priced").split(maxsplit=1)[1] == "2 of 6 (33.3 %)"
    assert "unpriced  4, not in the total" in answer.out
    assert "(line 4)" in answer.out
    assert "no model is called 'huge'" in answer.out
    assert "the response names no model" in answer.out


def test_many_responses_can_be_priced_as_one_model(run: Run, day: str) -> None:
    facts = run("cost", "mini", "--responses", day, "--json").json
    assert (facts["requests"], facts["priced"], facts["unpriced"], facts["totals"]) == (6, 4, 2, {"USD": "0.00219"})
    assert "as mini" in run("cost", "mini", "--responses", day).lines[0]
    complete = piped("cost", "--responses", "-", given=json.dumps(OPENAI) + "\n" + json.dumps(ANTHROPIC))
    assert (complete.code, "at least" in complete.out) == (0, False)
    partial = piped("cost", "zhi", "--responses", "-", given=json.dumps(OPENAI))
    assert "CNY" in partial.out


def test_partial_costs_are_in_the_sum_with_their_lower_bounds(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text(
        json.dumps({**ANTHROPIC, "usage": {**ANTHROPIC["usage"], "server_tool_use": {"web_search_requests": 2}}})
    )
    answer = run("cost", "mini", "--responses", str(path))
    assert answer.code == 1
    assert "1, in the total with their lower bounds" in answer.line("partial")


def test_many_responses_have_few_options_and_at_least_one_line(run: Run, day: str) -> None:
    assert "takes MODEL, --shape" in " ".join(run("cost", "--responses", day, "--compare", "big").err.split())
    assert "name one MODEL, or none" in " ".join(run("cost", "big", "mini", "--responses", day).err.split())
    assert piped("cost", "--responses", "-", given="\n\n").code == 2
    assert "cannot be read" in run("cost", "--responses", day + "x").err


def test_reasons_beyond_twenty_are_counted(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "strange.jsonl"
    path.write_text("\n".join(json.dumps({**OPENAI, "model": f"strange-{n}"}) for n in range(25)))
    assert "and 5 reasons more; --json has all" in run("cost", "--responses", str(path)).out


def test_a_person_sees_a_bar_on_standard_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with _progress(100) as advance:
        advance(50)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "pricing" in shown.err


def test_a_contract_has_sums_of_its_own(run: Run, day: str, tmp_path: Path) -> None:
    deal = tmp_path / "deal.yaml"
    deal.write_text("name: deal\nterms: [{provider: acme, multiply: 0.5}]\n")
    answer = run("cost", "mini", "--responses", day, "--contract", str(deal))
    assert answer.line("total").endswith("0.001095 USD")
    assert answer.line("list price").endswith("0.00219 USD")
    facts = run("cost", "mini", "--responses", day, "--contract", str(deal), "--json").json
    assert (facts["totals"], facts["list_totals"]) == ({"USD": "0.001095"}, {"USD": "0.00219"})
