"""Where overlays are found, in which order they win, and that the combined catalogue is kept: processes of their own."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import platformdirs
import pytest

import ai_models
from ai_models.catalog import combined, location
from ai_models.catalog.catalog import Catalog
from ai_models.catalog.overlays import Overlay, find_overlays

ONE = "model_id: one\nprovider: acme\nmetadata: {name: One, context_window_input: 1, last_verified: 2025-12-01}\n"
PRICES = "provider: acme\nmodels: {one: {pricing_versions: [{input_per_1m_tokens: 1, output_per_1m_tokens: 2}]}}\n"

ANSWER = """
import json, sys
before = set(sys.modules)  # what measures coverage has modules of its own
from ai_models.catalog.default import default_catalog
from ai_models import PricingService
catalog = default_catalog()
print(json.dumps({
    "window": catalog.get_model("one").context_window_input,
    "file": catalog.get_model("one").origin_of("context_window_input"),
    "named_in": [entry.named_in for entry in catalog.overlays],
    "cost": PricingService().calculate_cost("one", 1_000_000, 0),
    "loaded_from": catalog.origin,
    "modules": [
        name for name in ("yaml", "tomllib", "platformdirs", "ai_models.catalog.overlays")
        if name in set(sys.modules) - before
    ],
}))
"""


def window(tokens: object) -> str:
    return f"model_id: one\nprovider: acme\nmetadata: {{context_window_input: {tokens}}}\n"


def copy_of_the_package(folder: Path) -> Path:
    source = Path(ai_models.__file__).parent
    ignored = shutil.ignore_patterns("__pycache__", "snapshot.msgpack*", "definitions", "data", "cli")
    package = shutil.copytree(source, folder / "src" / "ai_models", ignore=ignored)
    put(package / "models" / "definitions" / "acme" / "one.yaml", ONE)
    put(package / "pricing" / "data" / "acme.yaml", PRICES)
    return package


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text), encoding="utf-8")
    return path


class Machine:
    """An installation, a user's home and a working directory; ``run`` starts a process there."""

    def __init__(self, package: Path, home: Path) -> None:
        self.package = package
        self.home = home
        self.project = home / "work" / "project"
        self.here = self.project / "src"
        self.here.mkdir(parents=True)
        self.config = home / "config" / "ai-models" / "catalogue"
        self.cache = home / "cache" / "ai-models"
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AI_MODELS", "PYTHON"))},
            "PYTHONPATH": str(package.parent),
            "PYTHONPYCACHEPREFIX": str(package.parent.parent / "bytecode"),
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CACHE_HOME": str(home / "cache"),
        }

    def run(self, code: str = ANSWER, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "error", "-c", code],
            check=False, env=self.env | env, cwd=self.here, capture_output=True, text=True, timeout=60,
        )  # fmt: skip

    def answer(self, **env: str) -> dict[str, Any]:
        done = self.run(**env)
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def kept(self) -> list[Path]:
        return sorted(self.cache.glob("*")) if self.cache.is_dir() else []


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as a wheel installs it: with its snapshot, without YAML."""
    package = copy_of_the_package(tmp_path_factory.mktemp("installed"))
    code = "from ai_models.catalog.default import default_catalog as c; c()"
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(package.parent)}, check=True)
    assert (package / "catalog" / "snapshot.msgpack").is_file()
    shutil.rmtree(package / "models" / "definitions")
    shutil.rmtree(package / "pricing" / "data")
    return package


@pytest.fixture
def machine(installed: Path, tmp_path: Path) -> Machine:
    return Machine(installed, tmp_path)


@pytest.fixture
def checkout(tmp_path: Path) -> Machine:
    return Machine(copy_of_the_package(tmp_path / "checkout"), tmp_path / "home")


# Places


def test_without_overlays_nothing_is_looked_at_twice(machine: Machine) -> None:
    answer = machine.answer()
    assert (answer["window"], answer["file"], answer["modules"]) == (1, "acme/one.yaml", [])
    assert machine.kept() == []


def test_each_place_is_stronger_than_the_one_before(machine: Machine) -> None:
    put(machine.config / "one.yaml", window(10))
    answer = machine.answer()
    assert (answer["window"], answer["named_in"]) == (10, ["the configuration directory"])
    assert answer["file"] == str(machine.config / "one.yaml")
    put(machine.project / "catalogue" / "one.yaml", window(20))
    project = put(machine.project / "pyproject.toml", '[tool.ai-models]\ncatalogue = ["catalogue"]\n')
    answer = machine.answer()
    assert (answer["window"], answer["named_in"][1:]) == (20, [str(project)])
    variable = put(machine.home / "mine.yaml", window(30))
    answer = machine.answer(AI_MODELS_PATH=str(variable))
    assert (answer["window"], answer["named_in"][2:]) == (30, ["AI_MODELS_PATH"])


def test_within_the_variable_the_later_path_wins_and_empty_ones_are_none(machine: Machine) -> None:
    one, two = put(machine.home / "1.yaml", window(1)), put(machine.home / "2.yaml", window(2))
    assert machine.answer(AI_MODELS_PATH=os.pathsep.join(["", str(one), str(two), ""]))["window"] == 2
    answer = machine.answer(AI_MODELS_PATH=os.pathsep.join([str(two), str(one), str(two), str(one)]))
    assert (answer["window"], len(answer["named_in"])) == (1, 2), "named twice, it counts where it is strongest"


def test_paths_may_be_relative_and_begin_at_home(machine: Machine) -> None:
    put(machine.here / "here.yaml", window(3))
    put(machine.home / "there.yaml", window(4))
    assert machine.answer(AI_MODELS_PATH="here.yaml")["file"] == str(machine.here / "here.yaml")
    assert machine.answer(AI_MODELS_PATH=f"~{os.sep}there.yaml")["file"] == str(machine.home / "there.yaml")


def test_the_nearest_project_with_the_table_counts(machine: Machine) -> None:
    put(machine.project.parent / "pyproject.toml", '[tool.ai-models]\ncatalogue = ["far.yaml"]\n')
    put(machine.project.parent / "far.yaml", window(5))
    put(machine.project / "pyproject.toml", "[tool.ai-models-other]\nx = 1\n")
    assert machine.answer()["window"] == 5
    put(machine.here / "pyproject.toml", "[tool.ai-models]\n")
    assert machine.answer()["window"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "[project]\nname = 'ai-models'\n",
        "dependencies = ['ai-models-catalog']\n",
        "x = [ # ai-models = \n",
        "tool = 3\n# tool.ai-models\n",
        "[project.scripts]\nai-models = 'ai_models.cli:run'\n",
    ],
)
def test_a_project_that_only_mentions_this_package_names_nothing(machine: Machine, text: str) -> None:
    put(machine.here / "pyproject.toml", text)
    assert machine.answer()["window"] == 1


def test_a_checkout_of_this_package_is_no_project_with_overlays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    assert not list(location.project_tables())


def test_a_project_file_that_nobody_can_read_is_none(machine: Machine) -> None:
    (machine.here / "pyproject.toml").mkdir()
    os.mkfifo(machine.project / "pyproject.toml")
    assert machine.answer()["window"] == 1


def test_a_process_whose_directory_was_removed_has_no_project(machine: Machine) -> None:
    done = machine.run(f"import os; os.rmdir(os.getcwd())\n{ANSWER}")
    assert json.loads(done.stdout)["window"] == 1


def test_an_xdg_directory_that_is_relative_is_ignored(machine: Machine) -> None:
    put(machine.home / ".config" / "ai-models" / "catalogue" / "one.yaml", window(6))
    answer = machine.answer(XDG_CONFIG_HOME="config", XDG_CACHE_HOME="cache")
    assert answer["window"] == 6
    assert answer["loaded_from"].startswith(str(machine.home / ".cache" / "ai-models"))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere platformdirs is asked itself")
def test_the_directories_are_those_that_platformdirs_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for value in (None, str(tmp_path)):
        for kind in ("CONFIG", "CACHE", "STATE"):
            monkeypatch.delenv(f"XDG_{kind}_HOME", raising=False)
            if value is not None:
                monkeypatch.setenv(f"XDG_{kind}_HOME", value)
        assert location.user_directory("config") == platformdirs.user_config_dir("ai-models")
        assert location.user_directory("cache") == platformdirs.user_cache_dir("ai-models")
        assert location.user_directory("state") == platformdirs.user_state_dir("ai-models")
    by_rule = location.config_directory()
    monkeypatch.setattr(sys, "platform", "other")
    assert location.config_directory() == by_rule


def test_a_user_without_a_home_has_no_directories(monkeypatch: pytest.MonkeyPatch, write) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert location.config_directory() == ""
    assert find_overlays() == ()
    base = Catalog.load([write("base.yaml", ONE)])._snapshot
    overlay = Overlay(str(write("overlay.yaml", window(2))), "a test")
    assert combined.with_overlays(base, [overlay]).origin == "a private catalogue with overlays"


# What is wrong


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('[tool.ai-models]\n\ncatalogue = ["gone"]', "pyproject.toml:3: tool.ai-models.catalogue: gone does not exist"),
        ("[tool.ai-models]\ncatalogue = 'x'", "pyproject.toml:2: tool.ai-models.catalogue: must be a list of paths"),
        ("[tool.ai-models]\ncatalogue = ['', 'x']", "pyproject.toml:2: tool.ai-models.catalogue: must be a list of paths"),
        ("[tool.ai-models]\ncatalog = []\ncatalogs = []", "pyproject.toml:2: tool.ai-models.catalog: is not a key here; "
         "the key is catalogue"),
        ("[[tool.ai-models]]\nx = 1", "pyproject.toml:1: tool.ai-models: must be a table with the key catalogue"),
        ("tool.ai-models = 3", "pyproject.toml:1: tool.ai-models: must be a table with the key catalogue"),
        ('[tool."ai-models"]\ncatalogue = ["gone"]', "pyproject.toml:2: tool.ai-models.catalogue: gone does not exist"),
        ('[ tool.ai-models ]\ncatalogue = ["gone"]', "pyproject.toml:2: tool.ai-models.catalogue: gone does not exist"),
        ("tool.ai-models.catalogue = ['gone']", "pyproject.toml:1: tool.ai-models.catalogue: gone does not exist"),
        ("[tool]\nai-models={catalogue=['gone']}", "pyproject.toml:2: tool.ai-models.catalogue: gone does not exist"),
        ("[tool.ai-models]\ncatalogue = [", "pyproject.toml: not valid TOML: Invalid value (at end of document)"),
    ],
)  # fmt: skip
def test_a_bad_table_is_an_error_at_the_start(machine: Machine, table: str, said: str) -> None:
    put(machine.here / "pyproject.toml", table)
    done = machine.run()
    assert done.returncode == 1
    assert said in done.stderr


def test_a_bad_overlay_is_an_error_at_every_start_and_never_kept(machine: Machine) -> None:
    put(machine.config / "one.yaml", window("many"))
    gone = machine.home / "gone"
    for _ in range(2):
        done = machine.run(AI_MODELS_PATH=str(gone))
        assert done.returncode == 1
        assert "CatalogError: the overlays on the catalogue have 2 problems:" in done.stderr
        assert (
            f"{machine.config}/one.yaml:3: metadata.context_window_input: must be a whole number, found 'many'"
            in done.stderr
        )
        assert f"AI_MODELS_PATH: {gone} does not exist" in done.stderr
    assert machine.kept() == []


def test_a_link_that_leads_nowhere_is_an_error_and_not_what_was_kept_before(machine: Machine) -> None:
    machine.config.mkdir(parents=True)
    assert machine.answer()["window"] == 1
    (machine.config / "one.yaml").symlink_to("gone.yaml")
    assert "one.yaml: cannot be read: No such file" in machine.run().stderr


def test_what_an_editor_leaves_beside_a_file_is_no_overlay(machine: Machine) -> None:
    put(machine.config / "one.yaml", window(10))
    put(machine.config / ".one.yaml", "half written")
    (machine.config / ".#one.yaml").symlink_to("somebody@somewhere.1234")
    assert machine.answer()["window"] == 10


def test_at_a_reload_the_last_good_state_stays(machine: Machine) -> None:
    overlay = put(machine.config / "p.yaml", PRICES.replace("tokens: 1,", "tokens: 7,"))
    code = f"""
