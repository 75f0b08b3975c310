"""What is asked of a model: messages of parts, tools, the shape of the answer, and how to serve it.

One request for every provider; each provider translates it into its own words.
"""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from msgspec import Struct, field
from msgspec.structs import replace

from ai_models.errors import InvalidRequestError
from ai_models.models.frozen import freeze

__all__ = [
    "Audio",
    "Content",
    "Document",
    "Image",
    "Message",
    "Part",
    "ReasoningEffort",
    "Request",
    "Text",
    "Tool",
    "ToolCall",
    "ToolResult",
]

ReasoningEffort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
Role = Literal["user", "assistant"]

_EFFORTS = get_args(ReasoningEffort)
_LONGEST_SHOWN = 60


class Text(Struct, frozen=True):
    """A piece of text; ``cache`` asks the provider to keep the prompt up to its end, where it caches on request."""

    text: str
    cache: bool = False


class _Media(Struct, frozen=True):
    """Bytes with their type, or an address that the provider fetches."""

    data: bytes | None = None
    url: str | None = None
    media_type: str | None = None
    name: str | None = None

    def __post_init__(self) -> None:
        """Either bytes or an address.

        Raises:
            InvalidRequestError: neither, both, or bytes without a type.
        """
        kind = type(self).__name__
        if (self.data is None) == (self.url is None):
            raise InvalidRequestError(f"{kind} needs exactly one of data and url")
        if self.data is not None and not self.media_type:
            raise InvalidRequestError(f"{kind} needs the media_type of its data, such as 'image/png'")

    def __repr__(self) -> str:
        """Short: the data may be megabytes, and an address may carry a signature."""
        size = "at an address" if self.data is None else f"{len(self.data):,} bytes"
        return f"<{type(self).__name__} {self.media_type or 'of unknown type'}, {size}>"

    @classmethod
    def from_file(cls, path: Path | str) -> Any:
        """Read a file; its type follows from its name.

        Raises:
            OSError: it cannot be read.
            InvalidRequestError: its name says no type.
        """
        file = Path(path)
        media_type = mimetypes.guess_type(file.name)[0]
        if media_type is None:
            raise InvalidRequestError(f"the type of {file.name} is unknown; give data and media_type instead")
        return cls(data=file.read_bytes(), media_type=media_type, name=file.name)

    @property
    def base64(self) -> str:
        """The data as base64 text; empty for an address."""
        return base64.b64encode(self.data or b"").decode("ascii")

    @property
    def data_url(self) -> str:
        """The address, or the data as a ``data:`` address."""
        return self.url or f"data:{self.media_type};base64,{self.base64}"


class Image(_Media, frozen=True):
    """A picture."""


class Audio(_Media, frozen=True):
    """A recording."""


class Document(_Media, frozen=True):
    """A document, such as a PDF."""


class ToolCall(Struct, frozen=True):
    """A call that the model asks for: ``arguments`` are its JSON object."""

    id: str
    name: str
    arguments: dict[str, Any] = {}
    signature: str | None = None
    """What a provider wants to see again with the call: Google's thought signatures."""


class ToolResult(Struct, frozen=True):
    """What a tool answered to a call."""

    call_id: str
    content: str
    name: str = ""
    is_error: bool = False


Part = Text | Image | Audio | Document | ToolCall | ToolResult
Content = str | Part | Iterable["str | Part"]


class Message(Struct, frozen=True):
    """One turn: who speaks, and its parts. The results of tools are parts of a user's message."""

    role: Role
    parts: tuple[Part, ...]

    @classmethod
    def user(cls, *content: str | Part) -> Message:
        """What the user says and shows."""
        return cls("user", _parts(content))

    @classmethod
    def assistant(cls, *content: str | Part) -> Message:
        """What the model said before."""
        return cls("assistant", _parts(content))

    @property
    def text(self) -> str:
        """The text parts, joined."""
        return "".join(part.text for part in self.parts if isinstance(part, Text))

    @property
    def only_text(self) -> str | None:
        """The one text that is all of the message; None where it holds more, or something else."""
        first = self.parts[0] if len(self.parts) == 1 else None
        return first.text if isinstance(first, Text) else None


