"""A provider's pricing file as it stands and as the sources would have it, merged offering by offering."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from ai_models.catalog.sync.definitions import conflicts_merged
from ai_models.catalog.sync.differences import Difference, Kind, by_a_person, merged_evidence, names, put, verdict
from ai_models.catalog.sync.plain import as_day, is_empty, key_of, same, text_of
from ai_models.pricing.meters import RATE_KEYS

__all__ = ["PricingMerge", "new_offering"]

_DEFAULTS = {"currency": "USD", "date_precision": "effective"}
_FIELDS: dict[str, Kind] = {
    "model": "correction",
    "region": "facts",
    "quantization": "facts",
    "unsupported": "capabilities",
}
_PARTS: dict[str, Kind] = {"limits": "limits", "lifecycle": "lifecycle"}
_NOT_TERMS = {"effective_date", "date_precision", "notes", "evidence"}

Version = Mapping[str, Any]


def new_offering(provider: str, name: str, offering: Mapping[str, Any]) -> Difference:
    """An offering that the provider's file does not have yet, with its newest price in a few words."""
    versions = offering.get("pricing_versions") or []
    newest = versions[0] if versions else {}
    shown = [f"{_meter(key)} {text_of(newest[key])}" for key in newest if key in RATE_KEYS]
    return Difference(
        kind="new offering",
        subject=f"{provider}:{name}",
        field=text_of(offering.get("model")),
        new=", ".join(shown[:3]) or "no price",
        on=as_day(newest.get("effective_date")),
        evidence=_sources(versions),
    )


def _sources(versions: Iterable[Version]) -> tuple[str, ...]:
    return tuple(sorted({source for version in versions for source in names(version.get("evidence"))}))


def _meter(key: str) -> str:
    return key.removesuffix("_per_1m_tokens")


class PricingMerge:
    """Merges one pricing file: ``target`` is its content afterwards, ``differences`` what was found."""

    def __init__(self, present: Mapping[str, Any], proposed: Mapping[str, Any], read: frozenset[str]) -> None:
        self.differences: list[Difference] = []
        self.target: dict[str, Any] = dict(present)
        self._read = read
        self._provider = text_of(proposed["provider"])
        self._labels(proposed)
        held = dict(present.get("models") or {})
        for name, offering in proposed["models"].items():
            if name in held:
                merge = _OfferingMerge(f"{self._provider}:{name}", held[name], offering, read)
                self.differences += merge.differences
                held[name] = merge.target
            else:
                self.differences.append(new_offering(self._provider, name, offering))
                held = put(held, name, _shown_parts(offering), proposed["models"])
        self.target["models"] = held

    def _labels(self, proposed: Mapping[str, Any]) -> None:
        """Names and addresses are filled in and never changed; regions are added to."""
        for field in ("display_name", "pricing_url"):
            if is_empty(self.target.get(field)) and not is_empty(proposed.get(field)):
                self._add("names", field, None, proposed[field], proposed)
        known = names(self.target.get("regions"))
        added = [region for region in names(proposed.get("regions")) if region not in known]
        if added:
            self._add("names", "regions", list(known), [*(self.target.get("regions") or ()), *added], proposed)

    def _add(self, kind: Kind, field: str, old: object, new: Any, proposed: Mapping[str, Any]) -> None:
        found = Difference(kind=kind, subject=self._provider, field=field, old=text_of(old), new=text_of(new))
        self.differences.append(found)
        self.target = put(self.target, field, new, proposed)


def _shown_parts(offering: Mapping[str, Any]) -> dict[str, Any]:
    """A new offering without the parts that say nothing."""
    return {key: value for key, value in offering.items() if not is_empty(value)}


