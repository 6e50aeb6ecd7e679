"""What events do to the rows of rollups, added up: what the fold writes, and the audit compares."""

from collections import defaultdict
from dataclasses import dataclass, field

from belvedere.rollups.rows import Counts
from belvedere.storage.keys import Key


@dataclass
class Deltas:
    """What events do to rollup rows.

    `counters`: numbers to add by row; `members` and `removed`: who came and went by distinct row; `slotted`: who came
    in which slot of a distinct row's hour; `lessened`: rows of users that lost something and may be empty now;
    `expires` and `listings`: what new rows need to know.
    """

    counters: dict[Key, Counts] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    members: dict[Key, set[int]] = field(default_factory=lambda: defaultdict(set))
    slotted: dict[Key, dict[str, set[int]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(set)))
    removed: dict[Key, set[int]] = field(default_factory=lambda: defaultdict(set))
    lessened: set[Key] = field(default_factory=set)
    expires: dict[Key, int] = field(default_factory=dict)
    listings: dict[Key, str] = field(default_factory=dict)

    def merge(self, other: "Deltas") -> None:
        """Take in another event's contribution."""
        for key, counts in other.counters.items():
            own_counts = self.counters[key]
            for name, number in counts.items():
                own_counts[name] += number
        for key, members in other.members.items():
            self.members[key] |= members
        for key, slots in other.slotted.items():
            for slot, members in slots.items():
                self.slotted[key][slot] |= members
        for key, members in other.removed.items():
            self.removed[key] |= members
        self.lessened |= other.lessened
        self.expires |= other.expires
        self.listings |= other.listings
