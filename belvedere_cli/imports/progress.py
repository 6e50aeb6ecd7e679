"""What an import has done so far, and how it is kept (checkpoint) so that a later run goes on from there.

Resuming saves time and nothing else: ids make it harmless to send again what was acknowledged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from belvedere_cli.sending.event_wire import Receipt


class ImportCounts(msgspec.Struct):
    """Counts of an import, of acknowledged batches only; `rows` is how far into the file they reach."""

    rows: int = 0
    malformed: int = 0
    no_event: int = 0
    sent: int = 0
    accepted: int = 0
    duplicate: int = 0
    conflict: int = 0
    rejected: dict[str, int] = {}

    def add(self, receipt: Receipt) -> None:
        """Count what became of a batch of events."""
        self.sent += len(receipt.results)
        self.accepted += receipt.accepted
        self.duplicate += receipt.duplicate
        self.conflict += receipt.conflict
        for result in receipt.results:
            if result.result == "rejected":
                reason = result.reason or "no reason given"
                self.rejected[reason] = self.rejected.get(reason, 0) + 1

    @property
    def flawless(self) -> bool:
        """Whether every row became an event that the stack took."""
        return not (self.malformed or self.conflict or self.rejected)

    def table(self) -> Mapping[str, int]:
        """The lines of the summary, in order."""
        rejected = {f"rejected: {reason}": count for reason, count in sorted(self.rejected.items())}
        return {
            "rows read": self.rows,
            "malformed rows": self.malformed,
            "rows without an event": self.no_event,
            "events sent": self.sent,
            "accepted": self.accepted,
            "duplicate": self.duplicate,
            "conflict": self.conflict,
            **(rejected or {"rejected": 0}),
        }


@dataclass(frozen=True)
class ImportCheckpoint:
    """The tally of an unfinished import in a small file; without the file, nothing was acknowledged."""

    path: Path

    @classmethod
    def of(cls, state_dir: Path, *, digest: str, mapping: str, target: str) -> "ImportCheckpoint":
        """The checkpoint of one file, read one way, for one target."""
        return cls(state_dir / "imports" / f"{mapping}-{digest[:16]}-{target}.json")

    def load(self) -> ImportCounts:
        """Where the last run stopped; a file that cannot be read is no reason to stop, only to begin again."""
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=ImportCounts)
        except (OSError, msgspec.MsgspecError):
            return ImportCounts()

    def save(self, tally: ImportCounts) -> None:
        """Keep the tally; a crash leaves the old file or the new one, never half of one."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(".partial")
        partial.write_bytes(msgspec.json.encode(tally))
        partial.replace(self.path)

    def clear(self) -> None:
        """The import is complete: the next run sends the file from its beginning."""
        self.path.unlink(missing_ok=True)
