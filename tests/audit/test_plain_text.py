"""Names of models in everything that is not Python: values of keys are uses, comments and prose are mentions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Codes = Callable[..., list[tuple[str, str]]]

USE, MENTION = [("AIM102", "gpt-80")], [("AIM105", "gpt-80")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "model: gpt-80\n"),
        ("a.yaml", "model: 'gpt-80'  # pinned\n"),
        ("a.yaml", "models:\n  - gpt-80\n"),
        ("a.yaml", "models: [gpt-80, other]\n"),
        ("a.yaml", "a: {model: gpt-80}\n"),
        ("a.toml", 'model = "gpt-80"\n'),
        ("a.json", '{"model": "gpt-80"}\n'),
        ("a.json", '{"gpt-80": 1}\n'),
        (".env", "OPENAI_MODEL=gpt-80\n"),
        (".env.local", 'OPENAI_MODEL="gpt-80"\n'),
        ("run.sh", "export MODEL=gpt-80\n"),
        ("run.sh", "ask --model gpt-80 --verbose\n"),
        ("run.sh", "ask -m gpt-80\n"),
        ("run.sh", 'MODEL="gpt-80" ./ask\n'),
        ("Dockerfile", "ENV MODEL=gpt-80\n"),
        ("a.ini", "model = gpt-80\n"),
        (".github/workflows/ci.yml", "        run: ask --model=gpt-80\n"),
        ("a.ts", 'const model = "gpt-80";\n'),
        ("a.go", "ask(`gpt-80`)\n"),
        ("a.tf", 'model = "gpt-80"\n'),
        ("a.yaml", "gpt-80: {a: 1}\n"),
        ("a.toml", "gpt-80 = 1\n"),
        ("run.sh", 'MODEL="${MODEL:-gpt-80}"\n'),
        ("run.sh", "ask gpt-80 || exit\n"),
        ("ci.yml", "      - run: ask gpt-80\n"),
        ("Dockerfile", "RUN ask gpt-80\n"),
        ("a.yaml", "model: &default gpt-80\nother: *default\n"),
        ("a.yaml", "model: !!str gpt-80\n"),
        ("a.yaml", "models:\n  - &a gpt-80\n"),
        ("a.yaml", "model: >-\n  gpt-80\n"),
        ("a.yaml", "model:\n  gpt-80  # the old one\n"),
        (".env", "CHAT_MODELS=gpt-90,gpt-80,gpt-90\n"),
        (".env", "CHAT_MODELS='gpt-90, gpt-80'\n"),
        ("Makefile", "MODEL ?= gpt-80\n"),
        ("run.sh", "MODEL=${1:-gpt-80}\n"),
        ("run.sh", "for m in gpt-90 gpt-80; do ask; done\n"),
        ("run.sh", 'curl "https://acme.example/v1/models/gpt-80:generateContent?key=$KEY"\n'),
        ("config.yaml.example", "model: gpt-80\n"),
    ],
)
def test_values_are_uses(codes: Codes, name: str, text: str) -> None:
    assert codes(text, name) == USE


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.yaml", "# gpt-80\n"),
        ("a.yaml", "a: 1 # gpt-80\n"),
        ("run.sh", "echo ask gpt-80 now\n"),
        ("ci.yml", "      - name: ask gpt-80\n"),
        ("a.yaml", "description: it asks gpt-80 twice\n"),
        ("a.md", "Ask `gpt-80`.\n"),
        ("a.rst", "Ask gpt-80.\n"),
        ("notes", "gpt-80\n"),
        ("a.ts", "// gpt-80\n"),
        ("a.ts", 'x = 1; /* a\n "gpt-80" */\n'),
        ("a.sql", "-- 'gpt-80'\n"),
        ("a.ini", "; gpt-80\n"),
        ("a.vue", "<!-- gpt-80 -->\n"),
        ("a.ts", "ask gpt-80 now\n"),
        ("a.yaml", "url: https://acme.example/models/gpt-80\n"),
        ("a.md", "either gpt-80/gpt-90\n"),
        ("a.md", "POST https://acme.example/v1/models/gpt-80:generateContent\n"),
        ("a.ts", 'if (model.startsWith("gpt-80")) {}\n'),
        ("a.go", 'if strings.HasPrefix(model, "gpt-80") {}\n'),
        ("a.rb", "model.start_with?('gpt-80')\n"),
        ("a.yaml", "text: |\n  We asked\n  gpt-80\n"),
    ],
)
def test_comments_and_prose_are_mentions(codes: Codes, name: str, text: str) -> None:
    assert codes(text, name) == MENTION


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "gpt-80\n"),
        ("a.jsonl", '{"model": "gpt-80"}\n'),
        ("package-lock.json", '{"model": "gpt-80"}\n'),
        ("a.min.js", 'x="gpt-80"\n'),
        ("a.md", "[notes](gpt-80.md)\n"),
        ("a.md", "my-gpt-80x\n"),
        ("a.yaml", "model: claude-monet-gallery\n"),
        ("a.yaml", "sign: gemini\n"),
        ("a.yaml", "model: command\n"),
    ],
)
def test_records_files_and_other_words_are_none(codes: Codes, name: str, text: str) -> None:
    assert codes(text, name) == []


def test_an_ordinary_word_counts_beside_a_sure_name(codes: Codes) -> None:
    assert codes("model: sonar\n", "a.yaml") == []
    assert codes("model: sonar\nother: gpt-90\n", "a.yaml") == [("AIM102", "sonar")]


def test_the_routes_of_a_router_are_its_owners(codes: Codes) -> None:
    text = """\
        model_list:
          - model_name: gpt-91
            litellm_params:
              model: gpt-92
        """
    assert codes(text, "a.yaml") == [("AIM101", "gpt-92")]
    assert codes(text.replace("gpt-91", "gpt-80"), "a.yaml") == [("AIM105", "gpt-80"), ("AIM101", "gpt-92")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("package.json", '{"name": "gpt-2-app", "dependencies": {"gpt-3-encoder": "^1.1.4", "gpt-91-tokenizer": "1"}}\n'),
        ("ci.yml", "      - uses: acme/gpt-91-action@v1\n"),
        ("values.yaml", "host: gpt-91.example.com\n"),
        (".env", "AZURE_OPENAI_DEPLOYMENT=gpt-91-prod\n"),
        ("values.yaml", "azure: {deploymentName: gpt-91}\n"),
        ("a.ts", 'import x from "./gpt-91-utils";\n'),
        ("requirements.txt", "gpt-91-utils==1.0\n"),
        ("a.yaml", "model: gpt-91-mock\n"),
    ],
)
def test_packages_hosts_deployments_and_fakes_are_no_unknown_models(codes: Codes, name: str, text: str) -> None:
    assert codes(text, name) == []


def test_a_deployment_that_is_called_after_a_model_is_a_guess(found: Callable[..., list[Any]]) -> None:
    (finding,) = found("AZURE_OPENAI_DEPLOYMENT=gpt-80\n", ".env")
    assert (finding.code, finding.confidence) == ("AIM102", "low")


def test_encodings(found: Callable[..., list[Any]]) -> None:
    for data in (
        "ü: 1\nmodel: gpt-80\n".encode("latin-1"),
        "\ufeffü: 1\nmodel: gpt-80\n".encode(),
        "ü: 1\r\nmodel: gpt-80\r\n".encode(),
        "ü: 1\rmodel: gpt-80\r".encode(),
        "\ufeffü: 1\nmodel: gpt-80\n".encode("utf-16-le"),
        "\ufeffü: 1\nmodel: gpt-80\n".encode("utf-16-be"),
    ):
        (finding,) = found(data, "a.yaml")
        assert (finding.span.line, finding.span.column, finding.span.end_column) == (2, 8, 14)


def test_a_letter_that_folding_makes_two_moves_nothing(found: Callable[..., list[Any]]) -> None:
    (finding,) = found("\u0130\u0130\u0130 gpt-80\n", "a.md")
    assert finding.span.column == 5


def test_a_file_that_others_are_made_of_has_the_comments_of_its_kind(codes: Codes) -> None:
    text = "# was gpt-80\nmodel: gpt-80  # ai-models: ignore[AIM102]\n"
    assert codes(text, "values.yaml.tmpl") == [("AIM105", "gpt-80")]
