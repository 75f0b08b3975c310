"""docs/pricing.md has every rule with an example, and every meter, field and key that there is."""

from __future__ import annotations

import re
from pathlib import Path

from ai_models.pricing.meters import METERS, RATE_KEYS
from ai_models.pricing.shapes import SHAPES
from ai_models.pricing.usage import METER_OF_FIELD, Usage

PAGE = (Path(__file__).parents[1] / "docs" / "pricing.md").read_text(encoding="utf-8")
RULES = 10


def section(title: str) -> str:
    found = re.search(rf"^#+ {re.escape(title)}.*?\n(.*?)(?=^#+ |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, title
    return found[1]


def test_every_rule_has_an_example_that_is_run() -> None:
    for number in range(1, RULES + 1):
        assert "```pycon" in section(f"{number}. "), number


def test_the_table_of_meters_is_that_of_the_code() -> None:
    fields = {meter: field for field, meter in METER_OF_FIELD.items()} | {"input": "input_tokens", "output": "output_tokens"}
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section("Meters").splitlines() if line[:3] == "| `"
    ]
    written = {row[0].strip("`"): row[1:] for row in rows}
    assert list(written) == list(METERS)
    for meter, (field, counts, keys) in written.items():
        known = fields.get(meter, meter)
        assert field.strip("`") == (known if known in Usage.__struct_fields__ else ""), meter
        assert counts.startswith(METERS[meter].unit), meter
        assert set(re.findall(r"`(\w+)`", keys)) == {name for name, key in RATE_KEYS.items() if key.meter == meter}, meter


def test_every_constructor_is_named() -> None:
    for shape in SHAPES:
        assert f"`Usage.from_{shape}`" in section("4. ")
