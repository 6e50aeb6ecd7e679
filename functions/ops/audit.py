"""GET /v1/audit: compares rollup rows with a recount of the raw events, live, and shows both sides."""

from typing import Annotated

import msgspec

from belvedere.boards.registry import CATALOG
from belvedere.clock import now_ms
from belvedere.directory.workspace import read_settings
from belvedere.endpoints.operations import AUDIT
from belvedere.errors import Invalid
from belvedere.http import CallerDep, Endpoint, Query, Response
from belvedere.rollups.auditing import Audit, days
from belvedere.settings import settings
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread

endpoint = Endpoint.of(AUDIT)


@endpoint.get()
async def audit(
    caller: CallerDep,
    family: str,
    start: Annotated[str | None, Query(alias="from")] = None,
    end: Annotated[str | None, Query(alias="to")] = None,
    rows: Annotated[int, Query(ge=0, le=500)] = 20,
) -> Response:
    """Both sides of one family over whole UTC days (today when no range is given), and whether they are equal."""
    if family not in CATALOG.rollup_tables:
        raise Invalid(f"family: {family!r} is not one of {', '.join(CATALOG.rollup_tables)}")
    now = now_ms()
    report = await in_thread(lambda: work_of(caller.workspace, family, now).report(days(start, end, now), shown=rows))
    return endpoint.answer(msgspec.json.encode(report))  # the counters of a busy row may be beyond what orjson writes


def work_of(workspace: str, family: str, now: int) -> Audit:
    """The audit of a family, by the workspace's zones."""
    workspace_tables = tables(workspace)
    return Audit(
        workspace_tables,
        CATALOG.rollup_tables[family],
        settings().event_slices,
        now,
        read_settings(workspace_tables.directory).history().slot,
    )


handler = endpoint.handler
