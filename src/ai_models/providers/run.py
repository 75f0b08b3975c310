"""``Run``: many things done at a time, their results in order; the first failure ends it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from ai_models.errors import InvalidRequestError

__all__ = ["Progress", "Run"]

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

Progress = Callable[[int, int], None]
"""Called after each with how many are done and how many there are."""


class Run(Generic[_Item, _Result]):
    """What is to be done, and what has come of it; threads and coroutines share one and take the next item from it."""

    def __init__(self, items: Sequence[_Item], concurrency: int, progress: Progress | None) -> None:
        """Begin.

        Raises:
            InvalidRequestError: ``concurrency`` is no whole number from 1.
        """
        if type(concurrency) is not int or concurrency < 1:
            raise InvalidRequestError(f"concurrency must be a whole number from 1, found {concurrency!r}")
        self.workers = min(concurrency, len(items))
        self._items = items
        self._next = 0
        self._done: dict[int, _Result] = {}
        self._failures: list[Exception] = []
        self._progress = progress
        self._lock = threading.Lock()

    def items(self) -> Iterator[tuple[int, _Item]]:
        """The items with their places, each to whoever asks first; none any more after a failure or ``stop``."""
        while True:
            with self._lock:
                if self._failures or self._next >= len(self._items):
                    return
                place, self._next = self._next, self._next + 1
            yield place, self._items[place]

    def record(self, place: int, result: _Result) -> None:
        """Keep the result of an item."""
        with self._lock:
            self._done[place] = result
            if self._progress is not None:
                self._progress(len(self._done), len(self._items))

    def fail(self, error: Exception) -> None:
        """Let nothing more begin; ``results`` raises the first of such errors."""
        with self._lock:
            self._failures.append(error)

    def stop(self) -> None:
        """Let nothing more begin."""
        with self._lock:
            self._next = len(self._items)

    def results(self) -> list[_Result]:
        """The results in the order of the items.

        Raises:
            Exception: the first failure.
        """
        if self._failures:
            raise self._failures[0]
        return [self._done[place] for place in sorted(self._done)]
