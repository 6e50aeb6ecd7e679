"""Requests and jobs become counts: whose, how many, how much."""

from collections import Counter
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from belvedere.storage.meter import Meter
from belvedere.usage import measure, note
from belvedere.usage.ledger import Ledger, Row
from tests.unit.http.conftest import environment, keys  # noqa: F401 - two are fixtures
from tests.unit.http.lambda_requests import ask

Rows = dict[Row, Counter[str]]


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> Rows:
    """What the ledger has written."""
    written: Rows = {}

    def write(row: Row, counts: Mapping[str, int]) -> None:
        written.setdefault(row, Counter()).update(counts)

    book = Ledger(write, 0.0)
    monkeypatch.setattr(measure, "ledger", lambda: book)
    monkeypatch.setattr(measure, "now_ms", lambda: 0)
    return written


def test_an_answered_request_is_counted_for_its_caller_s_workspace(rows: Rows, keys: dict[str, str]) -> None:  # noqa: F811
    from belvedere.http import CallerDep, Endpoint, Response

    endpoint = Endpoint("a.board", scope="read")

    @endpoint.get("/thing")
    async def thing(caller: CallerDep) -> Response:
        note("events", 3)
        note("miss")
        return endpoint.answer({})

    answer = ask(endpoint, headers={"X-API-Key": keys["read"]})
    counts = rows["acme", "1970-01-01", "GET /thing"]
    assert (counts["requests"], counts["failed"], counts["events"], counts["miss"]) == (1, 0, 3, 1)
    assert counts["nano_usd"] == int(answer.headers["x-cost-nano-usd"]) + 625


def test_a_failure_of_ours_is_counted_as_one_and_a_request_without_a_key_is_nobody_s(
    rows: Rows,
    keys: dict[str, str],  # noqa: F811
) -> None:
    from belvedere.http import CallerDep, Endpoint, Response

    endpoint = Endpoint("a.board", scope="read")

    @endpoint.get("/thing")
    async def thing(caller: CallerDep) -> Response:
        note("events", 5)
        raise ValueError("a bug")

    assert ask(endpoint, headers={"X-API-Key": keys["read"]}).status == 500
    assert ask(endpoint).status == 401
    assert list(rows) == [("acme", "1970-01-01", "GET /thing")]
    assert rows["acme", "1970-01-01", "GET /thing"]["failed"] == 1


def record(pk: str) -> dict[str, Any]:
    return {"dynamodb": {"Keys": {"pk": {"S": pk}}}}


def test_a_batch_s_records_are_shared_out_by_workspace() -> None:
    records = [record("a#t#2026-01-05#0"), record("b#t#2026-01-05#0"), record("a#u#2026-01-05#0"), {}, {"dynamodb": {}}]
    assert measure.changes_by_workspace(records) == {"a": 2, "b": 1}


def test_each_workspace_bears_its_part_of_a_job(rows: Rows) -> None:
    with measure.job("fold.rollups", {"a": 3, "b": 1}, SimpleNamespace(memory_limit_in_mb="512")) as meter:
        meter.write_units += 40
        meter.read_units += 8
    a, b = (rows[workspace, "1970-01-01", "fold.rollups"] for workspace in "ab")
    assert (a["changes"], a["requests"], a["read_milli"], a["write_milli"]) == (3, 1, 6_000, 31_000)
    assert (b["changes"], b["requests"], b["read_milli"], b["write_milli"]) == (1, 1, 2_000, 11_000)
    assert a["nano_usd"] > 3 * (b["nano_usd"] - 625) > 0


def test_a_job_may_count_something_else_than_changes(rows: Rows) -> None:
    with measure.job("cache.refresh", {"a": 1}, None, of="refreshes") as meter:
        meter.read_units += 3
    counts = rows["a", "1970-01-01", "cache.refresh"]
    assert (counts["refreshes"], counts["changes"], counts["read_milli"]) == (1, 0, 3_000)


def test_a_job_that_fails_has_used_what_it_used(rows: Rows) -> None:
    def fail() -> None:
        with measure.job("fold.rollups", {"a": 1}, None) as meter:
            meter.write_units += 2
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    assert rows["a", "1970-01-01", "fold.rollups"]["write_milli"] == 3_000


def test_a_job_for_nobody_is_not_counted(rows: Rows) -> None:
    with measure.job("fold.rollups", {}, None):
        pass
    assert rows == {}


def test_a_job_costs_its_units_its_call_and_its_time() -> None:
    from belvedere import cost

    prices = cost.load(cost.BUNDLED)
    spent = measure.job_cost(prices, Meter(read_units=10, write_units=4), 1_000, 1_024)
    assert spent == pytest.approx(10 * 125 + 4 * 625 + 200 + 16_666.7)
