"""A user's own files in ``show``, ``doctor`` and ``validate``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from commandline import Run

from ai_models.catalog import Catalog, default, location
from ai_models.catalog.default import default_catalog, use_as_default

OVERLAY = {
    "big.yaml": """
        model_id: big-2
        provider: acme
        aliases: [ours]
        metadata: {context_window_input: 100000, knowledge_cutoff: null}
        lifecycle: {replacement: [mini, zeta/zhi]}
        capabilities: [audio_input]
        reasoning: {control: toggle}
        optimization: {tips: [Ask us]}
        documentation: {notes: Ours.}
        """,
    "prices.yaml": """
        provider: acme
        models:
          big-2:
            limits: {context_window_output: 5}
            pricing_versions: [{effective_date: 2026-11-01, input_per_1m_tokens: 1, output_per_1m_tokens: 2}]
        """,
    "own.yaml": """
        model_id: own
        provider: house
        metadata: {name: Own, last_verified: 2026-11-01}
        """,
}


@pytest.fixture
def overlay(write: Callable[[str, str], Path], made_up: Path) -> Path:
    """An overlay on the made-up catalogue, which is in use."""
    paths = [write(f"mine/{name}", text) for name, text in OVERLAY.items()]
    use_as_default(Catalog.load([paths[0].parent], base=default_catalog()))
    return paths[0].parent


@pytest.fixture
def shipped(made_up: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The made-up catalogue as the one that a checkout ships."""
    snapshot = default_catalog()._snapshot
    monkeypatch.setattr(default, "shipped_snapshot", lambda: snapshot)
    monkeypatch.setattr(location, "packaged_roots", lambda: (made_up,))
    return made_up


def test_show_says_where_each_value_comes_from(run: Run, overlay: Path) -> None:
    lines = run("show", "ours").lines
    own = [" ".join(line.split()) for line in lines[lines.index("Where these values come from") + 1 :]]
    model, prices = overlay / "big.yaml", overlay / "prices.yaml"
    assert own == [
        f"aliases.ours ours (from {model})",
        f"audio_input supported (from {model})",
        f"context_window_input 100,000 (from {model})",
        f"documentation.notes Ours. (from {model})",
        f"knowledge_cutoff unknown (from {model})",
        f"optimization.tips added to (from {model})",
        f"reasoning toggle (from {model})",
        f"replacement mini, zeta/zhi (from {model})",
        f"acme:big-2 limits.context_window_output from {prices}",
        f"price since 2026-11-01 (from {prices})",
        "all else shipped: acme/big.yaml",
    ]


def test_show_says_it_to_programs_too(run: Run, overlay: Path) -> None:
    facts = run("show", "ours", "--json").json
    assert facts["defined_in"] == "acme/big.yaml"
    assert facts["changed_in"]["context_window_input"] == str(overlay / "big.yaml")
    assert facts["price_defined_in"] == str(overlay / "prices.yaml")


def test_a_model_of_ones_own_comes_from_one_file(run: Run, overlay: Path) -> None:
    assert run("show", "own").line("everything").endswith(str(overlay / "own.yaml"))
    assert run("show", "own", "--json").json["price_defined_in"] is None


def test_an_undated_price_of_ones_own_has_held_for_ever(run: Run, made_up: Path, write: Callable[[str, str], Path]) -> None:
    path = write("p.yaml", "provider: acme\nmodels: {mini: {pricing_versions: [{input_per_1m_tokens: 1}]}}")
    use_as_default(Catalog.load([path], base=default_catalog()))
    assert run("show", "mini").line("price").split(None, 1)[1] == f"since ever (from {path})"


def test_without_overlays_show_says_nothing_of_them(run: Run, made_up: Path) -> None:
    assert "Where these values come from" not in run("show", "mini").out


def test_doctor_lists_the_overlays_in_use_with_counts(run: Run, overlay: Path) -> None:
    said = f"{overlay} (Catalog.load): 3 files, 1 model added, 1 model changed, 1 offering changed"
    assert run("doctor").line("with your own files").endswith(said)
    (facts,) = run("doctor", "--json").json["overlays"]
    assert (facts["path"], facts["files"], facts["offerings_added"]) == (str(overlay), 3, 0)


def test_an_empty_overlay_is_listed_as_such(run: Run, made_up: Path, tmp_path: Path) -> None:
    use_as_default(Catalog.load([tmp_path], base=default_catalog()))
    assert run("doctor").line("with your own files").endswith("0 files, no model or offering")


def test_validate_checks_the_overlays_in_use(
    run: Run, shipped: Path, write: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("mine.yaml", "model_id: mini\nprovider: acme\nmetadata: {name: Ours}")
    monkeypatch.setenv("AI_MODELS_PATH", str(path))
    said = f"valid: {path} (AI_MODELS_PATH): 1 file, 1 model changed"
    answer = run("validate")
    assert (answer.code, answer.lines) == (0, ["9 files valid: 5 models, 3 pricing, 1 sources", said])
    monkeypatch.setattr(location, "packaged_roots", tuple)
    assert run("validate").lines == [said], "an installed package has no files of its own"
    path.write_text("model_id: mini\nprovider: acme\nmetadata: {nam: Ours}")
    answer = run("validate")
    assert answer.code == 1
    assert answer.lines == [
        f"{path}:3: metadata.nam: is not a key here; did you mean name?", "1 problem in 1 file",
    ]  # fmt: skip
    facts = run("validate", "--json").json
    assert (facts["valid"], facts["problems"][0]["line"], facts["overlays"][0]["path"]) == (False, 3, str(path))


def test_overlays_wait_until_the_catalogue_beneath_is_right(
    run: Run, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AI_MODELS_PATH", "anything")
    (shipped / "bad.yaml").write_text("model_id: x")
    answer = run("validate")
    assert answer.code == 1
    assert "anything" not in answer.out


def test_validate_checks_files_as_an_overlay_before_they_are_one(
    run: Run, shipped: Path, write: Callable[[str, str], Path]
) -> None:
    path = write("part.yaml", "model_id: mini\nprovider: acme\nmetadata: {name: Ours}")
    assert run("validate", str(path)).code == 1, "on its own it is not complete"
    answer = run("validate", "--overlay", str(path))
    assert (answer.code, answer.lines) == (0, [f"valid: {path} (the command line): 1 file, 1 model changed"])
    assert run("validate", "--overlay").code == 2
