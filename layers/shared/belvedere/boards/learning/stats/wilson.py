"""What a success rate can be, given how little was seen: the Wilson score interval.

E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22(158), 1927.
"""

import math
from typing import NamedTuple

Z95 = 1.959963984540054  # the normal distribution's 97.5 % point: 95 % lie between it and its negative


class Wilson(NamedTuple):
    """The centre of the interval and its ends, all within 0 and 1."""

    centre: float
    low: float
    high: float


def wilson(successes: float, attempts: float, z: float = Z95) -> Wilson:
    """The interval of a proportion. Counts may be weighted, and so fractions; without attempts it says nothing: 0 to 1.

    (s + z^2/2) / (n + z^2) -+ z / (n + z^2) * sqrt(s (n - s) / n + z^2/4)
    """
    if attempts <= 0:
        return Wilson(0.5, 0.0, 1.0)
    total = attempts + z * z
    centre = (successes + z * z / 2) / total
    spread = z / total * math.sqrt(max(successes * (attempts - successes), 0.0) / attempts + z * z / 4)
    low = centre - spread if successes > 0 else 0.0  # the formula's own ends there, but for rounding
    high = centre + spread if successes < attempts else 1.0
    return Wilson(centre, max(0.0, low), min(1.0, high))