class Tool(Struct, frozen=True):
    """A function that the model may call; ``parameters`` is the JSON Schema of its arguments."""

    name: str
    description: str = ""
    parameters: dict[str, Any] = field(default_factory=lambda: {"type": "object", "properties": {}})
    strict: bool = False


class Request(Struct, frozen=True, kw_only=True):
    """One request to a model, the same for every provider.

    Attributes:
        messages: the turns so far, the last one the user's.
        system: instructions that stand before them.
        tools, tool_choice: functions, and ``auto``, ``none``, ``required`` or the name of one.
        response_schema: the shape of the answer: a type, a msgspec Struct, a pydantic model or a JSON Schema.
        reasoning_effort, reasoning_budget: how much to think, as a word or in tokens; None leaves it to the model.
        max_tokens: the most output tokens, thoughts included; None is the provider's or the model's limit.
        temperature: 0 to 2, where the model takes it.
        stop: texts at which the answer ends.
        service_tier: ``standard``, ``flex``, ``priority`` …
        timeout: seconds for the whole call.
        metadata: labels for the provider's own logs.
        cache: whether to cache the system prompt and the tools; None is the provider object's setting.
        extra: options of the provider's own, passed on as they are.
    """

    messages: tuple[Message, ...]
    system: str = ""
    tools: tuple[Tool, ...] = ()
    tool_choice: str = "auto"
    response_schema: Any = None
    reasoning_effort: ReasoningEffort | None = None
    reasoning_budget: int | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    stop: tuple[str, ...] = ()
    service_tier: str | None = None
    timeout: float | None = None
    metadata: dict[str, str] = {}
    cache: bool | None = None
    extra: dict[str, Any] = {}

    def __post_init__(self) -> None:
        """Refuse what no provider could serve.

        Raises:
            InvalidRequestError: no messages, or a number that cannot be.
        """
        freeze(self, "metadata", "extra")
        if not self.messages:
            raise InvalidRequestError("a request needs at least one message")
        self._check_kinds()
        for name, least in (("max_tokens", 1), ("reasoning_budget", 0)):
            found = getattr(self, name)
            if found is not None and (type(found) is not int or found < least):
                raise InvalidRequestError(f"{name} must be a whole number from {least}, found {found!r}")
        for name, most in (("temperature", 2.0), ("timeout", 86_400.0)):
            found = getattr(self, name)
            is_number = isinstance(found, int | float) and not isinstance(found, bool)
            if found is not None and not (is_number and 0 <= found <= most):
                raise InvalidRequestError(f"{name} must be a number from 0 to {most:g}, found {found!r}")
        if self.timeout == 0:
            raise InvalidRequestError("timeout must be above 0 seconds")

    def _check_kinds(self) -> None:
        """Refuse values that a translation would trip over.

        Raises:
            InvalidRequestError: one of them is of another kind.
        """
        if not isinstance(self.system, str):
            raise InvalidRequestError(f"system is a text, found {type(self.system).__name__}")
        for name, kind in (("messages", Message), ("tools", Tool), ("stop", str)):
            for each in getattr(self, name):
                if not isinstance(each, kind):
                    raise InvalidRequestError(f"{name} holds {kind.__name__} only, found {type(each).__name__}")
        if self.reasoning_effort is not None and self.reasoning_effort not in _EFFORTS:
            raise InvalidRequestError(f"reasoning_effort is {', '.join(_EFFORTS)}, found {self.reasoning_effort!r}")

    def __repr__(self) -> str:
        """Short, and without the values of ``extra`` and ``metadata``: headers among them may hold a key."""
        said = self.messages[-1].text
        shown = said if len(said) <= _LONGEST_SHOWN else f"{said[:_LONGEST_SHOWN]}…"
        names = [name for name in self.__struct_fields__ if name != "messages"]
        given = [name for name in names if getattr(self, name) not in (None, "", "auto", (), {})]
        options = f", with {', '.join(given)}" if given else ""
        return f"<Request {shown!r}, {len(self.messages)} messages{options}>"

    @classmethod
    def of(cls, prompt: object, **fields: Any) -> Request:
        """A request from a text, a message, several of them, chat dictionaries, or a request, with some fields set.

        Raises:
            InvalidRequestError: the prompt is none of these, or a field does not exist.
        """
        if not fields.keys() <= _FIELDS:
            raise InvalidRequestError(_unknown_field(min(fields.keys() - _FIELDS), cls.__struct_fields__))
        for name, single in (("tools", Tool), ("stop", str)):
            if name in fields:
                fields[name] = _several(name, fields[name], single)
        if fields.get("system", "") is None:
            fields["system"] = ""
        if isinstance(prompt, Request):
            return replace(prompt, **fields) if fields else prompt
        system, messages = _messages(prompt)
        if system and not fields.get("system"):
            fields["system"] = system
        return cls(messages=messages, **fields)

    def parts(self) -> Iterable[Part]:
        """Every part of every message."""
        if len(self.messages) == 1:
            return self.messages[0].parts
        return [part for message in self.messages for part in message.parts]

    @property
    def only_text(self) -> str | None:
        """The one text of the user's that is all of the request's messages; None where there is more.

        The SDKs take it as it is, and need a tenth of a call's time to take the same in messages and parts apart.
        """
        first = self.messages[0]
        return first.only_text if len(self.messages) == 1 and first.role == "user" else None


