"""The compiled catalogue: what is written is what is read, and a damaged file says so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import ai_models
from ai_models.catalog.aside import write_aside, write_output
from ai_models.catalog.catalog import Catalog
from ai_models.catalog.compiler import compile_files
from ai_models.catalog.snapshot import Index, Snapshot, pack
from ai_models.catalog.validate import load_valid
from ai_models.errors import CatalogError

MODEL = """
    model_id: one
    provider: acme
    metadata: {name: One, last_verified: 2025-12-01}
"""
PRICES = """
    provider: acme
    models:
      one: {pricing_versions: [{input_per_1m_tokens: 1, output_per_1m_tokens: 2}]}
"""


@pytest.fixture
def data(write, tmp_path: Path) -> bytes:
    write("one.yaml", MODEL)
    write("prices.yaml", PRICES)
    return compile_files(load_valid([tmp_path]), "mark")


def test_a_snapshot_read_from_a_file_equals_the_one_in_memory(data: bytes, tmp_path: Path) -> None:
    write_aside(tmp_path / "deep" / "snapshot", data)
    from_file = Catalog(Snapshot.open(tmp_path / "deep" / "snapshot"))
    in_memory = Catalog(Snapshot(data, origin="memory"))
    assert from_file.get_model("one") == in_memory.get_model("one")
    assert from_file.get_offering("one") == in_memory.get_offering("one")
    assert from_file.origin == str(tmp_path / "deep" / "snapshot")


def test_the_order_of_the_files_does_not_change_a_byte(write, data: bytes, tmp_path: Path) -> None:
    paths = [tmp_path / "prices.yaml", tmp_path / "one.yaml"]
    assert compile_files(load_valid(paths), "mark") == data


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: b"", "is not a catalogue snapshot"),
        (lambda data: b"something else entirely", "is not a catalogue snapshot"),
        (lambda data: data[:11], "is not a catalogue snapshot"),
        (lambda data: data[:40], "is damaged"),
        (lambda data: data[:-1], "is cut short"),
        (lambda data: data.replace(b"text_input", b"txet_input"), "another version"),
    ],
)
def test_a_damaged_snapshot_is_an_error_that_says_what_to_do(damage, message: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "snapshot"
    path.write_bytes(damage(data))
    with pytest.raises(CatalogError, match=message) as caught:
        Snapshot.open(path)
    assert "delete the file" in str(caught.value)
    assert str(path) in str(caught.value)


def test_one_wrong_bit_in_a_section_is_noticed(data: bytes) -> None:
    snapshot = Snapshot(data, origin="memory")
    offset, length, _ = snapshot.header.sections["index"]
    place = len(data) - sum(size for _, size, _ in snapshot.header.sections.values()) + offset + length // 2
    broken = Snapshot(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :], origin="memory")
    with pytest.raises(CatalogError, match="memory is damaged in section index"):
        broken.section("index", Index)


def test_a_section_of_another_shape_is_named() -> None:
    snapshot = Snapshot(pack({"index": b"\xc1"}, ""), origin="memory")
    with pytest.raises(CatalogError, match="memory is damaged in section index"):
        snapshot.section("index", Index)


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "snapshot"
    write_aside(path, b"old")

    def fail(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        write_aside(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_somebody_asks_for_is_written_through_links_and_into_pipes(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_output(tmp_path / "link", b"new")
    write_output(tmp_path / "deep" / "other", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == (tmp_path / "deep" / "other").read_bytes() == b"new"
    os.mkfifo(tmp_path / "pipe")
    with ThreadPoolExecutor(1) as reader:
        read = reader.submit((tmp_path / "pipe").read_bytes)
        write_output(tmp_path / "pipe", b"new")
        assert read.result(timeout=10) == b"new"
    assert (tmp_path / "pipe").is_fifo()
    with pytest.raises(OSError, match="directory"):
        write_output(tmp_path / "deep", b"new")


def test_a_reader_keeps_its_snapshot_while_the_file_is_replaced(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "snapshot"
    write_aside(path, data)
    catalog = Catalog(Snapshot.open(path))
    write_aside(path, b"aimodels, but nothing that could be read")
    assert catalog.get_model("one").name == "One"


# A checkout of its own: the package copied beside two YAML files, run by processes of its own.


@pytest.fixture
def checkout(write, tmp_path: Path) -> Path:
    source = Path(ai_models.__file__).parent
    ignored = shutil.ignore_patterns("__pycache__", "snapshot.msgpack*", "definitions", "data", "cli")
    shutil.copytree(source, tmp_path / "src" / "ai_models", ignore=ignored)
    write("src/ai_models/models/definitions/acme/one.yaml", MODEL)
    write("src/ai_models/pricing/data/acme.yaml", PRICES)
    return tmp_path / "src"


READ = "from ai_models import get_model; print(get_model('one').name)"


def run(checkout: Path, code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "PYTHONPATH": str(checkout)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answer(checkout: Path, code: str = READ) -> str:
    process = run(checkout, code)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out.strip()


def test_a_checkout_compiles_on_first_use_and_again_when_its_yaml_changes(checkout: Path) -> None:
    snapshot = checkout / "ai_models" / "catalog" / "snapshot.msgpack"
    assert answer(checkout) == "One"
    first = snapshot.stat().st_mtime_ns
    assert answer(checkout) == "One"
    assert snapshot.stat().st_mtime_ns == first, "nothing changed, so nothing was compiled"
    definition = checkout / "ai_models" / "models" / "definitions" / "acme" / "one.yaml"
    definition.write_text(definition.read_text().replace("name: One", "name: Uno"))
    assert answer(checkout) == "Uno"


def test_a_removed_file_is_noticed(checkout: Path, write) -> None:
    added = write("src/ai_models/models/definitions/acme/two.yaml", MODEL.replace("one", "two"))
    count = "from ai_models import Catalog, ModelRegistry; print(len(ModelRegistry.list_models()))"
    assert answer(checkout, count) == "2"
    added.unlink()
    assert answer(checkout, count) == "1"


def test_a_checkout_with_a_damaged_snapshot_compiles_again(checkout: Path) -> None:
    (checkout / "ai_models" / "catalog" / "snapshot.msgpack").write_bytes(b"aimodels\x00\x00")
    assert answer(checkout) == "One"


def test_a_checkout_with_bad_yaml_says_what_is_wrong(checkout: Path) -> None:
    definition = checkout / "ai_models" / "models" / "definitions" / "acme" / "one.yaml"
    definition.write_text(definition.read_text().replace("model_id", "modelid"))
    process = run(checkout, READ)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "one.yaml:2: modelid: is not a key here; did you mean model_id?" in err


def test_a_place_that_cannot_be_written_keeps_the_catalogue_in_memory(checkout: Path) -> None:
    blocked = checkout / "ai_models" / "catalog" / "snapshot.msgpack"
    blocked.mkdir()
    assert answer(checkout) == "One"
    assert blocked.is_dir()


@pytest.mark.slow
def test_many_processes_that_compile_at_once_all_read_a_whole_catalogue(checkout: Path) -> None:
    processes = [run(checkout, READ) for _ in range(6)]
    outputs = [process.communicate(timeout=120) for process in processes]
    assert [out.strip() for out, _ in outputs] == ["One"] * 6, [err for _, err in outputs]
    leftovers = list((checkout / "ai_models" / "catalog").glob("snapshot.msgpack.*"))
    assert leftovers == []


def test_an_installed_package_without_its_snapshot_says_how_to_mend_it(checkout: Path) -> None:
    shutil.rmtree(checkout / "ai_models" / "models" / "definitions")
    process = run(checkout, READ)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "reinstall ai-models-catalog" in err
