"""All that is read for questions about classes: who is in them, and what their students did in one or more periods."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from belvedere.boards.learning.classes import Classed, Work, classed_work, students_of, work_in, work_of
from belvedere.boards.learning.directory.classes import SchoolClass, get_class, list_classes
from belvedere.boards.learning.profile import Profile, of_days, reach
from belvedere.boards.learning.students import student_days
from belvedere.errors import Invalid
from belvedere.query.reader.read import Reader
from belvedere.storage.threads import in_thread
from belvedere.time_ranges import TimeRange

MOST_STUDENTS = 2_000


@dataclass(frozen=True)
class School:
    """Classes by id with their names and students."""

    names: Mapping[str, str]
    rosters: Mapping[str, tuple[str, ...]]


async def school_of(workspace: str, class_ids: Sequence[str] | None) -> School:
    """The named classes (all of them for None). One that the Directory does not know has its id for a name."""
    if class_ids is None:
        classes: Iterable[SchoolClass | None] = await in_thread(partial(list_classes, workspace))
    else:
        classes = await asyncio.gather(*(in_thread(partial(get_class, workspace, class_id)) for class_id in class_ids))
    known = {school_class.class_id: school_class for school_class in classes if school_class}
    return School(
        {name: known[name].name if name in known else name for name in (class_ids or known)},
        {name: school_class.students for name, school_class in known.items()},
    )


async def everywhere(reader: Reader, workspace: str, time_range: TimeRange) -> School:
    """All classes that the Directory knows, or that somebody named in a range."""
    known, classed = await asyncio.gather(school_of(workspace, None), classed_work(reader, time_range))
    named = {name: name for name, _ in sorted(classed)}
    return School(named | dict(known.names), known.rosters)


@dataclass(frozen=True)
class Period:
    """What the students of some classes did in one period, and their profiles at its end."""

    time_range: TimeRange
    school: School
    classed: Classed
    profiles: Mapping[str, Profile]

    def of(self, chosen: Iterable[str]) -> dict[str, Work]:
        """What each student did in these classes taken together."""
        return work_in(chosen, self.school.rosters, self.classed, self._everything)

    @cached_property
    def _everything(self) -> dict[str, Work]:
        return {user: work_of(profile) for user, profile in self.profiles.items()}


async def periods(reader: Reader, school: School, parts: Sequence[TimeRange], now: int) -> list[Period]:
    """What the students of a school's classes did in each of some ranges of whole hours. One query a student.

    Raises Invalid when there are more than MOST_STUDENTS of them.
    """
    named = await asyncio.gather(*(classed_work(reader, time_range) for time_range in parts))
    users = sorted(set().union(*(students_of(school.names, school.rosters, classed) for classed in named)))
    if len(users) > MOST_STUDENTS:
        raise Invalid(f"class_ids: {len(users)} students in these classes, {MOST_STUDENTS} at most; name fewer classes")
    reaches = [reach(time_range) for time_range in parts]
    wide = TimeRange(min(reached.start for reached in reaches), max(reached.end for reached in reaches))
    days = dict(zip(users, await asyncio.gather(*(student_days(reader, user, wide) for user in users)), strict=True))
    return [
        Period(time_range, school, classed, {user: of_days(user, days[user], time_range, now) for user in users})
        for time_range, classed in zip(parts, named, strict=True)
    ]
