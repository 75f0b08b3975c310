"""The application is what later tests take it for: it works, its numbers are the frozen ones, and its lists are true."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import time_machine
import yaml
from callsites import sites, sources
from workshop import APP, IGNORED, OLD_PACKAGES, State, add_ignored_files, copy_app, move_old_packages, run_suite, tree_hash

from ai_models import ModelRegistry, ModelSpec, get_model
from ai_models.errors import ModelNotFoundError

HERE = Path(__file__).parent
PLANTED = yaml.safe_load((HERE / "planted.yaml").read_text(encoding="utf-8"))
DIFFERENCES = yaml.safe_load((HERE / "differences.yaml").read_text(encoding="utf-8"))
CALLSITES = yaml.safe_load((HERE / "callsites.yaml").read_text(encoding="utf-8"))

CLAUDE_PAGE = "https://docs.claude.com/en/docs/about-claude/models"
GEMINI_PAGE = "https://ai.google.dev/gemini-api/docs/models/gemini"
GPT_PAGE = "https://platform.openai.com/docs/models/"

FROZEN = {
    "claude-sonnet-4.5": ("Claude Sonnet 4.5", 200_000, None, 3.00, 15.00, "January 2025", CLAUDE_PAGE),
    "claude-haiku-4.5": ("Claude Haiku 4.5", 200_000, None, 1.00, 5.00, "February 2025", CLAUDE_PAGE),
    "claude-opus-4.1": ("Claude Opus 4.1", 200_000, None, 15.00, 75.00, "January 2025", CLAUDE_PAGE),
    "gemini-2.5-pro": ("Gemini 2.5 Pro", 1_048_576, 65_536, 1.25, 5.00, "January 2025", GEMINI_PAGE),
    "gemini-2.5-flash": ("Gemini 2.5 Flash", 1_048_576, 65_536, 0.075, 0.30, "January 2025", GEMINI_PAGE),
    "gemini-2.5-flash-lite": ("Gemini 2.5 Flash-Lite", 1_048_576, 65_536, 0.05, 0.20, "January 2025", GEMINI_PAGE),
    "gpt-4o": ("GPT-4o", 128_000, None, 2.50, 10.00, "October 2023", f"{GPT_PAGE}gpt-4o"),
    "gpt-4o-mini": ("GPT-4o mini", 128_000, None, 0.15, 0.60, "October 2023", f"{GPT_PAGE}gpt-4o-mini"),
}
IDENTIFIERS = {
    "claude-sonnet-4.5": "claude-sonnet-4-5-20250929",
    "claude-haiku-4.5": "claude-haiku-4-5-20251001",
    "claude-opus-4.1": "claude-opus-4-1-20250805",
}
SURFACE = {
    *(f"ModelRegistry.{name}" for name in ("CLAUDE_SONNET_4_5", "CLAUDE_HAIKU_4_5", "CLAUDE_OPUS_4_1", "GEMINI_2_5_PRO")),
    *(f"ModelRegistry.{name}" for name in ("GEMINI_2_5_FLASH", "GEMINI_2_5_FLASH_LITE", "GPT_4O", "GPT_4O_MINI")),
    *(f"ModelRegistry.{name}" for name in ("VERIFICATION_SOURCES", "_DEPRECATED", "verify_all_docs_accessible")),
    *(f"ModelRegistry.{name}" for name in ("get_all_current_models", "get_spec", "get_by_provider", "is_deprecated")),
    *(f"ModelRegistry.{name}" for name in ("get_replacement", "get_recommended_model")),
    *(f"Provider.{name}" for name in ("ANTHROPIC", "OPENAI", "GOOGLE")),
    *("CLAUDE_SONNET", "CLAUDE_HAIKU", "CLAUDE_OPUS", "GEMINI_PRO", "GEMINI_FLASH", "GEMINI_FLASH_LITE", "GPT_4O"),
    *("GPT_4O_MINI", "ModelSpec", "Provider"),
    *(f"SignalCategory.{name}" for name in ("FEATURE_REQUEST", "BUG_REPORT", "CHURN_RISK", "EXPANSION_SIGNAL")),
    *("SignalCategory.GENERAL_FEEDBACK", "ClassificationResult", "ProviderMetrics", "LLMProvider"),
    *("ClaudeProvider", "CLAUDE_PRICING", "get_provider"),
}
MEMBERS = {
    *("provider", "name", "api_identifier", "context_window_input", "context_window_output", "input_price_per_1m"),
    *("output_price_per_1m", "knowledge_cutoff", "last_verified", "docs_url", "notes", "recommended_for"),
    *("category", "confidence", "evidence", "cost", "latency_ms", "tokens_used", "cached_tokens", "to_dict"),
    *("average_cost", "average_latency_ms", "cache_hit_rate", "record_request"),
    *("classify", "get_metrics", "reset_metrics", "_classify_impl", "_calculate_cost"),
}
STYLES = {
    *("alias", "backslash", "comment", "from", "import", "in-function", "in-try", "in-with", "notebook", "parenthesised"),
    *("re-export", "relative", "second-hand", "semicolon", "several", "star", "submodule", "type-checking"),
}
USES = {
    *("annotation", "argument", "attribute", "base", "call", "compared", "default", "getattr", "isinstance", "iterated"),
    *("pattern", "quoted annotation", "read"),
}


@pytest.fixture(scope="module")
def registry() -> ModuleType:
    """The application's own registry, under a name that nothing else has."""
    spec = importlib.util.spec_from_file_location("frozen_registry", APP / "models" / "registry.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def on_the_day() -> Iterator[None]:
    """The day for which ``planted.yaml`` speaks."""
    with time_machine.travel(datetime.combine(PLANTED["at"], time(12)), tick=False):
        yield


def line_of(entry: dict[str, Any]) -> str:
    """The line that an entry of a list points to."""
    path: Path = APP / entry["file"].partition("#")[0]
    number: int = entry["line"]
    encoding = "latin-1" if b"latin-1" in path.read_bytes()[:40] else "utf-8"
    return path.read_text(encoding=encoding).split("\n")[number - 1]


def named(entry: dict[str, Any]) -> str:
    """What a failure calls an entry."""
    return " ".join(str(entry.get(key, "")) for key in ("file", "line", "model", "id", "text", "pattern"))


def application_code() -> str:
    """What the application does, without its old packages and its tests."""
    kept = (each for each in sources() if not each.is_old and not each.file.startswith("tests/"))
    return "\n".join(each.text.decode("utf-8", "replace") for each in kept)


# ---- it works


@pytest.mark.slow
def test_its_suite_passes_before_a_migration_and_leaves_no_trace(tmp_path: Path) -> None:
    app = copy_app(tmp_path / "app")
    before = tree_hash(app)
    result = run_suite(app, State.BEFORE)
    assert result.has_passed, result.output
    assert any("old_packages" in name for name in result.outcomes)
    assert tree_hash(app) == before == tree_hash(copy_app(tmp_path / "another"))


@pytest.mark.slow
def test_its_suite_does_not_care_where_the_old_packages_come_from(tmp_path: Path) -> None:
    app = copy_app(tmp_path / "app")
    move_old_packages(app, tmp_path / "aside")
    assert not any((app / package).exists() for package in OLD_PACKAGES)
    result = run_suite(app, State.COMPAT, path=[tmp_path / "aside"])
    assert result.has_passed, result.output
    assert not any("old_packages" in name for name in result.outcomes)


def test_a_suite_that_cannot_run_has_not_passed(tmp_path: Path) -> None:
    app = copy_app(tmp_path / "app")
    move_old_packages(app, tmp_path / "aside")
    for others in sorted((app / "tests").glob("test_[!k]*.py")):
        others.unlink()  # one module is enough, and sooner done
    result = run_suite(app, State.MIGRATED)
    assert not result.has_passed
    assert "No module named 'providers'" in result.output


def test_a_hash_sees_names_modes_and_bytes(tmp_path: Path) -> None:
    app = copy_app(tmp_path / "app")
    hashes = [tree_hash(app)]
    (app / "README.md").rename(app / "README.txt")
    hashes.append(tree_hash(app))
    (app / "README.txt").chmod(0o755)
    hashes.append(tree_hash(app))
    alerts = app / "signal_desk" / "alerts.py"
    alerts.write_bytes(alerts.read_bytes().replace(b"\r\n", b"\n"))
    hashes.append(tree_hash(app))
    assert len(set(hashes)) == 4


def test_what_git_ignores_is_named_as_such(tmp_path: Path) -> None:
    app = copy_app(tmp_path / "app")
    file = add_ignored_files(app)
    assert file.relative_to(app).parts[0] == IGNORED
    assert f"{IGNORED}/" in (app / ".gitignore").read_text(encoding="utf-8").splitlines()


# ---- its numbers are the frozen ones


@pytest.mark.parametrize("key", FROZEN)
def test_frozen_values(registry: ModuleType, key: str) -> None:
    spec = registry.ModelRegistry.get_spec(key)
    prices = (spec.input_price_per_1m, spec.output_price_per_1m)
    windows = (spec.context_window_input, spec.context_window_output)
    assert (spec.name, *windows, *prices, spec.knowledge_cutoff, spec.docs_url) == FROZEN[key]
    assert spec.api_identifier == IDENTIFIERS.get(key, key)
    assert spec.last_verified == date(2025, 10, 24)


def test_the_roster_is_frozen(registry: ModuleType) -> None:
    assert list(registry.ModelRegistry.get_all_current_models()) == list(FROZEN)
    assert sorted(registry.ModelRegistry._DEPRECATED) == [
        "claude-3-5-haiku-20241022",
        "claude-3-5-sonnet-20241022",
        "claude-3-opus-20240229",
        "claude-sonnet-3.7",
        "gemini-1.5-flash",
        "gemini-1.5-flash-002",
        "gemini-1.5-pro",
        "gemini-1.5-pro-002",
        "gemini-2.0-flash",
        "gpt-3.5-turbo",
        "gpt-4-turbo",
    ]


# ---- callsites.yaml is complete and true


def test_every_site_of_the_syntax_trees_is_listed_and_no_other() -> None:
    found = sites()
    assert list(found) == list(CALLSITES)
    for key, listed in CALLSITES.items():
        assert found[key] == listed, key


def test_every_listed_use_stands_in_its_line() -> None:
    """A second look, by text: syntax trees of Python 3.11 are vague about what is inside f-strings."""
    for key, listed in CALLSITES.items():
        if "#" in key:
            continue  # lines of a cell, not of the file
        names = [name.split(" as ") for each in listed.get("imports", ()) for name in each.get("names", ())]
        for use in listed.get("uses", ()):
            last = use["name"].split(".")[-1]
            spellings = {last, *(name[-1] for name in names if name[0] == last)}
            line = line_of({"file": key, **use})
            assert any(re.search(rf"\b{spelling}\b", line) for spelling in spellings), (key, use)


def test_no_line_that_looks_like_a_legacy_import_is_missing() -> None:
    """A third look, by regular expressions: everything that reads like such an import is one, a mention or a look-alike."""
    pattern = re.compile(r"\b(?:from|import)\s+(?:\.+|toolkit\.)?(?:models|providers)\b")
    noted = {(each["file"], each["line"]) for each in (*PLANTED["mentions"], *PLANTED["look_alikes"])}
    listed = {(key, each["line"]) for key, kinds in CALLSITES.items() for each in kinds.get("imports", ())}
    for path in sorted(APP.rglob("*")):
        if not path.is_file() or path.suffix == ".ipynb":
            continue
        file = path.relative_to(APP).as_posix()
        for number, line in enumerate(path.read_bytes().decode("latin-1").split("\n"), start=1):
            if pattern.search(line):
                assert (file, number) in listed | noted, f"{file}:{number}: {line}"


def test_every_style_of_import_and_every_way_of_use_is_there() -> None:
    styles = {style for kinds in CALLSITES.values() for each in kinds.get("imports", ()) for style in each["styles"]}
    uses = [each for kinds in CALLSITES.values() for each in kinds.get("uses", ())]
    assert styles == STYLES
    assert {each["use"] for each in uses} >= USES
    results = {each["result"] for each in uses if "result" in each}
    assert results == {"assigned", "attribute", "compared", "not", "or", "returned", "walrus"}
    assert {each["in"] for each in uses if "in" in each} == {"f-string"}
    strings = {each["in"] for kinds in CALLSITES.values() for each in kinds.get("strings", ())}
    assert strings == {"__import__", "assign", "importlib.import_module", "patch", "sys.modules.get"}


def test_every_name_of_the_old_surface_is_used_by_the_application_itself() -> None:
    inside = {key: kinds for key, kinds in CALLSITES.items() if not key.startswith("tests/")}
    used = {each["name"] for kinds in inside.values() for each in kinds.get("uses", ())}
    assert SURFACE - used == set()
    code = application_code()
    assert {name for name in MEMBERS if not re.search(rf"\b{name}\b", code)} == set()


def test_files_of_every_kind_are_there() -> None:
    assert (APP / "signal_desk" / "alerts.py").read_bytes().count(b"\r\n") > 40
    assert (APP / "jobs" / "backfill.py").read_bytes().startswith(b"\xef\xbb\xbf")
    latin = (APP / "jobs" / "wochenbericht.py").read_bytes()
    assert latin.startswith(b"# -*- coding: latin-1 -*-")
    with pytest.raises(UnicodeDecodeError):
        latin.decode()
    assert b"\n\treturn" in (APP / "scripts" / "check_models.py").read_bytes()
    assert not (APP / "scripts" / "print_models.py").read_bytes().endswith(b"\n")
    assert b"\n\f\n" in (APP / "signal_desk" / "tariffs.py").read_bytes()


def test_placeholders_are_empty() -> None:
    found = {path.relative_to(APP).as_posix(): path.read_bytes() for path in (APP / "model-configs").rglob("*-config.md")}
    assert len(found) == 8
    assert set(found.values()) == {b""}


@pytest.mark.parametrize("name", ["windows", "tagging_costs"])
def test_notebooks_are_notebooks(name: str) -> None:
    text = (APP / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
    notebook = json.loads(text)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert {cell["cell_type"] for cell in notebook["cells"]} == {"markdown", "code"}
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])
    assert json.dumps(notebook, indent=1, ensure_ascii=False) + "\n" == text, "as Jupyter writes it"


