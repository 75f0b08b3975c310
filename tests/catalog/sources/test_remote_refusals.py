"""What a remote read refuses: other hosts, other formats, bombs, cut bodies, lost rows; the cached body stays."""

from __future__ import annotations

import gzip
import ssl
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
from misbehaving import Exchange, Fetch, Refused, Server, head, reply, rows, status, zipped

from ai_models.catalog.sources import cached
from ai_models.errors import SourceError, SourceRefusedError, SourceShrunkError, SourceUnavailableError


def test_a_redirect_on_the_same_host_is_followed(server: Server, get: Fetch):
    server.will(status("301 Moved", Location="/b.json"), status("307 Moved", Location=server.url(path="/c")), reply(rows(3)))
    assert get().rows == 3
    assert [exchange.path for exchange in server.seen] == ["/feed.json", "/b.json", "/c"]


def test_a_redirect_to_another_host_is_refused_and_not_followed(server: Server, refused: Refused):
    problem = refused(status("302 Found", Location=server.url("127.0.0.1")))
    assert problem.reason == f"redirects to another host, 127.0.0.1:{server.port}"


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("https://localhost/feed.json", "redirects to another host, localhost"),
        ("//elsewhere.example/feed.json", "redirects to another host, elsewhere.example"),
        ("http://localhost/feed.json", "http: only https:// is read"),
        ("ftp://localhost/feed.json", "ftp: only https:// is read"),
        ("file:///etc/passwd", "file: only https:// is read"),
        ("https://localhost:port/", "not an address: "),
    ],
)
def test_other_redirects_are_refused(refused: Refused, location: str, reason: str):
    assert refused(status("302 Found", Location=location)).reason.startswith(reason)


def test_redirects_in_a_circle_end(server: Server, get: Fetch):
    server.will(status("302 Found", Location="/feed.json"))
    with pytest.raises(SourceRefusedError, match="more than 5 redirects"):
        get()
    assert len(server.seen) == 6


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://localhost/feed.json", "http: only https:// is read"),
        ("localhost/feed.json", "no scheme: only https:// is read"),
        ("https:///feed.json", "https: only https:// is read"),
        ("https://user:word@localhost/feed.json", "credentials in an address"),
        ("https://localhost:port/", "not an address: "),
    ],
)
def test_addresses_that_are_not_read(server: Server, get: Fetch, url: str, reason: str):
    with pytest.raises(SourceRefusedError) as problem:
        get(url=url)
    assert problem.value.reason.startswith(reason)
    assert not server.seen


def test_a_certificate_that_nobody_signed_is_refused(server: Server, get: Fetch):
    with pytest.raises(SourceRefusedError, match="its certificate is not trusted"):
        get(tls=None)
    assert not server.seen


def test_a_certificate_of_another_host_is_refused(authority: trustme.CA, server: Server, get: Fetch):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("elsewhere.example").configure_cert(tls)
    server.tls = tls
    with pytest.raises(SourceRefusedError, match="its certificate is not trusted"):
        get()


def test_a_size_that_is_announced_is_refused_before_the_body(server: Server, refused: Refused):
    def huge(exchange: Exchange) -> None:
        exchange.send(head(Content_Length=10**12))
        exchange.wait()

    assert refused(huge).reason == "1,000,000,000,000 bytes, more than the 67,108,864 allowed"


def test_the_size_limit_is_exact(server: Server, get: Fetch, refused: Refused):
    size = len(rows(4))
    server.will(zipped(rows(4)))
    assert get(max_bytes=size).rows == 4
    server.seen.clear()
    server.will(reply(rows(3)))
    get(accept_loss=True)
    server.seen.clear()
    problem = refused(zipped(rows(4)), max_bytes=size - 1)
    assert problem.reason == f"more than the {size - 1:,} bytes allowed, decompressed"


def test_a_bomb_is_stopped_at_the_limit(refused: Refused):
    bomb = gzip.compress(b"[" + b" " * (32 * 2**20) + b"]", compresslevel=1)
    answer = reply(bomb, Content_Encoding="gzip")
    tracemalloc.start()
    try:
        problem = refused(answer, max_bytes=2**20)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert problem.reason == "more than the 1,048,576 bytes allowed, decompressed"
    assert peak < 8 * 2**20


def test_a_bomb_in_a_bomb_is_stopped_at_the_limit(refused: Refused):
    twice = gzip.compress(gzip.compress(b" " * (32 * 2**20), compresslevel=1))
    problem = refused(reply(twice, Content_Encoding="gzip"), max_bytes=2**20, packed=True)
    assert problem.reason.startswith("more than the 1,048,576 bytes")