class _OfferingMerge:
    def __init__(self, subject: str, present: Mapping[str, Any], proposed: Mapping[str, Any], read: frozenset[str]) -> None:
        self.differences: list[Difference] = []
        self.target: dict[str, Any] = dict(present)
        self._subject, self._present, self._proposed, self._read = subject, present, proposed, read
        self._versions: list[Version] = list(present.get("pricing_versions") or ())
        self._stated = _sources(proposed.get("pricing_versions") or ())
        self._evidence = _sources(self._versions)
        self._is_own = bool(self._versions) and all(by_a_person(names(v.get("evidence"))) for v in self._versions)
        self._merge()

    def _merge(self) -> None:
        if is_empty(self._present.get("display_name")) and not is_empty(self._proposed.get("display_name")):
            self._set("display_name", self._proposed["display_name"])
            self._note("names", "display_name", None, self._proposed["display_name"])
        for field, kind in _FIELDS.items():
            if self._may_change(field, self._present.get(field), self._proposed.get(field), kind):
                self._set(field, self._proposed[field])
        for part, kind in _PARTS.items():
            self._part(part, kind)
        self._prices()
        kept = {found.field for found in self.differences if found.kind == "kept"}
        if not self._is_own:
            self._conflicts(kept)

    def _set(self, field: str, value: Any) -> None:
        self.target = put(self.target, field, value, self._proposed)

    def _note(self, kind: Kind, field: str, old: object, new: object, note: str = "", *, of: Version | None = None) -> None:
        version = of or {}
        self.differences.append(
            Difference(
                kind=kind,
                subject=self._subject,
                field=_meter(field),
                old=text_of(old),
                new=text_of(new),
                on=as_day(version.get("effective_date")),
                evidence=names(version.get("evidence")) or self._stated,
                note=note,
            )
        )

    def _may_change(self, field: str, old: object, new: object, kind: Kind) -> bool:
        """What an offering says beside its prices rests on the sources of its prices."""
        evidence = ("manual",) if self._is_own else self._feeds()
        said, why = verdict(old, new, evidence, self._read)
        if said == "apply" or said == "kept":
            self._note(kind if said == "apply" else "kept", field, old, new, why)
        elif said == "removed" and why.startswith("no source"):
            self._note("removed claim", field, old, new, why)
        return said == "apply"

    def _feeds(self) -> tuple[str, ...]:
        """The feeds among the sources of the offering; where there are none, those that speak of it now."""
        return tuple(source for source in self._evidence if not by_a_person([source])) or tuple(self._read)

    def _part(self, part: str, kind: Kind) -> None:
        old, new = self._present.get(part), self._proposed.get(part)
        held = dict(old) if isinstance(old, Mapping) else {}
        for field, value in (new if isinstance(new, Mapping) else {}).items():
            if self._may_change(field, held.get(field), value, kind):
                held = put(held, field, value, new or {})
                self._set(part, held)

    def _conflicts(self, kept: set[str]) -> None:
        named = {key for key in RATE_KEYS if _meter(key) in kept} | kept
        fields = {text_of(item["field"]) for side in (self._present, self._proposed) for item in side.get("conflicts") or ()}
        untouched = {field for field in fields if field.split(" ", 1)[0] in named}
        merged, found = conflicts_merged(self._present, self._proposed, untouched, self._read)
        for field, old, new in found:
            self._note("conflict", field, old, new, "settled" if new is None else "new" if old is None else "changed")
        if found:
            self._set("conflicts", merged)
            if not merged:
                del self.target["conflicts"]

    # Prices.

    def _prices(self) -> None:
        proposed = {_start(version): version for version in self._proposed.get("pricing_versions") or ()}
        present = {_start(version): version for version in self._versions}
        merged: dict[str, Version] = {start: version for start, version in present.items() if start in proposed}
        missing = {start: version for start, version in present.items() if start not in proposed}
        for start, version in proposed.items():
            if start in present:
                merged[start] = self._corrected(present[start], version)
                continue
            moved = next((old for old, held in missing.items() if self._is_redated(held, version)), None)
            if moved is not None:
                merged[start] = self._corrected(self._redated(missing.pop(moved), version), version)
            elif not self._repeats(version):
                merged[start] = version
        for start, version in missing.items():
            merged[start] = version
            sources = names(version.get("evidence"))
            if not by_a_person(sources) and set(sources) <= self._read:
                note = "no source that was read says so any longer"
                self._note("removed claim", "price", _rates_shown(version), None, note, of=version)
        ordered = sorted(merged.items(), key=lambda item: _order(item[1]), reverse=True)
        versions = [version for _, version in ordered]
        self._note_new(versions)
        if len(versions) != len(self._versions) or any(map(_differ, versions, self._versions)):
            self._set("pricing_versions", versions)

    def _note_new(self, versions: list[Version]) -> None:
        """The new versions, rate by rate, each against the version that it follows."""
        known = {id(version) for version in self._proposed.get("pricing_versions") or ()}
        for place, version in enumerate(versions):
            if id(version) not in known:
                continue
            before: Version = versions[place + 1] if place + 1 < len(versions) else {}
            keys = [key for key in _terms(before, version) if not _same_term(key, before, version)]
            for key in keys:
                old, new = _shown(key, before, version)
                self._note("price change", key, old, new, text_of(version.get("date_precision")), of=version)
            if not keys:
                self._note("price change", "price", "", "as before", text_of(version.get("notes")), of=version)

    def _corrected(self, old: Version, new: Version) -> Version:
        """A version of the same day with the rates that the sources now give it: they stand and fall together."""
        sources = names(old.get("evidence"))
        changed = [key for key in _terms(old, new) if not _same_term(key, old, new)]
        unread = sorted(set(sources) - self._read)
        why = "a person wrote it" if by_a_person(sources) else f"it rests on {', '.join(unread)}, which was not read"
        if by_a_person(sources) or (changed and unread):
            for key in changed:
                self._note("kept", key, *_shown(key, old, new), why, of=new)
            return old
        target = dict(old)
        for key in changed:
            self._note("correction", key, *_shown(key, old, new), of=new)
            if is_empty(new.get(key)):
                del target[key]
            else:
                target = put(target, key, new[key], new)
        return self._with_evidence(target, old, new, changed)

    def _with_evidence(self, target: dict[str, Any], old: Version, new: Version, changed: list[str]) -> Version:
        held = names(old.get("evidence"))
        stated = names(new.get("evidence"))
        evidence = list(stated) if changed else merged_evidence(held, stated, None)
        if not same(_precision(old), _precision(new)):
            self._note("correction", "date_precision", _precision(old), _precision(new), of=new)
            target = put(target, "date_precision", _precision(new), new)
        elif set(evidence) == set(held) and not changed:
            return old
        elif not changed:
            self._note("evidence", "price", list(held), evidence, of=new)
        return put(target, "evidence", evidence, new) if evidence and set(evidence) != set(held) else target

    def _is_redated(self, old: Version, new: Version) -> bool:
        """Whether a version is the same one with another day: of equal rates, or the first one, whose day is assumed."""
        sources = names(old.get("evidence"))
        alike = all(_same_term(key, old, new) for key in _terms(old, new))
        first = _precision(old) == _precision(new) == "assumed"
        return (alike or first) and not by_a_person(sources) and set(sources) <= self._read

    def _redated(self, old: Version, new: Version) -> Version:
        self._note("correction", "effective_date", old.get("effective_date"), new.get("effective_date"), of=new)
        target = put(old, "effective_date", new.get("effective_date"), new)
        if not same(_precision(old), _precision(new)):
            target = put(target, "date_precision", _precision(new), new)
        return target

    def _repeats(self, new: Version) -> bool:
        """Whether a person's version already says what a feed says a few days earlier or later."""
        return any(
            by_a_person(names(held.get("evidence")))
            and abs((_order(held) - _order(new)).days) <= _CLOSE
            and all(_same_term(key, held, new) for key in RATE_KEYS if key in new)
            for held in self._versions
        )


