"""A file in which nothing can be rewritten for certain: it goes on as it is, and what it needs stays."""

from __future__ import annotations

from collections.abc import Callable

from rewriting_trees import Made, copy_of_old

Rewrite = Callable[..., Made]

ONE_WAY = b"# coding: iso-2022-jp\n# \x1b(B\x1b(B which nobody writes as it was read\n"
"""What is read, and would be written in fewer letters."""


def test_a_file_that_cannot_be_written_as_it_was_read_is_left(rewrite: Rewrite) -> None:
    made = rewrite(ONE_WAY + b"from models import ModelRegistry\nx = ModelRegistry.get_spec(k)\n")
    assert made.changed() == {}
    (remark,) = made.remarks()
    assert remark.kind == "undecided"
    assert "nothing in this file is rewritten" in remark.message
    assert [(each.line, each.name) for each in made.planned.old if each.path == "app.py"] == [
        (3, "models.registry.ModelRegistry"),
        (4, "models.registry.ModelRegistry.get_spec"),
    ]
    assert any("ai-models-legacy is needed for 2 places" in each.message for each in made.plan.remarks)


def test_a_copy_stays_for_it(rewrite: Rewrite) -> None:
    code = b"from kit.models.registry import GPT_4O\nimport kit.providers.factory\nkit.providers.factory.get_provider(m)\n"
    made = rewrite({**copy_of_old("kit"), "app.py": ONE_WAY + code}, old=False)
    assert "app.py" not in made.changed()
    assert made.bytes("kit/models/registry.py") is not None
    assert made.bytes("kit/providers/factory.py") is not None


def test_who_takes_it_from_there_goes_on_with_the_old_thing(rewrite: Rewrite) -> None:
    door = ONE_WAY + b"from models import ModelRegistry\n"
    made = rewrite({"door.py": door, "app.py": "from door import ModelRegistry\nx = ModelRegistry.get_spec(k)\n"})
    assert made.changed() == {}
    assert "door goes on with the old ModelRegistry" in made.remarks(kind="undecided")[0].message


def test_a_file_that_is_read_in_two_ways_is_left(rewrite: Rewrite) -> None:
    code = "# coding: shift-jis\n# 日本語\nfrom models import ModelRegistry\n".encode("shift-jis")
    made = rewrite({"fast.pyx": code})  # Cython: Python for us, and for whoever writes it back a text like any other
    assert made.changed() == {}
    assert "would be written in another" in made.remarks("fast.pyx")[0].message
