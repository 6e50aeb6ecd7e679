"""Holds stored sketches against the true values and the true members, with formulas of its own."""

import zlib
from collections.abc import Iterable, Mapping
from hashlib import blake2b

EXACT_LIMIT = 256
GAMMA = 1.01 / 0.99
TOLERANCE = 0.01 + 1e-9
REGISTERS = 4096


def bins_hold(bins: Mapping[str, int], values: Iterable[float]) -> bool:
    """True when, ranked, every value is within 1 % of what its bin stands for, and there are as many."""
    told = sorted(middle(name) for name, number in bins.items() for _ in range(number))
    true = sorted(values)
    return len(told) == len(true) and all(
        abs(bin_ - value) <= TOLERANCE * value for bin_, value in zip(told, true, strict=True)
    )


def middle(name: str) -> float:
    """What a bin stands for: the value as far from its lower end as from its upper, relatively."""
    if name == "z":
        return 0.0
    upper = float(GAMMA ** int(name[1:]))
    return 2 * upper / (1 + GAMMA)


def sketch_holds(sketch: bytes, members: Iterable[str]) -> bool:
    """True when a distinct row holds these members and no other: their hashes, or the registers they make."""
    hashes = {blake2b(member.encode(), digest_size=8).digest() for member in members}
    if len(hashes) <= EXACT_LIMIT:
        return sketch == b"\x01" + b"".join(sorted(hashes))
    registers = bytearray(REGISTERS)
    for hashed in hashes:
        bits = f"{int.from_bytes(hashed, 'big'):064b}"
        register, rest = int(bits[:12], 2), bits[12:]
        rank = len(rest) - len(rest.lstrip("0")) + 1
        registers[register] = max(registers[register], rank)
    return sketch[:1] == b"\x02" and zlib.decompress(sketch[1:]) == bytes(registers)
