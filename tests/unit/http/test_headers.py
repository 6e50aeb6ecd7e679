"""Headers are set in one go, each once, and a request's are read as they came first."""

from starlette.datastructures import MutableHeaders

from belvedere.http.exchange import begin
from belvedere.http.headers import SECURITY, add_safety, put


def test_what_is_put_replaces_what_was_there_whatever_its_case() -> None:
    headers = MutableHeaders({"x-request-id": "old", "etag": "kept"})
    put(headers, {"X-Request-ID": "new", "X-More": "é"})
    assert headers.raw == [(b"etag", b"kept"), (b"x-request-id", b"new"), (b"x-more", "é".encode("latin-1"))]


def test_safety_leaves_what_an_answer_brings() -> None:
    headers = MutableHeaders({"Referrer-Policy": "no-referrer"})
    add_safety(headers)
    assert dict(headers) == {name.lower(): value for name, value in SECURITY.items()} | {
        "referrer-policy": "no-referrer"
    }


def test_of_a_request_header_that_comes_twice_the_first_counts() -> None:
    scope = {"method": "GET", "path": "/", "headers": [(b"x-api-key", b"one"), (b"x-api-key", b"two")]}
    with begin(scope) as exchange:
        assert exchange.headers["x-api-key"] == "one"
