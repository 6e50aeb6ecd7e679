"""Frames sent over kept lines, to a server that closes them, answers what it likes, or does not answer."""

import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.credentials import Credentials

from belvedere.realtime.push.frame_sender import FrameSender, SendOutcome, SendResult
from belvedere.storage.connections_api import ConnectionsApi


@dataclass
class Gateway:
    """A server on a port of this machine; `answers` by path, `closes` after each answer if told to."""

    answers: dict[str, int] = field(default_factory=dict)
    got: list[tuple[str, bytes, str]] = field(default_factory=list)
    lines: int = 0
    closes: bool = False
    silent: bool = False
    url: str = ""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    told = Gateway()
    over = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            told.lines += 1
            super().setup()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            told.got.append((self.path, body, self.headers["authorization"]))
            if told.silent:
                over.wait(20)
            self.send_response(told.answers.get(self.path, 200))
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")
            self.close_connection = told.closes  # without a word

        def do_DELETE(self) -> None:
            told.got.append((self.path, b"", self.headers["authorization"]))
            self.send_response(told.answers.get(self.path, 204))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}/live"
    yield told
    over.set()
    server.shutdown()
    thread.join()
    server.server_close()


def post(gateway: Gateway, wait_s: float = 10.0) -> FrameSender:
    return FrameSender(ConnectionsApi(gateway.url, "us-east-1", Credentials("key", "secret"), wait_s=wait_s).post)


def test_frames_go_in_order_over_one_line_to_the_encoded_connection(gateway: Gateway) -> None:
    assert post(gateway).send_one("Zx1=", [b"1", b"2", b"3"]) == SendResult(SendOutcome.SENT, 3)
    assert [(path, body) for path, body, _ in gateway.got] == [
        ("/live/%40connections/Zx1%3D", body) for body in (b"1", b"2", b"3")
    ]
    assert all(signed.startswith("AWS4-HMAC-SHA256 Credential=key/") for _, _, signed in gateway.got)
    assert gateway.lines == 1


def test_a_line_that_was_closed_meanwhile_is_opened_anew(gateway: Gateway) -> None:
    gateway.closes = True
    assert post(gateway).send_one("a", [b"1", b"2", b"3"]) == SendResult(SendOutcome.SENT, 3)
    assert [body for _, body, _ in gateway.got] == [b"1", b"2", b"3"]


def test_what_is_answered_says_what_became_of_the_frames(gateway: Gateway) -> None:
    gateway.answers = {f"/live/%40connections/{name}": status for name, status in
                       {"gone": 410, "busy": 429, "broken": 500, "forbidden": 403}.items()}  # fmt: skip
    posted = post(gateway).send_all({name: [b"1"] for name in ("well", "gone", "busy", "broken", "forbidden")})
    assert {name: one.outcome.value for name, one in posted.items()} == {
        "well": "sent", "gone": "gone", "busy": "late", "broken": "failed", "forbidden": "failed",
    }  # fmt: skip


def test_who_does_not_answer_and_who_is_not_there_fail(gateway: Gateway) -> None:
    gateway.silent = True
    assert post(gateway, wait_s=0.2).send_one("a", [b"1"]) == SendResult(SendOutcome.FAILED, 0)
    nobody = ConnectionsApi("http://127.0.0.1:9/live", "us-east-1", Credentials("key", "secret"), wait_s=1.0)
    assert FrameSender(nobody.post).send_one("a", [b"1"]) == SendResult(SendOutcome.FAILED, 0)


def test_a_connection_is_ended_by_its_encoded_name(gateway: Gateway) -> None:
    gateway.answers = {"/live/%40connections/gone": 410}
    api = ConnectionsApi(gateway.url, "us-east-1", Credentials("key", "secret"), wait_s=10.0)
    assert [api.end("Zx1="), api.end("gone"), api.post("a", b"1")] == [204, 410, 200]
    assert [path for path, *_ in gateway.got] == [f"/live/%40connections/{name}" for name in ("Zx1%3D", "gone", "a")]