_CLOSE = 31
"""Days within which a feed's version with the rates of a person's is the same change, seen later."""


def _start(version: Version) -> str:
    return key_of(version.get("effective_date"))


def _order(version: Version) -> datetime:
    value = version.get("effective_date")
    if is_empty(value):
        return datetime.min.replace(tzinfo=UTC)
    return datetime.fromisoformat(key_of(value)).astimezone(UTC)


def _precision(version: Version) -> str:
    return text_of(version.get("date_precision")) or _DEFAULTS["date_precision"]


def _terms(old: Version, new: Version) -> list[str]:
    return [key for key in dict.fromkeys((*old, *new)) if key not in _NOT_TERMS]


def _same_term(key: str, old: Version, new: Version) -> bool:
    default = _DEFAULTS.get(key)
    one, other = old.get(key, default), new.get(key, default)
    if key == "overrides":
        one, other = (_by_condition(value) for value in (one, other))
    return same(one, other)


def _by_condition(overrides: Any) -> dict[str, Any]:
    """Overrides by their condition: their order means nothing, and neither do their notes."""
    entries = [] if is_empty(overrides) else overrides or ()
    return {key_of(entry.get("when")): {k: v for k, v in entry.items() if k != "notes"} for entry in entries}


def _differ(one: Version, other: Version) -> bool:
    return one is not other


def _shown(key: str, old: Version, new: Version) -> tuple[str, str]:
    """Both values of a term in words; of overrides those that differ."""
    if key != "overrides":
        return text_of(old.get(key)), text_of(new.get(key))
    sides = [_by_condition(version.get(key)) for version in (old, new)]
    for condition in {**sides[0], **sides[1]}:
        if same(sides[0].get(condition), sides[1].get(condition)):
            for side in sides:
                side.pop(condition, None)
    before, after = ("; ".join(map(_override_shown, side.values())) for side in sides)
    return before, after


def _override_shown(override: Mapping[str, Any]) -> str:
    terms = ", ".join(f"{_meter(key)} {text_of(value)}" for key, value in override.items() if key != "when")
    return f"{text_of(override.get('when'))}: {terms}"


def _rates_shown(version: Version) -> str:
    return ", ".join(f"{_meter(key)} {text_of(version[key])}" for key in version if key in RATE_KEYS)
