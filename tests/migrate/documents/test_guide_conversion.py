"""Guides turned into guidance: what moves, what stays, and that not a word is lost on the way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workshop import copy_app

from ai_models.catalog import Catalog
from ai_models.catalog.binding import bind
from ai_models.catalog.default import default_catalog
from ai_models.catalog.document import Document, read_document
from ai_models.catalog.document import Mapping as MappingNode
from ai_models.errors import CatalogError
from ai_models.migrate.applying import apply
from ai_models.migrate.documents.converting import Guides, may_be_guide
from ai_models.migrate.documents.coverage import Coverage, summary
from ai_models.migrate.documents.names import Names
from ai_models.migrate.overlay_files import OverlayFiles
from ai_models.migrate.overlaying import OwnCatalogue, own_catalogue
from ai_models.migrate.plan import FileChange, Plan, Remark
from ai_models.migrate.rollback import rollback
from ai_models.migrate.tree import Tree
from ai_models.migrate.validation import validate
from ai_models.models.base import Optimization

TODAY = date(2026, 11, 30)
MARK = "<!-- ai-models: guidance moved"
POINTER = (
    "> What this page says of single models has moved to [`ai_models_overlay/`](ai_models_overlay/), beside the catalogue's "
    "own facts:"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "desk"\n')
    return tmp_path


def pages_of(root: Path) -> dict[str, bytes]:
    found = {path.relative_to(root).as_posix(): path for path in root.rglob("*.md")}
    return {name: path.read_bytes() for name, path in found.items() if may_be_guide(name)}


class Made(NamedTuple):
    """What was made of a page: what is left of it, the content of each YAML file by its name, and the remarks."""

    left: str
    files: dict[str, Any]
    remarks: list[Remark]
    changes: list[FileChange]


def converted(root: Path, text: str, name: str = "MODEL_OPTIMIZATION_GUIDE.md") -> Made:
    """A page taken by itself, and the proof that nothing of it is lost."""
    data = text.encode()
    overlay = OverlayFiles(Tree(root), default_catalog())
    guides = Guides(overlay, known_names(), default_catalog(), TODAY)
    guides.add(name, data)
    changes = [*guides.changes, *overlay.changes()]
    check_nothing_is_lost({name: data}, changes, guides.coverage)
    after = {change.path: change.after or b"" for change in changes}
    files = {Path(path).stem: yaml.safe_load(data) for path, data in after.items() if path.endswith(".yaml")}
    return Made(after.get(name, data).decode(), files, guides.remarks, changes)


@cache
def known_names() -> Names:
    return Names(default_catalog())


def guidance(content: Mapping[str, Any]) -> dict[str, Any]:
    notes = {"notes": content["documentation"]["notes"]} if "documentation" in content else {}
    return {**content.get("optimization", {}), **notes}


# Nothing is lost


def words(text: str) -> Counter[str]:
    """The words of a text; single digits, which number lists, and the names of addresses are none."""
    found = re.findall(r"[^\W_]+", re.sub(r"\]\[[^\]]*\]", "]", text).casefold())
    return Counter(word for word in found if not re.fullmatch(r"\d", word))


def texts_in(content: object) -> Iterator[str]:
    if isinstance(content, dict):
        for value in content.values():
            yield from texts_in(value)
    elif isinstance(content, list):
        for value in content:
            yield from texts_in(value)
    else:
        yield str(content)


def check_nothing_is_lost(
    pages: Mapping[str, bytes],
    changes: tuple[FileChange, ...] | list[FileChange],
    coverage: tuple[Coverage, ...] | list[Coverage],
) -> None:
    """Every word of a page is in a passage, every word of a passage in its destinations, and they hold what is said."""
    after = {change.path: (change.after or b"").decode() for change in changes}
    held = {path: words(" ".join(texts_in(yaml.safe_load(text)))) for path, text in after.items() if path.endswith(".yaml")}
    for path, before in pages.items():
        if path not in after:
            continue
        own = [each for each in coverage if each.path == path]
        held[path] = words(after[path])
        assert not words(before.decode()) - words("\n".join(each.text for each in own)), "a passage is not in the report"
        for each in own:
            lost = words(each.text) - words(" ".join(destination.text for destination in each.destinations))
            assert not lost, f"{path}:{each.line}: {lost}"
            for destination in each.destinations:
                if destination.kind in ("field", "kept"):
                    assert words(destination.text) <= held[destination.file], destination


# The legacy application


@pytest.fixture(scope="module")
def legacy(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, OwnCatalogue]:
    app = copy_app(tmp_path_factory.mktemp("legacy") / "app")
    return app, own_catalogue(app, pages_of(app), today=TODAY)


def after(own: OwnCatalogue, path: str) -> str:
    data = next(change.after for change in own.changes if change.path == path)
    assert data is not None
    return data.decode()


def test_not_a_word_of_the_legacy_guides_is_lost(legacy: tuple[Path, OwnCatalogue]) -> None:
    app, own = legacy
    check_nothing_is_lost(pages_of(app), own.changes, own.coverage)
    covered = {(each.path, each.line) for each in own.coverage}
    for path in ("MODEL_OPTIMIZATION_GUIDE.md", "docs/llm-guide.md"):
        lines = (app / path).read_text().splitlines()
        starts = {
            number for number, line in enumerate(lines, 1) if line.strip() and (number == 1 or not lines[number - 2].strip())
        }
        assert {(path, n) for n in starts} <= covered, "every paragraph is in the report"


def test_a_guide_by_the_model_moves(legacy: tuple[Path, OwnCatalogue]) -> None:
    _, own = legacy
    left = after(own, "MODEL_OPTIMIZATION_GUIDE.md")
    assert left.splitlines()[:6] == [
        "# Model optimization guide",
        "",
        POINTER,
        "> `ai-models show claude-sonnet-4-5-20250929` prints it.",
        f"{MARK}; without this line, migrate reads the page again -->",
        "",
    ]
    assert "Quick reference" not in left
    assert "Philosophy" not in left
    assert left.count("\n\n\n") == 0
    for kept in (
        "## House rules",
        "On Fridays after 16:00",
        "## Which one? A decision tree",
        "└── no: Claude Sonnet 4.5",
        '> "If',
    ):
        assert kept in left
    sonnet = yaml.safe_load(after(own, "ai_models_overlay/definitions/anthropic/claude_sonnet_4_5.yaml"))
    assert sonnet["model_id"] == "claude-sonnet-4-5-20250929"
    assert sonnet["optimization"]["recommended_for"][:2] == ["triage", "drafts"]
    assert sonnet["optimization"]["best_practices"][1].startswith("Put the message last")
    assert sonnet["documentation"] == {"notes": "Speed: medium"}
    haiku = yaml.safe_load(after(own, "ai_models_overlay/definitions/families/claude_haiku.yaml"))
    assert haiku["optimization"] == {
        "recommended_for": ["when the message is shorter than about 400 characters, or there are more than 10,000 of them."],
        "best_practices": ["say plainly what you want and why; Claude follows the reason as much as the rule."],
        "tips": [
            "Keeps to the five labels even when a message invites a sixth.",
            "Reads XML tags as structure, so a thread can be handed over as `<message>` elements.",
            "Quotes its evidence literally when it is told that the quote will be checked.",
        ],
        "pitfalls": ["Haiku 3 prices ($0.25 / $1.25) still stand in several places. They are wrong for Haiku 4.5."],
    }
    gemini = yaml.safe_load(after(own, "ai_models_overlay/definitions/google/gemini_2_5_pro.yaml"))
    assert gemini["optimization"]["recommended_for"][1] == "is there a picture? → no: more than 150K tokens? → yes"
    assert gemini["documentation"]["notes"].endswith("\n\nSpeed: medium"), (
        "the shipped note goes first: an overlay replaces it"
    )
    assert "that we have measured" in after(own, "ai_models_overlay/definitions/families/gemini_flash.yaml")
    assert "that we have measured" not in after(own, "ai_models_overlay/definitions/families/gemini_pro.yaml")


def test_a_guide_by_the_work_is_copied_and_stays(legacy: tuple[Path, OwnCatalogue]) -> None:
    app, own = legacy
    left = after(own, "docs/llm-guide.md").splitlines(keepends=True)
    assert left[2].startswith(
        "> What this page says of single models is also in [`ai_models_overlay/`](../ai_models_overlay/)"
    )
    assert "".join([*left[:1], *left[5:]]) == (app / "docs/llm-guide.md").read_text()
    mini = yaml.safe_load(after(own, "ai_models_overlay/definitions/openai/gpt_4o_mini.yaml"))
    assert mini["optimization"] == {
        "recommended_for": ["tagging", "when a wrong tag costs nothing."],
        "best_practices": ["send up to 50 messages in one prompt", "number them, and ask for the numbers back."],
        "pitfalls": ["Don't ask for reasons. It makes them up."],
    }, "Tagging is there once, by whatever case"
    opus = yaml.safe_load(after(own, "ai_models_overlay/definitions/anthropic/claude_opus_4_1.yaml"))
    assert opus["optimization"]["recommended_for"][-1] == "Reviewing churn"


def test_figures_are_compared_and_not_copied(legacy: tuple[Path, OwnCatalogue]) -> None:
    _, own = legacy
    guide = [each for each in own.remarks if each.path == "MODEL_OPTIMIZATION_GUIDE.md" and each.kind == "drift"]
    assert (guide[0].line, guide[0].message) == (
        10,
        "Claude Sonnet 4.5 retired on 2026-11-30; use claude-sonnet-5-5 instead",
    )
    flash = [each.message for each in guide if each.line == 14]
    says = "price per 1M of Gemini 2.5 Flash: the page (of November 2025) says"
    assert flash == [
        f"input {says} 0.075, the catalogue 0.30 on 2026-11-30, since 2025-11-07",
        f"output {says} 0.30, the catalogue 2.50 on 2026-11-30, since 2025-11-07",
        "Gemini 2.5 Flash retired on 2026-10-16; use gemini-3.6-flash instead",
    ]
    assert not [each for each in guide if "context" in each.message], "1M stands for 1,048,576"
    yaml_texts = "".join((change.after or b"").decode() for change in own.changes if change.path.endswith(".yaml"))
    assert "$0.075" not in yaml_texts
    assert "128K" not in yaml_texts


def test_empty_pages_go_and_models_that_are_gone_are_named(legacy: tuple[Path, OwnCatalogue]) -> None:
    _, own = legacy
    removed = [change.path for change in own.changes if change.after is None]
    assert len(removed) == 8
    assert all(path.startswith("model-configs/") for path in removed)
    said = {each.path: each.message for each in own.remarks if each.path.startswith("model-configs/")}
    assert said == {
        "model-configs/openai/gpt-3.5-config.md": "is an empty page, and its model is gone: GPT-3.5 Turbo (0125) retired on "
        "2026-10-23; use gpt-5.6-terra instead (the last of the family gpt-3.5)",
        "model-configs/openai/gpt-4-turbo-config.md": "is an empty page, and its model is gone: GPT-4 Turbo retired on "
        "2026-10-23; use gpt-5.6-sol instead",
    }


def test_other_pages_are_left_alone(legacy: tuple[Path, OwnCatalogue]) -> None:
    _, own = legacy
    assert {change.path for change in own.changes if change.path.endswith(".md") and change.after is not None} == {
        "MODEL_OPTIMIZATION_GUIDE.md",
        "docs/llm-guide.md",
    }


@pytest.mark.slow
def test_the_whole_round(tmp_path: Path) -> None:
    """Planned, applied, valid, in force, planned again without a change, rolled back."""
    app = copy_app(tmp_path / "app")
    own = own_catalogue(app, pages_of(app), today=TODAY)
    apply(Plan.of(str(app), own.changes, own.remarks))
    assert validate(app).findings == ()
    mine = Catalog.load([app / "ai_models_overlay"], base=default_catalog())
    assert "triage" in mine.get_model("claude-sonnet-4.5").recommended_for
    assert mine.get_model("gpt-4o-mini").optimization.pitfalls[-1] == "Don't ask for reasons. It makes them up."
    again = own_catalogue(app, pages_of(app), today=TODAY)
    assert (again.changes, again.remarks, again.coverage) == ((), (), ())
    rollback(app)
    assert not (app / "ai_models_overlay").exists()
    assert len(list((app / "model-configs").rglob("*.md"))) == 8


def test_the_report_has_a_line_for_every_passage(legacy: tuple[Path, OwnCatalogue]) -> None:
    _, own = legacy
    lines = list(summary(own.coverage))
    assert len(lines) == len(own.coverage)
    assert "MODEL_OPTIMIZATION_GUIDE.md:105: On Fridays after 16:00 nobody changes a prompt. -> stays here" in lines
    assert (
        "MODEL_OPTIMIZATION_GUIDE.md:83: Four examples are enough; eight did not help on the golden … -> "
        "ai_models_overlay/definitions/anthropic/claude_haiku_4_5.yaml (optimization.best_practices)"
    ) in lines
    assert "MODEL_OPTIMIZATION_GUIDE.md:72: Techniques by model -> said by the place of what follows" in lines
    assert any("gemini-2.5-pro: output price per 1M 5.00, the catalogue has 10.00 on 2026-11-30" in line for line in lines)


# Other guides


def test_a_page_of_which_nothing_is_left_becomes_a_pointer(root: Path) -> None:
    left, files, _, changes = converted(
        root,
        "\ufeff# Models\r\n\r\n## GPT-4o\r\n\r\n### Best practices\r\n\r\n* Short.\r\n* See [the page][p] 🚀.\r\n\r\n"
        "[p]: https://x.example 'The page'\r\n",
    )
    assert left == (
        f"\ufeff# Models\r\n\r\n{POINTER}\r\n> `ai-models show gpt-4o` prints it.\r\n"
        f"{MARK}; without this line, migrate reads the page again -->\r\n"
    )
    assert guidance(files["gpt_4o"]) == {"best_practices": ["Short.", 'See [the page](https://x.example "The page") 🚀.']}
    assert [change.reason for change in changes if change.path.endswith(".md")] == [
        "all of it now stands in the tree's own catalogue"
    ]


def test_a_section_of_a_model(root: Path) -> None:
    left, files, _, _ = converted(
        root,
        """\
        Intro of nobody's.

        ## Claude Haiku 4.5 (our workhorse)

        Cheap, and good enough.
        Two lines, one paragraph.

        **Tips:** keep it short.

        **Watch out:**

        - It hallucinates dates.
          - above all in March
        - `code`

        ```python
        model = "claude-haiku-4-5"
        ```

        | Setting | Value |
        |---|---|
        | temperature | 0 |

        > quoted

        <details>raw</details>

        #### When to use

        1. Short texts
        2. Many texts

        Use Haiku 4.5 when it is urgent.
        """.replace("        ", ""),
    )
    assert "Haiku" not in left.split(MARK)[1]
    assert left.rstrip().endswith("Intro of nobody's.")
    assert guidance(files["claude_haiku_4_5"]) == {
        "recommended_for": ["Short texts", "Many texts", "when it is urgent."],
        "tips": ["keep it short."],
        "pitfalls": ["It hallucinates dates.\n- above all in March", "`code`"],
        "notes": "Claude Haiku 4.5 (our workhorse)\n\nCheap, and good enough. Two lines, one paragraph.\n\n"
        '```python\nmodel = "claude-haiku-4-5"\n```\n\n| Setting | Value |\n|---|---|\n| temperature | 0 |\n\n> quoted\n\n'
        "<details>raw</details>",
    }


def test_a_section_of_a_family_and_one_of_several_models(root: Path) -> None:
    several = "## GPT-4o and GPT-4o mini\n\n### Gotchas\n\n- Both of them.\n"
    left, files, _, _ = converted(root, f"# G\n\n## Claude Sonnet\n\nA paragraph.\n\n- A tip.\n\n{several}")
    assert guidance(files["claude_sonnet"]) == {"tips": ["A paragraph.", "A tip."]}, "a family has no notes"
    assert guidance(files["gpt_4o"]) == guidance(files["gpt_4o_mini"]) == {"pitfalls": ["Both of them."]}
    assert left.startswith("# G\n\n> ")


def test_a_section_of_a_maker_keeps_what_belongs_to_no_family(root: Path) -> None:
    left, files, _, _ = converted(
        root,
        """\
        # G

        ## Anthropic

        We have a contract since May.

        **Strengths**

        - Opus is thorough.
        - Both are polite.

        **Strengths that Ines measured**

        - It is fast.

        Choose Opus for reports.

        ## OpenAI

        **Strengths**

        - Cheap.

        Sonnet and Opus are mentioned here.
        """.replace("        ", ""),
    )
    assert "We have a contract since May." in left
    both = ["Both are polite.", "**Strengths that Ines measured**", "It is fast."]
    assert guidance(files["claude_opus"]) == {"recommended_for": ["for reports."], "tips": ["Opus is thorough.", *both]}
    assert guidance(files["claude_sonnet"]) == {"tips": both}, "a label that says more is kept among what it announces"
    assert "## OpenAI\n\n**Strengths**\n\n- Cheap." in left, "no family of OpenAI's is named, so nothing can be said of one"


def test_tables_of_models(root: Path) -> None:
    left, files, remarks, _ = converted(
        root,
        """\
        # G

        | Name | Window | Input $/1M | Output $/1M | Latency | Strengths | Avoid for | Owner |
        |------|--------|-----------:|------------:|---------|-----------|-----------|-------|
        | gpt-4o | 128,000 | 2.50 | 11 | - | pictures, small print | poems | Ines |
        | **Sonnet 4.5** | 100K | 3 | 15 | ok | long and careful answers that nobody else gives | | |
        | acme-9000 | 1 | 2 | 3 | 4 | 5 | 6 | 7 |
        """.replace("        ", ""),
    )
    assert "| acme-9000 |" in left, "a model that nobody knows stays, and the titles with it"
    assert "| Name |" in left
    assert "gpt-4o |" not in left
    assert guidance(files["gpt_4o"]) == {"tips": ["pictures", "small print"], "pitfalls": ["poems"], "notes": "Owner: Ines"}
    assert guidance(files["claude_sonnet_4_5"]) == {
        "tips": ["long and careful answers that nobody else gives"],
        "notes": "Latency: ok",
    }
    drift = [each.message.split(":")[0] for each in remarks if each.kind == "drift" and " of " in each.message]
    assert drift == ["output price per 1M of GPT-4o", "context window of Claude Sonnet 4.5"]


def test_a_table_that_merely_begins_with_models_stays(root: Path) -> None:
    tables = "| Model | Dropped |\n|---|---|\n| claude-2.1 | 2024 |\n\n| A | B |\n|---|---|\n| 1 | 2 |\n"
    text = f"# G\n\n## gpt-4o\n\n- x\n\n# H\n\n{tables}"
    left, _, _, _ = converted(root, text)
    assert "| claude-2.1 | 2024 |" in left
    assert "| 1 | 2 |" in left


def test_figures_that_the_catalogue_does_not_know_become_notes(root: Path) -> None:
    rows = "| o1-preview | 999K | 7 hugs |\n| claude-1.0 | 9K | $1 / $2 |\n"
    made = converted(root, f"# G\n\n| Model | Context | Cost |\n|---|---|---|\n{rows}")
    assert guidance(made.files["o1_preview"]) == {"notes": "Cost: 7 hugs"}
    assert guidance(made.files["claude_1_0"]) == {"notes": "Context: 9K"}
    assert [each.message.split(":")[0] for each in made.remarks if " of " in each.message] == [
        *("context window of o1-preview", "input price per 1M of Claude 1.0", "output price per 1M of Claude 1.0"),
    ]


def test_decision_trees_in_lists_and_prose(root: Path) -> None:
    _, files, _, _ = converted(
        root,
        """\
        # G

        ## Choosing a model

        - Is it long?
          - yes -> Gemini 2.5 Pro
          - no: is it urgent?
            - yes → Haiku 4.5

        - Claude Opus 4.1
        - Need vision? GPT-4o (or GPT-4o mini when it is cheap)
        - Nothing of these
        """.replace("        ", ""),
    )
    assert guidance(files["gemini_2_5_pro"]) == {"recommended_for": ["Is it long? → yes"]}
    assert guidance(files["claude_haiku_4_5"]) == {"recommended_for": ["Is it long? → no: is it urgent? → yes"]}
    assert guidance(files["gpt_4o"]) == {"recommended_for": ["Need vision?, or"]}
    assert guidance(files["gpt_4o_mini"]) == {"recommended_for": ["Need vision?, when it is cheap"]}
    assert "claude_opus_4_1" not in files, "no question leads to it"


def test_a_heading_about_something_else_is_no_section_of_a_model(root: Path) -> None:
    text = "# G\n\n## Moving our old nightly batch jobs from Claude Opus 4.1\n\n- Ask Jonas.\n\n## GPT-4o\n\n- x\n"
    left, files, _, _ = converted(root, text)
    assert "- Ask Jonas." in left
    assert set(files) == {"gpt_4o"}


def test_footnotes_stay_where_their_text_is(root: Path) -> None:
    left, files, _, _ = converted(
        root, "# G\n\n## GPT-4o\n\n- It is fast.[^1]\n- It is cheap.\n\n[^1]: Measured in May by Ines.\n"
    )
    assert "- It is fast.[^1]" in left
    assert "It is cheap" not in left
    assert guidance(files["gpt_4o"])["tips"] == ["It is fast.[^1]", "It is cheap."]


def test_front_matter_and_rules_stay(root: Path) -> None:
    left, files, _, _ = converted(
        root, "---\ntitle: Guide\n---\n\n***\n\n## GPT-4o\n\n- x\n\n---\n\nBye.\n\n## Else\n\nMore.\n"
    )
    assert left.startswith("---\ntitle: Guide\n---\n\n> What this page")
    assert left.endswith("-->\n\n***\n\n## Else\n\nMore.\n")
    assert guidance(files["gpt_4o"]) == {"tips": ["x"], "notes": "Bye."}


def test_links_that_are_still_needed_stay(root: Path) -> None:
    text = "# G\n\n## GPT-4o\n\n- See [a] and [b][].\n\n## Else\n\nSee [A].\n\n[a]: /a\n[b]: /b\n[c]: /c\n"
    left, files, _, _ = converted(root, text)
    assert guidance(files["gpt_4o"]) == {"tips": ["See [a](/a) and [b](/b)."]}
    assert "[a]: /a\n" in left
    assert "[b]: /b" not in left
    assert "[c]: /c\n" in left


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("# G\n\nNo model here.\n", "MODEL_OPTIMIZATION_GUIDE.md"),
        ("# G\n\n## GPT-4o\n\n- x\n", "docs/models.md"),
        (f"# G\n\n{MARK} -->\n\n## GPT-4o\n\n- x\n", "MODEL_OPTIMIZATION_GUIDE.md"),
        ("", "MODEL_OPTIMIZATION_GUIDE.md"),
        ("   \n", "docs/llm-guide.md"),
    ],
)
def test_pages_that_are_no_guides_are_left_alone(root: Path, text: str, path: str) -> None:
    own = own_catalogue(root, {path: text.encode()}, today=TODAY)
    assert (own.changes, own.remarks, own.coverage) == ((), (), ())


def test_a_page_that_only_might_be_a_guide_is_one_by_what_it_says(root: Path) -> None:
    left, _, _, _ = converted(root, "# Models\n\n## GPT-4o\n\n- a\n- b\n- c\n", "docs/models.md")
    assert "../ai_models_overlay/" in left


def test_pages_of_model_configs_are_about_the_model_of_their_name(root: Path) -> None:
    left, files, _, _ = converted(root, "# Notes\n\nGood at labels.\n", "model-configs/anthropic/claude-haiku-config.md")
    assert guidance(files["claude_haiku"]) == {"tips": ["Good at labels."]}
    assert "[`ai_models_overlay/`](../../ai_models_overlay/)" in left
    made = converted(root, "Good at labels.\n", "model-configs/acme/acme-9-config.md")
    assert made == ("Good at labels.\n", {}, [], [])


@pytest.mark.parametrize("data", [b"# G\n\n## GPT-4o\n\n- bell \x07\n", b"# G\n\n## GPT-4o\n\n- caf\xe9 \x93quoted\x94\n"])
def test_pages_that_yaml_could_not_hold_are_left_and_named(root: Path, data: bytes) -> None:
    own = own_catalogue(root, {"llm-guide.md": data, "model-guide.md": data}, today=TODAY)
    assert own.changes == ()
    assert [(each.kind, each.path) for each in own.remarks] == [
        ("undecided", "llm-guide.md"),
        ("undecided", "model-guide.md"),
    ]
    assert "control characters" in own.remarks[0].message


@pytest.mark.parametrize(
    ("path", "may_be"),
    [
        ("MODEL_OPTIMIZATION_GUIDE.md", True),
        ("docs/prompting-guide.md", True),
        ("docs/llm-handbook.markdown", True),
        ("model-configs/openai/gpt-4o-config.md", True),
        ("UPDATING_MODELS.md", True),
        ("README.md", False),
        ("docs/readme_models.md", True),
        ("CHANGELOG.md", False),
        ("docs/incidents.md", False),
        ("guide.txt", False),
        ("docs/modelling.md", False),
    ],
)
def test_which_files_are_worth_looking_into(path: str, may_be: bool) -> None:
    assert may_be_guide(path) == may_be


# Overlays that are there already


def test_an_overlay_that_is_there_is_added_to_and_its_text_stays(root: Path) -> None:
    (root / "pyproject.toml").write_text('[tool.ai-models]\ncatalogue = ["own/models"]\n')
    (root / "own/models").mkdir(parents=True)
    before = "# ours\nmodel_id: gpt-4o\nprovider: openai\noptimization:\n  tips: ['Keep it short']   # Ines\n"
    (root / "own/models/mine.yaml").write_text(before)
    page = b"# G\n\n## GPT-4o\n\n- Keep it short.\n- Keep it sweet.\n\n### Pitfalls\n\n- Prices.\n"
    own = own_catalogue(root, {"model-guide.md": page}, today=TODAY)
    (change,) = [change for change in own.changes if change.path.endswith(".yaml")]
    assert change.path == "own/models/mine.yaml"
    assert change.after is not None
    assert change.after.decode() == (
        "# ours\nmodel_id: gpt-4o\nprovider: openai\noptimization:\n  tips: ['Keep it short', Keep it sweet.]   # Ines\n"
        "  pitfalls:\n    - Prices.\n"
    )
    assert not [change for change in own.changes if change.path == "pyproject.toml"]


def test_an_overlay_with_problems_is_an_error_before_anything(root: Path) -> None:
    (root / "pyproject.toml").write_text('[tool.ai-models]\ncatalogue = ["own"]\n')
    (root / "own").mkdir()
    (root / "own/mine.yaml").write_text("model_id: gpt-4o\nprovider: openai\ntips: [x]\n")
    with pytest.raises(CatalogError, match=r"own/mine\.yaml:3: tips: is not a key here"):
        own_catalogue(root, {}, today=TODAY)
    (root / "own/mine.yaml").write_text("model_id: [\n")
    with pytest.raises(CatalogError, match=r"own/mine\.yaml cannot be read"):
        own_catalogue(root, {}, today=TODAY)


def test_pages_whose_guidance_could_not_be_written_are_left_as_they_are(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ai_models.migrate.documents.converting.tidy", lambda text: "\x85")
    monkeypatch.setattr("ai_models.migrate.overlay_files._normal", lambda text: text)
    own = own_catalogue(root, {"llm-guide.md": b"# G\n\n## GPT-4o\n\n- x\n"}, today=TODAY)
    assert own.changes == ()
    (remark,) = own.remarks
    assert (remark.kind, remark.path) == ("undecided", "llm-guide.md")
    assert "the tree's own catalogue would have problems" in remark.message


# Any Markdown


HEADINGS = st.sampled_from(
    [
        *(
            "# Guide",
            "## Anthropic",
            "## OpenAI",
            "## Google",
            "## Quick reference",
            "## Pitfalls",
            "## Which one?",
            "## Tagging",
        ),
        *("## Claude Sonnet 4.5", "### GPT-4o", "### Gemini 2.5 Flash: tips", "### Claude Opus", "#### Best practices"),
        *("Setext\n===", "## Everything that Ines learned about models", "### Haiku 4.5 for the impatient and the poor"),
    ]
)
INLINE = st.sampled_from(
    [
        *(
            "Keep it short.",
            "Use Sonnet when it rains.",
            "**Philosophy:** say why.",
            "Claude reads *XML*, `code` too.",
            "Done — 🚀",
        ),
        *("![picture](a.png)", "See [the page][ref].", "<b>bold</b>", "GPT-4o and Gemini disagree.", "Haiku 3 was cheaper."),
        *("We tag with **gpt-4o-mini** (128K tokens).", "Never trust 200K.", "a  \nhard break", "**Key strengths**", "Do:"),
        *(
            "Two\nlines",
            "1. no list",
            "Note[^1]",
            "**Use GPT-4o when** needed. **Use Opus when** not.",
            "\\*escaped\\*",
            "&amp; so on",
        ),
    ]
)
ITEMS = st.lists(INLINE.filter(lambda text: "\n" not in text), min_size=1, max_size=3)
BLOCKS = st.one_of(
    HEADINGS,
    INLINE,
    ITEMS.map(lambda items: "\n".join(f"- {item}" for item in items)),
    ITEMS.map(lambda items: "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1))),
    ITEMS.map(lambda items: "* outer\n" + "\n".join(f"  * {item}" for item in items)),
    ITEMS.map(lambda items: "\n\n".join(f"- {item}\n\n  second paragraph" for item in items)),
    ITEMS.map(lambda items: "\n".join(f"> {item}" for item in items)),
    ITEMS.map(lambda items: "```\n" + "\n".join(items) + "\n```"),
    ITEMS.map(lambda items: "|Model|Best for|Odd|\n|---|---|---|\n" + "\n".join(f"|GPT-4o|{item}|odd|" for item in items)),
    ITEMS.map(lambda items: "| Model | Context |\n|---|---|\n" + "\n".join(f"| {item} | 200K |" for item in items)),
    st.sampled_from(["---", "<div>\nraw\n</div>", "    indented code", "[ref]: https://x.example 'Title here'"]),
    st.sampled_from(["[^1]: A long note.", "├── yes: GPT-4o\n└── no: o3", "> ## Quoted\n> - GPT-4o", "- [ ] do\n- [x] ok"]),
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    blocks=st.lists(BLOCKS, max_size=14),
    newline=st.sampled_from(["\n", "\r\n"]),
    mark=st.sampled_from(["", "\ufeff"]),
    front=st.sampled_from(["", "---\ntitle: x\n---\n"]),
    end=st.sampled_from(["", "\n"]),
)
def test_no_word_of_any_page_is_lost(
    tmp_path: Path, blocks: list[str], newline: str, mark: str, front: str, end: str
) -> None:
    text = mark + (front + "\n\n".join(blocks) + end).replace("\n", newline)
    data = text.encode()
    overlay = OverlayFiles(Tree(tmp_path), default_catalog())
    guides = Guides(overlay, known_names(), default_catalog(), TODAY)
    guides.add("llm-guide.md", data)
    changes = [*guides.changes, *overlay.changes()]
    check_nothing_is_lost({"llm-guide.md": data}, changes, guides.coverage)
    for change in guides.changes:
        assert change.after is not None
        left = change.after.decode()
        assert left.startswith(mark)
        assert ("\r\n" in left) == (newline == "\r\n")
        again = Guides(overlay.copy(), known_names(), default_catalog(), TODAY)
        again.add("llm-guide.md", change.after)
        assert again.changes == []
        remaining = [line for line in left.removeprefix(mark).split(newline) if line.strip()]
        original = text.removeprefix(mark).split(newline)
        assert [
            line for line in remaining if line not in original and "ai-models" not in line and "ai_models" not in line
        ] == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(
            [*"#*-+`|[]()>_~!\\:=&<> \t\n\r\n1.", "GPT-4o", "Sonnet 4.5", "\n\n", "```", "---", "# ", "- ", "word"]
        )
    )
)
def test_no_word_of_any_text_is_lost(tmp_path: Path, pieces: list[str]) -> None:
    data = ("# Guide\n\n## GPT-4o\n\n- a tip\n" + "".join(pieces)).encode()
    overlay = OverlayFiles(Tree(tmp_path), default_catalog())
    guides = Guides(overlay, known_names(), default_catalog(), TODAY)
    guides.add("llm-guide.md", data)
    check_nothing_is_lost({"llm-guide.md": data}, [*guides.changes, *overlay.changes()], guides.coverage)
    for text in overlay.texts().values():
        (tmp_path / "read.yaml").write_bytes(text)
        document = read_document(tmp_path / "read.yaml")
        assert document.problems == []
        lists = document.root.get("optimization") if document.root is not None else None
        guidance = bind(Document("read.yaml", tmp_path, lists), Optimization) if isinstance(lists, MappingNode) else True
        assert guidance, "the catalogue takes every text"
