"""What an import from GitHub remembers for its next run: the ETags of pages whose rows the stack has acknowledged, and
what pages that have not changed said of closings.

Losing it costs requests and duplicates, never an event. It holds no token.
"""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import msgspec

from belvedere.boards.productivity.github.events import CLOSING, REOPENING
from belvedere.boards.productivity.github.objects import IssueEvent


class PageState(msgspec.Struct):
    """A page that is dealt with, and the one behind it."""

    etag: str | None = None
    next: str | None = None


class GitHubState(msgspec.Struct):
    """All that is remembered of one repository."""

    pages: dict[str, PageState] = {}  # by address
    happened: dict[int, list[IssueEvent]] = {}  # closings and reopenings by pull request
    newest_event: int = 0
    unreviewed: list[int] = []  # pull requests whose reviews are yet to be sent

    def add_events(self, events: Iterable[IssueEvent]) -> None:
        """Keep what tells of the closings of pull requests, each once."""
        for event in events:
            self.newest_event = max(self.newest_event, event.id)
            if event.event in (CLOSING, REOPENING) and event.issue is not None and event.issue.pull_request is not None:
                history = self.happened.setdefault(event.issue.number, [])
                if event.id not in {other.id for other in history}:
                    history.append(IssueEvent(event=event.event, created_at=event.created_at, id=event.id))


class StateFile(msgspec.Struct):
    """Where it is kept."""

    path: Path

    @classmethod
    def of(cls, state_dir: Path, *parts: object) -> "StateFile":
        """The file for what these parts name together."""
        return cls(state_dir / "imports" / f"github-{sha256(repr(parts).encode()).hexdigest()[:32]}.json")

    def load(self) -> GitHubState:
        """What was kept; a file that cannot be read is no reason to stop."""
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=GitHubState)
        except (OSError, msgspec.MsgspecError):
            return GitHubState()

    def save(self, state: GitHubState) -> None:
        """Keep it; a crash leaves the old file or the new one."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(".partial")
        partial.write_bytes(msgspec.json.encode(state))
        partial.replace(self.path)
