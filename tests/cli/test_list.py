"""``ai-models list``: filters, orders and forms."""

from __future__ import annotations

import csv
import io

import pytest
from commandline import Run, uncoloured

pytestmark = pytest.mark.usefixtures("made_up")


def ids(run: Run, *arguments: str) -> list[str]:
    answer = run("list", "--json", *arguments)
    assert answer.code == (0 if answer.json else 1)
    return [row["model_id"] for row in answer.json]


def test_current_models_are_listed_by_maker_and_the_newest_first(run: Run) -> None:
    assert ids(run) == ["mini", "big-2", "bare", "zhi"]


def test_retired_models_are_listed_on_request(run: Run) -> None:
    assert "gone-1" in ids(run, "--all")
    assert ids(run, "--status", "retired") == ["gone-1"]
    assert ids(run, "--status", "retired", "--status", "preview") == ["gone-1", "zhi"]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--maker", "Zeta"], ["bare", "zhi"]),
        (["--provider", "shop"], ["big-2"]),
        (["--family", "bigs"], ["big-2"]),
        (["-c", "image_input"], ["big-2"]),
        (["-c", "text-input", "-c", "large_context"], ["mini", "big-2"]),
        (["-c", "audio_input"], []),
        (["--min-context", "200k"], ["mini", "big-2"]),
        (["--min-context", "200001"], ["big-2"]),
        (["--max-price", "2"], ["mini", "big-2"]),
        (["--max-price", "1.99"], ["mini"]),
        (["--provider", "shop", "--max-price", "2.99"], []),
        (["--provider", "shop", "--max-price", "3"], ["big-2"]),
    ],
)
def test_a_model_is_listed_where_it_is_known_to_satisfy_every_filter(
    run: Run, arguments: list[str], found: list[str]
) -> None:
    assert ids(run, *arguments) == found


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("price", ["mini", "big-2", "bare", "zhi"]),
        ("context", ["big-2", "mini", "bare", "zhi"]),
        ("name", ["bare", "big-2", "mini", "zhi"]),
        ("released", ["mini", "big-2", "bare", "zhi"]),
    ],
)
def test_orders_put_unknown_facts_last(run: Run, order: str, found: list[str]) -> None:
    assert ids(run, "--sort", order) == found


def test_nothing_found_is_said_and_exits_with_1(run: Run) -> None:
    answer = run("list", "--max-price", "0")
    assert (answer.code, answer.out) == (1, "no model satisfies every filter\n")
    assert uncoloured(run("list", "--max-price", "0", width=80).out) == "no model satisfies every filter\n"


def test_a_pipe_gets_aligned_text_without_boxes_colour_or_summary(run: Run) -> None:
    answer = run("list")
    assert answer.code == 0
    header = "Model Maker Status Prompt tokens Answer tokens Input USD/1M Output USD/1M Released Retires"
    assert " ".join(answer.lines[0].split()) == header
    big = "big-2 acme active 1,000,000 64,000 2.00 10.00 2026-01-01 2027-01-01"
    assert " ".join(answer.line("big-2").split()) == big
    assert answer.line("bare").split() == ["bare", "zeta", "active", "?", "?", "?", "?", "2026-05-05"]
    assert answer.line("zhi").split() == ["zhi", "zeta", "preview", "?", "?", "4.00", "CNY", "8.00", "CNY", "?"]
    assert len(answer.lines) == 5
    assert "\x1b" not in answer.out
    assert "─" not in answer.out


def test_a_terminal_gets_a_coloured_table_with_a_summary(run: Run) -> None:
    answer = run("list", width=140)
    assert "\x1b[32mactive" in answer.out
    plain = uncoloured(answer.out)
    assert "─" in plain
    assert "4 models; standard rates at the maker on 2026-11-22; ? is unknown" in plain
    assert "not shown" not in plain


def test_a_narrow_terminal_loses_columns_and_never_a_part_of_an_id(run: Run) -> None:
    plain = uncoloured(run("list", width=60).out)
    assert all(len(line) <= 60 for line in plain.splitlines())
    assert "big-2" in plain
    assert "not shown at this width: maker, retires, answer tokens" in plain
    tiny = uncoloured(run("list", width=3).out)
    assert "big-2" in tiny


def test_the_prices_of_a_provider_are_those_of_its_plain_offering(run: Run) -> None:
    answer = run("list", "--provider", "shop", "--json")
    assert (answer.json[0]["input_per_1m"], answer.json[0]["output_per_1m"]) == ("3", "12")
    assert "standard rates at shop" in uncoloured(run("list", "--provider", "shop", width=100).out)


def test_json_has_stable_keys_text_amounts_iso_dates_and_null_for_unknown(run: Run) -> None:
    big, bare = (next(r for r in run("list", "--json").json if r["model_id"] == name) for name in ("big-2", "bare"))
    assert (big["input_per_1m"], big["currency"], big["release_date"]) == ("2", "USD", "2026-01-01")
    assert (big["context_window_input"], big["open_weights"]) == (1_000_000, False)
    assert big["capabilities"]["unsupported"] == ["audio_input"]
    assert "image_input" in big["capabilities"]["supported"]
    assert "moderation" in big["capabilities"]["unknown"]
    assert big.keys() == bare.keys()
    assert [bare[key] for key in ("input_per_1m", "currency", "context_window_input", "open_weights")] == [None] * 4


def test_csv_has_a_header_and_empty_fields_for_unknown(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("list", "--csv").out)))
    by_id = {row["model_id"]: row for row in rows}
    assert by_id["big-2"]["input_per_1m"] == "2"
    assert by_id["big-2"]["open_weights"] == "false"
    assert by_id["zhi"]["open_weights"] == "true"
    assert by_id["bare"]["input_per_1m"] == ""
    assert by_id["bare"]["release_date"] == "2026-05-05"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--maker", "acne"], "no maker is called 'acne'; did you mean acme?"),
        (["--provider", "shoop"], "did you mean shop?"),
        (["--family", "big"], "did you mean bigs?"),
        (["--status", "activ"], "did you mean active?"),
        (["--sort", "prise"], "did you mean price?"),
        (["-c", "image_inpt"], "did you mean image_input"),
        (["--all", "--status", "active"], "contradict"),
        (["--json", "--csv"], "use one of them"),
        (["--min-context", "big"], "not a whole number of tokens"),
    ],
)
def test_wrong_usage_exits_with_2_and_suggests(run: Run, arguments: list[str], message: str) -> None:
    answer = run("list", *arguments)
    assert answer.code == 2
    assert answer.out == ""
    assert message in " ".join(answer.err.split())
