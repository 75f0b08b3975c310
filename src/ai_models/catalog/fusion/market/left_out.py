"""The quarantine file: what sources say and the catalogue does not believe, by reason and source."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import yaml

from ai_models.catalog.claims import Rejected
from ai_models.catalog.fusion.text import StyledDumper
from ai_models.catalog.sources.models_dev import BASE_MODELS
from ai_models.catalog.sources.scores import SCORE

__all__ = ["QUARANTINE", "LeftOut", "beside_unread", "quarantine_document", "quarantine_text"]

QUARANTINE = "models/definitions/quarantine.yaml"

_HEAD = """\
# What the sources say and the catalogue does not believe, by reason and source. tools/generate.py and `ai-models sync`
# write this file; changes by hand are lost. N in a reason is the entry's `against`.
"""

_FIELD = re.compile(r"(?P<field>[a-z0-9_]+(?::[a-z0-9_]+)?): (?P<reason>.+)")
_LIMIT = re.compile(r"(?<=\bof )\d(?:[\d,.]*\d)?|(?<=\bthan )\d(?:[\d,.]*\d)?|^\d+(?= conditions\b)")
_FIGURE = re.compile(r"[\w.,:/+-]{1,60}", re.ASCII)
"""A figure, a day or a word; anything longer would be a feed's own sentence."""


class LeftOut(NamedTuple):
    """A claim that was left out, and the offering (``provider:id``) or model (``maker/model_id``) that it is about."""

    subject: str
    rejected: Rejected


class _Line(dict[str, str]):
    """An entry, which stands on one line."""


class _Dumper(StyledDumper):
    """Blocks, but for entries."""


_Dumper.add_representer(dict, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), False))  # noqa: FBT003
_Dumper.add_representer(list, lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", data, False))  # noqa: FBT003
_Dumper.add_representer(_Line, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), True))  # noqa: FBT003


def quarantine_document(
    left_out: Iterable[LeftOut], no_models: Mapping[str, str], first_party: Iterable[str]
) -> dict[str, Any]:
    """The file's content, in an order of its own whatever the order of the claims.

    Args:
        left_out: the claims that are not believed.
        no_models: the first-party offerings (``provider:id``) that are no models, with the reason.
        first_party: the providers at which all that is sold is their makers' own.
    """
    found: dict[str, dict[str, set[tuple[tuple[str, str], ...]]]] = defaultdict(lambda: defaultdict(set))
    for subject, rejected in left_out:
        reason, entry = _entry(subject, rejected)
        found[reason][rejected.source].add(tuple(entry.items()))
    explained: dict[str, list[str]] = defaultdict(list)
    for key, reason in sorted(no_models.items()):
        explained[reason].append(key)
    return {
        "first_party": sorted(first_party),
        "no_model": dict(sorted(explained.items())),
        "quarantine": {
            reason: {source: [dict(entry) for entry in sorted(entries)] for source, entries in sorted(by_source.items())}
            for reason, by_source in sorted(found.items())
        },
    }


def _entry(subject: str, rejected: Rejected) -> tuple[str, dict[str, str]]:
    """The reason without what is particular, and the rest of the claim; a part that says nothing is left out."""
    told = _FIELD.fullmatch(rejected.reason)
    reason = told["reason"] if told else rejected.reason
    limit = _LIMIT.search(reason)
    where = rejected.where if rejected.where.strip("/ ") and rejected.where.casefold() != subject.casefold() else ""
    entry = {
        "subject": subject,
        "field": told["field"].removeprefix("rate:") if told else "",
        "value": rejected.found if _FIGURE.fullmatch(rejected.found) else "",
        "against": limit[0] if limit else "",
        "where": where,
    }
    return _LIMIT.sub("N", reason), {key: value for key, value in entry.items() if value}


def beside_unread(document: Mapping[str, Any], present: Mapping[str, Any], read: Collection[str]) -> dict[str, Any]:
    """The new content where only some sources were read: what the others said before stays."""
    quarantine = {reason: dict(by_source) for reason, by_source in document["quarantine"].items()}
    unread = False
    for reason, by_source in present["quarantine"].items():
        for source, entries in by_source.items():
            if not set(source.split(", ")) <= set(read):
                unread = True
                quarantine.setdefault(reason, {})[source] = entries
            elif BASE_MODELS not in read and (scores := [entry for entry in entries if _is_score(entry)]):
                held = quarantine.setdefault(reason, {})
                held[source] = sorted([*held.get(source, ()), *scores], key=lambda entry: tuple(entry.items()))
    if not unread:
        return {**document, "quarantine": _sorted(quarantine)}
    explained = {
        reason: sorted({*present.get("no_model", {}).get(reason, ()), *document["no_model"].get(reason, ())})
        for reason in sorted({*present.get("no_model", {}), *document["no_model"]})
    }
    return {
        "first_party": sorted({*present.get("first_party", ()), *document["first_party"]}),
        "no_model": explained,
        "quarantine": _sorted(quarantine),
    }


def _is_score(entry: Mapping[str, str]) -> bool:
    """Whether an entry is of a published score, which only the base models of a source state."""
    return entry.get("field", "").partition(":")[0] == SCORE


def _sorted(quarantine: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {reason: dict(sorted(by_source.items())) for reason, by_source in sorted(quarantine.items())}


def quarantine_text(document: Mapping[str, Any]) -> str:
    """The file's text: a line for each claim."""
    content = dict(document)
    content["quarantine"] = {
        reason: {source: [_Line(entry) for entry in entries] for source, entries in by_source.items()}
        for reason, by_source in document["quarantine"].items()
    }
    return _HEAD + yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)
