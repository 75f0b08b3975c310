"""``ai-models show``: one model whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from commandline import FILES, Run, uncoloured

pytestmark = pytest.mark.usefixtures("made_up")


def test_every_section_of_a_well_known_model(run: Run) -> None:
    answer = run("show", "big")
    assert answer.code == 0
    assert answer.lines[0] == "Big Two  big-2  active"
    assert answer.line("prompt").split() == ["prompt", "1,000,000", "tokens"]
    assert answer.line("retires").endswith("2027-01-01 (40 days left)")
    assert answer.line("replaced by").endswith("mini")
    assert "acme-newest (floating, since 2026-01-01)" in answer.line("also called")
    assert "old-big (since 2026-02-01, until 2027-01-01)" in answer.line("also called")
    assert "image_input" in answer.line("✓ supported")
    assert answer.line("✗ unsupported").split() == ["✗", "unsupported", "audio_input"]
    assert "moderation" in answer.line("? unknown")
    assert answer.line("reasoning").endswith(
        "controlled by effort; efforts low, high; at least 10 tokens; at most 99 tokens; can be switched off"
    )
    assert answer.line("Price").endswith("acme:big-2, since 2026-06-01 until 2027-01-01 (observed)")
    assert answer.line("sold as").endswith("acme:big-2, shop:big-2-eu, shop:shop-big")
    assert "- Long reports" in answer.lines
    assert answer.line("feed, vendor").endswith("text_input")
    assert answer.line("feed  ").endswith("context_window_input, release_date")
    assert (
        "conflict on knowledge_cutoff: feed says 2025-05, vendor says 2025-06; settled: verified by a person" in answer.out
    )


def test_unknown_facts_are_called_unknown(run: Run) -> None:
    answer = run("show", "bare")
    for label in ("family", "version", "weights", "documentation", "prompt", "knowledge until"):
        assert answer.line(label).endswith("unknown")
    assert answer.line("also called").endswith("nothing else")
    assert answer.line("retires").endswith("no date known")
    assert answer.line("✓ supported").endswith("none")
    assert answer.line("unknown: no price") == "unknown: no price of bare at zeta is known for 2026-11-22"
    assert "none is recorded" in answer.out


def test_a_retired_model_says_for_how_long(run: Run) -> None:
    assert run("show", "gone-1").line("retires").endswith("2026-11-12 (retired for 10 days)")


def test_a_floating_name_is_marked(run: Run) -> None:
    assert run("show", "acme-newest").lines[0] == "acme-newest is a floating name: it moves to newer models"


def test_json_holds_what_the_page_holds(run: Run) -> None:
    facts = run("show", "big-2", "--json").json
    assert facts["days_until_retirement"] == 40
    assert facts["price"]["rates"]["cache_read"] == {
        "amount": "0.075", "per": 1_000_000, "unit": "token", "minimum": None, "increment": None, "same_as": None,
    }  # fmt: skip
    assert facts["price"]["effective_until"] == "2027-01-01T00:00:00Z"
    assert facts["price"]["overrides"][0]["multiply"] == {"tokens": "0.5"}
    assert facts["aliases"][1] == {"name": "acme-newest", "since": "2026-01-01", "until": None, "floating": True}
    assert facts["evidence"]["text_input"] == ["feed", "vendor"]
    assert facts["sold_as"] == ["acme:big-2", "shop:big-2-eu", "shop:shop-big"]
    bare = run("show", "bare", "--json").json
    assert (bare["price"], bare["reasoning"], bare["days_until_retirement"]) == (None, None, None)


def test_an_offering_shows_the_price_of_its_provider(run: Run) -> None:
    assert run("show", "shop:shop-big", "--json").json["price"]["rates"]["input"]["amount"] == "3"


def test_a_wrong_name_exits_with_2_and_suggests(run: Run) -> None:
    answer = run("show", "bigg-2")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "error: no model is called 'bigg-2'; did you mean big-2 or big-2-eu?\n"


@pytest.mark.parametrize("width", [80, 120])
def test_the_page_fits_a_terminal(run: Run, width: int) -> None:
    plain = uncoloured(run("show", "big-2", width=width).out)
    assert max(map(len, plain.splitlines())) <= width
    assert "• Long reports" in plain


def test_many_sellers_are_counted(run: Run, install: Callable[[dict[str, str]], Path]) -> None:
    offer = "{{model: acme/big-2, pricing_versions: [{{effective_date: 2026-01-01, input_per_1m_tokens: 1}}]}}"
    many = "".join(f"\n  big-{number:02}: {offer.format()}" for number in range(20))
    install({**FILES, "prices/bazaar.yaml": f"provider: bazaar\nmodels:{many}\n"})
    assert run("show", "big-2").line("sold as").endswith("and 11 more")


def test_evidence_stands_beside_each_fact_with_the_dates_of_its_sources(run: Run) -> None:
    answer = run("show", "big", "--evidence")
    assert answer.code == 0
    lines = {line.split("  ")[0]: line for line in answer.out.splitlines()}
    assert lines["context_window_input"].split() == ["context_window_input", "1000000", "feed", "(2026-11-01)"]
    assert "2026-01-01" in lines["release_date"]
    assert "supported" in lines["text_input"]
    assert "feed" in lines["rate of input"]
    assert "conflict on knowledge_cutoff: feed: 2025-05; vendor: 2025-06" in answer.out
    facts = {fact["field"]: fact for fact in run("show", "big", "--evidence", "--json").json}
    assert facts["text_input"]["value"] == "supported"
    assert len(facts["text_input"]["sources"]) == 2


def test_a_model_without_evidence_says_so(run: Run) -> None:
    assert "no fact has a source" in run("show", "bare", "--evidence").out
