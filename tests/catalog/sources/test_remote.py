"""Remote reads, against a real TLS server that misbehaves: only a good body replaces the one in the cache."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import sys
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import trustme
from misbehaving import Exchange, Fetch, Server, head, killed, reply, rows, status, zipped

from ai_models.catalog.sources.remote import FetchLimits
from ai_models.errors import (
    AIModelsError,
    MissingExtraError,
    SourceError,
    SourceUnavailableError,
)


def test_a_feed_is_read_into_the_cache(server: Server, get: Fetch, kept: Path):
    server.will(reply(rows(3), ETag='"one"'))
    found = get()
    assert (found.path, found.path.read_bytes()) == (kept, rows(3))
    assert (found.source, found.rows, found.etag, found.changed) == ("feed", 3, '"one"', True)
    assert found.sha256 == hashlib.sha256(rows(3)).hexdigest()
    assert found.retrieved == found.checked <= datetime.now(UTC)


def test_the_request_says_who_asks_and_nothing_secret(server: Server, get: Fetch):
    server.will(reply(rows(1)))
    get()
    sent = server.seen[0].headers
    assert sent["user-agent"].startswith("ai-models-catalog/")
    assert sent["accept-encoding"] == "gzip, deflate"
    assert not sent.keys() & {"authorization", "cookie", "if-none-match"}


@pytest.mark.parametrize(
    "answer",
    [
        zipped(rows(3)),
        reply(zlib.compress(rows(3)), Content_Encoding="deflate"),
        reply(rows(3), Content_Encoding="identity"),
        reply(rows(3), Content_Type="text/plain; charset=utf-8"),
        reply(rows(3), Content_Type="application/feed+json"),
        reply(rows(3), Content_Type=""),
        reply(b"\xef\xbb\xbf" + rows(3)),
        lambda exchange: exchange.send(head(Content_Type="application/json").encode() + rows(3)),
        lambda exchange: exchange.send(head(Transfer_Encoding="chunked") + "2\r\n[1\r\n5\r\n,2,3]\r\n0\r\n\r\n"),
    ],
)
def test_honest_answers_of_every_form_are_taken(server: Server, get: Fetch, answer: Callable[[Exchange], None]):
    server.will(answer)
    assert get().rows == 3


@pytest.mark.parametrize("beyond", range(-3, 4))
def test_a_compressed_body_that_ends_at_the_edge_of_a_piece_is_whole(server: Server, get: Fetch, kept: Path, beyond: int):
    body = b"[1" + b" " * (3 * 2**16 + beyond - 3) + b"]"
    server.will(zipped(body))
    get()
    assert kept.read_bytes() == body


def test_a_compressed_body_may_come_byte_by_byte(server: Server, get: Fetch):
    def slowly(exchange: Exchange) -> None:
        exchange.send(head(Content_Encoding="gzip"))
        exchange.dribble(gzip.compress(b"[1, 2, 3]"), every=0.001)

    server.will(slowly)
    assert get().rows == 3


def test_a_packed_file_is_unpacked(server: Server, get: Fetch, kept: Path):
    packed = gzip.compress(rows(4))
    server.will(reply(packed, Content_Type="application/octet-stream"), zipped(packed, Content_Type="application/gzip"))
    assert [get(packed=True).rows, get(packed=True).rows] == [4, 4]
    assert kept.read_bytes() == rows(4)


def test_a_body_that_has_not_changed_is_not_sent_again(server: Server, get: Fetch, kept: Path):
    server.will(reply(rows(3), ETag='W/"one"'), status("304 Not Modified"))
    first, second = get(), get()
    assert server.seen[1].headers["if-none-match"] == 'W/"one"'
    assert (second.changed, second.rows, second.sha256, second.etag) == (False, 3, first.sha256, 'W/"one"')
    assert second.retrieved == first.retrieved < second.checked
    assert kept.read_bytes() == rows(3)


def test_the_same_body_again_is_no_change(server: Server, get: Fetch):
    server.will(reply(rows(3)), reply(rows(3), ETag='"new"'))
    first, second = get(), get()
    assert (second.changed, second.retrieved, second.etag) == (False, first.retrieved, '"new"')


def test_an_etag_of_another_address_is_not_sent(server: Server, get: Fetch):
    server.will(reply(rows(3), ETag='"one"'))
    get()
    get(url=server.url(path="/moved.json"))
    assert "if-none-match" not in server.seen[1].headers


def test_not_modified_without_having_asked_is_no_answer(server: Server, get: Fetch):
    server.will(status("304 Not Modified"))
    with pytest.raises(SourceUnavailableError, match="answered 304"):
        get()


def test_progress_is_told_what_came_and_what_will(server: Server, get: Fetch):
    server.will(reply(rows(5000)))
    told: list[tuple[int, int | None]] = []
    get(progress=lambda received, total: told.append((received, total)))
    assert told[-1] == (len(rows(5000)), len(rows(5000)))
    assert [received for received, _ in told] == sorted(received for received, _ in told)


# What passes


@pytest.mark.parametrize("line", ["429 Too Many Requests", "500 Oops", "502 Bad", "503 Busy", "504 Late", "408 Slow"])
def test_what_passes_is_tried_again(server: Server, get: Fetch, line: str):
    server.will(status(line), status(line), reply(rows(3)))
    assert get().rows == 3
    assert len(server.seen) == 3


def test_attempts_are_bounded(server: Server, get: Fetch, kept: Path):
    server.will(status("503 Busy"))
    with pytest.raises(SourceUnavailableError, match=r"answered 503 Busy, 3 times; try again later"):
        get()
    assert len(server.seen) == 3
    assert not kept.exists()


@pytest.mark.parametrize("line", ["404 Not Found", "403 Forbidden", "410 Gone", "204 No Content", "206 Partial"])
def test_what_does_not_pass_is_not_tried_again(server: Server, get: Fetch, line: str):
    server.will(status(line))
    with pytest.raises(SourceUnavailableError, match=f"answered {line}; check whether the source has moved"):
        get()
    assert len(server.seen) == 1


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []
    monkeypatch.setattr("time.sleep", found.append)
    return found


def test_a_server_that_asks_to_wait_is_waited_for(server: Server, get: Fetch, pauses: list[float]):
    server.will(status("429 Slow down", Retry_After="1"), status("503 Busy", Retry_After="0"), reply(rows(3)))
    get()
    assert pauses[0] == 1
    assert 0.01 <= pauses[1] <= 0.02


def test_a_server_may_ask_with_a_date(server: Server, get: Fetch, pauses: list[float]):
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    naive = then.replace("GMT", "-0000")
    server.will(status("429 Slow down", Retry_After=then), status("429 Slow down", Retry_After=naive), reply(rows(3)))
    get(limits=FetchLimits(total=70, longest_pause=30, first_pause=0.01))
    assert all(28 < pause <= 30 for pause in pauses)


@pytest.mark.parametrize("asked", ["soon", "-5", "1.5", "Sun, 06 Nov 1994 08:49:37 GMT", ""])
def test_what_is_no_time_to_wait_is_none(server: Server, get: Fetch, pauses: list[float], asked: str):
    server.will(status("429 Slow down", Retry_After=asked), reply(rows(3)))
    get()
    assert pauses[0] <= 0.01


def test_a_server_that_asks_for_too_long_is_not_asked_again(server: Server, get: Fetch):
    server.will(status("429 Slow down", Retry_After="2"), reply(rows(3)))
    with pytest.raises(SourceUnavailableError, match="answered 429 Slow down and asks to wait for 2 s"):
        get()
    assert len(server.seen) == 1


def test_pauses_double_and_stay_below_the_longest(server: Server, get: Fetch, pauses: list[float]):
    server.will(status("500 Oops"))
    limits = FetchLimits(attempts=6, first_pause=1, longest_pause=4, total=60)
    with pytest.raises(SourceUnavailableError):
        get(limits=limits)
    bounds = [1, 2, 4, 4, 4]
    assert all(most / 2 <= pause <= most for pause, most in zip(pauses, bounds, strict=True))


def test_a_pause_that_does_not_fit_is_not_begun(server: Server, get: Fetch, pauses: list[float]):
    server.will(status("500 Oops"))
    with pytest.raises(SourceUnavailableError, match=r"answered 500 Oops, and the 0\.5 s for it are over"):
        get(limits=FetchLimits(total=0.5, first_pause=20))
    assert not pauses


# What hangs or breaks off


def test_nobody_listening_is_unavailable(server: Server, get: Fetch):
    with pytest.raises(SourceUnavailableError, match="cannot be reached"):
        get(url="https://localhost:1/feed.json")


def test_a_proxy_of_the_environment_is_used(server: Server, get: Fetch, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(SourceUnavailableError, match="cannot be reached"):
        get()
    assert not server.seen


def test_a_server_that_says_nothing_is_tried_again(server: Server, get: Fetch):
    server.will(lambda exchange: exchange.wait(), reply(rows(3)))
    assert get().rows == 3


def test_a_server_that_never_says_anything_is_given_up(server: Server, get: Fetch):
    server.will(lambda exchange: exchange.wait())
    with pytest.raises(SourceUnavailableError, match=r"took too long to answer .*, 2 times"):
        get(limits=FetchLimits(read=0.1, attempts=2, first_pause=0.01))


def test_a_body_that_stops_is_given_up(server: Server, get: Fetch):
    def half(exchange: Exchange) -> None:
        exchange.send(head(Content_Length=100) + "[1, 2")
        exchange.wait()

    server.will(half)
    with pytest.raises(SourceUnavailableError, match="took too long to answer"):
        get(limits=FetchLimits(read=0.1, attempts=1))


def test_headers_byte_by_byte_end_at_the_total_time(server: Server, get: Fetch):
    server.will(lambda exchange: exchange.dribble(head(Content_Length=2).encode() * 10))
    with pytest.raises(SourceUnavailableError, match=r"and the 0\.4 s for it are over"):
        get(limits=FetchLimits(read=0.2, total=0.4, attempts=2, first_pause=0.01))
    assert len(server.seen) == 1


def test_a_body_byte_by_byte_ends_at_the_total_time(server: Server, get: Fetch, kept: Path):
    def slow(exchange: Exchange) -> None:
        exchange.send(head(Content_Length=500))
        exchange.dribble(rows(200)[:500])

    server.will(reply(rows(3)), slow)
    get()
    with pytest.raises(SourceUnavailableError, match=r"and the 0\.4 s for it are over"):
        get(limits=FetchLimits(read=0.2, total=0.4))
    assert kept.read_bytes() == rows(3)


def test_a_body_without_a_length_ends_at_the_total_time(server: Server, get: Fetch):
    def slow(exchange: Exchange) -> None:
        exchange.send(head())
        exchange.dribble(rows(200)[:500])

    server.will(slow)
    with pytest.raises(SourceUnavailableError, match=r"sends slowly, and the 0\.3 s for it are over"):
        get(limits=FetchLimits(read=0.2, total=0.3))


def test_no_time_at_all_is_no_answer(server: Server, get: Fetch):
    server.will(reply(rows(3)))
    with pytest.raises(SourceUnavailableError, match="0 s for it are over"):
        get(limits=FetchLimits(total=0))


@pytest.mark.parametrize(
    "cut",
    [
        lambda exchange: None,
        lambda exchange: exchange.send("HTTP/1.1 200 OK\r\nContent-"),
        lambda exchange: exchange.send(head(Content_Length=len(rows(3)) + 1).encode() + rows(3)),
        lambda exchange: exchange.send(head(Transfer_Encoding="chunked") + "5\r\n[1,2]\r\n"),
        lambda exchange: exchange.send(head(Content_Encoding="gzip").encode() + gzip.compress(rows(500))[:-9]),
        lambda exchange: exchange.send("SSH-2.0-OpenSSH_9.0\r\n\r\n"),
        lambda exchange: exchange.send(head(Content_Length="many") + "[1]"),
    ],
)
def test_an_answer_that_is_cut_off_is_tried_again_and_never_kept(
    server: Server, get: Fetch, kept: Path, cut: Callable[[Exchange], None]
):
    server.will(reply(rows(3)), cut, reply(rows(4)), cut)
    get()
    assert get().rows == 4
    with pytest.raises(SourceUnavailableError, match="cut off"):
        get()
    assert kept.read_bytes() == rows(4)


# The extra, the errors, the table


def test_without_the_extra_the_message_is_the_line_that_installs_it(get: Fetch, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sys.modules, "ai_models.catalog.sources.download", raising=False)
    monkeypatch.setitem(sys.modules, "httpx2", None)
    with pytest.raises(MissingExtraError) as problem:
        get()
    assert str(problem.value).endswith("pip install 'ai-models-catalog[sync]'")
    assert (problem.value.extra, isinstance(problem.value, ImportError)) == ("sync", True)


def test_another_missing_module_is_not_hidden(get: Fetch, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "ai_models.catalog.sources.download", None)
    with pytest.raises(ModuleNotFoundError) as problem:
        get()
    assert not isinstance(problem.value, MissingExtraError)


def test_the_errors_carry_their_facts_and_are_os_errors():
    problem = SourceUnavailableError("https://a.example", reason="is gone", hint="look")
    assert (problem.url, problem.reason, problem.hint) == ("https://a.example", "is gone", "look")
    assert str(problem) == "https://a.example: is gone; look"
    assert isinstance(problem, SourceError | AIModelsError)
    assert isinstance(problem, OSError)


# A kill in the middle

_FETCHER = """
import ssl, sys
from pathlib import Path
from ai_models.catalog.sources import download  # what is imported before the fork is imported once
from ai_models.catalog.sources.remote import RemoteSource, fetch
source = RemoteSource(name="feed", url=sys.argv[1], rows=len)
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
tls.load_verify_locations(sys.argv[2])
def step():
    fetch(source, Path(sys.argv[3]), tls=tls)
