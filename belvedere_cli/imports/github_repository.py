"""One repository of GitHub on its way to one target.

A page's ETag is kept only when its rows are acknowledged, so whatever stops an import, what was not acknowledged is
asked for again. Pull requests are listed before the events that tell of their closings: what happens in between is then
known too early and not too late.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from belvedere.boards.productivity.github import events as github
from belvedere.boards.productivity.github.objects import GithubReview, IssueEvent, ListedCommit, PullRequest
from belvedere_cli.imports.batches import batches
from belvedere_cli.imports.feed import ParsedRow, problem_of
from belvedere_cli.imports.github_client import GitHubClient, Missing
from belvedere_cli.imports.github_pages import Fetched, pages
from belvedere_cli.imports.github_state import GitHubState, PageState, StateFile
from belvedere_cli.imports.job import Account
from belvedere_cli.sending.event_client import EventClient, deliver
from belvedere_cli.sending.event_wire import WireEvent

REVIEWED_AT_ONCE = 50  # pull requests whose reviews travel together


@dataclass
class RepositoryImport:
    """What is asked of GitHub, and what of it is sent."""

    repo: str
    hub: GitHubClient
    client: EventClient
    account: Account
    state: GitHubState
    file: StateFile
    since: datetime | None

    async def commits(self) -> None:
        """The commits of the default branch, each page sent as it comes."""
        since = f"&since={self.since:%Y-%m-%dT%H:%M:%SZ}" if self.since else ""
        async for fetched in pages(self.hub, self.state, self._url(f"commits?per_page=100{since}"), ListedCommit):
            await self._send(self._readings(fetched, lambda commit: (github.committed(self.repo, commit),)))
            self._settle(fetched)

    async def pull_requests(self) -> None:
        """Pull requests that have changed, with all closings and their undoing."""
        changed = [fetched async for fetched in self._changed()]
        if changed:
            await self._issue_events()
        for fetched in changed:
            await self._send(self._readings(fetched, self._life))
            numbers = [pull.number for pull in fetched.rows or () if isinstance(pull, PullRequest)]
            self.state.unreviewed = list(dict.fromkeys([*self.state.unreviewed, *numbers]))
            self._settle(fetched)

    async def reviews(self) -> None:
        """The reviews of pull requests that have changed, some pull requests at a time."""
        if self.state.unreviewed:
            self.account.display.note(f"{self.repo}: reviews of {len(self.state.unreviewed):,} pull requests")
        while some := self.state.unreviewed[:REVIEWED_AT_ONCE]:
            fetched = [(number, page) for number in some for page in await self._reviews_told(number)]
            read = [self._readings(page, self._reviewed(number)) for number, page in fetched]
            await self._send(chain.from_iterable(read))
            self.state.unreviewed = self.state.unreviewed[len(some) :]
            self._settle(*(page for _, page in fetched))

    async def _changed(self) -> AsyncIterator[Fetched[PullRequest]]:
        """The pages of pull requests that have changed, those that were updated last first, back to `since`."""
        url = self._url("pulls?state=all&sort=updated&direction=desc&per_page=100")
        async for fetched in pages(self.hub, self.state, url, PullRequest):
            if fetched.rows is None:
                continue
            new = [row for row in fetched.rows if isinstance(row, str) or self._is_new(row)]
            if len(new) < len(fetched.rows):
                yield fetched._replace(rows=new, page=PageState(fetched.page.etag))  # nothing behind it is of interest
                return
            yield fetched

    def _is_new(self, pull: PullRequest) -> bool:
        return self.since is None or (pull.updated_at or pull.created_at) >= self.since

    async def _issue_events(self) -> None:
        """Learn what happened to issues since the newest event that is known; newer ones come first."""
        newest, events = self.state.newest_event, []
        url = self._url("issues/events?per_page=100")
        first: Fetched[IssueEvent] | None = None
        async for fetched in pages(self.hub, self.state, url, IssueEvent):
            first = first or fetched
            new = [row for row in fetched.rows or () if isinstance(row, IssueEvent) and row.id > newest]
            for row in fetched.rows or ():
                if isinstance(row, str):
                    self.account.report(f"{self.repo} issues/events", row)
            events += new
            if not new:
                break
        self.state.add_events(events)
        if first is not None:
            self._settle(first)

    def _life(self, pull: PullRequest) -> Iterable[github.RawEvent]:
        return github.life(self.repo, pull, self.state.happened.get(pull.number, ()))

    def _reviewed(self, number: int) -> Callable[[GithubReview], Iterable[github.RawEvent | None]]:
        return lambda review: (github.reviewed(self.repo, number, review),)

    async def _reviews_told(self, number: int) -> list[Fetched[GithubReview]]:
        """The reviews of a pull request; none of one that GitHub no longer shows, which is told."""
        try:
            return [page async for page in self._reviews_of(number)]
        except Missing as error:
            self.account.report(f"{self.repo}#{number}", str(error))
            return []

    def _reviews_of(self, number: int) -> AsyncIterator[Fetched[GithubReview]]:
        return pages(self.hub, self.state, self._url(f"pulls/{number}/reviews?per_page=100"), GithubReview)

    def _url(self, path: str) -> str:
        return f"{self.hub.api_url}/repos/{self.repo}/{path}"

    def _readings(
        self, fetched: Fetched[Any], events_of: Callable[[Any], Iterable[github.RawEvent | None]]
    ) -> Iterable[ParsedRow]:
        """What the rows of a page came to; nothing where it has not changed."""
        listing = fetched.url.partition(f"/repos/{self.repo}/")[2].partition("?")[0]
        for row in fetched.rows or ():
            if isinstance(row, str):
                yield ParsedRow(f"{self.repo} {listing}", problem=row)
                continue
            try:
                events = [WireEvent(**event) for event in events_of(row) if event is not None]
            except Exception as error:  # nothing here reaches out, so whatever goes wrong, the row is why
                yield ParsedRow(f"{self.repo} {listing}", problem=problem_of(error))
                continue
            yield ParsedRow(events[0].id if events else f"{self.repo} {listing}", events)

    async def _send(self, readings: Iterable[ParsedRow]) -> None:
        """Send rows, and come back when the stack has answered for all of them. Raises DeliveryError."""
        rows = batches(readings, skip=0, on_problem=self.account.report)
        await deliver(self.client, rows, self.account.acknowledge)

    def _settle(self, *fetched: Fetched[Any]) -> None:
        """Remember that these pages are dealt with."""
        self.state.pages |= {page.url: page.page for page in fetched}
        self.file.save(self.state)
