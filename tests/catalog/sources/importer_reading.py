"""What the importers' tests assert on."""

from __future__ import annotations

from datetime import date

from ai_models.catalog.claims import Claim
from ai_models.catalog.sources import Imported

AS_OF = date(2026, 11, 22)


class Reading:
    """What an importer made of a feed, by field, for assertions."""

    def __init__(self, imported: Imported) -> None:
        self.claims = imported.claims
        self.rejected = imported.rejected

    def of(self, field: str, subject: str | None = None) -> list[Claim]:
        return [claim for claim in self.claims if claim.field == field and subject in (None, claim.subject)]

    def value(self, field: str, **conditions: str) -> object:
        """The one value of a field under exactly these conditions (``_`` stands for ``.`` after ``attribute``)."""
        wanted = tuple(sorted((name.replace("attribute_", "attribute."), value) for name, value in conditions.items()))
        found = [claim.value for claim in self.of(field) if claim.conditions == wanted]
        assert len(found) == 1, f"{field} {wanted}: {found}"
        return found[0]

    @property
    def fields(self) -> set[str]:
        return {claim.field for claim in self.claims}

    @property
    def reasons(self) -> list[str]:
        return [row.reason for row in self.rejected]
