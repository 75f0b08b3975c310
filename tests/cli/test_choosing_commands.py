"""``ai-models select | compare | recommend | guide``: what they ask of the library, and how the answers are shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from commandline import FILES, Answer, Run, uncoloured

CAPABLE = "[text_input, text_output, function_calling, batch_api]"
GUIDED = """
        optimization:
          since: 2026-05-01
          tasks: [classification, chat]
          recommended_for: [Labels at volume]
          selection_criteria: [It costs a fraction of Big Two]
          tips: [Ask for one word]
"""
SCORED = """
        benchmarks:
          - {name: Swing Bench, score: 60, metric: percent, harness: Codex, source: "https://acme.example/eval"}
          - {name: Swing Bench, score: 90, metric: percent, harness: Other, source: "https://acme.example/eval"}
"""


@pytest.fixture(autouse=True)
def catalogue(install: Callable[[dict[str, str]], Path], standing_clock: None) -> Path:
    """The made-up catalogue, with guidance, scores, and Chinese prices that have capabilities."""
    mini = FILES["acme/mini.yaml"].replace("[text_input, text_output, large_context]", "[text_input, text_output]")
    zhi = FILES["zeta/zhi.yaml"].replace("last_verified", "context_window_input: 300000, last_verified")
    more = {
        "acme/big.yaml": FILES["acme/big.yaml"] + SCORED,
        "acme/mini.yaml": mini.replace("unsupported: [image_input, extra_large_context]", f"unsupported: []{GUIDED}"),
        "zeta/zhi.yaml": zhi.replace("pricing_ref: zhi", f"pricing_ref: zhi\n        capabilities: {CAPABLE}"),
    }
    return install({**FILES, **more})


def models(answer: Answer) -> list[str]:
    """The first column of the table, until a note."""
    rows = answer.lines[2:]
    return [line.split()[0] for line in rows if "/" in line.split()[0] or ":" in line.split()[0]]


# select


def test_the_candidates_are_a_table_with_the_cheapest_first(run: Run) -> None:
    answer = run("select", "--workload", "10k:1k x 1k/month")
    assert answer.code == 0
    assert answer.lines[0] == "2 of 5 models  USD for 10k:1k x 1k/month"
    assert [line.split() for line in answer.lines[1:4]] == [
        ["Model", "Cost", "USD", "A", "request", "Prompt", "tokens", "Released", "Frontier"],
        ["acme/mini", "2.10", "0.0021", "200,000", "2026-06-01", "*"],
        ["acme/big-2", "30.00", "0.03", "1,000,000", "2026-01-01", "*"],
    ]


def test_without_a_workload_the_volume_is_named(run: Run) -> None:
    answer = run("select")
    assert answer.lines[0] == "2 of 5 models  USD for 1M tokens in and 1M out, standard rates"
    assert "A request" not in answer.lines[1]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["-c", "image_input"], ["acme/big-2"]),
        (["--min-context", "200k"], ["acme/mini", "acme/big-2"]),
        (["--min-context", "200001"], ["acme/big-2"]),
        (["--min-output", "64k"], ["acme/big-2"]),
        (["--maker", "acme", "--model", "!mini"], ["acme/big-2"]),
        (["--provider", "acme"], ["acme/mini", "acme/big-2"]),
        (["--closed-weights"], ["acme/big-2"]),
        (["--status", "retired", "--unknown", "allow"], ["acme/gone-1"]),
        (["--not-retiring-within", "39"], ["acme/mini", "acme/big-2"]),
        (["--not-retiring-within", "40"], ["acme/mini"]),
        (["--max-cost", "$0.75"], ["acme/mini"]),
        (["--no-free"], ["acme/mini", "acme/big-2"]),
        (["--known-after", "2025-06-01"], ["acme/big-2"]),
        (["--min-providers", "2"], ["acme/big-2"]),
        (["--benchmark", "Swing Bench[harness=Codex]=60"], ["acme/big-2"]),
        (["-o", "context"], ["acme/big-2", "zeta/zhi", "acme/mini"]),
        (["-o", "newest"], ["acme/mini", "zeta/bare", "acme/big-2"]),
        (["-o", "cost=1, context=9"], ["acme/big-2", "acme/mini"]),
        (["-o", "Swing Bench[harness=Codex, metric=percent]"], ["acme/big-2"]),
        (["-o", "Swing Bench[harness=Codex]=2,cost=.5"], ["acme/big-2"]),
        (["--prefer", "image_input"], ["acme/big-2", "acme/mini"]),
        (["--exchange", "CNY=0.01"], ["zeta/zhi", "acme/mini", "acme/big-2"]),
        (["--unknown", "only"], ["zeta/zhi", "zeta/bare"]),
        (["--at", "2026-02-01", "--unknown", "allow", "--maker", "acme"], ["acme/big-2", "acme/gone-1"]),
        (["--region", "eu", "--offerings"], ["shop:big-2-eu"]),
        (["--offerings"], ["acme:mini", "acme:big-2", "shop:shop-big", "shop:big-2-eu"]),
    ],
    ids=" ".join,
)
def test_every_option_reaches_the_choice(run: Run, arguments: list[str], expected: list[str]) -> None:
    answer = run("select", *arguments)
    assert answer.code == 0, answer.err
    assert models(answer) == expected


def test_the_rest_is_counted_and_remarks_say_what_is_unknown(run: Run) -> None:
    answer = run("select", "--unknown", "allow", "--limit", "3")
    assert answer.lines[-1] == "and 1 more; --limit shows them, --explain says why"
    assert answer.line("zeta/zhi").endswith("its cost is not known: its price is in CNY, and no rate of exchange is given")
    assert answer.line("zeta/zhi").split()[1] == "?"


def test_a_dimension_that_counts_has_a_column(run: Run) -> None:
    answer = run("select", "-o", "Swing Bench[harness=Codex]")
    assert "Swing Bench[harness=Codex]" in answer.lines[1]
    assert "60" in answer.line("acme/big-2").split()


def test_the_explanation_shows_the_arithmetic(run: Run) -> None:
    answer = run("select", "-w", "300k:1k@50%batch x 10", "--explain")
    assert answer.code == 0
    assert "Chosen: acme/big-2 (Big Two)" in answer.lines
    assert answer.line("a request:") == "a request: 1.215 USD, 5 times"
    assert "input 300,000 at 4 per 1,000,000 (input_tokens > 200,000)" in answer.out


def test_no_candidate_is_the_answer_no_with_what_to_give_up(run: Run) -> None:
    answer = run("select", "-c", "image_input", "--max-cost", "1")
    assert answer.code == 1
    assert "No model satisfies everything." in answer.lines
    assert answer.line("without max_cost") == "without max_cost: 1 would: acme/big-2"
    as_json = run("select", "-c", "image_input", "--max-cost", "1", "--json")
    assert (as_json.code, as_json.json["chosen"]) == (1, None)


def test_the_choice_as_json(run: Run) -> None:
    told = run("select", "-w", "10k:1k", "--json").json
    assert told["chosen"] == "acme/mini"
    assert [each["cost"] for each in told["ranked"]] == ["0.0021", "0.03"]
    assert told["asked"]["at"] == "2026-11-22T12:00:00+00:00"


def test_on_a_terminal_the_choice_is_a_table_that_fits(run: Run) -> None:
    wide, narrow = (uncoloured(run("select", "-w", "10k:1k x 9", width=width).out) for width in (120, 40))
    assert "A request" in wide
    assert "A request" not in narrow
    assert "acme/mini" in narrow


def test_a_picture_is_written_beside_the_answer(run: Run, tmp_path: Path) -> None:
    answer = run("select", "-w", "10k:1k", "--plot", str(tmp_path / "choice.svg"))
    assert answer.err == f"wrote {tmp_path / 'choice.svg'}\n"
    assert "chosen: Mini" in (tmp_path / "choice.svg").read_text()
    newest = run("select", "-o", "newest", "--plot", str(tmp_path / "newest.svg"))
    assert newest.code == 0
    assert "released" in (tmp_path / "newest.svg").read_text()
    objective = run("select", "-o", "Swing Bench[harness=Codex]", "--plot", str(tmp_path / "score.svg"))
    assert objective.code == 0
    assert "Swing Bench[harness=Codex]" in (tmp_path / "score.svg").read_text()
    nothing = run("select", "-c", "image_input", "--max-cost", "1", "--plot", str(tmp_path / "nothing.svg"))
    assert (nothing.code, nothing.err) == (1, "")
    assert not (tmp_path / "nothing.svg").exists()
    wrong = run("select", "--plot", str(tmp_path / "choice.gif"))
    assert (wrong.code, wrong.out) == (2, "")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["-w", "50k"], "IN:OUT"),
        (["-w", "50k:2k@80%cach"], "80%cach"),
        (["-c", "vision"], "image_input"),
        (["-o", "prise"], "objective"),
        (["-o", "cost=3,context"], "--objective"),
        (["--unknown", "perhaps"], "--unknown"),
        (["--exchange", "CNY"], "--exchange"),
        (["--exchange", "=1"], "--exchange"),
        (["--exchange", "CNY=much"], "--exchange: 'CNY=much'"),
        (["--exchange", "CNY=1", "--exchange", "CNY=2"], "'CNY' is given twice"),
        (["--exchange", "CNY=1", "--exchange", "cny=2"], "given once"),
        (["--benchmark", "Swing Bench[harness=Codex]=much"], "--benchmark: "),
        (["--benchmark", "Swing Bench[harness=Codex]=1", "--benchmark", "Swing Bench[harness=Codex]=2"], "given twice"),
        (["-o", "cost=1,cost=2"], "'cost' is given twice"),
        (["--exchange", "USD=1"], "exchange"),
        (["--benchmark", "Swing Bench=60"], "harness"),
        (["--benchmark", "Riddle=60"], "Riddle"),
        (["--maker", "acmee"], "acme"),
        (["--status", "alive"], "alive"),
        (["--max-cost", "much"], "amount"),
        (["--known-after", "yesterday"], "--known-after"),
        (["--not-retiring-within", "99999"], "36,500"),
        (["--region", " "], "region"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_is_refused_by_name(run: Run, arguments: list[str], named: str) -> None:
    answer = run("select", *arguments)
    assert answer.code == 2
    assert named in answer.err
    assert answer.out == ""


def test_the_help_explains_the_shorthand(run: Run) -> None:
    text = " ".join(run("select", "--help").out.split())
    assert "50k:2k@80%cached x 1M/month" in text
    for part in ("20%written", "50%batch", "1k thinking", "2 images", "1 made", "1 search", "flex"):
        assert part in text, part


def test_a_request_is_in_usd_and_the_average_of_those_that_wait_and_those_that_do_not(run: Run) -> None:
    converted = run("select", "--unknown", "allow", "--maker", "zeta", "--exchange", "CNY=0.5", "-w", "10k:1k x 100")
    assert converted.line("zeta/zhi").split()[1:3] == ["2.40", "0.024"]
    for workload, expected in (("10k:1k@50%batch x 10", ["0.225", "0.0225"]), ("10k:1k@100%batch x 10", ["0.15", "0.015"])):
        assert run("select", "--model", "big-2", "-w", workload).line("acme/big-2").split()[1:3] == expected


# compare


def test_models_stand_side_by_side_with_what_differs_marked(run: Run) -> None:
    answer = run("compare", "big", "mini", "-w", "10k:1k")
    assert answer.code == 0
    assert answer.line("maker").split() == ["maker", "acme", "acme"]
    assert answer.line("prompt, tokens").split() == ["prompt,", "tokens", "*", "1,000,000", "200,000"]
    assert answer.line("image_input").split() == ["image_input", "*", "yes", "?"]
    assert answer.line("USD for 10k:1k").split() == ["USD", "for", "10k:1k", "*", "0.03", "0.0021"]
    assert "- other prices: input_tokens > 200,000" in answer.lines
    assert "- tips: Ask for one word" in answer.lines


def test_only_differences_in_every_form(run: Run) -> None:
    assert "maker" in run("compare", "big", "mini").out
    for form in ([], ["--markdown"], ["--json"]):
        answer = run("compare", "big", "mini", "--differences", *form)
        assert answer.code == 0
        assert "prompt, tokens" in answer.out
        assert "maker" not in answer.out, form
    assert all(row["differs"] for row in run("compare", "big", "mini", "--differences", "--json").json["rows"])


def test_the_comparison_as_markdown_and_json(run: Run) -> None:
    lines = run("compare", "big", "shop:shop-big", "--markdown").lines
    assert lines[0] == "|  |  | Big Two | Big Two at shop |"
    assert "| input, per 1,000,000 tokens | * | 2 | 3 |" in lines
    told = run("compare", "big", "zhi", "-w", "1k:1k", "--exchange", "CNY=0.5", "--json").json
    costs = {row["label"]: row["values"] for row in told["rows"]}["USD for 1k:1k"]
    assert costs == ["0.012", "0.006"]


def test_on_a_terminal_answers_are_coloured(run: Run) -> None:
    out = run("compare", "big", "mini", width=100).out
    assert "\x1b[32myes" in out
    assert "Big Two" in uncoloured(out)


def test_one_model_is_no_comparison(run: Run) -> None:
    answer = run("compare", "big")
    assert answer.code == 2
    assert "two names or more" in answer.err


# recommend


def test_cheaper_models_with_what_they_lose_and_other_savings(run: Run) -> None:
    answer = run("recommend", "big", "-w", "10k:1k x 1k/month", "--prefix", "5k")
    assert answer.code == 0
    assert answer.lines[0] == "acme/big-2  30.00 USD for 10k:1k x 1k/month"
    assert answer.lines[1] == "acme/big-2 is active, and retires on 2027-01-01; its maker names mini instead"
    row = answer.line("acme/mini")
    assert row.split() == ["acme/mini", "2.10", "27.90", "93.0", "named", "by", "its", "maker"]
    assert "- loses: prompts of 200,000 tokens instead of 1,000,000" in answer.lines
    assert "batch: saves 15.00 USD (50.0 %)" in answer.lines
    assert "- 30.00 - 15.00 = 15.00 USD" in answer.lines
    assert answer.line("prompt caching").startswith("prompt caching: saves 9.53 USD (31.8 %)")
    assert answer.lines[-1] == "Each saving is reckoned for itself; two of them do not simply add up."


def test_every_option_reaches_the_recommendation(run: Run) -> None:
    base = ("recommend", "big", "-w", "10k:1k", "--json")

    def cheaper(*arguments: str) -> list[str]:
        return [each["model"] for each in run(*base, *arguments).json["alternatives"]]

    assert cheaper() == ["acme/mini"]
    assert cheaper("--uses", "image_input") == []
    assert cheaper("--min-context", "200001") == []
    assert cheaper("--maker", "!acme") == []
    assert cheaper("--not-retiring-within", "10") == ["acme/mini"]
    assert cheaper("--open-weights") == []
    assert cheaper("--offerings") == ["acme:mini"]
    assert cheaper("--provider", "!acme") == []
    assert cheaper("--region", "eu") == []
    assert cheaper("--exchange", "CNY=0.01", "--unknown", "allow") == ["zeta/zhi", "acme/mini"]
    assert cheaper("--exchange", "CNY=0.01", "--unknown", "allow", "--limit", "1") == ["zeta/zhi", "acme/mini"]
    assert cheaper("--at", "2026-05-31") == []  # not yet released
    told = run(*base).json
    assert (told["current"], told["cost"], told["alternatives"][0]["saving"]) == ("acme/big-2", "0.03", "0.0279")


def test_nothing_cheaper_is_the_answer_no(run: Run) -> None:
    answer = run("recommend", "mini", "-w", "10k:1k")
    assert answer.code == 1
    assert "no model that does all this is cheaper" in answer.lines


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["big"], "--workload"),
        (["bigg", "-w", "1:1"], "big"),
        (["bare", "-w", "1:1"], "whose cost is known"),
        (["big", "-w", "10k:1k", "--prefix", "11k"], "prefix_tokens"),
        (["big", "-w", "10k:1k", "--unknown", "x"], "--unknown"),
        (["big", "-w", "10k:1k", "--uses", "x"], "not a capability"),
    ],
    ids=" ".join,
)
def test_a_recommendation_that_cannot_be_is_refused(run: Run, arguments: list[str], named: str) -> None:
    answer = run("recommend", *arguments)
    assert answer.code == 2
    assert named in answer.err


# guide


def test_the_guidance_of_a_model(run: Run) -> None:
    answer = run("guide", "mini")
    assert answer.code == 0
    assert answer.lines[0] == "Mini  acme/mini, active"
    assert answer.line("tasks").split() == ["tasks", "classification,", "chat"]
    assert answer.line("written").split() == ["written", "2026-05-01"]
    assert "Selection criteria" in answer.lines
    assert "- Ask for one word" in answer.lines


def test_a_model_without_guidance_is_the_answer_no(run: Run) -> None:
    answer = run("guide", "bare")
    assert answer.code == 1
    assert answer.lines[-1] == "no guidance is written for it"


def test_models_for_a_task_stand_by_family_with_what_speaks_for_them(run: Run) -> None:
    answer = run("guide", "--task", "classification")
    assert answer.code == 0
    assert answer.lines == [
        "acme: acme/mini  mini",
        "- Labels at volume",
        "- It costs a fraction of Big Two",
        "1 model",
    ]


def test_a_search_shows_the_statements_that_it_found(run: Run) -> None:
    assert run("guide", "--search", "one word").lines == ["acme: acme/mini  mini", "- Ask for one word", "1 model"]
    by_maker = run("guide", "--maker", "acme")
    assert by_maker.lines[0] == "acme: bigs  big-2"
    nothing = run("guide", "--search", "giraffes")
    assert (nothing.code, nothing.lines) == (1, ["nothing was found"])


def test_the_tasks_are_listed_with_their_meaning(run: Run) -> None:
    assert run("guide", "--tasks").line("classification").endswith("Sorting texts or pictures into given labels.")
    assert run("guide", "--tasks", "--json").json["vision"] == "Understanding pictures."


def test_guidance_as_json(run: Run) -> None:
    (mini,) = run("guide", "mini", "--json").json
    assert (mini["key"], mini["tips"]) == ("acme/mini", ["Ask for one word"])
    assert [each["key"] for each in run("guide", "--task", "chat", "--json").json] == ["acme/mini"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "a name; or give a task"),
        (["mini", "--task", "chat"], "asked for alone"),
        (["mini", "--search", "chat"], "asked for alone"),
        (["--task", "clasification"], "classification"),
        (["--search", "!"], "search"),
        (["--maker", "acmee"], "acme"),
        (["minni"], "mini"),
    ],
    ids=" ".join,
)
def test_a_question_to_the_guide_that_cannot_be_is_refused(run: Run, arguments: list[str], named: str) -> None:
    answer = run("guide", *arguments)
    assert answer.code == 2
    assert named in answer.err
