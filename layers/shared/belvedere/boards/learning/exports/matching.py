"""Which interactions an export asks for: told of one event, and counted by the rollups where they can."""

from belvedere.boards.learning.exports.export_request import ExportRequest
from belvedere.errors import Invalid
from belvedere.ingest.event import Event
from belvedere.query.planner.choose import resolution
from belvedere.query.planner.filters import all_in
from belvedere.query.planner.question import Question
from belvedere.query.reader.answer import answer
from belvedere.query.reader.read import Reader
from belvedere.time_buckets import WIDTH_MS
from belvedere.time_ranges import TimeRange


def matches(request: ExportRequest, event: Event) -> bool:
    """Does an interaction pass the filters? One without an execution time passes no bound on it."""
    given, own = request.filters, event.properties
    lists = {
        "user_ids": event.user,
        "agent_types": own.get("agent_type"),
        "concepts": own.get("concept"),
        "difficulty_levels": own.get("difficulty_level"),
    }
    if any(name in given and value not in given[name] for name, value in lists.items()):
        return False
    if given.get("success_only") and not own.get("success"):
        return False
    if "min_response_time" in given or "max_response_time" in given:
        ms = own.get("execution_time_ms")
        return ms is not None and given.get("min_response_time", 0) <= ms <= given.get("max_response_time", ms)
    return True


async def counted(request: ExportRequest, time_range: TimeRange, reader: Reader) -> int | None:
    """How many interactions match, by the rollups; None where no rollup can tell."""
    if not request.filters.keys() <= {"user_ids", "agent_types", "concepts"}:
        return None
    lists = {
        "user": request.list("user_ids"),
        "agent_type": request.list("agent_types"),
        "concept": request.list("concepts"),
    }
    question = Question(board="learning", metrics=("interaction_count",), range=time_range, filters=all_in(lists))
    try:
        width = WIDTH_MS[resolution(question)]
        if time_range.start % width or time_range.end % width:
            return None
        result = await answer(question, reader)
    except Invalid:
        return None
    return int(result.points[0].metrics["interaction_count"] or 0)
