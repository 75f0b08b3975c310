"""``ai-models sync``."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from commandline import Answer, Run

from ai_models.catalog.sources.reading import Imported
from ai_models.catalog.sync import gather
from ai_models.cli import sync as command
from ai_models.errors import MissingExtraError, SourceShrunkError

pytestmark = pytest.mark.usefixtures("made_up")

ACME = """\
# by hand
provider: acme
models:
  one:
    pricing_versions:
      - {effective_date: 2026-01-01, input_per_1m_tokens: 1.00, output_per_1m_tokens: 2.00, evidence: [litellm]}
  two:
    pricing_versions:
      - {effective_date: 2026-01-01, input_per_1m_tokens: 1.00, output_per_1m_tokens: 2.00, evidence: [manual]}
"""
SOURCES = "sources:\n" + "".join(
    f'  {name}: {{name: n, url: "https://x.example", licence: MIT, retrieved: 2026-06-01}}\n'
    for name in ("litellm", "manual")
)

_NAMED = {"provider": "acme", "model": "big-2"}
FEEDS: dict[str, object] = {
    "genai_prices.json": [{"id": "acme", "models": [{"id": "big-2", "name": "Big 2", "match": {}, "prices": {}}]}],
    "litellm.json": {"big-2": {"litellm_provider": "acme", "mode": "chat"}},
    "models_dev.json": {"acme": {"models": {"big-2": {"name": "Big 2"}}}},
    "models_dev_base_models.json": {"acme/big-2": {"name": "Big 2"}},
    "deprecations.json": [{"provider": "acme", "model_id": "big-1", "shutdown_date": "2026-01-01"}],
    "price_observations.jsonl": {
        **_NAMED,
        "source": "s",
        "kind": "k",
        "observed_on": "2026-01-01",
        "changes": {"input": [1, 2]},
    },
    "vendor_facts.jsonl": {**_NAMED, "field": "name", "value": "Big 2", "as_of": "2026-01-01"},
}

Synced = Callable[..., Answer]


@pytest.fixture
def into(tmp_path: Path) -> Path:
    (tmp_path / "tree" / "definitions").mkdir(parents=True)
    (tmp_path / "tree" / "pricing").mkdir()
    (tmp_path / "tree" / "pricing" / "acme.yaml").write_text(ACME)
    (tmp_path / "tree" / "definitions" / "sources.yaml").write_text(SOURCES)
    return tmp_path / "tree"


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    """A directory with a file of every source, each of which says one thing."""
    folder = tmp_path / "feeds"
    folder.mkdir()
    for name, content in FEEDS.items():
        (folder / name).write_text(json.dumps(content))
    assert FEEDS.keys() == set(gather.FILE_NAMES.values())
    return folder


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Have the proposer say what ``acme`` costs, as input rates by offering, whatever the sources say."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def say(**rates: int) -> None:
        def version(rate: int) -> dict[str, Any]:
            amounts = {"input_per_1m_tokens": Decimal(rate), "output_per_1m_tokens": Decimal(2)}
            return {"effective_date": date(2026, 1, 1), **amounts, "evidence": ["litellm"]}

        models = {name: {"model": "acme/big-2", "pricing_versions": [version(rate)]} for name, rate in rates.items()}
        for name in ("one", "two"):
            models.get(name, {}).pop("model", None)

        def proposed(_: Mapping[str, Imported]) -> dict[str, Any]:
            return {"pricing/data/acme.yaml": {"provider": "acme", "display_name": "", "models": models}}

        monkeypatch.setattr(command, "_proposer", lambda _: proposed)

    say(one=1, two=1)
    return say


@pytest.fixture
def synced(run: Run, into: Path, feeds: Path, says: Callable[..., None]) -> Synced:
    """Sync the tree from the directory of feeds."""
    return lambda *arguments, **options: run("sync", "--into", str(into), "--from", str(feeds), *arguments, **options)


def test_a_tree_that_says_what_the_sources_say_has_nothing_to_write(synced: Synced) -> None:
    assert "nothing to write" in synced().out
    assert synced("--check").code == 0


def test_what_would_change_is_shown_and_only_written_on_request(
    synced: Synced, says: Callable[..., None], into: Path
) -> None:
    says(one=3, two=9, three=5)
    answer = synced()
    assert answer.code == 0
    assert [line for line in answer.lines if line and line[0].isupper() and not line.startswith("Subject")] == [
        "New offerings  1",
        "Corrections  1",
        "Conflicts with what stands, which is kept  1",
        "Counts  1 new offering, 1 correction, 1 kept",
    ]
    correction = answer.line("acme:one").split()
    assert correction == ["acme:one", "input", "1.00", "3", "2026-01-01", "litellm"]
    assert "a person wrote it" in answer.line("acme:two")
    assert (into / "pricing" / "acme.yaml").read_text() == ACME
    assert synced("--check").code == 1
    written = synced("--write")
    assert (written.code, "wrote 1 file" in written.out) == (0, True)
    text = (into / "pricing" / "acme.yaml").read_text()
    assert text.startswith(ACME.replace("input_per_1m_tokens: 1.00", "input_per_1m_tokens: 3.00", 1))
    assert synced("--check").code == 0, "what is kept is no change"
    assert "nothing to write" in synced("--write").out


def test_json_has_everything(synced: Synced, says: Callable[..., None]) -> None:
    says(one=3, two=9)
    facts = synced("--json", "--as-of", "2026-06-02", "--as-of", "litellm=2026-06-03").json
    assert facts["would_change"] is True
    assert facts["counts"] == {"correction": 1, "confirmed": 1, "kept": 1}
    assert facts["sources"]["litellm"] == "2026-06-03"
    assert facts["sources"]["models.dev"] == "2026-06-02"
    assert [(d["kind"], d["written"]) for d in facts["differences"]] == [
        ("correction", True),
        ("kept", False),
        ("confirmed", True),
    ]
    assert [Path(name).name for name in facts["files"]] == ["sources.yaml", "acme.yaml"]
    assert facts["written"] == []


def test_the_day_of_a_file_is_the_one_that_the_catalogue_knows(synced: Synced) -> None:
    assert synced("--json").json["sources"]["litellm"] == "2026-06-01"


def test_long_groups_are_shortened_on_a_terminal(synced: Synced, says: Callable[..., None]) -> None:
    says(one=1, two=1, **{f"more-{number:02}": 1 for number in range(30)})
    assert "more-29" in synced().out
    short = synced(width=160)
    assert "and 18 more; --all shows them" in short.out
    assert "more-29" not in short.out
    assert "more-29" in synced("--all", width=160).out


def test_a_missing_source_is_named_and_keeps_from_writing(
    synced: Synced, says: Callable[..., None], feeds: Path, into: Path
) -> None:
    says(one=3, two=1)
    (feeds / "litellm.json").unlink()
    shown = synced("--source", "models.dev", "--source", "litellm")
    assert (shown.code, "a source is missing" in shown.err) == (2, True)
    assert synced().code == 0
    assert "missing: litellm" in synced().out
    answer = synced("--write")
    assert (answer.code, "--source NAME syncs with the others alone" in answer.err) == (2, True)
    assert (into / "pricing" / "acme.yaml").read_text() == ACME
    alone = synced("--write", "--source", "models.dev")
    assert alone.code == 0
    assert "it rests on litellm, which was not read" in alone.out


def test_a_check_without_a_source_knows_nothing_where_nothing_moved(synced: Synced, feeds: Path) -> None:
    (feeds / "litellm.json").write_text("no JSON")
    answer = synced("--check")
    assert (answer.code, "a source is missing" in answer.err) == (2, True)


def test_a_file_that_lost_more_than_a_tenth_is_refused_until_it_is_accepted(synced: Synced, feeds: Path) -> None:
    def models(count: int) -> None:
        row = {"litellm_provider": "acme", "mode": "chat", "max_input_tokens": 1000}
        (feeds / "litellm.json").write_text(json.dumps({f"m-{number}": row for number in range(count)}))

    models(100)
    assert "missing" not in synced().out
    models(90)
    assert "missing" not in synced().out, "a tenth is not more than a tenth"
    models(81)
    assert "missing" not in synced().out
    models(72)
    assert "more than a tenth is gone" in synced().out
    assert "missing" not in synced("--accept-loss").out
    assert "missing" not in synced().out


@pytest.mark.parametrize("content", ["{}", "[]", "", "<!doctype html>", '{"big-2": 3}', "\x00"])
def test_a_file_that_says_nothing_is_missing_and_not_read(synced: Synced, feeds: Path, content: str) -> None:
    (feeds / "litellm.json").write_text(content)
    assert synced().out.startswith("missing: litellm: ")
    assert synced("--write").code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--write", "--check"], "give one of them"),
        (["--source", "wikipedia"], "no source is called 'wikipedia'"),
        (["--as-of", "never"], "is no instant"),
        (["--as-of", "wikipedia=2026-01-01"], "no source is called"),
    ],
)
def test_wrong_usage_is_explained(synced: Synced, arguments: list[str], message: str) -> None:
    answer = synced(*arguments)
    assert (answer.code, message in answer.err) == (2, True)


def test_places_that_are_not_there(run: Run, into: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "holds neither definitions/ nor pricing/" in run("sync", "--into", str(tmp_path / "none")).err
    assert "is not a directory" in run("sync", "--into", str(into), "--from", str(tmp_path / "none")).err
    monkeypatch.setattr("ai_models.catalog.location.packaged_roots", lambda: ())
    answer = run("sync")
    assert (answer.code, "an installed package has no files to sync; give --into DIR" in answer.err) == (2, True)


def test_rules_that_cannot_be_used(
    run: Run, into: Path, feeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    options = ["sync", "--into", str(into), "--from", str(feeds), "--rules", str(tmp_path)]
    assert "holds no rules of makers; give --rules DIR" in run(*options).err
    (tmp_path / "acme.yaml").write_text("maker: 1")
    assert "cannot be read" in run(*options).err


def test_without_a_directory_the_sources_are_fetched(
    run: Run, into: Path, says: Callable[..., None], feeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def fetch(source: Any, cache: Path, *, progress: Any, **_: Any) -> Any:
        asked.append(source.name)
        progress(10, 100)
        if source.name == "models.dev":
            raise SourceShrunkError(source.url, before=100, after=10)
        path = feeds / gather.FILE_NAMES[source.name]
        checked = command.read_instant("2026-07-01")
        return type("Fetched", (), {"path": path, "checked": checked})

    monkeypatch.setattr(gather, "fetch", fetch)
    answer = run("sync", "--into", str(into))
    assert asked == list(gather.ADDRESSES)
    assert "missing: models.dev: https://models.dev/api.json: 10 rows where there were 100" in answer.out
    assert run("sync", "--into", str(into), "--source", "litellm").code == 0

    def without(*_: Any, **__: Any) -> Any:
        raise MissingExtraError(extra="sync", needed_for="reading")

    monkeypatch.setattr(gather, "fetch", without)
    assert "ai-models-catalog[sync]" in run("sync", "--into", str(into)).err


def test_the_market_is_what_is_proposed(
    run: Run, into: Path, feeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ai_models.catalog.sync.proposer import RULES, market_proposer

    if not RULES.is_dir():
        pytest.skip("no checkout")
    assert isinstance(market_proposer, Callable)  # type: ignore[arg-type]
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "acme.yaml").write_text(
        "maker: acme\ndisplay_name: Acme\npricing_url: https://x\ndocumentation_url: https://x\nwindow: total\n"
        "spelled: {litellm: [acme]}\ndefaults_as_of: 2026-01-01\nmodels: {}\n"
    )
    answer = run("sync", "--into", str(into), "--from", str(feeds), "--rules", str(tmp_path / "rules"))
    assert answer.code == 0, answer.err


def test_a_terminal_sees_bars_on_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with command._bars() as bar:
        bar("reading files")(1, 2)
    assert "reading files" in terminal.getvalue()
