"""The picture of a selection, read back: its size, its words, and the same bytes for the same selection."""

from __future__ import annotations

import re
import struct
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from small import DAY

from ai_models import PricingService
from ai_models.errors import InvalidSelectionError, MissingExtraError
from ai_models.selection import Selection, plot, select


@pytest.fixture
def selection(small: PricingService) -> Selection:
    return select(workload="10k:1k x 1k/month", at=DAY, pricing_service=small, unknown="allow")


def words(path: Path) -> list[str]:
    """Every text of an SVG file."""
    found = ET.parse(path).getroot().iter("{http://www.w3.org/2000/svg}text")  # noqa: S314 a file that the test wrote
    return ["".join(each.itertext()).strip() for each in found]


def test_a_png_is_of_the_size_that_it_says(selection: Selection, tmp_path: Path) -> None:
    path = plot(selection, tmp_path / "choice.png")
    header = path.read_bytes()[:24]
    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", header[16:24]) == (1_200, 780)


def test_an_svg_names_the_chosen_and_the_frontier(selection: Selection, tmp_path: Path) -> None:
    found = words(plot(selection, tmp_path / "choice.svg"))
    assert "chosen: Free" in found
    assert {each.name for each in selection.frontier} == {"Free", "Cheap", "Wide"}
    assert {"Free", "Cheap", "Wide", "frontier", "other candidates"} <= set(found)
    assert "Dear" not in found  # a grey point
    assert "USD for 10k:1k x 1k/month" in found
    assert "largest prompt, tokens" in found
    assert "6 candidates on 2026-11-30" in found


def test_the_svg_has_a_point_for_every_candidate_with_both_values(selection: Selection, tmp_path: Path) -> None:
    text = plot(selection, tmp_path / "choice.svg").read_text()
    groups = re.findall(r'<g id="(PathCollection_\d+|line2d_\d+)">.*?</g>\n   </g>', text, re.DOTALL)
    assert "PathCollection_1" in groups
    drawn = [each for each in selection.ranked if each.cost.exact is not None and each.context_window_input is not None]
    grey = text.split('id="PathCollection_1"')[1].split('id="PathCollection_2"')[0]
    assert grey.count("<use ") == len(drawn) - len(selection.frontier) == 1


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_same_selection_is_the_same_file(selection: Selection, tmp_path: Path, kind: str) -> None:
    one, two = (plot(selection, tmp_path / f"{name}.{kind}").read_bytes() for name in ("one", "two"))
    assert one == two


def test_the_settings_of_others_stay_as_they_are(selection: Selection, tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    plot(selection, tmp_path / "choice.svg")
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    ("objective", "against", "label"),
    [("newest", "newest", "released"), ("Puzzle[harness=A]", "Puzzle[harness=A]", "Puzzle[harness=A]")],
)
def test_another_dimension_stands_on_the_axis(
    shop: PricingService, tmp_path: Path, objective: str, against: str, label: str
) -> None:
    found = select(
        objective=objective, at=DAY, pricing_service=shop, status=["active", "preview", "deprecated"], makers="acme"
    )
    texts = words(plot(found, tmp_path / "choice.svg", against=against))
    assert label in texts
    dates = [text for text in texts if re.fullmatch(r"20\d\d-\d\d-\d\d", text)]
    assert bool(dates) is (against == "newest")


def test_a_name_is_no_mathematics(shop: PricingService, tmp_path: Path) -> None:
    found = select(models="tiny", at=DAY, pricing_service=shop)
    assert "chosen: Tiny $x^" in words(plot(found, tmp_path / "choice.svg"))


def test_a_file_is_replaced_whole_or_stays(selection: Selection, tmp_path: Path) -> None:
    path = tmp_path / "choice.svg"
    path.write_text("old")
    with pytest.raises(InvalidSelectionError, match="dimension"):
        plot(selection, path, against="beauty")
    assert path.read_text() == "old"
    plot(selection, str(path))
    assert path.read_text().startswith("<?xml")
    assert [each.name for each in tmp_path.iterdir()] == ["choice.svg"]


@pytest.mark.parametrize("name", ["choice.pdf", "choice", "choice.svg.txt"])
def test_other_kinds_of_file_are_refused(selection: Selection, tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidSelectionError, match=r"\.png or \.svg"):
        plot(selection, tmp_path / name)


def test_nothing_can_be_drawn_of_no_candidate(small: PricingService, tmp_path: Path) -> None:
    with pytest.raises(InvalidSelectionError):
        plot(select(makers="acme", min_context=10**9, at=DAY, pricing_service=small), tmp_path / "choice.svg")
    unknown = select(models="vague", at=DAY, pricing_service=small, unknown="only")
    with pytest.raises(InvalidSelectionError, match="that can be drawn"):
        plot(unknown, tmp_path / "choice.svg")
    assert not list(tmp_path.iterdir())


def test_without_matplotlib_the_extra_is_named(
    selection: Selection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing: Any = None  # what an import of it finds
    monkeypatch.setitem(sys.modules, "matplotlib", missing)
    with pytest.raises(MissingExtraError, match=r"ai-models-catalog\[plot\]"):
        plot(selection, tmp_path / "choice.svg")