def test_an_endless_body_is_stopped_at_the_limit(refused: Refused):
    def endless(exchange: Exchange) -> None:
        exchange.send(head(Content_Type="application/json") + "[")
        while not exchange.stopped.is_set():
            exchange.send(b" " * 65_536)

    assert refused(endless, max_bytes=2**20).reason.startswith("more than the 1,048,576 bytes")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply(b"<html>down</html>", Content_Type="text/html; charset=utf-8"), "text/html instead of JSON"),
        (reply(rows(3), Content_Type="image/png"), "image/png instead of JSON"),
        (reply(b"\n <!DOCTYPE html>", Content_Type="text/plain"), "a web page instead of JSON"),
        (reply(rows(9)[:-5]), "not JSON: "),
        (reply(rows(9), Content_Length=len(rows(9)) - 5), "not JSON: "),
        (reply(b""), "not JSON: "),
        (reply(b"\xff\xfe[]"), "not JSON: "),
        (reply(b"[" * 100_000), "not JSON: "),
        (reply(b"{}"), "JSON of another shape: not a list"),
        (reply(b"[]"), "no rows in it"),
        (reply(rows(3), Content_Encoding="br"), "compressed as 'br'"),
        (reply(rows(3), Content_Encoding="gzip, gzip"), "compressed as 'gzip, gzip'"),
        (reply(rows(3), Content_Encoding="gzip"), "compressed in a way that cannot be read: "),
        (
            reply(gzip.compress(rows(3)) + b"more", Content_Encoding="gzip"),
            "compressed in a way that cannot be read: data after its end",
        ),
    ],
)
def test_answers_that_are_not_the_feed_are_refused(refused: Refused, answer: Callable[[Exchange], None], reason: str):
    assert refused(answer).reason.startswith(reason)


# Lost rows


@pytest.mark.parametrize(("before", "after"), [(100, 90), (10, 9), (101, 91), (9, 9), (1, 1), (100, 250)])
def test_a_tenth_of_the_rows_may_go(server: Server, get: Fetch, before: int, after: int):
    server.will(reply(rows(before)), reply(rows(after, first=1)))
    get()
    assert get().rows == after


@pytest.mark.parametrize(("before", "after"), [(100, 89), (10, 8), (101, 90), (9, 8), (2, 1)])
def test_more_than_a_tenth_is_refused_until_it_is_accepted(server: Server, get: Fetch, kept: Path, before: int, after: int):
    server.will(reply(rows(before), ETag='"one"'), reply(rows(after), ETag='"two"'))
    get()
    for _ in range(2):
        with pytest.raises(SourceShrunkError, match=r"more than a tenth is gone; .* accept_loss=True") as problem:
            get()
        assert (problem.value.before, problem.value.after) == (before, after)
        assert kept.read_bytes() == rows(before)
    assert server.seen[-1].headers["if-none-match"] == '"one"'
    assert get(accept_loss=True).rows == after
    assert get().rows == after


# What messages and notes may not do


@pytest.mark.parametrize(
    "url",
    [
        "https://user:secret@localhost/feed.json",
        "https://localhost:1/feed.json?token=secret#secret",
        "http://secret@x/y?secret",
    ],
)
def test_no_message_holds_what_may_be_a_secret(get: Fetch, url: str):
    with pytest.raises(SourceError) as problem:
        get(url=url)
    assert "secret" not in str(problem.value)
    assert "secret" not in problem.value.url
    assert problem.value.url.startswith(("https://localhost", "http://x"))


def test_a_server_cannot_write_on_the_terminal(refused: Refused):
    problem = refused(reply(rows(3), Content_Type="text/\x9b31m\xad"))
    assert str(problem).isprintable()


def test_a_status_line_cannot_either(server: Server, get: Fetch):
    server.will(status("418 \x9b31mteapot"))
    with pytest.raises(SourceUnavailableError) as problem:
        get()
    assert str(problem.value).isprintable()


@pytest.mark.parametrize("asked", ["Mon, 01 Jan 2026 00:00:00 +9999999999999999", "9" * 400, "\xb2"])
def test_no_retry_after_is_too_strange(server: Server, get: Fetch, asked: str):
    server.will(status("503 Later", Retry_After=asked))
    with pytest.raises(SourceUnavailableError):
        get()


@pytest.mark.parametrize("etag", ['"\xe9"', "bare", '"a"b"', '"' + "x" * 1_001 + '"', '"\x7f"', ""])
def test_an_etag_that_cannot_be_sent_back_is_forgotten(server: Server, get: Fetch, etag: str):
    server.will(reply(rows(3), ETag=etag))
    assert get().etag is None
    assert not get().changed
    assert "if-none-match" not in server.seen[1].headers


@pytest.mark.parametrize("etag", ['"x"', 'W/"x-1"', '""'])
def test_an_etag_is_sent_back_as_it_came(server: Server, get: Fetch, etag: str):
    server.will(reply(rows(3), ETag=etag))
    assert get().etag == etag
    get()
    assert server.seen[1].headers["if-none-match"] == etag


def test_a_body_that_is_confirmed_needs_no_writable_cache(
    server: Server, get: Fetch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    server.will(reply(rows(3), ETag='"x"'))
    first = get()

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(cached, "write_aside", denied)
    server.will(status("304 Not Modified"))
    again = get()
    assert (again.path, again.rows, again.changed) == (first.path, 3, False)
    server.will(reply(rows(4)))
    with pytest.raises(PermissionError):
        get()
    assert (tmp_path / "feed.json").read_bytes() == rows(3)


def test_an_integer_of_thousands_of_digits_is_the_importers_to_reject(server: Server, get: Fetch):
    server.will(reply(b'[{"a": ' + b"9" * 5_000 + b"}]"))
    assert get().rows == 1
