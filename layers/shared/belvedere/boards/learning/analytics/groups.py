"""What the students of classes did there, each class by itself."""

from collections.abc import Mapping, Sequence
from functools import partial

from belvedere.boards.learning.classes import Work, classed_work, students_of, work_in
from belvedere.boards.learning.directory.classes import get_class
from belvedere.boards.learning.students import student_totals
from belvedere.boards.learning.tally import Tally
from belvedere.query.reader.read import Reader
from belvedere.storage.tables import Tables
from belvedere.storage.threads import in_thread
from belvedere.time_ranges import TimeRange

Group = Mapping[str, Tally]  # by student


async def class_groups(
    tables: Tables, reader: Reader, time_range: TimeRange, classes: Sequence[str]
) -> dict[str, Group]:
    """Each class's students with what they did in it (see `classes`); a class that nobody knows has none."""
    registered = [await in_thread(partial(get_class, tables.rollups.workspace, name)) for name in classes]
    rosters = {school_class.class_id: school_class.students for school_class in registered if school_class}
    classed = await classed_work(reader, time_range)
    totals = await student_totals(reader, time_range, sorted(students_of(classes, rosters, classed)))
    everything = {student: Work(tally) for student, tally in totals.items()}
    return {
        name: {student: work.tally for student, work in work_in([name], rosters, classed, everything).items()}
        for name in classes
    }
