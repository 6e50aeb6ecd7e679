"""A GitHub on this machine: the five routes that an import asks, with pages, ETags, redirects and bad days."""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = dict[str, Any]
FULL_NAME = "Octo/Lens"


@dataclass
class Answer:
    """An answer that is given instead of the true one."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: Json = field(default_factory=lambda: {"message": "no"})


@dataclass
class FakeGitHub:
    """`answers` are used up first, those of a path before all others; `asked` is what was asked, and how answered."""

    pulls: list[Json] = field(default_factory=list)
    events: list[Json] = field(default_factory=list)
    commits: list[Json] = field(default_factory=list)
    reviews: dict[int, list[Json]] = field(default_factory=dict)
    per_page: int = 2
    token: str | None = None
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    next_host: str | None = None
    circle: bool = False  # the last page names the first one as the next
    port: int = 0  # any at first, then the same one, for it is part of the addresses that are remembered

    @property
    def url(self) -> str:
        """Where it is, once it was served."""
        return f"http://127.0.0.1:{self.port}"

    def pull(self, number: int, updated: str, **fields: Any) -> None:
        """Open or change a pull request."""
        before = next((one for one in self.pulls if one["number"] == number), {})
        whole = {"number": number, "title": f"Change {number}", "user": {"login": "ada", "id": 1}, "state": "open",
                 "created_at": "2024-01-01T00:00:00Z", "closed_at": None, "merged_at": None}  # fmt: skip
        self.pulls = [one for one in self.pulls if one["number"] != number]
        self.pulls.append(whole | before | {"updated_at": updated} | fields)

    def happened(self, number: int, event: str, at: str, *, pull: bool = True) -> None:
        """Something that happened to an issue, which most are pull requests."""
        issue = {"number": number} | ({"pull_request": {"url": "..."}} if pull else {})
        self.events.append({"id": 1000 + len(self.events), "event": event, "created_at": at, "issue": issue,
                            "actor": {"login": "bob"}, "commit_id": None})  # fmt: skip

    def commit(self, sha: str, at: str, login: str | None = "ada") -> None:
        """A commit of the default branch."""
        signature = {"name": "Ada", "email": "ada@example.org", "date": at}
        account = {"login": login} if login else None
        self.commits.append({"sha": sha, "commit": {"author": signature, "committer": signature}, "author": account})

    def statuses(self, path: str) -> list[int]:
        """How a path was answered, one after the other."""
        return [status for asked, status in self.asked if asked == path]

    def _listed(self, path: str, since: str | None) -> list[Json] | None:
        """The rows of a listing, in GitHub's order."""
        if path == "pulls":
            return sorted(self.pulls, key=lambda one: str(one["updated_at"]), reverse=True)
        if path == "issues/events":
            return self.events[::-1]
        if path == "commits":
            dates = [(one["commit"]["committer"]["date"], one) for one in self.commits]
            return [one for at, one in reversed(dates) if since is None or at >= since]
        number = path.removeprefix("pulls/").removesuffix("/reviews")
        return self.reviews.get(int(number), []) if number.isdecimal() else None

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one request."""
        repo, path = request.match_info["repo"], request.match_info["path"].strip("/")
        self.headers.append(dict(request.headers))
        response = self._instead(path) or self._true(request, repo, path)
        self.asked.append((path, response.status))
        return response

    def _instead(self, path: str) -> web.Response | None:
        waiting = self.answers.get(path)
        if not waiting:
            return None
        told = waiting.pop(0)
        return web.json_response(told.body, status=told.status, headers=told.headers)

    def _true(self, request: web.Request, repo: str, path: str) -> web.Response:
        if self.token and request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.json_response({"message": "Bad credentials"}, status=401)
        if repo.lower() != FULL_NAME.lower():
            return web.json_response({"message": "Not Found"}, status=404)
        if not path:
            return web.json_response({"full_name": FULL_NAME})
        rows = self._listed(path, request.query.get("since"))
        if rows is None:
            return web.json_response({"message": "Not Found"}, status=404)
        return self._page(request, rows)

    def _page(self, request: web.Request, rows: list[Json]) -> web.Response:
        """One page with its ETag and the address of the next; 304 where the caller has it already."""
        page = int(request.query.get("page", "1"))
        shown = rows[(page - 1) * self.per_page : page * self.per_page]
        etag = f'W/"{hashlib.sha256(json.dumps(shown).encode()).hexdigest()}"'
        headers = {"ETag": etag}
        last = page * self.per_page >= len(rows)
        if self.circle or not last:
            following = request.url.update_query(page=1 if last else page + 1)
            following = following.with_host(self.next_host) if self.next_host else following
            first = request.url.update_query(page=1)
            headers["Link"] = f'<{first}>; rel="first", <{following}>; rel="next"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.json_response(shown, headers=headers)

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """Answer on this machine for a while."""
        app = web.Application()
        app.router.add_get("/repos/{repo:[^/]+/[^/]+}{path:.*}", self.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = runner.addresses[0][1]
        try:
            yield
        finally:
            await runner.cleanup()
