"""A small team's weeks, up to the present, and what they add up to, counted plainly.

Days are whole UTC days before today. Nothing lies 7, 14 or 28 days back, so which events the last 7 (or 14, or 28) days
hold does not depend on the hour at which the tests run. Nothing lies in the future.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.clock import TODAY

Json = dict[str, Any]

ANA, BEN, ODD = "ana", "ben", "ünal/#1 | 100%"
API, WEB, ODD_REPO = "acme/api", "acme/web", "acme/r|e#po"
SONNET, HAIKU, MINI = "anthropic/claude-3-sonnet", "anthropic/claude-3-haiku", "openai/gpt-4o-mini"


def at(days_ago: int, clock: str = "00:00:00") -> str:
    """A moment of a day before today, as events are sent."""
    return f"{date(days_ago)}T{clock}Z"


def date(days_ago: int) -> str:
    """The ISO date of a day before today."""
    return (TODAY - timedelta(days=days_ago)).date().isoformat()


def session(
    name: str, time: str, user: str | None = ANA, *, tokens: tuple[int, int] = (30, 70), model: str | None = SONNET,
    ms: float | None = 1200, status: int | None = 200, accepted: bool | None = None, lines: int | None = None,
    diff: float | None = None, cost: float | None = 0.01, repo: str | None = API, language: str | None = None,
    session_id: str | None = None,
) -> Json:  # fmt: skip
    """One call of an assistant as a client sends it."""
    return event(
        name, "session", time, user, tokens_in=tokens[0], tokens_out=tokens[1], model=model, latency_ms=ms,
        status_code=status, accepted_flag=accepted, accepted_lines=lines, diff_ratio=diff, cost_usd=cost,
        repo_slug=repo, language=language, session_id=session_id,
    )  # fmt: skip


def commit(name: str, time: str, user: str | None = ANA, repo: str | None = API, **more: Any) -> Json:
    """A commit."""
    return event(name * 40, "commit", time, user, sha=name * 40, repo_slug=repo, **more)


def pull_request(
    kind: str, number: int, time: str, user: str | None = ANA, repo: str = API, suffix: str = "", **more: Any
) -> Json:
    """What happened to a pull request: `opened`, `closed`, `rework` or `review` (which has a suffix, its own id)."""
    name = f"{repo}#{number}:{kind}{suffix}"
    long = f"pull_request_{kind}" if kind in ("opened", "closed") else kind
    return event(name, long, time, user, number=number, repo_slug=repo, **more)


def event(name: str, kind: str, time: str, user: str | None, **properties: Any) -> Json:
    """An event of the board, without the properties that are None."""
    told = {key: value for key, value in properties.items() if value is not None}
    sent = {"id": name, "type": f"productivity.{kind}", "time": time, "properties": told}
    return sent | ({"user": user} if user else {})


def ms(moment: str) -> int:
    """Epoch milliseconds of a moment."""
    return round(datetime.fromisoformat(moment).timestamp() * 1000)


SESSIONS: tuple[Json, ...] = (
    session("s00", at(400, "09:00:00"), ANA, accepted=True, lines=2, diff=0.9, language="Go", session_id="old"),
    session("s01", at(40, "10:00:00"), BEN, accepted=False, diff=0.2, model=HAIKU, cost=0.002, repo=WEB),
    session("s02", at(20, "23:59:59.999"), ANA, accepted=True, lines=12, diff=0.7, language="Python"),
    session("s03", at(19), ODD, tokens=(100, 5), model=None, ms=None, status=None, cost=None, repo=None),
    # the seven days before the last seven
    session("s04", at(13, "00:30:00"), ANA, accepted=True, lines=4, diff=0.82, language="Python", session_id="alpha"),
    session("s05", at(12, "13:00:00"), ANA, accepted=False, diff=0.45, session_id="alpha"),
    session("s06", at(9, "13:10:00"), BEN, accepted=True, lines=6, diff=0.75, model=MINI, cost=0.0001, repo=WEB),
    session("s07", at(8, "22:00:00"), BEN, accepted=False, lines=50, diff=0.1, model=HAIKU, status=500, repo=WEB),
    # the last seven
    session("s08", at(6, "00:00:00"), ANA, accepted=True, lines=10, diff=0.95, language="Python", session_id="beta"),
    session("s09", at(6, "13:05:00"), ANA, accepted=True, lines=20, diff=0.71, language="TypeScript"),
    session("s10", at(5, "13:59:59.999"), BEN, tokens=(4000, 900), accepted=True, lines=8, model=MINI, ms=800.5,
            cost=0.25, repo=WEB, language="TypeScript"),
    session("s11", at(4, "07:00:00"), ODD, accepted=False, diff=0.3, model="odd|mo#del", repo=ODD_REPO, language="C#"),
    session("s12", at(4, "07:20:00"), ODD, accepted=True, lines=3, diff=0.69, model=HAIKU, repo=ODD_REPO,
            language="C#", session_id="beta"),
    session("s13", at(3, "18:00:00"), None, accepted=True, lines=7, diff=1.0, model=HAIKU, status=429, language="Go"),
    session("s14", at(2, "18:30:00"), BEN, accepted=None, model=HAIKU, ms=15_000, status=None, language="Python"),
    session("s15", at(1, "23:59:59"), ANA, accepted=False, lines=0, diff=0.0, status=400, language="Python"),
    session("s16", at(0), ANA, tokens=(0, 0), accepted=True, lines=1, diff=0.8, ms=0, cost=0),
)  # fmt: skip
COMMITS: tuple[Json, ...] = (
    commit("a", at(41, "11:00:00"), BEN, WEB),
    commit("b", at(12, "11:00:00"), ANA, additions=10, deletions=4),
    commit("c", at(6, "11:00:00"), ANA, additions=120, deletions=30, language="Python"),
    commit("d", at(5, "12:00:00"), BEN, WEB, additions=1, deletions=0),
    commit("e", at(5, "12:30:00"), "carla", None),
    commit("f", at(0), ANA),
)
PULL_REQUESTS: tuple[Json, ...] = (
    pull_request("opened", 10, at(6, "10:00:00")),
    pull_request("closed", 10, at(6, "20:00:00"), merged=True, created_at=ms(at(6, "10:00:00"))),
    pull_request("opened", 11, at(5, "09:00:00"), BEN, WEB),
    pull_request("review", 11, at(4, "08:00:00"), ANA, WEB, ":501", state="changes_requested"),
    pull_request("closed", 11, at(4, "09:00:00"), BEN, WEB, merged=False, created_at=ms(at(5, "09:00:00"))),
    pull_request("rework", 11, at(4, "09:00:00"), BEN, WEB, reopened_at=ms(at(3, "09:00:00"))),
    pull_request("review", 11, at(2, "08:00:00"), ANA, WEB, ":502", state="APPROVED"),
    pull_request("closed", 11, at(2, "09:00:00"), BEN, WEB, merged=True, created_at=ms(at(5, "09:00:00"))),
    pull_request("closed", 3, at(12, "09:00:00"), ANA, merged=True, created_at=ms(at(40, "09:00:00"))),
    pull_request("rework", 3, at(12, "09:00:00"), ANA),
    pull_request("opened", 12, at(1, "09:00:00"), BEN, WEB),
)  # fmt: skip
EVENTS = (*SESSIONS, *COMMITS, *PULL_REQUESTS)


def of_days(
    events: Iterable[Json], newest: int, oldest: int, *, user: str | None = None, repo: str | None = None
) -> list[Json]:
    """The events of whole days, from `oldest` to `newest` days ago, both included."""
    return [
        event for event in events
        if date(oldest) <= event["time"][:10] <= date(newest)
        and user in (None, event.get("user")) and repo in (None, event["properties"].get("repo_slug"))
    ]  # fmt: skip


def told(events: Iterable[Json], field: str) -> list[Any]:
    """A property of those events that have it."""
    return [event["properties"][field] for event in events if field in event["properties"]]


def accepted(events: Iterable[Json]) -> list[Json]:
    """The sessions whose suggestion was accepted."""
    return [event for event in events if event["properties"].get("accepted_flag")]


def tokens(events: Iterable[Json]) -> int:
    """The tokens of some sessions, both ways."""
    return sum(told(events, "tokens_in")) + sum(told(events, "tokens_out"))


def acceptance(events: Sequence[Json]) -> float | None:
    """Accepted over tracked sessions; None where none was tracked."""
    tracked = told(events, "accepted_flag")
    return sum(tracked) / len(tracked) if tracked else None


def cost(events: Iterable[Json]) -> float:
    """USD; of the one session that does not tell, by the default price: 10 for a million tokens."""
    return sum(event["properties"].get("cost_usd", tokens([event]) * 10 / 1e6) for event in events)
