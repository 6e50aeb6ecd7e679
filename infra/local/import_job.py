"""One file on its way to one target: which mapping reads it, what is still to be sent, and what became of it."""

from dataclasses import dataclass
from pathlib import Path

from infra.local.event_client import EventClient, deliver
from infra.local.event_target import Target, UsageError
from infra.local.event_wire import Receipt
from infra.local.import_batches import RowBatch, batches
from infra.local.import_display import Display
from infra.local.import_progress import Checkpoint, Tally
from infra.local.import_source import Source, digest_of
from infra.local.mappings import MAPPINGS, RowMapping, recognise

REFUSALS = frozenset({"rejected", "conflict"})


@dataclass
class Import:
    """One file on its way to one target; `tally` tells how far it came, whatever ends it."""

    path: Path
    mapping: RowMapping
    checkpoint: Checkpoint
    tally: Tally
    display: Display

    async def send(self, source: Source, client: EventClient) -> None:
        """Send the rows that are not acknowledged yet. Raises DeliveryError."""
        rows = batches(source, self.mapping, skip=self.tally.rows, on_problem=self._report)
        await deliver(client, rows, self._acknowledge)
        self.checkpoint.clear()

    def _acknowledge(self, batch: RowBatch, receipt: Receipt) -> None:
        """Count a batch that the stack answered for, and remember that it did."""
        for result in receipt.results:
            if result.result in REFUSALS:
                why = ": ".join(filter(None, (result.result, result.reason, result.detail)))
                self._report(batch.file_lines[result.index], why)
        self.tally.add(receipt)
        self.tally.rows += batch.rows
        self.tally.malformed += batch.malformed
        self.tally.no_event += batch.no_event
        self.checkpoint.save(self.tally)
        self.display.advance(batch.position, self.tally.rows)

    def _report(self, file_line: int, why: str) -> None:
        """Tell which line has a problem, in the form that editors understand."""
        self.display.note(f"{self.path.name}:{file_line}: {why}")


def mapping_for(name: str | None, path: Path, source: Source) -> RowMapping:
    """The mapping that was asked for, or the one that knows these columns. Raises UsageError."""
    if name is None:
        found = recognise(source.columns)
        if found is None:
            raise UsageError(f"no mapping knows the columns of {path}; name one of: {', '.join(MAPPINGS)}")
        return found
    if name not in MAPPINGS:
        raise UsageError(f"there is no mapping {name!r}; there are: {', '.join(MAPPINGS)}")
    mapping = MAPPINGS[name]
    if source.has_header and not mapping.recognises(source.columns):
        missing = sorted(mapping.columns - source.columns)
        raise UsageError(f"{path} lacks columns that mapping {name} needs: {missing}")
    return mapping


def prepare(
    path: Path, source: Source, name: str | None, target: Target, *, state_dir: Path, restart: bool, display: Display
) -> Import:
    """An import that goes on where the last one of the same file to the same target stopped. Raises UsageError."""
    mapping = mapping_for(name, path, source)
    checkpoint = Checkpoint.of(state_dir, digest=digest_of(path), mapping=mapping.name, target=target.fingerprint)
    tally = Tally() if restart else checkpoint.load()
    if tally.rows:
        display.note(f"going on after {tally.rows:,} rows acknowledged before; --restart begins again")
    return Import(path, mapping, checkpoint, tally, display)
