"""A model's definition as it stands and as the sources would have it, merged: what changes, and what a person keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ai_models.catalog.fusion.score_list import Held, merged_scores, score_document, score_of_document
from ai_models.catalog.scores import score_conflicts
from ai_models.catalog.sources.models_dev import BASE_MODELS
from ai_models.catalog.sync.differences import Difference, Kind, by_a_person, merged_evidence, names, put, verdict
from ai_models.catalog.sync.plain import as_day, is_empty, same, text_of
from ai_models.models.base import ModelStatus, status_on
from ai_models.models.benchmarks import Benchmark
from ai_models.models.capabilities import ModelCapability

__all__ = ["CONFIRMED_AFTER", "DefinitionMerge", "alias_name", "conflicts_merged", "new_model"]

CONFIRMED_AFTER = timedelta(days=30)
"""How much newer the sources must be for a file to change for nothing but its ``last_verified``."""

_FACTS: dict[str, Kind] = {
    "context_window_input": "limits",
    "context_window_output": "limits",
    "context_window": "limits",
    "knowledge_cutoff": "facts",
    "release_date": "facts",
    "open_weights": "facts",
}
_LABELS = ("name", "family", "version", "api_identifier")
_LIFECYCLE = ("deprecated_on", "retires_on", "replacement")
_ORDER = tuple(capability.value for capability in ModelCapability)


def new_model(document: Mapping[str, Any]) -> Difference:
    """A model that the catalogue does not have yet."""
    metadata = document.get("metadata") or {}
    evidence = {source for sources in (document.get("evidence") or {}).values() for source in sources}
    return Difference(
        kind="new model",
        subject=f"{document['provider']}/{document['model_id']}",
        new=text_of(metadata.get("name")),
        on=as_day(metadata.get("release_date")),
        evidence=tuple(sorted(evidence)),
    )


class DefinitionMerge:
    """Merges one definition: ``target`` is the file's content afterwards, ``differences`` what was found.

    ``read`` names the sources that were read; ``taken`` says which model of the maker each name now belongs to.
    """

    def __init__(
        self, present: Mapping[str, Any], proposed: Mapping[str, Any], read: frozenset[str], taken: Mapping[str, str]
    ) -> None:
        self.differences: list[Difference] = []
        self.target: dict[str, Any] = dict(present)
        self._present, self._proposed, self._read, self._taken = present, proposed, read, taken
        self._subject = f"{proposed['provider']}/{proposed['model_id']}"
        self._evidence = {field: names(sources) for field, sources in (present.get("evidence") or {}).items()}
        self._stated = {field: names(sources) for field, sources in (proposed.get("evidence") or {}).items()}
        self._said = {text_of(item["field"]): item["values"] for item in proposed.get("conflicts") or ()}
        self._kept: set[str] = set()
        self._as_of = as_day((proposed.get("metadata") or {}).get("last_verified"))
        self._merge()

    def _merge(self) -> None:
        self._aliases()
        for field, kind in _FACTS.items():
            self._fact("metadata", field, kind)
        for field in _LIFECYCLE:
            self._fact("lifecycle", field, "lifecycle")
        self._capabilities()
        self._reasoning()
        self._fill("metadata", _LABELS)
        self._fill("documentation", ("url", "notes"))
        self._scores()
        if is_empty(self._present.get("pricing_ref")) and not is_empty(self._proposed.get("pricing_ref")):
            self._note("names", "pricing_ref", None, self._proposed["pricing_ref"])
            self._set("", "pricing_ref", self._proposed["pricing_ref"])
        self._conflicts()
        self._status_and_date()

    # One value.

    def _note(self, kind: Kind, field: str, old: object, new: object, note: str = "", on: date | None = None) -> None:
        self.differences.append(
            Difference(
                kind=kind,
                subject=self._subject,
                field=field,
                old=text_of(old),
                new=text_of(new),
                on=on or self._as_of,
                evidence=self._stated.get(field, ()) or (self._evidence.get(field, ()) if kind == "removed claim" else ()),
                note=note,
            )
        )

    def _set(self, part: str, field: str, value: Any) -> None:
        if not part:
            self.target = put(self.target, field, value, self._proposed)
            return
        held = self.target.get(part) or {}
        held = {} if is_empty(held) else held
        self._set("", part, put(held, field, value, self._proposed.get(part) or {}))

    def _get(self, side: Mapping[str, Any], part: str, field: str) -> Any:
        held = side.get(part)
        return held.get(field) if isinstance(held, Mapping) else None

    def _fact(self, part: str, field: str, kind: Kind) -> None:
        old, new = self._get(self._present, part, field), self._get(self._proposed, part, field)
        if self._decide(field, old, new, kind):
            self._set(part, field, new)

    def _decide(self, field: str, old: object, new: object, kind: Kind, of: str = "") -> bool:
        """Whether a value changes; what is found is noted, and the evidence follows."""
        said, why = verdict(old, new, self._evidence.get(field, ()), self._read)
        if said == "same":
            self._corroborate(field)
        elif said == "apply":
            on = as_day(new) if field in _LIFECYCLE else None
            kind = "correction" if not is_empty(old) and kind in {"facts", "limits"} else kind
            self._note(kind, of or field, old, new, on=on)
            self._set("evidence", field, list(self._stated.get(field, ())))
        else:
            self._kept.add(field)
            if said == "kept" or why.startswith("no source"):
                self._note("kept" if said == "kept" else "removed claim", of or field, old, new, why)
        return said == "apply"

    def _corroborate(self, field: str) -> None:
        """More sources say the same: they are named; a person's word needs none."""
        old, new = self._evidence.get(field, ()), self._stated.get(field, ())
        if not new or by_a_person(old):
            return
        evidence = merged_evidence(old, new, self._said.get(field))
        if set(evidence) != set(old):
            self._note("evidence", field, list(old), evidence)
            self._set("evidence", field, evidence)

    # What is more than one value.

    def _fill(self, part: str, fields: tuple[str, ...]) -> None:
        """Labels have no evidence: they are filled in and never changed."""
        for field in fields:
            old, new = self._get(self._present, part, field), self._get(self._proposed, part, field)
            if is_empty(old) and not is_empty(new):
                self._note("names", field, old, new)
                self._set(part, field, new)

    def _capabilities(self) -> None:
        for capability in _ORDER:
            old, new = (self._support(side, capability) for side in (self._present, self._proposed))
            if self._decide(capability, old, new, "capabilities"):
                for part in ("capabilities", "unsupported"):
                    self._move(part, capability, wanted=(part == "capabilities") == (new == "supported"))

    @staticmethod
    def _support(side: Mapping[str, Any], capability: str) -> str | None:
        if capability in names(side.get("capabilities")):
            return "supported"
        return "unsupported" if capability in names(side.get("unsupported")) else None

    def _move(self, part: str, capability: str, *, wanted: bool) -> None:
        """Put a capability into a list, or take it out; the order of the others stays."""
        held = self.target.get(part)
        items = [] if is_empty(held) else [item for item in held or () if text_of(item) != capability]
        if wanted:
            rank = _ORDER.index(capability)
            behind = [place + 1 for place, item in enumerate(items) if _rank(text_of(item)) < rank]
            items.insert(max(behind, default=0), capability)
        elif len(items) == len(held or ()):
            return
        self._set("", part, items)

    def _reasoning(self) -> None:
        old, new = self._present.get("reasoning"), self._proposed.get("reasoning")
        if self._decide("reasoning", old, new, "capabilities"):
            self._set("", "reasoning", new)

    def _aliases(self) -> None:
        held = self._present.get("aliases")
        present = {alias_name(alias): alias for alias in ([] if is_empty(held) else held or ())}
        proposed = {alias_name(alias): alias for alias in self._proposed.get("aliases") or ()}
        merged = dict(present)
        for name, alias in proposed.items():
            if name not in present and self._taken.get(name, self._proposed["model_id"]) != self._proposed["model_id"]:
                self._note("kept", f"alias {name}", None, name, f"it is the name of {self._taken[name]}")
                continue
            wanted = self._alias(present[name], alias) if name in present else alias
            if name not in present or not same(wanted, present[name]):
                self._note("names", f"alias {name}", present.get(name), wanted)
                merged[name] = wanted
        for name, alias in present.items():
            owner = self._taken.get(name, self._proposed["model_id"])
            if name not in proposed and owner != self._proposed["model_id"] and not isinstance(alias, Mapping):
                self._note("names", f"alias {name}", name, None, f"now names {owner}")
                del merged[name]
        if list(merged) != list(present) or any(merged[name] is not present[name] for name in merged):
            self._set("", "aliases", list(merged.values()))

    @staticmethod
    def _alias(old: Any, new: Any) -> Any:
        """The dates of a floating name move with the models; a name that a person dated keeps its dates."""
        if not isinstance(new, Mapping):
            return old
        if not isinstance(old, Mapping):
            return new
        moves = text_of(old.get("floating")).lower() == "true"
        changed = {key: value for key, value in new.items() if not same(old.get(key), value)}
        return {**old, **{key: value for key, value in changed.items() if moves or is_empty(old.get(key))}}

    def _scores(self) -> None:
        """Scores are added and never taken away; two that contradict each other both stand, and are shown."""
        held = self._present.get("benchmarks")
        present = [Held(_score(entry), entry) for entry in ([] if is_empty(held) else held or ())]
        stated = [_score(entry) for entry in self._proposed.get("benchmarks") or ()]
        merged, changes = merged_scores(present, stated, score_document)
        for old, new in changes:
            if new is not None:
                self._note_score("scores" if old is None else "correction", old, new)
            elif old is not None and BASE_MODELS in self._read:
                self._note_score("removed claim", old, None)
        if any(new is not None for _, new in changes):
            self._set("", "benchmarks", merged)
            known = score_conflicts(score for score, _ in present)
            for found in score_conflicts(_score(entry) for entry in merged):
                if found not in known:
                    self._note("conflict", found.field, None, found.values, "both are listed")

    def _note_score(self, kind: Kind, old: Benchmark | None, new: Benchmark | None) -> None:
        score = new or old
        assert score is not None  # noqa: S101 a change has one of the two
        self.differences.append(
            Difference(
                kind=kind,
                subject=self._subject,
                field=score.name,
                old="" if old is None else f"{old.score:f} ({old.words})",
                new="" if new is None else f"{new.score:f} ({new.words})",
                on=score.date,
                evidence=(score.via,) if score.via else (),
                note=score.source if new is not None else "no source that was read says so any longer",
            )
        )

    def _conflicts(self) -> None:
        merged, found = conflicts_merged(self._present, self._proposed, self._kept | self._own(), self._read)
        for field, old, new in found:
            note = "settled" if new is None else "new" if old is None else "changed"
            self._note("conflict", field, old, new, note)
        if found:
            self._set("", "conflicts", merged)
            if not merged:
                del self.target["conflicts"]

    def _own(self) -> set[str]:
        return {field for field, sources in self._evidence.items() if by_a_person(sources)}

    def _status_and_date(self) -> None:
        """What follows from the rest: the status from the dates, the day of verification from the sources."""
        dates_kept = bool(self._kept & {*_LIFECYCLE, "release_date"})
        old, new = self._get(self._present, "lifecycle", "status"), self._get(self._proposed, "lifecycle", "status")
        held = self._get(self._present, "metadata", "last_verified")
        day = as_day(held)
        if dates_kept or self._as_of is None or (day is not None and day > self._as_of):
            return
        status = self._status(self._as_of, text_of(new) or text_of(old) or None)
        if status != (text_of(old) or None) and status is not None:
            self._note("lifecycle", "status", old, status)
            self._set("lifecycle", "status", status)
        if day == self._as_of:
            return
        if any(found.is_written for found in self.differences):
            self._set("metadata", "last_verified", self._as_of)
        elif day is None or self._as_of - day >= CONFIRMED_AFTER:
            self._note("confirmed", "last_verified", day, self._as_of)
            self._set("metadata", "last_verified", self._as_of)

    def _status(self, day: date, written: str | None) -> str | None:
        """The status that the merged dates give on a day; None where a file cannot say it."""
        release, deprecated, retires = (
            as_day(self._get(self.target, part, field))
            for part, field in (("metadata", "release_date"), ("lifecycle", "deprecated_on"), ("lifecycle", "retires_on"))
        )
        status = status_on(day, written, release, deprecated, retires)
        return None if status is ModelStatus.UNRELEASED else status.value


