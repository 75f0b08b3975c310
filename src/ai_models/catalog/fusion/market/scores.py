"""The published scores of every model: what the feed states of it, under the table's names, without what cannot be."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from ai_models.catalog.claims import Claim, Rejected
from ai_models.catalog.fusion.facts import Fused
from ai_models.catalog.fusion.market.benchmark_names import BenchmarkTable
from ai_models.catalog.fusion.market.known import Key
from ai_models.catalog.fusion.market.left_out import LeftOut
from ai_models.catalog.fusion.market.matching import Matcher
from ai_models.catalog.fusion.precedence import shown
from ai_models.catalog.scores import impossible
from ai_models.catalog.sources.reading import Imported
from ai_models.catalog.sources.scores import SCORE
from ai_models.models.benchmarks import Benchmark, each_once, in_order

__all__ = ["ScoreFusion", "is_score"]

NO_MODEL = "is of no model of the catalogue, or of a name that moves between models"
_PAGE = re.compile(r"https?://(?:www\.)?(?P<host>[^/?#]+)/(?P<path>[^/?#]+/[^/?#]+)", re.IGNORECASE)


def is_score(claim: Claim) -> bool:
    """Whether a claim is a published score, and no fact of the model."""
    return claim.field.startswith(f"{SCORE}:")


class ScoreFusion(NamedTuple):
    """What scores are judged by: the table, whose page an address is, and which model each base model means."""

    table: BenchmarkTable
    matcher: Matcher
    bases: Mapping[str, Key]

    def fuse(self, base: Imported, facts: Mapping[Key, Fused]) -> list[LeftOut]:
        """Give every model its scores, each once and in a fixed order; gives back what is not believed, or of no model."""
        found: dict[Key, list[Benchmark]] = defaultdict(list)
        left_out = [LeftOut(self._subject(left), left) for left in base.rejected if left.reason.startswith(f"{SCORE}:")]
        for claim in filter(is_score, base.claims):
            path = f"{claim.provider}/{claim.subject}"
            key = self.bases.get(path)
            if key is None:
                left_out.append(LeftOut(path, _rejected(claim, NO_MODEL)))
                continue
            score = self.table.spelled(_score(claim))
            problem = impossible(score)
            reason = f"{problem[0]} {problem[1]}" if problem else self._contradiction(claim, score, key, facts[key])
            if reason:
                left_out.append(LeftOut("/".join(key), _rejected(claim, reason)))
            else:
                found[key].append(score)
        for key, scores in found.items():
            facts[key].scores.extend(each_once(in_order(scores)))
        return left_out

    def _subject(self, left: Rejected) -> str:
        path = left.where.partition("/benchmarks")[0]
        return "/".join(self.bases[path]) if path in self.bases else path

    def _contradiction(self, claim: Claim, score: Benchmark, key: Key, facts: Fused) -> str:
        """What of the model or of the feed speaks against a score; empty where nothing does."""
        release = facts.facts["release_date"].value if "release_date" in facts.facts else None
        if score.date is not None and isinstance(release, date) and score.date < release:
            return "is dated before the release of the model"
        if score.date is not None and score.date > claim.as_of:
            return "is dated after the day for which the source speaks"
        owner = self._owner(score.source)
        return "comes from the page of another model" if owner not in (None, key) else ""

    def _owner(self, source: str) -> Key | None:
        """The model whose page an address is; None where it is nobody's, or of no model of the catalogue."""
        page = _PAGE.match(source)
        provider = self.table.pages.get(page["host"].casefold()) if page else None
        if page is None or provider is None:
            return None
        model = self.matcher.match(provider, page["path"]).model
        return None if model is None else model.key


def _rejected(claim: Claim, reason: str) -> Rejected:
    return Rejected(source=claim.source, where=claim.where, reason=f"{claim.field}: {reason}", found=shown(claim.value))


def _score(claim: Claim) -> Benchmark:
    """What a claim says, as the importer read it."""
    said: dict[str, Any] = dict(claim.conditions)
    assert isinstance(claim.value, Decimal)  # noqa: S101 so the importer reads scores
    return Benchmark(source=said.pop("url"), score=claim.value, date=claim.since, via=claim.source, **said)
