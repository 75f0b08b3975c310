"""``classify``: a text's label, by structured output where the model has it, and checked against the labels always."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack
from contextvars import ContextVar, copy_context
from enum import Enum
from typing import TYPE_CHECKING, Any

from ai_models.errors import ClassificationError, InvalidRequestError, ProviderConnectionError
from ai_models.models.capabilities import ModelCapability, Support
from ai_models.providers.classification import (
    Answer,
    ClassificationResult,
    Labels,
    SignalCategory,
    answer_schema,
    question,
    read_answer,
)
from ai_models.providers.request import Request, Tool
from ai_models.providers.response import Response, StreamEvent
from ai_models.providers.run import Progress, Run

if TYPE_CHECKING:
    from ai_models.models.base import ModelSpec
    from ai_models.providers.metrics import ProviderMetrics

__all__ = ["Classifier", "LabelSet"]

LabelSet = type[Enum] | Iterable[Any] | Mapping[str, str]
OnEvent = Callable[[StreamEvent], None]

_TOOL = "give_label"
_ATTEMPTS = 2
_MOST_TOKENS, _MOST_WITH_THOUGHTS = 1_024, 8_192

_completes: ContextVar[bool] = ContextVar("completes")
"""Whether the classification under way completes, which counts itself; an old subclass may do so or not."""


class Classifier:
    """What a provider that completes can do besides: sort texts into labels."""

    model_id: str
    spec: ModelSpec | None

    def complete(self, prompt: object, **fields: Any) -> Response:
        """Answer a prompt."""
        raise NotImplementedError

    async def acomplete(self, prompt: object, **fields: Any) -> Response:
        """Answer a prompt."""
        raise NotImplementedError

    def stream(self, prompt: object, **fields: Any) -> Iterator[StreamEvent]:
        """Answer a prompt piece by piece."""
        raise NotImplementedError

    def astream(self, prompt: object, **fields: Any) -> AsyncIterator[StreamEvent]:
        """Answer a prompt piece by piece."""
        raise NotImplementedError

    def get_metrics(self) -> ProviderMetrics:
        """What was done so far."""
        raise NotImplementedError

    def _require_permission(self) -> None:
        """Pass where calls are allowed."""
        raise NotImplementedError

    def _classify_impl(self, text: str, prompt: str | None) -> ClassificationResult:
        """The old interface: a subclass that gives it classifies by it, and may call this one, which asks the model."""
        _completes.set(True)
        return self._classify_by_model(text, SignalCategory, prompt, None)

    def classify(
        self,
        text: str,
        labels: LabelSet | str | None = SignalCategory,
        prompt: str | None = None,
        *,
        on_event: OnEvent | None = None,
    ) -> ClassificationResult:
        """The label of a text.

        Args:
            text: what to classify. It is data: instructions in it are not followed.
            labels: an enum, a list of labels, or a mapping of labels to what each means. A text here is the prompt, as
                the old interface had it in this place.
            prompt: how to classify, instead of the usual question.
            on_event: called with every piece of the model's answer as it comes; the answer is then streamed.

        Raises:
            InvalidRequestError: an empty text, or labels that are none.
            ClassificationError: two answers outside the labels; it carries the last.
            ProviderError: the call failed.
        """
        labels, prompt = _in_place(labels, prompt)
        if self._is_old:
            return self._classify_as_before(text, labels, prompt)
        return self._classify_by_model(text, labels, prompt, on_event)

    def _classify_by_model(
        self, text: str, labels: LabelSet, prompt: str | None, on_event: OnEvent | None
    ) -> ClassificationResult:
        steps = self._classification(text, labels, prompt)
        request = next(steps)
        try:
            while True:
                request = steps.send(self.complete(request) if on_event is None else self._streamed(request, on_event))
        except StopIteration as done:
            return _result(done.value)

    async def aclassify(
        self,
        text: str,
        labels: LabelSet | str | None = SignalCategory,
        prompt: str | None = None,
        *,
        on_event: OnEvent | None = None,
    ) -> ClassificationResult:
        """``classify`` for coroutines.

        Raises:
            as ``classify``.
        """
        labels, prompt = _in_place(labels, prompt)
        if self._is_old:  # it blocks, so it gets a thread
            return await asyncio.to_thread(self._classify_as_before, text, labels, prompt)
        steps = self._classification(text, labels, prompt)
        request = next(steps)
        try:
            while True:
                answer = self.acomplete(request) if on_event is None else self._astreamed(request, on_event)
                request = steps.send(await answer)
        except StopIteration as done:
            return _result(done.value)

    def classify_many(
        self,
        texts: Iterable[str],
        labels: LabelSet | str | None = SignalCategory,
        prompt: str | None = None,
        *,
        concurrency: int = 8,
        progress: Progress | None = None,
    ) -> list[ClassificationResult]:
        """The labels of many texts, in their order, up to ``concurrency`` of them at a time.

        ``progress`` is called after each with how many are done and how many there are. The first error ends the run:
        what has not begun is not sent.

        Raises:
            as ``classify``.
        """
        run: Run[str, ClassificationResult] = Run(_all_of(texts), concurrency, progress)

        def work() -> None:
            for place, text in run.items():
                try:
                    run.record(place, self.classify(text, labels, prompt))
                except Exception as error:  # noqa: BLE001 raised below, once those that are under way have ended
                    run.fail(error)
                except BaseException:
                    run.stop()
                    raise

        context = copy_context()  # so that provider_requests() of the caller holds in the threads as well
        with ThreadPoolExecutor(run.workers or 1, thread_name_prefix="classify") as pool:
            try:
                for worker in [pool.submit(context.copy().run, work) for _ in range(run.workers)]:
                    worker.result()  # raises what is no Exception, such as a SystemExit of ``progress``
            except BaseException:
                run.stop()
                raise
        return run.results()

    async def aclassify_many(
        self,
        texts: Iterable[str],
        labels: LabelSet | str | None = SignalCategory,
        prompt: str | None = None,
        *,
        concurrency: int = 8,
        progress: Progress | None = None,
    ) -> list[ClassificationResult]:
        """``classify_many`` for coroutines.

        Raises:
            as ``classify``.
        """
        run: Run[str, ClassificationResult] = Run(_all_of(texts), concurrency, progress)

        async def work() -> None:
            for place, text in run.items():
                try:
                    run.record(place, await self.aclassify(text, labels, prompt))
                except Exception as error:  # noqa: BLE001 raised below, once those that are under way have ended
                    run.fail(error)
                except BaseException:
                    run.stop()
                    raise

        async with asyncio.TaskGroup() as group:
            workers = [group.create_task(work()) for _ in range(run.workers)]
        for worker in workers:
            worker.result()  # a group passes over a task that was cancelled from within
        return run.results()

    def _streamed(self, request: Request, on_event: OnEvent) -> Response:
        """The answer to a request whose pieces somebody watches; it is closed before an error of theirs is raised."""
        with ExitStack() as stack:
            events = self.stream(request)
            if isinstance(events, Generator):
                stack.callback(events.close)
            for event in events:
                on_event(event)
                if event.response is not None:
                    return event.response
        raise self._ended_early()

    async def _astreamed(self, request: Request, on_event: OnEvent) -> Response:
        async with AsyncExitStack() as stack:
            events = self.astream(request)
            if isinstance(events, AsyncGenerator):  # left alone, it would be closed when the event loop finds the time
                stack.push_async_callback(events.aclose)
            async for event in events:
                on_event(event)
                if event.response is not None:
                    return event.response
        raise self._ended_early()

    def _ended_early(self) -> ProviderConnectionError:
        return ProviderConnectionError(f"the stream of {self.model_id} ended before the answer did", model=self.model_id)

    @property
    def _is_old(self) -> bool:
        return type(self)._classify_impl is not Classifier._classify_impl

    def _classify_as_before(self, text: str, labels: LabelSet, prompt: str | None) -> ClassificationResult:
        _require_text(text)
        if labels is not SignalCategory:
            raise InvalidRequestError(f"{type(self).__name__} has labels of its own; tell it others by its prompt")
        self._require_permission()
        started = time.perf_counter()
        token = _completes.set(False)
        try:
            result = self._classify_impl(text, prompt)
        except BaseException:
            if not _completes.get():
                self.get_metrics().record_failure()
            raise
        else:
            if not _completes.get():
                latency = result.latency_ms or (time.perf_counter() - started) * 1_000
                self.get_metrics().record_request(result.cost, result.tokens_used, latency, result.cached_tokens)
        finally:
            _completes.reset(token)
        return result

    def _classification(
        self, text: str, labels: LabelSet, prompt: str | None
    ) -> Generator[Request, Response, tuple[Answer, str, list[Response], str]]:
        """The requests of a classification; it is sent the responses, so that both ways of calling share it."""
        _require_text(text)
        known = Labels.of(labels)
        method = self._method()
        responses: list[Response] = []
        said = ""
        for _ in range(_ATTEMPTS):
            response = yield self._question(text, known, prompt, method)
            responses.append(response)
            said = _said(response)
            answer = read_answer(said, known)
            if answer is not None:
                return answer, method, responses, self.model_id
        raise ClassificationError(said, labels=list(known.values))

    def _question(self, text: str, labels: Labels, prompt: str | None, method: str) -> Request:
        system, message = question(text, labels, prompt, as_line=method == "line")
        if self.spec is not None and self.spec.support(ModelCapability.SYSTEM_MESSAGES) is Support.UNSUPPORTED:
            system, message = "", f"{system}\n\n{message}"
        asked: dict[str, Any] = {}
        if method == "structured":
            asked = {"response_schema": answer_schema(labels)}
        elif method == "tool":
            asked = {"tools": [Tool(_TOOL, "Gives the label of the text.", answer_schema(labels))], "tool_choice": _TOOL}
        return Request.of(message, system=system, max_tokens=self._most_tokens(), **asked)

    def _most_tokens(self) -> int:
        """Enough for a label, and for the thoughts of a model that may think before it."""
        if self.spec is None:
            return _MOST_WITH_THOUGHTS
        thinks = self.spec.support(ModelCapability.EXTENDED_THINKING) is Support.SUPPORTED
        most = _MOST_WITH_THOUGHTS if thinks else _MOST_TOKENS
        return min(most, self.spec.metadata.context_window_output or most)

    def _method(self) -> str:
        """How to ask: a schema, a forced tool, or a line of text, whichever the model is known to have first."""
        for method, capability in (
            ("structured", ModelCapability.STRUCTURED_OUTPUT),
            ("tool", ModelCapability.FUNCTION_CALLING),
        ):
            if self.spec is not None and self.spec.support(capability) is Support.SUPPORTED:
                return method
        return "line"


def _in_place(labels: LabelSet | str | None, prompt: str | None) -> tuple[LabelSet, str | None]:
    """The old interface had the prompt, or None, where the labels are.

    Raises:
        InvalidRequestError: two prompts.
    """
    if labels is None:
        return SignalCategory, prompt
    if not isinstance(labels, str):
        return labels, prompt
    if prompt is not None:
        raise InvalidRequestError("labels must be an enum or a list of labels where there is a prompt, found one text")
    return SignalCategory, labels


def _all_of(texts: Iterable[str]) -> list[str]:
    """The texts, checked before any of them is paid for.

    Raises:
        InvalidRequestError: one of them is none, or they are one text.
    """
    if isinstance(texts, str | bytes):
        raise InvalidRequestError("classify_many takes a list of texts, found one text")
    everything = list(texts)
    for text in everything:
        _require_text(text)
    return everything


def _require_text(text: object) -> None:
    if not isinstance(text, str) or not text.strip():
        raise InvalidRequestError("there is no text to classify")


def _said(response: Response) -> str:
    """The answer as text, whichever way it came."""
    calls = [call for call in response.tool_calls if call.name == _TOOL]
    return json.dumps(calls[0].arguments) if calls else response.text


def _result(outcome: tuple[Answer, str, list[Response], str]) -> ClassificationResult:
    answer, method, responses, model = outcome
    usages = [response.usage for response in responses if response.usage is not None]
    costs = [None if response.cost is None else float(response.cost) for response in responses]
    return ClassificationResult(
        category=answer.category,
        confidence=answer.confidence,
        evidence=answer.evidence,
        method=method,
        cost=None if None in costs else sum(cost for cost in costs if cost is not None),
        latency_ms=sum(response.latency_ms for response in responses),
        tokens_used=sum((usage.input_tokens or 0) + (usage.output_tokens or 0) for usage in usages),
        cached_tokens=sum(usage.cache_read_tokens or 0 for usage in usages),
        model=model,
    )
