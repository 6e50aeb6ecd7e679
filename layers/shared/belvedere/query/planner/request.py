"""The generic query as it comes over the wire: checked field by field, then a `Question`."""

from dataclasses import replace
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field

from belvedere.bodies import Body
from belvedere.clock import HOUR_MS
from belvedere.errors import Invalid
from belvedere.query.planner.choose import resolution
from belvedere.query.planner.cursor import read_cursor
from belvedere.query.planner.filters import parse
from belvedere.query.planner.granularity import GRANULARITIES, Granularity, granularity, time_zone
from belvedere.query.planner.question import Order, Question
from belvedere.rollups.slots import turns
from belvedere.schema.catalog import catalog
from belvedere.schema.rollup_tables import Grain
from belvedere.time_buckets import WIDTH_MS, ceil, floor
from belvedere.time_ranges import TimeRange, grain_for, moment, oldest_minute, resolve

MAX_ROWS = 10_000
MAX_METRICS = 20
MAX_GROUPED = 4
MAX_POINTS = 10_000
AUTO_POINTS = 200


class RangeBody(Body):
    """Both dates, or a preset, or neither for seven days."""

    model_config = ConfigDict(populate_by_name=True)

    preset: str | None = None
    start_date: str | None = Field(None, alias="from", description="ISO 8601, UTC when it has no offset")
    end_date: str | None = Field(None, alias="to", description="ISO 8601, exclusive")


class OrderBody(Body):
    """One sort criterion."""

    metric: str
    direction: Literal["asc", "desc"] = "desc"


class QueryBody(Body):
    """POST /v1/query."""

    board: str
    metrics: list[str] = Field(min_length=1, max_length=MAX_METRICS)
    range: RangeBody = Field(default_factory=lambda: RangeBody.model_validate({}))
    granularity: str | None = Field(None, description="1m 5m 15m 1h 6h 1d 1w 1mo, or auto; none for one row a group")
    tz: str | None = Field(None, description="IANA time zone of days, weeks and months; UTC when absent")
    group_by: list[str] = Field(default_factory=list, max_length=MAX_GROUPED)
    filters: dict[str, Any] | None = None
    order: list[OrderBody] = Field(default_factory=list, max_length=4)
    limit: int = Field(1_000, ge=1, le=MAX_ROWS)
    cursor: str | None = None
    compare: Literal["previous"] | None = None
    explain: bool = False
    force_refresh: bool = False


def question_of(body: QueryBody, now: int) -> Question:
    """The question of a request. Raises Invalid naming the field and what is allowed."""
    if body.board not in catalog().boards:
        raise Invalid(f"board: {body.board!r} is not one of {', '.join(catalog().boards)}")
    order = tuple(Order(order_by.metric, order_by.direction == "desc") for order_by in body.order)
    for order_by in order:
        if order_by.metric not in body.metrics:
            raise Invalid(f"order: {order_by.metric!r} is not among the metrics asked for: {', '.join(body.metrics)}")
    auto = body.granularity == "auto"
    question = Question(
        board=body.board,
        metrics=tuple(dict.fromkeys(body.metrics)),
        range=TimeRange(0, 1),
        granularity=granularity(body.granularity) if body.granularity and not auto else None,
        zone=time_zone(body.tz),
        group_by=tuple(dict.fromkeys(body.group_by)),
        filters=parse(body.filters),
        order=order,
        limit=body.limit,
        offset=read_cursor(body.cursor),
    )
    return placed(question, body.range, now, auto=auto, fields=("from", "to"))


def placed(
    question: Question,
    body: RangeBody,
    now: int,
    *,
    auto: bool = False,
    fields: tuple[str, str] = ("start_date", "end_date"),
) -> Question:
    """The question with its range resolved and snapped, and its granularity chosen where that is `auto`."""
    finest = resolution(question)
    time_range = resolve(body.preset, body.start_date, body.end_date, now=now, finest=finest, fields=fields)
    minutes = bool(time_range.start % HOUR_MS or time_range.end % HOUR_MS)
    minutes = minutes or grain_for(time_range.start, time_range.end, now=now, finest=finest) is Grain.MINUTE
    if question.zone and not minutes and finest is not Grain.DAY and body.start_date and body.end_date:
        time_range = local_edges(body.start_date, body.end_date, question.zone, fields)
    if auto:
        question = replace(question, granularity=fitting(time_range, finest))
    if question.granularity:
        check_width(question.granularity, time_range, finest, now)
        check_zone(question, finest)
    return replace(question, range=time_range, minutes=minutes)


def local_edges(start: str, end: str, zone: ZoneInfo, fields: tuple[str, str]) -> TimeRange:
    """A range of dates, grown to whole hours of UTC or of a zone, whichever are nearer."""
    first, last = moment(start, fields[0]), moment(end, fields[1])
    before = (floor(first, Grain.HOUR), *turns(floor(first, Grain.HOUR), zone))
    after = (*turns(floor(last, Grain.HOUR), zone), ceil(last, Grain.HOUR))
    return TimeRange(max(edge for edge in before if edge <= first), min(edge for edge in after if edge >= last))


def fitting(time_range: TimeRange, finest: Grain) -> Granularity:
    """The finest granularity that makes at most AUTO_POINTS buckets."""
    able = [width for width in GRANULARITIES.values() if WIDTH_MS[width.grain] >= WIDTH_MS[finest]]
    span = time_range.end - time_range.start
    return next((width for width in able if span // width.width_ms <= AUTO_POINTS), able[-1])


def check_width(wide: Granularity, time_range: TimeRange, finest: Grain, now: int) -> None:
    """Refuse buckets finer than the rollups kept for the range, and more of them than an answer holds."""
    points = (time_range.end - time_range.start) // wide.width_ms
    if points > MAX_POINTS:
        raise Invalid(
            f"granularity: {wide.name} makes {points} buckets, {MAX_POINTS} at most; ask for wider ones or less"
        )
    finest_kept = Grain.HOUR if finest is Grain.MINUTE and time_range.start <= oldest_minute(now) else finest
    if wide.width_ms < WIDTH_MS[finest_kept]:
        able = ", ".join(width.name for width in GRANULARITIES.values() if width.width_ms >= WIDTH_MS[finest_kept])
        raise Invalid(f"granularity: {wide.name} is finer than the rollups kept for this question; one of {able}")


def check_zone(question: Question, finest: Grain) -> None:
    """Refuse local days where only UTC days are kept."""
    if question.zone and question.granularity and WIDTH_MS[finest] > WIDTH_MS[Grain.HOUR]:
        raise Invalid("tz: local days are made of hours, and only days are kept for this question; ask in UTC")
