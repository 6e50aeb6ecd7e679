"""GET /v1/usage: what a workspace used, by day and route, in units and money."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from belvedere.cost import prices
from belvedere.usage.ledger import ledger_of
from tests.contract.shapes import assert_refused
from tests.worlds.served import Served, interaction


@pytest.fixture(scope="module")
def busy(served: Served) -> Served:
    """A workspace that sent three events, two of them good, and asked for a summary, while usage was counted."""
    ledger_of.cache_clear()
    with served.with_environment(USAGE_FLUSH_S="1"):
        book = ledger_of(1)
        book._interval_s = 0.0  # every request is written at once
        served.send(interaction("one", "2025-01-14T10:00:00Z"), interaction("two", "2025-01-14T10:00:00Z"), {})
        served.get("/dashboard/summary")
        served.fold()
    ledger_of.cache_clear()
    return served


def usage(served: Served, workspace: str = "demo", **asked: Any) -> dict[str, Any]:
    answer = served.get("/v1/usage", key=served.key(workspace=workspace), **asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_every_route_has_its_requests_and_its_cost(busy: Served) -> None:
    rows = {row["route"]: row for row in usage(busy)["rows"]}
    assert rows["POST /v1/events"]["requests"] == 1
    assert rows["POST /v1/events"]["events"] == 2
    assert rows["GET /dashboard/summary"]["cache"]["miss"] == 1
    assert rows["fold.rollups"]["changes"] == 2
    for row in rows.values():
        assert row["write_units"] > 0
        assert row["cost_nano_usd"] > 0


def test_days_and_the_whole_are_the_sums_of_the_rows(busy: Served) -> None:
    told = usage(busy)
    for name in ("requests", "events", "changes", "read_units", "write_units", "cost_nano_usd"):
        total = sum(row[name] for row in told["rows"])
        assert sum(day[name] for day in told["days"]) == pytest.approx(total)
        assert told["totals"][name] == pytest.approx(total)
    assert told["totals"]["cost_usd"] == pytest.approx(told["totals"]["cost_nano_usd"] / 1e9)


def test_without_a_range_it_is_the_last_thirty_days(busy: Served) -> None:
    told = usage(busy)
    assert datetime.fromisoformat(told["to"]) - datetime.fromisoformat(told["from"]) == timedelta(days=29)


def test_a_range_without_use_is_empty(busy: Served) -> None:
    told = usage(busy, from_="2025-01-01", to="2025-01-02")
    assert (told["from"], told["to"], told["rows"]) == ("2025-01-01", "2025-01-01", [])
    assert told["totals"]["requests"] == 0


def test_another_workspace_s_use_is_not_told(busy: Served) -> None:
    assert usage(busy, workspace="stranger")["rows"] == []


def test_the_price_table_is_named_with_its_date_and_place(busy: Served) -> None:
    assert usage(busy)["prices"] == {"as_of": prices().as_of, "region": prices().region}


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"from_": "soon"}, ("from", "ISO 8601")),
        ({"from_": "2025-02-01", "to": "2025-01-01"}, ("from", "before to")),
        ({"from_": "2024-01-01", "to": "2025-01-01"}, ("92 days",)),
    ],
)
def test_what_cannot_be_asked_is_422_naming_the_field(
    served: Served, asked: dict[str, str], told: tuple[str, ...]
) -> None:
    assert_refused(served.get("/v1/usage", **asked), 422, "VALIDATION_ERROR", *told)
