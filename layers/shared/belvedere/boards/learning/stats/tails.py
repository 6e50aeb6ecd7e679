"""How likely a difference is by chance alone: two-sided p-values and critical points of Student's t and the normal."""

import math

TINY = 1e-300
EPSILON = 1e-15
STEPS = 500
HALVINGS = 200


def normal_p(z: float) -> float:
    """The chance of a normal value at least this far from 0, either way."""
    return math.erfc(abs(z) / math.sqrt(2))


def student_p(t: float, df: float) -> float:
    """The chance of a Student t value at least this far from 0, either way: I_x(df/2, 1/2) at x = df / (df + t^2).

    `df` need not be whole, only above 0.
    """
    return incomplete_beta(df / 2, 0.5, df / (df + t * t))


def student_point(df: float, p: float = 0.05) -> float:
    """The t whose two-sided p-value is p (0 < p <= 1), by halving; 95 % lie between it and its negative."""
    low, high = 0.0, 1.0
    while student_p(high, df) > p:
        high *= 2
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if student_p(middle, df) > p else (low, middle)
    return (low + high) / 2


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularized incomplete beta function I_x(a, b), a and b above 0, x in 0..1.

    DLMF 8.17.22 (its continued fraction), evaluated as W. J. Lentz did (Applied Optics 15, 1976); where that is slow,
    by 8.17.4: I_x(a, b) = 1 - I_{1-x}(b, a).
    """
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x <= (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1.0 - front * _fraction(b, a, 1.0 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    """1 / (1 + d1 / (1 + d2 / (1 + ...)))."""
    value, upper, lower = 1.0, 1.0, 0.0
    for step in range(STEPS):
        m, odd = divmod(step + 1, 2)
        if odd:
            d = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            d = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        lower = 1.0 / (1.0 + d * lower or TINY)
        upper = 1.0 + d / upper or TINY
        value *= upper * lower
        if abs(upper * lower - 1.0) < EPSILON:
            break
    return 1.0 / value
