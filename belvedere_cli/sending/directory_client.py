"""Client of the Directory's routes, for the local tools: registers what is not there yet, and leaves what is."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from aiohttp import ClientError, ClientSession

from belvedere_cli.errors import UsageError
from belvedere_cli.sending.event_target import TIMEOUT, Target
from belvedere_cli.sending.event_wire import Unreachable

ROOT = "/v1/directory"
MADE, THERE_ALREADY = (200, 201, 204), 409
AT_ONCE = 1_000
Json = dict[str, Any]
Ask = Callable[[str, str, Json | None], Awaitable[tuple[int, Json]]]  # method, path under ROOT, body


@dataclass(frozen=True)
class DirectoryClient:
    """Writes to the Directory of one workspace."""

    ask: Ask

    async def add(self, collection: str, entry: Json) -> None:
        """A class or an agent; one of that id stays as it is. Raises UsageError."""
        await self._do("POST", collection, entry, also=THERE_ALREADY)

    async def enrol(self, class_id: str, students: Sequence[str]) -> None:
        """Students into a class, those who are in it already included."""
        for start in range(0, len(students), AT_ONCE):
            body = {"add": list(students[start : start + AT_ONCE])}
            await self._do("POST", f"classes/{quote(class_id, safe='')}/students", body)

    async def add_concepts(self, concepts: Sequence[Json]) -> int:
        """Concepts, all at once; those that are there stay as they are. How many were new."""
        registered, revision = await self._concepts()
        known = {concept["concept_id"] for concept in registered}
        new = [concept for concept in concepts if concept["concept_id"] not in known]
        if new:
            await self._do("PUT", "concepts", {"concepts": [*registered, *new], "revision": revision})
        return len(new)

    async def _concepts(self) -> tuple[list[Json], int]:
        """All that is registered, and its revision."""
        registered: list[Json] = []
        page = await self._do("GET", "concepts?limit=1000")
        registered += page["concepts"]
        while page["cursor"]:
            page = await self._do("GET", f"concepts?limit=1000&cursor={quote(page['cursor'], safe='')}")
            registered += page["concepts"]
        return registered, int(page["revision"])

    async def _do(self, method: str, path: str, body: Json | None = None, also: int = 0) -> Json:
        status, answer = await self.ask(method, path, body)
        if status not in (*MADE, also):
            raise UsageError(f"{method} {ROOT}/{path} answered {status}: {answer.get('detail', '')}")
        return answer


@asynccontextmanager
async def directory_client(target: Target) -> AsyncIterator[DirectoryClient]:
    """A client over real HTTP; the target's key has to be an admin key. Its calls raise Unreachable and UsageError."""
    async with ClientSession(timeout=TIMEOUT, headers={"X-API-Key": target.key}) as session:

        async def ask(method: str, path: str, body: Json | None) -> tuple[int, Json]:
            try:
                async with session.request(method, f"{target.url}{ROOT}/{path}", json=body) as response:
                    is_json = response.content_type == "application/json" and response.status != 204
                    return response.status, await response.json() if is_json else {}
            except (ClientError, TimeoutError, OSError) as error:
                raise Unreachable(f"cannot reach {target.url}: {error or type(error).__name__}") from error

        yield DirectoryClient(ask)
