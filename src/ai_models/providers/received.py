"""``Received``: an answer as it came, and the SDK's own object of it, which is made when it is asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ai_models.errors import RemoteNotFoundError
from ai_models.providers.failures import failure_of_form

__all__ = ["Received", "data_of", "no_answer", "request_id_of"]

Make = Callable[[dict[str, Any], str | None], Any]
"""Makes an SDK's object of an answer's JSON and its request's identifier; a function of a module, so that it pickles."""


class Received:
    """An answer's JSON. Making an SDK's object of it takes longer than all that this package does around a call."""

    __slots__ = ("_made", "_make", "data", "request_id")

    def __init__(self, data: dict[str, Any], make: Make, request_id: str | None = None) -> None:
        self.data = data
        self.request_id = request_id
        self._make = make
        self._made: Any = None

    @classmethod
    def of(cls, body: bytes, make: Make, request_id: str | None, *, provider: str, model: str) -> Received:
        """Of an answer's body.

        Raises:
            RemoteNotFoundError: it is no JSON object.
            ServerError: it is the beginning of one, or has something in it that no JSON has.
        """
        names: dict[str, Any] = {"provider": provider, "model": model, "request_id": request_id}
        try:
            data = json.loads(body)  # the SDKs' own decoder: it takes what others refuse, such as the NaN of a logprob
        except (ValueError, RecursionError) as error:
            if body.lstrip()[:1] == b"{":
                raise failure_of_form(error, **names) from error
            data = None
        if not isinstance(data, dict):
            raise no_answer(**names)
        return cls(data, make, request_id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Received) and (self.data, self.request_id) == (other.data, other.request_id)

    __hash__ = None  # type: ignore[assignment] # as the SDKs' objects have none

    @property
    def made(self) -> Any:
        """The SDK's object."""
        if self._made is None:
            self._made = self._make(self.data, self.request_id)
        return self._made


def no_answer(*, provider: str, model: str, request_id: str | None = None) -> RemoteNotFoundError:
    """The error for an answer of something else than the API, though its status is 200."""
    said = f"{provider} answered for {model} with what is no API's answer; is it the base URL?"
    return RemoteNotFoundError(said, provider=provider, model=model, request_id=request_id)


def data_of(raw: Any) -> dict[str, Any]:
    """What an answer says, as JSON has it; of an SDK's object, only what was stated."""
    data: dict[str, Any] = raw.data if isinstance(raw, Received) else raw.to_dict(mode="python", warnings=False)
    return data


def request_id_of(raw: Any) -> str | None:
    """The identifier of the request that an answer is for, where the provider gave one."""
    found: str | None = raw.request_id if isinstance(raw, Received) else getattr(raw, "_request_id", None)
    return found
