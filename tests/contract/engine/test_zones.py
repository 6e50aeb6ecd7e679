"""A workspace in Nepal: every route that knows time zones tells its days and hours as its clocks do."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from belvedere.boards.registry import CATALOG
from belvedere.directory.register_workspace import put_settings
from belvedere.directory.requests import WorkspaceBody
from belvedere.rollups.erase import Erase
from belvedere.settings import settings
from belvedere.storage.tables import tables
from fold.recount import recount
from fold.seal import handler as seal
from tests.clock import TODAY
from tests.worlds.served import CONTEXT, Served, interaction

NEPAL, TZ = "nepal", "Asia/Kathmandu"
ZONE = ZoneInfo(TZ)
Json = dict[str, Any]
FIRST = (TODAY - timedelta(days=6)).replace(tzinfo=ZONE)  # midnight there
TIMES = [FIRST + timedelta(minutes=97 * number) for number in range(60)]
USERS = ("asha", "bir", None)
EVENTS = [
    interaction(f"i{n}", when.isoformat(), USERS[n % 3], ok=n % 2 == 0, ms=float(n)) for n, when in enumerate(TIMES)
]
SESSIONS = [
    {"id": f"s{n}", "type": "productivity.session", "time": when.isoformat(), "user": "asha",
     "properties": {"tokens_in": 1, "tokens_out": 1, "model": "m"}}
    for n, when in enumerate(TIMES)
]  # fmt: skip
RANGE = {"start_date": FIRST.isoformat(), "end_date": (FIRST + timedelta(days=5)).isoformat()}
DAYS = Counter(when.date().isoformat() for when in TIMES)


@pytest.fixture(scope="module")
def nepal(served: Served) -> Served:
    """The API after the week of a workspace whose zone was set long before, and of one that never set any."""
    put_settings(tables(NEPAL), WorkspaceBody(timezone=TZ), lambda: 0)
    for workspace in (NEPAL, "demo"):
        served.send(*EVENTS, *SESSIONS, workspace=workspace)
    assert served.fold()["put_aside"] == 0
    return served


def get(served: Served, path: str, workspace: str = NEPAL, **params: Any) -> Any:
    return served.get(path, key=served.key("read", workspace), **params)


def post(served: Served, path: str, body: Json, workspace: str = NEPAL) -> Json:
    answer = served.post(path, body, key=served.key("read", workspace))
    assert answer.status_code == 200, answer.text
    return dict(answer.json()) | {"header": answer.headers.get("X-Inexact")}


def days(served: Served, **body: Any) -> Json:
    asked = {"board": "learning", "metrics": ["interaction_count"], "granularity": "1d", "tz": TZ,
             "range": {"from": RANGE["start_date"], "to": RANGE["end_date"]}, "force_refresh": True}  # fmt: skip
    return post(served, "/v1/query", asked | body)


def counted(rows: list[Json], name: str = "time") -> Json:
    return {row[name][:10]: row["interaction_count"] for row in rows if row["interaction_count"]}


def test_any_question_and_the_series_and_grafana_tell_the_days_of_the_zone(nepal: Served) -> None:
    found = days(nepal)
    series = post(nepal, "/dashboard/timeseries",
                  {"metrics": ["interaction_count"], "time_range": RANGE, "granularity": "1d", "tz": TZ})  # fmt: skip
    flat = get(nepal, "/grafana/v1/timeseries", board="learning", metrics="interaction_count", granularity="1d", tz=TZ,
               from_=RANGE["start_date"], to=RANGE["end_date"])  # fmt: skip
    assert counted(found["rows"]) == counted(series["data"], "timestamp") == counted(flat.json()) == DAYS
    assert all(row["time"].endswith("T00:00:00+05:45") for row in found["rows"])
    assert (found["inexact"], found["header"], series["inexact"]) == (None, None, None)
    assert "X-Inexact" not in flat.headers


@pytest.mark.parametrize("tz", [TZ, "Asia/Kolkata", "Australia/Adelaide", "Europe/Berlin"])
def test_hours_of_the_day_and_the_week_are_those_of_the_zone_or_of_any_other(nepal: Served, tz: str) -> None:
    local = [when.astimezone(ZoneInfo(tz)) for when in TIMES]
    hours = get(nepal, "/api/metrics/hourly", days=14, tz=tz)
    week = get(nepal, "/api/activity/heatmap", days=14, tz=tz)
    assert {row["hour"]: row["sessions"] for row in hours.json() if row["sessions"]} == Counter(at.hour for at in local)
    assert {(row["day"], row["hour"]): row["value"] for row in week.json() if row["value"]} == Counter(
        (at.isoweekday() % 7, at.hour) for at in local
    )
    assert "X-Inexact" not in {*hours.headers, *week.headers}


def test_days_of_one_user_are_too(nepal: Served) -> None:
    found = days(nepal, filters={"dimension": "user", "in": ["asha"]})
    mine = [when for number, when in enumerate(TIMES) if number % 3 == 0]
    assert counted(found["rows"]) == Counter(when.date().isoformat() for when in mine)
    assert found["inexact"] is None


def test_a_workspace_that_set_no_zone_is_told_where_its_days_are_inexact(nepal: Served) -> None:
    asked = {"board": "learning", "metrics": ["interaction_count"], "granularity": "1d", "tz": TZ,
             "range": {"from": RANGE["start_date"], "to": RANGE["end_date"]}}  # fmt: skip
    found = post(nepal, "/v1/query", asked, "demo")
    start, end = (datetime.fromisoformat(found["inexact"][name]) for name in ("start", "end"))
    of_midnight = [when.astimezone(UTC).replace(minute=0) for when in TIMES if when.astimezone(UTC).hour == 18]
    assert (start, end) == (min(of_midnight), max(of_midnight) + timedelta(hours=1))
    assert found["header"] == "/".join(found["inexact"].values())
    assert sum(counted(found["rows"]).values()) == len(TIMES)
    assert "X-Inexact" in get(nepal, "/api/metrics/hourly", "demo", days=14, tz=TZ).headers
    assert post(nepal, "/v1/query", asked | {"tz": "Europe/Berlin"}, "demo")["inexact"] is None


def test_it_is_so_from_pages_after_an_erasure_and_for_the_audit(nepal: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    before = days(nepal, metrics=["interaction_count", "unique_users", "p50_response_time"])
    assert seal({"workspaces": [NEPAL], "days": 14}, CONTEXT)[NEPAL]["sealed"]
    assert days(nepal, metrics=["interaction_count", "unique_users", "p50_response_time"])["rows"] == before["rows"]
    mine = tables(NEPAL)
    every, slices = tuple(CATALOG.rollup_tables.values()), settings().event_slices
    assert Erase(mine.events, mine.rollups, mine.state, every, slices).run("bir") == 20
    monkeypatch.setattr("fold.rollups.start_recount", lambda *_: None)
    nepal.fold()
    recount(NEPAL, CONTEXT)
    left = days(nepal, metrics=["interaction_count", "unique_users"])
    assert counted(left["rows"]) == Counter(when.date().isoformat() for n, when in enumerate(TIMES) if n % 3 != 1)
    assert {row["unique_users"] for row in left["rows"] if row["interaction_count"] > 2} == {1}
    assert left["inexact"] is None
    for family in CATALOG.rollup_tables:
        audit = get(nepal, "/v1/audit", family=family, from_=RANGE["start_date"], to=RANGE["end_date"]).json()
        assert audit["equal"], audit
