"""The deployed function that correlates: its layer has all that it imports, and the others are let to ask it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.contract.productivity.team import event, session
from tests.worlds.site import Site, seen

SESSIONS, COMMITS = (3, 5, 2, 8, 6, 7, 1), (1, 2, 4, 3, 6, 5, 6)


def days_of_a_team(today: datetime) -> Iterator[dict[str, Any]]:
    """Sessions and commits of a week ago until yesterday."""
    for ago, sessions, commits in zip(range(7, 0, -1), SESSIONS, COMMITS, strict=True):
        day = f"{today - timedelta(days=ago):%Y-%m-%d}"
        for number in range(sessions):
            yield session(f"e2e-{ago}-{number}", f"{day}T10:00:{number:02d}Z")
        for number in range(commits):
            sha = f"e2e-{ago}-{number}"
            yield event(sha, "commit", f"{day}T11:00:{number:02d}Z", None, sha=sha)


def test_a_report_tells_the_known_correlations(site: Site) -> None:
    asked = {"since": "8", "lag_days": "0"}  # a day more, lest today becomes yesterday meanwhile

    def told() -> tuple[Any, ...]:
        found = site.get("/api/metrics/raw", "team", **asked, force_refresh="true")["ai_outcome_association"]
        return found["pearson"]["count"], found["pearson"]["r"], found["spearman"]["p_value"]

    assert site.send("team", *days_of_a_team(datetime.now(UTC)))["rejected"] == 0
    known = (len(SESSIONS), pytest.approx(-0.0462645756), pytest.approx(0.8175332656))
    seen(lambda: told() == known, told)
