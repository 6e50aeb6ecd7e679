"""What students did in their classes.

An interaction that names a class counts for that class alone; one that names none counts for every class its student is
enrolled in. So of a student u, a class c has classed(c, u) + total(u) - the sum of classed(x, u) over all classes x,
where u is enrolled in c, and classed(c, u) alone where not.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from belvedere.boards.learning.profile import Profile
from belvedere.boards.learning.students import COUNTS, metric_tally
from belvedere.boards.learning.tally import Tally
from belvedere.query.planner.question import Question
from belvedere.query.reader.answer import answer
from belvedere.query.reader.read import Reader
from belvedere.time_ranges import TimeRange

Classed = Mapping[tuple[str, str], "Work"]  # (class, student) -> what names the class


@dataclass(frozen=True)
class Work:
    """What was done: the tally, and interactions by agent."""

    tally: Tally = field(default_factory=Tally)
    agents: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "Work") -> "Work":
        return Work(self.tally + other.tally, Counter(self.agents) + Counter(other.agents))

    def without(self, other: "Work") -> "Work":
        """The rest of this beside a part of it."""
        return Work(self.tally - other.tally, Counter(self.agents) - Counter(other.agents))


def work_of(profile: Profile) -> Work:
    """All that a student did in the range of the profile, in whatever class."""
    return Work(profile.total, Counter({agent: tally.attempts for agent, tally in profile.agents.items()}))


async def classed_work(reader: Reader, time_range: TimeRange) -> dict[tuple[str, str], Work]:
    """Whatever names a class in a range of whole hours, by class and student: two scans of day rows, or their pages."""
    by_class, by_agent = await asyncio.gather(
        answer(Question(board="learning", metrics=COUNTS, range=time_range, group_by=("class_id", "user")), reader),
        answer(
            Question(
                board="learning", metrics=COUNTS[:1], range=time_range, group_by=("class_id", "user", "agent_type")
            ),
            reader,
        ),
    )
    agents: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for point in by_agent.points:
        count = int(point.metrics["interaction_count"] or 0)
        agents[point.dims["class_id"], point.dims["user"]][point.dims["agent_type"]] += count
    keyed = (((point.dims["class_id"], point.dims["user"]), point) for point in by_class.points)
    works = {key: Work(metric_tally(point.metrics), agents[key]) for key, point in keyed}
    return {key: work for key, work in works.items() if work.tally.attempts}


def students_of(chosen: Iterable[str], rosters: Mapping[str, Iterable[str]], classed: Classed) -> set[str]:
    """Everybody who is enrolled in one of these classes, or did something that names it."""
    listed = set(chosen)
    enrolled = {user for name in listed for user in rosters.get(name, ())}
    return enrolled | {user for name, user in classed if name in listed}


def work_in(
    chosen: Iterable[str], rosters: Mapping[str, Iterable[str]], classed: Classed, everything: Mapping[str, Work]
) -> dict[str, Work]:
    """What each student did in these classes taken together; students who did nothing there are left out.

    `everything` is all that each enrolled student did. What names no class counts once, in however many of the classes
    the student is enrolled.
    """
    listed = set(chosen)
    totals: dict[str, Work] = defaultdict(Work)
    named: dict[str, Work] = defaultdict(Work)
    for (name, user), work in classed.items():
        named[user] += work
        if name in listed:
            totals[user] += work
    for user in {user for name in listed for user in rosters.get(name, ())}:
        totals[user] += everything.get(user, Work()).without(named[user])
    return {user: work for user, work in totals.items() if work.tally.attempts}
