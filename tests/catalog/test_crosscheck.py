"""What only several files together show: names claimed twice, references that lead nowhere, unnamed sources."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ai_models.catalog.problems import Problem
from ai_models.catalog.validate import validate

Report = Callable[..., list[Problem]]
Writer = Callable[[str, str], Path]

SOURCES = "sources: {feed: {name: Feed, url: https://a, licence: MIT}}\n"


def model(model_id: str, rest: str = "", *, maker: str = "acme", verified: str = "2026-06-15") -> str:
    return f"model_id: {model_id}\nprovider: {maker}\nmetadata: {{name: N, last_verified: {verified}}}\n{rest}"


def prices(*entries: str, provider: str = "acme") -> str:
    return f"provider: {provider}\nmodels:\n" + "".join(f"  {entry}\n" for entry in entries)


@pytest.mark.parametrize(
    ("first", "second", "field", "line"),
    [
        (model("one"), model("one"), "model_id", 1),
        (model("one"), model("ONE"), "model_id", 1),
        (model("one"), model("two", "aliases: [a, One]\n"), "aliases", 4),
        (model("one", "aliases: [a]\n"), model("two", "aliases:\n  - b\n  - A\n"), "aliases", 6),
        (
            model("one", "aliases: [{name: a, since: 2025-01-01, until: 2025-06-02}]\n"),
            model("two", "aliases: [{name: a, since: 2025-06-01}]\n"),
            "aliases",
            4,
        ),
        (model("one", "aliases: [a]\n"), model("two", "aliases: [{name: a, until: 2025-01-01}]\n"), "aliases", 4),
        (model("one"), model("two", "aliases: [{name: one, since: 2025-01-01}]\n"), "aliases", 4),
        (model("one"), model("two", "aliases: [{name: one, until: 2026-06-16}]\n"), "aliases", 4),
    ],
)
def test_a_name_claimed_twice_at_one_time_is_refused(report: Report, first: str, second: str, field: str, line: int) -> None:
    (problem,) = report(first, second)
    assert problem.file.endswith("file1.yaml")
    assert (problem.line, problem.field) == (line, field)
    assert "is claimed by one too (" in problem.message
    assert "file0.yaml)" in problem.message


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (model("one"), model("one", maker="other")),
        (
            model("one", "aliases: [{name: a, since: 2025-01-01, until: 2025-06-01}]\n"),
            model("two", "aliases: [{name: a, since: 2025-06-01}]\n"),
        ),
        (
            model("one", "aliases: [{name: a, since: 2025-06-01}]\n"),
            model("two", "aliases: [{name: a, until: 2025-06-01}]\n"),
        ),
        (model("one"), model("two", "aliases: [{name: one, until: 2026-06-15}]\n")),
        (model("one", verified="2026-01-01"), model("two", "aliases: [{name: one, until: 2026-06-15}]\n")),
    ],
)
def test_a_name_may_pass_from_one_model_to_the_next(report: Report, first: str, second: str) -> None:
    assert report(first, second) == []
    assert report(second, first) == []


def test_each_further_claimant_is_reported_with_each_earlier_one(report: Report) -> None:
    assert len(report(model("one"), model("one"), model("one"))) == 3


def test_a_model_is_not_its_own_rival(report: Report) -> None:
    assert report(model("one", "aliases: [ONE, a, A]\n")) == []


def test_the_folder_is_the_maker(write: Writer) -> None:
    wrong = write("definitions/acme/one.yaml", model("one", maker="other"))
    right = write("definitions/acme/two.yaml", model("two"))
    elsewhere = write("mine/acme/three.yaml", model("three", maker="other"))
    (problem,) = validate([wrong, right, elsewhere]).problems
    assert (problem.line, problem.field) == (2, "provider")
    assert problem.message == "the file lies in the folder of 'acme'"
    assert problem.found == "'other'"


def test_an_offering_priced_in_two_files_is_refused(report: Report) -> None:
    (problem,) = report(prices("one: {}", "two: {}"), prices("three: {}", "two: {}"))
    assert (problem.line, problem.field) == (4, "models.two")
    assert problem.message.startswith("is priced in ")
    assert problem.message.endswith("file0.yaml too")


def test_two_files_may_share_a_provider_and_two_providers_an_id(report: Report) -> None:
    assert report(prices("one: {}"), prices("two: {}"), prices("one: {}", provider="other")) == []


def test_families_and_sources_are_described_once(report: Report) -> None:
    family = "family: f\nmaker: acme\nname: F\n"
    assert [(p.line, p.field, p.message.split(" in ")[0]) for p in report(family, family)] == [
        (1, "family", "'f' is described")
    ]
    assert [(p.line, p.field, p.message.split(" in ")[0]) for p in report(SOURCES, SOURCES)] == [
        (1, "sources.feed", "'feed' is described")
    ]
    assert report(family, family.replace("family: f", "family: g"), SOURCES) == []


def test_pricing_ref_leads_into_the_makers_file(report: Report) -> None:
    wrong = model("one", "pricing_ref: won\n")
    (problem,) = report(wrong, prices("one: {}"))
    assert (problem.line, problem.field, problem.found, problem.nearest) == (4, "pricing_ref", "'won'", "one")
    assert problem.message == "is not in the maker's pricing file"
    assert report(wrong.replace("won", "one"), prices("one: {}")) == []
    assert report(wrong.replace("won", "null"), prices("one: {}")) == []
    assert report(wrong, prices("two: {}", provider="other")) == []


def test_replacements_are_models_or_aliases(report: Report) -> None:
    two = model("two", "aliases: [second]\n")
    good = "lifecycle: {replacement: [two, second, acme/two, other/three]}\n"
    assert report(model("one", good), two, model("three", maker="other")) == []
    (problem,) = report(model("one", "lifecycle:\n  replacement:\n    - twoo\n"), two)
    assert (problem.line, problem.field, problem.found) == (6, "lifecycle.replacement", "'twoo'")
    assert problem.message == "is not a model of the catalogue"
    assert problem.nearest == "two"


def test_an_offering_serves_a_model_of_the_catalogue(report: Report) -> None:
    (problem,) = report(model("one"), prices("x: {model: acme/onne}", provider="cloud"))
    assert (problem.line, problem.field, problem.nearest) == (3, "models.x.model", "acme/one")
    assert problem.message == "is not a model of the catalogue"
    assert report(model("one"), prices("x: {model: acme/one}", provider="cloud")) == []


def test_an_alias_is_not_what_an_offering_serves(report: Report) -> None:
    assert len(report(model("one", "aliases: [a]\n"), prices("x: {model: acme/a}", provider="cloud"))) == 1


def test_a_mistake_in_a_model_does_not_turn_references_to_it_wrong(report: Report) -> None:
    broken = model("one", "aliases: [a, {name: b}, [c]]\nstatus: x\n")
    problems = report(
        broken,
        prices("x: {model: acme/one}", provider="cloud"),
        model("two", "lifecycle: {replacement: [one, a, b]}\n"),
    )
    assert {p.file.rpartition("/")[2] for p in problems} == {"file0.yaml"}
    assert {p.field for p in problems} == {"status", "aliases[2]"}


def test_a_broken_model_without_a_usable_name_is_only_its_own_problem(report: Report) -> None:
    problems = report("model_id: [one]\nprovider: acme\nmetadata: 1\naliases: x\n")
    assert {p.field for p in problems} == {"model_id", "metadata", "aliases"}


@pytest.mark.parametrize(
    ("text", "field", "line"),
    [
        (model("one", "evidence:\n  name: [feed, fed]\n"), "evidence.name", 5),
        (
            prices("one: {pricing_versions: [{input_per_1m_tokens: 1, evidence: [fed]}]}"),
            "models.one.pricing_versions.evidence",
            3,
        ),
    ],
)
def test_evidence_names_a_source(report: Report, text: str, field: str, line: int) -> None:
    (problem,) = report(text, SOURCES)
    assert (problem.field, problem.line, problem.found, problem.nearest) == (field, line, "'fed'", "feed")
    assert problem.message == "is not named in the sources file"
    assert report(text.replace("fed]", "feed]"), SOURCES) == []


def test_evidence_is_not_checked_where_no_sources_file_is_given(report: Report) -> None:
    assert report(model("one", "evidence: {name: [anything]}\n")) == []
