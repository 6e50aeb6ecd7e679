"""What every row should say, and where a row of an event is; plain words for what `naive` counts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.proof.codes import SHORT
from tests.proof.sent import Sent

Row = tuple[str, str]  # partition and sort key
Numbers = Mapping[str, int]
Cell = tuple[tuple[str, ...], Numbers]  # its name in parts (tag and values), and its numbers by code

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WITH_ROWS_OF_HOURS = frozenset({
    "learning.interactions", "learning.interactions_by_agent", "learning.hints", "productivity.sessions",
    "productivity.commits", "productivity.listed", "productivity.listed_by_model",
})  # fmt: skip
WITH_MEMBERS_OF_HOURS = frozenset({"productivity.commits_by_repo"})  # no user's cells tell them
FORMATS = {"minute": "%Y-%m-%dT%H:%M", "hour": "%Y-%m-%dT%H", "day": "%Y-%m-%d"}


@dataclass
class Expected:
    """Counters, true values instead of bins, true sets instead of sketches, and which rows are listed where."""

    counters: dict[Row, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    values: dict[Row, list[float]] = field(default_factory=lambda: defaultdict(list))
    members: dict[Row, set[str]] = field(default_factory=lambda: defaultdict(set))
    listed: dict[Row, str] = field(default_factory=dict)

    def add(
        self, event: Sent, family: str, grain: str, dims: Iterable[str], numbers: Numbers, *,
        values: Mapping[str, float | None] | None = None, members: Mapping[str, str | None] | None = None,
        quartered: bool = True,
    ) -> None:  # fmt: skip
        """An event in one row of a family, and in its histograms and distinct rows where it has their fields.

        What a row has of a quarter of its hour, or of an hour of its day where there are no rows of hours, is said as
        if it were a row of its own, but for counters.
        """
        place = f"{event.workspace}#{family}#{grain}"
        sort = "#".join([when(event, FORMATS[grain]), *map(quoted, dims)])
        quarter = f"@{event.quarter}" if event.quarter and quartered and grain == "hour" else ""
        quarter = quarter if family in WITH_ROWS_OF_HOURS else f"@{when(event, '%H')}"
        counted_apart = family in WITH_ROWS_OF_HOURS or family in WITH_MEMBERS_OF_HOURS
        self.counters[f"{place}#counters", sort].update(numbers)
        if quarter:
            short = {f"{SHORT.get(name, name)}{quarter}": number for name, number in numbers.items()}
            self.counters[f"{place}#counters", sort].update(short)
        for part in {sort, sort + quarter}:
            for name, value in (values or {}).items():
                if value is not None:
                    self.values[f"{place}#histogram.{name}", part].append(value)
            for name, member in (members or {}).items():
                if member is not None and (part == sort or counted_apart):
                    self.members[f"{place}#distinct.{name}", part].add(member)

    def add_cells(self, event: Sent, family: str, cells: Iterable[Cell], *, quartered: bool = True) -> None:
        """An event in its user's row of four hours, cell by cell."""
        day, hour = when(event, FORMATS["day"]), int(when(event, "%H"))
        row = (f"{event.workspace}#{family}#day#counters#{event.user}", f"{day}T{hour - hour % 4:02d}")
        self.listed[row] = f"{event.workspace}#{family}#day#{day}"
        for (tag, *values), numbers in cells:
            if tag != "h":
                tag += f"@{hour:02d}"
            elif event.quarter and quartered:
                tag += f"@{event.quarter}"
            name = "|".join([tag, *(quoted(value).replace("|", "%7C") for value in values)])
            self.counters[row].update({f"{name}|{code}": number for code, number in numbers.items()})


def when(event: Sent, form: str) -> str:
    """When an event happened, in a form of strftime."""
    return (EPOCH + timedelta(milliseconds=event.time)).strftime(form)


def quoted(value: str) -> str:
    """A part of a key without separators."""
    return value.replace("%", "%25").replace("#", "%23")
