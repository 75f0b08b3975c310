"""Batches of requests to Gemini: half the price, answered within a day."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any
from warnings import warn

from msgspec.structs import replace

from ai_models.errors import BatchNotFinishedError, InvalidRequestError, ProviderError
from ai_models.models.capabilities import CapabilityWarning
from ai_models.providers.base import LLMProvider
from ai_models.providers.batch import BatchResult
from ai_models.providers.calls import PreparedCall
from ai_models.providers.failures import failure_told
from ai_models.providers.google_answers import reading_of, require_answer
from ai_models.providers.google_sdk import milliseconds
from ai_models.providers.preflight import check
from ai_models.providers.request import Request

__all__ = ["GoogleBatches"]

_PLACE = "request"
"""Under which label a request carries its place in the batch."""

_ENDED = ("SUCCEEDED", "PARTIALLY_SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED")

_STATUS_OF_CODE = {1: 499, 3: 400, 4: 504, 5: 404, 7: 403, 8: 429, 9: 400, 11: 400, 13: 500, 14: 503, 16: 401}
"""Google's own error codes (google.rpc.Code) as HTTP statuses."""

_NOT_OF_A_REQUEST = ("service_tier", "http_options")
"""A batch is a tier, and its requests are sent in one."""


class GoogleBatches(LLMProvider):
    """What a provider of Gemini can do besides, where requests are taken inline: up to 20 MB of them in one batch."""

    def submit_batch(self, prompts: Iterable[object], **fields: Any) -> str:
        """Send requests to be answered within a day, at the price of the batch tier; the batch's identifier.

        Args:
            prompts: what ``complete`` takes, each a request of its own.
            fields: fields of ``Request`` that all of them get.

        Raises:
            as ``complete``, and InvalidRequestError where there are no prompts.
        """
        order = self._order(prompts, fields)
        # One attempt only: a second one after a lost answer would have everything done, and paid for, twice.
        return str(self._guarded(lambda: self._sdk.batches.create(**order)).name)

    async def asubmit_batch(self, prompts: Iterable[object], **fields: Any) -> str:
        """``submit_batch`` for coroutines.

        Raises:
            as ``submit_batch``.
        """
        order = self._order(prompts, fields)

        async def create() -> Any:
            return await self._async_sdk.batches.create(**order)

        return str((await self._aguarded(create())).name)

    def batch_results(self, batch_id: str, prompts: Iterable[object] | None = None, **fields: Any) -> list[BatchResult]:
        """The results of a batch, in the order in which its requests were submitted; each counts as a call.

        Args:
            batch_id: what ``submit_batch`` gave.
            prompts, fields: what was submitted, once more: needed for ``parsed`` and for ``on_call`` to show the request.

        Raises:
            BatchNotFinishedError: it is still being worked on.
            ProviderError: it failed as a whole, or cannot be fetched.
        """
        self._require_permission()
        asked = {"name": batch_id, "config": self._options()}
        job = self.retries.call(lambda: self._guarded(lambda: self._sdk.batches.get(**asked)))
        return self._results(job, prompts, fields)

    async def abatch_results(
        self, batch_id: str, prompts: Iterable[object] | None = None, **fields: Any
    ) -> list[BatchResult]:
        """``batch_results`` for coroutines.

        Raises:
            as ``batch_results``.
        """
        self._require_permission()
        asked = {"name": batch_id, "config": self._options()}

        async def fetch() -> Any:
            return await self._async_sdk.batches.get(**asked)

        return self._results(await self.retries.acall(lambda: self._aguarded(fetch())), prompts, fields)

    def _options(self) -> dict[str, Any]:
        return {"http_options": {"timeout": milliseconds(self.timeout)}}

    def _order(self, prompts: Iterable[object], fields: dict[str, Any]) -> dict[str, Any]:
        """The arguments of the SDK's ``batches.create``."""
        self._require_permission()
        requests = [Request.of(prompt, **fields) for prompt in prompts]
        if not requests:
            raise InvalidRequestError("a batch needs at least one request")
        entries = []
        for index, request in enumerate(requests):
            if self.spec is not None:
                check(self.pricing_service.catalog, self.spec, request, batched=True, checks=self.checks)
            if self.max_cost is not None:
                self._affordable(request, self.max_cost)  # at standard rates: a batch is never dearer
            for adaptation in self._adaptations(request):
                warn(CapabilityWarning(adaptation), stacklevel=3)
            payload = self._translate(request, streamed=False)
            config = {name: value for name, value in payload["config"].items() if name not in _NOT_OF_A_REQUEST}
            entries.append({"contents": payload["contents"], "config": config, "metadata": {_PLACE: str(index)}})
        return {"model": self.model_id, "src": entries, "config": self._options()}

    def _results(self, job: Any, prompts: Iterable[object] | None, fields: dict[str, Any]) -> list[BatchResult]:
        state = str(getattr(job.state, "value", job.state)).removeprefix("JOB_STATE_")
        entries = None if job.dest is None else job.dest.inlined_responses
        if state not in _ENDED:
            raise BatchNotFinishedError(job.name, status=state.casefold())
        if entries is None:
            raise self._unanswered(job.error, f"the batch {job.name} {state.casefold()} without answers in it")
        requests = [Request.of(prompt, **fields) for prompt in prompts or ()]
        results = []
        for index, entry in sorted(_placed(entries), key=lambda placed: placed[0]):
            known = index < len(requests)
            request = requests[index] if known else Request.of(f"request {index} of the batch {job.name}")
            results.append(self._result(index, entry, request))
        return results

    def _result(self, index: int, entry: Any, request: Request) -> BatchResult:
        call = PreparedCall(request=request, payload={}, warnings=[], started=time.perf_counter())
        who = {"provider": self.display_name, "model": self.model_id}
        try:
            if entry.response is None:
                raise self._unanswered(entry.error, f"request {index} of the batch was not answered")
            reading = self._understood(lambda: reading_of(require_answer(entry.response, **who), **who))
        except ProviderError as error:
            self._metrics.record_failure()
            self._report(call, error=error)
            return BatchResult(index=index, error=error)
        if reading.usage is not None:
            reading = replace(reading, usage=reading.usage.replace(service_tier="batch"))
        return BatchResult(index=index, response=self._finish(call, reading, entry.response))

    def _unanswered(self, error: Any, otherwise: str) -> ProviderError:
        """The error of a request, or of a batch, that came to nothing."""
        code = getattr(error, "code", None)
        said = getattr(error, "message", None) or otherwise
        return failure_told(_STATUS_OF_CODE.get(code or 0, code), said, provider=self.display_name, model=self.model_id)


def _placed(entries: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    """Answers with their places among what was submitted: as their labels say, else in the order in which they come."""
    for order, entry in enumerate(entries):
        written = (entry.metadata or {}).get(_PLACE, "")
        yield (int(written) if written.isdecimal() else order), entry
