"""The usage endpoint's answer."""

from collections import Counter
from typing import Any

import pytest

from belvedere.cost import Prices
from belvedere.errors import Invalid
from belvedere.usage.report import RouteUsage, days, report

NOW = 1_750_000_000_000  # 2025-06-15
PRICES = Prices("2025", "us-east-1", {}, 0.0)
ROWS = [
    RouteUsage(
        "2025-06-14", "GET /a", Counter(requests=2, read_milli=2_500, write_milli=1_000, nano_usd=900, ms=31, miss=2)
    ),
    RouteUsage("2025-06-14", "POST /v1/events", Counter(requests=1, events=500, write_milli=500_000, nano_usd=400_000)),
    RouteUsage("2025-06-15", "fold.rollups", Counter(requests=1, changes=500, failed=1, nano_usd=100)),
]


def told(rows: list[RouteUsage]) -> dict[str, Any]:
    return report(rows, "2025-06-14", "2025-06-15", PRICES)


def test_days_and_the_whole_are_the_sums_of_the_rows() -> None:
    answer = told(ROWS)
    for name in ("requests", "failed", "events", "changes", "read_units", "write_units", "compute_ms", "cost_nano_usd"):
        assert answer["totals"][name] == sum(row[name] for row in answer["rows"])
        assert answer["totals"][name] == sum(day[name] for day in answer["days"])
    assert [day["day"] for day in answer["days"]] == ["2025-06-14", "2025-06-15"]
    assert answer["totals"]["events"] == 500


def test_a_row_tells_units_and_money_as_people_count_them() -> None:
    row = told(ROWS)["rows"][0]
    assert (row["read_units"], row["write_units"], row["compute_ms"]) == (2.5, 1.0, 31)
    assert (row["cost_nano_usd"], row["cost_usd"]) == (900, 9e-7)
    assert row["cache"] == {"memory": 0, "table": 0, "stale": 0, "miss": 2, "bypass": 0}


def test_the_prices_are_dated() -> None:
    assert told([])["prices"] == {"as_of": "2025", "region": "us-east-1"}
    assert told([])["totals"]["requests"] == 0


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (None, None, ("2025-05-17", "2025-06-15")),
        ("2025-06-01", "2025-06-03", ("2025-06-01", "2025-06-02")),
        ("2025-06-01T23:59:59Z", "2025-06-03T00:00:01Z", ("2025-06-01", "2025-06-03")),
        ("2025-06-01", None, ("2025-06-01", "2025-06-15")),
        (None, "2025-03-01", ("2025-01-30", "2025-02-28")),
        ("2025-06-02T01:00:00+02:00", "2025-06-02", ("2025-06-01", "2025-06-01")),
    ],
)
def test_the_days_are_those_the_range_touches(start: str | None, end: str | None, expected: tuple[str, str]) -> None:
    assert days(start, end, NOW) == expected


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [("yesterday", None, "from"), (None, "2025-13-01", "to"), ("2025-06-03", "2025-06-01", "from"),
     ("2025-06-03", "2025-06-03", "from"), ("2025-01-01", "2025-06-01", "from, to"), ("2030-01-01", None, "from")],
)  # fmt: skip
def test_a_range_that_cannot_be_told_is_refused_by_name(start: str | None, end: str | None, field: str) -> None:
    with pytest.raises(Invalid, match=f"^{field}"):
        days(start, end, NOW)