_FIELDS = frozenset(Request.__struct_fields__)


def _several(name: str, given: object, single: type) -> tuple[Any, ...]:
    """What was given for a field of several: one of them, several, or None for none.

    Raises:
        InvalidRequestError: it is nothing of the kind.
    """
    if given is None or isinstance(given, single):
        return () if given is None else (given,)
    if not isinstance(given, Iterable) or isinstance(given, Mapping | bytes):
        raise InvalidRequestError(f"{name} is a list, found {type(given).__name__}")
    return tuple(given)


def _unknown_field(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # only on the way to an error

    close = get_close_matches(name, list(known), n=2)
    return f"a request has no field {name!r}" + (f"; did you mean {' or '.join(close)}?" if close else "")


def _parts(content: Iterable[str | Part]) -> tuple[Part, ...]:
    parts = tuple(Text(part) if isinstance(part, str) else part for part in content)
    for part in parts:
        if not isinstance(part, Part):
            raise InvalidRequestError(f"a message is made of text and parts, found {type(part).__name__}")
    return parts


def _messages(prompt: object) -> tuple[str, tuple[Message, ...]]:
    """The system text and the messages of a prompt."""
    if isinstance(prompt, str):
        return "", (Message.user(prompt),)
    if isinstance(prompt, Message):
        return "", (prompt,)
    if isinstance(prompt, Part):
        return "", (Message.user(prompt),)
    if not isinstance(prompt, Iterable) or isinstance(prompt, Mapping | bytes):
        kind = type(prompt).__name__
        raise InvalidRequestError(f"a prompt is text, a Message, a Request or a list of messages, found {kind}")
    items = list(prompt)
    if items and all(isinstance(item, str | Part) for item in items):
        return "", (Message.user(*items),)
    system: list[str] = []
    messages: list[Message] = []
    for item in items:
        if isinstance(item, Mapping) and item.get("role") in ("system", "developer"):
            system.append(str(item.get("content", "")))
        else:
            messages.append(_message(item))
    return "\n\n".join(system), tuple(messages)


def _message(item: object) -> Message:
    """A message, or the dictionary of one as chat APIs have it: ``{"role": "user", "content": "…"}``."""
    if isinstance(item, Message):
        return item
    if isinstance(item, Mapping) and item.get("role") in ("user", "assistant") and isinstance(item.get("content"), str):
        return Message(item["role"], (Text(item["content"]),))
    raise InvalidRequestError(
        "a message is a Message, or a dictionary with a role (user, assistant, system) and a text as content, "
        f"found {item!r:.80}"
    )
