"""``Request`` and ``Response``: what may be asked, in which forms, and what is refused before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ai_models.errors import InvalidRequestError
from ai_models.providers import (
    Audio,
    Document,
    Image,
    Message,
    Request,
    Response,
    StreamEvent,
    Text,
    Tool,
    ToolCall,
    ToolResult,
)
from ai_models.providers.response import texts


@pytest.mark.parametrize(
    ("prompt", "roles", "said"),
    [
        ("hello", ["user"], ["hello"]),
        (Text("hello"), ["user"], ["hello"]),
        (Message.user("a", Text("b")), ["user"], ["ab"]),
        (["a", Image(url="https://x.example/i.png"), "b"], ["user"], ["ab"]),
        ([Message.user("a"), Message.assistant("b")], ["user", "assistant"], ["a", "b"]),
        ([Message.user("a"), {"role": "user", "content": "c"}], ["user", "user"], ["a", "c"]),
        (({"role": role, "content": role} for role in ("user", "assistant")), ["user", "assistant"], ["user", "assistant"]),
    ],
)  # fmt: skip
def test_a_prompt_has_many_forms(prompt: object, roles: list[str], said: list[str]) -> None:
    request = Request.of(prompt)
    assert [message.role for message in request.messages] == roles
    assert [message.text for message in request.messages] == said


def test_system_messages_of_a_chat_become_the_system_text() -> None:
    chat = [{"role": "system", "content": "a"}, {"role": "developer", "content": "b"}, {"role": "user", "content": "c"}]
    assert Request.of(chat).system == "a\n\nb"
    assert Request.of(chat, system="mine").system == "mine"
    assert len(Request.of(chat).messages) == 1


def test_a_request_is_taken_as_it_is_or_with_fields_set_anew() -> None:
    request = Request.of("hi", max_tokens=5)
    assert Request.of(request) is request
    assert Request.of(request, max_tokens=6).max_tokens == 6
    assert request.max_tokens == 5
    changed = Request.of(request, tools=[Tool("t")], stop=["."])
    assert (changed.tools, changed.stop) == ((Tool("t"),), (".",))


@pytest.mark.parametrize(
    ("prompt", "problem"),
    [
        (5, "found int"),
        (b"bytes", "found bytes"),
        ({"role": "user"}, "found dict"),
        ([], "at least one message"),
        ([{"role": "robot", "content": "x"}], "a message is"),
        ([{"role": "user", "content": [{"type": "text"}]}], "a message is"),
        ([Message.user("a"), 7], "found 7"),
    ],
)
def test_what_is_no_prompt_is_said(prompt: object, problem: str) -> None:
    with pytest.raises(InvalidRequestError, match=problem):
        Request.of(prompt)


def test_a_message_is_made_of_parts() -> None:
    with pytest.raises(InvalidRequestError, match="found int"):
        Message.user(7)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "least", "most"),
    [("max_tokens", 1, None), ("reasoning_budget", 0, None), ("temperature", 0, 2.0), ("timeout", 0.001, 86_400.0)],
)
def test_numbers_are_taken_up_to_their_bounds(field: str, least: float, most: float | None) -> None:
    for good in (least, most):
        assert getattr(Request.of("x", **{field: good}), field) == good
    for bad in (least - 1, None if most is None else most + 1e-9, True, "1", float("nan")):
        if bad is not None:
            with pytest.raises(InvalidRequestError, match=field):
                Request.of("x", **{field: bad})


def test_no_time_at_all_is_no_timeout() -> None:
    with pytest.raises(InvalidRequestError, match="above 0"):
        Request.of("x", timeout=0)


@pytest.mark.parametrize("field", ["max_tokens", "reasoning_budget"])
def test_tokens_are_whole(field: str) -> None:
    with pytest.raises(InvalidRequestError, match="whole number"):
        Request.of("x", **{field: 1.5})


def test_a_mistyped_field_is_answered_with_the_nearest() -> None:
    with pytest.raises(InvalidRequestError, match="did you mean max_tokens"):
        Request.of("x", max_token=5)
    with pytest.raises(InvalidRequestError, match=r"no field 'zzz'$"):
        Request.of("x", zzz=5)


def test_a_request_cannot_be_changed_from_outside() -> None:
    labels = {"team": "a"}
    request = Request.of("x", metadata=labels)
    labels["team"] = "b"
    assert request.metadata == {"team": "a"}
    with pytest.raises(TypeError):
        request.metadata["team"] = "c"


@pytest.mark.parametrize("kind", [Image, Audio, Document])
def test_media_are_bytes_with_their_type_or_an_address(kind: Any) -> None:
    for wrong in ({}, {"data": b"x"}, {"data": b"x", "media_type": "a/b", "url": "https://x"}):
        with pytest.raises(InvalidRequestError, match=kind.__name__):
            kind(**wrong)
    given = kind(data=b"abc", media_type="a/b")
    assert (given.base64, given.data_url) == ("YWJj", "data:a/b;base64,YWJj")
    assert kind(url="https://x").data_url == "https://x"


def test_what_a_medium_shows_of_itself_is_short_and_without_signatures() -> None:
    assert repr(Image(data=b"x" * 2_000, media_type="image/png")) == "<Image image/png, 2,000 bytes>"
    assert "signature" not in repr(Image(url="https://x.example/a?signature=s3cret"))


def test_a_file_has_the_type_that_its_name_says(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF")
    document = Document.from_file(path)
    assert (document.data, document.media_type, document.name) == (b"%PDF", "application/pdf", "a.pdf")
    with pytest.raises(InvalidRequestError, match=r"type of a\.unknown-kind is unknown"):
        Document.from_file(tmp_path / "a.unknown-kind")
    with pytest.raises(FileNotFoundError):
        Image.from_file(str(tmp_path / "none.png"))


def test_every_part_of_every_message_is_found() -> None:
    parts = (Text("a"), ToolCall("1", "f", {"x": 1}), ToolResult("1", "done"))
    request = Request.of([Message.user(parts[0]), Message.assistant(parts[1]), Message.user(parts[2])])
    assert tuple(request.parts()) == parts


def test_a_response_shows_its_beginning_only() -> None:
    assert repr(Response(text="hi", model="m", provider="p")) == "<Response 'hi' from p:m, stop>"
    assert len(repr(Response(text="x" * 10_000))) < 120


def test_the_text_of_a_stream_alone() -> None:
    events = [
        StreamEvent(kind="reasoning", text="hm"),
        StreamEvent(kind="text", text="a"),
        StreamEvent(kind="text", text="b"),
    ]
    assert list(texts(iter(events))) == ["a", "b"]
