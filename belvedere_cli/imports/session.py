"""One run of `belvedere import`: where it sends to, what a person sees of it, and how a feed is sent."""

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from belvedere_cli.imports.display import display_for, summary
from belvedere_cli.imports.feed import Feed
from belvedere_cli.imports.job import prepare
from belvedere_cli.imports.progress import ImportCounts
from belvedere_cli.sending.event_client import EventClient
from belvedere_cli.sending.event_target import Target, TargetOptions, http_transport

Send = Callable[..., Awaitable[ImportCounts]]  # source, session, and options by name


@dataclass(frozen=True)
class ImportSession:
    """What an import of any kind is given beside its source; `options` name the target, and who may register names."""

    console: Console  # for progress and problems
    target: Target
    options: TargetOptions
    restart: bool = False

    @property
    def state_dir(self) -> Path:
        """Where checkpoints are."""
        return self.options.state_dir

    def say(self, text: str) -> None:
        """One line, as it is."""
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)

    async def send_feed(self, feed: Feed) -> ImportCounts:
        """Send the rows that are not acknowledged yet. Raises DeliveryError."""
        display = display_for(self.console, feed.size)
        job = prepare(feed, self.target, state_dir=self.state_dir, restart=self.restart, display=display)
        with summed_up(f"{feed.name} ({feed.kind})", job.tally), display:
            async with http_transport(self.target) as transport:
                await job.send(EventClient(transport, self.target.key, on_retry=display.retrying))
        return job.tally


def feed_sender(open_feed: Callable[..., AbstractContextManager[Feed]]) -> Send:
    """The `send` of a kind whose sources are feeds; their options are those of the feed."""

    async def send(source: str, session: ImportSession, **options: object) -> ImportCounts:
        with open_feed(source, **options) as feed:
            return await session.send_feed(feed)

    return send


@contextmanager
def summed_up(title: str, counts: ImportCounts) -> Iterator[None]:
    """End with the summary of what was acknowledged, also when the import is cut short."""
    started, sent_before = time.monotonic(), counts.sent
    try:
        yield
    finally:
        seconds = time.monotonic() - started
        per_second = (counts.sent - sent_before) / max(seconds, 0.001)
        Console().print(summary(title, counts.table(), seconds, per_second))
