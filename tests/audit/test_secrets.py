"""Keys and passwords beside what is found: no report and no inventory shows them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ai_models.audit.formats import FORMATS, rendered
from ai_models.audit.inventory import as_json, as_markdown, inventory
from ai_models.audit.secrets import masked

Look = Callable[..., Any]

KEY = "sk-proj-abcDEF1234567890"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"OPENAI_API_KEY={KEY} MODEL=gpt-80", f"OPENAI_API_KEY={'*' * len(KEY)} MODEL=gpt-80"),
        ("x = 'AIzaSyA1234567890abcdefghij'", f"x = '{'*' * 27}'"),
        ("DB_PASSWORD=hunter2hunter2", "DB_PASSWORD=**************"),
        ('"secret": "correct-horse"', '"secret": "*************"'),
        ("AUTH_TOKEN: str = 'abcdef'", "AUTH_TOKEN: str = '******'"),
        ('-H "Authorization: Bearer abc.def-123"', '-H "Authorization: Bearer ***********"'),
        ("https://me:pass@acme.example/v1", "https://*******@acme.example/v1"),
        ("AKIAABCDEFGHIJKLMNOP", "*" * 20),
    ],
)
def test_a_secret_is_masked_sign_for_sign(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert len(shown) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "max_tokens=128_000",
        "cost_per_token = 0.0000025",
        "output_cost_per_token: 1.5e-05",
        'api_key=os.environ["OPENAI_API_KEY"]',
        "token = read_token()",
        "def f(api_key, password): ...",
        "client = OpenAI(api_key=settings.openai_key)",
        "import sk_learn, sk-learn",
        "model: us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "OPENAI_API_KEY=${OPENAI_API_KEY}",
    ],
)
def test_what_is_no_secret_is_shown(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize("form", FORMATS)
def test_no_report_shows_a_secret(look: Look, form: str) -> None:
    report = look({
        ".env": f"OPENAI_API_KEY={KEY} MODEL=gpt-80\n",
        "far.sh": f"TOKEN={KEY}{' ' * 190}MODEL=gpt-80 {' ' * 150} {KEY}{KEY}\n",
        "a.py": f'import openai\nclient.chat.completions.create(model="gpt-85-mini", tools=[{{"key": "{KEY}"}}])\n',
    })  # fmt: skip
    assert {finding.code for finding in report.findings} >= {"AIM102", "AIM302"}
    assert "1234" not in rendered(report, form)


def test_no_inventory_shows_a_secret(look: Look) -> None:
    report = look({
        "models/__init__.py": "",
        "models/registry.py": f"""\
            PASSWORD = "hunter1234"
            class ModelRegistry:
                TOKEN: str = "{KEY}"
                def get_spec(cls, key="{KEY}"): ...
            """,
    })  # fmt: skip
    found = inventory(report)
    assert {entry["name"] for entry in found.surface} > {"models.registry.PASSWORD"}
    assert "1234" not in json.dumps(as_json(found)) + as_markdown(found)
