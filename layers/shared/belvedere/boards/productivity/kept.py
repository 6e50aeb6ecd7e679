"""How the board's answers are kept, and who may ask for them: what its endpoints declare alike."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from belvedere.cache.entry import Computed
from belvedere.cache.policy import Policy
from belvedere.cache.posted import UNSTABLE
from belvedere.cache.view import View
from belvedere.query.read import Reader
from belvedere.storage.tables import tables

BOARD = "productivity"
OF_THE_TEAM = ("viewer", "instructor", "analyst")  # roles that may see totals of everybody
OF_DEVELOPERS = ("analyst",)  # roles that may see what names developers
CHART = Policy(ttl_s=300, stale_s=300)  # as long as the board's client keeps what it was told
PROFILE = Policy(ttl_s=1_800, stale_s=1_800)

Asked = TypeVar("Asked")
Told = Mapping[str, Any] | list[dict[str, Any]]
Work = Callable[[Asked, Reader, int], Awaitable[Told]]
Resolve = Callable[[Asked, int], Mapping[str, Any]]


def kept(name: str, policy: Policy, asked: type[Asked], resolve: Resolve[Asked], work: Work[Asked]) -> View[Asked]:
    """The view `productivity:<name>` of what `work` makes of the rollups; tagged with the developer it is about."""

    async def compute(workspace: str, request: Asked, now: int) -> Computed:
        mine = tables(workspace)
        told = await work(request, Reader(mine.rollups, mine.state), now)
        stable = {key: part for key, part in told.items() if key not in UNSTABLE} if isinstance(told, Mapping) else told
        return Computed(told, stable)

    return View(kind=f"{BOARD}:{name}", policy=policy, asked=asked, resolve=resolve, compute=compute, tags=_tags)


def _tags(request: Any) -> tuple[str, ...]:
    developer = getattr(request, "developer_id", None)
    return (BOARD, f"user:{developer}") if developer else (BOARD,)
