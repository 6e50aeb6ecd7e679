"""Datasets whose numbers are known from outside: three sessions with two pull requests and two commits (A, and B, which
begins a day later), and three sessions within ten minutes (C)."""

from typing import Any

from belvedere.clock import to_ms
from belvedere.query.reader.read import Reader
from belvedere.storage.tables import Tables, tables
from tests.contract.productivity.team import commit, ms, pull_request, session
from tests.contract.shapes import moment
from tests.worlds.served import Served

SONNET, HAIKU = "anthropic/claude-3-sonnet", "anthropic/claude-3-haiku"
REPO = "openai/dev-agent-lens"
POLICY = (SONNET,)
A = {"days": 5, "now": to_ms(moment("2024-01-06T12:00:00Z"))}  # from 2024-01-01
B = {"days": 4, "now": to_ms(moment("2024-01-06T12:00:00Z"))}  # from 2024-01-02
C = {"days": 2, "now": to_ms(moment("2025-10-14T09:00:00Z"))}  # from 2025-10-12

TEAM: tuple[dict[str, Any], ...] = (
    session("alpha", "2024-01-01T12:00:00Z", "dev-1", tokens=(30, 70), model=SONNET, ms=1200, accepted=True, lines=4,
            diff=0.82, cost=0.0057, repo=REPO),
    session("beta", "2024-01-01T13:00:00Z", "dev-1", tokens=(20, 30), model=SONNET, ms=1800, accepted=False, diff=0.45,
            cost=0.00255, repo=REPO),
    session("gamma", "2024-01-02T15:00:00Z", "dev-2", tokens=(40, 10), model=HAIKU, ms=1500, status=500, accepted=False,
            diff=0.6, cost=0.00009, repo=REPO),
    pull_request("closed", 10, "2024-01-01T20:00:00Z", "dev-1", REPO, merged=True,
                 created_at=ms("2024-01-01T10:00:00Z")),
    pull_request("closed", 11, "2024-01-05T09:00:00Z", "dev-2", REPO, merged=True,
                 created_at=ms("2024-01-02T09:00:00Z")),
    pull_request("rework", 11, "2024-01-05T09:00:00Z", "dev-2", REPO),
    commit("a", "2024-01-02T11:00:00Z", "dev-1", REPO),
    commit("b", "2024-01-02T12:00:00Z", "dev-2", REPO),
)  # fmt: skip
BRIEF: tuple[dict[str, Any], ...] = tuple(
    session(f"trace-{n}", f"2025-10-12T10:{minute:02d}:00Z", "dev", tokens=tokens, model="claude-3-5-sonnet-20241022",
            ms=latency, accepted=False, cost=cost, repo=REPO)
    for n, (minute, tokens, latency, cost) in enumerate([
        (0, (250, 150), 1234.5, 0.004), (5, (100, 50), 567.8, 0.0015), (10, (500, 300), 2345.6, 0.008),
    ])
)  # fmt: skip


def in_place(served: Served, workspace: str, events: tuple[dict[str, Any], ...]) -> Tables:
    """The tables of a workspace that has had these events and nothing else."""
    served.send_and_fold(*events, workspace=workspace)
    return tables(workspace)


def reader(mine: Tables) -> Reader:
    """What asks a workspace's rollups."""
    return Reader(mine.rollups, mine.state)
