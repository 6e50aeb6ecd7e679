"""GET /: the contract's JSON, and for browsers a page that names what there really is."""

import base64
import hashlib
import re

import pytest

from belvedere.boards.registry import CATALOG
from belvedere.http.routes import ROUTES
from infra.local.front_door.socket_proxy import channel_of
from tests.worlds.served import Served

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.fixture(scope="module")
def page(served: Served) -> str:
    answer = served.get("/", key="", headers={"Accept": BROWSER})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Accept" in answer.headers["vary"].split(", ")
    return answer.text


@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
def test_whoever_asks_for_no_page_gets_the_documented_fields(served: Served, accept: str) -> None:
    answer = served.get("/", key="", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.json() == {
        "message": "Belvedere API", "version": "1.0.0", "docs": "/docs", "health": "/health", "status": "running",
    }  # fmt: skip
    assert "Accept" in answer.headers["vary"].split(", ")


def test_docs_and_health_are_where_it_says(served: Served) -> None:
    body = served.get("/", key="").json()
    assert [served.get(body[name], key="").status_code for name in ("docs", "health")] == [200, 200]


def test_the_page_names_only_routes_that_exist(page: str) -> None:
    named = re.findall(r"<code>(GET|POST) (/[^<]+)</code>", page)
    assert len(named) > 12
    assert set(named) <= {(route.method, route.path) for route in ROUTES}


def test_the_page_names_only_websocket_paths_that_lead_to_a_channel(page: str) -> None:
    named = re.findall(r"<code>WS (/[^<]+)</code>", page)
    assert len(named) == 3
    assert all(channel_of(path.replace("{user_id}", "ada")) for path in named)


@pytest.mark.parametrize("board", CATALOG.boards)
def test_every_board_is_on_the_page(page: str, board: str) -> None:
    assert board in page.lower()


@pytest.mark.parametrize("path", ["/", "/docs", "/redoc"])
def test_only_the_pages_own_scripts_and_styles_run(served: Served, path: str) -> None:
    answer = served.get(path, key="", headers={"Accept": BROWSER})
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    for element in ("script", "style"):
        inner = re.findall(f"<{element}>(.*?)</{element}>", answer.text, re.DOTALL)
        hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in inner]
        assert policy[f"{element}-src"].split() == ([f"'sha256-{one}'" for one in hashes] or ["'none'"])
    assert not re.search(r"<[^>]+ (style|on[a-z]+)=", answer.text), "what no hash can allow"
    assert "unsafe" not in served.get("/health", key="").headers["content-security-policy"]


def test_the_page_loads_nothing_from_elsewhere(page: str) -> None:
    assert not re.search(r"(src|href)=.?(https?:)?//", page)
    assert not re.search(r"fetch\(.?https?:", page)
