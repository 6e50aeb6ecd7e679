"""A deployment on this machine that exports: the routes of a job, and a storage of its own origin for the file."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

KEY = "bv_read_key"
JOB = "/api/v1/dashboard/export/job-1"
STORED = "/bucket/file.csv"
SIGNATURE = "X-Amz-Signature=a%2Fb%3D&X-Amz-Expires=60"


@dataclass
class FakeExports:
    """Tells `states` of its one job, one a question, and the last one ever after; `failures` are answered first."""

    content: bytes = b"id,time\r\na,1\r\n"
    states: list[dict[str, Any]] = field(default_factory=lambda: [{"status": "processing", "progress": 40}, DONE])
    failures: list[int] = field(default_factory=list)
    broken_downloads: int = 0
    requests: list[web.Request] = field(default_factory=list)
    job: dict[str, Any] = field(default_factory=dict)
    url: str = ""
    storage_url: str = ""

    @property
    def called(self) -> list[str]:
        """Method and path of each request, in order."""
        return [f"{request.method} {request.path}" for request in self.requests]

    async def api(self, request: web.Request) -> web.Response:
        """A route of the deployment."""
        self.requests.append(request)
        if request.headers.get("X-API-Key") != KEY or request.query.get("workspace_id") != "demo":
            return web.json_response({"detail": "the key is not known here"}, status=401)
        if self.failures:
            return web.json_response({"detail": "busy"}, status=self.failures.pop(0), headers={"Retry-After": "7"})
        if request.path.endswith("/download"):
            return web.Response(status=302, headers={"Location": f"{self.storage_url}{STORED}?{SIGNATURE}"})
        if request.method == "POST":
            self.job = json.loads(await request.read())
            return web.json_response({"job_id": "job-1", "status": "queued", "estimated_time": 3}, status=202)
        if request.method == "DELETE":
            return web.json_response({"job_id": "job-1", "status": "cancelled"})
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return web.json_response({"job_id": "job-1", "progress": 0, "download_url": None, "error": None} | state)

    async def storage(self, request: web.Request) -> web.StreamResponse:
        """The file, as long as the address is the signed one."""
        self.requests.append(request)
        if request.raw_path != f"{STORED}?{SIGNATURE}":
            return web.Response(status=403, text="SignatureDoesNotMatch")
        if not self.broken_downloads:
            return web.Response(body=self.content)
        self.broken_downloads -= 1
        response = web.StreamResponse(headers={"Content-Length": str(len(self.content))})
        await response.prepare(request)
        await response.write(self.content[:5])
        assert request.transport is not None
        request.transport.close()
        return response

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """Answer on this machine for a while."""
        async with TestServer(_app(self.api)) as api, TestServer(_app(self.storage)) as storage:
            self.url, self.storage_url = str(api.make_url("")).rstrip("/"), str(storage.make_url("")).rstrip("/")
            yield


DONE = {"status": "completed", "progress": 100, "download_url": f"{JOB}/download", "rows": 1, "bytes": 14}


def _app(handler: Any) -> web.Application:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    return app
