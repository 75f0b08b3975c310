"""The inventory: models, providers, the old public surface, prices; as JSON and as a page."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ai_models.audit.inventory import as_json, as_markdown, inventory

Look = Callable[..., Any]

FILES = {
    "app.py": """\
        import openai
        import boto3
        from google import genai
        from langchain_openai import ChatOpenAI

        PRICES = {"gpt-90": (2.0, 11.0)}
        x = ask("gpt-90"), ask("gpt-91")  # not gpt-80
        """,
    "conf.yaml": "model: acme/gpt-90\nurl: https://api.openai.com/v1\n",
    "toolkit/__init__.py": "",
    "toolkit/providers/__init__.py": "",
    "toolkit/providers/base.py": '''\
        from abc import ABC

        LIMIT: int = 3
        NAMES = ("a", "b")
        _hidden = 1

        class SignalCategory(str):
            BUG_REPORT = "bug_report"

        class LLMProvider(ABC):
            """Calls."""

            def classify(self, text: str, prompt=None) -> dict:
                def inner(): ...
            async def ask(self, *, fast: bool = True): ...
            def _impl(self): ...

        def _private(): ...
        ''',
    "toolkit/providers/broken.py": "def (",
}


def test_everything_in_use_is_listed(look: Look) -> None:
    found = inventory(look(FILES))
    models = {(entry["model"] or entry["names"][0]): entry for entry in found.models}
    assert models["acme/gpt-90"]["names"] == ["acme/gpt-90", "gpt-90"]
    assert [(place["path"], place["line"]) for place in models["acme/gpt-90"]["uses"]] == [
        ("app.py", 6),
        ("app.py", 7),
        ("conf.yaml", 1),
    ]
    assert models["acme/gpt-90"]["status"] == "active"
    assert models["gpt-91"]["status"] == "unknown"
    assert models["acme/gpt-80"]["uses"] == []
    assert len(models["acme/gpt-80"]["mentions"]) == 1
    assert [(entry["kind"], entry["name"]) for entry in found.services] == [
        ("endpoint", "api.openai.com"),
        ("sdk", "boto3"),
        ("sdk", "google.genai"),
        ("sdk", "langchain_openai"),
        ("sdk", "openai"),
    ]
    (price,) = found.prices
    assert (price["model"], price["amounts"], price["verdict"], price["table"]) == (
        "acme/gpt-90",
        {"input": "2.0", "output": "11.0"},
        "stale",
        "PRICES",
    )


def test_the_old_surface_has_signatures(look: Look) -> None:
    surface = [(entry["kind"], entry["name"], entry["signature"]) for entry in inventory(look(FILES)).surface]
    assert surface == [
        ("constant", "providers.base.LIMIT", ": int = 3"),
        ("constant", "providers.base.NAMES", " = ('a', 'b')"),
        ("class", "providers.base.SignalCategory", "(str)"),
        ("constant", "providers.base.SignalCategory.BUG_REPORT", " = 'bug_report'"),
        ("class", "providers.base.LLMProvider", "(ABC)"),
        ("function", "providers.base.LLMProvider.classify", "(self, text: str, prompt=None) -> dict"),
        ("function", "providers.base.LLMProvider.ask", "(self, *, fast: bool=True)"),
    ]


def test_a_module_is_a_surface_too_and_long_values_are_cut(look: Look) -> None:
    files = {
        "models.py": "class ModelRegistry:\n    _DEPRECATED = {}\n    def get_spec(self): ...\nALL = ["
        + "1, " * 99
        + "]\nx: int\n"
    }
    surface = {entry["name"]: entry["signature"] for entry in inventory(look(files)).surface}
    assert surface["models.ModelRegistry._DEPRECATED"] == " = {}"
    assert surface["models.ALL"].endswith("…")
    assert surface["models.x"] == ": int"


def test_both_forms(look: Look) -> None:
    found = inventory(look(FILES))
    value = json.loads(json.dumps(as_json(found)))
    assert value["version"] == 1
    assert value["files"] == 6
    page = as_markdown(found)
    assert "## Models" in page
    assert "| acme/gpt-90 | active | acme/gpt-90, gpt-90 | 3 | 0 | app.py:6, app.py:7, conf.yaml:1 |" in page
    assert "toolkit/providers/base.py:3" in page
    nothing = as_markdown(inventory(look(dict.fromkeys(FILES, "x = 1\n"))))
    assert nothing.count("None.") == 4


def test_many_places_are_counted(look: Look) -> None:
    page = as_markdown(inventory(look({"a.py": 'f("gpt-90")\n' * 9})))
    assert "a.py:5 and 4 more" in page
    assert "1 file was looked at" in page
