"""Cached queries of POST endpoints: the body is the cache key and is replayed on refresh."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import msgspec
from pydantic import BaseModel

from belvedere.cache.cached_query import CachedQuery
from belvedere.cache.entry import Computed
from belvedere.cache.policy import Policy
from belvedere.query.planner.question import Question
from belvedere.query.reader.read import Reader
from belvedere.storage.tables import tables

Model = TypeVar("Model", bound=BaseModel)
ToQuestion = Callable[[Model, int], Question]
Tags = Callable[[Mapping[str, Any]], tuple[str, ...]]
Work = Callable[[Model, Reader, int], Awaitable[dict[str, Any]]]

VOLATILE = frozenset({"generated_at", "as_of"})  # they change while the answer means the same
NOT_IN_KEY = {"time_range", "range", "explain", "force_refresh"}  # in the resolved range, or no part of the answer


class BodyRequest(msgspec.Struct, frozen=True):
    """A request's body as plain data."""

    body: dict[str, Any]

    @classmethod
    def of(cls, body: BaseModel) -> "BodyRequest":
        """What was sent of a checked body: what was not is not looked at, and means what it means when asked again."""
        return cls(body.model_dump(by_alias=True, exclude_unset=True))


def body_query(
    kind: str,
    policy: Policy,
    model: type[Model],
    question: ToQuestion[Model],
    work: Work[Model],
    *,
    tag: str = "",
    tags: Tags | None = None,
) -> CachedQuery[BodyRequest]:
    """The cached query of a kind of body: `question` resolves it, `work` answers it with `explain` among its fields.

    Its answers have the one `tag`, or those that `tags` makes of the body.
    """

    def resolve(request: BodyRequest, now: int) -> Mapping[str, Any]:
        body = model.model_validate(request.body)
        return body.model_dump(exclude=NOT_IN_KEY) | {"resolved": question(body, now).range.to_json()}

    async def compute(workspace: str, request: BodyRequest, now: int) -> Computed:
        own_tables = tables(workspace)
        answer = await work(model.model_validate(request.body), Reader(own_tables.rollups, own_tables.state), now)
        explain = answer.pop("explain", None)
        etag_source = {name: value for name, value in answer.items() if name not in VOLATILE}
        return Computed(answer, etag_source, explain, answer.get("inexact"))

    def tagged(request: BodyRequest) -> tuple[str, ...]:
        return tags(request.body) if tags else (tag,) if tag else ()

    return CachedQuery(
        kind=kind, policy=policy, request_type=BodyRequest, resolve=resolve, compute=compute, tags=tagged
    )
