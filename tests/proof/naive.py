"""Counts events the way anyone would: plain loops, nothing of the layer's arithmetic. The other side of every proof.

It says by hand what the learning board's rows are: counters, true values instead of bins, true sets instead of
sketches. So a mistake that the fold and the audit share is still a difference here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests.proof.sent import Sent

Row = tuple[str, str]  # partition and sort key
CODES = {
    "count": "n", "success": "s", "response_time": "r", "response_time_n": "R",
    "success_time": "t", "success_time_n": "T",
}  # fmt: skip
KEPT = {"h": CODES.keys(), "c": {"count", "success"}}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE_LIFE_MS = 48 * 3_600_000
BY_CLASS = frozenset({"count", "success", "response_time", "response_time_n"})
EVERY_NUMBER = BY_CLASS | {"success_time", "success_time_n"}
FORMATS = {"minute": "%Y-%m-%dT%H:%M", "hour": "%Y-%m-%dT%H", "day": "%Y-%m-%d"}


@dataclass
class Expected:
    """What every row should say."""

    counters: dict[Row, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    values: dict[Row, list[float]] = field(default_factory=lambda: defaultdict(list))
    users: dict[Row, set[str]] = field(default_factory=lambda: defaultdict(set))
    listed: dict[Row, str] = field(default_factory=dict)


def count(events: Iterable[Sent]) -> Expected:
    """Every row of every family of the learning board."""
    expected = Expected()
    for event in events:
        if event.type == "learning.interaction":
            _interaction(event, expected)
        else:
            _hint(event, expected)
    return expected


def _interaction(event: Sent, expected: Expected) -> None:
    agent, concept = (event.properties.get(name) for name in ("agent_type", "concept"))
    grains = ["hour", "day"] + (["minute"] if event.time + MINUTE_LIFE_MS > event.received else [])
    for grain in grains:
        _add(event, expected, "learning.interactions", grain, (), histogram=True, users=True)
        if agent is not None:
            _add(event, expected, "learning.interactions_by_agent", grain, (agent,), histogram=True, users=True)
    if concept is not None:
        _add(event, expected, "learning.interactions_by_concept", "day", (concept,), histogram=False, users=True)
    class_id = event.properties.get("class_id")
    if event.user is not None and class_id is not None:
        _add(event, expected, "learning.interactions_by_class", "day", (class_id, event.user), only=BY_CLASS)
        if agent is not None:
            names = (class_id, event.user, agent)
            _add(event, expected, "learning.agents_by_class", "day", names, measured=False)
    error = event.properties.get("error_type")
    if event.user is not None and error is not None:
        _add(event, expected, "learning.interactions_by_error", "day", (event.user, error), only=frozenset({"count"}))
    if event.user is not None:
        cells = [("h", _when(event, "%H"), agent or "")] + ([("c", concept)] if concept else [])
        _add_cells(event, expected, "learning.interactions_by_user", cells)


def _hint(event: Sent, expected: Expected) -> None:
    for grain in ("hour", "day"):
        _add(event, expected, "learning.hints", grain, (), histogram=False, users=False, measured=False)
    if event.user is not None:
        concept = event.properties.get("concept")
        cells = [("h", _when(event, "%H"))] + ([("c", concept)] if concept else [])
        _add_cells(event, expected, "learning.hints_by_user", cells, measured=False)


def _add(event: Sent, expected: Expected, family: str, grain: str, dims: tuple[str, ...], *, histogram: bool = False,
         users: bool = False, measured: bool = True, only: frozenset[str] = EVERY_NUMBER) -> None:  # fmt: skip
    place = f"{event.workspace}#{family}#{grain}"
    sort = "#".join([_when(event, FORMATS[grain]), *map(_quoted, dims)])
    numbers = {name: number for name, number in _numbers(event, measured) if name in only}
    expected.counters[f"{place}#counters", sort].update(numbers)
    milliseconds = event.properties.get("execution_time_ms")
    if histogram and grain != "minute" and milliseconds is not None:
        expected.values[f"{place}#histogram.execution_time_ms", sort].append(milliseconds)
    if users and event.user is not None:
        expected.users[f"{place}#distinct.user", sort].add(event.user)


def _add_cells(event: Sent, expected: Expected, family: str, cells: Sequence[tuple[str, ...]], *,
               measured: bool = True) -> None:  # fmt: skip
    day, hour = _when(event, FORMATS["day"]), int(_when(event, "%H"))
    row = (f"{event.workspace}#{family}#day#counters#{event.user}", f"{day}T{hour - hour % 4:02d}")
    expected.listed[row] = f"{event.workspace}#{family}#day#{day}"
    for tag, *values in cells:
        name = "|".join([tag, *(_quoted(value).replace("|", "%7C") for value in values)])
        kept = ((measure, n) for measure, n in _numbers(event, measured) if measure in KEPT[tag])
        expected.counters[row].update({f"{name}|{CODES[measure]}": n for measure, n in kept})


def _numbers(event: Sent, measured: bool) -> Iterator[tuple[str, int]]:
    yield "count", 1
    if not measured:
        return
    milliseconds = event.properties.get("execution_time_ms")
    names = ["response_time"] + (["success_time"] if event.properties["success"] else [])
    if event.properties["success"]:
        yield "success", 1
    for name in names if milliseconds is not None else []:
        yield f"{name}_n", 1
        yield name, int(Decimal(str(milliseconds)) * 1000)


def _when(event: Sent, form: str) -> str:
    return (EPOCH + timedelta(milliseconds=event.time)).strftime(form)


def _quoted(value: str) -> str:
    return value.replace("%", "%25").replace("#", "%23")
