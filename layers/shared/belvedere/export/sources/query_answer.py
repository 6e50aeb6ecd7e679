"""The rows of any question of the generic query (`POST /v1/query`), all of them."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from belvedere.auth.access import require_role
from belvedere.auth.caller import Caller
from belvedere.clock import iso
from belvedere.errors import Invalid
from belvedere.export.columns import Column, ColumnType, Row
from belvedere.export.sources.data_type import Extract, Part, Selection, SourceContext, chosen, refuse_unused
from belvedere.query.planner.question import Question
from belvedere.query.planner.request import QueryBody, question_of
from belvedere.query.reader.read import Reader
from belvedere.query.reader.respond import respond
from belvedere.schema.rollup_tables import USER
from belvedere.time_ranges import moment

NOT_ASKED = ("range", "limit", "cursor", "explain", "force_refresh")  # a file is whole, and of the range of its job
PREVIOUS = "previous"
TIME = "time"


class QueryAnswer:
    """Answers of the generic query, for those who may ask it."""

    name = "query"
    roles: tuple[str, ...] = ("analyst",)
    event_type: str | None = None

    def personal(self, selection: Selection) -> bool:
        """Are there rows of users?"""
        return USER in question_body(selection).group_by

    def check(self, selection: Selection) -> tuple[Column, ...]:
        """The bucket, the groups and the metrics that are asked for. Raises Invalid naming what cannot be asked."""
        refuse_unused(selection, self.name, "filters")
        body = question_body(selection)
        question = question_of(body, selection.end)
        return chosen(query_columns(question, compared=body.compare is not None), selection.columns)

    def check_range(self, selection: Selection, now: int) -> None:
        """Takes any range."""

    async def restrict(self, caller: Caller, selection: Selection) -> Selection:
        """All of it, or nothing. Raises Forbidden."""
        require_role(caller, *self.roles)
        return selection

    def source(self, selection: Selection, context: SourceContext) -> "QuerySource":
        """Asks the question."""
        return QuerySource(self, selection, context)


class QuerySource:
    """The answer to one question, which is one part."""

    def __init__(self, data: QueryAnswer, selection: Selection, context: SourceContext) -> None:
        self.columns = data.check(selection)
        self._selection, self._context = selection, context

    async def plan(self) -> list[Part]:
        """One part."""
        return [Part(0, self._selection.start, self._selection.end, 0)]

    async def read(self, part: Part) -> Extract:  # noqa: ARG002
        """The answer as it is now."""
        tables = self._context.tables
        reader = Reader(tables.rollups, tables.state)
        answer = await respond(question_body(self._selection), reader, self._context.now, whole=True)
        as_of = answer["as_of"]
        return Extract(self.columns, rows_of(answer["rows"], self.columns), as_of and moment(as_of, "as_of"))


def question_body(selection: Selection) -> QueryBody:
    """The body of the generic query. Raises Invalid naming the wrong field."""
    if selection.query is None:
        raise Invalid("query: is required with the data type 'query'; as the body of POST /v1/query, without its range")
    for name in NOT_ASKED:
        if name in selection.query:
            raise Invalid(f"query.{name}: is not for an export, which has all rows of its date_range")
    zone = {"tz": selection.timezone} if selection.timezone and "tz" not in selection.query else {}
    dates = {"from": iso(selection.start), "to": iso(selection.end)}
    try:
        return QueryBody.model_validate({**selection.query, **zone, "range": dates})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(["query", *map(str, first["loc"])])
        raise Invalid(f"{where}: {first['msg']}") from error


def query_columns(question: Question, *, compared: bool) -> tuple[Column, ...]:
    """The columns of the rows of a question; counts are whole numbers."""
    metrics = [
        (metric.name, ColumnType.NUMBER if metric.empty is None else ColumnType.INTEGER)
        for metric in question.declared()
    ]
    time = (Column(TIME, ColumnType.TIMESTAMP),) if question.granularity else ()
    before = [Column(f"{PREVIOUS}_{name}", kind) for name, kind in metrics] if compared else []
    return (*time, *map(Column, question.group_by), *(Column(name, kind) for name, kind in metrics), *before)


def rows_of(rows: list[dict[str, Any]], columns: tuple[Column, ...]) -> Iterator[Row]:
    """The rows of an answer as they stand in a file."""
    for row in rows:
        flat = _flat(row)
        yield tuple(flat.get(column.name) for column in columns)


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    flat = {name: value for name, value in row.items() if name != PREVIOUS}
    flat |= {f"{PREVIOUS}_{name}": value for name, value in (row.get(PREVIOUS) or {}).items()}
    if TIME in flat:
        flat[TIME] = moment(flat[TIME], TIME)
    return flat
