"""Batches of requests to Claude: half the price, answered within a day."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from msgspec.structs import replace

from ai_models.errors import BatchNotFinishedError, InvalidRequestError, ProviderError
from ai_models.providers.base import LLMProvider
from ai_models.providers.batch import BatchResult
from ai_models.providers.calls import PreparedCall
from ai_models.providers.claude_answers import reading_of
from ai_models.providers.failures import failure_told
from ai_models.providers.preflight import check
from ai_models.providers.request import Request

__all__ = ["ClaudeBatches"]


class ClaudeBatches(LLMProvider):
    """What a provider of Claude can do besides, where the Message Batches API is served."""

    def submit_batch(self, prompts: Iterable[object], **fields: Any) -> str:
        """Send requests to be answered within a day, at the price of the batch tier; the batch's identifier.

        Args:
            prompts: what ``complete`` takes, each a request of its own.
            fields: fields of ``Request`` that all of them get.

        Raises:
            as ``complete``, and InvalidRequestError where there are no prompts.
        """
        entries = self._entries(prompts, fields)
        # One attempt only: a second one after a lost answer would have everything done, and paid for, twice.
        batch = self._guarded(lambda: self._sdk.messages.batches.create(requests=entries, timeout=self.timeout))
        return str(batch.id)

    async def asubmit_batch(self, prompts: Iterable[object], **fields: Any) -> str:
        """``submit_batch`` for coroutines.

        Raises:
            as ``submit_batch``.
        """
        entries = self._entries(prompts, fields)

        async def create() -> Any:
            return await self._async_sdk.messages.batches.create(requests=entries, timeout=self.timeout)

        return str((await self._aguarded(create())).id)

    def batch_results(self, batch_id: str, prompts: Iterable[object] | None = None, **fields: Any) -> list[BatchResult]:
        """The results of a batch, in the order in which its requests were submitted; each counts as a call.

        Args:
            batch_id: what ``submit_batch`` gave.
            prompts, fields: what was submitted, once more: needed for ``parsed`` and for ``on_call`` to show the request.

        Raises:
            BatchNotFinishedError: it is still being worked on.
            ProviderError: it cannot be fetched.
        """
        self._require_permission()

        def fetch() -> list[Any]:
            batches = self._sdk.messages.batches
            _require_end(batches.retrieve(batch_id, timeout=self.timeout))
            with closing(batches.results(batch_id, timeout=self.timeout)) as entries:
                return list(entries)

        return self._results(batch_id, self.retries.call(lambda: self._guarded(fetch)), prompts, fields)

    async def abatch_results(
        self, batch_id: str, prompts: Iterable[object] | None = None, **fields: Any
    ) -> list[BatchResult]:
        """``batch_results`` for coroutines.

        Raises:
            as ``batch_results``.
        """
        self._require_permission()

        async def fetch() -> list[Any]:
            batches = self._async_sdk.messages.batches
            _require_end(await batches.retrieve(batch_id, timeout=self.timeout))
            entries = await batches.results(batch_id, timeout=self.timeout)
            try:
                return [entry async for entry in entries]
            finally:
                await entries.close()

        return self._results(batch_id, await self.retries.acall(lambda: self._aguarded(fetch())), prompts, fields)

    def _entries(self, prompts: Iterable[object], fields: dict[str, Any]) -> list[dict[str, Any]]:
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
            payload = self._translate(request, streamed=False)
            body = payload.pop("extra_body", {})
            if payload.keys() & {"extra_headers", "extra_query"}:
                raise InvalidRequestError("a request of a batch has no headers and no query of its own")
            payload.pop("service_tier", None)  # a batch is a tier
            entries.append({"custom_id": f"request-{index}", "params": {**payload, **body}})
        return entries

    def _results(
        self, batch_id: str, entries: list[Any], prompts: Iterable[object] | None, fields: dict[str, Any]
    ) -> list[BatchResult]:
        requests = [Request.of(prompt, **fields) for prompt in prompts or ()]
        results = []
        for entry in sorted(entries, key=_index):
            index = _index(entry)
            known = index < len(requests)
            request = requests[index] if known else Request.of(f"request {index} of the batch {batch_id}")
            results.append(self._result(index, entry.result, request))
        return results

    def _result(self, index: int, result: Any, request: Request) -> BatchResult:
        call = PreparedCall(request=request, payload={}, warnings=[], started=time.perf_counter())
        try:
            if result.type != "succeeded":
                raise self._unanswered(result)
            reading = self._understood(lambda: reading_of(result.message))
        except ProviderError as error:
            self._metrics.record_failure()
            self._report(call, error=error)
            return BatchResult(index=index, error=error)
        if reading.usage is not None and reading.usage.service_tier != "batch":
            reading = replace(reading, usage=reading.usage.replace(service_tier="batch"))
        return BatchResult(index=index, response=self._finish(call, reading, result.message))

    def _unanswered(self, result: Any) -> ProviderError:
        """The error of a request that failed, was cancelled, or waited for too long."""
        found = getattr(getattr(result, "error", None), "error", None)
        kind, said = (found.type, found.message) if found is not None else (result.type, "the batch ended before its turn")
        return failure_told(kind, said, provider=self.display_name, model=self.model_id)


def _index(entry: Any) -> int:
    """The place of a request among those that were submitted; foreign identifiers come last, in the order they have."""
    number = str(entry.custom_id).rpartition("-")[2]
    return int(number) if number.isdecimal() else 10**9


def _require_end(batch: Any) -> None:
    if batch.processing_status != "ended":
        counts = batch.request_counts
        total = sum((counts.processing, counts.succeeded, counts.errored, counts.canceled, counts.expired))
        raise BatchNotFinishedError(batch.id, status=batch.processing_status, total=total)
