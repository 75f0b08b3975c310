"""The server that the other tests of providers rely on does what it says."""

from __future__ import annotations

import httpx2
import pytest
from fakes.server import Answer, FakeServer, Recorded, plain


def test_it_answers_in_order_and_records_what_it_was_asked(fake_server: FakeServer) -> None:
    fake_server.answer({"n": 1}).answer("two", status=429, headers={"retry-after": "7"})
    with httpx2.Client(base_url=fake_server.url) as client:
        first = client.post("/v1/x?a=1", json={"hello": "world"}, headers={"X-Key": "k"})
        second = client.get("/v1/y")
    assert (first.json(), second.status_code, second.text, second.headers["retry-after"]) == ({"n": 1}, 429, "two", "7")
    asked = fake_server.requests[0]
    assert (asked.method, asked.path, asked.json, asked.headers["x-key"]) == (
        "POST", "/v1/x?a=1", {"hello": "world"}, "k"
    )  # fmt: skip
    assert fake_server.requests[1].json is None


def test_a_request_that_nobody_scripted_is_seen(fake_server: FakeServer) -> None:
    answer = httpx2.get(f"{fake_server.url}/surprise")
    assert answer.status_code == 500
    assert "nothing scripted for GET /surprise" in answer.text


def test_a_function_may_make_the_answer_of_the_request(fake_server: FakeServer) -> None:
    def echo(request: Recorded) -> Answer:
        return plain(request.json)

    fake_server.then(echo)
    assert httpx2.post(fake_server.url, json=[1, 2]).json() == [1, 2]


def test_it_sends_events_and_breaks_off_where_it_is_told_to(fake_server: FakeServer) -> None:
    fake_server.sse([("start", {"a": 1}), "[DONE]"], pause=0.01)
    assert httpx2.get(fake_server.url).text == 'event: start\ndata: {"a": 1}\n\ndata: [DONE]\n\n'
    fake_server.sse([{"a": 1}, {"b": 2}], cut_after=1)
    with pytest.raises(httpx2.RemoteProtocolError):
        httpx2.get(fake_server.url)


def test_it_hangs_up_and_cuts_bodies_off(fake_server: FakeServer) -> None:
    fake_server.hang_up().answer({"a": 1}, cut=True)
    for _ in range(2):
        with pytest.raises(httpx2.RemoteProtocolError):
            httpx2.get(fake_server.url)


def test_its_end_wakes_up_what_sleeps() -> None:
    with FakeServer() as server:
        server.sleep(60)
        with pytest.raises(httpx2.ReadTimeout):
            httpx2.get(server.url, timeout=0.05)
    assert server.wait(60) is False
