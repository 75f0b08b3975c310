"""The forms of a report: for people, for pipes, for GitHub, for code scanning; none lets a file's text act."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from sarif_schema import SCHEMA

from ai_models.audit import CODES
from ai_models.audit import files as files_module
from ai_models.audit.formats import FORMATS, rendered
from ai_models.audit.formats.wording import visible

Look = Callable[..., Any]

FILES = {
    "app/ask.py": 'import openai\n\nask(model="gpt-80", also="gpt-90-latest")  # gpt-70\n',
    "b.yaml": "model: gpt-85-mini\n",
}


def test_full_shows_the_line_the_place_and_what_to_do(look: Look) -> None:
    assert rendered(look(FILES), "full") == (
        "app/ask.py:3:12: AIM102 retired-model: gpt-80 was retired on 2026-11-01\n"
        '  3 | ask(model="gpt-80", also="gpt-90-latest")  # gpt-70\n'
        "    |            ^^^^^^\n"
        "    = its maker names gpt-85-mini as the replacement\n"
        "\n"
        "app/ask.py:3:27: AIM104 floating-alias: gpt-90-latest moves to newer models; on this day it means gpt-90\n"
        '  3 | ask(model="gpt-80", also="gpt-90-latest")  # gpt-70\n'
        "    |                           ^^^^^^^^^^^^^\n"
        "    = pin gpt-90\n"
        "\n"
        "app/ask.py:3:46: AIM105 model-mention: gpt-70, which is mentioned here, was retired on 2025-11-01\n"
        '  3 | ask(model="gpt-80", also="gpt-90-latest")  # gpt-70\n'
        "    |                                              ^^^^^^\n"
        "    = its maker names gpt-85-mini as the replacement\n"
        "\n"
        "b.yaml:1:8: AIM103 retiring-model: gpt-85-mini retires on 2026-12-15, in 15 days\n"
        "  1 | model: gpt-85-mini\n"
        "    |        ^^^^^^^^^^^\n"
        "    = its maker names gpt-90 as the replacement\n"
        "\n"
        "1 error, 2 warnings, 1 note found in 2 files; --fix settles 1; --unsafe-fixes 2 more\n"
    )


def test_the_marks_stand_under_wide_letters_and_in_long_lines(look: Look) -> None:
    text = rendered(
        look({"a.py": 'x = "日本", "gpt-80"\n', "b.py": f'x = [{"1, " * 400}"gpt-80", {"2, " * 400}]\n'}), "full", width=60
    )
    lines = text.splitlines()
    assert lines[2] == "    |" + " " * 14 + "^^^^^^"  # two columns for each of the two letters
    shown, marks = lines[6], lines[7]
    assert len(shown) <= 60
    assert shown[marks.index("^") : marks.rindex("^") + 1] == "gpt-80"


def test_colours_only_where_they_are_asked_for(look: Look) -> None:
    report = look(FILES)
    assert "\x1b" not in rendered(report, "full")
    assert "\x1b[31mAIM102 retired-model\x1b[0m" in rendered(report, "full", colour=True)


def test_where_no_fix_is_safe_the_last_line_says_what_it_takes(look: Look) -> None:
    told = rendered(look({"b.yaml": "model: gpt-80\n"}), "concise")
    assert told.endswith("1 error found in 1 file; --fix --unsafe-fixes settles 1\n")


def test_nothing_found_is_said(look: Look) -> None:
    assert rendered(look({"a.py": "x = 1\n"}), "full") == "nothing found in 1 file\n"
    assert rendered(look({}), "concise") == "nothing found in 1 file\n"
    assert rendered(look({}), "github") == ""
    assert "| code |" not in rendered(look({}), "markdown")


def test_concise_is_a_line_a_finding(look: Look) -> None:
    lines = rendered(look(FILES), "concise").splitlines()
    assert lines[0] == (
        "app/ask.py:3:12: AIM102 retired-model: gpt-80 was retired on 2026-11-01 "
        "(its maker names gpt-85-mini as the replacement)"
    )
    assert len(lines) == 5


def test_json_has_every_fact(look: Look) -> None:
    value = json.loads(rendered(look(FILES), "json"))
    first = value["findings"][0]
    assert (first["code"], first["path"], first["line"], first["column"], first["end_column"]) == (
        "AIM102",
        "app/ask.py",
        3,
        12,
        18,
    )
    assert first["facts"]["replacement"] == ["gpt-85-mini"]
    assert first["fix"] == {
        "message": "replace by gpt-90",
        "safe": False,
        "edits": [{"start": 26, "end": 32, "text": "gpt-90"}],
    }
    assert value["summary"] == {
        "files": 2, "passed_over": {}, "errors": 1, "warnings": 2, "notes": 1, "known": 0, "stale": [],
    }  # fmt: skip
    assert value["version"] == 1


def test_github_annotations_are_escaped(look: Look) -> None:
    lines = rendered(look({"a,b:c%.py": FILES["app/ask.py"]}), "github").splitlines()
    assert lines[0] == (
        "::error file=a%2Cb%3Ac%25.py,title=AIM102 retired-model,line=3,endLine=3,col=12,endColumn=17::"
        "gpt-80 was retired on 2026-11-01; its maker names gpt-85-mini as the replacement"
    )
    assert [line.split(" ")[0] for line in lines] == ["::error", "::warning", "::notice"]


def test_a_cell_has_no_line_of_the_file(look: Look) -> None:
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": 'x = "gpt-80"'}]})
    report = look({"a.ipynb": notebook})
    assert rendered(report, "github").startswith("::error file=a.ipynb,title=AIM102 retired-model::cell 1, line 1: gpt-80")
    assert rendered(report, "concise").startswith("a.ipynb:cell 1:1:6: AIM102")
    assert "| cell 1, 1 |" in rendered(report, "markdown")
    value = json.loads(rendered(report, "sarif"))
    jsonschema.validate(value, SCHEMA)
    assert "region" not in value["runs"][0]["results"][0]["locations"][0]["physicalLocation"]


def test_sarif_is_what_code_scanning_takes(look: Look, tree: Path) -> None:
    report = look({**FILES, "sub dir/ü#%.py": 'x = "gpt-80"\n'})
    value = json.loads(rendered(report, "sarif"))
    jsonschema.validate(value, SCHEMA, format_checker=jsonschema.FormatChecker())
    (run,) = value["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({finding.code for finding in report.findings})
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (region["endLine"], region["endColumn"]) > (region["startLine"], region["startColumn"])
    last = run["results"][-1]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert last == {"uri": "sub%20dir/%C3%BC%23%25.py", "uriBaseId": "SRCROOT"}
    assert run["originalUriBaseIds"]["SRCROOT"]["uri"] == tree.as_uri() + "/"


def test_sarif_fingerprints_stay_when_lines_move_and_differ_between_findings(look: Look) -> None:
    def prints() -> list[str]:
        results = json.loads(rendered(look({}), "sarif"))["runs"][0]["results"]
        return [value for result in results for value in result["partialFingerprints"].values()]

    look({"a.py": 'f("gpt-80")\nf("gpt-80")\ng("gpt-80")\n'})
    before = prints()
    look({"a.py": '# new\n\nf("gpt-80")\nif x:\n    f("gpt-80")\ng("gpt-80")\n'})
    assert prints() == before
    assert len(set(before)) == 3


def test_a_file_outside_of_the_project_has_a_whole_uri(look: Look, tree: Path, tmp_path: Path) -> None:
    outside = tmp_path / "out side.py"
    outside.write_text('x = "gpt-80"\n')
    look({"pyproject.toml": "[tool.ai_models.audit]\n", "a.py": "x = 1\n"})
    value = json.loads(rendered(look({}, ".", str(outside)), "sarif"))
    (result,) = value["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert uri == {"uri": outside.as_uri()}


def test_paths_are_relative_to_the_repository_wherever_the_table_is_and_one_stands(
    look: Look, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / ".git").mkdir()
    report = look({"app/pyproject.toml": "[tool.ai_models.audit]\n", "app/a.py": 'x = "gpt-80"\n'}, "app")
    (run,) = json.loads(rendered(report, "sarif"))["runs"]
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert uri == {"uri": "app/a.py", "uriBaseId": "SRCROOT"}
    assert run["originalUriBaseIds"]["SRCROOT"]["uri"] == tree.as_uri() + "/"
    assert report.relative["app/a.py"] == "a.py"
    monkeypatch.chdir("app")
    assert rendered(look({}), "github").startswith("::error file=app/a.py,")


def test_markdown_begins_with_the_summary_as_it_is(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "LARGEST", 1024 * 1024)
    text = rendered(look({"a.txt": "x" * (1024 * 1024 + 1)}), "markdown")
    assert text.splitlines()[2] == "Nothing found in 0 files; 1 file passed over (larger than 1 MB). Judged on 2026-11-30."


def test_markdown_holds_no_markup_of_the_file(look: Look) -> None:
    text = rendered(look({"a|b`*.yaml": "model: gpt-80\n", "c.py": 'f(model="gpt-91")\n'}), "markdown")
    assert "## a\\|b\\`\\*.yaml" in text
    assert "| 1 | AIM102 | error | gpt-80 was retired on 2026-11-01 |" in text
    assert text.startswith("# Audit of models\n")


@pytest.mark.parametrize("form", FORMATS)
def test_controls_of_a_terminal_never_pass(look: Look, form: str) -> None:
    text = 'x = "gpt-80"  # \x1b[2Jgpt-70 \x9b1A \u202e\n'
    shown = rendered(look({"a\x1b[31m.py": text}), form)
    assert not {"\x1b", "\x9b", "\u202e"} & set(shown) or form in ("json", "sarif")
    if form in ("json", "sarif"):
        assert "\x1b" not in shown  # JSON escapes it


def test_visible_keeps_the_width() -> None:
    text = "a\x00\t\ud800\u2066b"
    assert len(visible(text)) == len(text)
    assert visible("日本 ü") == "日本 ü"


def test_every_code_has_words() -> None:
    assert len(CODES) == 19
    for id_, code in CODES.items():
        assert code.id == id_
        assert code.summary.endswith(".")
        assert code.remedy.endswith(".")
    assert len({code.name for code in CODES.values()}) == len(CODES)
