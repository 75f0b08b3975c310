"""The table of pyproject.toml that names an overlay: exact edits, or a remark where only a person can do it."""

from __future__ import annotations

import tomllib

import pytest

from ai_models.migrate.plan import FileChange, Remark
from ai_models.migrate.project_table import naming

TABLE = '[tool.ai-models]\ncatalogue = ["own"]\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('[project]\nname = "desk"\n', f'[project]\nname = "desk"\n\n{TABLE}'),
        ('[project]\nname = "desk"', f'[project]\nname = "desk"\n\n{TABLE}'),
        ('[project]\nname = "desk"\n\n', f'[project]\nname = "desk"\n\n{TABLE}'),
        ('[project]\r\nname = "désk"\r\n', '[project]\r\nname = "désk"\r\n\r\n[tool.ai-models]\r\ncatalogue = ["own"]\r\n'),
        ("", TABLE),
        ("[tool.ai-models]\n", TABLE),
        ("[tool.ai-models]  # ours\n[tool.x]\na = 1\n", '[tool.ai-models]  # ours\ncatalogue = ["own"]\n[tool.x]\na = 1\n'),
        ("[tool.ai-models]", '[tool.ai-models]\ncatalogue = ["own"]\n'),
        ("[ tool . 'ai-models' ]\n", "[ tool . 'ai-models' ]\ncatalogue = [\"own\"]\n"),
        ("[tool.ai-models]\ncatalogue = []\n", '[tool.ai-models]\ncatalogue = ["own"]\n'),
        ('[tool.ai-models]\ncatalogue = ["a", "b"]  # ours\n', '[tool.ai-models]\ncatalogue = ["a", "b", "own"]  # ours\n'),
        ('[tool.ai-models]\ncatalogue = [\n  "a",\n]\n', '[tool.ai-models]\ncatalogue = [\n  "a","own"\n]\n'),
        ('[tool.other]\ncatalogue = ["x"]\n', f'[tool.other]\ncatalogue = ["x"]\n\n{TABLE}'),
        ('x = "[tool.ai-models]"\n', f'x = "[tool.ai-models]"\n\n{TABLE}'),
        ("[tool]\nx = {a = 1}\n", f"[tool]\nx = {{a = 1}}\n\n{TABLE}"),
    ],
)
def test_the_overlay_is_named(before: str, after: str) -> None:
    change = naming("own", before.encode())
    assert isinstance(change, FileChange)
    assert change.after is not None
    assert change.after.decode() == after
    assert tomllib.loads(after)["tool"]["ai-models"]["catalogue"][-1] == "own"
    assert len(change.edits) == 1
    assert naming("own", change.after) is None, "a second time changes nothing"


@pytest.mark.parametrize("named", ['["own"]', '["own/"]', '["./own", "other"]', "['own']"])
def test_what_is_named_already_is_left(named: str) -> None:
    assert naming("own", f"[tool.ai-models]\ncatalogue = {named}\n".encode()) is None


@pytest.mark.parametrize(
    ("before", "why"),
    [
        (None, "there is no pyproject.toml"),
        (b"[project\n", "is not valid TOML"),
        (b"\xff\xfe\x00", "is not valid TOML"),
        (b'[tool]\nai-models = {catalogue = ["a"]}\n', "written in a way that cannot be added to"),
        (b'tool.ai-models.catalogue = ["a"]\n', "written in a way that cannot be added to"),
        (b"[tool.ai-models]\ncatalogue = 1\n", "written in a way that cannot be added to"),
        (b"[tool]\nai-models = 1\n", "written in a way that cannot be added to"),
        (b"tool = 1\n", "written in a way that cannot be added to"),
    ],
)
def test_what_only_a_person_can_do_is_said(before: bytes | None, why: str) -> None:
    remark = naming("own", before)
    assert isinstance(remark, Remark)
    assert (remark.kind, remark.path) == ("manual", "pyproject.toml")
    assert why in remark.message
    assert 'catalogue = ["own"]' in remark.advice
