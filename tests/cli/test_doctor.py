"""``ai-models doctor``: what the catalogue holds and lacks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from commandline import Run, uncoloured

from ai_models import __version__

pytestmark = pytest.mark.usefixtures("made_up")


def test_json_has_the_counts_as_integers_at_the_top(run: Run) -> None:
    facts = run("doctor", "--json").json
    assert {key: facts[key] for key in ("models", "offerings", "providers", "histories")} == {
        "models": 5, "offerings": 5, "providers": 3, "histories": 1,
    }  # fmt: skip
    assert facts["version"] == __version__
    assert facts["loaded_from"] == "a private catalogue"
    assert (facts["benchmark_scores"], facts["benchmarks"], facts["models_with_scores"]) == (0, 0, 0)
    assert facts["models_by_status"] == {"active": 3, "preview": 1, "retired": 1}


def test_what_wants_attention_is_named(run: Run) -> None:
    facts = run("doctor", "--json").json
    assert facts["current_without_price"] == ["zeta/bare"]
    assert facts["current_without_window"] == ["zeta/bare", "zeta/zhi"]
    assert facts["without_release_date"] == ["acme/gone-1", "zeta/zhi"]
    assert facts["current_stale"] == ["acme/mini"]
    assert facts["conflicts"] == 1
    assert (facts["last_verified_oldest"], facts["last_verified_newest"]) == ("2026-04-01", "2026-11-01")
    assert facts["retiring"] == [
        {"model": "acme/big-2", "retires_on": "2027-01-01", "days_left": 40, "replacement": ["mini"]}
    ]
    assert facts["sources"]["feed"]["version"] == "1.2"


def test_the_page_says_the_same(run: Run) -> None:
    answer = run("doctor")
    assert answer.code == 0
    assert answer.line("models").endswith("5 (3 active, 1 preview, 1 retired)")
    assert answer.line("acme/big-2").split() == ["acme/big-2", "2027-01-01", "40", "mini"]
    assert answer.line("current, without a price").endswith("1: zeta/bare")
    assert answer.line("vendor").split() == ["vendor", "?", "?", "facts"]
    assert max(map(len, uncoloured(run("doctor", width=80).out).splitlines())) <= 80


def test_a_catalogue_in_which_nothing_is_wrong(run: Run, install: Callable[[dict[str, str]], Path]) -> None:
    install({"m.yaml": """
        model_id: m
        provider: p
        metadata: {name: M, context_window_input: 5, release_date: 2026-01-01, last_verified: 2026-11-01}
        pricing_ref: m
    """, "p.yaml": """
        provider: p
        models: {m: {pricing_versions: [{effective_date: 2026-01-01, input_per_1m_tokens: 1}]}}
    """})  # fmt: skip
    answer = run("doctor")
    assert answer.line("current, without a price").endswith("none")
    assert "Retiring" not in answer.out
    assert answer.lines[-1] == "none is recorded"


def test_long_lists_are_cut_and_counted(run: Run, install: Callable[[dict[str, str]], Path]) -> None:
    files = {
        f"m{n:02}.yaml": f"model_id: m{n:02}\nprovider: p\nmetadata: {{name: M, last_verified: 2026-11-01}}\n"
        for n in range(12)
    }
    install(files)
    assert run("doctor").line("without a release date").startswith("without a release date")
    assert run("doctor").line("without a release date").endswith("and 4 more")


LEFT_OUT = {
    "prices.yaml": """
        provider: acme
        models:
          session: {pricing_versions: [{effective_date: 2026-01-01, request_per_1k: 1}]}
          strange: {pricing_versions: [{effective_date: 2026-01-01, input_per_1m_tokens: 1}]}
    """,
    "quarantine.yaml": """
        first_party: [acme]
        no_model: {"a tool's session": ["acme:session"]}
        quarantine:
          is below N: {feed: [{subject: "acme:one", field: context_window, value: 5, against: 7, where: line 3}]}
          a gap: {feed: [{subject: "acme:two"}, {subject: "acme:three"}]}
    """,
}


def test_claims_that_are_not_believed_are_counted_by_reason(run: Run, install: Callable[[dict[str, str]], Path]) -> None:
    install(LEFT_OUT)
    answer = run("doctor")
    assert answer.line("Quarantined claims").endswith("3 in all; --quarantined lists them")
    assert answer.line("2").split(maxsplit=1) == ["2", "a gap"]
    assert run("doctor", "--json").json["quarantined"] == {"a gap": 2, "is below N": 1}


def test_first_party_offerings_of_no_model_are_explained_or_named(
    run: Run, install: Callable[[dict[str, str]], Path]
) -> None:
    install(LEFT_OUT)
    told = run("doctor").line("first-party offerings without a model")
    assert told.endswith("1 explained, 1 unexplained (acme:strange)")
    assert run("doctor", "--json").json["first_party_without_model"] == {
        "explained": {"acme:session": "a tool's session"}, "unexplained": ["acme:strange"],
    }  # fmt: skip


def test_every_claim_is_listed_on_request(run: Run, install: Callable[[dict[str, str]], Path]) -> None:
    install(LEFT_OUT)
    answer = run("doctor", "--quarantined")
    assert answer.line("is below N").endswith("1 claim")
    assert answer.line("acme:one").split() == ["acme:one", "context_window", "5", "7", "feed", "line", "3"]
    facts = run("doctor", "--quarantined", "--json").json
    assert facts[0] == {
        "reason": "is below N", "source": "feed", "subject": "acme:one", "field": "context_window", "value": "5",
        "against": "7", "where": "line 3",
    }  # fmt: skip
    assert facts[1]["field"] is None


def test_where_nothing_is_left_out_that_is_said(run: Run) -> None:
    assert run("doctor", "--quarantined").out == "nothing is quarantined\n"
    assert "Quarantined claims" not in run("doctor").out
