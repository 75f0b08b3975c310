"""The legacy application, whose every price, window, model, import and look-alike somebody else has listed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import workshop
import yaml
from audit_catalog import TODAY

from ai_models.audit import Finding, Options, Report, audit
from ai_models.catalog import default_catalog

HERE = Path(workshop.__file__).parent
PLANTED = yaml.safe_load((HERE / "planted.yaml").read_text(encoding="utf-8"))
SITES = yaml.safe_load((HERE / "callsites.yaml").read_text(encoding="utf-8"))

OLD = ("models/", "providers/", "toolkit/models/", "toolkit/providers/")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Report]:
    """An audit of a copy, in which git ignores a folder."""
    app = workshop.copy_app(tmp_path_factory.mktemp("audited") / "app")
    workshop.add_ignored_files(app)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(app)
        yield audit(["."], Options(at=TODAY, jobs=1, catalog=default_catalog()))


def found(report: Report, file: str, line: int, *codes: str) -> list[Finding]:
    """The findings of some codes on a line; in a notebook, whose lines are those of its JSON, anywhere."""
    return [
        each
        for each in report.findings
        if each.path == file
        and each.code.startswith(codes)
        and (each.cell is not None or each.span.line <= line <= each.span.end_line)
    ]


def named(entries: list[dict[str, Any]]) -> list[Any]:
    """Entries as parameters that are called after their places."""
    return [pytest.param(entry, id=f"{entry['file']}:{entry['line']}:{place}") for place, entry in enumerate(entries)]


@pytest.mark.parametrize("entry", named(PLANTED["prices"]))
def test_prices(report: Report, entry: dict[str, Any]) -> None:
    verdict = {"stale": "AIM202", "right": "AIM201"}[entry["is"]]
    per = {"1M": 1_000_000, "1K": 1_000}[entry["per"]]
    held = found(report, entry["file"], entry["line"], verdict)
    assert any(each.facts["per"] == per for each in held)


@pytest.mark.parametrize("entry", named(PLANTED["windows"]))
def test_windows(report: Report, entry: dict[str, Any]) -> None:
    told = [each.facts["found"] for each in found(report, entry["file"], entry["line"], "AIM301")]
    assert (entry["tokens"] in told) is (entry["is"] == "wrong")


@pytest.mark.parametrize("entry", named(PLANTED["misuse"]))
def test_misuse(report: Report, entry: dict[str, Any]) -> None:
    told = [each for each in report.findings if each.code == "AIM302" and each.path == entry["file"]]
    assert [(each.facts["name"], each.facts["capability"]) for each in told] == [(entry["model"], entry["lacks"])]


def _is_recognisable(entry: dict[str, Any]) -> bool:
    """A house's own name looks like nothing; a name without a number in a comment is a word."""
    return not (entry["id"].startswith("acme-") or (entry.get("mention") and not any(map(str.isdigit, entry["id"]))))


@pytest.mark.parametrize("entry", named([entry for entry in PLANTED["model_ids"] if _is_recognisable(entry)]))
def test_names_of_models(report: Report, entry: dict[str, Any]) -> None:
    kind = "mention" if entry.get("mention") else "use"
    uses = [
        use
        for use in report.uses
        if use.path == entry["file"] and use.name == entry["id"] and (use.cell or use.span.line == entry["line"])
    ]
    if kind == "mention" and entry["file"].endswith(".ipynb"):
        assert uses  # in the text of a cell; what a cell once printed is not read
    else:
        assert any(use.kind == kind and use.status in entry["is"] for use in uses)


@pytest.mark.parametrize("entry", named(PLANTED["look_alikes"]))
def test_look_alikes(report: Report, entry: dict[str, Any]) -> None:
    held = found(report, entry["file"], entry["line"], "AIM")
    assert [each for each in held if each.code.startswith(("AIM2", "AIM3", "AIM4")) or each.subject in entry["text"]] == []


@pytest.mark.parametrize("file", [file for file in SITES if not file.startswith(OLD)])
def test_old_imports_and_texts(report: Report, file: str) -> None:
    path, _, cell = file.partition("#")
    for site in SITES[file].get("imports", []):
        if "second-hand" in site["styles"]:
            continue  # what another module passes on is imported there
        told = [
            each
            for each in report.findings
            if each.code == "AIM401" and each.path == path and (str(each.cell) == cell if cell else True)
        ]
        assert any(each.span.line >= site["line"] for each in told), site
    for site in SITES[file].get("strings", []):
        assert found(report, path, site["line"], "AIM403"), site


def test_nothing_else_is_an_old_import(report: Report) -> None:
    listed = {(file.partition("#")[0], site["line"]) for file, sites in SITES.items() for site in sites.get("imports", [])}
    lines = {}
    for path, line in listed:
        lines.setdefault(path, []).append(line)
    for each in report.findings:
        if each.code == "AIM401":
            # a statement of several lines is listed with its first one
            assert any(line <= each.span.line <= line + 8 for line in lines.get(each.path, [])), each
    for entry in PLANTED["mentions"]:
        assert found(report, entry["file"], entry["line"], "AIM401", "AIM402") == []


def test_the_old_packages_are_told_once_each(report: Report) -> None:
    places = [each.path for each in report.findings if each.code == "AIM404"]
    assert [path.rpartition("/")[0] for path in places] == ["models", "providers", "toolkit/models", "toolkit/providers"]


def test_what_git_ignores_is_not_read(report: Report) -> None:
    assert not any(path.startswith(workshop.IGNORED) for path in report.relative)
    assert not any(use.name == "claude-instant-1.2" for use in report.uses)
