"""Kept answers of the analytics endpoints: bodies that are answered from tables rather than by one question."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from belvedere.cache.body_query import VOLATILE, BodyRequest
from belvedere.cache.cached_query import CachedQuery
from belvedere.cache.entry import Computed
from belvedere.cache.policy import Policy
from belvedere.clock import iso
from belvedere.query.reader.read import Reader
from belvedere.storage.tables import Tables, tables

Model = TypeVar("Model", bound=BaseModel)
Resolved = Callable[[Model, int], Mapping[str, Any]]
Work = Callable[[Model, Tables, int], Awaitable[dict[str, Any]]]
TAG = "learning"


def analytics_view(
    kind: str, policy: Policy, model: type[Model], resolved: Resolved[Model], work: Work[Model]
) -> CachedQuery[BodyRequest]:
    """The view of a kind of body: `resolved` tells the moments it comes to, `work` answers it."""

    def resolve(request: BodyRequest, now: int) -> Mapping[str, Any]:
        body = model.model_validate(request.body)
        return body.model_dump(exclude={"force_refresh", "time_range", "at"}) | {"resolved": resolved(body, now)}

    async def compute(workspace: str, request: BodyRequest, now: int) -> Computed:
        workspace_tables = tables(workspace)
        as_of = await reader_of(workspace_tables).as_of()
        response = await work(model.model_validate(request.body), workspace_tables, now)
        etag_source = {name: value for name, value in response.items() if name not in VOLATILE}
        fresh = {"generated_at": iso(now), "as_of": iso(as_of) if as_of is not None else None}
        return Computed(response | fresh, etag_source)

    return CachedQuery(
        kind=kind, policy=policy, request_type=BodyRequest, resolve=resolve, compute=compute, tags=lambda _: (TAG,)
    )


def reader_of(tables: Tables) -> Reader:
    """The reader of a workspace's rollups."""
    return Reader(tables.rollups, tables.state)
