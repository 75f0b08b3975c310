"""Changing values in a YAML text: what changes, and that nothing else does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sync_trees import BIG, PRICES

from ai_models.catalog.sync.edit import edited
from ai_models.catalog.sync.plain import compose, plain_of, same
from ai_models.errors import CatalogError


def target(text: str, *path: Any, value: Any) -> Any:
    """The content of a text with one value set, or removed where it is ``...``."""
    root = plain_of(compose(text))
    holder = root
    for step in path[:-1]:
        holder = holder[step]
    if value is ...:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return root


@pytest.mark.parametrize(
    ("text", "path", "value", "expected"),
    [
        ("a: 1  # one\nb: 2\n", ["a"], 7, "a: 7  # one\nb: 2\n"),
        ("a: 'x'\nb: 2\n", ["a"], "it's", "a: 'it''s'\nb: 2\n"),
        ('a: "x"\n', ["a"], 'say "y"', 'a: "say \\"y\\""\n'),
        ("a: x\n", ["a"], "y: z", "a: 'y: z'\n"),
        ("a: x\n", ["a"], "y, z", "a: y, z\n"),
        ("{a: x}\n", ["a"], "y, z", "{a: 'y, z'}\n"),
        ("a: 3.0\n", ["a"], Decimal("2.5"), "a: 2.50\n"),
        ("a:\nb: 2\n", ["a"], date(2026, 1, 2), "a: 2026-01-02\nb: 2\n"),
        ("a: null  # open\n", ["a"], True, "a: true  # open\n"),
        ("a: 1\n\n# b\nb: 2\n", ["c"], 3, "a: 1\n\n# b\nb: 2\nc: 3\n"),
        ("a: 1\nb: 2", ["c"], 3, "a: 1\nb: 2\nc: 3"),
        ("a: 1  # one\n# two\nb: 2\n", ["a"], ..., "# two\nb: 2\n"),
        ("- a\n", ["a"], ..., None),
        ("a: {b: 1, c: 2} # x\n", ["a", "b"], ..., "a: {c: 2} # x\n"),
        ("a: {b: 1, c: 2, d: 3}\n", ["a", "d"], ..., "a: {b: 1, c: 2}\n"),
        ("a: {b: 1}\n", ["a", "c"], 2, "a: {b: 1, c: 2}\n"),
        ("a: [x, y] # l\n", ["a"], ["w", "x", "y", "z"], "a: [w, x, y, z] # l\n"),
        ("a: [x, y, z]\n", ["a"], ["y"], "a: [y]\n"),
        ("a: [x, y]\n", ["a"], [], "a: []\n"),
        ("a: []\n", ["a"], ["x"], "a: [x]\n"),
        ("a: [x, y]\n", ["a"], ["y", "x"], "a: [y, x]\n"),
        ("a:\n  - x # 1\n  # why\n  - y\nb: 1\n", ["a"], ["x", "z", "y"], "a:\n  - x # 1\n  - z\n  # why\n  - y\nb: 1\n"),
        ("a:\n  - x # 1\n  - y\nb: 1\n", ["a"], ["w", "x"], "a:\n  - w\n  - x # 1\nb: 1\n"),
        ("a:\n- x\n- y\n", ["a"], ["y"], "a:\n- y\n"),
        ("a: |\n  old\n  text\n# c\nb: 1\n", ["a"], "new", "a: new\n# c\nb: 1\n"),
        ("a: {}  # none\nb: 1\n", ["a"], {"x": 1}, "a:\n  x: 1  # none\nb: 1\n"),
        ("a:\n  x: 1\nb: 1\n", ["a"], {}, "a: {}\nb: 1\n"),
        ("a:\n  x: 1\nb: 1\n", ["a"], {"y": 2}, "a:\n  y: 2\nb: 1\n"),
        ("a: 1\r\nb:\r\n  c: 1 # x\r\n", ["b", "d"], 2, "a: 1\r\nb:\r\n  c: 1 # x\r\n  d: 2\r\n"),
        ("\ufeffa: é # ü\nb: 1\n", ["b"], 2, "\ufeffa: é # ü\nb: 2\n"),
        ("a:\n  - k: 1\n    l: 2\n  - k: 3\n", ["a", 0, "k"], ..., "a:\n  - l: 2\n  - k: 3\n"),
        ("x: [a, a]\n", ["x"], ["a", "b"], "x: [a, b]\n"),
    ],
)
def test_one_value_changes_and_nothing_else(text: str, path: list[Any], value: Any, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ValueError, match="no mapping"):
            compose(text)
        return
    body = text.removeprefix("\ufeff")
    assert edited(text, target(body, *path, value=value)) == expected


def test_a_new_version_stands_first_and_below_the_comment() -> None:
    root = plain_of(compose(PRICES))
    versions = root["models"]["big-1"]["pricing_versions"]
    new = {
        "effective_date": date(2026, 9, 1),
        "input_per_1m_tokens": Decimal("1.5"),
        "overrides": [{"when": {"service_tier": "batch"}, "multiply": {"tokens": Decimal("0.5")}}],
        "evidence": ["genai-prices"],
    }
    root["models"]["big-1"]["pricing_versions"] = [new, *versions]
    block = """\
      - effective_date: 2026-09-01
        input_per_1m_tokens: 1.50
        overrides:
          - {when: {service_tier: batch}, multiply: {tokens: 0.50}}
        evidence: [genai-prices]
