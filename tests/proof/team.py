"""Made-up events of the productivity board, seeded: every type, names to be escaped, missing fields, odd values."""

import random
from dataclasses import replace
from functools import partial
from typing import Any

from tests.proof import school
from tests.proof.naive_team import BOARD, DAY_MS, PRICES
from tests.proof.sent import Sent
from tests.worlds.fold import NOW

KINDS = ("session",) * 6 + ("commit", "pull_request_opened", "pull_request_closed", "rework", "review")
MODELS = (*PRICES, "some/other", "a|b#c%d", "naïve ü", None)
REPOS = ("acme/api", "acme/r|e#po", "100% acme", None)
LANGUAGES = ("Python", "C#", "F|#", None)
STATES = ("APPROVED", "changes_requested", "commented", None)
HUNDREDTH_OF_AN_HOUR_MS = 36_000


def events(rng: random.Random, number: int, *, name: str = "t", users: int = 12,
           span: int = 3 * school.HOUR, until: int = NOW) -> list[Sent]:  # fmt: skip
    """Events at random moments of the last `span` milliseconds before `until`, in the order of their ids."""
    return [_event(rng, f"{name}-{position}", users, until - rng.randrange(span)) for position in range(number)]


def contradicting(rng: random.Random, event: Sent) -> Sent:
    """Another event that claims to be this one: same key, other content."""
    kind = event.type.removeprefix(BOARD)
    other = {name: value for name, value in MADE[kind](rng, event.id, event.time).items() if value is not None}
    return replace(event, user=f"user-{rng.randrange(12)}", properties=other | {"other": rng.random()})


with_copies = partial(school.with_copies, contradicting=contradicting)


def _event(rng: random.Random, event_id: str, users: int, time: int) -> Sent:
    user = None if rng.random() < 0.05 else f"user-{rng.randrange(users)}"
    kind = rng.choice(KINDS)
    told = {name: value for name, value in MADE[kind](rng, event_id, time).items() if value is not None}
    return Sent(event_id, f"{BOARD}{kind}", time, user, told)


def _session(rng: random.Random, event_id: str, _: int) -> dict[str, Any]:
    return {
        "tokens_in": rng.choice((0, 1, 250, 10**9)), "tokens_out": rng.randrange(5_000),
        "session_id": rng.choice((None, "shared", f"s#{rng.randrange(20)}")), "model": rng.choice(MODELS),
        "latency_ms": rng.choice((None, 0, 0.4, 1_200, 15_000.125)), "status_code": rng.choice((None, 200, 399, 400)),
        "accepted_flag": rng.choice((None, True, True, False)), "accepted_lines": rng.choice((None, 0, 7)),
        "diff_ratio": rng.choice((None, 0, 0.69, 0.7, 0.812345, 1)), "cost_usd": rng.choice((None, None, 0, 0.0057)),
        "repo_slug": rng.choice(REPOS), "language": rng.choice(LANGUAGES), "trace": event_id,
    }  # fmt: skip


def _commit(rng: random.Random, event_id: str, _: int) -> dict[str, Any]:
    return {"sha": event_id, "repo_slug": rng.choice(REPOS), "additions": rng.choice((None, 0, 120)),
            "deletions": rng.choice((None, 30)), "language": rng.choice(LANGUAGES)}  # fmt: skip


def _opened(rng: random.Random, _: str, __: int) -> dict[str, Any]:
    return {"number": rng.randrange(99), "repo_slug": rng.choice(REPOS)}


def _closed(rng: random.Random, event_id: str, time: int) -> dict[str, Any]:
    opened = rng.choice((None, time - rng.randrange(10_000) * HUNDREDTH_OF_AN_HOUR_MS))
    return _opened(rng, event_id, time) | {"merged": rng.random() < 0.7, "created_at": opened}


def _rework(rng: random.Random, event_id: str, time: int) -> dict[str, Any]:
    days = rng.choice((None, 0, 21, 22))
    return _opened(rng, event_id, time) | {"reopened_at": days if days is None else time + days * DAY_MS}


def _review(rng: random.Random, event_id: str, time: int) -> dict[str, Any]:
    return _opened(rng, event_id, time) | {"state": rng.choice(STATES)}


MADE = {"session": _session, "commit": _commit, "pull_request_opened": _opened, "pull_request_closed": _closed,
        "rework": _rework, "review": _review}  # fmt: skip
