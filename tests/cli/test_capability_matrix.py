"""``ai-models capabilities``: who can do what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from commandline import Run, uncoloured

from ai_models.cli import matrix
from ai_models.models.capabilities import ModelCapability

pytestmark = pytest.mark.usefixtures("made_up")


def test_a_pipe_gets_a_column_for_every_capability(run: Run) -> None:
    answer = run("capabilities")
    assert answer.lines[0].split() == ["Model", *ModelCapability]
    row = dict(zip(answer.lines[0].split(), answer.line("big-2").split(), strict=True))
    assert (row["image_input"], row["audio_input"], row["moderation"]) == ("✓", "✗", "?")
    assert [line.split()[0] for line in answer.lines[1:]] == ["big-2", "mini", "bare", "zhi"]


def test_models_are_compared_side_by_side_in_the_order_asked_for(run: Run) -> None:
    answer = run("capabilities", "--model", "mini", "--model", "big")
    assert answer.lines[0].split() == ["Capability", "mini", "big-2"]
    assert answer.line("image_input").split() == ["image_input", "✗", "✓"]
    assert "image_input" in uncoloured(run("capabilities", "--model", "mini", width=80).out)


def test_filters_combine(run: Run) -> None:
    assert len(run("capabilities", "--maker", "zeta", "--json").json) == 2
    assert len(run("capabilities", "--all", "--json").json) == 5
    nothing = run("capabilities", "--maker", "zeta", "--model", "mini")
    assert (nothing.code, nothing.out) == (1, "no model satisfies every filter\n")


def test_json_has_the_three_lists(run: Run) -> None:
    mini = run("capabilities", "--model", "mini", "--json").json[0]
    assert mini["unsupported"] == ["image_input", "extra_large_context"]
    assert {*mini["supported"], *mini["unsupported"], *mini["unknown"]} == set(ModelCapability)


def test_the_taxonomy_is_explained(run: Run) -> None:
    assert len(run("capabilities", "--explain").lines) == len(ModelCapability) + 1
    explained = run("capabilities", "--explain", "--json").json
    assert explained[0] == {"capability": "text_input", "criterion": "The prompt may contain text."}


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_terminal_gets_one_mark_for_every_capability_within_its_width(run: Run, width: int) -> None:
    plain = uncoloured(run("capabilities", width=width).out)
    lines = plain.splitlines()
    marks = sum(sum(cell in "✓✗?" for cell in line.split()[1:]) for line in lines if line.startswith("big-2 "))
    assert marks == len(ModelCapability)
    assert max(len(line.rstrip()) for line in lines if line.startswith(("big-2", " ", "Model"))) <= width


def test_columns_on_which_many_models_agree_stand_below(run: Run) -> None:
    plain = uncoloured(run("capabilities", "--all", width=120).out)
    assert "unknown for each of these models: video_input" in plain.replace("\n", " ")


def test_a_capability_without_a_code_still_has_a_column(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(matrix._GROUPS, "task")
    assert "other" in uncoloured(run("capabilities", width=120).out)


def test_every_capability_has_a_code_of_at_most_five_letters() -> None:
    codes = {capability: code for group in matrix._GROUPS.values() for capability, code in group.items()}
    assert set(codes) == set(ModelCapability)
    assert max(map(len, codes.values())) == 5


def test_ids_too_wide_for_a_comparison_fall_back_to_rows(run: Run) -> None:
    plain = uncoloured(run("capabilities", "--model", "mini", "--model", "big-2", width=30).out)
    assert plain.count("big-2 ") >= 2


def test_an_output_that_cannot_write_ticks_gets_words(run: Run) -> None:
    answer = run("capabilities", "--model", "big-2", charset="ascii")
    assert answer.line("image_input").split()[1] == "yes"
    assert answer.line("audio_input").split()[1] == "no"
    assert answer.line("moderation").split()[1] == "?"


def test_a_catalogue_without_models_has_an_empty_matrix(run: Run, install: Callable[[dict[str, str]], Path]) -> None:
    install({"sources.yaml": 'sources: {feed: {name: F, url: "https://f.example", licence: MIT}}\n'})
    assert run("capabilities").code == 1


def test_models_without_their_option_are_answered_with_how_to_name_them(run: Run) -> None:
    answer = run("capabilities", "big", "mini")
    assert (answer.code, answer.out) == (2, "")
    assert "--model big --model mini" in " ".join(answer.err.split())
    assert "misplaced" not in run("capabilities", "--help").out.casefold()
