"""Pages of this machine may ask its ports, other pages may not, and programs always may."""

import json
from typing import Any

import pytest

from infra.local.ministack.guard import refuse_foreign
from infra.local.origins import refusal


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "localhost", "LOCALHOST:1", "[::1]:8000",
                                  "a1.execute-api.localhost:4566", "127.8.0.1"])  # fmt: skip
def test_names_of_this_machine_are_answered_to(host: str) -> None:
    assert refusal({"host": host}) is None


@pytest.mark.parametrize("host", ["evil.test", "evil.test:8000", "127.0.0.1.evil.test:8000", "localhost.evil.test",
                                  "169.254.169.254", "notlocalhost", "10.0.0.1:8000", ""])  # fmt: skip
def test_any_other_name_is_one_that_was_made_to_point_here(host: str) -> None:
    assert "Host" in str(refusal({"host": host}))


@pytest.mark.parametrize("origin", ["http://localhost:5173", "http://127.0.0.1:3000", "https://app.localhost"])
def test_pages_of_this_machine_may_ask(origin: str) -> None:
    assert refusal({"host": "127.0.0.1:8000", "origin": origin, "sec-fetch-site": "cross-site"}) is None


@pytest.mark.parametrize("origin", ["https://evil.test", "null", "", "http://localhost.evil.test", "file://localhost",
                                    "chrome-extension://abc", "http://localhost:5173@evil.test"])  # fmt: skip
def test_pages_of_another_origin_may_not(origin: str) -> None:
    assert "origin" in str(refusal({"host": "127.0.0.1:8000", "origin": origin}))


def test_an_origin_that_was_allowed_may_ask_and_nobody_else() -> None:
    allowed = ("https://app.example.test",)
    assert refusal({"origin": "https://app.example.test"}, allowed) is None
    assert refusal({"origin": "https://other.example.test"}, allowed)
    assert refusal({"origin": "https://other.example.test"}, ("*",)) is None


def test_what_a_page_embeds_is_refused_and_a_link_is_not() -> None:
    assert refusal({"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"})
    assert refusal({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}) is None
    assert refusal({"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}) is None


async def through_the_guard(kind: str = "http", **headers: str) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def inner(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await send({"type": "through"})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await refuse_foreign(inner)({"type": kind, "headers": named}, None, send)
    return sent


async def test_the_emulator_answers_programs_and_the_front_door() -> None:
    through = [{"type": "through"}]
    assert await through_the_guard(host="127.0.0.1:4566") == through
    assert await through_the_guard(host="127.0.0.1:4566", x_forwarded_host="a", origin="https://app.test") == through


async def test_the_emulator_answers_no_page_of_another_origin() -> None:
    start, body = await through_the_guard(host="127.0.0.1:4566", origin="https://evil.test")
    assert (start["status"], json.loads(body["body"]).keys()) == (403, {"message"})
    (closed,) = await through_the_guard("websocket", host="127.0.0.1:4566", origin="https://evil.test")
    assert closed["type"] == "websocket.close"


async def test_a_name_that_points_here_is_refused_whatever_else_is_sent() -> None:
    start, _ = await through_the_guard(host="evil.test:4566", x_forwarded_host="127.0.0.1")
    assert start["status"] == 403
