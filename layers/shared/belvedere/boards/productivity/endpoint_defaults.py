"""The cached queries of the board's endpoints, over rollups alone or with raw events."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, TypeVar

from belvedere.boards.productivity.events import BOARD_NAME
from belvedere.cache.body_query import VOLATILE
from belvedere.cache.cached_query import CachedQuery
from belvedere.cache.entry import Computed
from belvedere.endpoints.declaration import EndpointDeclaration
from belvedere.query.reader.read import Reader
from belvedere.settings import settings
from belvedere.storage.tables import Tables, tables

VOLATILE_HERE = {*VOLATILE, "timestamp"}

RequestT = TypeVar("RequestT")
RequestT_contra = TypeVar("RequestT_contra", contravariant=True)
Answer = Computed | Mapping[str, Any] | list[dict[str, Any]]
Work = Callable[[RequestT, Reader, int], Awaitable[Answer]]
Resolve = Callable[[RequestT, int], Mapping[str, Any]]


class ReportComputation(Protocol[RequestT_contra]):
    """Works out an answer that takes raw events, too, which are spread over `slices`."""

    async def __call__(self, request: RequestT_contra, tables: Tables, now: int, /, *, slices: int) -> Answer: ...


def rollup_query(
    declaration: EndpointDeclaration,
    request_type: type[RequestT],
    resolve: Resolve[RequestT],
    work: Work[RequestT],
) -> CachedQuery[RequestT]:
    """The cached query of what `work` makes of rollups; tagged with the developer it is about."""

    async def compute(workspace: str, request: RequestT, now: int) -> Computed:
        workspace_tables = tables(workspace)
        return _computed(await work(request, Reader(workspace_tables.rollups, workspace_tables.state), now))

    return CachedQuery(
        kind=declaration.kind,
        policy=declaration.policy,
        request_type=request_type,
        resolve=resolve,
        compute=compute,
        tags=_tags,
    )


def report_query(
    declaration: EndpointDeclaration,
    request_type: type[RequestT],
    resolve: Resolve[RequestT],
    work: ReportComputation[RequestT],
) -> CachedQuery[RequestT]:
    """The cached query of what `work` makes of rollups and raw events."""

    async def compute(workspace: str, request: RequestT, now: int) -> Computed:
        return _computed(await work(request, tables(workspace), now, slices=settings().event_slices))

    return CachedQuery(
        kind=declaration.kind,
        policy=declaration.policy,
        request_type=request_type,
        resolve=resolve,
        compute=compute,
        tags=_tags,
    )


def _computed(answer: Answer) -> Computed:
    """An answer, and what of it makes it another one."""
    if isinstance(answer, Computed):
        return answer
    etag_source = answer
    if isinstance(answer, Mapping):
        etag_source = {key: value for key, value in answer.items() if key not in VOLATILE_HERE}
    return Computed(answer, etag_source)


def _tags(request: Any) -> tuple[str, ...]:
    developer = getattr(request, "developer_id", None)
    return (BOARD_NAME, f"user:{developer}") if developer else (BOARD_NAME,)