"""


def test_a_fetch_that_is_killed_leaves_the_old_body_or_the_new(
    server: Server, authority: trustme.CA, get: Fetch, kept: Path, tmp_path: Path
):
    bodies = [rows(5000, first=first) for first in range(20)]
    turn = itertools.count()

    def slowly(exchange: Exchange) -> None:
        body = bodies[next(turn) % len(bodies)]
        exchange.send(head(Content_Type="application/json", Content_Length=len(body), ETag='"x"'))
        for start in range(0, len(body), 20_000):
            exchange.wait(0.002)
            exchange.send(body[start : start + 20_000])

    certificate = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(certificate))
    server.will(slowly)
    for _ in killed(_FETCHER, server.url(), str(certificate), str(tmp_path), times=10, between=(0.02, 0.15)):
        assert not kept.exists() or kept.read_bytes() in bodies
    assert get().rows == 5000
    server.will(status("304 Not Modified"))
    assert get().changed is False


def test_two_fetches_at_once_leave_a_body_with_its_note(server: Server, get: Fetch, kept: Path):
    bodies = [rows(30, first=first) for first in range(2)]
    turn = itertools.count()
    server.will(lambda exchange: reply(bodies[next(turn) % 2], ETag=f'"{next(turn)}"')(exchange))
    with ThreadPoolExecutor(2) as pool:
        fetched = list(pool.map(lambda _: get(), range(20)))
    assert {found.rows for found in fetched} == {30}
    assert kept.read_bytes() in bodies
    assert sorted(path.name for path in kept.parent.iterdir()) == ["feed.json", "feed.note.json"]
    assert get().rows == 30
