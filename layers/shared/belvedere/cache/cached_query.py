"""How an endpoint declares what it keeps: one `CachedQuery` a kind of answer.

    SUMMARY = CachedQuery(kind="dashboard:summary", policy=Policy(ttl_s=300), request_type=SummaryRequest,
                          resolve=..., compute=...)

    cached = await SUMMARY.answer(caller.workspace, request, bypass=force_refresh)
    return endpoint.answer(cached.body(), etag_source=cached.etag_source, cache_key=cached.name, headers=cached.headers)

The refresh function runs the same query again, so a kept answer is made by the code that would answer without a cache.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from belvedere.cache.entry import Computed
from belvedere.cache.policy import Policy
from belvedere.cache.request import CachedAnswer, CacheRequest
from belvedere.cache.serve import Cache, cache

Request = TypeVar("Request")


def no_tags(_: Any) -> tuple[str, ...]:
    """For answers that only their name identifies."""
    return ()


@dataclass(frozen=True, kw_only=True)
class CachedQuery(Generic[Request]):
    """One kind of answer.

    `resolve` gives all that the answer depends on at a moment, as plain data; `compute` works it out for the same
    moment. `request_type` is a dataclass or struct of plain fields, so that a request can be sent to the refresh
    function.
    """

    kind: str
    policy: Policy
    request_type: type[Request]
    resolve: Callable[[Request, int], Mapping[str, Any]]
    compute: Callable[[str, Request, int], Awaitable[Computed]]
    tags: Callable[[Request], tuple[str, ...]] = no_tags

    async def answer(
        self, workspace: str, request: Request, *, bypass: bool = False, personal: str | None = None,
        using: Cache | None = None,
    ) -> CachedAnswer:  # fmt: skip
        """The answer to a request, kept or new; `personal` names its only reader where answers differ by caller."""
        cache_in_use = using or cache()
        now = cache_in_use.clock()
        cache_request = CacheRequest(
            workspace=workspace,
            kind=self.kind,
            request=self.resolve(request, now),
            policy=self.policy,
            now=now,
            tags=self.tags(request),
            personal=personal,
            replay=msgspec.to_builtins(request),
        )
        return await cache_in_use.answer(cache_request, lambda: self.compute(workspace, request, now), bypass=bypass)

    def replayed(self, request: Mapping[str, Any]) -> Request:
        """A request that came as plain data. Raises msgspec.ValidationError."""
        return msgspec.convert(request, self.request_type)
