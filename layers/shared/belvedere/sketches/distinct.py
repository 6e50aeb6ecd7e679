"""Counting distinct values: exact while small, then a HyperLogLog.

Merging is idempotent and commutative, so the same event may be merged any number of times.
"""

import functools
import zlib
from collections.abc import Iterable
from hashlib import blake2b

from belvedere.sketches.hyperloglog import REGISTERS, estimate, larger, ranks

EXACT_LIMIT = 256

_EXACT, _DENSE = b"\x01", b"\x02"


@functools.lru_cache(maxsize=8192)  # an event's user is a member of a row for each family and grain
def member(value: str) -> int:
    """The 64-bit hash that stands for a value."""
    return int.from_bytes(blake2b(value.encode(), digest_size=8).digest(), "big")


class Distinct:
    """A set of members: their hashes while at most EXACT_LIMIT, registers beyond."""

    __slots__ = ("_members", "_registers")

    def __init__(self, members: Iterable[int] = ()) -> None:
        self._members: set[int] = set(members)
        self._registers: int | None = None
        self._shrink()

    @property
    def exact(self) -> bool:
        """True while `count` is the true number."""
        return self._registers is None

    def merge(self, other: "Distinct") -> bool:
        """Take in all members of another sketch. True when that changed this one."""
        before = (len(self._members), self._registers)
        self._members |= other._members
        if other._registers is not None:
            self._registers = larger(self._registers or 0, other._registers)
        self._shrink()
        return before != (len(self._members), self._registers)

    def beyond(self, other: "Distinct") -> "Distinct":
        """What this has and another lacks: merged into the other, it makes what this would."""
        if self._registers is None and other._registers is None:
            return Distinct(self._members - other._members)
        ours, theirs = (side._ranked().to_bytes(REGISTERS, "little") for side in (self, other))
        sketch = Distinct()
        ahead = bytes(rank if rank > held else 0 for rank, held in zip(ours, theirs, strict=True))
        sketch._registers = int.from_bytes(ahead, "little")
        return sketch

    def _ranked(self) -> int:
        return ranks(self._members) if self._registers is None else self._registers

    def count(self) -> int:
        """How many members: exact while small, then an estimate."""
        if self._registers is None:
            return len(self._members)
        return round(estimate(self._registers.to_bytes(REGISTERS, "little")))

    def to_bytes(self) -> bytes:
        """Compact form for a binary attribute: sorted hashes, or deflated registers."""
        if self._registers is None:
            return _EXACT + b"".join(m.to_bytes(8, "big") for m in sorted(self._members))
        # Ranks have few values in no order: repeats found between them cost more than they save.
        packer = zlib.compressobj(strategy=zlib.Z_HUFFMAN_ONLY)
        return _DENSE + packer.compress(self._registers.to_bytes(REGISTERS, "little")) + packer.flush()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Distinct":
        """The inverse of `to_bytes`. Raises ValueError on anything else."""
        kind, body = data[:1], data[1:]
        if kind == _EXACT and len(body) % 8 == 0:
            return cls(int.from_bytes(body[i : i + 8], "big") for i in range(0, len(body), 8))
        if kind == _DENSE:
            sketch = cls()
            sketch._registers = int.from_bytes(zlib.decompress(body), "little")
            return sketch
        raise ValueError("not a distinct sketch")

    def _shrink(self) -> None:
        """Keep one form only: once the limit is passed, members live on as register ranks."""
        if self._registers is None and len(self._members) <= EXACT_LIMIT:
            return
        if self._members:
            self._registers = larger(self._registers or 0, ranks(self._members))
            self._members = set()


class DistinctCount:
    """A distinct count whose members were left behind: it can be told, and not be merged."""

    __slots__ = ("_count", "exact")

    def __init__(self, count: int, *, exact: bool) -> None:
        self._count = count
        self.exact = exact

    def count(self) -> int:
        """How many members there were."""
        return self._count
