"""Validation as a whole: one sorted report of everything, and nothing that is ever raised."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ai_models.catalog.binding import bind
from ai_models.catalog.document import read_document
from ai_models.catalog.files import read_files
from ai_models.catalog.problems import Problem
from ai_models.catalog.schema import FORMATS
from ai_models.catalog.validate import load_valid, validate
from ai_models.errors import CatalogError

Report = Callable[..., list[Problem]]
Writer = Callable[[str, str], Path]

MODEL = """\
model_id: claude-nine-20260101
provider: acme
aliases: [claude-nine, {name: claude, since: 2026-01-01, floating: true}]
metadata:
  name: Claude Nine
  family: claude
  version: 4.10
  context_window_input: 200000
  context_window_output: 64000
  knowledge_cutoff: 2025-01
  release_date: 2026-01-01
  open_weights: false
  last_verified: 2026-06-15
lifecycle: {status: active, deprecated_on: null, retires_on: 2027-01-01, replacement: []}
capabilities: [text_input, large_context]
unsupported: [extra_large_context]
reasoning: {control: budget_tokens, min_tokens: 1024, max_tokens: 63999}
optimization: {since: 2026-01-01, tips: [Short.]}
pricing_ref: claude-nine-20260101
documentation: {url: https://acme.example, notes: None.}
evidence: {name: [feed]}
conflicts: [{field: name, values: {feed: Nine}, settled_by: hand}]
"""
PRICES = """\
provider: acme
regions: [eu]
models:
  claude-nine-20260101:
    pricing_versions:
      - effective_date: 2026-05-01T16:00:00+08:00
        input_per_1m_tokens: 3.00
        output_per_1m_tokens: {price: 15, minimum: 1}
        overrides:
          - {when: {service_tier: batch}, multiply: {tokens: 0.5}}
          - {when: {input_tokens_above: 200000, hours: "22:00-06:00", weekdays: [sat]}, input_per_1m_tokens: 6}
          - {when: {region: eu, attributes: {size: s}}, unavailable: true}
      - effective_date: 2026-01-01
        input_per_1m_tokens: 4
    limits: {context_window_input: 100000}
"""
FAMILY = "family: claude\nmaker: acme\nname: Claude\noptimization: {tips: [Read.]}\n"
SOURCES = "sources: {feed: {name: Feed, url: https://a, licence: MIT, retrieved: 2026-01-01}}\n"
ALL = (MODEL, PRICES, FAMILY, SOURCES)


def test_a_good_catalogue_has_no_problems_and_every_file(write: Writer) -> None:
    paths = [write(f"{place}.yaml", text) for place, text in enumerate(ALL)]
    files = load_valid(paths)
    assert [len(group) for group in (files.models, files.pricing, files.families, files.sources)] == [1, 1, 1, 1]
    assert len(files.documents) == 4
    assert files.problems == []


def test_a_bad_catalogue_is_refused_with_all_its_problems(write: Writer) -> None:
    path = write("bad.yaml", "models: {}\nextra: 1\n")
    with pytest.raises(CatalogError, match="the catalogue has 2 problems:") as caught:
        load_valid([path])
    assert [problem.partition("bad.yaml")[2] for problem in caught.value.problems] == [
        ":1: provider: is missing",
        ":2: extra: is not a key here",
    ]
    write("bad.yaml", "provider: acme\nmodels: {}\nextra: 1\n")
    with pytest.raises(CatalogError, match="the catalogue has 1 problem:"):
        load_valid([path])


def test_every_kind_of_mistake_in_one_file_is_in_one_report(report: Report) -> None:
    text = """\
        model_id: one
        model_id: two
        provider: acme
        aliases: [one, a, a]
        metadata:
          name: One
          last_verified: 2026-06-15
          context_window_input: 100000
          context_window_output: 100001
          knowledge_cutoff: 2025-13
        lifecycle: {status: active, retires_on: 2026-06-15}
        capabilities: [streaming, large_context]
        unsupported: [streaming]
        reasoning: {control: effort, min_tokens: 2, max_tokens: 1}
        evidence: {name: [fed]}
        """
    problems = [p for p in report(text, SOURCES) if p.file.endswith("file0.yaml")]
    assert [(p.line, p.field) for p in problems] == [
        (2, "model_id"),
        (4, "aliases[0]"),
        (4, "aliases[2]"),
        (9, "metadata.context_window_output"),
        (10, "metadata.knowledge_cutoff"),
        (11, "lifecycle.status"),
        (12, "capabilities[1]"),
        (13, "unsupported[0]"),
        (14, "reasoning.min_tokens"),
        (15, "evidence.name"),
    ]


def test_problems_of_many_files_are_sorted_by_place(report: Report) -> None:
    problems = report("a: 1\n", "model_id: x\nb: 1\n", "", "models: {}\nc: 1\n")
    assert problems == sorted(problems)
    assert [p.file.rpartition("/")[2] for p in problems] == sorted(p.file.rpartition("/")[2] for p in problems)
    assert {p.file.rpartition("/")[2] for p in problems} == {f"file{place}.yaml" for place in range(4)}


@pytest.mark.parametrize(("text", "found"), [("a: 1\nb: 2\n", "'a, b'"), ("{}\n", "''"), ("x" * 900 + ": 1\n", "'xxx")])
def test_a_file_of_no_format_says_how_each_is_recognised(report: Report, text: str, found: str) -> None:
    (problem,) = report(text)
    assert problem.line == 1
    assert problem.message.startswith("is no catalogue file: a model has the key model_id, a pricing file models")
    assert problem.found.startswith(found)
    assert len(str(problem)) < 1_000


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.yaml", "does not exist"),
        ("none/none.yaml", "does not exist"),
        ("file.yaml/below.yaml", "does not exist"),
        ("n" * 5_000, "cannot be read: File name too long"),
        ("a\0b", "cannot be read: embedded null byte"),
    ],
)
def test_a_path_that_leads_nowhere_is_a_problem(write: Writer, tmp_path: Path, name: str, message: str) -> None:
    good = write("file.yaml", FAMILY)
    files = validate([tmp_path / name, good])
    assert [p.message.replace("null character in path", "null byte") for p in files.problems] == [message]
    assert len(str(files.problems[0])) < 1_500
    assert len(files.families) == 1


def test_a_dangling_link_and_a_loop_are_problems(tmp_path: Path) -> None:
    (tmp_path / "dangling.yaml").symlink_to(tmp_path / "none")
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    expected = ["cannot be read: No such file or directory", "cannot be read: Too many levels of symbolic links"]
    assert [p.message for p in validate([tmp_path]).problems] == expected
    assert [p.message for p in validate([tmp_path / "dangling.yaml", tmp_path / "loop.yaml"]).problems] == expected


def test_directories_that_contain_themselves_are_walked_once(write: Writer, tmp_path: Path) -> None:
    write("a/b/family.yaml", FAMILY)
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path / "a")
    (tmp_path / "a" / "self.yaml").symlink_to(tmp_path / "a")
    files = validate([tmp_path])
    assert files.problems == []
    assert len(files.families) == 1


def test_a_root_that_links_to_itself_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert [p.message for p in validate([tmp_path / "loop"]).problems] == [
        "cannot be read: Too many levels of symbolic links"
    ]


def test_a_directory_called_like_a_file_is_walked(write: Writer, tmp_path: Path) -> None:
    write("x.yaml/family.yml", FAMILY)
    write("x.yaml/notes.txt", "not: read")
    assert len(validate([tmp_path / "x.yaml"]).families) == 1


def test_a_file_that_is_reached_twice_is_read_once(write: Writer, tmp_path: Path) -> None:
    path = write("one.yaml", MODEL)
    (tmp_path / "link.yaml").symlink_to(path)
    files = validate([path, tmp_path, tmp_path, tmp_path / "link.yaml"])
    assert files.problems == []
    assert len(files.models) == 1


def test_a_folder_that_refuses_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> os.stat_result:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "lstat", refuse)
    assert [p.message for p in read_files([tmp_path / "a"]).problems] == ["cannot be read: Permission denied"]


def test_a_fifo_below_a_root_does_not_hold_anyone_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "f.yaml")
    assert [p.message for p in validate([tmp_path]).problems] == ["is not a regular file"]


def test_a_catalogue_without_a_file_is_a_mistake(tmp_path: Path) -> None:
    assert [str(problem) for problem in validate([]).problems] == ["no path: holds no catalogue file (*.yaml, *.yml)"]
    (tmp_path / "notes.txt").write_text("not YAML")
    assert [problem.message for problem in validate([tmp_path]).problems] == ["holds no catalogue file (*.yaml, *.yml)"]


def test_types_and_sense_are_judged_in_one_run_and_nothing_is_guessed(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(
        "model_id: one\nprovider: acme\n"
        "metadata: {name: One, last_verified: 2026-01-01, context_window_input: many, context_window_output: 0}\n"
        "lifecycle: {status: actve, deprecated_on: 2026-01-01, retires_on: 2025-01-01}\n"
        "capabilities: [large_context, large_context]\n"
        "pricing_ref: broken\n"
    )
    (tmp_path / "acme.yaml").write_text(
        "provider: acme\nmodels:\n  broken: 3\n  one:\n    pricing_versions:\n"
        "      - {effective_date: 2026-02-30, input_per_1m_tokens: x, audio_input_per_1m_tokens: {same_as: input},\n"
        "         overrides: [{when: {service_tier: bach}, input_per_1m_tokens: 1},\n"
        "                     {when: {hours: 25-26}, input_per_1m_tokens: 2},\n"
        "                     {when: {region: eu}, output_per_1m_tokens: -1}]}\n"
        "      - {effective_date: 2026-01-01, input_per_1m_tokens: 1}\n"
    )
    found = [(problem.line, problem.field.rpartition(".")[2]) for problem in validate([tmp_path]).problems]
    assert found == [
        (3, "broken"),  # acme.yaml: not a mapping; the model that refers to it is not told that it is missing
        (6, "effective_date"),  # no such day; not told that only the oldest may be without one
        (6, "input_per_1m_tokens"),  # no number; same_as is not told that it leads nowhere
        (7, "service_tier"),
        (8, "hours"),  # two conditions that could not be read are not told that they contradict each other
        (9, "output_per_1m_tokens"),  # negative; the override is not told that it changes nothing
        (3, "context_window_input"),  # one.yaml
        (3, "context_window_output"),
        (4, "retires_on"),
        (4, "status"),
        (5, "capabilities"),  # listed twice; not told that no window is given
    ]


# Whatever the text is, validation reports and never raises.

FUZZ = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
NASTY = st.sampled_from(
    [
        "null", "~", "''", "true", "no", "-1", "0", "0x10", "1e400", ".nan", "9" * 5_000, "1:30", "2026-02-29", "2026-13-01",
        "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00:00", "[]", "{}", "[[]]", "{a: b}",
        "&a x", "*a", "!!python/object:os.system x", "'\\0'", '"\\0"', '"\\u2028"', '"\\ud800"', "\x07", "\t", "<<", "? [a]",
        "---", "...", "%YAML 1.1", "- a", "a: b", "|", ">", "x" * 2_000, "24:00-24:00", "00:00-00:00", "٣", "\ufeff", "\x85",
        ",", "}",
    ]
)  # fmt: skip


def mutated(text: str, seed: int, words: list[str]) -> str:
    """The text with some of its words replaced, removed, repeated or moved."""
    chance = random.Random(seed)  # noqa: S311 made-up data
    lines = text.splitlines()
    for word in words:
        place = chance.randrange(len(lines))
        line = lines[place]
        head, colon, _ = line.partition(": ")
        action = chance.randrange(6)
        if action == 0:
            lines[place] = f"{head}{colon or ': '}{word}"
        elif action == 1:
            lines[place] = line.replace(chance.choice(line.split() or [""]), word, 1)
        elif action == 2:
            lines.insert(place, line)
        elif action == 3:
            lines.insert(place, " " * chance.randrange(8) + word)
        elif action == 4 and len(lines) > 1:
            del lines[place]
        else:
            lines[place] = " " * chance.randrange(4) + line
    return "\n".join(lines)


def check_never_raises(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "fuzz.yaml"
    path.write_bytes(data)
    for problem in validate([path]).problems:
        assert problem.message
        assert len(str(problem)) < 1_500
        assert str(problem).isprintable()
        assert problem.line >= 0
    for kind in FORMATS.values():
        document = read_document(path)
        before = len(document.problems)
        value = bind(document, kind)
        assert value is None or (type(value) is kind and len(document.problems) == before)
        assert value is not None or document.problems


@FUZZ
@given(text=st.sampled_from(ALL), seed=st.integers(0, 2**32), words=st.lists(NASTY, min_size=1, max_size=4))
def test_a_mutated_file_never_raises(tmp_path: Path, text: str, seed: int, words: list[str]) -> None:
    check_never_raises(tmp_path, mutated(text, seed, words).encode("utf-8", "replace"))


@FUZZ
@given(
    text=st.lists(
        st.one_of(NASTY, st.sampled_from(["\n", ": ", "  ", "model_id", "models", "sources"]), st.text(max_size=5))
    )
)
def test_arbitrary_text_never_raises(tmp_path: Path, text: list[str]) -> None:
    check_never_raises(tmp_path, "".join(text).encode("utf-8", "replace"))


@FUZZ
@given(data=st.binary(max_size=200))
def test_arbitrary_bytes_never_raise(tmp_path: Path, data: bytes) -> None:
    check_never_raises(tmp_path, data)


@FUZZ
@given(text=st.sampled_from(ALL), start=st.integers(0, 900), length=st.integers(1, 40))
def test_a_file_with_a_piece_cut_out_never_raises(tmp_path: Path, text: str, start: int, length: int) -> None:
    check_never_raises(tmp_path, (text[:start] + text[start + length :]).encode())
