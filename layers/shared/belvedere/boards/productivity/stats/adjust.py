"""P-values of several tests of the same data, adjusted for their number."""

from collections.abc import Mapping

METHOD = "benjamini-hochberg"


def adjusted(p_values: Mapping[str, float]) -> dict[str, float]:
    """Benjamini and Hochberg's step-up values by name: the least p * m / rank of those at least as large, at most 1.

    Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", JRSS B 57, 1995. Rejecting what is below q keeps
    the expected share of false rejections at q. From the largest p down, each takes the minimum so far, so that the
    order of the p-values is that of the adjusted ones.
    """
    found: dict[str, float] = {}
    least, rank = 1.0, len(p_values)
    for name in sorted(p_values, key=lambda one: (-p_values[one], one)):
        least = min(least, p_values[name] * len(p_values) / rank)
        found[name], rank = least, rank - 1
    return found
