"""The demo's own truth is what every dashboard answers."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from belvedere_cli.demo.ground_truth import GroundTruth, TrueTotals
from belvedere_cli.demo.simulator import Simulator
from tests.worlds.site import Site, seen

WORKSPACE = "simulated"
PART = ("2025-03-03T00:00:00Z", "2025-03-05T00:00:00Z")
RANGE = {"start_date": PART[0], "end_date": PART[1]}
FOUR = ["interaction_count", "success_rate", "avg_response_time", "unique_users"]
BATCH = 200
TEAM = {
    "session_count": "sessions", "accepted_sessions": "accepted", "failed_sessions": "failed", "total_tokens": "tokens",
    "total_cost": "USD", "active_developers": "developers", "commit_count": "commits",
    "opened_pull_requests": "pull requests opened", "closed_pull_requests": "closed",
    "merged_pull_requests": "merged", "undone_closings": "reopened", "review_count": "reviews",
}  # fmt: skip


def epoch_ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


@pytest.fixture(scope="module")
def truth(site: Site) -> GroundTruth:
    """Two days of a simulated school, sent and seen; what they add up to."""
    truth = GroundTruth()
    deliveries = list(Simulator(seed=3, students=25, per_second=0.004).deliveries(*map(epoch_ms, PART)))
    assert len(deliveries) > 300
    for start in range(0, len(deliveries), BATCH):
        part = deliveries[start : start + BATCH]
        wire = [{name: getattr(one.event, name) for name in one.event.__struct_fields__} for one in part]
        told = site.send(WORKSPACE, *wire)
        assert told["accepted"] + told["duplicate"] == len(part)
        for delivery in part:
            truth.observe(delivery)
    assert truth.repeats > 0
    total = truth.everything.interactions
    seen(lambda: site.summary(WORKSPACE, PART)["total_interactions"] == total, lambda: site.summary(WORKSPACE, PART))
    seen(lambda: hints(site) == truth.everything.hints, lambda: hints(site))
    return truth


def hints(site: Site) -> int:
    """The hints of the two days, as the generic query counts them."""
    asked = {"board": "learning", "metrics": ["hint_count"], "range": {"from": PART[0], "to": PART[1]}}
    return int(site.post("/v1/query", WORKSPACE, asked)["rows"][0]["hint_count"])


def told(totals: TrueTotals) -> dict[str, Any]:
    """Totals as the board's four numbers; 0 where there is nothing to say."""
    return {
        "interaction_count": totals.interactions,
        "success_rate": pytest.approx(totals.success_rate or 0),
        "avg_response_time": pytest.approx(totals.mean_ms or 0),
        "unique_users": len(totals.users),
    }


def test_the_summary_is_the_truth(site: Site, truth: GroundTruth) -> None:
    everything = truth.everything
    assert site.summary(WORKSPACE, PART) == {
        "total_interactions": everything.interactions,
        "active_users": len(everything.users),
        "agents_used": len(truth.agents),
        "avg_response_time": pytest.approx(everything.mean_ms),
        "success_rate": pytest.approx(everything.success_rate),
        "successful_interactions": everything.successes,
    }


def test_every_hour_of_the_series_is_the_truth(site: Site, truth: GroundTruth) -> None:
    asked = {"metrics": FOUR, "time_range": RANGE, "granularity": "1h"}
    data = site.post("/dashboard/timeseries", WORKSPACE, asked)["data"]
    assert len(data) == 48
    assert [{name: row[name] for name in FOUR} for row in data] == [
        told(truth.hours.get(row["timestamp"][:13], TrueTotals())) for row in data
    ]


def test_every_group_of_the_aggregation_is_the_truth(site: Site, truth: GroundTruth) -> None:
    for dimension, groups in {"agent_type": truth.agents, "date": truth.days}.items():
        asked = {"dimensions": [dimension], "metrics": FOUR, "time_range": RANGE}
        data = site.post("/dashboard/aggregation", WORKSPACE, asked)["data"]
        assert {row.pop(dimension): row for row in data} == {
            name: told(totals) for name, totals in groups.items() if totals.interactions
        }


def test_hints_are_counted_by_the_generic_query(site: Site, truth: GroundTruth) -> None:
    assert hints(site) == truth.everything.hints


def test_the_audit_finds_every_row_equal_to_the_raw_events(site: Site, truth: GroundTruth) -> None:
    for family in ("learning.interactions", "learning.interactions_by_agent", "learning.interactions_by_user"):
        report = site.get("/v1/audit", WORKSPACE, family=family, from_=PART[0], to=PART[1], rows=0)
        assert (report["equal"], report["events"]) == (True, truth.everything.interactions)


def test_the_demo_command_tells_the_truth_of_what_it_sent(site: Site) -> None:
    place = ("--url", site.stack.url, "--key", site.key("live", "write"), "--admin-key", site.key("live"))
    done = site.belvedere("demo", "--events", "40", "--rate", "40", "--seed", "5", *place)
    assert done.returncode == 0, done.stdout + done.stderr
    last = done.stdout.strip().splitlines()[-1]
    interactions, successes, learners = (
        int(re.search(rf"([\d,]+) {what}", last).group(1).replace(",", ""))  # type: ignore[union-attr]
        for what in ("interactions", "successes", "learners")
    )
    assert "registered: 3 classes with 60 students, 6 agents, 22 concepts" in done.stdout
    assert site.get("/v1/directory/classes/class-1", "live")["student_count"] == 20
    assert site.get("/v1/directory/concepts/work", "live")["prerequisites"] == ["displacement", "newtons_laws"]
    now = datetime.now(UTC)
    part = (f"{now - timedelta(days=1):%Y-%m-%dT%H:00:00Z}", f"{now + timedelta(hours=2):%Y-%m-%dT%H:00:00Z}")
    wanted = {"total_interactions": interactions, "successful_interactions": successes, "active_users": learners}
    seen(lambda: wanted.items() <= site.summary("live", part).items(), lambda: (wanted, site.summary("live", part)))


def test_the_demo_of_a_team_tells_the_truth_of_what_it_sent(site: Site) -> None:
    place = ("--url", site.stack.url, "--key", site.key("crew", "write"))
    how = ("--backfill", "2d", "--events", "20", "--rate", "20")
    done = site.belvedere("demo", "--board", "productivity", *how, *place)
    assert done.returncode == 0, done.stdout + done.stderr
    last = done.stdout.strip().splitlines()[-1]
    sent, _, truth = last.partition("so far")
    assert "0 refused" in sent
    wanted = {
        name: float(re.search(rf"([\d,.]+) {what}", truth).group(1).replace(",", ""))  # type: ignore[union-attr]
        for name, what in TEAM.items()
    }
    now = datetime.now(UTC)
    days = {"from": f"{now - timedelta(days=10):%Y-%m-%d}", "to": f"{now + timedelta(days=1):%Y-%m-%d}"}

    def found() -> dict[str, Any]:
        asked = ({"board": "productivity", "metrics": [name], "range": days} for name in wanted)
        return {name: value for one in asked for name, value in site.post("/v1/query", "crew", one)["rows"][0].items()}

    seen(lambda: found() == pytest.approx(wanted, abs=5e-5), lambda: (wanted, found()))
