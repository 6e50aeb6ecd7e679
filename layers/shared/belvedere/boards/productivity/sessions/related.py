"""What came of a session: the pull request that was opened next, and the commits that were made after it.

Within a week, in the same repository and by the same person as far as both sides tell; at least one of the two has to
be told and the same, else everything would belong to everything.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from belvedere.boards.productivity.events import COMMIT, OPENED
from belvedere.clock import DAY_MS
from belvedere.ingest.event import Event
from belvedere.rollups.rawlog import oldest_first
from belvedere.storage.table import WorkspaceTable

WITHIN_MS = 7 * DAY_MS
COMMITS = 5
LOOKED_AT = 2_000  # events of one kind, at most
AT_ONCE = 100


@dataclass(frozen=True)
class Related:
    """What may have come of what a developer did in a repository at a moment (epoch ms)."""

    events: WorkspaceTable
    slices: int
    time: int
    developer: str | None
    repo: str | None

    def pull_request(self) -> int | None:
        """The number of the first pull request opened then or later."""
        return next((int(event.properties["number"]) for event in self._after(OPENED)), None)

    def commits(self) -> list[str]:
        """The first commits made then or later, oldest first."""
        return [str(event.properties["sha"]) for event in islice(self._after(COMMIT), COMMITS)]

    def _after(self, event_type: str) -> Iterator[Event]:
        end = self.time + WITHIN_MS
        later = oldest_first(self.events, event_type, self.time, end, slices=self.slices, page=AT_ONCE)
        return filter(self._belongs, islice(later, LOOKED_AT))

    def _belongs(self, event: Event) -> bool:
        pairs = ((self.repo, event.properties.get("repo_slug")), (self.developer, event.user))
        known_pairs = [(own, its) for own, its in pairs if own is not None and its is not None]
        return bool(known_pairs) and all(own == its for own, its in known_pairs)