# ---- planted.yaml is true


@pytest.mark.parametrize("entry", PLANTED["prices"], ids=named)
@pytest.mark.usefixtures("on_the_day")
def test_planted_prices(entry: dict[str, Any]) -> None:
    line = line_of(entry)
    numbers = [float(number.replace("_", "")) for number in re.findall(r"\d[\d_]*(?:\.\d+)?", line)]
    written = [entry[way] for way in ("input", "output") if way in entry]
    assert all(price in numbers for price in written), line
    spec = get_model(entry["model"])
    listed = {"input": spec.input_price_per_1m, "output": spec.output_price_per_1m}
    factor = {"1M": 1, "1K": 1_000}[entry["per"]]
    is_right = all(entry[way] * factor == pytest.approx(listed[way]) for way in listed if way in entry)
    assert entry["is"] == ("right" if is_right else "stale")


@pytest.mark.parametrize("entry", PLANTED["windows"], ids=named)
def test_planted_windows(entry: dict[str, Any]) -> None:
    assert entry["text"] in line_of(entry)
    is_right = get_model(entry["model"]).context_window_input == entry["tokens"]
    assert entry["is"] == ("right" if is_right else "wrong")


@pytest.mark.parametrize("entry", PLANTED["declarations"], ids=named)
@pytest.mark.usefixtures("on_the_day")
def test_planted_declarations(registry: ModuleType, entry: dict[str, Any]) -> None:
    assert line_of(entry) == f"{entry['name']} = ModelSpec("
    declared = declaration(registry, entry["name"])
    assert declared.api_identifier == entry["model"]
    known = ModelRegistry.get_spec(entry["model"], None)
    assert entry["is"] == ("unknown" if known is None else "known")
    if known is not None:
        assert drifting(declared, known) == entry["drifts"]


