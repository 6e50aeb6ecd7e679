"""The deployed function that correlates: its layer has all that it imports, and the others are let to ask it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.contract.productivity.team import at, event, session
from tests.e2e.site import Site, seen

SESSIONS, COMMITS = (3, 5, 2, 8, 6, 7, 1), (1, 2, 4, 3, 6, 5, 6)


def days_of_a_team() -> Iterator[dict[str, Any]]:
    """Sessions and commits of a week ago until yesterday."""
    for day, (sessions, commits) in enumerate(zip(SESSIONS, COMMITS, strict=True)):
        for number in range(sessions):
            yield session(f"e2e-{day}-{number}", at(7 - day, f"10:00:{number:02d}"))
        for number in range(commits):
            sha = f"e2e-{day}-{number}"
            yield event(sha, "commit", at(7 - day, f"11:00:{number:02d}"), None, sha=sha)


def test_a_report_tells_the_known_correlations(site: Site) -> None:
    def days() -> int:
        report = site.get("/api/metrics/raw", "team", since="7", lag_days="0")
        return int(report["ai_outcome_association"]["pearson"]["count"])

    assert site.send("team", *days_of_a_team())["rejected"] == 0
    seen(lambda: days() == len(SESSIONS), days)
    told = site.get("/api/metrics/raw", "team", since="7", lag_days="0", force_refresh="true")["ai_outcome_association"]
    assert told["pearson"]["r"] == pytest.approx(-0.0462645756)
    assert told["spearman"]["p_value"] == pytest.approx(0.8175332656)
