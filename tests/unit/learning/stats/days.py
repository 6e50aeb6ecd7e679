"""Students' days for tests, in few words."""

from belvedere.boards.learning.students import StudentDay
from belvedere.boards.learning.tally import Tally, added
from belvedere.clock import DAY_MS

TODAY = 20_000 * DAY_MS


def day(ago: int, hours: dict[int, tuple[int, int]] | None = None, **concepts: tuple[int, int]) -> StudentDay:
    """A day so many days ago, of (attempts, successes) by hour and by concept; without hours, all at noon."""
    of = {name: Tally(*counts) for name, counts in concepts.items()}
    by_hour = {hour: Tally(*counts) for hour, counts in (hours or {}).items()} or {12: added(of.values())}
    return StudentDay(TODAY - ago * DAY_MS, of, by_hour)
