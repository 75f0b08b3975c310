"""Reading a YAML file: every kind of bad file is one report, and nothing is raised, waited for or exhausted."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ai_models.catalog import document as document_module
from ai_models.catalog.document import MAX_BYTES, MAX_DEPTH, MAX_PROBLEMS, Document, Mapping, Scalar, Sequence, read_document
from ai_models.catalog.problems import Problem, displayed, nearest, one_line, shown

Reader = Callable[[str | bytes], Document]


def only(document: Document) -> Problem:
    assert document.root is None
    assert len(document.problems) == 1, document.problems
    return document.problems[0]


def test_scalars_stay_text_with_their_lines(read: Reader) -> None:
    root = read("a: 4.10\nb:\n  - 'x'\n  - c: 1\n").root
    assert root is not None
    assert root.keys() == ["a", "b"]
    assert root.get("a") == Scalar("4.10", plain=True, line=1)
    assert root.get("none") is None
    listed = root.get("b")
    assert isinstance(listed, Sequence)
    assert listed.items[0] == Scalar("x", plain=False, line=3)
    assert isinstance(listed.items[1], Mapping)
    assert listed.items[1].line == 4


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_null_is_what_yaml_calls_null_and_only_without_quotes(text: str) -> None:
    assert Scalar(text, plain=True, line=1).is_null
    assert not Scalar(text, plain=False, line=1).is_null


@pytest.mark.parametrize("text", ["nUll", "none", "None", "0", "false"])
def test_other_words_are_not_null(text: str) -> None:
    assert not Scalar(text, plain=True, line=1).is_null


def test_line_of_names_the_nearest_known_parent(read: Reader) -> None:
    document = read("a:\n  b:\n    - one\n    - two\nc: 1\n")
    assert document.line_of("a", "b", 1) == 4
    assert document.line_of("a", "b", 7) == 3
    assert document.line_of("a", "zzz", "y") == 2
    assert document.line_of("c", "deeper") == 5
    assert document.line_of("zzz") == 0
    assert document.line_of() == 0


@pytest.mark.parametrize("content", [b"", b"\n", b" \n\t\r\n  "])
def test_an_empty_file_is_called_empty(read: Reader, content: bytes) -> None:
    assert only(read(content)).message == "is empty"


@pytest.mark.parametrize("content", ["# only a comment\n", "﻿", "---\n", "- a\n- b\n", "just text\n", "42\n"])
def test_a_file_without_a_mapping_says_so(read: Reader, content: str) -> None:
    assert only(read(content)).message == "must hold a mapping of keys to values, but holds none"


def test_the_problem_of_a_wrong_root_names_its_line(read: Reader) -> None:
    assert only(read("# a\n\n- b\n")).line == 3


@pytest.mark.parametrize(
    "content", ["﻿a: 1\n", "a: 1\r\nb: 2\r\n", "---\na: 1\n...\n", "a: 'ä €'\n", "%YAML 1.1\n---\na: 1\n"]
)
def test_bom_crlf_and_document_marks_are_accepted(read: Reader, content: str) -> None:
    document = read(content)
    assert document.problems == []
    assert document.root is not None
    assert "a" in document.root.keys()  # noqa: SIM118 a method of the node, not of a dict


def test_lines_are_counted_with_crlf(read: Reader) -> None:
    assert read("a: 1\r\nb: 2\r\nc: 3\r\n").line_of("c") == 3


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_utf_16_is_named(read: Reader, encoding: str) -> None:
    assert "is not UTF-8 but UTF-16 or UTF-32" in only(read("a: 1\n".encode(encoding))).message


def test_utf_16_without_a_mark_counts_as_binary(read: Reader) -> None:
    assert "is binary (it holds a NUL byte)" in only(read("a: 1\n".encode("utf-16-le"))).message


def test_latin_1_names_the_line_and_the_byte(read: Reader) -> None:
    problem = only(read("a: 1\nb: café\n".encode("latin-1")))
    assert problem.line == 2
    assert problem.message == "is not UTF-8: byte 0xe9 cannot be decoded; save the file as UTF-8"


@pytest.mark.parametrize("content", [b"a: \x00\n", b"\x89PNG\r\n\x1a\n\x00\x00", b"PK\x03\x04\x00"])
def test_binary_is_named(read: Reader, content: bytes) -> None:
    document = read(content)
    assert document.root is None
    assert "NUL byte" in document.problems[0].message or "is not UTF-8" in document.problems[0].message


@pytest.mark.parametrize("character", ["\x01", "\x1b", "\x7f", "\x80", "￾", "￿"])
def test_control_characters_are_shown_escaped_with_their_line(read: Reader, character: str) -> None:
    problem = only(read(f"a: 1\nb: x{character}y\n"))
    assert problem.line == 2
    assert problem.message == f"holds the character {character!r}, which YAML does not allow"
    assert str(problem).isprintable()


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("a: [1\n", 2, "not valid YAML"),
        ("a: 1\n\tb: 2\n", 2, "not valid YAML"),
        ("a: b: c\n", 1, "mapping values are not allowed"),
        ("a: 'open\n", 2, "not valid YAML"),
        ("%YAML 9.9\n---\na: 1\n", 1, "not valid YAML"),
        ("a: !x!y 1\n", 1, "not valid YAML"),
        ('a: "\\ud800"\n', 1, "not valid YAML"),
        ("a: @b\n", 1, "not valid YAML"),
    ],
)
def test_broken_yaml_names_the_line(read: Reader, content: str, line: int, words: str) -> None:
    problem = only(read(content))
    assert problem.line == line
    assert words in problem.message


def test_parser_errors_without_a_place_are_reported_for_the_file(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise document_module.yaml.YAMLError("two\n  lines")

    monkeypatch.setattr(document_module.yaml, "parse", fail)
    assert only(read("a: 1\n")).message == "not valid YAML: two lines"


@pytest.mark.parametrize(
    "content",
    [
        "a: &x 1\nb: 2\n",
        "a: &x [1]\n",
        "a: &x {b: 1}\n",
        "a: *x\n",
        "<<: *x\n",
        "&x a: 1\n",
        "a: &x [*x]\n",
    ],
)
def test_anchors_and_aliases_are_refused(read: Reader, content: str) -> None:
    assert only(read(content)).message == "uses a YAML anchor or alias; write the value out"


def test_a_billion_laughs_is_refused_at_once(read: Reader) -> None:
    levels = [f"{chr(98 + place)}: &{chr(98 + place)} [{', '.join([f'*{chr(97 + place)}'] * 9)}]" for place in range(9)]
    started = time.process_time()
    problem = only(read("\n".join(["a: &a [lol, lol, lol]", *levels])))
    assert problem.line == 1
    assert time.process_time() - started < 1


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!!str", "!custom", "!!binary", "!!set"])
def test_tags_are_refused_and_named(read: Reader, tag: str) -> None:
    document = read(f"a: 1\nb: {tag} [x]\n")
    problem = only(document)
    assert problem.line == 2
    assert "uses the YAML tag" in problem.message


def test_a_very_long_tag_is_clipped(read: Reader) -> None:
    problem = only(read(f"a: !{'x' * 100_000} 1\n"))
    assert len(str(problem)) < 1_500


def test_several_documents_are_refused_at_the_second(read: Reader) -> None:
    problem = only(read("a: 1\n---\nb: 2\n"))
    assert problem.line == 2
    assert problem.message == "holds more than one document; split it into files"


def nested(levels: int) -> str:
    return "a: " + "[" * levels + "]" * levels


def test_nesting_is_accepted_to_the_limit_and_no_deeper(read: Reader) -> None:
    assert read(nested(MAX_DEPTH)).problems == []
    assert only(read(nested(MAX_DEPTH + 1))).message == f"is nested more than {MAX_DEPTH} levels deep"


@pytest.mark.parametrize("opening", ["[", "{", "- ", "? ", "{a: "])
def test_very_deep_nesting_does_not_reach_the_recursion_limit(read: Reader, opening: str) -> None:
    started = time.process_time()
    document = read("a:\n  " + opening * 200_000)
    assert document.root is None
    assert document.problems
    assert time.process_time() - started < 3


def test_values_are_counted_to_the_limit(read: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_module, "MAX_NODES", 10)
    # The mapping, the key and the list count too.
    assert read(f"a: [{'1,' * 7}]").problems == []
    assert only(read(f"a: [{'1,' * 8}]")).message == "holds more than 10 values"


@pytest.mark.slow
def test_a_million_values_are_refused_without_running_out(read: Reader) -> None:
    assert only(read("a: [" + "1," * 1_100_000 + "]")).message == "holds more than 1,000,000 values"


def test_a_long_scalar_is_read(read: Reader) -> None:
    root = read("a: '" + "x" * 7_000_000 + "'").root
    assert root is not None
    value = root.get("a")
    assert isinstance(value, Scalar)
    assert len(value.text) == 7_000_000


def test_the_size_limit_holds_at_its_boundary(tmp_path: Path) -> None:
    path = tmp_path / "size.yaml"
    path.write_bytes(b"a: 1\n" + b"#" * (MAX_BYTES - 5))
    assert read_document(path).problems == []
    path.write_bytes(b"a: 1\n" + b"#" * (MAX_BYTES - 4))
    problem = only(read_document(path))
    assert problem.message == "is larger than 8 MiB"
    assert problem.found == f"{MAX_BYTES + 1:,} bytes"


def test_fifty_megabytes_are_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.touch()
    os.truncate(path, 50_000_000)
    problem = only(read_document(path))
    assert problem.message == "is larger than 8 MiB"
    assert problem.found == "50,000,000 bytes"


def test_a_duplicate_key_names_both_lines_and_keeps_the_first(read: Reader) -> None:
    document = read("a: 1\nb: 2\na: 3\n")
    assert [str(p).partition("file.yaml")[2] for p in document.problems] == [":3: a: is written twice (first in line 1)"]
    assert document.root is not None
    assert document.root.get("a") == Scalar("1", plain=True, line=1)


def test_a_quoted_key_repeats_a_plain_one(read: Reader) -> None:
    assert [p.message for p in read("a: 1\n'a': 3\n").problems] == ["is written twice (first in line 1)"]


@pytest.mark.parametrize("key", ["? [x]\n", "? {x: 1}\n", "[x]", "{x: 1}"])
def test_a_key_that_is_no_word_is_reported_and_the_rest_is_read(read: Reader, key: str) -> None:
    document = read(f"a: 1\n{key}: 2\nb: 3\nb: 4\n")
    assert document.problems[0].message == "has a key that is not a single word"
    assert document.problems[0].line == 2
    assert len(document.problems) == 2


@pytest.mark.parametrize("key", ["? \n", "~", "null", "''", "' '"])
def test_a_key_that_says_nothing_is_reported(read: Reader, key: str) -> None:
    document = read(f"a: 1\n{key}: 2\n")
    assert [(p.line, p.message) for p in document.problems] == [(2, "has an empty key")]


@pytest.mark.parametrize("key", ["1", "1.5", "true", "no", "<<", "2026-01-01", "1:30"])
def test_a_key_of_another_yaml_type_is_text(read: Reader, key: str) -> None:
    root = read(f"{key}: 2\n").root
    assert root is not None
    assert root.keys() == [key]


def test_unicode_line_separators_do_not_break_messages(read: Reader) -> None:
    document = read('a: 1\n"b\\u2028c": 2\n"b\\u2028c": 2\n')
    assert document.problems[0].field == "b\\u2028c"


def test_the_number_of_problems_is_bounded_and_says_so(read: Reader) -> None:
    document = read("a: 1\n" * (2 * MAX_PROBLEMS))
    assert len(document.problems) == MAX_PROBLEMS + 1
    assert document.is_full
    assert document.problems[-1].message == "has 1,000 problems or more; the rest is not listed"
    assert document.problems[-1].line == 0


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    assert only(read_document(tmp_path / "none.yaml")).message == "cannot be read: No such file or directory"


def test_a_path_with_a_nul_is_reported() -> None:
    problem = only(read_document(Path("a\0b.yaml")))
    assert problem.message.startswith("cannot be read: embedded null")
    assert problem.file.isprintable()


def test_a_directory_is_reported_and_its_descriptor_closed(tmp_path: Path) -> None:
    def descriptors() -> int:
        return len(list(Path("/dev/fd").iterdir()))

    before = descriptors()
    for _ in range(5):
        assert only(read_document(tmp_path)).message == "cannot be read: Is a directory"
    assert descriptors() == before


def test_a_link_to_itself_is_reported(tmp_path: Path) -> None:
    loop = tmp_path / "loop.yaml"
    loop.symlink_to(loop)
    problem = only(read_document(loop))
    assert problem.message == "cannot be read: Too many levels of symbolic links"
    assert problem.file.endswith("loop.yaml")


def test_a_fifo_is_reported_without_waiting(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo.yaml"
    os.mkfifo(fifo)
    assert only(read_document(fifo)).message == "is not a regular file"


def test_a_device_is_reported_without_being_read() -> None:
    assert only(read_document(Path("/dev/zero"))).message == "is not a regular file"


def test_an_unreadable_file_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.yaml"
    path.write_text("a: 1\n")
    path.chmod(0)
    if os.access(path, os.R_OK):  # root may read everything, so the refusal is put in its mouth

        def refuse(*_: object) -> int:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(document_module.os, "open", refuse)
    assert only(read_document(path)).message == "cannot be read: Permission denied"


def test_a_problem_reads_as_one_line() -> None:
    problem = Problem(file="a.yaml", line=3, field="b.c", message="is wrong", found="'x'", nearest="y")
    assert str(problem) == "a.yaml:3: b.c: is wrong, found 'x'; did you mean y?"
    assert str(Problem(file="a.yaml", line=0, field="", message="is empty")) == "a.yaml: is empty"


def test_shown_values_are_quoted_short_and_on_one_line() -> None:
    assert shown("a\nb\u2028c") == r"'a\nb\u2028c'"
    assert shown("x" * 60) == f"'{'x' * 60}'"
    assert shown("x" * 61) == f"'{'x' * 60}…'"
    assert len(shown("x" * 1_000_000)) < 70


def test_one_line_clips_and_escapes() -> None:
    assert one_line("plain ä", 10) == "plain ä"
    assert one_line("a\x1b[31mb\nc", 20) == r"a\x1b[31mb\nc"
    assert one_line("x" * 11, 10) == "x" * 10 + "…"


def test_nearest_offers_only_what_looks_alike() -> None:
    assert nearest("knowlege_cutoff", ["name", "knowledge_cutoff"]) == "knowledge_cutoff"
    assert nearest("zzz", ["name"]) == ""
    assert nearest("name" * 1000, ["name" * 1000]) == ""


def test_files_are_named_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert displayed(tmp_path / "a.yaml") == str(tmp_path / "a.yaml")
    monkeypatch.chdir(tmp_path)
    assert displayed(tmp_path / "b" / "a.yaml") == "b/a.yaml"


def test_a_file_name_that_is_not_text_can_be_printed(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"bad\xff\n.yaml")
    path.write_text("- a\n")
    problem = only(read_document(path))
    assert str(problem).encode("utf-8")
    assert problem.file.endswith(r"bad\udcff\n.yaml")
