"""A HyperLogLog of 4,096 registers, one byte each, in one large number.

Estimator: O. Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", 2017, algorithm 6;
standard error 1.04 / sqrt(4096) = 1.6 %, without bias at any size.
"""

import math
from collections.abc import Iterable

PRECISION = 12
REGISTERS = 1 << PRECISION
RANK_BITS = 64 - PRECISION
STANDARD_ERROR = 1.04 / math.sqrt(REGISTERS)

_TOP = int.from_bytes(b"\x80" * REGISTERS, "little")


def ranks(members: Iterable[int]) -> int:
    """Registers that hold just these members, one byte each: top bits choose, leading zeros of the rest rank."""
    registers = bytearray(REGISTERS)
    for hashed in members:
        index = hashed >> RANK_BITS
        rank = RANK_BITS - (hashed & ((1 << RANK_BITS) - 1)).bit_length() + 1
        registers[index] = max(registers[index], rank)
    return int.from_bytes(registers, "little")


def larger(a: int, b: int) -> int:
    """Register-wise maximum, all lanes at once: each byte is below 128, so its top bit can hold the comparison."""
    at_least = ((a | _TOP) - b) & _TOP
    keep_a = at_least - (at_least >> 7)
    return b ^ ((a ^ b) & keep_a)


def estimate(registers: bytes) -> float:
    """Ertl's improved raw estimate of the number of members."""
    histogram = [0] * (RANK_BITS + 2)
    for rank in registers:
        histogram[rank] += 1
    z = REGISTERS * _tau(1 - histogram[RANK_BITS + 1] / REGISTERS)
    for rank in range(RANK_BITS, 0, -1):
        z = 0.5 * (z + histogram[rank])
    z += REGISTERS * _sigma(histogram[0] / REGISTERS)
    return REGISTERS * REGISTERS / (2 * math.log(2) * z)


def _sigma(x: float) -> float:
    if x == 1:
        return math.inf
    y, z, previous = 1.0, x, -1.0
    while z != previous:
        x *= x
        previous = z
        z += x * y
        y += y
    return z


def _tau(x: float) -> float:
    if x in (0.0, 1.0):
        return 0.0
    y, z, previous = 1.0, 1 - x, -1.0
    while z != previous:
        x = math.sqrt(x)
        previous = z
        y *= 0.5
        z -= (1 - x) ** 2 * y
    return z / 3
