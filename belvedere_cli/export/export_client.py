"""Client of the export jobs: `POST`, `GET` and `DELETE /api/v1/dashboard/export`, and the file that a job made.

The key goes to the deployment's own origin and nowhere else: where a file lies, its address is all that is needed.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import msgspec
from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from belvedere_cli.sending.event_target import Target
from belvedere_cli.sending.event_wire import Busy, HttpReply, Refused, refusal_of

PATH = "/api/v1/dashboard/export"
TIMEOUT = ClientTimeout(total=60, connect=5)
FILE_TIMEOUT = ClientTimeout(connect=5, sock_read=60)  # a file takes as long as it takes, while something comes
MOST_REDIRECTS = 5
CHUNK_BYTES = 1 << 18
UNFINISHED = ("queued", "processing")
Answer = AbstractAsyncContextManager[ClientResponse]


class RemoteJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job as its deployment tells it; `progress` is a percentage."""

    job_id: str
    status: str
    progress: float = 0
    download_url: str | None = None
    error: Any = None
    rows: int | None = None
    bytes: int | None = None

    @property
    def finished(self) -> bool:
        """Whether its status will not change any more by itself."""
        return self.status not in UNFINISHED


@dataclass(frozen=True)
class ExportClient:
    """Speaks for one key to one deployment. Every call raises Busy when the next may succeed, and Refused otherwise."""

    session: ClientSession
    target: Target
    workspace: str

    async def start(self, request: Mapping[str, Any]) -> RemoteJob:
        """Have a job made."""
        return await self._call("POST", PATH, request)

    async def job(self, job_id: str) -> RemoteJob:
        """How a job is."""
        return await self._call("GET", f"{PATH}/{quote(job_id, safe='')}")

    async def cancel(self, job_id: str) -> None:
        """End a job that is not finished."""
        async with self._request("DELETE", f"{PATH}/{quote(job_id, safe='')}", TIMEOUT):
            pass

    async def content(self, url: str) -> AsyncGenerator[tuple[bytes, int | None], None]:
        """The file of a job, wherever its address leads: its pieces, each with the size of the whole if it is known."""
        answer = self._request("GET", url, FILE_TIMEOUT)
        for _ in range(MOST_REDIRECTS):
            async with answer as response:
                if response.status < HTTPStatus.MULTIPLE_CHOICES:
                    size = None if "Content-Encoding" in response.headers else response.content_length
                    async for chunk in response.content.iter_chunked(CHUNK_BYTES):
                        yield chunk, size
                    return
                url = urljoin(str(response.url), response.headers.get("Location", ""))
            answer = self._plain_request("GET", url, FILE_TIMEOUT)
        raise Refused(f"the file's address leads from one place to the next: {urlsplit(url).hostname}")

    async def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> RemoteJob:
        async with self._request(method, path, TIMEOUT, body) as response:
            try:
                return msgspec.json.decode(await response.read(), type=RemoteJob)
            except msgspec.MsgspecError as error:
                raise Refused(f"the answer is no export job ({error}); is the URL that of a Belvedere stack?") from None

    def _request(self, method: str, url: str, timeout: ClientTimeout, body: Mapping[str, Any] | None = None) -> Answer:
        """A request of the deployment, by path or address; of another host, it is one without key."""
        url = f"{self.target.url}{url}" if url.startswith("/") else url
        if urlsplit(url)[:2] != urlsplit(self.target.url)[:2]:
            return self._plain_request(method, url, timeout)
        workspace = {"workspace_id": self.workspace}
        return _answer(self.session.request(
            method, URL(url).update_query(workspace), json=body, headers={"X-API-Key": self.target.key},
            timeout=timeout, allow_redirects=False,
        ))  # fmt: skip

    def _plain_request(self, method: str, url: str, timeout: ClientTimeout) -> Answer:
        """A request of an address as it is, which may be signed."""
        return _answer(self.session.request(method, URL(url, encoded=True), timeout=timeout, allow_redirects=False))


@asynccontextmanager
async def _answer(request: AbstractAsyncContextManager[ClientResponse]) -> AsyncIterator[ClientResponse]:
    """An answer that is no refusal. Raises Busy and Refused."""
    try:
        async with request as response:
            if response.status >= HTTPStatus.BAD_REQUEST:
                names = {name.lower(): value for name, value in response.headers.items()}
                raise refusal_of(HttpReply(response.status, names, await response.read()))
            yield response
    except TimeoutError as error:
        raise Busy("no answer in time") from error
    except ClientError as error:
        raise Busy(str(error) or type(error).__name__) from error
