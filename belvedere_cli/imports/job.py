"""One feed on its way to one target: what is still to be sent, and what became of it."""

from dataclasses import dataclass
from pathlib import Path

from belvedere_cli.imports import dead_letters
from belvedere_cli.imports.batches import RowBatch, batches
from belvedere_cli.imports.dead_letters import DeadLetter
from belvedere_cli.imports.display import Display
from belvedere_cli.imports.feed import Feed
from belvedere_cli.imports.progress import ImportCheckpoint, ImportCounts
from belvedere_cli.sending.event_client import EventClient, deliver
from belvedere_cli.sending.event_target import Target
from belvedere_cli.sending.event_wire import EventResult, Receipt

CONFLICT = "conflict"
REFUSALS = frozenset({"rejected", CONFLICT})


@dataclass
class Account:
    """What became of rows: counted, told, and kept where there is a place for those that were not taken."""

    tally: ImportCounts
    display: Display
    dead_letters: Path | None = None

    def acknowledge(self, batch: RowBatch, receipt: Receipt) -> None:
        """Count a batch that the stack answered for."""
        refusals = (result for result in receipt.results if result.result in REFUSALS)
        refused = [DeadLetter(batch.sources[result.index], why(result)) for result in refusals]
        for letter in refused:
            self.report(letter.reading.place, letter.reason)
        if self.dead_letters:  # a conflict is no dead letter: of what it is about, the stack has a copy
            dead = [letter for letter in refused if not letter.reason.startswith(CONFLICT)]
            malformed = [DeadLetter(reading, reading.problem) for reading in batch.faulty]
            dead_letters.add(self.dead_letters, malformed + dead)
        self.tally.add(receipt)
        self.tally.rows += batch.rows
        self.tally.malformed += len(batch.faulty)
        self.tally.no_event += batch.no_event
        self.display.advance(batch.position, self.tally.rows)

    def report(self, place: str, reason: str) -> None:
        """Tell which row has a problem, in the form that editors understand."""
        self.display.note(f"{place}: {reason}")


@dataclass
class Import:
    """One feed on its way to one target; `tally` tells how far it came, whatever ends it."""

    feed: Feed
    checkpoint: ImportCheckpoint
    tally: ImportCounts
    display: Display

    async def send(self, client: EventClient) -> None:
        """Send the rows that are not acknowledged yet. Raises DeliveryError."""
        account = Account(self.tally, self.display, self.feed.dead_letters)
        if self.feed.dead_letters and not self.tally.rows:
            dead_letters.begin(self.feed.dead_letters)

        def acknowledge(batch: RowBatch, receipt: Receipt) -> None:
            account.acknowledge(batch, receipt)
            self.checkpoint.save(self.tally)

        rows = batches(self.feed.readings, skip=self.tally.rows, on_problem=account.report)
        await deliver(client, rows, acknowledge)
        self.checkpoint.clear()


def why(result: EventResult) -> str:
    """Why the stack did not take an event."""
    return ": ".join(filter(None, (result.result, result.reason, result.detail)))


def prepare(feed: Feed, target: Target, *, state_dir: Path, restart: bool, display: Display) -> Import:
    """An import that goes on where the last one of the same feed to the same target stopped."""
    checkpoint = ImportCheckpoint.of(state_dir, digest=feed.digest, mapping=feed.kind, target=target.fingerprint)
    tally = ImportCounts() if restart else checkpoint.load()
    if tally.rows:
        display.note(f"going on after {tally.rows:,} rows acknowledged before; --restart begins again")
    return Import(feed, checkpoint, tally, display)
