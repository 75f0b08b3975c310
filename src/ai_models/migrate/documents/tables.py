"""Tables with a model a row: which model, which cells are figures to compare, and which are advice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ai_models.catalog.catalog import Catalog
from ai_models.migrate.documents.facts import prices_in, tokens_in
from ai_models.migrate.documents.markdown import Passage, plain
from ai_models.migrate.documents.names import Names, Subject
from ai_models.migrate.documents.placing import Entry, Fact, Placement
from ai_models.migrate.documents.vocabulary import Column, Field, column_of
from ai_models.migrate.drift import Comparison, compare_identifier, compare_rate, compare_tokens

__all__ = ["ModelTable"]

_LONGEST_PHRASE = 4
"""In words: a cell of such phrases between commas is a list of them."""
_ADVICE: dict[Column | None, Field] = {
    "recommended_for": "recommended_for",
    "best_practices": "best_practices",
    "tips": "tips",
    "pitfalls": "pitfalls",
}
_NOTHING = frozenset(("", "-", "\N{EN DASH}", "\N{EM DASH}", "n/a", "?"))


class ModelTable:
    """A table of models, row by row.

    Every column must be known by its title, or be beside one that is: a table that merely happens to begin with models
    (``Model | Dropped | Because``) says something else, and stays where it is.
    """

    def __init__(self, rows: Sequence[Passage], names: Names, catalog: Catalog, today: date) -> None:
        self._rows = [row for row in rows if row.cells]
        self._names = names
        self._catalog = catalog
        self._today = today
        self._titles = [plain(title).strip() for title in rows[0].header]
        self.columns = [column_of(title) for title in self._titles]
        self._model = self._model_column()

    @property
    def is_one(self) -> bool:
        """Whether most rows are of known models, and the columns say advice or figures of them."""
        known = {column for column in self.columns if column is not None} - {"model", "identifier"}
        return self._model is not None and bool(known)

    def placed(self) -> list[Placement]:
        """Every row with what becomes of it; one of no known model stays, and then so do the titles."""
        return [self._row(row) for row in self._rows]

    def _model_column(self) -> int | None:
        """The column in which most cells are names of models."""
        best, place = 0, None
        for at in range(len(self._titles)):
            count = sum(self._subject(row, at) is not None for row in self._rows)
            if count > best:
                best, place = count, at
        return place if best * 2 >= max(1, len(self._rows)) else None

    def _subject(self, row: Passage, at: int) -> Subject | None:
        return self._names.exact(plain(row.cells[at])) if at < len(row.cells) else None

    def _row(self, row: Passage) -> Placement:
        assert self._model is not None  # noqa: S101 asked before
        subject = self._subject(row, self._model)
        if subject is None:
            return Placement(first=row.first, end=row.end, kind="row", text=row.text, stays=True)
        entries: list[Entry] = []
        facts: list[Fact] = []
        for at, (cell, column) in enumerate(zip(row.cells, self.columns, strict=False)):
            text = cell.strip()
            if at == self._model or text in _NOTHING:
                continue
            compared = self._compared(subject, column, text, self._titles[at])
            facts += [Fact(subject=subject, text=text, comparison=each) for each in compared if each.agrees is not None]
            if not compared or any(each.agrees is None for each in compared):
                entries += self._advice(subject, column, text, self._titles[at])
        structure = row.cells[self._model]
        return Placement(
            first=row.first,
            end=row.end,
            kind="row",
            text=row.text,
            stays=False,
            entries=tuple(entries),
            facts=tuple(facts),
            structure=structure,
        )

    def _advice(self, subject: Subject, column: Column | None, text: str, title: str) -> list[Entry]:
        field = _ADVICE.get(column)
        if field is None:
            return [Entry(subject=subject, field="notes", text=f"{title}: {text}" if title else text)]
        parts = [part.strip() for part in text.split(",")]
        if not all(0 < len(part.split()) <= _LONGEST_PHRASE for part in parts):
            parts = [text]
        return [Entry(subject=subject, field=field, text=part) for part in parts]

    def _compared(self, subject: Subject, column: Column | None, text: str, title: str) -> list[Comparison]:
        """The figures of a cell; none where the cell holds advice, or the model has no definition to compare with."""
        spec = self._names.spec(subject)
        if spec is None:
            return []
        if column == "identifier":
            return [compare_identifier(text.strip("`"), spec)]
        if column == "context":
            tokens = tokens_in(text, alone=True)
            known = spec.context_window_input
            return [compare_tokens("context window", tokens.number, known, spec, roughly=tokens.roughly)] if tokens else []
        if column == "cost":
            prices = prices_in(text, title)
            return [compare_rate(self._catalog, spec, meter, rate, [self._today]) for meter, rate in prices.items()]
        return []
