"""Counts events the way anyone would: plain loops, nothing of the layer's arithmetic. The other side of every proof.

It says by hand what the learning board's rows are, and `naive_team` the productivity board's. So a mistake that the
fold and the audit share is still a difference here.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from tests.proof import naive_team
from tests.proof.codes import LEARNING, TEAM
from tests.proof.expected import Expected, Numbers, when
from tests.proof.sent import Identity, Sent

KEPT = {"h": LEARNING.keys(), "c": {"count", "success"}}
MINUTE_LIFE_MS = 48 * 3_600_000
BY_CLASS = frozenset({"count", "success", "response_time", "response_time_n"})
EVERY_NUMBER = BY_CLASS | {"success_time", "success_time_n"}


def count(events: Iterable[Sent], stored: Container[Identity]) -> Expected:
    """Every row of every family of both boards; `stored` are those events that have not expired."""
    expected = Expected()
    for event in map(kept, events):
        if event.type.startswith(naive_team.BOARD):
            naive_team.count(event, expected, stored=event.identity in stored)
        elif event.type == "learning.interaction":
            _interaction(event, expected)
        else:
            _hint(event, expected)
    return expected


def kept(event: Sent) -> Sent:
    """An event as it is stored: with what is added to it at the door."""
    if event.type.startswith(naive_team.BOARD):
        return replace(event, properties=naive_team.completed(event))
    return event


def codes_of(family: str) -> dict[str, str]:
    """How the cells of a family's entities say each counter."""
    return TEAM if family.startswith(naive_team.BOARD) else LEARNING


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
        cells = [("h", when(event, "%H"), agent or "")] + ([("c", concept)] if concept else [])
        _add_cells(event, expected, "learning.interactions_by_user", cells)


def _hint(event: Sent, expected: Expected) -> None:
    for grain in ("hour", "day"):
        _add(event, expected, "learning.hints", grain, (), histogram=False, users=False, measured=False)
    if event.user is not None:
        concept = event.properties.get("concept")
        cells = [("h", when(event, "%H"))] + ([("c", concept)] if concept else [])
        _add_cells(event, expected, "learning.hints_by_user", cells, measured=False)


def _add(event: Sent, expected: Expected, family: str, grain: str, dims: tuple[str, ...], *, histogram: bool = False,
         users: bool = False, measured: bool = True, only: frozenset[str] = EVERY_NUMBER) -> None:  # fmt: skip
    numbers = {name: number for name, number in _numbers(event, measured) if name in only}
    times = {"execution_time_ms": event.properties.get("execution_time_ms")} if histogram and grain != "minute" else {}
    expected.add(event, family, grain, dims, numbers, values=times, members={"user": event.user} if users else {})


def _add_cells(event: Sent, expected: Expected, family: str, cells: Sequence[tuple[str, ...]], *,
               measured: bool = True) -> None:  # fmt: skip
    def numbers(tag: str) -> Numbers:
        return {LEARNING[measure]: n for measure, n in _numbers(event, measured) if measure in KEPT[tag]}

    expected.add_cells(event, family, [(name, numbers(name[0])) for name in cells])


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