def _score(entry: Mapping[str, Any]) -> Benchmark:
    """The score that an entry states; a figure keeps its digits."""
    written = {key: f"{value:f}" if isinstance(value, Decimal) else text_of(value) for key, value in entry.items()}
    return score_of_document({key: text for key, text in written.items() if not is_empty(entry[key])})


def _rank(capability: str) -> int:
    return _ORDER.index(capability) if capability in _ORDER else len(_ORDER)


def alias_name(alias: Any) -> str:
    """The name that an entry of ``aliases`` gives."""
    return text_of(alias.get("name")) if isinstance(alias, Mapping) else text_of(alias)


Found = tuple[str, str | None, str | None]
"""A field on which sources disagree: what the file records, and what it will; None is nothing."""


def conflicts_merged(
    present: Mapping[str, Any], proposed: Mapping[str, Any], kept: set[str], read: frozenset[str]
) -> tuple[list[Any], list[Found]]:
    """The conflicts that a file will record, and those that are new, changed or settled.

    Those on a field that a person's word decides stay as they are, and so do those of sources that were not read.
    """
    old = {text_of(item["field"]): item for item in present.get("conflicts") or ()}
    new = {text_of(item["field"]): item for item in proposed.get("conflicts") or ()}
    merged = dict(old)
    found: list[Found] = []
    for field in _in_order(old, new):
        if field in kept or same(old.get(field), new.get(field)):
            continue
        if field not in new and not set(old[field]["values"]) <= read:
            continue
        found.append((field, _said(old.get(field)), _said(new.get(field))))
        if field in new:
            merged[field] = new[field]
        else:
            del merged[field]
    return list(merged.values()), found


def _in_order(*sides: Mapping[str, Any]) -> Iterator[str]:
    return iter(dict.fromkeys(field for side in sides for field in side))


def _said(conflict: Any) -> str | None:
    if conflict is None:
        return None
    said = "; ".join(f"{source}: {text_of(value)}" for source, value in conflict["values"].items())
    return f"{said} ({text_of(conflict['settled_by'])})"
