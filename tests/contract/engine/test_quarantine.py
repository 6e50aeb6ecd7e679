"""GET /v1/quarantine: what could not be kept as an event, with reasons, page by page."""

import itertools
import json
from typing import Any

import pytest

from tests.contract.shapes import assert_like, assert_refused
from tests.worlds.served import Served, interaction

TIME = "2025-01-14T10:00:00Z"
BAD = [interaction(f"bad-{n}", TIME) | {"type": "learning.exam"} for n in range(7)]
DOCUMENTED = {"received": "2026-11-22T20:57:33Z", "id": "x", "reason": "r", "detail": "d", "raw": "{}", "cut": False}
LONG = interaction("long", TIME, essay="x" * 40_000) | {"type": "learning.exam"}


@pytest.fixture(scope="module")
def filled(served: Served) -> Served:
    """Seven bad events of a workspace, one of them sent three times, and a long one."""
    told = served.send(*BAD, BAD[0], BAD[0], LONG, workspace="clumsy")
    assert told["rejected"] == 10
    return served


def rows(served: Served, workspace: str = "clumsy", **asked: Any) -> tuple[list[dict[str, Any]], str | None]:
    answer = served.get("/v1/quarantine", key=served.key(workspace=workspace), **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["quarantine"], answer.json()["cursor"]


def test_a_row_tells_what_came_when_and_why_it_was_not_kept(filled: Served) -> None:
    found, _ = rows(filled)
    assert_like(found, [DOCUMENTED])
    short = next(row for row in found if row["id"] == "bad-3")
    assert json.loads(short["raw"]) == BAD[3]
    assert (short["reason"], short["cut"]) == ("unknown_type", False)
    assert "learning.exam" in short["detail"]


def test_the_same_mistake_again_fills_nothing(filled: Served) -> None:
    found, _ = rows(filled)
    assert sorted(row["id"] for row in found) == sorted([*(one["id"] for one in BAD), "long"])


def test_a_long_text_is_cut_and_says_so(filled: Served) -> None:
    found, _ = rows(filled)
    (long,) = [row for row in found if row["id"] == "long"]
    assert long["cut"]
    assert len(long["raw"]) == 32 * 1024


@pytest.mark.parametrize("limit", [1, 3, 8])
def test_pages_hold_every_row_once_and_the_last_has_no_cursor(filled: Served, limit: int) -> None:
    pages, cursor = [], None
    for _ in itertools.count():
        page, cursor = rows(filled, limit=limit, **({"cursor": cursor} if cursor else {}))
        pages.append(page)
        if cursor is None:
            break
    assert all(len(page) <= limit for page in pages)
    assert sorted(row["id"] for page in pages for row in page) == sorted(row["id"] for row in rows(filled)[0])


def test_another_workspace_s_mistakes_are_not_told(filled: Served) -> None:
    assert rows(filled, workspace="stranger") == ([], None)
    _, cursor = rows(filled, limit=1)
    assert rows(filled, workspace="stranger", cursor=cursor) == ([], None)


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "many"])
def test_a_page_has_1_to_1000_rows(served: Served, limit: str) -> None:
    assert_refused(served.get("/v1/quarantine", limit=limit), 422, "VALIDATION_ERROR", "limit")


@pytest.mark.parametrize("cursor", ["x", "2025-01-14", "2025-01-14#" + "é" * 600, "#", "~"])
def test_a_cursor_that_no_answer_gave_is_refused(served: Served, cursor: str) -> None:
    assert_refused(served.get("/v1/quarantine", cursor=cursor), 422, "VALIDATION_ERROR", "cursor", "unchanged")


def test_a_write_key_may_not_look(served: Served) -> None:
    assert_refused(served.get("/v1/quarantine", key=served.key("write")), 403, "FORBIDDEN", "'read'")


def test_what_the_fold_put_aside_is_there_with_its_sequence_number(served: Served) -> None:
    served.fold()
    key = {"pk": {"S": "poisoned#learning.interaction#2025-01-14#0"}, "sk": {"S": f"{TIME}#poison"}}
    served.dynamodb.put_item(TableName=served.tables["EVENTS_TABLE"], Item=key | {"body": {"S": "{no event"}})
    with served.trouble_forgotten():
        assert served.fold()["put_aside"] == 1
        health = served.get("/health", key="")
    assert (health.status_code, health.json()["services"]["fold"]) == (206, "incomplete")
    ((row,), _) = rows(served, workspace="poisoned")
    assert row["reason"] == "unreadable_record"
    assert "{no event" in row["raw"]
    assert row["sequence"]
