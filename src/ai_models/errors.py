"""Every error that ai_models raises, in one tree.

::

    AIModelsError
    ├── NotFoundError (LookupError, ValueError)
    │   ├── ModelNotFoundError
    │   ├── AmbiguousModelError
    │   ├── OfferingNotFoundError
    │   ├── PricingNotFoundError
    │   │   └── NotSoldError
    │   ├── ProviderNotFoundError
    │   └── ContractNotFoundError
    ├── PricingIncompleteError (LookupError)
    ├── UnsupportedCapabilityError (ValueError)
    ├── UnknownCapabilityError (ValueError)
    ├── UnknownMeterError (ValueError)
    ├── UnknownStatusError (ValueError)
    ├── UnknownTaskError (ValueError)
    ├── UnknownBenchmarkError (ValueError)
    ├── AmbiguousScoreError (ValueError)
    ├── UnknownConditionError (ValueError)
    ├── UnknownShapeError (ValueError)
    ├── InvalidUsageError (ValueError)
    ├── InconsistentUsageError (ValueError)
    ├── ContradictingRatesError (ValueError)
    ├── InvalidContractError (ValueError)
    ├── MixedCurrenciesError (ValueError)
    │   └── ContractCurrencyError
    ├── InvalidWorkloadError (ValueError)
    ├── InvalidSelectionError (ValueError)
    ├── InvalidInstantError (TypeError)
    ├── SourceError (OSError)
    │   ├── SourceUnavailableError
    │   └── SourceRefusedError
    │       └── SourceShrunkError
    ├── MissingExtraError (ImportError)
    ├── PluginError (ImportError)
    ├── InvalidRequestError (ValueError)
    ├── ClassificationError (ValueError)
    ├── CostLimitError (ValueError)
    ├── RetiredModelError (ValueError)
    ├── RequestsNotAllowedError (RuntimeError)
    ├── BatchNotFinishedError (RuntimeError)
    ├── ProviderError (OSError)
    │   ├── AuthenticationError
    │   ├── PermissionDeniedError
    │   ├── RemoteNotFoundError
    │   ├── RateLimitError
    │   ├── ContextLengthError
    │   ├── RejectedRequestError
    │   ├── ContentFilterError
    │   ├── ServerError
    │   ├── ProviderTimeoutError (TimeoutError)
    │   └── ProviderConnectionError (ConnectionError)
    ├── MigrationError (RuntimeError)
    │   ├── UnfitPlanError (ValueError)
    │   ├── TreeChangedError
    │   ├── UnfinishedMigrationError
    │   └── JournalError
    ├── AuditError (ValueError)
    └── CatalogError (ValueError)
        └── CatalogFileError

All of them stand in this one file, so that nobody has to search for what may be raised. Each one also derives from the
built-in that a caller would catch, carries its facts as attributes, and ends its message with what to do next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

__all__ = [
    "AIModelsError",
    "AmbiguousModelError",
    "AmbiguousScoreError",
    "AuditError",
    "AuthenticationError",
    "BatchNotFinishedError",
    "CatalogError",
    "CatalogFileError",
    "ClassificationError",
    "ContentFilterError",
    "ContextLengthError",
    "ContractCurrencyError",
    "ContractNotFoundError",
    "ContradictingRatesError",
    "CostLimitError",
    "InconsistentUsageError",
    "InvalidContractError",
    "InvalidInstantError",
    "InvalidRequestError",
    "InvalidSelectionError",
    "InvalidUsageError",
    "InvalidWorkloadError",
    "JournalError",
    "MigrationError",
    "MissingExtraError",
    "MixedCurrenciesError",
    "ModelNotFoundError",
    "NotFoundError",
    "NotSoldError",
    "OfferingNotFoundError",
    "PermissionDeniedError",
    "PluginError",
    "PricingIncompleteError",
    "PricingNotFoundError",
    "ProviderConnectionError",
    "ProviderError",
    "ProviderNotFoundError",
    "ProviderTimeoutError",
    "RateLimitError",
    "RejectedRequestError",
    "RemoteNotFoundError",
    "RequestsNotAllowedError",
    "RetiredModelError",
    "ServerError",
    "SourceError",
    "SourceRefusedError",
    "SourceShrunkError",
    "SourceUnavailableError",
    "TreeChangedError",
    "UnfinishedMigrationError",
    "UnfitPlanError",
    "UnknownBenchmarkError",
    "UnknownCapabilityError",
    "UnknownConditionError",
    "UnknownMeterError",
    "UnknownShapeError",
    "UnknownStatusError",
    "UnknownTaskError",
    "UnsupportedCapabilityError",
]


_SHOWN_NAMES = 12
_SHOWN_PROBLEMS = 50
_LONGEST_SHOWN = 60


class AIModelsError(Exception):
    """The root: ``except AIModelsError`` catches everything that this package raises on purpose.

    Every error can be copied and pickled, so that it survives the way out of a worker process.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        """By message and attributes: constructors take facts, not the finished message that ``args`` holds."""
        return _rebuild, (type(self), self.args, self.__dict__)


