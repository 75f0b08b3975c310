"""What is wrong with an overlay is said with its place, and with the file that it collides with."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from layering import KEY, Lay

from ai_models.catalog.catalog import Catalog
from ai_models.errors import CatalogError


def problems(lay: Lay, *texts: str) -> list[str]:
    with pytest.raises(CatalogError) as caught:
        lay(*texts)
    return [re.sub(r"^.*?/overlay(?=\d/)", "", problem, count=1) for problem in caught.value.problems]


def test_a_status_that_the_overlay_writes_itself_must_fit_its_dates(lay: Lay) -> None:
    found = problems(lay, KEY + "lifecycle: {retires_on: 2025-12-01, status: active}")
    assert found == [
        "1/file.yaml:3: lifecycle.status: active contradicts the dates, which make it retired on 2025-12-01 (last_verified)"
    ]


def test_two_files_of_one_overlay_must_not_define_the_same_thing(write, base: Catalog) -> None:
    write("overlay/a.yaml", KEY)
    write("overlay/b.yaml", KEY)
    write("overlay/p.yaml", "provider: acme\nmodels: {one-1: {region: eu}}")
    write("overlay/q.yaml", "provider: acme\nmodels: {one-1: {region: us}}")
    family = "family: f\nmaker: acme\nname: F"
    write("overlay/f.yaml", family)
    folder = write("overlay/g.yaml", family).parent
    with pytest.raises(CatalogError) as caught:
        Catalog.load([folder], base=base)
    text = "\n".join(caught.value.problems)
    assert "b.yaml:1: model_id: acme/one-1 is defined in" in text
    assert "models.one-1: is priced in" in text
    assert "family: 'f' is described in" in text
    assert len(caught.value.problems) == 3


def test_every_problem_of_every_overlay_is_listed_with_its_place(lay: Lay) -> None:
    found = problems(
        lay,
        KEY + "metdata: {}\nmetadata: {context_window_inputs: 1, context_window_output: lots}",
        "provider: acme\nmodels: {one-1: {limits: {context_window: 1}}}",
    )
    assert found == [
        "1/file.yaml:3: metdata: is not a key here; did you mean metadata?",
        "1/file.yaml:4: metadata.context_window_inputs: is not a key here; did you mean context_window_input?",
        "1/file.yaml:4: metadata.context_window_output: must be a whole number, found 'lots'",
        "2/file.yaml:2: models.one-1.limits.context_window: is not a key here; did you mean context_window_input?",
    ]


def test_a_contradiction_to_what_is_shipped_stands_at_the_overlays_line(lay: Lay) -> None:
    found = problems(lay, KEY + "aliases: []\nmetadata: {context_window_input: 200001}")
    assert found == ["1/file.yaml:4: metadata.context_window_input: 200,001 exceeds the total of 200,000"]
    found = problems(lay, KEY + "aliases: []\nmetadata: {context_window: 7000, context_window_input: 7000}")
    assert found == ["1/file.yaml:4: metadata.context_window_output: 8,000 exceeds the window of 7,000"]


def test_an_alias_that_a_shipped_model_bears_names_both_files(lay: Lay) -> None:
    found = problems(lay, "model_id: two\nprovider: acme\naliases: [ONE]")
    assert found == ["1/file.yaml:3: aliases: 'ONE' is claimed by one-1 too (shipped acme/one.yaml)"]


def test_an_alias_that_another_overlay_gave_away_names_both_files(lay: Lay) -> None:
    found = problems(lay, "model_id: two\nprovider: acme\naliases: [mine]", KEY + "aliases: [mine]")
    assert len(found) == 1
    assert found[0].startswith("2/file.yaml:3: aliases: 'mine' is claimed by two too (")
    assert found[0].endswith("overlay1/file.yaml)")


@pytest.mark.parametrize(("model_id", "meant"), [("one", "one-1"), ("one-2", "one-1"), ("unlike", None)])
def test_a_part_of_an_unknown_model_says_which_one_it_may_mean(lay: Lay, model_id: str, meant: str | None) -> None:
    found = problems(lay, f"model_id: {model_id}\nprovider: acme\nmetadata: {{context_window_input: 1}}")
    hint = f"; did you mean {meant}?" if meant else ""
    said = f"is no model that could be changed, so all that a model needs must be written, found '{model_id}'{hint}"
    assert f"1/file.yaml:1: model_id: {said}" in found
    assert "1/file.yaml:3: metadata.name: is missing" in found


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("provider: acme\nmetadata: {name: X}", "1: model_id: is missing"),
        (KEY + "metadata: [1]", "3: metadata: must be a mapping of keys to values, found sequence"),
        (KEY + "capabilities: {a: 1}", "3: capabilities: must be a list, found mapping"),
        (KEY + "optimization: 1", "3: optimization: must be a mapping of keys to values, found '1'"),
        (KEY + "aliases: [{nam: x}]", "3: aliases[0].nam: is not a key here; did you mean name?"),
        (KEY + "evidence: {name: [rumour]}", "3: evidence.name: is not named in the sources file, found 'rumour'"),
        (KEY + "lifecycle: {replacement: [twoo]}", "3: lifecycle.replacement: is not a model of the catalogue, "
         "found 'twoo'; did you mean two?"),
        (KEY + "pricing_ref: thre", "3: pricing_ref: is not in the maker's pricing file, found 'thre'; did you mean three?"),
        (KEY + "capabilities: [streaming]\nunsupported: [streaming]", "4: unsupported[0]: streaming is listed under "
         "capabilities too"),
        ("provider: acme\nmodels: [1]", "2: models: must be a mapping of keys to values, found sequence"),
        ("provider: acme\nmodels: {one-1: 3}", "2: models.one-1: must be a mapping of keys to values, found '3'"),
        ("provider: acme\nmodels: {one-1: {model: acme/on}}", "2: models.one-1.model: is not a model of the catalogue, "
         "found 'acme/on'"),
        ("provider: acme\nmodels: {one-1: {lifecycle: {retires_on: 2026-01-01}}}", "2: models.one-1.lifecycle.retires_on: "
         "2026-01-01 is before lifecycle.deprecated_on 2026-06-01"),
        ("provider: acme\nmodels: {one-1: {pricing_versions: [{input_per_1m_tokens: 1, overrides: [{when: {region: mars}, "
         "input_per_1m_tokens: 2}]}]}}", "'mars' is not one of the provider's regions"),
        ("family: ones\nmaker: acme", "1: name: is missing"),
        ("sources: {mine: {name: Mine}}", "1: sources.mine.url: is missing"),
        ("colour: blue", "is no catalogue file"),
        ("- 1", "must hold a mapping of keys to values, but holds none"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(lay: Lay, text: str, problem: str) -> None:
    assert any(problem in found for found in problems(lay, text))


def test_a_place_that_does_not_exist_is_a_problem(base: Catalog, tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"Catalog\.load: .*nowhere does not exist"):
        Catalog.load([tmp_path / "nowhere"], base=base)


def test_a_model_does_not_come_after_its_price_by_an_overlay(lay: Lay, base: Catalog) -> None:
    first = base.get_offering("one-1").versions[0].effective_from
    assert first is not None
    day = first.date()
    lay(KEY + f"metadata: {{release_date: {day}}}")
    later = day + timedelta(days=1)
    assert problems(lay, KEY + f"metadata:\n  release_date: {later}\n") == [
        f"1/file.yaml:4: metadata.release_date: is after the first price of acme:one-1 on {day}; a price cannot be older "
        f"than its model, found '{later}'"
    ]
    own = f"provider: acme\nmodels: {{one-1: {{pricing_versions: [{{effective_date: {day}, input_per_1m_tokens: 1}}]}}}}"
    both = problems(lay, own, KEY + f"metadata: {{release_date: {later}}}")
    assert [problem.partition(": ")[0] for problem in both] == ["2/file.yaml:3"]
