"""How much a number has changed, as the board's client shows it."""

Number = float | int | None


def change(now: Number, before: Number) -> float:
    """100 * (now - before) / before, percent; 0 where there was nothing before. Nothing now counts as 0."""
    return 100 * ((now or 0) - before) / before if before else 0.0
