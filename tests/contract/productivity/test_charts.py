"""The routes that the board's client draws charts of: overview, time series, hours, heat map, trends."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from belvedere.boards.productivity import BOARD
from tests.clock import now
from tests.contract.people import a_person
from tests.contract.productivity.team import (
    ANA,
    API,
    COMMITS,
    EVENTS,
    ODD_REPO,
    PULL_REQUESTS,
    SESSIONS,
    WEB,
    acceptance,
    accepted,
    at,
    cost,
    date,
    of_days,
    session,
    tokens,
    told,
)  # fmt: skip
from tests.contract.shapes import assert_refused, moment
from tests.worlds.served import Served

OVERVIEW, SERIES, HOURLY = "/api/metrics/overview", "/api/metrics/timeseries", "/api/metrics/hourly"
HEATMAP, TRENDS = "/api/activity/heatmap", "/api/activity/trends"
CHARTS = (OVERVIEW, SERIES, HOURLY, HEATMAP, TRENDS)
NOBODY = "nobody"  # a workspace without events
Json = dict[str, Any]


def lines(events: list[Json]) -> int:
    return sum(told(accepted(events), "accepted_lines"))


def among(start: str, end: str, repo: str | None) -> list[Json]:
    return [one for one in of_days(SESSIONS, 0, 30, repo=repo) if moment(start) <= moment(one["time"]) < moment(end)]


def percent(now: float, before: float) -> float:
    return 100 * (now - before) / before if before else 0.0


def expected(this: list[Json], before: list[Json]) -> Json:
    """An overview, counted plainly."""
    rate, rate_before = 100 * (acceptance(this) or 0), 100 * (acceptance(before) or 0)
    return {
        "totalSessions": len(this), "totalSessionsTrend": percent(len(this), len(before)),
        "linesOfCode": lines(this), "linesOfCodeTrend": percent(lines(this), lines(before)),
        "acceptanceRate": rate, "acceptanceRateTrend": percent(rate, rate_before),
        "tokenUsage": tokens(this), "estimatedCost": cost(this), "costTrend": percent(cost(this), cost(before)),
    }  # fmt: skip


# Overview


@pytest.mark.parametrize("repo", [None, API, WEB, ODD_REPO, "acme/unheard-of"])
def test_the_overview_compares_seven_days_with_as_long_before(board: Served, repo: str | None) -> None:
    answer = board.get(OVERVIEW, **({"repo": repo} if repo else {})).json()
    this, before = (
        among(answer[name]["start"], answer[name]["end"], repo) for name in ("time_range", "previous_range")
    )
    assert {name: answer[name] for name in expected(this, before)} == pytest.approx(expected(this, before))


@pytest.mark.parametrize(("repo", "hours"), [(None, 1), (API, 24)])
def test_both_windows_are_as_long_and_next_to_each_other_and_begin_with_the_day_that_since_7_begins_with(
    board: Served, repo: str | None, hours: int
) -> None:
    answer = board.get(OVERVIEW, **({"repo": repo} if repo else {})).json()
    this, before = answer["time_range"], answer["previous_range"]
    assert this["start"] == at(7)
    assert before["end"] == this["start"]
    assert moment(this["end"]) - moment(this["start"]) == moment(before["end"]) - moment(before["start"])
    assert timedelta(0) < moment(this["end"]) - now() <= timedelta(hours=hours)


def test_what_just_happened_is_in_the_overview(board: Served) -> None:
    key = board.key(workspace="just-now")
    board.send_and_fold(session("now", now().isoformat()), workspace="just-now")
    answer = board.get(OVERVIEW, key=key)
    assert (answer.json()["totalSessions"], answer.headers["x-cache"]) == (1, "miss")
    assert board.get(OVERVIEW, key=key).headers["x-cache"].startswith("hit")
    assert answer.json()["as_of"].endswith("Z")


def test_an_empty_overview_is_zeros(board: Served) -> None:
    answer = board.get(OVERVIEW, key=board.key(workspace=NOBODY)).json()
    assert {name: answer[name] for name in expected([], [])} == expected([], [])
    assert answer["as_of"] is None


# Time series


def test_a_time_series_has_the_sessions_of_the_last_thirty_days_one_by_one(board: Served) -> None:
    rows = board.get(SERIES).json()
    assert rows == [{"date": date(ago), "value": len(of_days(SESSIONS, ago, ago))} for ago in range(29, -1, -1)]


@pytest.mark.parametrize("days", [1, 7, 21, 365, 3650])
def test_a_time_series_has_as_many_days_as_are_asked_for(board: Served, days: int) -> None:
    rows = board.get(SERIES, days=days).json()
    assert (len(rows), rows[0]["date"], rows[-1]["date"]) == (days, date(days - 1), date(0))
    assert sum(row["value"] for row in rows) == len(of_days(SESSIONS, 0, days - 1))


@pytest.mark.parametrize("days", ["", "many", "7.5", "None"])
def test_what_is_no_number_of_days_is_the_default(board: Served, days: str) -> None:
    assert [len(board.get(path, days=days).json()) for path in (SERIES, TRENDS)] == [30, 30]
    assert board.get(HOURLY, days=days).json() == board.get(HOURLY).json()
    assert board.get(HEATMAP, days=days).json() == board.get(HEATMAP).json()


@pytest.mark.parametrize("name", [metric.name for metric in BOARD.metrics])
def test_every_metric_of_the_board_has_a_time_series(board: Served, name: str) -> None:
    rows = board.get(SERIES, metric=name, days=60).json()
    assert len(rows) == 60
    empty = next(metric.empty for metric in BOARD.metrics if metric.name == name)
    assert rows[60 - 15 - 1]["value"] == empty, "nothing happened fifteen days ago"
    assert any(row["value"] for row in rows)


def test_a_rate_is_null_on_days_that_say_nothing(board: Served) -> None:
    rates = [row["value"] for row in board.get(SERIES, metric="acceptance_rate", days=14).json()]
    assert rates == [acceptance(of_days(SESSIONS, ago, ago)) for ago in range(13, -1, -1)]
    assert None in rates


@pytest.mark.parametrize("repo", [WEB, ODD_REPO])
def test_a_time_series_of_one_repository(board: Served, repo: str) -> None:
    rows = board.get(SERIES, metric="total_tokens", days=60, repo=repo).json()
    assert [row["value"] for row in rows] == [tokens(of_days(SESSIONS, d, d, repo=repo)) for d in range(59, -1, -1)]


# Hours


@pytest.mark.parametrize(("days", "oldest"), [(None, 6), (21, 20), (365, 364)])
def test_sessions_by_hour_of_the_day_have_all_24_of_them(board: Served, days: int | None, oldest: int) -> None:
    rows = board.get(HOURLY, **({"days": days} if days else {})).json()
    hours = Counter(moment_of(of_day).hour for of_day in of_days(SESSIONS, 0, oldest))
    assert rows == [{"hour": hour, "sessions": hours[hour]} for hour in range(24)]


@pytest.mark.parametrize("tz", [None, "Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland"])
def test_a_heat_map_has_the_four_weeks_by_day_and_hour_on_the_clocks_of_a_zone(board: Served, tz: str | None) -> None:
    rows = board.get(HEATMAP, **({"tz": tz} if tz else {})).json()
    local = [moment_of(of_day).astimezone(ZoneInfo(tz or "UTC")) for of_day in of_days(SESSIONS, 0, 27)]
    cells = Counter(((when.weekday() + 1) % 7, when.hour) for when in local)
    assert rows == [{"day": d, "hour": h, "value": cells[d, h]} for d in range(7) for h in range(24)]
    assert sum(row["value"] for row in rows) == len(of_days(SESSIONS, 0, 27))


def test_hours_that_were_counted_whole_are_told_by_the_half_hour_zone_s_hour_that_begins_in_them(board: Served) -> None:
    answer = board.get(HOURLY, tz="Asia/Kolkata")
    there = {row["hour"]: row["sessions"] for row in answer.json()}
    here = {row["hour"]: row["sessions"] for row in board.get(HOURLY).json()}
    assert there == {(hour + 6) % 24: here[hour] for hour in here}
    assert len(answer.headers["X-Inexact"].split("/")) == 2
    assert "X-Inexact" not in board.get(HOURLY, tz="Europe/Berlin").headers


def moment_of(event: Json) -> datetime:
    return datetime.fromisoformat(event["time"])


# Trends


@pytest.mark.parametrize("repo", [None, API, WEB])
def test_trends_are_of_everything_that_was_done_on_a_day(board: Served, repo: str | None) -> None:
    """All but reworks, which are what became of a closing."""
    done = [one for one in EVENTS if one["type"] != "productivity.rework"]
    rows = board.get(TRENDS, days=45, **({"repo": repo} if repo else {})).json()
    assert rows == [{"date": date(ago), "value": len(of_days(done, ago, ago, repo=repo))} for ago in range(44, -1, -1)]
    assert {one["type"] for one in done} == {one["type"] for one in (*SESSIONS, *COMMITS, *PULL_REQUESTS)} - {
        "productivity.rework"
    }


def test_a_time_series_of_sessions_is_less_than_the_trends(board: Served) -> None:
    assert board.get(TRENDS).json() != board.get(SERIES).json()
    assert len(board.get(TRENDS).json()) == 30


# All of them


@pytest.mark.parametrize("path", CHARTS)
def test_a_kept_answer_is_the_same_and_says_so(board: Served, path: str) -> None:
    first, again = board.get(path), board.get(path)
    assert again.headers["x-cache"].startswith("hit")
    assert again.headers["etag"] == first.headers["etag"]
    assert first.headers["cache-control"] == "private, max-age=300, stale-while-revalidate=300"
    assert board.get(path, headers={"If-None-Match": first.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("path", CHARTS)
def test_who_sees_totals(board: Served, path: str) -> None:
    for role in ("viewer", "instructor", "analyst", "admin"):
        assert board.get(path, key="", headers=a_person(role, f"chart-{role}")).status_code == 200
    assert_refused(board.get(path, key="", headers=a_person("student", "chart-student")), 403, "FORBIDDEN", "student")
    with board.with_environment(PUBLIC_READ="true"):
        assert board.get(path, key="").status_code == 200
    assert_refused(board.get(path, key=""), 401, "UNAUTHORIZED")


@pytest.mark.parametrize("path", CHARTS)
def test_another_workspace_has_charts_of_its_own(board: Served, path: str) -> None:
    theirs = board.get(path, key=board.key(workspace=NOBODY)).json()
    values = theirs if isinstance(theirs, list) else [{"value": theirs["totalSessions"]}]
    assert not any(row.get("value", row.get("sessions")) for row in values)


@pytest.mark.parametrize(
    ("path", "asked", "words"),
    [
        (SERIES, {"metric": "happiness"}, ("metric", "'happiness'", "session_count, accepted_sessions")),
        (SERIES, {"metric": "unique_sessions", "repo": API}, ("repo", "unique_sessions", "active_developers")),
        (SERIES, {"days": "0"}, ("days", "1 to 3650")),
        (SERIES, {"days": "3651"}, ("days", "1 to 3650")),
        (SERIES, {"days": "-7"}, ("days", "1 to 3650")),
        (SERIES, {"days": "9" * 30}, ("days", "1 to 3650")),
        (SERIES, {"repo": "r" * 201}, ("repo", "200")),
        (TRENDS, {"days": "3651"}, ("days", "1 to 3650")),
        (TRENDS, {"repo": "r" * 201}, ("repo", "200")),
        (OVERVIEW, {"repo": "r" * 201}, ("repo", "200")),
        (HOURLY, {"days": "366"}, ("days", "1 to 365")),
        (HEATMAP, {"days": "0"}, ("days", "1 to 365")),
        (HOURLY, {"tz": "Middle/Earth"}, ("tz", "Middle/Earth", "Europe/Berlin")),
        (HEATMAP, {"tz": "Middle/Earth"}, ("tz", "Middle/Earth", "Europe/Berlin")),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_422_naming_the_field_and_what_is_allowed(
    board: Served, path: str, asked: dict[str, str], words: tuple[str, ...]
) -> None:
    assert_refused(board.get(path, **asked), 422, "VALIDATION_ERROR", *words)


@pytest.fixture
def long_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process reads a key and a version once, however slow the machine."""
    monkeypatch.setattr("belvedere.auth.lookup.KNOWN_S", 3600.0)
    monkeypatch.setattr("belvedere.cache.lookup.YOUNG_MS", 3_600_000)


@pytest.mark.usefixtures("long_memory")
def test_what_a_chart_costs_does_not_grow_with_the_sessions_behind_it(board: Served) -> None:
    """Units of a first answer over three sessions, and over a hundred in the same hours."""
    assert first_costs(board, "calm", sessions=3) == first_costs(board, "busy", sessions=102)


def first_costs(board: Served, workspace: str, sessions: int) -> list[float]:
    key = board.key(workspace=workspace)
    board.get("/v1/usage", key=key)  # the key itself is read once
    events = [session(f"{workspace}{n}", at(1 + n % 3, "00:00:01"), ANA) for n in range(sessions)]
    board.send_and_fold(*events, workspace=workspace)
    return [float(board.get(path, key=key).headers["x-read-units"]) for path in CHARTS]
