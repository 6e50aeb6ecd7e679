"""A kind of data that can be exported: who may read it, which columns it has, and where its rows come from."""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol

from belvedere.auth.caller import Caller
from belvedere.clock import SECOND_MS
from belvedere.errors import Invalid
from belvedere.export.columns import Column, Row
from belvedere.storage.tables import Tables

SETTLING_MS = 5 * SECOND_MS  # events received later than this before the start of a job are not in it, in any part


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What is asked of one kind of data: start <= time < end (epoch ms), and how it is narrowed.

    `filters` are the generic query's for raw events and the route's other fields for an answer; `query` is the body of
    the generic query. `users` limits rows of persons to these; it comes from who asks, never from the request.
    """

    start: int
    end: int
    filters: Mapping[str, Any] | None = None
    columns: tuple[str, ...] | None = None
    query: Mapping[str, Any] | None = None
    timezone: str | None = None
    users: tuple[str, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> "Selection":
        """The inverse of `to_json`."""
        lists = {name: tuple(given[name]) for name in ("columns", "users") if given.get(name) is not None}
        return cls(**{**given, **lists})


@dataclass(frozen=True)
class Part:
    """A stretch of the selection that is read on its own; `rows` is how many are expected."""

    number: int
    start: int
    end: int
    rows: int

    def to_json(self) -> dict[str, int]:
        """As plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, given: Mapping[str, int]) -> "Part":
        """The inverse of `to_json`."""
        return cls(**given)


@dataclass
class Extract:
    """The rows of a part, read while they are iterated (blocking); `as_of` is when an answer was true, epoch ms."""

    columns: tuple[Column, ...]
    rows: Iterator[Row]
    as_of: int | None = None


@dataclass(frozen=True)
class RouteRequest:
    """A request to a route of this deployment, made in process."""

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None


AnswerOf = Callable[[RouteRequest, Caller], Awaitable[Any]]


@dataclass(frozen=True, kw_only=True)
class SourceContext:
    """What a source works with: tables and the start of the job (epoch ms); for answers, the caller and a way to ask.

    `answer_of` answers as the route would answer that caller, and raises what it would refuse with.
    """

    tables: Tables
    slices: int
    now: int
    caller: Caller | None = None
    answer_of: AnswerOf | None = None


class Source(Protocol):
    """Rows of one selection, in parts that are read in order or side by side."""

    columns: tuple[Column, ...]

    async def plan(self) -> list[Part]:
        """The parts, in order; together they are the whole selection."""

    async def read(self, part: Part) -> Extract:
        """The rows of one part."""


class DataType(Protocol):
    """A kind of data by its name; `roles` are those of people who may read it, beside admins and service keys."""

    @property
    def name(self) -> str:
        """The name that requests know it by."""

    @property
    def roles(self) -> tuple[str, ...]:
        """As on the route that the data comes from."""

    @property
    def event_type(self) -> str | None:
        """The type of the raw events that are its rows; None for answers."""

    def personal(self, selection: Selection) -> bool:
        """Does a row name a person? Erasing one then makes the file expire."""

    def check(self, selection: Selection) -> tuple[Column, ...]:
        """The columns. Pure. Raises Invalid naming the field and what is allowed."""

    def check_range(self, selection: Selection, now: int) -> None:
        """Can it be asked for this range at this moment, epoch ms? Pure. Raises Invalid."""

    async def restrict(self, caller: Caller, selection: Selection) -> Selection:
        """What this caller may see of it. Raises Forbidden."""

    def source(self, selection: Selection, context: SourceContext) -> Source:
        """Where its rows come from."""


def chosen(columns: Sequence[Column], names: tuple[str, ...] | None) -> tuple[Column, ...]:
    """The columns with these names, in their order; all without names. Raises Invalid for unknown or repeated ones."""
    if names is None:
        return tuple(columns)
    known = {column.name: column for column in columns}
    for name in names:
        if name not in known:
            raise Invalid(f"columns: {name!r:.80} is not one of {', '.join(known)}")
    if not names or len(set(names)) < len(names):
        raise Invalid("columns: name each column once, at least one; without the field there are all")
    return tuple(known[name] for name in names)


def narrowed(selection: Selection, users: Sequence[str]) -> Selection:
    """The selection about these people only; none of them is everybody."""
    return replace(selection, users=tuple(users) or None)


def refuse_unused(selection: Selection, name: str, *fields: str) -> None:
    """Raises Invalid for a field that this kind of data would not look at."""
    for field_name in fields:
        if getattr(selection, field_name) is not None:
            raise Invalid(f"{field_name}: is not for {name}")
