"""Batches of requests to OpenAI's models: a file of requests, answered within a day at half the price."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar
from warnings import warn

from msgspec.structs import replace

from ai_models.errors import BatchNotFinishedError, InvalidRequestError, ProviderError, RejectedRequestError
from ai_models.models.capabilities import CapabilityWarning
from ai_models.providers.base import LLMProvider
from ai_models.providers.batch import BatchResult
from ai_models.providers.calls import PreparedCall
from ai_models.providers.failures import failure_told
from ai_models.providers.openai_sdk import as_answer
from ai_models.providers.preflight import check
from ai_models.providers.received import Received
from ai_models.providers.request import Request

__all__ = ["OpenAIBatches"]

_WINDOW = "24h"
_BATCH = "batch"


class OpenAIBatches(LLMProvider):
    """What a provider can do besides, where OpenAI's files and batches are served."""

    batch_root: ClassVar[str] = "/v1"
    """What the paths in a batch begin with."""

    def submit_batch(self, prompts: Iterable[object], **fields: Any) -> str:
        """Send requests to be answered within a day, at the price of the batch tier; the batch's identifier.

        Args:
            prompts: what ``complete`` takes, each a request of its own.
            fields: fields of ``Request`` that all of them get.

        Raises:
            as ``complete``, and InvalidRequestError where there are no prompts, or some of them need another API.
        """
        lines, endpoint = self._lines(prompts, fields)
        upload = {"file": ("batch.jsonl", lines), "purpose": _BATCH, "timeout": self.timeout}
        file = self.retries.call(lambda: self._guarded(lambda: self._sdk.files.create(**upload)))
        # One attempt only: a second one after a lost answer would have everything done, and paid for, twice.
        batch = self._guarded(lambda: self._sdk.batches.create(**self._order(file.id, endpoint)))
        return str(batch.id)

    async def asubmit_batch(self, prompts: Iterable[object], **fields: Any) -> str:
        """``submit_batch`` for coroutines.

        Raises:
            as ``submit_batch``.
        """
        lines, endpoint = self._lines(prompts, fields)
        upload = {"file": ("batch.jsonl", lines), "purpose": _BATCH, "timeout": self.timeout}
        file = await self.retries.acall(lambda: self._aguarded(self._async_sdk.files.create(**upload)))
        batch = await self._aguarded(self._async_sdk.batches.create(**self._order(file.id, endpoint)))
        return str(batch.id)

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

        def fetch() -> list[bytes]:
            batch = self._sdk.batches.retrieve(batch_id, timeout=self.timeout)
            return [self._sdk.files.content(name, timeout=self.timeout).content for name in self._files(batch)]

        return self._results(batch_id, self.retries.call(lambda: self._guarded(fetch)), prompts, fields)

    async def abatch_results(
        self, batch_id: str, prompts: Iterable[object] | None = None, **fields: Any
    ) -> list[BatchResult]:
        """``batch_results`` for coroutines.

        Raises:
            as ``batch_results``.
        """
        self._require_permission()

        async def fetch() -> list[bytes]:
            batch = await self._async_sdk.batches.retrieve(batch_id, timeout=self.timeout)
            names = self._files(batch)
            return [(await self._async_sdk.files.content(name, timeout=self.timeout)).content for name in names]

        return self._results(batch_id, await self.retries.acall(lambda: self._aguarded(fetch())), prompts, fields)

    def _order(self, file_id: str, endpoint: str) -> dict[str, Any]:
        return {
            "input_file_id": file_id,
            "endpoint": endpoint,
            "completion_window": _WINDOW,
            "timeout": self.timeout,
        }

    def _lines(self, prompts: Iterable[object], fields: dict[str, Any]) -> tuple[bytes, str]:
        """The file of the requests, and the path that all of them go to."""
        self._require_permission()
        requests = [Request.of(prompt, **fields) for prompt in prompts]
        if not requests:
            raise InvalidRequestError("a batch needs at least one request")
        bodies = [self._body(request) for request in requests]
        paths = {"/responses" if "input" in body else "/chat/completions" for body in bodies}
        if len(paths) > 1:
            raise InvalidRequestError(
                "a batch goes to one API, and these requests need both; give api='chat', or two batches"
            )
        path = self.batch_root + paths.pop()
        lines = [
            json.dumps({"custom_id": f"request-{index}", "method": "POST", "url": path, "body": body})
            for index, body in enumerate(bodies)
        ]
        return "\n".join(lines).encode(), path

    def _body(self, request: Request) -> dict[str, Any]:
        """A request as the batch's file has it, checked as any other."""
        if self.spec is not None:
            check(self.pricing_service.catalog, self.spec, request, batched=True, checks=self.checks)
        if self.max_cost is not None:
            self._affordable(request, self.max_cost)  # at standard rates: a batch is never dearer
        payload = self._translate(request, streamed=False)
        for adaptation in self._adaptations(request):
            warn(CapabilityWarning(adaptation), stacklevel=5)
        if payload.keys() & {"extra_headers", "extra_query"}:
            raise InvalidRequestError("a request of a batch has no headers and no query of its own")
        payload.pop("service_tier", None)  # a batch is a tier
        return {**payload, **payload.pop("extra_body", {})}

    def _files(self, batch: Any) -> list[str]:
        """The files of what came out, and of what went wrong.

        Raises:
            BatchNotFinishedError: there are none yet.
            RejectedRequestError: there will be none.
        """
        files = [name for name in (batch.output_file_id, batch.error_file_id) if name]
        if batch.status in ("completed", "expired", "cancelled"):
            return files
        if batch.status == "failed":
            errors = getattr(batch.errors, "data", None) or []
            said = "; ".join(str(error.message) for error in errors) or "no reason is given"
            raise RejectedRequestError(
                f"the batch {batch.id} failed: {said}", provider=self.display_name, model=self.model_id
            )
        raise BatchNotFinishedError(batch.id, status=batch.status, total=getattr(batch.request_counts, "total", None))

    def _results(
        self, batch_id: str, files: list[bytes], prompts: Iterable[object] | None, fields: dict[str, Any]
    ) -> list[BatchResult]:
        requests = [Request.of(prompt, **fields) for prompt in prompts or ()]
        results = []
        for index, line in sorted(_entries(files), key=lambda entry: entry[0]):
            known = index < len(requests)
            request = requests[index] if known else Request.of(f"request {index} of the batch {batch_id}")
            results.append(self._result(index, line, request))
        return results

    def _result(self, index: int, line: dict[str, Any], request: Request) -> BatchResult:
        call = PreparedCall(request=request, payload={}, warnings=[], started=time.perf_counter())
        try:
            raw = self._understood(lambda: self._answer_of(line))
            reading = self._understood(lambda: self._read(raw))
        except ProviderError as error:
            self._metrics.record_failure()
            self._report(call, error=error)
            return BatchResult(index=index, error=error)
        if reading.usage is not None:  # the answer itself says nothing of the tier that it came by
            reading = replace(reading, usage=reading.usage.replace(service_tier=_BATCH))
        return BatchResult(index=index, response=self._finish(call, reading, raw))

    def _answer_of(self, line: dict[str, Any]) -> Received:
        """The answer in a line of a batch's output.

        Raises:
            ProviderError: it is an error instead.
        """
        answer = line.get("response") or {}
        body = answer.get("body") or {}
        error = line.get("error") or (body.get("error") if answer.get("status_code") != 200 else None)
        if error or not body:
            found = error or {}
            code = answer.get("status_code") if answer else found.get("code")
            said = f"{found.get('code') or ''} {found.get('message') or 'there is no answer'}"
            raise failure_told(code, said, provider=self.display_name, model=self.model_id)
        return Received(body, as_answer)


def _entries(files: list[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The lines of the files with the places of their requests; foreign identifiers come last."""
    for text in files:
        for line in text.splitlines():
            if line.strip():
                entry = json.loads(line)
                number = str(entry.get("custom_id", "")).rpartition("-")[2]
                yield int(number) if number.isdecimal() else 10**9, entry