"""
    assert edited(PRICES, root) == PRICES.replace("      # newest first\n", "      # newest first\n" + block)


def test_a_key_before_the_first_of_a_list_s_entry_and_one_at_the_end_of_nested_blocks() -> None:
    text = "m:\n  - b: 1 # x\n    n:\n      o: 1\nz: 1\n"
    wanted = {"m": [{"a": 0, "b": 1, "n": {"o": 1, "p": 2}, "q": 3}], "z": 1}
    assert edited(text, wanted) == "m:\n  - a: 0\n    b: 1 # x\n    n:\n      o: 1\n      p: 2\n    q: 3\nz: 1\n"


def test_long_lists_go_on_in_the_next_line() -> None:
    names = [f"capability_{number}" for number in range(12)]
    text = f"a: [{', '.join(names[:6])}]\nb: 1\n"
    result = edited(text, {"a": names, "b": 1})
    assert max(map(len, result.splitlines())) <= 118
    assert plain_of(compose(result))["a"] == [(name, True) for name in names]


def test_words_of_the_file_are_written_again_as_it_wrote_them() -> None:
    text = "a: ['1', 1, 2026-01-01, x]\n"
    words = plain_of(compose(text))["a"]
    assert edited(text, {"a": words[::-1]}) == "a: [x, 2026-01-01, 1, '1']\n"


def test_what_cannot_be_changed_safely_is_refused() -> None:
    with pytest.raises(CatalogError, match=r"f\.yaml cannot be changed without disturbing the rest"):
        edited("a: 1\n", {"a": float("nan")}, name="f.yaml")


_leaves = st.one_of(st.integers(0, 9), st.text("ab:#, '\"-é", max_size=5), st.booleans(), st.none(), st.dates())
_trees = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(["k", "l", "m", "when", "name"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([BIG, PRICES]),
    st.dictionaries(st.sampled_from(["metadata", "evidence", "models", "capabilities", "new", "unsupported"]), _trees),
)
def test_any_change_is_made_and_comments_of_what_stays_stay(text: str, changes: dict[str, Any]) -> None:
    root = {**plain_of(compose(text)), **changes}
    result = edited(text, root)
    assert same(plain_of(compose(result)), root)
    assert ("# Read by hand" in result) == ("# Read by hand" in text)


def test_every_file_of_the_catalogue_comes_back_as_it_is() -> None:
    package = Path(__file__).parents[3] / "src" / "ai_models"
    for path in sorted(package.rglob("*.yaml"))[::40]:
        text = path.read_text(encoding="utf-8")
        assert edited(text, plain_of(compose(text))) == text