def declaration(registry: ModuleType, name: str) -> Any:
    """A model that the team has declared, made by the old ``ModelSpec``."""
    text = (APP / "signal_desk" / "house_models.py").read_text(encoding="utf-8")
    source = re.search(rf"^{name} = (ModelSpec\(.*?^\))", text, re.DOTALL | re.MULTILINE)
    assert source is not None
    names = {"ModelSpec": registry.ModelSpec, "Provider": registry.Provider, "date": date}
    return eval(source[1], names)  # noqa: S307 a file of our own


def drifting(declared: Any, known: ModelSpec) -> list[str]:
    """The figures that a declaration and the catalogue do not agree on."""
    fields = ("context_window_input", "context_window_output", "input_price_per_1m", "output_price_per_1m")
    return [field for field in fields if getattr(declared, field) != getattr(known, field)]


@pytest.mark.parametrize("entry", PLANTED["misuse"], ids=named)
def test_planted_misuse(entry: dict[str, Any]) -> None:
    assert f'model="{entry["model"]}"' in line_of(entry)
    assert get_model(entry["model"]).support(entry["lacks"]).value == "unsupported"


@pytest.mark.parametrize("entry", PLANTED["model_ids"], ids=named)
@pytest.mark.usefixtures("on_the_day")
def test_planted_model_ids(entry: dict[str, Any]) -> None:
    assert entry["id"] in line_of(entry)
    try:
        spec = get_model(entry["id"])
    except ModelNotFoundError:
        assert entry["is"] == ["unknown"]
        return
    floats = any(alias.name == entry["id"] and alias.floating for alias in spec.aliases)
    assert entry["is"] == [spec.status.value, *(["floating"] if floats else [])]


