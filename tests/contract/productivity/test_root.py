"""GET /: the contract's JSON, and for browsers a page that names what there really is."""

import re

import pytest

from belvedere.boards.registry import boards
from belvedere.http.routes import ROUTES
from infra.local.front_door.socket_proxy import channel_of
from tests.contract.served import Served

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
    told = served.get("/", key="").json()
    assert [served.get(told[name], key="").status_code for name in ("docs", "health")] == [200, 200]


def test_the_page_names_only_routes_that_exist(page: str) -> None:
    named = re.findall(r"<code>(GET|POST) (/[^<]+)</code>", page)
    assert len(named) > 12
    assert set(named) <= {(route.method, route.path) for route in ROUTES}


def test_the_page_names_only_websocket_paths_that_lead_to_a_channel(page: str) -> None:
    named = re.findall(r"<code>WS (/[^<]+)</code>", page)
    assert len(named) == 3
    assert all(channel_of(path.replace("{user_id}", "ada")) for path in named)


@pytest.mark.parametrize("board", boards())
def test_every_board_is_on_the_page(page: str, board: str) -> None:
    assert board in page.lower()


def test_the_page_loads_nothing_from_elsewhere(page: str) -> None:
    assert not re.search(r"(src|href)=.?(https?:)?//", page)
    assert not re.search(r"fetch\(.?https?:", page)