class NotFoundError(AIModelsError, LookupError, ValueError):
    """A name that the catalogue does not hold; ``name`` is what was asked for, ``suggestions`` the nearest ones.

    A ``ValueError`` too: that is what callers of the old factory catch, and whoever reads a name from a file or a form.
    """

    def __init__(self, message: str, *, name: str, suggestions: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.name = name
        self.suggestions = tuple(suggestions)


class ModelNotFoundError(NotFoundError):
    """No model answers to this name."""

    def __init__(self, name: str, *, suggestions: Sequence[str] = (), hint: str = "") -> None:
        super().__init__(
            _with_suggestions(f"no model is called {name!r}", suggestions, hint), name=name, suggestions=suggestions
        )


class AmbiguousModelError(NotFoundError):
    """Several makers or providers claim this name; ``claimants`` lists names that are not ambiguous."""

    def __init__(self, name: str, *, claimants: Sequence[str]) -> None:
        super().__init__(
            f"{name!r} is claimed by {len(claimants)}: {', '.join(claimants)}; ask for one of these",
            name=name,
            suggestions=claimants,
        )
        self.claimants = tuple(claimants)


class OfferingNotFoundError(NotFoundError):
    """The model exists, but not at this provider; ``offerings`` lists who sells it, as ``provider:id``."""

    def __init__(
        self, name: str, *, provider: str | None, offerings: Sequence[str], suggestions: Sequence[str] = ()
    ) -> None:
        at = f" at {provider!r}" if provider else " by its maker"
        where = f"; it is sold as {', '.join(offerings)}" if offerings else "; nobody in the catalogue sells it"
        super().__init__(
            _with_suggestions(f"{name!r} is not sold{at}{where}", suggestions),
            name=name,
            suggestions=suggestions or offerings,
        )
        self.provider = provider
        self.offerings = tuple(offerings)


class ProviderNotFoundError(NotFoundError):
    """Nobody in the catalogue has this name; ``role`` is what was asked for: provider, maker or family."""

    def __init__(self, name: str, *, role: str, known: Sequence[str], suggestions: Sequence[str] = ()) -> None:
        message = f"no {role} is called {name!r}"
        if not suggestions:
            shown = ", ".join(known[:_SHOWN_NAMES]) + (
                f" and {len(known) - _SHOWN_NAMES} more" if len(known) > _SHOWN_NAMES else ""
            )
            message = f"{message}; known: {shown or 'none'}"
        super().__init__(_with_suggestions(message, suggestions), name=name, suggestions=suggestions)
        self.role = role


class ContractNotFoundError(NotFoundError):
    """No contract of the overlays has this name; ``known`` lists those that there are."""

    def __init__(self, name: str, *, known: Sequence[str], suggestions: Sequence[str] = ()) -> None:
        message = f"no contract is called {name!r}"
        if not known:
            message = f"{message}; contracts come from an overlay, as contracts/<name>.yaml, and there is none"
        elif not suggestions:
            message = f"{message}; known: {', '.join(known[:_SHOWN_NAMES])}"
        super().__init__(_with_suggestions(message, suggestions), name=name, suggestions=suggestions)
        self.known = tuple(known)


class PricingNotFoundError(NotFoundError):
    """No price is known at that instant; ``since`` is the first instant with one, in UTC, or None if there is none."""

    def __init__(self, message: str, *, name: str, since: datetime | None = None, suggestions: Sequence[str] = ()) -> None:
        super().__init__(message, name=name, suggestions=suggestions)
        self.since = since


class NotSoldError(PricingNotFoundError):
    """The offering is not sold, or has no known price, under the ``condition`` asked for: a tier, a speed, or more."""

    def __init__(self, name: str, *, condition: str, known: Sequence[str] = (), reason: str = "has no known price") -> None:
        choices = f"; known: {', '.join(known)}" if known else ""
        super().__init__(f"{name!r} {reason} under {condition}{choices}", name=name, suggestions=known)
        self.condition = condition


class PricingIncompleteError(AIModelsError, LookupError):
    """The price has no rate for a meter that was used; ``meter`` names it. Unknown is never priced as 0."""

    def __init__(self, name: str, *, meter: str, known: Sequence[str]) -> None:
        super().__init__(f"{name!r} has no known rate for {meter!r}; known rates: {', '.join(known) or 'none'}")
        self.name = name
        self.meter = meter
        self.known = tuple(known)


class UnsupportedCapabilityError(AIModelsError, ValueError):
    """The model is known to lack a required capability; ``missing`` names them, ``alternatives`` models that have all."""

    def __init__(self, model_id: str, *, missing: Sequence[str], alternatives: Sequence[str] = ()) -> None:
        wanted = ", ".join(missing)
        search = f"find_models_with_capabilities({{{wanted}}}) lists models that do"
        able = f"models that do: {', '.join(alternatives)}" if alternatives else search
        super().__init__(f"{model_id} does not support {wanted}; {able}")
        self.model_id = model_id
        self.missing = tuple(missing)
        self.alternatives = tuple(alternatives)


class UnknownCapabilityError(AIModelsError, ValueError):
    """Not a capability of the taxonomy; ``suggestions`` are the nearest ones."""

    def __init__(self, name: str, *, suggestions: Sequence[str] = ()) -> None:
        super().__init__(
            _with_suggestions(
                f"{name!r} is not a capability", suggestions, "`ai-models capabilities --explain` lists them all"
            )
        )
        self.name = name
        self.suggestions = tuple(suggestions)


class UnknownMeterError(AIModelsError, ValueError):
    """Nothing is billed under this name; ``suggestions`` are the nearest meters."""

    def __init__(self, name: str, *, suggestions: Sequence[str] = ()) -> None:
        super().__init__(
            _with_suggestions(f"{name!r} is not a meter", suggestions, "ai_models.pricing.meters.METERS has all")
        )
        self.name = name
        self.suggestions = tuple(suggestions)


class UnknownStatusError(AIModelsError, ValueError):
    """Not a status of a model; ``known`` lists them."""

    def __init__(self, name: str, *, known: Sequence[str]) -> None:
        super().__init__(f"{name!r} is not a status; use {', '.join(known)}")
        self.name = name
        self.known = tuple(known)


class UnknownTaskError(AIModelsError, ValueError):
    """Not a task of the taxonomy; ``known`` lists them, ``suggestions`` the nearest ones."""

    def __init__(self, name: str, *, known: Sequence[str]) -> None:
        from difflib import get_close_matches  # only on the way to an error

        near = get_close_matches(name.lower(), known, n=3)
        super().__init__(_with_suggestions(f"{name!r} is not a task", near, f"there are {', '.join(known)}"))
        self.name = name
        self.known = tuple(known)
        self.suggestions = tuple(near)


class UnknownBenchmarkError(AIModelsError, ValueError):
    """No model of the catalogue has a score in this benchmark; ``suggestions`` are the nearest names, ``known`` all."""

    def __init__(self, name: str, *, known: Sequence[str], suggestions: Sequence[str] = ()) -> None:
        message = f"no benchmark is called {_shown(name)}"
        if not suggestions:
            message += "; `ai-models benchmarks` lists those that there are" if known else "; the catalogue holds no scores"
        super().__init__(_with_suggestions(message, suggestions))
        self.name = name
        self.known = tuple(known)
        self.suggestions = tuple(suggestions)


class AmbiguousScoreError(AIModelsError, ValueError):
    """Several scores answer to what was asked, and they do not compare; ``candidates`` says how each was measured."""

    def __init__(self, name: str, *, subject: str, candidates: Sequence[str], by: Sequence[str]) -> None:
        super().__init__(
            f"{subject} has {len(candidates)} scores of {name} that do not stand for each other: "
            f"{'; '.join(candidates[:_SHOWN_NAMES])}{'; …' if len(candidates) > _SHOWN_NAMES else ''}; "
            f"choose one by {', '.join(by)}"
        )
        self.name = name
        self.subject = subject
        self.candidates = tuple(candidates)


class UnknownConditionError(AIModelsError, ValueError):
    """A service tier, region, speed or attribute that does not exist here; ``known`` lists those that do."""

    def __init__(self, field: str, found: object, *, known: Sequence[str], suggestions: Sequence[str] = ()) -> None:
        message = f"{field} {_shown(found)} is unknown; known: {', '.join(known) or 'none'}"
        super().__init__(_with_suggestions(message, suggestions))
        self.field = field
        self.found = found
        self.known = tuple(known)
        self.suggestions = tuple(suggestions)


class UnknownShapeError(AIModelsError, ValueError):
    """A response of no known shape; ``found`` names what it was, ``known`` the shapes that are read."""

    def __init__(self, found: str, *, expected: str, hint: str = "") -> None:
        super().__init__(f"{found} is not {expected}" + (f"; {hint}" if hint else ""))
        self.found = found
        self.expected = expected


class InvalidUsageError(AIModelsError, ValueError):
    """A count that cannot be: negative, fractional, NaN, a bool, or absurd; ``field`` names it, ``found`` is its value."""

    def __init__(self, field: str, found: object, *, whole: bool = True, problem: str = "") -> None:
        kind = "a whole number" if whole else "a number"
        super().__init__(problem or f"{field} must be {kind} from 0 to 10**18, found {_shown(found)}")
        self.field = field
        self.found = found

    @classmethod
    def of_field(cls, name: str, known: Sequence[str], suggestions: Sequence[str] = ()) -> InvalidUsageError:
        """A field that a usage does not have; ``known`` are those that it has."""
        problem = _with_suggestions(f"a usage has no field {name!r}", suggestions, f"its {len(known)} fields: help(Usage)")
        return cls(name, name, problem=problem)


class InconsistentUsageError(AIModelsError, ValueError):
    """Counts that contradict each other, or what the caller says; ``parts`` are the counts concerned, by name."""

    def __init__(self, message: str, *, parts: Mapping[str, object]) -> None:
        super().__init__(message)
        self.parts = dict(parts)

    @classmethod
    def above_total(cls, field: str, total: object, parts: Mapping[str, object]) -> InconsistentUsageError:
        """Parts that are more than the total that contains them."""
        sums = " + ".join(f"{name} {count}" for name, count in parts.items())
        return cls(
            f"{sums} is more than {field} {total}; {field} is the total and includes its parts, "
            f"so where a provider excludes cached tokens or thoughts, add them or use Usage.from_response",
            parts={field: total, **parts},
        )

    @classmethod
    def without_total(cls, field: str, parts: Mapping[str, object]) -> InconsistentUsageError:
        """Parts of a total that is unknown."""
        named = ", ".join(parts)
        return cls(f"{named} are parts of {field}, which is unknown; give the total too", parts=parts)

    @classmethod
    def not_the_sum(cls, field: str, total: int, parts: Sequence[int]) -> InconsistentUsageError:
        """A total that its iterations do not add up to."""
        return cls(f"{field} is {total:,}, and its iterations add up to {sum(parts):,}", parts={field: total})

    @classmethod
    def impossible(cls, problem: str, parts: Mapping[str, int]) -> InconsistentUsageError:
        """Intersections that do not fit between the counts that intersect."""
        counts = ", ".join(f"{name} {count:,}" for name, count in parts.items())
        return cls(f"{problem}, which does not fit the counts: {counts}", parts=parts)

    @classmethod
    def against(cls, field: str, reported: str, asked: str) -> InconsistentUsageError:
        """An argument that says otherwise than the response does."""
        attribute = field.removeprefix("attribute ")
        change = (
            f"{field}={asked!r}" if attribute == field else f"attributes={{**usage.attributes, {attribute!r}: {asked!r}}}"
        )
        return cls(
            f"the response reports {field} {reported!r}, and {asked!r} was asked for; leave the argument out, "
            f"or correct the usage with usage.replace({change})",
            parts={field: reported},
        )


class ContradictingRatesError(AIModelsError, ValueError):
    """Two overrides set ``meter`` for one request and neither is the narrower; ``ai-models validate`` refuses such files."""

    def __init__(
        self, name: str, *, meter: str, conditions: Sequence[str], hint: str = "add an override for the combination"
    ) -> None:
        super().__init__(f"{name!r} has {len(conditions)} rates for {meter!r} at once: {' and '.join(conditions)}; {hint}")
        self.name = name
        self.meter = meter
        self.conditions = tuple(conditions)


class InvalidWorkloadError(AIModelsError, ValueError):
    """A workload that cannot be; ``field`` is the field or the piece of the shorthand, ``found`` what stands there."""

    def __init__(self, field: str, found: object, *, expected: str, suggestions: Sequence[str] = ()) -> None:
        super().__init__(_with_suggestions(f"{field} must be {expected}, found {_shown(found)}", suggestions))
        self.field = field
        self.found = found
        self.suggestions = tuple(suggestions)


class InvalidSelectionError(AIModelsError, ValueError):
    """A constraint or an objective that cannot be; ``argument`` is its name, ``found`` what was given."""

    def __init__(
        self, argument: str, found: object, *, expected: str, suggestions: Sequence[str] = (), hint: str = ""
    ) -> None:
        message = f"{argument} must be {expected}, found {_shown(found)}"
        super().__init__(_with_suggestions(message, suggestions, hint))
        self.argument = argument
        self.found = found
        self.suggestions = tuple(suggestions)


class MixedCurrenciesError(AIModelsError, ValueError):
    """Amounts in two currencies cannot be added; ``currencies`` names them. Convert with a rate that you choose."""

    def __init__(self, *currencies: str) -> None:
        super().__init__(f"{' and '.join(currencies)} cannot be added; convert one with cost.convert(currency, rate)")
        self.currencies = currencies


class ContractCurrencyError(MixedCurrenciesError):
    """A contract in another currency than the list price leaves ``meters`` that were used without a rate."""

    def __init__(self, contract: str, *currencies: str, offering: str, meters: Sequence[str]) -> None:
        super().__init__(*currencies)
        self.args = (
            f"contract {contract!r} is in {currencies[0]}, the list price of {offering} in {' and '.join(currencies[1:])}: "
            f"give a fixed rate for {', '.join(meters)} too, since the two currencies cannot be added",
        )
        self.contract = contract
        self.offering = offering
        self.meters = tuple(meters)


class InvalidContractError(AIModelsError, ValueError):
    """Terms that cannot be agreed on; ``problems`` lists all that is wrong with the contract called ``name``."""

    def __init__(self, name: str, *, problems: Sequence[str]) -> None:
        super().__init__(f"contract {name!r} cannot be: {'; '.join(problems[:_SHOWN_PROBLEMS])}")
        self.name = name
        self.problems = tuple(problems)


class InvalidInstantError(AIModelsError, TypeError):
    """Something that is neither a date nor a datetime; ``found`` is its value."""

    def __init__(self, found: object) -> None:
        super().__init__(
            f"an instant is a date or a datetime, found {found!r}; write date(2025, 6, 9), or parse text yourself"
        )
        self.found = found


class SourceError(AIModelsError, OSError):
    """A source could not be read from its address; ``url``, ``reason`` and ``hint``, which says what to do next."""

    def __init__(self, url: str, *, reason: str, hint: str) -> None:
        super().__init__(f"{url}: {reason}; {hint}")
        self.url = url
        self.reason = reason
        self.hint = hint


class SourceUnavailableError(SourceError):
    """The source gave no answer that could be used, after every attempt that made sense; it may do so later."""

    def __init__(
        self, url: str, *, reason: str, hint: str = "try again later, or give a file that you have fetched yourself"
    ) -> None:
        super().__init__(url, reason=reason, hint=hint)


class SourceRefusedError(SourceError):
    """The source answered with something that is not taken: another host, another format, too large, cut off."""


class SourceShrunkError(SourceRefusedError):
    """The source lost more than a tenth of its rows since last time: ``before`` and ``after`` are how many it had."""

    def __init__(self, url: str, *, before: int, after: int) -> None:
        super().__init__(
            url,
            reason=f"{after:,} rows where there were {before:,}: more than a tenth is gone",
            hint="look at the source; if the rows are rightly gone, fetch it with accept_loss=True",
        )
        self.before = before
        self.after = after


class MissingExtraError(AIModelsError, ImportError):
    """Something that is installed on request only; ``extra`` names it, and the message is the line that installs it."""

    def __init__(self, *, extra: str, needed_for: str) -> None:
        super().__init__(f"{needed_for} needs an extra; install it with: pip install 'ai-models-catalog[{extra}]'")
        self.extra = extra
        self.needed_for = needed_for


class PluginError(AIModelsError, ImportError):
    """A plugin that cannot be used; ``where`` is what it announces, ``reason`` what went wrong."""

    def __init__(self, name: str, *, where: str, reason: str) -> None:
        super().__init__(f"the plugin {name!r} ({where}) cannot be used: {reason}")
        self.plugin = name
        self.where = where
        self.reason = reason


class InvalidRequestError(AIModelsError, ValueError):
    """A request that no provider could serve; found before anything is sent."""


class ClassificationError(AIModelsError, ValueError):
    """An answer outside the labels, twice; ``answer`` is the last one, ``labels`` are those that were asked for."""

    def __init__(self, answer: str, *, labels: Sequence[str]) -> None:
        super().__init__(f"the answer {_shown(answer)} is none of {', '.join(labels)}")
        self.answer = answer
        self.labels = tuple(labels)


class CostLimitError(AIModelsError, ValueError):
    """A call whose worst case is dearer than ``limit``; nothing was sent. ``worst`` is None where it cannot be bounded."""

    def __init__(self, model: str, *, worst: str | None, limit: str) -> None:
        most = f"may cost {worst}" if worst else "has no known upper bound of its cost"
        who = model or "a model that has no name"
        super().__init__(f"a call of {who} {most}, and max_cost is {limit}; lower max_tokens, or raise the limit")
        self.model = model
        self.worst = worst
        self.limit = limit


class RetiredModelError(AIModelsError, ValueError):
    """The model is no longer served; ``replacement`` names what its maker recommends instead."""

    def __init__(self, model: str, *, since: object, replacement: Sequence[str]) -> None:
        instead = f"use {' or '.join(replacement)}" if replacement else "its maker names no replacement"
        super().__init__(f"{model} was retired on {since}; {instead}")
        self.model = model
        self.since = since
        self.replacement = tuple(replacement)


class RequestsNotAllowedError(AIModelsError, RuntimeError):
    """A call that would have left the process while requests are not allowed."""


class BatchNotFinishedError(AIModelsError, RuntimeError):
    """A batch whose results are not there yet; ``batch`` is its identifier, ``status`` where it is."""

    def __init__(self, batch: str, *, status: str, total: int | None = None) -> None:
        size = "" if total is None else f" of {total:,} requests"
        super().__init__(f"the batch {batch}{size} is {status}; ask for its results again later")
        self.batch = batch
        self.status = status
        self.total = total


class ProviderError(AIModelsError, OSError):
    """A call that failed at the provider or on the way; the SDK's own exception is ``__cause__``.

    ``status`` is the HTTP status where there was one, ``retry_after`` the seconds that the provider asks to wait.
    """

    retryable = False
    """Whether another attempt may succeed."""
    may_be_billed = False
    """Whether the provider may have served the request, and bill it, though no answer came."""

    def __init__(
        self,
        message: str,
        *,
        provider: str = "",
        model: str = "",
        status: int | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.provider = provider
        self.model = model
        self.status = status
        self.request_id = request_id
        self.retry_after = retry_after


class AuthenticationError(ProviderError):
    """The key is missing, wrong or expired."""


class PermissionDeniedError(ProviderError):
    """The key may not do this."""


class RemoteNotFoundError(ProviderError):
    """The provider does not know the model, or serves nothing at that address."""


class RateLimitError(ProviderError):
    """Too many requests, or a quota used up; ``retry_after`` says when to come back, where the provider does."""

    retryable = True


class ContextLengthError(ProviderError):
    """The request is longer than the model takes."""


class RejectedRequestError(ProviderError):
    """The provider finds the request malformed."""


class ContentFilterError(ProviderError):
    """The provider refuses the content."""


class ServerError(ProviderError):
    """The provider failed, or is overloaded."""

    retryable = True


class ProviderTimeoutError(ProviderError, TimeoutError):
    """No answer in time."""

    retryable = True
    may_be_billed = True


class ProviderConnectionError(ProviderError, ConnectionError):
    """No connection, or one that broke."""

    retryable = True
    may_be_billed = True


class MigrationError(AIModelsError, RuntimeError):
    """A migration of a tree that cannot go on as it was asked to; ``files`` are those that it is about, each with why."""

    def __init__(self, message: str, *, files: Mapping[str, str] | None = None) -> None:
        named = [f"{_printable(path)}: {_printable(why)}" for path, why in (files or {}).items()]
        shown = named[:_SHOWN_PROBLEMS]
        if len(named) > _SHOWN_PROBLEMS:
            shown.append(f"… and {len(named) - _SHOWN_PROBLEMS:,} more, in the attribute files")
        super().__init__(message + "".join(f"\n  {line}" for line in shown))
        self.files = dict(files or {})


class UnfitPlanError(MigrationError, ValueError):
    """A plan that must not be carried out on its tree: paths that lead out of it, or that contradict each other."""


class TreeChangedError(MigrationError):
    """Files are not as the migration left or expected them: somebody changed them since."""


class UnfinishedMigrationError(MigrationError):
    """Another migration of the tree was killed before its end; ``run`` is its name, and it is to be finished first."""

    def __init__(self, message: str, *, run: str) -> None:
        super().__init__(message)
        self.run = run


class JournalError(MigrationError):
    """A journal that cannot be followed: damaged, changed by hand, or of another tree."""


class AuditError(AIModelsError, ValueError):
    """An audit that cannot run as it was asked to: a path, a code, the configuration, the baseline or a git reference."""


class CatalogError(AIModelsError, ValueError):
    """The catalogue's files cannot be used; ``problems`` lists every reason as ``file:line: field: …``."""

    def __init__(self, message: str, *, problems: Sequence[str] = ()) -> None:
        shown = [*problems[:_SHOWN_PROBLEMS]]
        if len(problems) > _SHOWN_PROBLEMS:
            shown.append(f"… and {len(problems) - _SHOWN_PROBLEMS:,} more, in the attribute problems")
        super().__init__(message + "".join(f"\n  {problem}" for problem in shown))
        self.problems = tuple(problems)


class CatalogFileError(CatalogError):
    """A file that cannot be read at all: missing, binary, too large, wrong encoding, a symlink loop."""


def _rebuild(kind: type[AIModelsError], arguments: tuple[object, ...], facts: dict[str, object]) -> AIModelsError:
    error = kind.__new__(kind)
    error.args = arguments
    error.__dict__.update(facts)
    return error


def _shown(found: object) -> str:
    shown = repr(found)
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"


def _printable(text: str) -> str:
    """Text on one line, without what a terminal would obey, and without halves of characters that it cannot print."""
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _with_suggestions(message: str, suggestions: Sequence[str], hint: str = "") -> str:
    if suggestions:
        message = f"{message}; did you mean {' or '.join(suggestions)}?"
    return f"{message} ({hint})" if hint else message
