"""The life of one pull request: opened, reviewed, closed; now and then reopened, and closed once more."""

import math
import random
from collections.abc import Iterator, Sequence

from belvedere_cli.demo.simulated_team import Developer
from belvedere_cli.demo.timeline import TimedEvent
from belvedere_cli.sending.event_wire import WireEvent

HOUR_MS = 3_600_000
SECOND_MS = 1_000
LONGEST_OPEN_H = 120.0
LONGEST_REST_H = 100.0
LONGEST_MS = round(2 * LONGEST_OPEN_H + LONGEST_REST_H) * HOUR_MS
TYPICAL_H = 9.0
MERGED, REWORKED = 0.85, 0.12
REVIEWS = (0, 1, 1, 1, 2, 2, 3)
NUMBERS = 10**7

Properties = dict[str, object]


def pull_request(rng: random.Random, author: Developer, team: Sequence[Developer], start: int) -> Iterator[TimedEvent]:
    """Its events, in the order in which they are sent: that it was reopened is told then, with the time of the closing.

    Times are whole seconds, and ids made as the importers make them.
    """
    life = _Life(author, rng.randint(1, NUMBERS))
    opened = start // SECOND_MS * SECOND_MS
    yield life.event("pull_request_opened", "opened", opened)
    closed = opened + _hours(rng, TYPICAL_H, LONGEST_OPEN_H)
    yield from _reviews(rng, life, team, opened, closed)
    yield _closing(rng, life, opened, closed)
    if rng.random() < REWORKED:
        reopened = closed + _hours(rng, TYPICAL_H, LONGEST_REST_H)
        undone = life.event("rework", "rework", closed, reopened_at=reopened)
        yield undone._replace(sent_at=reopened)
        again = reopened + _hours(rng, TYPICAL_H, LONGEST_OPEN_H)
        yield _closing(rng, life, opened, again)


class _Life:
    """What all events of one pull request have in common."""

    def __init__(self, author: Developer, number: int) -> None:
        self.author, self.number, self.slug = author, number, author.home.slug

    def event(self, kind: str, name: str, time: int, user: str | None = None, **more: object) -> TimedEvent:
        properties: Properties = {"number": self.number, "repo_slug": self.slug, **more}
        event = WireEvent(id=f"{self.slug}#{self.number}:{name}", type=f"productivity.{kind}", time=time,
                          user=user or self.author.id, properties=properties)  # fmt: skip
        return TimedEvent(time, event)


def _reviews(
    rng: random.Random, life: _Life, team: Sequence[Developer], opened: int, closed: int
) -> Iterator[TimedEvent]:
    others = [member.id for member in team if member is not life.author] or [life.author.id]
    times = sorted(rng.randrange(opened, closed) // SECOND_MS * SECOND_MS for _ in range(rng.choice(REVIEWS)))
    for number, time in enumerate(times, start=1):
        last = number == len(times)
        state = "APPROVED" if last and rng.random() < MERGED else rng.choice(("CHANGES_REQUESTED", "COMMENTED"))
        yield life.event("review", f"review:{life.number}{number}", time, rng.choice(others), state=state)


def _closing(rng: random.Random, life: _Life, opened: int, time: int) -> TimedEvent:
    return life.event("pull_request_closed", "closed", time, merged=rng.random() < MERGED, created_at=opened)


def _hours(rng: random.Random, typical: float, longest: float) -> int:
    """A lognormal number of hours in milliseconds, to the second."""
    hours = min(longest, max(0.05, rng.lognormvariate(math.log(typical), 1.0)))
    return round(hours * HOUR_MS) // SECOND_MS * SECOND_MS
