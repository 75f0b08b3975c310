"""Trees that somebody else changed, broke or laid as a trap: nothing is overwritten, and nothing outside is touched."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from killed_syncs import moved
from sync_trees import BIG, DAYS, contents, tree

from ai_models.catalog.location import JOURNAL, Place
from ai_models.catalog.sync.journal import STAGING, recover, write_all
from ai_models.catalog.sync.plain import compose, plain_of
from ai_models.catalog.sync.plan import make_plan, retrieved, write_plan
from ai_models.catalog.validate import validate
from ai_models.errors import CatalogError


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return tree(tmp_path / "tree")


# Changed in between


def test_an_edit_between_comparing_and_writing_is_not_lost(place: Place) -> None:
    plan = make_plan(place, moved(), DAYS)
    path = place.definitions / "acme" / "big.yaml"
    path.write_text(BIG.replace("# rounded", "# asked them"))
    before = contents(place)
    with pytest.raises(CatalogError, match=r"big\.yaml was changed while this was at work; nothing was written"):
        write_plan(plan)
    assert contents(place) == before


def test_a_file_that_appeared_in_between_is_not_replaced(place: Place) -> None:
    plan = make_plan(place, moved(), DAYS)
    new = next(path for path, data in plan.read.items() if data is None)
    new.parent.mkdir(exist_ok=True)
    new.write_text("# somebody's notes\n")
    with pytest.raises(CatalogError, match="was changed while this was at work"):
        write_plan(plan)
    assert new.read_text() == "# somebody's notes\n"


def test_the_second_of_two_syncs_that_compared_at_once_writes_nothing(place: Place) -> None:
    first, second = make_plan(place, moved(), DAYS), make_plan(place, moved(), DAYS)
    write_plan(first)
    after = contents(place)
    with pytest.raises(CatalogError, match=r"and \d+ more was changed while this was at work"):
        write_plan(second)
    assert contents(place) == after
    assert not make_plan(place, moved(), DAYS).texts


def test_a_tree_that_is_reached_through_a_link_is_synced(place: Place, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(place.definitions.parent, target_is_directory=True)
    linked = Place(link / "definitions", link / "pricing")
    write_plan(make_plan(linked, moved(), DAYS))
    assert not make_plan(place, moved(), DAYS).texts


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_tree_that_may_not_be_written_stays_as_it_is(place: Place) -> None:
    place.definitions.chmod(0o555)
    with pytest.raises(OSError, match="denied"):
        write_plan(make_plan(place, moved(), DAYS))


# Journals that no sync wrote


def trap(home: Path, files: list[dict[str, Any]], roots: tuple[str, ...] = (".",)) -> None:
    (home / STAGING).mkdir(parents=True, exist_ok=True)
    (home / STAGING / "00000.new").write_bytes(b"evil")
    (home / JOURNAL).write_bytes(msgspec.json.encode({"roots": roots, "files": files}))


def entry(path: str, staged: str = f"{STAGING}/00000.new", old: str | None = None) -> dict[str, Any]:
    return {"path": path, "staged": staged, "old": old, "new": sha256(b"evil").hexdigest()}


@pytest.mark.parametrize(
    ("path", "staged", "roots"),
    [
        ("../../outside.yaml", f"{STAGING}/00000.new", (".",)),
        ("../../outside.yaml", f"{STAGING}/00000.new", (".", "../..")),
        ("hook.sh", f"{STAGING}/00000.new", (".",)),
        ("../pricing/acme.yaml", f"{STAGING}/00000.new", (".",)),
        ("linked/outside.yaml", f"{STAGING}/00000.new", (".",)),
        ("stolen.yaml", "../../secret.yaml", (".",)),
        ("stolen.yaml", "acme/big.yaml", (".",)),
    ],
)
def test_a_journal_that_leads_out_of_its_tree_is_refused(
    place: Place, tmp_path: Path, path: str, staged: str, roots: tuple[str, ...]
) -> None:
    (tmp_path / "secret.yaml").write_bytes(b"evil")
    (place.definitions / "linked").symlink_to(tmp_path, target_is_directory=True)
    trap(place.definitions, [entry(path, staged)], roots)
    before = contents(place)
    for read in (
        lambda: recover([place.definitions]),
        lambda: validate(place),
        lambda: write_all(tuple(place), {place.definitions / "x.yaml": b""}),
    ):
        with pytest.raises(CatalogError, match="so no sync wrote it; nothing was changed"):
            read()
    assert contents(place) == before
    assert (tmp_path / "secret.yaml").exists()
    assert not (tmp_path / "outside.yaml").exists()


def test_a_pointer_does_not_lead_to_somebody_else_s_journal(place: Place, tmp_path: Path) -> None:
    other = tree(tmp_path / "other")
    trap(place.definitions, [entry("acme/new.yaml")], (".", "../../other/pricing"))
    (place.pricing / JOURNAL).write_bytes(msgspec.json.encode({"kept_in": "../definitions"}))
    before = contents(other)
    with pytest.raises(CatalogError, match="so no sync wrote it"):
        recover([place.pricing])
    assert contents(other) == before


def test_a_journal_in_a_folder_that_everybody_shares_is_ignored(place: Place, tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    trap(tmp_path, [entry("tree/definitions/acme/new.yaml")])
    before = contents(place)
    assert validate(place).problems == []
    recover([place.definitions, tmp_path])
    assert contents(place) == before


# Files that are no catalogue's


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("aliases: [big,", "aliases: &a [*a, big,", "line 4 is repeated by an alias"),
        (
            "  open_weights: false\n",
            "  open_weights: false\n  open_weights: true\n",
            "line 6 begins a mapping with a key twice",
        ),
        ("optimization:\n", "? [a, b]\n: c\noptimization:\n", "one that is no word"),
        ("provider: acme\n", "", "provider is not one word"),
        ("provider: acme\n", "provider: [acme]\n", "provider is not one word"),
        ("documentation: {url", "documentation: [{url", "did not find expected"),
        (
            'documentation: {url: "https://acme.example", notes: Ours.}',
            "documentation: Ours",
            "documentation is not a mapping",
        ),
        (
            "unsupported:\n  - audio_input   # tried it\n  - extra_large_context\n",
            "unsupported: audio_input\n",
            "unsupported is not a list",
        ),
        ("pricing_ref: big-1\n", "pricing_ref: big-1\nconflicts: [x]\n", "conflicts holds what is no entry"),
        ("pricing_ref: big-1\n", "pricing_ref: " + "[" * 5_000 + "\n", "cannot be read"),
        ("model_id: big-1", "model_id: big-1\n\tx: 1", "cannot be read"),
    ],
)
def test_a_definition_that_is_none_is_an_error_that_names_it(place: Place, old: str, new: str, said: str) -> None:
    assert old in BIG
    (place.definitions / "acme" / "big.yaml").write_text(BIG.replace(old, new))
    with pytest.raises(CatalogError, match=said) as problem:
        make_plan(place, moved(), DAYS)
    assert "big.yaml" in str(problem.value)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize(
    "text",
    [
        "provider: acme\nmodels: []\n",
        "provider: acme\nmodels: big\n",
        "provider: acme\nmodels: {big-1: 3}\n",
        "provider: acme\nmodels: {big-1: {pricing_versions: 3}}\n",
        "provider: acme\nmodels: {big-1: {pricing_versions: [3]}}\n",
        "provider: acme\nmodels: {big-1: {limits: [3]}}\n",
        "models: {}\n",
        "provider: acme\nmodels:\n",
        "provider: acme\nmodels: {big-1: {pricing_versions: ~, conflicts: ~, limits: , unsupported: null}}\n",
    ],
)
def test_prices_that_are_none_are_an_error_or_left_alone(place: Place, text: str) -> None:
    (place.pricing / "acme.yaml").write_text(text)
    try:
        make_plan(place, moved(), DAYS)
    except CatalogError as problem:
        assert "acme.yaml" in str(problem)  # noqa: PT017 either is right


@pytest.mark.parametrize("text", ["sources: []\n", "sources: {litellm: 3}\n", "sources: 3\n", "sources:\n"])
def test_a_sources_file_that_is_none_is_an_error_or_says_nothing(place: Place, text: str) -> None:
    (place.definitions / "sources.yaml").write_text(text)
    try:
        assert retrieved(place) == {}
        make_plan(place, moved(), DAYS)
    except CatalogError as problem:
        assert "sources.yaml" in str(problem)  # noqa: PT017 either is right


@pytest.mark.parametrize(
    "name",
    [
        "pricing/data/../../../x.yaml",
        "pricing/data//etc/x.yaml",
        "pricing/data/.x.yaml",
        "models/definitions/../x.yaml",
        "pricing/data/x.sh",
        "/etc/x.yaml",
        "elsewhere/x.yaml",
        "pricing/data/a\x1b[31m.yaml",
        "pricing/data/a\\b.yaml",
    ],
)
def test_no_name_leads_out_of_the_tree(place: Place, name: str) -> None:
    proposal = moved()
    prices = {"provider": "new", "display_name": "New", "models": {"n": {"pricing_versions": []}}}
    with pytest.raises(CatalogError, match="cannot be a file of the catalogue") as problem:
        make_plan(place, {**proposal, name: prices}, DAYS)
    assert str(problem.value).isprintable()


# Files as people write them


@pytest.mark.parametrize(
    "written",
    [
        BIG.replace("\n", "\r\n"),
        BIG.rstrip("\n"),
        "\ufeff" + BIG,
        BIG + "\n\n# the end\n\n",
        "---\n" + BIG,
        BIG.replace("documentation: {", "documentation:   {  ").replace("aliases: [", "aliases:    [ "),
        BIG.replace("provider: acme", '"provider": "acme"').replace("model_id: big-1", "'model_id' : 'big-1'"),
        "\n".join(reversed(BIG.split("optimization:")[1].split("\n")[3:5]))
        + "\n"
        + BIG.replace("pricing_ref: big-1\n", "").replace(
            'documentation: {url: "https://acme.example", notes: Ours.}\n', ""
        ),
    ],
    ids=["crlf", "no newline at the end", "bom", "comments at the end", "document start", "spaces", "quoted keys", "order"],
)
def test_a_sync_of_a_file_of_any_hand_changes_only_what_has_changed(place: Place, written: str) -> None:
    path = place.definitions / "acme" / "big.yaml"
    path.write_bytes(written.encode())
    assert validate(place).problems == []
    plan = make_plan(place, moved(), DAYS)
    write_plan(plan)
    after = path.read_bytes().decode()
    assert after.count("#") == written.count("#")
    assert after.count("\r\n") == (after.count("\n") if "\r\n" in written else 0)
    assert after.startswith("\ufeff") == written.startswith("\ufeff")
    same_lines = set(written.splitlines()) & set(after.splitlines())
    assert len(same_lines) >= len(set(written.splitlines())) - 6
    assert validate(place).problems == []
    assert not make_plan(place, moved(), DAYS).texts


def test_a_null_is_as_good_as_nothing(place: Place) -> None:
    path = place.definitions / "acme" / "big.yaml"
    path.write_text(BIG.split("evidence:")[0].replace("  status: active\n", "  status: ~\n") + "evidence:\nconflicts: ~\n")
    make_plan(place, moved(), DAYS)


def test_a_flow_style_file_is_synced(place: Place) -> None:
    path = place.pricing / "acme.yaml"
    flow = (
        "{provider: acme, display_name: Acme, models: {big-1: {pricing_versions: [{effective_date: 2026-01-01, "
        "date_precision: assumed, input_per_1m_tokens: 4.00, output_per_1m_tokens: 10, evidence: [litellm]}]}}} # mine\n"
    )
    path.write_text(flow)
    write_plan(make_plan(place, moved(), DAYS))
    assert path.read_text().endswith("# mine\n")
    assert not make_plan(place, moved(), DAYS).texts


def test_nodes_are_composed_once_each() -> None:
    assert plain_of(compose("a: {b: [c]}"))["a"]["b"][0].text == "c"