def test_no_model_id_outside_python_and_prose_is_missing() -> None:
    pattern = re.compile(r"(?<![\w/.])(?<!\w-)(?:claude|gpt|gemini|acme)-[\w.-]*\w", re.IGNORECASE)
    listed = {(each["file"], each["line"], each["id"]) for each in PLANTED["model_ids"]}
    alike = {(each["file"], each["line"], each["text"]) for each in PLANTED["look_alikes"]}
    for path in sorted(APP.rglob("*")):
        if path.is_file() and path.suffix not in (".py", ".pyc", ".md"):
            file = path.relative_to(APP).as_posix()
            for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
                for identifier in pattern.findall(line):
                    assert (file, number, identifier) in listed | alike, f"{file}:{number}: {identifier}"


@pytest.mark.parametrize("entry", [*PLANTED["look_alikes"], *PLANTED["mentions"]], ids=named)
def test_look_alikes_and_mentions_are_where_they_should_be(entry: dict[str, Any]) -> None:
    assert entry["text"] in line_of(entry)


# ---- differences.yaml is true


@pytest.mark.parametrize("entry", DIFFERENCES, ids=named)
def test_differences_are_where_they_should_be(entry: dict[str, Any]) -> None:
    lines = (APP / entry["file"]).read_text(encoding="utf-8-sig").splitlines()
    assert sum(entry["pattern"] in line for line in lines) == entry.get("times", 1)
    assert entry["kind"] in ("exception", "result", "type", "missing", "model", "price", "default", "module")
    assert entry["before"] != entry["after"]
    if entry["shown_by"] is not None:
        file, _, test = entry["shown_by"].partition("::")
        assert f"def {test}(" in (APP / "tests" / "old_packages" / file).read_text(encoding="utf-8")