import logging, pathlib
logging.disable()
from ai_models import PricingService, get_model
service, overlay = PricingService(), pathlib.Path({str(overlay)!r})
cost = lambda: service.calculate_cost("one", 1_000_000, 0)
print(cost())
overlay.write_text(overlay.read_text().replace("models", "modles"))
print(type(service.reload().exception()).__name__, cost(), "modles" in service.degraded)
overlay.write_text(overlay.read_text().replace("modles", "models").replace("7", "8"))
service.reload().result()
print(cost(), service.degraded)
"""
    done = machine.run(code)
    assert done.stdout.splitlines() == ["7.0", "CatalogError 7.0 True", "8.0 None"], done.stderr


# The kept snapshot


def test_the_second_process_reads_no_yaml_and_gives_the_same_answer(machine: Machine) -> None:
    put(machine.config / "one.yaml", window(10))
    put(machine.config / "prices.yaml", PRICES.replace("tokens: 1,", "tokens: 5,"))
    first, second = machine.answer(), machine.answer()
    assert first["modules"] == ["yaml", "ai_models.catalog.overlays"]
    assert second["modules"] == ["ai_models.catalog.overlays"]
    assert (first["window"], first["cost"]) == (second["window"], second["cost"]) == (10, 5.0)
    (kept,) = machine.kept()
    assert second["loaded_from"] == str(kept)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600, "a contract's prices are nobody else's business"


def changes(machine: Machine) -> Iterator[tuple[str, int]]:
    one = machine.config / "one.yaml"
    before = one.stat()
    one.write_text(window(20))
    yield "edited", 20
    one.write_text(window(30))
    os.utime(one, ns=(before.st_atime_ns, before.st_mtime_ns))
    yield "edited, with the size and time of before", 30
    two = put(machine.config / "deep" / "two.yml", "model_id: two\n" + ONE.split("\n", 1)[1])
    yield "added", 30
    two.unlink()
    one.unlink()
    yield "removed", 1


def test_whatever_changes_in_an_overlay_reaches_the_next_process(machine: Machine) -> None:
    put(machine.config / "one.yaml", window(10))
    assert machine.answer()["window"] == 10
    for change, expected in changes(machine):
        answer = machine.answer()
        assert (answer["window"], "yaml" in answer["modules"]) == (expected, True), change
        assert machine.answer()["modules"] == ["ai_models.catalog.overlays"], change
        assert len(machine.kept()) == 1, "what is out of date is replaced"


def test_another_order_is_another_catalogue(machine: Machine) -> None:
    one, two = put(machine.home / "1.yaml", window(1)), put(machine.home / "2.yaml", window(2))
    for paths, expected in (((one, two), 2), ((two, one), 1), ((one, two), 2)):
        assert machine.answer(AI_MODELS_PATH=os.pathsep.join(map(str, paths)))["window"] == expected


def test_a_changed_catalogue_beneath_is_combined_again(checkout: Machine) -> None:
    put(checkout.config / "one.yaml", window(10))
    assert checkout.answer()["cost"] == 1.0
    put(checkout.package / "pricing" / "data" / "acme.yaml", PRICES.replace("tokens: 1,", "tokens: 99,"))
    answer = checkout.answer()
    assert (answer["cost"], answer["window"]) == (99.0, 10)
    assert len(checkout.kept()) == 1


def test_a_damaged_kept_snapshot_is_combined_again(machine: Machine) -> None:
    put(machine.config / "one.yaml", window(10))
    machine.answer()
    machine.kept()[0].write_bytes(b"aimodels\x00")
    assert machine.answer()["window"] == 10
    assert machine.answer()["modules"] == ["ai_models.catalog.overlays"]


def test_a_cache_that_cannot_be_written_costs_time_and_nothing_else(machine: Machine) -> None:
    put(machine.config / "one.yaml", window(10))
    (machine.home / "cache").write_text("not a directory")
    for _ in range(2):
        answer = machine.answer()
        assert (answer["window"], "yaml" in answer["modules"]) == (10, True)


def test_many_processes_that_combine_at_once_all_read_a_whole_catalogue(machine: Machine) -> None:
    put(machine.config / "one.yaml", window(10))
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", ANSWER], env=machine.env, cwd=machine.here, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    assert [json.loads(process.communicate(timeout=60)[0])["window"] for process in processes] == [10] * 4
    assert len(machine.kept()) == 1


# Documentation


def test_the_files_of_the_page_are_the_examples() -> None:
    docs = Path(__file__).parents[2] / "docs"
    page = (docs / "overlays.md").read_text(encoding="utf-8")
    examples = [path.read_text(encoding="utf-8") for path in (docs / "examples" / "overlay").rglob("*.yaml")]
    shown = [block.split("```")[0] for block in page.split("```yaml\n")[1:]]
    assert len(shown) == 4
    for text in shown:
        assert any(example.endswith(text) for example in examples), text
