"""A file's scores beside those that sources state: nothing of a person's is touched, and nothing that stood is lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ai_models.catalog.fusion.score_list import Held, merged_scores, score_document, score_of_document
from ai_models.catalog.fusion.text import Score, render
from ai_models.errors import CatalogError
from ai_models.models.benchmarks import Benchmark

PAGE = "https://acme.example/eval"


def score(figure: str = "50", name: str = "M", **more: Any) -> Benchmark:
    return Benchmark(**{"name": name, "score": Decimal(figure), "source": PAGE, "via": "feed", **more})


def ours(figure: str = "50", name: str = "M", **more: Any) -> Benchmark:
    return score(figure, name, via=None, **more)


def merged(present: list[Benchmark], stated: list[Benchmark]) -> tuple[list[str], list[tuple[str | None, str | None]]]:
    """The figures of the entries, ``=`` before those that the file already had; and the changes, old and new."""
    held = [Held(found, f"={found.score}") for found in present]
    entries, changes = merged_scores(held, stated, lambda found: str(found.score))
    return entries, [(old and str(old.score), new and str(new.score)) for old, new in changes]


def test_new_scores_are_added_in_order_and_the_others_keep_their_places() -> None:
    present = [score("1", "B"), score("2", "N"), score("3", "A")]
    entries, changes = merged(present, [*present, score("9", "C"), score("8", "Z"), score("7", "A", version="2")])
    assert entries == ["7", "=1", "9", "=2", "=3", "8"]
    assert changes == [(None, "7"), (None, "9"), (None, "8")]


def test_what_is_stated_as_it_stands_changes_nothing() -> None:
    present = [score("50.0", date=date(2026, 1, 1)), ours("60")]
    assert merged(present, [score("50"), score("60")]) == (["=50.0", "=60"], [])


def test_a_score_that_disappears_stays_and_is_named_but_a_persons_is_not() -> None:
    assert merged([score("50"), ours("60")], []) == (["=50", "=60"], [("50", None)])


def test_a_persons_score_is_never_overwritten_and_what_contradicts_it_stands_beside_it() -> None:
    entries, changes = merged([ours("60")], [score("61")])
    assert sorted(entries) == ["61", "=60"]
    assert changes == [(None, "61")]


def test_a_page_that_corrects_its_figure_or_names_its_day_takes_the_place_of_what_it_said() -> None:
    assert merged([score("50")], [score("51")]) == (["51"], [("50", "51")])
    assert merged([score("50")], [score("50", date=date(2026, 1, 2))]) == (["50"], [("50", "50")])
    assert merged([score("50", date=date(2026, 1, 2))], [score("50")]) == (["=50"], []), "a day that is no longer said stays"


def test_another_page_or_another_setting_corrects_nothing() -> None:
    for changes in ({"source": "https://other.example"}, {"variant": "max"}, {"harness": "Codex"}, {"via": "other"}):
        entries, found = merged([score("50")], [score("51", **changes)])
        assert sorted(entries) == ["51", "=50"]
        assert set(found) == {(None, "51"), ("50", None)}


def test_a_page_that_states_both_figures_is_no_correction() -> None:
    entries, changes = merged([score("50")], [score("50"), score("51")])
    assert (sorted(entries), changes) == (["51", "=50"], [(None, "51")])


def test_of_two_figures_that_a_page_no_longer_states_one_is_corrected_and_the_other_stays() -> None:
    entries, changes = merged([score("50"), score("51")], [score("52")])
    assert entries == ["52", "=51"]
    assert changes == [("50", "52"), ("51", None)]


def test_a_merge_of_what_was_merged_changes_nothing() -> None:
    stated = [score(str(n), f"N{n % 7}", version=str(n % 3)) for n in range(40)]
    entries, _ = merged_scores([Held(ours("1", "X"), ours("1", "X"))], stated, lambda found: found)
    again, changes = merged_scores([Held(found, found) for found in entries], stated, lambda found: found)
    assert (again, changes) == (entries, [])


def test_an_entry_is_written_in_one_order_with_every_digit_and_reads_back() -> None:
    full = score("12.50", harness="Codex", variant="max", dataset="d", version="2", metric="x", date=date(2026, 1, 2))
    document = score_document(full)
    assert list(document) == [
        *("name", "score", "metric", "harness", "variant", "dataset", "version", "date", "source", "via"),
    ]  # fmt: skip
    assert score_of_document({key: str(value) for key, value in document.items()}) == full
    assert list(score_document(ours())) == ["name", "score", "source"]
    text = render({"benchmarks": [score_document(score(figure)) for figure in ("12.50", "81", "1E+2", "0.0")]})
    assert [line.split()[1] for line in text.splitlines() if "score" in line] == ["12.50", "81", "100", "0.0"]
    assert isinstance(document["score"], Score)


@pytest.mark.parametrize("entry", [{}, {"name": "A", "score": "many", "source": PAGE}, {"name": "A", "score": "1"}])
def test_an_entry_that_is_no_score_is_an_error_that_says_what_to_do(entry: dict[str, str]) -> None:
    with pytest.raises(CatalogError, match="ai-models validate"):
        score_of_document(entry)
