"""How far a push has come: the positions of channels in the log, what a cycle came to, and the counts of it all."""

from dataclasses import dataclass, field, replace

from belvedere.realtime.changelog.log import Head

BEAT = "@heartbeat"  # among the times of channels, none of which is called that
WATCHED = "@alerts"  # among their positions: how far the alert rules have seen


@dataclass(frozen=True)
class Positions:
    """By channel, the number of the last entry pushed to everybody, and when that was (epoch ms)."""

    birth: str = ""
    pushed: dict[str, int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)

    def known(self, head: Head) -> "Positions":
        """The positions in this log: none of a log that began anew."""
        return self if self.birth == head.birth else Positions(head.birth)

    def of(self, channel: str, head: Head) -> int:
        """How far a channel is; one that was never told starts at the head."""
        return self.pushed.get(channel, head.seq)

    def seen(self, seq: int) -> "Positions":
        """The same after the alert rules have seen everything up to `seq`."""
        return replace(self, pushed=self.pushed | {WATCHED: seq})

    def moved(self, channel: str, seq: int, now: int) -> "Positions":
        """The same with one channel told up to `seq`."""
        return replace(self, pushed=self.pushed | {channel: seq}, last=self.last | {channel: now})

    def beaten(self, now: int) -> "Positions":
        """The same after a heartbeat."""
        return replace(self, last=self.last | {BEAT: now})


@dataclass(frozen=True)
class ChannelProgress:
    """How far a channel came in a turn; the ms until it is due again, None when there is nothing left to tell."""

    upto: int
    at: int | None
    wait_ms: int | None


@dataclass(frozen=True)
class CycleResult:
    """Where the channels stand after a round, which end of the log it saw, and the ms until more is to do, if any."""

    positions: Positions
    head: Head
    wait_ms: int | None


@dataclass
class PushReport:
    """What a run came to: rounds, frames that left, connections found closed, alerts; and is there more to do."""

    rounds: int = 0
    frames: int = 0
    gone: int = 0
    alerts: int = 0
    trouble: int = 0
    unfinished: bool = False
