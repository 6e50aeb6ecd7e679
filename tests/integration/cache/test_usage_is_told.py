"""GET /v1/usage after requests, events and folds, on real tables."""

import pytest

import ops.usage
from belvedere.clock import iso, now_ms
from belvedere.usage import ledger, measure
from tests.integration.cache.conftest import Board


@pytest.fixture(autouse=True)
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write at the end of every request."""
    book = ledger.Ledger(ledger.write, 0.0)
    monkeypatch.setattr(measure, "ledger", lambda: book)


def test_what_was_asked_sent_and_folded_is_told_with_its_cost(board: Board) -> None:
    board.ingest("one", "two")
    board.fold()
    cost = 0
    for _ in range(3):
        cost += int(board.summary().headers["x-cost-nano-usd"])
    answer = board.ask(ops.usage.endpoint, "/v1/usage").json
    rows = {row["route"]: row for row in answer["rows"]}
    assert (rows["POST /v1/events"]["requests"], rows["POST /v1/events"]["events"]) == (1, 2)
    assert (rows["fold.rollups"]["changes"], rows["fold.rollups"]["requests"]) == (2, 1)
    assert rows["fold.rollups"]["write_units"] > 2
    assert rows["GET /dashboard/summary"]["requests"] == 3
    assert sum(rows["GET /dashboard/summary"]["cache"].values()) == 3
    assert rows["GET /dashboard/summary"]["cost_nano_usd"] == cost + 3 * 625
    assert answer["totals"]["cost_nano_usd"] == sum(row["cost_nano_usd"] for row in answer["rows"])
    assert answer["days"][0]["day"] == iso(now_ms())[:10]
    assert answer["prices"]["as_of"]


def test_another_workspace_s_usage_is_not_told(board: Board) -> None:
    answer = board.ask(ops.usage.endpoint, "/v1/usage").json
    assert (answer["rows"], answer["totals"]["requests"]) == ([], 0)


def test_a_range_that_is_too_long_is_refused(board: Board) -> None:
    answer = board.ask(ops.usage.endpoint, "/v1/usage", query="from=2025-01-01&to=2026-01-01")
    assert (answer.status, answer.json["code"]) == (422, "VALIDATION_ERROR")
    assert "92 days" in answer.json["detail"]
