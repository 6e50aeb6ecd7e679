"""What a simulated team's deliveries add up to, counted exactly: what a stack that got nothing else has to answer."""

from collections import Counter
from dataclasses import dataclass, field

from belvedere_cli.demo.timeline import TimedEvent

NANO = 10**9


@dataclass
class TeamTruth:
    """Totals of everything; money in nano-USD, so that no order of adding matters. `developers` had a session."""

    events: Counter[str] = field(default_factory=Counter)
    accepted: int = 0
    failed: int = 0
    tokens: int = 0
    nano_usd: int = 0
    merged: int = 0
    developers: set[str] = field(default_factory=set)
    repeats: int = 0

    def observe(self, delivery: TimedEvent) -> None:
        """Count a delivery; a repeat counts as nothing but a repeat."""
        if delivery.repeat:
            self.repeats += 1
            return
        kind, properties = delivery.event.type.partition(".")[2], delivery.event.properties
        self.events[kind] += 1
        self.merged += properties.get("merged", False)
        if kind == "session":
            self.accepted += properties["accepted_flag"]
            self.failed += properties["status_code"] >= 400
            self.tokens += properties["tokens_in"] + properties["tokens_out"]
            self.nano_usd += round(properties["cost_usd"] * NANO)
            self.developers.add(str(delivery.event.user))

    def summary(self) -> str:
        """The totals in one line."""
        sessions, closed = self.events["session"], self.events["pull_request_closed"]
        share = f"{self.accepted / sessions:.1%}" if sessions else "-"
        return (
            f"{sessions:,} sessions, {self.accepted:,} accepted ({share}), {self.failed:,} failed, "
            f"{self.tokens:,} tokens, {self.nano_usd / NANO:,.4f} USD, {len(self.developers):,} developers, "
            f"{self.events['commit']:,} commits, {self.events['pull_request_opened']:,} pull requests opened, "
            f"{closed:,} closed, {self.merged:,} merged, {self.events['rework']:,} reopened, "
            f"{self.events['review']:,} reviews, {self.repeats:,} repeats"
        )
